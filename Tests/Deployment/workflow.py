"""Runs the jobs of a workflow file as GitHub would: each `run:` in bash, with the environment that it would get.

Actions of others are played by functions, which are given their inputs and return their outputs. Actions of this
repository (`./` and those in `local`) are run, step by step. A step that fails ends its job.
"""

import pathlib
import subprocess

import expressions
import yaml


class Runner:
    """A runner with one workspace. `log` has what the steps printed, `status` that of a step that failed, else 0."""

    def __init__(self, directory, workspace, environment, actions, local=None):
        self.directory = pathlib.Path(directory)
        self.workspace = pathlib.Path(workspace)
        # Of the machine, not of the workflow.
        self.environment = environment
        self.actions = actions
        # {"owner/name@ref": its folder}
        self.local = local or {}
        self.log = ""
        self.status = 0
        self.summary = self.directory / "summary"
        self.files = 0

    def run(self, path, github, variables=None, secrets=None):
        """Runs each job of the workflow; whether all of it succeeded."""
        workflow = load(path)
        contexts = {"github": github, "vars": variables or {}, "secrets": secrets or {}}
        for job in workflow["jobs"].values():
            environment = {**self._github(github), **_filled(workflow.get("env"), contexts)}
            self._steps(job["steps"], contexts | {"env": {}}, environment, "bash -e")
        return self.status == 0

    def _github(self, github):
        return {
            **self.environment,
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(self.workspace),
            "GITHUB_REPOSITORY": github["repository"],
            "GITHUB_SERVER_URL": github["server_url"],
            "GITHUB_API_URL": github["api_url"],
            "GITHUB_STEP_SUMMARY": str(self.summary),
            "RUNNER_TEMP": str(self.directory / "temp"),
            "ImageOS": "ubuntu24",
        }

    def _steps(self, steps, contexts, environment, default_shell):
        """Runs them, and returns the outputs of those with an id."""
        contexts = contexts | {"steps": {}}
        for step in steps:
            if self.status or not expressions.value(step.get("if", "true"), contexts):
                continue
            own = environment | _filled(step.get("env"), contexts)
            if "uses" in step:
                outputs = self._use(step["uses"], _filled(step.get("with"), contexts), contexts, own)
            else:
                script = expressions.filled(step["run"], contexts)
                outputs = self._script(script, step.get("shell", default_shell), own)
            if "id" in step:
                contexts["steps"][step["id"]] = {"outputs": outputs}
        return contexts["steps"]

    def _use(self, name, inputs, contexts, environment):
        folder = self.workspace if name == "./" else self.local.get(name)
        if folder is None:
            return self.actions[name.split("@")[0]](inputs, environment) or {}
        action = load(pathlib.Path(folder, "action.yml"))
        unknown = set(inputs) - set(action["inputs"])
        missing = {key for key, each in action["inputs"].items() if each.get("required") and not inputs.get(key)}
        if unknown or missing:
            raise ValueError(f"inputs not known: {unknown}, missing: {missing}")
        defaults = {key: str(each.get("default", "")) for key, each in action["inputs"].items()}
        inside = {"github": contexts["github"], "inputs": defaults | inputs, "env": contexts["env"]}
        environment = environment | {"GITHUB_ACTION_PATH": str(folder)}
        self._steps(action["runs"]["steps"], inside, environment, None)
        return {}

    def _script(self, script, shell, environment):
        self.files += 1
        file, output = self.directory / f"step-{self.files}.sh", self.directory / f"output-{self.files}"
        file.write_text(script)
        output.touch()
        command = {"bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"], "bash -e": ["bash", "-e"]}[shell]
        ended = subprocess.run(
            [*command, file],
            env=environment | {"GITHUB_OUTPUT": str(output)},
            cwd=self.workspace,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
        )
        self.log += ended.stdout
        self.status = ended.returncode
        return dict(line.split("=", 1) for line in output.read_text().splitlines())


def load(path):
    """The file's contents; `on`, which YAML takes for true, is a text again."""
    contents = yaml.safe_load(pathlib.Path(path).read_text())
    return {"on" if key is True else key: each for key, each in contents.items()}


def _filled(values, contexts):
    return {key: expressions.filled(_plain(each), contexts) for key, each in (values or {}).items()}


def _plain(value):
    return str(value).lower() if isinstance(value, bool) else value

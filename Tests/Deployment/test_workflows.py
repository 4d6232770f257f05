"""The workflows and the action: what they promise, and the hourly one run as GitHub would."""

import hashlib
import pathlib
import re
import shutil
import tarfile
import tempfile
import unittest

import servers
import stage
import workflow

WORKFLOWS = stage.ROOT / ".github/workflows"
FILES = [*sorted(WORKFLOWS.glob("*.yml")), stage.ROOT / "action.yml"]
HOURLY = WORKFLOWS / "hourly-queue-dump.yml"
VERSION = re.search(
    r'version = "(.*)"', (stage.ROOT / "Sources/Records/CommandLine/Version.swift").read_text()
)[1]


class PromiseTests(unittest.TestCase):
    def test_the_hourly_one(self):
        hourly = workflow.load(HOURLY)
        self.assertEqual(hourly["on"]["schedule"], [{"cron": "40 * * * *"}])
        self.assertIn("workflow_dispatch", hourly["on"])
        self.assertEqual(hourly["permissions"], {"contents": "read", "id-token": "write"})
        self.assertIs(hourly["concurrency"]["cancel-in-progress"], False)
        (job,) = hourly["jobs"].values()
        limit = int(workflow.load(stage.ROOT / "action.yml")["inputs"]["max-minutes"]["default"])
        self.assertGreaterEqual(job["timeout-minutes"], limit + 15)

    def test_each_has_a_time_out_and_says_its_permissions(self):
        for path in FILES[:-1]:
            with self.subTest(path.name):
                contents = workflow.load(path)
                self.assertIn("permissions", contents)
                self.assertTrue(all("timeout-minutes" in job for job in contents["jobs"].values()))

    def test_nothing_is_written_into_scripts(self):
        """An expression in a script would let text from outside become part of it."""
        for name, step in self.steps():
            with self.subTest(name):
                self.assertNotIn("${{", step.get("run", ""))

    def test_actions_are_pinned(self):
        """Those of GitHub and AWS by their major version; any other must be by its commit."""
        for name, step in self.steps():
            used = step.get("uses", "./")
            with self.subTest(name, used=used):
                self.assertRegex(used, r"^(\./|(actions|aws-actions)/[a-z-]+@v\d+|.+@[0-9a-f]{40})$")

    def steps(self):
        for path in FILES:
            contents = workflow.load(path)
            jobs = contents["jobs"].values() if "jobs" in contents else [contents["runs"]]
            for job in jobs:
                yield from ((path.name, step) for step in job["steps"])


class HourlyTests(unittest.TestCase):
    """The stack is new for each test, the machine too."""

    def setUp(self):
        self.stack = stage.Stack(
            "hourly-" + self.id().rsplit("_", 1)[1], GitHubRepository=stage.REPOSITORY, MakeOidcProvider="false"
        )
        folder = tempfile.TemporaryDirectory(prefix="workflow-")
        self.addCleanup(folder.cleanup)
        self.directory = pathlib.Path(folder.name)
        self.workspace = self.directory / "workspace"
        for name in ("action.yml", "Package.swift"):
            (self.workspace / name).parent.mkdir(exist_ok=True)
            shutil.copy(stage.ROOT / name, self.workspace / name)
        for name in ("scripts", "Sources", ".github"):
            shutil.copytree(stage.ROOT / name, self.workspace / name, symlinks=True)
        # A build takes minutes and has tests of its own: here it is the tools that are there already.
        self.write_script("install-deps", "exit 0")
        self.write_script("install", f"""
            mkdir -p "$DESTDIR$PREFIX/bin" "$PREFIX/share/s3-event-writer"
            cp {stage.TOOLS}/{{sqs-pull,event-scrub,day-merge,s3-put,sqs-ack}} "$PREFIX/bin"
            cp "$(dirname "$0")/dump-queue" "$PREFIX/bin"
            cp "$(dirname "$0")/dump-queue-summary.sh" "$PREFIX/share/s3-event-writer"
            echo built""")
        self.releases = self.directory / "releases"
        self.releases.mkdir()
        self.server = servers.FileServer(self.releases)
        self.server.__enter__()
        self.addCleanup(self.server.__exit__)
        # What the last run had, by its key: GitHub keeps it when a job has ended.
        self.cached = {}
        self.secrets = {"QUEUE_URL": self.stack.QueueUrl}
        self.variables = {"EVENTS_URL": self.stack.EventsUrl}
        self.stack.publish(stage.golden_messages(40))
        self.expected = stage.expected_days(each["Body"] for each in self.stack.queued())

    def test_with_a_role(self):
        self.variables |= {"ROLE_TO_ASSUME": self.stack.RoleArn, "AWS_REGION": "us-east-1"}
        runner = self.run_hourly()
        self.check(runner)
        self.assertIn("built", runner.log)
        self.assertIn("### Queue dump", runner.summary.read_text())

    def test_with_keys_and_from_the_cache(self):
        keys = stage.user("workflow", policy_arn=self.stack.WriterPolicyArn)
        self.secrets |= stage.variables(keys)
        self.check(self.run_hourly())
        self.stack.publish(stage.golden_messages(60)[40:])
        second = self.run_hourly()
        self.assertEqual(second.status, 0, second.log)
        self.assertNotIn("built", second.log)
        (self.workspace / "Package.swift").write_text("// another source\n")
        self.assertIn("built", self.run_hourly().log)
        self.assertGreater(sum(map(len, self.stack.days().values())), sum(map(len, self.expected.values())))

    def test_with_a_release(self):
        self.release("9.8.7")
        self.use_keys(WRITER_VERSION="v9.8.7")
        runner = self.run_hourly()
        self.check(runner)
        self.assertNotIn("built", runner.log)

    def test_a_release_that_is_not_there(self):
        self.use_keys(WRITER_VERSION="9.8.7")
        runner = self.run_hourly()
        self.assertEqual(runner.status, 78, runner.log)
        self.assertIn("::error title=s3-event-writer::there is no release 9.8.7 for linux-", runner.log)

    def test_a_release_that_is_damaged(self):
        archive = self.release("9.8.7")
        archive.write_bytes(archive.read_bytes()[:-1] + b"?")
        self.use_keys(WRITER_VERSION="9.8.7")
        runner = self.run_hourly()
        self.assertEqual(runner.status, 69, runner.log)
        self.assertIn("is damaged", runner.log)
        self.assertEqual(self.stack.days(), {})

    def test_a_failure_is_the_jobs(self):
        self.use_keys()
        self.secrets["QUEUE_URL"] += "-of-somebody-else"
        runner = self.run_hourly()
        self.assertNotEqual(runner.status, 0)
        self.assertIn("::error title=dump-queue::", runner.log)

    def test_by_others(self):
        """The workflow of docs/github.md, which uses the action by a tag that has a release."""
        self.use_keys()
        (text,) = stage.blocks("github.md", "## In a repository of your own", "yaml")
        used = re.search(r"uses: (\S+/s3-event-writer)@(v\S+)", text)
        path = self.directory / "theirs.yml"
        path.write_text(text)
        # Where GitHub puts an action.
        folder = self.directory / "_actions" / used[1] / used[2]
        shutil.copytree(self.workspace, folder)
        self.release(VERSION, repository=used[1])
        runner = self.run_workflow(path, local={f"{used[1]}@{used[2]}": folder})
        self.check(runner)
        self.assertNotIn("built", runner.log)

    def check(self, runner):
        """All is in S3, nothing in the queue, and no secret in the log."""
        self.assertEqual(runner.status, 0, runner.log)
        self.assertEqual(self.stack.days(), self.expected)
        self.assertEqual(self.stack.queued(), [])
        for name, secret in self.secrets.items():
            if name != "QUEUE_URL":
                self.assertNotIn(secret, runner.log)

    def use_keys(self, **variables):
        self.secrets |= stage.variables(stage.user(f"{self.id()[-40:]}", policy_arn=self.stack.WriterPolicyArn))
        self.variables |= variables

    def run_hourly(self):
        return self.run_workflow(self.workspace / ".github/workflows/hourly-queue-dump.yml")

    def run_workflow(self, path, local=None):
        environment = {
            "PATH": stage.os.environ["PATH"],
            "HOME": str(self.directory),
            "AWS_ENDPOINT_URL": stage.aws().endpoint_url,
            **stage.QUICK,
        }
        actions = {
            "actions/checkout": lambda inputs, environment: None,
            "actions/cache": self.cache,
            "aws-actions/configure-aws-credentials": self.configure_credentials,
        }
        # Each run has a machine of its own.
        machine = pathlib.Path(tempfile.mkdtemp(dir=self.directory))
        (machine / "temp").mkdir()
        runner = workflow.Runner(machine, self.workspace, environment, actions, local)
        github = {"repository": stage.REPOSITORY, "server_url": self.server.url, "api_url": self.server.url}
        runner.run(path, github, self.variables, self.secrets)
        return runner

    def cache(self, inputs, _):
        path, kept = pathlib.Path(inputs["path"]), self.cached.get(inputs["key"])
        if kept:
            shutil.copytree(kept, path)
        self.cached[inputs["key"]] = path
        return {"cache-hit": str(bool(kept)).lower()}

    def configure_credentials(self, inputs, _):
        """Assumes the role by a token of GitHub's, and gives its keys as outputs only."""
        self.assertEqual(inputs["output-credentials"], "true")
        self.assertEqual(inputs["output-env-credentials"], "false")
        self.assertTrue(inputs["aws-region"])
        keys = stage.assume(inputs["role-to-assume"])
        self.secrets |= stage.variables(keys)
        return {f"aws-{name.replace('_', '-')}": value for name, value in keys.items()}

    def release(self, version, repository=stage.REPOSITORY):
        """Publishes the tools as scripts/release packs them; the archive's path."""
        machine = stage.os.uname().machine
        folder = self.releases / repository / "releases/download" / f"v{version}"
        folder.mkdir(parents=True, exist_ok=True)
        name = f"s3-event-writer-{version}-linux-{machine}"
        archive = folder / f"{name}.tar.gz"
        with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
            for tool in ("sqs-pull", "event-scrub", "day-merge", "s3-put", "sqs-ack"):
                tar.add(f"{stage.TOOLS}/{tool}", f"{name}/bin/{tool}")
            tar.add(stage.ROOT / "scripts/dump-queue", f"{name}/bin/dump-queue")
            summary = "dump-queue-summary.sh"
            tar.add(stage.ROOT / "scripts" / summary, f"{name}/share/s3-event-writer/{summary}")
        digest = hashlib.sha256(archive.read_bytes()).hexdigest()
        archive.with_name(archive.name + ".sha256").write_text(f"{digest}  {archive.name}\n")
        return archive

    def write_script(self, name, text):
        script = self.workspace / "scripts" / name
        script.write_text(f"#!/usr/bin/env bash\nset -euo pipefail\n{text}\n")
        script.chmod(0o755)


class KeepAliveTests(unittest.TestCase):
    def test_it_enables_the_schedules_by_the_api(self):
        with tempfile.TemporaryDirectory() as directory, servers.Recorder(204) as api:
            runner = workflow.Runner(directory, directory, {"PATH": stage.os.environ["PATH"]}, {})
            github = {"repository": "o/r", "server_url": api.url, "api_url": api.url, "token": "secret-token"}
            runner.run(WORKFLOWS / "keep-alive.yml", github)
            self.assertEqual(runner.status, 0, runner.log)
            self.assertNotIn("secret-token", runner.log)
        scheduled = sorted(path.name for path in FILES[:-1] if "schedule" in workflow.load(path)["on"])
        self.assertEqual(
            api.requests,
            [
                ("PUT", f"/repos/o/r/actions/workflows/{name}/enable", "Bearer secret-token")
                for name in scheduled
            ],
        )
        self.assertEqual(workflow.load(WORKFLOWS / "keep-alive.yml")["permissions"], {"actions": "write"})

    def test_a_refusal_fails_it(self):
        with tempfile.TemporaryDirectory() as directory, servers.Recorder(403) as api:
            runner = workflow.Runner(directory, directory, {"PATH": stage.os.environ["PATH"]}, {})
            github = {"repository": "o/r", "server_url": api.url, "api_url": api.url, "token": "t"}
            runner.run(WORKFLOWS / "keep-alive.yml", github)
            self.assertNotEqual(runner.status, 0)


if __name__ == "__main__":
    unittest.main()

"""The work of scripts/check-backfill.

    python check_backfill.py REPOSITORY TOOLS

Exit status 0, or 1 when a check failed; 128+n on a signal.
"""

import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import archives
from local_aws import LocalAWS, exit_on_signals, forget_aws_environment

# An event-scrub that, as its kind says, is slow, or fails once or always on the input with the marker.
_STAND_IN = """#!/usr/bin/env bash
cat > "$TMPDIR/input.$$"
if [ {kind} = slow ] && [ -s "$TMPDIR/input.$$" ]; then mkdir -p "{once}"; sleep 5; fi
if grep -q {marker} "$TMPDIR/input.$$" && {{ [ {kind} = always ] || mkdir "{once}" 2>/dev/null; }}; then
    {tool} "$@" <"$TMPDIR/input.$$" | head -n 3
    exit 74
fi
{tool} "$@" <"$TMPDIR/input.$$"
"""


class Check:
    """Archives, what one machine makes of them, and the runs that are compared with it."""

    def __init__(self, root, tools, directory):
        self._script = root / "scripts" / "backfill-spark"
        self._tools = tools
        self._directory = directory
        self._failed = 0
        self._number = 0
        self._environment = {
            "PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(directory), "TMPDIR": str(directory),
            **{name: os.environ[name] for name in ("JAVA_HOME",) if name in os.environ},
        }

    def run(self):
        dumps = self._directory / "dumps ü 'here'"
        archives.write(dumps)
        self._days, self._rejects = self._one_machine(dumps)
        self._check("archives", self._days and self._rejects,
                    f"{len(list(archives.files(dumps)))} files come to {len(self._days)} days, and have rejects")
        self._equal(dumps)
        self._without_rejects(dumps)
        self._again_after_failures(dumps)
        self._all_fails(dumps)
        self._ended(dumps)
        self._wrong_calls(dumps)
        self._stored()
        return self._failed

    def _equal(self, dumps):
        out, rejects = self._folder("days ü %20 #"), self._folder("rejects")
        status, talk = self._backfill(out, dumps, "--rejects", rejects)
        self._check("status", status == 0, f"{status}, {talk[-1500:]}")
        self._same_days("equal to one machine's, byte for byte", out)
        self._same_rejects("the rejects are one machine's, none lost, none twice, none altered", rejects)
        modes = {oct(path.stat().st_mode & 0o777) for path in [rejects, *rejects.glob("*")]}
        self._check("rejects are private", modes == {"0o700", "0o600"}, modes)
        self._check("nothing else is left", not list(self._directory.glob("days*.partial*")), "")
        self._silent(talk)
        self._kept = out

    def _without_rejects(self, dumps):
        out = self._folder("days")
        status, talk = self._backfill(out, dumps)
        self._check("rejects without --rejects are status 65", status == 65, f"{status}, {talk[-1500:]}")
        self._same_days("and all else is done", out)
        count = sum(self._rejects.values())
        self._check("and they are counted", f"rejected {count}\n" in talk, talk[-1500:])
        self._silent(talk)

    def _again_after_failures(self, dumps):
        tools = self._stand_in("once")
        out, rejects = self._folder("days"), self._folder("rejects")
        status, talk = self._backfill(out, dumps, "--rejects", rejects, "--master", "local[2,3]", tools=tools)
        self._check("a task that failed half-way is begun anew", status == 0, f"{status}, {talk[-1500:]}")
        self._check("it did fail", (tools / "once").exists(), "")
        self._same_days("and its events are there once", out)
        self._same_rejects("and so are the rejects", rejects)

    def _all_fails(self, dumps):
        out = self._folder("days")
        status, talk = self._backfill(out, dumps, tools=self._stand_in("always"))
        self._check("an event-scrub that fails is status 74", status == 74, f"{status}, {talk[-1500:]}")
        self._check("and nothing is there", not out.exists() and not list(self._directory.glob("*.partial")), "")
        self._silent(talk)
        torn = self._folder("torn")
        torn.mkdir()
        shutil.copy(dumps / "two-members.gz", torn)
        whole = archives.packed(archives.good_lines(900, 50))
        (torn / "torn.gz").write_bytes(whole[: len(whole) // 2])
        status, talk = self._backfill(out, torn)
        self._check("a gzip file that ends too early is status 74", status == 74, f"{status}, {talk[-1500:]}")
        self._check("it is named", "torn.gz" in talk, talk[-1500:])
        self._check("and nothing is there", not out.exists(), "")

    def _ended(self, dumps):
        """By SIGTERM, in the midst of a task."""
        out, rejects = self._folder("days"), self._folder("rejects")
        tools = self._stand_in("slow")
        with subprocess.Popen(
            [self._script, "--out", out, "--rejects", rejects, dumps], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**self._environment, "PATH": f"{tools}:{self._environment['PATH']}"},
        ) as process:
            while process.poll() is None and not (tools / "once").exists():
                time.sleep(0.1)
            process.terminate()
            self._check("SIGTERM is status 143", process.wait() == 143, process.returncode)
        left = list(self._directory.glob("*.partial")) + list(rejects.glob(".*"))
        self._check("and leaves nothing", not out.exists() and not left, left)

    def _wrong_calls(self, dumps):
        full = self._folder("full")
        full.mkdir()
        (full / "file").write_text("")
        self._check("a folder that is not empty is status 64", self._backfill(full, dumps)[0] == 64, "")
        missing = self._folder("missing")
        self._check("a file that is not there is status 74", self._backfill(self._folder("days"), missing)[0] == 74, "")
        environment = {"SCRUB_OPTIONS": "--no-such-flag"}
        status, talk = self._backfill(self._folder("days"), dumps, environment=environment)
        self._check("a flag that event-scrub does not know is status 64", status == 64, f"{status}, {talk[-1500:]}")
        environment = {"JAVA_HOME": str(missing)}
        status, talk = self._backfill(self._folder("days"), dumps, environment=environment)
        self._check("no Java is status 69, and named", status == 69 and "Java" in talk, f"{status}, {talk[-1500:]}")

    def _stored(self):
        """The folder of days, as day-merge and s3-put take it."""
        with LocalAWS() as aws:
            stage = aws.setup("backfill")
            environment = {
                **self._environment, "AWS_ACCESS_KEY_ID": stage["access_key_id"],
                "AWS_SECRET_ACCESS_KEY": stage["secret_access_key"], "AWS_ENDPOINT_URL": stage["endpoint_url"],
            }
            for wanted in ("stored", "unchanged"):
                work = self._folder("work")
                script = 'day-merge --quiet --to "$1" --work "$2" "$3"/* | s3-put --quiet'
                run = subprocess.run(
                    ["bash", "-o", "pipefail", "-c", script, "bash", stage["events_url"], work, self._kept],
                    env=environment, stdout=subprocess.PIPE, check=False)
                outcomes = {json.loads(line)["status"] for line in run.stdout.splitlines()}
                self._check(f"day-merge | s3-put: {wanted}", (run.returncode, outcomes) == (0, {wanted}), outcomes)
            s3 = aws.client("s3")
            found = {
                listed["Key"].rpartition("/")[2]: s3.get_object(Bucket=stage["bucket"], Key=listed["Key"])["Body"].read()
                for listed in s3.list_objects_v2(Bucket=stage["bucket"])["Contents"]
            }
            self._check("the bucket holds these days", found == self._days, sorted(found))

    # --- Running and comparing

    def _one_machine(self, dumps):
        """{day: bytes} and _read_rejects, by event-scrub and sort."""
        events, rejects = self._directory / "one-machine", collections.Counter()
        with open(events, "wb") as output:
            for path in archives.files(dumps):
                rejected = self._folder("rejected")
                unpack = "gzip -dc" if path.read_bytes()[:2] == b"\x1f\x8b" else "cat"
                script = f'{unpack} <"$1" | event-scrub --quiet --rejects "$2"'
                subprocess.run(["bash", "-o", "pipefail", "-c", script, "bash", path, rejected],
                               env=self._environment, stdout=output, check=True)
                rejects += _read_rejects([rejected])
        script = 'sort -u "$1" | awk \'{ day = substr($0, 16, 10); gsub(/-/, "", day); print > (folder "/" day) }\' folder="$2"'
        folder = self._folder("one-machine-days")
        folder.mkdir()
        subprocess.run(["bash", "-c", script, "bash", events, folder], check=True,
                       env={**self._environment, "LC_ALL": "C"})
        return _read_days(folder), rejects

    def _backfill(self, out, dumps, *options, tools=None, environment=()):
        path = f"{tools}:{self._environment['PATH']}" if tools else self._environment["PATH"]
        run = subprocess.run(
            [self._script, "--out", out, *options, dumps], env={**self._environment, "PATH": path, **dict(environment)},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        return run.returncode, run.stdout.decode(errors="replace")

    def _stand_in(self, kind):
        """A folder with an event-scrub that fails on one of the files, after it has written events of it."""
        folder = self._folder("tools")
        folder.mkdir()
        script = folder / "event-scrub"
        script.write_text(_STAND_IN.format(
            marker=archives.MARKER, kind=kind, once=folder / "once", tool=self._tools / "event-scrub"
        ).replace("$TMPDIR", str(self._directory)))
        script.chmod(0o755)
        return folder

    def _same_days(self, what, out):
        found = _read_days(out) if out.is_dir() else {}
        differing = sorted(day for day in found.keys() | self._days.keys() if found.get(day) != self._days.get(day))
        self._check(what, not differing, f"these days differ: {differing}")

    def _same_rejects(self, what, folder):
        found = _read_rejects(folder.glob("*"))
        self._check(what, found == self._rejects, (found - self._rejects, self._rejects - found))

    def _silent(self, talk):
        self._check("no message is shown", archives.SECRET not in talk, talk)

    def _check(self, what, holds, otherwise):
        print(f"{'ok    ' if holds else 'FAILED'} {what}{'' if holds else f': {otherwise}'}")
        self._failed += not holds

    def _folder(self, name):
        """A path that is new."""
        self._number += 1
        return self._directory / f"{name}-{self._number}"


def _read_days(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _read_rejects(paths):
    """{(line number, reason, message): count}"""
    found = collections.Counter()
    for path in paths:
        found.update((each["line"], each["reason"], json.dumps(each["message"]))
                     for each in map(json.loads, path.read_bytes().splitlines()))
    return found


def main(root, tools):
    with tempfile.TemporaryDirectory(prefix="check-backfill-") as directory:
        failed = Check(root, tools, pathlib.Path(directory)).run()
    print("All of it held." if not failed else f"{failed} of the checks FAILED.")
    return 1 if failed else 0


if __name__ == "__main__":
    forget_aws_environment()
    exit_on_signals()
    sys.stdout.reconfigure(line_buffering=True)
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))

"""Running scripts/dump-queue in surroundings that are not kind to it, and striking at its processes."""

import asyncio
import os
import pathlib
import secrets
import shlex
import signal
import subprocess

DUMP_QUEUE = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "dump-queue"
# Longer than most visibility timeouts of the plans.
_FREEZE_SECONDS = 2.5


class Chain:
    """One run of the script, in a session of its own, by which all of its processes are found."""

    def __init__(self, environment, log_path, arguments=()):
        # A session's number is used again when its leader is gone: what is of this run bears a mark.
        self._mark = f"TORTURE_RUN={secrets.token_hex(8)}"
        name, _, value = self._mark.partition("=")
        self._environment = {**environment, name: value}
        self._log_path = log_path
        self._arguments = list(arguments)
        self._process = None
        self._talk = None
        self.status = None
        self.frozen = 0

    async def start(self, surrounding=None):
        command = [str(DUMP_QUEUE), *self._arguments]
        kind = surrounding.kind if surrounding else None
        if kind in ("file-limit", "file-limit-signal"):
            ignore = "trap '' XFSZ; " if kind == "file-limit" else ""
            limit = f"{ignore}ulimit -f {surrounding.amount // 1024}; exec \"$@\""
            command = ["bash", "-c", limit, "bash", *command]
        elif kind == "talk-missing":
            command = ["bash", "-c", 'exec "$@" 2>&-', "bash", *command]
        reading, writing = os.pipe()
        try:
            self._process = await asyncio.create_subprocess_exec(
                *command,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                start_new_session=True,
            )
        finally:
            os.close(writing)
        limit = surrounding.amount if kind == "talk-closed" else None
        self._talk = asyncio.create_task(asyncio.to_thread(_listen, reading, self._log_path, limit))

    async def wait(self):
        """Waits for the script alone, and returns its status: negative when a signal ended it."""
        self.status = await self._process.wait()
        return self.status

    async def heard(self):
        """Waits until all that was said is in the log: until all processes are gone."""
        if self._talk:
            await self._talk

    @property
    def running(self):
        return self._process is not None and self._process.returncode is None

    def processes(self):
        """{pid: name} of what is alive of this run, the script included."""
        return processes_of_session(self._process.pid, self._mark) if self._process else {}

    def strike(self, strike, rng):
        """Sends the signal; the name of the process that got it, or None when there was no such process."""
        found = self.processes()
        if strike.victim == "group":
            targets = [(-self._process.pid, "group")] if found else []
        elif strike.victim == "script":
            targets = [(self._process.pid, "script")] if self._process.pid in found else []
        elif strike.victim == "child":
            targets = [each for each in found.items() if each[0] != self._process.pid]
            targets = [rng.choice(sorted(targets))] if targets else []
        else:
            targets = [each for each in found.items() if each[1] == strike.victim][:1]
        for pid, name in targets:
            try:
                os.kill(pid, strike.signal)
            except ProcessLookupError:
                continue
            if strike.signal == signal.SIGSTOP:
                self.frozen += 1
                asyncio.get_running_loop().call_later(_FREEZE_SECONDS, self._thaw, pid)
            return name
        return None

    def end(self, number):
        """Sends a signal to all that is left."""
        for pid in self.processes():
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass

    async def until_gone(self, limit):
        """Waits until no process is left; what is left after `limit` seconds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + limit
        while (left := self.processes()) and loop.time() < deadline:
            await asyncio.sleep(0.05)
        return left

    def _thaw(self, pid):
        self.frozen -= 1
        if pid in self.processes():
            os.kill(pid, signal.SIGCONT)


def _listen(reading, log_path, limit):
    """Copies what is said to the log; goes away after `limit` bytes, where there is a limit.

    A pipe and no file, since a limit of file sizes would hold for it too.
    """
    with open(reading, "rb", buffering=0) as source, open(log_path, "ab", buffering=0) as log:
        left = limit
        while left != 0 and (data := source.read(65536 if left is None else left)):
            log.write(data)
            left = None if left is None else left - len(data)


def processes_of_session(session, mark):
    """{pid: name} of those with the mark in their environment, but for dead ones that nobody has waited for."""
    found = {}
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            text = pathlib.Path("/proc", entry, "stat").read_text(errors="replace")
        except OSError:
            continue
        name, _, rest = text.partition("(")[2].rpartition(")")
        fields = rest.split()
        if int(fields[3]) != session or fields[0] in "ZX":
            continue
        try:
            environment = pathlib.Path("/proc", entry, "environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if mark.encode() in environment:
            found[int(entry)] = name
    return found


def wrap_stage(directory, tools, surrounding):
    """A stand-in for one tool whose output or input is spoilt; the folder that must come first on PATH."""
    redirection = {
        "stdout-full": ">/dev/full",
        "stdout-closed": ">&-",
        "stdin-closed": "<&-",
        "stderr-closed": "2>&-",
        "stdout-cut": f"> >(head -c {surrounding.amount})",
    }[surrounding.kind]
    directory.mkdir()
    real = shlex.quote(str(pathlib.Path(tools, surrounding.tool)))
    path = directory / surrounding.tool
    used = shlex.quote(str(directory / "used"))
    path.write_text(f'#!/usr/bin/env bash\n: >{used}\nexec {real} "$@" {redirection}\n')
    path.chmod(0o700)
    return directory


class SmallDisk:
    """A file system of its own for the folder, where mounting is permitted."""

    def __init__(self, directory, size):
        self._directory = directory
        self._size = size

    def mount(self):
        """Whether it could be mounted."""
        return self._run("mount", "-t", "tmpfs", "-o", f"size={self._size}", "none")

    def enlarge(self):
        self._run("mount", "-o", f"remount,size={64 << 20}")

    def unmount(self):
        self._run("umount")

    def _run(self, *command):
        return subprocess.run([*command, self._directory], stderr=subprocess.DEVNULL).returncode == 0


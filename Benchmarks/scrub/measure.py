"""Runs programs on a file: for their time, their peak of memory, their instructions and their output."""
import hashlib
import os
import random
import re
import shutil
import subprocess

from stopwatch import TIMED, Timing
from workshop import fail, tell


class Meter:
    def __init__(self, workshop, ledger):
        self.timed = workshop.helper(TIMED)
        # It must not be there, or be empty, whenever a program starts.
        self.ledger = ledger

    def run(self, program, path):
        """The seconds and the peak in KiB of one run, whose output goes nowhere."""
        self.ledger.unlink(missing_ok=True)
        report, writer = os.pipe()
        with open(path, "rb") as lines, os.fdopen(report) as answer:
            ran = subprocess.run(
                [self.timed, str(writer), *program.command], stdin=lines, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE, pass_fds=[writer], check=False)
            os.close(writer)
            figures = answer.read().split()
        if ran.returncode != 0 or figures[2] != "0":
            fail(f"{program.name} failed on {path.name}: {ran.stderr.decode(errors='replace')[-500:]}")
        return int(figures[0]) / 1e9, int(figures[1])

    def interleaved(self, programs, path, rounds, what):
        """A Timing for each program's name. Every round has every program once, in an order of its own."""
        seconds = {program.name: [] for program in programs}
        for number in range(rounds):
            tell(f"{what}: round {number + 1} of {rounds}")
            for program in random.Random(number).sample(programs, len(programs)):
                seconds[program.name].append(self.run(program, path)[0])
        return {name: Timing(tuple(times)) for name, times in seconds.items()}

    def starts(self, programs, path, count):
        """As above, of runs too short to talk of."""
        tell(f"start to finish on one line, {count} times")
        seconds = {program.name: [] for program in programs}
        for _ in range(count):
            for program in programs:
                seconds[program.name].append(self.run(program, path)[0])
        return {name: Timing(tuple(times)) for name, times in seconds.items()}

    def digest(self, program, path):
        """The SHA-256 and the number of lines of what it writes."""
        self.ledger.unlink(missing_ok=True)
        sha, lines = hashlib.sha256(), 0
        with open(path, "rb") as messages, subprocess.Popen(
                program.command, stdin=messages, stdout=subprocess.PIPE) as process:
            while chunk := process.stdout.read(1 << 20):
                sha.update(chunk)
                lines += chunk.count(b"\n")
        if process.returncode != 0:
            fail(f"{program.name} ended with {process.returncode} on {path.name}")
        return sha.hexdigest(), lines

    def agree(self, programs, path):
        """Ends the benchmark unless all scrub a file to the same bytes; gives the number of lines kept."""
        digests = {}
        for program in programs:
            if program.scrubs:
                digests.setdefault(self.digest(program, path), []).append(program.name)
        if len(digests) != 1:
            sides = "\n".join(f"  {sha} {lines} lines: {', '.join(who)}" for (sha, lines), who in digests.items())
            fail(f"the outputs differ on {path.name}:\n{sides}")
        return next(iter(digests))[1]

    def instructions_per_byte(self, program, path, one_line):
        """Of the run on a file, less the run on one line; None where they cannot be counted."""
        if not shutil.which("valgrind"):
            return None
        counts = [self.instructions(program, file) for file in (path, one_line)]
        if None in counts:
            return None
        return (counts[0] - counts[1]) / (path.stat().st_size - one_line.stat().st_size)

    def instructions(self, program, path):
        self.ledger.unlink(missing_ok=True)
        valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"]
        with open(path, "rb") as lines:
            ran = subprocess.run(
                [*valgrind, *program.command], stdin=lines, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                check=False)
        counted = re.search(rb"Collected : (\d+)", ran.stderr)
        if ran.returncode != 0 or not counted:
            tell(f"valgrind cannot count {program.name}: it ended with {ran.returncode}")
            return None
        return int(counted[1])

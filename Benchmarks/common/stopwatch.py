"""Runs commands, interleaved, for their time and their peak of memory. What a run left behind goes before the next."""
import dataclasses
import os
import pathlib
import random
import signal
import statistics
import subprocess

from workshop import fail, tell

TIMED = pathlib.Path(__file__).with_name("timed.c")


@dataclasses.dataclass(frozen=True)
class Timing:
    """Of some runs, in seconds."""

    seconds: tuple

    @property
    def median(self):
        return statistics.median(self.seconds)

    @property
    def least(self):
        return min(self.seconds)

    @property
    def most(self):
        return max(self.seconds)


@dataclasses.dataclass(frozen=True)
class Contender:
    """A command that makes a file, or sends one."""

    name: str
    command: tuple
    # What it writes: removed around each run, so that no run writes over another's pages.
    output: object = None


@dataclasses.dataclass(frozen=True)
class Figures:
    """Of some runs of a contender."""

    timing: Timing
    # Seconds of the processors in the program itself: what is left to compare by on a busy machine.
    processor: float
    # The highest, in KiB.
    peak: int


class Stopwatch:
    def __init__(self, workshop, environment):
        self.timed = workshop.helper(TIMED)
        self.environment = environment

    def run(self, contender):
        """The seconds, those of the processors, and the peak in KiB of one run."""
        self.clean(contender)
        report, writer = os.pipe()
        with os.fdopen(report) as answer:
            process = subprocess.Popen(
                [self.timed, str(writer), *contender.command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE, env=self.environment, pass_fds=[writer], start_new_session=True)
            os.close(writer)
            try:
                errors = process.communicate()[1]
            except BaseException:
                # With all that it started: an interrupted benchmark leaves nothing at work.
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                raise
            figures = answer.read().split()
        if process.returncode != 0 or figures[2] != "0":
            fail(f"{contender.name} failed: {errors.decode(errors='replace')[-500:]}")
        return int(figures[0]) / 1e9, int(figures[3]) / 1e9, int(figures[1])

    def clean(self, contender):
        if contender.output:
            contender.output.unlink(missing_ok=True)

    def interleaved(self, contenders, rounds, what, before=lambda contender: None, after=lambda contender: None):
        """The Figures for each name. Every round has all once, in an order of its own."""
        runs = {contender.name: [] for contender in contenders}
        for number in range(rounds):
            tell(f"{what}: round {number + 1} of {rounds}")
            for contender in random.Random(number).sample(contenders, len(contenders)):
                before(contender)
                runs[contender.name].append(self.run(contender))
                after(contender)
                # What is left would be written to disk while the next one is timed.
                self.clean(contender)
        return {name: figures_of(measured) for name, measured in runs.items()}


def figures_of(runs):
    seconds, processor, peaks = zip(*runs)
    return Figures(Timing(seconds), statistics.median(processor), max(peaks))

"""The fault harness; scripts/torture starts it and says how it is used.

    python Tests/Torture --tools FOLDER [--seeds N] [--first K] [--seconds S] [--least N] [--jobs N]
    python Tests/Torture --tools FOLDER --seed K [--times N]
"""

import argparse
import asyncio
import collections
import concurrent.futures
import contextlib
import os
import pathlib
import signal
import sys
import tempfile
import time
import traceback

import faults
import seed as seeds
import world

_ROOT = pathlib.Path(__file__).resolve().parents[2]
_FINDINGS = _ROOT / ".build-torture-findings"
_SEED_SECONDS = 240
# A day that is lost is a problem for each of its lines.
_MOST_PROBLEMS = 100


def main():
    arguments = _parse()
    world.local_aws.forget_aws_environment()
    sys.stdout.reconfigure(line_buffering=True)
    with tempfile.TemporaryDirectory(prefix="torture-") as directory:
        # The server's folder too, so that all goes with this one.
        tempfile.tempdir = directory
        return asyncio.run(Torture(arguments, directory).run())


class Torture:
    """Many seeds, several at once, and the sum of what they met."""

    def __init__(self, arguments, directory):
        self._arguments = arguments
        self._directory = directory
        self._world = world.World()
        self._began = time.monotonic()
        self._done = 0
        self._failed = []
        self._hits = collections.Counter()
        self._struck = collections.Counter()
        self._sums = collections.Counter()
        self._signal = None
        # One at a time: each takes some hundred megabytes.
        self._large_gate = asyncio.Lock()

    async def run(self):
        loop = asyncio.get_running_loop()
        loop.set_default_executor(concurrent.futures.ThreadPoolExecutor(64))
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._stop, number, asyncio.current_task())
        try:
            await asyncio.to_thread(self._world.start)
            await self._run_all()
        except asyncio.CancelledError:
            self._summarise()
            return 128 + self._signal
        finally:
            self._world.stop()
        self._summarise()
        return 1 if self._failed or self._done < self._arguments.least else 0

    def _stop(self, number, task):
        self._signal = self._signal or number
        task.cancel()

    async def _run_all(self):
        a = self._arguments
        numbers = [a.seed] * a.times if a.seed is not None else range(a.first, a.first + a.seeds)
        waiting = iter(numbers)

        async def work():
            for number in waiting:
                if a.seconds and time.monotonic() - self._began > a.seconds:
                    return
                await self._run_one(number)

        workers = [asyncio.create_task(work()) for _ in range(a.jobs)]
        try:
            await asyncio.gather(*workers)
        finally:
            for each in workers:
                each.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _run_one(self, number):
        for last_attempt in (False, True):
            start = self._world.start_number
            # In a thread, since the plan of a large day takes a second.
            run = await asyncio.to_thread(
                seeds.SeedRun, self._world, number, self._arguments.tools, self._directory
            )
            try:
                async with self._large_gate if run.plan.large else contextlib.nullcontext():
                    await asyncio.wait_for(run.run(), _SEED_SECONDS)
            except Exception:
                # Not the seed's fault when ministack no longer answers, or was started again meanwhile.
                if not last_attempt and await self._world.renewed(start):
                    continue
                run.problems.append("the harness itself failed:\n" + traceback.format_exc())
            break
        self._count(number, run)
        if run.problems or self._arguments.seed is not None:
            self._tell(number, run)
        if run.told_to_stop:
            print(f"seed {number} was still at work after 30 s and told to stop")
        if self._done % 50 == 0:
            print(f"{self._done} seeds in {time.monotonic() - self._began:.0f} s, {len(self._failed)} failed")

    def _count(self, number, run):
        self._done += 1
        self._hits += run.hits
        self._struck += run.struck
        self._sums["requests"] += run.requests
        self._sums["signals that found no process"] += run.missed
        self._sums["runs told to stop after 30 s"] += run.told_to_stop
        self._sums["large days"] += run.plan.large
        self._sums["uploads in parts left by what was killed or not answered"] += run.unfinished
        if run.problems:
            self._failed.append(number)

    def _tell(self, number, run):
        text = "\n".join(
            [
                *run.plan.describe(),
                *run.events,
                "--- what the scripts said",
                run.talk.decode(errors="replace"),
                *[f"PROBLEM: {each}" for each in run.problems[:_MOST_PROBLEMS]],
            ]
        )
        if self._arguments.seed is not None:
            print(text)
        if run.problems:
            _FINDINGS.mkdir(exist_ok=True)
            path = _FINDINGS / f"seed-{number}.log"
            path.write_text(text + "\n")
            print(f"seed {number} FAILED: {run.problems[0]}")
            for each in run.problems[1:5]:
                print(f"    {each}")
            if len(run.problems) > 5:
                print(f"    and {len(run.problems) - 5} more")
            print(f"    its log: {path.relative_to(_ROOT)}; again: scripts/torture --seed {number}")

    def _summarise(self):
        single = self._arguments.seed is not None
        print("\nfaults that hit, by what they hit:")
        kinds = collections.defaultdict(dict)
        for (kind, target), count in sorted(self._hits.items()):
            kinds[kind][target] = count
        for kind in sorted(faults.all_kinds()):
            if not kinds[kind] and single:
                continue
            parts = ", ".join(f"{target} {count}" for target, count in kinds[kind].items())
            print(f"  {kind:18} {sum(kinds[kind].values()):6}  {parts}")
        print("signals, by the process that got them:")
        for (name, number), count in sorted(self._struck.items()):
            print(f"  {name:12} {number:8} {count:6}")
        for name, count in self._sums.items():
            print(f"{name}: {count}")
        never = sorted(kind for kind in faults.all_kinds() if not kinds[kind])
        if never and not single:
            print(f"never hit, a hole: {', '.join(never)}")
        seconds = time.monotonic() - self._began
        print(f"{self._done} seeds in {seconds:.0f} s, {len(self._failed)} failed")
        if self._done < self._arguments.least:
            print(f"too few: {self._arguments.least} were wanted at least")
        for number in self._failed:
            print(f"  scripts/torture --seed {number}")


def _parse():
    parser = argparse.ArgumentParser(prog="scripts/torture", allow_abbrev=False)
    parser.add_argument("--tools", required=True, type=pathlib.Path)
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--least", type=int, default=0)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=3 * (os.cpu_count() or 1))
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""One seed from beginning to end: publish, torment, look, run cleanly, look again."""

import asyncio
import collections
import os
import pathlib
import random
import shutil
import signal
import time

import chain
import check
import faults
import messages
import proxy
import world

# A run that does nothing for so long hangs. The tools wait some seconds between attempts.
_IDLE_SECONDS = 15
# A run is told to stop then: in a torment without end it need not come to one.
_LONG_SECONDS = 30
_GONE_SECONDS = 20
_VISIBLE_SECONDS = 20
# What stands in the home folder of a run and is of the harness.
_OURS = {"tmp", "log", "wrapped"}


class SeedRun:
    """What happened: `problems` is empty when all held."""

    def __init__(self, the_world, number, tools, directory):
        self.plan = faults.Plan(number)
        self.problems = []
        self.hits = collections.Counter()  # (kind of fault, kind of request)
        self.struck = collections.Counter()  # (name of the process, signal)
        self.missed = 0
        self.told_to_stop = 0
        self.unfinished = 0
        self.requests = 0
        self.events = []
        self.talk = b""  # all that the scripts and tools said
        self._began = time.monotonic()
        self._world = the_world
        self._tools = tools
        self._directory = pathlib.Path(directory, f"seed-{number}-{random.getrandbits(32):08x}")
        self._temporary = self._directory / "tmp"
        self._log_path = self._directory / "log"
        self._place = world.Place(the_world, self._directory.name.removeprefix("seed-"))
        self._proxy = proxy.Proxy(
            the_world.port,
            number,
            self._take,
            self._passed,
            self._hit,
            self._meddle,
            renewals=self.plan.renewals,
        )
        self._rng = random.Random(f"strikes {number}")
        self._chains = []
        self._disk = None
        self._faulty = True
        self._seen = collections.Counter()

    async def run(self):
        self._temporary.mkdir(parents=True)
        try:
            bodies = [each.body for each in self.plan.messages]
            await self._place.make(bodies, self.plan.objects)
            await self._proxy.start()
            await self._torment()
            await self._recover()
            await self._place.remove()
        finally:
            for each in self._chains:
                each.end(signal.SIGKILL)
            await self._proxy.stop()
            for each in self._chains:
                await each.heard()
            self.talk = self._log()
            if self._disk:
                self._disk.unmount()
            shutil.rmtree(self._directory, ignore_errors=True)

    async def _torment(self):
        surrounding = self.plan.surrounding
        if surrounding and surrounding.kind == "tmpfs-full":
            disk = chain.SmallDisk(self._temporary, surrounding.amount)
            if disk.mount():
                self._disk = disk
        for number, options in enumerate(self.plan.options):
            spoilt = surrounding if number == 0 else None
            self._chains.append(self._make_chain(options, self.plan.arguments[number], spoilt))
        for number, each in enumerate(self._chains):
            await each.start(surrounding if number == 0 else None)
        self._passed("start", False)
        self._passed("start", True)
        await asyncio.gather(*[self._watch(each) for each in self._chains])
        self._faulty = False
        for each in self._chains:
            left = await each.until_gone(_GONE_SECONDS)
            if left:
                self._problem(f"processes are left: {sorted(left.values())}")
                each.end(signal.SIGKILL)
            await each.heard()
        await self._proxy.until_idle()
        self._note_surrounding(surrounding)
        # Or it was the rm at its end that was.
        for each in self._chains:
            self._note(f"the script ended with {each.status}")
            self.problems += check.status(each.status)
        self.problems += check.talk(self._log())
        days, queued = await self._place.days(), await self._place.queued()
        # In a thread, since a large day takes long, and other seeds go on meanwhile.
        self.problems += await asyncio.to_thread(check.after_faults, self.plan, days, queued)

    async def _recover(self):
        if self._disk:
            self._disk.enlarge()
        if not await self._place.until_visible(_VISIBLE_SECONDS):
            self._problem("messages are hidden for longer than any visibility timeout")
        self._note("clean run")
        clean = self._make_chain({"PULL_OPTIONS": "--wait-time-seconds 1 --concurrency 8"})
        self._chains.append(clean)
        await clean.start()
        await self._watch(clean)
        self._note(f"the script ended with {clean.status}")
        if clean.status != 0:
            self._problem(f"the clean run ended with status {clean.status}")
        for each in self._chains:
            left = each.processes()
            if left:
                self._problem(f"processes are left after the clean run: {sorted(left.values())}")
                each.end(signal.SIGKILL)
        await clean.heard()
        days, queued = await self._place.days(), await self._place.queued()
        self.problems += await asyncio.to_thread(check.after_clean_run, self.plan, days, queued)
        names = set(os.listdir(self._temporary)) | set(os.listdir(self._directory)) - _OURS
        killed = sum(each.status == -signal.SIGKILL for each in self._chains)
        self.problems += check.leftovers(sorted(names), killed)
        self.unfinished = await self._place.unfinished_uploads()
        if self.unfinished and not self._may_leave_uploads():
            self._problem(f"{self.unfinished} uploads in parts were not aborted")

    def _may_leave_uploads(self):
        """Whether something happened against which s3-put can do nothing."""
        killed = any(number == "SIGKILL" for _, number in self.struck)
        return killed or any(request in ("create", "abort") for _, request in self.hits)

    def _make_chain(self, options, arguments=(), surrounding=None):
        path = [str(self._tools), os.environ.get("PATH", os.defpath)]
        if surrounding and surrounding.kind in faults.STAGE_SURROUNDINGS:
            path.insert(0, str(chain.wrap_stage(self._directory / "wrapped", self._tools, surrounding)))
        # All of it: no setting of the caller's is to help or to hinder.
        environment = {
            **self._place.environment(),
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self._proxy.port}",
            "PATH": ":".join(path),
            "HOME": str(self._directory),
            "TMPDIR": str(self._temporary),
            # Else a crash waits in the backtracer.
            "SWIFT_BACKTRACE": "enable=no",
            **options,
        }
        return chain.Chain(environment, self._log_path, arguments)

    async def _watch(self, running):
        """Waits for a run; ends it when it hangs or has gone on for long."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        end = asyncio.create_task(running.wait())
        told = False
        while not (await asyncio.wait([end], timeout=0.5))[0]:
            now = loop.time()
            if min(self._proxy.idle_seconds, now - began) > _IDLE_SECONDS and not running.frozen:
                self._problem(f"the run hangs: {sorted(running.processes().values())}")
                running.end(signal.SIGKILL)
            elif now - began > _LONG_SECONDS and not told:
                told = True
                self.told_to_stop += 1
                self._note("told to stop")
                running.end(signal.SIGTERM)
            elif now - began > 2 * _LONG_SECONDS:
                self._problem(f"the run does not stop: {sorted(running.processes().values())}")
                running.end(signal.SIGKILL)
        await end

    def _take(self, request):
        self.requests += 1
        self._seen[request] += 1
        return self.plan.faults.get((request, self._seen[request])) if self._faulty else None

    def _hit(self, fault, request):
        self.hits[fault, request] += 1
        self._note(f"{fault}: {request} #{self._seen[request]}")

    async def _meddle(self, path):
        day = path.rpartition("/")[2]
        line = messages.make_line(self._rng, day)
        if not await self._place.add_line(day, line):
            return False
        self.plan.others.setdefault(day, set()).add(line)
        return True

    def _passed(self, request, after):
        self._seen[request, after] += 1
        if not self._faulty:
            return
        for strike in self.plan.strikes:
            if (strike.request, strike.after, strike.number) == (request, after, self._seen[request, after]):
                if strike.delay:
                    asyncio.get_running_loop().call_later(strike.delay, self._strike, strike)
                else:
                    self._strike(strike)

    def _strike(self, strike):
        if not self._faulty:
            self.missed += 1
            return
        # The chains meet the strikes in turns.
        for each in self._chains:
            name = each.strike(strike, self._rng) if each.running else None
            if name:
                self.struck[name, signal.Signals(strike.signal).name] += 1
                self._note(f"{strike}: {name}")
                return
        self.missed += 1
        self._note(f"missed: {strike}")

    def _note_surrounding(self, surrounding):
        if not surrounding:
            return
        log = self._log()
        if surrounding.kind in faults.STAGE_SURROUNDINGS:
            hit = (self._directory / "wrapped" / "used").exists()
        elif surrounding.kind in ("talk-closed", "talk-missing"):
            hit = True
        else:
            marks = [b"(74)", b"(153)", b"No space left", b"File too large", b"is full"]
            hit = any(mark in log for mark in marks) or any(each.status == 74 for each in self._chains)
            hit = hit and (self._disk or surrounding.kind != "tmpfs-full")
        if hit:
            of_stage = surrounding.kind in faults.STAGE_SURROUNDINGS
            self._hit(surrounding.kind, surrounding.tool if of_stage else "chain")

    def _log(self):
        return self._log_path.read_bytes() if self._log_path.exists() else b""

    def _note(self, text):
        self.events.append(f"{time.monotonic() - self._began:8.3f} {text}")

    def _problem(self, text):
        self.problems.append(text)
        self._note(f"PROBLEM: {text}")

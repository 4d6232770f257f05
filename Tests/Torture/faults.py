"""The plan of a seed: which request meets which fault, who is killed when, and how the chain is run."""

import dataclasses
import random
import signal

import messages

# What a request of a kind can meet. The proxy does these; see Proxy.
ANY_REQUEST = [
    "delay",  # reaches AWS late
    "slow-answer",  # the answer comes late
    "drip",  # the answer comes in small pieces
    "reset",  # the connection is reset, AWS never sees the request
    "drop-answer",  # the request succeeds, the connection is reset instead of an answer
    "close-answer",  # the same, with an orderly close
    "late",  # the connection is reset, and the request reaches AWS a while after that
    "truncate",  # the answer's body is cut
    "truncate-head",  # the answer's head is cut
    "truncate-unsized",  # the answer has no Content-Length, and its body is cut
    "answer-twice",  # the answer is there twice, on the one connection
    "request-twice",  # AWS sees the request twice, the answer is the second's
    "500",
    "500-after",  # the request succeeded all the same
    "502-html",
    "503",
    "503-empty",
    "slow-down",
    "throttled-403",
    "expired-token",
    "skewed-clock",
    "denied",
]
# What else can happen to requests of one kind; more often than each of the above.
ONLY = {
    "receive": ["garble", "deliver-twice", "withhold", "shuffle", "over-limit"],
    "delete": ["some-failed"],
    "visibility": ["some-failed"],
    # other-writer: just before the request somebody else writes the same object.
    # A part of an object that is taken for the whole would be the worst.
    "get": ["other-writer", "truncate", "truncate-unsized"],
    "put": ["conflict-409", "other-writer"],
    # error-in-200: AWS answers 200 before it knows. forgotten-after: it succeeded, and its upload is gone.
    "complete": ["conflict-409", "other-writer", "error-in-200", "forgotten-after"],
}
REQUESTS = ["attributes", "receive", "get", "put", "delete", "visibility"]
# Of these the client does not know whether they succeeded.
_LOST_ANSWERS = ["drop-answer", "close-answer", "500-after", "late", "reset", "truncate-head"]
# Of an upload in parts, which a large day goes by.
PART_REQUESTS = ["create", "part", "complete", "abort"]
TOOLS = ["sqs-pull", "event-scrub", "day-merge", "s3-put", "sqs-ack"]
# The requests during which a tool lives.
_LIVES = {
    "sqs-pull": ["attributes", "receive"],
    "event-scrub": ["attributes", "receive"],
    "day-merge": ["get"],
    "s3-put": ["put"],
    "sqs-ack": ["delete"],
}
# So few, since each takes some seconds.
_LARGE_SHARE = 0.03
# What the chain's surroundings can be like.
SURROUNDINGS = [
    "tmpfs-full",  # the folder for temporary files is on a small file system
    "file-limit",  # no file may grow beyond a limit, writing fails with EFBIG
    "file-limit-signal",  # the same, and the writer gets SIGXFSZ
    "stdout-full",  # a stage's output is /dev/full
    "stdout-closed",  # a stage begins without its output
    "stdout-cut",  # the reader of a stage's output goes away after some bytes
    "stdin-closed",  # a stage begins without its input
    "stderr-closed",  # a stage begins without its standard error
    "talk-closed",  # the reader of the script's messages goes away
    "talk-missing",  # the script begins without its standard error
]
# Those of them that are about one stage.
STAGE_SURROUNDINGS = ["stdout-full", "stdout-closed", "stdout-cut", "stdin-closed", "stderr-closed"]


@dataclasses.dataclass(frozen=True)
class Fault:
    kind: str
    amount: float  # between 0 and 1: how long, how much


@dataclasses.dataclass(frozen=True)
class Strike:
    """A signal to a victim, `delay` seconds after the n-th request of a kind came (or was done: `after`)."""

    victim: str  # a tool, "script", "group", or "child": any one process of the script's
    signal: int  # SIGSTOP is followed by SIGCONT
    request: str  # "start" for the start of the chain
    number: int
    after: bool
    delay: float

    def __str__(self):
        when = "after" if self.after else "at"
        name = signal.Signals(self.signal).name
        return f"{name} to {self.victim}, {self.delay:.3f} s {when} {self.request} #{self.number}"


@dataclasses.dataclass
class Surrounding:
    kind: str
    tool: str  # the stage meant, where it is about one
    amount: int  # bytes, or the size of the file system


class Plan:
    """All that a seed determines. The same seed makes the same plan."""

    def __init__(self, seed):
        rng = random.Random(seed)
        self.seed = seed
        self.days = messages.make_days(rng)
        self.messages = messages.make_messages(rng, self.days)
        self.large = rng.random() < _LARGE_SHARE
        self.objects = messages.make_objects(rng, self.days, self.messages)
        if self.large:
            self.objects[self.days[0]] = messages.make_large_object(rng, self.days[0])
        # {day: lines}, what other writers came to write; known only as the seed is run.
        self.others = {}
        self.chains = 1 if self.large else rng.choice([1, 1, 1, 2])
        make_options = _large_options if self.large else _options
        self.options = [make_options(rng) for _ in range(self.chains)]
        arguments = [[]] if self.large else [[], [], [], [], ["--once"], ["--dry-run"]]
        self.arguments = [rng.choice(arguments) for _ in range(self.chains)]
        # What goes wrong all at once can hide what one thing alone would show.
        self.mood = rng.choice(["requests", "strikes", "all" if self.large else "surroundings", "all"])
        kinds = ["get", "put", *PART_REQUESTS] if self.large else REQUESTS
        self.faults = _faults(rng, kinds) if self.mood in ("requests", "all") else {}
        strikes = {"strikes": rng.randint(1, 4), "all": rng.randint(0, 2)}.get(self.mood, 0)
        make_strike = _large_strike if self.large else _strike
        self.strikes = [make_strike(rng) for _ in range(strikes)]
        # Drawn by itself: the rest of an old seed's plan is to stay what it was.
        self.renewals = random.Random(f"renewals {seed}").random() < 0.5
        spoilt = self.mood in ("surroundings", "all") and not self.large
        self.surrounding = _surrounding(rng) if spoilt else None

    def describe(self):
        """Lines for the log of one seed."""
        count = {}
        for each in self.messages:
            count[each.outcome] = count.get(each.outcome, 0) + 1
        yield f"messages {count}, days {' '.join(self.days)}"
        yield f"objects before: { {day: len(content) for day, content in self.objects.items()} }"
        yield f"mood {self.mood}, chains {self.chains}{', a large day' if self.large else ''}"
        yield f"messages are {'' if self.renewals else 'not '}kept hidden"
        for arguments, options in zip(self.arguments, self.options):
            yield f"options {' '.join(arguments)} {options}"
        for (request, number), fault in sorted(self.faults.items()):
            yield f"planned: {fault.kind} ({fault.amount:.2f}) for {request} #{number}"
        for strike in self.strikes:
            yield f"planned: {strike}"
        if self.surrounding:
            yield f"planned: {self.surrounding}"


def all_kinds():
    """Every kind of fault there is, to see which never hit."""
    kinds = set(ANY_REQUEST) | set(SURROUNDINGS)
    for more in ONLY.values():
        kinds |= set(more)
    return kinds


def _options(rng):
    # Messages that come back sooner than the pull ends would keep it going, alone too after a kill of the
    # script, for its 300 s.
    pull = ["--wait-time-seconds", "1", "--max-seconds", str(rng.choice([2, 4]))]
    pull += ["--visibility-timeout", str(rng.choice([1, 2, 2, 3]))]
    if rng.random() < 0.7:
        pull += ["--max-messages", str(rng.choice([3, 7, 10, 20]))]
    # 8 as sqs-pull by itself: with more polls at once the local AWS has no time for anything else.
    pull += ["--concurrency", str(rng.choice([1, 2, 3])) if rng.random() < 0.7 else "8"]
    merge = ["--memory", rng.choice(["1K", "4K", "64K"])] if rng.random() < 0.5 else []
    return {
        "PULL_OPTIONS": " ".join(pull),
        "SCRUB_OPTIONS": f"--jobs {rng.choice([1, 1, 2])}",
        "MERGE_OPTIONS": " ".join(merge),
        "PUT_OPTIONS": f"--concurrency {rng.choice([1, 2, 4])}",
        "ACK_OPTIONS": f"--concurrency {rng.choice([1, 2, 8])}",
        "AWS_MAX_ATTEMPTS": str(rng.choice([1, 2, 2, 3])),
    }


def _large_options(rng):
    """One block that holds all: each would put the large day again."""
    return {
        "PULL_OPTIONS": f"--wait-time-seconds 1 --visibility-timeout {rng.choice([4, 8, 12])}",
        "PUT_OPTIONS": f"--concurrency {rng.choice([1, 4])}",
        "AWS_MAX_ATTEMPTS": str(rng.choice([1, 2, 3])),
    }


def _faults(rng, requests):
    """{(request, number): Fault}"""
    share = rng.choice([0.1, 0.25, 0.5])
    # Many of one kind find what one of each does not.
    favourite = rng.choice(sorted(set(ANY_REQUEST)))
    faults = {}
    for request in requests:
        kinds = ANY_REQUEST + ONLY.get(request, []) * 3
        for number in range(1, 31):
            if rng.random() < share:
                kind = favourite if rng.random() < 0.3 else rng.choice(kinds)
                faults[request, number] = Fault(kind, rng.random())
    if "complete" in requests:
        for number in (1, 2):
            if rng.random() < 0.6:
                kind = rng.choice(ANY_REQUEST + ONLY["complete"] * 3)
                faults["complete", number] = Fault(kind, rng.random())
    # A put that may have landed, and then somebody else's: the 412 that follows means either.
    if rng.random() < 0.2:
        number = rng.randint(1, 4)
        faults["put", number] = Fault(rng.choice(_LOST_ANSWERS), rng.random())
        faults["put", number + 1] = Fault("other-writer", 0)
    if rng.random() < 0.3:
        for number in range(1, 9):
            if rng.random() < 0.5:
                faults["put", number] = Fault("other-writer", 0)
    return faults


def _strike(rng):
    victim = rng.choice(TOOLS * 2 + ["script"] * 4 + ["group", "group", "child", "child"])
    if victim in TOOLS:
        number = rng.choice([signal.SIGKILL] * 4 + [signal.SIGTERM, signal.SIGSTOP])
        request = rng.choice(_LIVES[victim])
    else:
        number = rng.choice([signal.SIGKILL] * 3 + [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
        request = rng.choice(REQUESTS + ["start"])
    if victim == "child":
        number = signal.SIGKILL
    delay = rng.choice([0, 0, rng.random() * 0.02, rng.random() * 0.2])
    if request == "start":
        delay = rng.choice([rng.random() * 0.05, rng.random() * 0.15, rng.random() * 2])
    nth = 1 if request == "attributes" else rng.choice([1, 1, 2, 3, 5, 8])
    return Strike(victim, number, request, nth, rng.random() < 0.5, delay)


def _large_strike(rng):
    """At the upload of a large day."""
    victim = rng.choice(["s3-put", "s3-put", "s3-put", "script", "group"])
    number = rng.choice([signal.SIGKILL, signal.SIGTERM])
    request = rng.choice(["create", "part", "part", "complete"])
    nth = rng.choice([1, 2, 3, 4, 5]) if request == "part" else 1
    return Strike(victim, number, request, nth, rng.random() < 0.5, rng.choice([0, rng.random() * 0.1]))


def _surrounding(rng):
    kind = rng.choice(SURROUNDINGS)
    tool = rng.choice(TOOLS)
    if kind == "tmpfs-full":
        amount = 4096 * rng.choice([3, 4, 5, 6, 8, 10, 12, 16, 24, 32])
    elif kind.startswith("file-limit"):
        amount = 1024 * rng.choice([1, 2, 3, 4, 8, 16])
    else:
        amount = rng.choice([0, 1, 100, 500, 2000])
    return Surrounding(kind, tool, amount)

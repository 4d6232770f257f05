"""What must hold while the chain is tormented, and after a clean run."""

import collections
import json
import re

import messages

# A stage that ended so has a fault of its own: 70, or SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV.
_CRASHES = re.compile(rb"[a-z0-9-]+\((?:70|132|133|134|135|136|139)\)")
_STATUSES = {0, 65, 69, 70, 74, 75, 77, 78}


def after_faults(plan, days, queued):
    """What is wrong although more runs may follow: an event in neither place, a line from nowhere."""
    found = []
    bodies = {each["Body"] for each in queued}
    stored = {day: messages.lines_of(content) for day, content in days.items()}
    for message in plan.messages:
        if message.outcome == messages.KEPT and message.body not in bodies:
            if message.line not in stored.get(message.day, ()):
                found.append(f"lost: neither queued nor in {message.day}: {message.line}")
        elif message.outcome == messages.MALFORMED and message.body not in bodies:
            found.append(f"lost: a malformed message: {message.body}")
    for day, lines in stored.items():
        others = messages.lines_of(plan.objects.get(day, b"")) | plan.others.get(day, set())
        known = others | {each.line for each in plan.messages if each.day == day}
        found += [f"{day} has a line that nobody published: {line}" for line in sorted(lines - known)]
        gone = others - lines
        found += [f"{day} lost a line that it had: {line}" for line in sorted(gone)]
    return found


def after_clean_run(plan, days, queued):
    found = []
    expected = messages.expected_days(plan.messages, plan.objects, plan.others)
    for day in sorted(expected.keys() | days.keys()):
        if day not in days:
            found.append(f"{day} is not there")
        elif day not in expected:
            found.append(f"{day} is there, and nothing was published for it")
        elif days[day] != expected[day]:
            found.append(f"{day}: {_difference(expected[day], days[day])}")
    wanted = collections.Counter(each.body for each in plan.messages if each.outcome == messages.MALFORMED)
    there = collections.Counter(each["Body"] for each in queued)
    found += [f"left in the queue: {body}" for body in (there - wanted).elements()]
    found += [f"gone from the queue: {body}" for body in (wanted - there).elements()]
    return found


def status(number):
    """What is wrong about how the script ended."""
    # Above 128 a stage was ended by a signal, or the script itself.
    if number in _STATUSES or number < 0 or 128 < number < 160:
        return []
    return [f"the script ended with status {number}"]


def talk(log):
    """What is wrong in what the scripts said."""
    found = [f"a stage ended by a fault of its own: {each.decode()}" for each in set(_CRASHES.findall(log))]
    # What it reads was all written by the stages before it, and a torn last line is no reason.
    if b"sqs-ack(65)" in log:
        found.append("sqs-ack could not read what the stages before it wrote")
    return found


def leftovers(names, killed):
    """What is wrong: `names` of what stands in the folders of a run, of which so many scripts were killed."""
    # A killed script cannot remove its work folder; the clean run after it does, but not where the kill came
    # before the folder was locked: such a one is not known from that of a run that is just beginning.
    young = [name for name in names if name.startswith("dump-queue-new.")][:killed]
    return [f"left behind: {name}" for name in names if name not in young]


def _difference(expected, there):
    wanted, lines = expected.decode().splitlines(), there.decode(errors="replace").splitlines()
    missing, extra = set(wanted) - set(lines), set(lines) - set(wanted)
    twice = [line for line, count in collections.Counter(lines).items() if count > 1]
    parts = [f"{len(wanted)} lines wanted, {len(lines)} there"]
    if missing:
        parts.append(f"missing {json.dumps(sorted(missing)[:3])}")
    if extra:
        parts.append(f"too much {json.dumps(sorted(extra)[:3])}")
    if twice:
        parts.append(f"twice {json.dumps(twice[:3])}")
    if lines != sorted(lines):
        parts.append("out of order")
    if not missing and not extra and not twice:
        parts.append("other bytes")
    return ", ".join(parts)

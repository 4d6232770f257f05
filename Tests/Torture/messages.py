"""What a seed publishes, what each message must become, and what stands in the bucket before.

An oracle of its own: it builds an event and the message around it side by side, and needs no scrub rules.
"""

import dataclasses
import json

KEPT, DROPPED, MALFORMED = "kept", "dropped", "malformed"

_HOSTS = ["futel-prod.phu73l.net", "futel-prod-back", "dialplan-functions-prod"]
_NAMES = ["filterdial", "outgoing-dialtone-wrapper", "Hangup", 'quote " and \\', "Zoë 電話 🎉", "tab\there"]
_TRIMMED = " \t\r\v\f"


@dataclasses.dataclass(frozen=True)
class Message:
    """A body as SQS gets it; `day` and `line` are of the event it must become, where it is KEPT."""

    body: str
    outcome: str
    day: str = None
    line: str = None


def make_days(rng):
    """Two to six days, as the objects' names have them."""
    return sorted({f"2026{rng.randint(1, 12):02}{rng.randint(1, 28):02}" for _ in range(rng.randint(2, 6))})


def make_messages(rng, days):
    """10 to 60 messages; a few kept ones twice, as two messages with one event."""
    malformed = rng.choice([0, 0.05, 0.2])
    messages = []
    for number in range(rng.randint(10, 60)):
        chance = rng.random()
        if chance < malformed:
            messages.append(_malformed(rng, number))
        elif chance < malformed + 0.2:
            messages.append(_dropped(rng, number, rng.choice(days)))
        else:
            messages.append(_kept(rng, number, rng.choice(days)))
    kept = [each for each in messages if each.outcome == KEPT]
    messages += rng.sample(kept, min(len(kept), rng.choice([0, 0, 1, 3])))
    rng.shuffle(messages)
    return messages


def make_objects(rng, days, messages):
    """{day: bytes} for some of the days and perhaps one more: in order or not, clean or not."""
    objects = {}
    for day in days + rng.choice([[], ["20251231"]]):
        if rng.random() < 0.5:
            continue
        size = rng.choice([1, 5, 40, 40, 400, 3000])
        lines = [
            _line(_stamp(day, rng), f"SIP/old-{number}", None, rng.choice(_NAMES)) for number in range(size)
        ]
        # Published before, and published again.
        lines += [each.line for each in messages if each.day == day and rng.random() < 0.2]
        rng.shuffle(lines)
        form = rng.choice(["sorted", "sorted", "unsorted", "twice", "blanks", "crlf", "torn", "foreign"])
        if form in ("sorted", "torn"):
            lines = sorted(set(lines))
        elif form == "twice":
            lines += lines[: 1 + size // 3]
        elif form == "blanks":
            lines = [line + rng.choice(["", "", " ", "\t \v", "\n"]) for line in lines]
        elif form == "crlf":
            lines = [line + "\r" for line in sorted(lines)]
        elif form == "foreign":
            lines += ["what somebody else wrote", "{}"]
        objects[day] = ("\n".join(lines) + ("" if form == "torn" else "\n")).encode()
    return objects


def make_large_object(rng, day):
    """More than s3-put puts in one piece, in long lines: it is the bytes that count."""
    padding = "x" * 900
    lines = (
        _line(_stamp(day, rng), f"SIP/large-{number}", padding, "large")
        for number in range(rng.randint(68000, 72000))
    )
    return "".join(line + "\n" for line in sorted(lines)).encode()


def lines_of(content):
    """The distinct lines of an object, as the merge must see them."""
    lines = {line.rstrip(_TRIMMED) for line in content.decode().split("\n")}
    return lines - {""}


def expected_days(messages, before, others):
    """{day: bytes} that must be there in the end, `others` {day: lines} of other writers included.

    A day that gains nothing stays as it is, to the byte.
    """
    days = dict(before)
    for day in {each.day for each in messages if each.outcome == KEPT} | others.keys():
        old = lines_of(before.get(day, b""))
        new = {each.line for each in messages if each.day == day} | others.get(day, set())
        if not new <= old:
            days[day] = "".join(line + "\n" for line in sorted(old | new)).encode()
    return days


def make_line(rng, day):
    """An event of somebody else's."""
    return _line(_stamp(day, rng), f"SIP/other-{rng.getrandbits(40)}", None, "other")


def _kept(rng, number, day):
    stamp = _stamp(day, rng)
    channel = f"SIP/{rng.randint(100, 999)}-{number:08x}"
    name = rng.choice(_NAMES)
    event = {"Channel": channel, rng.choice(["UserEvent", "Event"]): name, "CallerIDNum": "+15035550100"}
    endpoint = channel
    if rng.random() < 0.5:
        endpoint = event["endpoint"] = rng.choice(["demo", "saratoga", None])
    message = {"hostname": rng.choice(_HOSTS), "event": event}
    outer = rng.random() < 0.2
    if not outer:
        message["timestamp"] = stamp
    body = _dump(rng, message)
    if outer or rng.random() < 0.6:
        envelope = {
            "Type": "Notification",
            "MessageId": f"{rng.getrandbits(128):032x}",
            "TopicArn": "arn:aws:sns:us-east-1:123456789012:events",
            "Message": body,
            "Timestamp": stamp if outer else "2027-01-01T00:00:00.000Z",
        }
        body = _dump(rng, envelope)
    return Message(body, KEPT, day, _line(stamp, channel, endpoint, name))


def _dropped(rng, number, day):
    message = {
        "timestamp": _stamp(day, rng),
        "hostname": rng.choice(_HOSTS),
        "event": {"Channel": f"SIP/{number}", "UserEvent": "filterdial"},
    }
    why = rng.randrange(4)
    if why == 0:
        message["hostname"] = "futel-stage"
    elif why == 1:
        message["event"]["UserEvent"] = rng.choice(["Registry", "PeerStatus"])
    elif why == 2:
        message["event"]["Channel"] = f"Local/{number}@followme-operator"
    else:
        message["event"]["Channel"] = ""
    return Message(_dump(rng, message), DROPPED)


def _malformed(rng, number):
    event = {"Channel": f"SIP/{number}", "UserEvent": "filterdial"}
    host = rng.choice(_HOSTS)
    body = rng.choice(
        [
            f"phone {number} off hook",
            f'{{"number": {number}',
            json.dumps({"timestamp": "2026-02-30T10:00:00", "hostname": host, "event": event}),
            json.dumps({"timestamp": f"yesterday {number}", "hostname": host, "event": event}),
            json.dumps({"hostname": host, "event": event}),
            json.dumps({"timestamp": "2026-01-01T00:00:00", "event": event}),
            json.dumps({"timestamp": "2026-01-01T00:00:00", "hostname": host, "event": number}),
        ]
    )
    return Message(body, MALFORMED)


def _stamp(day, rng):
    seconds = rng.randrange(86400)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rng.randrange(10**6):06}"
    date = f"{day[:4]}-{day[4:6]}-{day[6:]}"
    return f"{date}{rng.choice('T T')}{clock}{rng.choice(['', 'Z', '-08:00'])}"


def _line(stamp, channel, endpoint, name):
    return json.dumps({"timestamp": stamp, "channel": channel, "endpoint": endpoint, "event": name})


def _dump(rng, value):
    return json.dumps(value, ensure_ascii=rng.random() < 0.5)

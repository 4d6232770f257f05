#!/usr/bin/env python3
"""Writes invented messages, the same ones every time: what the benchmark feeds to each program.

usage: generate.py [SHAPE [COUNT]] > messages
       generate.py traffic 200000 > messages

SHAPE is one of those listed in SHAPES below; without one, `traffic`. COUNT is 200000 unless given.
"""
import base64
import dataclasses
import hashlib
import json
import random
import sys
import uuid

LINE_LIMIT = 16 * 1024 * 1024

COMPACT = (",", ":")
SPACED = (", ", ": ")
PRETTY = None  # As SNS writes its envelope: a member a line.


@dataclasses.dataclass(frozen=True)
class Shape:
    """Each style is drawn anew for every line, so that naming one twice gives it twice the share."""

    what: str
    outer: tuple = (COMPACT,)
    envelope: tuple = (PRETTY, PRETTY, PRETTY, COMPACT)
    message: tuple = (SPACED,)
    # What the line is: an SQS message, the envelope in it, or the message in that.
    level: str = "outer"
    attributes: bool = False
    null_events: bool = False
    foreign_names: bool = False
    strict: bool = False
    at_limit: bool = False


SHAPES = {
    "traffic": Shape("what SQS hands out, and dumps of it", outer=(COMPACT, COMPACT, SPACED)),
    "compact": Shape("no blanks at any level", envelope=(COMPACT,), message=(COMPACT,)),
    "spaced": Shape("blanks at every level", outer=(SPACED,), envelope=(SPACED,)),
    "null-events": Shape("every second UserEvent is null", null_events=True),
    "attributes": Shape("with the Attributes that sqs-pull asks for", attributes=True),
    "envelopes": Shape("bare SNS envelopes", envelope=(COMPACT, SPACED), level="envelope"),
    "messages": Shape("bare messages", message=(COMPACT, SPACED), level="message"),
    "names": Shape("escapes and foreign letters in fields that are kept", foreign_names=True),
    # Each line holds, in fields that nothing reads, what no shortcut could take on trust.
    "strict": Shape("an escape, a number and an array in unread fields of every message", strict=True),
    "limit": Shape("lines of 16 MiB, the longest allowed; half of them full of escapes", at_limit=True),
}

HOSTS = (
    ["futel-prod.phu73l.net"] * 36 + ["futel-prod-back"] * 35 + ["dialplan-functions-prod"] * 3
    + ["dialplan-functions-stage"] * 2 + ["futel-prod.phu73l.net."] * 8 + ["futel-stage.phu73l.net"] * 8
    + ["localhost.localdomain"] * 8
)
PHONES = ["saratoga", "cesar-chavez", "ghost-mountain", "demo-one", "upper-leet", "hot-leet", "detroitbusco"]
TRUNKS = ["twilio", "630", "640", "voipms"]
NAMES = [
    "operator", "incoming-leet", "filterdial", "voicemail_outgoing", "contact_status_Avail", "conf_join",
    "outgoing_dialstatus_completed_ghost-mountain", "ivr", "robotron_ninth_position_play", "dial_pstn",
]
FOREIGN = ["café", "日本語", "line 📞", 'quote " here', "back \\ slash", "tab\tnew\nline"]
TOPIC = "arn:aws:sns:us-west-2:123456789012:asterisk-prod-events"


class Generator:
    def __init__(self, shape):
        self.shape = shape
        self.random = random.Random(20260101)

    def lines(self, count):
        for number in range(count):
            if self.shape.at_limit:
                yield self.line_at_limit(number)
            else:
                yield self.wrap(self.message(number))

    def line_at_limit(self, number):
        """As long as a line may be: a caller with a long name, which in every second line is all escapes."""
        piece = "\t" if number % 2 else "x"
        message = self.message(number)
        caller = message["event"]["CallerIDName"]
        state = self.random.getstate()
        spare = LINE_LIMIT - len(self.wrap(message))
        message["event"]["CallerIDName"] = caller + piece * (spare // (5 if number % 2 else 1))
        self.random.setstate(state)
        spare = LINE_LIMIT - len(self.wrap(message))
        message["event"]["CallerIDName"] += "x" * spare
        self.random.setstate(state)
        return self.wrap(message)

    # The message

    def message(self, number):
        when = 1767052800 + number // 3
        host = self.random.choice(HOSTS)
        if host.startswith("dialplan"):
            stamp = f"{date(when)}.{self.random.randrange(10**6):06}"
            event = self.dialplan_event()
        else:
            stamp = f"{date(when)}+00:00"
            event = self.asterisk_event(number, when)
        message = {"timestamp": stamp, "hostname": host, "event": event}
        if self.shape.level != "message" and self.random.random() < 0.05:
            del message["timestamp"]
        if self.shape.null_events and number % 2 and "UserEvent" in event:
            event["UserEvent"] = None
        if self.shape.foreign_names:
            event["endpoint"] = FOREIGN[number % len(FOREIGN)]
        if self.shape.strict or self.shape.at_limit:
            event["CallerIDName"] = 'the "other" line'
            event["Priority"] = 1
            event["Variables"] = ["a", {"b": None}]
        return message

    def dialplan_event(self):
        phone = self.random.choice(PHONES)
        return {
            "Event": "UserEvent", "endpoint": phone, "Channel": phone,
            "UserEvent": self.random.choice(NAMES),
        }

    def asterisk_event(self, number, when):
        chance = self.random.random()
        if chance < 0.03:
            return {
                "Event": self.random.choice(["Registry", "PeerStatus"]), "Privilege": "system,all",
                "Channel": self.channel(), "PeerStatus": "Registered",
            }
        phone = self.random.choice(PHONES)
        name = self.random.choice(NAMES)
        unique = f"{when}.{number % 9973}"
        event = {
            "Event": "UserEvent", "Privilege": "user,all", "Channel": self.channel(), "ChannelState": "6",
            "ChannelStateDesc": "Up", "CallerIDNum": f"+1503{self.random.randrange(10**7):07}",
            "CallerIDName": phone, "ConnectedLineNum": "<unknown>", "ConnectedLineName": "<unknown>",
            "Language": "en", "AccountCode": "", "Context": name, "Exten": "i", "Priority": "1",
            "Uniqueid": unique, "UserEvent": name, "Linkedid": unique,
        }
        if chance < 0.07:
            del event["UserEvent"]
            event["Event"] = self.random.choice(["ConfbridgeJoin", "ConfbridgeLeave"])
        elif chance < 0.10:
            del event["Channel"]
        if self.random.random() < 0.9:
            event["endpoint"] = phone
        return event

    def channel(self):
        if self.random.random() < 0.09:
            return f"Local/followme-operator-{self.random.randrange(100)}@x"
        return f"PJSIP/{self.random.choice(TRUNKS)}-{self.random.getrandbits(20):08x}"

    # What it is wrapped in

    def wrap(self, message):
        text = write(message, self.random.choice(self.shape.message))
        if self.shape.level == "message":
            return text
        text = write(self.envelope(text), self.random.choice(self.shape.envelope))
        if self.shape.level == "envelope":
            return text
        return write(self.outer(text), self.random.choice(self.shape.outer))

    def envelope(self, message):
        host = "https://sns.us-west-2.amazonaws.com/"
        return {
            "Type": "Notification", "MessageId": self.identifier(), "TopicArn": TOPIC, "Message": message,
            "Timestamp": f"2026-01-01T{self.random.randrange(24):02}:00:00.{self.random.randrange(1000):03}Z",
            "SignatureVersion": "1", "Signature": self.noise(256),
            "SigningCertURL": f"{host}SimpleNotificationService-{self.random.getrandbits(128):032x}.pem",
            "UnsubscribeURL": f"{host}?Action=Unsubscribe&SubscriptionArn={TOPIC}:{self.identifier()}",
        }

    def outer(self, body):
        line = {
            "MessageId": self.identifier(), "ReceiptHandle": self.noise(318),
            "MD5OfBody": hashlib.md5(body.encode()).hexdigest(), "Body": body,
        }
        if self.shape.attributes:
            line["Attributes"] = {
                "SentTimestamp": str(1767052800000 + self.random.randrange(10**8)),
                "ApproximateReceiveCount": "1",
            }
        return line

    def identifier(self):
        return str(uuid.UUID(int=self.random.getrandbits(128)))

    def noise(self, count):
        return base64.b64encode(self.random.randbytes(count)).decode()


def date(seconds):
    """The part of an ISO time stamp before the zone; only the two days that the messages are of."""
    day, rest = divmod(seconds - 1767052800, 86400)
    return f"2025-12-{30 + day % 2}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"


def write(value, style):
    if style is not PRETTY:
        return json.dumps(value, separators=style, ensure_ascii=False)
    members = (f"  {json.dumps(key)} : {json.dumps(text, ensure_ascii=False)}" for key, text in value.items())
    return "{\n" + ",\n".join(members) + "\n}"


def generate(shape, count, file):
    """Writes `count` lines of the shape of that name to a binary file."""
    for line in Generator(SHAPES[shape]).lines(count):
        file.write(line.encode() + b"\n")


def main():
    shape = sys.argv[1] if len(sys.argv) > 1 else "traffic"
    if shape not in SHAPES or len(sys.argv) > 3:
        known = "\n".join(f"  {name:12} {shape.what}" for name, shape in SHAPES.items())
        print(f"{__doc__}\nshapes:\n{known}", file=sys.stdout if shape == "--help" else sys.stderr)
        sys.exit(0 if shape == "--help" else 64)
    generate(shape, int(sys.argv[2]) if len(sys.argv) > 2 else 200_000, sys.stdout.buffer)


if __name__ == "__main__":
    main()

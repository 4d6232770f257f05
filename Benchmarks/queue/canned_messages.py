"""The messages of the benchmark, as SQS writes them."""
import hashlib
import json
import re

ATTRIBUTES = {"Attributes": {"ApproximateNumberOfMessages": "1000", "RedrivePolicy": "{}"}}


def message(number, body_size=2000):
    """As SQS writes it, with an SNS envelope for a body of so many bytes."""
    event = {
        "timestamp": f"2026-01-01T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}.{number:06}Z",
        "hostname": "futel-prod.phu73l.net", "event": {"Event": "Newchannel", "Channel": f"SIP/{number}"},
    }
    envelope = {"Type": "Notification", "Timestamp": "2026-01-01T00:00:00.000Z", "Signature": ""}
    envelope["Message"] = json.dumps(event)
    envelope["Signature"] = "s" * max(0, body_size - len(json.dumps(envelope)))
    body = json.dumps(envelope)
    return {
        "MessageId": f"{number:08x}-1111-4222-8333-444444444444", "ReceiptHandle": handle(number),
        "MD5OfBody": hashlib.md5(body.encode()).hexdigest(), "Body": body,
        "Attributes": {"SentTimestamp": "1767225600000", "ApproximateReceiveCount": "1"},
    }


def handle(number):
    """Of the length of SQS's own."""
    return f"AQEB{number:08}" + "h" * 388 + "=="


def header(head, name):
    found = re.search(rb"(?im)^" + re.escape(name) + rb":[ \t]*(.*?)[ \t]*\r$", head)
    return found and found[1]

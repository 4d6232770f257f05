"""Invented archives for scripts/check-backfill: many files, and in them all that a reader of lines could get wrong."""

import gzip
import json
import pathlib
import random

# In messages that no log may show.
SECRET = "a-caller-nobody-may-see"
# In one file, which a stand-in for event-scrub fails on.
MARKER = "fails-here"
_HOST = "futel-prod-back"
_NAMES = [
    "filterdial", "voicemail", "Zoë 電話 🎉", 'quote " and \\', "tab\there", "next\u0085line", "line\u2028apart", "\ud83d"
]


def write(folder):
    """Sixty files in folders: plain, gzip, gzip under another name, and those with something strange about them."""
    folder.mkdir()
    for number in range(60):
        place = folder / f"{number % 4}" / ("deeper" if number % 3 else ".")
        place.mkdir(parents=True, exist_ok=True)
        content = good_lines(number, 150)
        if number % 2:
            (place / f"dump {number}.gz").write_bytes(packed(content))
        else:
            (place / f"dump-{number}.json").write_bytes(content)
    for name, content in _strange().items():
        (folder / name).write_bytes(content)


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def packed(content):
    return gzip.compress(content, mtime=0)


def good_lines(seed, count):
    """Lines of all three forms over twelve days; a third of them are in other files too, a few in this one twice."""
    own = random.Random(f"own {seed}")
    lines = []
    for _ in range(count):
        rng = random.Random(own.randrange(900)) if own.random() < 0.33 else own
        lines.append(_line(rng))
    lines += own.sample(lines, 5)
    return b"".join(line + b"\n" for line in lines)


def _line(rng):
    name = rng.choice(_NAMES)
    event = {"Channel": f"SIP/{rng.randrange(10**6)}", "UserEvent": name, "CallerIDName": SECRET}
    if rng.random() < 0.3:
        event["endpoint"] = rng.choice(["demo", None, "café"])
    if rng.random() < 0.1:
        event["UserEvent"] = "Registry"
    stamp = f"2026-{rng.choice([1, 2]):02}-{rng.randint(1, 6):02}T{rng.randrange(24):02}:00:{rng.randrange(60):02}Z"
    text = _dump(rng, {"timestamp": stamp, "hostname": _HOST, "event": event})
    if rng.random() < 0.7:
        text = _dump(rng, {"Type": "Notification", "Message": text, "Timestamp": "2027-01-01T00:00:00.000Z"})
        if rng.random() < 0.7:
            text = _dump(rng, {"MessageId": f"{rng.getrandbits(64):x}", "Body": text})
    return text.encode("utf-8")


def _dump(rng, value):
    try:
        text = json.dumps(value, ensure_ascii=rng.random() < 0.5)
        text.encode()
        return text
    except UnicodeEncodeError:
        # A lone surrogate is an escape, or it is nothing.
        return json.dumps(value)


def _strange():
    rng = random.Random("strange")

    def good():
        return _line(rng)

    def spoilt(*what):
        """Good but for bytes within a string: whoever drops, replaces or splits at them makes something else of it."""
        line = json.dumps({"timestamp": "2026-01-01T00:00:00Z", "hostname": _HOST,
                           "event": {"Channel": "SIP/1", "UserEvent": "filterdial", "CallerIDName": SECRET + "@"}})
        return [line.encode().replace(b"@", each) for each in what]

    lines = {
        "no-last-newline.json": b"\n".join([good(), good()]),
        "no-last-newline.gz": packed(b"\n".join([good(), good()])),
        "crlf.json": b"\r\n".join([good(), good(), b"", good(), b""]),
        "blank.json": b"\n\n" + good() + b"\n  \n" + good() + b"\n\n",
        "empty.json": b"",
        "empty.gz": packed(b""),
        "two-members.gz": packed(good() + b"\n") + packed(good() + b"\n"),
        "gzip-by-another-name": packed(good() + b"\n"),
        "plain.gz": good() + b"\n",
        # A CR, a NUL, what is no UTF-8, a surrogate in UTF-8, and separators that Unicode knows and JSON allows.
        "spoilt.json": b"\n".join(spoilt(b"\r", b"\0", b"\xff", b"\xed\xa0\xbd", b"\xc0\x80", "\u2028\u0085".encode(), b"\x0b")),
        "between-blanks.json": b"\n".join([b"\t " + good() + b" \r", b"\x0b" + good(), b"\xef\xbb\xbf" + good(), good() + b"\0"]),
        "torn.json": good() + b"\n" + good()[:-1],
        "long.json": b"\n".join([good(), b'{"a":"' + b"x" * (17 << 20) + b'"}', good()]) + b"\n",
        "bad.json": b"\n".join([SECRET.encode(), b"{}", good(), b"[]", b"[]", b"\xff\xfe"]) + b"\n",
        f"{MARKER}.json": good_lines(MARKER, 20) + json.dumps({"hostname": MARKER, "event": 1}).encode() + b"\n",
    }
    # Names that a shell, a URL or a pattern would take for something else.
    for name in (
        "a  b ", "per%20cent", "star*[1]?{a,b}", "-dash", "$(HOME)`id`", "back\\slash", "colon:7", "電話.gz", ".hidden"
    ):
        lines[name] = packed(good() + b"\n")
    return lines

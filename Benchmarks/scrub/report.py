"""Markdown, on standard output."""
import datetime
import os
import platform
import re

from programs import CXX_FLAGS, ROOT, SWIFT_FLAGS, output


def heading(options):
    commit = output("git", "-C", str(ROOT), "describe", "--always", "--dirty") or "unknown"
    versions = [
        re.sub(r".*(Swift version \S+).*", r"\1", first_line(output("swift", "--version"))),
        first_line(output("c++", "--version")), f"Python {platform.python_version()}",
        output("valgrind", "--version"),
    ]
    print(f"# event-scrub, {datetime.date.today()}, commit {commit}\n")
    machine = f"{processor()}, {os.cpu_count()} processors, {platform.system()} {platform.release()}"
    print(f"{machine}; {'; '.join(filter(None, versions))}.")
    swift = "event-scrub as it was given" if options.event_scrub else f"`swift build {' '.join(SWIFT_FLAGS)}`"
    print(f"Built with: {swift}, `c++ {' '.join(CXX_FLAGS)}`.")
    print(f"Medians of {options.rounds} interleaved rounds, output to /dev/null, in brackets the slowest and the")
    print("fastest; start-up included. MB are 1,000,000 bytes. Instructions per byte are callgrind's, less those")
    print("of a run on one line.\n")


def first_line(text):
    return text.splitlines()[0] if text else ""


def processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return re.search(r"^model name\s*:\s*(.*)$", file.read(), re.MULTILINE)[1]
    except (OSError, TypeError):
        return platform.machine()


def table(columns, rows):
    """The first column is text, the others are figures."""
    print("| " + " | ".join(columns) + " |")
    print("|---|" + "---:|" * (len(columns) - 1))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print(flush=True)


def rate(size, timing):
    slow, middle, fast = (size / seconds / 1e6 for seconds in (timing.most, timing.median, timing.least))
    return f"{middle:,.0f} ({slow:,.0f}–{fast:,.0f})"


def times(ratio):
    return f"{ratio:.3g}×" if ratio < 100 else f"{ratio:.0f}×"


def per_byte(count):
    return "" if count is None else f"{count:.3g}" if count < 100 else f"{count:.0f}"


def verdict(is_met):
    return "met" if is_met else "**missed**"

"""What is compared: how each program is built, and how it is called. A program that is not there is left out."""
import dataclasses
import pathlib
import re
import shutil
import sys

import tools
from workshop import VENV, output

COMPARE = pathlib.Path(__file__).with_name("compare").resolve()

# On Linux a static executable, which starts in half the time.
SWIFT_FLAGS = ["--static-swift-stdlib"] + (
    ["-Xswiftc", "-static-executable"] if sys.platform == "linux" else [])
CXX_FLAGS = ["-std=c++17", "-O3", "-DNDEBUG"]


@dataclasses.dataclass(frozen=True)
class Program:
    """Reads standard input, writes standard output."""

    name: str
    command: tuple
    # Scrubs, so that its output must be what the others' is.
    scrubs: bool = True
    # As many lines as the instruction counter, which slows a program down by fifty, gets through in seconds.
    counted_lines: int = 0


class Programs:
    """All of them, with event-scrub where it was built, and ready to be called."""

    def __init__(self, workshop, event_scrub, ledger):
        self.workshop = workshop
        self.event_scrub = event_scrub
        self.ledger = ledger

    def all(self):
        found = [
            *self.scrubs(),
            self.simdjson(),
            self.orjson(),
            self.duckdb(),
            Program("Python json", (sys.executable, COMPARE / "scrub_python.py", "json"), counted_lines=500),
            self.jq(),
            Program("read(2), 1 MiB chunks", (self.workshop.helper(COMPARE / "read_only.c"),), scrubs=False),
            Program("cat", ("cat",), scrubs=False),
        ]
        return [program for program in found if program]

    def scrubs(self):
        quiet = (self.event_scrub, "--quiet", "--jobs")
        return [
            Program("event-scrub, 1 thread", (*quiet, "1"), counted_lines=20_000),
            Program("event-scrub, 2 threads", (*quiet, "2")),
            Program("event-scrub, 1 thread, --ledger", (*quiet, "1", "--ledger", self.ledger)),
        ]

    def simdjson(self):
        program = self.workshop.compiled("c++", CXX_FLAGS, COMPARE / "scrub_simdjson.cpp", "-lsimdjson")
        if not program:
            return tools.missing("simdjson")
        header = output("sh", "-c", "echo '#include <simdjson.h>' | c++ -E -dM -xc++ -")
        version = re.search(r"SIMDJSON_VERSION (\S+)", header)
        return Program(f"C++, simdjson {version[1] if version else ''} DOM", (program,), counted_lines=20_000)

    def orjson(self):
        version = tools.python_package("orjson")
        return version and Program(
            f"Python, {version}", (VENV / "bin/python", COMPARE / "scrub_python.py", "orjson"), counted_lines=500)

    def duckdb(self):
        version = tools.python_package("duckdb")
        return version and Program(
            f"{version}, 2 threads", (VENV / "bin/python", COMPARE / "scrub_duckdb.py", "2"))

    def jq(self):
        if not shutil.which("jq"):
            return tools.missing("jq")
        name = output("jq", "--version").replace("jq-", "jq ")
        return Program(name, ("jq", "--raw-output", "--from-file", COMPARE / "scrub.jq"), counted_lines=500)

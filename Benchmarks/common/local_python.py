"""The Python that scripts/lib/local_aws.py needs, for a benchmark that has a local AWS."""
import os
import pathlib
import subprocess
import sys

import tools
from workshop import ROOT, fail

sys.path.append(str(ROOT / "scripts/lib"))


def become(options):
    """Has it run this program from the start, unless it is it; the first time it is installed."""
    if pathlib.Path(sys.prefix) == ROOT / ".venv-local-aws":
        return
    if options.install:
        tools.install()
    script = '. "$1/scripts/lib/venv.sh"; local_aws_venv "$1"'
    run = subprocess.run(["bash", "-c", script, "bash", ROOT], stdout=subprocess.PIPE, text=True, check=False)
    if run.returncode != 0:
        fail("the local AWS cannot be installed")
    python = run.stdout.strip()
    # -B: no __pycache__ in the sources.
    os.execv(python, [python, "-B", *(each for each in sys.argv if each != "--install")])

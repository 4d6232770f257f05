# The project's virtual environments. To be sourced, by bash 3.2 or later.
# shellcheck shell=bash

# Prints the first Python that can make a virtual environment and is recent enough for what goes into them.
# Status 1 when there is none.
venv_python() {
    local python
    for python in python3 /usr/bin/python3 python3.14 python3.13 python3.12 python3.11 python3.10; do
        if "$python" -c '
import sys
assert sys.version_info >= (3, 10)
import ensurepip, venv' 2>/dev/null; then
            printf '%s\n' "$python"
            return 0
        fi
    done
    return 1
}

# local_aws_venv ROOT: the virtual environment of local_aws.py, some 20 MB; prints the path of its Python.
local_aws_venv() {
    project_venv "$1" local-aws scripts/lib/requirements.txt
}

# project_venv ROOT NAME LIST: makes ROOT/.venv-NAME what the requirements in ROOT/LIST ask for, and prints the path
# of its Python. The first time it downloads them; then it takes 30 ms. Any number may call it at once. On failure
# it shows what pip said and returns 69.
project_venv() {
    local wanted=$1/$3 venv=$1/.venv-$2
    # The lock is on this file, so that no lock file is left behind, and goes with the file descriptor.
    # It is Python's to take, since macOS has no flock(1).
    (
        _venv_current "$wanted" "$venv" && exit
        python=$(venv_python) || {
            echo 'Python 3.10 or later with venv and ensurepip is needed: see scripts/install-deps' >&2
            exit 69
        }
        "$python" -c 'import fcntl; fcntl.flock(9, fcntl.LOCK_EX)' || exit
        _venv_current "$wanted" "$venv" && exit
        echo "installing what $3 lists into .venv-$2 ..." >&2
        log=$(_venv_build "$python" "$wanted" "$venv" 2>&1) || {
            printf '%s\n' "$log" >&2
            exit 69
        }
    ) 9<"$1/scripts/lib/venv.sh" || return 69
    printf '%s\n' "$venv/bin/python"
}

# The copy of the list is written last: it stands there only when all before it was done.
_venv_build() {
    rm -f "$3/installed.txt" &&
        "$1" -m venv --clear "$3" &&
        mkdir "$3/tmp" &&
        TMPDIR=$3/tmp "$3/bin/python" -m pip install --quiet --no-input --disable-pip-version-check -r "$2" &&
        rm -rf "$3/tmp" &&
        cp "$2" "$3/installed.txt"
}

# A Python that was upgraded away leaves a virtual environment that does not run.
_venv_current() {
    cmp -s "$1" "$2/installed.txt" && "$2/bin/python" -c '' 2>/dev/null
}

"""Runs ministack until standard input ends; then removes the directory given and exits at once.

    python run_ministack.py DIRECTORY

Standard input is a pipe that only the starter holds open. So however the starter ends, by `kill -9` too, its
end is seen here, and neither a server nor a directory is left behind. Nothing that ministack holds is worth
an orderly shutdown, which would take a second or more.
"""

import os
import runpy
import shutil
import sys
import threading


def exit_with_the_starter(directory):
    while os.read(0, 4096):
        pass
    shutil.rmtree(directory, ignore_errors=True)
    os._exit(0)


def main():
    directory = sys.argv.pop()
    threading.Thread(target=exit_with_the_starter, args=(directory,), daemon=True).start()
    runpy.run_module("ministack", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()

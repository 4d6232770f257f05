"""The work of scripts/backfill-spark, which says how it is used.

    python backfill_spark.py --event-scrub PATH --out FOLDER [OPTION...] FILE-OR-FOLDER...

Only paths go into Spark's pipe, and only event lines come out of it: a message that passed through Spark would be
decoded and split in Spark's manner, and would lie in its temporary files. Event lines are ASCII, so that all of Spark's
orders of strings are that of bytes.
"""

import argparse
import collections
import contextlib
import json
import os
import pathlib
import shlex
import shutil
import signal
import sys
import time

import pyspark.sql

_TASK = pathlib.Path(__file__).with_name("backfill-task.sh")
# Beyond that several files share a task: for Spark's driver a task has its price.
_MOST_TASKS = 10_000
_SHOWN = 20
_LAST_MOMENTS = 20


class Failure(Exception):
    """What ends the run: a message, and the exit status."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class Backfill:
    """One run: its folders, its files, and what became of each."""

    def __init__(self, options):
        self._out = options.out.absolute()
        # The folder's making is the lock, and its naming at the end is what makes the days be there at once.
        self._partial = self._out.with_name(self._out.name + ".partial")
        self._work = self._partial / "tasks"
        self._rejects = options.rejects and options.rejects.absolute()
        self._options = options
        self._files = list(_files(options.inputs))

    def run(self):
        """Does all of it; whether lines were rejected that are recorded nowhere."""
        for folder in filter(None, (self._out, self._rejects)):
            if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
                raise Failure(64, f"{folder} is there and not empty")
        try:
            self._partial.mkdir(parents=True)
        except FileExistsError:
            raise Failure(64, f"{self._partial} is there: another run's, or left by one that was killed") from None
        try:
            self._work.mkdir(0o700)
            if self._rejects:
                self._rejects.mkdir(0o700, parents=True, exist_ok=True)
            self._run_spark()
            counts = self._counts()
            self._name_days()
            return self._report(counts)
        finally:
            self._clean_up()

    def _clean_up(self):
        """Takes away what is no result. Tasks of a Spark that was stopped may go on for a moment, and write."""
        deadline = time.monotonic() + _LAST_MOMENTS
        while self._partial.exists() and time.monotonic() < deadline:
            shutil.rmtree(self._partial, ignore_errors=True)
            time.sleep(0.1)
        if self._rejects:
            for left in self._rejects.glob(".attempt.*"):
                left.unlink(missing_ok=True)

    def _run_spark(self):
        spark = _session(self._options)
        try:
            lines = [f"{number:06} {path}" for number, path in enumerate(self._files)]
            self._write_days(spark, lines)
        except Exception as error:  # py4j's and PySpark's have no type in common
            raise self._explained(error) from None
        finally:
            # After a signal Spark may not even stop in good order; the signal is what counts.
            with contextlib.suppress(Exception):
                spark.stop()

    def _write_days(self, spark, lines):
        # By the environment and eval, so that the text does not stand in Spark's messages about the command.
        environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "BACKFILL_TASK": _TASK.read_text()}
        command = ["bash", "-c", 'eval "$BACKFILL_TASK"', "backfill-task", self._work, self._rejects or "",
                   self._options.event_scrub, *os.environ.get("SCRUB_OPTIONS", "").split()]
        events = spark.sparkContext.parallelize(lines, max(1, min(len(lines), _MOST_TASKS))).pipe(
            # Without checkCode a task that failed would count as one whose file ended there.
            shlex.join(map(str, command)), environment, checkCode=True)
        # {"timestamp": "2026-01-01…
        rows = events.map(lambda line: (line[15:25].replace("-", ""), line))
        frame = spark.createDataFrame(rows, "day string, line string", verifySchema=False)
        days = frame.distinct().repartition("day").sortWithinPartitions("day", "line")
        days.write.partitionBy("day").text(f"file://{self._partial}/spark")

    def _explained(self, error):
        """The failure in our own words, where a task has left a note; Spark's own text else."""
        notes = sorted(self._work.glob("*.failed"))
        for note in notes[:_SHOWN]:
            talk = note.read_text(errors="replace").strip() or "no word from event-scrub"
            _say(f"{_shown(self._files[int(note.stem)])}: {talk}")
        if notes:
            return Failure(74, f"{len(notes)} files could not be scrubbed; nothing was written")
        return Failure(70, f"Spark failed, nothing was written: {str(error).partition(chr(10))[0]}")

    def _name_days(self):
        days = self._partial / "days"
        days.mkdir()
        for folder in sorted((self._partial / "spark").glob("day=*")):
            part, *more = folder.glob("part-*")
            if more:
                raise Failure(70, f"Spark has written {folder.name} in {1 + len(more)} files")
            part.rename(days / folder.name.removeprefix("day="))
        days.rename(self._out)

    def _counts(self):
        """What event-scrub counted in each file: without it the file was not read to its end."""
        counts = []
        for number, path in enumerate(self._files):
            try:
                counts.append(json.loads((self._work / f"{number:06}.stats").read_text()))
            except OSError:
                raise Failure(70, f"nothing was written, since there are no counts of {_shown(path)}") from None
        return counts

    def _report(self, counts):
        """Says what became of the files; whether lines were rejected that are recorded nowhere."""
        totals, reasons, left = collections.Counter(), collections.Counter(), 0
        for path, stats in zip(self._files, counts):
            totals.update({key: stats[key] for key in ("read", "kept", "dropped", "rejected", "bytes")})
            reasons.update(stats["rejectedBy"])
            left += stats["rejected"] > 0
            if stats["rejected"] and left <= _SHOWN:
                _say(f"{_shown(path)}: rejected {stats['rejected']}, {_listed(stats['rejectedBy'])}")
        if left > _SHOWN:
            _say(f"and in {left - _SHOWN} more files")
        _say(f"files {len(self._files)}, days {len(list(self._out.iterdir()))}, bytes {totals['bytes']}")
        _say(f"read {totals['read']}, kept {totals['kept']}, dropped {totals['dropped']}, rejected {totals['rejected']}")
        if totals["rejected"]:
            _say(f"rejected: {_listed(reasons)}; in {self._rejects or 'no file, since there is no --rejects'}")
        return totals["rejected"] > 0 and not self._rejects


def _files(inputs):
    """The files named, and all in the folders named. Nothing is left out silently: what is no file is a failure."""
    for path in map(pathlib.Path.absolute, inputs):
        if not path.is_dir():
            yield _checked(path)
            continue
        for folder, folders, names in os.walk(path, onerror=_unreadable):
            folders.sort()
            for name in folders:
                if pathlib.Path(folder, name).is_symlink():
                    raise Failure(64, f"{_shown(pathlib.Path(folder, name))} is a link to a folder; name the folder itself")
            for name in sorted(names):
                yield _checked(pathlib.Path(folder, name))


def _checked(path):
    # A file is a line in Spark's pipe.
    if "\n" in str(path) or any("\udc80" <= each <= "\udcff" for each in str(path)):
        raise Failure(64, f"{_shown(path)}: a name with a line's end in it, or not in UTF-8")
    if not path.is_file():
        raise Failure(74, f"{_shown(path)} is not there, or no file")
    return path


def _unreadable(error):
    raise Failure(74, f"{_shown(error.filename)} cannot be read: {error.strerror}")


def _session(options):
    builder = pyspark.sql.SparkSession.builder.appName("backfill-spark").master(options.master)
    if options.master.startswith("local"):
        # Nothing listens where others could come.
        builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    settings = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": str(sys.stderr.isatty()).lower(),
        "spark.log.level": "ERROR",
        # A day is one file.
        "spark.sql.files.maxRecordsPerFile": "0",
    }
    for key, value in [*settings.items(), *options.conf]:
        builder = builder.config(key, value)
    return builder.getOrCreate()


def _listed(counts):
    return ", ".join(f"{reason} {count}" for reason, count in sorted(counts.items()))


def _shown(path):
    """A path as a line of talk may hold it."""
    return ascii(str(path))[1:-1]


def _say(text):
    print(f"backfill-spark: {text}", file=sys.stderr, flush=True)


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        _say(f"{message}; try --help")
        sys.exit(64)


def _setting(text):
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise argparse.ArgumentTypeError("must be KEY=VALUE")
    return key, value


def _parse():
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("--event-scrub", required=True)
    parser.add_argument("--out", required=True, type=pathlib.Path)
    parser.add_argument("--rejects", type=pathlib.Path)
    parser.add_argument("--master", default="local[*]")
    parser.add_argument("--conf", action="append", default=[], type=_setting)
    parser.add_argument("inputs", nargs="+", type=pathlib.Path)
    return parser.parse_args()


def main():
    # So that the folders go, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return 65 if Backfill(_parse()).run() else 0
    except Failure as failure:
        _say(str(failure))
        return failure.status
    except OSError as error:
        _say(f"{_shown(error.filename)}: {error.strerror}")
        return 74
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())

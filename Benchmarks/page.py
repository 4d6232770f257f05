"""docs/benchmarks.md, out of the records of the benchmarks; nothing stands there that is not in them."""
import report

INTRODUCTION = """\
Each stage beside what people would use instead. `Benchmarks/run` wrote this page and the chart;
[Benchmarks/README.md](../Benchmarks/README.md) says what is compared and what is to be known about the figures.
Programs take turns; what they write is compared, and if it differs there is no page."""
QUICK = """\
**This was a quick run, on small inputs and perhaps a busy machine: it shows that the benchmarks work. Its figures are
mostly start-up and say little about speed; `Benchmarks/run` without `--quick` gives those that count.**"""
TARGETS = "Targets"


def page(records, quick):
    """The page as Markdown. The targets are for the full sizes: a quick run does not show them."""
    first = records[0]
    versions = list(dict.fromkeys(version for record in records for version in record["versions"]))
    left_out = sorted({name for record in records for name in record["left_out"]})
    parts = ["# Benchmarks", INTRODUCTION, *([QUICK] if quick else []),
             f"{origin(first)}; {'; '.join(versions)}. {report.UNITS}",
             *([f"Not installed, and so left out: {', '.join(left_out)}."] if left_out else []),
             "![The figures of the tables as bars; longer is better](benchmarks.svg)",
             "Longer is better; these tools are green. A dashed bar is a limit: a program that does a part of the work "
             "only, as `cat` does of a merge."]
    for record in records:
        parts += [f"## {record['title']}", record["method"]]
        for section in record["sections"]:
            if not (quick and section["title"] == TARGETS):
                parts += [f"### {section['title']}", *section["blocks"]]
    return "\n\n".join(report.markdown(part) for part in parts) + "\n"


def origin(record):
    return f"{record['date']}, commit {record['commit']}; {record['machine']}"


def groups(records):
    """For the chart: a title and bars, of every section that has some."""
    return [(f"{record['title']}: {section['title'][0].lower()}{section['title'][1:]}", bars)
            for record in records for section in record["sections"] for bars in section["bars"]]

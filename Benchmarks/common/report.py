"""What a benchmark has to say: printed as Markdown while it runs, and kept as data for --json FILE.

The record of a benchmark: title, date, commit, machine, versions, method, left_out, and its sections. A section has a
title, blocks (a paragraph is a string, a table has columns and rows) and bars, which are for the chart.
"""
import json
import statistics
import textwrap

UNITS = "In brackets the least and the greatest. MB are 1,000,000 bytes, MiB 1,048,576."

_record = {"left_out": [], "sections": []}


def heading(facts):
    """Title, date, commit, machine, versions and method."""
    _record.update(facts)
    _print(f"# {facts['title']}, {facts['date']}, commit {facts['commit']}")
    _print(markdown(f"{facts['machine']}; {'; '.join(facts['versions'])}. {facts['method']} {UNITS}"))


def section(title, text=""):
    """What is said next belongs to it."""
    _record["sections"].append({"title": title, "blocks": [], "bars": []})
    _print(f"## {title}")
    if text:
        say(text)


def say(text):
    _add(text)


def table(columns, rows):
    """The first column is text, the others are figures; one that stays empty goes away."""
    filled = [place for place in range(len(columns)) if any(row[place] for row in rows)]
    _add({"columns": [columns[place] for place in filled], "rows": [[row[place] for place in filled] for row in rows]})


def bars(unit, values, ours, limit=None):
    """A number for each name, out of the table just printed; the greater, the better.

    `ours` begins our names; `limit` is the name of what does a part of the work only, and cannot be outdone.
    """
    _record["sections"][-1]["bars"].append({
        "unit": unit, "limit": limit, "values": values, "ours": [name for name in values if name.startswith(ours)]})


def leave_out(name):
    """A program that is not there."""
    _record["left_out"].append(name)


def write(path):
    """The record, as JSON."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump(_record, file, ensure_ascii=False, indent=1)


def markdown(block):
    """A paragraph or a table."""
    if isinstance(block, str):
        return textwrap.fill(block, 118, break_long_words=False, break_on_hyphens=False)
    rows = [block["columns"], ["---", *["---:"] * (len(block["columns"]) - 1)], *block["rows"]]
    # A bar would end the cell.
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)


def _add(block):
    _record["sections"][-1]["blocks"].append(block)
    _print(markdown(block))


def _print(text):
    print(f"{text}\n", flush=True)


# Figures


def spread(values, form):
    """The median, and where there are several the least and the greatest."""
    middle, least, most = (format(value, form) for value in (statistics.median(values), min(values), max(values)))
    return f"{middle} ({least}–{most})" if len(values) > 1 else middle


def rate(size, timing):
    return spread([size / seconds / 1e6 for seconds in timing.seconds], ",.0f")


def seconds(timing):
    return spread(timing.seconds, ".3f")


def mebibytes(peak):
    return f"{peak / 1024:,.1f}"


def times(ratio):
    return f"{ratio:.3g}×" if ratio < 100 else f"{ratio:.0f}×"


def per_byte(count):
    return "" if count is None else f"{count:.3g}" if count < 100 else f"{count:.0f}"


def verdict(is_met):
    return "met" if is_met else "**missed**"

"""What a benchmark has to say: printed as Markdown while it runs, and kept as data for --json FILE.

The record of a benchmark: title, date, commit, machine, versions, method, left_out, and its sections. A section has a
title, blocks (a paragraph is a string, a table has columns and rows) and bars, which are for the chart.
"""
import json

_record = {"left_out": [], "sections": []}


def heading(facts):
    """Title, date, commit, machine, versions and method."""
    _record.update(facts)
    _print(f"# {facts['title']}, {facts['date']}, commit {facts['commit']}")
    _print(f"{facts['machine']}; {'; '.join(facts['versions'])}.\n{facts['method']}")


def section(title, text=""):
    """What is said next belongs to it."""
    _record["sections"].append({"title": title, "blocks": [], "bars": []})
    _print(f"## {title}")
    if text:
        say(text)


def say(text):
    _add(text)


def table(columns, rows):
    """The first column is text, the others are figures."""
    _add({"columns": list(columns), "rows": [list(row) for row in rows]})


def bars(unit, values, ours):
    """A number for each name, out of the table just printed; the greater, the better. `ours` begins our names."""
    _record["sections"][-1]["bars"].append(
        {"unit": unit, "values": values, "ours": [name for name in values if name.startswith(ours)]})


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
        return block
    rows = [block["columns"], ["---", *["---:"] * (len(block["columns"]) - 1)], *block["rows"]]
    # A bar would end the cell.
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)


def _add(block):
    _record["sections"][-1]["blocks"].append(block)
    _print(markdown(block))


def _print(text):
    print(f"{text}\n", flush=True)


# Figures


def rate(size, timing):
    slow, middle, fast = (size / seconds / 1e6 for seconds in (timing.most, timing.median, timing.least))
    return f"{middle:,.0f} ({slow:,.0f}–{fast:,.0f})"


def seconds(timing):
    return f"{timing.median:.3f} ({timing.least:.3f}–{timing.most:.3f})"


def mebibytes(peak):
    return f"{peak / 1024:,.1f}"


def times(ratio):
    return f"{ratio:.3g}×" if ratio < 100 else f"{ratio:.0f}×"


def per_byte(count):
    return "" if count is None else f"{count:.3g}" if count < 100 else f"{count:.0f}"


def verdict(is_met):
    return "met" if is_met else "**missed**"

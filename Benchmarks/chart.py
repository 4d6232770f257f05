"""The chart of docs/benchmarks.md: a group of bars for every table that has some, as SVG without anything else."""
from xml.sax.saxutils import escape

WIDTH, MARGIN = 800, 20
NAMES = 300  # where the bars begin
LONGEST = WIDTH - NAMES - 120
ROW, GAP = 22, 30

STYLE = """\
.page { fill: #ffffff } text { font: 13px system-ui, sans-serif; fill: #1f2328 } .title { font-weight: 600 }
.name { text-anchor: end } .other { fill: #a8b0ba } .ours { fill: #1a7f64 }
.limit { fill: none; stroke: #8c959f; stroke-dasharray: 3 }
@media (prefers-color-scheme: dark) {
.page { fill: #0d1117 } text { fill: #e6edf3 } .other { fill: #59626d } .ours { fill: #3fb68b }
}"""


def svg(groups, origin):
    """Of groups, each a title and bars as a benchmark's record has them, and a line that says whence they come."""
    drawn, y = [], MARGIN
    for title, bars in groups:
        drawn.append(f'<text class="title" x="{MARGIN}" y="{y + 14}">{escape(title)}, {escape(bars["unit"])}</text>')
        y += ROW + 4
        most = max(bars["values"].values())
        for name, value in bars["values"].items():
            kind = "ours" if name in bars["ours"] else "limit" if name == bars["limit"] else "other"
            drawn += row(name, value, value / most, kind, y)
            y += ROW
        y += GAP
    drawn.append(f'<text x="{MARGIN}" y="{y}">{escape(origin)}</text>')
    height = y + MARGIN
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'role="img" aria-label="Bars of the figures in the tables">',
        f"<style>\n{STYLE}\n</style>", f'<rect class="page" width="{WIDTH}" height="{height}"/>', *drawn, "</svg>\n"])


def row(name, value, share, kind, y):
    length = max(1, LONGEST * share)
    return [
        f'<text class="name" x="{NAMES - 8}" y="{y + 14}">{escape(name)}</text>',
        f'<rect class="{kind}" x="{NAMES}" y="{y + 2}" width="{length:.1f}" height="{ROW - 6}" rx="2"/>',
        f'<text x="{NAMES + length + 8:.1f}" y="{y + 14}">{figure(value)}</text>',
    ]


def figure(value):
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"

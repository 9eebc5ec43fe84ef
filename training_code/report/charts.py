"""Curves and bars as SVG that takes its colours from the page, in light and in dark."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import matplotlib
from markupsafe import Markup, escape
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

INK = "#010101"
SERIES = ("#010102", "#010103", "#010104", "#010105", "#010106")
# Drawn in colours that nothing else has, then named: the page says what they are by day and night.
NAMED = {INK: "var(--ink)", **{one: f"var(--c{n})" for n, one in enumerate(SERIES, start=1)}}
MOST_POINTS = 300  # of a line: more are neither seen nor worth their bytes
WIDTH, HEIGHT = 5.2, 2.7  # inches of 72 units

STYLE: Mapping[Any, Any] = {
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "svg.fonttype": "none",  # text stays text: smaller, and the reader's own fonts
    "font.size": 10,
    "text.color": INK,
    "text.parse_math": False,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "grid.color": INK,
    "grid.alpha": 0.15,
}
# What of matplotlib's own text says nothing within a page.
SHORTER = (
    (r"<metadata>.*?</metadata>|<style.*?</style>|<!--.*?-->|<defs>\s*</defs>", ""),
    (r' (id="[a-z0-9.]+_\d+"|xmlns(:xlink)?="[^"]*"|version="[^"]*")', ""),
    (r"(font: [\d.]+px)[^;\"]*;", r"\1;"),
    (r"font(-size)?: ([\d.]+px);", r"font-size: \2;"),
    (r" font-family: [^;\"]*;", ""),
    (r"(?<=\d\.\d\d)\d+(?=[\s\"])", ""),  # of a point, which no eye sees
    (r"\n\s*", "\n"),
    ("xlink:href", "href"),
)


@dataclass(frozen=True)
class Line:
    """Points of one colour: a curve, unless they are only `marked`."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    marked: bool = False
    sign: str = "o"


@contextmanager
def _drawing(salt: str, height: float = HEIGHT) -> Iterator[Figure]:
    """A figure without matplotlib's global state; the salt keeps the ids of two pages apart."""
    with matplotlib.rc_context({**STYLE, "svg.hashsalt": salt}):
        yield Figure(figsize=(WIDTH, height), layout="constrained")


def lines_chart(
    title: str, lines: Sequence[Line], *, x: str, y: str, salt: str, whole: bool = False
) -> Markup:
    """`whole`: x counts something."""
    with _drawing(salt + title) as figure:
        axes = figure.subplots()
        for line, colour in zip(lines, SERIES, strict=False):
            _draw(axes, line, colour)
        axes.set_xlabel(x)
        axes.set_ylabel(y)
        axes.grid()
        if whole:
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        if any(line.name for line in lines):
            axes.legend()
        return _svg(figure, title)


def _draw(axes: Axes, line: Line, colour: str) -> None:
    every = max(1, -(-len(line.x) // MOST_POINTS))
    xs, ys = line.x[::every], line.y[::every]
    if line.marked or len(xs) == 1:
        axes.plot(xs, ys, line.sign, color=colour, label=line.name, markersize=6)
    else:
        axes.plot(xs, ys, color=colour, label=line.name, linewidth=1.6)


def bars_chart(title: str, rows: Mapping[str, Mapping[str, float]], *, x: str, salt: str) -> Markup:
    """A bar a row, of parts beside each other; a colour a part."""
    names = list(rows)
    parts = list(dict.fromkeys(part for row in rows.values() for part in row))
    with _drawing(salt + title, height=1.1 + 0.36 * len(names)) as figure:
        axes = figure.subplots()
        left = [0.0] * len(names)
        for part, colour in zip(parts, SERIES, strict=False):
            widths = [rows[name].get(part, 0.0) for name in names]
            axes.barh(names, widths, left=left, color=colour, label=part, height=0.6)
            left = [start + width for start, width in zip(left, widths, strict=True)]
        axes.invert_yaxis()
        axes.set_xlabel(x)
        if len(parts) > 1:
            figure.legend(loc="outside upper center", ncols=len(parts), handlelength=1)
        return _svg(figure, title)


def _svg(figure: Figure, title: str) -> Markup:
    """To be set into a page: as wide as its place, without a head of its own."""
    canvas, text = FigureCanvasSVG(figure), io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    canvas.print_svg(text, metadata=nothing)  # type: ignore[no-untyped-call]  # matplotlib's
    drawn = text.getvalue()
    drawn = drawn[drawn.index("<svg") :]
    for pattern, instead in SHORTER:
        drawn = re.sub(pattern, instead, drawn, flags=re.S)
    for colour, name in NAMED.items():
        drawn = drawn.replace(colour, name)
    box = re.search(r'viewBox="[^"]*"', drawn)
    body = drawn[drawn.index(">") + 1 :]
    head = f'<svg role="img" aria-label="{escape(title)}" {box[0] if box else ""}>'
    # Made by matplotlib of numbers and of names that it has escaped.
    return Markup(head + body)  # noqa: S704

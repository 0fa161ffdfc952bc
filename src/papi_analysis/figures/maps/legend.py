"""The legend of a map: every class, also the empty ones, always in the same order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from papi_analysis.figures.maps.spots import Box
from papi_analysis.figures.style import colour, text_width, wrap

#: Markers that are drawn for the marks of the palette.
MARKERS = {"▼": "v", "▽": "v", "△": "^", "▲": "^"}
_GAP = 7.0


@dataclass(frozen=True)
class Entry:
    """One class of a legend: words, colour of the palette, hatching, mark and the mark's colour."""

    text: str
    fill: str
    hatch: str = ""
    mark: str = ""
    ink: str = "ink"


def size_of(title: str, entries: Sequence[Entry], size: float) -> tuple[float, float]:
    """Width and height of a legend in pixels."""
    lines = title.split("\n") if title else []
    wide = [text_width(line, size, 600) for line in lines]
    for entry in entries:
        wide += [_indent(size) + text_width(line, size) for line in entry.text.split("\n")]
    rows = sum(entry.text.count("\n") for entry in entries) * 1.2 + len(entries) * 1.65
    return max(wide), size * (1.4 * len(lines) + rows) + 4


def wrapped(entries: Sequence[Entry], room: float, size: float) -> list[Entry]:
    """The entries with their words broken to so many pixels."""
    inner = room - _indent(size)
    return [replace(entry, text="\n".join(wrap(entry.text, inner, size))) for entry in entries]


def draw(
    sheet: Axes,
    title: str,
    entries: Sequence[Entry],
    corner: tuple[float, float],
    *,
    size: float = 12,
) -> Box:
    """Draw a legend from its upper left corner down and return its box."""
    x, y = corner
    wide, tall = size_of(title, entries, size)
    for line in title.split("\n") if title else []:
        sheet.text(x, y + size * 0.7, line, fontsize=size, fontweight=600, va="center")
        y += size * 1.4
    y += 4
    for entry in entries:
        middle = y + size * 0.825
        _swatch(sheet, entry, (x, middle - size * 0.575), size * 1.15)
        for line in entry.text.split("\n"):
            sheet.text(x + _indent(size), y + size * 0.825, line, fontsize=size, va="center")
            y += size * 1.2
        y += size * 0.45
    return x, corner[1], x + wide, corner[1] + tall


def swatch_mark(
    sheet: Axes, spots: Sequence[tuple[float, float]], sign: str, ink: str, size: float
):
    """Draw a mark of the palette at some points, as one artist."""
    return sheet.scatter(
        *zip(*spots, strict=True),
        marker=MARKERS[sign],
        s=size**2,
        linewidths=0.8,
        edgecolors=colour(ink),
        facecolors=colour(ink) if sign in "▲▼" else "none",
        zorder=3,
    )


def _indent(size: float) -> float:
    return size * 1.15 * 1.5 + _GAP


def _swatch(sheet: Axes, entry: Entry, corner: tuple[float, float], size: float) -> None:
    look = {"hatch": entry.hatch} if entry.hatch else {}
    line = colour("nodata_line" if entry.hatch else "line")
    patch = Rectangle(corner, size * 1.5, size, fc=colour(entry.fill), ec=line, lw=0.8, **look)
    sheet.add_patch(patch)
    if entry.mark:
        centre = (corner[0] + size * 0.75, corner[1] + size / 2)
        swatch_mark(sheet, [centre], entry.mark, entry.ink, size * 0.5)

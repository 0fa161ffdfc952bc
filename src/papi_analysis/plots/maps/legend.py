"""The legend of a map: every class, also the empty ones, always in the same order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matplotlib.patches import Rectangle

from papi_analysis.plots import plane
from papi_analysis.plots.maps.spots import Box
from papi_analysis.plots.style import colour, text_width, wrap

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
    sheet: plane.Sheet,
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
        plane.write(sheet, x, y + size * 0.7, line, fontsize=size, fontweight=600)
        y += size * 1.4
    y += 4
    for entry in entries:
        middle = y + size * 0.825
        _swatch(sheet, entry, (x, middle - size * 0.575), size * 1.15)
        for line in entry.text.split("\n"):
            plane.write(sheet, x + _indent(size), y + size * 0.825, line, fontsize=size)
            y += size * 1.2
        y += size * 0.45
    return x, corner[1], x + wide, corner[1] + tall


def swatch_mark(
    sheet: plane.Sheet, spots: Sequence[tuple[float, float]], sign: str, ink: str, size: float
) -> None:
    """Draw a mark of the palette at some points, as one artist."""
    look = {"edgecolors": colour(ink), "linewidths": 0.8, "zorder": 3, "clip_on": True}
    fill = colour(ink) if sign in "▲▼" else "none"
    plane.dots(sheet, *zip(*spots, strict=True), fill, size=size, marker=MARKERS[sign], **look)


def _indent(size: float) -> float:
    return size * 1.15 * 1.5 + _GAP


def _swatch(sheet: plane.Sheet, entry: Entry, corner: tuple[float, float], size: float) -> None:
    look = {"fc": colour(entry.fill), "ec": colour("nodata_line" if entry.hatch else "line")}
    look |= {"hatch": entry.hatch or None, "lw": 0.8, "transform": sheet.pixels}
    sheet.add_artist(Rectangle(corner, size * 1.5, size, **look), clip=True)
    if entry.mark:
        centre = (corner[0] + size * 0.75, corner[1] + size / 2)
        swatch_mark(sheet, [centre], entry.mark, entry.ink, size * 0.5)

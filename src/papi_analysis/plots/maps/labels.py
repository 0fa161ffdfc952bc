"""Names on a map that collide with nothing, tied to their place where they stand outside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
from matplotlib.lines import Line2D
from shapely.geometry.base import BaseGeometry

from papi_analysis import cache
from papi_analysis.plots import plane
from papi_analysis.plots.maps import ground as base
from papi_analysis.plots.maps import spots
from papi_analysis.plots.maps.spots import Box
from papi_analysis.plots.style import colour, halo, text_width

if TYPE_CHECKING:
    import geopandas as gpd

_LINE = 1.25  # height of a line of text, as a multiple of its size


def size_of(text: str, size: float, weight: int = 400) -> tuple[float, float]:
    """Width and height of some lines of text in pixels."""
    lines = text.split("\n")
    return max(text_width(line, size, weight) for line in lines), _LINE * size * len(lines)


def write(
    sheet: plane.Sheet,
    text: str,
    shape: BaseGeometry,
    land: BaseGeometry,
    taken: list[Box],
    *,
    size: float = 11.5,
    weight: int = 400,
    ink: str = "ink",
    only_inside: bool = False,
    only_outside: bool = False,
    anywhere: bool = False,
    edged: bool = False,
) -> Box | None:
    """Name a place: inside it where there is room, else beside the land with a line to it.

    `shape` and `land` are in pixels of the sheet. A name that does not fit in is tried on two
    lines; `anywhere` lets it reach over the border of its place, with an edge that makes it
    readable on any colour; `edged` gives it that edge inside as well. The box is remembered in
    `taken`; without a free place nothing is written and None returned.
    """
    look = {"size": size, "weight": weight}
    found = _place(
        text, shape, land, taken, base.limits(sheet), **look,
        only_inside=only_inside, only_outside=only_outside, anywhere=anywhere,
    )  # fmt: skip
    if found is None:
        return None
    words, centre, start = found
    return _draw(sheet, words, centre, start, taken, **look, ink=ink, edged=edged or anywhere)


def _place(
    text: str,
    shape: BaseGeometry,
    land: BaseGeometry,
    taken: list[Box],
    edges: tuple[float, float],
    *,
    size: float,
    weight: int = 400,
    only_inside: bool = False,
    only_outside: bool = False,
    anywhere: bool = False,
) -> tuple[str, spots.Point, spots.Point | None] | None:
    """Words and centre of a name as `write` puts it, and where the line to its place starts."""
    if anywhere:
        shape = shape.buffer(sum(size_of(text, size, weight)))
    for words in () if only_outside else dict.fromkeys((text, two_lines(text))):
        centre = spots.inside(shape, size_of(words, size, weight), taken)
        if centre is not None:
            return words, centre, None
    if only_inside:
        return None
    centre = spots.outside(shape, size_of(text, size, weight), land, taken, edges)
    return None if centre is None else (text, centre, spots.spot(shape))


def _draw(
    sheet: plane.Sheet,
    words: str,
    centre: spots.Point,
    start: spots.Point | None,
    taken: list[Box],
    *,
    size: float,
    weight: int = 400,
    ink: str,
    edged: bool,
) -> Box:
    """Draw a name, with the line to its place where it has one; its box is taken then."""
    box = spots.box_at(centre, size_of(words, size, weight))
    if start:
        x, y = zip(start, spots.edge(start, box), strict=True)
        look = {"lw": 0.8, "marker": "o", "ms": 2.4, "markevery": [0], "transform": sheet.pixels}
        sheet.add_artist(Line2D(x, y, color=colour("ink"), **look), clip=True)
    edged = edged and not start
    ink = "ink" if edged or start else ink
    put(sheet, words, centre, size=size, weight=weight, ink=ink, edged=edged)
    taken.append(box)
    return box


def beside_land(
    chart: plane.Sheet,
    text: str,
    shape: BaseGeometry,
    land: BaseGeometry,
    taken: list[Box],
    size: float,
) -> None:
    """Name a place in bold beside the land, with a line to it; nothing where there is no room."""
    found = _place(
        text, shape, land, taken, base.limits(chart), size=size, weight=600, only_outside=True
    )
    if found is None:
        return
    words, centre, start = found
    end = spots.edge(start, spots.box_at(centre, size_of(words, size, 600)))
    ink = colour("ink")
    plane.lines(chart, [[start, end]], ink, linewidths=0.8, capstyle="round")
    plane.dots(chart, *zip(start), ink, size=2.4, edgecolors=ink, linewidths=1, zorder=2)
    look = {"fontsize": size, "fontweight": 600, "color": ink, "transform": chart.pixels}
    chart.text(*centre, words, ha="center", va="center", linespacing=1.0, **look)


def two_lines(text: str) -> str:
    """A text of one line broken at the space nearest to its middle.

    >>> two_lines("P. Trường Long Hòa").split(chr(10))
    ['P. Trường', 'Long Hòa']
    """
    spaces = [i for i, letter in enumerate(text) if letter == " "]
    if "\n" in text or not spaces:
        return text
    middle = min(spaces, key=lambda i: abs(i - len(text) / 2))
    return f"{text[:middle]}\n{text[middle + 1 :]}"


def write_all(
    sheet: plane.Sheet,
    words: dict[str, str],
    shapes: gpd.GeoSeries,
    taken: list[Box],
    *,
    size: float,
    inks: dict[str, str] | None = None,
    hatched: frozenset[str] = frozenset(),
) -> dict[str, tuple[Box, str]]:
    """Name all places: inside, then beside the land, then over their borders; largest first.

    `inks` are the colours of names inside their places; in `hatched` places names get an edge.
    Returns box and ink of every name.
    """
    found: dict[str, tuple[Box, str]] = {}
    plan = _plan(words, shapes, taken, base.limits(sheet), size=size)
    for code, text, centre, start, how in plan:
        ink = (inks or {}).get(code, "ink") if how == "only_inside" else "ink"
        look = {"size": size, "ink": ink, "edged": code in hatched or how == "anywhere"}
        found[code] = _draw(sheet, text, centre, start, taken, **look), ink
    return found


@cache.memoize
def _plan(
    words: dict[str, str],
    shapes: gpd.GeoSeries,
    taken: list[Box],
    edges: tuple[float, float],
    *,
    size: float,
) -> list[list]:
    """Code, words, centre, start of a line and way of every name that finds room, in order."""
    land, left, taken, found = shapely.union_all(shapes.to_numpy()), dict(words), list(taken), []
    shapely.prepare(land)
    order = shapes.area.sort_values(ascending=False, kind="stable").index
    for how in ("only_inside", "only_outside", "anywhere"):
        for code in [code for code in order if left.get(code)]:
            placed = _place(left[code], shapes[code], land, taken, edges, size=size, **{how: True})
            if placed:
                text, centre, start = placed
                taken.append(spots.box_at(centre, size_of(text, size)))
                found.append([code, text, _plain(centre), start and _plain(start), how])
                del left[code]
    return found


def _plain(point: spots.Point) -> list[float]:
    return [float(value) for value in point]


def beside(
    sheet: plane.Sheet,
    text: str,
    symbols: BaseGeometry,
    land: BaseGeometry,
    taken: list[Box],
    *,
    size: float,
    weight: int = 400,
    ink: str = "ink",
) -> Box:
    """Name scattered symbols as near to their middle as nothing is covered."""
    extent = size_of(text, size, weight)
    centre = spots.near(symbols, extent, land, taken, base.limits(sheet))
    put(sheet, text, centre, size=size, weight=weight, ink=ink)
    taken.append(spots.box_at(centre, extent))
    return taken[-1]


def put(
    sheet: plane.Sheet,
    text: str,
    centre: tuple[float, float],
    *,
    size: float,
    weight: int = 400,
    ink: str = "ink",
    edged: bool = False,
) -> None:
    """Write a text around a centre, `edged` in the colour of the paper."""
    look = {"fontsize": size, "fontweight": weight, "color": colour(ink)}
    words = plane.write(sheet, *centre, text, ha="center", linespacing=1.0, zorder=4, **look)
    if edged:
        halo(words)

"""Names on a map that collide with nothing: inside their place, or beside the land with a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib.axes import Axes
from shapely.geometry.base import BaseGeometry

from papi_analysis.figures.style import colour, text_width

if TYPE_CHECKING:
    import geopandas as gpd

Box = tuple[float, float, float, float]
_LINE = 1.25  # height of a line of text, as a multiple of its size
_REACH = 0.25  # how far a name may stand away from its place, as a share of the sheet's width
_ANGLES = np.deg2rad([0, 15, -15, 30, -30, 45, -45, 60, -60, 75, -75, 90, -90, 110, -110, 135,
                      -135, 160, -160, 180])  # fmt: skip


def size_of(text: str, size: float, weight: int = 400) -> tuple[float, float]:
    """Width and height of some lines of text in pixels."""
    lines = text.split("\n")
    return max(text_width(line, size, weight) for line in lines), _LINE * size * len(lines)


def box_at(centre: tuple[float, float], extent: tuple[float, float]) -> Box:
    """Left, top, right, bottom of a text of some extent around its centre."""
    (x, y), (wide, tall) = centre, extent
    return x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes share more than an edge."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def inside(
    shape: BaseGeometry, extent: tuple[float, float], taken: list[Box]
) -> tuple[float, float] | None:
    """The centre nearest to the roomiest spot of a place where a text fits in, or None."""
    largest = largest_part(shape)
    x, y = spot(shape)
    left, top, right, bottom = largest.bounds
    xs, ys = np.meshgrid(np.arange(left, right, 3.0), np.arange(top, bottom, 3.0))
    xs, ys = np.append(x, xs), np.append(y, ys)
    wide, tall = extent
    boxes = shapely.box(xs - wide / 2, ys - tall / 2, xs + wide / 2, ys + tall / 2)
    fits = np.flatnonzero(shapely.contains(largest, boxes))
    away = np.hypot(xs[fits] - x, ys[fits] - y)
    for place in fits[np.argsort(away, kind="stable")]:
        centre = (float(xs[place]), float(ys[place]))
        if not any(overlap(box_at(centre, extent), other) for other in taken):
            return centre
    return None


def outside(
    start: tuple[float, float],
    extent: tuple[float, float],
    land: BaseGeometry,
    taken: list[Box],
    sheet: Axes,
) -> tuple[float, float] | None:
    """The nearest centre off the land and inside the sheet, tied to `start` by a free line."""
    width, height = sheet.get_xlim()[1], sheet.get_ylim()[0]
    obstacles = shapely.union_all([shapely.box(*box) for box in taken])
    for distance in np.arange(14, _REACH * width, 6):
        for angle in _ANGLES:
            centre = _centre(start, extent, distance, angle)
            box = box_at(centre, extent)
            if box[0] < 2 or box[1] < 2 or box[2] > width - 2 or box[3] > height - 2:
                continue
            ground = shapely.box(*box).buffer(2)
            line = shapely.LineString([start, _edge(start, box)])
            blocked = ground.intersects(land) or ground.intersects(obstacles)
            if not blocked and not line.intersects(obstacles):
                return centre
    return None


def write(
    sheet: Axes,
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
) -> Box | None:
    """Name a place: inside it where there is room, else beside the land with a line to it.

    `shape` and `land` are in pixels of the sheet. A name that does not fit in is tried on two
    lines; `anywhere` lets it reach over the border of its place. The box is remembered in `taken`;
    without a free place nothing is written and None returned.
    """
    found = None
    if anywhere:
        shape = shape.buffer(sum(size_of(text, size, weight)))
    for words in () if only_outside else dict.fromkeys((text, two_lines(text))):
        found = found or _fitting(inside(shape, size_of(words, size, weight), taken), words)
    if found is None and not only_inside:
        ink, extent, start = "ink", size_of(text, size, weight), spot(shape)
        found = _fitting(outside(start, extent, land, taken, sheet), text)
        if found is not None:
            line = shapely.LineString([start, _edge(start, box_at(found[0], extent))])
            sheet.plot(*line.xy, color=colour(ink), lw=0.8, marker="o", ms=2.4, markevery=[0])
    if found is None:
        return None
    centre, words = found
    put(sheet, words, centre, size=size, weight=weight, ink=ink)
    taken.append(box_at(centre, size_of(words, size, weight)))
    return taken[-1]


def _fitting(centre: tuple[float, float] | None, words: str) -> tuple | None:
    return None if centre is None else (centre, words)


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
    sheet: Axes,
    words: dict[str, str],
    shapes: gpd.GeoSeries,
    taken: list[Box],
    *,
    size: float,
    inks: dict[str, str] | None = None,
) -> dict[str, tuple[Box, str]]:
    """Name all places: inside, then beside the land, then over their borders; largest first.

    `inks` are the colours of names inside their places. Returns box and ink of every name.
    """
    found: dict[str, tuple[Box, str]] = {}
    land, left = shapely.union_all(shapes.to_numpy()), dict(words)
    shapely.prepare(land)
    order = shapes.area.sort_values(ascending=False, kind="stable").index
    for how in ("only_inside", "only_outside", "anywhere"):
        for code in [code for code in order if left.get(code)]:
            ink = "ink" if how == "only_outside" else (inks or {}).get(code, "ink")
            look = {"size": size, "ink": ink, how: True}
            box = write(sheet, left[code], shapes[code], land, taken, **look)
            if box:
                found[code] = (box, ink)
                del left[code]
    return found


def beside(
    sheet: Axes,
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
    extent, middle = size_of(text, size, weight), symbols.centroid
    width, height = sheet.get_xlim()[1], sheet.get_ylim()[0]
    near, step = 0.25 * width, max(2.0, width / 180)
    xs, ys = np.meshgrid(
        _span(middle.x, near, extent[0] / 2, width, step),
        _span(middle.y, near, extent[1] / 2, height, step),
    )
    xs, ys = xs.ravel(), ys.ravel()
    wide, tall = extent[0] / 2 + 2, extent[1] / 2 + 1
    free = ~shapely.intersects(land, shapely.box(xs - wide, ys - tall, xs + wide, ys + tall))
    for other in taken:
        free &= (
            (xs + wide < other[0])
            | (xs - wide > other[2])
            | ((ys + tall < other[1]) | (ys - tall > other[3]))
        )
    away = np.hypot(xs - middle.x, (ys - middle.y) * 1.5)
    best = np.flatnonzero(free)[np.argmin(away[free])]
    centre = (float(xs[best]), float(ys[best]))
    put(sheet, text, centre, size=size, weight=weight, ink=ink)
    taken.append(box_at(centre, extent))
    return taken[-1]


def _span(middle: float, near: float, half: float, limit: float, step: float) -> np.ndarray:
    """Places along one side of the sheet for the middle of a text, not far from a point."""
    return np.arange(max(half + 2, middle - near), min(limit - half - 2, middle + near), step)


def put(
    sheet: Axes,
    text: str,
    centre: tuple[float, float],
    *,
    size: float,
    weight: int = 400,
    ink: str = "ink",
) -> None:
    """Write a text around a centre."""
    look = {"fontsize": size, "fontweight": weight, "color": colour(ink)}
    sheet.text(*centre, text, ha="center", va="center", linespacing=1.0, zorder=4, **look)


def largest_part(shape: BaseGeometry) -> BaseGeometry:
    """The largest polygon of a place."""
    return max(getattr(shape, "geoms", [shape]), key=lambda part: part.area)


def spot(shape: BaseGeometry) -> tuple[float, float]:
    """The middle of the roomiest part of a place."""
    largest = largest_part(shape)
    circle = shapely.maximum_inscribed_circle(largest, tolerance=largest.length / 200)
    return tuple(circle.coords[0])


def _centre(
    start: tuple[float, float], extent: tuple[float, float], distance: float, angle: float
) -> tuple[float, float]:
    """Where a text stands whose nearest edge lies at a distance and angle from the start."""
    dx, dy = np.cos(angle), np.sin(angle)
    return (
        float(start[0] + dx * (distance + extent[0] / 2)),
        float(start[1] + dy * (distance + extent[1] / 2)),
    )


def _edge(start: tuple[float, float], box: Box) -> tuple[float, float]:
    """The point of a box (its sides, at mid-height) where a line from the start ends."""
    x, y = start
    middle = (box[1] + box[3]) / 2
    if x < box[0]:
        return box[0] - 3, middle
    if x > box[2]:
        return box[2] + 3, middle
    return x, (box[1] - 2 if y < box[1] else box[3] + 2)

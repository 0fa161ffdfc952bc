"""Names on a map that collide with nothing, tied to their place where they stand outside it.

adjustText and textalloc move labels apart but know no polygons: here a name goes inside its place
where it fits, else off the land with a line to it. Lengths are points of the figure, y upwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.text import Text
from shapely.geometry.base import BaseGeometry

from papi_analysis import cache
from papi_analysis.plots.style import colour, halo, text_width
from papi_analysis.plots.svg import measuring

if TYPE_CHECKING:
    import geopandas as gpd

Box = tuple[float, float, float, float]  # left, bottom, right, top
Point = tuple[float, float]
_LINE = 1.25  # height of a line of text, as a multiple of its size
_REACH = 0.16  # how far a name may stand away from its place, as a share of the figure's width
_ACROSS = 40.0  # how far the line to a name may run over other places, in points
_ANGLES = np.deg2rad([0, -15, 15, -30, 30, -45, 45, -60, 60, -75, 75, -90, 90, -110, 110, -135,
                      135, -160, 160, 180])  # fmt: skip


def size_of(text: str, size: float, weight: int = 400) -> Point:
    """Width and height of some lines of text."""
    lines = text.split("\n")
    return max(text_width(line, size, weight) for line in lines), _LINE * size * len(lines)


def in_points(axes: Axes, shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Shapes on a map in points from the lower left corner of its figure."""
    axes.apply_aspect()
    matrix = axes.transData.get_affine().get_matrix() * 72 / axes.figure.dpi
    return shapes.transform(lambda at: at @ matrix[:2, :2].T + matrix[:2, 2])


def extent(axes: Axes) -> Point:
    """Width and height of the figure in points."""
    return tuple(float(inches * 72) for inches in axes.figure.get_size_inches())


def box_of(artist, axes: Axes) -> Box:
    """The box of an artist in points."""
    box = artist.get_window_extent(measuring(axes.figure)).get_points() * 72 / axes.figure.dpi
    return tuple(box.ravel().tolist())


def put(
    axes: Axes, text: str, centre: Point, *, size: float, weight: int = 400, ink: str = "ink",
    edged: bool = False,
) -> Text:  # fmt: skip
    """Write a text around a centre in points, `edged` in the colour of the paper."""
    pixels = np.asarray(centre) * axes.figure.dpi / 72
    x, y = axes.transData.inverted().transform(pixels)
    look = {"fontsize": size, "fontweight": weight, "color": colour(ink), "zorder": 4}
    words = axes.text(x, y, text, ha="center", va="center", linespacing=1.0, **look)
    return halo(words) if edged else words


def name_all(
    axes: Axes,
    words: dict[str, str],
    shapes: gpd.GeoSeries,
    taken: list[Box],
    *,
    size: float,
    inks: dict[str, str] | None = None,
    edged: frozenset[str] = frozenset(),
) -> dict[str, tuple[Box, str]]:
    """Name places: inside, then beside the land, then over their borders; largest first.

    `inks` are the colours of names inside their places, `edged` the places whose colour no ink
    can be read on. Returns box and ink of every name that found room.
    """
    named: dict[str, tuple[Box, str]] = {}
    plan = _plan(words, shapes, taken, extent(axes), size=size)
    for code, text, centre, start, how in plan:
        ink = (inks or {}).get(code, "ink") if how == "only_inside" else "ink"
        ink = "ink" if code in edged else ink
        _draw(axes, text, centre, start, size=size, ink=ink,
              edged=not start and (code in edged or how == "anywhere"))  # fmt: skip
        named[code] = box_at(centre, size_of(text, size)), ink
    taken.extend(box for box, _ in named.values())
    return named


def name_beside(
    axes: Axes, text: str, shape: BaseGeometry, land: BaseGeometry, taken: list[Box], size: float
) -> None:
    """Name a place in bold beside the land, with a line to it; nothing where there is no room."""
    look = {"size": size, "weight": 600}
    placed = _place(text, shape, land, _boxes(taken), extent(axes), **look, only_outside=True)
    if placed:
        words, centre, start = placed
        _draw(axes, words, centre, start, **look, ink="ink")
        taken.append(box_at(centre, size_of(words, size, 600)))


def name_symbols(
    axes: Axes, text: str, symbols: BaseGeometry, land: BaseGeometry, taken: list[Box], *,
    size: float, weight: int = 400, ink: str = "ink",
) -> None:  # fmt: skip
    """Name scattered symbols as near to their middle as nothing is covered."""
    room = size_of(text, size, weight)
    centre = near(symbols, room, land, taken, extent(axes))
    put(axes, text, centre, size=size, weight=weight, ink=ink)
    taken.append(box_at(centre, room))


def _draw(
    axes: Axes, words: str, centre: Point, start: Point | None, *, size: float,
    weight: int = 400, ink: str, edged: bool = False,
) -> None:  # fmt: skip
    """Draw a name, with the line to its place where it has one."""
    if start:
        end = edge(start, box_at(centre, size_of(words, size, weight)))
        ends = np.array([start, end]) * axes.figure.dpi / 72
        x, y = axes.transData.inverted().transform(ends).T
        look = {"lw": 0.8, "marker": "o", "ms": 2.4, "markevery": [0], "scalex": False}
        axes.plot(x, y, color=colour("ink"), scaley=False, clip_on=False, **look)
    put(axes, words, centre, size=size, weight=weight, ink="ink" if start else ink, edged=edged)


@cache.memoize
def _plan(
    words: dict[str, str],
    shapes: gpd.GeoSeries,
    taken: list[Box],
    limits: Point,
    *,
    size: float,
) -> list[list]:
    """Code, words, centre, start of a line and way of every name that finds room, in order."""
    land, left, plan = shapely.union_all(shapes.to_numpy()), dict(words), []
    shapely.prepare(land)
    taken = _boxes(taken)
    order = shapes.area.sort_values(ascending=False, kind="stable").index
    for how in ("only_inside", "only_outside", "anywhere"):
        for code in [code for code in order if left.get(code)]:
            placed = _place(left[code], shapes[code], land, taken, limits, size=size, **{how: True})
            if placed:
                text, centre, start = placed
                box = box_at(centre, size_of(text, size))
                taken.append(shapely.box(*box))
                if start:  # no later name or line crosses this one
                    taken.append(shapely.LineString([start, edge(start, box)]))
                plan.append([code, text, _plain(centre), start and _plain(start), how])
                del left[code]
    return plan


def _plain(point: Point) -> list[float]:
    return [float(value) for value in point]


def _place(
    text: str,
    shape: BaseGeometry,
    land: BaseGeometry,
    taken: list[BaseGeometry],
    limits: Point,
    *,
    size: float,
    weight: int = 400,
    only_inside: bool = False,
    only_outside: bool = False,
    anywhere: bool = False,
) -> tuple[str, Point, Point | None] | None:
    """Words and centre of a name, and where the line to its place starts.

    A name that does not fit in is tried on two lines; `anywhere` lets it reach over the border.
    """
    if anywhere:
        shape = shape.buffer(sum(size_of(text, size, weight)))
    for words in () if only_outside else dict.fromkeys((text, two_lines(text))):
        centre = inside(shape, size_of(words, size, weight), taken)
        if centre is not None:
            return words, centre, None
    if only_inside:
        return None
    centre = outside(shape, size_of(text, size, weight), land, taken, limits)
    return None if centre is None else (text, centre, spot(shape))


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


def box_at(centre: Point, room: Point) -> Box:
    """The box of a text of some extent around its centre, or around many centres."""
    (x, y), (wide, tall) = centre, room
    return x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2


def largest_part(shape: BaseGeometry) -> BaseGeometry:
    """The largest polygon of a place."""
    return max(getattr(shape, "geoms", [shape]), key=lambda part: part.area)


def spot(shape: BaseGeometry) -> Point:
    """The middle of the roomiest part of a place."""
    largest = largest_part(shape)
    circle = shapely.maximum_inscribed_circle(largest, tolerance=largest.length / 200)
    return tuple(circle.coords[0])


@cache.memoize
def spots(shapes: gpd.GeoSeries) -> dict[str, list[float]]:
    """The spot of every place of a layer."""
    return {code: _plain(spot(shape)) for code, shape in shapes.items()}


def _boxes(taken: list[Box]) -> list[BaseGeometry]:
    """Taken boxes as shapes, to which lines are added."""
    return [shapely.box(*box) for box in taken]


def inside(shape: BaseGeometry, room: Point, taken: list[BaseGeometry]) -> Point | None:
    """The centre nearest to the roomiest spot of a place where a text fits in, or None."""
    largest = largest_part(shape)
    x, y = spot(shape)
    left, bottom, right, top = largest.bounds
    xs, ys = np.meshgrid(np.arange(left, right, 3.0), np.arange(bottom, top, 3.0))
    xs, ys = np.append(x, xs), np.append(y, ys)
    boxes = box_at((xs, ys), room)
    free = (boxes[0] >= left) & (boxes[2] <= right) & (boxes[1] >= bottom) & (boxes[3] <= top)
    obstacles = shapely.union_all(taken)
    for ground in (largest, obstacles):
        shapely.prepare(ground)
    place = _nearest(
        np.hypot(xs - x, ys - y), free, boxes,
        lambda text: shapely.contains(largest, text) & ~_overlap(obstacles, text),
    )  # fmt: skip
    return None if place is None else (float(xs[place]), float(ys[place]))


def _overlap(obstacles: BaseGeometry, text: np.ndarray) -> np.ndarray:
    """Whether boxes share more than an edge with what is taken."""
    return shapely.intersects(obstacles, text) & ~shapely.touches(obstacles, text)


def _nearest(
    away: np.ndarray, free: np.ndarray, boxes: Box, fits: Callable[[np.ndarray], np.ndarray]
) -> int | None:
    """The nearest of the free places whose box fits; shapes are asked from the nearest outwards."""
    order = np.flatnonzero(free)
    order = order[np.argsort(away[order], kind="stable")]
    for start in range(0, len(order), 100):
        part = order[start : start + 100]
        fitting = part[fits(shapely.box(*(side[part] for side in boxes)))]
        if len(fitting):
            return fitting[0]
    return None


def outside(
    shape: BaseGeometry, room: Point, land: BaseGeometry, taken: list[BaseGeometry], limits: Point
) -> Point | None:
    """The best centre off the land and within the limits (width, height), a free line away.

    The best is the nearest, where a line over other places counts double.
    """
    start, obstacles = spot(shape), shapely.union_all(taken)
    best, least = None, np.inf
    for distance in np.arange(14, _REACH * limits[0], 6):
        if distance >= least:  # no line from here on is shorter
            break
        centres = [_centre(start, room, distance, angle) for angle in _ANGLES]
        boxes = np.array([box_at(centre, room) for centre in centres])
        lines = shapely.linestrings([[start, edge(start, tuple(box))] for box in boxes])
        free = np.flatnonzero(_free(boxes, lines, land, obstacles, limits))
        over = shapely.length(shapely.intersection(land, lines[free]))
        over -= shapely.length(shapely.intersection(shape, lines[free]))
        for place, across in zip(free, over, strict=True):
            if across <= _ACROSS and round(distance + across, 3) < least:
                best, least = centres[place], round(distance + across, 3)
    return best


def _free(
    boxes: np.ndarray, lines: np.ndarray, land: BaseGeometry, obstacles: BaseGeometry, limits: Point
) -> np.ndarray:
    """Whether boxes lie in the figure, off land and obstacles, and their lines off obstacles."""
    ground = shapely.box(*(boxes + np.array([-2, -2, 2, 2])).T)
    free = (boxes[:, :2] >= 2).all(axis=1) & (boxes[:, 2:] <= np.array(limits) - 2).all(axis=1)
    free &= ~shapely.intersects(land, ground) & ~shapely.intersects(obstacles, ground)
    return free & ~shapely.intersects(obstacles, lines)


def near(
    symbols: BaseGeometry, room: Point, land: BaseGeometry, taken: list[Box], limits: Point
) -> list[float]:
    """The centre nearest to the middle of scattered symbols at which a text covers nothing."""
    middle, (width, height) = symbols.centroid, limits
    reach, step = 0.25 * width, max(2.0, width / 180)
    xs, ys = np.meshgrid(
        _span(middle.x, reach, room[0] / 2, width, step),
        _span(middle.y, reach, room[1] / 2, height, step),
    )
    xs, ys = xs.ravel(), ys.ravel()
    boxes = box_at((xs, ys), (room[0] + 4, room[1] + 2))
    free = np.ones(len(xs), bool)
    for left, bottom, right, top in taken:
        beside = (boxes[2] < left) | (boxes[0] > right)
        free &= beside | (boxes[3] < bottom) | (boxes[1] > top)
    away = np.hypot(xs - middle.x, (ys - middle.y) * 1.5)
    best = _nearest(away, free, boxes, lambda text: ~shapely.intersects(land, text))
    return [middle.x, middle.y] if best is None else [float(xs[best]), float(ys[best])]


def _span(middle: float, near: float, half: float, limit: float, step: float) -> np.ndarray:
    """Places along one side of the figure for the middle of a text, not far from a point."""
    return np.arange(max(half + 2, middle - near), min(limit - half - 2, middle + near), step)


def _centre(start: Point, room: Point, distance: float, angle: float) -> Point:
    """Where a text stands whose nearest edge lies at a distance and angle from the start."""
    dx, dy = np.cos(angle), np.sin(angle)
    return (
        float(start[0] + dx * (distance + room[0] / 2)),
        float(start[1] + dy * (distance + room[1] / 2)),
    )


def edge(start: Point, box: Box) -> Point:
    """The point of a box (its sides, at mid-height) where a line from the start ends."""
    x, y = start
    middle = (box[1] + box[3]) / 2
    if x < box[0]:
        return box[0] - 3, middle
    if x > box[2]:
        return box[2] + 3, middle
    return x, (box[1] - 2 if y < box[1] else box[3] + 2)

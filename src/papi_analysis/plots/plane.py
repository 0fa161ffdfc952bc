"""A sheet measured in CSS pixels from its upper left corner, and the few things drawn on it."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.collections import LineCollection, PathCollection, PolyCollection
from matplotlib.font_manager import FontProperties
from matplotlib.markers import MarkerStyle
from matplotlib.transforms import Affine2D, IdentityTransform

from papi_analysis.plots import style
from papi_analysis.plots.measure import family, rise, text_width
from papi_analysis.plots.palette import GROUPS, ON_GROUP, colour, group_colour
from papi_analysis.plots.svg import HALO, Pen

Box = tuple[float, float, float, float]  # left, right, top, bottom
_SHARES = {"left": 0.0, "center": 0.5, "right": 1.0}


@dataclass(frozen=True)
class Line:
    """One line of words: an end or the middle of it on x, its letters centred on y."""

    text: str
    x: float
    y: float
    size: float
    weight: int
    align: str
    fill: str
    over: bool = False


class Words(Artist):
    """Lines of words in the order they are added; places are those of the transform it has."""

    zorder = 5

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []

    def draw(self, renderer: RendererBase) -> None:
        """Write every line."""
        if not self.lines or not self.get_visible():
            return
        places = self.get_transform().transform([(line.x, line.y) for line in self.lines])
        for line, (x, y) in zip(self.lines, places.tolist(), strict=True):
            renderer.open_group("text", HALO if line.over else None)
            _write(renderer, line, x, y)
            renderer.close_group("text")
        self.stale = False


def _write(renderer: RendererBase, line: Line, x: float, y: float) -> None:
    """Write a line whose letters are centred on a height, in pixels from the lower left corner."""
    y -= renderer.points_to_pixels(rise(line.text, line.weight) * line.size) / 2
    if renderer.flipy():
        y = renderer.get_canvas_width_height()[1] - y
    if isinstance(renderer, Pen):
        look = {"size": line.size, "weight": line.weight, "align": line.align, "fill": line.fill}
        renderer.words(line.text, x, y, **look)
        return
    colour = renderer.new_gc()
    colour.set_foreground(line.fill)
    x -= _SHARES[line.align] * renderer.points_to_pixels(
        text_width(line.text, line.size, line.weight)
    )
    renderer.draw_text(colour, x, y, line.text, _type(line.size, line.weight), 0.0)


@functools.cache
def _type(size: float, weight: int) -> FontProperties:
    return FontProperties(family=family(), size=size, weight=weight)


class Sheet(style.Chart):
    """A chart measured in CSS pixels: x to the right, y downwards; its words are one artist."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        down = Affine2D().scale(1 / 72, -1 / 72).translate(0, self.get_figheight())
        self.pixels = down + self.dpi_scale_trans
        self.words = Words()
        self.words.set_transform(self.pixels)
        self.add_artist(self.words)


def sheet(width: float, height: float) -> Sheet:
    """A sheet with nothing drawn on it."""
    return style.canvas(width, height, Sheet)


def boxes(chart: Sheet, where: Iterable[Box], fill: str | Sequence[str], **look: object) -> None:
    """Rectangles as one collection; `fill` is a colour or one per rectangle."""
    polygons(chart, [[(a, c), (b, c), (b, d), (a, d)] for a, b, c, d in where], fill, **look)


def polygons(
    chart: Sheet, corners: Sequence[Sequence], fill: str | Sequence[str], **look: object
) -> None:
    """Filled shapes as one collection."""
    if len(corners):
        look = {"linewidths": 0, "zorder": 1, "transform": chart.pixels, **look}
        chart.add_artist(PolyCollection(corners, facecolors=fill, **look), clip=True)


def lines(
    chart: Sheet, where: Iterable[Sequence], stroke: str | Sequence[str], **look: object
) -> None:
    """Polylines as one collection."""
    paths = [np.asarray(path, dtype=float) for path in where]
    if paths:
        look = {"linewidths": 1, "zorder": 2, "transform": chart.pixels, **look}
        chart.add_artist(LineCollection(paths, colors=stroke, **look), clip=True)


def dots(
    chart: Sheet, x: Sequence[float], y: Sequence[float], fill: object, *,
    size: float | Sequence[float] = 6, marker: str = "o", **look: object,
) -> None:  # fmt: skip
    """Marks of a diameter in CSS pixels as one collection, edged in the colour of the paper."""
    if len(x):
        shape = MarkerStyle(marker)
        path = shape.get_path().transformed(shape.get_transform())
        edge = {"edgecolors": colour("paper"), "linewidths": 1.5}
        look = {**edge, "zorder": 4, "clip_on": False, **look}
        where = {"offsets": np.column_stack([x, y]), "offset_transform": chart.pixels}
        areas = np.square(np.atleast_1d(size))
        marks = PathCollection([path], areas, facecolors=fill, **where, **look)
        marks.set_transform(IdentityTransform())
        chart.add_artist(marks, clip=True)


def say(
    chart: Sheet, x: float, y: float, text: str, *, size: float = 12.5, weight: int = 400,
    align: str = "left", fill: str = "ink", over: bool = False,
) -> None:  # fmt: skip
    """One line of words, centred on y; `over` a drawing it gets an edge like the paper."""
    if text:
        line = Line(text, x, y, size, weight, align, colour(fill), over)
        chart.words.lines.append(line)


def chips(chart: Sheet, x: float, y: Sequence[float], groups: Sequence[int | None]) -> None:
    """The group of each row as a coloured chip with its mark."""
    known = [(height, int(group)) for height, group in zip(y, groups, strict=True) if group]
    boxes(
        chart,
        [(x - 13, x + 13, height - 9, height + 9) for height, _ in known],
        [group_colour(group) for _, group in known],
    )
    for height, group in known:
        look = {"size": 11, "align": "center", "fill": ON_GROUP[group]}
        say(chart, x, height, GROUPS[group][1], **look)


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Heights as near as can be to those wanted, at least `gap` apart, from low to high.

    >>> apart([10, 12, 40], 10, 0, 50)
    [6.0, 16.0, 40.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    groups: list[tuple[float, int]] = []  # mean of what is wanted, members
    for i in order:
        groups.append((float(wanted[i]), 1))
        while len(groups) > 1 and _bottom(groups[-2], gap, low, high) + gap > _top(
            groups[-1], gap, low, high
        ):
            (a, m), (b, n) = groups[-2:]
            groups[-2:] = [((a * m + b * n) / (m + n), m + n)]
    spots = [_top(group, gap, low, high) + k * gap for group in groups for k in range(group[1])]
    found = [0.0] * len(wanted)
    for i, spot in zip(order, spots, strict=True):
        found[i] = spot
    return found


def _top(group: tuple[float, int], gap: float, low: float, high: float) -> float:
    """Where the first of a group stands, the group kept between low and high."""
    reach = (group[1] - 1) * gap
    return max(min(group[0] - reach / 2, high - reach), low)


def _bottom(group: tuple[float, int], gap: float, low: float, high: float) -> float:
    return _top(group, gap, low, high) + (group[1] - 1) * gap

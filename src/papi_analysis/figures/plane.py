"""A sheet measured in CSS pixels from its upper left corner, and the few things drawn on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.text import Text

from papi_analysis.figures import style
from papi_analysis.figures.palette import GROUPS, ON_GROUP, colour, group_colour

#: Height of a line of text in CSS pixels.
LEADING = 15.0
Box = tuple[float, float, float, float]  # left, right, top, bottom


def sheet(width: float, height: float) -> tuple[style.Chart, Axes]:
    """A chart with one axes in CSS pixels: x to the right, y downwards, nothing drawn."""
    chart = style.canvas(width, height)
    axes = chart.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.set_axis_off()
    return chart, axes


def boxes(axes: Axes, where: Iterable[Box], fill: str | Sequence[str], **look: object) -> None:
    """Rectangles as one collection; `fill` is a colour or one per rectangle."""
    polygons(axes, [[(a, c), (b, c), (b, d), (a, d)] for a, b, c, d in where], fill, **look)


def polygons(
    axes: Axes, corners: Sequence[Sequence], fill: str | Sequence[str], **look: object
) -> None:
    """Filled shapes as one collection."""
    if len(corners):
        look = {"linewidths": 0, "zorder": 1, **look}
        axes.add_collection(PolyCollection(corners, facecolors=fill, **look), autolim=False)


def lines(
    axes: Axes, where: Iterable[Sequence], stroke: str | Sequence[str], **look: object
) -> None:
    """Polylines as one collection."""
    paths = [np.asarray(path, dtype=float) for path in where]
    if paths:
        look = {"linewidths": 1, "zorder": 2, **look}
        axes.add_collection(LineCollection(paths, colors=stroke, **look), autolim=False)


def dots(
    axes: Axes, x: Sequence[float], y: Sequence[float], fill: object, *, size: float = 6,
    **look: object,
) -> None:  # fmt: skip
    """Round marks of a diameter in CSS pixels, edged in the colour of the paper."""
    if len(x):
        look = {"edgecolors": colour("paper"), "linewidths": 1.5, "zorder": 4, **look}
        axes.scatter(x, y, s=size**2, c=fill, clip_on=False, **look)


def say(
    axes: Axes, x: float, y: float, text: str, *, size: float = 12.5, weight: int = 400,
    align: str = "left", fill: str = "ink", over: bool = False,
) -> Text:  # fmt: skip
    """One line of words, centred on y."""
    words = axes.text(
        x, y, text, fontsize=size, fontweight=weight, ha=align, va="center_baseline",
        color=colour(fill), zorder=5, parse_math=False,
    )  # fmt: skip
    return style.halo(words) if over else words


def block(axes: Axes, x: float, y: float, lines_of_text: Sequence[str], **look: object) -> None:
    """Lines of words below each other, the block centred on y."""
    top = y - (len(lines_of_text) - 1) * LEADING / 2
    for i, line in enumerate(lines_of_text):
        say(axes, x, top + i * LEADING, line, **look)


def chips(axes: Axes, x: float, y: Sequence[float], groups: Sequence[int | None]) -> None:
    """The group of each row as a coloured chip with its mark."""
    known = [(height, int(group)) for height, group in zip(y, groups, strict=True) if group]
    boxes(
        axes,
        [(x - 13, x + 13, height - 9, height + 9) for height, _ in known],
        [group_colour(group) for _, group in known],
    )
    for height, group in known:
        look = {"size": 11, "align": "center", "fill": ON_GROUP[group]}
        say(axes, x, height, GROUPS[group][1], **look)


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

"""A marked correlation matrix: between provinces below the diagonal, within them above it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from papi_analysis.i18n import number, say
from papi_analysis.plots import plane, style
from papi_analysis.plots.palette import colour
from papi_analysis.plots.style import NARROW, WIDE


@style.themed
def matrix(
    table: pd.DataFrame, *, lang: str, names: dict[str, str], width: int = WIDE
) -> style.Chart:
    """Squares whose area is the strength of a correlation; faint where not beyond chance.

    Parameters
    ----------
    table : DataFrame
        a, b (codes), r (between provinces), sure (bool: survives the adjustment), and, where
        known, within (correlation of yearly changes inside provinces).
    names : dict
        Name by code, in the order of rows and columns.
    """
    narrow = width <= NARROW
    left, top = (24.0, 24.0) if narrow else (286.0, 30.0)
    cell = min((width - left) / len(names), 46.0)
    head = 22.0 * len(names) + 12 if narrow else 0.0
    chart = plane.sheet(width, head + top + cell * len(names) + 26)
    place = {code: i for i, code in enumerate(names)}
    _titles(chart, lang, names, (left, head + top, cell), "within" in table)
    rows = list(_cells(table, place))
    centre = [(left + cell * (c + 0.5), head + top + cell * (r + 0.5)) for r, c, _, _ in rows]
    boxes, tones = [], []
    for (x, y), (_, _, value, sure) in zip(centre, rows, strict=True):
        half = cell / 2 - 1.5
        boxes.append((x - half, x + half, y - half, y + half))
        tones.append(_tone(value) if sure else colour("panel"))
    plane.boxes(chart, boxes, tones)
    size = 11.0 if narrow else 12.0
    for (x, y), (_, _, value, sure) in zip(centre, rows, strict=True):
        strong = sure and abs(value) >= _STRONG
        fill = "on_strong" if strong else "on_soft" if sure else "muted"
        text = number(lang, value, "0.00;−0.00")
        plane.say(chart, x, y, text, size=size, align="center", fill=fill,
                  weight=600 if sure else 400)  # fmt: skip
    return chart


_STRONG = 0.5


def _tone(value: float) -> str:
    """Five steps by strength, positive or negative."""
    if value < 0:
        return colour("group2" if value > -_STRONG else "group1")
    return colour("group3" if value < _STRONG else "group4")


def _cells(table: pd.DataFrame, place: dict[str, int]):
    """row, column, value, sure: between below the diagonal, within above it."""
    for row in table.itertuples():
        i, j = sorted((place[row.a], place[row.b]))
        yield j, i, row.r, bool(row.sure)
        within = getattr(row, "within", np.nan)
        if within is not None and not np.isnan(within):
            yield i, j, within, bool(getattr(row, "within_sure", False))


def _titles(chart, lang: str, names: dict[str, str], where, both: bool) -> None:
    left, top, cell = where
    for i, (code, name) in enumerate(names.items()):
        middle = cell * (i + 0.5)
        if left < 100:
            plane.say(chart, 0, 12 + 22 * i, f"{code}  {name}", size=11.5)
            plane.say(chart, left - 8, top + middle, code, align="right", weight=600)
        else:
            plane.say(chart, 0, top + middle, f"{code}", weight=600)
            plane.block(chart, 18, top + middle, style.wrap(name, left - 34, 12.5)[:2])
        plane.say(chart, left + middle, top - 12, code, align="center", weight=600)
        plane.boxes(chart, [(left + middle - 3, left + middle + 3, top + middle - 3,
                            top + middle + 3)], colour("grid"))  # fmt: skip
    edge = left + cell * len(names)
    look = {"size": 11.5, "fill": "muted"}
    bottom = top + cell * len(names) + 14
    plane.say(chart, left, bottom, say(lang, "↙ between provinces"), **look)
    if both:
        plane.say(chart, edge, bottom, say(lang, "inside provinces ↗"), align="right", **look)

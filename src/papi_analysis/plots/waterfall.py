"""Why the total changed: from one year to the next, dimension by dimension."""

from __future__ import annotations

import math

import pandas as pd

from papi_analysis.i18n import number, say
from papi_analysis.plots import plane, style
from papi_analysis.plots.palette import colour
from papi_analysis.plots.plane import Sheet
from papi_analysis.plots.style import NARROW, WIDE

_ROW, _NAMES = 34.0, 222.0
_SIGNED = "+0.00;−0.00"


@style.themed
def waterfall(
    table: pd.DataFrame, *, lang: str, before: tuple[int, float], after: tuple[int, float],
    national: float | None = None, width: int = WIDE,
) -> style.Chart:  # fmt: skip
    """Steps from the total of one year to that of the next.

    The two totals are marks and not bars, so that the axis need not begin at zero.

    Parameters
    ----------
    table : DataFrame
        name, change (points), method (bool: caused by a change of method); in the order drawn.
    before, after : (int, float)
        Year and total in points; the changes lead from one to the other.
    national : float, optional
        Change of the national mean: where the province would stand had it moved like the country.
    """
    left = 8.0 if width <= NARROW else _NAMES + 14
    row = 46.0 if width <= NARROW else _ROW
    extra = 3 if national is not None else 2
    chart = plane.sheet(width, row * (len(table) + extra) + 34)
    levels = [before[1]]
    for change in table["change"]:
        levels.append(levels[-1] + change)
    reach = [*levels, after[1], *([before[1] + national] if national is not None else [])]
    at, ticks = _scale(min(reach), max(reach), left + 46, width - 56.0)
    heights = [row * (i + 0.5) + (10 if width <= NARROW else 0) for i in range(len(table) + extra)]
    bottom = row * (len(table) + extra) + 6
    _axis(chart, lang, at, ticks, bottom)
    _names(chart, lang, table, (before, after), heights, width)
    _steps(chart, lang, table["change"].tolist(), table["method"].tolist(), levels, at, heights)
    _ends(chart, lang, [before, after], [heights[0], heights[len(table) + 1]], at)
    if national is not None:
        x = at(before[1] + national)
        plane.lines(chart, [[(x, heights[-1] - 9), (x, heights[-1] + 9)]], colour("median"),
                    linewidths=2, linestyles=[(0, (2, 2))])  # fmt: skip
        text = number(lang, before[1] + national)
        plane.say(chart, x + 8, heights[-1], text, fill="muted")
        _name(chart, say(lang, "Had it moved like the country"), heights[-1], width, "muted")
    return chart


def _scale(low: float, high: float, left: float, right: float):
    """From points to pixels, and the round values to mark."""
    span = max(high - low, 0.2)
    step = next(s for s in (0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10) if span / s <= 6)
    low, high = low - 0.02 * span, high + 0.02 * span
    first = math.ceil(low / step)
    ticks = [k * step for k in range(first, math.floor(high / step) + 1)]
    return (lambda v: left + (v - low) / (high - low) * (right - left)), ticks


def _axis(chart: Sheet, lang: str, at, ticks: list[float], bottom: float) -> None:
    plane.lines(chart, [[(at(t), 0), (at(t), bottom)] for t in ticks], colour("grid"), zorder=0)
    for t in ticks:
        plane.say(chart, at(t), bottom + 12, number(lang, t, "0.0#"), size=11.5, fill="muted",
                  align="center")  # fmt: skip


def _name(chart: Sheet, text: str, y: float, width: int, fill: str = "ink", weight: int = 400):
    if width <= NARROW:
        plane.say(chart, 0, y - 21, text, fill=fill, weight=weight, over=True)
    else:
        lines = style.wrap(text, _NAMES, 12.5, weight)
        plane.block(chart, 0, y, lines, fill=fill, weight=weight)


def _names(chart: Sheet, lang: str, table: pd.DataFrame, ends, heights, width: int) -> None:
    (first, _), (last, _) = ends
    _name(chart, str(first), heights[0], width, weight=600)
    for text, y in zip(table["name"], heights[1:], strict=False):
        _name(chart, _shorten(text, width), y, width)
    _name(chart, str(last), heights[len(table) + 1], width, weight=600)


def _shorten(text: str, width: int) -> str:
    """A name cut to one line on a phone, at a word; whole where there is room for two lines."""
    if width > NARROW or style.text_width(text, 12.5) <= width:
        return text
    words = text.split()
    while words and style.text_width(" ".join(words) + " …", 12.5) > width:
        words.pop()
    return " ".join(words) + " …"


def _steps(chart: Sheet, lang: str, changes, methods, levels, at, heights) -> None:
    """Floating bars with their signed values, joined by thin lines."""
    bars, tones, joints = [], [], []
    for i, (change, method) in enumerate(zip(changes, methods, strict=True)):
        a, b = sorted((at(levels[i]), at(levels[i + 1])))
        y = heights[i + 1]
        bars.append((a, max(b, a + 1), y - 8, y + 8))
        tones.append(colour("method" if method else "behind" if change < 0 else "ahead"))
        joints.append([(at(levels[i]), heights[i] + 8), (at(levels[i]), y - 8)])
        x, align = (a - 6, "right") if change < 0 else (max(b, a + 1) + 6, "left")
        text = number(lang, change, _SIGNED)
        plane.say(chart, x, y, text, weight=600, align=align, over=True,
                  fill="method" if method else "behind" if change < 0 else "ahead")  # fmt: skip
    y = heights[len(changes)]
    joints.append([(at(levels[-1]), y + 8), (at(levels[-1]), heights[len(changes) + 1] - 9)])
    plane.boxes(chart, bars, tones)
    plane.lines(chart, joints, colour("other"), zorder=0.5)


def _ends(chart: Sheet, lang: str, ends, heights, at) -> None:
    points = [(at(value), y) for (_, value), y in zip(ends, heights, strict=True)]
    plane.lines(chart, [[(x, y - 9), (x, y + 9)] for x, y in points], colour("province"),
                linewidths=4)  # fmt: skip
    for (_, value), (x, y) in zip(ends, points, strict=True):
        plane.say(chart, x + 8, y, number(lang, value), weight=600, fill="province", over=True)

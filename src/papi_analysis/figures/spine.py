"""The spine chart: where a province stands between the worst and the best of the country."""

from __future__ import annotations

import math

import pandas as pd

from papi_analysis.figures import plane, style
from papi_analysis.figures.palette import colour
from papi_analysis.figures.plane import Sheet
from papi_analysis.figures.style import NARROW, WIDE
from papi_analysis.wording import number, say

_ROW, _HEAD = 33.0, 40.0


@style.themed
def spine(table: pd.DataFrame, *, lang: str, width: int = WIDE) -> style.Chart:
    """One row per dimension or sub-dimension: worst to best, middle half, median, province.

    Every bar is scaled so that the medians stand on one line and the farther end of the country
    reaches the edge; the numbers at the ends are points.

    Parameters
    ----------
    table : DataFrame
        name, score, worst, p25, median, p75, best (points), rank, n, group (1 lowest … 4
        highest); score, rank and group are missing where nothing is published.
    """
    return _narrow(table, lang) if width <= NARROW else _wide(table, lang, width)


def _wide(table: pd.DataFrame, lang: str, width: int) -> style.Chart:
    chart = plane.sheet(width, _HEAD + _ROW * len(table) + 4)
    left, right = 246.0, width - 234.0
    score, median, rank, group = width - 152.0, width - 98.0, width - 42.0, width - 13.0
    centre = (left + right) / 2
    heights = [_HEAD + _ROW * (i + 0.5) for i in range(len(table))]
    _heads(chart, lang, [left, centre, right], 14.0)
    for x, text in ((score, say(lang, "Score")), (median, say(lang, "Median"))):
        plane.say(chart, x, 14, text, size=11.5, fill="muted", align="right")
    plane.say(chart, rank, 14, say(lang, "Rank"), size=11.5, fill="muted", align="right")
    plane.say(chart, width, 14, say(lang, "Group"), size=11.5, fill="muted", align="right")
    rules = [[(0, _HEAD + _ROW * i), (width, _HEAD + _ROW * i)] for i in range(len(table))]
    plane.lines(chart, rules, colour("grid"), zorder=0)
    plane.lines(chart, [[(centre, 24), (centre, heights[-1] + _ROW / 2)]], colour("median"))
    for y, row in zip(heights, table.itertuples(), strict=True):
        plane.block(chart, 0, y, style.wrap(row.name, left - 50, 12.5))
        plane.say(chart, median, y, number(lang, row.median), fill="muted", align="right")
        known = not math.isnan(row.score)
        text = number(lang, row.score) if known else "–"
        plane.say(chart, score, y, text, weight=600, align="right")
        place = f"{row.rank:.0f}/{row.n}" if known else "–"
        plane.say(chart, rank, y, place, align="right")
    _bars(chart, table, heights, left, right, lang)
    plane.chips(chart, group, heights, _groups(table))
    return chart


def _narrow(table: pd.DataFrame, lang: str) -> style.Chart:
    width, row_height = float(NARROW), 66.0
    chart = plane.sheet(width, 24 + row_height * len(table))
    left, right = 38.0, width - 38.0
    _heads(chart, lang, [left, width / 2, right], 10.0)
    tops = [24 + row_height * i for i in range(len(table))]
    heights = [top + 52 for top in tops]
    plane.lines(chart, [[(0, top), (width, top)] for top in tops], colour("grid"), zorder=0)
    middles = [[(width / 2, top + 42), (width / 2, top + 62)] for top in tops]
    plane.lines(chart, middles, colour("median"))
    for top, row in zip(tops, table.itertuples(), strict=True):
        plane.block(chart, 0, top + 22, style.wrap(row.name, width - 150, 12.5))
        known = not math.isnan(row.score)
        text = number(lang, row.score) if known else "–"
        plane.say(chart, width - 88, top + 22, text, weight=600, align="right")
        place = f"{row.rank:.0f}/{row.n}" if known else ""
        plane.say(chart, width - 36, top + 22, place, fill="muted", align="right")
    _bars(chart, table, heights, left, right, lang)
    plane.chips(chart, width - 13, [top + 22 for top in tops], _groups(table))
    return chart


def _groups(table: pd.DataFrame) -> list[int | None]:
    return [None if pd.isna(group) else int(group) for group in table["group"]]


def _heads(chart: Sheet, lang: str, where: list[float], y: float) -> None:
    words = (say(lang, "Worst"), say(lang, "Median"), say(lang, "Best"))
    for x, text in zip(where, words, strict=True):
        plane.say(chart, x, y, text, size=11.5, fill="muted", align="center")


def _bars(
    chart: Sheet,
    table: pd.DataFrame,
    heights: list[float],
    left: float,
    right: float,
    lang: str,
) -> None:
    """Spans, middle halves, distance to the median and the province's mark."""
    centre, half = (left + right) / 2, (right - left) / 2
    reach = pd.concat([table["best"] - table["median"], table["median"] - table["worst"]], axis=1)
    scale = half / reach.max(axis=1).clip(lower=1e-9)
    spots = {
        name: (centre + (table[name] - table["median"]) * scale).tolist()
        for name in ("worst", "p25", "p75", "best", "score")
    }
    ends = zip(spots["worst"], spots["best"], heights, strict=True)
    plane.boxes(chart, [(a, b, y - 5, y + 5) for a, b, y in ends], colour("span"))
    halves = zip(spots["p25"], spots["p75"], heights, strict=True)
    plane.boxes(chart, [(a, b, y - 5, y + 5) for a, b, y in halves], colour("half"))
    there = [(x, y) for x, y in zip(spots["score"], heights, strict=True) if not math.isnan(x)]
    tones = [colour("behind" if x < centre else "ahead") for x, _ in there]
    plane.lines(chart, [[(centre, y), (x, y)] for x, y in there], tones, linewidths=3)
    x, y = zip(*there, strict=True) if there else ([], [])
    plane.dots(chart, x, y, colour("province"), size=12)
    columns = (spots[name] for name in ("worst", "best", "score"))
    for row, a, b, x, y in zip(table.itertuples(), *columns, heights, strict=True):
        low, high = (12 if abs(x - end) < 10 else 6 for end in (a, b))
        plane.say(chart, a - low, y, number(lang, row.worst), size=11, fill="muted", align="right")
        plane.say(chart, b + high, y, number(lang, row.best), size=11, fill="muted")

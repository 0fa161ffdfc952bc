"""The range chart: where a province stands between the worst and the best of the country."""

from __future__ import annotations

import math

import pandas as pd

from papi_analysis.i18n import number, say
from papi_analysis.plots import plane, style
from papi_analysis.plots.palette import colour
from papi_analysis.plots.plane import Sheet
from papi_analysis.plots.style import NARROW, WIDE

_ROW, _HEAD = 33.0, 40.0
_COLUMNS = ["name", "score", "worst", "p25", "median", "p75", "best", "rank", "n", "group"]


@style.themed
def range_chart(table: pd.DataFrame, *, lang: str, width: int = WIDE) -> style.Chart:
    """One row per dimension or sub-dimension: worst to best, middle half, median, province.

    Every bar is scaled so that the medians stand on one line and the farther end of the country
    reaches the edge; the numbers at the ends are points.

    Parameters
    ----------
    table : DataFrame
        name, score, worst, p25, median, p75, best (points), rank, n, group (1 lowest … 4
        highest); score, rank and group are missing where nothing is published.
    """
    rows = table[_COLUMNS].to_dict("records")
    return _narrow(rows, lang) if width <= NARROW else _wide(rows, lang, width)


def _wide(rows: list[dict], lang: str, width: int) -> style.Chart:
    chart = plane.sheet(width, _HEAD + _ROW * len(rows) + 4)
    left, right = 246.0, width - 234.0
    score, median, rank, group = width - 152.0, width - 98.0, width - 42.0, width - 13.0
    centre = (left + right) / 2
    heights = [_HEAD + _ROW * (i + 0.5) for i in range(len(rows))]
    _heads(chart, lang, [left, centre, right], 14.0)
    for x, text in ((score, say(lang, "Score")), (median, say(lang, "Median"))):
        plane.say(chart, x, 14, text, size=11.5, fill="muted", align="right")
    plane.say(chart, rank, 14, say(lang, "Rank"), size=11.5, fill="muted", align="right")
    plane.say(chart, width, 14, say(lang, "Group"), size=11.5, fill="muted", align="right")
    rules = [[(0, _HEAD + _ROW * i), (width, _HEAD + _ROW * i)] for i in range(len(rows))]
    plane.lines(chart, rules, colour("grid"), zorder=0)
    plane.lines(chart, [[(centre, 24), (centre, heights[-1] + _ROW / 2)]], colour("median"))
    for y, row in zip(heights, rows, strict=True):
        plane.block(chart, 0, y, style.wrap(row["name"], left - 50, 12.5))
        plane.say(chart, median, y, number(lang, row["median"]), fill="muted", align="right")
        known = not math.isnan(row["score"])
        text = number(lang, row["score"]) if known else "–"
        plane.say(chart, score, y, text, weight=600, align="right")
        place = f"{row['rank']:.0f}/{row['n']}" if known else "–"
        plane.say(chart, rank, y, place, align="right")
    _bars(chart, rows, heights, left, right, lang)
    plane.chips(chart, group, heights, _groups(rows))
    return chart


def _narrow(rows: list[dict], lang: str) -> style.Chart:
    width, row_height = float(NARROW), 66.0
    chart = plane.sheet(width, 24 + row_height * len(rows))
    left, right = 38.0, width - 38.0
    _heads(chart, lang, [left, width / 2, right], 10.0)
    tops = [24 + row_height * i for i in range(len(rows))]
    heights = [top + 52 for top in tops]
    plane.lines(chart, [[(0, top), (width, top)] for top in tops], colour("grid"), zorder=0)
    middles = [[(width / 2, top + 42), (width / 2, top + 62)] for top in tops]
    plane.lines(chart, middles, colour("median"))
    for top, row in zip(tops, rows, strict=True):
        plane.block(chart, 0, top + 22, style.wrap(row["name"], width - 150, 12.5))
        known = not math.isnan(row["score"])
        text = number(lang, row["score"]) if known else "–"
        plane.say(chart, width - 88, top + 22, text, weight=600, align="right")
        place = f"{row['rank']:.0f}/{row['n']}" if known else ""
        plane.say(chart, width - 36, top + 22, place, fill="muted", align="right")
    _bars(chart, rows, heights, left, right, lang)
    plane.chips(chart, width - 13, [top + 22 for top in tops], _groups(rows))
    return chart


def _groups(rows: list[dict]) -> list[int | None]:
    return [None if pd.isna(row["group"]) else int(row["group"]) for row in rows]


def _heads(chart: Sheet, lang: str, where: list[float], y: float) -> None:
    words = (say(lang, "Worst"), say(lang, "Median"), say(lang, "Best"))
    for x, text in zip(where, words, strict=True):
        plane.say(chart, x, y, text, size=11.5, fill="muted", align="center")


def _bars(
    chart: Sheet, rows: list[dict], heights: list[float], left: float, right: float, lang: str
) -> None:
    """Spans, middle halves, distance to the median and the province's mark."""
    centre = (left + right) / 2
    spots = [_spots(row, centre, (right - left) / 2) for row in rows]
    placed = list(zip(spots, heights, strict=True))
    for ends, tone in ((("worst", "best"), "span"), (("p25", "p75"), "half")):
        spans = [(*(at[end] for end in ends), y - 5, y + 5) for at, y in placed]
        plane.boxes(chart, spans, colour(tone))
    there = [(at["score"], y) for at, y in placed if not math.isnan(at["score"])]
    tones = [colour("behind" if x < centre else "ahead") for x, _ in there]
    plane.lines(chart, [[(centre, y), (x, y)] for x, y in there], tones, linewidths=3)
    x, y = zip(*there, strict=True) if there else ([], [])
    plane.dots(chart, x, y, colour("province"), size=12)
    for row, (at, y) in zip(rows, placed, strict=True):
        low, high = (12 if abs(at["score"] - at[end]) < 10 else 6 for end in ("worst", "best"))
        text = number(lang, row["worst"])
        plane.say(chart, at["worst"] - low, y, text, size=11, fill="muted", align="right")
        plane.say(chart, at["best"] + high, y, number(lang, row["best"]), size=11, fill="muted")


def _spots(row: dict, centre: float, half: float) -> dict[str, float]:
    """Where the values of a row lie: the median in the centre, the farther end half a bar away."""
    reach = max(row["best"] - row["median"], row["median"] - row["worst"], 1e-9)
    scale, names = half / reach, ("worst", "p25", "p75", "best", "score")
    return {name: centre + (row[name] - row["median"]) * scale for name in names}

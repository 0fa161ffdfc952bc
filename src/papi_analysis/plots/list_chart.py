"""Charts of the first pages, with few numbers: a criterion of the list, total, region."""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise

import pandas as pd

from papi_analysis.i18n import number, say
from papi_analysis.plots import plane, style
from papi_analysis.plots.palette import colour

#: Size of a drawing in CSS pixels; all of a list have one scale, and their benchmarks on one line.
WIDTH, HEIGHT = 270.0, 56.0
_EDGE, _TYPE = 20.0, 12.0


def span(rows: Iterable[tuple[float, float, float, float | None]]) -> tuple[float, float]:
    """How far all values of a list reach to both sides of their benchmarks, in points.

    Parameters
    ----------
    rows : iterable of (score, expected, benchmark, best)
        Points; best may be missing.
    """
    ends = [
        value - benchmark
        for score, expected, benchmark, best in rows
        for value in (score, expected, best) if value is not None
    ]  # fmt: skip
    return min([*ends, -0.05]), max([*ends, 0.05])


@style.themed
def dumbbell(
    *, score: float, expected: float, benchmark: float, best: float | None,
    span: tuple[float, float], lang: str,
) -> style.Chart:  # fmt: skip
    """The way from the expected score to the benchmark, better to the right.

    Parameters
    ----------
    score, expected, benchmark, best : float
        Points: last published, next without new action, aimed at, best province of the region
        (None where not known). The bar is as long as the points behind.
    span : tuple of float
        See `span`; the same for all rows of a list, so that lengths compare.
    """
    chart = plane.sheet(WIDTH, HEIGHT)
    low, high = span

    def at(value: float) -> float:
        part = (value - benchmark - low) / (high - low)
        return _EDGE + part * (WIDTH - 2 * _EDGE)

    y = HEIGHT / 2
    plane.lines(chart, [[(0, y), (WIDTH, y)]], colour("grid"), zorder=0)
    plane.boxes(chart, [(at(expected), at(benchmark), y - 4, y + 4)], colour("half"))
    plane.lines(chart, [[(at(benchmark), y - 9), (at(benchmark), y + 9)]], colour("median"),
                linewidths=2.5)  # fmt: skip
    if best is not None:
        plane.dots(chart, [at(best)], [y], colour("paper"), size=11, marker="D",
                   edgecolors=colour("peer"), linewidths=1.5)  # fmt: skip
    plane.dots(chart, [at(score)], [y], colour("paper"), size=12, edgecolors=colour("province"),
               linewidths=2)  # fmt: skip
    plane.dots(chart, [at(expected)], [y], colour("province"), size=11)
    _labels(chart, at, lang, score=score, expected=expected, benchmark=benchmark, best=best)
    told = say(
        lang, "score {score:0.00}, expected {expected:0.00}, benchmark {benchmark:0.00}",
        score=score, expected=expected, benchmark=benchmark,
    )  # fmt: skip
    if best is not None:
        told += say(lang, ", best of the region {best:0.00}", best=best)
    return style.headline(chart, title="", alt=told)


def _labels(
    chart: plane.Sheet, at, lang: str, *, score: float, expected: float, benchmark: float,
    best: float | None,
) -> None:  # fmt: skip
    """Numbers above (score, benchmark) and below (expected, best), none over another."""
    rows = {
        11.0: [(score, "muted", 400), (benchmark, "ink", 600)],
        HEIGHT - 10: [(expected, "province", 600)]
        + ([] if best is None else [(best, "peer", 400)]),
    }
    for y, values in rows.items():
        wide = max(style.text_width(number(lang, value), _TYPE, 600) for value, _, _ in values)
        spots = plane.apart(
            [at(value) for value, _, _ in values], wide + 4, wide / 2, WIDTH - wide / 2
        )
        for x, (value, fill, weight) in zip(spots, values, strict=True):
            look = {"size": _TYPE, "weight": weight, "fill": fill, "align": "center"}
            plane.say(chart, x, y, number(lang, value), **look)


@style.themed
def total_line(table: pd.DataFrame, *, lang: str, width: int = style.WIDE) -> style.Chart:
    """The total over the years beside the middle half of the provinces, broken at breaks.

    Parameters
    ----------
    table : DataFrame
        year, score, p25, median, p75 (points), comparable (with the year before); by year.
    """
    chart = plane.sheet(width, 150)
    left, right, top, bottom = 34.0, width - 46.0, 12.0, 124.0
    years = table["year"].tolist()
    values = table[["score", "p25", "p75"]].stack()
    low, high = math.floor(values.min()), math.ceil(values.max())

    def x(year: float) -> float:
        return left + (year - years[0]) / max(years[-1] - years[0], 1) * (right - left)

    def y(value: float) -> float:
        return bottom - (value - low) / max(high - low, 1) * (bottom - top)

    for tick in (low, high):
        plane.say(chart, left - 8, y(tick), number(lang, tick, "0"), size=_TYPE, fill="muted",
                  align="right")  # fmt: skip
    plane.lines(chart, [[(left, y(tick)), (right, y(tick))] for tick in (low, high)],
                colour("grid"), zorder=0)  # fmt: skip
    for year in (years[0], years[-1]):
        plane.say(chart, x(year), bottom + 18, str(year), size=_TYPE, fill="muted", align="center")
    rows = list(table.itertuples(index=False))
    band = [(x(r.year), y(r.p75)) for r in rows] + [(x(r.year), y(r.p25)) for r in rows[::-1]]
    plane.polygons(chart, [band], colour("span"), zorder=0)
    plane.lines(chart, [[(x(r.year), y(r.median)) for r in rows]], colour("median"),
                linestyles=[(0, (3, 2))])  # fmt: skip
    known = [r for r in rows if not math.isnan(r.score)]
    joined = [
        [(x(one.year), y(one.score)), (x(next_.year), y(next_.score))]
        for one, next_ in pairwise(known) if next_.comparable and next_.year == one.year + 1
    ]  # fmt: skip
    plane.lines(chart, joined, colour("province"), linewidths=2.5)
    plane.dots(chart, [x(r.year) for r in known], [y(r.score) for r in known], colour("province"),
               size=9)  # fmt: skip
    marks = [(one.year + r.year) / 2 for one, r in pairwise(rows) if not r.comparable]
    plane.lines(chart, [[(x(mark), top - 8), (x(mark), bottom + 4)] for mark in marks],
                colour("other"), linestyles=[(0, (1, 2.5))])  # fmt: skip
    last = table.iloc[-1]
    ends = [(last["score"], "province", 600), (last["median"], "muted", 400)]
    ends = [end for end in ends if not math.isnan(end[0])]
    spots = plane.apart([y(value) for value, _, _ in ends], 15, top, bottom)
    for spot, (value, fill, weight) in zip(spots, ends, strict=True):
        plane.say(chart, right + 10, spot, number(lang, value), size=_TYPE, fill=fill,
                  weight=weight)  # fmt: skip
    return chart


@style.themed
def region_dots(
    table: pd.DataFrame, *, lang: str, subject: str, median: float, width: int = style.WIDE
) -> style.Chart:
    """Totals of the provinces of a region, best first; numbers only where the eye should rest.

    Parameters
    ----------
    table : DataFrame
        province (code), name, score (points; missing where not published), best first.
    subject : str
        Code of the province of the report.
    median : float
        The national median total, in points.
    """
    row, head = 17.5, 24.0
    table = table[table["score"].notna()]
    chart = plane.sheet(width, head + row * len(table) + 4)
    left, right = 130.0, width - 46.0
    low = min(table["score"].min(), median)
    high = max(table["score"].max(), median)

    def at(value: float) -> float:
        return left + 8 + (value - low) / max(high - low, 0.5) * (right - left - 16)

    heights = [head + row * (i + 0.5) for i in range(len(table))]
    plane.lines(chart, [[(left, y), (right, y)] for y in heights], colour("grid"), zorder=0)
    plane.lines(chart, [[(at(median), 20), (at(median), head + row * len(table))]],
                colour("median"), linestyles=[(0, (3, 2))])  # fmt: skip
    text = say(lang, "National median")
    half = style.text_width(text, _TYPE) / 2
    middle = min(max(at(median), half), width - half)
    plane.say(chart, middle, 9, text, size=_TYPE, fill="muted", align="center")
    for i, (y, line) in enumerate(zip(heights, table.itertuples(), strict=True)):
        own = line.province == subject
        look = {"weight": 600, "fill": "province"} if own else {}
        plane.say(chart, 0, y, line.name, size=_TYPE, **look)
        if own or i == 0:
            look = {"size": _TYPE, "over": True, **(look or {"fill": "muted"})}
            plane.say(chart, at(line.score) + 12, y, number(lang, line.score), **look)
        tone = colour("province" if own else "other")
        plane.dots(chart, [at(line.score)], [y], tone, size=13 if own else 9)
    return chart


@style.themed
def standing(table: pd.DataFrame, *, lang: str, width: int = style.WIDE) -> style.Chart:
    """Each dimension between the worst and the best of the country, medians on one line.

    Parameters
    ----------
    table : DataFrame
        name, score, worst, p25, median, p75, best (points), rank, n, group (1 lowest … 4
        highest); score, rank and group are missing where nothing is published.
    """
    narrow = width <= style.NARROW
    row, head = (46.0, 24.0) if narrow else (30.0, 26.0)
    chart = plane.sheet(width, head + row * len(table) + 2)
    left, right = (10.0, width - 120.0) if narrow else (270.0, width - 150.0)
    centre, half = (left + right) / 2, (right - left) / 2
    heads = ((left, say(lang, "Worst"), "left"), (centre, say(lang, "Median"), "center"),
             (right, say(lang, "Best"), "right"), (width - 92, say(lang, "Score"), "right"),
             (width - 36, say(lang, "Rank"), "right"))  # fmt: skip
    for x, text, align in heads:
        plane.say(chart, x, 10, text, size=_TYPE, fill="muted", align=align)
    tops = [head + row * i for i in range(len(table))]
    plane.lines(chart, [[(0, top), (width, top)] for top in tops], colour("grid"), zorder=0)
    for top, line in zip(tops, table.itertuples(), strict=True):
        y = top + (32 if narrow else row / 2)
        reach = max(line.best - line.median, line.median - line.worst, 1e-9)
        at = {
            name: centre + (getattr(line, name) - line.median) / reach * half
            for name in ("worst", "p25", "p75", "best", "score")
        }
        plane.boxes(chart, [(at["worst"], at["best"], y - 4, y + 4)], colour("span"))
        plane.boxes(chart, [(at["p25"], at["p75"], y - 4, y + 4)], colour("half"))
        plane.lines(chart, [[(centre, y - 9), (centre, y + 9)]], colour("median"), linewidths=2)
        known = not math.isnan(line.score)
        if known:
            plane.dots(chart, [at["score"]], [y], colour("province"), size=12)
        if narrow:
            plane.say(chart, 0, top + 14, style.wrap(line.name, width, _TYPE)[0], size=_TYPE)
        else:
            plane.say(chart, 0, y, style.wrap(line.name, left, _TYPE)[0], size=_TYPE)
        score = number(lang, line.score) if known else "–"
        plane.say(chart, width - 92, y, score, size=12.5, weight=600, align="right")
        rank = f"{line.rank:.0f}/{line.n}" if known else "–"
        plane.say(chart, width - 36, y, rank, size=_TYPE, align="right")
        plane.chips(chart, width - 13, [y], [int(line.group) if known else None])
    return chart

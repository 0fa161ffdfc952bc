"""Charts of the first pages, with few numbers: a criterion of the list, total, region."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from papi_analysis.i18n import number, say
from papi_analysis.plots import style
from papi_analysis.plots.palette import colour
from papi_analysis.plots.style import NARROW, SMALL, WIDE, apart, chips, dots, write

#: Size of a drawing in CSS pixels; all of a list have one scale, and their benchmarks on one line.
WIDTH, HEIGHT = 270.0, 56.0
_EDGE = 20.0


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
    span: tuple[float, float], lang: str = "vi",
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
    ax = style.panel(WIDTH, HEIGHT, left=_EDGE, right=_EDGE, top=0, bottom=0)
    ax.set(xlim=(benchmark + span[0], benchmark + span[1]), ylim=(HEIGHT, 0))
    ax.set_axis_off()
    y = HEIGHT / 2
    edge = _EDGE / (WIDTH - 2 * _EDGE)  # the line runs on to the edges of the drawing
    ax.hlines(y, -edge, 1 + edge, transform=ax.get_yaxis_transform(), colors=colour("grid"),
              linewidths=1, zorder=0, clip_on=False)  # fmt: skip
    ax.barh(y, benchmark - expected, 8, expected, color=colour("half"), zorder=1)
    ax.vlines(benchmark, y - 9, y + 9, colors=colour("median"), linewidths=2.5, zorder=2)
    if best is not None:
        dots(ax, best, y, "paper", 11, marker="D", edgecolors=colour("peer"))
    dots(ax, score, y, "paper", 12, edgecolors=colour("province"), linewidths=2)
    dots(ax, expected, y, "province", 11)
    _values(ax, 11, lang, [(score, "muted", 400), (benchmark, "ink", 600)])
    below = [(expected, "province", 600)] + ([] if best is None else [(best, "peer", 400)])
    _values(ax, HEIGHT - 10, lang, below)
    told = say(
        lang, "score {score:0.00}, expected {expected:0.00}, benchmark {benchmark:0.00}",
        score=score, expected=expected, benchmark=benchmark,
    )  # fmt: skip
    if best is not None:
        told += say(lang, ", best of the region {best:0.00}", best=best)
    return style.headline(ax.figure, title="", alt=told)


def _values(ax: Axes, y: float, lang: str, values: list[tuple[float, str, int]]) -> None:
    """Numbers (value, colour, weight) over or under their marks, none over another."""
    wide = max(style.text_width(number(lang, value), SMALL, 600) for value, *_ in values)
    wanted = np.interp([v for v, *_ in values], ax.get_xlim(), (_EDGE, WIDTH - _EDGE))
    spots = apart(wanted.tolist(), wide + 4, wide / 2, WIDTH - wide / 2)
    for x, (value, fill, weight) in zip(spots, values, strict=True):
        write(ax, 0, y, number(lang, value), dx=x - _EDGE, x_in="axes", size=SMALL, weight=weight,
              fill=fill, align="center")  # fmt: skip


@style.themed
def total_line(
    table: pd.DataFrame, ax: Axes | None = None, *, lang: str = "vi", width: int = WIDE
) -> style.Chart:
    """The total over the years beside the middle half of the provinces, broken at breaks.

    Parameters
    ----------
    table : DataFrame
        year, score, p25, median, p75 (points), comparable (with the year before); by year.
    ax : Axes, optional
        Where to draw.
    """
    tall = 112.0
    ax = ax or style.panel(width, tall + 38, left=34, right=46, top=12, bottom=26)
    year, values = table["year"], table[["score", "p25", "p75"]].stack()
    low, high = math.floor(values.min()), math.ceil(values.max())
    ends = year.iloc[[0, -1]].tolist()
    ax.set(xlim=(ends[0], max(ends[1], ends[0] + 1)), ylim=(low, max(high, low + 1)))
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.set_xticks(ends, map(str, ends))
    ax.set_yticks([low, high], [number(lang, tick, "0") for tick in (low, high)])
    ax.tick_params(axis="x", pad=9)
    ax.tick_params(axis="y", pad=8)
    ax.grid(axis="y")
    ax.fill_between(year, table["p25"], table["p75"], color=colour("span"), lw=0, zorder=0)
    ax.plot(year, table["median"], color=colour("median"), lw=1, ls=(0, (3, 2)), zorder=2)
    known = table[table["score"].notna()]
    apart_from = ~known["comparable"].astype(bool) | known["year"].diff().ne(1)
    for _, run in known.groupby(apart_from.cumsum()):
        look = {"lw": 2.5, "zorder": 2, "clip_on": False}
        ax.plot(run["year"], run["score"], color=colour("province"), **look)
    dots(ax, known["year"], known["score"], "province", 9)
    breaks = year[~table["comparable"].astype(bool)].iloc[1:] - 0.5
    ax.vlines(breaks, -4 / tall, 1 + 8 / tall, transform=ax.get_xaxis_transform(), linewidths=1,
              colors=colour("other"), linestyles=[(0, (1, 2.5))], clip_on=False)  # fmt: skip
    looks = {"score": {"fill": "province", "weight": 600}, "median": {"fill": "muted"}}
    last = table.iloc[-1][list(looks)].dropna().astype(float)
    heights = np.interp(last, ax.get_ylim(), (0, tall))
    for (key, value), at in zip(last.items(), apart(heights.tolist(), 15, 0, tall), strict=True):
        text = number(lang, value)
        write(ax, 1, 0, text, dx=10, dy=at, x_in="axes", y_in="axes", size=SMALL, **looks[key])
    return ax.figure


@style.themed
def region_dots(
    table: pd.DataFrame, ax: Axes | None = None, *, subject: str, median: float,
    lang: str = "vi", width: int = WIDE,
) -> style.Chart:  # fmt: skip
    """Totals of the provinces of a region, best first; numbers only where the eye should rest.

    Parameters
    ----------
    table : DataFrame
        province (code), name, score (points; missing where not published), best first.
    ax : Axes, optional
        Where to draw: a row is 1 high, x is points.
    subject : str
        Code of the province of the report.
    median : float
        The national median total, in points.
    """
    rows = table[table["score"].notna()].reset_index(drop=True)
    left, right, row, n = 130.0, 46.0, 17.5, len(rows)
    ax = ax or style.panel(width, row * n + 28, left=left, right=right, top=24, bottom=4)
    low, high = min(rows["score"].min(), median), max(rows["score"].max(), median)
    room = width - left - right
    pad = 8 * max(high - low, 0.5) / (room - 16)
    ax.set(xlim=(low - pad, low - pad + room / 8 * pad), ylim=(n - 0.5, -0.5))
    ax.set_axis_off()
    ax.hlines(rows.index, *ax.get_xlim(), colors=colour("grid"), linewidths=1, zorder=0)
    ax.vlines(median, -0.5 - 4 / row, n - 0.5, colors=colour("median"), linewidths=1, zorder=2,
              linestyles=[(0, (3, 2))], clip_on=False)  # fmt: skip
    text = say(lang, "National median")
    half = style.text_width(text, SMALL) / 2
    middle = min(left + float(np.interp(median, ax.get_xlim(), (0, room))), width - half)
    write(ax, 0, 1, text, dx=middle - left, dy=15, x_in="axes", y_in="axes", size=SMALL,
          align="center", fill="muted")  # fmt: skip
    own = rows["province"].eq(subject)
    dots(ax, rows["score"][~own], rows.index[~own], "other", 9)
    dots(ax, rows["score"][own], rows.index[own], "province", 13)
    for i, line in enumerate(rows.itertuples()):
        look = {"weight": 600, "fill": "province"} if own[i] else {}
        write(ax, 0, i, line.name, dx=-left, x_in="axes", size=SMALL, **look)
        if own[i] or i == 0:
            look = look or {"fill": "muted"}
            write(ax, line.score, i, number(lang, line.score), dx=12, size=SMALL, over=True, **look)
    return ax.figure


@style.themed
def standing(
    table: pd.DataFrame, ax: Axes | None = None, *, lang: str = "vi", width: int = WIDE
) -> style.Chart:
    """Each dimension between the worst and the best of the country, medians on one line.

    Parameters
    ----------
    table : DataFrame
        name, score, worst, p25, median, p75, best (points), rank, n, group (1 lowest … 4
        highest); score, rank and group are missing where nothing is published.
    ax : Axes, optional
        Where to draw: a row is 1 high, the median at 0, the farther end at -1 or 1.
    """
    narrow, n = width <= NARROW, len(table)
    row, head = (46.0, 24.0) if narrow else (30.0, 26.0)
    left, right = (10.0, 128.0) if narrow else (270.0, 150.0)
    ax = ax or style.panel(width, head + row * n + 2, left=left, right=right, top=head, bottom=2)
    ax.set(xlim=(-1, 1), ylim=(n - 0.5, -0.5))
    ax.set_axis_off()
    heads = ((0, 0, "Worst", "left"), (0.5, 0, "Median", "center"),
             (1, -12 if narrow else 0, "Best", "right"), (1, right - 92, "Score", "right"),
             (1, right - 36, "Rank", "right"))  # fmt: skip
    for x, dx, text, align in heads:
        write(ax, x, 1, say(lang, text), dx=dx, dy=head - 10, x_in="axes", y_in="axes", size=SMALL,
              align=align, fill="muted")  # fmt: skip
    rows = np.arange(n)
    y = rows + (9 / row if narrow else 0)
    reach = np.maximum(table["best"] - table["median"], table["median"] - table["worst"])
    at = {name: ((table[name] - table["median"]) / reach.clip(lower=1e-9)).to_numpy()
          for name in ("worst", "p25", "p75", "best", "score")}  # fmt: skip
    ax.hlines(rows - 0.5, -left / (width - left - right), 1 + right / (width - left - right),
              transform=ax.get_yaxis_transform(), colors=colour("grid"), linewidths=1, zorder=0,
              clip_on=False)  # fmt: skip
    for low, high, tone in (("worst", "best", "span"), ("p25", "p75", "half")):
        ax.barh(y, at[high] - at[low], 8 / row, at[low], color=colour(tone), zorder=1)
    ax.vlines(0 * y, y - 9 / row, y + 9 / row, colors=colour("median"), linewidths=2, zorder=2)
    dots(ax, at["score"], y, "province", 12)
    for i, line in enumerate(table.itertuples()):
        name = style.wrap(line.name, width if narrow else left - 12, SMALL)[:2]
        look = {"dx": -left, "dy": 10 if narrow else 0, "x_in": "axes", "size": SMALL}
        write(ax, 0, i, "\n".join(name), **look)
        known = not math.isnan(line.score)
        score = number(lang, line.score) if known else "–"
        rank = f"{line.rank:.0f}/{line.n}" if known else "–"
        write(ax, 1, y[i], score, dx=right - 92, x_in="axes", weight=600, align="right")
        write(ax, 1, y[i], rank, dx=right - 36, x_in="axes", size=SMALL, align="right")
    chips(ax, y, table["group"], right - 13)
    return ax.figure

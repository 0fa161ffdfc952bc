"""A province among its neighbours: totals by name, and the spread of each dimension."""

from __future__ import annotations

import pandas as pd

from papi_analysis.i18n import number, say
from papi_analysis.plots import plane, style
from papi_analysis.plots.palette import colour
from papi_analysis.plots.plane import Sheet
from papi_analysis.plots.style import NARROW, WIDE


@style.themed
def dot_plot(
    table: pd.DataFrame, *, lang: str, subject: str, median: float, width: int = WIDE
) -> style.Chart:
    """Totals of the provinces of a region, best first, beside the national median.

    Parameters
    ----------
    table : DataFrame
        province (code), name, score (points), rank, n, group; best first. Provinces without a
        score come last.
    subject : str
        Code of the province of the report.
    median : float
        The national median total, in points.
    """
    row, head = 25.0, 34.0
    chart = plane.sheet(width, head + row * len(table) + 6)
    left, right = (92.0, width - 132.0) if width <= NARROW else (150.0, width - 170.0)
    scores = table["score"].dropna()
    low, high = min(scores.min(), median), max(scores.max(), median)
    pad = max(high - low, 0.5) * 0.04
    low, high = low - pad, high + pad

    def at(value: float) -> float:
        return left + (value - low) / (high - low) * (right - left)

    heights = [head + row * (i + 0.5) for i in range(len(table))]
    bottom = head + row * len(table)
    plane.lines(chart, [[(left, y), (right, y)] for y in heights], colour("grid"), zorder=0)
    plane.lines(chart, [[(at(median), 22), (at(median), bottom)]], colour("median"),
                linestyles=[(0, (3, 2))])  # fmt: skip
    text = say(lang, "National median {median:0.00}", median=median)
    half = style.text_width(text, 11.5) / 2
    middle = min(max(at(median), left + half - 60), right - half)
    plane.say(chart, middle, 12, text, size=11.5, fill="muted", align="center")
    _rungs(chart, table, lang, subject, heights, at, width)
    return chart


def _rungs(chart, table: pd.DataFrame, lang: str, subject: str, heights, at, width: int) -> None:
    score_at, rank_at = width - 84.0, width - 36.0
    there = table["score"].notna().tolist()
    for y, row, known in zip(heights, table.itertuples(), there, strict=True):
        own = row.province == subject
        look = {"weight": 600, "fill": "province"} if own else {}
        plane.say(chart, 0, y, row.name, **look)
        if not known:
            plane.say(chart, score_at + 48, y, say(lang, "not published"), fill="muted",
                      align="right")  # fmt: skip
            continue
        plane.say(chart, score_at, y, number(lang, row.score), align="right", **look)
        plane.say(chart, rank_at, y, f"{row.rank:.0f}/{row.n}", fill="muted", align="right")
    rows = zip(table["score"], heights, there, strict=True)
    spots = [(at(score), y) for score, y, known in rows if known]
    tones = [colour("province" if code == subject else "other")
             for code, known in zip(table["province"], there, strict=True) if known]  # fmt: skip
    sizes = [13.0 if tone == colour("province") else 10.0 for tone in tones]
    if spots:
        x, y = zip(*spots, strict=True)
        plane.dots(chart, x, y, tones, size=sizes, clip_on=True)
    groups = [int(g) if known else None for g, known in zip(table["group"], there, strict=True)]
    plane.chips(chart, width - 13, heights, groups)


@style.themed
def strip_plot(
    table: pd.DataFrame, *, lang: str, subject: str, over: str = "", width: int = WIDE
) -> style.Chart:
    """Each dimension: some provinces as dots, in points from the national median.

    One point of any dimension is one point of the total, so rows compare.

    Parameters
    ----------
    table : DataFrame
        code, name (of the dimension), province, gap (score minus national median, points),
        said (what stands at the right); dimensions in the order of their first row.
    subject : str
        Code of the province of the report.
    over : str
        What stands over `said`.
    """
    narrow = width <= NARROW
    codes = table["code"].drop_duplicates().tolist()
    row, head = (54.0, 26.0) if narrow else (34.0, 30.0)
    chart = plane.sheet(width, head + row * len(codes) + 28)
    left, right = (8.0, width - 8.0) if narrow else (246.0, width - 70.0)
    reach = max(table["gap"].abs().max() * 1.05, 0.1)

    def at(gap: float) -> float:
        return (left + right) / 2 + gap / reach * (right - left) / 2

    bottom = head + row * len(codes)
    step = next(s for s in (0.1, 0.25, 0.5, 1, 2) if reach / s <= 3)
    ticks = [k * step for k in range(-int(reach / step), int(reach / step) + 1)]
    plane.lines(chart, [[(at(t), head - 4), (at(t), bottom)] for t in ticks if t], colour("grid"),
                zorder=0)  # fmt: skip
    plane.lines(chart, [[(at(0), head - 8), (at(0), bottom)]], colour("median"), zorder=1)
    plane.say(chart, at(0), 10, say(lang, "National median"), size=11.5, fill="muted",
              align="center")  # fmt: skip
    for t in ticks:
        text = number(lang, t, "+0.0#;−0.0#") if t else "0"
        plane.say(chart, at(t), bottom + 14, text, size=11, fill="muted", align="center")
    heights = {code: head + row * (i + (0.72 if narrow else 0.5)) for i, code in enumerate(codes)}
    _strip_words(chart, over, table[table["province"] == subject], heights, width)
    _strip_dots(chart, table, subject, at, heights)
    return chart


def _strip_dots(chart: Sheet, table: pd.DataFrame, subject: str, at, heights) -> None:
    """How far each dimension reaches, and its provinces, that of the report last."""
    gaps: dict[str, list[float]] = {}
    marks: dict[bool, list[tuple[float, float]]] = {False: [], True: []}
    columns = table[["code", "province", "gap"]].dropna()
    for code, province, gap in columns.itertuples(index=False, name=None):
        gaps.setdefault(code, []).append(gap)
        marks[province == subject].append((at(gap), heights[code]))
    spans = [[(at(min(gaps[code])), y), (at(max(gaps[code])), y)]
             for code, y in heights.items() if code in gaps]  # fmt: skip
    plane.lines(chart, spans, colour("span"), linewidths=6, zorder=1)
    for own, tone, size in ((False, "other", 8.0), (True, "province", 13.0)):
        x, y = zip(*marks[own], strict=True) if marks[own] else ([], [])
        look = {"size": size, "zorder": 5 if own else 4, "linewidths": 1}
        plane.dots(chart, x, y, colour(tone), **look)


def _strip_words(chart, over: str, own: pd.DataFrame, heights, width: int) -> None:
    for row in own.itertuples():
        y = heights[row.code]
        if width <= NARROW:
            plane.say(chart, 0, y - 22, style.wrap(row.name, width, 12.5)[0], over=True)
            plane.say(chart, width, y - 22, row.said, weight=600, align="right", over=True)
        else:
            plane.block(chart, 0, y, style.wrap(row.name, 228, 12.5))
            plane.say(chart, width, y, row.said, weight=600, align="right")
    if width > NARROW:
        plane.say(chart, width, 10, over, size=11.5, fill="muted", align="right")

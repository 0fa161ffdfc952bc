"""Each score beside a benchmark, the largest gap first."""

from __future__ import annotations

import pandas as pd

from papi_analysis.i18n import number, say
from papi_analysis.plots import plane, style
from papi_analysis.plots.palette import colour
from papi_analysis.plots.style import WIDE

_ROW, _HEAD = 30.0, 40.0


@style.themed
def gaps(table: pd.DataFrame, *, lang: str, subject: str, benchmark: str) -> style.Chart:
    """One row per code: the province and the benchmark on the range of the country.

    Parameters
    ----------
    table : DataFrame
        name, worst, best, score, benchmark, gap (points; positive = behind), largest gap first;
        score and gap are missing where nothing is published.
    subject : str
        Name of the province in `lang`, with its year.
    benchmark : str
        Name of the benchmark in `lang`.
    """
    chart = plane.sheet(WIDE, _HEAD + _ROW * len(table) + 6)
    left, right = 250.0, WIDE - 90.0
    heights = [_HEAD + _ROW * (i + 0.5) for i in range(len(table))]
    span = (table["best"] - table["worst"]).where(table["best"].gt(table["worst"]), 1.0)
    at = {
        name: (left + (table[name] - table["worst"]) / span * (right - left)).tolist()
        for name in ("score", "benchmark")
    }
    plane.lines(chart, [[(left, y), (right, y)] for y in heights], colour("grid"), zorder=0)
    known = table["score"].notna().tolist()
    pairs = [
        (a, b, y)
        for a, b, y, there in zip(at["score"], at["benchmark"], heights, known, strict=True)
        if there
    ]
    plane.lines(chart, [[(a, y), (b, y)] for a, b, y in pairs], colour("half"), linewidths=4)
    plane.dots(chart, at["benchmark"], heights, colour("median"), size=9, marker="D")
    plane.dots(
        chart, [a for a, _, _ in pairs], [y for _, _, y in pairs], colour("province"), size=12
    )
    _words(chart, table, heights, lang)
    _key(chart, left, subject, benchmark)
    return _told(chart, table, lang=lang, subject=subject, benchmark=benchmark)


def _words(chart, table: pd.DataFrame, heights: list[float], lang: str) -> None:
    """The names at the left, the gaps at the right."""
    plane.say(chart, WIDE, 14, say(lang, "Gap"), size=11.5, fill="muted", align="right")
    for y, row in zip(heights, table.itertuples(), strict=True):
        plane.block(chart, 0, y, style.wrap(row.name, 236, 12.5))
        gap = number(lang, row.gap, "+0.00;-0.00") if pd.notna(row.gap) else "–"
        plane.say(chart, WIDE, y, gap, weight=600, align="right")


def _key(chart, left: float, subject: str, benchmark: str) -> None:
    """What the two marks stand for."""
    plane.dots(chart, [left + 6], [14], colour("province"), size=12)
    plane.say(chart, left + 18, 14, subject, size=11.5)
    x = left + 40 + style.text_width(subject, 11.5)
    plane.dots(chart, [x], [14], colour("median"), size=9, marker="D")
    plane.say(chart, x + 10, 14, benchmark, size=11.5)


def _told(
    chart: style.Chart, table: pd.DataFrame, *, lang: str, subject: str, benchmark: str
) -> style.Chart:
    """The chart with its words."""
    behind = table[table["gap"].gt(0)]
    values = {"subject": subject, "benchmark": benchmark, "n": len(table), "behind": len(behind)}
    title = say(lang, "{subject}: nothing is behind the benchmark", **values)
    if len(behind):
        values |= {"name": behind["name"].iloc[0], "gap": behind["gap"].iloc[0]}
        title = say(lang, "{subject}: the largest gap is {name}, {gap:0.00} points", **values)
    return style.headline(
        chart,
        title=title,
        subtitle=say(
            lang,
            "Each line runs from the worst to the best province; gap to the benchmark "
            "({benchmark}) in points, one year's noise included",
            **values,
        ),
        alt=say(
            lang,
            "Dot chart of {n} {n:score|scores} of {subject} beside the benchmark {benchmark}: "
            "{behind} {behind:is|are} behind it.",
            **values,
        ),
    )

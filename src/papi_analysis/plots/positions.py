"""Where a province stands: within the country, within its region, and beside a benchmark."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from papi_analysis.i18n import number, say
from papi_analysis.plots import style
from papi_analysis.plots.palette import colour
from papi_analysis.plots.style import LEFT, NARROW, SMALL, WIDE, chips, dots, write

_MISSING = "–"


@style.themed
def range_chart(
    table: pd.DataFrame, ax: Axes | None = None, *, lang: str = "vi", width: int = WIDE
) -> style.Chart:
    """One row per dimension or sub-dimension: worst to best, middle half, median, province.

    Rows are sorted by how far the province is from the median, the best first. Every bar is
    scaled so that the medians stand on one line and the farther end of the country reaches the
    edge; better is to the right, and the numbers at the ends are points.

    Parameters
    ----------
    table : DataFrame
        name, score, worst, p25, median, p75, best (points), rank, n, group (1 lowest … 4
        highest); score, rank and group are missing where nothing is published.
    ax : Axes, optional
        Where to draw: a row is 1 high, the median at 0, the farther end at -1 or 1.
    """
    table = table.assign(gap=table["score"] - table["median"])
    table = table.sort_values("gap", ascending=False, kind="stable", ignore_index=True)
    narrow = width <= NARROW
    row, right = (66.0, 38.0) if narrow else (34.0, 234.0)
    left = 38.0 if narrow else LEFT
    ax = ax or style.panel(width, 36 + row * len(table), left=left, right=right, top=30, bottom=6)
    y = np.arange(len(table)) + (0.29 if narrow else 0.0)
    ax.set(xlim=(-1, 1), ylim=(len(table) - 0.5, -0.5))
    ax.set_axis_off()
    reach = np.maximum(table["best"] - table["median"], table["median"] - table["worst"])
    at = {name: ((table[name] - table["median"]) / reach.clip(lower=1e-9)).to_numpy()
          for name in ("worst", "p25", "p75", "best", "score")}  # fmt: skip
    thick = 10 / row
    for low, high, tone in (("worst", "best", "span"), ("p25", "p75", "half")):
        ax.barh(y, at[high] - at[low], thick, at[low], color=colour(tone), zorder=1)
    tones = [colour("behind" if gap < 0 else "ahead") for gap in table["gap"]]
    ax.hlines(y, 0, at["score"], colors=tones, linewidths=3, zorder=2)
    half = 0.17 if narrow else 0.5
    ax.vlines(0 * y, y - half, y + half, colors=colour("median"), linewidths=1, zorder=2)
    dots(ax, at["score"], y, "province", 12)
    ax.hlines(np.arange(len(table)) - 0.5, -1, 1, colors=colour("grid"), linewidths=1, zorder=0)
    for x, words in ((-1, "Worst"), (0, "Median"), (1, "Best")):
        write(ax, x, 1, say(lang, words), dy=12, y_in="axes", size=SMALL, align="center",
              fill="muted")  # fmt: skip
    for i, end in enumerate(("worst", "best")):
        for place, (x, value, score) in enumerate(
            zip(at[end], table[end], at["score"], strict=True)
        ):
            near = 12 if abs(score - x) < 0.08 else 6
            write(ax, x, y[place], number(lang, value), dx=near if i else -near, size=SMALL,
                  align="left" if i else "right", fill="muted")  # fmt: skip
    _standing(ax, table, lang, narrow, width, left, right)
    return ax.figure


def _standing(
    ax: Axes, table: pd.DataFrame, lang: str, narrow: bool, width: int, left: float, right: float
) -> None:
    """Names at the left; score, median, rank and group in columns at the right."""
    known = table["score"].notna()
    score = [
        number(lang, v) if ok else _MISSING for v, ok in zip(table["score"], known, strict=True)
    ]
    rank = [f"{r:.0f}/{n}" if ok else _MISSING
            for r, n, ok in zip(table["rank"], table["n"], known, strict=True)]  # fmt: skip
    dy = 11.0 if narrow else 0.0
    y = range(len(table))
    style.names(ax, table["name"], y, dx=-left, width=width - 150 if narrow else left - 50, dy=dy)
    edge = right  # from the edge of the axes to that of the figure
    columns = [
        ("Score", score, -98.0 if narrow else -154.0, {"weight": 600}),
        ("Rank", rank, -44.0, {"fill": "muted"} if narrow else {}),
    ]
    if not narrow:
        median = [number(lang, value) for value in table["median"]]
        columns.append(("Median", median, -100.0, {"fill": "muted"}))
    for head, texts, x, look in columns:
        if not narrow:
            write(ax, 1, 1, say(lang, head), dx=edge + x, dy=12, x_in="axes", y_in="axes",
                  size=SMALL, align="right", fill="muted")  # fmt: skip
        for place, text in zip(y, texts, strict=True):
            write(ax, 1, place, text, dx=edge + x, dy=dy, x_in="axes", align="right", **look)
    if not narrow:
        write(ax, 1, 1, say(lang, "Group"), dx=edge, dy=12, x_in="axes", y_in="axes", size=SMALL,
              align="right", fill="muted")  # fmt: skip
    chips(ax, y, table["group"], edge - 13, dy)


@style.themed
def strip_plot(
    table: pd.DataFrame, ax: Axes | None = None, *, lang: str = "vi", subject: str, over: str = "",
    width: int = WIDE,
) -> style.Chart:  # fmt: skip
    """Each dimension: some provinces as dots, in points from the national median.

    One point of any dimension is one point of the total, so rows compare. They are sorted by the
    gap of the province of the report, the best first.

    Parameters
    ----------
    table : DataFrame
        code, name (of the dimension), province, gap (score minus national median, points),
        said (what stands at the right).
    ax : Axes, optional
        Where to draw: a row is 1 high, x is points from the median.
    subject : str
        Code of the province of the report.
    over : str
        What stands over `said`.
    """
    narrow = width <= NARROW
    own = table[table["province"].eq(subject)]
    own = own.sort_values("gap", ascending=False, kind="stable", ignore_index=True)
    left, right, row = (8.0, 8.0, 54.0) if narrow else (LEFT, 70.0, 34.0)
    ax = ax or style.panel(width, 58 + row * len(own), left=left, right=right, top=30, bottom=28)
    shift = 0.22 if narrow else 0.0
    place = {code: i + shift for i, code in enumerate(own["code"])}
    rows = table[table["code"].isin(place)].dropna(subset=["gap"])
    rows = rows.assign(y=rows["code"].map(place))
    reach = max(rows["gap"].abs().max() * 1.05, 0.1)
    ax.set(xlim=(-reach, reach), ylim=(len(own) - 0.5, -0.5), yticks=[])
    ax.spines[["left", "bottom"]].set_visible(False)
    step = next(s for s in (0.1, 0.25, 0.5, 1, 2) if reach / s <= (3 if narrow else 4))
    ticks = np.arange(-int(reach / step), int(reach / step) + 1) * step
    ax.set_xticks(ticks, [number(lang, t, "+0.0#;−0.0#") if t else "0" for t in ticks])
    ax.grid(axis="x")
    ax.axvline(0, color=colour("median"), lw=1, zorder=1)
    write(ax, 0, 1, say(lang, "National median"), dy=12, y_in="axes", size=SMALL, align="center",
          fill="muted")  # fmt: skip
    spans = rows.groupby("y")["gap"].agg(["min", "max"])
    ax.hlines(
        spans.index, spans["min"], spans["max"], colors=colour("span"), linewidths=6, zorder=1
    )
    for mine, tone, size in ((False, "other", 8), (True, "province", 13)):
        part = rows[rows["province"].eq(subject).eq(mine)]
        dots(ax, part["gap"], part["y"], tone, size, linewidths=1, zorder=4 + mine)
    for i, line in enumerate(own.itertuples()):
        dy = 14.0 if narrow else 0.0
        write(ax, 1, i, line.said, dx=right, dy=dy, x_in="axes", weight=600, align="right",
              over=narrow)  # fmt: skip
    room = width - 60 if narrow else left - 18
    style.names(ax, own["name"], range(len(own)), dx=-left, width=room, dy=14.0 if narrow else 0.0,
                over=narrow)  # fmt: skip
    if not narrow:
        write(ax, 1, 1, over, dx=right, dy=12, x_in="axes", y_in="axes", size=SMALL, align="right",
              fill="muted")  # fmt: skip
    return ax.figure


@style.themed
def gaps(
    table: pd.DataFrame, ax: Axes | None = None, *, lang: str = "vi", subject: str, benchmark: str
) -> style.Chart:
    """One row per code: the province and the benchmark on the range of the country.

    Parameters
    ----------
    table : DataFrame
        name, worst, best, score, benchmark, gap (points; positive = behind), largest gap first;
        score and gap are missing where nothing is published.
    ax : Axes, optional
        Where to draw: a row is 1 high, the worst province at 0, the best at 1.
    subject : str
        Name of the province in `lang`, with its year.
    benchmark : str
        Name of the benchmark in `lang`.
    """
    rows = table.reset_index(drop=True)
    ax = ax or style.panel(WIDE, 46 + 32 * len(rows), left=LEFT, right=90, top=40, bottom=6)
    ax.set(xlim=(0, 1), ylim=(len(rows) - 0.5, -0.5))
    ax.set_axis_off()
    span = (rows["best"] - rows["worst"]).where(rows["best"].gt(rows["worst"]), 1.0)
    score, aim = ((rows[name] - rows["worst"]) / span for name in ("score", "benchmark"))
    ax.hlines(rows.index, 0, 1, colors=colour("grid"), linewidths=1, zorder=0)
    ax.hlines(rows.index, score, aim, colors=colour("half"), linewidths=4, zorder=2)
    dots(ax, aim, rows.index, "median", 9, marker="D", label=benchmark)
    dots(ax, score, rows.index, "province", 12, label=subject)
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=SMALL, borderaxespad=0,
              handletextpad=0.1, columnspacing=1)  # fmt: skip
    write(ax, 1, 1, say(lang, "Gap"), dx=90, dy=12, x_in="axes", y_in="axes", size=SMALL,
          align="right", fill="muted")  # fmt: skip
    style.names(ax, rows["name"], rows.index, dx=-LEFT, width=LEFT - 18)
    for i, gap in enumerate(rows["gap"]):
        text = number(lang, gap, "+0.00;-0.00") if pd.notna(gap) else _MISSING
        write(ax, 1, i, text, dx=90, x_in="axes", weight=600, align="right")
    behind = rows[rows["gap"].gt(0)]
    values = {"subject": subject, "benchmark": benchmark, "n": len(rows), "behind": len(behind)}
    title = say(lang, "{subject}: nothing is behind the benchmark", **values)
    if len(behind):
        values |= {"name": behind["name"].iloc[0], "gap": behind["gap"].iloc[0]}
        title = say(lang, "{subject}: the largest gap is {name}, {gap:0.00} points", **values)
    subtitle = say(
        lang,
        "Each line runs from the worst to the best province; gap to the benchmark "
        "({benchmark}) in points, one year's noise included",
        **values,
    )
    alt = say(
        lang,
        "Dot chart of {n} {n:score|scores} of {subject} beside the benchmark {benchmark}: "
        "{behind} {behind:is|are} behind it.",
        **values,
    )
    return style.headline(ax.figure, title=title, subtitle=subtitle, alt=alt)

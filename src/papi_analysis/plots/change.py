"""Why a total changed, every dimension over the years, and a merged province beside its parts."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from papi_analysis.errors import ParameterError
from papi_analysis.i18n import number, round_to_sum, say
from papi_analysis.places import SYNTHETIC, SYNTHETIC_NAME
from papi_analysis.plots import style
from papi_analysis.plots.palette import colour
from papi_analysis.plots.style import LEFT, NARROW, SMALL, WIDE, write

_SIGNED = "+0.00;−0.00"
_GAP, _PANEL, _HEAD, _FOOT = 26.0, 118.0, 60.0, 26.0


@style.themed
def waterfall(
    table: pd.DataFrame, ax: Axes | None = None, *, lang: str = "vi", before: tuple[int, float],
    after: tuple[int, float], national: float | None = None, width: int = WIDE,
) -> style.Chart:  # fmt: skip
    """Steps from the total of one year to that of the next.

    The two totals are marks and not bars, so that the axis need not begin at zero.

    Parameters
    ----------
    table : DataFrame
        name, change (points), method (bool: caused by a change of method); in the order drawn.
        Changes are drawn as they are printed (`i18n.round_to_sum`), so that they add up.
    ax : Axes, optional
        Where to draw: a row is 1 high, x is points of the total.
    before, after : (int, float)
        Year and total in points; the changes lead from one to the other.
    national : float, optional
        Change of the national mean: where the province would stand had it moved like the country.
    """
    narrow = width <= NARROW
    words = [str(before[0]), *table["name"], str(after[0])]
    words += [say(lang, "Had it moved like the country")] if national is not None else []
    left, row = (8.0, 58.0) if narrow else (LEFT - 10, 34.0)
    high = row * len(words) + 34
    ax = ax or style.panel(width, high, left=left, right=10, top=4, bottom=30)
    printed = round(after[1], 2) - round(before[1], 2)
    table = table.assign(change=round_to_sum(table["change"], printed))
    levels = round(before[1], 2) + np.concatenate([[0], table["change"].cumsum()])
    reach = [*levels, after[1], *([before[1] + national] if national is not None else [])]
    span = max(max(reach) - min(reach), 0.2)
    room = (46 if narrow else 56) / (width - left - 10 - 104)  # for the words at both ends
    y = np.arange(len(words)) + (0.25 if narrow else 0.0)
    ax.set(ylim=(len(words) - 0.5, -0.5), yticks=[])
    ax.set_xlim(min(reach) - room * span, max(reach) + room * span)
    ax.spines[["left", "bottom"]].set_visible(False)
    ax.xaxis.set_major_locator(MaxNLocator(5 if narrow else 7, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(lambda value, _: number(lang, value, "0.0#"))
    ax.grid(axis="x")
    half = 8 / row
    for i, (change, method) in enumerate(
        zip(table["change"], table["method"], strict=True), start=1
    ):
        none = abs(change) < 0.005  # printed as zero
        tone = "muted" if none else "method" if method else "behind" if change < 0 else "ahead"
        ax.barh(y[i], change, 2 * half, levels[i - 1], color=colour(tone), zorder=2)
        text = number(lang, 0, "0.00") if none else number(lang, change, _SIGNED)
        end = min(levels[i - 1 : i + 1]) if change < 0 else max(levels[i - 1 : i + 1])
        write(ax, end, y[i], text, dx=-6 if change < 0 else 6, weight=600, fill=tone,
              align="right" if change < 0 else "left", over=True)  # fmt: skip
    if not narrow:  # on a phone the names stand where these would run
        ax.vlines(levels, y[: len(levels)] + half, y[1 : len(levels) + 1] - half,
                  colors=colour("other"), linewidths=1, zorder=1)  # fmt: skip
    last = len(table) + 1
    for place, (_, value) in ((0, before), (last, after)):
        ax.vlines(value, y[place] - half, y[place] + half, colors=colour("province"), linewidths=4)
        write(
            ax, value, y[place], number(lang, value), dx=8, weight=600, fill="province", over=True
        )
    if national is not None:
        value = before[1] + national
        ax.vlines(value, y[-1] - half, y[-1] + half, colors=colour("median"), linewidths=2,
                  linestyles=[(0, (2, 2))])  # fmt: skip
        write(ax, value, y[-1], number(lang, value), dx=8, fill="muted", over=True)
    for i, name in enumerate(words):
        look = {"weight": 600} if i in (0, last) else {"fill": "muted"} if i > last else {}
        style.names(ax, [name], [i], dx=-left, width=width if narrow else left - 14,
                    dy=12.0 if narrow else 0.0, over=narrow, **look)  # fmt: skip
    return ax.figure


@style.themed
def small_multiples(
    table: pd.DataFrame, *, lang: str = "vi", columns: int | None = None, width: int = WIDE
) -> style.Chart:
    """A panel per dimension: province, median and middle half of the country, in points.

    Lines and bands stop where a score cannot be set beside that of the year before; a short
    dotted line at the foot marks the place. All panels span the same number of points, so slopes
    compare, each on an axis of its own.

    Parameters
    ----------
    table : DataFrame
        code, name, year, score, p25, median, p75 (points), comparable (with the year before);
        panels in the order of their first row.
    """
    columns = columns or (2 if width <= NARROW else 4)
    codes = table["code"].drop_duplicates().tolist()
    pitch = _HEAD + _PANEL + _FOOT
    high = math.ceil(len(codes) / columns) * pitch
    chart = style.canvas(width, high)
    wide = (width - _GAP * (columns - 1)) / columns
    low, top = (getattr(table.groupby("code")[["score", name]], end)() for name, end in
                (("p25", "min"), ("p75", "max")))  # fmt: skip
    low, top = low.min(axis=1), top.max(axis=1)
    span = float((top - low).max()) * 1.1
    years = (int(table["year"].min()), int(table["year"].max()))
    axis, right = 26.0, 32.0  # room for the numbers at both sides
    for i, code in enumerate(codes):
        x, y = (i % columns) * (wide + _GAP) + axis, (i // columns) * pitch + _HEAD
        place = (x / width, 1 - (y + _PANEL) / high, (wide - axis - right) / width, _PANEL / high)
        ax = chart.add_axes(place)
        part = table[table["code"].eq(code)].sort_values("year")
        middle = (low[code] + top[code]) / 2
        ax.set(xlim=(years[0] - 0.4, years[1] + 0.4), ylim=(middle - span / 2, middle + span / 2))
        _history(ax, part)
        ax.spines["left"].set_visible(False)
        ax.grid(axis="y")
        ends = ax.set_xticks(sorted(set(years)), [str(year) for year in sorted(set(years))])
        for tick, align in zip(ends, ("left", "right"), strict=False):
            tick.label1.set_ha(align)
        ax.yaxis.set_major_locator(MaxNLocator(3, steps=[1, 2, 5, 10]))
        ax.yaxis.set_major_formatter(lambda value, _: number(lang, value, "0.0"))
        name = style.wrap(part["name"].iloc[0], wide - 4, SMALL, 600)[:3]
        write(ax, 0, 1, "\n".join(name), dx=-axis, dy=9, x_in="axes", y_in="axes", size=SMALL,
              weight=600, va="bottom")  # fmt: skip
        _last_values(ax, part.iloc[-1], lang)
    return chart


def _history(ax: Axes, part: pd.DataFrame) -> None:
    """Band, median and line of one panel, stretch by stretch of comparable years."""
    stretch = (~part["comparable"].astype(bool)).cumsum()
    for _, run in part.groupby(stretch):
        year = run["year"].astype(float)
        if len(run) == 1:  # a year by itself becomes a short dash
            edges = [year.iloc[0] - 0.25, year.iloc[0] + 0.25]
            run = pd.concat([run, run])
            ax.fill_between(edges, run["p25"], run["p75"], color=colour("span"), lw=0, zorder=1)
            ax.plot(edges, run["median"], color=colour("median"), lw=1, zorder=2)
            continue
        ax.fill_between(year, run["p25"], run["p75"], color=colour("span"), lw=0, zorder=1)
        ax.plot(year, run["median"], color=colour("median"), lw=1, ls=(0, (3, 2)), zorder=2)
        ax.plot(year, run["score"], color=colour("province"), lw=2, zorder=3)
    ax.scatter(part["year"], part["score"], s=20, color=colour("province"), zorder=4,
               edgecolors=colour("paper"), linewidths=0.7)  # fmt: skip
    breaks = part.loc[stretch.diff().gt(0), "year"] - 0.5
    low, high = ax.get_ylim()
    ax.vlines(breaks, low, low + 0.16 * (high - low), colors=colour("other"), linewidths=1.2,
              linestyles=[(0, (1, 2))], zorder=1)  # fmt: skip


def _last_values(ax: Axes, row: pd.Series, lang: str) -> None:
    """The last score and median at the right, moved apart where they would touch."""
    low, high = ax.get_ylim()
    at = {key: (row[key] - low) / (high - low) * _PANEL for key in ("score", "median")}
    if pd.notna(row["score"]) and abs(at["score"] - at["median"]) < 14:
        up = 7 if at["score"] >= at["median"] else -7
        middle = min(max((at["score"] + at["median"]) / 2, 12), _PANEL - 8)
        at = {"score": middle + up, "median": middle - up}
    for key, look in (
        ("median", {"fill": "muted"}),
        ("score", {"fill": "province", "weight": 600}),
    ):
        if pd.notna(row[key]):
            text = number(lang, row[key])
            write(ax, 1, 0, text, dx=4, dy=at[key], x_in="axes", y_in="axes", size=SMALL, **look)


# A merged province before it existed

_LEFT, _TOP, _BOTTOM, _LEADING = 40.0, 12.0, 30.0, 15.0


@style.themed
def back_cast(
    table: pd.DataFrame,
    names: dict[str, str],
    *,
    name: str,
    what: str,
    breaks: Iterable[int] = (),
    lang: str = "vi",
    width: float = WIDE,
) -> style.Chart:
    """The synthetic series of a merged province, dashed, and the published ones of its parts.

    Parameters
    ----------
    table : DataFrame
        Rows of one code of `places.back_cast`: year, province, score, synthetic.
    names : dict
        Names of the former provinces by code.
    name, what : str
        Name of the merged province and of the score, in `lang`.
    breaks : iterable of int
        Years whose score cannot be set beside that of the year before; lines are cut there.

    Raises
    ------
    ParameterError
        When the table holds no synthetic series.
    """
    if not table["synthetic"].any():
        raise ParameterError("The table holds no synthetic series (see places.back_cast).")
    room, height = 0.36 * width, 300.0
    chart = style.canvas(width, height)
    place = (_LEFT / width, _BOTTOM / height)
    size = ((width - _LEFT - room) / width, (height - _TOP - _BOTTOM) / height)
    axes = chart.add_axes((*place, *size))
    lines = [(names[code], rows, False) for code, rows in _series(table, names)]
    new = say(lang, SYNTHETIC_NAME, name=name)
    lines.append((new, table[table["synthetic"]].sort_values("year"), True))
    _draw_series(axes, lines, sorted(breaks), lang)
    _ticks(axes, lines, width - _LEFT - room)
    _name_ends(axes, lines, room - 12, lang, height)
    return style.headline(
        chart,
        title=say(lang, "{what} of {name}: synthetic before July 2025", what=what, name=name),
        subtitle=say(lang, SYNTHETIC, name=name, members=", ".join(names.values())),
        source=say(lang, "PAPI; weights: Population and Housing Census of 1 April 2019."),
        alt=_told(lines, what, lang),
    )


def _series(table: pd.DataFrame, names: dict[str, str]) -> list[tuple[str, pd.DataFrame]]:
    old = table[~table["synthetic"]].sort_values("year")
    return [(code, old[old["province"].eq(code)]) for code in names]


def _draw_series(axes: Axes, lines: list, breaks: list[int], lang: str) -> None:
    """Lines cut at breaks; the synthetic one dashed and in the colour of the subject."""
    for _, rows, synthetic in lines:
        ink, dash = ("province", (0, (4, 2))) if synthetic else ("other", "-")
        cut = rows["year"].map(lambda year: sum(year >= start for start in breaks))
        for _, part in rows.groupby(cut):
            look = {"color": colour(ink), "linestyle": dash, "lw": 2.2 if synthetic else 1.4}
            axes.plot(part["year"], part["score"], marker="o", ms=3.5, **look)
    for year in breaks:
        axes.axvline(year - 0.5, color=colour("line"), lw=1, ls=":")
    axes.yaxis.set_major_formatter(lambda value, _: number(lang, value, "0.#"))
    axes.grid(axis="y")


def _ticks(axes: Axes, lines: list, room: float) -> None:
    """As many years as have room, the last one always."""
    years = sorted({int(year) for _, rows, _ in lines for year in rows["year"]}, reverse=True)
    axes.set_xticks(years[:: max(1, math.ceil(len(years) * 44 / room))])


def _name_ends(axes: Axes, lines: list, room: float, lang: str, height: float) -> None:
    """Name and last value at the end of every line, moved apart where they would touch."""
    ends = []
    for name, rows, synthetic in lines:
        last = rows.dropna(subset=["score"]).tail(1)
        if len(last):
            value = float(last["score"].iloc[0])
            weight = 600 if synthetic else 400
            words = style.wrap(f"{name} {number(lang, value, '0.00')}", room, style.LEAST, weight)
            ends.append((value, int(last["year"].iloc[0]), words, synthetic))
    low, high = axes.get_ylim()
    step = _LEADING * (high - low) / (height - _TOP - _BOTTOM)
    free = -float("inf")
    for value, year, words, synthetic in sorted(ends):
        at = max(value, free + step * len(words) / 2)
        free = at + step * len(words) / 2
        axes.annotate(
            "\n".join(words),
            (year, at),
            xytext=(8, 0),
            textcoords="offset points",
            va="center",
            fontsize=style.LEAST,
            color=colour("province" if synthetic else "muted"),
            fontweight=600 if synthetic else 400,
            annotation_clip=False,
        )


def _told(lines: list, what: str, lang: str) -> str:
    """Every series in numbers."""
    parts = [f"{what}."]
    for name, rows, _ in lines:
        there = rows.dropna(subset=["score"])
        values = "; ".join(
            f"{int(year)} {number(lang, score, '0.00')}"
            for year, score in zip(there["year"], there["score"], strict=True)
        )
        parts.append(f"{name}: {values}.")
    return " ".join(parts)

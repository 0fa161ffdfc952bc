"""A merged province before it existed: its synthetic series beside those of its former parts."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd
from matplotlib.axes import Axes

from papi_analysis.errors import ParameterError
from papi_analysis.i18n import number, say
from papi_analysis.places import SYNTHETIC, SYNTHETIC_NAME
from papi_analysis.plots.style import LEAST, WIDE, Chart, canvas, colour, headline, themed, wrap

_LEFT, _TOP, _BOTTOM = 40.0, 12.0, 30.0
_LEADING = 15.0


@themed
def back_cast(
    table: pd.DataFrame,
    names: dict[str, str],
    *,
    name: str,
    what: str,
    breaks: Iterable[int] = (),
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
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
    """
    if not table["synthetic"].any():
        raise ParameterError("The table holds no synthetic series (see places.back_cast).")
    room, height = 0.36 * width, 300.0
    chart = canvas(width, height)
    place = (_LEFT / width, _BOTTOM / height)
    size = ((width - _LEFT - room) / width, (height - _TOP - _BOTTOM) / height)
    axes = chart.add_axes((*place, *size))
    lines = [(names[code], rows, False) for code, rows in _series(table, names)]
    new = say(lang, SYNTHETIC_NAME, name=name)
    lines.append((new, table[table["synthetic"]].sort_values("year"), True))
    _draw(axes, lines, sorted(breaks), lang)
    _ticks(axes, lines, width - _LEFT - room)
    _write(axes, lines, room - 12, lang, height)
    return headline(
        chart,
        title=say(lang, "{what} of {name}: synthetic before July 2025", what=what, name=name),
        subtitle=say(lang, SYNTHETIC, name=name, members=", ".join(names.values())),
        source=say(lang, "PAPI; weights: Population and Housing Census of 1 April 2019."),
        alt=_told(lines, what, lang),
    )


def _series(table: pd.DataFrame, names: dict[str, str]) -> list[tuple[str, pd.DataFrame]]:
    old = table[~table["synthetic"]].sort_values("year")
    return [(code, old[old["province"].eq(code)]) for code in names]


def _draw(axes: Axes, lines: list, breaks: list[int], lang: str) -> None:
    """Lines cut at breaks; the synthetic one dashed and in the colour of the subject."""
    for _, rows, synthetic in lines:
        ink, style = ("province", (0, (4, 2))) if synthetic else ("other", "-")
        cut = rows["year"].map(lambda year: sum(year >= start for start in breaks))
        for _, part in rows.groupby(cut):
            look = {"color": colour(ink), "linestyle": style, "lw": 2.2 if synthetic else 1.4}
            axes.plot(part["year"], part["score"], marker="o", ms=3.5, **look)
    for year in breaks:
        axes.axvline(year - 0.5, color=colour("line"), lw=1, ls=":")
    axes.yaxis.set_major_formatter(lambda value, _: number(lang, value, "0.#"))
    axes.grid(axis="y")


def _ticks(axes: Axes, lines: list, room: float) -> None:
    """As many years as have room, the last one always."""
    years = sorted({int(year) for _, rows, _ in lines for year in rows["year"]}, reverse=True)
    axes.set_xticks(years[:: max(1, math.ceil(len(years) * 44 / room))])


def _write(axes: Axes, lines: list, room: float, lang: str, height: float) -> None:
    """Name and last value at the end of every line, moved apart where they would touch."""
    ends = []
    for name, rows, synthetic in lines:
        last = rows.dropna(subset=["score"]).tail(1)
        if len(last):
            value = float(last["score"].iloc[0])
            weight = 600 if synthetic else 400
            words = wrap(f"{name} {number(lang, value, '0.00')}", room, LEAST, weight)
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
            fontsize=LEAST,
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

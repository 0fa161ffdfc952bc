"""Where the province stands: its dimensions, and all their sub-dimensions."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from papi_analysis.i18n import mark, number, say
from papi_analysis.plots import charts, style
from papi_analysis.report.cells import Table, frame, listed, place, source
from papi_analysis.report.drawing import Figure, figure
from papi_analysis.report.section import GROUP_NAMES, Section, build, drawn_once

#: Heads of the table behind a spine chart.
HEAD = (
    mark("Content"), mark("Score"), mark("Worst"), mark("25th percentile"), mark("Median"),
    mark("75th percentile"), mark("Best"), mark("Rank"), mark("Group"),
)  # fmt: skip


def _row(row: dict, lang: str) -> tuple[str, ...]:
    def value(key: str) -> str:
        return number(lang, row[key]) if pd.notna(row.get(key)) else "–"

    group = row.get("group")
    return (
        row["name"],
        *(value(key) for key in ("score", "worst", "p25", "median", "p75", "best")),
        place(row.get("rank"), row["n"]),
        say(lang, GROUP_NAMES[int(group)]) if pd.notna(group) else say(lang, "not published"),
    )


def standing(rows: pd.DataFrame, lang: str, caption: str) -> Table:
    """Scores beside the country as cells."""
    cells = tuple(_row(row, lang) for row in rows.to_dict("records"))
    return Table(caption, tuple(say(lang, word) for word in HEAD), cells, words=(0, 8))


def _finding(rows: pd.DataFrame, lang: str, what: str) -> str:
    """How many stand in the lowest and in the highest group."""
    tally = Counter(rows["group"].dropna().astype(int))
    there = int(rows["score"].notna().sum())
    low, high = tally[1], tally[4]
    return say(lang, what, low=low, high=high, n=there)


def _alt(rows: pd.DataFrame, lang: str) -> str:
    told = [
        say(lang, "{name}: {score:0.00} points, median {median:0.00}, rank {rank}",
            name=row.name, score=row.score, median=row.median, rank=place(row.rank, row.n))
        if pd.notna(row.score) else say(lang, "{name}: not published", name=row.name)
        for row in rows.itertuples()
    ]  # fmt: skip
    return "; ".join(told) + "."


def _spine(found: dict, rows: pd.DataFrame, lang: str, title: str, caption: str) -> Figure:
    words = {
        "title": title,
        "subtitle": say(
            lang,
            "Points; bar: worst to best province, dark part: middle half of the provinces, "
            "upright: median, dot: {province}, {year}",
            province=found["province"][f"name_{lang}"], year=str(found["year"]),
        ),
        "source": source(found, lang),
        "alt": _alt(rows, lang),
    }  # fmt: skip

    def draw(width: int) -> style.Chart:
        return style.headline(charts.range_chart(rows, lang=lang, width=width), **words)

    return figure(draw, standing(rows, lang, caption))


@drawn_once
def dimensions(found: dict, *, lang: str) -> Section:
    """The eight dimensions between the worst and the best of the country."""
    rows = frame(found["dimensions"], lang)
    title = _finding(
        rows, lang,
        mark("{low} of {n} dimensions {low:is|are} in the lowest group, {high} in the highest"),
    )  # fmt: skip
    caption = say(lang, "Dimensions beside the country, points")
    drawn = _spine(found, rows, lang, title, caption)
    count = len(rows)
    heading = say(lang, "The {n} dimensions beside the country", n=count)
    note = _weakest(rows, lang)
    return build(
        "dimensions", heading, lang, told=[title, note, drawn.caption.alt], drawing=drawn.file,
        figure=drawn, note=note,
    )  # fmt: skip


def _weakest(rows: pd.DataFrame, lang: str) -> str:
    """Where most points are missing to the median."""
    behind = rows[rows["gap_median"].gt(0)].sort_values("gap_median", ascending=False).head(3)
    if behind.empty:
        return say(lang, "No dimension with a score is below the national median.")
    items = [
        say(lang, "{name} ({gap:0.00} points)", name=row.name, gap=row.gap_median)
        for row in behind.itertuples()
    ]
    return say(lang, "Most points are missing to the median in {items}.", items=listed(lang, items))


@drawn_once
def criteria(found: dict, *, lang: str) -> Section:
    """All sub-dimensions in two drawings, folded away on a screen."""
    rows = frame(found["subdimensions"], lang)
    title = _finding(
        rows, lang,
        mark("{low} of {n} criteria {low:is|are} in the lowest group, {high} in the highest"),
    )  # fmt: skip
    codes = sorted(rows["dimension"].unique())
    half = (len(codes) + 1) // 2
    figures = []
    for part in (codes[:half], codes[half:]):
        words = say(lang, "Criteria of dimensions {first} to {last}", first=part[0], last=part[-1])
        figures.append(_spine(found, rows[rows["dimension"].isin(part)], lang, words, words))
    told = [title, *(drawn.caption.alt for drawn in figures)]
    heading = say(lang, "All {n} criteria", n=len(rows))
    return build(
        "criteria", heading, lang, told=told, drawing=figures[0].file, figures=figures,
        finding=title,
    )  # fmt: skip

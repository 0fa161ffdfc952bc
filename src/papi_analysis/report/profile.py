"""Where the province stands: its dimensions, and all their sub-dimensions."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from papi_analysis.figures import charts, style
from papi_analysis.report.section import (
    GROUP_NAMES,
    Section,
    Table,
    build,
    figure,
    frame,
    listed,
    place,
    source,
)  # fmt: skip
from papi_analysis.wording import number, say


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
    head = ("Content", "Score", "Worst", "25th percentile", "Median", "75th percentile", "Best",
            "Rank", "Group")  # fmt: skip
    cells = tuple(_row(row, lang) for row in rows.to_dict("records"))
    return Table(caption, tuple(say(lang, word) for word in head), cells, words=(0, 8))


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


def _spine(found: dict, rows: pd.DataFrame, lang: str, title: str, caption: str):
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
        return style.headline(charts.spine(rows, lang=lang, width=width), **words)

    return figure(draw, standing(rows, lang, caption))


def dimensions(found: dict, *, lang: str) -> Section:
    """The eight dimensions between the worst and the best of the country."""
    rows = frame(found["dimensions"], lang)
    title = _finding(
        rows, lang, "{low} of {n} dimensions are in the lowest group, {high} in the highest"
    )
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


def criteria(found: dict, *, lang: str) -> Section:
    """All sub-dimensions, folded away on a screen."""
    rows = frame(found["subdimensions"], lang)
    title = _finding(
        rows, lang, "{low} of {n} criteria are in the lowest group, {high} in the highest"
    )
    caption = say(lang, "Criteria beside the country, points")
    drawn = _spine(found, rows, lang, title, caption)
    heading = say(lang, "All {n} criteria", n=len(rows))
    return build(
        "criteria", heading, lang, told=[title, drawn.caption.alt], drawing=drawn.file, figure=drawn
    )

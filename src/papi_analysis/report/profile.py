"""Where the province stands: position beside country and region, all criteria, neighbours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pandas as pd

from papi_analysis import places
from papi_analysis.i18n import mark, number, say
from papi_analysis.plots import charts, list_chart, style
from papi_analysis.report.section import (
    GROUP_NAMES,
    Figure,
    Section,
    Table,
    build,
    drawn_once,
    figure,
    frame,
    names,
    place,
    rounded,
    source,
)

LADDER_HEAD = (mark("Province"), mark("Total score"), mark("Rank"), mark("Group"))
#: Heads of the table behind a spine chart.
HEAD = (
    mark("Dimension"), mark("Score"), mark("Worst"), mark("25th percentile"), mark("Median"),
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


def _finding(rows: pd.DataFrame, lang: str, what: str, lowest: str) -> str:
    """How many stand in the lowest and in the highest group; `lowest` says it of none there."""
    tally = Counter(rows["group"].dropna().astype(int))
    there = int(rows["score"].notna().sum())
    low, high = tally[1], tally[4]
    return say(lang, what if high else lowest, low=low, high=high, n=there)


def _alt(rows: pd.DataFrame, lang: str) -> str:
    told = [
        say(lang, "{name}: {score:0.00} points, median {median:0.00}, rank {rank}",
            name=row.name, score=row.score, median=row.median, rank=place(row.rank, row.n))
        if pd.notna(row.score) else say(lang, "{name}: not published", name=row.name)
        for row in rows.itertuples()
    ]  # fmt: skip
    return "; ".join(told) + "."


def _spine(
    findings: dict, rows: pd.DataFrame, lang: str, title: str, caption: str,
    chart: Callable[..., style.Chart] | None = None,
) -> Figure:  # fmt: skip
    """Scores between the worst and the best of the country; `chart` in place of a range chart."""
    words = {
        "title": title,
        "subtitle": say(
            lang,
            "Dark part: middle 50% of the provinces; dot: {province}",
            province=findings["province"][f"name_{lang}"],
        ),
        "source": "" if chart else source(findings, lang),
        "alt": _alt(rows, lang),
    }  # fmt: skip

    def draw(width: int) -> style.Chart:
        made = (chart or charts.range_chart)(rows, lang=lang, width=width)
        return style.headline(made, **words)

    return figure(draw, standing(rows, lang, caption))


@drawn_once
def position(findings: dict, *, lang: str) -> Section:
    """The eight dimensions beside the country, the region, and the total over the years."""
    rows = frame(findings["dimensions"], lang)
    title = _finding(
        rows, lang,
        mark("{low} of {n} dimensions {low:is|are} in the lowest group, {high} in the highest"),
        mark("{low} of {n} dimensions {low:is|are} in the lowest group"),
    )  # fmt: skip
    rows = rows.sort_values("gap_median", ascending=False, kind="stable", na_position="last")
    caption = say(lang, "Dimensions compared with the country, points")
    figures = [_spine(findings, rows, lang, title, caption, list_chart.standing)]
    figures += [made for made in (_region(findings, lang), _total(findings, lang)) if made]
    told = [line for drawn in figures for line in (drawn.caption.title, drawn.caption.alt)]
    heading = say(lang, "Position")
    return build("position", heading, lang, told=told, drawing=figures[0].file, figures=figures)


def _region_name(findings: dict, lang: str) -> str:
    return places.REGIONS[findings["position"]["region"]][lang == "vi"]


def _region_rows(findings: dict, lang: str) -> pd.DataFrame:
    """The provinces of the region, best first, with names and the n of the ranks."""
    rows = pd.DataFrame(findings["region"])
    for column in ("score", "rank", "group", "region_rank"):
        rows[column] = rows.get(column, pd.Series(float("nan"), rows.index)).astype(float)
    return rows.assign(name=rows[f"name_{lang}"], n=findings["position"]["n"])


def _region_title(findings: dict, lang: str) -> str:
    where, region = findings["position"], _region_name(findings, lang)
    name = findings["province"][f"name_{lang}"]
    if where.get("region_rank") is None:
        return say(
            lang, "{province} has no total and no rank in the region {region}",
            province=name, region=region,
        )  # fmt: skip
    return say(
        lang, "{province} is {rank} in the region {region}",
        province=name, region=region, rank=place(where["region_rank"], where["region_n"]),
    )  # fmt: skip


def _region(findings: dict, lang: str) -> Figure | None:
    """The region with few numbers; None where the province has no total."""
    if findings["position"].get("rank") is None:
        return None
    rows, code = _region_rows(findings, lang), findings["province"]["code"]
    median = findings["country"]["median"]
    table = _ladder_table(rows, lang)
    words = {
        "title": _region_title(findings, lang),
        "subtitle": "",
        "source": "",
        "alt": "; ".join(f"{name} {score}" for name, score, _, _ in table.rows) + ".",
    }

    def draw(width: int) -> style.Chart:
        chart = list_chart.region_dots(
            rows, lang=lang, subject=code, median=median, width=width
        )  # fmt: skip
        return style.headline(chart, **words)

    return figure(draw, table)


def _ladder_table(rows: pd.DataFrame, lang: str) -> Table:
    head = tuple(say(lang, word) for word in LADDER_HEAD)
    cells = tuple(
        (r.name, number(lang, r.score), place(r.rank, r.n), say(lang, GROUP_NAMES[int(r.group)]))
        if pd.notna(r.score) else (r.name, "–", "–", say(lang, "not published"))
        for r in rows.itertuples(index=False)
    )  # fmt: skip
    return Table(say(lang, "Totals of the region"), head, cells, words=(0, 3))


def _total(findings: dict, lang: str) -> Figure | None:
    """The total since it has had as many dimensions as now, with the middle half."""
    rows = frame(findings["series"], lang)
    parts = rows[rows["level"].eq("dimension") & rows["median"].notna()].groupby("year").size()
    alike = parts.index[parts.eq(parts.get(findings["year"]))]
    rows = rows[rows["level"].eq("total") & rows["median"].notna() & rows["year"].isin(alike)]
    rows = rows.sort_values("year")
    breaks = rows.get("break", pd.Series(index=rows.index, dtype=object))
    rows = rows.assign(comparable=breaks.isna())
    if len(rows) < 2 or rows["score"].isna().all():
        return None
    first, last = rows.iloc[0], rows.iloc[-1]
    known = rows.dropna(subset=["score"])
    title = say(lang, "The total beside the national median, {first}–{last}",
                first=str(int(first["year"])), last=str(int(last["year"])))  # fmt: skip
    if pd.notna(last["score"]):
        gap = round(rounded(last["score"]) - rounded(last["median"]), 2)
        text = mark("The total is {gap:0.00} points below the national median")
        if gap >= 0:
            text = mark("The total is {gap:0.00} points above the national median")
        title = say(lang, text, gap=abs(gap))
    words = {
        "title": title,
        "subtitle": say(
            lang, "Band: middle 50% of the provinces; dotted line: series interrupted",
        ),
        "source": source(findings, lang),
        "alt": "; ".join(f"{r.year} {number(lang, r.score)}" for r in known.itertuples()) + ".",
    }  # fmt: skip
    cells = tuple(
        (str(r.year), number(lang, r.score) if pd.notna(r.score) else "–", number(lang, r.p25),
         number(lang, r.median), number(lang, r.p75))
        for r in rows.itertuples()
    )  # fmt: skip
    head = (say(lang, "Year"), say(lang, "Total score"), say(lang, "25th percentile"),
            say(lang, "Median"), say(lang, "75th percentile"))  # fmt: skip

    def draw(width: int) -> style.Chart:
        return style.headline(list_chart.total_line(rows, lang=lang, width=width), **words)

    return figure(draw, Table(say(lang, "Total score by year"), head, cells))


@drawn_once
def criteria(findings: dict, *, lang: str) -> Section:
    """All sub-dimensions in two drawings, folded away on a screen."""
    rows = frame(findings["subdimensions"], lang)
    title = _finding(
        rows, lang,
        mark("{low} of {n} criteria {low:is|are} in the lowest group, {high} in the highest"),
        mark("{low} of {n} criteria {low:is|are} in the lowest group"),
    )  # fmt: skip
    codes = sorted(rows["dimension"].unique())
    half = (len(codes) + 1) // 2
    figures = []
    for part in (codes[:half], codes[half:]):
        words = say(lang, "Criteria of dimensions {first} to {last}", first=part[0], last=part[-1])
        figures.append(_spine(findings, rows[rows["dimension"].isin(part)], lang, words, words))
    told = [title, *(drawn.caption.alt for drawn in figures)]
    heading = say(lang, "All {n} criteria", n=len(rows))
    return build(
        "criteria", heading, lang, told=told, drawing=figures[0].file, figures=figures,
        finding=title,
    )  # fmt: skip


def _strips(findings: dict, lang: str) -> Figure:
    rows = pd.DataFrame(findings["region_dimensions"])
    for column in ("gap_median", "region_rank"):
        rows[column] = rows.get(column, pd.Series(float("nan"), rows.index)).astype(float)
    rows = rows.assign(
        name=rows["code"].map(names(lang)), gap=-rows["gap_median"],
        said=list(map(place, rows["region_rank"], rows["region_n"])),
    )  # fmt: skip
    code, region = findings["province"]["code"], _region_name(findings, lang)
    own = rows[rows["province"] == code]
    ranked = own[own["region_rank"].notna()]
    title = say(
        lang, "In {count} of {n} dimensions {province} is in the lower half of the region",
        count=int((ranked["region_rank"] > (ranked["region_n"] + 1) / 2).sum()), n=len(ranked),
        province=findings["province"][f"name_{lang}"],
    )  # fmt: skip
    told = tuple(
        (r.name, number(lang, r.gap, "+0.00;−0.00") if pd.notna(r.gap) else "–",
         r.said)
        for r in own.itertuples()
    )  # fmt: skip
    words = {
        "title": title,
        "subtitle": say(
            lang, "Points above or below the national median, {year}; dark dot: {province}, other "
            "dots: provinces of the region {region}", year=str(findings["year"]), region=region,
            province=findings["province"][f"name_{lang}"],
        ),
        "source": source(findings, lang),
        "alt": "; ".join(f"{name} {gap} ({rank})" for name, gap, rank in told) + ".",
    }  # fmt: skip

    def draw(width: int) -> style.Chart:
        chart = charts.strip_plot(rows, lang=lang, subject=code, over=head[2], width=width)
        return style.headline(chart, **words)

    head = [say(lang, word) for word in
            (mark("Dimension"), mark("From the median, points"), mark("Rank in region"))]
    return figure(draw, Table(say(lang, "Dimensions beside the region"), tuple(head), told))


@drawn_once
def peers(findings: dict, *, lang: str) -> Section:
    """The spread of the region in every dimension."""
    figures = [_strips(findings, lang)]
    told = [line for part in figures for line in (part.caption.title, part.caption.alt)]
    heading = say(lang, "Dimensions among the provinces of the region")
    return build("peers", heading, lang, told=told, drawing=figures[0].file, figures=figures)

"""Why total and rank changed since the year before, and the years before that."""

from __future__ import annotations

import pandas as pd

from papi_analysis.i18n import mark, number, round_to_sum, say
from papi_analysis.plots import charts, style
from papi_analysis.report.section import (
    SIGNED,
    Section,
    Table,
    build,
    drawn_once,
    figure,
    frame,
    names,
    place,
    source,
    spoken,
)

#: The four parts of a change of rank.
PARTS = {
    "own": mark("its own scores changed"),
    "others": mark("other provinces' scores changed"),
    "units": mark("provinces entered or left the list"),
    "method": mark("scales and compositions changed"),
}
_TINY = 0.005  # points; less is not shown


def _steps(findings: dict, lang: str) -> pd.DataFrame:
    """name, change, method: the dimensions that fell, those that rose, then changes of method."""
    rows = pd.DataFrame(findings["movement"]["total"])
    rows["name"] = rows["dimension"].map(names(lang))
    small = rows["method_part"].where(rows["method_part"].abs() < _TINY, 0.0)  # not by itself
    own = rows.assign(value=rows["comparable_part"] + small, method=False)
    own = own.sort_values(["value", "dimension"])
    method = rows.rename(columns={"method_part": "value"}).assign(method=True)
    method = method[method["value"].abs() >= _TINY].sort_values(["value", "dimension"])
    method["name"] = [say(lang, "{name}: change of method", name=n) for n in method["name"]]
    own = own[(own["value"].abs() >= _TINY) | own["dimension"].isin(method["dimension"]).eq(False)]
    steps = pd.concat([own, method], ignore_index=True)
    return steps[["name", "value", "method"]].rename(columns={"value": "change"})


#: Titles by what the total did, and whether the country did better.
TITLES = {
    ("rose", None): mark("The total rose by {change:0.00} points since {year}"),
    ("fell", None): mark("The total fell by {change:0.00} points since {year}"),
    ("rose", True): mark(
        "The total rose by {change:0.00} points since {year}, less than the country "
        "({national:+0.00;−0.00})"
    ),
    ("rose", False): mark(
        "The total rose by {change:0.00} points since {year}, the country by {national:+0.00;−0.00}"
    ),
    ("fell", True): mark(
        "The total fell by {change:0.00} points since {year}, the country moved by "
        "{national:+0.00;−0.00}"
    ),
    ("fell", False): mark(
        "The total fell by {change:0.00} points since {year}, less than the country "
        "({national:+0.00;−0.00})"
    ),
}


#: The same where the method changed: a difference is no rise and no fall.
APART = {
    False: mark(
        "The totals of {year} and the year after differ by {signed:+0.00;−0.00} points, but the "
        "method changed in between"
    ),
    True: mark(
        "The totals of {year} and the year after differ by {signed:+0.00;−0.00} points (the "
        "country {national:+0.00;−0.00}), but the method changed in between"
    ),
}


def _change_title(findings: dict, lang: str, change: float) -> str:
    national = findings["position"].get("national_change")
    word = "rose" if change > 0 else "fell"
    text = TITLES[word, None if national is None else change < national]
    if not findings["position"].get("comparable", True):
        text = APART[national is not None]
    values = {"signed": change} | ({} if national is None else {"national": national})
    return say(lang, text, change=abs(change), year=str(findings["year"] - 1), **values)


def _sure(findings: dict, lang: str) -> list[str]:
    """Whether a change of this size can be told from the error, and what method did."""
    beyond = spoken(findings, lang, "change", using="noise.")
    broken = spoken(findings, lang, "change", using="position.comparable")
    return [*beyond, *broken, *spoken(findings, lang, "moves", using="movement.total")]


def _waterfall(findings: dict, lang: str):
    steps = _steps(findings, lang)
    total = pd.DataFrame(findings["movement"]["total"])
    before, after = total["score_before"].sum(), total["score"].sum()
    year, printed = findings["year"], round(after, 2) - round(before, 2)
    steps["change"] = round_to_sum(steps["change"], printed)
    title = _change_title(findings, lang, printed)
    told = "; ".join(f"{row.name} {number(lang, row.change, SIGNED)}" for row in steps.itertuples())
    words = {
        "title": title,
        "subtitle": say(
            lang,
            "Points of the total by dimension, {before} to {year}; the axis does not begin at 0, "
            "so both totals are marks and not bars",
            before=str(year - 1), year=str(year),
        ),
        "source": source(findings, lang),
        "alt": say(lang, "From {before:0.00} to {after:0.00} points: {told}.", before=before,
                   after=after, told=told),
    }  # fmt: skip

    def draw(width: int) -> style.Chart:
        chart = charts.waterfall(
            steps, lang=lang, before=(year - 1, before), after=(year, after),
            national=findings["position"].get("national_change"), width=width,
        )  # fmt: skip
        return style.headline(chart, **words)

    head = (say(lang, "Dimension"), say(lang, "Change, points"), say(lang, "Cause"))
    causes = {True: say(lang, "change of method"), False: say(lang, "comparable scores")}
    rows = tuple(
        (row.name, number(lang, row.change, SIGNED), causes[row.method])
        for row in steps.itertuples()
    )
    caption = say(lang, "Change of the total by dimension, {year}", year=str(year))
    return figure(draw, Table(caption, head, rows, words=(0, 2)))


def _rank_parts(findings: dict, lang: str) -> dict:
    """The change of rank in four parts: words, places (positive: down the list), bar in percent."""
    move = findings["movement"]["rank"]
    reach = max(max(abs(move[name]) for name in PARTS), 1)
    parts = [
        {"name": say(lang, text), "places": move[name], "told": _places(lang, move[name]),
         "share": round(100 * abs(move[name]) / reach / 2, 1)}
        for name, text in PARTS.items()
    ]  # fmt: skip
    all_in = move["rank"] - move["rank_before"]
    before, after = (
        place(move[rank], move[n]) for rank, n in (("rank_before", "n_before"), ("rank", "n"))
    )
    text = mark("The rank went from {before} to {after}, {places}")
    text = text if all_in else mark("The rank stayed at {after}")
    title = say(lang, text, before=before, after=after, places=_places(lang, all_in))
    return {"title": title, "parts": parts, "sum": _places(lang, all_in)}


def _places(lang: str, places: int) -> str:
    text = {
        0: mark("0 places"),
        1: mark("1 place down"),
        -1: mark("1 place up"),
    }.get(places, mark("{places} places down") if places > 0 else mark("{places} places up"))
    return say(lang, text, places=abs(places))


@drawn_once
def movement(findings: dict, *, lang: str) -> Section:
    """Change of the total by dimension with method apart, and of the rank in four parts."""
    heading = say(lang, "Why total and rank changed")
    if "movement" not in findings:
        reason = _reason(findings, lang)
        return build("movement", heading, lang, told=[reason], reason=reason, figure=None)
    drawn, rank = _waterfall(findings, lang), _rank_parts(findings, lang)
    sure = _sure(findings, lang)
    told = [drawn.caption.title, drawn.caption.alt, *sure, rank["title"]]
    told += [f"{part['name']}: {part['told']}" for part in rank["parts"]]
    return build(
        "movement", heading, lang, told=told, drawing=drawn.file, figure=drawn, rank=rank,
        sure=sure, reason="",
    )  # fmt: skip


def _reason(findings: dict, lang: str) -> str:
    """Why no change can be explained."""
    return say(
        lang,
        "The change since {year} cannot be taken apart: a total is missing in one of the years.",
        year=str(findings["year"] - 1),
    )


@drawn_once
def history(findings: dict, *, lang: str) -> Section:
    """The dimensions over the years, broken where their series break."""
    rows = frame(findings["series"], lang)
    rows = rows[rows["level"].eq("dimension")].sort_values(["code", "year"])
    rows = rows.assign(comparable=_joined(rows))
    title = say(lang, "Scores can be compared only within unbroken stretches of a line")
    last = rows.sort_values("year").groupby("code").tail(1).sort_values("code")
    told = "; ".join(
        say(lang, "{name}: {score:0.00}, median {median:0.00}", name=row.name, score=row.score,
            median=row.median)
        for row in last.itertuples() if pd.notna(row.score)
    )  # fmt: skip
    first, year = int(rows["year"].min()), findings["year"]
    words = {
        "title": title,
        "subtitle": say(
            lang,
            "Points, {first}–{year}, all panels on one scale; line: {province}, dashes: national "
            "median, band: middle 50% of the provinces (percentiles 25–75), dotted line: series "
            "interrupted",
            first=str(first), year=str(year), province=findings["province"][f"name_{lang}"],
        ),
        "source": source(findings, lang),
        "alt": say(lang, "Scores of {year}: {told}.", year=str(year), told=told),
    }  # fmt: skip

    def draw(width: int) -> style.Chart:
        return style.headline(charts.small_multiples(rows, lang=lang, width=width), **words)

    drawn = figure(draw, _years(rows, lang))
    note = say(
        lang,
        "The sampled villages were very probably redrawn in 2015, 2018 and 2021 (inferred from "
        "the data, not stated by the publisher): a change across these years may be a change of "
        "villages.",
    )
    heading = say(lang, "The dimensions over the years")
    return build(
        "history", heading, lang, told=[title, drawn.caption.alt, note], drawing=drawn.file,
        figure=drawn, note=note,
    )  # fmt: skip


def _joined(rows: pd.DataFrame) -> pd.Series:
    """Whether each year's score may be set beside that of the year before."""
    if "break" not in rows:
        return pd.Series(True, index=rows.index)
    return rows["break"].isna()


def _years(rows: pd.DataFrame, lang: str) -> Table:
    order, years = rows["name"].drop_duplicates().tolist(), sorted(rows["year"].unique().tolist())
    columns = rows[["year", "name", "score", "comparable"]].itertuples(index=False)
    known = {(year, name): (score, comparable) for year, name, score, comparable in columns}

    def cell(year: int, name: str) -> str:
        value, comparable = known.get((year, name), (None, True))
        sign = "* " if not comparable and year > years[0] else ""
        return sign + number(lang, value) if pd.notna(value) else "–"

    cells = tuple((str(year), *(cell(year, name) for name in order)) for year in years)
    caption = say(lang, "Scores by year, points; * not comparable with the year before")
    return Table(caption, (say(lang, "Year"), *order), cells)

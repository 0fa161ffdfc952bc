"""The report of a merged province before its first own score: estimates, each called so."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from papi_analysis import boundaries, places
from papi_analysis.data import codebook
from papi_analysis.findings.merger import shared_said
from papi_analysis.i18n import mark, number, say
from papi_analysis.plots import charts, style
from papi_analysis.plots import maps as drawn
from papi_analysis.plots.maps import base
from papi_analysis.plots.maps.base import ON_STEP
from papi_analysis.priority.merged import MOST_STATED
from papi_analysis.report import annex, front, needs
from papi_analysis.report.section import (
    Figure,
    Section,
    Table,
    build,
    drawn_once,
    figure,
    names,
    spoken,
)

#: The province whose communes are drawn.
COMMUNES_OF = "86"
NOT_PUBLISHED = mark(
    "Synthetic estimate for orientation: not a published PAPI result, without rank and group"
)
POPULATION_SOURCE = mark(
    "Population: General Statistics Office, census of 1 April 2019 (data/context/"
    "population_2019.csv). Weights are shares of it; scores: PAPI {year}, as published."
)


def _name(found: dict, lang: str) -> str:
    return found["province"][f"name_{lang}"]


def _members(found: dict, lang: str) -> dict[str, str]:
    """Names of the former provinces by code, in the order of their codes."""
    return {row["code"]: row[f"name_{lang}"] for row in found["members"]}


def _new(found: dict, lang: str) -> str:
    """The merged province as every column and line names it."""
    return say(lang, places.SYNTHETIC_NAME, name=_name(found, lang))


def _points(lang: str, value: float | None) -> str:
    return "–" if value is None or pd.isna(value) else number(lang, value)


def masthead(found: dict, *, lang: str) -> Section:
    """Which province, which year, and what kind of number."""
    name, year = _name(found, lang), str(found["year"])
    total, parts = found["total"].get("synthetic"), ", ".join(_members(found, lang).values())
    title = (
        say(lang, "{name} since July 2025, PAPI {year}: synthetic total of {total:0.00} points",
            name=name, year=year, total=total)
        if total is not None else
        say(lang, "{name} since July 2025, PAPI {year}: no synthetic total, only synthetic parts",
            name=name, year=year)
    )  # fmt: skip
    organ = say(lang, "Background paper for the leaders of {name} since July 2025", name=name)
    data = say(lang, "Figures: PAPI {year} as published for {members}", year=year, members=parts)
    status = say(lang, NOT_PUBLISHED)
    context = {"organ": organ, "status": status, "facts": [data]}
    return build("masthead", title, lang, told=[organ, data, status], **context)


def summary(found: dict, *, lang: str) -> Section:
    """The decisions asked for, what the numbers are, what is expected, how sure, the calendar."""
    now = _of_today(found)
    asks, steps = front.asks(now, lang), front.calendar(found, lang)
    heading = say(lang, "Asked of the Chairman of the {authority}",
                  authority=front.authority(now, lang))  # fmt: skip
    total = found["total"].get("synthetic")
    where = (
        say(lang, "Position: an estimate of {total:0.00} points, without rank and group",
            total=total)
        if total is not None else say(lang, "Position: no synthetic total")
    )  # fmt: skip
    told, sure = spoken(found, lang, "merger"), spoken(found, lang, "certainty")
    listed = [f"{item['name']} ({item['agency']})" for ask in asks for item in ask["items"]]
    text = [*(ask["text"] for ask in asks), *listed, where, *told, *sure]
    text += [f"{step['when']}: {step['what']}" for step in steps]
    context = {"asks": asks, "where": where, "line": {}, "moved": told, "tiles": [],
               "needed": [], "sure": sure, "steps": steps}  # fmt: skip
    return build("summary", heading, lang, told=text, **context)


def _of_today(found: dict) -> dict:
    """The findings with the year in which the province exists, for its offices and dates."""
    return found | {"year": places.day(found["geo"]).year, "position": {}}


def priorities(found: dict, *, lang: str) -> Section:
    """The list of a report, with estimates for scores (see `needs.priorities`)."""
    return needs.priorities(found, lang=lang)


def agencies(found: dict, *, lang: str) -> Section:
    """Who leads each criterion of the list under the names of today."""
    return needs.agencies(found, lang=lang)


def left_out(found: dict, *, lang: str) -> Section:
    """Criteria behind the benchmark that are not on the list."""
    return needs.left_out(found, lang=lang)


def appendix(found: dict, *, lang: str) -> Section:
    """The divider before what stands behind the list."""
    return annex.appendix(found, lang=lang)


def parts(found: dict, *, lang: str) -> Section:
    """Where each former province stands in the criteria of the list, and who shares them."""
    members, score = _members(found, lang), {r["code"]: r for r in found["subdimensions"]}
    shown = [row for row in found.get("priorities", [])
             if row["points_behind"] > 0 and (row["shared"] != "none" or row["hidden"])]
    head = (
        say(lang, "Criterion"), *members.values(), _new(found, lang),
        say(lang, "Benchmark"), say(lang, "Expected rank (90%)"), say(lang, "Shared by"),
    )  # fmt: skip
    cells = tuple(
        (names(lang)[row["code"]],
         *(_points(lang, score[row["code"]].get(code)) for code in members),
         _points(lang, row["score"]), _points(lang, row["benchmark"]),
         say(lang, "{low} to {high}", low=row["rank_low"], high=row["rank_high"]),
         shared_said(row, members, lang))
        for row in shown
    )  # fmt: skip
    count = len(places.units_of(places.day(found["geo"]).year))
    table = Table(
        say(lang, "Scores of {year} by former province; ranks expected of the first own score, of "
            "{n}", year=str(found["year"]), n=count),
        head, cells, words=(0, len(head) - 1),
    )  # fmt: skip
    heading = say(lang, "What the former provinces share")
    return _tabled("parts", heading, lang, table, note=spoken(found, lang, "parts"))


@drawn_once
def history(found: dict, *, lang: str) -> Section:
    """The synthetic total over the years, beside the published series of the former provinces."""
    rows = pd.DataFrame(found["series"]).query("code == 'total'")
    members, what = _members(found, lang), say(lang, "Total score")
    parts = codebook.index_versions().groupby("year")["dimension"].nunique()
    fewer = parts.index[parts.ne(parts.iloc[-1])]  # totals on another scale share no axis
    shown = rows[~rows["year"].isin(fewer)]

    def draw(width: int) -> style.Chart:
        look = {"name": _name(found, lang), "what": what, "breaks": found["breaks"]}
        chart = charts.back_cast(shown, members, lang=lang, width=width, **look)
        if len(shown) < len(rows):
            older = say(lang, "Totals to {year} are of fewer dimensions: in the table only.",
                        year=str(fewer.max()))  # fmt: skip
            chart.caption = replace(chart.caption, subtitle=f"{chart.caption.subtitle} {older}")
        return chart

    cells = []
    for year, part in rows.groupby("year"):
        own = part[~part["synthetic"]].set_index("province")["score"]
        made = part.loc[part["synthetic"], "score"].iloc[0]
        old = (_points(lang, own.get(code)) for code in members)
        cells.append((str(year), _points(lang, made), *old))
    head = (say(lang, "Year"), _new(found, lang), *members.values())
    table = Table(say(lang, "Totals by year, points"), head, tuple(cells))
    return _drawn(
        "history", say(lang, "The synthetic total beside the published ones"), lang,
        figure(draw, table),
    )  # fmt: skip


@drawn_once
def dimensions(found: dict, *, lang: str) -> Section:
    """The eight dimensions of the year: synthetic, and of each former province."""
    members, new, year = _members(found, lang), _new(found, lang), str(found["year"])
    rows = [
        {"code": row["code"], "name": names(lang)[row["code"]], "province": place,
         "gap": row.get(place, float("nan")) - row["median"],
         "said": _points(lang, row.get("synthetic"))}
        for row in found["dimensions"] for place in ("synthetic", *members)
    ]  # fmt: skip
    listed = ", ".join(members.values())
    words = {
        "title": say(
            lang, "{name}: synthetic dimensions beside those of its former provinces",
            name=_name(found, lang),
        ),
        "subtitle": say(
            lang, "Points above or below the national median, {year}; dark dot: synthetic "
            "estimate, other dots: {members}, as published", year=year, members=listed,
        ),
        "source": say(lang, POPULATION_SOURCE, year=str(found["year"])),
        "alt": _told(found, lang),
    }  # fmt: skip

    def draw(width: int) -> style.Chart:
        over = say(lang, "Synthetic, points")
        look = {"subject": "synthetic", "over": over, "width": width}
        return style.headline(charts.strip_plot(pd.DataFrame(rows), lang=lang, **look), **words)

    table = _scores(
        found, found["dimensions"], lang, say(lang, "Dimensions, points ({new})", new=new)
    )
    count = len(found["dimensions"])
    return _drawn(
        "dimensions", say(lang, "The {n} dimensions, synthetic and published", n=count), lang,
        figure(draw, table),
    )  # fmt: skip


def _told(found: dict, lang: str) -> str:
    """Every dimension in numbers."""
    members, new = _members(found, lang), _new(found, lang)
    parts = []
    for row in found["dimensions"]:
        values = {new: row.get("synthetic")} | {n: row.get(code) for code, n in members.items()}
        listed = ", ".join(f"{name} {_points(lang, value)}" for name, value in values.items())
        parts.append(f"{names(lang)[row['code']]}: {listed}")
    return "; ".join(parts) + "."


def _scores(found: dict, rows: list[dict], lang: str, caption: str) -> Table:
    """Scores of some rows: synthetic, former provinces, national median."""
    members = _members(found, lang)
    head = (say(lang, "Content"), _new(found, lang), *members.values(), say(lang, "Median"))
    keys = ("synthetic", *members, "median")
    cells = tuple(
        (names(lang)[row["code"]], *(_points(lang, row.get(key)) for key in keys)) for row in rows
    )
    return Table(caption, head, cells)


def criteria(found: dict, *, lang: str) -> Section:
    """All sub-dimensions of the year, folded away on a screen."""
    rows, new = found["subdimensions"], _new(found, lang)
    table = _scores(found, rows, lang, say(lang, "Criteria, points ({new})", new=new))
    heading = say(lang, "All {n} criteria, synthetic and published", n=len(rows))
    return _tabled("criteria", heading, lang, table, fold=say(lang, "Show all criteria"))


def weights(found: dict, *, lang: str) -> Section:
    """What each former province weighs in the synthetic series, and where that comes from."""
    members = _members(found, lang)
    cells = tuple(
        (members[row["province"]], number(lang, row["population_thousand"], "#,##0"),
         number(lang, row["weight"], "0.0%"))
        for row in found["weights"]
    )  # fmt: skip
    head = (say(lang, "Former province"), say(lang, "Population, thousand"), say(lang, "Weight"))
    table = Table(say(lang, "Population and weight of each former province"), head, cells)
    note = [say(lang, POPULATION_SOURCE, year=str(found["year"]))]
    return _tabled("weights", say(lang, "Weights of the synthetic series"), lang, table, note=note)


@drawn_once
def maps(found: dict, *, lang: str, layer: str = "") -> Section:
    """The provinces since July 2025 and what they hold; `layer` is a user's own file of them."""
    shapes = boundaries.merged_layer(layer) if layer else boundaries.provinces(places.MERGER)
    pairs = places.provinces().rename(columns={"successor_code": "new_code"})
    code, year = found["province"]["code"], max(row["year"] for row in found["series"])

    def draw(width: int) -> style.Chart:
        return drawn.successors(pairs, shapes, year=year, highlight=code, lang=lang, width=width)

    held = pairs.groupby("new_code")[f"name_{lang}"].agg(", ".join)
    order = sorted(shapes.index, key=lambda c: places.collation_key(shapes.loc[c, f"name_{lang}"]))
    cells = tuple((shapes.loc[c, f"name_{lang}"], held[c]) for c in order)
    head = (say(lang, "Province since July 2025"), say(lang, "Former provinces"))
    table = Table(say(lang, "Provinces since 1 July 2025"), head, cells, words=(0, 1))
    figures = [figure(draw, table)]
    if code == COMMUNES_OF:
        figures.append(_communes(found, lang))
    told = [line for part in figures for line in (part.caption.title, part.caption.alt)]
    return build(
        "maps", say(lang, "On the map"), lang, told=told, drawing=figures[0].file,
        figures=figures, note=[],
    )  # fmt: skip


def _communes(found: dict, lang: str) -> Figure:
    """The communes of today by the former province that they lie in."""
    layer, members = boundaries.communes(COMMUNES_OF), _members(found, lang)
    named = {places.find(code).name_vi: code for code in members}
    code = layer["former_province"].map(lambda names: named.get(names, "two"))
    fills = ("context1", "context2", "context3")
    kinds = [*zip(members, members.values(), fills, strict=False),
             ("two", say(lang, "of two former provinces"), "context4")]  # fmt: skip
    kinds = [kind for kind in kinds if code.eq(kind[0]).any()]
    heading = say(lang, "Communes by former province")
    counts = {key: int(code.eq(key).sum()) for key, _, _ in kinds}
    text = "; ".join(f"{name} {counts[key]}" for key, name, _ in kinds)

    def draw(width: int) -> style.Chart:
        categories = [drawn.Category(*kind, ink=ON_STEP[kind[2]]) for kind in kinds]
        chart = drawn.choropleth(
            layer.assign(shown=code), "shown", categories=categories, title=heading,
            words={}, lang=lang, width=width,
        )  # fmt: skip
        return style.headline(
            chart,
            title=say(lang, "{n} communes of {name} by former province", n=len(layer),
                      name=_name(found, lang)),
            subtitle=say(lang, "PAPI has no score of a commune; the map shows where it lies."),
            source=base.source(layer, lang), alt=f"{heading}: {text}.",
        )  # fmt: skip

    cells = tuple((name, str(counts[key])) for key, name, _ in kinds)
    head = (say(lang, "Former province"), say(lang, "Communes"))
    return figure(draw, Table(heading, head, cells))


def method(found: dict, *, lang: str) -> Section:
    """How the synthetic numbers were made, and what they are not."""
    most = number(lang, MOST_STATED, "0%")
    how = [
        say(lang, "A synthetic score is the mean of the published scores of the former provinces, "
            "weighted by their population; where one of them has no score the weights of the "
            "others are raised."),
        say(lang, "What is expected of the first own score is the weighted mean of the forecasts "
            "of the former provinces in places drawn anew; its variance is that of the forecasts "
            "and, as one sample is drawn in the place of several, the error of the part that "
            "averaging had taken out."),
        say(lang, "The benchmark is drawn: the upper quartile of own scores of all new provinces. "
            "That of synthetic scores would be too low, because averaging brings them together."),
        say(lang, "On the redraws of the past, with the mergers of 2025 applied to them: mean "
            "square error {mse:0.00}, {coverage:0%} of the scores inside the 90% interval, slope "
            "of the stated probabilities {slope:0.00} (1 is right); of those above {most} fewer "
            "came true, so none is stated above it.", most=most, **found["audit"])
        if "audit" in found else "",
    ]  # fmt: skip
    how = [line for line in how if line]
    limits = [
        say(lang, "No survey asked the people of the new province as one: the plan of the sample "
            "is not known, and the weights are of one year."),
        say(lang, "A synthetic number has no rank and no group: it would stand beside provinces "
            "that were surveyed. Ranks are given as the band that is expected."),
        say(lang, "The first own score will be a new start, never a change."),
    ]  # fmt: skip
    lines = [*how, *limits]
    return build(
        "method", say(lang, "Method and limits"), lang, told=lines, how=how, limits=limits,
        unknown=[],
    )  # fmt: skip


def _drawn(name: str, title: str, lang: str, drawing: object) -> Section:
    words = drawing.caption
    return build(
        name, title, lang, template="maps", told=[words.title, words.alt], drawing=drawing.file,
        figures=[drawing], note=[],
    )  # fmt: skip


def _tabled(
    name: str, title: str, lang: str, table: Table, *, note: list[str] = (), fold: str = ""
) -> Section:
    lines = [" · ".join(row) for row in (table.head, *table.rows)]
    return build(
        name, title, lang, template="table", told=[*note, *lines], note=note, data=table, fold=fold
    )

"""The page of a merged province before it existed: every number on it is called synthetic."""

from __future__ import annotations

import pandas as pd

from papi_analysis import boundaries, places
from papi_analysis.i18n import mark, number, say
from papi_analysis.plots import atlas, charts, merged, style
from papi_analysis.plots import maps as drawn
from papi_analysis.report.section import Section, Table, build, drawn_once, figure, names, spoken

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


def _tiles(found: dict, lang: str) -> list[dict]:
    """Kind of number, total, country, weights."""
    row, members = found["total"], _members(found, lang)
    old = {code: row[code] for code in members if code in row}
    between = say(lang, "no total of a former province is published")
    if old:
        low, high = min(old, key=old.get), max(old, key=old.get)
        between = say(
            lang, "former provinces: {low_name} {low:0.00} to {high_name} {high:0.00}",
            low_name=members[low], low=old[low], high_name=members[high], high=old[high],
        )  # fmt: skip
    shares = ", ".join(
        f"{members[r['province']]} {number(lang, r['weight'], '0%')}" for r in found["weights"]
    )
    people = sum(r["population_thousand"] for r in found["weights"])
    shown = (
        ("Kind of figure", say(lang, "Synthetic"), say(lang, "without rank, without group")),
        ("Synthetic total", _points(lang, row.get("synthetic")), between),
        ("National median", _points(lang, row["median"]),
         say(lang, "of {n} totals published for {year}", n=row["n"], year=str(found["year"]))),
        ("Population, thousand", number(lang, people, "#,##0"), shares),
    )  # fmt: skip
    empty = {"band": None, "group": None}
    return [empty | {"label": say(lang, a), "value": b, "note": c} for a, b, c in shown]


LABELS = (
    mark("Kind of figure"), mark("Synthetic total"), mark("National median"),
    mark("Population, thousand"),
)  # fmt: skip


def summary(found: dict, *, lang: str) -> Section:
    """Half a page: what the number is, where it lies, what does not follow from it."""
    tiles, told = _tiles(found, lang), spoken(found, lang, "merger")
    numbers = [f"{tile['label']}: {tile['value']} ({tile['note']})" for tile in tiles]
    context = {"tiles": tiles, "counts": [], "sentences": told, "first": [], "ask": ""}
    return build("summary", say(lang, "Summary"), lang, told=[*numbers, *told], **context)


@drawn_once
def history(found: dict, *, lang: str) -> Section:
    """The synthetic total over the years, beside the published series of the former provinces."""
    rows = pd.DataFrame(found["series"]).query("code == 'total'")
    members, what = _members(found, lang), say(lang, "Total score")

    def draw(width: int) -> style.Chart:
        look = {"name": _name(found, lang), "what": what, "breaks": found["breaks"]}
        return merged.back_cast(rows, members, lang=lang, width=width, **look)

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
    shapes = atlas.merged(layer) if layer else boundaries.provinces(places.MERGER)
    pairs = places.provinces().rename(columns={"successor_code": "new_code"})
    code, year = found["province"]["code"], max(row["year"] for row in found["series"])

    def draw(width: int) -> style.Chart:
        return drawn.successors(pairs, shapes, year=year, highlight=code, lang=lang, width=width)

    held = pairs.groupby("new_code")[f"name_{lang}"].agg(", ".join)
    order = sorted(shapes.index, key=lambda c: places.collation_key(shapes.loc[c, f"name_{lang}"]))
    cells = tuple((shapes.loc[c, f"name_{lang}"], held[c]) for c in order)
    head = (say(lang, "Province since July 2025"), say(lang, "Former provinces"))
    table = Table(say(lang, "Provinces since 1 July 2025"), head, cells, words=(0, 1))
    return _drawn("maps", say(lang, "On the map"), lang, figure(draw, table))


def method(found: dict, *, lang: str) -> Section:
    """How the synthetic numbers were made, and what they are not."""
    how = [
        say(lang, "A synthetic score is the mean of the published scores of the former provinces, "
            "weighted by their population; where one of them has no score there is none."),
        say(lang, "The synthetic total is made of the totals in the same way, and lines stop where "
            "the publisher's method changed."),
    ]  # fmt: skip
    limits = [
        say(lang, "No survey asked the people of the new province as one; a synthetic number has "
            "no error of its own that could be estimated, and the weights are of one year."),
        say(lang, "A synthetic number has no rank and no group: it would stand beside provinces "
            "that were surveyed."),
        say(lang, "Which criteria the new province should improve first is not derived from "
            "synthetic numbers; the reports of the former provinces say it for each of them."),
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

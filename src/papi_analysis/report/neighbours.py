"""The province among its neighbours, and on the map."""

from __future__ import annotations

import pandas as pd

from papi_analysis import places
from papi_analysis.i18n import mark, number, say
from papi_analysis.plots import atlas, charts, style, tiles
from papi_analysis.plots import maps as drawn_maps
from papi_analysis.report.cells import Table, names, place, source
from papi_analysis.report.drawing import Figure, figure
from papi_analysis.report.section import GROUP_NAMES, Section, build, drawn_once, spoken

LADDER_HEAD = (mark("Province"), mark("Total score"), mark("Rank"), mark("Group"))
DISTRICT_HEAD = (
    mark("District"), mark("Area, km²"), mark("Communes"),
    mark("Communes above 20% ethnic minority"),
)  # fmt: skip


def _region_name(found: dict, lang: str) -> str:
    return places.REGIONS[found["position"]["region"]][lang == "vi"]


def _ladder(found: dict, lang: str) -> Figure:
    rows = pd.DataFrame(found["region"])
    for column in ("score", "rank", "group", "region_rank"):
        rows[column] = rows.get(column, pd.Series(float("nan"), rows.index)).astype(float)
    rows["name"] = rows[f"name_{lang}"]
    rows["n"] = found["position"]["n"]
    where, region = found["position"], _region_name(found, lang)
    median = found["country"]["median"]
    own = rows[rows["province"] == found["province"]["code"]].iloc[0]
    if pd.isna(own["rank"]):
        title = say(
            lang, "{province} has no total and no rank in the region {region}",
            province=own["name"], region=region,
        )  # fmt: skip
    else:
        title = say(
            lang, "{province} is {rank} in the region {region}",
            province=own["name"], region=region,
            rank=place(where["region_rank"], where["region_n"]),
        )  # fmt: skip
    head = [say(lang, word) for word in LADDER_HEAD]
    cells = tuple(
        (r.name, number(lang, r.score), place(r.rank, r.n), say(lang, GROUP_NAMES[int(r.group)]))
        if pd.notna(r.score) else (r.name, "–", "–", say(lang, "not published"))
        for r in rows.itertuples(index=False)
    )  # fmt: skip
    words = {
        "title": title,
        "subtitle": say(
            lang, "Total score in points and rank in the country, {year}; dashed upright: national "
            "median", year=str(found["year"]),
        ),
        "source": source(found, lang),
        "alt": "; ".join(f"{name} {score} ({rank})" for name, score, rank, _ in cells) + ".",
    }  # fmt: skip

    def draw(width: int) -> style.Chart:
        code = found["province"]["code"]
        chart = charts.dot_plot(rows, lang=lang, subject=code, median=median, width=width)
        return style.headline(chart, **words)

    table = Table(say(lang, "Totals of the region"), tuple(head), cells, words=(0, 3))
    return figure(draw, table)


def _strips(found: dict, lang: str) -> Figure:
    rows = pd.DataFrame(found["region_dimensions"])
    for column in ("gap_median", "region_rank"):
        rows[column] = rows.get(column, pd.Series(float("nan"), rows.index)).astype(float)
    rows = rows.assign(
        name=rows["code"].map(names(lang)), gap=-rows["gap_median"],
        said=list(map(place, rows["region_rank"], rows["region_n"])),
    )  # fmt: skip
    code, region = found["province"]["code"], _region_name(found, lang)
    own = rows[rows["province"] == code]
    ranked = own[own["region_rank"].notna()]
    title = say(
        lang, "In {count} of {n} dimensions {province} is in the lower half of the region",
        count=int((ranked["region_rank"] > (ranked["region_n"] + 1) / 2).sum()), n=len(ranked),
        province=found["province"][f"name_{lang}"],
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
            "dots: provinces of the region {region}", year=str(found["year"]), region=region,
            province=found["province"][f"name_{lang}"],
        ),
        "source": source(found, lang),
        "alt": "; ".join(f"{name} {gap} ({rank})" for name, gap, rank in told) + ".",
    }  # fmt: skip

    def draw(width: int) -> style.Chart:
        chart = charts.strip_plot(rows, lang=lang, subject=code, over=head[2], width=width)
        return style.headline(chart, **words)

    head = (say(lang, "Content"), say(lang, "From the median, points"), say(lang, "Rank in region"))
    return figure(draw, Table(say(lang, "Dimensions beside the region"), head, told))


@drawn_once
def peers(found: dict, *, lang: str) -> Section:
    """Totals of the region by name, and its spread in every dimension."""
    figures = [_ladder(found, lang), _strips(found, lang)]
    told = [line for part in figures for line in (part.caption.title, part.caption.alt)]
    heading = say(lang, "Among the provinces of its region")
    return build("peers", heading, lang, told=told, drawing=figures[0].file, figures=figures)


@drawn_once
def maps(
    found: dict, *, lang: str, boundaries: str = "", district_data: str = ""
) -> Section:
    """The country in four groups, and what is known below the province.

    `boundaries` and `district_data` are a user's own files (see `atlas.layers`).
    """
    totals = pd.DataFrame(found["country"]["totals"]).assign(year=found["year"])
    for column in ("rank", "group"):
        totals[column] = totals.get(column, pd.Series(float("nan"), totals.index)).astype(float)
    code = found["province"]["code"]
    layers = atlas.layers(boundaries, district_data, province=code)
    shapes = layers.shapes["province"]

    def draw(width: int) -> style.Chart:
        if width <= style.NARROW:
            return tiles.grid(totals, shapes, highlight=code, lang=lang, width=width)
        return drawn_maps.country(totals, shapes, highlight=code, lang=lang, width=width)

    figures = [figure(draw, _groups(totals, lang))]
    if code == places.DETAILED:
        figures.append(_districts(layers, lang))
    elif "district" in layers.shapes:
        figures.append(_units(layers, places.districts_of(code), lang))
    if layers.values is not None and "district" in layers.shapes:
        figures.append(_given(layers, lang))
    told = [line for part in figures for line in (part.caption.title, part.caption.alt)]
    note = [*spoken(found, lang, "districts"), *(layers.told(lang) if layers.own else [])]
    heading = say(lang, "On the map")
    return build(
        "maps", heading, lang, told=[*told, *note], drawing=figures[0].file, figures=figures,
        note=note,
    )  # fmt: skip


def _groups(totals: pd.DataFrame, lang: str) -> Table:
    table = places.provinces().set_index("code")[f"name_{lang}"]
    rows = totals.assign(name=totals["province"].map(table))
    order = sorted(rows.to_dict("records"), key=lambda row: places.collation_key(row["name"]))
    cells = tuple(
        (row["name"], say(lang, GROUP_NAMES[int(row["group"])]), place(row["rank"], row["n"]))
        if pd.notna(row["group"]) else (row["name"], say(lang, "not published"), "–")
        for row in order
    )  # fmt: skip
    head = (say(lang, "Province"), say(lang, "Group"), say(lang, "Rank"))
    return Table(say(lang, "Group and rank of every province"), head, cells, words=(0, 1))


def _districts(layers: atlas.Layers, lang: str) -> Figure:
    layer, around = layers.shapes["district"], layers.shapes["province"]
    context = places.district_context()

    def draw(width: int) -> style.Chart:
        return drawn_maps.districts(layer, context, around=around, lang=lang, width=width)

    head = [say(lang, word) for word in DISTRICT_HEAD]
    cells = tuple(
        (r.name_vi, number(lang, r.area_km2, "0.0") if pd.notna(r.area_km2) else "–",
         str(r.communes), str(r.listed) if pd.notna(r.listed) else say(lang, "not known"))
        for r in context.itertuples()
    )  # fmt: skip
    return figure(draw, Table(say(lang, "What is known of the districts"), tuple(head), cells))


def _units(layers: atlas.Layers, units: pd.DataFrame, lang: str) -> Figure:
    """The districts of a user's layer by how many communes they had."""
    layer, around = layers.shapes["district"], layers.shapes["province"]

    def draw(width: int) -> style.Chart:
        look = {"show": "communes", "around": around, "lang": lang, "width": width}
        return drawn_maps.districts(layer, units, **look)

    head = (say(lang, DISTRICT_HEAD[0]), say(lang, DISTRICT_HEAD[2]))
    cells = tuple((row[f"name_{lang}"], str(row["communes"])) for row in units.to_dict("records"))
    return figure(draw, Table(say(lang, "What is known of the districts"), head, cells))


def _given(layers: atlas.Layers, lang: str) -> Figure:
    """A user's own figures by district."""
    layer, table = layers.shapes["district"], layers.values

    def draw(width: int) -> style.Chart:
        return drawn_maps.district_values(layer, table, lang=lang, width=width)

    names_of = layer[f"name_{lang}"]
    cells = tuple(
        (names_of[r.code], number(lang, r.value, "#,##0.##") if pd.notna(r.value)
         else say(lang, "not known"))
        for r in table.itertuples()
    )  # fmt: skip
    head = (say(lang, "District"), table["indicator"].iloc[0])
    return figure(draw, Table(table["indicator"].iloc[0], head, cells))

"""The country by group, by change of rank, by likeness of neighbours, over years and merged."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes

from papi_analysis import places
from papi_analysis.errors import ParameterError
from papi_analysis.i18n import mark, say
from papi_analysis.plots import style
from papi_analysis.plots.maps import base, labels
from papi_analysis.plots.maps.base import Category, Classes, choropleth
from papi_analysis.plots.palette import GROUP_NAMES, GROUPS, ON_GROUP
from papi_analysis.plots.style import WIDE, Chart, headline, themed

if TYPE_CHECKING:
    import geopandas as gpd

NOT_PUBLISHED = mark("not published")
HEADING = mark("PAPI total {year}")
IN_GROUP = mark("{name} is in the {group} of {year}")
IN_GROUP_OF = mark("{what}: {name} is in the {group} of {year}")
NATIONAL_ALT = mark(
    "Map of Viet Nam with Hoàng Sa (Đà Nẵng) and Trường Sa (Khánh Hòa): {what}, {n} provinces."
)
REGION_ALT = mark("Map of {name}: {what}, {n} provinces.")
#: Kinds of places beside their neighbours: name, colour, mark and its colour.
CLUSTERS = {
    "high_high": (mark("high among high neighbours"), "group4", "▲", "on_strong"),
    "high_low": (mark("high among low neighbours"), "group3", "△", "on_soft"),
    "low_high": (mark("low among high neighbours"), "group2", "▽", "on_soft"),
    "low_low": (mark("low among low neighbours"), "group1", "▼", "on_strong"),
    "": (mark("no likeness beyond chance"), "land", "", "ink"),
}
ROSE = mark("rose by more than {n} places")
MOVED = mark("moved by {n} places or fewer")
FELL = mark("fell by more than {n} places")
USUAL = mark(
    "In 19 of 20 cases a rank moves by {n} places or fewer from one year to the next; such a move "
    "says nothing."
)
METHOD_CHANGED = mark(
    "The index is not the same in the two years: part of a move is the work of its method."
)
NOT_COMPARABLE = mark("no rank in one of the two years")
NOT_A_CAUSE = mark("Likeness of neighbours is not a cause.")
#: Former provinces in one, name and colour, in the order of the legend.
PARTS = (
    (1, mark("not merged"), "context1"),
    (2, mark("made of two provinces"), "context2"),
    (3, mark("made of three provinces"), "context4"),
)
NO_SCORE_YET = mark(
    "The PAPI series to {year} is that of the {old} former provinces; no score of a new one is "
    "published in it."
)
_PANEL = 230.0  # width that one year should have
_DETAIL = 6000  # metres that are not seen at that size


@themed
def country(
    groups: pd.DataFrame,
    provinces: gpd.GeoDataFrame,
    ax: Axes | None = None,
    *,
    highlight: str = "",
    name: str = "",
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
    """The provinces of a year in four groups by total, hatched where no total is published.

    Parameters
    ----------
    groups : DataFrame
        Rows of one year and code (the total, unless `name` says which): year, province (code),
        group (1 lowest … 4 highest, or absent).
    provinces : GeoDataFrame
        See `boundaries.provinces`; a province without a row counts as not published.
    ax : Axes, optional
        Where to draw; without it a figure is made.
    highlight : str
        Code of a province to outline and name; its region stands beside a wide map.
    name : str
        Name in `lang` of the dimension or sub-dimension that the groups are of.
    width : float
        Pixels; below 500 the marks in the provinces are left out (see `tiles.grid`).

    Raises
    ------
    ParameterError
        When the table holds several years, a province twice, or one that is not on the map.
    """
    series, year = by_code(groups, provinces, "group")
    heading = f"{name}, {year}" if name else say(lang, HEADING, year=str(year))
    subtitle = say(
        lang,
        "{what}: provinces in four groups; {n} of {all} have a published score.",
        what=heading,
        n=int(series.notna().sum()),
        all=len(series),
    )
    return _drawn(
        provinces, series, group_categories(lang), heading, ax, highlight=highlight, lang=lang,
        width=width, title=title_of(series, provinces, highlight, year, lang, name),
        subtitle=subtitle,
    )  # fmt: skip


def _drawn(
    provinces: gpd.GeoDataFrame, values: pd.Series, categories: list[Category], heading: str,
    ax: Axes | None, *, highlight: str, lang: str, width: float, title: str, subtitle: str,
) -> Chart:  # fmt: skip
    """A national map of one value by province, with its words."""
    layer = provinces.assign(shown=values)
    look = {"highlight": highlight, "inset": _region(provinces, highlight, lang)}
    look |= {"lang": lang, "width": width}
    chart = choropleth(layer, "shown", ax, categories=categories, title=heading, **look)
    classes = Classes.of(layer, "shown", categories)
    words = {"title": title, "subtitle": subtitle, "source": base.source(provinces, lang)}
    return headline(chart, **words, alt=in_words(heading, classes, provinces, lang))


def _region(
    provinces: gpd.GeoDataFrame, code: str, lang: str
) -> tuple[str, gpd.GeoDataFrame] | None:
    """The region of a province; its neighbours where the layer is not that of the regions."""
    if not code:
        return None
    for first in places.geographies()["first_round"]:
        table = places.units_of(first).set_index("code")["region"]
        if set(provinces.index) == set(table.index):
            name = places.REGIONS[table[code]][lang == "vi"]
            return name, provinces[table.reindex(provinces.index).eq(table[code])]
    name = say(lang, "{name} and its neighbours", name=provinces.loc[code, f"name_{lang}"])
    return name, provinces[provinces.intersects(provinces.geometry[code].buffer(0.01))]


def in_words(
    what: str, classes: Classes, layer: pd.DataFrame, lang: str, opening: str = NATIONAL_ALT,
    **values: object,
) -> str:  # fmt: skip
    """A map told in words: who is in which class."""
    head = say(lang, opening, what=what, n=len(layer), **values)
    return f"{head} {classes.told(layer[f'name_{lang}'], lang)}"


def by_code(table: pd.DataFrame, provinces: pd.DataFrame, column: str) -> tuple[pd.Series, int]:
    """A whole number for every place of a layer (absent: NA), and the year, after checks."""
    years = table["year"].unique()
    doubled = table["province"][table["province"].duplicated()].tolist()
    strange = sorted(set(table["province"]) - set(provinces.index))
    if len(years) != 1 or doubled or strange:
        raise ParameterError(
            "A map needs one row per province of one year: {years} {years:year|years}, doubled "
            "{doubled}, not on the map {strange}.",
            years=len(years),
            doubled=", ".join(doubled) or "–",
            strange=", ".join(strange) or "–",
        )
    series = table.set_index("province")[column].reindex(provinces.index)
    return series.astype("Int64"), int(years[0])


def group_categories(lang: str) -> list[Category]:
    """All four groups and "not published", whether or not a place is in them."""
    groups = [
        Category(group, say(lang, name), *_paint(group), ink=ON_GROUP[group])
        for group, name in GROUP_NAMES.items()
    ]
    return [*groups, base.unknown(lang, NOT_PUBLISHED)]


def _paint(group: int) -> tuple[str, str, str]:
    """Colour, hatching and mark of a group."""
    fill, sign = GROUPS[group]
    return fill, "", sign


def title_of(series, provinces, highlight: str, year: int, lang: str, what: str = "") -> str:
    """The finding: in which group the province is."""
    if not highlight:
        return say(lang, "The provinces by group, {year}", year=str(year))
    name, group = provinces.loc[highlight, f"name_{lang}"], series[highlight]
    values = {"name": name, "year": str(year), "what": what}
    if pd.isna(group):
        return say(lang, "No PAPI total of {year} is published for {name}", **values)
    sentence = IN_GROUP_OF if what else IN_GROUP
    return say(lang, sentence, group=say(lang, GROUP_NAMES[int(group)]), **values)


@themed
def change(
    ranks: pd.DataFrame,
    provinces: gpd.GeoDataFrame,
    ax: Axes | None = None,
    *,
    usual: int,
    same_index: bool = True,
    highlight: str = "",
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
    """How far every province moved in rank since the year before.

    Parameters
    ----------
    ranks : DataFrame
        Rows of one year: year, province, rank, rank_before (whole numbers, absent where a total
        is not published).
    usual : int
        Places that 95 % of all ranks move in a year at most; no more than these is one class, for
        it is nothing to speak of.
    same_index : bool
        Whether the totals of the two years can be set beside each other; else the map says that
        a part of a move is the work of the method.
    """
    rank, year = by_code(ranks, provinces, "rank")
    before, _ = by_code(ranks, provinces, "rank_before")
    rise = (before - rank).astype("Float64")
    kind = pd.Series("moved", provinces.index, dtype=object).mask(rise.isna(), None)
    kind = kind.mask(rise.gt(usual).fillna(False), "rose")
    kind = kind.mask(rise.lt(-usual).fillna(False), "fell")
    categories = [
        Category("rose", say(lang, ROSE, n=usual), "ahead", mark="▲", ink="on_strong"),
        Category("moved", say(lang, MOVED, n=usual), "land"),
        Category("fell", say(lang, FELL, n=usual), "behind", mark="▼", ink="on_strong"),
        base.unknown(lang, NOT_COMPARABLE),
    ]
    heading = say(lang, "Change in rank, {before} to {year}", before=str(year - 1), year=str(year))
    subtitle = say(lang, USUAL, n=usual)
    if not same_index:
        subtitle += f" {say(lang, METHOD_CHANGED)}"
    return _drawn(
        provinces, kind, categories, heading, ax, highlight=highlight, lang=lang, width=width,
        title=_moved(rank, before, provinces, highlight, year, lang) or heading, subtitle=subtitle,
    )  # fmt: skip


def _moved(rank, before, provinces, highlight: str, year: int, lang: str) -> str:
    """The finding about one province, or nothing."""
    if not highlight or pd.isna(rank[highlight]) or pd.isna(before[highlight]):
        return ""
    values = {"name": provinces.loc[highlight, f"name_{lang}"], "year": str(year)}
    values |= {"rank": int(rank[highlight]), "before": int(before[highlight])}
    return say(lang, "{name} went from rank {before} to {rank} in {year}", **values)


@themed
def clusters(
    table: pd.DataFrame,
    provinces: gpd.GeoDataFrame,
    ax: Axes | None = None,
    *,
    name: str,
    year: int,
    highlight: str = "",
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
    """Provinces that score like their neighbours beyond chance (local Moran's I).

    Parameters
    ----------
    table : DataFrame
        Rows of one dimension of `spatial.local_moran`: province, cluster ("" where none), n.
    name : str
        Name of the dimension in `lang`.
    """
    cluster = table.set_index("province")["cluster"].reindex(provinces.index)
    categories = [
        Category(key, say(lang, text), fill, mark=sign, ink=ink)
        for key, (text, fill, sign, ink) in CLUSTERS.items()
    ]
    count = int(cluster.fillna("").ne("").sum())
    title = say(
        lang,
        "{name}: {found} of {n} provinces {found:is|are} like or unlike {found:its|their} "
        "neighbours beyond chance",
        name=name,
        found=count,
        n=int(cluster.notna().sum()),
    )
    subtitle = say(
        lang,
        "Local Moran's I with the five nearest neighbours, adjusted for the number of "
        "provinces (Benjamini-Hochberg, 5 %).",
    )
    if not count:  # a whole empty country says no more than this sentence
        return headline(style.canvas(width, 1), title=title, subtitle=subtitle, alt=title)
    return _drawn(
        provinces, cluster, [*categories, base.unknown(lang, NOT_PUBLISHED)], f"{name}, {year}",
        ax, highlight=highlight, lang=lang, width=width, title=title,
        subtitle=f"{subtitle} {say(lang, NOT_A_CAUSE)}",
    )  # fmt: skip


@themed
def successors(
    pairs: pd.DataFrame,
    provinces: gpd.GeoDataFrame,
    ax: Axes | None = None,
    *,
    year: int,
    highlight: str = "",
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
    """The provinces of July 2025, and of how many former ones each is made.

    Parameters
    ----------
    pairs : DataFrame
        One row per former province: new_code, name_vi, name_en.
    provinces : GeoDataFrame
        The provinces since July 2025 (see `boundaries.provinces`).
    year : int
        The last year of the PAPI series of the former ones.
    highlight : str
        Code of a province to outline and name.
    """
    parts = pairs.groupby("new_code").size().reindex(provinces.index)
    categories = [Category(n, say(lang, name), fill, ink=base.ON_STEP[fill])
                  for n, name, fill in PARTS]  # fmt: skip
    return _drawn(
        provinces, parts, categories, say(lang, "Provinces since 1 July 2025"), ax,
        highlight=highlight, lang=lang, width=width,
        title=_made_of(pairs, provinces, highlight, lang),
        subtitle=say(lang, NO_SCORE_YET, year=str(year), old=len(pairs)),
    )  # fmt: skip


def _made_of(pairs: pd.DataFrame, provinces: pd.DataFrame, highlight: str, lang: str) -> str:
    """The finding about one province, or about all."""
    old = pairs.loc[pairs["new_code"].eq(highlight), f"name_{lang}"].tolist()
    if not highlight:
        values = {"old": len(pairs), "new": len(provinces)}
        return say(lang, "{old} provinces became {new} on 1 July 2025", **values)
    name = provinces.loc[highlight, f"name_{lang}"]
    if len(old) == 1:
        return say(lang, "{name} was not merged on 1 July 2025", name=name)
    return say(
        lang, "{name} since 1 July 2025 holds {n} former provinces: {members}",
        name=name, n=len(old), members=", ".join(old),
    )  # fmt: skip


@themed
def region(
    groups: pd.DataFrame,
    provinces: gpd.GeoDataFrame,
    ax: Axes | None = None,
    *,
    name: str,
    highlight: str = "",
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
    """The provinces of one region in the country's four groups, each with its national rank.

    Parameters
    ----------
    groups : DataFrame
        Rows of one year's totals: year, province, group, rank (of the country), n.
    provinces : GeoDataFrame
        The provinces of the region (rows of `boundaries.provinces`).
    name : str
        Name of the region in `lang` (see `places.REGIONS`).
    """
    here = groups[groups["province"].isin(provinces.index)]
    series, year = by_code(here, provinces, "group")
    rank, _ = by_code(here, provinces, "rank")
    n = int(here["n"].max())
    heading, categories = say(lang, HEADING, year=str(year)), group_categories(lang)
    layer = provinces.assign(shown=series)
    words = {c: _ranked(text, rank[c], n) for c, text in provinces[f"name_{lang}"].items()}
    look = {"title": heading, "words": words, "highlight": highlight, "lang": lang, "width": width}
    chart = choropleth(layer, "shown", ax, categories=categories, **look)
    classes = Classes.of(layer, "shown", categories)
    return headline(
        chart,
        title=_standing(rank, provinces, highlight, name, year, lang),
        subtitle=say(lang, "Groups and ranks are those of the whole country, {n} provinces.", n=n),
        source=base.source(provinces, lang),
        alt=in_words(heading, classes, provinces, lang, opening=REGION_ALT, name=name),
    )


def _ranked(name: str, rank: object, n: int) -> str:
    """Name and rank, under an empty line that the mark of the group is drawn in."""
    return name if pd.isna(rank) else f"\n{name}\n{int(rank)}/{n}"


def _standing(rank, provinces, highlight: str, name: str, year: int, lang: str) -> str:
    """The finding: which of the region's provinces it is."""
    if not highlight or pd.isna(rank[highlight]):
        return say(lang, "{name} by group, {year}", name=name, year=str(year))
    return say(
        lang,
        "{province} is number {place} of {n} provinces with a total in {name}, {year}",
        province=provinces.loc[highlight, f"name_{lang}"],
        place=int((rank < rank[highlight]).sum()) + 1,
        n=int(rank.notna().sum()),
        name=name,
        year=str(year),
    )


@themed
def years(
    groups: pd.DataFrame,
    provinces: gpd.GeoDataFrame,
    *,
    name: str,
    highlight: str = "",
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
    """Small maps of one score, a year each: where the four groups of each year lie.

    Groups are those of each year by itself, so years can be set beside each other although the
    scale of a score may have changed between them.

    Parameters
    ----------
    groups : DataFrame
        Rows of one code: year, province, group (1 lowest … 4 highest, or absent).
    provinces : GeoDataFrame
        See `boundaries.provinces`.
    name : str
        Name of the dimension or sub-dimension in `lang`.

    Raises
    ------
    ParameterError
        When the table holds no year.
    """
    rounds = sorted(groups["year"].unique().tolist())
    if not rounds:
        raise ParameterError("No year to map: the table is empty.")
    layer = provinces.to_crs(base.NATIONAL)
    layer = layer.set_geometry(layer.geometry.simplify_coverage(_DETAIL))
    categories = group_categories(lang)
    parts = {}
    for year in rounds:
        shown, _ = by_code(groups[groups["year"].eq(year)], provinces, "group")
        parts[year] = Classes.of(layer.assign(shown=shown), "shown", categories)
    title = say(
        lang, "{name}: groups of the provinces, {first} to {last}", name=name,
        first=str(rounds[0]), last=str(rounds[-1]),
    )  # fmt: skip
    return headline(
        _panels(layer, parts, highlight, lang, width),
        title=title,
        subtitle=say(
            lang, "Each year's provinces in four groups of that year; hatched: not published."
        ),
        source=base.source(provinces, lang),
        alt=_told(name, parts, provinces, highlight, lang),
    )


def _panels(
    layer: gpd.GeoDataFrame, parts: dict[int, Classes], highlight: str, lang: str, width: float
) -> Chart:
    """The legend, and under it a small map for every year."""
    columns = max(1, round(width / _PANEL))
    side, head, frame = width / columns, 22.0, base.national_frame()
    tall = base.height_of(frame, side) + head
    entries = [category.counted(0) for category in parts[min(parts)].categories]
    entries = [base.replace(e, text=e.text.removesuffix(" (0)"), mark="") for e in entries]
    room = base.legend_size(entries, "", style.LEAST)[1] + 10
    high = room + tall * math.ceil(len(parts) / columns)
    chart = style.canvas(width, high)
    base.legend(chart, entries, "", size=style.LEAST, loc="upper left", bbox_to_anchor=(0, 1))
    for i, (year, classes) in enumerate(parts.items()):
        x, y = side * (i % columns), room + tall * (i // columns) + head
        corner = (x / width, 1 - (y + tall - head) / high)
        ax = chart.add_axes((*corner, side / width, (tall - head) / high))
        ax.set_title(str(year), fontsize=style.SMALL, x=0.02, y=1, pad=4)
        base.draw(ax, layer, classes, frame, width=0.3)
        if highlight:
            base.outline(ax, layer.geometry[[highlight]], 1.2)
        shapes = labels.in_points(ax, layer.geometry)
        taken = [(-width, -high, x, high), (x + side, -high, 2 * width, high)]
        land = base.land_of(shapes)
        base.name_islands(ax, shapes, land, taken, lang, size=style.LEAST, short=True)
    return chart


def _told(name: str, parts: dict, provinces: pd.DataFrame, highlight: str, lang: str) -> str:
    """The maps in words: the group of the province in every year, else the last year in full."""
    last = max(parts)
    if not highlight:
        return in_words(f"{name}, {last}", parts[last], provinces, lang)
    opening = say(
        lang, "Small maps of Viet Nam, one a year, with Hoàng Sa and Trường Sa: {what}.", what=name
    )
    listed = "; ".join(f"{year} {part.members[highlight].text}" for year, part in parts.items())
    return f"{opening} {provinces.loc[highlight, f'name_{lang}']}: {listed}."

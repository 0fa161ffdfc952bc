"""The country by group, and one of its regions, with every place named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis._errors import ParameterError
from papi_analysis.figures.maps import ground as base
from papi_analysis.figures.maps import labels, legend
from papi_analysis.figures.maps.whole import (
    NARROW_BELOW,
    Classes,
    counted,
    in_words,
    inks_of,
    whole_country,
)
from papi_analysis.figures.palette import GROUPS, HATCHES, ON_GROUP
from papi_analysis.figures.style import WIDE, Chart, headline, themed
from papi_analysis.wording import mark, say

if TYPE_CHECKING:
    import geopandas as gpd

#: The four groups, highest first as they are read, and those without a total.
GROUP_NAMES = {
    4: mark("highest group"),
    3: mark("upper middle group"),
    2: mark("lower middle group"),
    1: mark("lowest group"),
}
NOT_PUBLISHED = mark("not published")
HEADING = mark("PAPI total {year}")
IN_GROUP = mark("{name} is in the {group} of {year}")
IN_GROUP_OF = mark("{what}: {name} is in the {group} of {year}")


@themed
def country(
    groups: pd.DataFrame,
    provinces: gpd.GeoDataFrame,
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
    highlight : str
        Code of a province to outline and name.
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
    classes = group_classes(series, lang)
    heading = f"{name}, {year}" if name else say(lang, HEADING, year=str(year))
    look = {"highlight": highlight, "lang": lang, "width": width}
    chart = whole_country(provinces, classes, heading, **look)
    return headline(
        chart,
        title=title_of(series, provinces, highlight, year, lang, name),
        subtitle=say(
            lang,
            "{what}: provinces in four groups; {n} of {all} have a published score.",
            what=heading,
            n=int(series.notna().sum()),
            all=len(series),
        ),
        source=base.source(provinces, lang),
        alt=in_words(heading, classes, provinces, lang),
    )


@themed
def region(
    groups: pd.DataFrame,
    provinces: gpd.GeoDataFrame,
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
    classes = group_classes(series, lang)
    layer = provinces.to_crs(base.NATIONAL)
    frame = base.frame_of(layer)
    heading = say(lang, HEADING, year=str(year))
    size = 11 if width < NARROW_BELOW else 12
    extent = legend.size_of(heading, counted(classes), size)
    shapes = base.in_pixels(layer, frame, width)
    below = base.room_below(shapes, extent, base.height_of(frame, width))
    chart, ground, sheet = base.stage(frame, width, below=below)
    for entry, inside in classes:
        base.fill(ground, layer[inside], entry.fill, hatch=entry.hatch)
    corner = (4, sheet.get_ylim()[0] - extent[1] - 4)
    taken = [legend.draw(sheet, heading, counted(classes), corner, size=size)]
    if highlight:
        base.fill(ground, layer.loc[[highlight]], "", edge="ink", width=1.8)
    words = {c: _ranked(layer.loc[c, f"name_{lang}"], rank[c], n) for c in layer.index}
    inks = inks_of(classes)
    written = labels.write_all(
        sheet, words, shapes, taken, size=9.5 if width < NARROW_BELOW else 11.5, inks=inks
    )
    for entry, inside in classes:
        here = [written[c] for c in inside[inside].index if entry.mark and c in written]
        for ink in sorted({ink for _, ink in here}):
            spots = [
                ((left + right) / 2, top + (bottom - top) / 5)
                for (left, top, right, bottom), other in here
                if other == ink
            ]
            legend.swatch_mark(sheet, spots, entry.mark, ink, 4.5)
    return headline(
        chart,
        title=_standing(rank, provinces, highlight, name, year, lang),
        subtitle=say(lang, "Groups and ranks are those of the whole country, {n} provinces.", n=n),
        source=base.source(provinces, lang),
        alt=in_words(heading, classes, provinces, lang, opening=REGION_ALT, name=name),
    )


REGION_ALT = mark("Map of {name}: {what}, {n} provinces.")


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


def by_code(table: pd.DataFrame, provinces: pd.DataFrame, column: str) -> tuple[pd.Series, int]:
    """A whole number for every place of a layer (absent: NA), and the year, after checks."""
    years = table["year"].unique()
    doubled = table["province"][table["province"].duplicated()].tolist()
    strange = sorted(set(table["province"]) - set(provinces.index))
    if len(years) != 1 or doubled or strange:
        raise ParameterError(
            "A map needs one row per province of one year: {years} years, doubled {doubled}, not "
            "on the map {strange}.",
            years=len(years),
            doubled=", ".join(doubled) or "–",
            strange=", ".join(strange) or "–",
        )
    series = table.set_index("province")[column].reindex(provinces.index)
    return series.astype("Int64"), int(years[0])


def group_classes(series: pd.Series, lang: str) -> Classes:
    """All four groups and "not published", whether or not a place is in them."""
    found: Classes = [
        (
            legend.Entry(say(lang, name), paint(group), mark=GROUPS[group][1], ink=ON_GROUP[group]),
            series.eq(group).fillna(False).astype(bool),
        )
        for group, name in GROUP_NAMES.items()
    ]
    absent = legend.Entry(say(lang, NOT_PUBLISHED), "nodata", hatch=HATCHES[None])
    return [*found, (absent, series.isna())]


def paint(group: int | None) -> str:
    """Name of the palette's colour of a group, or of no score."""
    return GROUPS[group][0] if group else "nodata"


def title_of(series, provinces, highlight: str, year: int, lang: str, what: str = "") -> str:
    """The finding: in which group the province is."""
    if not highlight:
        return say(lang, "The provinces by group, {year}", year=str(year))
    name, group = provinces.loc[highlight, f"name_{lang}"], series[highlight]
    values = {"name": name, "year": str(year), "what": what}
    if pd.isna(group):
        return say(lang, "No PAPI total of {year} is published for {name}", **values)
    said = say(lang, GROUP_NAMES[int(group)])
    sentence = IN_GROUP_OF if what else IN_GROUP
    return say(lang, sentence, group=said, **values)

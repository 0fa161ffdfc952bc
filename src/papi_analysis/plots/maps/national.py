"""The country by group."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis.errors import ParameterError
from papi_analysis.i18n import mark, say
from papi_analysis.plots.maps import ground as base
from papi_analysis.plots.maps import legend
from papi_analysis.plots.maps.whole import Classes, in_words, whole_country
from papi_analysis.plots.palette import GROUPS, HATCHES, ON_GROUP
from papi_analysis.plots.style import WIDE, Chart, headline, themed

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

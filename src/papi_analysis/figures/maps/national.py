"""The country by group, with Hoàng Sa and Trường Sa in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import shapely
from matplotlib.axes import Axes

from papi_analysis._errors import ParameterError
from papi_analysis.boundaries import ARCHIPELAGOS
from papi_analysis.figures.maps import ground as base
from papi_analysis.figures.maps import labels, legend
from papi_analysis.figures.palette import GROUPS, HATCHES, ON_GROUP
from papi_analysis.figures.style import WIDE, Chart, headline, themed
from papi_analysis.places import collation_key
from papi_analysis.wording import mark, say

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

#: The four groups, highest first as they are read, and those without a total.
GROUP_NAMES = {
    4: mark("highest group"),
    3: mark("upper middle group"),
    2: mark("lower middle group"),
    1: mark("lowest group"),
}
NOT_PUBLISHED = mark("not published")
#: Pixels under which a map is drawn for a phone: smaller type, no marks inside the places.
NARROW_BELOW = 500


@themed
def country(
    groups: pd.DataFrame,
    provinces: gpd.GeoDataFrame,
    *,
    highlight: str = "",
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
    """The provinces of a year in four groups by total, hatched where no total is published.

    Parameters
    ----------
    groups : DataFrame
        Rows of one year's totals: year, province (code), group (1 lowest … 4 highest, or absent).
    provinces : GeoDataFrame
        See `boundaries.provinces`; a province without a row counts as not published.
    highlight : str
        Code of a province to outline and name.
    width : float
        Pixels; below 500 the marks in the provinces are left out (see `tiles.grid`).

    Raises
    ------
    ParameterError
        When the table holds several years, a province twice, or one that is not on the map.
    """
    series, year = groups_by_code(groups, provinces)
    layer = provinces.to_crs(base.NATIONAL)
    frame = base.national_frame()
    chart, ground, sheet = base.stage(frame, width)
    for group in (*GROUP_NAMES, None):
        base.fill(ground, layer[members(series, group)], paint(group), hatch=HATCHES[group])
    shapes = base.in_pixels(layer, frame, width)
    small = width < NARROW_BELOW
    title = say(lang, "PAPI total {year}", year=str(year))
    size = 11 if small else 12.5
    taken = [legend.draw(sheet, title, entries(series, lang), (width * 0.5, 12), size=size)]
    if not small:
        draw_marks(sheet, shapes, series)
    if highlight:
        base.fill(ground, layer.loc[[highlight]], "", edge="ink", width=1.6)
    names(sheet, layer, shapes, highlight, lang, taken)
    return headline(
        chart,
        title=title_of(series, provinces, highlight, year, lang),
        subtitle=say(
            lang,
            "Provinces in four groups by PAPI total, {year}; {n} of {all} have a published total.",
            year=str(year),
            n=int(series.notna().sum()),
            all=len(series),
        ),
        source=base.source(provinces, lang),
        alt=in_words(series, provinces, highlight, year, lang),
    )


def groups_by_code(groups: pd.DataFrame, provinces: gpd.GeoDataFrame) -> tuple[pd.Series, int]:
    """The group of every place of a layer (absent: NA), and the year, after checks."""
    years = groups["year"].unique()
    doubled = groups["province"][groups["province"].duplicated()].tolist()
    strange = sorted(set(groups["province"]) - set(provinces.index))
    if len(years) != 1 or doubled or strange:
        raise ParameterError(
            "A map needs one row per province of one year: {years} years, doubled {doubled}, not "
            "on the map {strange}.",
            years=len(years),
            doubled=", ".join(doubled) or "–",
            strange=", ".join(strange) or "–",
        )
    series = groups.set_index("province")["group"].reindex(provinces.index)
    return series.astype("Int64"), int(years[0])


def members(series: pd.Series, group: int | None) -> pd.Series:
    """Which places are in a group, or have none."""
    return series.isna() if group is None else series.eq(group).fillna(False)


def paint(group: int | None) -> str:
    """Name of the palette's colour of a group, or of no score."""
    return GROUPS[group][0] if group else "nodata"


def entries(series: pd.Series, lang: str) -> list[legend.Entry]:
    """The legend of groups: always all four and "not published", with how many are in each."""
    counts = series.value_counts()
    found = [
        legend.Entry(
            f"{say(lang, name).capitalize()} ({int(counts.get(group, 0))})",
            paint(group),
            mark=GROUPS[group][1],
            ink=ON_GROUP[group],
        )
        for group, name in GROUP_NAMES.items()
    ]
    absent = f"{say(lang, NOT_PUBLISHED).capitalize()} ({int(series.isna().sum())})"
    return [*found, legend.Entry(absent, "nodata", hatch=HATCHES[None])]


def draw_marks(sheet: Axes, shapes: gpd.GeoSeries, series: pd.Series) -> None:
    """A mark inside every province, so that colour is not needed."""
    for group, (_, sign) in GROUPS.items():
        here = [labels.spot(shape) for shape in shapes[members(series, group)]]
        if here:
            legend.swatch_mark(sheet, here, sign, ON_GROUP[group], 4.5)


def names(sheet, layer, shapes: gpd.GeoSeries, highlight: str, lang: str, taken: list) -> None:
    """The archipelagos with their provinces, the sea, and the province in question."""
    size = 10.5 if sheet.get_xlim()[1] < NARROW_BELOW else 12
    land = base.land_of(shapes)
    for code, name_vi, name_en, _ in ARCHIPELAGOS.values():
        symbols = archipelago(shapes[code])
        text = f"{name_vi if lang == 'vi' else name_en}\n({layer.loc[code, f'name_{lang}']})"
        labels.beside(sheet, text, symbols, land, taken, size=size, weight=600)
    sea = shapely.Point(0.62 * sheet.get_xlim()[1], 0.58 * sheet.get_ylim()[0])
    labels.beside(sheet, say(lang, "East Sea"), sea, land, taken, size=size, ink="muted")
    if highlight:
        text = layer.loc[highlight, f"name_{lang}"]
        look = {"size": size + 1, "weight": 600, "only_outside": True}
        labels.write(sheet, text, shapes[highlight], land, taken, **look)


def archipelago(shape: BaseGeometry) -> BaseGeometry:
    """The symbols of the archipelago of a province: its parts in the open sea."""
    mainland = labels.largest_part(shape)
    far = 0.5 * (mainland.bounds[2] - mainland.bounds[0]) + mainland.bounds[2]
    return shapely.MultiPolygon([part for part in shape.geoms if part.centroid.x > far])


def title_of(series, provinces, highlight: str, year: int, lang: str) -> str:
    """The finding: in which group the province is."""
    if not highlight:
        return say(lang, "The provinces by group, {year}", year=str(year))
    name, group = provinces.loc[highlight, f"name_{lang}"], series[highlight]
    if pd.isna(group):
        return say(
            lang, "No PAPI total of {year} is published for {name}", year=str(year), name=name
        )
    said = say(lang, GROUP_NAMES[int(group)])
    return say(lang, "{name} is in the {group} of {year}", name=name, group=said, year=str(year))


def in_words(series, provinces, highlight: str, year: int, lang: str) -> str:
    """The map in words: who is in which group."""
    parts = [
        say(
            lang,
            "Map of Viet Nam with Hoàng Sa (Đà Nẵng) and Trường Sa (Khánh Hòa): {n} provinces by "
            "PAPI total {year}.",
            n=len(series),
            year=str(year),
        )
    ]
    for group, name in (*GROUP_NAMES.items(), (None, NOT_PUBLISHED)):
        codes = series.index[members(series, group)]
        names = sorted(provinces.loc[codes, f"name_{lang}"], key=collation_key)
        listed = ", ".join(names) or say(lang, "none")
        parts.append(f"{say(lang, name).capitalize()} ({len(names)}): {listed}.")
    if highlight:
        parts.append(title_of(series, provinces, highlight, year, lang) + ".")
    return " ".join(parts)

"""The country by group, with Hoàng Sa and Trường Sa in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis._errors import ParameterError
from papi_analysis.boundaries import ARCHIPELAGOS, SOURCE, points
from papi_analysis.figures.maps import ground as base
from papi_analysis.figures.palette import GROUPS, HATCHES, ON_GROUP
from papi_analysis.figures.style import WIDE, Chart, colour, headline, themed
from papi_analysis.places import collation_key
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
    chart, ground, sheet = base.stage(base.national_frame(), width)
    for group in (*GROUP_NAMES, None):
        base.fill(ground, layer[members(series, group)], paint(group), hatch=HATCHES[group])
    taken = _legend(sheet, series, year, lang, width)
    if width >= 500:
        _marks(ground, sheet, layer, series)
    if highlight:
        base.fill(ground, layer.loc[[highlight]], "", edge="ink", width=1.6)
    _names(ground, sheet, layer, highlight, lang, taken)
    return headline(
        chart,
        title=_title(series, provinces, highlight, year, lang),
        subtitle=say(
            lang,
            "Provinces in four groups by PAPI total, {year}; {n} of {all} have a published total.",
            year=str(year),
            n=int(series.notna().sum()),
            all=len(series),
        ),
        source=say(lang, SOURCE),
        alt=_alt(series, provinces, highlight, year, lang),
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


def entries(series: pd.Series, lang: str) -> list[base.Entry]:
    """The legend of groups: always all four and "not published", with how many are in each."""
    counts = series.value_counts()
    found = [
        base.Entry(
            f"{say(lang, name).capitalize()} ({int(counts.get(group, 0))})",
            paint(group),
            mark=GROUPS[group][1],
            ink=ON_GROUP[group],
        )
        for group, name in GROUP_NAMES.items()
    ]
    absent = f"{say(lang, NOT_PUBLISHED).capitalize()} ({int(series.isna().sum())})"
    return [*found, base.Entry(absent, "nodata", hatch=HATCHES[None])]


def _legend(sheet, series: pd.Series, year: int, lang: str, width: float) -> list[base.Box]:
    size = 12.5 if width >= 500 else 11
    title = say(lang, "PAPI total {year}", year=str(year))
    corner = (width * 0.5, 12)
    taken: list[base.Box] = []
    base.legend(sheet, title, entries(series, lang), corner, taken, size=size)
    return taken


def _marks(ground, sheet, layer: gpd.GeoDataFrame, series: pd.Series) -> None:
    """A mark inside every province, so that colour is not needed."""
    for group, (_, sign) in GROUPS.items():
        here = [base.spot(ground, sheet, shape) for shape in layer.geometry[members(series, group)]]
        if not here:
            continue
        ink = colour(ON_GROUP[group])
        sheet.scatter(
            *zip(*here, strict=True),
            marker=base.MARKERS[sign],
            s=20,
            linewidths=0.8,
            edgecolors=ink,
            facecolors=ink if sign in "▲▼" else "none",
        )


def _names(ground, sheet, layer, highlight: str, lang: str, taken: list[base.Box]) -> None:
    """The archipelagos with their provinces, the sea, and the province in question."""
    small = sheet.get_xlim()[1] < 500
    size = 10.5 if small else 12
    for code, name_vi, name_en, area in ARCHIPELAGOS.values():
        parts = layer.geometry[code].geoms
        inside = [p for p in parts if p.centroid.x > _meridian(area[0], area[1])]
        centre = (sum(p.centroid.x for p in inside) / len(inside), min(p.bounds[1] for p in inside))
        owner = layer.loc[code, f"name_{lang}"]
        text = f"{name_vi if lang == 'vi' else name_en}\n({owner})"
        x, y = base.pixel(ground, sheet, *centre)
        base.label(sheet, text, (x, y), taken, size=size, weight=600, reach=(4,), around="btlr")
    if highlight:
        x, y = base.spot(ground, sheet, layer.geometry[highlight])
        name = layer.loc[highlight, f"name_{lang}"]
        reach = (22, 34, 46, 60, 80)
        base.label(sheet, name, (x, y), taken, size=size + 1, weight=600, reach=reach)


def _meridian(lon: float, lat: float) -> float:
    import pyproj

    return pyproj.Transformer.from_crs(4326, base.NATIONAL, always_xy=True).transform(lon, lat)[0]


def _title(series, provinces, highlight: str, year: int, lang: str) -> str:
    if not highlight:
        return say(lang, "The provinces by group, {year}", year=str(year))
    name, group = provinces.loc[highlight, f"name_{lang}"], series[highlight]
    if pd.isna(group):
        return say(
            lang, "No PAPI total of {year} is published for {name}", year=str(year), name=name
        )
    said = say(lang, GROUP_NAMES[int(group)])
    return say(lang, "{name} is in the {group} of {year}", name=name, group=said, year=str(year))


def _alt(series, provinces, highlight: str, year: int, lang: str) -> str:
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
        parts.append(_title(series, provinces, highlight, year, lang) + ".")
    return " ".join(parts)

"""One dimension or sub-dimension over the years, on one legend."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis.errors import ParameterError
from papi_analysis.i18n import say
from papi_analysis.plots import plane
from papi_analysis.plots.maps import ground as base
from papi_analysis.plots.maps import labels, legend
from papi_analysis.plots.maps.national import by_code, group_classes
from papi_analysis.plots.maps.whole import in_words, islands
from papi_analysis.plots.style import WIDE, Chart, headline, themed

if TYPE_CHECKING:
    import geopandas as gpd

_PANEL = 230.0  # pixels that one year should be wide
_DETAIL = 6000  # metres that are not seen at that size


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
    parts = {y: group_classes(_of(groups, provinces, y), lang) for y in rounds}
    chart = _draw(layer, parts, highlight, lang, width)
    return headline(
        chart,
        title=say(
            lang,
            "{name}: groups of the provinces, {first} to {last}",
            name=name,
            first=str(rounds[0]),
            last=str(rounds[-1]),
        ),
        subtitle=say(
            lang,
            "Each year's provinces in four groups of that year; hatched: not published.",
        ),
        source=base.source(provinces, lang),
        alt=_told(name, parts, provinces, highlight, lang),
    )


def _draw(layer: gpd.GeoDataFrame, parts: dict, highlight: str, lang: str, width: float) -> Chart:
    """The legend, and under it a small map for every year."""
    columns = max(1, round(width / _PANEL))
    side, head, frame = width / columns, 22.0, base.national_frame()
    tall = base.height_of(frame, side) + head
    entries = [_uncounted(entry) for entry, _ in parts[min(parts)]]
    room = legend.size_of("", entries, 11)[1] + 10
    sheet = plane.sheet(width, room + tall * -(-len(parts) // columns))
    legend.draw(sheet, "", entries, (4, 4), size=11)
    for i, (year, classes) in enumerate(parts.items()):
        x, y = side * (i % columns), room + tall * (i // columns)
        plane.write(sheet, x + 4, y + 10, str(year), fontsize=12, fontweight=600)
        window = base.window(sheet, frame, side, (x, y + head))
        shapes = base.in_pixels(layer.geometry, frame, side, (x, y + head))
        for entry, here in classes:
            base.fill(sheet, shapes[here], entry.fill, window, hatch=entry.hatch, width=0.3)
        if highlight:
            base.fill(sheet, shapes[[highlight]], "", window, edge="ink", width=1.2)
    _islands(sheet, layer, (side, room + head, tall, columns), len(parts), lang)
    return sheet


def _told(name: str, parts: dict, provinces: pd.DataFrame, highlight: str, lang: str) -> str:
    """The maps in words: the group of the province in every year, else the last year in full."""
    last = max(parts)
    if not highlight:
        return in_words(f"{name}, {last}", parts[last], provinces, lang)
    inside = {y: next(e.text for e, here in parts[y] if here[highlight]) for y in parts}
    opening = say(
        lang, "Small maps of Viet Nam, one a year, with Hoàng Sa and Trường Sa: {what}.", what=name
    )
    own = provinces.loc[highlight, f"name_{lang}"]
    listed = "; ".join(f"{year} {text}" for year, text in inside.items())
    return f"{opening} {own}: {listed}."


def _of(groups: pd.DataFrame, provinces: pd.DataFrame, year: int) -> pd.Series:
    return by_code(groups[groups["year"].eq(year)], provinces, "group")[0]


def _uncounted(entry: legend.Entry) -> legend.Entry:
    return replace(entry, text=f"{entry.text[0].upper()}{entry.text[1:]}", mark="")


def _islands(sheet: plane.Sheet, layer: gpd.GeoDataFrame, grid: tuple, n: int, lang: str) -> None:
    """Names of the archipelagos, found in the first map and repeated in the others."""
    side, top, tall, columns = grid
    shapes = base.in_pixels(layer.geometry, base.national_frame(), side, (0.0, top))
    land, taken = base.land_of(shapes), [(0.0, 0.0, side, top)]
    for text, (x, y) in islands(sheet, layer, shapes, land, lang, taken, 8.5, short=True):
        for i in range(1, n):
            centre = (x + side * (i % columns), y + tall * (i // columns))
            labels.put(sheet, text, centre, size=8.5, weight=600)

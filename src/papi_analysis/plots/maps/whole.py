"""The drawing that all national maps share: classes, both archipelagos, names and legend."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from papi_analysis import cache
from papi_analysis.boundaries import ARCHIPELAGOS
from papi_analysis.i18n import mark, say
from papi_analysis.places import collation_key
from papi_analysis.plots import plane
from papi_analysis.plots.maps import backdrop, labels, legend, spots
from papi_analysis.plots.maps import ground as base
from papi_analysis.plots.style import Chart, wrap

if TYPE_CHECKING:
    import geopandas as gpd

#: Classes of a map in the order of the legend, each with the places in it.
Classes = list[tuple[legend.Entry, pd.Series]]
#: Pixels under which a map is drawn for a phone: smaller type, no marks inside the places.
NARROW_BELOW = 500
#: Height of the northernmost symbol of Hoàng Sa, as a share of a national map.
_HOANG_SA = 0.37
NATIONAL_ALT = mark(
    "Map of Viet Nam with Hoàng Sa (Đà Nẵng) and Trường Sa (Khánh Hòa): {what}, {n} provinces."
)


def whole_country(
    provinces: gpd.GeoDataFrame,
    classes: Classes,
    heading: str,
    *,
    highlight: str,
    lang: str,
    width: float,
) -> Chart:
    """The country with its places in classes, and one of them outlined and named."""
    everyone = _drawn(provinces, classes, heading, lang=lang, width=width)
    look = {"lang": lang, "width": width}
    chart = backdrop.within(everyone, partial(_paint, provinces, classes, heading, **look))
    if highlight:
        shape = backdrop.outline(chart, everyone, highlight, 1.6)
        land = shapely.from_wkb(everyone["land"])
        shapely.prepare(land)
        name = provinces.loc[highlight, f"name_{lang}"]
        labels.beside_land(chart, name, shape, land, everyone["taken"], _type_size(width) + 1)
    return chart


@cache.memoize
def _drawn(
    provinces: gpd.GeoDataFrame, classes: Classes, heading: str, *, lang: str, width: float
) -> backdrop.Backdrop:
    """The country with both archipelagos, drawn once for all provinces."""
    return _paint(provinces, classes, heading, lang=lang, width=width)


def _paint(
    provinces: gpd.GeoDataFrame,
    classes: Classes,
    heading: str,
    sheet: plane.Sheet | None = None,
    *,
    lang: str,
    width: float,
) -> backdrop.Backdrop:
    """One artist per class, every class in the legend; on `sheet`, or on two of their own."""
    frame = base.national_frame()
    size = 11 if width < NARROW_BELOW else 12.5
    entries, heading, corner = _legend_place(classes, heading, frame, width, size)
    under = corner[1] > base.height_of(frame, width)
    below = legend.size_of(heading, entries, size)[1] + 8 if under else 0.0
    ground = sheet or base.stage(frame, width, below=below)
    sheet = sheet or base.stage(frame, width, below=below)
    shapes = base.in_pixels(provinces.geometry.to_crs(base.NATIONAL), frame, width)
    window = base.window(ground, frame, width)
    for entry, here in classes:
        edge = "muted" if entry.fill == "land" else "border"
        base.fill(ground, shapes[here], entry.fill, window, hatch=entry.hatch, edge=edge)
    taken = [legend.draw(sheet, heading, entries, corner, size=size)]
    if width >= NARROW_BELOW:
        draw_marks(sheet, shapes, classes)
    land = base.land_of(shapes)
    _names(sheet, provinces, shapes, land, lang, taken)
    if sheet is ground:
        return {}
    return backdrop.of(ground, sheet, shapes, taken) | {"land": land.wkb_hex}


def _legend_place(classes: Classes, heading: str, frame, width: float, size: float) -> tuple:
    """The legend beside the north where it ends above Hoàng Sa, else under the map."""
    left = 0.52 * width
    room = width - left - 4
    lines = "\n".join(wrap(heading, room, size, 600))
    narrow = legend.wrapped(counted(classes), room, size)
    if 12 + legend.size_of(lines, narrow, size)[1] < _HOANG_SA * base.height_of(frame, width):
        return narrow, lines, (left, 12)
    return counted(classes), heading, (4, base.height_of(frame, width) + 4)


def counted(classes: Classes) -> list[legend.Entry]:
    """The legend's entries, with how many places are in each."""
    return [
        replace(entry, text=f"{entry.text[0].upper()}{entry.text[1:]} ({int(here.sum())})")
        for entry, here in classes
    ]


def inks_of(classes: Classes) -> dict[str, str]:
    """The colour that words need on every place."""
    return {code: entry.ink for entry, here in classes for code in here[here].index}


def unknown_of(classes: Classes) -> frozenset[str]:
    """The places that are hatched because nothing is known of them."""
    unknown = [here[here].index for entry, here in classes if entry.fill == "nodata"]
    return frozenset(code for codes in unknown for code in codes)


def draw_marks(sheet: plane.Sheet, shapes: gpd.GeoSeries, classes: Classes) -> None:
    """A mark inside every place of a class that has one, so that colour is not needed."""
    middles = spots.each(shapes)
    for entry, here in classes:
        at = [middles[code] for code in here[here].index]
        if entry.mark and at:
            legend.swatch_mark(sheet, at, entry.mark, entry.ink, 4.5)


def in_words(
    what: str,
    classes: Classes,
    provinces: pd.DataFrame,
    lang: str,
    opening: str = NATIONAL_ALT,
    **values: object,
) -> str:
    """A map told in words: who is in which class."""
    parts = [say(lang, opening, what=what, n=len(provinces), **values)]
    for entry, here in classes:
        names = sorted(provinces.loc[here, f"name_{lang}"], key=collation_key)
        text = f"{entry.text[0].upper()}{entry.text[1:]}"
        parts.append(f"{text} ({len(names)}): {', '.join(names) or say(lang, 'none')}.")
    return " ".join(parts)


def archipelago(shape: BaseGeometry) -> BaseGeometry:
    """The symbols of the archipelago of a province: its parts in the open sea."""
    mainland = spots.largest_part(shape)
    far = 0.5 * (mainland.bounds[2] - mainland.bounds[0]) + mainland.bounds[2]
    return shapely.MultiPolygon([part for part in shape.geoms if part.centroid.x > far])


def _names(sheet, layer, shapes: gpd.GeoSeries, land, lang: str, taken: list) -> None:
    """The archipelagos with their provinces, and the sea."""
    width = base.limits(sheet)[0]
    size = _type_size(width)
    islands(sheet, layer, shapes, land, lang, taken, size)
    sea = shapely.Point(0.62 * width, 0.58 * base.height_of(base.national_frame(), width))
    labels.beside(sheet, say(lang, "East Sea"), sea, land, taken, size=size, ink="muted")


def _type_size(width: float) -> float:
    return 10.5 if width < NARROW_BELOW else 12


def islands(sheet, layer, shapes, land, lang: str, taken: list, size: float, short=False) -> list:
    """Names of Hoàng Sa and Trường Sa, with their provinces unless there is little room.

    Returns text and centre of both.
    """
    found = []
    for code, name_vi, name_en, _ in ARCHIPELAGOS.values():
        text = name_vi if lang == "vi" else name_en
        text = text if short else f"{text}\n({layer.loc[code, f'name_{lang}']})"
        symbols = archipelago(shapes[code])
        box = labels.beside(sheet, text, symbols, land, taken, size=size, weight=600)
        found.append((text, ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)))
    return found

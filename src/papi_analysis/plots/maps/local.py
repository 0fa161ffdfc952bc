"""The drawing that all maps below the province share: classes, names, scale bar and locator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import shapely

from papi_analysis.errors import ParameterError
from papi_analysis.i18n import mark, say
from papi_analysis.plots import plane
from papi_analysis.plots.maps import ground as base
from papi_analysis.plots.maps import labels, legend, spots
from papi_analysis.plots.maps.whole import (
    NARROW_BELOW,
    Classes,
    counted,
    in_words,
    inks_of,
    unknown_of,
)
from papi_analysis.plots.style import Chart, wrap

if TYPE_CHECKING:
    import geopandas as gpd

#: Said under every map of districts or communes.
NO_DISTRICT_SCORE = mark("PAPI has no score below the province; this map shows context, not PAPI.")
#: Four steps of what is known of places, least first; never the colours of PAPI's groups.
STEPS = ("context1", "context2", "context3", "context4")
#: Words on a step, in light and dark pages alike.
ON_STEP = {step: "on_strong" if step == STEPS[-1] else "on_soft" for step in STEPS}
NOT_KNOWN = mark("not known")
_SHORT = (
    ("Thành phố ", "TP "),
    ("Thị xã ", "TX "),
    ("Huyện ", "H. "),
    ("Quận ", "Q. "),
    ("Phường ", "P. "),
    ("Xã ", ""),
    (" Commune", ""),
    (" Ward", ""),
)
#: Width of the locator's view, as a multiple of the width of what it locates.
_VIEW = 3.2


def rows(table: pd.DataFrame, layer: gpd.GeoDataFrame) -> pd.DataFrame:
    """The table in the order of the layer, after a check that every row has its place."""
    strange = sorted(set(table["code"]) - set(layer.index))
    if strange or table["code"].duplicated().any():
        raise ParameterError(
            "The table holds places twice or that are not on the map: {codes}.",
            codes=", ".join(strange or table.loc[table["code"].duplicated(), "code"]),
        )
    return table.set_index("code").reindex(layer.index)


def steps(names: list[str], values: pd.Series, bounds: list[float], lang: str) -> Classes:
    """Classes below each upper bound, and one for what is not known."""
    step = pd.cut(values, [-float("inf"), *bounds], labels=False, right=False)
    found = [
        (legend.Entry(name, fill, ink=ON_STEP[fill]), step.eq(i))
        for i, (name, fill) in enumerate(zip(names, STEPS, strict=False))
    ]
    return [*found, (legend.Entry(say(lang, NOT_KNOWN), "nodata", hatch="////"), step.isna())]


def local_map(
    layer: gpd.GeoDataFrame,
    classes: Classes,
    heading: str,
    words: dict[str, str],
    *,
    around: gpd.GeoDataFrame | None,
    width: float,
) -> Chart:
    """Places in classes, each with its words, a legend, a scale bar and, if given, a locator."""
    local = layer.geometry.to_crs(base.local(layer))
    frame = base.frame_of(local)
    shapes = base.in_pixels(local, frame, width)
    small = width < NARROW_BELOW
    size = 11 if small else 12
    entries = legend.wrapped(counted(classes), width - 8, size)
    heading = "\n".join(wrap(heading, width - 8, size, 600))
    extent = legend.size_of(heading, entries, size)
    below = base.room_below(shapes, extent, base.height_of(frame, width))
    sheet = base.stage(frame, width, below=below)
    for entry, here in classes:
        look = {"hatch": entry.hatch, "edge": "on_soft"}
        base.fill(
            sheet, shapes[here.to_numpy()], entry.fill, base.window(sheet, frame, width), **look
        )
    high = base.limits(sheet)[1]
    corner = (4, high - extent[1] - 4)
    taken = [legend.draw(sheet, heading, entries, corner, size=size)]
    beside = extent[0] < 0.8 * width
    lowest = high if beside else base.height_of(frame, width)
    taken.append(base.scale_bar(sheet, frame, 10 if frame[2] - frame[0] < 150_000 else 50, lowest))
    if around is not None:
        taken.append(_locator(sheet, around.geometry.to_crs(local.crs), local))
    look = {"inks": inks_of(classes), "hatched": unknown_of(classes)}
    labels.write_all(sheet, words, shapes, taken, size=9.5 if small else 11.5, **look)
    return sheet


def _locator(sheet: plane.Sheet, around: gpd.GeoSeries, local: gpd.GeoSeries) -> spots.Box:
    """A small map of the neighbourhood, with what is mapped filled; returns its box."""
    width = base.limits(sheet)[0]
    size = 0.2 * width
    corner = (width - size - 4, 4)
    left, bottom, right, top = local.total_bounds
    reach = _VIEW * (right - left) / 2
    x, y = (left + right) / 2 - reach / 3, (bottom + top) / 2
    frame = (x - reach, y - reach, x + reach, y + reach)
    near = around[around.intersects(shapely.box(*frame))].intersection(shapely.box(*frame))
    window = base.window(sheet, (0, 0, 1, 1), size, corner)  # a square, exactly
    for shapes, paint, edge in (
        (near[~near.is_empty], "land", "line"),
        (local, "median", "median"),
    ):
        inside = base.in_pixels(shapes, frame, size, corner)
        base.fill(sheet, inside, paint, window, edge=edge, width=0.6)
    return (*corner, width - 4, 4 + size)


def short(name: str) -> str:
    """A name with its type in short, as maps write it.

    >>> short("Huyện Duyên Hải"), short("Phường Trà Vinh"), short("Xã Cầu Kè")
    ('H. Duyên Hải', 'P. Trà Vinh', 'Cầu Kè')
    """
    for long, brief in _SHORT:
        name = name.replace(long, brief)
    return name


def told(heading: str, classes: Classes, layer: gpd.GeoDataFrame, lang: str) -> str:
    """A map below the province in words."""
    body = in_words(
        heading, classes, layer, lang, opening=mark("Map of {n} {n:place|places}: {what}.")
    )
    return f"{body} {say(lang, NO_DISTRICT_SCORE)}"

"""What a map shows for every province alike, drawn once: under and over what is one's own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import shapely

from papi_analysis.plots import plane
from papi_analysis.plots.maps import ground
from papi_analysis.plots.maps.spots import Box
from papi_analysis.plots.style import colour, written
from papi_analysis.plots.svg import as_text

if TYPE_CHECKING:
    import geopandas as gpd

#: A drawn map in plain values, which can be kept (see `shared`): `under` and `over` (drawings as
#: text), `size` (width and height in pixels), `shapes` (WKB of the places in pixels of the sheet,
#: by code) and `taken` (boxes of words).
Backdrop = dict[str, object]


def of(
    under: plane.Sheet,
    over: plane.Sheet | None = None,
    shapes: gpd.GeoSeries | None = None,
    taken: list[Box] | None = None,
) -> Backdrop:
    """What two sheets show, under and over what will come between them."""
    return {
        "under": as_text(written(under)),
        "over": as_text(written(over)) if over else "",
        "size": list(ground.limits(under)),
        "shapes": {} if shapes is None else {code: shape.wkb_hex for code, shape in shapes.items()},
        "taken": [[float(side) for side in box] for box in taken or []],
    }


def within(backdrop: Backdrop, paint: Callable[[plane.Sheet], object]) -> plane.Sheet:
    """A sheet between what lies under and over it; `paint` draws the same on a sheet."""
    chart = plane.sheet(*backdrop["size"])
    chart.under, chart.over, chart.paint = backdrop["under"], backdrop["over"], paint
    return chart


def outline(chart: plane.Sheet, backdrop: Backdrop, code: str, width: float) -> shapely.Geometry:
    """Draw the border of a place; returns its shape in pixels."""
    shape = shapely.from_wkb(backdrop["shapes"][code])
    corners = [
        shapely.get_coordinates(ring) for ring in shapely.get_rings(shapely.get_parts(shape))
    ]
    plane.polygons(chart, corners, "none", edgecolors=colour("ink"), linewidths=width)
    return shape

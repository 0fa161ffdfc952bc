"""What a map shows for every province alike, drawn once: under and over what is one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import shapely
from matplotlib.axes import Axes

from papi_analysis.figures import plane
from papi_analysis.figures.inline import as_text
from papi_analysis.figures.maps.spots import Box
from papi_analysis.figures.style import Chart, colour, written

if TYPE_CHECKING:
    import geopandas as gpd

#: A drawn map in plain values, which can be kept (see `shared`): `under` and `over` (drawings as
#: text), `size` (width and height in pixels), `shapes` (WKB of the places in pixels of the sheet,
#: by code) and `taken` (boxes of words).
Backdrop = dict[str, object]


def of(
    chart: Chart, shapes: gpd.GeoSeries | None = None, taken: list[Box] | None = None
) -> Backdrop:
    """What a chart shows: that of its first axes under, that of its sheet over what will come."""
    under, *over = [_alone(chart, axes) for axes in chart.axes]
    return {
        "under": under,
        "over": "".join(over),
        "size": [float(inches * chart.dpi) for inches in chart.get_size_inches()],
        "shapes": {} if shapes is None else {code: shape.wkb_hex for code, shape in shapes.items()},
        "taken": [[float(side) for side in box] for box in taken or []],
    }


def _alone(chart: Chart, axes: Axes) -> str:
    for other in chart.axes:
        other.set_visible(other is axes)
    return as_text(written(chart))


def within(backdrop: Backdrop) -> plane.Sheet:
    """A sheet between what lies under and over it."""
    chart = plane.sheet(*backdrop["size"])
    chart.under, chart.over = backdrop["under"], backdrop["over"]
    return chart


def outline(chart: plane.Sheet, backdrop: Backdrop, code: str, width: float) -> shapely.Geometry:
    """Draw the border of a place; returns its shape in pixels."""
    shape = shapely.from_wkb(backdrop["shapes"][code])
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    corners = [shapely.get_coordinates(ring) for ring in rings]
    plane.polygons(chart, corners, "none", edgecolors=colour("ink"), linewidths=width)
    return shape

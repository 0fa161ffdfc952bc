"""The ground of a map: its projection and frame, filled places and the scale bar."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pyproj
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from papi_analysis import boundaries, shared
from papi_analysis.figures.maps.spots import Box
from papi_analysis.figures.style import Chart, canvas, colour
from papi_analysis.wording import say

if TYPE_CHECKING:
    import geopandas as gpd

#: Equal areas over the whole country, islands included (Albers, WGS 84).
NATIONAL = "+proj=aea +lat_1=10 +lat_2=21 +lat_0=16 +lon_0=109 +datum=WGS84 +units=m"
#: VN-2000 in the zone of Trà Vinh (central meridian 105° 30').
LOCAL = "EPSG:9209"
#: West, south, east, north of Trà Vinh, in degrees.
TRA_VINH = (105.9, 9.4, 106.7, 10.2)
#: West, south, east, north of every national map, in degrees.
EXTENT = (102.0, 6.3, 118.0, 23.6)


def local(layer: gpd.GeoDataFrame) -> str:
    """The system of a map below the province: VN-2000 in the zone of Trà Vinh, else equal areas."""
    west, south, east, north = layer.to_crs(4326).total_bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    if TRA_VINH[0] < lon < TRA_VINH[2] and TRA_VINH[1] < lat < TRA_VINH[3]:
        return LOCAL
    return f"+proj=laea +lat_0={lat:.2f} +lon_0={lon:.2f} +datum=WGS84 +units=m"


@functools.cache
def national_frame() -> Box:
    """Left, bottom, right, top of a national map in metres: all of `EXTENT`, to 118° E."""
    west, south, east, north = EXTENT
    into = pyproj.Transformer.from_crs(4326, NATIONAL, always_xy=True)
    return into.transform_bounds(west, south, east, north, densify_pts=51)


def frame_of(layer: gpd.GeoDataFrame, margin: float = 0.03) -> Box:
    """Left, bottom, right, top around a projected layer, with a margin as a share of its width."""
    left, bottom, right, top = layer.total_bounds
    pad = margin * max(right - left, top - bottom)
    return left - pad, bottom - pad, right + pad, top + pad


def stage(frame: Box, width: float, *, below: float = 0.0) -> tuple:
    """A chart with a map that fills it, true to scale, and a sheet in CSS pixels over it.

    `below` are pixels kept free under the map. Returns chart, map axes and sheet axes (x to the
    right, y downwards).
    """
    left, bottom, right, top = frame
    height = round(height_of(frame, width) + below)
    chart = canvas(width, height)
    tall = height_of(frame, width) / height
    ground = chart.add_axes((0, 1 - tall, 1, tall), label="map")
    ground.set(xlim=(left, right), ylim=(bottom, top))
    ground.set_axis_off()
    return chart, ground, sheet_over(chart)


def sheet_over(chart: Chart) -> Axes:
    """A sheet over a whole chart for words: pixels from the left, and from the top down."""
    wide, high = chart.get_size_inches() * chart.dpi
    sheet = chart.add_axes((0, 0, 1, 1), label="sheet", zorder=2)
    sheet.set(xlim=(0, wide), ylim=(high, 0))
    sheet.set_axis_off()
    return sheet


def panel(chart: Chart, frame: Box, corner: tuple[float, float, float], *, label="map") -> Axes:
    """One of several maps in a chart: left, top and width in pixels."""
    (x, y, side), (wide, high) = corner, chart.get_size_inches() * chart.dpi
    tall = height_of(frame, side)
    ground = chart.add_axes(
        (x / wide, 1 - (y + tall) / high, side / wide, tall / high), label=label
    )
    left, bottom, right, top = frame
    ground.set(xlim=(left, right), ylim=(bottom, top))
    ground.set_axis_off()
    return ground


def height_of(frame: Box, width: float) -> float:
    """Pixels that a frame is high when it is so many wide."""
    left, bottom, right, top = frame
    return width * (top - bottom) / (right - left)


def in_pixels(layer: gpd.GeoDataFrame, frame: Box, width: float) -> gpd.GeoSeries:
    """The shapes of a projected layer in pixels of the sheet."""
    left, _, right, top = frame
    scale = width / (right - left)
    return layer.geometry.affine_transform([scale, 0, 0, -scale, -left * scale, top * scale])


def fill(
    ground: Axes,
    layer: gpd.GeoDataFrame,
    paint: str,
    *,
    hatch: str = "",
    edge: str = "border",
    width: float = 0.5,
) -> PatchCollection | None:
    """Fill all places of one class as one artist; nothing where the class is empty."""
    if layer.empty:
        return None
    places = PatchCollection(
        [PathPatch(_path(shape)) for shape in shapely.orient_polygons(layer.geometry.to_numpy())],
        facecolor=colour(paint) if paint else "none",
        edgecolor=colour("nodata_line" if hatch else edge),
        linewidth=width,
        hatch=hatch or None,
        transform=ground.transData,
    )
    ground.add_collection(places, autolim=False)
    return places


def _path(shape: shapely.Geometry) -> Path:
    """The outlines and holes of a place as one path."""
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    return Path.make_compound_path(*(Path(shapely.get_coordinates(r), closed=True) for r in rings))


def room_below(shapes: gpd.GeoSeries, extent: tuple[float, float], height: float) -> float:
    """Pixels to add under a map so that a legend in its lower left corner covers no place."""
    for below in range(0, int(extent[1]) + 12, 4):
        bottom = height + below
        corner = shapely.box(0, bottom - extent[1] - 10, extent[0] + 10, bottom)
        if not shapes.intersects(corner).any():
            return float(below)
    return extent[1] + 12


def scale_bar(sheet: Axes, frame: Box, kilometres: int, bottom: float) -> Box:
    """A bar of so many kilometres at the right, above a height; returns its box."""
    width = sheet.get_xlim()[1]
    right = width - 10
    left = right - kilometres * 1000 * width / (frame[2] - frame[0])
    sheet.plot([left, right], [bottom - 8, bottom - 8], color=colour("median"), lw=2)
    words = {"ha": "center", "va": "center", "fontsize": 11}
    sheet.text((left + right) / 2, bottom - 17, f"{kilometres} km", **words)
    return left, bottom - 25, right, bottom - 4


def source(layer: gpd.GeoDataFrame, lang: str, facts: str = "") -> str:
    """The source line: that of the figures, then that of the boundaries."""
    sentence, values = boundaries.source(layer)
    parts = [say(lang, facts) if facts else "", say(lang, sentence, **values) if sentence else ""]
    return " ".join(part for part in parts if part)


def land_of(shapes: gpd.GeoSeries) -> shapely.Geometry:
    """All places together, prepared for many questions."""
    land = shapely.from_wkb(_together(shapes))
    shapely.prepare(land)
    return land


@shared.result
def _together(shapes: gpd.GeoSeries) -> str:
    return shapely.union_all(shapes.to_numpy()).wkb_hex

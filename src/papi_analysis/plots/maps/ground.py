"""The ground of a map: its projection and frame, filled places and the scale bar."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pyproj
import shapely
from matplotlib.collections import PathCollection
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.transforms import Bbox, BboxBase, TransformedBbox

from papi_analysis import boundaries, cache
from papi_analysis.i18n import say
from papi_analysis.plots import plane
from papi_analysis.plots.maps.spots import Box, Point
from papi_analysis.plots.style import colour

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


def frame_of(layer: gpd.GeoSeries, margin: float = 0.03) -> Box:
    """Left, bottom, right, top around a projected layer, with a margin as a share of its width."""
    left, bottom, right, top = layer.total_bounds
    pad = margin * max(right - left, top - bottom)
    return left - pad, bottom - pad, right + pad, top + pad


def stage(frame: Box, width: float, *, below: float = 0.0) -> plane.Sheet:
    """A sheet for a map that fills it, true to scale; `below` are pixels kept free under it."""
    return plane.sheet(width, round(height_of(frame, width) + below))


def height_of(frame: Box, width: float) -> float:
    """Pixels that a frame is high when it is so many wide."""
    left, bottom, right, top = frame
    return width * (top - bottom) / (right - left)


def limits(sheet: plane.Sheet) -> Point:
    """Width and height of a sheet in CSS pixels (72 an inch), whatever it is saved at."""
    return tuple(float(inches * 72) for inches in sheet.get_size_inches())


def window(sheet: plane.Sheet, frame: Box, width: float, corner: Point = (0.0, 0.0)) -> BboxBase:
    """The part of a sheet that a map fills, from its upper left corner in pixels."""
    (x, y), (wide, high), tall = corner, limits(sheet), height_of(frame, width)
    part = Bbox.from_bounds(x / wide, 1 - (y + tall) / high, width / wide, tall / high)
    return TransformedBbox(part, sheet.transFigure)


def in_pixels(
    shapes: gpd.GeoSeries, frame: Box, width: float, corner: Point = (0.0, 0.0)
) -> gpd.GeoSeries:
    """Projected shapes in pixels of the sheet, on a map with that upper left corner."""
    left, _, right, top = frame
    scale = width / (right - left)
    return shapes.transform(lambda at: at * (scale, -scale) + (-left * scale, top * scale) + corner)


def fill(
    sheet: plane.Sheet,
    shapes: gpd.GeoSeries,
    paint: str,
    inside: BboxBase,
    *,
    hatch: str = "",
    edge: str = "border",
    width: float = 0.5,
) -> None:
    """Fill all places of one class as one artist, as far as they lie inside a map's window."""
    if not len(shapes):
        return
    turned = shapely.orient_polygons(shapes.to_numpy(), exterior_cw=True)
    places = PathCollection(
        [_path(shape) for shape in turned],
        facecolor=colour(paint) if paint else "none",
        edgecolor=colour("nodata_line" if hatch else edge),
        linewidth=width,
        hatch=hatch or None,
        transform=sheet.pixels,
        zorder=0,
    )
    places.set_clip_box(inside)
    sheet.add_artist(places)


def _path(shape: shapely.Geometry) -> Path:
    """The outlines and holes of a place as one path."""
    rings = shapely.get_rings(shapely.get_parts(shape))
    return Path.make_compound_path(*(Path(shapely.get_coordinates(r), closed=True) for r in rings))


def room_below(shapes: gpd.GeoSeries, extent: tuple[float, float], height: float) -> float:
    """Pixels to add under a map so that a legend in its lower left corner covers no place."""
    for below in range(0, int(extent[1]) + 12, 4):
        bottom = height + below
        corner = shapely.box(0, bottom - extent[1] - 10, extent[0] + 10, bottom)
        if not shapely.intersects(shapes.to_numpy(), corner).any():
            return float(below)
    return extent[1] + 12


def scale_bar(sheet: plane.Sheet, frame: Box, kilometres: int, bottom: float) -> Box:
    """A bar of so many kilometres at the right, above a height; returns its box."""
    width, _ = limits(sheet)
    right = width - 10
    left = right - kilometres * 1000 * width / (frame[2] - frame[0])
    bar = {"color": colour("median"), "lw": 2, "transform": sheet.pixels}
    sheet.add_artist(Line2D([left, right], [bottom - 8, bottom - 8], **bar), clip=True)
    words = {"ha": "center", "fontsize": 11}
    plane.write(sheet, (left + right) / 2, bottom - 17, f"{kilometres} km", **words)
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


@cache.memoize
def _together(shapes: gpd.GeoSeries) -> str:
    return shapely.union_all(shapes.to_numpy()).wkb_hex

"""The ground of a map: its projection and frame, filled places, labels, legend and scale bar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyproj
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from papi_analysis.figures.style import Chart, canvas, colour, text_width

if TYPE_CHECKING:
    import geopandas as gpd
    from shapely.geometry.base import BaseGeometry

#: Equal areas over the whole country, islands included (Albers, WGS 84).
NATIONAL = "+proj=aea +lat_1=10 +lat_2=21 +lat_0=16 +lon_0=109 +datum=WGS84 +units=m"
#: VN-2000 in the zone of Trà Vinh (central meridian 105° 30').
LOCAL = "EPSG:9209"
#: West, south, east, north of every national map, in degrees.
EXTENT = (102.0, 6.3, 118.0, 23.6)

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Entry:
    """One class of a legend: words, colour of the palette, hatching, mark and the mark's colour."""

    text: str
    fill: str
    hatch: str = ""
    mark: str = ""
    ink: str = "ink"


def national_frame() -> Box:
    """Left, bottom, right, top of a national map in metres: all of `EXTENT`, to 118° E."""
    west, south, east, north = EXTENT
    into = pyproj.Transformer.from_crs(4326, NATIONAL, always_xy=True)
    return into.transform_bounds(west, south, east, north, densify_pts=51)


def frame_of(layer: gpd.GeoDataFrame, margin: float = 0.04) -> Box:
    """Left, bottom, right, top around a projected layer, with a margin as a share of its width."""
    left, bottom, right, top = layer.total_bounds
    pad = margin * max(right - left, top - bottom)
    return left - pad, bottom - pad, right + pad, top + pad


def stage(frame: Box, width: float, *, below: float = 0.0, above: float = 0.0) -> tuple:
    """A chart with a map that fills it, true to scale, and a sheet in CSS pixels over it.

    `below` and `above` are pixels kept free for a legend. Returns chart, map axes and sheet
    axes (x to the right, y downwards).
    """
    left, bottom, right, top = frame
    tall = width * (top - bottom) / (right - left)
    height = round(tall + below + above)
    chart = canvas(width, height)
    ground = chart.add_axes((0, below / height, 1, tall / height), label="map")
    ground.set(xlim=(left, right), ylim=(bottom, top))
    sheet = chart.add_axes((0, 0, 1, 1), label="sheet")
    sheet.set(xlim=(0, width), ylim=(height, 0))
    for axes in (ground, sheet):
        axes.set_axis_off()
    return chart, ground, sheet


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
    line = colour("nodata_line") if hatch else colour(edge)
    before = set(ground.collections)
    layer.plot(
        ax=ground,
        aspect=None,
        facecolor=colour(paint) if paint else "none",
        edgecolor=line,
        linewidth=width,
        hatch=hatch or None,
    )
    return next(item for item in ground.collections if item not in before)


def pixel(ground: Axes, sheet: Axes, x: float, y: float) -> tuple[float, float]:
    """Where a point of the map lies on the sheet."""
    return tuple(sheet.transData.inverted().transform(ground.transData.transform((x, y))))


def text_box(text: str, x: float, y: float, size: float, ha: str, weight: int = 400) -> Box:
    """Left, top, right, bottom of a text centred on the height y, in pixels."""
    lines = text.split("\n")
    wide = max(text_width(line, size, weight) for line in lines)
    tall = 1.3 * size * len(lines)
    left = {"left": x, "center": x - wide / 2, "right": x - wide}[ha]
    return left, y - tall / 2, left + wide, y + tall / 2


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes share more than an edge."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def label(
    sheet: Axes,
    text: str,
    at: tuple[float, float],
    taken: list[Box],
    *,
    size: float = 11.5,
    weight: int = 400,
    ink: str = "ink",
    style: str = "normal",
    reach: Sequence[float] = (0,),
    around: str = "",
) -> Box | None:
    """Write a name at the first free place near a point, and remember its box in `taken`.

    `reach` are the distances to try, nearest first (0: on the point itself); a name that stands
    away from its point is tied to it with a line. `around` are the sides to try ("lrtb");
    without free place the name is left out and None returned.
    """
    width, height = sheet.get_xlim()[1], sheet.get_ylim()[0]
    for distance in reach:
        for dx, dy, ha in _sides(distance, around or "rltb", size):
            x, y = at[0] + dx, at[1] + dy
            box = text_box(text, x, y, size, ha, weight)
            inside = box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
            if not inside or any(overlap(box, other) for other in taken):
                continue
            if distance > 6:
                end = (x - 2 * (dx > 0) + 2 * (dx < 0), y)
                sheet.plot(*zip(at, end, strict=True), color=colour(ink), lw=0.8, zorder=3)
            look = {"fontsize": size, "fontweight": weight, "fontstyle": style}
            sheet.text(x, y, text, ha=ha, va="center", color=colour(ink), zorder=4, **look)
            taken.append(box)
            return box
    return None


def _sides(distance: float, around: str, size: float) -> list[tuple[float, float, str]]:
    """Offsets and alignments at a distance, in the order of `around`."""
    if distance == 0:
        return [(0.0, 0.0, "center")]
    steps = {
        "r": [(distance, 0.0, "left"), (distance, -size, "left"), (distance, size, "left")],
        "l": [(-distance, 0.0, "right"), (-distance, -size, "right"), (-distance, size, "right")],
        "t": [(0.0, -distance - size * 0.65, "center")],
        "b": [(0.0, distance + size * 0.65, "center")],
    }
    return [step for side in around for step in steps[side]]


def legend(
    sheet: Axes,
    title: str,
    entries: Sequence[Entry],
    at: tuple[float, float],
    taken: list[Box],
    *,
    size: float = 12,
) -> Box:
    """Write a legend from its upper left corner down; every class is in it, empty or not."""
    x, y = at
    right, step = x, size * 1.65
    for line in title.split("\n") if title else []:
        sheet.text(x, y + step / 2, line, fontsize=size, fontweight=600, va="center")
        right = max(right, x + text_width(line, size, 600))
        y += size * 1.4
    y += 4 if title else 0
    for entry in entries:
        _swatch(sheet, entry, (x, y + (step - size * 1.15) / 2), size * 1.15)
        left = x + size * 1.15 * 1.5 + 7
        sheet.text(left, y + step / 2, entry.text, fontsize=size, va="center")
        right = max(right, left + text_width(entry.text, size))
        y += step
    box = (x, at[1], right, y)
    taken.append(box)
    return box


def _swatch(sheet: Axes, entry: Entry, corner: tuple[float, float], size: float) -> None:
    hatched = {"hatch": entry.hatch} if entry.hatch else {}
    line = colour("nodata_line") if entry.hatch else colour("line")
    sheet.add_patch(
        Rectangle(
            corner,
            size * 1.5,
            size,
            facecolor=colour(entry.fill),
            edgecolor=line,
            lw=0.8,
            **hatched,
        )
    )
    if entry.mark:
        sheet.scatter(
            [corner[0] + size * 0.75],
            [corner[1] + size / 2],
            marker=MARKERS[entry.mark],
            s=(size * 0.5) ** 2,
            linewidths=0.8,
            edgecolors=colour(entry.ink),
            facecolors=colour(entry.ink) if entry.mark in "▲▼" else "none",
        )


#: Markers that are drawn for the marks of the palette.
MARKERS = {"▼": "v", "▽": "v", "△": "^", "▲": "^"}


def spot(ground: Axes, sheet: Axes, shape: BaseGeometry) -> tuple[float, float]:
    """The middle of the roomiest part of a place, on the sheet."""
    largest = max(getattr(shape, "geoms", [shape]), key=lambda part: part.area)
    circle = shapely.maximum_inscribed_circle(largest, tolerance=largest.length / 200)
    return pixel(ground, sheet, *circle.coords[0])


def scale_bar(ground: Axes, sheet: Axes, kilometres: int, taken: list[Box]) -> None:
    """A bar of so many kilometres in the lower right corner of the map."""
    right, bottom = pixel(ground, sheet, ground.get_xlim()[1], ground.get_ylim()[0])
    left = pixel(ground, sheet, ground.get_xlim()[1] - kilometres * 1000, ground.get_ylim()[0])[0]
    shift, y = 10, bottom - 10
    sheet.plot([left - shift, right - shift], [y, y], color=colour("median"), lw=2)
    middle = (left + right) / 2 - shift
    sheet.text(middle, y - 9, f"{kilometres} km", ha="center", va="center", fontsize=11)
    taken.append((left - shift, y - 18, right - shift, y + 4))

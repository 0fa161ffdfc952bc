"""What must be true of the shapes of a layer: valid, apart from each other, in their place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from papi_analysis.boundaries.drawings import ARCHIPELAGOS
from papi_analysis.boundaries.issues import finding
from papi_analysis.boundaries.reading import drawn
from papi_analysis.errors import Issue
from papi_analysis.i18n import mark
from papi_analysis.ingest.issues import Phrase

if TYPE_CHECKING:
    import geopandas as gpd

#: A repair may change this share of an area; two units may share this share of the smaller one.
REPAIR, OVERLAP = 0.05, 0.01
#: A unit must share at least this much with the drawing (area of both / area of either).
IN_PLACE = 0.5
#: A layer may lie off by this share of its width, but by so many metres at most; farther than so
#: many kilometres no coordinate system explains it.
OFF, OFF_MOST, ELSEWHERE = 0.03, 10_000.0, 150.0
#: The same share where only the outline of all units together is known.
OFF_OUTLINE = 0.1
#: Degrees that the drawing of a province may be off at its edge.
_EDGE = 0.02
_EQUAL_AREA = "+proj=laea +lat_0=16 +lon_0=108 +datum=WGS84 +units=m"
_AWAY = Phrase(mark("it shares {share} % with the drawing of this unit"))
_SHIFTED = Phrase(mark("all of it lies {distance} km off (a wrong VN-2000 zone or datum?)"))
_FAR = Phrase(mark("the layer lies {distance} km away"))
_TOGETHER = Phrase(mark("all units together share {share} % with the drawing of the province"))
_NEIGHBOUR = Phrase(mark("it lies in another province: {other}"))
_MISSING_ISLANDS = Phrase(mark("the layer has no part of province {unit} there"))


def shift(layer: gpd.GeoDataFrame, drawing: gpd.GeoDataFrame, file: str) -> list[Issue]:
    """A layer whose units all lie off in the same way: another coordinate system or country."""
    usable = layer[drawn(layer)]
    if usable.empty:
        return []
    here, there = (gdf.geometry.to_crs(_EQUAL_AREA) for gdf in (usable, drawing))
    there = there.reindex(here.index)
    away = shapely.get_coordinates(here.centroid) - shapely.get_coordinates(there.centroid)
    common = np.median(away, axis=0)
    distance = float(np.hypot(*common))
    left, bottom, right, top = drawing.geometry.to_crs(_EQUAL_AREA).total_bounds
    most = min(OFF * min(right - left, top - bottom), OFF_MOST)
    spread = float(np.median(np.hypot(*(away - common).T)))
    if distance <= most or spread > distance / 4:
        return []
    return [_off(distance / 1000, file)]


def elsewhere(layer: gpd.GeoDataFrame, drawing: gpd.GeoDataFrame, file: str) -> list[Issue]:
    """How far away a layer lies of which no unit could be named."""
    here, there = (
        shapely.box(*gdf.geometry.to_crs(_EQUAL_AREA).total_bounds).centroid
        for gdf in (layer, drawing)
    )
    return [_off(here.distance(there) / 1000, file)]


def _off(distance: float, file: str) -> Issue:
    """One finding for the whole layer, with the distance in kilometres."""
    if distance < ELSEWHERE:
        return finding("E-CRS", file=file, reason=_SHIFTED, distance=round(distance))
    return finding("E-GEO-PLACE", file=file, name=file, reason=_FAR, distance=round(distance))


def repair(
    layer: gpd.GeoDataFrame, names: dict[str, str], file: str
) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """Polygons only; shapes that cross themselves are repaired where that changes little."""
    layer, found = layer.copy(), []
    for row, (code, shape) in enumerate(layer.geometry.items(), start=1):
        name = names.get(code, code)
        if shape is None or shape.is_empty:
            reason = Phrase(mark("it is empty"))
            found.append(finding("E-GEOM", file=file, row=row, name=name, reason=reason))
        elif shape.geom_type not in ("Polygon", "MultiPolygon"):
            reason = Phrase(mark("it is no polygon"))
            found.append(finding("E-GEOM", file=file, row=row, name=name, reason=reason))
        elif not shape.is_valid:
            mended = _polygons(shapely.make_valid(shape))
            change = abs(mended.area - shape.area) / mended.area if mended.area else 1.0
            if change < REPAIR:
                values = {"name": name, "share": round(100 * change, 1)}
                found.append(finding("W-GEOM-REPAIRED", file=file, row=row, **values))
                layer.loc[code, layer.geometry.name] = mended
            else:
                reason = Phrase(mark("it crosses itself"))
                found.append(finding("E-GEOM", file=file, row=row, name=name, reason=reason))
    return layer, found


def _polygons(shape: shapely.Geometry) -> shapely.Geometry:
    """The areas of a repaired shape, without the lines and points that a repair leaves."""
    parts = [p for p in shapely.get_parts(shape) if p.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts)


def overlaps(layer: gpd.GeoDataFrame, names: dict[str, str], file: str) -> list[Issue]:
    """Pairs of units that share more than a sliver."""
    shapes = layer.geometry.to_numpy()
    first, second = layer.sindex.query(shapes, predicate="intersects")
    first, second = first[first < second], second[first < second]
    shared = shapely.area(shapely.intersection(shapes[first], shapes[second]))
    share = shared / np.minimum(shapely.area(shapes[first]), shapely.area(shapes[second]))
    found = []
    for i in np.flatnonzero(share > OVERLAP):
        one, two = (names[layer.index[k]] for k in (first[i], second[i]))
        percent = round(100 * float(share[i]), 1)
        found.append(finding("E-GEOM-OVERLAP", file=file, name=one, other=two, share=percent))
    return found


def places_of_units(layer: gpd.GeoDataFrame, drawing: gpd.GeoDataFrame, file: str) -> list[Issue]:
    """Units that lie where another one must: a code or name on the wrong feature."""
    wrong = {code: share for code, share in iou(layer, drawing).items() if share < IN_PLACE}
    found = []
    for code, share in wrong.items():
        values = {"name": drawing.loc[code, "name_vi"], "share": round(100 * share)}
        found.append(finding("E-GEO-PLACE", file=file, found=code, reason=_AWAY, **values))
    return found


def within(
    layer: gpd.GeoDataFrame, outline: gpd.GeoDataFrame, provinces: gpd.GeoDataFrame, file: str
) -> list[Issue]:
    """Units of which only the province is known: they must lie in it and fill it together.

    `provinces` are the drawings of the others; an island off the coast lies in none of them.
    """
    whole, drawn_whole = shapely.union_all(_sized(layer)), _sized(outline.head(1))[0]
    if len(layer) == len(outline):
        away = whole.centroid.distance(drawn_whole.centroid)
        left, bottom, right, top = drawn_whole.bounds
        if away > min(OFF_OUTLINE * min(right - left, top - bottom), OFF_MOST):
            return [_off(away / 1000, file)]
        both, either = whole.intersection(drawn_whole), whole.union(drawn_whole)
        if both.area < IN_PLACE * either.area:
            share = round(100 * both.area / either.area)
            values = {"name": file, "reason": _TOGETHER, "share": share}
            return [finding("E-GEO-PLACE", file=file, **values)]
    near = outline.geometry.iloc[0].buffer(_EDGE)
    found = []
    for code, spot in layer.geometry.representative_point().items():
        other = provinces.loc[provinces.contains(spot), "name_vi"]
        if len(other) and not near.contains(spot):
            values = {"name": outline.loc[code, "name_vi"], "other": other.iloc[0]}
            values |= {"found": code, "reason": _NEIGHBOUR}
            found.append(finding("E-GEO-PLACE", file=file, **values))
    return found


def archipelagos(layer: gpd.GeoDataFrame, file: str) -> list[Issue]:
    """Hoàng Sa in Đà Nẵng and Trường Sa in Khánh Hòa: a national layer has both."""
    found = []
    for code, name, _, bounds in ARCHIPELAGOS.values():
        if code in layer.index and not layer.geometry[code].intersects(shapely.box(*bounds)):
            values = {"name": name, "unit": code, "reason": _MISSING_ISLANDS}
            found.append(finding("E-GEO-PLACE", file=file, found=code, **values))
    return found


def iou(layer: gpd.GeoDataFrame, other: gpd.GeoDataFrame) -> dict[str, float]:
    """Area of both over area of either for every unit of `other` that `layer` has.

    The archipelagos are left out: in a drawing they are symbols, not sizes.
    """
    codes = [code for code in other.index if code in layer.index]
    one, two = (_sized(gdf.loc[codes]) for gdf in (layer, other))
    both, either = shapely.intersection(one, two), shapely.union(one, two)
    values = shapely.area(both) / shapely.area(either)
    return {code: float(value) for code, value in zip(codes, values, strict=True)}


def _sized(layer: gpd.GeoDataFrame) -> np.ndarray:
    """Shapes in equal area, without the parts that lie in an archipelago."""
    sea = shapely.union_all([shapely.box(*bounds) for *_, bounds in ARCHIPELAGOS.values()])
    shapes = layer.geometry.difference(sea).to_crs(_EQUAL_AREA)
    return shapely.make_valid(shapes.to_numpy())

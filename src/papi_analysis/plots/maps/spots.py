"""Where on a sheet words may stand: inside a place, beside the land, near scattered symbols."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from papi_analysis import cache

if TYPE_CHECKING:
    import geopandas as gpd

Box = tuple[float, float, float, float]
Point = tuple[float, float]
_REACH = 0.25  # how far a name may stand away from its place, as a share of the sheet's width
_ANGLES = np.deg2rad([0, 15, -15, 30, -30, 45, -45, 60, -60, 75, -75, 90, -90, 110, -110, 135,
                      -135, 160, -160, 180])  # fmt: skip


def box_at(centre: Point, extent: Point) -> Box:
    """Left, top, right, bottom of a text of some extent around its centre, or many centres."""
    (x, y), (wide, tall) = centre, extent
    return x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes, or many and one, share more than an edge."""
    return (a[0] < b[2]) & (b[0] < a[2]) & (a[1] < b[3]) & (b[1] < a[3])


def largest_part(shape: BaseGeometry) -> BaseGeometry:
    """The largest polygon of a place."""
    return max(getattr(shape, "geoms", [shape]), key=lambda part: part.area)


def spot(shape: BaseGeometry) -> Point:
    """The middle of the roomiest part of a place."""
    largest = largest_part(shape)
    circle = shapely.maximum_inscribed_circle(largest, tolerance=largest.length / 200)
    return tuple(circle.coords[0])


@cache.memoize
def each(shapes: gpd.GeoSeries) -> dict[str, list[float]]:
    """The spot of every place of a layer."""
    return {code: [float(value) for value in spot(shape)] for code, shape in shapes.items()}


def inside(shape: BaseGeometry, extent: Point, taken: list[Box]) -> Point | None:
    """The centre nearest to the roomiest spot of a place where a text fits in, or None."""
    largest = largest_part(shape)
    x, y = spot(shape)
    left, top, right, bottom = largest.bounds
    xs, ys = np.meshgrid(np.arange(left, right, 3.0), np.arange(top, bottom, 3.0))
    xs, ys = np.append(x, xs), np.append(y, ys)
    boxes = box_at((xs, ys), extent)
    free = (boxes[0] >= left) & (boxes[2] <= right) & (boxes[1] >= top) & (boxes[3] <= bottom)
    for other in taken:
        free &= ~overlap(boxes, other)
    shapely.prepare(largest)
    place = _nearest(
        np.hypot(xs - x, ys - y), free, boxes, lambda text: shapely.contains(largest, text)
    )
    return None if place is None else (float(xs[place]), float(ys[place]))


def _nearest(
    away: np.ndarray, free: np.ndarray, boxes: Box, fits: Callable[[np.ndarray], np.ndarray]
) -> int | None:
    """The nearest of the free places whose box fits; shapes are asked from the nearest outwards."""
    order = np.flatnonzero(free)
    order = order[np.argsort(away[order], kind="stable")]
    for start in range(0, len(order), 100):
        part = order[start : start + 100]
        fitting = part[fits(shapely.box(*(side[part] for side in boxes)))]
        if len(fitting):
            return fitting[0]
    return None


def outside(
    shape: BaseGeometry,
    extent: Point,
    land: BaseGeometry,
    taken: list[Box],
    limits: Point,
) -> Point | None:
    """The best centre off the land and within the limits (width, height), a free line away.

    The best is the nearest, where a line over other places counts double.
    """
    start, obstacles = spot(shape), shapely.union_all([shapely.box(*box) for box in taken])
    best, least = None, np.inf
    for distance in np.arange(14, _REACH * limits[0], 6):
        if distance >= least:  # no line from here on is shorter
            break
        centres = [_centre(start, extent, distance, angle) for angle in _ANGLES]
        boxes = np.array([box_at(centre, extent) for centre in centres])
        lines = shapely.linestrings([[start, edge(start, tuple(box))] for box in boxes])
        free = np.flatnonzero(_free(boxes, lines, land, obstacles, limits))
        over = shapely.length(shapely.intersection(land, lines[free]))
        over -= shapely.length(shapely.intersection(shape, lines[free]))
        for place, length in zip(free, np.round(distance + over, 3), strict=True):
            if length < least:
                best, least = centres[place], length
    return best


def _free(
    boxes: np.ndarray,
    lines: np.ndarray,
    land: BaseGeometry,
    obstacles: BaseGeometry,
    limits: Point,
) -> np.ndarray:
    """Whether boxes lie on the sheet, off land and obstacles, and their lines off obstacles."""
    ground = shapely.box(*(boxes + np.array([-2, -2, 2, 2])).T)
    free = (boxes[:, :2] >= 2).all(axis=1) & (boxes[:, 2:] <= np.array(limits) - 2).all(axis=1)
    free &= ~shapely.intersects(land, ground) & ~shapely.intersects(obstacles, ground)
    return free & ~shapely.intersects(obstacles, lines)


def near(
    symbols: BaseGeometry, extent: Point, land: BaseGeometry, taken: list[Box], limits: Point
) -> list[float]:
    """The centre nearest to the middle of scattered symbols at which a text covers nothing."""
    middle, (width, height) = symbols.centroid, limits
    reach, step = 0.25 * width, max(2.0, width / 180)
    xs, ys = np.meshgrid(
        _span(middle.x, reach, extent[0] / 2, width, step),
        _span(middle.y, reach, extent[1] / 2, height, step),
    )
    xs, ys = xs.ravel(), ys.ravel()
    boxes = box_at((xs, ys), (extent[0] + 4, extent[1] + 2))
    free = np.ones(len(xs), bool)
    for left, top, right, bottom in taken:
        beside = (boxes[2] < left) | (boxes[0] > right)
        free &= beside | (boxes[3] < top) | (boxes[1] > bottom)
    away = np.hypot(xs - middle.x, (ys - middle.y) * 1.5)
    best = _nearest(away, free, boxes, lambda text: ~shapely.intersects(land, text))
    return [middle.x, middle.y] if best is None else [float(xs[best]), float(ys[best])]


def _span(middle: float, near: float, half: float, limit: float, step: float) -> np.ndarray:
    """Places along one side of the sheet for the middle of a text, not far from a point."""
    return np.arange(max(half + 2, middle - near), min(limit - half - 2, middle + near), step)


def _centre(start: Point, extent: Point, distance: float, angle: float) -> Point:
    """Where a text stands whose nearest edge lies at a distance and angle from the start."""
    dx, dy = np.cos(angle), np.sin(angle)
    return (
        float(start[0] + dx * (distance + extent[0] / 2)),
        float(start[1] + dy * (distance + extent[1] / 2)),
    )


def edge(start: Point, box: Box) -> Point:
    """The point of a box (its sides, at mid-height) where a line from the start ends."""
    x, y = start
    middle = (box[1] + box[3]) / 2
    if x < box[0]:
        return box[0] - 3, middle
    if x > box[2]:
        return box[2] + 3, middle
    return x, (box[1] - 2 if y < box[1] else box[3] + 2)

"""Polygons keyed like `places`: embedded drawings, user layers, optional checked download."""

from papi_analysis.boundaries.checks import iou
from papi_analysis.boundaries.district_values import read_district_table
from papi_analysis.boundaries.download import GEOBOUNDARIES, fetch
from papi_analysis.boundaries.drawings import (
    ARCHIPELAGOS,
    communes,
    districts,
    middles,
    points,
    provinces,
    source,
)
from papi_analysis.boundaries.layer import FETCHED_SOURCE, LEVELS, load_layer

__all__ = [
    "ARCHIPELAGOS",
    "FETCHED_SOURCE",
    "GEOBOUNDARIES",
    "LEVELS",
    "communes",
    "districts",
    "fetch",
    "iou",
    "load_layer",
    "middles",
    "points",
    "provinces",
    "read_district_table",
    "source",
]


def __dir__() -> list[str]:
    return __all__


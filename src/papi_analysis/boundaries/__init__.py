"""Polygons keyed like `places`: embedded drawings, user layers, optional checked download."""

from papi_analysis.boundaries.checks import iou
from papi_analysis.boundaries.drawings import (
    ARCHIPELAGOS,
    GEOBOUNDARIES,
    communes,
    districts,
    fetch,
    middles,
    points,
    provinces,
    source,
)
from papi_analysis.boundaries.layers import (
    FETCHED_SOURCE,
    LEVELS,
    Layers,
    all_layers,
    load_layer,
    merged_layer,
)
from papi_analysis.boundaries.reading import read_district_table

__all__ = [
    "ARCHIPELAGOS",
    "FETCHED_SOURCE",
    "GEOBOUNDARIES",
    "LEVELS",
    "Layers",
    "all_layers",
    "communes",
    "districts",
    "fetch",
    "iou",
    "load_layer",
    "merged_layer",
    "middles",
    "points",
    "provinces",
    "read_district_table",
    "source",
]


def __dir__() -> list[str]:
    return __all__

"""Polygons keyed like `places`: embedded drawings, user layers, optional checked download."""

from papi_analysis.boundaries.drawings import (
    ARCHIPELAGOS,
    communes,
    districts,
    points,
    provinces,
    source,
)

__all__ = ["ARCHIPELAGOS", "communes", "districts", "points", "provinces", "source"]

"""Polygons keyed like `places`: embedded drawings, user layers, optional checked download."""

from papi_analysis.boundaries.drawings import (
    ARCHIPELAGOS,
    SOURCE,
    communes,
    districts,
    points,
    provinces,
)

__all__ = ["ARCHIPELAGOS", "SOURCE", "communes", "districts", "points", "provinces"]

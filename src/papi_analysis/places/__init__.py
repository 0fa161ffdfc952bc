"""Provinces, districts and communes: codes, names, matching, successor units, dated geography."""

from papi_analysis.places.calendar import BEFORE_MERGER, MERGER, day
from papi_analysis.places.names import collation_key, plain, without_accents
from papi_analysis.places.province import ALIASES, REGIONS, Province, find, provinces
from papi_analysis.places.tra_vinh import (
    commune_context,
    communes_crosswalk,
    district_context,
    districts,
    ethnic_minority_communes,
)

__all__ = [
    "ALIASES",
    "BEFORE_MERGER",
    "MERGER",
    "REGIONS",
    "Province",
    "collation_key",
    "commune_context",
    "communes_crosswalk",
    "day",
    "district_context",
    "districts",
    "ethnic_minority_communes",
    "find",
    "plain",
    "provinces",
    "without_accents",
]

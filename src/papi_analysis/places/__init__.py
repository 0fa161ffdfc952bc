"""Provinces, districts and communes: codes, names, matching, successor units, dated geography."""

from papi_analysis.places.calendar import BEFORE_MERGER, MERGER, day
from papi_analysis.places.merger import SYNTHETIC, SYNTHETIC_NAME, back_cast, members
from papi_analysis.places.names import collation_key, plain, without_accents
from papi_analysis.places.province import ALIASES, REGIONS, Province, provinces
from papi_analysis.places.registry import KINDS, crosswalk, districts_of, units
from papi_analysis.places.search import find, no_district_score, require_province_level
from papi_analysis.places.tra_vinh import (
    DETAILED,
    commune_context,
    communes_crosswalk,
    district_context,
    districts,
    ethnic_minority_communes,
)

__all__ = [
    "ALIASES",
    "BEFORE_MERGER",
    "DETAILED",
    "KINDS",
    "MERGER",
    "REGIONS",
    "SYNTHETIC",
    "SYNTHETIC_NAME",
    "Province",
    "back_cast",
    "collation_key",
    "commune_context",
    "communes_crosswalk",
    "crosswalk",
    "day",
    "district_context",
    "districts",
    "districts_of",
    "ethnic_minority_communes",
    "find",
    "members",
    "no_district_score",
    "plain",
    "provinces",
    "require_province_level",
    "units",
    "without_accents",
]

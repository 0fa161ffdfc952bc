"""Provinces, districts and communes: codes, names, matching, successor units, dated geography."""

from papi_analysis.places.merger import SYNTHETIC, SYNTHETIC_NAME, back_cast, members
from papi_analysis.places.names import collation_key, plain, without_accents
from papi_analysis.places.province import (
    ALIASES,
    BEFORE_MERGER,
    MERGER,
    REGIONS,
    Province,
    day,
    day_of,
    former,
    geographies,
    geography,
    lasting,
    listing,
    names_of,
    provinces,
    units_of,
)
from papi_analysis.places.registry import KINDS, crosswalk, districts_of, units
from papi_analysis.places.search import (
    ended,
    find,
    no_district_score,
    require_province_level,
    successor,
)
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
    "day_of",
    "district_context",
    "districts",
    "districts_of",
    "ended",
    "ethnic_minority_communes",
    "find",
    "former",
    "geographies",
    "geography",
    "lasting",
    "listing",
    "members",
    "names_of",
    "no_district_score",
    "plain",
    "provinces",
    "require_province_level",
    "successor",
    "units",
    "units_of",
    "without_accents",
]


def __dir__() -> list[str]:
    return __all__


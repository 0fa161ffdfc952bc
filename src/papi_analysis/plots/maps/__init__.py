"""Maps of finished tables: the country by group, and the province by what is known of it."""

from papi_analysis.plots.maps.base import Category, choropleth
from papi_analysis.plots.maps.local import LAYERS, communes, district_values, districts, merger
from papi_analysis.plots.maps.national import (
    GROUP_NAMES,
    change,
    clusters,
    country,
    region,
    successors,
    years,
)

__all__ = [
    "GROUP_NAMES",
    "LAYERS",
    "Category",
    "change",
    "choropleth",
    "clusters",
    "communes",
    "country",
    "district_values",
    "districts",
    "merger",
    "region",
    "successors",
    "years",
]


def __dir__() -> list[str]:
    return __all__


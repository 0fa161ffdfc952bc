"""Maps of finished tables: the country by group, and the province by what is known of it."""

from papi_analysis.plots.maps.browse import browse
from papi_analysis.plots.maps.communes import communes
from papi_analysis.plots.maps.compare import change, clusters
from papi_analysis.plots.maps.districts import LAYERS, district_values, districts
from papi_analysis.plots.maps.merger import merger
from papi_analysis.plots.maps.national import GROUP_NAMES, country
from papi_analysis.plots.maps.region import region
from papi_analysis.plots.maps.successors import successors
from papi_analysis.plots.maps.years import years

__all__ = [
    "GROUP_NAMES",
    "LAYERS",
    "browse",
    "change",
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

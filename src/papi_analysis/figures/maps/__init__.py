"""Maps of finished tables: the country by group, and the province by what is known of it."""

from papi_analysis.figures.maps.national import GROUP_NAMES, country
from papi_analysis.figures.maps.province import LAYERS, communes, districts

__all__ = ["GROUP_NAMES", "LAYERS", "communes", "country", "districts"]

"""How dimensions and sub-dimensions move together: between provinces, within them, in space.

An association is not a cause; every sentence made of these numbers says so.
"""

from papi_analysis.stats.association.changes import common_factors, yearly_changes
from papi_analysis.stats.association.clusters import clusters
from papi_analysis.stats.association.items import alpha, item_rest
from papi_analysis.stats.association.pairs import ALPHA, coefficients, matrix, stability
from papi_analysis.stats.association.space import moran
from papi_analysis.stats.association.within import between_within, fixed_effects

__all__ = [
    "ALPHA",
    "alpha",
    "between_within",
    "clusters",
    "coefficients",
    "common_factors",
    "fixed_effects",
    "item_rest",
    "matrix",
    "moran",
    "stability",
    "yearly_changes",
]

"""The maps of one case: drawings or a user's layer in their place, and what may stand on them."""

from papi_analysis.plots.atlas.case import Atlas, Note, of
from papi_analysis.plots.atlas.shapes import UNITS, Layers, layers, merged

__all__ = ["UNITS", "Atlas", "Layers", "Note", "layers", "merged", "of"]

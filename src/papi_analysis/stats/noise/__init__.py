"""How far scores move by chance: residual spread, detectable change, tested changes, rank bands."""

from papi_analysis.stats.noise.band import rank_band
from papi_analysis.stats.noise.published import detectable
from papi_analysis.stats.noise.spread import MIN_PROVINCES, REASONS, components, window
from papi_analysis.stats.noise.verdict import ALPHA, VERDICTS, changes

__all__ = [
    "ALPHA",
    "MIN_PROVINCES",
    "REASONS",
    "VERDICTS",
    "changes",
    "components",
    "detectable",
    "rank_band",
    "window",
]

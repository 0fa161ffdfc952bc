"""Which criteria a province should put first, how sure that is, and what the list leaves out."""

from papi_analysis.priority.advice import REASONS, Z90, do_not_chase, left_out
from papi_analysis.priority.assessment import DRAWS, absent, assess, assess_all, tiers
from papi_analysis.priority.flags import FLAGS
from papi_analysis.priority.headroom import BENCHMARKS, TOP

__all__ = [
    "BENCHMARKS",
    "DRAWS",
    "FLAGS",
    "REASONS",
    "TOP",
    "Z90",
    "absent",
    "assess",
    "assess_all",
    "do_not_chase",
    "left_out",
    "tiers",
]

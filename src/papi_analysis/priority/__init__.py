"""Which criteria a province should put first, how sure that is, and what the list leaves out."""

from papi_analysis.priority.advice import REASONS, do_not_chase, left_out
from papi_analysis.priority.assessment import DRAWS, absent, assess, assess_all
from papi_analysis.priority.basis import BENCHMARKS
from papi_analysis.priority.flags import FLAGS
from papi_analysis.priority.headroom import TOP
from papi_analysis.priority.level import HALF_WIDTH, POWER_80, Z90, detectable
from papi_analysis.priority.sensitivity import robustness, sensitivity
from papi_analysis.priority.tiers import TIER_A, TIER_B, tiers

__all__ = [
    "BENCHMARKS",
    "DRAWS",
    "FLAGS",
    "HALF_WIDTH",
    "POWER_80",
    "REASONS",
    "TIER_A",
    "TIER_B",
    "TOP",
    "Z90",
    "absent",
    "assess",
    "assess_all",
    "detectable",
    "do_not_chase",
    "left_out",
    "robustness",
    "sensitivity",
    "tiers",
]

"""Which criteria a province should put first, how sure that is, and what the list leaves out."""

from papi_analysis.priority.assessment import (
    FEWEST_FOR_TIERS,
    FLAGS,
    REASONS,
    TIER_A,
    TIER_B,
    absent,
    assess,
    assess_all,
    do_not_chase,
    left_out,
    listed,
    tiers,
)
from papi_analysis.priority.forecast import (
    HALF_WIDTH,
    PLACES,
    POWER_80,
    detectable,
    headline,
    outlook,
)
from papi_analysis.priority.headroom import BENCHMARKS, DRAWS, TOP
from papi_analysis.priority.sensitivity import robustness, sensitivity

__all__ = [
    "BENCHMARKS",
    "DRAWS",
    "FEWEST_FOR_TIERS",
    "FLAGS",
    "HALF_WIDTH",
    "PLACES",
    "POWER_80",
    "REASONS",
    "TIER_A",
    "TIER_B",
    "TOP",
    "absent",
    "assess",
    "assess_all",
    "detectable",
    "do_not_chase",
    "headline",
    "left_out",
    "listed",
    "outlook",
    "robustness",
    "sensitivity",
    "tiers",
]


def __dir__() -> list[str]:
    return __all__


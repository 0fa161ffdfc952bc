"""Which criteria a province should put first, how sure that is, and what the list leaves out."""

from papi_analysis.priority.assessment import (
    DRAWS,
    FLAGS,
    REASONS,
    TIER_A,
    TIER_B,
    absent,
    assess,
    assess_all,
    do_not_chase,
    left_out,
    tiers,
)
from papi_analysis.priority.headroom import BENCHMARKS, TOP
from papi_analysis.priority.sensitivity import robustness, sensitivity
from papi_analysis.priority.shrinkage import HALF_WIDTH, POWER_80, Z90, detectable

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


def __dir__() -> list[str]:
    return __all__


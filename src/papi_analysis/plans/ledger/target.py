"""The target of a criterion: a range, because no survey of one year hits a point."""

from __future__ import annotations

from papi_analysis.priority import HALF_WIDTH


def proposed(no_action: float, benchmark: float) -> tuple[float, float]:
    """The range to aim at, in points: from the score expected without action to the benchmark.

    Below it nothing was gained; above it the criterion is no longer behind. Where the expected
    score is already above the benchmark the range runs from the benchmark to it: hold that.

    >>> proposed(1.03, 1.57), proposed(2.3, 2.1)
    ((1.03, 1.57), (2.1, 2.3))
    """
    low, high = sorted((round(no_action, 2), round(benchmark, 2)))
    return low, high


def forecast_range(no_action: float, sd: float) -> tuple[float, float]:
    """Between which scores the next survey lies with 90 % if nobody acts, in points."""
    return no_action - HALF_WIDTH * sd, no_action + HALF_WIDTH * sd

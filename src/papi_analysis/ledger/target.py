"""The target of a criterion: a range, because no survey of one year hits a point."""

from __future__ import annotations

#: Half width of the 90 % range of a forecast in standard errors. Student's t with the freedom of
#: the fewest provinces that were scored, 57, widened for the error of their mean: with the 1.645
#: of the normal distribution chance alone would lie above the range in more than 5 % of cases.
HALF_WIDTH = 1.69
#: What to add for an effect to be found beyond the range with probability .80.
POWER_80 = 0.842


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


def detectable(sd: float) -> float:
    """The effect in points that next year's score shows beyond that range with probability .80."""
    return (HALF_WIDTH + POWER_80) * sd

"""Targets: for a criterion one score to aim at, for the total and the group what reaching it takes.

A target is never below today's score, and never above what the best province of the region has: a
benchmark that nobody near reaches is no order to give. The forecast without new action stands
beside it as a reference, with the score from which a rise can be seen.
"""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import norm

from papi_analysis.i18n import mark

#: Where a target comes from.
AIMS = {
    "benchmark": mark("the benchmark"),
    "best_of_region": mark("the best of the region"),
    "hold": mark("hold today's score"),
}


@dataclass(frozen=True)
class Target:
    """What to aim at in a criterion, in points.

    `value` is the score wanted, `aim` the key of `AIMS` that it comes from; `forecast` and `sd` are
    the next score without new action and its standard error, `seen_from` the score from which a
    rise beyond that is seen with probability .80; of `starters` provinces that had started as low,
    `reached` were at the benchmark a year later (None where it is not known).
    """

    value: float
    aim: str
    forecast: float
    sd: float
    seen_from: float
    reached: int | None = None
    starters: int | None = None


def expected(row: dict, headline: str = "same") -> tuple[float, float]:
    """The next score of a criterion without new action, and its standard error, in points."""
    ending = "_redrawn" if headline == "redrawn" and "expected_redrawn" in row else ""
    return row[f"expected{ending}"], row[f"expected{ending}_sd"]


def of_criterion(row: dict, headline: str = "same") -> Target:
    """The target of a criterion.

    Parameters
    ----------
    row : dict
        A row of `priorities` of the findings: score, benchmark, expected, expected_sd, detectable,
        points_behind; best_of_region and starters where they are known.
    headline : {"same", "redrawn"}
        Which forecast is the reference.

    Examples
    --------
    >>> row = {"score": 1.02, "benchmark": 1.57, "points_behind": 0.54, "expected": 1.03,
    ...        "expected_sd": 0.15, "detectable": 0.38, "best_of_region": {"score": 1.23}}
    >>> of_criterion(row).value, of_criterion(row).aim, round(of_criterion(row).seen_from, 2)
    (1.23, 'best_of_region', 1.41)
    """
    score, best = row["score"], row.get("best_of_region", {}).get("score", row["benchmark"])
    forecast, sd = expected(row, headline)
    aim = "benchmark" if row["benchmark"] <= best else "best_of_region"
    value = min(row["benchmark"], best)
    if row["points_behind"] <= 0 or round(value, 2) <= round(score, 2):
        aim, value = "hold", score
    start = row.get("starters", {})
    return Target(round(value, 2), aim, forecast, sd, forecast + row["detectable"],
                  start.get("reached_benchmark"), start.get("n"))  # fmt: skip


def no_action(findings: dict) -> dict | None:
    """The next total without new action (total, sd in points), None where it is not known."""
    known = findings.get("reach", {}).get("no_action", {}).get(findings.get("headline", "same"))
    return known or None


def chance_of_total(findings: dict, total: float) -> float | None:
    """Probability that the next published total is at least `total` without new action."""
    known = no_action(findings)
    return None if known is None else float(norm.sf((total - known["total"]) / known["sd"]))

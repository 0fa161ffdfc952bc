"""The rules of choosing that are compared: each scores every criterion with what a year knew."""

from __future__ import annotations

import numpy as np

from papi_analysis.i18n import mark
from papi_analysis.priority.cube import Cube, quantiles
from papi_analysis.priority.headroom import expected
from papi_analysis.priority.level import Level

#: Rules by key, in the order in which they are shown.
RULES = {
    "eb": mark("expected headroom (empirical Bayes)"),
    "raw_gap": mark("raw gap to P75"),
    "worst_rank": mark("worst rank"),
    "importance": mark("importance-performance"),
    "fall": mark("last year's fall"),
    "covariance": mark("covariance share"),
    "leverage": mark("expected headroom x item-rest r"),
    "attainable": mark("expected headroom x share of gaps closed before"),
}
#: Length of the lists that are compared.
CHOSEN = 5
BENCHMARK = 0.75


def scores(
    data: Cube, level: Level, year: int, codes: np.ndarray, *, steps: np.ndarray
) -> dict[str, np.ndarray]:
    """The score that each rule gives: provinces × codes, the highest chosen first.

    Only years up to `year` are read, and of the `steps` of `closed` those that end by then. NaN
    where a province lacks the score; minus infinity where a rule cannot judge (no comparable year
    before).
    """
    last = data.at(year)
    score, z, sd = data.score[last][:, codes], data.z[last][:, codes], data.sd[last, codes]
    mark = quantiles(score, BENCHMARK)
    behind = (mark - data.mean[last, codes]) / sd - level.mean[:, codes]
    headroom = expected(behind, np.sqrt(level.predictive[:, codes])) * sd
    rest, share = item_rest(score), covariance_share(score)
    return {
        "eb": headroom,
        "raw_gap": mark - score,
        "worst_rank": -z,
        "importance": -z * np.maximum(rest, 0),
        "fall": -_change(data, year, codes),
        "covariance": np.where(np.isfinite(score), share, np.nan),
        "leverage": headroom * np.maximum(rest, 0),
        "attainable": headroom * _closed_before(steps, last, codes),
    }


def _whole(score: np.ndarray) -> np.ndarray:
    return score[np.isfinite(score).all(axis=1)]


def item_rest(score: np.ndarray) -> np.ndarray:
    """Pearson r of each column with the sum of the others, over the rows that have them all."""
    rows = _whole(score)
    rest = rows.sum(axis=1, keepdims=True) - rows
    a, b = rows - rows.mean(axis=0), rest - rest.mean(axis=0)
    return (a * b).sum(axis=0) / np.sqrt((a * a).sum(axis=0) * (b * b).sum(axis=0))


def covariance_share(score: np.ndarray) -> np.ndarray:
    """Share of each column in the variance of the sum, cov(column, sum) / var(sum)."""
    rows = _whole(score)
    total = rows.sum(axis=1, keepdims=True)
    apart = total - total.mean()
    return ((rows - rows.mean(axis=0)) * apart).sum(axis=0) / (apart * apart).sum()


def _change(data: Cube, year: int, codes: np.ndarray) -> np.ndarray:
    """Change since the year before, less the mean change; infinite where none can be seen."""
    last = data.at(year)
    change = data.score[last][:, codes] - data.score[last - 1][:, codes]
    same = data.composition[last - 1, codes] == data.composition[last, codes]
    seen = np.isfinite(change) & same
    n = seen.sum(axis=0)
    mean = np.divide(np.where(seen, change, 0).sum(axis=0), n, where=n > 0, out=np.zeros(len(n)))
    return np.where(seen, change - mean, np.inf)


def closed(data: Cube) -> np.ndarray:
    """How many gaps half closed from a year to the next, and how many there were.

    2 × steps × all codes: counts of provinces; none between two years of different composition.
    """
    everything = np.arange(len(data.codes))
    gap = np.stack([gaps(data, place, everything) for place in range(len(data.years))])
    now, then = gap[:-1], gap[1:]
    same = data.composition[:-1] == data.composition[1:]
    behind = (now > 0) & np.isfinite(then) & same[:, None]
    return np.stack([behind & (then <= now / 2), behind]).sum(axis=2)


def _closed_before(steps: np.ndarray, last: int, codes: np.ndarray) -> np.ndarray:
    """Share of the gaps up to the year in place `last` of which half was closed, per code."""
    half, seen = steps[:, :last].sum(axis=1)[:, codes]
    return (half + 1) / (seen + 2)


def gaps(data: Cube, place: int, codes: np.ndarray) -> np.ndarray:
    """Benchmark of a year less score, in points: provinces × codes."""
    score = data.score[place][:, codes]
    return quantiles(score, BENCHMARK) - score


def first(score: np.ndarray, k: int = CHOSEN) -> np.ndarray:
    """Places of the k highest scores of each row; ties go to the earlier column."""
    ranked = np.where(np.isnan(score), -np.inf, score)
    return np.argsort(-ranked, axis=1, kind="stable")[:, :k]

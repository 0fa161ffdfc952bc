"""What was looked for and not found: gains that are no gains, and weights that do not agree."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
from scipy.integrate import trapezoid
from scipy.stats import norm, rankdata

from papi_analysis import cache
from papi_analysis.i18n import mark
from papi_analysis.priority.arrays import PanelArrays, complete, panel_arrays
from papi_analysis.priority.backtest import capture
from papi_analysis.priority.backtest.capture import Pair, common, each_pair, require_pairs
from papi_analysis.priority.shrinkage import pair_correlations, pearson, year_correlations

#: Rules whose choice is set beside later gains.
JUDGED = ("forecast", "raw_gap", "worst_rank", "importance", "fall")
#: Fewest values behind a rank correlation.
FEWEST = 10
#: Definitions of the importance of a sub-dimension.
IMPORTANCE = {
    "total_r": mark("correlation with the total"),
    "item_rest": mark("correlation with the total without it"),
    "covariance": mark("share of the variance of the total"),
    "component": mark("weight in the first principal component"),
}


def _delayed(panel: pd.DataFrame) -> list[tuple[Pair, np.ndarray, np.ndarray]]:
    """Pairs two or three years long inside a block, with gains from the origin and a year later.

    Gains are changes less the mean change of the same provinces, in points.
    """
    data = panel_arrays(panel)
    found = []
    for pair in each_pair(data, horizons=(2, 3), across=False):
        start, end = data.at(pair.origin), data.at(pair.origin + pair.horizon)
        score = data.score[:, pair.rows][:, :, pair.codes]
        whole, later = score[end] - score[start], score[end] - score[start + 1]
        found.append((pair, _apart(whole), _apart(later)))
    require_pairs(len(found))
    return found


def _apart(change: np.ndarray) -> np.ndarray:
    """Change less its mean over the provinces; NaN where a province has none."""
    n = np.isfinite(change).sum(axis=0)
    return change - np.nansum(change, axis=0) / n


@cache.memoize
def gains(panel: pd.DataFrame) -> pd.DataFrame:
    """The gain of the five chosen criteria, measured from the choice and from a year after it.

    A criterion is chosen because its score is low, and part of a low score is that year's error:
    the error goes, and looks like a gain. From the next year on it is out of the measure.

    Returns
    -------
    DataFrame
        rule, apparent (points, sum of the five, relative to the country, from the year of the
        choice), later (the same, from a year after it), regression (1 - later / apparent: the share
        that is regression to the mean), pairs (of two or three years inside a sample block).
    """
    records = [
        {"rule": rule, "apparent": _held(pair, rule, whole), "later": _held(pair, rule, later)}
        for pair, whole, later in _delayed(panel)
        for rule in JUDGED
    ]
    groups = pd.DataFrame(records).groupby("rule")
    table = groups.mean().reindex(list(JUDGED))
    table["regression"] = 1 - table["later"] / table["apparent"]
    table["pairs"] = groups.size()
    return table.reset_index().round(9)


def _held(pair: Pair, rule: str, gain: np.ndarray) -> float:
    """Gain of the chosen criteria, summed per province, mean over the provinces."""
    chosen = capture.first(pair.scores[rule][pair.rows])
    return float(np.nansum(np.take_along_axis(gain, chosen, axis=1), axis=1).mean())


@cache.memoize
def where(panel: pd.DataFrame) -> pd.DataFrame:
    """Whether a rule tells where a province gains, and whether points behind tell who gains.

    Both are rank correlations, from a year after the choice on: of a rule's scores with the gains
    over the criteria of one province, mean over the provinces; and of the points behind of the
    five chosen with the gain of all criteria together over the provinces (rule "total").

    Returns
    -------
    DataFrame
        rule, r (mean over the pairs), low, high (of the pairs), pairs.
    """
    records = []
    for pair, _, later in _delayed(panel):
        for rule in JUDGED:
            score = pair.scores[rule][pair.rows]
            records.append((rule, _mean_rank_r(score, later)))
        ordered = -np.sort(-pair.scores["forecast"][pair.rows], axis=1)
        behind = ordered[:, : capture.CHOSEN].sum(axis=1)
        total = np.nansum(later, axis=1)
        records.append(("total", _mean_rank_r(behind[None, :], total[None, :])))
    groups = pd.DataFrame(records, columns=["rule", "r"]).groupby("rule")["r"]
    table = groups.agg(r="mean", low="min", high="max", pairs="size")
    return table.reindex([*JUDGED, "total"]).reset_index().round(9)


def _mean_rank_r(first: np.ndarray, second: np.ndarray) -> float:
    """Mean over the rows of Spearman's r, each over the columns where both are finite."""
    both = np.isfinite(first) & np.isfinite(second)
    enough = both.sum(axis=1) >= FEWEST
    ranks = (np.where(both, values, np.nan)[enough] for values in (first, second))
    a, b = (rankdata(values, axis=1, nan_policy="omit").T for values in ranks)
    return float(pearson(a, b).mean())


@cache.memoize
def attainability(panel: pd.DataFrame) -> pd.DataFrame:
    """How often half of a gap is closed in a year, and how often it would be by error alone.

    Gaps to the P75 of each year, both years in one block and composition. By error alone: the
    z-scores of the two years are normal with the correlation of their sub-dimension and no level
    changes.

    Returns
    -------
    DataFrame
        One row: gaps (count), closed (share of which half or more is closed), by_error (share
        expected from error alone).
    """
    data = panel_arrays(panel)
    within, _ = year_correlations(data, pair_correlations(data), int(data.years[-1]))
    chance, steps = _closed_by_error(within), capture.closed(data)
    gaps, closed, expected = 0, 0, 0.0
    for early in np.flatnonzero(data.block[:-1] == data.block[1:]):
        codes, _ = common(data, tuple(data.years[early : early + 2]))
        half, seen = steps[:, early, codes]
        gaps += int(seen.sum())
        closed += int(half.sum())
        expected += float((seen * chance[codes]).sum())
    record = {"gaps": gaps, "closed": closed / gaps, "by_error": expected / gaps}
    return pd.DataFrame([record]).round(9)


def _closed_by_error(correlation: np.ndarray) -> np.ndarray:
    """P(half of a gap to P75 closes) for two normal scores of given correlation and equal level."""
    mark = norm.ppf(capture.BENCHMARK)
    first = np.linspace(-8.0, mark, 4001)[:, None]
    needed = ((mark + first) / 2 - correlation * first) / np.sqrt(1 - correlation**2)
    closing = trapezoid(norm.pdf(first) * norm.sf(needed), first[:, 0], axis=0)
    return closing / capture.BENCHMARK


@cache.memoize
def importance(panel: pd.DataFrame) -> pd.DataFrame:
    """How little definitions of importance agree: shared part of their five first sub-dimensions.

    Returns
    -------
    DataFrame
        a, b (keys of `IMPORTANCE`), jaccard (mean over the years of |both| / |either|), years.
    """
    data = panel_arrays(panel)
    tops = [_most_important(data, int(year)) for year in data.years]
    records = []
    for a, b in combinations(IMPORTANCE, 2):
        shared = [len(top[a] & top[b]) / len(top[a] | top[b]) for top in tops]
        records.append({"a": a, "b": b, "jaccard": np.mean(shared), "years": len(tops)})
    return pd.DataFrame(records).round(9)


def _most_important(data: PanelArrays, year: int) -> dict[str, set[int]]:
    codes = data.current(year)
    score = data.score[data.at(year)][:, codes][complete(data, year, codes)]
    correlation = np.corrcoef(np.column_stack([score, score.sum(axis=1)]), rowvar=False)
    vector = np.linalg.eigh(correlation[:-1, :-1])[1][:, -1]
    weights = {
        "total_r": correlation[:-1, -1],
        "item_rest": capture.item_rest(score),
        "covariance": capture.covariance_share(score),
        "component": vector * np.sign(vector.sum()),
    }
    firsts = {name: capture.first(weight[None, :])[0] for name, weight in weights.items()}
    return {name: set(codes[first].tolist()) for name, first in firsts.items()}

"""The level of a province from its own history alone (empirical Bayes), beside the forecast.

Every sub-dimension is taken inside its year as a z-score. The correlation between two years of the
same province is estimated per sub-dimension, once inside a sample block and once across blocks, and
shrunk towards a prior; the level is the best linear prediction from the years of one composition.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from papi_analysis.priority.arrays import PanelArrays

#: Prior correlation between two years inside a sample block and across blocks, and its weight in
#: pairs of years.
PRIOR_WITHIN, PRIOR_ACROSS, PRIOR_WEIGHT = 0.50, 0.30, 3.0
#: Bounds of the estimated correlations; the one across blocks is never above the one within.
WITHIN_BOUNDS, ACROSS_FLOOR = (0.05, 0.97), 0.02
#: Least variance of a next score, in squared SD of the provinces.
LEAST_PREDICTIVE = 1e-6
#: Years of history that an estimate may use, the present one included.
HISTORY = 7
#: From this mean correlation between neighbouring years on, a sub-dimension hardly moves.
PERSISTENT = 0.90
#: Half width of 90 % of a normal distribution: what the back-test holds z-scores against, from
#: which the mean and the spread of their year are taken out.
Z90 = 1.645
#: Steps from year to year that this mean is taken over.
STEPS = 3


@dataclass(frozen=True)
class Level:
    """Estimated levels of a year in z units, provinces × sub-dimensions (NaN where absent).

    `mean` is the estimate and `predictive` the variance of the next published score around it;
    `years` counts the years it rests on.
    """

    mean: np.ndarray
    predictive: np.ndarray
    years: np.ndarray


def pair_correlations(data: PanelArrays) -> np.ndarray:
    """Pearson r over the provinces between the scores of two years, years × years × codes.

    NaN where the two years have different compositions of the sub-dimension, or p >= q.
    """
    n = len(data.years)
    found = np.full((n, n, len(data.codes)), np.nan)
    for late in range(1, n):
        for early in range(late):
            same = data.composition[early] == data.composition[late]
            usable = np.flatnonzero(same & (data.composition[late] >= 0))
            pair = pearson(data.z[early][:, usable], data.z[late][:, usable])
            found[early, late, usable] = pair
    return found


def pearson(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Column by column Pearson r over the rows that both have."""
    both = np.isfinite(first) & np.isfinite(second)
    n = both.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        a = np.where(both, first - np.where(both, first, 0).sum(axis=0) / n, 0)
        b = np.where(both, second - np.where(both, second, 0).sum(axis=0) / n, 0)
        return (a * b).sum(axis=0) / np.sqrt((a * a).sum(axis=0) * (b * b).sum(axis=0))


def year_correlations(
    data: PanelArrays, pairs: np.ndarray, year: int
) -> tuple[np.ndarray, np.ndarray]:
    """Shrunken correlation between two years of a province: inside a block, and across blocks.

    The mean of `pairs` up to `year`, drawn towards `PRIOR_WITHIN` or `PRIOR_ACROSS` as if
    `PRIOR_WEIGHT` more pairs of years had been seen there; with no pair it is the prior itself.
    """
    last = data.at(year) + 1
    known = pairs[:last, :last]
    same = (data.block[:last, None] == data.block[None, :last])[:, :, None]
    there = np.isfinite(known)

    def shrunk(keep: np.ndarray, prior: float) -> np.ndarray:
        total = np.where(keep, known, 0).sum(axis=(0, 1))
        return (total + PRIOR_WEIGHT * prior) / (keep.sum(axis=(0, 1)) + PRIOR_WEIGHT)

    within = np.clip(shrunk(there & same, PRIOR_WITHIN), *WITHIN_BOUNDS)
    across = np.clip(shrunk(there & ~same, PRIOR_ACROSS), ACROSS_FLOOR, within)
    return within, across


def year_to_year(data: PanelArrays, pairs: np.ndarray, year: int) -> np.ndarray:
    """Mean correlation over the last steps from one year to the next, per code.

    A step joins two neighbouring years of one block and the present composition, up to `year`; at
    most the last three are taken, all of one block, the latest that has any. NaN without a step.
    """
    last = data.at(year)
    found = np.full(len(data.codes), np.nan)
    for code in data.current(year):
        same = data.composition[:, code] == data.composition[last, code]
        steps = [i for i in range(last) if same[i] and same[i + 1] and _joined(data, i)]
        recent = [i for i in steps if data.block[i] == data.block[steps[-1]]][-STEPS:]
        if recent:
            found[code] = np.mean([pairs[i, i + 1, code] for i in recent])
    return found


def _joined(data: PanelArrays, place: int) -> bool:
    """Whether a year and the next stand in one sample block."""
    return data.block[place] == data.block[place + 1]


def levels(data: PanelArrays, year: int, *, pairs: np.ndarray | None = None) -> Level:
    """Estimated level of every province in every sub-dimension of a year.

    With K the correlations among the years of its history and k those with the coming year,
    mean = k'K⁻¹z and predictive variance = 1 - k'K⁻¹k.
    """
    pairs = pair_correlations(data) if pairs is None else pairs
    within, across = year_correlations(data, pairs, year)
    mean, predictive, years = (np.full(data.z.shape[1:], np.nan) for _ in range(3))
    for code in data.current(year):
        history = _history(data, year, code)
        z = data.z[history, :, code]
        there = np.isfinite(z)
        pattern = 2 ** np.arange(len(history)) @ there
        for each in set(pattern[there[-1]].tolist()):
            rows = pattern == each
            used = there[:, rows.argmax()]
            weights, variance = _kriging(data.block[history[used]], within[code], across[code])
            mean[rows, code] = weights @ z[used[:, None] & rows].reshape(len(weights), -1)
            predictive[rows, code] = max(variance, LEAST_PREDICTIVE)
            years[rows, code] = len(weights)
    return Level(mean, predictive, years)


def _history(data: PanelArrays, year: int, code: int) -> np.ndarray:
    """Places of the years whose scores of a sub-dimension speak for the present one."""
    last = data.at(year)
    window = np.arange(max(0, last - HISTORY + 1), last + 1)
    return window[data.composition[window, code] == data.composition[last, code]]


def _kriging(blocks: np.ndarray, within: float, across: float) -> tuple[np.ndarray, float]:
    """Weights of the years of a history, oldest first, and the predictive variance."""
    among = np.where(blocks[:, None] == blocks[None, :], within, across)
    np.fill_diagonal(among, 1.0)
    ahead = np.where(blocks == blocks[-1], within, across)
    weights = np.linalg.solve(among, ahead)
    return weights, float(1 - ahead @ weights)

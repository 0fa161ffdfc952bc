"""The present level of a province: an empirical-Bayes (kriging) estimate from its own history.

Every sub-dimension is taken inside its year as a z-score. The correlation between two years of the
same province is estimated per sub-dimension, once inside a sample block and once across blocks, and
shrunk towards a prior; the level is the best linear prediction from the years of one composition.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from papi_analysis.errors import ParameterError
from papi_analysis.priority.arrays import PanelArrays, panel_arrays

#: Prior correlation between two years inside a sample block and across blocks, and its weight in
#: pairs of years.
PRIOR_WITHIN, PRIOR_ACROSS, PRIOR_WEIGHT = 0.50, 0.30, 3.0
#: Bounds of the estimated correlations; the one across blocks is never above the one within.
WITHIN_BOUNDS, ACROSS_FLOOR = (0.05, 0.97), 0.02
#: Least variances of a level, in squared SD of the provinces.
LEAST_PREDICTIVE, LEAST_LATENT = 1e-6, 1e-4
#: Years of history that an estimate may use, the present one included.
HISTORY = 7
#: From this mean correlation between neighbouring years on, a sub-dimension hardly moves.
PERSISTENT = 0.90
#: Ways to take such a sub-dimension (see `levels`).
PERSISTENT_RULES = ("pooled", "light", "raw")
#: Half width of 90 % of a normal distribution: what the back-test holds z-scores against, from
#: which the mean and the spread of their year are taken out.
Z90 = 1.645
#: Half width of the 90 % range of a forecast in points, in standard errors. Student's t with the
#: freedom of the fewest provinces that were scored, 57, widened for the error of their mean: with
#: `Z90` chance alone would lie above the range in more than 5 % of cases.
HALF_WIDTH = 1.69
#: What to add for an effect to be found beyond the range with probability .80.
POWER_80 = 0.842
#: Steps from year to year that this mean is taken over.
STEPS = 3


def detectable(sd: float | np.ndarray) -> float | np.ndarray:
    """The effect in points that next year's score shows beyond that range with probability .80."""
    return (HALF_WIDTH + POWER_80) * sd


@dataclass(frozen=True)
class Level:
    """Estimated levels of a year in z units, provinces × sub-dimensions (NaN where absent).

    `mean` is the estimate; `latent` and `predictive` are the variances of the true level of the
    sampled places and of the next published score. `years` counts the years it rests on.
    """

    mean: np.ndarray
    latent: np.ndarray
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
    data: PanelArrays, pairs: np.ndarray, year: int, *, weight: float | np.ndarray = PRIOR_WEIGHT
) -> tuple[np.ndarray, np.ndarray]:
    """Shrunken correlation between two years of a province: inside a block, and across blocks.

    The mean of `pairs` up to `year`, drawn towards `PRIOR_WITHIN` or `PRIOR_ACROSS` as if `weight`
    more pairs of years had been seen there. With no pair at all it is the prior itself.
    """
    last = data.at(year) + 1
    known = pairs[:last, :last]
    same = (data.block[:last, None] == data.block[None, :last])[:, :, None]
    there = np.isfinite(known)

    def shrunk(keep: np.ndarray, prior: float) -> np.ndarray:
        total = np.where(keep, known, 0).sum(axis=(0, 1))
        return (total + weight * prior) / (keep.sum(axis=(0, 1)) + weight)

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


def levels(
    data: PanelArrays, year: int, *, pairs: np.ndarray | None = None, persistent: str = "pooled"
) -> Level:
    """Estimated level of every province in every sub-dimension of a year.

    With K the correlations among the years of its history and k those with the coming year,
    mean = k'K⁻¹z, predictive variance = 1 - k'K⁻¹k, latent variance = that minus (1 - within).

    Parameters
    ----------
    persistent : str
        How sub-dimensions are taken that hardly move (`year_to_year` of `PERSISTENT` or more): like
        all others ("pooled"), with a prior of weight 1 ("light"), or at their last score ("raw":
        predictive variance 2(1 - r) and latent variance 1 - r from their year-to-year r).

    Raises
    ------
    ParameterError
        For another word than these three.
    """
    if persistent not in PERSISTENT_RULES:
        raise ParameterError(
            "No way {value!r} to take criteria that hardly move. Use one of: {names}.",
            value=str(persistent)[:80],
            names=", ".join(PERSISTENT_RULES),
        )
    pairs = pair_correlations(data) if pairs is None else pairs
    steady = year_to_year(data, pairs, year)
    weight = np.where((steady >= PERSISTENT) & (persistent == "light"), 1.0, PRIOR_WEIGHT)
    within, across = year_correlations(data, pairs, year, weight=weight)
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
    latent = np.where(np.isnan(mean), np.nan, np.maximum(predictive - (1 - within), LEAST_LATENT))
    found = Level(mean, latent, predictive, years)
    return _at_last_score(data, found, year, steady) if persistent == "raw" else found


def _at_last_score(data: PanelArrays, level: Level, year: int, steady: np.ndarray) -> Level:
    """The same levels, with those that hardly move put at their last score."""
    fixed = (steady >= PERSISTENT) & np.isfinite(level.mean)
    noise = np.maximum(1 - np.where(fixed, steady, 0.0), LEAST_LATENT)
    return Level(
        np.where(fixed, data.z[data.at(year)], level.mean),
        np.where(fixed, noise, level.latent),
        np.where(fixed, 2 * noise, level.predictive),
        level.years,
    )


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


@dataclass(frozen=True)
class FittedLevels:
    """The panel up to a year, the correlations between its years, and the levels of that year."""

    year: int
    data: PanelArrays
    pairs: np.ndarray
    level: Level
    codes: np.ndarray


def fit(panel: pd.DataFrame, year: int, *, persistent: str = "pooled") -> FittedLevels:
    """Arrays and levels of a year; later years are not looked at."""
    data = panel_arrays(panel, year)
    pairs = pair_correlations(data)
    level = levels(data, year, pairs=pairs, persistent=persistent)
    return FittedLevels(year, data, pairs, level, data.current(year))

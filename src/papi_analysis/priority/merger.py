"""What is expected of a merged province: the forecasts of its former provinces, put together.

Units are the provinces of a later division of the country, each made of whole former ones with
weights w (shares of the population), W2 = Σ w². With m_p and v_p the forecast and its variance of a
former province (z-scores of a criterion inside a year, places drawn anew), r_w and r_a the
correlation between two years of a province inside a sample block and across blocks, and γ the
covariance of the lasting levels of two parts of one unit:

before its first own score   m = Σ w m_p,   V = Σ w² v_p + (c - W2)(1 - r_a)

where c = 1 says that one sample of the size of a province is drawn in the whole unit, and c = W2
that every part is sampled as before (the sample of the new units is not known). From the first own
score on, the history enters as h = Σ w m_p with variance u = Σ w² (v_p - 1 + r_a) of the level, an
own score O has variance u + 1 - r_a, two of one sample block share u + r_w - r_a, and the next is
their best linear prediction; with one own score that is m = h + b(O - h) with
b = (u + r_w - r_a) / (u + 1 - r_a).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from papi_analysis import places
from papi_analysis.priority.arrays import PanelArrays, quantiles
from papi_analysis.priority.shrinkage import Level
from papi_analysis.stats import resampling

#: Share of a province's sample that the new unit gets: one whole sample (see the module).
ONE_SAMPLE = 1.0
#: The places of the next survey: those of the last one, or places drawn anew.
PLACES = ("same", "redrawn")
#: Draws of the scores that set the benchmark of units without own scores, and their seed.
DRAWS, SEED = 4000, 84


def weights(year: int, provinces: tuple[str, ...]) -> tuple[tuple[str, ...], np.ndarray]:
    """The units of a year's round and how they weigh former provinces, units × provinces."""
    units = places.units_of(year)
    held = pd.DataFrame(0.0, index=units["code"], columns=list(provinces))
    for unit in units.itertuples():
        held.loc[unit.code, list(unit.predecessors)] = unit.weights
    return tuple(units["code"]), held.to_numpy()


def spread(weight: np.ndarray, there: np.ndarray) -> np.ndarray:
    """Weights for each criterion, over the parts that have it, units × provinces × codes.

    A unit none of whose parts has it gets NaN.
    """
    held = weight[:, :, None] * there[None, :, :]
    total = held.sum(axis=1, keepdims=True)
    return np.divide(held, total, out=np.full(held.shape, np.nan), where=total > 0)


def mean_of_parts(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted means, units × codes, over the parts that have a value (provinces × codes)."""
    there = np.isfinite(values)
    return (spread(weight, there) * np.where(there, values, 0.0)).sum(axis=1)


def before_own(
    level: Level, weight: np.ndarray, across: np.ndarray, *, sample: float | None = ONE_SAMPLE
) -> Level:
    """The next score of every unit, before it has one of its own (m and V of the module).

    Parameters
    ----------
    level : Level
        Forecasts of the former provinces in places drawn anew, provinces × codes.
    weight : ndarray, units × provinces
    across : ndarray, codes
        Correlation between two years across sample blocks.
    sample : float, optional
        c of the module; None for W2, every part sampled as before.
    """
    there = np.isfinite(level.mean)
    w = spread(weight, there)
    mean = (w * np.where(there, level.mean, 0.0)).sum(axis=1)
    own = (w**2 * np.where(there, level.predictive, 0.0)).sum(axis=1)
    squares = (w**2).sum(axis=1)
    c = squares if sample is None else sample
    variance = own + (c - squares) * (1 - across)
    return Level(mean, variance, years_of_parts(level.years, weight))


def years_of_parts(years: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The most years that a part's forecast rests on, units × codes; NaN where none has any."""
    held = np.where(weight[:, :, None] > 0, years[None], np.nan)
    most = np.where(np.isfinite(held), held, 0.0).max(axis=1)
    return np.where(most > 0, most, np.nan)


def kinship(data: PanelArrays, year: int, weight: np.ndarray) -> float:
    """γ: mean product of two parts' z-scores in years of other blocks and one composition."""
    last = data.at(year)
    kin = ((weight > 0).T.astype(float) @ (weight > 0)) * (1 - np.eye(weight.shape[1]))
    total = count = 0.0
    z = np.where(np.isfinite(data.z), data.z, 0.0)
    there = np.isfinite(data.z).astype(float)
    for late in range(last + 1):
        for early in range(late):
            same = (data.composition[early] == data.composition[late]) & (
                data.composition[late] >= 0
            )
            if data.block[early] == data.block[late] or not same.any():
                continue
            total += (z[early][:, same] * (kin @ z[late][:, same])).sum()
            count += (there[early][:, same] * (kin @ there[late][:, same])).sum()
    return total / count if count else 0.0


@dataclass(frozen=True)
class Prior:
    """What is known of units when their own rounds begin, units × codes, in z of the provinces.

    `h` and `u` are mean and variance of the level, `within` and `across` (codes) as in the module,
    `factor` (codes) is the SD of own scores of the units in that of the former provinces' scores.
    """

    h: np.ndarray
    u: np.ndarray
    within: np.ndarray
    across: np.ndarray
    factor: np.ndarray


def prior(
    level: Level, weight: np.ndarray, within: np.ndarray, across: np.ndarray, gamma: float
) -> Prior:
    """The history of the former provinces as a prior of their unit's level (see the module).

    Where no part has a history the level is 0 with variance r_a W2 + γ(1 - W2).
    """
    there = np.isfinite(level.mean)
    w = spread(weight, there)
    h = (w * np.where(there, level.mean, 0.0)).sum(axis=1)
    lasting = np.where(there, np.maximum(level.predictive - (1 - across), 1e-4), 0.0)
    u = (w**2 * lasting).sum(axis=1)
    squares = (weight**2).sum(axis=1)[:, None]
    bare = np.isnan(h)
    return Prior(
        np.where(bare, 0.0, h),
        np.where(bare, across * squares + gamma * (1 - squares), u),
        within,
        across,
        np.sqrt(1 - (across - gamma) * (1 - squares).mean()),
    )


def after_own(known: Prior, z: np.ndarray, block: np.ndarray) -> dict[str, Level]:
    """The next score of every unit from its history and its own scores.

    Parameters
    ----------
    known : Prior
    z : ndarray, years × units × codes
        Own scores in z of the former provinces; NaN where absent, and then the history alone
        speaks.
    block : ndarray, years
        Sample block of each year.

    Returns
    -------
    dict of Level
        By the places of the next survey (see `forecast.PLACES`).
    """
    same = block[:, None] == block[None, :]
    found = {form: Level(*(np.full(known.h.shape, np.nan) for _ in range(3))) for form in PLACES}
    for unit, code in np.ndindex(known.h.shape):
        own = np.isfinite(z[:, unit, code])
        h, u = known.h[unit, code], known.u[unit, code]
        stay = known.within[code] - known.across[code]
        among = u + stay * same[np.ix_(own, own)] + (1 - known.within[code]) * np.eye(own.sum())
        apart = z[own, unit, code] - h
        for form, level in found.items():
            ahead = u + stay * (block[own] == block[-1]) * (form == "same")
            gain = np.linalg.solve(among, ahead * np.ones(own.sum()))
            level.mean[unit, code] = h + gain @ apart
            level.predictive[unit, code] = u + 1 - known.across[code] - gain @ (
                ahead * np.ones(own.sum())
            )
            level.years[unit, code] = own.sum()
    return found


def benchmark_of_own(
    mean: np.ndarray, sd: np.ndarray, share: float, *, draws: int = DRAWS
) -> np.ndarray:
    """Expected quantile of the own scores that units do not have yet, per code, in points.

    Synthetic scores lie closer together than own ones will, so their quantile would be too low.

    Parameters
    ----------
    mean, sd : ndarray, units × codes
        Expected own scores and their standard errors.
    """
    rng, total = resampling.generator(SEED), np.zeros(mean.shape[1])
    for _ in range(draws):
        total += quantiles(mean + sd * rng.standard_normal(mean.shape), share)
    return total / draws

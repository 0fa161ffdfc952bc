"""Correlations of many bootstrap resamples of provinces at once, and their intervals.

A resample is a row of counts: how often each province was drawn. With counts, a mid-rank is a
sum over provinces, so the ranks of a whole batch are one matrix product and its correlations
another. Doubled and centred mid-ranks are whole numbers, so their sums are exact in float64: no
processor and no number of threads changes a bit of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from papi_analysis.errors import DataError
from papi_analysis.stats import resampling

COVERAGE = 0.95
#: The largest share of resamples in which a coefficient may be undefined (a constant column).
UNDEFINED = 0.05

_TINY = 1e-12  # a spread that is only the rounding of its sums
_BATCH = 200  # resamples at a time, so that their ranks stay in the processor's cache


def pairs(width: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the first and the second column of every pair, in reading order."""
    return np.triu_indices(width, 1)


def spearman(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Spearman's coefficient of every pair of columns in every resample.

    Parameters
    ----------
    values : ndarray, provinces × columns
    counts : ndarray, resamples × provinces
        How often each province was drawn (see `draws.counts`); a row of ones is the sample itself.

    Returns
    -------
    ndarray, resamples × pairs
        In the order of `pairs`; NaN where a column is constant in the resample.
    """
    n, width = values.shape
    steps = _steps(values)
    found = np.empty((len(counts), width * (width - 1) // 2))
    for start, stop in resampling.batches(len(counts), _BATCH):
        drawn = counts[start:stop]
        ranked = (drawn @ steps).reshape(-1, width, n)
        ranked -= drawn.sum(axis=1)[:, None, None]
        found[start:stop] = _correlate(ranked, ranked * drawn[:, None, :])
    return found


def _steps(values: np.ndarray) -> np.ndarray:
    """What one drawing of a province (row) adds to the doubled mid-rank of each, per column.

    2 where it is lower, 1 where it is equal, 0 where it is higher; the doubled mid-rank is the sum
    over all that were drawn, plus 1. Columns run through provinces inside items.
    """
    n, width = values.shape
    drawn, ranked = values[:, None, :], values[None, :, :]
    steps = (drawn < ranked).astype(float) + (drawn <= ranked)
    return np.ascontiguousarray(steps.transpose(0, 2, 1)).reshape(n, width * n)


def pearson(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Pearson's coefficient of every pair of columns in every resample; as `spearman`."""
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    width = scaled.shape[1]
    found = np.empty((len(counts), width * (width - 1) // 2))
    for start, stop in resampling.batches(len(counts), _BATCH):
        drawn = counts[start:stop]
        means = (drawn @ scaled) / drawn.sum(axis=1)[:, None]
        centred = scaled.T[None] - means[:, :, None]
        found[start:stop] = _correlate(centred, centred * drawn[:, None, :])
    return found


def _correlate(centred: np.ndarray, weighted: np.ndarray) -> np.ndarray:
    """Correlations from centred values (resamples × columns × provinces) and the same weighted."""
    width = centred.shape[1]
    product = np.matmul(weighted, centred.transpose(0, 2, 1)).reshape(-1, width * width)
    a, b = pairs(width)
    spread = product[:, :: width + 1].copy()
    spread[spread <= _TINY] = np.nan
    found = product.take(a * width + b, axis=1)
    found /= np.sqrt(spread.take(a, axis=1) * spread.take(b, axis=1))
    return np.clip(found, -1.0, 1.0, out=found)


def within_years(x: np.ndarray, y: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Pearson's coefficient of two quantities after each year's mean is taken out.

    Provinces are drawn whole, with all their years, so that the interval allows for what the years
    of a province share. With one column it is Pearson's coefficient itself.

    Parameters
    ----------
    x, y : ndarray, provinces × years
        NaN where absent; only where both are there they count.
    counts : ndarray, resamples × provinces

    Returns
    -------
    ndarray, resamples
    """
    there = ~(np.isnan(x) | np.isnan(y))
    x, y = np.where(there, x, 0.0), np.where(there, y, 0.0)
    sums = [part.sum(axis=1) for part in (x * x, y * y, x * y)]
    columns = np.column_stack([there.astype(float), x, y, *sums])
    total = np.ascontiguousarray((counts @ columns).T)  # a row of resamples for every sum
    number, sum_x, sum_y = total[:-3].reshape(3, x.shape[1], -1)
    number = np.maximum(number, 1.0)
    xx = total[-3] - (sum_x**2 / number).sum(axis=0)
    yy = total[-2] - (sum_y**2 / number).sum(axis=0)
    xy = total[-1] - (sum_x * sum_y / number).sum(axis=0)
    varied = (xx > _TINY * total[-3]) & (yy > _TINY * total[-2])
    return np.clip(xy / np.sqrt(np.where(varied, xx * yy, np.nan)), -1.0, 1.0)


def intervals(drawn: np.ndarray, labels: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Percentile intervals of `COVERAGE` for every column of drawn coefficients.

    Raises
    ------
    DataError
        When a coefficient is undefined in more than `UNDEFINED` of the resamples; `labels` name it.
    """
    holes = np.isnan(drawn).mean(axis=0)
    if holes.max() > UNDEFINED:
        raise DataError(
            "The interval of {label} cannot be estimated: {share} % of the resamples hold the same "
            "score in every province. Leave that item out.",
            label=labels[int(holes.argmax())],
            share=round(100 * float(holes.max())),
        )
    tails = [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2]
    quantile = np.nanquantile if holes.any() else np.quantile
    low, high = quantile(drawn, tails, axis=0)
    return low, high

"""Seeded draws: the generator, bootstrap counts and the ranks of many drawn rows at once."""

from __future__ import annotations

from collections.abc import Iterator
from numbers import Integral

import numpy as np

from papi_analysis.errors import DataError, ParameterError

__all__ = ["counts", "generator", "ranks"]


def __dir__() -> list[str]:
    return __all__


LARGEST_SEED = 2**32 - 1
#: The share of false finds among those called significant (Benjamini-Hochberg), everywhere.
ALPHA = 0.05
#: Bounds of a number of draws: fewer say too little, more fill the memory.
FEWEST, MOST = 100, 1_000_000

_BATCH = 2_000  # rows ranked at a time, so that they stay in the processor's cache


def generator(seed: int) -> np.random.Generator:
    """The random generator of a seed; the same seed gives the same draws everywhere.

    Raises
    ------
    ParameterError
        When the seed is not a whole number from 0 to `LARGEST_SEED`.
    """
    if _whole(seed) and 0 <= seed <= LARGEST_SEED:
        return np.random.default_rng(int(seed))
    raise ParameterError(
        "The seed {value} is not a whole number from 0 to {largest}.",
        value=_shown(seed),
        largest=LARGEST_SEED,
    )


def number(value: int) -> int:
    """The number of draws asked for, when it lies within `FEWEST` and `MOST`.

    Raises
    ------
    ParameterError
        When it does not.
    """
    if _whole(value) and FEWEST <= value <= MOST:
        return int(value)
    raise ParameterError(
        "The number of draws {value} is not a whole number from {fewest} to {most}.",
        value=_shown(value),
        fewest=FEWEST,
        most=MOST,
    )


def counts(n: int, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """How often each of `n` units is drawn in every bootstrap resample.

    Returns
    -------
    ndarray, resamples × n
        Whole numbers as float64; every row sums to n.
    """
    drawn = rng.integers(0, n, size=(resamples, n))
    drawn += np.arange(resamples)[:, None] * n
    return np.bincount(drawn.ravel(), minlength=resamples * n).reshape(resamples, n).astype(float)


def batches(total: int, size: int) -> Iterator[tuple[int, int]]:
    """The borders that cut `total` rows into runs of at most `size`.

    Yields
    ------
    tuple
        First row of a run, and the row after its last.

    Examples
    --------
    >>> list(batches(5, 2))
    [(0, 2), (2, 4), (4, 5)]
    """
    for start in range(0, total, size):
        yield start, min(start + size, total)


def ranks(values: np.ndarray) -> np.ndarray:
    """Competition ranks inside every row: 1 is the highest, ties share the better rank.

    Parameters
    ----------
    values : ndarray, draws × units
        Drawn scores, none missing.

    Returns
    -------
    ndarray, draws × units
        int64.

    Raises
    ------
    DataError
        When a value is missing.

    Examples
    --------
    >>> ranks(np.array([[3.0, 5.0, 5.0, 1.0]]))
    array([[3, 1, 1, 4]])
    """
    values = np.asarray(values, dtype=float)
    if np.isnan(values).any():
        raise DataError(
            "Ranks were asked of {n} missing {n:score|scores}.", n=int(np.isnan(values).sum())
        )
    found = np.empty(values.shape, dtype=np.int64)
    for start, stop in batches(len(values), _BATCH):
        found[start:stop] = _ranks(-values[start:stop])
    return found


def _ranks(rows: np.ndarray) -> np.ndarray:
    """Ranks inside every row, 1 the lowest: its place in the sorted row, or that of its tie."""
    order = np.argsort(rows, axis=1)
    line = np.arange(len(rows))[:, None]
    ordered = rows[line, order]
    place = np.broadcast_to(np.arange(1, rows.shape[1] + 1), rows.shape)
    tied = ordered[:, 1:] == ordered[:, :-1]
    if tied.any():
        place = place.copy()
        place[:, 1:][tied] = 0
        place = np.maximum.accumulate(place, axis=1)
    found = np.empty(rows.shape, dtype=np.int64)
    found[line, order] = place
    return found


def _whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool | np.bool_)


def _shown(value: object) -> str:
    return repr(value)[:80]

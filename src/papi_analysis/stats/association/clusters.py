"""Where neighbouring provinces score alike: local Moran's I."""

from __future__ import annotations

import numpy as np
import pandas as pd

from papi_analysis import cache
from papi_analysis.stats import resampling
from papi_analysis.stats.association.sample import complete
from papi_analysis.stats.association.space import _plane, _weights

#: Own score and that of the neighbours against the national mean, as esda numbers quadrants.
QUADRANTS = {1: "high_high", 2: "low_high", 3: "low_low", 4: "high_low"}


@cache.result
def clusters(
    wide: pd.DataFrame,
    points: pd.DataFrame,
    *,
    neighbours: int = 5,
    permutations: int = 999,
    alpha: float = 0.05,
    seed: int,
) -> pd.DataFrame:
    """Provinces that are more like their neighbours, or less, than chance would make them.

    Parameters
    ----------
    wide : DataFrame
        Provinces in rows, items in columns (see `panel.wide`).
    points : DataFrame
        One point per province, as in `moran`.
    neighbours : int
        Nearest neighbours of each province; all weigh the same and sum to 1.
    permutations : int
        Random re-orderings of the other provinces for p.
    alpha : float
        Level at which a cluster is named after adjustment.
    seed : int

    Returns
    -------
    DataFrame
        code, province, n, i (local Moran's I), p (two-sided, by conditional
        permutation), q (p adjusted over the provinces of the item), quadrant (own score _ that of
        the neighbours, against the mean: high_high, low_high, low_low, high_low), cluster (the
        quadrant where q < alpha, else "").

    Raises
    ------
    DataError, ParameterError
        As `moran`.

    Notes
    -----
    Anselin 1995, Geographical Analysis 27:93; esda. A cluster is a likeness, not a cause.
    """
    from esda.moran import Moran_Local
    from statsmodels.stats.multitest import multipletests

    there = complete(wide)
    weights = _weights(_plane(points, there.index), neighbours)
    size, rng = resampling.number(permutations), resampling.generator(seed)
    parts = []
    for code in there:
        fit = Moran_Local(there[code].to_numpy(), weights, permutations=0)
        p = _by_chance(fit.z, fit.Is, neighbours, size, rng)
        q = multipletests(p, method="fdr_bh")[1]
        quadrant = pd.Series(fit.q).map(QUADRANTS).to_numpy()
        part = {"code": str(code), "province": there.index, "n": len(there), "i": fit.Is}
        part |= {"p": p, "q": q, "quadrant": quadrant}
        parts.append(pd.DataFrame(part).assign(cluster=np.where(q < alpha, quadrant, "")))
    return pd.concat(parts, ignore_index=True)


def _by_chance(
    z: np.ndarray, found: np.ndarray, neighbours: int, size: int, rng: np.random.Generator
) -> np.ndarray:
    """Two-sided p of every place: its own score kept, its neighbours drawn from all others."""
    n = len(z)
    larger = np.empty(n)
    lots, picked = np.empty((2, size, n - 1))
    for place in range(n):
        rng.random(out=lots)
        last = np.partition(lots, neighbours - 1, axis=1)[:, neighbours - 1, None]
        np.less_equal(lots, last, out=picked)
        means = picked @ np.delete(z, place) / neighbours
        drawn = (n - 1) * z[place] * means / (z**2).sum()
        larger[place] = (drawn >= found[place] - 1e-12).sum()
    tail = np.minimum(larger, size - larger)
    return np.minimum(1.0, 2 * (tail + 1) / (size + 1))

"""Whether provinces near each other score alike, and for how many independent ones they count."""

from __future__ import annotations

import numpy as np
import pandas as pd

from papi_analysis import cache
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.stats import resampling
from papi_analysis.stats.correlation import coefficients, complete

__all__ = ["associations", "local_moran", "moran"]


def __dir__() -> list[str]:
    return __all__


#: Kilometres of one degree of longitude and of latitude at 16° N, the middle of the country.
KM_PER_DEGREE = (111.32 * np.cos(np.radians(16.0)), 110.57)


@cache.memoize
def moran(
    wide: pd.DataFrame,
    points: pd.DataFrame,
    *,
    neighbours: int = 5,
    permutations: int = 999,
    seed: int,
) -> pd.DataFrame:
    """Moran's I of every item: how much the score of a province is like that of its neighbours.

    Parameters
    ----------
    wide : DataFrame
        Provinces in rows, items in columns (see `panel.wide`).
    points : DataFrame
        One point per province: code (column or index) with lon, lat (degrees) or x, y (a plane).
    neighbours : int
        Nearest neighbours of each province; all weigh the same and sum to 1.
    permutations : int
        Random re-orderings of the provinces for p.
    seed : int

    Returns
    -------
    DataFrame
        code, n (provinces with every item), i, expected (without any likeness, −1/(n − 1)), z, p
        (one-sided, by permutation), q (p adjusted over all items), p_normal (one-sided, normal
        approximation under randomisation).

    Raises
    ------
    DataError
        As `correlation.complete`; or when a province has no point.
    ParameterError
        For a number of neighbours or permutations or a seed out of range.

    Notes
    -----
    Cliff and Ord 1981, Spatial Processes; esda and libpysal. Near provinces are alike for many
    lasting reasons; likeness is not a cause.
    """
    from esda.moran import Moran
    from scipy import stats
    from statsmodels.stats.multitest import multipletests

    there = complete(wide)
    weights = _weights(_plane(points, there.index), neighbours)
    fits = [Moran(there[code].to_numpy(), weights, permutations=0) for code in there]
    found = np.array([fit.I for fit in fits])
    z = np.array([fit.z_rand for fit in fits])
    rng = resampling.generator(seed)
    drawn = _permuted(there.to_numpy(dtype=float), weights, resampling.number(permutations), rng)
    p = (1 + (drawn >= found - 1e-12).sum(axis=0)) / (len(drawn) + 1)
    return pd.DataFrame(
        {
            "code": there.columns.astype(str),
            "n": len(there),
            "i": found,
            "expected": -1 / (len(there) - 1),
            "z": z,
            "p": p,
            "q": multipletests(p, method="fdr_bh")[1],
            "p_normal": stats.norm.sf(z),
        }
    )


def _plane(points: pd.DataFrame, provinces: pd.Index) -> np.ndarray:
    """Coordinates of the provinces on a plane, in their order."""
    table = points.set_index("code") if "code" in points.columns else points
    degrees = {"lon", "lat"} <= set(table.columns)
    names = ["lon", "lat"] if degrees else ["x", "y"]
    if not set(names) <= set(table.columns):
        raise DataError(
            "Points need the columns lon, lat or x, y; found: {found}.",
            found=", ".join(map(str, table.columns))[:80],
        )
    place = table[~table.index.duplicated()][names].reindex(provinces).astype(float)
    lost = place.index[~np.isfinite(place).all(axis=1)]
    if len(lost):
        raise DataError(
            "No point for {n} {n:province|provinces}: {codes}. Give every scored province a place.",
            n=len(lost),
            codes=", ".join(map(str, lost[:10])),
        )
    return place.to_numpy() * (KM_PER_DEGREE if degrees else (1.0, 1.0))


def _weights(place: np.ndarray, neighbours: int):
    """Row-standardised weights of the nearest neighbours."""
    from libpysal.weights import KNN

    if not (isinstance(neighbours, int) and 1 <= neighbours < len(place) - 1):
        raise ParameterError(
            "The number of neighbours {value} is not a whole number from 1 to {most}.",
            value=repr(neighbours)[:80],
            most=len(place) - 2,
        )
    weights = KNN.from_array(place, k=neighbours, silence_warnings=True)
    weights.transform = "r"
    return weights


def _permuted(values: np.ndarray, weights, size: int, rng: np.random.Generator) -> np.ndarray:
    """Moran's I of every item under `size` re-orderings of the provinces (rows)."""
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    link = weights.sparse.toarray()
    found = np.empty((size, values.shape[1]))
    for row in found:
        shuffled = scaled[rng.permutation(len(scaled))]
        row[:] = (shuffled * (link @ shuffled)).sum(axis=0) / len(scaled)
    return found


#: Kilometres of one class of distance in which the likeness of provinces is averaged.
CLASS_KM = 100.0


def associations(
    wide: pd.DataFrame, points: pd.DataFrame, *, method: str = "spearman"
) -> pd.DataFrame:
    """Every pair of items tested with its effective number of provinces.

    Parameters
    ----------
    wide : DataFrame
        Provinces in rows, items in columns (see `panel.wide`).
    points : DataFrame
        One point per province: code (column or index) with lon, lat (degrees) or x, y (kilometres).
    method : {"spearman", "pearson"}
        Coefficient.

    Returns
    -------
    DataFrame
        a, b, r, n, n_effective (at most n), p (two-sided), q (p adjusted over all pairs).

    Raises
    ------
    DataError
        As `correlation.complete`; or when a province has no point.
    ParameterError
        For another method.

    Notes
    -----
    Clifford, Richardson and Hémon 1989, Biometrics 45: 123. n_effective = 1 + n² / Σ R_a R_b over
    all pairs of provinces; R is 1 for a province with itself and else the mean product of the
    standardised values in the class of distance.
    """
    from scipy import stats
    from statsmodels.stats.multitest import multipletests

    there = complete(wide)
    n, place = len(there), _plane(points, there.index)
    apart = np.hypot(*(place[:, None] - place).transpose(2, 0, 1)) // CLASS_KM
    classes = np.unique(apart, return_inverse=True)[1].reshape(n, n)
    other = ~np.eye(n, dtype=bool)
    pairs = np.maximum(np.bincount(classes[other], minlength=classes.max() + 1), 1)
    ranked = there.rank() if method == "spearman" else there
    alike = {}
    for code, values in ranked.items():
        z = ((values - values.mean()) / values.std(ddof=0)).to_numpy()
        products = np.bincount(classes[other], np.outer(z, z)[other], classes.max() + 1)
        alike[str(code)] = np.where(other, (products / pairs)[classes], 1.0)
    found = coefficients(wide, method=method)
    common = [(alike[a] * alike[b]).sum() for a, b in zip(found["a"], found["b"], strict=True)]
    found = found[["a", "b", "r"]].assign(n=n, n_effective=1 + n**2 / np.array(common))
    found["n_effective"] = found["n_effective"].clip(3.0, n)
    freedom = found["n_effective"] - 2
    t = found["r"].abs() * np.sqrt(freedom / (1 - found["r"] ** 2).clip(1e-12))
    found["p"] = 2 * stats.t.sf(t, freedom)
    return found.assign(q=multipletests(found["p"], method="fdr_bh")[1])


#: Own score and that of the neighbours against the national mean, as esda numbers quadrants.
QUADRANTS = {1: "high_high", 2: "low_high", 3: "low_low", 4: "high_low"}


@cache.memoize
def local_moran(
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

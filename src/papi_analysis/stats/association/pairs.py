"""How every two items of a year move together between provinces, and which pairs last."""

from __future__ import annotations

import numpy as np
import pandas as pd

from papi_analysis import cache
from papi_analysis.data import panel as panels
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.stats import resampling
from papi_analysis.stats.association import inference
from papi_analysis.stats.association.sample import complete, require_order, signatures

METHODS = {"spearman": inference.spearman, "pearson": inference.pearson}
#: The share of false finds among the pairs called significant (Benjamini-Hochberg).
ALPHA = 0.05


@cache.result
def matrix(
    wide: pd.DataFrame, *, method: str = "spearman", resamples: int = 10_000, seed: int
) -> pd.DataFrame:
    """The correlation of every two items over provinces, with interval and significance.

    An association between provinces is not a cause: what holds between provinces need not hold
    inside them (see `between_within`).

    Parameters
    ----------
    wide : DataFrame
        Provinces in rows, items of one level in columns (see `panel.wide`).
    method : {"spearman", "pearson"}
    resamples : int
        Bootstrap resamples of provinces.
    seed : int

    Returns
    -------
    DataFrame
        a, b (codes, in the order of the columns), n (provinces with every item), r, low, high (95 %
        percentile interval over resampled provinces), p (two-sided, t approximation), q (p adjusted
        over all pairs).

    Raises
    ------
    DataError
        As `sample.complete`; or where an interval cannot be estimated.
    ParameterError
        For an unknown method, a seed or a number of resamples out of range.

    Notes
    -----
    q: Benjamini and Hochberg 1995, JRSS B 57:289. Interval: Efron and Tibshirani 1993, ch. 13.
    """
    found = coefficients(wide, method=method)
    there = complete(wide)
    counted = resampling.counts(
        len(there), resampling.number(resamples), resampling.generator(seed)
    )
    drawn = METHODS[method](there.to_numpy(dtype=float), counted)
    low, high = inference.intervals(drawn, (found["a"] + " – " + found["b"]).tolist())
    return found.assign(low=low, high=high)[["a", "b", "n", "r", "low", "high", "p", "q"]]


def coefficients(wide: pd.DataFrame, *, method: str = "spearman") -> pd.DataFrame:
    """As `matrix`, without the interval: a, b, n, r, p, q.

    An unknown method is a `ParameterError`.
    """
    from statsmodels.stats.multitest import multipletests

    if method not in METHODS:
        raise ParameterError(
            "No method {value}. Use one of: {known}.",
            value=repr(method)[:80],
            known=", ".join(METHODS),
        )
    there = complete(wide)
    r = METHODS[method](there.to_numpy(dtype=float), np.ones((1, len(there))))[0]
    p = two_sided(r, len(there))
    first, second = inference.pairs(there.shape[1])
    codes = there.columns.astype(str).to_numpy()
    q = multipletests(p, method="fdr_bh")[1]
    return pd.DataFrame(
        {"a": codes[first], "b": codes[second], "n": len(there), "r": r, "p": p, "q": q}
    )


def two_sided(r: np.ndarray, n: int) -> np.ndarray:
    """The two-sided p value of a correlation of n pairs: Student's t with n − 2 degrees.

    It is exact for Pearson's r of normal scores and the usual approximation for Spearman's.
    """
    from scipy import stats

    with np.errstate(divide="ignore"):
        t = r * np.sqrt((n - 2) / ((1 - r) * (1 + r)))
    return 2 * stats.t.sf(np.abs(t), n - 2)


@cache.result
def stability(
    levels: pd.DataFrame,
    regimes: pd.DataFrame,
    *,
    end: int,
    start: int | None = None,
    level: str = "subdimension",
    method: str = "spearman",
) -> pd.DataFrame:
    """Which pairs keep their sign and their significance in every year up to `end`.

    Each year is judged by itself (q over the same pairs), so no score is set beside one of
    another year. The years are those with all sub-dimensions of `end` in the index.

    Parameters
    ----------
    levels, regimes : DataFrame
        See `panel.levels` and `framework.regimes`.
    end, start : int
        Last and first year; without `start` the first with the sub-dimensions of `end`.
    level : {"subdimension", "dimension"}
    method : {"spearman", "pearson"}

    Returns
    -------
    DataFrame
        a, b, years, positive, negative (years in which r is significant and above or below 0),
        r_low, r_high (smallest and largest yearly r), stable (bool: significant with one sign in
        all of the years), since (first year of the present composition of both), stable_since
        (bool: the same from `since` on).

    Raises
    ------
    DataError
        When a sub-dimension of `end` is missing from the index in a year from `start` on.
    ParameterError
        When `start` is after `end`.
    """
    years = _years(regimes, start, end)
    codes = panels.wide(levels, end, level).columns
    yearly = pd.concat(
        {
            year: coefficients(panels.wide(levels, year, level)[codes], method=method)
            for year in years
        },
        names=["year"],
    ).reset_index("year")
    sign = np.sign(yearly["r"]).where(yearly["q"] < ALPHA, 0.0)
    yearly = yearly.assign(positive=sign > 0, negative=sign < 0)
    since = _since(regimes, level, years)
    return _lasting(yearly, since)


def _years(regimes: pd.DataFrame, start: int | None, end: int) -> list[int]:
    """The unbroken run of years up to `end` whose index holds all sub-dimensions of `end`."""
    held = regimes.groupby("year")["subdimension"].agg(set)
    require_order(held.index, start, end)
    fit = held[held.index <= end].map(held[end].issubset)
    first = int(fit[~fit].index.max()) + 1 if not fit.all() else int(fit.index.min())
    if start is not None and start < first:
        missing = sorted(held[end] - held.get(first - 1, set()))
        raise DataError(
            "The sub-dimensions of {end} cannot be followed from {start}: {codes} came into the "
            "index in {first}. Use {first} or later.",
            end=end,
            start=start,
            codes=", ".join(missing[:5]),
            first=first,
        )
    return [year for year in fit.index if year >= (first if start is None else start)]


def _since(regimes: pd.DataFrame, level: str, years: list[int]) -> pd.Series:
    """The first of `years` from which each item keeps the composition it has in the last."""
    table = signatures(regimes[regimes["year"].isin(years)], level).unstack("year")
    table = table[table[years[-1]].notna()]
    same = table.eq(table[years[-1]], axis=0)[years[::-1]].astype(int).cumprod(axis=1)
    return same.apply(lambda row: min(year for year in years if row[year]), axis=1)


def _lasting(yearly: pd.DataFrame, since: pd.Series) -> pd.DataFrame:
    """One row per pair from one row per pair and year."""
    from_code = np.maximum(yearly["a"].map(since), yearly["b"].map(since))
    yearly = yearly.assign(since=from_code, late=yearly["year"] >= from_code)
    late = yearly[yearly["late"]].groupby(["a", "b"], sort=False)[["positive", "negative"]]
    groups = yearly.groupby(["a", "b"], sort=False)
    table = groups.agg(
        years=("year", "size"),
        positive=("positive", "sum"),
        negative=("negative", "sum"),
        r_low=("r", "min"),
        r_high=("r", "max"),
        since=("since", "first"),
    )
    table["stable"] = table[["positive", "negative"]].max(axis=1) == table["years"]
    table["stable_since"] = late.all().any(axis=1)
    order = ["years", "positive", "negative", "r_low", "r_high", "stable", "since", "stable_since"]
    return table[order].reset_index()

"""How two items move together between provinces, beside how they move together inside them."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from papi_analysis import cache
from papi_analysis.errors import ParameterError
from papi_analysis.stats import resampling
from papi_analysis.stats.correlation import (
    FEWEST_PROVINCES,
    intervals,
    no_changes,
    steps,
    stretch,
    within_years,
)

if TYPE_CHECKING:
    from statsmodels.regression.linear_model import RegressionResults

__all__ = ["between_within", "fixed_effects"]


def __dir__() -> list[str]:
    return __all__


@cache.memoize
def between_within(
    levels: pd.DataFrame,
    index_versions: pd.DataFrame,
    *,
    end: int,
    start: int | None = None,
    level: str = "dimension",
    resamples: int = 10_000,
    seed: int,
) -> pd.DataFrame:
    """The association of province means beside that of yearly changes inside provinces.

    Provinces differ in many lasting ways (towns and countryside, income); a correlation of their
    means mixes all of these. Changes inside a province leave them out. Neither shows a cause, and
    changes share the sampling error of one survey.

    Parameters
    ----------
    levels, index_versions : DataFrame
        See `panel.levels` and `codebook.index_versions`.
    end, start : int
        Last and first year, in one sample block; without `start` its first year.
    level : {"dimension", "subdimension"}
    resamples, seed : int
        Bootstrap over provinces, each drawn with all its years.

    Returns
    -------
    DataFrame
        a, b (codes);
        n_provinces, r_between, between_low, between_high, slope_between: Pearson's r of province
        means over the years with the composition of `end`, its 95 % interval, and the slope of b
        on a (points per point);
        n_changes, r_within, within_low, within_high: Pearson's r of changes between consecutive
        years of one composition, less the mean change of the year;
        n_scores, slope_within, se_within, p_within, q_within: the slope of b on a with effects of
        province and of year (two-way fixed effects), its standard error, p, and p adjusted over
        all pairs.
        A pair with fewer than 10 comparable changes is left out.

    Raises
    ------
    DataError
        When `start` lies in an earlier sample block, or no pair has comparable changes.
    ParameterError
        For a seed or a number of resamples out of range.

    Notes
    -----
    Scores: provinces and years with every item of `level`. Slopes: Baltagi, Econometric Analysis
    of Panel Data, ch. 2-3; where a composition breaks, a province has one effect on each side.
    """
    from statsmodels.stats.multitest import multipletests

    scores, spells = stretch(levels, index_versions, level=level, start=start, end=end)
    changes = steps(scores, spells)
    size, rng = resampling.number(resamples), resampling.generator(seed)
    counted = resampling.counts(scores.index.unique("province").size, size, rng)
    last = scores.where(spells.eq(spells.xs(end, level="year").iloc[0]))
    present, moved = _by_year(last), _by_year(changes)
    province, year = (pd.factorize(scores.index.get_level_values(i))[0] for i in range(2))
    runs = {code: pd.factorize(spells[code], use_na_sentinel=False)[0] for code in spells}
    values = {code: scores[code].to_numpy() for code in scores}
    rows = []
    for a, b in combinations(scores.columns, 2):
        inside = _within(moved[a], moved[b], counted, f"{a} – {b}")
        if inside["n_changes"] >= FEWEST_PROVINCES:
            between = _between(present[a], present[b], counted, f"{a} – {b}")
            unit = np.ravel_multi_index((province, runs[a], runs[b]), (len(scores),) * 3)
            slope = _slope(values[a], values[b], unit, year)
            rows.append({"a": a, "b": b} | between | inside | slope)
    if not rows:
        raise no_changes(index_versions, end)
    table = pd.DataFrame(rows)
    return table.assign(q_within=multipletests(table["p_within"], method="fdr_bh")[1])


def _by_year(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """The values of every column, provinces in rows and years in columns, NaN where absent."""
    return {code: table[code].unstack("year").to_numpy(dtype=float) for code in table}


def _between(x: np.ndarray, y: np.ndarray, counts: np.ndarray, label: str) -> dict[str, object]:
    """The correlation of province means, over the years that both have, and their slope."""
    there = ~(np.isnan(x) | np.isnan(y))
    years = there.sum(axis=1)
    with np.errstate(invalid="ignore"):
        x, y = (np.where(there, value, 0.0).sum(axis=1) / years for value in (x, y))
    r, low, high = _interval(x[:, None], y[:, None], counts, label)
    x, y = x[years > 0], y[years > 0]
    slope = np.cov(x, y)[0, 1] / x.var(ddof=1)
    names = ("n_provinces", "r_between", "between_low", "between_high", "slope_between")
    return dict(zip(names, (len(x), r, low, high, float(slope)), strict=True))


def _within(x: np.ndarray, y: np.ndarray, counts: np.ndarray, label: str) -> dict[str, object]:
    """The correlation of changes; only their number where there are too few."""
    n = int((~(np.isnan(x) | np.isnan(y))).sum())
    if n < FEWEST_PROVINCES:
        return {"n_changes": n}
    names = ("n_changes", "r_within", "within_low", "within_high")
    return dict(zip(names, (n, *_interval(x, y, counts, label)), strict=True))


def _interval(
    x: np.ndarray, y: np.ndarray, counts: np.ndarray, label: str
) -> tuple[float, float, float]:
    """Pearson's coefficient within years (columns), with its interval over provinces (rows)."""
    point = within_years(x, y, np.ones((1, len(x))))[0]
    low, high = intervals(within_years(x, y, counts)[:, None], [label])
    return float(point), float(low[0]), float(high[0])


def _slope(x: np.ndarray, y: np.ndarray, unit: np.ndarray, year: np.ndarray) -> dict[str, float]:
    """The two-way fixed-effects slope of y on x; a province is one unit per composition."""
    there = ~np.isnan(x + y)
    fit = _inside(y[there], x[there], unit[there], year[there])
    names = ("n_scores", "slope_within", "se_within", "p_within")
    found = (int(fit.nobs), fit.params[0], fit.bse[0], fit.pvalues[0])
    return dict(zip(names, found, strict=True))


def fixed_effects(
    table: pd.DataFrame, outcome: str, drivers: list[str], *, unit: str, year: str | None = None
) -> pd.DataFrame:
    """Slopes of an outcome on its drivers inside units, so that lasting differences do not count.

    Parameters
    ----------
    table : DataFrame
        One row per unit and year, nothing missing.
    outcome, drivers : str, list of str
        Columns with numbers.
    unit : str
        Column of the unit; a unit with one row says nothing about change and is left out.
    year : str, optional
        Column of the year; with it each year has an effect too (two-way fixed effects).

    Returns
    -------
    DataFrame
        driver, n (rows used), slope (of the outcome per unit of the driver), se, p (two-sided).

    Raises
    ------
    ParameterError
        When the table lacks one of the columns.

    Notes
    -----
    Least squares after the means of the units are taken out, homoskedastic errors: Baltagi,
    Econometric Analysis of Panel Data, ch. 2-3.

    Examples
    --------
    >>> from papi_analysis import panel
    >>> table = panel.wide(panel.levels(panel.load())).loc[:, ["5", "6"]].dropna().reset_index()
    >>> recent = table[table["year"].ge(2021)]
    >>> slopes = fixed_effects(recent, "5", ["6"], unit="province", year="year")
    >>> list(slopes.columns)
    ['driver', 'n', 'slope', 'se', 'p']
    """
    named = [outcome, *drivers, unit, *([] if year is None else [year])]
    if absent := [name for name in named if name not in table]:
        raise ParameterError(
            "The table has no column {absent}; it has {columns}. It needs a row per unit and year "
            "and a column per score, as panel.wide(levels).dropna().reset_index() gives.",
            absent=", ".join(map(repr, absent)),
            columns=", ".join(map(str, table.columns))[:200],
        )
    years = None if year is None else table[year].to_numpy()
    y, x = table[outcome].to_numpy(dtype=float), table[drivers].to_numpy(dtype=float)
    fit, first = _inside(y, x, table[unit].to_numpy(), years), slice(len(drivers))
    return pd.DataFrame(
        {
            "driver": drivers,
            "n": int(fit.nobs),
            "slope": fit.params[first],
            "se": fit.bse[first],
            "p": fit.pvalues[first],
        }
    )


def _inside(
    outcome: np.ndarray, drivers: np.ndarray, unit: np.ndarray, year: np.ndarray | None
) -> RegressionResults:
    """The least squares of `fixed_effects`: the drivers' slopes come first, then the years'."""
    from statsmodels.regression.linear_model import OLS  # a third of the time of its whole api

    unit = pd.factorize(unit)[0]
    used = np.bincount(unit)[unit] > 1
    columns = np.column_stack([outcome, drivers])[used]
    if year is not None:
        calendar = pd.factorize(year[used])[0]
        columns = np.column_stack([columns, np.eye(calendar.max() + 1)[calendar, 1:]])
    group = pd.factorize(unit[used])[0]
    means = np.zeros((group.max() + 1, columns.shape[1]))
    np.add.at(means, group, columns)
    inside = columns - (means / np.bincount(group)[:, None])[group]
    model = OLS(inside[:, 0], inside[:, 1:])
    model.df_resid -= len(means)
    return model.fit()

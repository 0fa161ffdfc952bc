"""How two items move together between provinces, beside how they move together inside them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from papi_analysis import draws
from papi_analysis._errors import DataError
from papi_analysis.association import resampling
from papi_analysis.association.changes import steps, stretch
from papi_analysis.association.sample import FEWEST_PROVINCES, block_start


def between_within(
    levels: pd.DataFrame,
    regimes: pd.DataFrame,
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
    levels, regimes : DataFrame
        See `panel.levels` and `framework.regimes`.
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

    scores, spells = stretch(levels, regimes, level=level, start=start, end=end)
    rng, size = draws.generator(seed), draws.number(resamples)
    counted = draws.counts(scores.index.unique("province").size, size, rng)
    changes = steps(scores, spells)
    rows = []
    for a, b in combinations(scores.columns, 2):
        pair = [a, b]
        if changes[pair].notna().all(axis=1).sum() >= FEWEST_PROVINCES:
            slope = _slope(scores[pair], spells[a] + " | " + spells[b])
            means = _means(scores[pair], spells[pair], end)
            rows.append(_associate(means, changes[pair], counted) | slope)
    if not rows:
        raise DataError(
            "No two items of {end} have yearly changes that can be compared inside the sample "
            "block that begins in {first}. Use a later year.",
            end=end,
            first=block_start(regimes, end),
        )
    table = pd.DataFrame(rows)
    return table.assign(q_within=multipletests(table["p_within"], method="fdr_bh")[1])


def _means(scores: pd.DataFrame, spells: pd.DataFrame, end: int) -> pd.DataFrame:
    """Province means over the years with the composition of `end`; NaN without such a year."""
    last = spells.xs(end, level="year").iloc[0]
    return scores[spells.eq(last).all(axis=1)].groupby("province").mean()


def _associate(means: pd.DataFrame, changes: pd.DataFrame, counts: np.ndarray) -> dict[str, object]:
    """Both correlations of one pair with their intervals, and the slope between provinces."""
    a, b = means.columns
    yearly = changes.unstack("year")
    means_there = means.reindex(yearly.index)
    between = _interval(means_there[[a]], means_there[[b]], counts)
    inside = _interval(yearly[a], yearly[b], counts)
    return {
        "a": a,
        "b": b,
        "n_provinces": len(means),
        **dict(zip(("r_between", "between_low", "between_high"), between, strict=True)),
        "slope_between": float(means.cov().loc[a, b] / means[a].var()),
        "n_changes": int(changes.notna().all(axis=1).sum()),
        **dict(zip(("r_within", "within_low", "within_high"), inside, strict=True)),
    }


def _interval(x: pd.DataFrame, y: pd.DataFrame, counts: np.ndarray) -> tuple[float, float, float]:
    """Pearson's coefficient within years, with its interval over resampled provinces (rows)."""
    label = f"{x.columns[0]} – {y.columns[0]}"
    values = (x.to_numpy(), y.to_numpy())
    point = resampling.within_years(*values, np.ones((1, len(x))))[0]
    low, high = resampling.intervals(resampling.within_years(*values, counts)[:, None], [label])
    return float(point), float(low[0]), float(high[0])


def _slope(scores: pd.DataFrame, spell: pd.Series) -> dict[str, float]:
    """The two-way fixed-effects slope of the second column on the first."""
    a, b = scores.columns
    table = scores.reset_index()
    table = table.assign(unit=table["province"] + " | " + spell.to_numpy())
    row = fixed_effects(table, b, [a], unit="unit", year="year").iloc[0]
    names = {"n": "n_scores", "slope": "slope_within", "se": "se_within", "p": "p_within"}
    return {new: row[old] for old, new in names.items()}


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

    Notes
    -----
    Least squares after the means of the units are taken out, homoskedastic errors: Baltagi,
    Econometric Analysis of Panel Data, ch. 2-3.
    """
    import statsmodels.api as sm

    used = table[table[unit].duplicated(keep=False)]
    columns = used[[outcome, *drivers]].astype(float)
    if year is not None:
        columns = columns.join(pd.get_dummies(used[year], drop_first=True, dtype=float))
    inside = (columns - columns.groupby(used[unit]).transform("mean")).to_numpy()
    model = sm.OLS(inside[:, 0], inside[:, 1:])
    model.df_resid -= used[unit].nunique()
    fit = model.fit()
    found = {"slope": fit.params, "se": fit.bse, "p": fit.pvalues}
    slopes = pd.DataFrame({name: value[: len(drivers)] for name, value in found.items()})
    return pd.concat([pd.DataFrame({"driver": drivers, "n": len(used)}), slopes], axis=1)

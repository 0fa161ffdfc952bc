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
    provinces = scores.index.get_level_values("province").unique().sort_values()
    counted = draws.counts(len(provinces), size, rng)
    rows = []
    for a, b in combinations(scores.columns, 2):
        spell = spells[a].str.cat(spells[b], sep=" | ")
        if steps(scores[[a, b]], spell).notna().all(axis=1).sum() >= FEWEST_PROVINCES:
            rows.append(_pair(scores[[a, b]], spell, provinces, counted))
    if not rows:
        raise DataError(
            "No two items of {end} have yearly changes that can be compared inside the sample "
            "block that begins in {first}. Use a later year.",
            end=end,
            first=block_start(regimes, end),
        )
    table = pd.DataFrame(rows)
    return table.assign(q_within=multipletests(table["p_within"], method="fdr_bh")[1])


def _pair(
    scores: pd.DataFrame, spell: pd.Series, provinces: pd.Index, counts: np.ndarray
) -> dict[str, object]:
    """The row of `between_within` of one pair, without q."""
    a, b = scores.columns
    label = f"{a} – {b}"
    last = spell.loc[spell.index.get_level_values("year") == scores.index.levels[1].max()].iloc[0]
    means = scores[spell == last].groupby("province").mean().reindex(provinces)
    changes = steps(scores, spell)
    x, y = (changes[code].unstack("year").reindex(provinces).to_numpy() for code in (a, b))
    columns = (means[[a]].to_numpy(), means[[b]].to_numpy())
    between = _interval(*columns, counts, label)
    inside = _interval(x, y, counts, label)
    pairs = means.dropna()
    slope = float(np.polyfit(pairs[a], pairs[b], 1)[0])
    return {
        "a": a,
        "b": b,
        "n_provinces": len(pairs),
        **dict(zip(("r_between", "between_low", "between_high"), between, strict=True)),
        "slope_between": slope,
        "n_changes": int(changes.notna().all(axis=1).sum()),
        **dict(zip(("r_within", "within_low", "within_high"), inside, strict=True)),
        **_slope(scores, spell),
    }


def _interval(
    x: np.ndarray, y: np.ndarray, counts: np.ndarray, label: str
) -> tuple[float, float, float]:
    point = resampling.within_years(x, y, np.ones((1, len(x))))[0]
    low, high = resampling.intervals(resampling.within_years(x, y, counts)[:, None], [label])
    return float(point), float(low[0]), float(high[0])


def _slope(scores: pd.DataFrame, spell: pd.Series) -> dict[str, float]:
    """The two-way fixed-effects slope of the second column on the first."""
    a, b = scores.columns
    table = scores.reset_index()
    table = table.assign(unit=table["province"] + " | " + spell.to_numpy())
    row = fixed_effects(table, b, [a], effects=["unit", "year"]).iloc[0]
    names = {"n": "n_scores", "slope": "slope_within", "se": "se_within", "p": "p_within"}
    return {new: row[old] for old, new in names.items()}


def fixed_effects(
    table: pd.DataFrame, outcome: str, drivers: list[str], *, effects: list[str]
) -> pd.DataFrame:
    """Slopes of an outcome on its drivers, with an effect for every value of some columns.

    Parameters
    ----------
    table : DataFrame
        One row per unit and year, nothing missing.
    outcome, drivers : str, list of str
        Columns with numbers.
    effects : list of str
        Columns that name the unit or the year; the first one is the unit. A unit with one row says
        nothing about change and is left out.

    Returns
    -------
    DataFrame
        driver, n (rows used), slope (points of the outcome per point), se, p (two-sided).

    Notes
    -----
    Least squares with dummy variables, homoskedastic errors: Baltagi, Econometric Analysis of
    Panel Data, ch. 2-3.
    """
    import statsmodels.api as sm

    used = table[table[effects[0]].duplicated(keep=False)]
    dummies = pd.get_dummies(used[effects].astype(str), drop_first=True, dtype=float)
    design = sm.add_constant(pd.concat([used[drivers].astype(float), dummies], axis=1))
    fit = sm.OLS(used[outcome].astype(float), design).fit()
    return pd.DataFrame(
        {
            "driver": drivers,
            "n": len(used),
            "slope": fit.params[drivers].to_numpy(),
            "se": fit.bse[drivers].to_numpy(),
            "p": fit.pvalues[drivers].to_numpy(),
        }
    )

"""Yearly changes that may be compared, and how much of them all items share."""

from __future__ import annotations

import numpy as np
import pandas as pd

from papi_analysis.data import panel as panels
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.stats import resampling
from papi_analysis.stats.association import inference
from papi_analysis.stats.association.sample import block_start, complete, signatures


def yearly_changes(
    levels: pd.DataFrame,
    regimes: pd.DataFrame,
    *,
    end: int,
    start: int | None = None,
    level: str = "dimension",
) -> pd.DataFrame:
    """Changes between consecutive years of one sample block and composition, less the national.

    Parameters
    ----------
    levels, regimes : DataFrame
        See `panel.levels` and `framework.regimes`.
    end, start : int
        Last and first year, in one sample block; without `start` its first year.
    level : {"dimension", "subdimension"}

    Returns
    -------
    DataFrame
        Indexed by province and year (the later one); one column per item, points; NaN where the
        composition broke. Only provinces with every item in both years.

    Raises
    ------
    DataError
        When `start` lies in an earlier sample block, or there is no such change.
    """
    scores, spells = stretch(levels, regimes, level=level, start=start, end=end)
    table = steps(scores, spells).dropna(how="all")
    if table.empty:
        raise no_changes(regimes, end)
    return table - table.groupby("year").transform("mean")


def no_changes(regimes: pd.DataFrame, end: int) -> DataError:
    """The error of a request that finds no yearly changes to compare up to `end`."""
    return DataError(
        "The items of {end} have no yearly changes that can be compared inside the sample block "
        "that begins in {first}. Use a later year.",
        end=end,
        first=block_start(regimes, end),
    )


def stretch(
    levels: pd.DataFrame, regimes: pd.DataFrame, *, level: str, start: int | None, end: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The scores of complete provinces in the years of one sample block, with their composition.

    Returns
    -------
    scores, spells : DataFrame
        Both indexed by province and year, one column per item of `end`: points, and the signature
        of the item in that year (see `sample.signatures`).
    """
    if level not in panels.LEVELS[:2]:
        raise ParameterError(
            "No level {value}. Use one of: {known}.",
            value=repr(level)[:80],
            known=", ".join(panels.LEVELS[:2]),
        )
    first = block_start(regimes, end, start)
    codes = panels.wide(levels, end, level).columns
    parts = {
        year: complete(panels.wide(levels, year, level)).reindex(columns=codes)
        for year in range(first, end + 1)
    }
    scores = pd.concat(parts, names=["year"]).swaplevel().sort_index()
    signs = signatures(regimes[regimes["year"].between(first, end)], level)
    table = signs.unstack("code").reindex(columns=codes)
    return scores, table.loc[scores.index.get_level_values("year")].set_index(scores.index)


def steps(scores: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Changes against the year before; NaN without that year or where the signature differs."""
    keys = scores.index.to_frame(index=False).assign(year=lambda key: key["year"] - 1)
    before = pd.MultiIndex.from_frame(keys)
    earlier = spells.reindex(before).set_axis(scores.index)
    change = scores - scores.reindex(before).set_axis(scores.index)
    return change.where(earlier.eq(spells))


def common_factors(changes: pd.DataFrame, *, resamples: int = 1_000, seed: int) -> pd.DataFrame:
    """How much of the changes of all items a common movement carries.

    Parameters
    ----------
    changes : DataFrame
        See `yearly_changes`; items without any change are left out, then rows with a hole.
    resamples, seed : int
        Random re-orderings of every item inside each year, which leave no common movement.

    Returns
    -------
    DataFrame
        factor (1 = largest, up to the number of items), n (changes), share (of the variance of
        all items), chance (the share that 95 % of the re-orderings stay below), beyond_chance
        (bool: this one and all larger ones exceed it).

    Raises
    ------
    DataError
        As `sample.complete`.

    Notes
    -----
    Eigenvalues of the correlation matrix; parallel analysis: Horn 1965, Psychometrika 30:179. What
    the items of one survey share is partly its sampling error, so it is not a spill-over.
    """
    there = complete(changes.dropna(axis=1, how="all"))
    values = there.to_numpy(dtype=float)
    share = _shares(values)
    rng = resampling.generator(seed)
    years = there.index.get_level_values("year").to_numpy()
    sets = [np.flatnonzero(years == year) for year in np.unique(years)]
    chance = np.empty((resampling.number(resamples), len(share)))
    for row in chance:
        shuffled = values.copy()
        for place in sets:
            shuffled[place] = rng.permuted(values[place], axis=0)
        row[:] = _shares(shuffled)
    top = np.quantile(chance, inference.COVERAGE, axis=0)
    beyond = np.cumprod(share > top).astype(bool)
    factor = np.arange(1, len(share) + 1)
    return pd.DataFrame(
        {"factor": factor, "n": len(there), "share": share, "chance": top, "beyond_chance": beyond}
    )


def _shares(values: np.ndarray) -> np.ndarray:
    return np.linalg.eigvalsh(np.corrcoef(values, rowvar=False))[::-1] / values.shape[1]

"""How much of the spread of scores lasts and how much comes and goes within a year."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from papi_analysis import cache
from papi_analysis.data import panel
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.i18n import mark

#: The smallest number of provinces from which a spread is estimated.
MIN_PROVINCES = 10
#: The longest run of years from which noise is estimated.
WINDOW = 4
#: A spread below this (points) is none: the column is constant.
NO_SPREAD = 1e-9

#: Why a row of `components` holds no estimate.
REASONS = {
    "": mark("estimated"),
    "too_few": mark("too few provinces have the score in every year"),
    "no_spread": mark("the scores do not differ between provinces and years"),
}


def window(levels: pd.DataFrame, year: int) -> tuple[int, int]:
    """The years from which the noise of a year is estimated: first and last.

    They are the years up to `year`, at most `WINDOW`, with the same sub-dimensions as `year`;
    where `year` is the first of these, the ones after it count too; where it is the only one, all
    neighbouring years with the same dimensions.

    Raises
    ------
    DataError
        When the year is not in the panel or has no neighbour that can be used.

    Examples
    --------
    The index kept its sub-dimensions in 2021-2024: the noise of 2024 comes from these four years.
    """
    panel.require_year(levels, year)
    rows = levels.loc[levels["level"] == "subdimension", ["year", "dimension", "code"]]
    held = rows.drop_duplicates().groupby("year")
    for column, ahead in (("code", 0), ("code", WINDOW), ("dimension", WINDOW)):
        first, last = _run(held[column].agg(frozenset), year, ahead)
        if first < last:
            last = max(year, min(last, first + WINDOW - 1))
            return max(first, last - WINDOW + 1), last
    raise DataError(
        "The noise of {year} cannot be estimated: no year beside it has the same index.", year=year
    )


def _run(indices: pd.Series, year: int, ahead: int) -> tuple[int, int]:
    """The unbroken run of years around `year` with its index, to `ahead` years after it."""
    first = last = year
    while indices.get(first - 1) == indices[year]:
        first -= 1
    while last < year + ahead and indices.get(last + 1) == indices[year]:
        last += 1
    return first, last


@cache.result
def components(levels: pd.DataFrame, *, end: int, start: int | None = None) -> pd.DataFrame:
    """How much of the spread of scores is lasting and how much comes and goes within a year.

    Two-way analysis of variance (province + year) over the provinces with the score in every year.

    Parameters
    ----------
    levels : DataFrame
        See `panel.levels`.
    end : int
        Last year; without `start`, the year whose noise is asked (see `window`).
    start : int, optional
        First year.

    Returns
    -------
    DataFrame
        One row per code that is in the index of every year: level, code, start, end, sd_resid
        (points; what a score moves in a year beside the national mean), sd_province (points;
        lasting differences), icc (share of the lasting part in the variance), n_provinces, mdc
        (points; the smallest yearly change beside the national mean that one in twenty unchanged
        provinces would show, 1.96 √2 sd_resid), reason (key of `REASONS`; estimates are absent
        where it is not empty).

    Raises
    ------
    ParameterError
        When `start` is not before `end`.
    DataError
        When a year is not in the panel.

    Notes
    -----
    For complete tables these are the REML estimates of the model with a random province and fixed
    years (Searle, Casella & McCulloch 1992, ch. 4); at the border, where the lasting variance
    would be negative, it is 0 and its sum of squares joins the residual.
    The noise holds the sampling error of the survey and true movement of a single year alike.
    """
    if start is None:
        start, end = window(levels, end)
    if not start < end:
        raise ParameterError("Year {start} is not before year {end}.", start=start, end=end)
    years = list(range(start, end + 1))
    rows = levels[levels["year"].isin(years)]
    if rows["year"].nunique() < len(years):
        raise DataError(
            "The panel does not hold every year of {start}-{end}.", start=start, end=end
        )
    table = rows.pivot(index=["level", "code", "province"], columns="year", values="score")
    order = rows[["year", "level", "code"]].drop_duplicates().groupby(["level", "code"], sort=False)
    order = order["year"].count().loc[lambda held: held.eq(len(years))].index
    scores, own = table.to_numpy(dtype="float64"), table.groupby(level=["level", "code"]).indices
    found = [_estimate(scores[own[key]]) for key in order]
    return order.to_frame(index=False).assign(start=start, end=end).join(pd.DataFrame(found))


def _estimate(scores: np.ndarray) -> dict[str, object]:
    """The variance components of scores, provinces in rows, years in columns, NaN where absent."""
    values = scores[~np.isnan(scores).any(axis=1)]
    n, k = values.shape
    empty = dict.fromkeys(["sd_resid", "sd_province", "icc"], np.nan)
    if n < MIN_PROVINCES:
        return {**empty, "n_provinces": n, "mdc": np.nan, "reason": "too_few"}
    centred = values - values.mean(axis=0)
    means = centred.mean(axis=1)
    between, within = k * (means**2).sum(), ((centred - means[:, None]) ** 2).sum()
    resid, lasting = within / ((n - 1) * (k - 1)), between / (n - 1)
    if lasting < resid:
        resid = lasting = (within + between) / ((n - 1) * k)
    province = (lasting - resid) / k
    if resid + province < NO_SPREAD**2:
        return {**empty, "n_provinces": n, "mdc": np.nan, "reason": "no_spread"}
    return {
        "sd_resid": np.sqrt(resid),
        "sd_province": np.sqrt(province),
        "icc": province / (province + resid),
        "n_provinces": n,
        "mdc": stats.norm.ppf(0.975) * np.sqrt(2 * resid),
        "reason": "",
    }

"""The change of every score since the year before, beside the change of the nation."""

from __future__ import annotations

import numpy as np
import pandas as pd

from papi_analysis import cache
from papi_analysis.data import codebook, panel
from papi_analysis.i18n import mark

#: Why a row of `change` may not be read as a change of the province.
REASONS = {
    "": mark("the two years can be compared"),
    "first_year": mark("the panel holds no earlier year"),
    "absent": mark("the score of this year is absent"),
    "absent_before": mark("the score of the earlier year is absent"),
    **codebook.BREAKS,
}
#: Breaks after which not even the difference of the two numbers is shown.
NO_DIFFERENCE = ("new", "composition", "scale", "dimensions")

_DECIMALS = 9  # scores are published to six decimals; sums of them differ by rounding only


@cache.result
def change(levels: pd.DataFrame, regimes: pd.DataFrame, province: str, year: int) -> pd.DataFrame:
    """Every score of a province in a year beside its score of the year before.

    Parameters
    ----------
    levels : DataFrame
        See `panel.levels`.
    regimes : DataFrame
        See `framework.regimes`.
    province : str
        GSO code.
    year : int

    Returns
    -------
    DataFrame
        One row per code of the year: level, code, score_before, score, change (points),
        national_change (points; mean of all provinces scored in the year less that of those scored
        the year before), same_provinces_change (points; mean change of the provinces scored in
        both), rank_before, n_before, rank, n (Int64; among the provinces with the score),
        comparable (bool), reason (key of `REASONS`, "" where comparable).

        Changes are absent where a score is, and where scale, composition or the set of dimensions
        differs (`NO_DIFFERENCE`). Elsewhere they are the plain difference, to be read as a change
        of the province only where `comparable` is true.

    Raises
    ------
    DataError
        When the province has no score at all in the year, or the year is not in the panel.
    """
    panel.require_any(levels, province, year)
    order = levels.loc[levels["year"] == year, ["level", "dimension", "code"]].drop_duplicates()
    frame = order[["level", "code"]].reset_index(drop=True)
    now, before = (_standing(levels, province, y).reindex(frame["code"]) for y in (year, year - 1))
    for column, values in (
        ("score_before", before["score"]),
        ("score", now["score"]),
        ("change", now["score"] - before["score"]),
        ("national_change", now["mean"] - before["mean"]),
        ("same_provinces_change", _same_provinces(levels, year).reindex(frame["code"])),
        ("rank_before", before["rank"]),
        ("n_before", before["n"]),
        ("rank", now["rank"]),
        ("n", now["n"]),
    ):
        frame[column] = values.to_numpy()
    for column in ("rank_before", "n_before", "rank", "n"):
        frame[column] = frame[column].astype("Int64")
    return _marked(frame, levels, regimes, year)


def _standing(levels: pd.DataFrame, province: str, year: int) -> pd.DataFrame:
    """Score, rank, n and national mean of each code of a year for a province, by code."""
    rows = levels[levels["year"] == year]
    groups = rows.groupby("code")["score"]
    rank = rows["score"].round(_DECIMALS).groupby(rows["code"]).rank(ascending=False, method="min")
    own = rows.assign(rank=rank)[rows["province"].eq(province)].set_index("code")
    return own[["score", "rank"]].join(groups.agg(n="count", mean="mean"))


def _same_provinces(levels: pd.DataFrame, year: int) -> pd.Series:
    rows = levels[levels["year"].isin([year - 1, year])]
    table = rows.pivot(index=["code", "province"], columns="year", values="score")
    if year - 1 not in table.columns:
        return pd.Series(dtype="float64")
    return (table[year] - table[year - 1]).groupby("code").mean()


def _marked(
    frame: pd.DataFrame, levels: pd.DataFrame, regimes: pd.DataFrame, year: int
) -> pd.DataFrame:
    """`frame` with comparable and reason, and without the differences that mean nothing."""
    if levels["year"].eq(year - 1).any():
        breaks = codebook.comparability(regimes, year - 1, year).set_index("code")["reason"]
        broken = frame["code"].map(breaks)
    else:
        broken = pd.Series("first_year", index=frame.index)
    absent, absent_before = frame["score"].isna(), frame["score_before"].isna()
    first = broken.isin(["first_year", *NO_DIFFERENCE])
    reason = np.select([absent, first, absent_before], ["absent", broken, "absent_before"], broken)
    frame = frame.assign(comparable=reason == "", reason=reason)
    without = absent | absent_before | first
    moves = ["change", "national_change", "same_provinces_change"]
    frame[moves] = frame[moves].mask(without)
    return frame

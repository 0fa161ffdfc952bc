"""What changed since the year before: scores beside the nation, the rank and the total in parts."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from papi_analysis import cache
from papi_analysis.data import codebook, panel
from papi_analysis.errors import DataError
from papi_analysis.i18n import mark

__all__ = [
    "change",
    "decompose_rank_change",
    "decompose_rank_changes",
    "parts",
    "total_change",
]


def __dir__() -> list[str]:
    return __all__


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


@cache.memoize
def change(
    levels: pd.DataFrame, index_versions: pd.DataFrame, province: str, year: int
) -> pd.DataFrame:
    """Every score of a province in a year beside its score of the year before.

    Parameters
    ----------
    levels : DataFrame
        See `panel.levels`.
    index_versions : DataFrame
        See `codebook.index_versions`.
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
    return _marked(frame, levels, index_versions, year)


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
    frame: pd.DataFrame, levels: pd.DataFrame, index_versions: pd.DataFrame, year: int
) -> pd.DataFrame:
    """`frame` with comparable and reason, and without the differences that mean nothing."""
    if levels["year"].eq(year - 1).any():
        breaks = codebook.comparability(index_versions, year - 1, year).set_index("code")["reason"]
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


@cache.memoize
def decompose_rank_changes(
    levels: pd.DataFrame, index_versions: pd.DataFrame, year: int
) -> pd.DataFrame:
    """Why every province's rank moved since the year before, in four parts.

    Returns
    -------
    DataFrame
        province, rank_before, n_before, rank, n, own, others, units, method (int, places; positive
        = down the list). own + others + units + method = rank − rank_before. Only provinces with a
        total in both years.

    Raises
    ------
    DataError
        When one of the two years is not in the panel.

    Notes
    -----
    One step at a time, in this order: the provinces without a total this year leave the list of
    last year (units); the province's own comparable change is added, all others stand still (own);
    the others' comparable changes are added (others); what changed scales and compositions moved is
    added to all (method); the provinces that had no total last year enter (units). The order
    matters: with another one own and others would share differently what they do together.

    Examples
    --------
    A 5, B 4, C 3 become A 5, B 4.5, C 6: C is third, would be first alone, and stays so:
    own −2, others 0.
    """
    table = parts(levels, index_versions, year).groupby("province")
    totals = table[["score_before", "score", "comparable_part"]].sum()
    before, now = totals["score_before"], totals["score"]
    moved = before + totals["comparable_part"]
    all_before, all_now = (panel.history(levels, "total")[y].dropna() for y in (year - 1, year))
    path = [
        _ranks(before, all_before),
        _ranks(before, before),
        _ranks(moved, before),
        _ranks(moved, moved),
        _ranks(now, now),
        _ranks(now, all_now),
    ]
    steps = [later - earlier for earlier, later in pairwise(path)]
    frame = pd.DataFrame({"rank_before": path[0], "n_before": len(all_before), "rank": path[-1]})
    frame = frame.assign(n=len(all_now), own=steps[1], others=steps[2])
    return frame.assign(units=steps[0] + steps[4], method=steps[3]).reset_index()


def _ranks(own: pd.Series, pool: pd.Series) -> pd.Series:
    """The rank of each province's own score among the scores of the other provinces in `pool`."""
    mine, theirs = own.round(_DECIMALS).to_numpy(), pool.round(_DECIMALS).to_numpy()
    others = own.index.to_numpy()[:, None] != pool.index.to_numpy()[None, :]
    higher = (theirs[None, :] > mine[:, None]) & others
    return pd.Series(1 + higher.sum(axis=1), index=own.index)


def decompose_rank_change(
    levels: pd.DataFrame, index_versions: pd.DataFrame, province: str, year: int
) -> dict[str, int]:
    """Why a province's rank moved since the year before, in four parts.

    Returns
    -------
    dict
        rank_before, n_before, rank, n, own, others, units, method: see `decompose_rank_changes`.

    Raises
    ------
    DataError
        When the province has no total in one of the two years.
    """
    require_both(levels, province, year)
    table = decompose_rank_changes(levels, index_versions, year).set_index("province")
    return {name: int(value) for name, value in table.loc[province].items()}


@cache.memoize
def parts(levels: pd.DataFrame, index_versions: pd.DataFrame, year: int) -> pd.DataFrame:
    """The change of every province's dimensions since the year before, in two parts.

    Parameters
    ----------
    levels, index_versions : DataFrame
        See `change`.
    year : int

    Returns
    -------
    DataFrame
        province, dimension (of either year), score_before, score (points; 0 where the year's index
        has no such dimension), change, comparable_part, method_part (points). Only provinces with
        a total in both years. The two parts add up to the change, and the changes to that of the
        total.

    Raises
    ------
    DataError
        When one of the two years is not in the panel.

    Notes
    -----
    comparable_part adds the changes of the sub-dimensions that may be set beside the year before.
    Where only the scale moved, the old score is first put on the new scale, keeping its place
    between the ends; what that alone adds is method. The rest is method: sub-dimensions that came,
    went or were composed anew.
    """
    panel.require_year(levels, year)
    if not levels["year"].eq(year - 1).any():
        raise DataError(
            "There is no change to explain in {year}: the panel holds no {before}.",
            year=year,
            before=year - 1,
        )
    both = _with_totals(levels, year)
    now, before = (_subdimensions(levels, both, y) for y in (year, year - 1))
    scaled = _rescaled(before, index_versions, year)
    frame = pd.DataFrame({"score_before": before, "score": now}).fillna(0.0)
    frame["change"] = frame["score"] - frame["score_before"]
    frame["comparable_part"] = (now - scaled).reindex(frame.index).fillna(0.0)
    frame["method_part"] = frame["change"] - frame["comparable_part"]
    return frame.groupby(level=["province", "dimension"]).sum().reset_index()


def _with_totals(levels: pd.DataFrame, year: int) -> pd.Index:
    table = panel.history(levels, "total")[[year - 1, year]].dropna()
    return table.index


def _subdimensions(levels: pd.DataFrame, provinces: pd.Index, year: int) -> pd.Series:
    rows = levels[levels["year"].eq(year) & levels["level"].eq("subdimension")]
    rows = rows[rows["province"].isin(provinces)]
    return rows.set_index(["province", "dimension", "code"])["score"]


def _rescaled(before: pd.Series, index_versions: pd.DataFrame, year: int) -> pd.Series:
    """Last year's scores on this year's scales, of the sub-dimensions that may be compared."""
    links = codebook.links(index_versions, year - 1, year).set_index("subdimension")
    sound = links["same_composition"] & links["marks"].isin(
        (*codebook.COMPARABLE, *codebook.RESCALED, "doubtful")
    )
    kept = links.index[sound]
    old, new = (
        index_versions[index_versions["year"] == y].set_index("subdimension")[
            ["scale_min", "scale_max"]
        ]
        for y in (year - 1, year)
    )
    codes = before.index.get_level_values("code")
    before, codes = before[codes.isin(kept)], codes[codes.isin(kept)]
    old, new = old.loc[codes], new.loc[codes]
    width = (new["scale_max"] - new["scale_min"]) / (old["scale_max"] - old["scale_min"])
    moved = new["scale_min"].to_numpy() + (before - old["scale_min"].to_numpy()) * width.to_numpy()
    same = (old["scale_max"] - new["scale_max"]).abs().lt(1e-6).to_numpy()
    return before.where(same, moved)


def total_change(
    levels: pd.DataFrame, index_versions: pd.DataFrame, province: str, year: int
) -> pd.DataFrame:
    """The change of a province's total since the year before, by dimension and by cause.

    Returns
    -------
    DataFrame
        dimension, score_before, score, change, comparable_part, method_part (points): see `parts`.

    Raises
    ------
    DataError
        When the province has no total in one of the two years.
    """
    require_both(levels, province, year)
    table = parts(levels, index_versions, year)
    return table[table["province"] == province].drop(columns="province").reset_index(drop=True)


def require_both(levels: pd.DataFrame, province: str, year: int) -> None:
    """Raise `DataError`, with the reason, where one of the two totals is absent."""
    panel.require_score(levels, province, year)
    if levels["year"].eq(year - 1).any():
        panel.require_score(levels, province, year - 1)

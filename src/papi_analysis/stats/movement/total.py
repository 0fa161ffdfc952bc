"""The change of the total since the year before, by dimension and by cause."""

from __future__ import annotations

import pandas as pd

from papi_analysis import cache
from papi_analysis.data import codebook, panel
from papi_analysis.errors import DataError


@cache.result
def parts(levels: pd.DataFrame, regimes: pd.DataFrame, year: int) -> pd.DataFrame:
    """The change of every province's dimensions since the year before, in two parts.

    Parameters
    ----------
    levels, regimes : DataFrame
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
    went, were composed anew or whose comparison is doubtful.
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
    scaled = _rescaled(before, regimes, year)
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


def _rescaled(before: pd.Series, regimes: pd.DataFrame, year: int) -> pd.Series:
    """Last year's scores on this year's scales, of the sub-dimensions that may be compared."""
    links = codebook.links(regimes, year - 1, year).set_index("subdimension")
    sound = links["same_composition"] & links["marks"].isin(
        codebook.COMPARABLE + codebook.RESCALED
    )
    kept = links.index[sound]
    old, new = (
        regimes[regimes["year"] == y].set_index("subdimension")[["scale_min", "scale_max"]]
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
    levels: pd.DataFrame, regimes: pd.DataFrame, province: str, year: int
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
    table = parts(levels, regimes, year)
    return table[table["province"] == province].drop(columns="province").reset_index(drop=True)


def require_both(levels: pd.DataFrame, province: str, year: int) -> None:
    """Raise `DataError`, with the reason, where one of the two totals is absent."""
    panel.require_score(levels, province, year)
    if levels["year"].eq(year - 1).any():
        panel.require_score(levels, province, year - 1)

"""Where a province stands: rank with n, group, quantiles, gaps, peers, and what a gap is worth."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from papi_analysis.data import codebook, panel
from papi_analysis.errors import DataError, ParameterError

__all__ = ["BENCHMARKS", "next_group", "peers", "positions", "regional", "what_if"]


def __dir__() -> list[str]:
    return __all__


#: Statistics of a year's scores that can serve as a benchmark, with their quantile.
BENCHMARKS = {"p25": 0.25, "median": 0.5, "p75": 0.75, "best": 1.0}

_KEYS = ["year", "code"]
_DECIMALS = 9  # scores are published to six decimals; sums of them differ by rounding only


def positions(levels: pd.DataFrame, sizes: pd.DataFrame) -> pd.DataFrame:
    """The place of every score among the provinces scored in that year.

    Parameters
    ----------
    levels : DataFrame
        Scores at every level (`panel.levels`).
    sizes : DataFrame
        Published group sizes (`framework.group_sizes`).

    Returns
    -------
    DataFrame
        The rows and columns of `levels`, with: rank (Int64, 1 = highest; equal scores share the
        better rank and the next is skipped), n (provinces with this score), group (Int64,
        4 highest … 1 lowest), group_rule ("published" where the sizes were printed for that year's
        total, else "percentile"), median, p25, p75, best, worst (points), gap_median, gap_p75
        (benchmark − score, points; positive = behind). Where a score is absent, so are rank,
        group, group_rule ("") and gaps, and `absence` says why.

    Notes
    -----
    Quantiles are those of Hyndman & Fan (1996), type 7. The percentile rule is the publisher's:
    at or above P75, from P50, from P25, below P25. It does not give the sizes that were printed
    for every year, which is why printed sizes come first.

    Examples
    --------
    Scores 3, 5, 5, 1, none, 4 have the ranks 4, 1, 1, 5, none, 3 of n = 5.
    """
    score = levels["score"].round(_DECIMALS)
    groups = score.groupby([levels[key] for key in _KEYS])
    frame = levels.assign(
        rank=groups.rank(ascending=False, method="min").astype("Int64"),
        n=groups.transform("count").astype("int64"),
    )
    frame = frame.join(_quantiles(levels), on=_KEYS)
    frame["gap_median"] = frame["median"] - frame["score"]
    frame["gap_p75"] = frame["p75"] - frame["score"]
    return _grouped(frame, sizes)


def _quantiles(levels: pd.DataFrame) -> pd.DataFrame:
    groups = levels.groupby(_KEYS)["score"]
    table = groups.quantile([0.25, 0.5, 0.75]).unstack()
    table.columns = ["p25", "median", "p75"]
    table["best"], table["worst"] = groups.max(), groups.min()
    return table[["median", "p25", "p75", "best", "worst"]]


def _grouped(frame: pd.DataFrame, sizes: pd.DataFrame) -> pd.DataFrame:
    """`frame` with group and group_rule."""
    score = frame["score"].round(_DECIMALS)
    above = [score.ge(frame[name].round(_DECIMALS)) for name in ("p25", "median", "p75")]
    by_percentile = 1 + sum(mark.astype("int64") for mark in above)
    cuts = sizes.set_index("year")[list(codebook.GROUPS)].cumsum(axis=1).astype("Float64")
    cuts = cuts.assign(n_scored=sizes.set_index("year")["n_scored"]).reindex(frame["year"])
    cuts = cuts.astype("float64").to_numpy(na_value=np.nan)
    known = frame["level"].eq("total") & (cuts[:, 3] == frame["n"]) & (cuts[:, 4] == frame["n"])
    known &= ~np.isnan(cuts).any(axis=1)
    rank = frame["rank"].astype("float64").to_numpy(na_value=np.nan)
    by_size = 1 + (rank[:, None] <= cuts[:, :3]).sum(axis=1)
    there = frame["score"].notna()
    group = pd.Series(np.where(known, by_size, by_percentile), index=frame.index, dtype="Int64")
    rule = np.select([~there, known], ["", "published"], "percentile")
    places = frame.columns.get_loc("n") + 1
    frame.insert(places, "group", group.where(there))
    frame.insert(places + 1, "group_rule", rule)
    return frame


def regional(
    positions: pd.DataFrame, provinces: pd.DataFrame, region: str, year: int
) -> pd.DataFrame:
    """The positions of one region's provinces in a year, ranked among themselves as well.

    Parameters
    ----------
    positions : DataFrame
        See `positions`.
    provinces : DataFrame
        See `places.provinces`.
    region : str
        A key of `places.REGIONS`.
    year : int

    Returns
    -------
    DataFrame
        The rows of `positions` (rank, n: of the country), with region_rank (Int64) and region_n.

    Raises
    ------
    ParameterError
        When no province lies in that region.
    DataError
        When the year is not there.
    """
    codes = provinces.loc[provinces["region"] == region, "province"]
    if codes.empty:
        known = ", ".join(sorted(provinces["region"].unique()))
        raise ParameterError(
            "No region is called {value!r}. Regions: {known}.", value=region, known=known
        )
    rows = positions[positions["year"].eq(year) & positions["province"].isin(codes)]
    if rows.empty:
        raise DataError("No PAPI scores of {year} for the provinces asked.", year=year)
    groups = rows["score"].round(_DECIMALS).groupby(rows["code"])
    rank = groups.rank(ascending=False, method="min").astype("Int64")
    return rows.assign(region_rank=rank, region_n=groups.transform("count").astype("int64"))


def peers(provinces: pd.DataFrame, province: str, kind: str = "region") -> list[str]:
    """Codes of the other provinces of the same region, or of the whole country, in order.

    Parameters
    ----------
    provinces : DataFrame
        See `places.provinces`.
    province : str
        GSO code; not among its own peers.
    kind : {"region", "country"}

    Raises
    ------
    ParameterError
        For an unknown province or kind.
    """
    if kind not in ("region", "country"):
        raise ParameterError("No kind of peers {value!r}. Use region or country.", value=kind)
    own = provinces[provinces["province"] == province]
    if own.empty:
        raise ParameterError(
            "No province has the code {value!r}. Give a GSO code of data/papi/provinces.csv.",
            value=str(province)[:80],
        )
    others = provinces[provinces["province"] != province]
    if kind == "region":
        others = others[others["region"] == own["region"].iloc[0]]
    return sorted(others["province"])


def next_group(positions: pd.DataFrame, province: str, year: int) -> float | None:
    """Points of the total missing to the lowest member of the next higher group.

    None in the highest group. Where that group is empty, the next one that is not counts.

    Raises
    ------
    DataError
        When the province has no total in that year.
    """
    score = panel.require_score(positions, province, year)
    totals = positions[positions["year"].eq(year) & positions["level"].eq("total")]
    group = totals.loc[totals["province"].eq(province), "group"].iloc[0]
    higher = totals.loc[totals["group"].gt(group).fillna(False), "score"]
    return None if higher.empty else float(higher.min() - score)


def what_if(
    levels: pd.DataFrame, province: str, year: int, codes: Iterable[str], benchmark: str = "median"
) -> int:
    """The rank of the total if these sub-dimensions rose to the benchmark, all else unmoved.

    Parameters
    ----------
    levels : DataFrame
        See `panel.levels`.
    province : str
        GSO code.
    year : int
    codes : iterable of str
        Sub-dimensions; one that is already at the benchmark adds nothing.
    benchmark : str
        A key of `BENCHMARKS`, over all provinces with that score.

    Returns
    -------
    int
        Rank among the provinces with a total. It is arithmetic, not a forecast.

    Raises
    ------
    ParameterError
        When the benchmark or a code is unknown.
    DataError
        When the province has no total in that year.
    """
    if benchmark not in BENCHMARKS:
        raise ParameterError(
            "No benchmark {value!r}. Use one of: {known}.",
            value=benchmark,
            known=", ".join(BENCHMARKS),
        )
    total = panel.require_score(levels, province, year)
    table, chosen = panel.wide(levels, year, "subdimension"), list(dict.fromkeys(codes))
    unknown = [code for code in chosen if code not in table.columns]
    if unknown:
        raise ParameterError(
            "Not sub-dimensions of {year}: {codes}. Those of the year: {known}.",
            year=year,
            codes=", ".join(unknown),
            known=", ".join(table.columns),
        )
    goal = table[chosen].quantile(BENCHMARKS[benchmark])
    reached = total + float((goal - table.loc[province, chosen]).clip(lower=0).sum())
    others = panel.wide(levels, year, "total")["total"].drop(province)
    return 1 + int(others.round(_DECIMALS).gt(round(reached, _DECIMALS)).sum())

"""The change of the rank since the year before: own, others, units and method."""

from __future__ import annotations

import math
from itertools import pairwise

import pandas as pd

from papi_analysis import cache
from papi_analysis.data import panel
from papi_analysis.errors import DataError
from papi_analysis.stats.movement.total import parts, require_both

_DECIMALS = 9  # scores are published to six decimals; sums of them differ by rounding only


@cache.result
def rank_moves(levels: pd.DataFrame, regimes: pd.DataFrame, year: int) -> pd.DataFrame:
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
    table = parts(levels, regimes, year).groupby("province")
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


def rank_move(
    levels: pd.DataFrame, regimes: pd.DataFrame, province: str, year: int
) -> dict[str, int]:
    """Why a province's rank moved since the year before, in four parts.

    Returns
    -------
    dict
        rank_before, n_before, rank, n, own, others, units, method: see `rank_moves`.

    Raises
    ------
    DataError
        When the province has no total in one of the two years.
    """
    require_both(levels, province, year)
    table = rank_moves(levels, regimes, year).set_index("province")
    return {name: int(value) for name, value in table.loc[province].items()}


def usual_move(positions: pd.DataFrame, year: int) -> int:
    """How many places a rank of the total moves in a usual year, up or down.

    Parameters
    ----------
    positions : DataFrame
        See `benchmark.positions`: year, province, level, rank.
    year : int
        The last year that counts.

    Returns
    -------
    int
        The median of all moves between consecutive years up to `year`, of the provinces ranked
        in both; half of all moves are no larger.

    Raises
    ------
    DataError
        When no province is ranked in two consecutive years.

    Examples
    --------
    Ranks 1, 4, 4 of one province and 2, 1, 3 of another move by 3, 0, 1 and 2 places: the median
    1.5 is given as 2.
    """
    rows = positions[positions["level"].eq("total") & positions["year"].le(year)]
    ranks = rows.pivot(index="province", columns="year", values="rank").astype(float)
    years = range(int(rows["year"].min()), year + 1) if len(rows) else []
    moves = ranks.reindex(columns=years).diff(axis=1).abs().stack().dropna()
    if moves.empty:
        raise DataError("No province is ranked in two consecutive years up to {year}.", year=year)
    return math.floor(moves.median() + 0.5)

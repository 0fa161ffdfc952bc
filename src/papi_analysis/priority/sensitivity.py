"""Sensitivity: in how many other ways of counting a criterion would stand on the list."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from papi_analysis import cache, places
from papi_analysis.priority import arrays
from papi_analysis.priority.forecast import headline, outlook
from papi_analysis.priority.headroom import (
    BENCHMARKS,
    FEWEST_PEERS,
    SEED,
    TOP,
    benchmark_points,
    need,
    reference_group,
)
from papi_analysis.stats import resampling

#: Vectors of weights drawn, and the factor by which a dimension may count more or less.
WEIGHTS, FACTOR = 2_000, 2.0


@cache.memoize
def sensitivity(
    panel: pd.DataFrame,
    province: places.Province,
    year: int,
    *,
    regional: Sequence[str] | None = None,
    weights: int = WEIGHTS,
    points: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Who stands among the five furthest behind under each benchmark, with equal and other weights.

    Other weights: each dimension counts from half to double, independently and evenly on the
    logarithmic scale. The share is the acceptability of stochastic multicriteria analysis, over a
    space of weights that leaves every dimension its say.

    Parameters
    ----------
    panel, province, year, points
        See `assess`.
    regional : sequence of str, optional
        Province codes of the region; adds the same benchmarks over these alone.
    weights : int
        Number of vectors of weights.

    Returns
    -------
    DataFrame
        code, peers ("national", "regional"), benchmark ("median", "p75", "p90"), need (points, see
        `headroom.need`), listed (bool: behind, and among the five with equal weights), share (of
        the vectors of weights with which it is); by code, peers and benchmark.

    Source: Lahdelma and Salminen (2001), SMAA-2, doi 10.1287/opre.49.3.444.11220.
    """
    arrays.require_year(panel, year)
    arrays.require_province(panel, province, year)
    ahead = outlook(panel, year, points)
    row = ahead.data.provinces.index(province.code)
    score, expected = ahead.score[row], ahead.expected[headline(year)][row]
    there = np.isfinite(score)
    codes = np.array(ahead.data.codes)[ahead.codes][there]
    dims = np.array(ahead.data.dimensions)[ahead.codes][there]
    drawn = _weights(dims, resampling.number(weights))
    parts = []
    for peers, members in (("national", None), ("regional", regional)):
        if peers == "regional" and len(members or []) < FEWEST_PEERS:
            continue
        for benchmark in BENCHMARKS:
            group = reference_group(
                ahead.data, year, ahead.codes, [province.code], benchmark=benchmark, peers=members
            )
            points_of = benchmark_points(ahead.data, year, group)
            held = need(score, points_of, expected)[there]
            table = {"code": codes, "peers": peers, "benchmark": benchmark, "need": held}
            listed = _listed(held[None, :])[0]
            share = _listed(held * drawn).mean(axis=0).round(9)
            parts.append(pd.DataFrame(table | {"listed": listed, "share": share}))
    table = pd.concat(parts)
    return table.sort_values(["code", "peers", "benchmark"], ignore_index=True)


def robustness(table: pd.DataFrame) -> pd.DataFrame:
    """In what share of all specifications a criterion stands among the first five.

    Parameters
    ----------
    table : DataFrame
        See `sensitivity`.

    Returns
    -------
    DataFrame
        code, then one column for each of its `peers` with the mean share over benchmarks and
        weights; the highest national share first.
    """
    wide = table.pivot_table("share", "code", "peers", "mean").round(9)
    wide = wide.rename_axis(columns=None).reset_index()
    return wide.sort_values(["national", "code"], ascending=[False, True], ignore_index=True)


def _weights(dims: np.ndarray, n: int) -> np.ndarray:
    """Vectors × codes: weights of the dimensions, each given to its sub-dimensions."""
    names, at = np.unique(dims, return_inverse=True)
    drawn = resampling.generator(SEED).uniform(-1.0, 1.0, size=(n, len(names)))
    return FACTOR ** drawn[:, at]


def _listed(held: np.ndarray) -> np.ndarray:
    """Which columns of each row are above 0 and among its five largest."""
    places_of = np.argsort(np.argsort(-held, axis=1, kind="stable"), axis=1)
    return (places_of < TOP) & (held > 0)

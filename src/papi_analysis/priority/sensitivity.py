"""Sensitivity: in how many other ways of counting a criterion would stand on the list."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from papi_analysis import cache, places
from papi_analysis.priority import arrays
from papi_analysis.priority.headroom import (
    BENCHMARKS,
    TOP,
    benchmark_points,
    expected,
    reference_group,
)
from papi_analysis.priority.shrinkage import FittedLevels, fit
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
    seed: int,
) -> pd.DataFrame:
    """Who stands among the k largest headrooms under each benchmark, with equal and other weights.

    Other weights: each dimension counts from half to double, independently and evenly on the
    logarithmic scale. The share is the acceptability of stochastic multicriteria analysis, over a
    space of weights that leaves every dimension its say.

    Parameters
    ----------
    panel, province, year
        See `assess`.
    regional : sequence of str, optional
        Province codes of the region; adds its P75 as the benchmark "regional_p75".
    weights, seed : int
        Number of vectors of weights and their seed.

    Returns
    -------
    DataFrame
        code, benchmark ("median", "p75", "p90", "regional_p75"), k (one of `TOP`), headroom
        (points), listed (bool: among the k with equal weights), share (of the vectors of weights
        with which it is); by code, benchmark and k.

    Source: Lahdelma and Salminen (2001), SMAA-2, doi 10.1287/opre.49.3.444.11220.
    """
    arrays.require_year(panel, year)
    arrays.require_province(panel, province, year)
    found = fit(panel, year)
    names = {name: (name, None) for name in BENCHMARKS}
    if regional is not None:
        names["regional_p75"] = ("p75", regional)
    dims = np.array(found.data.dimensions)[found.codes]
    drawn = _weights(dims, resampling.number(weights), seed)
    parts = []
    for name, (benchmark, peers) in names.items():
        headroom = _headroom(found, province.code, benchmark, peers)
        there = np.isfinite(headroom)
        codes = np.array(found.data.codes)[found.codes][there]
        parts.append(_listed(headroom[there], drawn[:, there], codes).assign(benchmark=name))
    table = pd.concat(parts).sort_values(["code", "benchmark", "k"], ignore_index=True)
    return table[["code", "benchmark", "k", "headroom", "listed", "share"]]


def robustness(table: pd.DataFrame) -> pd.DataFrame:
    """In what share of all specifications a criterion stands on the list.

    Parameters
    ----------
    table : DataFrame
        See `sensitivity`.

    Returns
    -------
    DataFrame
        code, share_top5 (over benchmarks and weights, at k = 5), share_all (over every k too),
        benchmarks (number of benchmarks), listed (number of them under which it is among the five
        with equal weights); the highest share_top5 first.
    """
    five = table[table["k"].eq(5)].groupby("code")
    frame = pd.DataFrame(
        {
            "share_top5": five["share"].mean(),
            "share_all": table.groupby("code")["share"].mean(),
            "benchmarks": five.size(),
            "listed": five["listed"].sum(),
        }
    ).round(9)
    order = {"by": ["share_top5", "share_all", "code"], "ascending": [False, False, True]}
    return frame.reset_index().sort_values(**order, ignore_index=True)


def _weights(dims: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Vectors × codes: weights of the dimensions, each given to its sub-dimensions."""
    names, at = np.unique(dims, return_inverse=True)
    drawn = resampling.generator(seed).uniform(-1.0, 1.0, size=(n, len(names)))
    return FACTOR ** drawn[:, at]


def _headroom(
    found: FittedLevels, code: str, benchmark: str, peers: Sequence[str] | None
) -> np.ndarray:
    """Expected headroom of a province, in points, NaN where it has no score."""
    asked = reference_group(found, [code], benchmark=benchmark, peers=peers)
    last, row = found.data.at(found.year), asked.assessed[0]
    sd = found.data.sd[last, asked.codes]
    level = found.data.mean[last, asked.codes] + sd * found.level.mean[row, asked.codes]
    spread = sd * np.sqrt(found.level.predictive[row, asked.codes])
    return expected(benchmark_points(found, asked) - level, spread).round(9)


def _listed(headroom: np.ndarray, weights: np.ndarray, codes: np.ndarray) -> pd.DataFrame:
    """For every k of `TOP`, who is listed with equal weights and how often with others."""
    places_of = np.argsort(np.argsort(-headroom[None, :] * weights, axis=1, kind="stable"), axis=1)
    alone = np.argsort(np.argsort(-headroom, kind="stable"))
    return pd.concat(
        pd.DataFrame(
            {
                "code": codes,
                "k": k,
                "headroom": headroom,
                "listed": alone < k,
                "share": (places_of < k).mean(axis=0).round(9),
            }
        )
        for k in TOP
    )

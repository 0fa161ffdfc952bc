"""What an assessment rests on: the arrays, the estimated levels, and who sets the benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from papi_analysis.errors import ParameterError
from papi_analysis.priority.cube import Cube, complete, cube, quantiles
from papi_analysis.priority.level import Level, levels, pair_correlations

#: Quantile of the provinces behind each name of a benchmark.
BENCHMARKS = {"median": 0.50, "p75": 0.75, "p90": 0.90}
#: Fewest provinces that set a benchmark.
FEWEST_PEERS = 3


@dataclass(frozen=True)
class Basis:
    """The panel up to a year, the correlations between its years, and the levels of that year."""

    year: int
    data: Cube
    pairs: np.ndarray
    level: Level
    codes: np.ndarray


@dataclass(frozen=True)
class Field:
    """What an assessment is about: places of codes and provinces, and the quantile.

    `codes` are the sub-dimensions of the year, `named` the provinces whose scores set the published
    benchmark, `peers` those of them with every score, over which it is drawn anew, `assessed` those
    whose list is asked for.
    """

    codes: np.ndarray
    named: np.ndarray
    peers: np.ndarray
    assessed: np.ndarray
    quantile: float


def basis(panel: pd.DataFrame, year: int, *, frozen: str = "pooled") -> Basis:
    """Arrays and levels of a year; later years are not looked at."""
    data = cube(panel, year)
    pairs = pair_correlations(data)
    level = levels(data, year, pairs=pairs, frozen=frozen)
    return Basis(year, data, pairs, level, data.current(year))


def field(
    found: Basis, provinces: Sequence[str], *, benchmark: str, peers: Sequence[str] | None
) -> Field:
    """Who is assessed and who sets the benchmark: the named peers, all provinces by default."""
    everyone = found.data.provinces
    named = np.isin(everyone, list(everyone if peers is None else peers))
    whole = named & complete(found.data, found.year, found.codes)
    if whole.sum() < FEWEST_PEERS:
        raise ParameterError(
            "Only {n} of the {of} named peers {n:has|have} every score of {year}; a benchmark "
            "needs at least {least}.",
            n=int(whole.sum()),
            of=len(everyone if peers is None else peers),
            year=found.year,
            least=FEWEST_PEERS,
        )
    return Field(
        found.codes,
        np.flatnonzero(named),
        np.flatnonzero(whole),
        np.searchsorted(everyone, provinces),
        quantile_of(benchmark),
    )


def quantile_of(benchmark: str) -> float:
    """The quantile of a benchmark's name, or a `ParameterError` that lists the names."""
    if benchmark not in BENCHMARKS:
        raise ParameterError(
            "No benchmark {value!r}. Use one of: {names}.",
            value=str(benchmark)[:80],
            names=", ".join(BENCHMARKS),
        )
    return BENCHMARKS[benchmark]


def benchmark_points(found: Basis, asked: Field) -> np.ndarray:
    """The benchmark of the published scores of a year, per sub-dimension, in points.

    Taken over every named peer that has the score.
    """
    scores = found.data.score[found.data.at(found.year)][np.ix_(asked.named, asked.codes)]
    return quantiles(scores, asked.quantile)

"""How far each criterion is behind a benchmark, and how likely it is among the five furthest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from papi_analysis.errors import ParameterError
from papi_analysis.priority.arrays import PanelArrays, complete, quantiles
from papi_analysis.stats import resampling as seeded

#: Quantile of the provinces behind each name of a benchmark.
BENCHMARKS = {"median": 0.50, "p75": 0.75, "p90": 0.90}
#: Fewest provinces that set a benchmark.
FEWEST_PEERS = 3


@dataclass(frozen=True)
class ReferenceGroup:
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


def reference_group(
    data: PanelArrays,
    year: int,
    codes: np.ndarray,
    provinces: Sequence[str],
    *,
    benchmark: str = "p75",
    peers: Sequence[str] | None = None,
) -> ReferenceGroup:
    """Who is assessed and who sets the benchmark: the named peers, all provinces by default."""
    everyone = data.provinces
    named = np.isin(everyone, list(everyone if peers is None else peers))
    whole = named & complete(data, year, codes)
    if whole.sum() < FEWEST_PEERS:
        raise ParameterError(
            "Only {n} of the {of} named peers {n:has|have} every score of {year}; a benchmark "
            "needs at least {least}.",
            n=int(whole.sum()),
            of=len(everyone if peers is None else peers),
            year=year,
            least=FEWEST_PEERS,
        )
    return ReferenceGroup(
        codes,
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


def benchmark_points(data: PanelArrays, year: int, group: ReferenceGroup) -> np.ndarray:
    """The benchmark of the published scores of a year, per sub-dimension, in points.

    Taken over every named peer that has the score.
    """
    scores = data.score[data.at(year)][np.ix_(group.named, group.codes)]
    return quantiles(scores, group.quantile)


def need(score: np.ndarray, benchmark: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """By what the criteria are put in order: benchmark less expected score, in points.

    At or above its benchmark a criterion is behind nothing, whatever is expected of it; where the
    need is above 0 it is the points behind.

    >>> need(np.array([1.0, 2.0]), np.array([1.5, 1.5]), np.array([1.1, 1.4])).tolist()
    [0.4, 0.0]
    """
    behind = np.round(benchmark - expected, 9)
    return np.where(score >= benchmark, np.minimum(behind, 0.0), behind)


#: Length of the list for which a probability is given.
TOP = 5
#: Draws of the Monte Carlo and their seed, the same for everyone, so that no tier hangs on a seed;
#: the standard error of a probability is at most .0036.
DRAWS, SEED = 20_000, 84
#: Share of the observed co-movement kept in the errors; the rest is taken as independent.
KEPT = 0.7
#: Fewest pairs of observations behind a correlation of errors, and least eigenvalue of them all.
FEWEST_PAIRS, LEAST_EIGENVALUE = 50, 0.02
_ERROR_YEARS = 4
_BATCH = 50
_TIE = 1e-12


def error_correlation(data: PanelArrays, year: int, codes: np.ndarray) -> np.ndarray:
    """How the errors of the sub-dimensions of one province move together (positive definite).

    Correlation of the z-scores less the province's own mean over the last four years of the same
    block and composition; `KEPT` of it, zero where fewer than `FEWEST_PAIRS` pairs are seen.
    """
    last = data.at(year)
    years = np.arange(max(0, last - _ERROR_YEARS + 1), last + 1)
    years = years[data.block[years] == data.block[last]]
    same = data.composition[np.ix_(years, codes)] == data.composition[last, codes]
    z = np.where(same[:, None, :], data.z[years][:, :, codes], np.nan)
    n = np.isfinite(z).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = z - np.nansum(z, axis=0) / n
    found = _pairwise(apart.reshape(-1, len(codes)))
    mixed = KEPT * found + (1 - KEPT) * np.eye(len(codes))
    values, vectors = np.linalg.eigh(mixed)
    mended = (vectors * np.maximum(values, LEAST_EIGENVALUE)) @ vectors.T
    scale = np.sqrt(np.diag(mended))
    return np.round(mended / scale / scale[:, None], 12)


def _pairwise(rows: np.ndarray) -> np.ndarray:
    """Pearson correlations over the pairs that both columns have; diagonal 1, 0 where unknown."""
    there = np.isfinite(rows)
    found = np.eye(rows.shape[1])
    for a in range(rows.shape[1]):
        for b in range(a):
            both = there[:, a] & there[:, b]
            if both.sum() < FEWEST_PAIRS:
                continue
            x, y = (rows[both, i] - rows[both, i].mean() for i in (a, b))
            size = np.sqrt((x * x).sum() * (y * y).sum())
            found[a, b] = found[b, a] = (x * y).sum() / size if size > 1e-9 else 0.0
    return found


def top_shares(
    forms: dict[str, tuple[np.ndarray, np.ndarray]],
    correlation: np.ndarray,
    group: ReferenceGroup,
    *,
    draws: int = DRAWS,
) -> dict[str, np.ndarray]:
    """P(a criterion is among the `TOP` that are furthest behind), by Monte Carlo.

    In each draw all provinces get a score with correlated errors, the benchmark is taken anew over
    the drawn peers, and the criteria of each assessed province are put in order by benchmark less
    own score. All forms, provinces and years use the same random numbers.

    Parameters
    ----------
    forms : dict
        Expected scores and their standard errors in points, each provinces × codes of the group.
    correlation : ndarray, codes × codes
        See `error_correlation`.

    Returns
    -------
    dict
        By form: assessed provinces × codes, shares of the draws.
    """
    root, draws = np.linalg.cholesky(correlation), seeded.number(draws)
    mean = next(iter(forms.values()))[0]
    drawn, peers, assessed = _drawn(mean, group)
    values = {form: (mean[drawn].T, sd[drawn].T) for form, (mean, sd) in forms.items()}
    counts = {form: np.zeros((len(group.assessed), mean.shape[1])) for form in forms}
    rng = seeded.generator(SEED)
    for start, stop in seeded.batches(draws, _BATCH):
        error = root @ rng.standard_normal((stop - start, mean.shape[1], len(drawn)))
        for form, (expected, sd) in values.items():
            score = expected + sd * error
            own = score[:, :, assessed]
            gap = _benchmark(score[:, :, peers], group.quantile)[:, :, None] - own
            counts[form] += _among_top(np.where(np.isnan(gap), -np.inf, gap))
    return {form: count / draws for form, count in counts.items()}


def _drawn(
    mean: np.ndarray, group: ReferenceGroup
) -> tuple[np.ndarray, np.ndarray | slice, np.ndarray]:
    """Places of the provinces with any level, and of peers and assessed among them."""
    drawn = np.flatnonzero(np.isfinite(mean).any(axis=1))
    everyone = len(group.peers) == len(drawn)
    peers = slice(None) if everyone else np.searchsorted(drawn, group.peers)
    return drawn, peers, np.searchsorted(drawn, group.assessed)


def _benchmark(drawn: np.ndarray, quantile: float) -> np.ndarray:
    """Quantile (R type 7) over the last axis, which is put in another order."""
    place = (drawn.shape[-1] - 1) * quantile
    low = int(place)
    drawn.partition(low, axis=-1)
    found = drawn[..., low]
    if place == low:
        return found
    return found + (place - low) * (drawn[..., low + 1 :].min(axis=-1) - found)


def _among_top(gap: np.ndarray) -> np.ndarray:
    """How often each criterion is among the `TOP` largest: assessed × codes.

    A province that is itself the quantile has a gap of exactly 0 in several criteria: such ties go
    to the earlier code.
    """
    n = gap.shape[1]
    gap = gap - _TIE * np.arange(n)[:, None]
    bound = np.partition(gap, n - min(TOP, n), axis=1)[:, [n - min(TOP, n)]]
    return (gap >= bound).sum(axis=0).T

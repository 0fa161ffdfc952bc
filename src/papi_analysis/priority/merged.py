"""The assessment of a province that was merged and has no score of its own yet.

Its scores are synthetic: weighted means of those of its parts. What is expected of its first own
survey, with places drawn anew, comes from the forecasts of the parts (see `merger`); the benchmark
is that of the own scores of all new provinces, which are as unknown, so it is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from papi_analysis import cache, places
from papi_analysis.data import context
from papi_analysis.data import panel as panels
from papi_analysis.errors import DataError
from papi_analysis.i18n import mark
from papi_analysis.priority import headroom, merger
from papi_analysis.priority.arrays import panel_arrays, require_year
from papi_analysis.priority.assessment import (
    COLUMNS,
    FEWEST_FOR_TIERS,
    RETURN,
    assess_all,
    flags,
    on_border,
    tiers,
)
from papi_analysis.priority.forecast import Parts, detectable, parts
from papi_analysis.priority.shrinkage import pair_correlations
from papi_analysis.stats import resampling

#: The highest probability that is stated: above it too few of the past came true.
MOST_STATED = 0.80
#: P(top 5) of a part from which on a criterion counts as its own, and below which it does not.
OWN, NOT_OWN = 0.50, 0.30
#: SDs below the benchmark at which a part is named though the weighted score reaches it.
HIDDEN = 1.0
#: How former provinces share a criterion.
SHARED = {
    "all": mark("in all former provinces"),
    "only": mark("only in former {name}"),
    "open": mark("the former provinces are not told apart"),
    "none": "",
}
_DRAWS, _SEED, _BATCH = 4000, 84, 100
#: Shares of the draws between which 90 % lie.
_BAND = (0.05, 0.95)


@dataclass(frozen=True)
class Ahead:
    """What is expected of the first own survey of the units of a round, units × codes, in points.

    `codes` are places of the sub-dimensions of the year in `known.data`; `synthetic` the weighted
    means of its scores, `expected` and `sd` of the next own ones, `benchmark` (codes) the upper
    quartile of these, `correlation` of the errors (codes × codes).
    """

    known: Parts
    codes: np.ndarray
    synthetic: np.ndarray
    expected: np.ndarray
    sd: np.ndarray
    benchmark: np.ndarray
    correlation: np.ndarray
    history: np.ndarray

    def at(self, unit: places.Province) -> int:
        """The place of a unit."""
        return self.known.units.index(unit.code)


def ahead(panel: pd.DataFrame, year: int, later: int, *, benchmark: str = "p75") -> Ahead:
    """The first own survey of the units of the round of `later`, foretold from a year before it.

    Parameters
    ----------
    panel : DataFrame
        See `panel.load`; years after `year` are not looked at.

    Raises
    ------
    DataError
        When there is no earlier year to learn from.
    """
    require_year(panel, year)
    data = panel_arrays(panels.seen_from(panel, year), year)
    known = parts(data, year, later)
    level = merger.before_own(known.level, known.weight, known.across)
    codes, last = data.current(year), data.at(year)
    mean, sd = data.mean[last, codes], data.sd[last, codes]
    expected, error = mean + sd * level.mean[:, codes], sd * np.sqrt(level.predictive[:, codes])
    drawn = merger.benchmark_of_own(expected, error, headroom.quantile_of(benchmark))
    return Ahead(
        known,
        codes,
        merger.mean_of_parts(data.score[last][:, codes], known.weight),
        expected,
        error,
        drawn,
        headroom.error_correlation(data, year, codes),
        level.years[:, codes],
    )


@cache.memoize
def assess_merged(
    panel: pd.DataFrame,
    unit: places.Province,
    year: int,
    later: int,
    *,
    facts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The criteria of a merged province before its first own score, as `assess` gives them.

    Returns
    -------
    DataFrame
        The columns of `assess`, where score is synthetic, benchmark the expected upper quartile of
        the own scores to come and both forms of expected the redrawn one; p_top5 is at most
        `MOST_STATED`. Besides: shared (key of `SHARED`) and only (code of the part), by the
        chances of the parts in the places surveyed to the year; hidden (codes of parts one SD or
        more behind a benchmark that the weighted score reaches; a tuple), rank_low and rank_high
        (90 % of the ranks of the first own score).

    Raises
    ------
    DataError
        When the year or a part of it cannot be assessed.
    """
    found = ahead(panel, year, later)
    own, data = found.at(unit), found.known.data
    score, expected, sd = found.synthetic[own], found.expected[own], found.sd[own]
    if not np.isfinite(expected).any():
        raise DataError(
            "No synthetic score of {name} in {year}: a former province has no scores that year.",
            name=unit.name_vi,
            year=year,
        )
    everyone = np.arange(len(found.known.units))
    group = headroom.ReferenceGroup(found.codes, everyone, everyone, np.array([own]), 0.75)
    shares = headroom.top_shares(
        {"redrawn": (found.expected, found.sd)}, found.correlation, group
    )["redrawn"][0]
    p = np.minimum(shares, MOST_STATED)
    needed = headroom.need(score, found.benchmark, expected)
    low, high = rank_bands(found, own)
    table = pd.DataFrame({
        "code": np.array(data.codes)[found.codes],
        "dimension": np.array(data.dimensions)[found.codes],
        "score": score, "benchmark": found.benchmark, "raw_gap": found.benchmark - score,
        "need": needed, "points_behind": np.maximum(needed, 0.0) + 0.0,
        "expected": expected, "expected_sd": sd,
        "expected_redrawn": expected, "expected_redrawn_sd": sd,
        "p_top5": p, "p_top5_redrawn": p, "detectable": detectable(sd),
        "history": found.history[own], "rank_low": low, "rank_high": high,
    })  # fmt: skip
    table = table[np.isfinite(table["expected"])].round(9)
    tier = pd.Series(tiers(table["p_top5"], table["points_behind"]), table.index, dtype=object)
    enough = len(table) >= FEWEST_FOR_TIERS
    table["tier"] = tier if enough else None
    border = on_border(table["p_top5"], headroom.DRAWS) & table["points_behind"].gt(0)
    table["on_border"] = border & enough
    rise = table["expected"] - table["score"]
    table["comes_back"] = table["raw_gap"].gt(0) & rise.ge(RETURN * table["raw_gap"])
    known = context.criteria_flags() if facts is None else facts
    table["flags"] = table["code"].map(flags(data, pair_correlations(data), year, known))
    table = table.join(_parts_of(panel, unit, found, year).set_index("code"), on="code")
    table = table.sort_values(["need", "code"], ascending=[False, True], ignore_index=True)
    more = ["shared", "only", "hidden", "rank_low", "rank_high"]
    return table[[*COLUMNS, *more]].astype({"history": "int64"})


def _parts_of(
    panel: pd.DataFrame, unit: places.Province, found: Ahead, year: int
) -> pd.DataFrame:
    """How the parts share each criterion, and which the weighted score hides."""
    data = found.known.data
    before = panels.seen_from(panel, year)
    everyone = assess_all(before[before["year"] <= year], year)
    chances = everyone.pivot(index="code", columns="province", values="p_top5")
    chances = chances.reindex(columns=list(unit.predecessors))
    last = data.at(year)
    rows = []
    for place, code in enumerate(found.codes):
        name = data.codes[code]
        p = chances.loc[name] if name in chances.index else chances.iloc[0] * np.nan
        shared, only = sharing(p)
        score = [data.score[last, data.provinces.index(part), code] for part in unit.predecessors]
        limit = found.benchmark[place] - HIDDEN * data.sd[last, code]
        weighted = found.synthetic[found.at(unit), place]
        hidden = tuple(
            part for part, value in zip(unit.predecessors, score, strict=True)
            if value <= limit and weighted >= found.benchmark[place]
        )  # fmt: skip
        rows.append((name, shared, only, hidden))
    return pd.DataFrame(rows, columns=["code", "shared", "only", "hidden"])


def sharing(p: pd.Series) -> tuple[str, str]:
    """Whose criterion it is by the P(top 5) of the parts: key of `SHARED`, and the one part.

    >>> sharing(pd.Series({"83": .9, "84": .6})), sharing(pd.Series({"83": .9, "84": .2}))
    (('all', ''), ('only', '83'))
    """
    if p.isna().any() or p.lt(OWN).all():
        return "none", ""
    if p.ge(OWN).all():
        return "all", ""
    if p.ge(OWN).sum() == 1 and p.drop(p.idxmax()).lt(NOT_OWN).all():
        return "only", str(p.idxmax())
    return "open", ""


def rank_bands(found: Ahead, own: int) -> tuple[np.ndarray, np.ndarray]:
    """The ranks between which 90 % of the first own scores lie, per code."""
    ranks = [
        1 + (scores > scores[:, [own]]).sum(axis=1) for scores in _drawn(found)
    ]  # draws × codes in batches
    low, high = np.quantile(np.concatenate(ranks), _BAND, axis=0, method="nearest")
    return low.astype(int), high.astype(int)


def first_total(found: Ahead, own: int) -> dict[str, object]:
    """The total of the first own survey: mean, SD (points), 90 % of the ranks, P(lowest group).

    Units without a forecast of every criterion are not ranked.
    """
    totals = np.concatenate([scores.sum(axis=2) for scores in _drawn(found, whole=True)])
    whole = np.isfinite(totals).all(axis=0)
    rank = 1 + (totals[:, whole] > totals[:, [own]]).sum(axis=1)
    low, high = np.quantile(rank, _BAND, method="nearest")
    lowest = totals[:, own] < np.quantile(totals[:, whole], 0.25, axis=1)
    return {
        "expected": float(found.expected[own].sum()),
        "sd": float(totals[:, own].std()),
        "rank_low": int(low),
        "rank_high": int(high),
        "n": int(whole.sum()),
        "p_lowest": float(lowest.mean()),
    }


def _drawn(found: Ahead, *, whole: bool = False) -> Iterator[np.ndarray]:
    """Draws of the first own scores of all units with correlated errors: draws × units × codes.

    With `whole` the errors move together as much as was seen, as a sum of them needs, without the
    share that is taken out for the order of the criteria.
    """
    among = found.correlation
    if whole:
        among = among + (1 / headroom.KEPT - 1) * (among - np.eye(len(among)))
        values, vectors = np.linalg.eigh(among)
        among = (vectors * np.maximum(values, headroom.LEAST_EIGENVALUE)) @ vectors.T
    rng, root = resampling.generator(_SEED), np.linalg.cholesky(among)
    for _ in range(0, _DRAWS, _BATCH):
        shape = (_BATCH, *found.expected.shape)
        yield found.expected + found.sd * (rng.standard_normal(shape) @ root.T)

"""The assessment of a province: its criteria in order of need, in tiers, what is known of each, and
what a list of priorities leaves out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from papi_analysis import cache, places
from papi_analysis.data import context
from papi_analysis.i18n import mark
from papi_analysis.priority import arrays
from papi_analysis.priority.arrays import PanelArrays
from papi_analysis.priority.headroom import (
    TOP,
    ReferenceGroup,
    benchmark_points,
    expected,
    reference_group,
    top_shares,
)
from papi_analysis.priority.shrinkage import PERSISTENT, FittedLevels, detectable, fit, year_to_year

#: P(top 5), latent and predictive, from which on a criterion is in tier A; either one for tier B.
TIER_A, TIER_B = (0.80, 0.50), 0.30


def tiers(latent: pd.Series, predictive: pd.Series) -> np.ndarray:
    """Tier A, B or C from P(top 5) in its two forms.

    >>> tiers(pd.Series([.8, .9, .1]), pd.Series([.5, .4, .2])).tolist()
    ['A', 'B', 'C']
    """
    first = (latent >= TIER_A[0]) & (predictive >= TIER_A[1])
    second = (latent >= TIER_B) | (predictive >= TIER_B)
    return np.select([first, second], ["A", "B"], "C")


#: Every flag, in the order in which it is shown.
FLAGS = ("frozen", "threshold", "election_cycle", "structural", "new_composition")


def flags(
    data: PanelArrays, pairs: np.ndarray, year: int, facts: pd.DataFrame
) -> dict[str, tuple[str, ...]]:
    """The flags of each sub-dimension of a year, by code.

    `frozen` (mean correlation between neighbouring years of .9 or more, from data up to the year)
    and `new_composition` (its present make-up starts in this year, so no earlier year speaks for
    it) are computed; the others are rows of `facts` (code, flag, year_from) that hold by then.
    """
    steady = year_to_year(data, pairs, year)
    last = data.at(year)
    known = facts[facts["year_from"] <= year].groupby("code")["flag"].agg(set).to_dict()
    found = {}
    for code in data.current(year):
        own = set(known.get(data.codes[code], ()))
        if steady[code] >= PERSISTENT:
            own.add("frozen")
        earlier = data.composition[:last, code]
        if last and not (earlier == data.composition[last, code]).any():
            own.add("new_composition")
        found[data.codes[code]] = tuple(flag for flag in FLAGS if flag in own)
    return found


#: Draws of the Monte Carlo; the standard error of a probability is at most .0036 with them.
DRAWS = 20_000

COLUMNS = [
    "code", "dimension", "score", "benchmark", "raw_gap", "level_latent", "level_predictive",
    "sd_latent", "sd_predictive", "headroom",
    *(f"p_top{k}_{form}" for form in ("latent", "predictive") for k in TOP),
    "tier", "no_action", "no_action_sd", "no_action_change", "detectable", "history", "flags",
]  # fmt: skip


@cache.memoize
def assess(
    panel: pd.DataFrame,
    province: places.Province,
    year: int,
    *,
    benchmark: str = "p75",
    peers: Sequence[str] | None = None,
    draws: int = DRAWS,
    seed: int,
    persistent: str = "pooled",
    facts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The criteria of a province in order of need: tier, then expected headroom.

    Sub-dimensions that are not published for the province in that year are left out of the list
    (see `absent`); probabilities are then among those that are.

    Parameters
    ----------
    panel : DataFrame
        The panel (see `panel.load`). Years after `year` are not looked at.
    province : Province
        See `places.find`.
    year : int
        From 2012 on.
    benchmark : str
        "p75" (default), "median" or "p90" of the peers.
    peers : sequence of str, optional
        Province codes that set the benchmark, for example those of the region; all by default.
    draws, seed : int
        Number of draws of the Monte Carlo and its seed.
    persistent : str
        How criteria that hardly move are taken: "pooled" (default), "light" or "raw", see
        `shrinkage.levels`.
    facts : DataFrame, optional
        Known flags (code, flag, year_from); by default those of `data/papi/criteria_flags.csv`.

    Returns
    -------
    DataFrame
        One row per published sub-dimension, in order:

        - code, dimension; score, benchmark (points); raw_gap = benchmark - score;
        - level_latent, level_predictive (points): the estimated level, the same number twice,
          with sd_latent as the error of the true level of the sampled places and sd_predictive
          that of the next published score (points);
        - headroom (points): E[max(0, benchmark - next score)] at the published benchmark;
        - p_top3_latent … p_top10_predictive: probability to be among the k largest headrooms;
        - tier: A, B or C; history: years that the level rests on;
        - no_action, no_action_sd (points): the score expected next year if nobody acts and the
          country stays as it is, and its standard error; no_action_change = no_action - score;
        - detectable (points): the rise above no_action that next year's score shows beyond the
          90 % range of the forecast with probability .80;
        - flags: a tuple of names of `FLAGS`.

    Raises
    ------
    DataError
        Where the year or the province cannot be assessed, with the reason.
    ParameterError
        For an unknown benchmark, too few peers, a number of draws or a seed out of range.

    Notes
    -----
    Method and back-test: docs/method.md. A criterion with P(top 5) of at least .8 latent and .5
    predictive is in tier A, with either of at least .3 in tier B, else in tier C.
    """
    arrays.require_year(panel, year)
    arrays.require_province(panel, province, year)
    options = {"benchmark": benchmark, "peers": peers, "persistent": persistent}
    options |= {"draws": draws, "seed": seed}
    if cache.many():
        table = assess_all(panel, year, facts=facts, **options)
        table = table[table["province"].eq(province.code)]
    else:
        table = _assess(panel, year, [province.code], facts=facts, **options)
    return table.drop(columns="province").reset_index(drop=True)


@cache.memoize
def assess_all(
    panel: pd.DataFrame,
    year: int,
    *,
    benchmark: str = "p75",
    peers: Sequence[str] | None = None,
    draws: int = DRAWS,
    seed: int,
    persistent: str = "pooled",
    facts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What `assess` gives for every province that can be assessed in a year, in one pass.

    The rows of a province are those of `assess` with the same options, to the last byte.

    Returns
    -------
    DataFrame
        province (GSO code) and the columns of `assess`, in order of province.
    """
    arrays.require_year(panel, year)
    there = panel[(panel["year"] == year) & panel["score"].notna()].groupby("province").size()
    codes = sorted(there.index[there >= arrays.FEWEST_SUBDIMENSIONS])
    options = {"benchmark": benchmark, "peers": peers, "persistent": persistent}
    options |= {"draws": draws, "seed": seed}
    return _assess(panel, year, codes, facts=facts, **options)


def _assess(
    panel: pd.DataFrame,
    year: int,
    provinces: list[str],
    *,
    benchmark: str,
    peers: Sequence[str] | None,
    draws: int,
    seed: int,
    persistent: str,
    facts: pd.DataFrame | None,
) -> pd.DataFrame:
    found = fit(panel, year, persistent=persistent)
    asked = reference_group(found, provinces, benchmark=benchmark, peers=peers)
    shares = top_shares(found.data, found.level, asked, year, draws=draws, seed=seed)
    known = context.criteria_flags() if facts is None else facts
    table = _table(found, asked, shares)
    table["flags"] = table["code"].map(flags(found.data, found.pairs, year, known))
    table = table.sort_values(
        ["province", "tier", "headroom", "code"],
        ascending=[True, True, False, True],
        ignore_index=True,
    )
    return table[["province", *COLUMNS]]


def _table(
    found: FittedLevels, asked: ReferenceGroup, shares: dict[str, np.ndarray]
) -> pd.DataFrame:
    """One row per assessed province and published sub-dimension, not yet in order."""
    data, level, here = found.data, found.level, np.ix_(asked.assessed, asked.codes)
    last = data.at(found.year)
    score, sd = data.score[last], data.sd[last, asked.codes]
    mark = benchmark_points(found, asked)
    estimate = data.mean[last, asked.codes] + sd * level.mean[here]
    spread = {form: np.sqrt(getattr(level, form)[here]) * sd for form in shares}
    columns = {
        "score": score[here],
        "benchmark": np.broadcast_to(mark, estimate.shape),
        "raw_gap": mark - score[here],
        "level_latent": estimate,
        "level_predictive": estimate,
        **{f"sd_{form}": values for form, values in spread.items()},
        "headroom": expected(mark - estimate, spread["predictive"]),
        "no_action": estimate,
        "no_action_sd": spread["predictive"],
        "no_action_change": estimate - score[here],
        "detectable": detectable(spread["predictive"]),
        "history": level.years[here],
    }
    for form, values in shares.items():
        columns |= {f"p_top{k}_{form}": values[:, :, i] for i, k in enumerate(TOP)}
    table = pd.DataFrame({name: np.ravel(values) for name, values in columns.items()}).round(9)
    n, labels = len(asked.codes), np.array(data.provinces)[asked.assessed]
    table.insert(0, "province", np.repeat(labels, n))
    table.insert(1, "code", np.tile(np.array(data.codes)[asked.codes], len(labels)))
    table.insert(2, "dimension", np.tile(np.array(data.dimensions)[asked.codes], len(labels)))
    table["tier"] = tiers(table["p_top5_latent"], table["p_top5_predictive"])
    table = table[table["score"].notna()]
    return table.astype({"history": "int64"})


def absent(panel: pd.DataFrame, province: places.Province, year: int) -> pd.DataFrame:
    """The sub-dimensions of a year that could not be assessed for a province: code, absence."""
    here = panel["year"].eq(year) & panel["province"].eq(province.code)
    rows = panel[here & panel["score"].isna()]
    return rows.rename(columns={"subdimension": "code"})[["code", "absence"]].reset_index(drop=True)


#: From this share of the raw gap on, a criterion is expected to come back by itself.
RETURN = 0.5

#: Why a criterion is left out, or should not be chased.
REASONS = {
    "recovers": mark("its own history makes up half of the gap or more without any action"),
    "others_larger": mark("it is behind, but other criteria hold more points"),
    "threshold": mark("scored as if by a bar: one year can move it by half a point and back"),
    "overstated": mark(
        "other criteria hold more points, and part of its gap is this year's error, expected to "
        "return by itself"
    ),
    "ahead": mark("it already stands at the benchmark or above"),
}

_SHOWN = [
    "code", "dimension", "reason", "score", "benchmark", "raw_gap", "raw_rank", "headroom",
    "p_top5_latent", "p_top5_predictive", "no_action", "no_action_sd", "no_action_change", "flags",
]  # fmt: skip


def left_out(assessment: pd.DataFrame) -> pd.DataFrame:
    """The criteria of tier C that are behind the benchmark, the largest raw gap first.

    A list steers effort away from what it does not name: so it says what that is, and why.

    Parameters
    ----------
    assessment : DataFrame
        See `assess`.

    Returns
    -------
    DataFrame
        code, dimension, reason (see `REASONS`; that of `do_not_chase` where a criterion is in
        both), raw_rank (1: the largest raw gap of all criteria), and as in `assess` score,
        benchmark, raw_gap, headroom, p_top5_latent, p_top5_predictive, no_action, no_action_sd,
        no_action_change, flags.
    """
    rows = _explained(assessment)
    rows = rows[rows["raw_gap"].gt(0)]
    return rows.sort_values(["raw_rank", "code"], ignore_index=True)[_SHOWN]


def do_not_chase(assessment: pd.DataFrame) -> pd.DataFrame:
    """The two criteria of tier C whose score most overstates the need for action.

    Those are the ones expected to gain most if nobody acts: an effort made there this year would
    seem to succeed whatever it did. Criteria behind the benchmark come first.

    Returns
    -------
    DataFrame
        Two rows with the columns of `left_out`.
    """
    return _explained(assessment).head(2)[_SHOWN]


def _explained(assessment: pd.DataFrame) -> pd.DataFrame:
    """The criteria of tier C, each with its one reason; those that overstate the need first."""
    rank = assessment["raw_gap"].rank(method="min", ascending=False).astype("int64")
    rows = assessment.assign(raw_rank=rank)[assessment["tier"].eq("C")]
    rows = rows.assign(ahead=rows["raw_gap"].le(0)).sort_values(
        ["ahead", "no_action_change", "code"], ascending=[True, False, True], ignore_index=True
    )
    reasons = {
        "ahead": rows["ahead"],
        "threshold": rows["flags"].map(lambda own: "threshold" in own).astype(bool),
        "recovers": rows["no_action_change"].ge(RETURN * rows["raw_gap"]),
        "overstated": (rows.index < 2) & rows["no_action_change"].gt(0),
    }
    return rows.assign(reason=np.select(list(reasons.values()), list(reasons), "others_larger"))

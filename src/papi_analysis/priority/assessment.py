"""The assessment of a province: its criteria by the points they are behind, how sure that is, what
is known of each, and what a list of priorities leaves out.
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
from papi_analysis.priority.forecast import PLACES, Outlook, detectable, headline, outlook
from papi_analysis.priority.headroom import (
    DRAWS,
    TOP,
    ReferenceGroup,
    benchmark_points,
    error_correlation,
    need,
    reference_group,
    top_shares,
)
from papi_analysis.priority.reach import RETURN
from papi_analysis.priority.shrinkage import PERSISTENT, pair_correlations, year_to_year

#: P(top 5) from which on a criterion that is behind its benchmark is in tier A, and in tier B.
TIER_A, TIER_B = 0.50, 0.30
#: Fewest published criteria for which tiers are given: among fewer, five are too large a share.
FEWEST_FOR_TIERS = 20


def tiers(p: pd.Series, behind: pd.Series) -> np.ndarray:
    """Tier A, B or C from P(top 5); what is not behind its benchmark is in C.

    >>> tiers(pd.Series([.8, .4, .1, .9]), pd.Series([.2, .2, .2, 0])).tolist()
    ['A', 'B', 'C', 'C']
    """
    return np.where(behind > 0, np.select([p >= TIER_A, p >= TIER_B], ["A", "B"], "C"), "C")


def on_border(p: pd.Series, draws: int) -> pd.Series:
    """Whether other draws could put P(top 5) on the other side of a border (two standard errors).

    >>> on_border(pd.Series([.498, .52]), 20_000).tolist()
    [True, False]
    """
    near = [(p - b).abs() <= 2 * np.sqrt(b * (1 - b) / draws) for b in (TIER_A, TIER_B)]
    return near[0] | near[1]


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


COLUMNS = [
    "code", "dimension", "score", "benchmark", "raw_gap", "points_behind", "expected",
    "expected_sd", "expected_redrawn", "expected_redrawn_sd", "p_top5", "p_top5_redrawn", "tier",
    "on_border", "comes_back", "detectable", "history", "flags",
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
    facts: pd.DataFrame | None = None,
    points: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The criteria of a province by the points that they are expected to stay behind.

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
    draws : int
        Number of draws of the Monte Carlo.
    facts : DataFrame, optional
        Known flags (code, flag, year_from); by default those of `data/papi/criteria_flags.csv`.
    points : DataFrame, optional
        Where the provinces lie, see `forecast.outlook`.

    Returns
    -------
    DataFrame
        One row per published sub-dimension, in the order that was back-tested (`headroom.need`):

        - code, dimension; score, benchmark (points); raw_gap = benchmark - score;
        - expected, expected_sd (points): the next published score without new action and if the
          country stands still, in the same places, and its standard error; expected_redrawn,
          expected_redrawn_sd: the same if the places are drawn anew;
        - points_behind: benchmark less the expected score of the headline (`forecast.headline`),
          0 where the score or that expectation is at the benchmark or above;
        - p_top5, p_top5_redrawn: probability to be among the five furthest behind in the next
          published survey, in the same places and in places drawn anew;
        - tier: A, B or C by the probability of the headline (see `tiers`), None where fewer than
          `FEWEST_FOR_TIERS` criteria are published; on_border (bool): within Monte Carlo error of
          a border of the tiers;
        - comes_back (bool): half of the gap or more is expected to close without new action;
        - detectable (points): the rise above the expected score of the headline that next year's
          score shows beyond the 90 % range of the forecast with probability .80;
        - history: years that the forecast rests on; flags: a tuple of names of `FLAGS`.

    Raises
    ------
    DataError
        Where the year or the province cannot be assessed, with the reason.
    ParameterError
        For an unknown benchmark, too few peers, or a number of draws out of range.

    Notes
    -----
    Method and back-test: docs/method.md.
    """
    arrays.require_year(panel, year)
    arrays.require_province(panel, province, year)
    options = {"benchmark": benchmark, "peers": peers, "draws": draws, "points": points}
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
    facts: pd.DataFrame | None = None,
    points: pd.DataFrame | None = None,
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
    options = {"benchmark": benchmark, "peers": peers, "draws": draws, "points": points}
    return _assess(panel, year, codes, facts=facts, **options)


def _assess(
    panel: pd.DataFrame,
    year: int,
    provinces: list[str],
    *,
    benchmark: str,
    peers: Sequence[str] | None,
    draws: int,
    facts: pd.DataFrame | None,
    points: pd.DataFrame | None,
) -> pd.DataFrame:
    ahead = outlook(panel, year, points)
    data = ahead.data
    group = reference_group(data, year, ahead.codes, provinces, benchmark=benchmark, peers=peers)
    forms = {form: (ahead.expected[form], ahead.sd[form]) for form in PLACES}
    shares = top_shares(forms, error_correlation(data, year, ahead.codes), group, draws=draws)
    known = context.criteria_flags() if facts is None else facts
    table = _table(ahead, group, shares, draws)
    table["flags"] = table["code"].map(flags(data, pair_correlations(data), year, known))
    order = {"by": ["province", "need", "code"], "ascending": [True, False, True]}
    return table.sort_values(**order, ignore_index=True)[["province", *COLUMNS]]


def _table(
    ahead: Outlook, group: ReferenceGroup, shares: dict[str, np.ndarray], draws: int
) -> pd.DataFrame:
    """One row per assessed province and published sub-dimension, not yet in order."""
    data, rows, first = ahead.data, group.assessed, headline(ahead.year)
    score, benchmark = ahead.score[rows], benchmark_points(data, ahead.year, group)
    expected, sd = ahead.expected[first][rows], ahead.sd[first][rows]
    columns = {
        "score": score,
        "benchmark": np.broadcast_to(benchmark, score.shape),
        "raw_gap": benchmark - score,
        "need": need(score, benchmark, expected),
        "detectable": detectable(sd),
        "history": ahead.history[rows],
        "expected_first": expected,
        "p_first": shares[first],
    }
    for form, ending in (("same", ""), ("redrawn", "_redrawn")):
        columns[f"expected{ending}"] = ahead.expected[form][rows]
        columns[f"expected{ending}_sd"] = ahead.sd[form][rows]
        columns[f"p_top{TOP}{ending}"] = shares[form]
    table = pd.DataFrame({name: np.ravel(values) for name, values in columns.items()}).round(9)
    n, labels = len(group.codes), np.array(data.provinces)[rows]
    table.insert(0, "province", np.repeat(labels, n))
    table.insert(1, "code", np.tile(np.array(data.codes)[group.codes], len(labels)))
    table.insert(2, "dimension", np.tile(np.array(data.dimensions)[group.codes], len(labels)))
    table = table[table["score"].notna()]
    table["points_behind"] = table["need"].clip(lower=0.0) + 0.0
    enough = table.groupby("province")["code"].transform("size") >= FEWEST_FOR_TIERS
    tier = pd.Series(tiers(table["p_first"], table["points_behind"]), table.index, dtype=object)
    table["tier"] = tier.where(enough, None)
    table["on_border"] = on_border(table["p_first"], draws) & enough & table["points_behind"].gt(0)
    rise = table["expected_first"] - table["score"]
    table["comes_back"] = table["raw_gap"].gt(0) & rise.ge(RETURN * table["raw_gap"])
    return table.astype({"history": "int64"})


def absent(panel: pd.DataFrame, province: places.Province, year: int) -> pd.DataFrame:
    """The sub-dimensions of a year that could not be assessed for a province: code, absence."""
    here = panel["year"].eq(year) & panel["province"].eq(province.code)
    rows = panel[here & panel["score"].isna()]
    return rows.rename(columns={"subdimension": "code"})[["code", "absence"]].reset_index(drop=True)


#: Why a criterion that is behind its benchmark is left out of the list.
REASONS = {
    "recovers": mark("its own history points to half of the gap or more coming back by itself"),
    "threshold": mark("scored as if by a bar: one year can move it by half a point and back"),
    "others_larger": mark("it is behind, but other criteria are further behind"),
}
#: How many criteria at most are named as not to be chased.
MOST_NOT_CHASED = 2
#: Smallest gap to the benchmark, in points, of which this is worth a word.
LEAST_GAP = 0.05

_SHOWN = [
    "code", "dimension", "reason", "score", "benchmark", "raw_gap", "raw_rank", "points_behind",
    "expected", "expected_redrawn", "p_top5", "p_top5_redrawn", "comes_back", "flags",
]  # fmt: skip


def listed(assessment: pd.DataFrame) -> pd.Series:
    """Which criteria the list of priorities names: tiers A and B, or without tiers the first five.

    What is not behind its benchmark is never named.
    """
    if assessment["tier"].isna().any():
        return assessment["points_behind"].gt(0) & (np.arange(len(assessment)) < TOP)
    return assessment["tier"].ne("C")


def left_out(assessment: pd.DataFrame) -> pd.DataFrame:
    """The criteria that are behind the benchmark and not on the list, the largest gap first.

    A list steers effort away from what it does not name: so it says what that is, and why.

    Parameters
    ----------
    assessment : DataFrame
        See `assess`.

    Returns
    -------
    DataFrame
        code, dimension, reason (see `REASONS`), raw_rank (1: the largest raw gap of all criteria),
        and as in `assess` score, benchmark, raw_gap, points_behind, expected, expected_redrawn,
        p_top5, p_top5_redrawn, comes_back, flags.
    """
    rank = assessment["raw_gap"].rank(method="min", ascending=False).astype("int64")
    rows = assessment.assign(raw_rank=rank)[~listed(assessment) & assessment["raw_gap"].gt(0)]
    bar = rows["flags"].map(lambda flags: "threshold" in flags).astype(bool)
    known = [bar, rows["comes_back"].eq(True)]
    rows["reason"] = np.select(known, ["threshold", "recovers"], "others_larger")
    return rows.sort_values(["raw_rank", "code"], ignore_index=True)[_SHOWN]


def do_not_chase(assessment: pd.DataFrame) -> pd.DataFrame:
    """None, one or two criteria that are expected to come back by themselves.

    An effort made there this year would often seem to succeed whatever it did. Those expected to
    rise most come first; one that carries a flag is never named, for what the flag says of it is
    another reason.

    Returns
    -------
    DataFrame
        Rows of `left_out`.
    """
    rows = left_out(assessment)
    rows = rows[rows["reason"].eq("recovers") & rows["flags"].map(len).eq(0)]
    rows = rows[rows["raw_gap"].ge(LEAST_GAP)]
    rows = rows.assign(rise=rows["raw_gap"] - rows["points_behind"])
    rows = rows.sort_values(["rise", "code"], ascending=[False, True], ignore_index=True)
    return rows.head(MOST_NOT_CHASED)[_SHOWN]

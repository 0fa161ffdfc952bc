"""What a province can reach: who started as low, the best of its region, and what a group takes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from papi_analysis import cache
from papi_analysis.data import codebook
from papi_analysis.errors import DataError
from papi_analysis.priority.arrays import FIRST_YEAR, panel_arrays, quantiles
from papi_analysis.priority.forecast import PLACES, foretold, headline, in_points, outlook
from papi_analysis.priority.headroom import DRAWS, SEED
from papi_analysis.stats import resampling

#: Chances for which the points that are needed are given.
CHANCES = (0.5, 0.8, 0.9)
#: The benchmark of the criteria: one province in four reaches it.
BENCHMARK = 0.75
#: From this share of the gap on, a criterion is said to be expected to come back by itself.
RETURN = 0.5
#: Most provinces that are named as having done it.
MOST_NAMED = 5


def best_of_region(
    scores: pd.DataFrame, members: Sequence[str], province: str, year: int
) -> pd.DataFrame:
    """The best score of a region in each criterion, and where the province stands there.

    Returns
    -------
    DataFrame
        code, province (GSO code of the best; the first of equals), score (its points),
        regional_rank (Int64, of the province), n (provinces of the region with the score),
        regional_benchmark (points: their 75th percentile).
    """
    rows = scores[scores["year"].eq(year) & scores["province"].isin(members)]
    wide = rows.pivot(index="province", columns="subdimension", values="score")
    wide = wide.dropna(axis="columns", how="all")
    own = wide.reindex([province]).iloc[0]
    higher = wide.round(9).gt(own.round(9)).sum() + 1
    return pd.DataFrame(
        {
            "code": wide.columns,
            "province": wide.idxmax().to_numpy(),
            "score": wide.max().to_numpy(),
            "regional_rank": higher.where(own.notna()).astype("Int64").to_numpy(),
            "n": wide.count().to_numpy(),
            "regional_benchmark": wide.quantile(BENCHMARK).to_numpy(),
        }
    )


@cache.memoize
def starters(scores: pd.DataFrame, province: str, year: int) -> pd.DataFrame:
    """Of the provinces that once started as low, how many came up within a year, and who.

    A start is a province in an earlier year whose z-score was no higher than that of the province
    now, with a score a year later in the same sample block and composition.

    Returns
    -------
    DataFrame
        code, n (starts), reached_median, reached_benchmark (how many of them stood at the median or
        at the 75th percentile of the year after), names (tuple of (province, year of the start):
        those that reached the benchmark, or else the median, the latest first, at most
        `MOST_NAMED`).
    """
    data = panel_arrays(scores, year)
    row, last = data.provinces.index(province), data.at(year)
    records = []
    for code in data.current(year):
        own = data.z[last, row, code]
        if np.isnan(own):
            continue
        marks = data.composition[:, code]
        steps = (marks[1:] == marks[:-1]) & (marks[1:] >= 0) & (data.block[1:] == data.block[:-1])
        later = data.score[1:, :, code]
        low = (data.z[:-1, :, code] <= own + 1e-9) & np.isfinite(later) & steps[:, None]
        reached = {}
        for name, share in (("median", 0.5), ("benchmark", BENCHMARK)):
            bar = np.array([quantiles(score[:, None], share)[0] for score in later])
            reached[name] = low & (later.round(9) >= bar[:, None].round(9))
        known = reached["benchmark"] if reached["benchmark"].any() else reached["median"]
        at, who = np.nonzero(known)
        names = [(data.provinces[w], int(data.years[a])) for a, w in zip(at, who, strict=True)]
        records.append(
            {
                "code": data.codes[code],
                "n": int(low.sum()),
                **{f"reached_{name}": int(hit.sum()) for name, hit in reached.items()},
                "names": tuple(sorted(names, key=lambda pair: (-pair[1], pair[0]))[:MOST_NAMED]),
            }
        )
    return pd.DataFrame(records)


def country_trend(levels: pd.DataFrame, regimes: pd.DataFrame, year: int) -> pd.Series:
    """Points a year by which the mean of the same provinces moved, by code.

    Over the years up to `year` that can be compared with it without a break, inside its sample
    block; NaN where there is none.
    """
    rows = levels[levels["level"].eq("subdimension") & levels["year"].le(year)]
    wide = rows.pivot(index=["code", "province"], columns="year", values="score")
    block = regimes.groupby("year")["sample_block"].first()
    found = {code: np.nan for code in rows.loc[rows["year"].eq(year), "code"].unique()}
    for first in [y for y in wide.columns if y < year and block[y] == block[year]]:
        links = codebook.links(regimes, int(first), year)
        sound = links.loc[links["comparable"], "subdimension"]
        mean = (wide[year] - wide[first]).groupby("code").mean() / (year - first)
        found |= {code: mean[code] for code in sound if np.isnan(found[code])}
    return pd.Series(found)


@cache.memoize
def total_errors(scores: pd.DataFrame, year: int) -> pd.DataFrame:
    """What was foretold of totals beside what came, up to a year.

    A total is foretold as the sum of its criteria, beside the country.

    Returns
    -------
    DataFrame
        year (origin), same_block (bool), province, foretold, came (points above the mean of the
        provinces), independent (points: the standard error if criteria did not move together).

    Raises
    ------
    DataError
        When the panel has no forecast before the year.
    """
    data, parts = panel_arrays(scores, year), []
    for origin in data.years[(data.years >= FIRST_YEAR) & (data.years < year)]:
        at = data.at(origin)
        same = bool(data.block[at] == data.block[at + 1])
        level = foretold(data, int(origin))["same" if same else "redrawn"]
        codes = data.current(int(origin))
        codes = codes[data.composition[at + 1, codes] == data.composition[at, codes]]
        said, came = (
            (z[:, codes] * data.sd[at, codes]).sum(axis=1) for z in (level.mean, data.z[at + 1])
        )
        whole = np.flatnonzero(np.isfinite(said + came))
        spread = in_points(data, int(origin), level)[1][np.ix_(whole, codes)]
        table = {"year": int(origin), "same_block": same}
        table |= {"province": np.array(data.provinces)[whole]}
        table |= {"foretold": said[whole] - said[whole].mean()}
        table |= {"came": came[whole] - came[whole].mean()}
        parts.append(pd.DataFrame(table | {"independent": np.sqrt((spread**2).sum(axis=1))}))
    if not parts:
        raise DataError("No forecast of a total was made before {year}.", year=year)
    return pd.concat(parts, ignore_index=True)


def calibration(errors: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """How sums of criteria are put right: by places, a slope and a factor on the standard error.

    Criteria of a province share a level, so that their sum lies further from the country than the
    sum of their forecasts (slope of `came` on `foretold`), and share errors, so that the error of
    the sum is larger than if they were independent. Where no redraw was seen yet, those of all.
    """
    found = {}
    for form in PLACES:
        rows = errors[errors["same_block"].eq(form == "same")]
        rows = errors if rows.empty else rows
        slope = float((rows["foretold"] * rows["came"]).sum() / (rows["foretold"] ** 2).sum())
        miss = rows["came"] - slope * rows["foretold"]
        wider = float(np.sqrt((miss**2).sum() / (rows["independent"] ** 2).sum()))
        found[form] = (slope, wider)
    return found


def no_action(scores: pd.DataFrame, year: int) -> pd.DataFrame:
    """The totals that are expected of the next survey without new action, the country as it is.

    Returns
    -------
    DataFrame
        province, places (`forecast.PLACES`), total, sd (points); provinces with every score only.
    """
    known = calibration(total_errors(scores, year))
    ahead, parts = outlook(scores, year), []
    for form in PLACES:
        total, variance = ahead.expected[form].sum(axis=1), (ahead.sd[form] ** 2).sum(axis=1)
        (slope, wider), mean = known[form], np.nanmean(total)
        table = {"province": ahead.data.provinces, "places": form}
        table |= {"total": mean + slope * (total - mean), "sd": np.sqrt(variance) * wider}
        parts.append(pd.DataFrame(table))
    return pd.concat(parts, ignore_index=True).dropna().round(9)


def chance(
    totals: pd.DataFrame, province: str, rank: int, *, draws: int = DRAWS
) -> tuple[float, np.ndarray]:
    """P(the province ranks `rank` or better next time), and the points that it then lacks.

    Parameters
    ----------
    totals : DataFrame
        province, total, sd of one kind of places (see `no_action`).
    province : str
        GSO code.
    rank : int
        From 1 to the number of the other provinces.

    Returns
    -------
    tuple
        Share of the draws, and in each draw the points that the score of that rank is ahead of the
        province: their quantile at p is what it needs for a chance of p.
    """
    own = totals["province"].eq(province).to_numpy()
    drawn = resampling.generator(SEED).standard_normal((draws, len(totals)))
    drawn = totals["total"].to_numpy() + totals["sd"].to_numpy() * drawn
    place = len(totals) - 1 - rank
    lacks = np.partition(drawn[:, ~own], place, axis=1)[:, place] - drawn[:, own][:, 0]
    return float((lacks <= 0).mean()), lacks


def group_rank(positions: pd.DataFrame, province: str, year: int) -> int | None:
    """The rank that the next higher group takes; None in the highest group or without a total."""
    rows = positions[positions["year"].eq(year) & positions["level"].eq("total")]
    group = rows.loc[rows["province"].eq(province), "group"].iloc[0]
    if pd.isna(group):
        return None
    above = int(rows["group"].gt(group).sum())
    return above or None


@cache.memoize
def came_back(scores: pd.DataFrame, year: int) -> dict:
    """How often half of a gap closed within a year where the forecast said so, up to a year.

    Returns
    -------
    dict
        n (gaps of past years of which half or more was expected to close), share (of them that half
        closed or more, to the benchmark of the year after); empty where there was none.
    """
    data, said, closed = panel_arrays(scores, year), 0, 0
    for origin in data.years[(data.years >= FIRST_YEAR) & (data.years < year)]:
        at = data.at(origin)
        form = "same" if data.block[at] == data.block[at + 1] else "redrawn"
        mean, _ = in_points(data, int(origin), foretold(data, int(origin))[form])
        now, later = data.score[at], data.score[at + 1]
        gap = quantiles(now, BENCHMARK) - now
        left = quantiles(later, BENCHMARK) - later
        same = (data.composition[at] == data.composition[at + 1]) & (data.composition[at] >= 0)
        rows = (gap > 0) & (mean - now >= RETURN * gap) & np.isfinite(left) & same
        said += int(rows.sum())
        closed += int((rows & (left <= (1 - RETURN) * gap)).sum())
    return {"n": said, "share": closed / said} if said else {}


@cache.memoize
def next_group(scores: pd.DataFrame, positions: pd.DataFrame, province: str, year: int) -> dict:
    """What the next group takes: chances without new action, and points for better chances.

    Returns
    -------
    dict
        no_action: by places, total and sd (points), p_next_group; needed: list of p, points (beyond
        what is expected without new action, in the places of the headline), share_of_past (of the
        past province-years that came so far above what was expected, in the same kind of places).
        Empty where the province has no total.
    """
    errors, totals = total_errors(scores, year), no_action(scores, year)
    rank, found, needed = group_rank(positions, province, year), {}, []
    for form in PLACES:
        table = totals[totals["places"].eq(form)]
        own = table[table["province"].eq(province)]
        if own.empty:
            return {}
        found[form] = {"total": own["total"].iloc[0], "sd": own["sd"].iloc[0]}
        if rank is None:
            continue
        found[form]["p_next_group"], lacks = chance(table, province, rank)
        if form == headline(year):
            past = errors[errors["same_block"].eq(form == "same")]
            past = past["came"] - calibration(errors)[form][0] * past["foretold"]
            needed = [
                {"p": p, "points": float(points), "share_of_past": float((past >= points).mean())}
                for p, points in zip(CHANCES, np.quantile(lacks, CHANCES), strict=True)
                if points > 0
            ]
    return {"no_action": found, "needed": needed}

"""Whether the forecast of a score and its interval kept their word, year by year."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from papi_analysis import cache
from papi_analysis.priority.arrays import PanelArrays, panel_arrays
from papi_analysis.priority.backtest.capture import captures, common, estimates, origins, pairs
from papi_analysis.priority.shrinkage import (
    PERSISTENT,
    PERSISTENT_RULES,
    Z90,
    Level,
    pair_correlations,
    year_to_year,
)


@cache.memoize
def skill(panel: pd.DataFrame, *, persistent: str = "pooled") -> pd.DataFrame:
    """How the estimated level foretells the z-score of the next year, per sub-dimension and year.

    Returns
    -------
    DataFrame
        code, year (of the forecast), same_block (bool: the next year is of the same block), n
        (provinces), error and error_last (sum of squared errors of the level and of "as last
        year", in squared SD), skill (1 - error / error_last: 0 as good as last year's score,
        below 0 worse), inside (how many scores fell into the 90 % interval).
    """
    data = panel_arrays(panel)
    return skills(data, estimates(data, origins(data), persistent=persistent))


def skills(data: PanelArrays, estimated: dict[int, Level]) -> pd.DataFrame:
    """The table of `skill` for levels that are known."""
    frames = [_skill(data, level, year) for year, level in estimated.items()]
    table = pd.concat(frames, ignore_index=True)
    return table.assign(skill=1 - table["error"] / table["error_last"])


def _skill(data: PanelArrays, level: Level, year: int) -> pd.DataFrame:
    at, codes = data.at(year), data.current(year)
    codes = codes[data.composition[at + 1, codes] == data.composition[at, codes]]
    now, later = data.z[at][:, codes], data.z[at + 1][:, codes]
    error, last = later - level.mean[:, codes], later - now
    there = np.isfinite(error)
    inside = np.abs(error) <= Z90 * np.sqrt(level.predictive[:, codes])
    return pd.DataFrame(
        {
            "code": np.array(data.codes)[codes],
            "year": year,
            "same_block": bool(data.block[at] == data.block[at + 1]),
            "n": there.sum(axis=0),
            "error": _squares(error, there),
            "error_last": _squares(last, there),
            "inside": (inside & there).sum(axis=0),
        }
    )


def _squares(values: np.ndarray, there: np.ndarray) -> np.ndarray:
    return (np.where(there, values, 0) ** 2).sum(axis=0)


@cache.memoize
def intervals(panel: pd.DataFrame) -> pd.DataFrame:
    """Share of the next year's scores inside their 90 % interval, and the skill of the forecast.

    Returns
    -------
    DataFrame
        same_block (bool), n (scores), coverage (share), skill (see `skill`, over all scores).
    """
    sums = skill(panel).groupby("same_block")[["n", "inside", "error", "error_last"]].sum()
    return pd.DataFrame(
        {
            "same_block": sums.index,
            "n": sums["n"].to_numpy(),
            "coverage": (sums["inside"] / sums["n"]).to_numpy(),
            "skill": (1 - sums["error"] / sums["error_last"]).to_numpy(),
        }
    ).round(9)


@cache.memoize
def persistent(panel: pd.DataFrame) -> pd.DataFrame:
    """What the three ways to take sub-dimensions that hardly move do to forecast and choice.

    Returns
    -------
    DataFrame
        way ("pooled", "light", "raw"; see `shrinkage.levels`), capture_same, capture_across
        (of the rule "eb"), then one column per sub-dimension that hardly moves in the last year:
        its mean skill over the forecasts inside a sample block.
    """
    data = panel_arrays(panel)
    steady = year_to_year(data, pair_correlations(data), int(data.years[-1]))
    codes = [data.codes[i] for i in np.flatnonzero(steady >= PERSISTENT)]
    records = []
    for way in PERSISTENT_RULES:
        found, own = _judged(panel, data, way)
        capture = found.groupby("same_block")["eb"].mean().reindex([True, False])
        own = own[own["same_block"] & own["code"].isin(codes)]
        means = own.groupby("code")["skill"].mean()
        record = {"way": way, "capture_same": capture[True], "capture_across": capture[False]}
        records.append(record | means.to_dict())
    return pd.DataFrame(records).round(9)


def _judged(panel: pd.DataFrame, data: PanelArrays, way: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables of `pairs` and `skill` for a way; other tables rest on those of the first."""
    if way == PERSISTENT_RULES[0]:
        return pairs(panel), skill(panel)
    known = estimates(data, origins(data), persistent=way)
    return captures(data, known), skills(data, known)


def steps(panel: pd.DataFrame) -> pd.DataFrame:
    """How alike the provinces stand in one year and the next: why samples are held to be redrawn.

    Returns
    -------
    DataFrame
        year (the later one), border (bool: the two years are of different sample blocks), r (median
        over the sub-dimensions of one composition of Spearman's r over the provinces),
        subdimensions (count).
    """
    data = panel_arrays(panel)
    records = []
    for at in range(len(data.years) - 1):
        codes, _ = common(data, (data.years[at], data.years[at + 1]))
        found = [_rank_r(data.z[at, :, code], data.z[at + 1, :, code]) for code in codes]
        border = bool(data.block[at] != data.block[at + 1])
        year, n = int(data.years[at + 1]), len(codes)
        records.append({"year": year, "border": border, "r": np.median(found), "subdimensions": n})
    return pd.DataFrame(records).round(9)


def _rank_r(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's r over the provinces that have both scores."""
    both = np.isfinite(first) & np.isfinite(second)
    return float(np.corrcoef(rankdata(first[both]), rankdata(second[both]))[0, 1])

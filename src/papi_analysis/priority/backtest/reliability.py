"""Whether what is said of the next survey comes true: two forecasts, and a yearly self-audit.

Every origin is forecast from the years up to it and judged by the year after it. Two models are
set side by side: "eb", the level of a province from its own history (`priority.shrinkage`), not
told whether places are drawn anew, and "forecast" (`priority.forecast`), told so, on which the
lists rest. Whether places were drawn anew, and which years are of one composition, was read off the
whole panel: that much of the future both models know.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.stats import norm, rankdata

from papi_analysis import cache
from papi_analysis.data import codebook
from papi_analysis.data import panel as panels
from papi_analysis.errors import DataError
from papi_analysis.i18n import mark
from papi_analysis.priority import reach
from papi_analysis.priority.arrays import PanelArrays, panel_arrays, quantiles
from papi_analysis.priority.backtest import capture
from papi_analysis.priority.forecast import in_points, noise_factors
from papi_analysis.priority.headroom import error_correlation, reference_group, top_shares
from papi_analysis.priority.shrinkage import (
    PERSISTENT,
    Z90,
    Level,
    pair_correlations,
    year_to_year,
)
from papi_analysis.stats import ranking

#: The models that are judged.
MODELS = {
    "eb": mark("levels (empirical Bayes), not told of a redraw"),
    "forecast": mark("forecast: lag, neighbours, block and noise of the province"),
    "blind": mark("the same, knowing of no sample blocks and of no redraw"),
}
#: The sets of forecasts that are judged apart.
SETS = {
    "same": mark("same block"),
    "across": mark("across blocks"),
    "last": mark("the last block"),
}
#: Borders of the bins of a stated probability.
BINS = (0.0, 0.1, 0.3, 0.5, 0.8, 0.9, 1.0)
#: A stated level is off when it misses the realised one by more than this and by more than chance
#: leaves to any of the bins of a model (95 % for all of them together, Bonferroni).
TOLERANCE = 0.05
BAND = float(norm.ppf(1 - 0.05 / 2 / (2 * (len(BINS) - 1))))
#: Draws for each origin: the standard error of a probability is at most .011.
DRAWS = 2_000


def _levels(data: PanelArrays) -> Iterator[tuple[str, int, bool, Level]]:
    """Model, origin, whether the next year is of the same block, and what the model said."""
    said = capture.estimates(data, capture.origins(data))
    for model in MODELS:
        for year, models in said.items():
            same = data.block[data.at(year)] == data.block[data.at(year) + 1]
            yield model, year, bool(same), models[model]


@cache.memoize
def errors(panel: pd.DataFrame) -> pd.DataFrame:
    """How far the forecast z-score of each model lay from that of the next year.

    Returns
    -------
    DataFrame
        model, year (origin), same_block (bool), last_block (bool: both years are of the last
        block), code, n (scores), error (sum of squares), inside (how many of the scores lay in
        their 90 % interval), error_last (sum of squares of "as last year"), capture (of the later
        gaps by the five first, over the criteria of both years; the same for every code).
    """
    data, records = panel_arrays(panel), []
    for model, year, same, level in _levels(data):
        at, codes = data.at(year), data.current(year)
        codes = codes[data.composition[at + 1, codes] == data.composition[at, codes]]
        error = data.z[at + 1][:, codes] - level.mean[:, codes]
        there = np.isfinite(error)
        inside = there & (np.abs(error) <= Z90 * np.sqrt(level.predictive[:, codes]))
        last = np.where(there, data.z[at + 1][:, codes] - data.z[at][:, codes], 0.0)
        table = pd.DataFrame(
            {
                "model": model,
                "year": year,
                "same_block": same,
                "last_block": same and data.block[at] == data.block[-1],
                "code": np.array(data.codes)[codes],
                "n": there.sum(axis=0),
                "error": (np.where(there, error, 0.0) ** 2).sum(axis=0),
                "inside": inside.sum(axis=0),
                "error_last": (last**2).sum(axis=0),
                "capture": _capture(data, level, year),
            }
        )
        records.append(table)
    return pd.concat(records, ignore_index=True)


def _capture(data: PanelArrays, level: Level, year: int) -> float:
    """Share of the next year's gaps that the five criteria with the largest headroom hold.

    Headroom is E[max(0, benchmark - next score)], so that models are compared by all they say.
    """
    codes, rows = capture.common(data, (year, year + 1))
    if len(codes) < capture.FEWEST_CODES:
        return np.nan
    mean, sd = (part[:, codes] for part in in_points(data, year, level))
    mark = quantiles(data.score[data.at(year)][:, codes], capture.BENCHMARK)
    score = capture.expected_headroom(mark - mean, sd)[rows]
    held = np.maximum(capture.gaps(data, data.at(year + 1), codes)[rows], 0)
    most = -np.sort(-held, axis=1)[:, : capture.CHOSEN].sum()
    return float(np.take_along_axis(held, capture.first(score), axis=1).sum() / most)


@cache.memoize
def chances(panel: pd.DataFrame) -> pd.DataFrame:
    """The stated probability that a criterion is among the five next year, and whether it was.

    Over the criteria of one composition in both years and the provinces with all of them in both.

    Returns
    -------
    DataFrame
        model, year (origin), same_block, last_block (bool), province, code, p (for the next
        survey), happened (bool).
    """
    data, parts = panel_arrays(panel), []
    for model, year, same, level in _levels(data):
        codes, rows = capture.common(data, (year, year + 1))
        if len(codes) < capture.FEWEST_CODES:
            continue
        at, names = data.at(year), [data.provinces[row] for row in rows]
        group = reference_group(data, year, codes, names)
        mean, sd = in_points(data, year, level)
        share = top_shares(
            {model: (mean[:, codes], sd[:, codes])},
            error_correlation(data, year, codes),
            group,
            draws=DRAWS,
        )[model]
        gap = capture.gaps(data, at + 1, codes)[rows]
        top = np.zeros(gap.shape, dtype=bool)
        np.put_along_axis(top, capture.first(gap), values=True, axis=1)
        table = pd.DataFrame(
            {
                "model": model,
                "year": year,
                "same_block": same,
                "last_block": same and data.block[at] == data.block[-1],
                "province": np.repeat(names, len(codes)),
                "code": np.tile(np.array(data.codes)[codes], len(names)),
                "p": share.ravel(),
                "happened": top.ravel(),
            }
        )
        parts.append(table)
    capture.require_pairs(len(parts))
    return pd.concat(parts, ignore_index=True)


def _sets(table: pd.DataFrame) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Model, key of `SETS` and its rows."""
    for model in MODELS:
        rows = table[table["model"] == model]
        yield model, "same", rows[rows["same_block"]]
        yield model, "across", rows[~rows["same_block"]]
        yield model, "last", rows[rows["last_block"]]


@cache.memoize
def models(panel: pd.DataFrame) -> pd.DataFrame:
    """The models beside each other; NaN where the panel has no forecast of that set.

    Returns
    -------
    DataFrame
        model (key of `MODELS`), set (key of `SETS`), mse (of the z-scores), skill (1 - mse / that
        of "as last year"), coverage (of the 90 % interval), capture (mean over the origins), brier,
        log_loss, slope (of the logistic regression of what happened on the logit of the stated
        probability: 1 is right, below 1 is too sure), forecasts (scores that were foretold).
    """
    sized = {(model, name): rows for model, name, rows in _sets(errors(panel))}
    records = []
    for model, name, said in _sets(chances(panel)):
        rows = sized[model, name]
        n = rows["n"].sum()
        record = {"model": model, "set": name, "forecasts": int(n)}
        if n and len(said):
            p = said["p"].clip(0.5 / DRAWS, 1 - 0.5 / DRAWS).to_numpy()
            y = said["happened"].to_numpy(dtype=float)
            record |= {
                "mse": rows["error"].sum() / n,
                "skill": 1 - rows["error"].sum() / rows["error_last"].sum(),
                "coverage": rows["inside"].sum() / n,
                "capture": rows.groupby("year")["capture"].first().mean(),
                "brier": ((p - y) ** 2).mean(),
                "log_loss": -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean(),
                "slope": logit_slope(np.log(p / (1 - p)), y),
            }
        records.append(record)
    names = ["model", "set", "mse", "skill", "coverage", "capture", "brier", "log_loss", "slope"]
    return pd.DataFrame(records, columns=[*names, "forecasts"]).round(9)


def logit_slope(logit: np.ndarray, happened: np.ndarray) -> float:
    """Slope of a logistic regression with an intercept (maximum likelihood)."""

    def loss(part: np.ndarray) -> tuple[float, np.ndarray]:
        line = part[0] + part[1] * logit
        miss = 1 / (1 + np.exp(-line)) - happened
        value = (np.logaddexp(0, line) - happened * line).sum()
        return value, np.array([miss.sum(), (miss * logit).sum()])

    return float(minimize(loss, [0.0, 1.0], jac=True, method="BFGS").x[1])


@cache.memoize
def audit(panel: pd.DataFrame) -> pd.DataFrame:
    """The self-audit: what was stated against what came true, by bin of the stated probability.

    Returns
    -------
    DataFrame
        model, set ("same" or "across"), low, high (borders of the bin), n, stated (mean p),
        realised (share), se (of their difference; provinces are drawn whole, so that what the
        criteria and years of one province share counts once), off (bool: the two differ by more
        than `TOLERANCE` and by more than `BAND` se).
    """
    records = []
    for model, name, rows in _sets(chances(panel)):
        if name == "last" or rows.empty:
            continue
        bins = pd.cut(rows["p"], BINS, labels=False, include_lowest=True, right=False)
        bins = bins.fillna(len(BINS) - 2).astype(int)  # a probability of 1 is in the last bin
        for place, held in rows.groupby(bins):
            record = {"model": model, "set": name, "low": BINS[place], "high": BINS[place + 1]}
            records.append(record | _kept(held["p"], held["happened"], held["province"]))
    return pd.DataFrame(records).round(9)


def _kept(stated: pd.Series, happened: pd.Series, province: pd.Series) -> dict[str, object]:
    """What was stated beside what happened, and whether they are off (see `audit`)."""
    miss = happened.astype(float) - stated
    apart = (miss - miss.mean()).groupby(province).sum()
    se = float(np.sqrt((apart**2).sum()) / len(miss))
    off = bool(abs(miss.mean()) > max(TOLERANCE, BAND * se))
    return {"n": len(miss), "stated": stated.mean(), "realised": happened.mean(), "se": se,
            "off": off}  # fmt: skip


#: What else is stated of the next survey.
STATED = {
    "score": mark("score inside its 90 % range"),
    "total": mark("total inside its 90 % range"),
    "group": mark("next group reached without new action"),
}


@cache.memoize
def coverage(panel: pd.DataFrame) -> pd.DataFrame:
    """Every other statement about the next survey against what came true.

    Returns
    -------
    DataFrame
        what (key of `STATED`), set ("same" or "across"), n, stated, realised, se, off (as in
        `audit`). The error of a total is widened by what was known in the year; a group is judged
        by its size in the year of the forecast, the country as it then was.
    """
    told = errors(panel)
    told = told[told["model"].eq("forecast")]
    parts = []
    for same, rows in told.groupby("same_block"):
        share = rows["inside"].sum() / rows["n"].sum()
        record = {"what": "score", "set": "same" if same else "across", "n": rows["n"].sum()}
        record |= {"stated": 0.9, "realised": share, "se": np.nan}
        parts.append(record | {"off": bool(abs(share - 0.9) > TOLERANCE)})
    cases = pd.concat(_of_totals(panel), ignore_index=True)
    for (what, name), rows in cases.groupby(["what", "set"]):
        kept = _kept(rows["stated"], rows["happened"], rows["province"])
        parts.append({"what": what, "set": name, **kept})
    return pd.DataFrame(parts).sort_values(["what", "set"], ignore_index=True).round(9)


def _of_totals(panel: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Cases of "total" and "group": what, set, province, stated, happened."""
    data = panel_arrays(panel)
    positions = ranking.positions(panels.levels(panel), codebook.group_sizes())
    rows = positions[positions["level"].eq("total")]
    ranks = rows.pivot(index="province", columns="year", values="rank")
    for year in capture.origins(data):
        try:
            known = reach.calibration(reach.total_errors(panel, year))
        except DataError:  # no forecast was made before the first origin
            continue
        own = reach.total_errors(panel, year + 1).query("year == @year")
        name, form = ("same", "same") if own["same_block"].all() else ("across", "redrawn")
        slope, wider = known[form]
        miss = own["came"] - slope * own["foretold"]
        inside = miss.abs() <= Z90 * wider * own["independent"]
        yield pd.DataFrame({"what": "total", "set": name, "province": own["province"],
                            "stated": 0.9, "happened": inside})  # fmt: skip
        totals = reach.no_action(panel, year).query("places == @form")
        records = []
        for province in totals["province"]:
            rank = reach.group_rank(positions, province, year)
            later = ranks.at[province, year + 1]
            if rank is None or pd.isna(later):
                continue
            share = rank / int(ranks[year].count())
            happened = later <= share * int(ranks[year + 1].count()) + 1e-9
            p, _ = reach.chance(totals, province, rank, draws=DRAWS)
            records.append(("group", name, province, p, bool(happened)))
        yield pd.DataFrame(records, columns=["what", "set", "province", "stated", "happened"])


def off(panel: pd.DataFrame) -> bool:
    """Whether anything that is printed of the next survey is off by more than its band."""
    bins = audit(panel)
    return bool(bins.loc[bins["model"].eq("forecast"), "off"].any() or coverage(panel)["off"].any())


def false_positives(panel: pd.DataFrame) -> pd.DataFrame:
    """How often a yearly change is called larger than usual, over the provinces.

    All changes of criteria inside a block, beside the country, against 1.96 standard errors of a
    change: once with the noise of the country, once with that of the province.

    Returns
    -------
    DataFrame
        noise ("country" or "province"), share (of all changes), low, high (of the provinces: least
        and most), n (changes).
    """
    data = panel_arrays(panel)
    squares = {name: np.zeros(len(data.provinces)) for name in ("country", "province")}
    n = np.zeros(len(data.provinces))
    for at in np.flatnonzero(data.block[:-1] == data.block[1:]):
        same = (data.composition[at] == data.composition[at + 1]) & (data.composition[at] >= 0)
        moved = data.score[at + 1][:, same] - data.score[at][:, same]
        moved = moved - np.nanmean(moved, axis=0)
        sd = np.nanstd(moved, axis=0, ddof=1)
        factor = np.sqrt(noise_factors(data, int(data.years[at + 1])))
        n += np.isfinite(moved).sum(axis=1)
        squares["country"] += (np.abs(moved) > 1.96 * sd).sum(axis=1)
        squares["province"] += (np.abs(moved) > 1.96 * sd * factor[:, None]).sum(axis=1)
    records = []
    for name, found in squares.items():
        share = found / n
        record = {"noise": name, "share": found.sum() / n.sum(), "low": share.min()}
        records.append(record | {"high": share.max(), "n": int(n.sum())})
    return pd.DataFrame(records).round(9)


def steady(panel: pd.DataFrame) -> pd.DataFrame:
    """How the models foretell the criteria that hardly move, beside "as last year".

    Returns
    -------
    DataFrame
        model, then one column per sub-dimension that hardly moves in the last year: its skill over
        the forecasts inside a sample block (0: as good as last year's score).
    """
    data = panel_arrays(panel)
    slow = year_to_year(data, pair_correlations(data), int(data.years[-1])) >= PERSISTENT
    rows = errors(panel)
    rows = rows[rows["same_block"] & rows["code"].isin(np.array(data.codes)[slow])]
    sums = rows.groupby(["model", "code"])[["error", "error_last"]].sum()
    skill = (1 - sums["error"] / sums["error_last"]).unstack()
    return skill.reindex(list(MODELS)).rename_axis(columns=None).reset_index().round(9)


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
        codes, _ = capture.common(data, (data.years[at], data.years[at + 1]))
        found = [_rank_r(data.z[at, :, code], data.z[at + 1, :, code]) for code in codes]
        border = bool(data.block[at] != data.block[at + 1])
        year, n = int(data.years[at + 1]), len(codes)
        records.append({"year": year, "border": border, "r": np.median(found), "subdimensions": n})
    return pd.DataFrame(records).round(9)


def _rank_r(first: np.ndarray, second: np.ndarray) -> float:
    """Spearman's r over the provinces that have both scores."""
    both = np.isfinite(first) & np.isfinite(second)
    return float(np.corrcoef(rankdata(first[both]), rankdata(second[both]))[0, 1])

"""How much of the later gaps the five criteria hold that a rule would have chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise, product

import numpy as np
import pandas as pd
from scipy.special import ndtr

from papi_analysis import cache
from papi_analysis.errors import DataError
from papi_analysis.i18n import mark
from papi_analysis.priority.arrays import FIRST_YEAR, PanelArrays, panel_arrays, quantiles
from papi_analysis.priority.forecast import PLACES, foretold
from papi_analysis.priority.headroom import need
from papi_analysis.priority.shrinkage import Level, levels, pair_correlations

#: What each model said in a year: "eb" (`shrinkage.levels`), "forecast", told of a redraw, and
#: "blind", the forecast that knows of no sample blocks.
Models = dict[str, Level]

#: Rules by key, in the order in which they are shown.
RULES = {
    "forecast": mark("points behind (forecast)"),
    "eb": mark("expected headroom (empirical Bayes)"),
    "raw_gap": mark("raw gap to P75"),
    "worst_rank": mark("worst rank"),
    "importance": mark("importance-performance"),
    "fall": mark("last year's fall"),
    "covariance": mark("covariance share"),
    "leverage": mark("expected headroom x item-rest r"),
    "attainable": mark("expected headroom x share of gaps closed before"),
}
#: Length of the lists that are compared.
CHOSEN = 5
BENCHMARK = 0.75


def scores(
    data: PanelArrays, said: Models, year: int, codes: np.ndarray, *, steps: np.ndarray
) -> dict[str, np.ndarray]:
    """The score that each rule gives: provinces × codes, the highest chosen first.

    Only years up to `year` are read, and of the `steps` of `closed` those that end by then. NaN
    where a province lacks the score; minus infinity where a rule cannot judge (no comparable year
    before).
    """
    last = data.at(year)
    score, z, sd = data.score[last][:, codes], data.z[last][:, codes], data.sd[last, codes]
    mark = quantiles(score, BENCHMARK)
    eb, ahead = said["eb"], said["forecast"]
    behind = (mark - data.mean[last, codes]) / sd - eb.mean[:, codes]
    headroom = expected_headroom(behind, np.sqrt(eb.predictive[:, codes])) * sd
    foretold = data.mean[last, codes] + sd * ahead.mean[:, codes]
    rest, share = item_rest(score), covariance_share(score)
    return {
        "forecast": need(score, mark, foretold),
        "eb": headroom,
        "raw_gap": mark - score,
        "worst_rank": -z,
        "importance": -z * np.maximum(rest, 0),
        "fall": -_change(data, year, codes),
        "covariance": np.where(np.isfinite(score), share, np.nan),
        "leverage": headroom * np.maximum(rest, 0),
        "attainable": headroom * _closed_before(steps, last, codes),
    }


def expected_headroom(gap: np.ndarray, sd: np.ndarray) -> np.ndarray:
    """E[max(0, gap + sd·ε)] for a standard normal ε, in the unit of `gap`.

    >>> round(float(expected_headroom(np.array(0.0), np.array(1.0))), 4)
    0.3989
    """
    ratio = gap / sd
    density = np.exp(-0.5 * ratio**2) / np.sqrt(2 * np.pi)
    return gap * ndtr(ratio) + sd * density


def _whole(score: np.ndarray) -> np.ndarray:
    return score[np.isfinite(score).all(axis=1)]


def item_rest(score: np.ndarray) -> np.ndarray:
    """Pearson r of each column with the sum of the others, over the rows that have them all."""
    rows = _whole(score)
    rest = rows.sum(axis=1, keepdims=True) - rows
    a, b = rows - rows.mean(axis=0), rest - rest.mean(axis=0)
    return (a * b).sum(axis=0) / np.sqrt((a * a).sum(axis=0) * (b * b).sum(axis=0))


def covariance_share(score: np.ndarray) -> np.ndarray:
    """Share of each column in the variance of the sum, cov(column, sum) / var(sum)."""
    rows = _whole(score)
    total = rows.sum(axis=1, keepdims=True)
    apart = total - total.mean()
    return ((rows - rows.mean(axis=0)) * apart).sum(axis=0) / (apart * apart).sum()


def _change(data: PanelArrays, year: int, codes: np.ndarray) -> np.ndarray:
    """Change since the year before, less the mean change; infinite where none can be seen."""
    last = data.at(year)
    change = data.score[last][:, codes] - data.score[last - 1][:, codes]
    same = data.composition[last - 1, codes] == data.composition[last, codes]
    seen = np.isfinite(change) & same
    n = seen.sum(axis=0)
    mean = np.divide(np.where(seen, change, 0).sum(axis=0), n, where=n > 0, out=np.zeros(len(n)))
    return np.where(seen, change - mean, np.inf)


def closed(data: PanelArrays) -> np.ndarray:
    """How many gaps half closed from a year to the next, and how many there were.

    2 × steps × all codes: counts of provinces; none between two years of different composition.
    """
    everything = np.arange(len(data.codes))
    gap = np.stack([gaps(data, place, everything) for place in range(len(data.years))])
    now, then = gap[:-1], gap[1:]
    same = data.composition[:-1] == data.composition[1:]
    behind = (now > 0) & np.isfinite(then) & same[:, None]
    return np.stack([behind & (then <= now / 2), behind]).sum(axis=2)


def _closed_before(steps: np.ndarray, last: int, codes: np.ndarray) -> np.ndarray:
    """Share of the gaps up to the year in place `last` of which half was closed, per code."""
    half, seen = steps[:, :last].sum(axis=1)[:, codes]
    return (half + 1) / (seen + 2)


def gaps(data: PanelArrays, place: int, codes: np.ndarray) -> np.ndarray:
    """Benchmark of a year less score, in points: provinces × codes."""
    score = data.score[place][:, codes]
    return quantiles(score, BENCHMARK) - score


def first(score: np.ndarray, k: int = CHOSEN) -> np.ndarray:
    """Places of the k highest scores of each row; ties go to the earlier column."""
    ranked = np.where(np.isnan(score), -np.inf, score)
    return np.argsort(-ranked, axis=1, kind="stable")[:, :k]


#: Years ahead at which a choice is judged.
HORIZONS = (1, 2, 3)
#: A pair of years is used with this many sub-dimensions, each with more scores than that.
FEWEST_CODES, FEWEST_SCORES = 14, 40


@dataclass(frozen=True)
class Pair:
    """An origin and a later year with what they have in common.

    `codes` are places of the sub-dimensions of one composition in both, `rows` of the provinces
    that have them all in both; `scores` are those of the rules at the origin.
    """

    origin: int
    horizon: int
    same_block: bool
    codes: np.ndarray
    rows: np.ndarray
    scores: dict[str, np.ndarray]


def origins(data: PanelArrays) -> list[int]:
    """Every year from 2012 on that has a later one."""
    return data.years[data.years >= max(FIRST_YEAR, data.years[0] + 1)][:-1].tolist()


def estimates(data: PanelArrays, years: Iterable[int]) -> dict[int, Models]:
    """What the models said in each of the years of the year after it, with what it knew.

    The forecast is told whether the places of the next year were drawn anew; after the last year
    they are taken as the same. The blocks were read off the whole panel; "blind" knows of none.
    """
    pairs, found = pair_correlations(data), {}
    unseen = replace(data, block=np.full(len(data.years), "all"))
    for year in years:
        at = data.at(year)
        redrawn = at + 1 < len(data.years) and data.block[at] != data.block[at + 1]
        ahead = foretold(data, year)[PLACES[int(redrawn)]]
        found[year] = {
            "eb": levels(data, year, pairs=pairs),
            "forecast": ahead,
            "blind": foretold(unseen, year)["same"],
        }
    return found


def each_pair(
    data: PanelArrays,
    estimated: dict[int, Models] | None = None,
    *,
    horizons: tuple[int, ...] = HORIZONS,
    across: bool = True,
) -> Iterator[Pair]:
    """Every usable pair of an origin and a year so many years later.

    With `across` false only those inside one sample block. `estimated` holds the levels of the
    origins, computed when not given.
    """
    spans = list(_spans(data, horizons, across))
    if estimated is None:
        estimated = estimates(data, {origin for origin, *_ in spans})
    steps = closed(data)
    for origin, horizon, same, codes, rows in spans:
        found = scores(data, estimated[origin], origin, codes, steps=steps)
        yield Pair(origin, horizon, same, codes, rows, found)


def _spans(
    data: PanelArrays, horizons: tuple[int, ...], across: bool
) -> Iterator[tuple[int, int, bool, np.ndarray, np.ndarray]]:
    """Origin, horizon, same block, codes and rows of the usable pairs."""
    for origin, horizon in product(origins(data), horizons):
        end = origin + horizon
        if end > data.years[-1]:
            continue
        same = bool(data.block[data.at(origin)] == data.block[data.at(end)])
        codes, rows = common(data, (origin, end))
        if len(codes) >= FEWEST_CODES and (same or across):
            yield origin, horizon, same, codes, rows


def common(data: PanelArrays, years: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Places of the codes of one composition in all the years, and of the provinces with all."""
    at = [data.at(year) for year in years]
    composition = data.composition[at]
    enough = (np.isfinite(data.score[at]).sum(axis=1) > FEWEST_SCORES).all(axis=0)
    same = (composition == composition[0]).all(axis=0) & (composition[0] >= 0)
    codes = np.flatnonzero(same & enough)
    rows = np.flatnonzero(np.isfinite(data.score[at][:, :, codes]).all(axis=(0, 2)))
    return codes, rows


@cache.memoize
def pairs(panel: pd.DataFrame) -> pd.DataFrame:
    """Capture of every rule for every pair of an origin and a later year.

    capture = (sum over the provinces of the gaps to that year's P75, floored at 0, that the five
    chosen criteria hold) / (sum of their five largest gaps).

    Returns
    -------
    DataFrame
        origin, horizon (years), same_block (bool), subdimensions, provinces (counts), then one
        column per rule of `RULES` and "random" (five drawn at random, exact expectation).
    """
    data = panel_arrays(panel)
    return captures(data, estimates(data, origins(data)))


def captures(data: PanelArrays, estimated: dict[int, Models]) -> pd.DataFrame:
    """The table of `pairs` for levels that are known."""
    records = []
    for pair in each_pair(data, estimated):
        later = gaps(data, data.at(pair.origin + pair.horizon), pair.codes)[pair.rows]
        held = np.maximum(later, 0)
        most = -np.sort(-held, axis=1)[:, :CHOSEN].sum()
        record = {
            "origin": pair.origin,
            "horizon": pair.horizon,
            "same_block": pair.same_block,
            "subdimensions": len(pair.codes),
            "provinces": len(pair.rows),
        }
        for rule, score in pair.scores.items():
            chosen = first(score[pair.rows])
            record[rule] = np.take_along_axis(held, chosen, axis=1).sum() / most
        record["random"] = held.sum() * CHOSEN / len(pair.codes) / most
        records.append(record)
    require_pairs(len(records))
    return pd.DataFrame(records)


def require_pairs(n: int) -> None:
    """Raise `DataError` where the panel holds no pair of years that can be judged."""
    if not n:
        raise DataError(
            "The back-test finds no pair of years with {codes} sub-dimensions of one composition, "
            "each with more than {scores} scores. It needs a longer panel.",
            codes=FEWEST_CODES,
            scores=FEWEST_SCORES,
        )


@cache.memoize
def table(panel: pd.DataFrame) -> pd.DataFrame:
    """The back-test in one table, the best rule first; NaN where no pair is of that kind.

    Returns
    -------
    DataFrame
        rule, capture_same (mean over the pairs of years inside a sample block), capture_across
        (over those across a border), pairs_same, pairs_across, overlap_low, overlap_high (share of
        a list that is kept from one year to the next, lowest and highest of the last block; NaN for
        "random").
    """
    found = pairs(panel)
    names = [*RULES, "random"]
    groups = found.groupby("same_block")
    means = groups[names].mean().reindex([True, False]).T
    counts = groups.size().reindex([True, False], fill_value=0)
    kept = overlaps(panel).groupby("rule")["overlap"].agg(["min", "max"]).reindex(names)
    frame = pd.DataFrame(
        {
            "rule": names,
            "capture_same": means[True].to_numpy(),
            "capture_across": means[False].to_numpy(),
            "pairs_same": int(counts[True]),
            "pairs_across": int(counts[False]),
            "overlap_low": kept["min"].to_numpy(),
            "overlap_high": kept["max"].to_numpy(),
        }
    ).round(9)
    return frame.sort_values(["capture_same", "rule"], ascending=[False, True], ignore_index=True)


def picks(panel: pd.DataFrame, year: int) -> pd.DataFrame:
    """The five criteria that each rule chooses in a year, for every province with every score.

    Returns
    -------
    DataFrame
        rule, province, place (1 first), code.
    """
    data = panel_arrays(panel, year)
    ((_, rows, lists),) = _lists(data, [year])
    labels, names = np.array(data.provinces)[rows], np.array(data.codes)
    frames = [
        pd.DataFrame(
            {
                "rule": rule,
                "province": np.repeat(labels, CHOSEN),
                "place": np.tile(np.arange(1, CHOSEN + 1), len(labels)),
                "code": names[chosen].ravel(),
            }
        )
        for rule, chosen in lists.items()
    ]
    return pd.concat(frames, ignore_index=True)


def _lists(
    data: PanelArrays, years: list[int]
) -> Iterator[tuple[int, np.ndarray, dict[str, np.ndarray]]]:
    """Each year with the places of the provinces with every score and, by rule, of their codes."""
    steps = closed(data)
    for year, said in estimates(data, years).items():
        codes, rows = common(data, (year,))
        found = scores(data, said, year, codes, steps=steps)
        yield year, rows, {rule: codes[first(score[rows])] for rule, score in found.items()}


def overlaps(panel: pd.DataFrame) -> pd.DataFrame:
    """Share of each rule's list that stands again a year later, in the last sample block.

    Returns
    -------
    DataFrame
        rule, year (of the earlier list), overlap (mean over the provinces with both lists).
    """
    data = panel_arrays(panel)
    years = data.years[data.block == data.block[-1]].tolist()
    records = []
    for (year, early, before), (_, late, after) in pairwise(_lists(data, years)):
        _, first, second = np.intersect1d(early, late, return_indices=True)
        for rule in sorted(RULES):
            one, other = before[rule][first], after[rule][second]
            kept = (one[:, :, None] == other[:, None]).any(axis=2).mean()
            records.append({"rule": rule, "year": year, "overlap": kept})
    return pd.DataFrame(records)

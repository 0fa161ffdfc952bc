"""Correlations between provinces: pairs of items, an item beside the rest, yearly changes.

An association is not a cause; every sentence made of these numbers says so. Intervals are made
from many bootstrap resamples at once: a resample is a row of counts of how often each province was
drawn, so that the ranks of a batch are one matrix product and its correlations another. SciPy and
pandas rank one resample at a time, which takes a hundred times as long. Doubled and centred
mid-ranks are whole numbers, so their sums are exact in float64: no processor and no number of
threads changes a bit of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from papi_analysis import cache
from papi_analysis.data import panel as panels
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.stats import resampling

__all__ = [
    "alpha",
    "coefficients",
    "common_factors",
    "corrected_item_total",
    "matrix",
    "stability",
    "yearly_changes",
]


def __dir__() -> list[str]:
    return __all__


#: Fewer provinces than this say nothing about how two items move together.
FEWEST_PROVINCES = 10

_DECIMALS = 9  # scores are published to six decimals; sums of them differ by rounding only


def complete(wide: pd.DataFrame) -> pd.DataFrame:
    """The provinces (rows) that have every item (column), in the order of their codes, checked.

    Raises
    ------
    DataError
        When fewer than `FEWEST_PROVINCES` are left, when there are fewer than two items, or when
        an item has the same score in all of them.
    """
    if wide.shape[1] < 2:
        raise DataError(
            "An association needs two items or more, found {found}.", found=wide.shape[1]
        )
    there = wide.dropna().sort_index().round(_DECIMALS)
    if len(there) < FEWEST_PROVINCES:
        raise DataError(
            "Only {n} of {all} provinces {n:has|have} every item; an association needs {least} "
            "or more.",
            n=len(there),
            all=len(wide),
            least=FEWEST_PROVINCES,
        )
    constant = there.columns[there.max() == there.min()]
    if len(constant):
        raise DataError(
            "The same score in all {n} provinces: {codes}. An association needs items that differ; "
            "leave these out.",
            n=len(there),
            codes=", ".join(map(str, constant)),
        )
    return there


def signatures(index_versions: pd.DataFrame, level: str) -> pd.Series:
    """What each item is made of in each year: its sub-dimensions, their compositions and scales.

    Two years of an item may be set beside each other when their signatures are equal.

    Returns
    -------
    Series
        Text, indexed by code and year.
    """
    part = index_versions["subdimension"] + " " + index_versions["composition"].astype(str)
    part = part + " " + index_versions["scale_max"].map("{:.3f}".format)
    code = index_versions["dimension"] if level == "dimension" else index_versions["subdimension"]
    table = pd.DataFrame({"code": code, "year": index_versions["year"], "part": part}).sort_values(
        "part"
    )
    return table.groupby(["code", "year"])["part"].agg("; ".join)


def block_start(index_versions: pd.DataFrame, end: int, start: int | None = None) -> int:
    """The first year of the sample block of `end`, or `start` when it lies in that block.

    Raises
    ------
    DataError
        When `end` is not in the index or `start` lies in an earlier block.
    ParameterError
        When `start` is after `end`.
    """
    blocks = index_versions.groupby("year")["sample_block"].first()
    require_order(blocks.index, start, end)
    first = int(blocks[blocks == blocks[end]].index.min())
    if start is not None and start < first:
        raise DataError(
            "{start} and {end} lie on both sides of a break: the sampled places were very probably "
            "redrawn in {first}. Compare the years {first} to {end} among themselves.",
            start=start,
            end=end,
            first=first,
        )
    return first if start is None else start


def require_order(years: pd.Index, start: int | None, end: int) -> None:
    """Raise unless `end` is one of the years of the index and `start`, if any, not after it."""
    if end not in years:
        raise DataError("No index of {year} is known.", year=end)
    if start is not None and start > end:
        raise ParameterError(
            "The first year {start} is after the last year {end}.", start=start, end=end
        )


COVERAGE = 0.95
#: The largest share of resamples in which a coefficient may be undefined (a constant column).
UNDEFINED = 0.05

_TINY = 1e-12  # a spread that is only the rounding of its sums
_BATCH = 200  # resamples at a time, so that their ranks stay in the processor's cache


def pairs(width: int) -> tuple[np.ndarray, np.ndarray]:
    """Positions of the first and the second column of every pair, in reading order."""
    return np.triu_indices(width, 1)


def spearman(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Spearman's coefficient of every pair of columns in every resample.

    Parameters
    ----------
    values : ndarray, provinces × columns
    counts : ndarray, resamples × provinces
        How often each province was drawn (`resampling.counts`); a row of ones: the sample itself.

    Returns
    -------
    ndarray, resamples × pairs
        In the order of `pairs`; NaN where a column is constant in the resample.
    """
    n, width = values.shape
    steps = _steps(values)
    found = np.empty((len(counts), width * (width - 1) // 2))
    for start, stop in resampling.batches(len(counts), _BATCH):
        drawn = counts[start:stop]
        ranked = (drawn @ steps).reshape(-1, width, n)
        ranked -= drawn.sum(axis=1)[:, None, None]
        found[start:stop] = _correlate(ranked, ranked * drawn[:, None, :])
    return found


def _steps(values: np.ndarray) -> np.ndarray:
    """What one drawing of a province (row) adds to the doubled mid-rank of each, per column.

    2 where it is lower, 1 where it is equal, 0 where it is higher; the doubled mid-rank is the sum
    over all that were drawn, plus 1. Columns run through provinces inside items.
    """
    n, width = values.shape
    drawn, ranked = values[:, None, :], values[None, :, :]
    steps = (drawn < ranked).astype(float) + (drawn <= ranked)
    return np.ascontiguousarray(steps.transpose(0, 2, 1)).reshape(n, width * n)


def pearson(values: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Pearson's coefficient of every pair of columns in every resample; as `spearman`."""
    scaled = (values - values.mean(axis=0)) / values.std(axis=0)
    width = scaled.shape[1]
    found = np.empty((len(counts), width * (width - 1) // 2))
    for start, stop in resampling.batches(len(counts), _BATCH):
        drawn = counts[start:stop]
        means = (drawn @ scaled) / drawn.sum(axis=1)[:, None]
        centred = scaled.T[None] - means[:, :, None]
        found[start:stop] = _correlate(centred, centred * drawn[:, None, :])
    return found


def _correlate(centred: np.ndarray, weighted: np.ndarray) -> np.ndarray:
    """Correlations from centred values (resamples × columns × provinces) and the same weighted."""
    width = centred.shape[1]
    product = np.matmul(weighted, centred.transpose(0, 2, 1)).reshape(-1, width * width)
    a, b = pairs(width)
    spread = product[:, :: width + 1].copy()
    spread[spread <= _TINY] = np.nan
    found = product.take(a * width + b, axis=1)
    found /= np.sqrt(spread.take(a, axis=1) * spread.take(b, axis=1))
    return np.clip(found, -1.0, 1.0, out=found)


def within_years(x: np.ndarray, y: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Pearson's coefficient of two quantities after each year's mean is taken out.

    Provinces are drawn whole, with all their years, so that the interval allows for what the years
    of a province share. With one column it is Pearson's coefficient itself.

    Parameters
    ----------
    x, y : ndarray, provinces × years
        NaN where absent; only where both are there they count.
    counts : ndarray, resamples × provinces

    Returns
    -------
    ndarray, resamples
    """
    there = ~(np.isnan(x) | np.isnan(y))
    x, y = np.where(there, x, 0.0), np.where(there, y, 0.0)
    sums = [part.sum(axis=1) for part in (x * x, y * y, x * y)]
    columns = np.column_stack([there.astype(float), x, y, *sums])
    total = np.ascontiguousarray((counts @ columns).T)  # a row of resamples for every sum
    number, sum_x, sum_y = total[:-3].reshape(3, x.shape[1], -1)
    number = np.maximum(number, 1.0)
    xx = total[-3] - (sum_x**2 / number).sum(axis=0)
    yy = total[-2] - (sum_y**2 / number).sum(axis=0)
    xy = total[-1] - (sum_x * sum_y / number).sum(axis=0)
    varied = (xx > _TINY * total[-3]) & (yy > _TINY * total[-2])
    return np.clip(xy / np.sqrt(np.where(varied, xx * yy, np.nan)), -1.0, 1.0)


def intervals(drawn: np.ndarray, labels: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Percentile intervals of `COVERAGE` for every column of drawn coefficients.

    Raises
    ------
    DataError
        When a coefficient is undefined in more than `UNDEFINED` of the resamples; `labels` name it.
    """
    holes = np.isnan(drawn).mean(axis=0)
    if holes.max() > UNDEFINED:
        raise DataError(
            "The interval of {label} cannot be estimated: {share} % of the resamples hold the same "
            "score in every province. Leave that item out.",
            label=labels[int(holes.argmax())],
            share=round(100 * float(holes.max())),
        )
    tails = [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2]
    quantile = np.nanquantile if holes.any() else np.quantile
    low, high = quantile(drawn, tails, axis=0)
    return low, high


METHODS = {"spearman": spearman, "pearson": pearson}


@cache.memoize
def matrix(
    wide: pd.DataFrame, *, method: str = "spearman", resamples: int = 10_000, seed: int
) -> pd.DataFrame:
    """The correlation of every two items over provinces, with interval and significance.

    An association between provinces is not a cause: what holds between provinces need not hold
    inside them (see `between_within`).

    Parameters
    ----------
    wide : DataFrame
        Provinces in rows, items of one level in columns (see `panel.wide`).
    method : {"spearman", "pearson"}
    resamples : int
        Bootstrap resamples of provinces.
    seed : int

    Returns
    -------
    DataFrame
        a, b (codes, in the order of the columns), n (provinces with every item), r, low, high (95 %
        percentile interval over resampled provinces), p (two-sided, t approximation), q (p adjusted
        over all pairs).

    Raises
    ------
    DataError
        As `complete`; or where an interval cannot be estimated.
    ParameterError
        For an unknown method, a seed or a number of resamples out of range.

    Notes
    -----
    q: Benjamini and Hochberg 1995, JRSS B 57:289. Interval: Efron and Tibshirani 1993, ch. 13.
    """
    found = coefficients(wide, method=method)
    there = complete(wide)
    counted = resampling.counts(
        len(there), resampling.number(resamples), resampling.generator(seed)
    )
    drawn = METHODS[method](there.to_numpy(dtype=float), counted)
    low, high = intervals(drawn, (found["a"] + " – " + found["b"]).tolist())
    return found.assign(low=low, high=high)[["a", "b", "n", "r", "low", "high", "p", "q"]]


def coefficients(wide: pd.DataFrame, *, method: str = "spearman") -> pd.DataFrame:
    """As `matrix`, without the interval: a, b, n, r, p, q.

    An unknown method is a `ParameterError`.
    """
    from statsmodels.stats.multitest import multipletests

    if method not in METHODS:
        raise ParameterError(
            "No method {value}. Use one of: {known}.",
            value=repr(method)[:80],
            known=", ".join(METHODS),
        )
    there = complete(wide)
    r = METHODS[method](there.to_numpy(dtype=float), np.ones((1, len(there))))[0]
    p = two_sided(r, len(there))
    first, second = pairs(there.shape[1])
    codes = there.columns.astype(str).to_numpy()
    q = multipletests(p, method="fdr_bh")[1]
    return pd.DataFrame(
        {"a": codes[first], "b": codes[second], "n": len(there), "r": r, "p": p, "q": q}
    )


def two_sided(r: np.ndarray, n: int) -> np.ndarray:
    """The two-sided p value of a correlation of n pairs: Student's t with n − 2 degrees.

    It is exact for Pearson's r of normal scores and the usual approximation for Spearman's.
    """
    from scipy import stats

    with np.errstate(divide="ignore"):
        t = r * np.sqrt((n - 2) / ((1 - r) * (1 + r)))
    return 2 * stats.t.sf(np.abs(t), n - 2)


@cache.memoize
def stability(
    levels: pd.DataFrame,
    index_versions: pd.DataFrame,
    *,
    end: int,
    start: int | None = None,
    level: str = "subdimension",
    method: str = "spearman",
) -> pd.DataFrame:
    """Which pairs keep their sign and their significance in every year up to `end`.

    Each year is judged by itself (q over the same pairs), so no score is set beside one of
    another year. The years are those with all sub-dimensions of `end` in the index.

    Parameters
    ----------
    levels, index_versions : DataFrame
        See `panel.levels` and `codebook.index_versions`.
    end, start : int
        Last and first year; without `start` the first with the sub-dimensions of `end`.
    level : {"subdimension", "dimension"}
    method : {"spearman", "pearson"}

    Returns
    -------
    DataFrame
        a, b, years, positive, negative (years in which r is significant and above or below 0),
        r_low, r_high (smallest and largest yearly r), stable (bool: significant with one sign in
        all of the years), since (first year of the present composition of both), stable_since
        (bool: the same from `since` on).

    Raises
    ------
    DataError
        When a sub-dimension of `end` is missing from the index in a year from `start` on.
    ParameterError
        When `start` is after `end`.
    """
    years = _years(index_versions, start, end)
    codes = panels.wide(levels, end, level).columns
    yearly = pd.concat(
        {
            year: coefficients(panels.wide(levels, year, level)[codes], method=method)
            for year in years
        },
        names=["year"],
    ).reset_index("year")
    sign = np.sign(yearly["r"]).where(yearly["q"] < resampling.ALPHA, 0.0)
    yearly = yearly.assign(positive=sign > 0, negative=sign < 0)
    since = _since(index_versions, level, years)
    return _lasting(yearly, since)


def _years(index_versions: pd.DataFrame, start: int | None, end: int) -> list[int]:
    """The unbroken run of years up to `end` whose index holds all sub-dimensions of `end`."""
    held = index_versions.groupby("year")["subdimension"].agg(set)
    require_order(held.index, start, end)
    fit = held[held.index <= end].map(held[end].issubset)
    first = int(fit[~fit].index.max()) + 1 if not fit.all() else int(fit.index.min())
    if start is not None and start < first:
        missing = sorted(held[end] - held.get(first - 1, set()))
        raise DataError(
            "The sub-dimensions of {end} cannot be followed from {start}: {codes} came into the "
            "index in {first}. Use {first} or later.",
            end=end,
            start=start,
            codes=", ".join(missing[:5]),
            first=first,
        )
    return [year for year in fit.index if year >= (first if start is None else start)]


def _since(index_versions: pd.DataFrame, level: str, years: list[int]) -> pd.Series:
    """The first of `years` from which each item keeps the composition it has in the last."""
    table = signatures(index_versions[index_versions["year"].isin(years)], level).unstack("year")
    table = table[table[years[-1]].notna()]
    same = table.eq(table[years[-1]], axis=0)[years[::-1]].astype(int).cumprod(axis=1)
    return same.apply(lambda row: min(year for year in years if row[year]), axis=1)


def _lasting(yearly: pd.DataFrame, since: pd.Series) -> pd.DataFrame:
    """One row per pair from one row per pair and year."""
    from_code = np.maximum(yearly["a"].map(since), yearly["b"].map(since))
    yearly = yearly.assign(since=from_code, late=yearly["year"] >= from_code)
    late = yearly[yearly["late"]].groupby(["a", "b"], sort=False)[["positive", "negative"]]
    groups = yearly.groupby(["a", "b"], sort=False)
    table = groups.agg(
        years=("year", "size"),
        positive=("positive", "sum"),
        negative=("negative", "sum"),
        r_low=("r", "min"),
        r_high=("r", "max"),
        since=("since", "first"),
    )
    table["stable"] = table[["positive", "negative"]].max(axis=1) == table["years"]
    table["stable_since"] = late.all().any(axis=1)
    order = ["years", "positive", "negative", "r_low", "r_high", "stable", "since", "stable_since"]
    return table[order].reset_index()


def corrected_item_total(wide: pd.DataFrame) -> pd.DataFrame:
    """How each item moves together with the sum of the other items (corrected item-total).

    An item is part of the total, so its correlation with the total is high by construction; the
    rest of the index does not hold it.

    Parameters
    ----------
    wide : DataFrame
        Provinces in rows, items of one level in columns (see `panel.wide`).

    Returns
    -------
    DataFrame
        code, n (provinces with every item), r_total (Pearson's r with the sum of all items),
        r_rest (with the sum of the others), low, high (95 % interval of r_rest after Fisher), p, q
        (of r_rest; q adjusted over all items).

    Raises
    ------
    DataError
        As `complete`.

    Notes
    -----
    Nunnally and Bernstein 1994, Psychometric Theory, ch. 8.
    """
    from scipy import stats
    from statsmodels.stats.multitest import multipletests

    there = complete(wide)
    total = there.sum(axis=1)
    rest = there.apply(lambda item: item.corr(total - item)).to_numpy(dtype=float)
    reach = stats.norm.ppf((1 + COVERAGE) / 2) / np.sqrt(len(there) - 3)
    middle = np.arctanh(np.clip(rest, -1 + 1e-15, 1 - 1e-15))
    p = two_sided(rest, len(there))
    return pd.DataFrame(
        {
            "code": there.columns.astype(str),
            "n": len(there),
            "r_total": there.corrwith(total).to_numpy(dtype=float),
            "r_rest": rest,
            "low": np.tanh(middle - reach),
            "high": np.tanh(middle + reach),
            "p": p,
            "q": multipletests(p, method="fdr_bh")[1],
        }
    )


def alpha(wide: pd.DataFrame) -> pd.DataFrame:
    """Cronbach's alpha: how far the items of an index measure one thing.

    Returns
    -------
    DataFrame
        One row: items, n (provinces with every item), alpha, low, high (95 % interval).

    Raises
    ------
    DataError
        As `complete`.

    Notes
    -----
    k / (k − 1) × (1 − sum of the item variances / variance of the sum): Cronbach 1951,
    Psychometrika 16:297. Interval: Feldt, Woodruff and Salih 1987, Appl. Psych. Meas. 11:93.
    """
    from scipy import stats

    there = complete(wide)
    n, items = there.shape
    total = there.sum(axis=1).var()
    value = items / (items - 1) * (1 - there.var().sum() / total)
    tail = (1 - COVERAGE) / 2
    degrees = (n - 1, (n - 1) * (items - 1))
    low, high = 1 - (1 - value) * stats.f.ppf([1 - tail, tail], *degrees)
    row = {"items": items, "n": n, "alpha": value, "low": low, "high": high}
    return pd.DataFrame([row])


def yearly_changes(
    levels: pd.DataFrame,
    index_versions: pd.DataFrame,
    *,
    end: int,
    start: int | None = None,
    level: str = "dimension",
) -> pd.DataFrame:
    """Changes between consecutive years of one sample block and composition, less the national.

    Parameters
    ----------
    levels, index_versions : DataFrame
        See `panel.levels` and `codebook.index_versions`.
    end, start : int
        Last and first year, in one sample block; without `start` its first year.
    level : {"dimension", "subdimension"}

    Returns
    -------
    DataFrame
        Indexed by province and year (the later one); one column per item, points; NaN where the
        composition broke. Only provinces with every item in both years.

    Raises
    ------
    DataError
        When `start` lies in an earlier sample block, or there is no such change.
    """
    scores, spells = stretch(levels, index_versions, level=level, start=start, end=end)
    table = steps(scores, spells).dropna(how="all")
    if table.empty:
        raise no_changes(index_versions, end)
    return table - table.groupby("year").transform("mean")


def no_changes(index_versions: pd.DataFrame, end: int) -> DataError:
    """The error of a request that finds no yearly changes to compare up to `end`."""
    return DataError(
        "The items of {end} have no yearly changes that can be compared inside the sample block "
        "that begins in {first}. Use a later year.",
        end=end,
        first=block_start(index_versions, end),
    )


def stretch(
    levels: pd.DataFrame, index_versions: pd.DataFrame, *, level: str, start: int | None, end: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The scores of complete provinces in the years of one sample block, with their composition.

    Returns
    -------
    scores, spells : DataFrame
        Both indexed by province and year, one column per item of `end`: points, and the signature
        of the item in that year (see `signatures`).
    """
    if level not in panels.LEVELS[:2]:
        raise ParameterError(
            "No level {value}. Use one of: {known}.",
            value=repr(level)[:80],
            known=", ".join(panels.LEVELS[:2]),
        )
    first = block_start(index_versions, end, start)
    codes = panels.wide(levels, end, level).columns
    parts = {
        year: complete(panels.wide(levels, year, level)).reindex(columns=codes)
        for year in range(first, end + 1)
    }
    scores = pd.concat(parts, names=["year"]).swaplevel().sort_index()
    signs = signatures(index_versions[index_versions["year"].between(first, end)], level)
    table = signs.unstack("code").reindex(columns=codes)
    return scores, table.loc[scores.index.get_level_values("year")].set_index(scores.index)


def steps(scores: pd.DataFrame, spells: pd.DataFrame) -> pd.DataFrame:
    """Changes against the year before; NaN without that year or where the signature differs."""
    keys = scores.index.to_frame(index=False).assign(year=lambda key: key["year"] - 1)
    before = pd.MultiIndex.from_frame(keys)
    earlier = spells.reindex(before).set_axis(scores.index)
    change = scores - scores.reindex(before).set_axis(scores.index)
    return change.where(earlier.eq(spells))


def common_factors(changes: pd.DataFrame, *, resamples: int = 1_000, seed: int) -> pd.DataFrame:
    """How much of the changes of all items a common movement carries.

    Parameters
    ----------
    changes : DataFrame
        See `yearly_changes`; items without any change are left out, then rows with a hole.
    resamples, seed : int
        Random re-orderings of every item inside each year, which leave no common movement.

    Returns
    -------
    DataFrame
        factor (1 = largest, up to the number of items), n (changes), share (of the variance of
        all items), chance (the share that 95 % of the re-orderings stay below), beyond_chance
        (bool: this one and all larger ones exceed it).

    Raises
    ------
    DataError
        As `complete`.

    Notes
    -----
    Eigenvalues of the correlation matrix; parallel analysis: Horn 1965, Psychometrika 30:179. What
    the items of one survey share is partly its sampling error, so it is not a spill-over.
    """
    there = complete(changes.dropna(axis=1, how="all"))
    values = there.to_numpy(dtype=float)
    share = _shares(values)
    rng = resampling.generator(seed)
    years = there.index.get_level_values("year").to_numpy()
    sets = [np.flatnonzero(years == year) for year in np.unique(years)]
    chance = np.empty((resampling.number(resamples), len(share)))
    for row in chance:
        shuffled = values.copy()
        for place in sets:
            shuffled[place] = rng.permuted(values[place], axis=0)
        row[:] = _shares(shuffled)
    top = np.quantile(chance, COVERAGE, axis=0)
    beyond = np.cumprod(share > top).astype(bool)
    factor = np.arange(1, len(share) + 1)
    return pd.DataFrame(
        {"factor": factor, "n": len(there), "share": share, "chance": top, "beyond_chance": beyond}
    )


def _shares(values: np.ndarray) -> np.ndarray:
    return np.linalg.eigvalsh(np.corrcoef(values, rowvar=False))[::-1] / values.shape[1]

"""How far scores move by chance: residual spread, detectable change, tested changes, rank bands."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from papi_analysis import cache
from papi_analysis.data import codebook, panel
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.i18n import mark
from papi_analysis.stats import resampling

__all__ = ["changes", "components", "detectable", "rank_band"]


def __dir__() -> list[str]:
    return __all__


#: The smallest number of provinces from which a spread is estimated.
MIN_PROVINCES = 10
#: The longest run of years from which noise is estimated.
WINDOW = 4
#: A spread below this (points) is none: the column is constant.
NO_SPREAD = 1e-9

#: Why a row of `components` holds no estimate.
REASONS = {
    "": mark("estimated"),
    "too_few": mark("too few provinces have the score in every year"),
    "no_spread": mark("the scores do not differ between provinces and years"),
}


def window(levels: pd.DataFrame, year: int) -> tuple[int, int]:
    """The years from which the noise of a year is estimated: first and last.

    They are the years up to `year`, at most `WINDOW`, with the same sub-dimensions as `year`;
    where `year` is the first of these, the ones after it count too; where it is the only one, all
    neighbouring years with the same dimensions.

    Raises
    ------
    DataError
        When the year is not in the panel or has no neighbour that can be used.

    Examples
    --------
    The index kept its sub-dimensions in 2021-2024: the noise of 2024 comes from these four years.
    """
    panel.require_year(levels, year)
    rows = levels.loc[levels["level"] == "subdimension", ["year", "dimension", "code"]]
    held = rows.drop_duplicates().groupby("year")
    for column, ahead in (("code", 0), ("code", WINDOW), ("dimension", WINDOW)):
        first, last = _run(held[column].agg(frozenset), year, ahead)
        if first < last:
            last = max(year, min(last, first + WINDOW - 1))
            return max(first, last - WINDOW + 1), last
    raise DataError(
        "The noise of {year} cannot be estimated: no year beside it has the same index.", year=year
    )


def _run(indices: pd.Series, year: int, ahead: int) -> tuple[int, int]:
    """The unbroken run of years around `year` with its index, to `ahead` years after it."""
    first = last = year
    while indices.get(first - 1) == indices[year]:
        first -= 1
    while last < year + ahead and indices.get(last + 1) == indices[year]:
        last += 1
    return first, last


@cache.memoize
def components(levels: pd.DataFrame, *, end: int, start: int | None = None) -> pd.DataFrame:
    """How much of the spread of scores is lasting and how much comes and goes within a year.

    Two-way analysis of variance (province + year) over the provinces with the score in every year.

    Parameters
    ----------
    levels : DataFrame
        See `panel.levels`.
    end : int
        Last year; without `start`, the year whose noise is asked (see `window`).
    start : int, optional
        First year.

    Returns
    -------
    DataFrame
        One row per code that is in the index of every year: level, code, start, end, sd_resid
        (points; what a score moves in a year beside the national mean), sd_province (points;
        lasting differences), icc (share of the lasting part in the variance), n_provinces, mdc
        (points; the smallest yearly change beside the national mean that one in twenty unchanged
        provinces would show, 1.96 √2 sd_resid), reason (key of `REASONS`; estimates are absent
        where it is not empty).

    Raises
    ------
    ParameterError
        When `start` is not before `end`.
    DataError
        When a year is not in the panel.

    Notes
    -----
    For complete tables these are the REML estimates of the model with a random province and fixed
    years (Searle, Casella & McCulloch 1992, ch. 4); at the border, where the lasting variance
    would be negative, it is 0 and its sum of squares joins the residual.
    The noise holds the sampling error of the survey and true movement of a single year alike.
    """
    if start is None:
        start, end = window(levels, end)
    if not start < end:
        raise ParameterError("Year {start} is not before year {end}.", start=start, end=end)
    years = list(range(start, end + 1))
    rows = levels[levels["year"].isin(years)]
    if rows["year"].nunique() < len(years):
        raise DataError(
            "The panel does not hold every year of {start}-{end}.", start=start, end=end
        )
    table = rows.pivot(index=["level", "code", "province"], columns="year", values="score")
    order = rows[["year", "level", "code"]].drop_duplicates().groupby(["level", "code"], sort=False)
    order = order["year"].count().loc[lambda held: held.eq(len(years))].index
    scores, own = table.to_numpy(dtype="float64"), table.groupby(level=["level", "code"]).indices
    found = [_estimate(scores[own[key]]) for key in order]
    return order.to_frame(index=False).assign(start=start, end=end).join(pd.DataFrame(found))


def _estimate(scores: np.ndarray) -> dict[str, object]:
    """The variance components of scores, provinces in rows, years in columns, NaN where absent."""
    values = scores[~np.isnan(scores).any(axis=1)]
    n, k = values.shape
    empty = dict.fromkeys(["sd_resid", "sd_province", "icc"], np.nan)
    if n < MIN_PROVINCES:
        return {**empty, "n_provinces": n, "mdc": np.nan, "reason": "too_few"}
    centred = values - values.mean(axis=0)
    means = centred.mean(axis=1)
    between, within = k * (means**2).sum(), ((centred - means[:, None]) ** 2).sum()
    resid, lasting = within / ((n - 1) * (k - 1)), between / (n - 1)
    if lasting < resid:
        resid = lasting = (within + between) / ((n - 1) * k)
    province = (lasting - resid) / k
    if resid + province < NO_SPREAD**2:
        return {**empty, "n_provinces": n, "mdc": np.nan, "reason": "no_spread"}
    return {
        "sd_resid": np.sqrt(resid),
        "sd_province": np.sqrt(province),
        "icc": province / (province + resid),
        "n_provinces": n,
        "mdc": stats.norm.ppf(0.975) * np.sqrt(2 * resid),
        "reason": "",
    }


#: Standard errors that a change of a total must exceed to be told from chance (two-sided, 5 %).
Z95 = 1.96


def detectable(standard_errors: pd.DataFrame | None, province: str, year: int) -> float:
    """The smallest change of a total that its published standard errors tell from chance.

    Parameters
    ----------
    standard_errors : DataFrame or None
        year, province, se (points).
    province : str
        GSO code.
    year : int
        The change is that since the year before.

    Returns
    -------
    float
        Points; NaN where one of the two years has no error.
    """
    errors = [of_year(standard_errors, y).get(province, np.nan) for y in (year - 1, year)]
    return float(Z95 * np.hypot(*errors))


def of_year(standard_errors: pd.DataFrame | None, year: int) -> pd.Series:
    """The published standard errors of a year's totals in points, by province.

    Parameters
    ----------
    standard_errors : DataFrame or None
        year, province, se (points).
    year : int

    Raises
    ------
    ParameterError
        When a column is missing.
    DataError
        When a province is there twice or an error is not above zero.
    """
    if standard_errors is None:
        return pd.Series(dtype="float64")
    missing = sorted({"year", "province", "se"} - set(standard_errors.columns))
    if missing:
        raise ParameterError(
            "The table of standard errors has no column {columns}.", columns=", ".join(missing)
        )
    rows = standard_errors[standard_errors["year"] == year].dropna(subset="se")
    wrong = rows[rows["province"].duplicated(keep=False) | ~rows["se"].gt(0)]
    if len(wrong):
        raise DataError(
            "The standard errors of {year} of these provinces are doubled or not above zero: "
            "{provinces}.",
            year=year,
            provinces=", ".join(sorted(set(wrong["province"]))),
        )
    return rows.set_index("province")["se"].astype("float64")


#: What a test of a change says.
VERDICTS = {
    "beyond_noise": mark("the change is larger than noise explains"),
    "within_noise": mark("not distinguishable from noise"),
    "not_comparable": mark("the years cannot be compared"),
    "absent": mark("a score of one of the two years is absent"),
    "too_few": mark("too few provinces have both scores"),
    "no_spread": mark("the change is the same in every province"),
}


@cache.memoize
def changes(
    scores: pd.DataFrame,
    levels: pd.DataFrame,
    province: str,
    year: int,
    *,
    since: int | None = None,
    across_breaks: bool = False,
    standard_errors: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Which of a province's changes are larger than what provinces move without a cause in common.

    The change of a score beside the national mean is set against the spread of the same change
    among all provinces; the q of a level's codes hold its false discoveries below their value
    (Benjamini & Hochberg 1995).

    Parameters
    ----------
    scores : DataFrame
        The panel (see `panel.load`), for what can be compared.
    levels : DataFrame
        See `panel.levels`.
    province : str
        GSO code.
    year, since : int
        The change from `since` (default: the year before) to `year`.
    across_breaks : bool
        Test scores across a break too. What a break does to all provinces alike is taken out with
        the national mean; what it does to some is not, so that a large change across a break has
        the verdict "not_comparable" and never "beyond_noise".
    standard_errors : DataFrame, optional
        year, province, se (points): published standard errors of totals. Where both years have
        one for the province, it stands for the spread of the change of its total.

    Returns
    -------
    DataFrame
        One row per code of `year`: level, code, since, year, change, national_change (points; mean
        over the n provinces with the score in every year from `since` to `year`), n, comparable
        (bool), p (two-sided), q, verdict (key of `VERDICTS`). Where nothing is tested p and q
        are absent, and the changes too where a score is or the years cannot be compared.

    Raises
    ------
    DataError
        When the province has no score at all in `year`, or the years are not in the panel.

    Notes
    -----
    p = 2 P(T > |change − mean| / SD) with Student's T of n − 1 degrees of freedom, SD with ddof 1;
    with published standard errors the normal distribution and the root of the sum of their squares.
    """
    since = year - 1 if since is None else since
    panel.require_year(levels, since)
    panel.require_any(levels, province, year)
    index_versions = scores.drop_duplicates(["year", "subdimension"])
    marks = codebook.comparability(index_versions, since, year)
    window_rows = levels[levels["year"].between(since, year)]
    table = window_rows.pivot(index=["code", "province"], columns="year", values="score")
    moved = table.to_numpy(dtype="float64")
    own = table.index.get_level_values("province") == province
    rows = table.groupby(level="code").indices
    frame = pd.DataFrame([_test(moved[rows[code]], own[rows[code]]) for code in marks["code"]])
    frame = marks[["level", "code", "comparable"]].assign(since=since, year=year).join(frame)
    return _judged(_with_published(frame, standard_errors, province), across_breaks)


def _test(scores: np.ndarray, own: np.ndarray) -> dict[str, object]:
    """The change of one code for a province (True in `own`) beside those scored in every year.

    Scores have provinces in rows and years in columns.
    """
    moves = scores[:, -1] - scores[:, 0]
    complete = moves[np.isfinite(scores).all(axis=1)]
    enough = len(complete) > 1
    return {
        "change": moves[own][0] if own.any() else np.nan,
        "national_change": complete.mean() if enough else np.nan,
        "n": len(complete),
        "spread": complete.std(ddof=1) if enough else np.nan,
    }


def _with_published(
    frame: pd.DataFrame, standard_errors: pd.DataFrame | None, province: str
) -> pd.DataFrame:
    """`frame` with the spread of the total's change from the published standard errors."""
    years = (frame["since"].iloc[0], frame["year"].iloc[0])
    errors = [of_year(standard_errors, y).get(province, np.nan) for y in years]
    spread = float(np.hypot(*errors))
    known = frame["level"].eq("total") & ~np.isnan(spread)
    return frame.assign(
        spread=frame["spread"].mask(known, spread), df=(frame["n"] - 1.0).mask(known, np.inf)
    )


def _judged(frame: pd.DataFrame, across_breaks: bool) -> pd.DataFrame:
    """`frame` with p, q and verdict; what is not tested shows no p and no q."""
    absent, few = frame["change"].isna(), frame["n"] < MIN_PROVINCES
    flat = frame["spread"] < NO_SPREAD
    broken = ~frame["comparable"] & (not across_breaks)
    verdict = np.select(
        [broken, absent, few, flat], ["not_comparable", "absent", "too_few", "no_spread"], ""
    )
    size = (frame["change"] - frame["national_change"]).abs() / frame["spread"].mask(flat)
    p = pd.Series(2 * stats.t.sf(size, frame["df"]), index=frame.index).where(verdict == "")
    q = p.groupby(frame["level"]).transform(_adjusted)
    found = np.where(frame["comparable"], "beyond_noise", "not_comparable")
    verdict = np.where(q.notna(), np.where(q < resampling.ALPHA, found, "within_noise"), verdict)
    frame = frame.assign(p=p, q=q, verdict=verdict)
    frame.loc[broken | absent, ["change", "national_change"]] = np.nan
    columns = ["level", "code", "since", "year", "change", "national_change", "n", "comparable"]
    return frame[[*columns, "p", "q", "verdict"]]


def _adjusted(p: pd.Series) -> pd.Series:
    """Benjamini-Hochberg q of the p that are there."""
    found = p.dropna()
    if found.empty:
        return p
    return pd.Series(stats.false_discovery_control(found), index=found.index).reindex(p.index)


_BATCH = 2_000  # draws at a time, so that they stay in the processor's cache
_LEAST_SHARE = 0.05  # of the variance of the totals that is taken as lasting
_TINY = 1e-12  # points²; keeps equal totals apart by chance alone


def rank_band(
    levels: pd.DataFrame,
    province: str,
    year: int,
    *,
    seed: int,
    coverage: float = 0.90,
    draws: int = 100_000,
    standard_errors: pd.DataFrame | None = None,
) -> tuple[int, int]:
    """Between which ranks a province's present position lies, given one year's noise of the totals.

    The true level of every province is drawn as far as its published total and the noise of one
    year leave it open, and the province is ranked among the levels of each draw.

    Parameters
    ----------
    levels : DataFrame
        See `panel.levels`.
    province : str
        GSO code.
    year : int
    seed : int
    coverage : float
        Share of the draws inside the band, between 0.5 and 0.999.
    draws : int
    standard_errors : DataFrame, optional
        year, province, se (points): a published standard error of a total stands for the noise
        that the panel shows.

    Returns
    -------
    tuple of int
        Best and worst rank of the band, the published rank among them.

    Raises
    ------
    ParameterError
        When the coverage, the draws or the seed is out of range.
    DataError
        When the province has no total in that year, or noise cannot be estimated.

    Notes
    -----
    Empirical Bayes (Laird & Louis 1989, J. Educ. Stat. 14: 29-46). The levels are taken as normal
    around the national mean with variance T = the variance of the totals less that of their noise
    (at least a twentieth of the former); with noise variance S a total keeps the share
    w = T / (T + S) of its distance to the mean, and its level is left open by a variance of w S.
    Totals drawn around their published values instead would count their noise twice, and the band
    would hold the true rank too rarely. It is a band of the present position, not a forecast.
    """
    if not 0.5 <= coverage <= 0.999:
        raise ParameterError(
            "The coverage {value} is not between {low} and {high}.",
            value=coverage,
            low=0.5,
            high=0.999,
        )
    panel.require_score(levels, province, year)
    provinces = None if cache.many() else [province]
    options = {"seed": seed, "coverage": coverage, "draws": draws}
    table = _bands(levels, year, provinces, standard_errors=standard_errors, **options)
    low, high = table.set_index("province").loc[province, ["low", "high"]]
    return int(low), int(high)


@cache.memoize
def _bands(
    levels: pd.DataFrame,
    year: int,
    provinces: list[str] | None,
    *,
    seed: int,
    coverage: float,
    draws: int,
    standard_errors: pd.DataFrame | None,
) -> pd.DataFrame:
    """The bands of some provinces, or of all with a total: province, low, high."""
    totals = panel.wide(levels, year, "total")["total"].dropna().sort_index()
    spread = _noise_of_totals(levels, totals.index, year, standard_errors)
    level, left_open = _levels(totals.to_numpy(), spread)
    rng, draws = resampling.generator(seed), resampling.number(draws)
    asked = totals.index if provinces is None else pd.Index(provinces)
    columns = totals.index.get_indexer(asked)
    ranks = np.empty((len(columns), draws), dtype="int64")
    for start, stop in resampling.batches(draws, _BATCH):
        drawn = rng.standard_normal((stop - start, len(totals)))
        drawn *= left_open
        drawn += level
        for row, column in zip(ranks, columns, strict=True):
            row[start:stop] = 1 + (drawn > drawn[:, [column]]).sum(axis=1)
    tail = (1 - coverage) / 2
    place = 1 + np.array([(totals > totals[code]).sum() for code in asked])
    low = np.quantile(ranks, tail, axis=1, method="lower").astype("int64")
    high = np.quantile(ranks, 1 - tail, axis=1, method="higher").astype("int64")
    band = {"low": np.minimum(low, place), "high": np.maximum(high, place)}
    return pd.DataFrame({"province": asked, **band})


def _levels(totals: np.ndarray, spread: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The expected level of each province and the SD that noise leaves to it."""
    variance = totals.var(ddof=1)
    lasting = max(variance - (spread**2).mean(), _LEAST_SHARE * variance, _TINY)
    weight = lasting / (lasting + spread**2)
    return totals.mean() + weight * (totals - totals.mean()), np.sqrt(weight) * spread


def _noise_of_totals(
    levels: pd.DataFrame, provinces: pd.Index, year: int, standard_errors: pd.DataFrame | None
) -> np.ndarray:
    """The SD of a year's noise of each total: published where known, else estimated."""
    if len(provinces) < MIN_PROVINCES:
        raise DataError(
            "Only {n} {n:province has|provinces have} a total in {year}: a band of ranks needs "
            "{least}.",
            n=len(provinces),
            year=year,
            least=MIN_PROVINCES,
        )
    known = of_year(standard_errors, year).reindex(provinces)
    if known.notna().all():
        return known.to_numpy()
    table = components(levels, end=year).set_index("code")
    if table.loc["total", "reason"]:
        raise DataError(
            "The noise of the totals of {year} cannot be estimated: fewer than {least} provinces "
            "have a total in every year from {start} to {end}, or all totals are alike.",
            year=year,
            least=MIN_PROVINCES,
            start=int(table.loc["total", "start"]),
            end=int(table.loc["total", "end"]),
        )
    return known.fillna(table.loc["total", "sd_resid"]).to_numpy()


@cache.memoize
def block_ranks(levels: pd.DataFrame, year: int, years: tuple[int, ...]) -> pd.DataFrame:
    """Between which ranks each province stood over several years of one sample.

    The mean of its totals of these years, each beside the mean of the country, leaves less to
    chance than one year: with n years the noise of the mean has the variance S / n. Levels are
    drawn as in `rank_band` and ranked among the provinces with a total in `year`.

    Parameters
    ----------
    levels : DataFrame
        See `panel.levels`.
    year : int
        The last of the years.
    years : tuple of int
        The years of the block up to it.

    Returns
    -------
    DataFrame
        province, low, high (90 % band), p_lowest_quarter (share of the draws in the last quarter
        of the ranks), first_year, last_year.

    Raises
    ------
    DataError
        When the noise cannot be estimated.
    """
    totals = panel.history(levels, "total")[list(years)]
    totals = totals[totals[year].notna()].sort_index()
    spread = _noise_of_totals(levels, totals.index, year, None)
    apart = totals - totals.mean()
    mean, n = apart.mean(axis=1).to_numpy(), apart.count(axis=1).to_numpy()
    level, left_open = _levels(mean, spread / np.sqrt(n))
    drawn = resampling.generator(_BLOCK_SEED).standard_normal((_BLOCK_DRAWS, len(totals)))
    ranks = resampling.ranks(level + left_open * drawn)
    low = np.quantile(ranks, 0.05, axis=0, method="lower").astype("int64")
    high = np.quantile(ranks, 0.95, axis=0, method="higher").astype("int64")
    lowest = (ranks > 0.75 * len(totals)).mean(axis=0)
    found = {"province": totals.index, "low": low, "high": high, "p_lowest_quarter": lowest}
    return pd.DataFrame({**found, "first_year": min(years), "last_year": year})


_BLOCK_DRAWS, _BLOCK_SEED = 20_000, 84

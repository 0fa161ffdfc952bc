"""Between which ranks a province may really lie."""

from __future__ import annotations

import numpy as np
import pandas as pd

from papi_analysis import cache
from papi_analysis.data import panel
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.stats import resampling as random
from papi_analysis.stats.noise import published
from papi_analysis.stats.noise.spread import MIN_PROVINCES, components

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


@cache.result
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
    rng, draws = random.generator(seed), random.number(draws)
    asked = totals.index if provinces is None else pd.Index(provinces)
    columns = totals.index.get_indexer(asked)
    ranks = np.empty((len(columns), draws), dtype="int64")
    for start, stop in random.batches(draws, _BATCH):
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
    known = published.of_year(standard_errors, year).reindex(provinces)
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

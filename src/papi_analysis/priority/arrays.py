"""The panel as arrays, year × province × sub-dimension, with z-scores inside each year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from papi_analysis import places
from papi_analysis.data import panel as panels
from papi_analysis.errors import DataError

#: The first year that can be assessed: a correlation between years needs two of them.
FIRST_YEAR = 2012
#: Fewest provinces with every score of a year for which a benchmark is taken.
FEWEST_PROVINCES = 10
#: Fewest sub-dimensions of a province for which "the top ten" still leaves something out.
FEWEST_SUBDIMENSIONS = 11


@dataclass(frozen=True)
class PanelArrays:
    """Scores of all provinces up to the year that is assessed, its last one.

    `score` and `z` are years × provinces × sub-dimensions (NaN where absent), `mean` and `sd` are
    years × sub-dimensions in points, `composition` the same (-1 where a sub-dimension was not in
    the index), `block` the sample block of each year.
    """

    years: np.ndarray
    provinces: tuple[str, ...]
    codes: tuple[str, ...]
    dimensions: tuple[str, ...]
    score: np.ndarray
    z: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    composition: np.ndarray
    block: np.ndarray

    def at(self, year: int) -> int:
        """The place of a year."""
        return int(np.searchsorted(self.years, year))

    def until(self, year: int) -> tuple[PanelArrays, np.ndarray, np.ndarray]:
        """What was known in a year, with the places of its provinces and sub-dimensions in this."""
        n = self.at(year) + 1
        rows = np.flatnonzero(np.isfinite(self.score[:n]).any(axis=(0, 2)))
        codes = np.flatnonzero((self.composition[:n] >= 0).any(axis=0))
        cut = PanelArrays(
            self.years[:n],
            tuple(self.provinces[row] for row in rows),
            tuple(self.codes[code] for code in codes),
            tuple(self.dimensions[code] for code in codes),
            *(cube[:n, rows][:, :, codes] for cube in (self.score, self.z)),
            *(table[:n, codes] for table in (self.mean, self.sd, self.composition)),
            self.block[:n],
        )
        return cut, rows, codes

    def current(self, year: int) -> np.ndarray:
        """Places of the sub-dimensions in the index of a year."""
        return np.flatnonzero(self.composition[self.at(year)] >= 0)


def panel_arrays(panel: pd.DataFrame, year: int | None = None) -> PanelArrays:
    """The arrays of a panel; with `year`, later years are left out before anything is computed.

    Raises
    ------
    DataError
        Where a sub-dimension has one and the same score in every province of a year.
    """
    rows = panel if year is None else panel[panel["year"] <= year]
    years, at_year = np.unique(rows["year"], return_inverse=True)
    names, at_province = np.unique(rows["province"].to_numpy(str), return_inverse=True)
    order = (
        rows[["dimension", "subdimension"]]
        .drop_duplicates()
        .sort_values(["dimension", "subdimension"])
    )
    codes = pd.Index(order["subdimension"])
    at_code = codes.get_indexer(rows["subdimension"])
    score = np.full((len(years), len(names), len(codes)), np.nan)
    score[at_year, at_province, at_code] = rows["score"]
    composition = np.full((len(years), len(codes)), -1)
    composition[at_year, at_code] = rows["composition"]
    block = np.empty(len(years), dtype=object)
    block[at_year] = rows["sample_block"]
    block = block.astype(str)
    mean, sd = _moments(score)
    _require_spread(score, sd, years, codes)
    with np.errstate(invalid="ignore", divide="ignore"):
        z = (score - mean[:, None]) / sd[:, None]
    dims, labels = tuple(order["dimension"]), tuple(names.tolist())
    return PanelArrays(years, labels, tuple(codes), dims, score, z, mean, sd, composition, block)


def _moments(score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and sample standard deviation over the provinces, NaN below two scores."""
    there = np.isfinite(score)
    n = there.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(there, score, 0).sum(axis=1) / n
        squares = np.where(there, score - mean[:, None], 0) ** 2
        sd = np.sqrt(squares.sum(axis=1) / (n - 1))
    return mean, np.where(n > 1, sd, np.nan)


def quantiles(score: np.ndarray, share: float) -> np.ndarray:
    """Quantile of each column over the rows that have it (R type 7); NaN where none has.

    >>> quantiles(np.array([[1.0], [np.nan], [2.0], [4.0]]), 0.75)
    array([3.])
    """
    ordered = np.sort(score, axis=0)
    most = np.maximum(np.isfinite(score).sum(axis=0) - 1, 0)
    low = np.floor(most * share).astype(int)
    columns = np.arange(score.shape[1])
    below, above = ordered[low, columns], ordered[np.minimum(low + 1, most), columns]
    return below + (most * share - low) * (above - below)


def _require_spread(score: np.ndarray, sd: np.ndarray, years: np.ndarray, codes: pd.Index) -> None:
    flat = np.argwhere(np.isfinite(sd) & (sd < 1e-9))
    if len(flat):
        year, code = flat[0]
        raise DataError(
            "{code} has the same score in every province in {year} ({n} scores): no province is "
            "behind another, so nothing can be ranked. Check the column of {year}.",
            code=codes[code],
            year=int(years[year]),
            n=int(np.isfinite(score[year, :, code]).sum()),
        )


def require_year(panel: pd.DataFrame, year: int) -> None:
    """Raise `DataError` where no province can be assessed in a year, with the reason."""
    known = sorted(panel.loc[panel["score"].notna(), "year"].unique().tolist())
    if year not in known:
        raise DataError(
            "No PAPI scores of {year}. The panel runs from {first} to {last}.",
            diagnosis="E-YEAR-NO-DATA",
            year=year,
            first=known[0] if known else "-",
            last=known[-1] if known else "-",
        )
    if year < max(FIRST_YEAR, known[0] + 1):
        raise DataError(
            "Priorities start in {first}: the estimate of a level leans on at least one earlier "
            "year, and {year} has none. Ask for {first} or later.",
            first=max(FIRST_YEAR, known[0] + 1),
            year=year,
        )


def require_province(panel: pd.DataFrame, province: places.Province, year: int) -> None:
    """Raise `DataError` where a province has too few scores in a year to be assessed."""
    panels.require_scores(panel, province, year)
    here = panel["year"].eq(year) & panel["province"].eq(province.code)
    n = int(panel.loc[here, "score"].notna().sum())
    if n < FEWEST_SUBDIMENSIONS:
        raise DataError(
            "{name} has {n} published {n:sub-dimension|sub-dimensions} in {year}, of {of}; fewer "
            "than {least} are too few to choose a list of priorities from.",
            name=province.name_vi,
            n=n,
            of=int(here.sum()),
            year=year,
            least=FEWEST_SUBDIMENSIONS,
        )


def complete(data: PanelArrays, year: int, codes: np.ndarray) -> np.ndarray:
    """Which provinces have every score of a year (bool).

    Raises
    ------
    DataError
        When fewer than ten do.
    """
    full = np.isfinite(data.score[data.at(year)][:, codes]).all(axis=1)
    if full.sum() < FEWEST_PROVINCES:
        raise DataError(
            "Only {n} {n:province has|provinces have} every score of {year}; a benchmark needs "
            "at least {least}.",
            n=int(full.sum()),
            year=year,
            least=FEWEST_PROVINCES,
        )
    return full

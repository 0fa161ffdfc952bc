"""Scores lie inside their scale; a column on another scale is told as one thing."""

from __future__ import annotations

import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest.checks import sums
from papi_analysis.ingest.checks.tables import ENOUGH, TOLERANCE, Case, Table, said, said_of_column
from papi_analysis.ingest.diagnoses import Phrase
from papi_analysis.ingest.reference import Codebook

#: How many times too large or small the scores of a column may be found to be.
FACTORS = (10, 100, 0.1, 0.01, 1_000, 10_000, 100_000, 1_000_000)
INSIDE = 0.95  # share of a column that a factor must bring inside the scale
LONG = 1e9  # a number from which on its digits say nothing
MOST = 0.5  # share of a column outside its scale that makes it a fault of the column


def ranges(case: Case) -> list[Issue]:
    """E-RANGE where a score lies outside its scale, and E-UNIT where its column has another one."""
    found = []
    for table in case.tables:
        told_elsewhere = rescaled(table, case.book)
        for code, scale in limits(case.book, table.year).items():
            if code in table.wide and code not in told_elsewhere:
                found += _outside(table, code, scale, case.book)
    return found


def limits(book: Codebook, year: int) -> dict[str, tuple[float, float]]:
    """The scale of every code of a year: sub-dimensions, dimensions and the total."""
    regime = book.regime(year)
    spans = regime[["scale_min", "scale_max"]]
    dims = spans.groupby(regime["dimension"]).sum().round(4)
    total = dims.sum().to_frame("total").T
    return {str(code): (low, high) for code, low, high in
            pd.concat([spans, dims, total]).itertuples(name=None)}  # fmt: skip


def inside(column: pd.Series, scale: tuple[float, float]) -> pd.Series:
    """Where scores lie inside a scale, with the rounding of published scales."""
    points = column.to_numpy(dtype=float)
    fits = (points >= scale[0] - TOLERANCE) & (points <= scale[1] + TOLERANCE)
    return pd.Series(fits, column.index)


def rescaled(table: Table, book: Codebook) -> list[str]:
    """Sub-dimensions of a new year that most provinces have outside their scale, although their
    dimension lies inside its own and is the sum of its parts: that is a new regime.
    """
    if len(book.wide(table.year)):
        return []
    scales = limits(book, table.year)
    return [
        code
        for code in table.codes
        if code in scales
        and table.wide[code].count() >= ENOUGH
        and inside(table.wide[code].dropna(), scales[code]).mean() < MOST
        and sums.hold(table, book, book.dimension_of(code))
        and inside(table.wide[book.dimension_of(code)].dropna(), (1, 10)).mean() > MOST
    ]


def _outside(table: Table, code: str, scale: tuple[float, float], book: Codebook) -> list[Issue]:
    column = table.wide[code].dropna()
    outside = column[~inside(column, scale)]
    low, high = map(float, scale)
    if len(column) >= ENOUGH and len(outside) >= MOST * len(column):
        factor = _factor(column, scale, book.parts(table.year, code))
        if factor:
            first = table.at(str(column.index[0]), code)["found"]
            unit = Phrase("{factor:0.##} times the points of {low:0.00} to {high:0.00}")
            return [said_of_column("E-UNIT", table, code, found=first, unit=unit, low=low,
                                   high=high, factor=float(factor))]  # fmt: skip
    return [
        said("E-RANGE", table.at(str(p), code), low=low, high=high, score=_short(score))
        for p, score in outside.items()
    ]


def _short(score: float) -> float | str:
    """A score as a message shows it: hundreds of digits as a power of ten."""
    return float(score) if abs(score) < LONG else f"{score:g}"


def _factor(column: pd.Series, scale: tuple[float, float], parts: int) -> float | None:
    """How many times too large a column is, None where no factor explains it."""
    factors = (parts, *FACTORS) if parts > 1 else FACTORS
    fits = (factor for factor in factors if inside(column / factor, scale).mean() >= INSIDE)
    return next(fits, None)

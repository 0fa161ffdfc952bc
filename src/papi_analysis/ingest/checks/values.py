"""The scores themselves: inside their scale, sums that hold, standard errors that can be."""

from __future__ import annotations

import math

import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest.checks.tables import (
    ENOUGH,
    TOLERANCE,
    Case,
    Table,
    off,
    said,
    said_of_column,
)
from papi_analysis.ingest.diagnoses import Phrase, finding
from papi_analysis.ingest.reference import Codebook

# --- scales ---------------------------------------------------------------------------------------

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
        and hold(table, book, book.dimension_of(code))
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


# --- sums -----------------------------------------------------------------------------------------


def dimensions(case: Case) -> list[Issue]:
    """E-SUM where a dimension is not the sum of the sub-dimensions of its year."""
    found = []
    for table in case.tables:
        regime = case.book.regime(table.year)
        for dimension, parts in regime.groupby("dimension").groups.items():
            if dimension in table.wide and set(parts) <= set(table.wide):
                found += _differences("E-SUM", table, str(dimension), list(parts))
    return found


def totals(case: Case) -> list[Issue]:
    """E-TOTAL where the total is not the sum of the dimensions of its year."""
    found = []
    for table in case.tables:
        parts = sorted(case.book.regime(table.year)["dimension"].unique())
        if "total" in table.wide and set(parts) <= set(table.wide):
            found += _differences("E-TOTAL", table, "total", parts)
    return found


def hold(table: Table, book: Codebook, dimension: str) -> bool:
    """Whether a dimension is given and is the sum of its parts in most provinces."""
    parts = [code for code in table.codes if book.dimension_of(code) == dimension]
    if dimension not in table.wide or not parts:
        return False
    sums = table.wide[parts].sum(axis=1, skipna=False)
    there = table.wide[dimension].notna() & sums.notna()
    wrong = off(table.wide[dimension], sums)[there]
    return len(wrong) >= ENOUGH and bool(wrong.mean() < 0.5)


def _differences(code: str, table: Table, whole: str, parts: list[str]) -> list[Issue]:
    sums = table.wide[parts].sum(axis=1, skipna=False)
    wrong = table.wide.index[off(table.wide[whole], sums)]
    return [_difference(code, table, province, whole, parts, sums[province]) for province in wrong]


def _difference(
    code: str, table: Table, province: str, whole: str, parts: list[str], total: float
) -> Issue:
    row = table.at(province, whole)
    pieces = pd.DataFrame([table.at(province, part) for part in parts])
    across = pieces["row"].nunique() == 1
    places = pieces["column" if across else "row"].astype(str).tolist()
    cells = pieces["cell"].tolist()
    return said(
        code,
        row,
        sum=_points(total),
        gap=_points(abs(row["score"] - total)),
        parts=_span(places) if across else ", ".join(cells),
        cells=f"{row['cell']}, {_span(cells)}",
    )


def _points(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _span(places: list[str]) -> str:
    """The first and last of a run of places, or all of them where there are only two."""
    return f"{places[0]}..{places[-1]}" if len(places) > 2 else ", ".join(places)


# --- statistics of the totals ---------------------------------------------------------------------

#: Half widths of the printed interval in standard errors: labelled 95 %, it is one of 90 %.
Z90 = 1.645
NEAR = 0.02
#: Points; the largest published standard error is .89.
LARGEST_ERROR = 3
DENIED = 0.25  # share by which an interval may differ from the one that its error gives


def standard_errors(statistics: pd.DataFrame) -> pd.DataFrame:
    """Standard errors of the totals, taken from the interval where they are not printed.

    Parameters
    ----------
    statistics : DataFrame
        See `reading.Reading`.

    Returns
    -------
    DataFrame
        year, province, se (points), half_width (of the printed interval, points); those that
        cannot be standard errors of a total (see `errors`) are left out.
    """
    table = _table(statistics)
    return table[_possible(table)].reset_index()


def _table(statistics: pd.DataFrame) -> pd.DataFrame:
    wide = statistics.pivot_table(
        index=["year", "province"], columns="statistic", values="value", aggfunc="first"
    ).reindex(columns=["standard_error", "low", "high"])
    half = (wide["high"] - wide["low"]) / 2
    return pd.DataFrame({"se": wide["standard_error"].fillna(half / Z90), "half_width": half})


def _possible(table: pd.DataFrame) -> pd.Series:
    """Errors between 0 and `LARGEST_ERROR` points that the printed interval does not deny."""
    ratio = table["half_width"] / table["se"]
    usual = ratio.groupby("year").transform("median")
    denied = (ratio / usual - 1).abs() > DENIED
    return table["se"].gt(0) & table["se"].lt(LARGEST_ERROR) & ~denied


def errors(case: Case) -> list[Issue]:
    """W-STANDARD-ERROR for each printed standard error that cannot be the one of a total."""
    rows = case.reading.statistics
    if rows.empty:
        return []
    table = _table(rows)
    wrong = table.index[table["se"].notna() & ~_possible(table)]
    place = ["file", "sheet", "row", "column", "row_name", "column_name"]
    return [
        finding("W-STANDARD-ERROR", found=f"{row.value:g}", limit=LARGEST_ERROR,
                **{name: getattr(row, name) for name in place})
        for row in rows[rows["statistic"].eq("standard_error")].itertuples()
        if (row.year, row.province) in wrong
    ]  # fmt: skip


def intervals(case: Case) -> list[Issue]:
    """W-INTERVAL where a printed interval is not the known one of 90 %."""
    found = []
    if case.reading.statistics.empty:
        return found
    for year, rows in standard_errors(case.reading.statistics).groupby("year"):
        ratio = float((rows["half_width"] / rows["se"]).median())
        if math.isfinite(ratio) and abs(ratio - Z90) > NEAR:
            first = case.reading.statistics[case.reading.statistics["year"].eq(year)].iloc[0]
            level = 100 * math.erf(ratio / math.sqrt(2))
            found.append(
                finding("W-INTERVAL", file=first["file"], sheet=first["sheet"],
                        found=f"{ratio:.3f}", ratio=f"{ratio:.3f}", level=f"{level:.0f}")
            )  # fmt: skip
    return found

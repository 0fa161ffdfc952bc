"""Sub-dimensions sum to their dimension, and dimensions to the total."""

from __future__ import annotations

import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest.checks.tables import ENOUGH, Case, Table, off, said
from papi_analysis.ingest.reference import Codebook


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

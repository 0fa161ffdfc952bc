"""The columns of a table are those of its year's index, each with values of its own."""

from __future__ import annotations

from collections.abc import Callable

from papi_analysis.errors import Issue
from papi_analysis.ingest.checks.tables import (
    DECIMALS,
    ENOUGH,
    Case,
    Table,
    listed,
    off,
    said_of_column,
    said_of_table,
)
from papi_analysis.ingest.diagnoses import finding
from papi_analysis.ingest.reference import Codebook

#: Layouts whose further rows are indicators, not columns that went astray.
WITH_INDICATORS = ("yearly_2018", "yearly_2011")


def complete(case: Case) -> list[Issue]:
    """E-CODEBOOK-YEAR for the columns of another year, E-MISSING-COLUMN for each one that lacks."""
    found = []
    for table in case.tables:
        regime = set(case.book.regime(table.year).index)
        missing, strange = regime - set(table.codes), set(table.codes) - regime
        if not missing or lost_part(table, case.book, missing):
            continue
        others = [y for y in case.book.years if set(case.book.regime(y).index) == set(table.codes)]
        if others and strange:
            names = listed([case.book.label(code) for code in sorted(missing | strange)], 4)
            found.append(said_of_table(
                "E-CODEBOOK-YEAR", table, found=names, different=names, year=table.year,
                other=listed(others, 4), count=len(regime),
            ))  # fmt: skip
            continue
        found += [
            said_of_table("E-MISSING-COLUMN", table, found=case.book.label(code), year=table.year,
                          name=case.book.label(code), count=len(regime))
            for code in sorted(missing)
        ]  # fmt: skip
    return found


def lost_part(table: Table, book: Codebook, missing: set[str]) -> bool:
    """Whether the dimensions of missing sub-dimensions are whole without them: a new index."""
    if book.wide(table.year).size:
        return False
    for dimension in {book.dimension_of(code) for code in missing}:
        rest = [code for code in table.codes if book.dimension_of(code) == dimension]
        if dimension not in table.wide or not rest:
            return False
        if off(table.wide[dimension], table.wide[rest].sum(axis=1, skipna=False)).any():
            return False
    return True


def doubled(case: Case) -> list[Issue]:
    """E-DUP-COLUMN where two columns hold the same values."""
    found = []
    for table in case.tables:
        seen: dict[bytes, str] = {}
        for code in table.wide.columns.drop("total", errors="ignore"):
            column = table.wide[code]
            if column.count() < ENOUGH:
                continue
            first = seen.setdefault(column.round(DECIMALS).to_numpy().tobytes(), code)
            if first != code:
                found.append(_doubled(table, case.book, *sorted([first, code], key=_order(table))))
    return found


def _order(table: Table) -> Callable[[str], int]:
    """Where a code stands in a table."""
    return table.values["code"].drop_duplicates().tolist().index


def _doubled(table: Table, book: Codebook, first: str, second: str) -> Issue:
    one, two = (table.values[table.values["code"].eq(code)] for code in (first, second))
    axis = "column" if one["column"].nunique() == 1 else "row"
    return said_of_column(
        "E-DUP-COLUMN", table, second, found=book.label(second), first=one[axis].iloc[0],
        second=two[axis].iloc[0], other=book.label(first), count=len(two),
    )  # fmt: skip


def extra(case: Case) -> list[Issue]:
    """W-EXTRA-COLUMN for each column that is no part of the index."""
    if case.reading.layout in WITH_INDICATORS:
        return []
    first = case.reading.others.drop_duplicates(["sheet", "column"])
    return [
        finding("W-EXTRA-COLUMN", file=row.file, sheet=row.sheet, column=row.column,
                column_name=row.label, found=row.label or row.column)
        for row in first.itertuples()
    ]  # fmt: skip

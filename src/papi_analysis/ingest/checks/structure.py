"""The shape of a table: the columns of its year's index, each province once, no score lost.

A score that its dimension shows to be published may not be missing, nor may a whole column.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest.checks.tables import (
    DECIMALS,
    ENOUGH,
    Case,
    Table,
    listed,
    off,
    said,
    said_of_column,
    said_of_table,
)
from papi_analysis.ingest.diagnoses import finding
from papi_analysis.ingest.reference import Codebook

# --- columns --------------------------------------------------------------------------------------

#: Layouts whose further rows are indicators, not columns that went astray.
WITH_INDICATORS = ("yearly_2018", "yearly_2011")


def columns_complete(case: Case) -> list[Issue]:
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


def doubled_columns(case: Case) -> list[Issue]:
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


def extra_columns(case: Case) -> list[Issue]:
    """W-EXTRA-COLUMN for each column that is no part of the index."""
    if case.reading.layout in WITH_INDICATORS:
        return []
    first = case.reading.others.drop_duplicates(["sheet", "column"])
    return [
        finding("W-EXTRA-COLUMN", file=row.file, sheet=row.sheet, column=row.column,
                column_name=row.label, found=row.label or row.column)
        for row in first.itertuples()
    ]  # fmt: skip


# --- provinces ------------------------------------------------------------------------------------

#: The most provinces without scores in a year; three in 2021 were the most so far.
MOST_UNPUBLISHED = 6
FEW = 5  # of the 34 provinces that a table of them may lack
SAME = 1e-6  # points


def doubled_provinces(case: Case) -> list[Issue]:
    """E-DUP-PROVINCE where a province has two different scores, W-DUP-PROVINCE for equal ones."""
    values = case.reading.values.dropna(subset="year")
    keys = ["year", "province", "code"]
    twice = values[values.duplicated(keys, keep=False)]
    found = []
    for (_, province), rows in twice.groupby(["year", "province"], sort=False):
        groups = rows.groupby("code")["score"]
        same = (groups.max() - groups.min()).fillna(0).le(SAME).all()
        later = rows[rows.duplicated(keys)].iloc[0]
        first = rows[rows["code"].eq(later["code"])].iloc[0]
        found.append(
            said(
                "W-DUP-PROVINCE" if same else "E-DUP-PROVINCE",
                later,
                found=case.book.name(province),
                name=case.book.name(province),
                first=_line(first),
                second=_line(later),
            )
        )
    return found


def _line(row: pd.Series) -> str:
    return f"{row['sheet']} {row['row']}".strip()


def provinces_complete(case: Case) -> list[Issue]:
    """E-PROVINCE-SET, E-PROVINCE-MERGED or W-PROVINCES-MISSING where provinces are not listed.

    A province that is registered as not published in the year may be left out of the table.
    """
    found = []
    for table in case.tables:
        missing = [code for code in case.book.provinces["code"] if code not in table.wide.index]
        merged = sorted(case.book.provinces["successor_code"].unique())
        registered = case.book.wide(table.year)
        if len(table.wide) > len(merged) - FEW and set(table.wide.index) <= set(merged):
            names = listed([case.book.name(code) for code in merged], 4)
            parts = listed([case.book.name(code) for code in missing], 4)
            found.append(said_of_table("E-PROVINCE-MERGED", table, found=names, parts=parts))
            continue
        if len(registered):
            missing = [code for code in missing if code in registered.index]
        blanks_left_out = registered.empty and case.reading.layout == "tidy_csv"
        few = blanks_left_out and len(missing) <= MOST_UNPUBLISHED
        if missing:
            code = "W-PROVINCES-MISSING" if few else "E-PROVINCE-SET"
            found.append(_lacking(code, table, case.book, missing))
    return found


def provinces_empty(case: Case) -> list[Issue]:
    """E-PROVINCE-NO-DATA or W-PROVINCES-MISSING where listed provinces have no score at all."""
    found = []
    for table in case.tables:
        states = table.values["state"].eq("missing").groupby(table.values["province"]).all()
        blank = states.index[states].tolist()
        registered = case.book.wide(table.year)
        known = [province for province in blank if province in registered.index]
        if known or len(blank) > MOST_UNPUBLISHED:
            found.append(_lacking("E-PROVINCE-NO-DATA", table, case.book, known or blank))
        elif blank and registered.empty:
            found.append(_lacking("W-PROVINCES-MISSING", table, case.book, blank))
    return found


def _lacking(code: str, table: Table, book: Codebook, provinces: list[str]) -> Issue:
    names = listed([book.name(province) for province in provinces])
    return said_of_table(
        code, table, found=names, count=len(provinces), missing=names, limit=MOST_UNPUBLISHED
    )


# --- missing scores -------------------------------------------------------------------------------


def scores(case: Case) -> list[Issue]:
    """W-MISSING for a missing score of a province that has others; a whole dimension is one.

    E-PART-MISSING where its dimension is published, E-COLUMN-EMPTY where more provinces lack it
    than were ever left out.

    In a registered year only scores that are registered would be missed, and those are told as
    revisions.
    """
    found = []
    for table in case.tables:
        if case.book.wide(table.year).empty:
            empty = _empty(table)
            lost = _missing(table)
            found += [_column(table, code, case.book) for code in empty]
            found += [
                _part(table, row, case.book) or said("W-MISSING", row)
                for _, row in lost[~lost["code"].isin(empty)].iterrows()
            ]
            found += [
                said_of_table("W-MISSING", table, found="–", row_name=case.book.name(province),
                              column_name=case.book.label(code))
                for province, code in _without_row(table)
            ]  # fmt: skip
    return found


def _empty(table: Table) -> list[str]:
    """Sub-dimensions without a score in more provinces than a year has left out so far."""
    there = table.wide[table.codes].dropna(how="all")
    if len(there) < ENOUGH:
        return []
    return [code for code in table.codes if there[code].isna().sum() > MOST_UNPUBLISHED]


def _column(table: Table, code: str, book: Codebook) -> Issue:
    column = table.wide[code]
    return said_of_column(
        "E-COLUMN-EMPTY", table, code, name=book.label(code), count=int(column.isna().sum()),
        n=len(column), limit=MOST_UNPUBLISHED,
    )  # fmt: skip


def _part(table: Table, row: pd.Series, book: Codebook) -> Issue | None:
    """E-PART-MISSING where a sub-dimension is blank although its dimension has a score."""
    whole = table.at(row["province"], row["dimension"])
    if row["level"] != "subdimension" or whole is None or pd.isna(whole["score"]):
        return None
    return said("E-PART-MISSING", row, found=row["found"] or "–", whole=whole["found"],
                cell=whole["cell"], name=book.label(row["dimension"]))  # fmt: skip


def _without_row(table: Table) -> list[tuple[str, str]]:
    """Provinces and codes that no row of a table with one score in each row names."""
    blank = table.wide[table.codes].isna().stack()
    return [key for key in blank.index[blank] if key not in table.places]


def _missing(table: Table) -> pd.DataFrame:
    values = table.values
    gone = values["state"].eq("missing")
    blank = gone.groupby(values["province"]).transform("all")
    lost = gone[values["level"].eq("dimension")]
    dims = values.loc[lost.index[lost], ["province", "dimension"]]
    inside = pd.MultiIndex.from_frame(values[["province", "dimension"]]).isin(
        pd.MultiIndex.from_frame(dims)
    )
    covered = inside & values["level"].eq("subdimension")
    partly = gone.groupby(values["province"]).transform("any") & values["level"].eq("total")
    return values[gone & ~blank & ~covered & ~partly]

"""Scores that are not there are told, unless they are known not to be published.

A score that its dimension shows to be published may not be missing, nor may a whole column.
"""

from __future__ import annotations

import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest.checks.provinces import MOST_UNPUBLISHED
from papi_analysis.ingest.checks.tables import (
    ENOUGH,
    Case,
    Table,
    said,
    said_of_column,
    said_of_table,
)
from papi_analysis.ingest.reference import Codebook


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

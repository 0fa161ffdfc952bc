"""Scores that are not there are told, unless they are known not to be published."""

from __future__ import annotations

import pandas as pd

from papi_analysis._errors import Diagnostic
from papi_analysis.sources.checks.tables import Case, Table, said, said_of_table


def scores(case: Case) -> list[Diagnostic]:
    """W-MISSING for a missing score of a province that has others; a whole dimension is one.

    In a registered year only scores that are registered would be missed, and those are told as
    revisions.
    """
    found = []
    for table in case.tables:
        if case.book.wide(table.year).empty:
            found += [said("W-MISSING", row) for _, row in _missing(table).iterrows()]
            found += [
                said_of_table("W-MISSING", table, found="–", row_name=case.book.name(province),
                              column_name=case.book.label(code))
                for province, code in _without_row(table)
            ]  # fmt: skip
    return found


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

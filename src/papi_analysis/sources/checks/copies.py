"""No row repeats another province, and no year repeats another year."""

from __future__ import annotations

import pandas as pd

from papi_analysis._errors import Diagnostic
from papi_analysis.sources.checks.tables import ENOUGH, Case, Table, said, said_of_table

SAME = 5e-7  # points; scores are kept to six decimals
LEAST = 6  # sub-dimensions that must agree for a copied row
SHARE = 0.5  # of the scores that must agree for a copied year


def rows(case: Case) -> list[Diagnostic]:
    """E-ROW-COPY where two provinces have the same scores in every sub-dimension."""
    found = []
    for table in case.tables:
        scores = table.wide[table.codes].dropna(how="all").round(6)
        if scores.shape[1] < LEAST:
            continue
        first = scores.drop_duplicates()
        for province in scores.index.difference(first.index, sort=False):
            other = next(p for p in first.index if scores.loc[p].equals(scores.loc[province]))
            code = table.codes[0]
            origin = table.at(other, code)
            found.append(
                said("E-ROW-COPY", table.at(province, code), found=case.book.name(province),
                     other=case.book.name(other), first=origin["row"])
            )  # fmt: skip
    return found


def years(case: Case) -> list[Diagnostic]:
    """E-YEAR-COPY where most scores are those of another registered year."""
    found = []
    for table in case.tables:
        for other in case.book.years:
            if other == table.year:
                continue
            share = _equal(table, case.book.wide(other))
            if share >= SHARE:
                found.append(
                    said_of_table("E-YEAR-COPY", table, found=f"{table.year} = {other}",
                                  year=table.year, other=other, share=f"{100 * share:.0f}")
                )  # fmt: skip
    return found


def _equal(table: Table, other: pd.DataFrame) -> float:
    """The share of a table's scores that another year has to the last digit."""
    codes = [code for code in table.codes if code in other]
    mine = table.wide[codes]
    same = (mine - other.reindex(mine.index)[codes]).abs().le(SAME) if codes else mine
    there = int(mine.count().sum())
    return float(same.to_numpy().sum() / there) if there >= ENOUGH else 0.0

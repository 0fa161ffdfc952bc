"""No row repeats another province, and no year repeats another year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest.checks.registered import decimals
from papi_analysis.ingest.checks.tables import (
    DECIMALS,
    ENOUGH,
    Case,
    Table,
    said,
    said_of_column,
    said_of_table,
)

SAME = 5e-7  # points; scores are kept to six decimals
LEAST = 6  # sub-dimensions that must agree for a copied row
SHARE = 0.5  # of the scores of a table that must agree for a copied year
ALL = 0.95  # of the scores of a sub-dimension or province that must agree


def rows(case: Case) -> list[Issue]:
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


def years(case: Case) -> list[Issue]:
    """E-YEAR-COPY where scores are those of another registered year: most of a table, or all of a
    sub-dimension or of a province.
    """
    found = []
    for table in case.tables:
        mine = table.wide[table.codes]
        for other in case.book.years:
            if other != table.year:
                found += _repeated(table, mine, other, case.book.wide(other))
    return found


def _repeated(table: Table, scores: pd.DataFrame, year: int, other: pd.DataFrame) -> list[Issue]:
    """What a table with these scores repeats of another year."""
    codes = [code for code in scores if code in other]
    mine = scores[codes]
    there = int(mine.count().sum())
    if there < ENOUGH:
        return []
    gaps = mine.to_numpy() - other.reindex(index=mine.index, columns=codes).to_numpy()
    places = decimals(mine)
    equal = np.abs(gaps) <= (SAME if places == DECIMALS else 0.5 * 10.0**-places + SAME)
    if equal.sum() < LEAST:
        return []
    same = pd.DataFrame(equal, mine.index, mine.columns)
    values = {"year": table.year, "other": year, "found": f"{table.year} = {year}"}
    share = equal.sum() / there
    if share >= SHARE:
        return [said_of_table("E-YEAR-COPY", table, share=f"{100 * share:.0f}", **values)]
    columns = [c for c in codes if same[c].sum() >= max(ALL * mine[c].count(), ENOUGH)]
    least = max(LEAST, ALL * len(codes))
    provinces = same.index[same.sum(axis=1) >= least]
    values["share"] = "100"
    return [
        *(said_of_column("E-YEAR-COPY", table, code, **values) for code in columns),
        *(said("E-YEAR-COPY", table.at(p, codes[0]), **values) for p in provinces),
    ]

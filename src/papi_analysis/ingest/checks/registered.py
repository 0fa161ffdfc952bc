"""Years that are already registered: every score is held against the registered one."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest.checks.tables import Case, Table, said, said_of_table
from papi_analysis.ingest.diagnoses import Phrase
from papi_analysis.ingest.reference import Codebook

#: Points within which a score is the registered one; those are kept to six decimals.
SAME = 2e-6
#: Points within which it is, where the registered score may be a rounded one: by its decimals.
ROUNDED = {3: 0.0005 + SAME, 2: 0.005 + SAME}


BLANK = Phrase("the file has no score here, the registered one is {registered}")
BLANK_STAYS = Phrase(
    "A blank never replaces a published score: take the file from papi.org.vn again, or import "
    "with --revise, which leaves the registered score as it is. Only where the publisher withdrew "
    "it, add --remove {year}:{criterion}."
)


class Held(NamedTuple):
    """Scores of a table beside the registered ones, and where the two differ."""

    mine: pd.DataFrame
    theirs: pd.DataFrame
    wrong: pd.DataFrame


def held(table: Table, book: Codebook) -> Held:
    """The sub-dimension scores of a table held against the registered ones.

    Provinces without any score, and scores that could not be read, are left out: they are told
    by other checks. All three tables are empty in a year that is new.
    """
    registered = book.wide(table.year)
    if registered.empty:
        return Held(registered, registered, registered)
    codes = [code for code in table.codes if code in registered]
    rows = table.values.drop_duplicates(["province", "code"])
    unread = rows.assign(unread=rows["state"].eq("error"))
    unread = unread.pivot(index="province", columns="code", values="unread")
    unread = unread.loc[table.wide.index, codes].eq(True)
    mine, theirs = table.wide[codes], registered.reindex(table.wide.index)[codes].mask(unread)
    keep = mine.notna().any(axis=1) | unread.any(axis=1)
    mine, theirs = mine[keep], theirs[keep]
    return Held(mine, theirs, differing(mine, theirs, decimals(mine)))


def decimals(mine: pd.DataFrame) -> int:
    """The decimals that a file gives its scores with: 6 at most, 2 at least."""
    values = mine.to_numpy(dtype=float)
    values = values[np.isfinite(values)]
    exact = (n for n in range(2, 6) if (np.abs(values - values.round(n)) < 1e-9).all())
    return next(exact, 6)


def differing(mine: pd.DataFrame, theirs: pd.DataFrame, places: int = 6) -> pd.DataFrame:
    """Where a score is not the registered one, which may itself be a rounded one.

    A file with fewer decimals (`places`) than the registered scores agrees within its rounding.
    """
    old, new = theirs.to_numpy(dtype=float), mine.to_numpy(dtype=float)
    width = np.full(old.shape, SAME if places == 6 else 0.5 * 10.0**-places + SAME)
    for decimals, wide in ROUNDED.items():
        rounded = np.abs(old - old.round(decimals)) < 1e-9
        width[rounded] = np.maximum(width[rounded], wide)
    gap = np.abs(new - old) > width
    return pd.DataFrame(gap | (np.isnan(new) ^ np.isnan(old)), mine.index, mine.columns)


def revisions(case: Case) -> list[Issue]:
    """E-REVISION for each score of a sub-dimension that is not the registered one."""
    return [
        _revision(table, case.book, two, province, code)
        for table in case.tables
        for two in [held(table, case.book)]
        for code in two.wrong
        for province in two.wrong.index[two.wrong[code]]
    ]


def _revision(table: Table, book: Codebook, two: Held, province: str, code: str) -> Issue:
    old, new = two.theirs.loc[province, code], two.mine.loc[province, code]
    registered = "–" if pd.isna(old) else f"{old:g}"
    facts = {"registered": registered, "year": table.year, "criterion": code}
    row = table.at(province, code)
    if row is None:  # in a table with one score a row, a row that is not there
        names = {"row_name": book.name(province), "column_name": book.label(code)}
        found = said_of_table("E-REVISION", table, found="–", **names, **facts)
    else:
        found = said("E-REVISION", row, found=row["found"] or "–", **facts)
    return replace(found, message=BLANK, mend=BLANK_STAYS) if pd.isna(new) else found

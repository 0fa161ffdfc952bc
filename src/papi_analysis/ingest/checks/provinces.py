"""Every province stands in every table, once, and with scores unless they are not published."""

from __future__ import annotations

import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest.checks.tables import Case, Table, listed, said, said_of_table
from papi_analysis.ingest.reference import Codebook

#: The most provinces without scores in a year; three in 2021 were the most so far.
MOST_UNPUBLISHED = 6
FEW = 5  # of the 34 provinces that a table of them may lack
SAME = 1e-6  # points


def doubled(case: Case) -> list[Issue]:
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


def complete(case: Case) -> list[Issue]:
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


def empty(case: Case) -> list[Issue]:
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

"""A year that is new goes on as the year before; anything else is a new regime, never guessed."""

from __future__ import annotations

import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest import index_versions, labels
from papi_analysis.ingest.checks.structure import lost_part
from papi_analysis.ingest.checks.tables import (
    ENOUGH,
    TOLERANCE,
    Case,
    Table,
    said_of_column,
    said_of_table,
)
from papi_analysis.ingest.checks.values import MOST, inside, limits, rescaled
from papi_analysis.ingest.diagnoses import Phrase, finding
from papi_analysis.ingest.reference import Codebook

GONE = Phrase("{name} is gone, and its dimension is whole without it.")
NEW_PART = Phrase("{name} is a new part of dimension {dimension}.")
NEW_DIMENSION = Phrase("{name} is new beside the known dimensions.")
UNKNOWN_PART = Phrase("The known parts of dimension {dimension} do not sum to it.")
SCALE = Phrase("{name} runs from {low:0.00} to {high:0.00}, which is not its scale.")
BREAK = Phrase("{name} breaks with the year before.")
FILLS = Phrase("it is what the sum lacks in {count} of {n} provinces")
LACKS = Phrase("the sum is off in {count} of {n} provinces")
OUTSIDE = Phrase("{count} of {n} provinces {count:lies|lie} outside it, and every sum is right")
SPREAD = Phrase("{signature_of}; median Spearman of the others {others}")


def known_year(case: Case) -> list[Issue]:
    """E-YEAR-UNKNOWN for a year that neither has a regime nor follows on the last one."""
    values = case.reading.values.dropna(subset="year")
    strange = values[~values["year"].isin(case.book.years)].drop_duplicates(["sheet", "year"])
    known = [year for year in case.book.years if year not in case.book.assumed]
    return [
        finding("E-YEAR-UNKNOWN", file=row.file, sheet=row.sheet, found=row.year, year=row.year,
                first=known[0], last=known[-1], next=known[-1] + 1)
        for row in strange.itertuples()
    ]  # fmt: skip


def conflict(file: str, asked: int, years: list[int]) -> Issue:
    """E-YEAR-CONFLICT between the year asked for and those of the file."""
    return finding(
        "E-YEAR-CONFLICT", file=file, found=asked, one=asked, one_from=Phrase("--year"),
        two=", ".join(map(str, years)), two_from=Phrase("the file"),
    )  # fmt: skip


def structure(case: Case) -> list[Issue]:
    """E-NEW-REGIME where sub-dimensions, dimensions or scales of a new year are others."""
    found = []
    for table in case.tables:
        if len(case.book.wide(table.year)):
            continue
        others = case.reading.others
        others = others[others["year"].eq(table.year)]
        found += _gone(table, case.book)
        found += _new_parts(table, case.book, others)
        found += _new_dimensions(table, case.book, others)
        found += _scales(table, case.book)
    return found


def new_parts(case: Case) -> dict[str, str]:
    """Dimension by name of each new sub-dimension, for a draft."""
    values = [dict(one.values) for one in structure(case)]
    return {
        labels.without_number(str(own["name"])): str(own["dimension"])
        for own in values
        if own["what"] == NEW_PART
    }


def breaks(case: Case) -> list[Issue]:
    """E-NEW-REGIME where a sub-dimension of an unconfirmed year breaks with the year before."""
    found = []
    for table in case.tables:
        if table.year not in case.book.assumed:
            continue
        signatures = index_versions.of_table(table.wide, case.book, table.year)
        signatures = {c: s for c, s in signatures.items() if s.n >= ENOUGH}
        for code, own in signatures.items():
            if own.broken:
                rest = [s.spearman for c, s in signatures.items() if c != code]
                found.append(
                    _new(table, BREAK, SPREAD, code=code, name=case.book.label(code),
                         signature_of=own, others=f"{pd.Series(rest).median():.2f}")
                )  # fmt: skip
    return found


def new_year(case: Case) -> list[Issue]:
    """W-NEW-YEAR for a year whose regime is taken over from the year before."""
    found = []
    for table in case.tables:
        if table.year in case.book.assumed:
            block, _ = index_versions.sample_block(table.wide, case.book, table.year)
            correlation = index_versions.total_correlation(table.wide, case.book, table.year)
            found.append(
                said_of_table("W-NEW-YEAR", table, found=table.year, year=table.year,
                              before=table.year - 1, count=len(case.book.regime(table.year)),
                              block=block, correlation=f"{correlation:.2f}")
            )  # fmt: skip
    return found


def _gone(table: Table, book: Codebook) -> list[Issue]:
    missing = set(book.regime(table.year).index) - set(table.codes)
    if not missing or not lost_part(table, book, missing):
        return []
    return [_new(table, GONE, Phrase("–"), name=book.label(c)) for c in sorted(missing)]


def _new_parts(table: Table, book: Codebook, others: pd.DataFrame) -> list[Issue]:
    found = []
    for dimension, parts in book.regime(table.year).groupby("dimension").groups.items():
        if dimension not in table.wide or not set(parts) <= set(table.wide):
            continue
        lack = table.wide[dimension] - table.wide[list(parts)].sum(axis=1, skipna=False)
        found += _filled(table, lack, others, NEW_PART, dimension=str(dimension))
    return found


def _new_dimensions(table: Table, book: Codebook, others: pd.DataFrame) -> list[Issue]:
    dims = sorted(book.regime(table.year)["dimension"].unique())
    if "total" not in table.wide or not set(dims) <= set(table.wide):
        return []
    lack = table.wide["total"] - table.wide[dims].sum(axis=1, skipna=False)
    return _filled(table, lack, others, NEW_DIMENSION, dimension="")


def _filled(
    table: Table, lack: pd.Series, others: pd.DataFrame, what: Phrase, *, dimension: str
) -> list[Issue]:
    """What sums lack in most provinces, and the unknown column or row that fills it."""
    there = lack.dropna()
    count = int(there.abs().gt(TOLERANCE).sum())
    if len(there) < ENOUGH or count < MOST * len(there):
        return []
    for label, rows in others.groupby("label", sort=False):
        values = rows.drop_duplicates("province").set_index("province")["value"].astype(float)
        gap = (values.reindex(there.index) - there).abs()
        same = int(gap.le(TOLERANCE).sum())
        if same >= MOST * len(there):
            return [_new(table, what, FILLS, name=label, dimension=dimension, count=same,
                         n=len(there))]  # fmt: skip
    if what is NEW_PART and there.gt(TOLERANCE).mean() > MOST:
        return [_new(table, UNKNOWN_PART, LACKS, name="", dimension=dimension, count=count,
                     n=len(there))]  # fmt: skip
    return []


def _scales(table: Table, book: Codebook) -> list[Issue]:
    """Columns on another scale although their dimension is whole (see `values.rescaled`)."""
    found = []
    for code in rescaled(table, book):
        column = table.wide[code].dropna()
        outside = int((~inside(column, limits(book, table.year)[code])).sum())
        found.append(_new(table, SCALE, OUTSIDE, code=code, name=book.label(code),
                          low=float(column.min()), high=float(column.max()),
                          count=outside, n=len(column)))  # fmt: skip
    return found


def _new(
    table: Table, what: Phrase, signature: Phrase, *, code: str = "", **values: object
) -> Issue:
    values |= {"what": what, "signature": signature, "before": table.year - 1}
    values.setdefault("dimension", "")
    if code:
        return said_of_column("E-NEW-REGIME", table, code, **values)
    return said_of_table("E-NEW-REGIME", table, found=values["name"], **values)

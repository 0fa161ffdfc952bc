"""The consolidated tables: one sheet a year, provinces in rows, scores in columns."""

from __future__ import annotations

from dataclasses import replace

from papi_analysis.errors import Issue
from papi_analysis.ingest import crosstab, gaps, header, keys, years
from papi_analysis.ingest.diagnoses import Phrase, finding
from papi_analysis.ingest.reading import Reading, joined, totals_missing
from papi_analysis.ingest.reference import Codebook
from papi_analysis.ingest.sheet import Sheet

LAYOUT = "consolidated"
NO_TABLE, NO_YEAR = Phrase("sheet without a table"), Phrase("no year")


def claims(sheets: list[Sheet], book: Codebook) -> bool:
    """Whether a sheet names scores in its columns."""
    return any(header.find(sheet, book.labels) for sheet in sheets)


def read(sheets: list[Sheet], book: Codebook, *, year: int | None = None) -> Reading:
    """The tables of all sheets; a sheet without one is accounted for and told.

    Parameters
    ----------
    sheets : list of Sheet
        The visible sheets of one file.
    book : Codebook
    year : int, optional
        The year that the user gives.
    """
    siblings = frozenset(y for sheet in sheets for y in years.named(sheet.name))
    return joined(LAYOUT, [table(s, book, year=year, siblings=siblings) for s in sheets], [])


def table(
    sheet: Sheet,
    book: Codebook,
    *,
    year: int | None = None,
    siblings: frozenset[int] = frozenset(),
    titled: bool = False,
) -> Reading:
    """The table of one sheet; with `titled`, titles above the column names are nothing odd."""
    head = header.find(sheet, book.labels)
    if head is None:
        return without_table(sheet, book)
    head = keys.found(sheet, head, book)
    own, said = None, []
    if head.column("year") is None:
        own, said = years.of_sheet(
            sheet.file, sheet.name, head.titles, asked=year, siblings=siblings
        )
        if own is None:
            return without_year(sheet, said)
    reading = crosstab.read(sheet, head, book, year=own)
    reading = replace(reading, values=totals_missing(reading.values))
    used = reading.rows.loc[reading.rows["reason"].eq(""), "row"].tolist()
    odd = [*header.faults(sheet, head, book.labels), *gaps.found(sheet, head, used, titled=titled)]
    return joined(LAYOUT, [reading], [*said, *odd])


def without_year(sheet: Sheet, said: list[Issue]) -> Reading:
    """The account of a sheet whose year cannot be told."""
    rows = crosstab.accounted(sheet, [], dict.fromkeys(sheet.rows, NO_YEAR))
    return Reading(LAYOUT, rows=rows, findings=tuple(said))


def without_table(sheet: Sheet, book: Codebook) -> Reading:
    """The account of a sheet in which no column names were recognised.

    A sheet that is named after a year, or is the whole file, should have held one.
    """
    rows = crosstab.accounted(sheet, [], dict.fromkeys(sheet.rows, NO_TABLE))
    said: list[Issue] = []
    if sheet.rows and (years.named(sheet.name) or not sheet.name):
        row, known = header.nearest(sheet, book.labels)
        where = {"file": sheet.file, "sheet": sheet.name, "row": row}
        said = [finding("E-HEADER-NONE", nearest=row, known=known, **where)]
    return Reading(LAYOUT, rows=rows, findings=tuple(said))

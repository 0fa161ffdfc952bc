"""The yearly workbooks since 2018: provinces in columns, about 167 rows from total to indicator.

Each sheet holds one year and newer files repeat older ones. A column tells the scale, empty
columns stand between groups of provinces, rows of the total carry statistics, and rows on top may
map the 63 provinces to 34.
"""

from __future__ import annotations

from dataclasses import replace

from papi_analysis.ingest import consolidated, crosstab, header, keys, years
from papi_analysis.ingest.reading import Reading, dimensions_missing, joined, totals_missing
from papi_analysis.ingest.reference import Codebook
from papi_analysis.ingest.sheet import Sheet

LAYOUT = "yearly_2018"
MARKS = 3  # numbered dimensions that tell this layout where it names no scale


def claims(sheets: list[Sheet], book: Codebook) -> bool:
    """Whether a sheet holds provinces in columns and tells scales or numbers of dimensions."""
    return any(_head(sheet, book) for sheet in sheets)


def _head(sheet: Sheet, book: Codebook) -> header.Header | None:
    head = header.find(sheet.turned, book.labels)
    if head is None or (head.scale is None and not _numbered(head)):
        return None
    return keys.found(sheet.turned, head, book, anew=True)


def _numbered(head: header.Header) -> bool:
    """Whether the rows of dimensions are called after their numbers."""
    names = [head.names[c] for c in head.of("dimension")]
    return sum(any(char.isdigit() for char in name) for name in names) >= MARKS


def read(sheets: list[Sheet], book: Codebook, *, year: int | None = None) -> Reading:
    """The tables of all sheets, with indicators and statistics.

    Parameters
    ----------
    sheets : list of Sheet
        The visible sheets of one file.
    book : Codebook
    year : int, optional
        The year that the user gives.
    """
    siblings = frozenset(y for sheet in sheets for y in years.named(sheet.name))
    whole = joined(LAYOUT, [_table(s, book, year=year, siblings=siblings) for s in sheets], [])
    return replace(
        whole,
        values=totals_missing(dimensions_missing(whole.values)),
        statistics=whole.statistics[whole.statistics["value"].ne(0)],
    )


def _table(sheet: Sheet, book: Codebook, *, year: int | None, siblings: frozenset[int]) -> Reading:
    head = _head(sheet, book)
    if head is None:
        return consolidated.without_table(sheet, book)
    own, said = years.of_sheet(sheet.file, sheet.name, head.titles, asked=year, siblings=siblings)
    if own is None:
        return consolidated.without_year(sheet, said)
    reading = crosstab.read(sheet.turned, head, book, year=own, turned=True)
    odd = header.faults(sheet.turned, head, book.labels, plain=False)
    return joined(LAYOUT, [reading], [*said, *odd])

"""Any official table, told by its content and read by the reader of its layout."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from papi_analysis.errors import Issue
from papi_analysis.ingest import (
    consolidated,
    crosstab,
    delimited,
    files,
    header,
    labels,
    names,
    tidy_csv,
    workbook,
    yearly_2011,
    yearly_2018,
)
from papi_analysis.ingest.diagnoses import Phrase, finding, shown
from papi_analysis.ingest.faults import fault
from papi_analysis.ingest.reading import Reading, joined
from papi_analysis.ingest.reference import Codebook
from papi_analysis.ingest.sheet import Cell, Sheet

#: The readers, the most particular first.
LAYOUTS = (tidy_csv, yearly_2018, yearly_2011, consolidated)
HIDDEN = Phrase("hidden sheet")
#: The columns of a table with one score in each row, in words.
COLUMNS = {
    "province": Phrase("the provinces"),
    "subdimension": Phrase("the sub-dimensions"),
    "score": Phrase("the scores"),
}
WORKBOOKS = (".xlsx", ".xlsm", ".xls")  # of names, to tell what a file is not
#: A letter lost inside a word, as a question mark or as the mark of an unreadable one.
LOST = re.compile("[^\\W\\d][?\ufffd]+[^\\W\\d]")


def sheets(path: Path, book: Codebook) -> tuple[list[Sheet], list[Issue]]:
    """The sheets of a file of any kind, and what is odd in it (see `files.kind`)."""
    kind = files.kind(path)
    if kind == "zip":
        found, said = workbook.read(path)
    else:
        found, said = delimited.read(path, lambda text: names.hits(text, book.names))
    name = shown(path.name, longest=200)  # a name may hold bytes that are no letters
    return [replace(sheet, file=name) for sheet in found], said


def read(path: Path, book: Codebook, *, year: int | None = None) -> Reading:
    """Read a file of any layout.

    Parameters
    ----------
    path : Path
    book : Codebook
    year : int, optional
        The year, where neither sheet nor file is named after it.

    Raises
    ------
    SourceError
        When there is no table to read (issues of the groups "file" and "layout").
    """
    found, said = sheets(path, book)
    visible = [sheet for sheet in found if not sheet.hidden]
    hidden = [sheet for sheet in found if sheet.hidden]
    said += [finding("W-HIDDEN-SHEET", file=s.file, sheet=s.name, found=s.name) for s in hidden]
    layout = next((one for one in LAYOUTS if one.claims(visible, book)), None)
    if layout is None:
        raise _refused(path, visible, found, book)
    readings = [layout.read(visible, book, year=year)]
    readings += [Reading("", rows=crosstab.accounted(s, [], dict.fromkeys(s.rows, HIDDEN)))
                 for s in hidden]  # fmt: skip
    return joined(layout.LAYOUT, readings, said)


def _lost_letters(filled: list[Sheet]) -> list[Cell]:
    """The words of the first rows of which question marks took letters, if they are many."""
    cells = [
        cell
        for sheet in filled[:1]
        for row in sorted(sheet.rows)[: header.SEARCHED]
        for cell in sheet.rows[row].values()
        if cell.kind == "text" and LOST.search(cell.text)
    ]
    return cells if len(cells) >= header.ENOUGH else []


def _refused(path: Path, visible: list[Sheet], found: list[Sheet], book: Codebook) -> Exception:
    """Why there is no table: nothing there, provinces in columns, or no known names."""
    filled = [sheet for sheet in visible if sheet.rows]
    if not filled:
        listed = ", ".join(sheet.name for sheet in found) or "–"
        return fault("E-EMPTY", file=path.name, found=listed, sheets=listed)
    for sheet in filled:
        lacking = header.lacking(sheet, book.labels)
        if lacking:
            row, title = lacking
            return fault("E-LONG-COLUMN", file=path.name, sheet=sheet.name, row=row, found=title,
                         title=title, missing=COLUMNS[title])  # fmt: skip
        if header.find(sheet.turned, book.labels):
            return fault("E-TRANSPOSED", file=path.name, sheet=sheet.name)
    lost = _lost_letters(filled)
    if lost:
        near = labels.nearest(lost[0].value, book.labels)
        return fault(
            "E-NAME-LOSSY", found=lost[0].value, near=near, **header.at(filled[0], lost[0])
        )
    single = all(len(cells) == 1 for sheet in filled for cells in sheet.rows.values())
    if single and path.suffix.lower() in WORKBOOKS and files.kind(path) == "text":
        return fault("E-FILE-TYPE", file=path.name, kind=Phrase("plain text without a table"))
    nearest = {sheet.name: header.nearest(sheet, book.labels) for sheet in filled}
    best = max(nearest, key=lambda name: nearest[name][1])
    row, known = nearest[best]
    return fault("E-HEADER-NONE", file=path.name, sheet=best, row=row, nearest=row, known=known)

"""Tables with one score in each row: year, province, subdimension, score.

The project's own form is a CSV with these names; other names, other columns and workbooks of this
shape are read, too, and told.
"""

from __future__ import annotations

from papi_analysis.errors import Issue
from papi_analysis.ingest import crosstab, header, labels, years
from papi_analysis.ingest import lines as table_lines
from papi_analysis.ingest.crosstab import Entry
from papi_analysis.ingest.diagnoses import Phrase, finding
from papi_analysis.ingest.faults import refusal
from papi_analysis.ingest.header import Header
from papi_analysis.ingest.labels import Label
from papi_analysis.ingest.lines import Line
from papi_analysis.ingest.reading import Reading, joined
from papi_analysis.ingest.reference import Codebook
from papi_analysis.ingest.sheet import Sheet, letters

LAYOUT = "tidy_csv"
COLUMNS = ("year", "province", "subdimension", "score")
#: Columns that our own tables carry beside these.
OWN = {"file", "sheet", "cell", "level", "dimension", "code", "rank", "n", "group", "median", "p25",
       "p75", "comparable", "absence"}  # fmt: skip
NO_TABLE, NO_SCORE = Phrase("sheet without a table"), Phrase("no known sub-dimension")


def claims(sheets: list[Sheet], book: Codebook) -> bool:
    """Whether a sheet has a column of sub-dimensions and one of scores."""
    return any(header.find_long(sheet, book.labels) for sheet in sheets)


def read(sheets: list[Sheet], book: Codebook, *, year: int | None = None) -> Reading:
    """The rows of all sheets of this shape.

    Parameters
    ----------
    sheets : list of Sheet
        The visible sheets of one file.
    book : Codebook
    year : int, optional
        The year that the user gives, for a table without a column of years.
    """
    return joined(LAYOUT, [_table(sheet, book, year) for sheet in sheets], [])


def _table(sheet: Sheet, book: Codebook, year: int | None) -> Reading:
    head = header.find_long(sheet, book.labels)
    if head is None:
        rows = crosstab.accounted(sheet, [], dict.fromkeys(sheet.rows, NO_TABLE))
        return Reading(LAYOUT, rows=rows)
    said: list[Issue] = []
    if head.column("year") is None:
        year, said = years.of_sheet(sheet.file, sheet.name, head.titles, asked=year)
    else:
        year = None
    lines = table_lines.read(sheet, head, book)
    uneven = crosstab.ragged(sheet, head, [line.row for line in lines.provinces])
    entries, lost = _entries(sheet, head, book, lines.provinces, year)
    ignored = {**lines.ignored, **{entry.line.row: NO_SCORE for entry in lost}}
    return Reading(
        LAYOUT,
        values=crosstab.values(sheet, book, entries, uneven),
        rows=crosstab.accounted(sheet, [entry.line.row for entry in entries], ignored),
        findings=(
            *said,
            *_form(sheet, head),
            *lines.findings,
            *crosstab.years_said(sheet, head, lines.provinces, year),
            *crosstab.numbers_said(sheet, entries, uneven),
            *(_unknown(sheet, head, book, entry) for entry in lost),
        ),
    )


def _entries(
    sheet: Sheet, head: Header, book: Codebook, lines: list[Line], year: int | None
) -> tuple[list[Entry], list[Entry]]:
    """The entries of known scores, and those whose sub-dimension is not known."""
    criterion, column = head.column("criterion") or 0, head.column("score") or 0
    known: dict[object, Label] = {}
    entries, lost = [], []
    own_years = crosstab.line_years(sheet, head, lines, year)
    for line, year_ in zip(lines, own_years, strict=True):
        name = sheet.get(line.row, criterion)
        text = name.value if name else ""
        if text not in known:
            number = str(text) in set(book.dimensions["dimension"])
            own = Label("dimension", str(text)) if number else labels.of(text, book.labels)
            known[text] = own
        cell = sheet.get(line.row, column)
        entry = Entry(line, column, str(text), known[text], cell, year_)
        (entries if known[text].kind in header.SCORES else lost).append(entry)
        if len(lost) > table_lines.MAX_UNKNOWN:
            raise refusal(*(_unknown(sheet, head, book, entry) for entry in lost))
    return entries, lost


def _unknown(sheet: Sheet, head: Header, book: Codebook, entry: Entry) -> Issue:
    return finding(
        "E-CRITERION-UNKNOWN",
        file=sheet.file,
        sheet=sheet.name,
        row=entry.line.row,
        column=letters(head.column("criterion") or 0),
        found=entry.name,
        near=labels.nearest(entry.name, book.labels),
        row_name=entry.line.name,
    )


def _form(sheet: Sheet, head: Header) -> list[Issue]:
    """What is to be said of a form that is not the project's own."""
    names = [head.names[column] for column in sorted(head.names)]
    where = {"file": sheet.file, "sheet": sheet.name, "row": head.rows[0]}
    found = []
    if sheet.typed or not set(names) <= {*COLUMNS, *OWN}:
        found.append(finding("W-LONG-FORMAT", found=", ".join(names), used=LAYOUT, **where))
    if head.rows[0] > 1:
        found.append(finding("W-HEADER-OFFSET", found=head.rows[0], **where))
    strange = [c for c, name in head.names.items()
               if head.columns[c].kind in ("", "extra") and name not in OWN]  # fmt: skip
    for column in sorted(strange):
        found.append(
            finding("W-EXTRA-COLUMN", found=head.names[column], column=letters(column), **where)
        )
    return found

"""What is odd around and inside a table, and does no harm: offsets, blanks, hidden rows, strays."""

from __future__ import annotations

from papi_analysis.errors import Issue
from papi_analysis.ingest.diagnoses import finding
from papi_analysis.ingest.header import Header, at
from papi_analysis.ingest.sheet import Sheet, letters

NAMED = 10  # rows or columns that a message names


def found(sheet: Sheet, header: Header, used: list[int], *, titled: bool = False) -> list[Issue]:
    """The oddities of a table; `used` are the rows of its provinces.

    With `titled`, titles above the column names belong to the layout and are not told.
    """
    return [
        *([] if titled else _offset(sheet, header)),
        *_blank(sheet, header, used),
        *_hidden(sheet, used),
        *_strays(sheet, header, used),
    ]


def _offset(sheet: Sheet, header: Header) -> list[Issue]:
    row = header.rows[0]
    if row == 1:
        return []
    return [finding("W-HEADER-OFFSET", found=row, file=sheet.file, sheet=sheet.name, row=row)]


def _blank(sheet: Sheet, header: Header, used: list[int]) -> list[Issue]:
    rows = [r for r in range(header.rows[-1] + 1, max(used, default=0)) if r not in sheet.rows]
    filled = {column for row in used for column in sheet.rows[row]}
    span = range(min(header.columns), max(header.columns))
    columns = [c for c in span if c not in header.columns and c not in filled]
    blanks = [str(row) for row in rows] + [letters(column) for column in columns]
    if not blanks:
        return []
    place = {"file": sheet.file, "sheet": sheet.name, "row": rows[0] if rows else ""}
    place["column"] = letters(columns[0]) if columns else ""
    return [finding("W-BLANK", found=_some(blanks), count=len(blanks), **place)]


def _hidden(sheet: Sheet, used: list[int]) -> list[Issue]:
    rows = [row for row in used if row in sheet.hidden_rows]
    if not rows:
        return []
    names = _some([str(row) for row in rows])
    where = {"file": sheet.file, "sheet": sheet.name, "row": rows[0]}
    return [finding("W-HIDDEN-ROWS", found=names, count=len(rows), **where)]


def _strays(sheet: Sheet, header: Header, used: list[int]) -> list[Issue]:
    """Cells beside the rows of provinces, in columns without a name that few rows fill."""
    cells = [
        cell
        for row in used
        for column, cell in sheet.rows[row].items()
        if column not in header.columns
    ]
    counts = {cell.column: 0 for cell in cells}
    for cell in cells:
        counts[cell.column] += 1
    return [
        finding("W-STRAY-CELL", found=cell.text, **at(sheet, cell))
        for cell in cells
        if counts[cell.column] * 2 <= len(used)
    ]


def _some(names: list[str]) -> str:
    return ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")

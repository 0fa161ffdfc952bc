"""A table of provinces by scores: every number with its place, as it stands in the sheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest import lines as table_lines
from papi_analysis.ingest import score, years
from papi_analysis.ingest.diagnoses import Phrase, finding
from papi_analysis.ingest.faults import refusal
from papi_analysis.ingest.header import SCORES, Header, at
from papi_analysis.ingest.labels import Label
from papi_analysis.ingest.lines import Line
from papi_analysis.ingest.reading import OTHERS, ROWS, STATISTICS, VALUES, Reading, frame
from papi_analysis.ingest.reference import Codebook
from papi_analysis.ingest.sheet import Cell, Sheet, letters

STATISTIC_KINDS = ("standard_error", "low", "high", "weighted")
MAX_MERGED = 200  # spans of merged cells that are looked at
MAX_REFUSED = 3_000  # unreadable numbers, from which on reading further tells nothing
#: Kinds of columns that are neither scores nor news.
SILENT = ("id", "name", "name_en", "year", "ordinal", "scale", "criterion", "score")


class Entry(NamedTuple):
    """One cell of a table: the row's province, label and year, and the cell if it is filled.

    `column` is its column in the table, `name` the name of that column; `turned` says that the
    table's columns are rows of the sheet.
    """

    line: Line
    column: int
    name: str
    label: Label
    cell: Cell | None
    year: int | None
    turned: bool = False

    def place(self, sheet: Sheet) -> tuple:
        """File, sheet, row, column, cell, name of the row and of the column."""
        row, column = self.line.row, self.column
        names = (self.line.name, self.name)
        if self.turned:
            row, column, names = column, row, names[::-1]
        return (sheet.file, sheet.name, row, letters(column), f"{letters(column)}{row}", *names)


def read(
    sheet: Sheet, header: Header, book: Codebook, *, year: int | None, turned: bool = False
) -> Reading:
    """Read a table whose rows are provinces and whose columns are scores.

    Parameters
    ----------
    sheet : Sheet
    header : Header
        See `header.find`.
    book : Codebook
    year : int or None
        The year of the sheet; None where a column gives it.
    turned : bool
        Whether provinces stand in columns: then `sheet` is the turned sheet, and the places of
        findings are told accordingly.
    """
    lines = table_lines.read(sheet, header, book)
    used = [line.row for line in lines.provinces]
    uneven = ragged(sheet, header, used)
    columns = _columns(sheet, header, used)
    entries = [
        Entry(line, column, header.names.get(column, ""), label,
              sheet.get(line.row, column), own, turned)
        for line, own in zip(lines.provinces, line_years(sheet, header, lines.provinces, year),
                             strict=True)
        for column, label in columns.items()
    ]  # fmt: skip
    scores = [entry for entry in entries if entry.label.kind in SCORES]
    return Reading(
        "",
        values=values(sheet, book, scores, uneven),
        others=frame(list(_others(sheet, header, book, entries)), OTHERS),
        statistics=frame(list(_statistics(sheet, entries)), STATISTICS),
        rows=accounted(sheet, used, lines.ignored),
        findings=(
            *lines.findings,
            *years_said(sheet, header, lines.provinces, year),
            *numbers_said(sheet, scores, uneven),
            *_merged_said(sheet, scores),
        ),
    )


def _merged_said(sheet: Sheet, entries: list[Entry]) -> Iterator[Issue]:
    """W-MERGED for each span of merged cells that lies over scores."""
    held = {(entry.line.row, entry.column): entry for entry in entries} if sheet.merged else {}
    for top, left, bottom, right in sheet.merged[:MAX_MERGED]:
        first = next((entry for (row, column), entry in held.items()
                      if top <= row <= bottom and left <= column <= right), None)  # fmt: skip
        if first is not None:
            _, _, row, column, _, row_name, column_name = first.place(sheet)
            span = [(left, top), (right, bottom)]
            names = [f"{letters(a if not first.turned else b)}{b if not first.turned else a}"
                     for a, b in span]  # fmt: skip
            yield finding("W-MERGED", found=":".join(names), file=sheet.file, sheet=sheet.name,
                          row=row, column=column, row_name=row_name,
                          column_name=column_name)  # fmt: skip


def accounted(sheet: Sheet, used: list[int], ignored: dict[int, Phrase]) -> pd.DataFrame:
    """The account of the rows of a sheet: each one used, or ignored for a reason."""
    rows = [(sheet.name, row, "") for row in used]
    rows += [(sheet.name, row, reason) for row, reason in ignored.items()]
    return frame(sorted(rows, key=lambda row: row[1]), ROWS)


def line_years(
    sheet: Sheet, header: Header, lines: list[Line], year: int | None
) -> list[int | None]:
    """The year of each row: that of the sheet, or the one in its own column."""
    column = header.column("year")
    if year is not None or column is None:
        return [year] * len(lines)
    return [years.of_cell(sheet.get(line.row, column))[0] for line in lines]


def _columns(sheet: Sheet, header: Header, rows: list[int]) -> dict[int, Label]:
    """The columns to be read: named ones, and unnamed ones that most provinces fill."""
    filled: dict[int, int] = {}
    for row in rows:
        for column in sheet.rows[row]:
            filled[column] = filled.get(column, 0) + 1
    unnamed = {c for c, n in filled.items() if c not in header.columns and n * 2 > len(rows)}
    columns = {**header.columns, **dict.fromkeys(unnamed, Label(""))}
    return {c: columns[c] for c in sorted(columns) if columns[c].kind not in SILENT}


def values(
    sheet: Sheet, book: Codebook, entries: list[Entry], uneven: dict[int, list[Issue]]
) -> pd.DataFrame:
    """The table of values (`reading.VALUES`) of some entries; uneven rows hold no sure value."""
    records = []
    for entry in entries:
        number = score.read(entry.cell, typed=sheet.typed)
        state = "missing" if number.code == "W-MISSING" else ""
        if number.code.startswith("E-") or entry.line.row in uneven:
            number, state = score.Score(float("nan")), "error"
        code, found = entry.label.code, entry.cell.text if entry.cell else ""
        records.append(
            (*entry.place(sheet), entry.year, entry.line.province, entry.label.kind,
             book.dimension_of(code), code, number.value, found, state)
        )  # fmt: skip
    return frame(records, VALUES)


def _others(sheet: Sheet, header: Header, book: Codebook, entries: list[Entry]) -> Iterator[tuple]:
    """Numbers under names that are no part of the index, with the score that stands before."""
    strange = [entry for entry in entries if entry.label.kind in ("", "extra")]
    scores = header.of("subdimension", "dimension")
    about = {}
    for column in {entry.column for entry in strange}:
        before = [c for c in scores if c < column]
        code = header.columns[before[-1]].code if before else ""
        unit = sheet.get(header.scale or 0, column)
        english = header.english.get(column, "")
        about[column] = (english, book.dimension_of(code), code, unit.text if unit else "")
    for entry in strange:
        number = score.read(entry.cell, typed=False).value
        key = (entry.year, entry.line.province, entry.name)
        yield (*entry.place(sheet), *key, *about[entry.column], number)


def _statistics(sheet: Sheet, entries: list[Entry]) -> Iterator[tuple]:
    for entry in entries:
        if entry.label.kind in STATISTIC_KINDS:
            number = score.read(entry.cell, typed=sheet.typed).value
            yield (*entry.place(sheet), entry.year, entry.line.province, entry.label.kind, number)


def numbers_said(
    sheet: Sheet, entries: list[Entry], uneven: dict[int, list[Issue]]
) -> Iterator[Issue]:
    """What is to be said of rows and numbers; a missing score is judged later, by its year."""
    for found in uneven.values():
        yield from found
    refused: list[Issue] = []
    for entry in entries:
        number = score.read(entry.cell, typed=sheet.typed)
        if not number.code or number.code == "W-MISSING" or entry.line.row in uneven:
            continue
        _, _, row, column, _, row_name, column_name = entry.place(sheet)
        said = finding(
            number.code, found=entry.cell.text if entry.cell else "", used=f"{number.value:g}",
            unit="%", file=sheet.file, sheet=sheet.name, row=row, column=column,
            row_name=row_name, column_name=column_name,
        )  # fmt: skip
        yield said
        refused += [said] if said.severity == "error" else []
        if len(refused) > MAX_REFUSED:
            raise refusal(*refused)


def years_said(
    sheet: Sheet, header: Header, lines: list[Line], year: int | None
) -> Iterator[Issue]:
    """What is to be said of the column of years."""
    column = header.column("year")
    if column is None or year is not None:
        return
    for line in lines:
        cell = sheet.get(line.row, column)
        own, code = years.of_cell(cell)
        if code:
            here = at(sheet, cell or next(iter(sheet.rows[line.row].values())))
            yield finding(
                code, found=cell.text if cell else "–", used=own or "", first=years.FIRST,
                example=2024, row_name=line.name, **here,
            )  # fmt: skip


def ragged(sheet: Sheet, header: Header, rows: list[int]) -> dict[int, list[Issue]]:
    """Rows of a CSV with more or fewer fields than the header, and what to say of each."""
    expected = sheet.widths.get(header.rows[-1], 0)
    found = {}
    for row in rows:
        width, last = sheet.widths.get(row, expected), max(sheet.rows[row])
        if width == expected or (width > expected >= last):
            continue
        cut = row == max(sheet.rows) and not sheet.complete and width < expected
        where = {"file": sheet.file, "sheet": sheet.name, "row": row}
        reason = Phrase("its last row is incomplete")
        found[row] = [
            finding("E-TRUNCATED", found=width, reason=reason, **where)
            if cut
            else finding("E-RAGGED", found=width, expected_count=expected, **where)
        ]
    return found

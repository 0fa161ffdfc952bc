"""The column names of a table: where they stand, and what each column is of."""

from __future__ import annotations

from typing import NamedTuple

from papi_analysis.errors import Issue
from papi_analysis.ingest import labels
from papi_analysis.ingest.diagnoses import Phrase, finding
from papi_analysis.ingest.labels import Label, Labels
from papi_analysis.ingest.sheet import Cell, Sheet, letters
from papi_analysis.ingest.spelling import clean

SEARCHED = 40  # rows from the top in which the column names are looked for
WIDEST = 400  # columns in which they are looked for
ENOUGH = 3  # names of different scores that make a row of column names
SCORES = ("subdimension", "dimension", "total")
#: The columns that make a table with one score in each row.
LONG = {"criterion", "score"}
PROVINCES = {"id", "name", "name_en"}
_RANK = {"": 0, "total": 2, "dimension": 3, "subdimension": 4}


class Header(NamedTuple):
    """The rows of the column names, the label and the name of each column, the titles above.

    `english` are the names in the other language where there are two; `scale` is the row that
    tells the scale of each column, where there is one.
    """

    rows: tuple[int, ...]
    columns: dict[int, Label]
    names: dict[int, str]
    titles: list[str]
    english: dict[int, str]
    scale: int | None = None

    def of(self, *kinds: str) -> list[int]:
        """The columns of these kinds, from left to right."""
        return sorted(c for c, label in self.columns.items() if label.kind in kinds)

    def column(self, kind: str) -> int | None:
        """The first column of a kind, None where there is none."""
        return next(iter(self.of(kind)), None)


def find(sheet: Sheet, known: Labels) -> Header | None:
    """The header of a table whose columns are scores, None where there is none."""
    read = _read(sheet, known)
    counts = {row: len(_scores(columns)) for row, columns in read.items()}
    best = max(read, key=lambda row: (counts[row], -row), default=None)
    if best is None or counts[best] < ENOUGH:
        return None
    rows = [best]
    for step in (-1, 1):
        row = best + step
        while counts.get(row, 0) >= ENOUGH:
            rows.append(row)
            row += step
    return _header(sheet, sorted(rows), read)


def find_long(sheet: Sheet, known: Labels) -> Header | None:
    """The header of a table with one score in each row, None where there is none."""
    for row, columns in _read(sheet, known).items():
        kinds = {label.kind for label in columns.values()}
        if kinds >= {"id", "name", "score"} and "criterion" not in kinds:
            # our own exports call the column of sub-dimensions "code"
            columns = {c: Label("criterion") if label.kind == "id" else label
                       for c, label in columns.items()}  # fmt: skip
            kinds.add("criterion")
        if kinds >= LONG and kinds & PROVINCES:
            return _header(sheet, [row], {row: columns})
    return None


def lacking(sheet: Sheet, known: Labels) -> tuple[int, str] | None:
    """The row of the names of a table with one score in each row that lacks one column, and which.

    Criteria in a column of their own and provinces in another make such a table; where both stand
    in one column, below and beside each other, the table is turned.
    """
    turned = find(sheet.turned, known)
    for row, columns in _read(sheet, known).items():
        kinds: dict[str, set[int]] = {"province": set(), "subdimension": set(), "score": set()}
        for column, label in columns.items():
            kind = {"criterion": "subdimension", "score": "score"}.get(label.kind, "")
            kind = "province" if label.kind in PROVINCES else kind
            kinds.setdefault(kind, set()).add(column)
        kinds["subdimension"] |= set(turned.rows) if turned else set()
        kinds["province"] -= kinds["subdimension"]
        absent = [name for name in ("province", "subdimension", "score") if not kinds[name]]
        if len(absent) == 1:
            return row, absent[0]
    return None


def nearest(sheet: Sheet, known: Labels) -> tuple[int, int]:
    """The row with the most known names, and how many they are."""
    counts = {
        row: sum(bool(label.kind) for label in columns.values())
        for row, columns in _read(sheet, known).items()
    }
    best = max(counts, key=lambda row: (counts[row], -row), default=1)
    return best, counts.get(best, 0)


def _read(sheet: Sheet, known: Labels) -> dict[int, dict[int, Label]]:
    """What each text of the first rows stands for."""
    return {
        row: {
            column: labels.of(cell.value, known)
            for column, cell in sheet.rows[row].items()
            if cell.kind == "text" and column <= WIDEST
        }
        for row in sorted(sheet.rows)[:SEARCHED]
    }


def _scores(columns: dict[int, Label]) -> set[str]:
    return {label.code for label in columns.values() if label.kind in SCORES}


def _header(sheet: Sheet, rows: list[int], read: dict[int, dict[int, Label]]) -> Header:
    columns: dict[int, Label] = {}
    names: dict[int, str] = {}
    english: dict[int, str] = {}
    for row in rows:
        for column, label in read[row].items():
            before = columns.get(column, Label(""))
            if column not in columns or _RANK.get(label.kind, 1) > _RANK.get(before.kind, 1):
                columns[column] = label
            name = clean(sheet.rows[row][column].value)
            plain = english if name.isascii() else names
            plain[column] = name
    columns = _without_empty_twins(sheet, rows, columns)
    above = [row for row in sheet.rows if row < rows[0]]
    titles = [cell.text for row in sorted(above) for cell in sheet.rows[row].values()]
    scale = next((row for row in read if _is_scale(read[row]) and row not in rows), None)
    return Header(tuple(rows), columns, english | names, titles, english, scale)


def _without_empty_twins(
    sheet: Sheet, rows: list[int], columns: dict[int, Label]
) -> dict[int, Label]:
    """The columns without those that hold nothing below a name that another column has, too.

    A title that reads like the name of the total is such a column.
    """
    filled = {c for row, cells in sheet.rows.items() if row not in rows for c in cells}
    codes = {label.code for column, label in columns.items() if column in filled and label.code}
    return {
        column: label
        for column, label in columns.items()
        if column in filled or label.code not in codes
    }


def _is_scale(columns: dict[int, Label]) -> bool:
    return any(label.kind == "scale" for label in columns.values())


def faults(sheet: Sheet, header: Header, known: Labels, *, plain: bool = True) -> list[Issue]:
    """What is to be said of the column names: doubled, contradicting, merged, respelled.

    Without `plain` merged cells belong to the layout and are not told.
    """
    return [
        *_doubled(sheet, header),
        *_contradicting(sheet, header, known),
        *(_merged(sheet, header) if plain else []),
        *_respelled(sheet, header),
    ]


def at(sheet: Sheet, cell: Cell, label: str = "") -> dict[str, object]:
    """The place of a cell, for a finding."""
    return {
        "file": sheet.file,
        "sheet": sheet.name,
        "row": cell.row,
        "column": letters(cell.column),
        "column_name": label,
    }


def _cell(sheet: Sheet, header: Header, column: int) -> Cell:
    return next(
        sheet.rows[row][column] for row in reversed(header.rows) if column in sheet.rows[row]
    )


def _doubled(sheet: Sheet, header: Header) -> list[Issue]:
    first: dict[str, int] = {}
    found = []
    for column in header.of(*SCORES):
        code = header.columns[column].code
        if code not in first:
            first[code] = column
            continue
        here, there = (_cell(sheet, header, c) for c in (column, first[code]))
        found.append(
            finding(
                "E-DUP-HEADER",
                found=header.names[column],
                first=there.address,
                second=here.address,
                **at(sheet, here, header.names[column]),
            )
        )
    return found


def _contradicting(sheet: Sheet, header: Header, known: Labels) -> list[Issue]:
    """Columns whose names in two rows are those of different scores of one level."""
    found = []
    for column in header.of(*SCORES):
        cells = [sheet.rows[row][column] for row in header.rows if column in sheet.rows[row]]
        meant = {labels.of(cell.value, known) for cell in cells if cell.kind == "text"}
        codes = {label.code for label in meant if label.kind == header.columns[column].kind}
        if len(codes) > 1:
            one, two = cells[-1], cells[0]
            found.append(
                finding(
                    "E-LABEL-SHIFT",
                    found=one.value,
                    name=one.value,
                    like=two.value,
                    evidence=Phrase("its two names do not mean the same"),
                    **at(sheet, one, str(one.value)),
                )
            )
    return found


def _merged(sheet: Sheet, header: Header) -> list[Issue]:
    found = []
    for top, left, bottom, right in sheet.merged:
        if top <= header.rows[-1] and bottom >= header.rows[0] and left in header.columns:
            span = f"{letters(left)}{top}:{letters(right)}{bottom}"
            found.append(
                finding(
                    "W-HEADER-MERGED",
                    file=sheet.file,
                    sheet=sheet.name,
                    row=top,
                    column=letters(left),
                    found=header.names.get(left, ""),
                    range=span,
                )
            )
    return found


def _respelled(sheet: Sheet, header: Header) -> list[Issue]:
    return [
        finding(
            header.columns[column].said,
            found=header.names[column],
            used=header.columns[column].used,
            **at(sheet, _cell(sheet, header, column), header.names[column]),
        )
        for column in sorted(header.columns)
        if header.columns[column].said
    ]

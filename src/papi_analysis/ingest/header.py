"""The column names of a table: where they stand, what each column is of, which name provinces."""

from __future__ import annotations

from typing import NamedTuple

from papi_analysis.errors import Issue
from papi_analysis.ingest import matching
from papi_analysis.ingest.cells import Cell, Sheet, letters
from papi_analysis.ingest.issues import Phrase, finding
from papi_analysis.ingest.matching import Label, Labels, Provinces
from papi_analysis.ingest.spelling import clean

SEARCHED = 40  # rows from the top in which the column names are looked for
WIDEST = 400  # columns in which they are looked for
ENOUGH = 3  # names of different scores that make a row of column names
SCORES = ("subdimension", "dimension", "total")
#: The columns that make a table with one score in each row.
LONG = {"criterion", "score"}
PROVINCES = ("id", "name", "name_en")
MANY = 20  # provinces that a column must name to be a column of names
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
        if kinds >= LONG and kinds & set(PROVINCES):
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
            column: matching.label(cell.value, known)
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
            (english if name.isascii() else names)[column] = name
    # without those that hold nothing below a name that another column has, too: a title that reads
    # like the name of the total is such a column
    filled = {c for row, cells in sheet.rows.items() if row not in rows for c in cells}
    codes = {label.code for column, label in columns.items() if column in filled and label.code}
    columns = {c: label for c, label in columns.items() if c in filled or label.code not in codes}
    above = [row for row in sheet.rows if row < rows[0]]
    titles = [cell.text for row in sorted(above) for cell in sheet.rows[row].values()]
    scales = [row for row in read if row not in rows
              and any(label.kind == "scale" for label in read[row].values())]  # fmt: skip
    return Header(tuple(rows), columns, english | names, titles, english, next(iter(scales), None))


# --- the columns that name the provinces ----------------------------------------------------------


def with_provinces(sheet: Sheet, header: Header, known: Provinces, *, anew: bool = False) -> Header:
    """The header with its columns of names and codes, told by what they hold.

    Parameters
    ----------
    sheet, header :
        The table.
    known : Provinces
        Those of the table's year.
    anew : bool
        Look at the content even where the header names such columns: a table of the former
        provinces may carry the names of the new ones above it.
    """
    if not anew and header.of(*PROVINCES):
        return header
    free = {"", "extra", *(PROVINCES if anew else ())}
    columns = sorted({c for cells in sheet.rows.values() for c in cells})[:SEARCHED]
    columns = [c for c in columns if header.columns.get(c, Label("")).kind in free]
    cells = below_names(sheet, header, columns)
    known = spoken_of(cells, known)
    meant = {}
    for column, own in cells.items():
        provinces = {row: province(cell, known) for row, cell in own.items()}
        meant[column] = {row: code for row, code in provinces.items() if code}
    best = max(meant, key=lambda c: (len(set(meant[c].values())), -c), default=None)
    if best is None or len(set(meant[best].values())) < MANY:
        return header
    kinds: dict[str, int] = {}
    for column, provinces in meant.items():
        # as many provinces as the best column names, and mostly the same
        same = sum(meant[best].get(row) == code for row, code in provinces.items())
        if len(provinces) * 10 >= len(meant[best]) * 9 and same * 10 >= len(meant[best]) * 8:
            kinds.setdefault(_kind(cells[column]), column)
    labels = {c: Label("ordinal") if label.kind in PROVINCES else label
              for c, label in header.columns.items()}  # fmt: skip
    return header._replace(columns=labels | {c: Label(kind) for kind, c in kinds.items()})


def spoken_of(cells: dict[int, dict[int, Cell]], known: Provinces) -> Provinces:
    """The provinces that some columns name: those of the year, or the former ones.

    A table may give one column to each of the former provinces, with the names of the new ones
    above or not.
    """
    if known.former is None:
        return known
    counts = [
        len({province(cell, known.former) for cell in own.values()} - {""})
        for own in cells.values()
    ]
    return known.former if max(counts, default=0) > len(known.names) + MANY // 2 else known


def province(cell: Cell, known: Provinces) -> str:
    """The code of the province that a cell names, "" where it names none."""
    code = matching.of_code(cell.text, known)
    return code if code is not None else matching.of_name(cell.value, known).code


def below_names(sheet: Sheet, header: Header, columns: list[int]) -> dict[int, dict[int, Cell]]:
    """The cells of some columns below the names, by column and row."""
    rows = [row for row in sheet.rows if row > header.rows[-1]]
    return {c: {row: sheet.rows[row][c] for row in rows if c in sheet.rows[row]} for c in columns}


def _kind(cells: dict[int, Cell]) -> str:
    texts = [cell.text for cell in cells.values()]
    if sum(text.strip('="').replace(".", "").isdigit() for text in texts) * 2 > len(texts):
        return "id"
    return "name_en" if sum(text.isascii() for text in texts) * 10 > len(texts) * 9 else "name"


# --- what is to be said of the column names -------------------------------------------------------


def faults(sheet: Sheet, header: Header, known: Labels, *, plain: bool = True) -> list[Issue]:
    """What is to be said of the column names: doubled, contradicting, merged, respelled.

    Without `plain` merged cells belong to the layout and are not told.
    """
    return [
        *_doubled(sheet, header),
        *_contradicting(sheet, header, known),
        *(_merged(sheet, header) if plain else []),
        *(
            finding(label.said, found=header.names[column], used=label.used,
                    **at(sheet, _cell(sheet, header, column), header.names[column]))
            for column, label in sorted(header.columns.items())
            if label.said
        ),
    ]  # fmt: skip


def at(sheet: Sheet, cell: Cell, label: str = "") -> dict[str, object]:
    """The place of a cell, for a finding."""
    return {"file": sheet.file, "sheet": sheet.name, "row": cell.row,
            "column": letters(cell.column), "column_name": label}  # fmt: skip


def _cell(sheet: Sheet, header: Header, column: int) -> Cell:
    return next(
        sheet.rows[row][column] for row in reversed(header.rows) if column in sheet.rows[row]
    )


def _doubled(sheet: Sheet, header: Header) -> list[Issue]:
    first: dict[str, int] = {}
    found = []
    for column in header.of(*SCORES):
        earlier = first.setdefault(header.columns[column].code, column)
        if earlier != column:
            here, there = (_cell(sheet, header, c) for c in (column, earlier))
            found.append(finding("E-DUP-HEADER", found=header.names[column], first=there.address,
                                 second=here.address,
                                 **at(sheet, here, header.names[column])))  # fmt: skip
    return found


def _contradicting(sheet: Sheet, header: Header, known: Labels) -> list[Issue]:
    """Columns whose names in two rows are those of different scores of one level."""
    found = []
    for column in header.of(*SCORES):
        cells = [sheet.rows[row][column] for row in header.rows if column in sheet.rows[row]]
        meant = {matching.label(cell.value, known) for cell in cells if cell.kind == "text"}
        codes = {label.code for label in meant if label.kind == header.columns[column].kind}
        if len(codes) > 1:
            one, two = cells[-1], cells[0]
            found.append(finding("E-LABEL-SHIFT", found=one.value, name=one.value, like=two.value,
                                 evidence=Phrase("its two names do not mean the same"),
                                 **at(sheet, one, str(one.value))))  # fmt: skip
    return found


def _merged(sheet: Sheet, header: Header) -> list[Issue]:
    return [
        finding("W-HEADER-MERGED", file=sheet.file, sheet=sheet.name, row=top,
                column=letters(left), found=header.names.get(left, ""),
                range=f"{letters(left)}{top}:{letters(right)}{bottom}")
        for top, left, bottom, right in sheet.merged
        if top <= header.rows[-1] and bottom >= header.rows[0] and left in header.columns
    ]  # fmt: skip

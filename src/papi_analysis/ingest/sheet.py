"""A sheet as cells with their places, whatever file it came from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384  # of any spreadsheet program
#: What a cell can hold; an `uncached` formula was never calculated.
KINDS = ("text", "number", "percent", "date", "boolean", "error", "uncached")


@dataclass(frozen=True, slots=True)
class Cell:
    """One filled cell: row and column (from 1), kind (one of `KINDS`) and value."""

    row: int
    column: int
    kind: str
    value: object

    @property
    def address(self) -> str:
        """Its address as spreadsheets write it.

        >>> Cell(56, 4, "number", 4.2491).address
        'D56'
        """
        return f"{letters(self.column)}{self.row}"

    @property
    def text(self) -> str:
        """Its value as text: whole numbers without decimals."""
        if isinstance(self.value, float) and self.value.is_integer():
            return str(int(self.value))
        return str(self.value)


@dataclass(frozen=True)
class Sheet:
    """The filled cells of one sheet, by row and then by column.

    `typed` says that the cells carry types of their own (a workbook), not text alone (a CSV);
    `widths` counts the fields of each row of a CSV, `complete` says that its last row is ended.
    """

    file: str
    name: str
    rows: dict[int, dict[int, Cell]]
    hidden: bool = False
    hidden_rows: frozenset[int] = frozenset()
    merged: tuple[tuple[int, int, int, int], ...] = ()
    typed: bool = True
    widths: dict[int, int] = field(default_factory=dict)
    complete: bool = True

    @property
    def turned(self) -> Sheet:
        """The sheet with its columns as rows; the cells keep their own addresses."""
        rows: dict[int, dict[int, Cell]] = {}
        for cells in self.rows.values():
            for cell in cells.values():
                rows.setdefault(cell.column, {})[cell.row] = cell
        merged = tuple((a, b, c, d) for b, a, d, c in self.merged)
        return replace(self, rows=rows, merged=merged, hidden_rows=frozenset(), widths={})

    def get(self, row: int, column: int) -> Cell | None:
        """The cell at a place, None where it is empty."""
        return self.rows.get(row, {}).get(column)


def letters(column: int) -> str:
    """The letters of a column number.

    >>> letters(4), letters(27), letters(16384)
    ('D', 'AA', 'XFD')
    """
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def place(address: str) -> tuple[int, int]:
    """Row and column of an address; raises ValueError where it is none.

    >>> place("D56"), place("XFD1048576")
    ((56, 4), (1048576, 16384))
    """
    name = address.rstrip("0123456789")
    if not (name.isascii() and name.isalpha() and name.isupper()) or len(name) > 3:
        raise ValueError(address)
    row, column = int(address[len(name) :]), 0
    for letter in name:
        column = column * 26 + ord(letter) - 64
    if not (1 <= row <= MAX_ROW and column <= MAX_COLUMN):
        raise ValueError(address)
    return row, column

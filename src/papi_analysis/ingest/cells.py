"""Cells and sheets, whatever file they came from: their places, and the scores in them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import pandas as pd

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384  # of any spreadsheet program
MAX_CELLS = 300_000  # of a file that is read
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


# --- scores ---------------------------------------------------------------------------------------

#: Texts that say that a score is not there.
MISSING = {
    "-", "–", "—", ".", "..", "...", "…", "na", "n/a", "n.a", "n.a.", "null", "none", "nan",
    "không có", "chưa có", "không có số liệu", "không công bố", "kcb", "chưa công bố",
    "không đủ mẫu", "kcb / không đủ mẫu", "kcb/không đủ mẫu", "không đủ cỡ mẫu", "not published",
    "insufficient sample", "missing", "x", "*",
}  # fmt: skip

_DIGITS = str.maketrans("０１２３４５６７８９．，−‐‑﹣－", "0123456789.,-----")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202f\u2060\ufeff\u00a0\u2007\u2009]")
_PLAIN = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?")
_COMMA = re.compile(r"[+-]?\d+,\d+([eE][+-]?\d{1,2})?")
_MARKS = re.compile(
    r"(?P<number>[+-]?\d+([.,]\d+)?)\s*"
    r"([*†‡§#^'’`¹²³⁰⁴-⁹]+|\(\d{1,2}\)|\[\d{1,2}\]|\([a-z]\)|điểm|đ|points?)"
)
_PERCENT = re.compile(r"[+-]?\d+([.,]\d+)?\s*(%|phần trăm|per ?cent)")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|thg ?\d{1,2}|tháng ?\d{1,2})[a-z]*"
_DATE = re.compile(
    r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}([ T]\d{1,2}:\d{2}(:\d{2})?)?"
    r"|\d{1,2}[-/]\d{1,4}"
    rf"|\d{{1,4}}[-/ ]{_MONTH}([-/ ,]+\d{{2,4}})?"
    rf"|{_MONTH}[-/ ]\d{{1,4}}",
    re.IGNORECASE,
)
_ERROR = re.compile(r"#(REF|DIV/0|N/A|VALUE|NAME|NUM|NULL|SPILL|CALC|####*)[!?]?", re.IGNORECASE)
_KIND_FAULTS = {
    "date": "E-DATE",
    "percent": "E-UNIT",
    "error": "E-CELL-ERROR",
    "uncached": "E-FORMULA-UNCACHED",
    "boolean": "E-NUMBER",
}


class Score(NamedTuple):
    """The value of a cell (NaN where there is none) and the code of what is to be said of it."""

    value: float
    code: str = ""


def number(cell: Cell | None, *, typed: bool = True) -> Score:
    """The number in a cell.

    Parameters
    ----------
    cell : Cell or None
        None is an empty cell.
    typed : bool
        Whether numbers of this file have a type of their own; then a number written as text is
        told (W-NUMBER-MARK).

    Returns
    -------
    Score
        Value NaN and code W-MISSING where the score is absent; value NaN and an E-… code where it
        cannot be read without guessing.

    Examples
    --------
    >>> number(Cell(1, 1, "text", "4,25"))
    Score(value=4.25, code='W-DECIMAL-COMMA')
    >>> number(Cell(1, 1, "text", "12-Apr"))
    Score(value=nan, code='E-DATE')
    """
    if cell is None:
        return Score(math.nan, "W-MISSING")
    if cell.kind == "number":
        value = float(cell.value)  # type: ignore[arg-type]
        return Score(value) if math.isfinite(value) else Score(math.nan, "E-NUMBER")
    if cell.kind != "text":
        return Score(math.nan, _KIND_FAULTS[cell.kind])
    return _from_text(str(cell.value), typed=typed)


def _from_text(raw: str, *, typed: bool) -> Score:
    text = _INVISIBLE.sub(" ", raw).translate(_DIGITS).strip().lstrip("'’").strip()
    if text.casefold() in MISSING or not text:
        return Score(math.nan, "W-MISSING")
    if _PLAIN.fullmatch(text):
        value = float(text)
        told = "W-NUMBER-MARK" if typed or text != raw.strip() else ""
        return Score(value, told) if math.isfinite(value) else Score(math.nan, "E-NUMBER")
    if _COMMA.fullmatch(text):
        return Score(float(text.replace(",", ".")), "W-DECIMAL-COMMA")
    marked = _MARKS.fullmatch(text)
    if marked:
        return Score(float(marked["number"].replace(",", ".")), "W-NUMBER-MARK")
    return Score(math.nan, _fault(text))


def _fault(text: str) -> str:
    for pattern, code in ((_PERCENT, "E-UNIT"), (_DATE, "E-DATE"), (_ERROR, "E-CELL-ERROR")):
        if pattern.fullmatch(text):
            return code
    return "E-FORMULA-UNCACHED" if text.startswith("=") else "E-NUMBER"


# --- what is written ------------------------------------------------------------------------------

#: Starts of a text that a spreadsheet takes for a formula, or cuts off to find one.
_FORMULA = re.compile(r"[\t\r]|\s*[=+\-@＝＋－＠]")


def inert(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with an apostrophe before every text that a spreadsheet would run as a formula."""

    def quoted(cell: object) -> object:
        return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell

    text = frame.select_dtypes(["str", "object"])
    return frame.assign(**{name: column.map(quoted) for name, column in text.items()})

"""Scores out of cells: what is a number, what is missing, and what must not be guessed."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from papi_analysis.ingest.sheet import Cell

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


def read(cell: Cell | None, *, typed: bool = True) -> Score:
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
    >>> read(Cell(1, 1, "text", "4,25"))
    Score(value=4.25, code='W-DECIMAL-COMMA')
    >>> read(Cell(1, 1, "text", "12-Apr"))
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

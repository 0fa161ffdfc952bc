"""Tables as text (CSV): letters, separators and quotation marks found out, nothing guessed."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from papi_analysis.errors import Issue
from papi_analysis.ingest.diagnoses import Phrase, finding
from papi_analysis.ingest.faults import fault
from papi_analysis.ingest.files import UTF16
from papi_analysis.ingest.sheet import Cell, Sheet
from papi_analysis.ingest.spelling import from_tcvn3, from_vni
from papi_analysis.ingest.workbook import MAX_CELLS

BOM = b"\xef\xbb\xbf"
#: Separators by the order of preference, and how a message calls them.
SEPARATORS = {",": ",", ";": ";", "\t": "TAB", "|": "|"}
#: A first line of this form names the separator (spreadsheet programs write it).
SEPARATOR_LINE = "sep="
LINES_IN_FIELD = 4  # a field that runs over more lines has lost its closing quotation mark
MAX_ROWS = 40_000  # all scores since 2011 are 22,000
MAX_LINES, MAX_FIELDS = 200_000, 1_000_000  # blank ones included
MAX_FIELD = 100_000  # letters
_SAMPLE = 40

csv.field_size_limit(MAX_FIELD)


def read(path: Path, hits: Callable[[str], int]) -> tuple[list[Sheet], list[Issue]]:
    """The one sheet of a CSV file, and what is odd in it.

    Parameters
    ----------
    path : Path
        The file.
    hits : callable
        How many names of provinces stand in a text, by which an old encoding is told.

    Raises
    ------
    SourceError
        E-ENCODING, E-QUOTE, E-TRUNCATED or E-FILE-SIZE.
    """
    raw = path.read_bytes()
    text, found = _decoded(raw, path.name, hits)
    separator, text = _separator(text)
    if separator != ",":
        found.append(finding("W-DELIMITER", file=path.name, found=SEPARATORS[separator]))
    _require_small(max(map(text.count, "\r\n")), MAX_LINES, Phrase("lines"), path.name)
    _require_small(text.count(separator), MAX_FIELDS, Phrase("fields"), path.name)
    rows, widths = _rows(text, separator, path.name)
    complete = text.endswith(("\n", "\r"))
    return [Sheet(path.name, "", rows, typed=False, widths=widths, complete=complete)], found


def _decoded(raw: bytes, name: str, hits: Callable[[str], int]) -> tuple[str, list[Issue]]:
    page = _utf16(raw)
    try:
        text = raw.decode(page or "utf-8-sig")
    except UnicodeDecodeError as error:
        if page or not _is_single_byte(raw):
            raise _undecoded(raw, name, error) from error
        text, page = _legacy(raw, name, hits)
    if "\0" in text:
        raise fault("E-ENCODING", file=name, reason=Phrase("it holds empty letters (NUL)"))
    found = [finding("W-ENCODING", file=name, found=page.upper())] if page else []
    return text, found


def _utf16(raw: bytes) -> str:
    """`utf-16` or a form of it without a mark, "" where the text is none of them."""
    if raw.startswith(UTF16):
        return "utf-16"
    sample = raw[:4096]
    if sample.count(0) > len(sample) / 4:
        return "utf-16-le" if sample[1::2].count(0) > sample[0::2].count(0) else "utf-16-be"
    return ""


def _is_single_byte(raw: bytes) -> bool:
    """Whether no letter of more than one byte is found, so that it was never UTF-8."""
    lost = raw.decode("utf-8", errors="ignore")
    return sum(ord(char) > 127 for char in lost) * 4 < sum(byte > 127 for byte in raw)


def _undecoded(raw: bytes, name: str, error: UnicodeDecodeError) -> Exception:
    row = raw[: error.start].count(b"\n") + 1
    if error.start > len(raw) - 4:
        return fault("E-TRUNCATED", file=name, row=row, reason=Phrase("its last letter is cut"))
    reason = Phrase("a letter is damaged")
    return fault("E-ENCODING", file=name, row=row, reason=reason)


def _legacy(raw: bytes, name: str, hits: Callable[[str], int]) -> tuple[str, str]:
    """Text of an old one-byte encoding, told by the names of provinces in it, and its page."""
    western = raw.decode("latin-1")
    windows = unicodedata.normalize("NFC", raw.decode("cp1258", errors="replace"))
    counts = {
        "windows-1258": hits(windows),
        "tcvn3": hits(from_tcvn3(western)),
        "vni": hits(from_vni(western)),
    }
    best = max(counts, key=lambda page: counts[page])
    if not counts[best]:
        raise fault("E-ENCODING", file=name, reason=Phrase("no known encoding gives known names"))
    return (windows, best) if best == "windows-1258" else (western, "")


def _separator(text: str) -> tuple[str, str]:
    """The separator, and the text after a line that names it."""
    first, _, rest = text.partition("\n")
    named = first.strip().removeprefix(SEPARATOR_LINE)
    if first.startswith(SEPARATOR_LINE) and named in SEPARATORS:
        return named, rest
    lines = [line for line in text[:65_536].splitlines() if line.strip()][:_SAMPLE]
    return max(SEPARATORS, key=lambda separator: _agreement(lines, separator)), text


def _agreement(lines: list[str], separator: str) -> tuple[int, int]:
    """How many lines agree on a number of fields above one, and how many fields that is."""
    try:
        counts = Counter(len(row) for row in csv.reader(lines, delimiter=separator))
    except csv.Error:
        return 0, 0
    counts.pop(1, None)
    width, agreeing = max(counts.items(), key=lambda item: item[1], default=(0, 0))
    return agreeing, width


def _rows(
    text: str, separator: str, name: str
) -> tuple[dict[int, dict[int, Cell]], dict[int, int]]:
    rows: dict[int, dict[int, Cell]] = {}
    widths: dict[int, int] = {}
    count, line = 0, 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, fields in enumerate(reader, start=1):
            line = number
            if any(field.count("\n") > LINES_IN_FIELD for field in fields):
                raise fault("E-QUOTE", file=name, row=number)
            cells = {
                column: Cell(number, column, "text", field.strip(" \t\r\n"))
                for column, field in enumerate(fields, start=1)
                if field.strip()
            }
            if cells:
                rows[number], widths[number] = cells, len(fields)
            count += len(cells)
            _require_small(count, MAX_CELLS, Phrase("cells"), name)
            _require_small(len(rows), MAX_ROWS, Phrase("rows"), name)
    except csv.Error as error:
        if "field limit" in str(error):
            _require_small(MAX_FIELD + 1, MAX_FIELD, Phrase("the letters of a field"), name)
        raise fault("E-QUOTE", file=name, row=line + 1) from error
    return rows, widths


def _require_small(count: int, limit: int, measure: Phrase, name: str) -> None:
    if count > limit:
        raise fault("E-FILE-SIZE", file=name, found=f"> {limit}", limit=limit, measure=measure)

"""What a file is, told by its first bytes and never by its name; tables as text (CSV).

Letters, separators and quotation marks of a text are found out, nothing is guessed.
"""

from __future__ import annotations

import csv
import difflib
import errno
import io
import stat
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from papi_analysis.errors import EnvironmentFault, Issue
from papi_analysis.ingest.cells import MAX_CELLS, Cell, Sheet
from papi_analysis.ingest.issues import Phrase, fault, finding, shown
from papi_analysis.ingest.spelling import from_tcvn3, from_vni

MAX_FILE = 20_000_000  # bytes; an official workbook has less than one million

#: What other files begin with, and what they are called in a message.
SIGNATURES = (
    (b"%PDF", Phrase("a PDF document")),
    (b"\x89PNG", Phrase("a picture")),
    (b"\xff\xd8\xff", Phrase("a picture")),
    (b"GIF8", Phrase("a picture")),
    (b"Rar!", Phrase("a packed archive")),
    (b"7z\xbc\xaf", Phrase("a packed archive")),
    (b"\x1f\x8b", Phrase("a packed archive")),
    (b"BZh", Phrase("a packed archive")),
    (b"\x7fELF", Phrase("a program")),
    (b"MZ", Phrase("a program")),
    (b"{\\rtf", Phrase("a text document")),
    (b"SQLite format 3", Phrase("a database")),
    (b"PAR1", Phrase("a Parquet file")),
)
#: How text begins that is no table; compared in small letters after leading blanks.
MARKUP = (
    (("<!doctype html", "<html", "<head", "<body", "<table", "<script"), Phrase("a web page")),
    (("<?xml", "<"), Phrase("an XML document")),
    (("{", "["), Phrase("a JSON document")),
)
#: Names of the locks that spreadsheet programs leave beside an open file.
LOCKS = ("~$", ".~lock.")
LFS = b"version https://git-lfs"
ZIP, ZIP_EMPTY = b"PK\x03\x04", b"PK\x05\x06"
#: Compound files (OLE): by the names in their directory, in the letters of UTF-16.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
CONTROL = bytes([*range(9), *range(14, 32)])
UTF16 = (b"\xff\xfe", b"\xfe\xff")

_KINDS = (
    (stat.S_ISDIR, Phrase("a folder")),
    (stat.S_ISFIFO, Phrase("a pipe")),
    (stat.S_ISSOCK, Phrase("a socket")),
    (lambda mode: True, Phrase("a device")),
)


def called(path: Path) -> str:
    """The name of a file or folder, also where the path ends in a dot."""
    return (path.name.strip(".") and path.name) or path.resolve().name or str(path)


def kind(path: Path) -> str:
    """`zip` or `text`: how the file at `path` is to be read.

    Raises
    ------
    SourceError
        E-NOT-FOUND, E-NOT-A-FILE, E-LOCK-FILE, E-FILE-EMPTY, E-FILE-SIZE, E-LFS-POINTER,
        E-FILE-ENCRYPTED or E-FILE-TYPE.
    EnvironmentFault
        When the file may not be read.
    """
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        raise fault("E-NOT-FOUND", file=path.name, near=_near(path)) from error
    except OSError as error:
        raise _unreachable(path, error) from error
    if not stat.S_ISREG(status.st_mode):
        word = next(word for test, word in _KINDS if test(status.st_mode))
        raise fault("E-NOT-A-FILE", file=called(path), kind=word)
    _require_size(path, status.st_size)
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise _unreadable(path, error) from error
    return _kind_of_content(path, head)


def _unreachable(path: Path, error: OSError) -> Exception:
    """Why nothing can be told of a file: a link in a circle, an impossible name, no permission."""
    if error.errno == errno.ELOOP:
        kind = Phrase("a link that leads back to itself")
        return fault("E-NOT-A-FILE", file=path.name, kind=kind)
    if error.errno == errno.ENAMETOOLONG:
        return fault("E-NOT-FOUND", file=path.name, near="–")
    return _unreadable(path, error)


def _unreadable(path: Path, error: OSError) -> EnvironmentFault:
    return EnvironmentFault(
        "{file} cannot be read: {reason}. Check its permissions.",
        file=shown(path.name),
        reason=error.strerror or "?",
    )


def _near(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except (OSError, ValueError):
        return "–"
    return ", ".join(difflib.get_close_matches(path.name, names, n=3, cutoff=0.5)) or "–"


def _require_size(path: Path, size: int) -> None:
    lock = next((prefix for prefix in LOCKS if path.name.startswith(prefix)), "")
    if lock:
        raise fault("E-LOCK-FILE", file=path.name, prefix=lock)
    if size == 0:
        raise fault("E-FILE-EMPTY", file=path.name)
    if size > MAX_FILE:
        raise fault(
            "E-FILE-SIZE",
            file=path.name,
            found=f"{size / 1e6:.1f} MB",
            limit=f"{MAX_FILE / 1e6:.0f} MB",
            measure=Phrase("the file"),
        )


def _kind_of_content(path: Path, head: bytes) -> str:
    if head.startswith(LFS):
        raise fault("E-LFS-POINTER", file=path.name)
    if head.startswith(ZIP):
        return "zip"
    if head.startswith(ZIP_EMPTY):
        raise fault("E-FILE-BROKEN", file=path.name, reason=Phrase("it is an empty archive"))
    if head.startswith(OLE):
        raise _compound(path)
    word = next((word for start, word in SIGNATURES if head.startswith(start)), None)
    text = head.removeprefix(b"\xef\xbb\xbf").decode("latin-1").lstrip().lower()
    for starts, name in MARKUP:
        word = name if word is None and text.startswith(starts) else word
    if word is None and not head.startswith(UTF16) and _is_binary(head):
        word = Phrase("binary data")
    if word is not None:
        raise fault("E-FILE-TYPE", file=path.name, kind=word)
    return "text"


def _compound(path: Path) -> Exception:
    """What a compound file is: a protected new workbook, an old workbook, another old document."""
    raw = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in raw:
        return fault("E-FILE-ENCRYPTED", file=path.name)
    kind = Phrase("an old office document")
    if "WordDocument".encode("utf-16-le") in raw:
        kind = Phrase("a text document")
    elif any(name.encode("utf-16-le") in raw for name in ("Workbook", "Book\0")):
        kind = Phrase("an old workbook of Excel (.xls)")
    return fault("E-FILE-TYPE", file=path.name, kind=kind)


def _is_binary(head: bytes) -> bool:
    """Whether so many bytes are no letters that it is no text with a few stray ones."""
    strange = len(head) - len(head.translate(None, CONTROL))
    return strange * 50 > len(head) and not _is_utf16(head)


def _is_utf16(head: bytes) -> bool:
    """Whether text without a mark is UTF-16: every other byte of plain letters is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    return max(even, odd) > len(head) / 4 and min(even, odd) * 8 < max(even, odd)


# --- tables as text -------------------------------------------------------------------------------

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


def read_text(path: Path, hits: Callable[[str], int]) -> tuple[list[Sheet], list[Issue]]:
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
    rows, widths = _text_rows(text, separator, path.name)
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


def _text_rows(
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

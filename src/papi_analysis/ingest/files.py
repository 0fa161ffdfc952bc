"""What a file is, told by its first bytes and never by its name."""

from __future__ import annotations

import difflib
import errno
import stat
from pathlib import Path

from papi_analysis.errors import EnvironmentFault
from papi_analysis.ingest.diagnoses import Phrase, shown
from papi_analysis.ingest.faults import fault

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

"""Workbooks of Excel 97-2003 (.xls) read as sheets of cells: values as stored, nothing run."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from papi_analysis.errors import Issue
from papi_analysis.ingest import compound
from papi_analysis.ingest.diagnoses import Phrase, finding
from papi_analysis.ingest.faults import fault
from papi_analysis.ingest.formats import Formats
from papi_analysis.ingest.sheet import Cell, Sheet
from papi_analysis.ingest.workbook import MAX_CELLS

#: Records of the format (BIFF8) that are read.
BOF, EOF, CONTINUE, FILEPASS = 0x809, 0x0A, 0x3C, 0x2F
BOUNDSHEET, SST, FORMAT, XF, DATEMODE = 0x85, 0xFC, 0x41E, 0xE0, 0x22
LABELSST, LABEL, NUMBER, RK, MULRK = 0xFD, 0x204, 0x203, 0x27E, 0xBD
FORMULA, STRING, BOOLERR, MERGED, ROW = 0x06, 0x207, 0x205, 0xE5, 0x208
VERSION = 0x0600
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!",
          42: "#N/A"}  # fmt: skip
_ROW_HIDDEN = 0x20


def read(path: Path) -> tuple[list[Sheet], list[Issue]]:
    """The sheets of an old workbook in their order, and that it is an old one.

    Raises
    ------
    SourceError
        E-FILE-ENCRYPTED, E-FILE-TYPE, E-FILE-BROKEN, E-TRUNCATED or E-FILE-SIZE.
    """
    try:
        found = compound.streams(path.read_bytes())
    except ValueError as error:
        reason = Phrase("its sectors do not fit together")
        raise fault("E-TRUNCATED", file=path.name, reason=reason) from error
    if "EncryptedPackage" in found:
        raise fault("E-FILE-ENCRYPTED", file=path.name)
    if "Workbook" not in found:
        word = Phrase("a workbook of Excel 5.0/95" if "Book" in found else "an old office document")
        raise fault("E-FILE-TYPE", file=path.name, kind=word)
    try:
        sheets = list(_sheets(found["Workbook"], path.name))
    except (struct.error, IndexError, ValueError, OverflowError) as error:
        reason = Phrase("a cell or a style is written in a way that no program writes")
        raise fault("E-FILE-BROKEN", file=path.name, reason=reason) from error
    return sheets, [finding("W-OLD-FORMAT", file=path.name, found=".xls")]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, list[bytes]]]:
    """Kind and data of the records from a place to the end of their part, continued ones joined."""
    depth = 0
    if struct.unpack_from("<HHH", stream, at)[::2] != (BOF, VERSION):
        raise ValueError("a part does not begin as one")
    while True:
        kind, length = struct.unpack_from("<HH", stream, at)
        blocks = [stream[at + 4 : at + 4 + length]]
        at += 4 + length
        while stream[at : at + 2] == struct.pack("<H", CONTINUE):
            length = struct.unpack_from("<H", stream, at + 2)[0]
            blocks.append(stream[at + 4 : at + 4 + length])
            at += 4 + length
        depth += (kind == BOF) - (kind == EOF)
        yield kind, blocks
        if depth <= 0:
            return


def _sheets(stream: bytes, file: str) -> Iterator[Sheet]:
    listed, strings, codes, styles, from_1904 = [], [], {}, [], False
    for kind, blocks in _records(stream, 0):
        data = blocks[0]
        if kind == FILEPASS:
            raise fault("E-FILE-ENCRYPTED", file=file)
        if kind == BOUNDSHEET:
            at, state, type_ = struct.unpack_from("<IBB", data)
            listed += [(at, state > 0, _text(data[6:], 1))] if type_ == 0 else []
        elif kind == SST:
            strings = list(_strings(blocks))
        elif kind == FORMAT:
            codes[struct.unpack_from("<H", data)[0]] = _text(data[2:], 2)
        elif kind == XF:
            styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == DATEMODE:
            from_1904 = data[:1] == b"\1"
    formats = Formats(codes, styles, from_1904=from_1904)
    for at, hidden, name in listed:
        yield _sheet(stream, at, name, file=file, hidden=hidden, strings=strings, formats=formats)


def _text(data: bytes, width: int) -> str:
    """A text with its length before it, in one or two bytes."""
    count = int.from_bytes(data[:width], "little")
    wide, body = data[width] & 1, data[width + 1 :]
    return body[: 2 * count].decode("utf-16-le") if wide else body[:count].decode("latin-1")


def _strings(blocks: list[bytes]) -> Iterator[str]:
    """The shared texts; one may go on in the next block, there with a mark of its own."""
    block, at = 0, 8
    for _ in range(struct.unpack_from("<I", blocks[0], 4)[0]):
        if at >= len(blocks[block]):
            block, at = block + 1, 0
        count, flags = struct.unpack_from("<HB", blocks[block], at)
        at += 3
        runs = struct.unpack_from("<H", blocks[block], at)[0] if flags & 8 else 0
        at += 2 if flags & 8 else 0
        extra = struct.unpack_from("<I", blocks[block], at)[0] if flags & 4 else 0
        at += 4 if flags & 4 else 0
        parts = []
        while True:
            wide = flags & 1
            taken = min(count, (len(blocks[block]) - at) // (1 + wide))
            piece = blocks[block][at : at + taken * (1 + wide)]
            parts.append(piece.decode("utf-16-le" if wide else "latin-1"))
            at, count = at + len(piece), count - taken
            if not count:
                break
            block, at, flags = block + 1, 1, blocks[block + 1][0]
        yield "".join(parts)
        skip = 4 * runs + extra
        while skip > len(blocks[block]) - at:
            skip -= len(blocks[block]) - at
            block, at = block + 1, 0
        at += skip


def _sheet(
    stream: bytes, at: int, name: str, *, file: str, hidden: bool, strings: list[str],
    formats: Formats,
) -> Sheet:  # fmt: skip
    rows: dict[int, dict[int, Cell]] = {}
    hidden_rows, merged, waiting, count = set(), [], None, 0
    for kind, blocks in _records(stream, at):
        data = blocks[0]
        if kind == ROW and struct.unpack_from("<H", data, 12)[0] & _ROW_HIDDEN:
            hidden_rows.add(struct.unpack_from("<H", data)[0] + 1)
        elif kind == MERGED:
            spans = struct.iter_unpack("<4H", data[2 : 2 + 8 * struct.unpack_from("<H", data)[0]])
            merged += [(a + 1, c + 1, b + 1, d + 1) for a, b, c, d in spans]
        elif kind == STRING and waiting:
            cells = [(*waiting, "text", _text(data, 2))]
            waiting = None
            count += _put(rows, cells)
        else:
            cells = list(_cells(kind, data, strings, formats))
            if kind == FORMULA and not cells and data[6] == 0:
                waiting = struct.unpack_from("<HH", data)
            count += _put(rows, cells)
        if count > MAX_CELLS:
            raise fault("E-FILE-SIZE", file=file, sheet=name, found=f"> {MAX_CELLS}",
                        limit=f"{MAX_CELLS}", measure=Phrase("cells"))  # fmt: skip
    return Sheet(file, name, rows, hidden=hidden, hidden_rows=frozenset(hidden_rows & set(rows)),
                 merged=tuple(merged))  # fmt: skip


def _put(rows: dict[int, dict[int, Cell]], cells: list[tuple]) -> int:
    for row, column, kind, value in cells:
        if kind != "text" or str(value).strip():
            rows.setdefault(row + 1, {})[column + 1] = Cell(row + 1, column + 1, kind, value)
    return len(cells)


def _cells(
    kind: int, data: bytes, strings: list[str], formats: Formats
) -> Iterator[tuple[int, int, str, object]]:
    """Row, column, kind and value of the cells of a record; rows and columns from 0."""
    if kind not in (LABELSST, LABEL, NUMBER, RK, MULRK, FORMULA, BOOLERR):
        return
    row, column, style = struct.unpack_from("<HHH", data)
    if kind == LABELSST:
        yield row, column, "text", strings[struct.unpack_from("<I", data, 6)[0]]
    elif kind == LABEL:
        yield row, column, "text", _text(data[6:], 2)
    elif kind == NUMBER:
        yield row, column, *formats.number(struct.unpack_from("<d", data, 6)[0], style)
    elif kind == RK:
        yield row, column, *formats.number(_rk(data[6:10]), style)
    elif kind == MULRK:
        for n, at in enumerate(range(4, len(data) - 6, 6)):
            value = _rk(data[at + 2 : at + 6])
            yield row, column + n, *formats.number(value, struct.unpack_from("<H", data, at)[0])
    elif kind == BOOLERR or data[12:14] == b"\xff\xff":
        yield from _special(kind, row, column, data)
    else:
        yield row, column, *formats.number(struct.unpack_from("<d", data, 6)[0], style)


def _special(
    kind: int, row: int, column: int, data: bytes
) -> Iterator[tuple[int, int, str, object]]:
    """Truth values and errors, of cells and as results of formulas."""
    if kind == BOOLERR:
        value, error = data[6], data[7] == 1
    else:
        value, error = data[8], data[6] == 2
        if data[6] not in (1, 2):  # a text, which the next record holds, or nothing
            return
    yield (
        row,
        column,
        "error" if error else "boolean",
        (ERRORS.get(value, "#?") if error else str(value)),
    )


def _rk(raw: bytes) -> float:
    """A number packed into four bytes."""
    code = int.from_bytes(raw, "little")
    if code & 2:
        value = float(int.from_bytes(raw, "little", signed=True) >> 2)
    else:
        value = struct.unpack("<d", bytes(4) + (code & 0xFFFFFFFC).to_bytes(4, "little"))[0]
    return value / 100 if code & 1 else value

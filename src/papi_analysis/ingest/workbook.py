"""Workbooks (.xlsx, .xlsm) read as sheets of cells: values as stored, never formulas or links.

Own code: limits on parts, elements and depth hold before anything is unpacked, and openpyxl tells
a formula or its stored value, never in one pass that a formula was left without a value.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

from papi_analysis.errors import Issue
from papi_analysis.ingest.cells import MAX_CELLS, Cell, Sheet, letters, place
from papi_analysis.ingest.issues import Phrase, fault, finding

_EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}


class Formats:
    """The formats of the cell styles of one workbook.

    Parameters
    ----------
    codes : dict of int to str
        The workbook's own format codes by number.
    styles : list of int
        The number of the format of each style.
    from_1904 : bool
        Whether dates count from 1904.
    """

    def __init__(self, codes: dict[int, str], styles: list[int], *, from_1904: bool) -> None:
        known = {**BUILTIN_FORMATS, **codes}
        self.kinds = [_kind(known.get(number, "")) for number in styles]
        self.epoch = _EPOCHS[from_1904]

    def number(self, value: float, style: int) -> tuple[str, object]:
        """Kind and value of a number in a cell of a style."""
        kind = self.kinds[style] if 0 <= style < len(self.kinds) else "number"
        if kind != "date":
            return kind, value
        try:
            day = self.epoch + timedelta(days=value)
        except (OverflowError, ValueError):
            return "number", value
        return "date", day.isoformat(sep=" ").removesuffix(" 00:00:00")


def _kind(code: str) -> str:
    if is_date_format(code):
        return "date"
    return "percent" if "%" in code else "number"


MAX_ENTRIES = 2_000
MAX_ENTRY = 50_000_000  # bytes, unpacked
MAX_SUM = 200_000_000  # bytes, unpacked
MAX_RATIO = 200  # unpacked to packed
FREE_OF_RATIO = 1_000_000  # bytes; what unpacks to less can do no harm
MAX_ELEMENTS = 800_000  # of XML in one workbook; an official one has up to 400,000
MAX_DEPTH = 40

#: Folders and files of a plain workbook; what lies elsewhere is not read and is told.
EXPECTED = ("[Content_Types].xml", "_rels/", "docProps/", "xl/", "customXml/", "mimetype")
#: Parts of a workbook that reach beyond it.
FOREIGN = ("xl/externalLinks/", "xl/embeddings/", "xl/activeX/", "xl/connections.xml")
MACROS = "xl/vbaProject.bin"
_UNPACKING = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError)


def open_archive(path: Path) -> tuple[zipfile.ZipFile, list[Issue]]:
    """The archive of a workbook whose directory keeps within the limits, and what is odd in it.

    Raises
    ------
    SourceError
        E-TRUNCATED, E-FILE-BROKEN, E-FILE-ENCRYPTED or E-ZIP-BOMB.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (*_UNPACKING, ValueError, UnicodeError) as error:
        raise _unreadable(path) from error
    entries = archive.infolist()
    _require_limits(path.name, entries)
    _require_plain(path.name, entries)
    return archive, _odd_parts(path.name, entries)


def _unreadable(path: Path) -> Exception:
    with path.open("rb") as file:
        file.seek(max(path.stat().st_size - 66_000, 0))
        tail = file.read()
    if b"PK\x05\x06" in tail:
        return fault("E-FILE-BROKEN", file=path.name, reason=Phrase("its list of parts is damaged"))
    reason = Phrase("its list of parts, which stands at the end, is missing")
    return fault("E-TRUNCATED", file=path.name, reason=reason)


def _require_limits(name: str, entries: list[zipfile.ZipInfo]) -> None:
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MAX_ENTRIES:
        raise fault("E-ZIP-BOMB", file=name, part="*", found=len(entries), limit=MAX_ENTRIES)
    if total > MAX_SUM:
        raise fault("E-ZIP-BOMB", file=name, part="*", found=_size(total), limit=_size(MAX_SUM))
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        limit = _broken_limit(entry, end)
        if limit:
            found = _size(entry.file_size)
            raise fault("E-ZIP-BOMB", file=name, part=entry.filename, found=found, limit=limit)
        end = entry.header_offset + entry.compress_size


def _broken_limit(entry: zipfile.ZipInfo, end: int) -> str:
    """The limit that a part breaks, "" for none; `end` is where the part before it ends."""
    packed = max(entry.compress_size, 1)
    if entry.file_size > MAX_ENTRY:
        return _size(MAX_ENTRY)
    if entry.file_size > FREE_OF_RATIO and entry.file_size / packed > MAX_RATIO:
        return f"{MAX_RATIO} × {_size(packed)}"
    return _size(packed) if entry.header_offset < end else ""  # two parts share their bytes


def _size(count: int) -> str:
    return f"{count / 1e6:.1f} MB"


def _require_plain(name: str, entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    methods = {entry.compress_type for entry in entries}
    if len(set(names)) < len(names):
        raise fault("E-FILE-BROKEN", file=name, reason=Phrase("it holds a part twice"))
    if any(entry.flag_bits & 1 for entry in entries):
        raise fault("E-FILE-ENCRYPTED", file=name)
    if methods - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise fault("E-FILE-BROKEN", file=name, reason=Phrase("a part is packed in a strange way"))


def _odd_parts(name: str, entries: list[zipfile.ZipInfo]) -> list[Issue]:
    names = [entry.filename for entry in entries]
    odd = [n for n in names if not n.startswith(EXPECTED) or ".." in n or n.startswith(FOREIGN)]
    found = [finding("W-ZIP-MEMBER", file=name, found=part, part=part) for part in odd]
    if MACROS in names:
        found.append(finding("W-MACRO", file=name, found=MACROS))
    return found


class Elements:
    """The elements of the parts of one workbook, counted together against `MAX_ELEMENTS`."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive, self.count = archive, 0
        self.file = Path(str(archive.filename)).name

    def of(self, part: str, whole: str = "") -> Iterator[tuple[str, Element]]:
        """Local name and element, in the order of their ends.

        An element of the name `whole` comes with its children; elsewhere children are dropped as
        soon as they have been handed out, so that a large part takes little memory.

        Raises
        ------
        SourceError
            E-FILE-PARTS, E-FILE-BROKEN, E-XML-ENTITY or E-FILE-SIZE.
        """
        try:
            with self.archive.open(part) as content:
                yield from self._walk(content, whole)
        except KeyError as error:
            raise fault("E-FILE-PARTS", file=self.file, found=part, part=part) from error
        except DefusedXmlException as error:
            raise fault("E-XML-ENTITY", file=self.file, found=part, part=part) from error
        except _UNPACKING as error:
            raise self._broken(part, Phrase("a part does not unpack")) from error
        except (ParseError, ValueError, LookupError) as error:
            raise self._broken(part, Phrase("a part is not well-formed XML")) from error

    def _broken(self, part: str, reason: Phrase) -> Exception:
        return fault("E-FILE-BROKEN", file=self.file, found=part, reason=reason)

    def _walk(self, content: object, whole: str) -> Iterator[tuple[str, Element]]:
        parents: list[Element] = []
        inside = 0
        for event, element in iterparse(content, events=("start", "end"), forbid_dtd=True):
            local = element.tag.rpartition("}")[2]
            if event == "start":
                self._require_small(len(parents))
                parents.append(element)
                inside += local == whole
                continue
            parents.pop()
            inside -= local == whole
            yield local, element
            if not inside and parents:
                del parents[-1][:]

    def _require_small(self, depth: int) -> None:
        self.count += 1
        if self.count > MAX_ELEMENTS or depth > MAX_DEPTH:
            raise fault(
                "E-FILE-SIZE",
                file=self.file,
                found=f"> {MAX_ELEMENTS}",
                limit=f"{MAX_ELEMENTS}",
                measure=Phrase("XML elements"),
            )


STRICT = "http://purl.oclc.org/ooxml"
#: What other zip archives hold, and what they are called in a message.
OTHER_ARCHIVES = (
    ("content.xml", Phrase("an OpenDocument file")),
    ("word/document.xml", Phrase("a text document")),
    ("ppt/presentation.xml", Phrase("a presentation")),
    ("xl/workbook.bin", Phrase("a binary workbook (.xlsb)")),
)
BOOK = "xl/workbook.xml"
#: How workbooks write letters that XML does not take: a line end as _x000D_.
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


def read(path: Path) -> tuple[list[Sheet], list[Issue]]:
    """The sheets of a workbook in their order, and what is odd in the file.

    Raises
    ------
    SourceError
        When the file is damaged, protected, hostile or no workbook (issues of the group
        "file").
    """
    archive, found = open_archive(path)
    with archive:
        _require_workbook(archive, path.name)
        try:
            return _sheets(archive, path.name), found
        except (ValueError, LookupError, OverflowError) as error:
            reason = Phrase("a cell or a style is written in a way that no program writes")
            raise fault("E-FILE-BROKEN", file=path.name, reason=reason) from error


def _sheets(archive: zipfile.ZipFile, file: str) -> list[Sheet]:
    elements = Elements(archive)
    sheets, from_1904 = _listed(elements, file)
    targets = _targets(elements)
    names = set(archive.namelist())
    strings = _strings(elements) if "xl/sharedStrings.xml" in names else []
    formats = Formats({}, [], from_1904=from_1904)
    if "xl/styles.xml" in names:
        formats = _formats(elements, from_1904=from_1904)
    decode = _Decoder(file, strings, formats)
    return [
        _sheet(elements, targets.get(link, ""), name, hidden=hidden, decode=decode)
        for name, link, hidden in sheets
        if "chartsheet" not in targets.get(link, "")
    ]


def _require_workbook(archive: zipfile.ZipFile, name: str) -> None:
    names = set(archive.namelist())
    if BOOK in names and "[Content_Types].xml" in names:
        return
    for part, word in OTHER_ARCHIVES:
        if part in names:
            raise fault("E-FILE-TYPE", file=name, kind=word)
    if not any(part.startswith("xl/") for part in names) and "[Content_Types].xml" not in names:
        raise fault("E-FILE-TYPE", file=name, kind=Phrase("a packed archive"))
    lacking = BOOK if BOOK not in names else "[Content_Types].xml"
    raise fault("E-FILE-PARTS", file=name, found=lacking, part=lacking)


def _listed(elements: Elements, file: str) -> tuple[list[tuple[str, str, bool]], bool]:
    """Name, link and hiddenness of each sheet; whether dates count from 1904."""
    sheets, from_1904 = [], False
    for local, element in elements.of(BOOK):
        if element.tag.startswith("{" + STRICT):
            raise fault("E-FILE-STRICT", file=file)
        if local == "workbookPr":
            from_1904 = element.get("date1904", "0") in ("1", "true")
        if local == "sheet":
            link = next((v for k, v in element.items() if k.endswith("}id")), "")
            hidden = element.get("state", "visible") != "visible"
            sheets.append((element.get("name", ""), link, hidden))
    return sheets, from_1904


def _targets(elements: Elements) -> dict[str, str]:
    """The part of each link of the workbook."""
    links = {}
    for local, element in elements.of("xl/_rels/workbook.xml.rels"):
        if local == "Relationship" and element.get("TargetMode") != "External":
            target = element.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            links[element.get("Id", "")] = path
    return links


def _strings(elements: Elements) -> list[str]:
    """The texts that cells refer to by number; phonetic hints are left out."""
    return [
        _plain_text(element)
        for local, element in elements.of("xl/sharedStrings.xml", "si")
        if local == "si"
    ]


def _plain_text(element: Element) -> str:
    texts = []
    for child in element:
        local = child.tag.rpartition("}")[2]
        if local == "t":
            texts.append(_unescaped(child.text or ""))
        elif local == "r":
            texts.append(_plain_text(child))
    return "".join(texts)


def _unescaped(text: str) -> str:
    """Text with its escaped letters; halves of letters stay as they are written."""

    def letter(found: re.Match) -> str:
        code = int(found[1], 16)
        return found[0] if 0xD800 <= code < 0xE000 else chr(code)

    return _ESCAPED.sub(letter, text) if "_x" in text else text


def _formats(elements: Elements, *, from_1904: bool) -> Formats:
    codes: dict[int, str] = {}
    styles: list[int] = []
    for local, element in elements.of("xl/styles.xml", "cellXfs"):
        if local == "numFmt":
            codes[int(element.get("numFmtId", "0"))] = element.get("formatCode", "")
        if local == "cellXfs":
            styles = [int(style.get("numFmtId", "0")) for style in element]
    return Formats(codes, styles, from_1904=from_1904)


class _Decoder:
    """Turns the element of a cell into its kind and value."""

    def __init__(self, file: str, strings: list[str], formats: Formats) -> None:
        self.file, self.strings, self.formats = file, strings, formats

    def __call__(self, element: Element) -> tuple[str, object] | None:
        """Kind and value, None where the cell is empty."""
        parts = {child.tag.rpartition("}")[2]: child for child in element}
        type_ = element.get("t", "n")
        if type_ == "inlineStr":
            text = _plain_text(parts["is"]) if "is" in parts else ""
            return ("text", text) if text.strip() else None
        raw = (parts["v"].text or "") if "v" in parts else ""
        if raw == "":
            never = "f" in parts and not (type_ == "str" and "v" in parts)
            return ("uncached", "=" + (parts["f"].text or "")) if never else None
        if type_ in ("s", "str"):
            text = self._shared(raw) if type_ == "s" else _unescaped(raw)
            return ("text", text) if text.strip() else None
        if type_ in ("e", "b", "d"):
            return {"e": "error", "b": "boolean", "d": "date"}[type_], raw
        return self.formats.number(float(raw), int(element.get("s", "0")))

    def _shared(self, raw: str) -> str:
        if not self.strings:
            part = "xl/sharedStrings.xml"
            raise fault("E-FILE-PARTS", file=self.file, found=part, part=part)
        return self.strings[int(raw)]


def _sheet(elements: Elements, part: str, name: str, *, hidden: bool, decode: _Decoder) -> Sheet:
    rows: dict[int, dict[int, Cell]] = {}
    hidden_rows, merged, count, last_row = set(), [], 0, 0
    for local, element in elements.of(part, "row"):
        if local == "row":
            number = int(element.get("r", last_row + 1))
            if number <= last_row:
                raise ValueError("a row stands twice")
            last_row = number
            cells = _cells(element, last_row, decode)
            if cells:
                rows[last_row] = cells
                count += len(cells)
                if element.get("hidden") in ("1", "true"):
                    hidden_rows.add(last_row)
        elif local == "mergeCell":
            first, _, last = element.get("ref", "").partition(":")
            merged.append((*place(first), *place(last or first)))
        if count > MAX_CELLS:
            raise fault(
                "E-FILE-SIZE",
                file=decode.file,
                sheet=name,
                found=f"> {MAX_CELLS}",
                limit=f"{MAX_CELLS}",
                measure=Phrase("cells"),
            )
    return Sheet(
        decode.file,
        name,
        rows,
        hidden=hidden,
        hidden_rows=frozenset(hidden_rows),
        merged=tuple(merged),
    )


def _cells(row: Element, number: int, decode: _Decoder) -> dict[int, Cell]:
    cells, column = {}, 0
    for element in row:
        if element.tag.rpartition("}")[2] != "c":
            continue
        here = place(element.get("r") or f"{letters(column + 1)}{number}")
        if here[0] != number or here[1] <= column:
            raise ValueError("a cell stands in another row, or twice")
        column = here[1]
        content = decode(element)
        if content is not None:
            cells[column] = Cell(number, column, *content)
    return cells

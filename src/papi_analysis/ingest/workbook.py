"""Workbooks (.xlsx, .xlsm) read as sheets of cells: values as stored, never formulas or links."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from xml.etree.ElementTree import Element

from papi_analysis.errors import Issue
from papi_analysis.ingest.archive import Elements, open_archive
from papi_analysis.ingest.diagnoses import Phrase
from papi_analysis.ingest.faults import fault
from papi_analysis.ingest.formats import Formats
from papi_analysis.ingest.sheet import Cell, Sheet, letters, place

STRICT = "http://purl.oclc.org/ooxml"
#: What other zip archives hold, and what they are called in a message.
OTHER_ARCHIVES = (
    ("content.xml", Phrase("an OpenDocument file")),
    ("word/document.xml", Phrase("a text document")),
    ("ppt/presentation.xml", Phrase("a presentation")),
    ("xl/workbook.bin", Phrase("a binary workbook (.xlsb)")),
)
BOOK = "xl/workbook.xml"
MAX_CELLS = 300_000
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

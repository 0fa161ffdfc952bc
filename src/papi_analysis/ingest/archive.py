"""The parts of a workbook, taken out of its zip archive within limits."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from papi_analysis.errors import Issue
from papi_analysis.ingest.diagnoses import Phrase, finding
from papi_analysis.ingest.faults import fault

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

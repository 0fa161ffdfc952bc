"""The rows of a table below its header: which province each one is, and which are no province."""

from __future__ import annotations

from typing import NamedTuple

from papi_analysis.errors import Issue
from papi_analysis.ingest import labels, names, score
from papi_analysis.ingest.diagnoses import Phrase, finding
from papi_analysis.ingest.faults import refusal
from papi_analysis.ingest.header import SCORES, Header, at
from papi_analysis.ingest.reference import Codebook
from papi_analysis.ingest.sheet import Cell, Sheet

MAX_UNKNOWN = 200  # rows without a known province, from which on reading further tells nothing

#: The code that the consolidated tables give to their summary rows; nothing is said of those.
OFFICIAL_SUMMARY = "999"

HEADER, TITLE = Phrase("column names"), Phrase("above the table")
SUMMARY, NOTE, STRAY = Phrase("summary"), Phrase("text"), Phrase("outside the table")
UNKNOWN = Phrase("no known province")


class Line(NamedTuple):
    """A row of a province: its number, the code and the name as written."""

    row: int
    province: str
    name: str


class Lines(NamedTuple):
    """The rows of provinces, the reason for which each other row is ignored, and findings."""

    provinces: list[Line]
    ignored: dict[int, Phrase]
    findings: list[Issue]


def read(sheet: Sheet, header: Header, book: Codebook) -> Lines:
    """Tell the rows of provinces from all others."""
    provinces: list[Line] = []
    ignored: dict[int, Phrase] = {row: TITLE for row in sheet.rows if row < header.rows[0]}
    ignored |= dict.fromkeys([*header.rows, header.scale or header.rows[0]], HEADER)
    findings: list[Issue] = []
    unknown = 0
    for row in sorted(sheet.rows):
        if row in ignored or row < header.rows[0]:
            continue
        line, reason, said = _line(sheet, header, book, row)
        findings += said
        if line:
            provinces.append(line)
        else:
            ignored[row] = reason
            unknown += reason is UNKNOWN
        if unknown > MAX_UNKNOWN:
            raise refusal(*findings)
    return Lines(provinces, ignored, findings)


def _line(
    sheet: Sheet, header: Header, book: Codebook, row: int
) -> tuple[Line | None, Phrase, list[Issue]]:
    cells = sheet.rows[row]
    identity = {kind: cells[c] for kind in ("id", "name", "name_en") for c in header.of(kind)[:1]
                if c in cells}  # fmt: skip
    first = next(iter(cells.values()))
    shown = identity.get("name") or identity.get("name_en") or identity.get("id") or first
    if not set(cells) & set(header.columns):
        return None, STRAY, [finding("W-STRAY-CELL", found=first.text, **at(sheet, first))]
    named = [cell for cell in identity.values() if not names.of_code(cell.text, book.names)]
    if any(labels.of(cell.value, book.labels).kind in labels.KEYS for cell in named):
        return None, HEADER, []
    if _is_summary(named, book):
        official = "id" in identity and identity["id"].text == OFFICIAL_SUMMARY
        said = finding("W-SUMMARY-ROW", found=shown.text, **at(sheet, shown))
        return None, SUMMARY, [] if official else [said]
    if not _has_scores(sheet, header, cells) and not _is_province(identity, book):
        return None, NOTE, [finding("W-FOOTER", found=shown.text, **at(sheet, shown))]
    province, said = _province(sheet, identity, first, book)
    if not province:
        return None, UNKNOWN, said
    return Line(row, province, shown.text), Phrase(""), said


def _is_summary(cells: list[Cell], book: Codebook) -> bool:
    texts = [cell.text for cell in cells]
    return OFFICIAL_SUMMARY in texts or any(labels.is_summary(t, book.labels) for t in texts)


def _has_scores(sheet: Sheet, header: Header, cells: dict[int, Cell]) -> bool:
    """Whether the row holds a number, or something that should be one, under a score."""
    under = [cells[c] for c in header.of(*SCORES, "score") if c in cells]
    said = [score.read(cell, typed=sheet.typed).code for cell in under]
    return any(code not in ("W-MISSING", "E-NUMBER") for code in said)


def _is_province(identity: dict[str, Cell], book: Codebook) -> bool:
    return any(
        names.of_code(cell.text, book.names) or names.of_name(cell.value, book.names).code
        for cell in identity.values()
    )


def _province(
    sheet: Sheet, identity: dict[str, Cell], first: Cell, book: Codebook
) -> tuple[str, list[Issue]]:
    """The province of a row, "" with the reason where it is not sure."""
    code_cell, code = _coded(identity, book)
    if code == "":
        said = finding("E-ID-UNKNOWN", found=code_cell.text, **at(sheet, code_cell))
        return "", [said]
    said: list[Issue] = []
    meant: dict[str, Cell] = {code: code_cell} if code else {}
    for kind, cell in identity.items():
        if cell is code_cell:
            continue
        match = names.of_name(cell.value, book.names, plain_is_official=kind == "name_en")
        said += _spelling(sheet, cell, match, book)
        if not match.code:
            return "", said
        meant.setdefault(match.code, cell)
    if not meant:
        blank = finding("E-NAME-UNKNOWN", found="", near="–", **at(sheet, first))
        return "", [blank]
    if len(meant) > 1:
        return "", [_disagreeing(sheet, meant, book)]
    return next(iter(meant)), said


def _coded(identity: dict[str, Cell], book: Codebook) -> tuple[Cell | None, str | None]:
    """The cell that holds a code, and the province of the code ("" where it is unknown)."""
    for cell in identity.values():
        code = names.of_code(cell.text, book.names)
        if code is not None:
            return cell, code
    return None, None


def _spelling(sheet: Sheet, cell: Cell, match: names.Match, book: Codebook) -> list[Issue]:
    if not match.said:
        return []
    values = {"near": match.near, "parts": match.near}
    used = book.name(match.code) if match.code else ""
    return [finding(match.said, found=cell.text, used=used, **values, **at(sheet, cell))]


def _disagreeing(sheet: Sheet, meant: dict[str, Cell], book: Codebook) -> Issue:
    """Code and name of two provinces; of one before and after July 2025 it is a merged unit."""
    (one, cell), (two, other) = list(meant.items())[:2]
    unit = book.provinces[book.provinces["successor_code"].eq(one)]
    united = unit["name_vi"]
    if len(united) > 1 and unit["successor_name_vi"].iloc[0] == book.name(two):
        return finding(
            "E-PROVINCE-MERGED", found=other.text, parts=", ".join(united), **at(sheet, other)
        )
    return finding(
        "E-ID-NAME",
        found=f"{cell.text} / {other.text}",
        number=cell.text,
        of_code=book.name(one),
        of_name=book.name(two),
        **at(sheet, cell),
    )

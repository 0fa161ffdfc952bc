"""Which year a sheet, a row or a cell speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from papi_analysis.errors import Issue
from papi_analysis.ingest.cells import Cell, Sheet
from papi_analysis.ingest.header import Header, at
from papi_analysis.ingest.issues import Phrase, finding
from papi_analysis.ingest.spelling import clean, key

#: Files whose sheet names the wrong year: (year of the file's name, year of the sheet's name).
MISNAMED = {(2011, 2012)}
FIRST = 2011  # the first round

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
#: A table that is not final yet, by the keys of words (see `spelling.key`).
_DRAFT = re.compile(r"\b(dư5 thao2|du thao|sơ bô5|so bo|draft|preliminary|provisional)\b")
_RANGE = re.compile(r"(?<!\d)(20\d\d)\s*[-–_]\s*(20\d\d)(?!\d)")
_TITLE = re.compile(r"(?:papi|năm|nam|year)\W{0,3}((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
_MARKED = re.compile(
    r"(?:năm|nam|year|papi)?\s*((?:19|20)\d\d)(?:\.0+)?\s*(?:[*†‡§¹²³]+|\(\d\))?", re.I
)
_SOURCES = {
    "asked": Phrase("--year"),
    "title": Phrase("the title"),
    "file": Phrase("the name of the file"),
    "sheet": Phrase("the name of the sheet"),
}


def named(text: str) -> set[int]:
    """The years that a name speaks of; a range counts for all of its years.

    >>> sorted(named("PAPI_2011-2013.xlsx")), named("2016_PAPI"), named("Sheet1")
    ([2011, 2012, 2013], {2016}, set())
    """
    years = {int(year) for year in _YEAR.findall(text)}
    for first, last in _RANGE.findall(text):
        years |= set(range(int(first), int(last) + 1)) if int(last) - int(first) < 50 else set()
    return years


def in_titles(texts: list[str]) -> set[int]:
    """The years that titles above a table name in words (PAPI 2016, năm 2016)."""
    return {int(year) for text in texts for year in _TITLE.findall(clean(text))}


def of_cell(cell: Cell | None) -> tuple[int | None, str]:
    """The year in a cell and the code of what is to be said of its spelling."""
    if cell is None:
        return None, "E-YEAR"
    text = clean(cell.text)
    if re.fullmatch(r"(19|20)\d\d", text) and cell.kind in ("text", "number"):
        return int(text), ""
    marked = _MARKED.fullmatch(text)
    return (int(marked[1]), "W-YEAR-MARK") if marked else (None, "E-YEAR")


def of_row(sheet: Sheet, header: Header, row: int, year: int | None) -> tuple[int | None, str]:
    """The year of a row, that of the sheet or the one in its own column, and what is to be said."""
    column = header.column("year")
    if year is not None or column is None:
        return year, ""
    return of_cell(sheet.get(row, column))


def said(sheet: Sheet, header: Header, lines: Iterable, year: int | None) -> Iterator[Issue]:
    """What is to be said of the years of the rows of provinces (see `crosstab.Line`)."""
    for line in lines:
        own, code = of_row(sheet, header, line.row, year)
        if code:
            cell = sheet.get(line.row, header.column("year") or 0)
            here = at(sheet, cell or next(iter(sheet.rows[line.row].values())))
            yield finding(code, found=cell.text if cell else "–", used=own or "", first=FIRST,
                          example=FIRST, row_name=line.name, **here)  # fmt: skip


def of_sheet(
    file: str,
    sheet: str,
    titles: list[str],
    *,
    asked: int | None = None,
    siblings: frozenset[int] = frozenset(),
) -> tuple[int | None, list[Issue]]:
    """The year of a sheet, from its name, the file's name, its titles or the year asked for.

    Parameters
    ----------
    file, sheet : str
        Their names.
    titles : list of str
        Texts above the table.
    asked : int, optional
        The year that the user gives.
    siblings : set of int
        The years that the names of all sheets of the file speak of: newer files repeat older
        years, so a sheet may be older than its file as long as another one is not.

    Returns
    -------
    tuple
        The year, None where it cannot be told, and the findings about it.
    """
    year, found = _of_names(file, sheet, titles, asked, siblings)
    where = {"file": file, "sheet": sheet}
    words = next((t for t in [*titles, sheet, file] if _DRAFT.search(key(t))), "")
    return year, [*found, *([finding("W-DRAFT", found=words, **where)] if words else [])]


def _of_names(
    file: str, sheet: str, titles: list[str], asked: int | None, siblings: frozenset[int]
) -> tuple[int | None, list[Issue]]:
    by_file, by_sheet, by_title = named(file), named(sheet), in_titles(titles)
    where = {"file": file, "sheet": sheet}
    if len(by_sheet) == 1:
        (year,) = by_sheet
        return _checked(year, by_file, siblings, asked, where)
    options = [{asked} if asked else set(), by_title, by_file]
    year = next((next(iter(years)) for years in options if len(years) == 1), None)
    if year is None:
        found = ", ".join(str(y) for y in sorted(by_file | by_title)) or "–"
        return None, [finding("E-YEAR", found=found, first=FIRST, example=FIRST, **where)]
    for years, source in ((by_title, "title"), (by_file, "file")):
        if len(years) == 1 and year not in years:
            return year, [_conflict(year, "asked" if asked else "title", years, source, where)]
    return year, []


def _checked(
    year: int, by_file: set[int], siblings: frozenset[int], asked: int | None, where: dict
) -> tuple[int, list[Issue]]:
    """The year of a sheet's own name, held against the file's name and the year asked for."""
    if len(by_file) == 1 and (min(by_file), year) in MISNAMED and not siblings & by_file:
        right = min(by_file)
        return right, [finding("W-YEAR-NAME", found=year, used=right, **where)]
    if by_file and year not in by_file and (year > max(by_file) or not siblings & by_file):
        return year, [_conflict(year, "sheet", by_file, "file", where)]
    if asked and asked != year and asked not in siblings:
        return year, [_conflict(year, "sheet", {asked}, "asked", where)]
    return year, []


def _conflict(one: int, one_from: str, two: set[int], two_from: str, where: dict) -> Issue:
    return finding("E-YEAR-CONFLICT", found=one, one=one, one_from=_SOURCES[one_from],
                   two=", ".join(map(str, sorted(two))), two_from=_SOURCES[two_from],
                   **where)  # fmt: skip

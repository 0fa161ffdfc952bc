"""The sheet of past scores, behind the small pictures of the agency sheets."""

from __future__ import annotations

from papi_analysis.data import codebook
from papi_analysis.i18n import say
from papi_analysis.workbook.cells import safe
from papi_analysis.workbook.place import LINE, Place, lines, printed

_HEAD, _FIRST = 2, 3  # rows of the headings and of the first criterion
_NAME = 40


def _years(found: dict) -> list[int]:
    return sorted({row["year"] for row in found["series"]})


def _scores(found: dict) -> dict[tuple[str, int], dict]:
    return {(row["code"], row["year"]): row for row in found["series"]}


def write(place: Place, found: dict, codes: list[str], sheet: str) -> None:
    """Write the scores of every year; a star marks one that the year before cannot stand beside."""
    lang, looks, years = place.lang, place.looks, _years(found)
    page = place.book.add_worksheet(sheet)
    names, known = codebook.names(lang, place.data), _scores(found)
    page.write_string(0, 0, safe(place.heading(say(lang, "Scores by year"))), looks["title"])
    note = say(lang, "Points as published; * cannot be compared with the year before.")
    page.write_string(1, 0, safe(note), looks["subtitle"])
    page.write_string(_HEAD, 0, safe(say(lang, "Criterion")), looks["head"])
    page.set_row(_HEAD, 20)
    for column, year in enumerate(years, start=1):
        page.write_number(_HEAD, column, year, looks["head"])
    for row, code in enumerate(codes, start=_FIRST):
        page.write_string(row, 0, safe(names[code]), looks["words"])
        page.set_row(row, LINE * lines(names[code], _NAME) + 1)
        for column, year in enumerate(years, start=1):
            _score(page, row, column, known.get((code, year), {}), looks)
    page.set_column(0, 0, _NAME)
    page.set_column(1, len(years), 7.5)
    page.freeze_panes(_FIRST, 1)
    page.protect("", {"format_columns": True, "format_rows": True})
    printed(page, place, last=(_FIRST + len(codes) - 1, len(years)), pages=1)


def _score(page, row: int, column: int, known: dict, looks: dict) -> None:
    if "score" not in known:
        page.write_blank(row, column, None, looks["number"])
    elif known.get("break"):
        page.write_number(row, column, known["score"], looks["starred"])
    else:
        page.write_number(row, column, known["score"], looks["number"])

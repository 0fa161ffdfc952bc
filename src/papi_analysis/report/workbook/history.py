"""The sheet of past scores, from which the small lines of the agency sheets are drawn."""

from __future__ import annotations

from typing import NamedTuple

from papi_analysis import framework
from papi_analysis.report.workbook.cells import reference, safe
from papi_analysis.report.workbook.place import Place, printed
from papi_analysis.wording import say

_HEAD, _FIRST = 2, 3  # rows of the headings and of the first criterion
_NAME = 34


class Course(NamedTuple):
    """The unbroken stretch of a criterion's scores up to the year: its cells and its years."""

    cells: str
    years: str


def courses(found: dict, codes: list[str], sheet: str) -> dict[str, Course]:
    """By code, where the scores stand that can be set beside those of the year."""
    years, known = _years(found), _scores(found)
    stretches = {}
    for row, code in enumerate(codes, start=_FIRST):
        broken = [year for year in years if known.get((code, year), {}).get("break")]
        there = [year for year in years if "score" in known.get((code, year), {})]
        first = max([*broken, *there[:1]], default=years[0])
        first = next((year for year in there if year >= first), first)
        start = _letters(1 + years.index(first))
        cells = f"${start}${row + 1}:${_letters(len(years))}${row + 1}"
        span = str(first) if first == years[-1] else f"{first}–{years[-1]}"
        stretches[code] = Course(reference(sheet, cells), span)
    return stretches


def _letters(column: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    return xl_col_to_name(column)


def _years(found: dict) -> list[int]:
    return sorted({row["year"] for row in found["series"]})


def _scores(found: dict) -> dict[tuple[str, int], dict]:
    return {(row["code"], row["year"]): row for row in found["series"]}


def write(place: Place, found: dict, codes: list[str], sheet: str) -> None:
    """Write the scores of every year; a star marks one that the year before cannot stand beside."""
    lang, looks, years = place.lang, place.looks, _years(found)
    page = place.book.add_worksheet(sheet)
    names, known = framework.names(lang, place.data), _scores(found)
    page.write_string(0, 0, safe(place.heading(say(lang, "Scores by year"))), looks["title"])
    note = say(lang, "Points as published; * cannot be compared with the year before; the small "
               "lines of the agency sheets begin at the last break.")  # fmt: skip
    page.write_string(1, 0, safe(note), looks["subtitle"])
    page.write_string(_HEAD, 0, safe(say(lang, "Criterion")), looks["head"])
    page.set_row(_HEAD, 20)
    for column, year in enumerate(years, start=1):
        page.write_number(_HEAD, column, year, looks["head"])
    for row, code in enumerate(codes, start=_FIRST):
        page.write_string(row, 0, safe(names[code]), looks["name"])
        for column, year in enumerate(years, start=1):
            _score(page, row, column, known.get((code, year), {}), looks)
    page.set_column(0, 0, _NAME)
    page.set_column(1, len(years), 7.5)
    page.freeze_panes(_FIRST, 1)
    page.protect("", {"format_columns": True, "format_rows": True})
    printed(page, place, rows=(_HEAD, _HEAD), last=(_FIRST + len(codes) - 1, len(years)))


def _score(page, row: int, column: int, known: dict, looks: dict) -> None:
    if "score" not in known:
        page.write_blank(row, column, None, looks["number"])
    elif known.get("break"):
        page.write_number(row, column, known["score"], looks["starred"])
    else:
        page.write_number(row, column, known["score"], looks["number"])

"""The sheet of one agency: its criteria, and the lines in which it writes its plan."""

from __future__ import annotations

from datetime import date

from xlsxwriter.worksheet import Worksheet

from papi_analysis.i18n import mark, say
from papi_analysis.plans import ledger
from papi_analysis.report.section import STATUSES
from papi_analysis.workbook import facts
from papi_analysis.workbook.blocks import Block, Criterion
from papi_analysis.workbook.cells import safe
from papi_analysis.workbook.columns import Column, columns
from papi_analysis.workbook.course import Course
from papi_analysis.workbook.place import LINE, Place, broken_between, lines, printed

HEAD, KEYS, FIRST = 3, 4, 5  # rows of the headings, of the hidden keys, and of the first criterion
#: Heights of the rows above the first criterion, in points.
HEIGHTS = {0: 26, 1: 20, 2: 54, HEAD: 70}
#: Years after that of the results within which a deadline lies.
YEARS = 3
_LINE = 33  # height of a line in points


def title(block: Block, lang: str) -> str:
    """The name of an agency, or what stands for it where none is named."""
    return block.agency or say(lang, "No lead agency yet")


def last_row(block: Block) -> int:
    """The row of the last line of an agency's sheet."""
    return FIRST + sum(one.lines for one in block.criteria) - 1


def column_of(block: Block, key: str) -> int:
    """The place of a column on an agency's sheet."""
    return [one.key for one in columns(led=bool(block.agency))].index(key)


def write(
    place: Place,
    block: Block,
    sheet: str,
    *,
    courses: dict[str, Course],
    scales: dict[str, tuple[float, float]],
) -> None:
    """Write one agency's sheet: facts locked, cells to fill in open, no password."""
    page = place.book.add_worksheet(sheet)
    page.set_default_row(_LINE)
    shown = columns(led=bool(block.agency))
    _head(page, place, block, shown)
    row, parts = FIRST, []
    for criterion in block.criteria:
        height = sum(
            _line(page, place, criterion, shown, row + line - 1, line)
            for line in range(1, criterion.lines + 1)
        )
        facts.write(
            page, place, criterion, shown, row, course=courses[criterion.code], height=height
        )
        facts.target_rule(page, place, shown, row, scales[criterion.code])
        parts.append((row, height))
        row += criterion.lines
    _rules(page, place, shown, row - 1)
    _signatures(page, place, shown, row + 1)
    page.freeze_panes(FIRST, 3)
    page.protect("", {"format_columns": True, "format_rows": True, "format_cells": True})
    printed(page, place, rows=(HEAD, HEAD), last=(row + 5, len(shown) - 1))
    widths = [one.width for one in shown if not one.hidden]
    parts[-1] = (parts[-1][0], parts[-1][1] + 3 * _LINE)  # signatures stay with the last one
    broken_between(page, widths, parts, head=sum(HEIGHTS.values()))


def _head(page: Worksheet, place: Place, block: Block, shown: list[Column]) -> None:
    lang, looks, wide = place.lang, place.looks, len(shown) - 1
    words = safe(place.heading(title(block, lang)))
    page.merge_range(0, 0, 0, wide, "", looks["title"])
    page.write_string(0, 0, words, looks["title"])
    status = say(lang, STATUSES[block.status])
    told = say(lang, "Lead: {status}. {points:0.00} points to gain in {n} {n:criterion|criteria}.",
               status=status, points=block.headroom, n=len(block.criteria))  # fmt: skip
    page.merge_range(1, 0, 1, wide, "", looks["subtitle"])
    page.write_string(1, 0, safe(told), looks["subtitle"])
    page.merge_range(2, 0, 2, wide, "", looks["text"])
    page.write_string(2, 0, safe(say(lang, EXPLANATION)), looks["text"])
    for row, height in HEIGHTS.items():
        page.set_row(row, height)
    page.set_row(KEYS, None, None, {"hidden": True})
    for column, one in enumerate(shown):
        words = say(lang, one.heading, year=place.year)
        page.write_string(HEAD, column, safe(words), looks["head_in" if one.filled else "head"])
        page.write_string(KEYS, column, one.key, looks["words"])
        page.set_column(column, column, one.width, None, {"hidden": one.hidden})


EXPLANATION = mark(
    "The target is a range: from the score expected next year if nobody acts to the benchmark, "
    "which one province in four reaches. A score of next year inside the 90% range of the "
    "forecast cannot be told from the error of the survey: judge an action by what lies beyond "
    "it. The yellow cells are filled in; further lines come with the next copy of the workbook."
)


def _line(
    page: Worksheet, place: Place, one: Criterion, shown: list[Column], row: int, line: int
) -> float:
    """Write the cells of one action, filled with what is on file; the height they need."""
    action = one.actions.get(line, {})
    height = LINE * max(lines(str(action.get(spec.key, "")), spec.width) for spec in shown) + 2
    if height > _LINE:
        page.set_row(row, height)
    for column, spec in enumerate(shown):
        if spec.of != "action":
            continue
        look = place.looks[f"{spec.look}_in" if spec.filled else spec.look]
        value = {"code": one.code, "line": line}.get(spec.key, action.get(spec.key, ""))
        if spec.key == "status" and action:
            value = say(place.lang, ledger.STATUSES[value])
        if spec.key == "deadline" and value:
            page.write_datetime(row, column, date.fromisoformat(value), look)
        elif isinstance(value, int):
            page.write_number(row, column, value, look)
        elif value:
            page.write_string(row, column, safe(value), look)
        else:
            page.write_blank(row, column, None, look)
    return max(height, _LINE)


def _rules(page: Worksheet, place: Place, shown: list[Column], last: int) -> None:
    """What the cells to fill in may hold: a status of the list, a day."""
    lang, keys = place.lang, [spec.key for spec in shown]
    column = keys.index("status")
    page.data_validation(
        FIRST, column, last, column,
        {"validate": "list", "source": [say(lang, word) for word in ledger.STATUSES.values()],
         "error_title": say(lang, "Not a status"),
         "error_message": say(lang, "Choose one of the list.")},
    )  # fmt: skip
    column, year = keys.index("deadline"), int(place.year)
    first, end = date(year, 1, 1), date(year + YEARS, 12, 31)
    said = say(lang, "Write a day as 30/06/{year}, between {first} and {last}.", year=year + 1,
               first=first.strftime("%d/%m/%Y"), last=end.strftime("%d/%m/%Y"))  # fmt: skip
    page.data_validation(
        FIRST, column, last, column,
        {"validate": "date", "criteria": "between", "minimum": first, "maximum": end,
         "error_title": say(lang, "Not a day"), "error_message": said},
    )  # fmt: skip


def _signatures(page: Worksheet, place: Place, shown: list[Column], row: int) -> None:
    lang, keys = place.lang, [spec.key for spec in shown]
    for words, key in ((mark("Prepared by"), "criterion"), (mark("Head of the agency"), "person")):
        first = keys.index(key)
        last = first + (4 if key == "criterion" else 3)
        for step, (text, look) in enumerate(
            ((words, "sign"), (mark("(signature, full name)"), "sign_note"))
        ):
            page.merge_range(row + step, first, row + step, last, "", place.looks[look])
            page.write_string(row + step, first, say(lang, text), place.looks[look])
            page.set_row(row + step, 18)

"""The workbook as a file: summary, one sheet per agency, past scores, and what it is about."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pandas as pd
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from papi_analysis import findings
from papi_analysis.data import codebook
from papi_analysis.i18n import mark, say
from papi_analysis.plans import ledger, targets
from papi_analysis.report.section import DRAFT, STATUSES
from papi_analysis.workbook import agency
from papi_analysis.workbook.agency import Block, blocks
from papi_analysis.workbook.layout import (
    FONT,
    LINE,
    META,
    SCHEMA,
    Place,
    formats,
    lines,
    printed,
    reference,
    safe,
    sheet_name,
)

WIDTHS = (4.5, 28, 6, 6, 6, 10, 8.5, 8.5, 8.5, 8.5, 8.5, 8.5)
HEADINGS = (
    mark("No."), mark("Lead agency"), mark("Tier A"), mark("Tier B"), mark("Tier C"),
    mark("Points behind"), mark("Actions"),
)  # fmt: skip
#: How the workbook is used, in order.
STEPS = (
    mark("This sheet is for the co-ordinator; each agency needs its own sheet only (papi plan "
         "--split makes a file of each). Agencies fill in the yellow cells."),
    mark("The filled files are read back together, in any order: papi plan --from FOLDER. All "
         "faults are listed at once with their cells, and nothing is recorded before they are "
         "put right."),
    mark("A recorded action is never erased: a change of it is recorded beside it. papi status "
         "tells what is late; the report of the next year shows what the score did."),
)  # fmt: skip
#: In place of an agency: the sheet of the co-ordinator alone.
SUMMARY = "*"
_LAST = len(WIDTHS) - 1


def write_summary(
    place: Place, blocks: list[Block], sheets: list[str], sheet: str, entries: pd.DataFrame
) -> dict[str, str]:
    """Write the summary; its counts follow the agencies' sheets by formulas.

    Without `sheets` the agencies have files of their own, and the counts are what is on file. Where
    the targets of the total and the group stand ("row,column") is returned.
    """
    head = ledger.head(entries)
    page = place.book.add_worksheet(sheet)
    for column, width in enumerate(WIDTHS):
        page.set_column(column, column, width)
    row = _words(page, place)
    row = _agencies(page, place, blocks, sheets, row)
    cells, row = _wanted(page, place, entries, row)
    row = _first(page, place, blocks, row + 1)
    row = _dimensions(page, place, row + 1)
    row = _steps(page, place, row + 1)
    told = say(place.lang, "Last seal of the ledger when this copy was made: {seal}", seal=head)
    if head == ledger.GENESIS:
        told = say(place.lang, "The ledger of the province has no entry yet.")
    _across(page, row + 1, safe(told), place.looks["subtitle"])
    page.protect("", {"format_columns": True, "format_rows": True})
    printed(page, place, last=(row + 1, _LAST))
    return {name: f"{sheet},{place}" for name, place in cells.items()}


def _wanted(page: Worksheet, place: Place, entries: pd.DataFrame, row: int) -> tuple[dict, int]:
    """What is wanted of the total and the group, to be filled in, and what reaching it takes."""
    lang, looks, found = place.lang, place.looks, place.found
    recorded = ledger.current(entries, found["year"]).set_index("code")["target"]
    position = found["position"]
    _across(page, row, safe(say(lang, "Targets of the whole index")), looks["heading"], height=20)
    words = {
        "total": say(lang, "Total wanted (points; now {total:0.00})",
                     total=position.get("total", float("nan"))),
        "group": say(lang, "Group wanted (1 the lowest to 4; now {group})",
                     group=str(position.get("group", "–"))),
    }  # fmt: skip
    cells = {}
    for step, (code, label) in enumerate(words.items(), start=1):
        page.write_blank(row + step, 0, None, looks["whole"])
        page.write_string(row + step, 1, safe(label), looks["words"])
        page.set_row(row + step, LINE * lines(label, WIDTHS[1]) + 2)
        look = looks["number_in" if code == "total" else "whole_in"]
        if code in recorded:
            page.write_number(row + step, 2, recorded[code], look)
        else:
            page.write_blank(row + step, 2, None, look)
        cells[code] = f"{row + step + 1},3"
    _chance(page, place, row + 1, recorded.get("total"))
    told = _takes(found, lang)
    if told:
        _across(page, row + 3, safe(told), looks["text"])
    return cells, row + 5


def _chance(page: Worksheet, place: Place, row: int, wanted: float | None) -> None:
    """The chance of the total that is written, without new action: it follows the cell."""
    known = targets.no_action(place.found)
    if known is None:
        return
    chance = "" if wanted is None else targets.chance_of_total(place.found, wanted)
    words = say(place.lang, "Chance of it without new action")
    page.merge_range(row, 3, row, 6, "", place.looks["words"])
    page.write_string(row, 3, safe(words), place.looks["words"])
    cell = f"C{row + 1}"
    formula = f'=IF({cell}="","",1-NORMSDIST(({cell}-{known["total"]:.6f})/{known["sd"]:.6f}))'
    page.write_formula(row, 7, formula, place.looks["percent"], chance)


def _takes(found: dict, lang: str) -> str:
    """The chance of a total without new action, and the points that raise it."""
    known = targets.no_action(found)
    if known is None:
        return ""
    told = say(lang, "Without new action the next total is expected at {total:0.00} ± {sd:0.00} "
               "(one standard error).", total=known["total"], sd=known["sd"])  # fmt: skip
    for row in found["reach"].get("needed", []):
        told += " " + say(
            lang, "A chance of {p:0%} of the next group takes {points:0.00} points more, which "
            "{share:0%} of past provinces and years gained.",
            p=row["p"], points=row["points"], share=row["share_of_past"],
        )  # fmt: skip
    return told


def _across(page: Worksheet, row: int, words: str, look, *, height: float | None = None) -> None:
    """Words over the whole width, in a row that is high enough for them."""
    page.merge_range(row, 0, row, _LAST, "", look)
    page.write_string(row, 0, words, look)
    page.set_row(row, height or LINE * lines(words, sum(WIDTHS)) + 3)


def _words(page: Worksheet, place: Place) -> int:
    """Title, standing, and what kind of paper this is; the row after them."""
    lang, looks = place.lang, place.looks
    title = place.heading(say(lang, "Remediation plan"))
    _across(page, 0, safe(title), looks["title"], height=26)
    draft = say(lang, DRAFT)
    _across(page, 1, safe(draft), looks["subtitle"], height=18)
    told = [
        str(line)
        for section in ("position", "change")
        for line in findings.tell(place.found, lang, section, data=place.data)
    ]
    _across(page, 2, safe(" ".join(told)), looks["text"])
    return 4


def _agencies(
    page: Worksheet, place: Place, blocks: list[Block], sheets: list[str], row: int
) -> int:
    lang, looks = place.lang, place.looks
    words = [*HEADINGS, *ledger.STATUSES.values()]
    page.set_row(row, 52)
    for column, heading in enumerate(words):
        text = say(lang, heading)
        page.write_string(row, column, safe(text[:1].upper() + text[1:]), looks["head"])
    first = row + 1
    for count, (block, sheet) in enumerate(zip(blocks, sheets or [""] * len(blocks), strict=True),
                                           start=1):  # fmt: skip
        _agency(page, place, block, sheet, row + count, count)
    last = row + len(blocks)
    _sums(page, place, blocks, first, last)
    return last + 2


def _agency(page: Worksheet, place: Place, block: Block, sheet: str, row: int, count: int) -> None:
    looks = place.looks
    if sheet:
        page.write_url(row, 0, "internal:" + reference(sheet, "A1"), looks["link"], f"{count:02}")
    else:
        page.write_string(row, 0, f"{count:02}", looks["centre"])
    name = agency.title(block, place.lang)
    status = say(place.lang, STATUSES[block.status])
    words = safe(f"{name} ({status})" if block.agency else name)
    page.write_string(row, 1, words, looks["words"])
    page.set_row(row, LINE * lines(words, WIDTHS[1]) + 1)
    for column, tier in enumerate("ABC", start=2):
        page.write_number(row, column, block.count(tier), looks["whole"])
    page.write_number(row, 5, round(block.behind, 6), looks["number"])
    kinds = [None, *ledger.STATUSES]
    for column, status in enumerate(kinds, start=6):
        count = _recorded(block, status)
        if not sheet:
            page.write_number(row, column, count, looks["whole"])
            continue
        cells = _range(block, sheet, "status" if status else "action")
        word = say(place.lang, ledger.STATUSES[status]) if status else ""
        formula = f'=COUNTIF({cells},"{word}")' if status else f"=COUNTA({cells})"
        page.write_formula(row, column, formula, looks["whole"], count)


def _range(block: Block, sheet: str, key: str) -> str:
    letter = xl_col_to_name(agency.column_of(block, key))
    cells = f"${letter}${agency.FIRST + 1}:${letter}${agency.last_row(block) + 1}"
    return reference(sheet, cells)


def _recorded(block: Block, status: str | None = None) -> int:
    """How many actions are on file, all or those of a status: what the formula gives at first."""
    actions = [action for one in block.criteria for action in one.actions.values()]
    return sum(status is None or action["status"] == status for action in actions)


def _sums(page: Worksheet, place: Place, blocks: list[Block], first: int, last: int) -> None:
    looks, row = place.looks, last + 1
    page.write_blank(row, 0, None, looks["sum_words"])
    page.write_string(row, 1, say(place.lang, "All agencies"), looks["sum_words"])
    known = {2 + i: sum(block.count(tier) for block in blocks) for i, tier in enumerate("ABC")}
    known[5] = round(sum(block.behind for block in blocks), 6)
    known[6] = sum(_recorded(block) for block in blocks)
    known |= {
        column: sum(_recorded(block, status) for block in blocks)
        for column, status in enumerate(ledger.STATUSES, start=7)
    }
    for column, value in known.items():
        letter = xl_col_to_name(column)
        look = looks["sum_number" if column == 5 else "sum"]
        formula = f"=SUM({letter}{first + 1}:{letter}{last + 1})"
        page.write_formula(row, column, formula, look, value)


def _first(page: Worksheet, place: Place, blocks: list[Block], row: int) -> int:
    """The criteria of tiers A and B in their order, with who leads them."""
    lang, looks = place.lang, place.looks
    names = codebook.names(lang, place.data)
    leads = {one.code: agency.title(block, lang) for block in blocks for one in block.criteria}
    rows = [one for one in place.found["priorities"] if one.get("tier", "C") != "C"]
    heading = say(lang, "Criteria of tiers A and B in order")
    _across(page, row, safe(heading), looks["heading"], height=20)
    heads = (mark("No."), mark("Criterion"), mark("Tier"), mark("Score"), mark("Benchmark"),
             mark("Points behind"), mark("Lead agency"))  # fmt: skip
    page.set_row(row + 1, 52)
    for column, word in enumerate(heads[:-1]):
        page.write_string(row + 1, column, safe(say(lang, word)), looks["head"])
    page.merge_range(row + 1, 6, row + 1, _LAST, "", looks["head"])
    page.write_string(row + 1, 6, safe(say(lang, heads[-1])), looks["head"])
    for count, one in enumerate(rows, start=1):
        here = row + 1 + count
        page.write_number(here, 0, count, looks["whole"])
        page.write_string(here, 1, safe(names[one["code"]]), looks["words"])
        page.write_string(here, 2, one.get("tier", ""), looks["centre"])
        for column, key in enumerate(("score", "benchmark", "points_behind"), start=3):
            page.write_number(here, column, one[key], looks["number"])
        page.merge_range(here, 6, here, _LAST, "", looks["words"])
        page.write_string(here, 6, safe(leads[one["code"]]), looks["words"])
        high = max(lines(names[one["code"]], WIDTHS[1]), lines(leads[one["code"]], sum(WIDTHS[6:])))
        page.set_row(here, LINE * high + 1)
    return row + 2 + len(rows)


def _dimensions(page: Worksheet, place: Place, row: int) -> int:
    """Who co-ordinates each dimension, and who leads an indicator where the data say so."""
    lang, looks, names = place.lang, place.looks, codebook.names(place.lang, place.data)
    leads = place.leads[place.leads["level"].ne("criterion") & place.leads["role"].eq("lead")]
    _across(page, row, safe(say(lang, "Who co-ordinates each dimension")), looks["heading"],
            height=20)  # fmt: skip
    for count, one in enumerate(leads.to_dict("records"), start=1):
        here = row + count
        name = " – ".join(filter(None, [names[one["code"]], one["indicator"]]))
        agency_name = one["agency_vi" if lang == "vi" else "agency_en"]
        words = f"{agency_name} ({say(lang, STATUSES[one['status']])})"
        words += f"; {one['person']}" if one["person"] else ""
        page.write_blank(here, 0, None, looks["words"])
        page.write_string(here, 1, safe(name), looks["words"])
        page.merge_range(here, 2, here, _LAST, "", looks["words"])
        page.write_string(here, 2, safe(words), looks["words"])
        high = max(lines(name, WIDTHS[1]), lines(words, sum(WIDTHS[2:])))
        page.set_row(here, LINE * high + 1)
    return row + 1 + len(leads)


def _steps(page: Worksheet, place: Place, row: int) -> int:
    lang, looks = place.lang, place.looks
    _across(page, row, safe(say(lang, "How this workbook is used")), looks["heading"], height=20)
    for count, step in enumerate(STEPS, start=1):
        _across(page, row + count, safe(f"{count}. {say(lang, step)}"), looks["text"])
    return row + 1 + len(STEPS)


_HEAD, _FIRST = 2, 3  # rows of the headings and of the first criterion
_NAME = 32


def _years(found: dict) -> list[int]:
    return sorted({row["year"] for row in found["series"]})


def _scores(found: dict) -> dict[tuple[str, int], dict]:
    return {(row["code"], row["year"]): row for row in found["series"]}


def write_history(place: Place, found: dict, codes: list[str], sheet: str) -> None:
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
    page.set_column(1, len(years), 6.5)
    page.freeze_panes(_FIRST, 1)
    page.protect("", {"format_columns": True, "format_rows": True})
    printed(page, place, last=(_FIRST + len(codes) - 1, len(years)))


def _score(page, row: int, column: int, known: dict, looks: dict) -> None:
    if "score" not in known:
        page.write_blank(row, column, None, looks["number"])
    elif known.get("break"):
        page.write_number(row, column, known["score"], looks["starred"])
    else:
        page.write_number(row, column, known["score"], looks["number"])


#: Words stay words, whatever they look like.
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write(
    found: dict,
    *,
    lang: str,
    scales: dict[str, tuple[float, float]],
    entries: pd.DataFrame | None = None,
    only: str | None = None,
    data: str | Path | None = None,
) -> bytes:
    """The workbook of a province and year: the same findings and entries give the same bytes.

    Parameters
    ----------
    found : dict
        The findings; province, year, position, priorities and series are needed.
    lang : {"vi", "en"}
    scales : dict
        Lowest and highest score that each criterion can have, by code.
    entries : DataFrame, optional
        The ledger of the province; what is on file for the year stands in the cells.
    only : str, optional
        The agency whose sheet alone is wanted; "" for the criteria without a lead; `SUMMARY` for
        the co-ordinator's sheet.

    Returns
    -------
    bytes
        An .xlsx file without macros, links to elsewhere or a clock.
    """
    entries = ledger.empty() if entries is None else entries
    every = blocks(found, entries)
    shown = [block for block in every if only is None or block.agency == only]
    shown = every if only == SUMMARY else shown
    file = io.BytesIO()
    # XlsxWriter writes into the properties of the default format: a dictionary of its own each time
    normal = {"default_format_properties": {"font_name": FONT, "font_size": 11}}
    with xlsxwriter.Workbook(file, {**_OPTIONS, **normal}) as book:
        place = Place(book, formats(book, lang), found, lang, data)
        _properties(place)
        _sheets(place, every, shown, scales, entries, alone=only == SUMMARY)
    return file.getvalue()


def _properties(place: Place) -> None:
    """Who and what; the day is the last of the year of the results, so that it says no other."""
    title = place.heading(say(place.lang, "Remediation plan"))
    created = datetime(int(place.year), 12, 31)
    place.book.set_properties({"title": safe(title), "author": "papi-analysis", "created": created})
    place.book.set_calc_mode("auto")


def _sheets(
    place: Place,
    every: list[Block],
    shown: list[Block],
    scales: dict[str, tuple[float, float]],
    entries: pd.DataFrame,
    *,
    alone: bool,
) -> None:
    lang, cells = place.lang, {}
    codes = [one.code for block in shown for one in block.criteria]
    names = [sheet_name(every.index(block) + 1, agency.title(block, lang)) for block in shown]
    scores = say(lang, "Scores")
    if len(shown) == len(every):
        sheet = say(lang, "Summary")
        cells = write_summary(place, shown, [] if alone else names, sheet, entries)
    if not alone:
        courses = agency.courses(place.found, codes, lang)
        for block, name in zip(shown, names, strict=True):
            agency.write(place, block, name, courses=courses, scales=scales)
    write_history(place, place.found, codes, scores)
    _meta(place, ledger.head(entries), cells)


def _meta(place: Place, head: str, cells: dict[str, str]) -> None:
    """The hidden sheet that says what the workbook is, for the one who reads it back."""
    page = place.book.add_worksheet(META)
    told = {
        "schema": SCHEMA,
        "province": place.found["province"]["code"],
        "slug": place.found["province"]["slug"],
        "year": place.year,
        "lang": place.lang,
        "ledger": head,
        **cells,
    }
    for row, (key, value) in enumerate(told.items()):
        page.write_string(row, 0, key)
        page.write_string(row, 1, value)
    page.hide()
    page.protect()

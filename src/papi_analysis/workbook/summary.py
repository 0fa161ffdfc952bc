"""The first sheet: where the province stands, which agency leads what, and how far plans are."""

from __future__ import annotations

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from papi_analysis import findings
from papi_analysis.data import codebook
from papi_analysis.i18n import mark, say
from papi_analysis.plans import ledger
from papi_analysis.report.section import DRAFT, STATUSES
from papi_analysis.workbook import agency as agencies
from papi_analysis.workbook.blocks import Block
from papi_analysis.workbook.cells import reference, safe
from papi_analysis.workbook.place import LINE, Place, lines, printed

WIDTHS = (4.5, 47, 8, 8, 10, 10, 10, 11, 11, 11, 11, 11)
HEADINGS = (
    mark("No."), mark("Lead agency"), mark("Tier A"), mark("Tier B"), mark("Tier C"),
    mark("Points to gain"), mark("Actions"),
)  # fmt: skip
#: How the workbook is used, in order.
STEPS = (
    mark("Each agency opens its sheet (click its number) and fills in the yellow cells: at least "
         "an action and its deadline; the status is chosen from the list."),
    mark("The proposed target may be changed; the column beside it says whether it could be told "
         "from the error of the survey."),
    mark("The filled workbook is read back with: papi plan --from FILE.xlsx. All faults are "
         "listed at once with their cells, and nothing is recorded before they are mended."),
    mark("A recorded action is never erased: a change of it is recorded beside it. The report of "
         "the next year shows what the score did."),
)  # fmt: skip
_LAST = len(WIDTHS) - 1


def write(place: Place, blocks: list[Block], sheets: list[str], sheet: str, head: str) -> None:
    """Write the summary; its counts follow the agencies' sheets by formulas."""
    page = place.book.add_worksheet(sheet)
    for column, width in enumerate(WIDTHS):
        page.set_column(column, column, width)
    row = _words(page, place)
    row = _agencies(page, place, blocks, sheets, row)
    row = _first(page, place, blocks, row + 1)
    row = _steps(page, place, row + 1)
    told = say(place.lang, "Last seal of the ledger when this copy was made: {seal}", seal=head)
    if head == ledger.GENESIS:
        told = say(place.lang, "The ledger of the province has no entry yet.")
    _across(page, row + 1, safe(told), place.looks["subtitle"])
    page.protect("", {"format_columns": True, "format_rows": True})
    printed(page, place, last=(row + 1, _LAST), pages=1)


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
    page.set_row(row, 34)
    for column, heading in enumerate(words):
        text = say(lang, heading)
        page.write_string(row, column, safe(text[:1].upper() + text[1:]), looks["head"])
    first = row + 1
    for count, (block, sheet) in enumerate(zip(blocks, sheets, strict=True), start=1):
        _agency(page, place, block, sheet, row + count, count)
    last = row + len(blocks)
    _sums(page, place, blocks, first, last)
    return last + 2


def _agency(page: Worksheet, place: Place, block: Block, sheet: str, row: int, count: int) -> None:
    looks = place.looks
    page.write_url(row, 0, "internal:" + reference(sheet, "A1"), looks["link"], f"{count:02}")
    name = agencies.title(block, place.lang)
    status = say(place.lang, STATUSES[block.status])
    words = safe(f"{name} ({status})" if block.agency else name)
    page.write_string(row, 1, words, looks["words"])
    page.set_row(row, LINE * lines(words, WIDTHS[1]) + 1)
    for column, tier in enumerate("ABC", start=2):
        page.write_number(row, column, block.count(tier), looks["whole"])
    page.write_number(row, 5, round(block.headroom, 6), looks["number"])
    actions, states = (_range(block, sheet, key) for key in ("action", "status"))
    page.write_formula(row, 6, f"=COUNTA({actions})", looks["whole"], _recorded(block))
    for column, (status, word) in enumerate(ledger.STATUSES.items(), start=7):
        formula = f'=COUNTIF({states},"{say(place.lang, word)}")'
        page.write_formula(row, column, formula, looks["whole"], _recorded(block, status))


def _range(block: Block, sheet: str, key: str) -> str:
    letter = xl_col_to_name(agencies.column_of(block, key))
    cells = f"${letter}${agencies.FIRST + 1}:${letter}${agencies.last_row(block) + 1}"
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
    known[5] = round(sum(block.headroom for block in blocks), 6)
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
    leads = {one.code: agencies.title(block, lang) for block in blocks for one in block.criteria}
    rows = [one for one in place.found["priorities"] if one["tier"] != "C"]
    heading = say(lang, "Criteria of tiers A and B in order")
    _across(page, row, safe(heading), looks["heading"], height=20)
    heads = (mark("No."), mark("Criterion"), mark("Tier"), mark("Score"), mark("Benchmark"),
             mark("Points to gain"), mark("Lead agency"))  # fmt: skip
    page.set_row(row + 1, 34)
    for column, word in enumerate(heads[:-1]):
        page.write_string(row + 1, column, safe(say(lang, word)), looks["head"])
    page.merge_range(row + 1, 6, row + 1, _LAST, "", looks["head"])
    page.write_string(row + 1, 6, safe(say(lang, heads[-1])), looks["head"])
    for count, one in enumerate(rows, start=1):
        here = row + 1 + count
        page.write_number(here, 0, count, looks["whole"])
        page.write_string(here, 1, safe(names[one["code"]]), looks["words"])
        page.write_string(here, 2, one["tier"], looks["centre"])
        for column, key in enumerate(("score", "benchmark", "headroom"), start=3):
            page.write_number(here, column, one[key], looks["number"])
        page.merge_range(here, 6, here, _LAST, "", looks["words"])
        page.write_string(here, 6, safe(leads[one["code"]]), looks["words"])
        high = max(lines(names[one["code"]], WIDTHS[1]), lines(leads[one["code"]], sum(WIDTHS[6:])))
        page.set_row(here, LINE * high + 1)
    return row + 2 + len(rows)


def _steps(page: Worksheet, place: Place, row: int) -> int:
    lang, looks = place.lang, place.looks
    _across(page, row, safe(say(lang, "How this workbook is used")), looks["heading"], height=20)
    for count, step in enumerate(STEPS, start=1):
        _across(page, row + count, safe(f"{count}. {say(lang, step)}"), looks["text"])
    return row + 1 + len(STEPS)

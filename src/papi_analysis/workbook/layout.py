"""What the sheets of a workbook have in common: columns, text of cells, looks, how a page prints.

Times New Roman, as the rules for official papers ask.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from papi_analysis.i18n import mark, say
from papi_analysis.plans import criteria
from papi_analysis.plots.palette import colour

SCHEMA = "papi-plan/2"
#: Name of the hidden sheet that says what the workbook is.
META = "papi"


class Column(NamedTuple):
    """One column: its key (in a hidden row of the sheet), heading, width, and who fills it.

    `of` says whether a cell belongs to the criterion or to one action of it.
    """

    key: str
    heading: str
    width: float
    of: str
    filled: bool = False
    hidden: bool = False
    look: str = "words"


COLUMNS = (
    Column("code", mark("Code"), 4, "action", hidden=True),
    Column("line", mark("Line"), 4, "action", hidden=True),
    Column("proposed", mark("Target proposed"), 4, "criterion", hidden=True, look="number"),
    Column("criterion", mark("Criterion"), 27, "criterion", look="name"),
    Column("lead", mark("Lead agency (to be named)"), 15, "criterion", filled=True),
    Column("tier", mark("Tier"), 5, "criterion", look="centre"),
    Column("score", mark("Score {year}"), 7, "criterion", look="number"),
    Column("forecast", mark("Expected without new action (90% range)"), 11, "criterion",
           look="centre"),
    Column("benchmark", mark("Benchmark"), 10.5, "criterion", look="number"),
    Column("seen_from", mark("A rise is seen from"), 8, "criterion", look="number"),
    Column("feasible", mark("Reached it, of those as low"), 8.5, "criterion", look="centre"),
    Column("course", mark("Course"), 12.6, "criterion", look="centre"),
    Column("target", mark("Target"), 7.5, "criterion", filled=True, look="number"),
    Column("action", mark("Action"), 26, "action", filled=True),
    Column("deadline", mark("Deadline"), 12, "action", filled=True, look="date"),
    Column("helpers", mark("Co-operating"), 19, "action", filled=True),
    Column("milestones", mark("Milestones"), 22, "action", filled=True),
    Column("person", mark("Person in charge"), 16, "action", filled=True),
    Column("budget", mark("Budget"), 13, "action", filled=True),
    Column("status", mark("Status"), 13, "action", filled=True),
    Column("communes", mark("Communes (name: status; …)"), 22, "action", filled=True),
    Column("progress", mark("% done"), 8.5, "action", filled=True, look="whole"),
    Column("result", mark("Result"), 21, "action", filled=True),
    Column("evidence", mark("Evidence"), 17, "action", filled=True),
    Column("delay", mark("Reason of delay"), 16, "action", filled=True),
    Column("notes", mark("Notes"), 12, "action", filled=True),
)  # fmt: skip
#: The columns with which a new printed page begins; the criterion stands on each of them.
PAGES = ("deadline", "communes")


def columns(*, led: bool) -> list[Column]:
    """The columns of a sheet; the lead is asked for only where none is on file."""
    return [column for column in COLUMNS if column.key != "lead" or not led]


LONGEST = 32_000  # characters; a cell of a workbook holds 32,767
SHEET_NAME = 31  # characters of the name of a sheet
_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠]")
_SIGN = "'"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")


def safe(text: object) -> str:
    """Text that no spreadsheet takes for a formula, without characters that cannot be seen.

    >>> safe("=1+1"), safe("- họp thôn"), safe("Sở Nội vụ\\x07")
    ("'=1+1", "'- họp thôn", 'Sở Nội vụU+0007')
    """
    words = unicodedata.normalize("NFC", str(text)).replace("\r\n", "\n")
    words = "".join(_visible(char) for char in words)
    words = words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
    return _SIGN + words if _FORMULA.match(words) else words


def _visible(char: str) -> str:
    hidden = unicodedata.category(char) in ("Cc", "Cf", "Cs") and char != "\n"
    return f"U+{ord(char):04X}" if hidden else char


def plain(text: str) -> str:
    """The text of a cell without the sign that `safe` puts before it.

    >>> plain("'=1+1"), plain("'twas")
    ('=1+1', "'twas")
    """
    words = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return words[1:] if words.startswith(_SIGN) and _FORMULA.match(words[1:]) else words


def sheet_name(number: int, title: str) -> str:
    """A name that a sheet may bear: numbered, within 31 characters, cut between words.

    >>> sheet_name(2, "Sở Lao động - Thương binh và Xã hội (nay thuộc Sở khác)")
    '02 Sở Lao động - Thương binh và'
    """
    words = " ".join(_NOT_IN_A_NAME.sub(" ", safe(title)).split())
    name = f"{number:02} {words}".strip()
    if len(name) > SHEET_NAME:
        name = name[: SHEET_NAME + 1].rpartition(" ")[0] or name[:SHEET_NAME]
    return name.rstrip(" -(–,;")[:SHEET_NAME]


def reference(sheet: str, cells: str) -> str:
    """Cells of a sheet as a formula names them.

    >>> reference("01 Sở Nội vụ", "A1:A9")
    "'01 Sở Nội vụ'!A1:A9"
    """
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{cells}"


FONT = "Times New Roman"
#: Numbers and dates in the way of each language, whatever machine opens the file.
NUMBER = {"vi": "[$-42A]0.00", "en": "[$-409]0.00"}
DATE = "dd/mm/yyyy"
_INPUT = "#fffbe6"


def formats(book: xlsxwriter.Workbook, lang: str) -> dict[str, Format]:
    """The formats by name; a name that ends in "_in" is that of a cell to fill in."""
    basic = {"font_name": FONT, "font_size": 12, "valign": "vcenter", "font_color": colour("ink")}
    grid = {**basic, "border": 1, "border_color": colour("other"), "text_wrap": True}
    head = {**grid, "bold": True, "font_size": 11, "align": "center"}
    cells = {
        "words": {},
        "name": {"bold": True},
        "centre": {"align": "center"},
        "number": {"align": "center", "num_format": NUMBER[lang]},
        "starred": {"align": "center", "num_format": NUMBER[lang] + '"*"'},
        "whole": {"align": "center", "num_format": "0"},
        "percent": {"align": "center", "num_format": "0%"},
        "date": {"align": "center", "num_format": DATE},
        "link": {"align": "center", "font_color": colour("province"), "underline": 1},
        "sum": {"bold": True, "align": "center", "num_format": "0", "top": 2},
        "sum_number": {"bold": True, "align": "center", "num_format": NUMBER[lang], "top": 2},
        "sum_words": {"bold": True, "top": 2},
    }
    made = {name: {**grid, **look} for name, look in cells.items()}
    filled = {"locked": False, "bg_color": _INPUT}
    inputs = ("words", "number", "date", "whole")
    made |= {f"{name}_in": {**made[name], **filled} for name in inputs}
    # text stays text when a cell is edited, whatever it begins with
    made["words_in"] |= {"num_format": "@"}
    made |= {
        "title": {**basic, "bold": True, "font_size": 17, "font_color": colour("province")},
        "subtitle": {**basic, "italic": True, "font_color": colour("muted")},
        "text": {**basic, "text_wrap": True, "valign": "top"},
        "heading": {**basic, "bold": True, "font_size": 13},
        "head": {**head, "bg_color": colour("step1")},
        "head_in": {**head, "bg_color": colour("step2")},
        "strong": {**basic, "bold": True},
        "under": {**basic, "font_size": 11, "font_color": colour("muted")},
        "sign": {**basic, "bold": True, "align": "center"},
        "sign_note": {**basic, "italic": True, "align": "center"},
    }  # fmt: skip
    return {name: book.add_format(look) for name, look in made.items()}


A4 = 9
#: What A4 landscape holds between its margins, in points down.
DOWN = 510
#: Height of a line of text in points, and letters that fit into a unit of a column's width.
LINE, LETTERS = 15.75, 1.0


@dataclass(frozen=True)
class Place:
    """A workbook that is being written: what it is about and how its cells look."""

    book: xlsxwriter.Workbook
    looks: dict[str, Format]
    found: dict
    lang: str
    data: str | Path | None = None

    @cached_property
    def asked(self) -> dict[str, str]:
        """What is asked behind each criterion."""
        return dict(criteria.what_is_asked(self.lang).set_index("code")["text"])

    @cached_property
    def leads(self) -> pd.DataFrame:
        """Who leads dimensions, criteria and indicators."""
        return criteria.agencies(self.found["province"]["slug"], self.found["year"])

    @cached_property
    def coordinators(self) -> dict[str, str]:
        """Who co-ordinates each dimension."""
        rows = self.leads[self.leads["level"].eq("dimension") & self.leads["role"].eq("lead")]
        return dict(zip(rows["code"], rows["agency_vi" if self.lang == "vi" else "agency_en"],
                        strict=True))  # fmt: skip

    @cached_property
    def days(self) -> dict[str, date]:
        """The proposed days of the PAPI year by step."""
        return criteria.proposed_days(self.found["year"])

    @property
    def province(self) -> str:
        """The name of the province."""
        return self.found["province"][f"name_{self.lang}"]

    @property
    def year(self) -> str:
        """The year of the results."""
        return str(self.found["year"])

    def heading(self, words: str) -> str:
        """A title with the province and the year behind it."""
        return say(self.lang, "{words} – {province}, PAPI {year}",
                   words=words, province=self.province, year=self.year)  # fmt: skip


def lines(words: str, width: float) -> int:
    """How many lines a text takes in a column of that width; on the safe side."""
    room = max(int(width * LETTERS), 1)
    return sum(max(1, -(-len(part) // room)) for part in words.split("\n"))


#: Scale in per cent at which letters of 12 points are printed with 10 points.
SCALE = 84


def printed(page: Worksheet, place: Place, *, first: int = 0, last: tuple[int, int],
            head: int | None = None, title: str = "") -> None:  # fmt: skip
    """Set a sheet up for A4 landscape from row `first` on, its row `head` on every page."""
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.4, right=0.4, top=0.6 if title else 0.5, bottom=0.6)
    page.set_print_scale(SCALE)
    if head is not None:
        page.repeat_rows(head, head)
    page.print_area(first, 0, *last)
    page.center_horizontally()
    name = place.heading(say(place.lang, "Remediation plan")).replace("&", "&&")[:180]
    if title:
        shown = title.replace("&", "&&")[:180]
        page.set_header(f'&L&"Times New Roman,Bold"&13{shown}')
    page.set_footer(f'&L&"Times New Roman,Italic"&10{name}&R&"Times New Roman"&10&P/&N')
    page.hide_gridlines(2)
    page.set_zoom(90)


def broken_between(page: Worksheet, parts: list[tuple[int, float]], *, head: float,
                   columns: list[int], criterion: int) -> None:  # fmt: skip
    """Let a sheet break between its parts and at some columns, and never inside a part.

    Parameters
    ----------
    page : Worksheet
        Set up by `printed`.
    parts : list of tuple
        First row and height in points of each part.
    head : float
        Height of the row that every page repeats, in points.
    columns : list of int
        Columns with which a new page begins.
    criterion : int
        The column that every page repeats.
    """
    room, used, breaks = 100 * DOWN / SCALE, head, []
    for row, height in parts:
        if used + height > room:
            breaks.append(row)
            used = head
        used += height
    page.repeat_columns(criterion, criterion)
    page.print_across()
    page.set_v_pagebreaks(columns)
    if breaks:
        page.set_h_pagebreaks(breaks)

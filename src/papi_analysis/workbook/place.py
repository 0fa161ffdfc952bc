"""What the sheets of a workbook have in common: the book, its looks, and how a page prints."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from papi_analysis.i18n import say

A4 = 9
#: What A4 landscape holds between its margins: pixels across and points down.
ACROSS, DOWN = 1045, 510
UNIT = 7.5  # pixels of a unit of a column's width, on the safe side
#: Height of a line of text in points, and letters that fit into a unit of a column's width.
LINE, LETTERS = 15.75, 1.1


@dataclass(frozen=True)
class Place:
    """A workbook that is being written: what it is about and how its cells look."""

    book: xlsxwriter.Workbook
    looks: dict[str, Format]
    found: dict
    lang: str
    data: str | Path | None = None

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


def printed(
    page: Worksheet,
    place: Place,
    *,
    rows: tuple[int, int] | None = None,
    last: tuple[int, int],
    pages: int = 0,
) -> None:
    """Set a sheet up for A4 landscape, as wide as the paper, its head `rows` on every page."""
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.fit_to_pages(1, pages)
    if rows:
        page.repeat_rows(*rows)
    page.print_area(0, 0, *last)
    page.center_horizontally()
    name = place.heading(say(place.lang, "Remediation plan")).replace("&", "&&")[:180]
    page.set_footer(f'&L&"Times New Roman,Italic"&9{name}&R&"Times New Roman"&9&P/&N')
    page.hide_gridlines(2)
    page.set_zoom(90)


def broken_between(
    page: Worksheet, widths: list[float], parts: list[tuple[int, float]], *, head: float
) -> None:
    """Let a long sheet break between its parts and never inside one.

    Parameters
    ----------
    page : Worksheet
        Set up by `printed`.
    widths : list of float
        Widths of the columns that are seen.
    parts : list of tuple
        First row and height in points of each part.
    head : float
        Height of what stands above the first part, in points; on later pages of the row that is
        repeated.
    """
    scale = min(100, int(97 * ACROSS / sum(UNIT * width + 5 for width in widths)))
    room, used, breaks = 100 * DOWN / scale, head, []
    for row, height in parts:
        if used + height > room:
            breaks.append(row)
            used = head / 2
        used += height
    if breaks:
        page.set_print_scale(scale)
        page.set_h_pagebreaks(breaks)

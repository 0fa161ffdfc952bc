"""How the cells of the workbook look: Times New Roman, as the rules for official papers ask."""

from __future__ import annotations

import xlsxwriter
from xlsxwriter.format import Format

from papi_analysis.plots.palette import colour

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
        "date": {"align": "center", "num_format": DATE},
        "link": {"align": "center", "font_color": colour("province"), "underline": 1},
        "sum": {"bold": True, "align": "center", "num_format": "0", "top": 2},
        "sum_number": {"bold": True, "align": "center", "num_format": NUMBER[lang], "top": 2},
        "sum_words": {"bold": True, "top": 2},
    }
    made = {name: {**grid, **look} for name, look in cells.items()}
    filled = {"locked": False, "bg_color": _INPUT}
    made |= {f"{name}_in": {**made[name], **filled} for name in ("words", "number", "date")}
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

"""The workbook as a file: summary, one sheet per agency, past scores, and what it is about."""

from __future__ import annotations

import io
from datetime import datetime
from pathlib import Path

import pandas as pd
import xlsxwriter

from papi_analysis.i18n import say
from papi_analysis.plans import ledger
from papi_analysis.workbook import agency, course, history, summary
from papi_analysis.workbook.blocks import Block, blocks
from papi_analysis.workbook.cells import safe, sheet_name
from papi_analysis.workbook.columns import META, SCHEMA
from papi_analysis.workbook.look import FONT, formats
from papi_analysis.workbook.place import Place

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
        The agency whose sheet alone is wanted; "" for the criteria without a lead.

    Returns
    -------
    bytes
        An .xlsx file without macros, links to elsewhere or a clock.
    """
    entries = ledger.empty() if entries is None else entries
    every = blocks(found, entries)
    shown = [block for block in every if only is None or block.agency == only]
    file = io.BytesIO()
    # XlsxWriter writes into the properties of the default format: a dictionary of its own each time
    normal = {"default_format_properties": {"font_name": FONT, "font_size": 11}}
    with xlsxwriter.Workbook(file, {**_OPTIONS, **normal}) as book:
        place = Place(book, formats(book, lang), found, lang, data)
        _properties(place)
        _sheets(place, every, shown, scales, ledger.head(entries))
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
    head: str,
) -> None:
    lang = place.lang
    codes = [one.code for block in shown for one in block.criteria]
    names = [sheet_name(every.index(block) + 1, agency.title(block, lang)) for block in shown]
    scores = say(lang, "Scores")
    if len(shown) == len(every):
        summary.write(place, shown, names, say(lang, "Summary"), head)
    courses = course.courses(place.found, codes, lang)
    for block, name in zip(shown, names, strict=True):
        agency.write(place, block, name, courses=courses, scales=scales)
    history.write(place, place.found, codes, scores)
    _meta(place, head)


def _meta(place: Place, head: str) -> None:
    """The hidden sheet that says what the workbook is, for the one who reads it back."""
    page = place.book.add_worksheet(META)
    told = {
        "schema": SCHEMA,
        "province": place.found["province"]["code"],
        "slug": place.found["province"]["slug"],
        "year": place.year,
        "lang": place.lang,
        "ledger": head,
    }
    for row, (key, value) in enumerate(told.items()):
        page.write_string(row, 0, key)
        page.write_string(row, 1, value)
    page.hide()
    page.protect()

"""The layouts of official tables, each told by its content: tidy, yearly since 2018 and to 2017,
consolidated.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest import crosstab, files, header, matching, workbook, years
from papi_analysis.ingest.cells import Cell, Sheet, letters
from papi_analysis.ingest.crosstab import Entry, Reading, joined
from papi_analysis.ingest.header import Header
from papi_analysis.ingest.issues import Phrase, fault, finding, refusal, shown
from papi_analysis.ingest.matching import Label
from papi_analysis.ingest.reference import Codebook

HIDDEN, NO_TABLE = Phrase("hidden sheet"), Phrase("sheet without a table")
NO_YEAR, NO_SCORE = Phrase("no year"), Phrase("no known sub-dimension")


class Layout(NamedTuple):
    """A layout: whether sheets are of it, and how they are read."""

    name: str
    claims: Callable[[list[Sheet], Codebook], bool]
    read: Callable[[list[Sheet], Codebook, int | None], Reading]


def sheets(path: Path, book: Codebook) -> tuple[list[Sheet], list[Issue]]:
    """The sheets of a file of any kind, and what is odd in it (see `files.kind`)."""
    if files.kind(path) == "zip":
        found, said = workbook.read(path)
    else:
        found, said = files.read_text(path, lambda text: matching.hits(text, book.known(None)))
    name = shown(path.name, longest=200)  # a name may hold bytes that are no letters
    return [replace(sheet, file=name) for sheet in found], said


def read(path: Path, book: Codebook, *, year: int | None = None) -> Reading:
    """Read a file of any layout.

    Parameters
    ----------
    path : Path
    book : Codebook
    year : int, optional
        The year, where neither sheet nor file is named after it.

    Raises
    ------
    SourceError
        When there is no table to read (issues of the groups "file" and "layout").
    """
    found, said = sheets(path, book)
    visible = [sheet for sheet in found if not sheet.hidden]
    hidden = [sheet for sheet in found if sheet.hidden]
    said += [finding("W-HIDDEN-SHEET", file=s.file, sheet=s.name, found=s.name) for s in hidden]
    layout = next((one for one in LAYOUTS if one.claims(visible, book)), None)
    if layout is None:
        raise _refused(path, visible, found, book)
    readings = [layout.read(visible, book, year)]
    readings += [crosstab.unused("", sheet, HIDDEN) for sheet in hidden]
    return joined(layout.name, readings, said)


def _siblings(sheets: list[Sheet]) -> frozenset[int]:
    return frozenset(year for sheet in sheets for year in years.named(sheet.name))


# --- consolidated: one sheet a year, provinces in rows, scores in columns -------------------------


def _is_consolidated(sheets: list[Sheet], book: Codebook) -> bool:
    return any(header.find(sheet, book.labels) for sheet in sheets)


def _read_consolidated(sheets: list[Sheet], book: Codebook, year: int | None) -> Reading:
    """The tables of all sheets; a sheet without one is accounted for and told."""
    siblings = _siblings(sheets)
    return joined("consolidated", [_table(s, book, year, siblings) for s in sheets])


def _table(
    sheet: Sheet,
    book: Codebook,
    year: int | None,
    siblings: frozenset[int] = frozenset(),
    *,
    titled: bool = False,
) -> Reading:
    """The table of one sheet; with `titled`, titles above the column names are nothing odd."""
    head = header.find(sheet, book.labels)
    if head is None:
        return _without_table(sheet, book)
    own, said = None, []
    if head.column("year") is None:
        own, said = years.of_sheet(
            sheet.file, sheet.name, head.titles, asked=year, siblings=siblings
        )
        if own is None:
            return crosstab.unused("", sheet, NO_YEAR, said)
    head = header.with_provinces(sheet, head, book.known(own))
    reading = crosstab.read(sheet, head, book, year=own)
    reading = replace(reading, values=crosstab.totals_missing(reading.values))
    used = reading.rows.loc[reading.rows["reason"].eq(""), "row"].tolist()
    odd = crosstab.oddities(sheet, head, used, titled=titled)
    return joined("", [reading], [*said, *header.faults(sheet, head, book.labels), *odd])


def _without_table(sheet: Sheet, book: Codebook) -> Reading:
    """The account of a sheet in which no column names were recognised.

    A sheet that is named after a year, or is the whole file, should have held one.
    """
    said: list[Issue] = []
    if sheet.rows and (years.named(sheet.name) or not sheet.name):
        row, known = header.nearest(sheet, book.labels)
        where = {"file": sheet.file, "sheet": sheet.name, "row": row}
        said = [finding("E-HEADER-NONE", nearest=row, known=known, **where)]
    return crosstab.unused("", sheet, NO_TABLE, said)


# --- yearly, 2011 to 2017: a main sheet of all scores, and six sheets of parts --------------------

#: The tab of the 2011 file says 2012; the name of the file is right (`years.MISNAMED`).
MAIN = re.compile(r"bảng tổng hợp", re.IGNORECASE)
PARTS = re.compile(r"điểm thành phần\s*([1-9])", re.IGNORECASE)
#: Points by which a score of a sheet of parts may differ from the main sheet (rounding).
SAME = 0.005
_KEY = ["year", "province", "code"]


def _is_yearly_2011(sheets: list[Sheet], book: Codebook) -> bool:
    return any(MAIN.search(sheet.name) or PARTS.search(sheet.name) for sheet in sheets)


def _read_yearly_2011(sheets: list[Sheet], book: Codebook, year: int | None) -> Reading:
    """The scores of the main sheet, with what only the sheets of parts hold."""
    parts = [sheet for sheet in sheets if PARTS.search(sheet.name)]
    rest = [sheet for sheet in sheets if sheet not in parts]
    siblings = _siblings(rest)
    main = joined("", [_table(s, book, year, siblings, titled=True) for s in rest])
    known = main.values["year"].dropna().unique()
    own = int(known[0]) if len(known) == 1 else year
    extra = joined("", [_table(sheet, book, own, titled=True) for sheet in parts])
    both = extra.values.merge(
        main.values[[*_KEY, "score", "cell"]], on=_KEY, suffixes=("", "_main"), how="left"
    )
    conflicts = [
        finding("E-PART-SHEET", found=row.found, main=row.cell_main, other=f"{row.score_main:g}",
                **{name: getattr(row, name) for name in ("file", "sheet", "row", "column",
                                                         "row_name", "column_name")})
        for row in both[(both["score"] - both["score_main"]).abs() > SAME].itertuples()
    ]  # fmt: skip
    whole = joined("yearly_2011", [main, extra], [])
    values = pd.concat([main.values, extra.values[both["cell_main"].isna().to_numpy()]])
    return replace(whole, values=values.reset_index(drop=True), statistics=main.statistics,
                   findings=(*whole.findings, *conflicts))  # fmt: skip


# --- yearly since 2018: provinces in columns, about 167 rows from total to indicator --------------

MARKS = 3  # numbered dimensions that tell this layout where it names no scale


def _is_yearly_2018(sheets: list[Sheet], book: Codebook) -> bool:
    return any(_across(sheet, book) for sheet in sheets)


def _across(sheet: Sheet, book: Codebook) -> Header | None:
    """The header of a table with provinces across that tells scales or numbers of dimensions."""
    head = header.find(sheet.turned, book.labels)
    if head is None:
        return None
    numbered = [any(map(str.isdigit, head.names[c])) for c in head.of("dimension")]
    return head if head.scale is not None or sum(numbered) >= MARKS else None


def _read_yearly_2018(sheets: list[Sheet], book: Codebook, year: int | None) -> Reading:
    """The tables of all sheets, with indicators and statistics.

    Each sheet holds one year and newer files repeat older ones. Empty columns stand between groups
    of provinces, rows of the total carry statistics, and rows on top may map former provinces to
    new ones.
    """
    siblings = _siblings(sheets)
    tables = [_table_across(sheet, book, year, siblings) for sheet in sheets]
    whole = joined("yearly_2018", tables)
    return replace(
        whole,
        values=crosstab.totals_missing(crosstab.dimensions_missing(whole.values)),
        statistics=whole.statistics[whole.statistics["value"].ne(0)],
    )


def _table_across(
    sheet: Sheet, book: Codebook, year: int | None, siblings: frozenset[int]
) -> Reading:
    head = _across(sheet, book)
    if head is None:
        return _without_table(sheet, book)
    own, said = years.of_sheet(sheet.file, sheet.name, head.titles, asked=year, siblings=siblings)
    if own is None:
        return crosstab.unused("", sheet, NO_YEAR, said)
    head = header.with_provinces(sheet.turned, head, book.known(own), anew=True)
    reading = crosstab.read(sheet.turned, head, book, year=own, turned=True)
    odd = header.faults(sheet.turned, head, book.labels, plain=False)
    return joined("", [reading], [*said, *odd])


# --- tidy: one score in each row ------------------------------------------------------------------

COLUMNS = ("year", "province", "subdimension", "score")
#: Columns that our own tables carry beside these.
OWN = {"file", "sheet", "cell", "level", "dimension", "code", "rank", "n", "group", "median", "p25",
       "p75", "comparable", "absence"}  # fmt: skip


def _is_tidy(sheets: list[Sheet], book: Codebook) -> bool:
    return any(header.find_long(sheet, book.labels) for sheet in sheets)


def _read_tidy(sheets: list[Sheet], book: Codebook, year: int | None) -> Reading:
    return joined("tidy_csv", [_table_tidy(sheet, book, year) for sheet in sheets])


def _table_tidy(sheet: Sheet, book: Codebook, year: int | None) -> Reading:
    head = header.find_long(sheet, book.labels)
    if head is None:
        return crosstab.unused("", sheet, NO_TABLE)
    said: list[Issue] = []
    if head.column("year") is None:
        year, said = years.of_sheet(sheet.file, sheet.name, head.titles, asked=year)
    else:
        year = None
    names_of = crosstab.naming(sheet, head, book, year)
    lines = crosstab.lines(sheet, head, book, names_of)
    uneven = crosstab.ragged(sheet, head, [line.row for line in lines.provinces])
    entries, lost = _entries(sheet, head, book, lines.provinces, year)
    ignored = {**lines.ignored, **{entry.line.row: NO_SCORE for entry in lost}}
    values, doubled = crosstab.united(
        crosstab.values(sheet, book, entries, uneven), lines.provinces, names_of
    )
    return Reading(
        "",
        values=values,
        rows=crosstab.accounted(sheet, [entry.line.row for entry in entries], ignored),
        findings=(
            *said,
            *_form(sheet, head),
            *lines.findings,
            *doubled,
            *years.said(sheet, head, lines.provinces, year),
            *crosstab.numbers_said(sheet, entries, uneven),
            *(_unknown(sheet, head, book, entry) for entry in lost),
        ),
    )


def _entries(
    sheet: Sheet, head: Header, book: Codebook, lines: list[crosstab.Line], year: int | None
) -> tuple[list[Entry], list[Entry]]:
    """The entries of known scores, and those whose sub-dimension is not known."""
    criterion, column = head.column("criterion") or 0, head.column("score") or 0
    known: dict[object, Label] = {}
    entries: list[Entry] = []
    lost: list[Entry] = []
    dimensions = set(book.dimensions["dimension"])
    for line in lines:
        name = sheet.get(line.row, criterion)
        text = name.value if name else ""
        if text not in known:
            number = str(text) in dimensions
            known[text] = (Label("dimension", str(text)) if number
                           else matching.label(text, book.labels))  # fmt: skip
        own = years.of_row(sheet, head, line.row, year)[0]
        entry = Entry(line, column, str(text), known[text], sheet.get(line.row, column), own)
        (entries if known[text].kind in header.SCORES else lost).append(entry)
        if len(lost) > crosstab.MAX_UNKNOWN:
            raise refusal(*(_unknown(sheet, head, book, entry) for entry in lost))
    return entries, lost


def _unknown(sheet: Sheet, head: Header, book: Codebook, entry: Entry) -> Issue:
    return finding("E-CRITERION-UNKNOWN", file=sheet.file, sheet=sheet.name, row=entry.line.row,
                   column=letters(head.column("criterion") or 0), found=entry.name,
                   near=matching.nearest_labels(entry.name, book.labels),
                   row_name=entry.line.name)  # fmt: skip


def _form(sheet: Sheet, head: Header) -> list[Issue]:
    """What is to be said of a form that is not the project's own."""
    names = [head.names[column] for column in sorted(head.names)]
    where = {"file": sheet.file, "sheet": sheet.name, "row": head.rows[0]}
    found = []
    if sheet.typed or not set(names) <= {*COLUMNS, *OWN}:
        found.append(finding("W-LONG-FORMAT", found=", ".join(names), used="tidy_csv", **where))
    if head.rows[0] > 1:
        found.append(finding("W-HEADER-OFFSET", found=head.rows[0], **where))
    strange = [c for c, name in head.names.items()
               if head.columns[c].kind in ("", "extra") and name not in OWN]  # fmt: skip
    return [*found, *(finding("W-EXTRA-COLUMN", found=head.names[c], column=letters(c), **where)
                      for c in sorted(strange))]  # fmt: skip


#: The layouts, the most particular first.
LAYOUTS = (
    Layout("tidy_csv", _is_tidy, _read_tidy),
    Layout("yearly_2018", _is_yearly_2018, _read_yearly_2018),
    Layout("yearly_2011", _is_yearly_2011, _read_yearly_2011),
    Layout("consolidated", _is_consolidated, _read_consolidated),
)


# --- why there is no table ------------------------------------------------------------------------

#: The columns of a table with one score in each row, in words.
COLUMN_WORDS = {
    "province": Phrase("the provinces"),
    "subdimension": Phrase("the sub-dimensions"),
    "score": Phrase("the scores"),
}
#: Other indices of provinces, whose tables look alike.
OTHER_INDEX = re.compile(r"PAR[ -]?INDEX|SIPAS|\bPCI\b|\bDDCI\b|\bDTI\b|\bPGI\b|\bPII\b|"
                         r"chỉ số cải cách hành chính|chỉ số hài lòng", re.IGNORECASE)  # fmt: skip
WORKBOOKS = (".xlsx", ".xlsm", ".xls")  # of names, to tell what a file is not
#: A letter lost inside a word, as a question mark or as the mark of an unreadable one.
LOST = re.compile("[^\\W\\d][?\ufffd]+[^\\W\\d]")


def _refused(path: Path, visible: list[Sheet], found: list[Sheet], book: Codebook) -> Exception:
    """Why there is no table: nothing there, provinces in columns, or no known names."""
    filled = [sheet for sheet in visible if sheet.rows]
    if not filled:
        listed = ", ".join(sheet.name for sheet in found) or "–"
        return fault("E-EMPTY", file=path.name, found=listed, sheets=listed)
    for sheet in filled:
        lacking = header.lacking(sheet, book.labels)
        if lacking:
            row, title = lacking
            return fault("E-LONG-COLUMN", file=path.name, sheet=sheet.name, row=row, found=title,
                         title=title, missing=COLUMN_WORDS[title])  # fmt: skip
        if header.find(sheet.turned, book.labels):
            return fault("E-TRANSPOSED", file=path.name, sheet=sheet.name)
    lost = _lost_letters(filled)
    if lost:
        near = matching.nearest_labels(lost[0].value, book.labels)
        return fault(
            "E-NAME-LOSSY", found=lost[0].value, near=near, **header.at(filled[0], lost[0])
        )
    other = next((match for sheet in filled for row in sorted(sheet.rows)[: header.SEARCHED]
                  for cell in sheet.rows[row].values()
                  if (match := OTHER_INDEX.search(cell.text))), None)  # fmt: skip
    if other:
        return fault("E-OTHER-INDEX", file=path.name, found=other[0])
    single = all(len(cells) == 1 for sheet in filled for cells in sheet.rows.values())
    if single and path.suffix.lower() in WORKBOOKS and files.kind(path) == "text":
        return fault("E-FILE-TYPE", file=path.name, kind=Phrase("plain text without a table"))
    best = max(filled, key=lambda sheet: header.nearest(sheet, book.labels)[1])
    row, known = header.nearest(best, book.labels)
    return fault("E-HEADER-NONE", file=path.name, sheet=best.name, row=row, nearest=row,
                 known=known)  # fmt: skip


def _lost_letters(filled: list[Sheet]) -> list[Cell]:
    """The words of the first rows of which question marks took letters, if they are many."""
    cells = [
        cell
        for row in sorted(filled[0].rows)[: header.SEARCHED]
        for cell in filled[0].rows[row].values()
        if cell.kind == "text" and LOST.search(cell.text)
    ]
    return cells if len(cells) >= header.ENOUGH else []

"""Every code of an issue of a file, what it says and how to mend it; issues made and told.

A code that begins with E refuses the file; with W it accepts it and is shown in the report. Text
from a file is made safe to show.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import NamedTuple

from papi_analysis.errors import Issue, Phrase, SourceError
from papi_analysis.i18n import day, say

__all__ = ["AGAIN", "DIAGNOSES", "Diagnosis", "Phrase", "fault", "finding", "listing", "message",
           "place", "record", "refusal", "shown"]  # fmt: skip

LONGEST = 80


class Diagnosis(NamedTuple):
    """What a code says: message, what was expected, and how to mend it (catalogue sentences)."""

    message: str
    expected: str
    mend: str


def shown(value: object, *, longest: int = LONGEST) -> str:
    """Text of an input as it may be shown: one line, at most 80 characters, nothing invisible.

    >>> shown("Hà\\u200bNội\\x07")
    'HàU+200BNộiU+0007'
    """
    text = unicodedata.normalize("NFC", str(value))
    if text.isprintable() and len(text) <= longest and " ".join(text.split()) == text:
        return text
    safe = "".join(
        f"U+{ord(char):04X}" if unicodedata.category(char)[0] == "C" else char
        for char in text[: longest + 1]
    )
    safe = " ".join(safe.split())
    return safe if len(safe) <= longest else safe[: longest - 1] + "…"


AGAIN = "Download the file again from papi.org.vn, then run the command again."
AS_XLSX = "Open it in a spreadsheet program, save it as .xlsx, then run the command again."
_SAVE = "save the file and run the command again."
_UTF8 = "Save the file as UTF-8 (in a spreadsheet program: CSV UTF-8) when convenient."

# --- the file before its cells are read -----------------------------------------------------------

FILE = {
    "E-NOT-FOUND": Diagnosis(
        "no such file; nearest in that folder: {near}",
        "the path of a file",
        "Check the folder and the name, then run the command again.",
    ),
    "E-NOT-A-FILE": Diagnosis(
        "this is {kind}, not a file", "a workbook (.xlsx) or a table (.csv)", "Name one file."
    ),
    "E-FILE-EMPTY": Diagnosis("the file holds 0 bytes", "a file with content", AGAIN),
    "E-FILE-BROKEN": Diagnosis(
        "the file is damaged: {reason}", "a workbook that opens without repair", AGAIN
    ),
    "E-FILE-TYPE": Diagnosis(
        "the content is {kind}, whatever its name says",
        "a workbook (.xlsx, .xlsm) or a table as text (.csv)",
        AS_XLSX,
    ),
    "E-FILE-SIZE": Diagnosis(
        "the file is too large: {measure} {found}, the limit is {limit}",
        "the size of an official table",
        "Keep only the table of scores in the file, then run the command again.",
    ),
    "E-FILE-ENCRYPTED": Diagnosis(
        "the file is protected by a password",
        "a file without a password",
        "Open it with its password, remove the password, save it and run the command again.",
    ),
    "E-FILE-STRICT": Diagnosis(
        "the workbook is saved as Strict Open XML", "an ordinary workbook (.xlsx)", AS_XLSX
    ),
    "E-FILE-PARTS": Diagnosis("the workbook lacks its part {part}", "a complete workbook", AGAIN),
    "E-LFS-POINTER": Diagnosis(
        "this is a pointer of Git LFS, not the file itself",
        "the file itself",
        "Fetch it with: git lfs pull",
    ),
    "E-LOCK-FILE": Diagnosis(
        "this is the lock that a spreadsheet program leaves beside an open file",
        "the workbook itself",
        "Close the workbook in the spreadsheet program and name the file without {prefix}",
    ),
    "E-ZIP-BOMB": Diagnosis(
        "unpacked, {part} would take {found}; the limit is {limit}",
        "the size of an official workbook",
        "Do not open this file. " + AGAIN,
    ),
    "E-XML-ENTITY": Diagnosis(
        "the part {part} defines XML entities, which an honest workbook never does",
        "a workbook without document type definitions",
        "Do not open this file. " + AGAIN,
    ),
    "E-TRUNCATED": Diagnosis("the file is cut off: {reason}", "a complete file", AGAIN),
    "W-MACRO": Diagnosis(
        "the workbook carries macros; they were not run, only values were read",
        "a workbook without macros",
        "Save it as .xlsx without macros.",
    ),
    "W-ZIP-MEMBER": Diagnosis(
        "the workbook carries a part that is not read: {part}",
        "the parts of a plain workbook",
        "Check where the file comes from; save it afresh as .xlsx.",
    ),
}

# --- the shape of a table -------------------------------------------------------------------------

LAYOUT = {
    "E-EMPTY": Diagnosis(
        "there are no scores in it; sheets: {sheets}",
        "a table of scores by province",
        "Check that this is the file you meant; unhide a hidden sheet of scores.",
    ),
    "E-HEADER-NONE": Diagnosis(
        "no row of column names was recognised; the nearest is row {nearest} with {known} known",
        "the names of the dimensions and sub-dimensions in the first 40 rows",
        "Put the row of column names of the official table back above the scores, " + _SAVE,
    ),
    "E-DUP-HEADER": Diagnosis(
        "the column name stands twice, in {first} and {second}",
        "every column name once",
        "Remove or rename the wrong one of the two columns, " + _SAVE,
    ),
    "E-DUP-COLUMN": Diagnosis(
        "{where} hold the same {count} values; the first is {other}",
        "columns with values of their own",
        "Copy the right values into the wrong one of the two columns, " + _SAVE,
    ),
    "E-MISSING-COLUMN": Diagnosis(
        "PAPI {year} needs the column {name}; it is not in the table. {like}",
        "the {count} sub-dimensions of {year}",
        "Put the column back with its name, " + _SAVE,
    ),
    "E-CONSTANT": Diagnosis(
        "all {count} provinces have the same score of {name}: {same:0.######}",
        "scores that differ between provinces",
        "Copy the right values into this column (a value filled down?), " + _SAVE,
    ),
    "E-COLUMN-EMPTY": Diagnosis(
        "{count} of {n} provinces {count:has|have} no score of {name}",
        "at most {limit} provinces without it, as in every year so far",
        "Fill the column in from the official table (a filter, a cut or zeros for scores?), "
        + _SAVE,
    ),
    "E-TRANSPOSED": Diagnosis(
        "provinces stand in columns and criteria in rows",
        "provinces in rows",
        "Turn the table (copy, paste special, transpose), " + _SAVE,
    ),
    "E-LONG-COLUMN": Diagnosis(
        "each row holds one score of a province, but there is no column of {missing}",
        "the columns year, province, subdimension and score",
        "Add the column {title}, " + _SAVE,
    ),
    "E-CODEBOOK-YEAR": Diagnosis(
        "the columns are those of the index of {other}, not of {year}: {different}",
        "the {count} sub-dimensions of {year}",
        "Check the year of the sheet; if the scores are of {year}, take its official table.",
    ),
    "E-NEW-REGIME": Diagnosis(
        "{what} Signature: {signature}",
        "the sub-dimensions, scales and spread of {before}, or a regime that you confirm",
        "Write the draft with --draft FILE, check each row of it, then give it with --regime FILE.",
    ),
    "E-REGIME-UNCONFIRMED": Diagnosis(
        "the regime file still has open marks (?) in: {open}",
        "every row decided by a person",
        "Decide each mark, remove its question mark, " + _SAVE,
    ),
    "E-LABEL-SHIFT": Diagnosis(
        "the values under {name} are those of {like}: {evidence}",
        "values that continue the past of their own column",
        "Compare the column names with the official table, put them right, " + _SAVE,
    ),
    "E-ROW-SHIFT": Diagnosis(
        "the scores of {rows} rows stand beside the wrong province: {evidence}",
        "scores beside the name of their own province",
        "Compare names and scores with the official table (a row inserted, or only one column "
        "sorted?), " + _SAVE,
    ),
    "W-COLUMN-PAST": Diagnosis(
        "the provinces' ranking by {name} has nothing of that of the year before (rank correlation "
        "{correlation}; median of all columns {others})",
        "scores beside the name of their own province",
        "Compare this column with the official table: was it sorted or moved alone?",
    ),
    "W-DRAFT": Diagnosis(
        "the table calls itself a draft: {found}",
        "the final table of the publisher",
        "Take the final table once it is published; until then say that the figures are "
        "preliminary.",
    ),
    "E-CELLS-MOVED": Diagnosis(
        "the scores of {count} {count:province|provinces} do not stand under their names, from "
        "{first} of {name} on: the sums are right {where}",
        "every score in the row and column of its name",
        "Look for a cell inserted or deleted there, " + _SAVE,
    ),
    "E-OTHER-INDEX": Diagnosis(
        "this is a table of {found}, not of PAPI",
        "a table of PAPI scores by province",
        "Take the table of PAPI from papi.org.vn. Values of PAR INDEX and SIPAS go by hand into "
        "data/context/par_sipas.csv.",
    ),
    "E-ROW-COPY": Diagnosis(
        "all scores are the same as those of {other} ({where})",
        "scores of its own for every province",
        "Copy the right scores into the wrong one of the two rows, " + _SAVE,
    ),
    "E-YEAR": Diagnosis(
        "the year cannot be told: found {found}",
        "one year from {first} on, in the name of the sheet or file",
        "Give the year with --year, for example --year {example}.",
    ),
    "E-YEAR-UNKNOWN": Diagnosis(
        "there is no PAPI index of {year} in data/papi/regimes.csv",
        "a year from {first} to {last}, or {next}",
        "Check the year. Years come in one after the other: import {next} first.",
    ),
    "E-YEAR-CONFLICT": Diagnosis(
        "the year is {one} by {one_from} and {two} by {two_from}",
        "one year",
        "Find out which is right and rename the sheet or the file.",
    ),
    "E-YEAR-COPY": Diagnosis(
        "{share} % of the scores are those of {other}, to the last digit",
        "scores of {year}",
        "Take the official table of {year}; this one repeats {other}.",
    ),
    "E-RAGGED": Diagnosis(
        "the row has {found} {found:field|fields}, the header has {expected_count}",
        "the same number of fields in every row",
        "Look for a separator too many or too few in this row (a decimal comma without quotes?), "
        + _SAVE,
    ),
    "E-QUOTE": Diagnosis(
        "a quotation mark is opened and never closed",
        "quotation marks in pairs",
        "Close or remove the quotation mark in this row, " + _SAVE,
    ),
    "E-REVISION": Diagnosis(
        "the file says {found}, the registered score is {registered}",
        "the scores that are already registered",
        "If the publisher has revised it, import with --revise; else take the file from "
        "papi.org.vn again.",
    ),
    "W-REVISED": Diagnosis(
        "the publisher's revision is taken: {registered} -> {found}",
        "the scores that are already registered",
        "Nothing to do; the change is listed.",
    ),
    "W-BLANK-KEPT": Diagnosis(
        "{count} published {count:score is|scores are} blank in the file; the registered "
        "{count:one stays|ones stay}: {found}",
        "a score wherever one is registered",
        "Nothing to do. Only where the publisher withdrew a score, give it up with --revise "
        "--remove {year}:{criterion}.",
    ),
    "W-NEW-YEAR": Diagnosis(
        "PAPI {year} continues the regime of {before} unchanged ({count} sub-dimensions, the same "
        "scales; rank correlation of the totals {correlation}, sample block {block})",
        "a year with a regime in data/papi/regimes.csv",
        "Read the report's method page for {year}; correct data/papi/regimes.csv where the "
        "publisher says otherwise.",
    ),
    "W-NEW-UNITS": Diagnosis(
        "PAPI {year} is of {n} provinces, PAPI {before} of {others}: everywhere the places were "
        "drawn anew. The {count} sub-dimensions and their scales are those of {before}; the rank "
        "correlation of the totals with the mean of the former provinces is {correlation}. The new "
        "sample block is {block}",
        "a year with a regime in data/papi/regimes.csv",
        "Never call a difference from {before} a change. Correct data/papi/regimes.csv where the "
        "publisher says otherwise.",
    ),
    "W-HEADER-MERGED": Diagnosis(
        "header cells are merged ({range}); the first cell was used",
        "one cell for one column name",
        "Nothing to do if the columns read are right.",
    ),
    "W-MERGED": Diagnosis(
        "cells of scores are merged ({found}); what each of them holds was read, also what the "
        "merged cell hides",
        "one cell for one score",
        "Unmerge the cells and compare with the official table.",
    ),
    "W-HEADER-OFFSET": Diagnosis(
        "the column names stand in row {found}; the rows above were not used",
        "column names in row 1",
        "Nothing to do.",
    ),
    "W-HEADER-NORMALISED": Diagnosis(
        "column name written differently: {found} -> {used}",
        "the official column name",
        "Nothing to do if the column is the right one.",
    ),
    "W-FOOTER": Diagnosis(
        "text below the table was not used: {found}",
        "nothing below the provinces",
        "Nothing to do.",
    ),
    "W-SUMMARY-ROW": Diagnosis(
        "a summary row was not used: {found}", "provinces only", "Nothing to do."
    ),
    "W-HIDDEN-SHEET": Diagnosis(
        "a hidden sheet was not read", "visible sheets", "Unhide the sheet if it holds scores."
    ),
    "W-HIDDEN-ROWS": Diagnosis(
        "{count} hidden {count:row was|rows were} read like the others: {found}",
        "visible rows",
        "Remove the filter if you wonder at these rows.",
    ),
    "W-YEAR-MARK": Diagnosis(
        "year written with a mark: {found} -> {used}", "four digits", "Nothing to do."
    ),
    "W-YEAR-NAME": Diagnosis(
        "the sheet says {found}, the name of the file says {used}: {used} was used",
        "one year",
        "Nothing to do; this file is known for it.",
    ),
    "W-EXTRA-COLUMN": Diagnosis(
        "a column that is not part of the index was not used: {found}",
        "the columns of the index",
        "Nothing to do.",
    ),
    "W-LONG-FORMAT": Diagnosis(
        "the table has one score per row; it was read as {used}",
        "the official layout",
        "Nothing to do.",
    ),
    "W-BLANK": Diagnosis(
        "{count} blank {count:row or column|rows or columns} inside the table {count:was|were} "
        "skipped: {found}",
        "a table without gaps",
        "Nothing to do.",
    ),
    "W-STRAY-CELL": Diagnosis(
        "a cell outside the table was not used: {found}",
        "nothing outside the table",
        "Nothing to do.",
    ),
    "W-DELIMITER": Diagnosis(
        "fields are separated by {found}, not by commas", "commas", "Nothing to do."
    ),
}

# --- names, codes and letters ---------------------------------------------------------------------

NAMES = {
    "E-NAME-UNKNOWN": Diagnosis(
        "no province is called {found}; nearest: {near}",
        "one of the {n} provinces of PAPI {year}",
        "Correct the name, " + _SAVE,
    ),
    "E-NAME-LOSSY": Diagnosis(
        "letters of the name are lost: {found}; it may be {near}",
        "a name with all its letters",
        "Take the file again from its source and save it as UTF-8; do not guess letters.",
    ),
    "E-CRITERION-UNKNOWN": Diagnosis(
        "no sub-dimension is called {found}; nearest: {near}",
        "a sub-dimension of data/papi/subdimensions.csv",
        "Correct the name; a new sub-dimension comes in with the official workbook of its year.",
    ),
    "E-ID-NAME": Diagnosis(
        "code {number} is {of_code}, but the name says {of_name}",
        "code and name of one province",
        "Find out which of the two is right (was only one column sorted?), correct it, " + _SAVE,
    ),
    "E-ID-UNKNOWN": Diagnosis(
        "no province has the code {found}",
        "a GSO code of the {n} provinces of PAPI {year}",
        "Correct the code (see data/papi/provinces.csv), " + _SAVE,
    ),
    "E-DUP-PROVINCE": Diagnosis(
        "{name} stands twice, in {where}, with different scores",
        "every province once",
        "Remove the wrong one of the two, " + _SAVE,
    ),
    "E-PROVINCE-SET": Diagnosis(
        "{count} of the {n} provinces are not in the table: {missing}",
        "all {n} provinces of PAPI {year}, those not published with empty cells",
        "Put the missing rows back, " + _SAVE,
    ),
    "E-PROVINCE-MERGED": Diagnosis(
        "{found} is a province of a later round; it is made of {parts}",
        "the {n} provinces of PAPI {year}",
        "If the scores are of a later round, give its year with --year; else ask the publisher for "
        "the scores of the {n} provinces: those of merged ones do not continue the series.",
    ),
    "E-PROVINCE-FORMER": Diagnosis(
        "not of the round of {year}: {what}",
        "the {n} provinces of PAPI {year}",
        "Take the table of the {n} provinces of {year} from papi.org.vn; scores of former "
        "provinces belong to the rounds before.",
    ),
    "W-FORMER-COLUMNS": Diagnosis(
        "the table names {count} former provinces; the scores of the parts of each of the {n} "
        "provinces are the same and were read once",
        "the {n} provinces of PAPI {year}",
        "Nothing to do.",
    ),
    "E-PROVINCE-NO-DATA": Diagnosis(
        "{count} {count:province has|provinces have} no score at all: {missing}",
        "at most {limit} provinces not published in a year, and none that is already registered",
        "Check for a cut or a filter in the table, fill it in, " + _SAVE,
    ),
    "W-NAME-ALIAS": Diagnosis(
        "other form of a name: {found} -> {used}", "the official name", "Nothing to do."
    ),
    "W-NAME-PLAIN": Diagnosis(
        "name without Vietnamese letters: {found} -> {used}", "the official name", "Nothing to do."
    ),
    "W-NAME-MARK": Diagnosis(
        "name with a mark or number: {found} -> {used}",
        "the official name",
        "Look up what the mark means in the notes of the table.",
    ),
    "W-DUP-PROVINCE": Diagnosis(
        "{name} stands twice, in {where}, with the same scores; one was used",
        "every province once",
        "Remove one of the two.",
    ),
    "W-PROVINCES-MISSING": Diagnosis(
        "{count} {count:province has|provinces have} no scores and {count:stays|stay} out of "
        "this year: {missing}",
        "scores of all {n} provinces",
        "Check in the report of the year that they were not published.",
    ),
    "W-ENCODING": Diagnosis("the file is written in {found}; it was read as such", "UTF-8", _UTF8),
    "W-ENCODING-TCVN3": Diagnosis(
        "text in the old TCVN3 (ABC) letters was converted: {found} -> {used}", "Unicode", _UTF8
    ),
    "W-ENCODING-VNI": Diagnosis(
        "text in the old VNI letters was converted: {found} -> {used}", "Unicode", _UTF8
    ),
    "W-ENCODING-MOJIBAKE": Diagnosis(
        "garbled text was read back: {found} -> {used}", "Unicode", _UTF8
    ),
    "E-ENCODING": Diagnosis(
        "the letters of the file cannot be read: {reason}",
        "a text file in UTF-8",
        "Open the file where it was made and save it as UTF-8 (CSV UTF-8), then run the command "
        "again.",
    ),
}

# --- scores ---------------------------------------------------------------------------------------

VALUES = {
    "E-SUM": Diagnosis(
        "says {found}, the sub-dimensions {parts} sum to {sum} (off by {gap})",
        "{sum}",
        "Check one of the cells {cells}, " + _SAVE,
    ),
    "E-TOTAL": Diagnosis(
        "says {found}, the dimensions {parts} sum to {sum} (off by {gap})",
        "{sum}",
        "Check one of the cells {cells}, " + _SAVE,
    ),
    "E-PART-SHEET": Diagnosis(
        "says {found}, the main sheet says {other} in {main}",
        "{other}",
        "Find out which of the two is right, correct it, " + _SAVE,
    ),
    "E-PART-MISSING": Diagnosis(
        "no score ({found}), but its dimension {name} is published: {whole} in {cell}",
        "a score, or a dimension that is empty, too",
        "Take the score from the official table; empty the dimension only where it was not "
        "published, " + _SAVE,
    ),
    "E-RANGE": Diagnosis(
        "says {score:0.######}, outside the scale {low:0.00} to {high:0.00}",
        "{low:0.00} to {high:0.00}",
        "Compare with the official table; leave the cell empty if the score is not published, "
        + _SAVE,
    ),
    "E-UNIT": Diagnosis(
        "says {found}: the scores are on another scale ({unit})",
        "points as published",
        "Give the scores in points as published, " + _SAVE,
    ),
    "E-DATE": Diagnosis(
        "the score has become a date: {found}",
        "a number",
        "Type the score again as a number (format the cell as a number first), " + _SAVE,
    ),
    "E-NUMBER": Diagnosis(
        "this is no number: {found}",
        "a number, or an empty cell where the score is not published",
        "Type the score as a number, " + _SAVE,
    ),
    "E-CELL-ERROR": Diagnosis(
        "the cell holds the error {found}",
        "a number",
        "Mend the formula of the cell or type the score, " + _SAVE,
    ),
    "E-FORMULA-UNCACHED": Diagnosis(
        "the cell holds a formula that was never calculated",
        "a number",
        "Open the file in a spreadsheet program, let it calculate, " + _SAVE,
    ),
    "W-DECIMAL-COMMA": Diagnosis(
        "decimal comma: {found} -> {used}", "a decimal point", "Nothing to do."
    ),
    "W-MISSING": Diagnosis(
        "no score: {found} -> not published",
        "a score",
        "Check in the report of the year that it was not published.",
    ),
    "W-NUMBER-MARK": Diagnosis(
        "number with a mark, or written as text: {found} -> {used}",
        "a number",
        "Nothing to do if the value used is right.",
    ),
}

DIAGNOSES: dict[str, Diagnosis] = {**FILE, **LAYOUT, **NAMES, **VALUES}


#: How to mend a file that is no table, by what it is; what is not here may be saved as a workbook.
WAYS = {
    "a PDF document": "No figures are read out of a PDF: download the workbook (.xlsx) from "
    "papi.org.vn, then run the command again.",
    "a picture": "No figures are read out of a picture: download the workbook (.xlsx) from "
    "papi.org.vn, then run the command again.",
    "a web page": "The link led to a web page, perhaps to a login: open it in a browser, download "
    "the workbook itself, then run the command again.",
    "a packed archive": "Unpack it and give the workbook that is inside.",
    "a JSON document": "Scores come as a workbook (.xlsx) or a table (.csv); a layer for the maps "
    "goes to papi run --boundaries FILE.",
}


def finding(
    code: str,
    *,
    file: str = "",
    sheet: str = "",
    row: int | str = "",
    column: str = "",
    found: object = "",
    **values: object,
) -> Issue:
    """A finding of `code` at its place, with the values its sentences need.

    `province` and `label` among the values name the row and the column for a reader; floats are
    written in the way of the language.
    """
    diagnosis = DIAGNOSES[code]
    safe = {
        name: value if isinstance(value, Phrase | float | date) else shown(value, longest=200)
        for name, value in values.items()
    }
    return Issue(
        code=code,
        message=diagnosis.message,
        mend=WAYS.get(str(values.get("kind")), diagnosis.mend),
        expected=diagnosis.expected,
        file=shown(file),
        sheet=shown(sheet),
        row=str(row),
        column=column,
        value=shown(found),
        values=(("found", shown(found)), *safe.items()),
    )


def fault(code: str, **where: object) -> SourceError:
    """The error that refuses a file for the finding `code` (see `diagnoses.finding`)."""
    return refusal(finding(code, **where))


def refusal(*findings: Issue) -> SourceError:
    """The error that refuses a file for these findings."""
    codes = ", ".join(dict.fromkeys(found.code for found in findings))
    return SourceError(
        "{file} is refused: {codes}.", issues=findings, file=findings[0].file, codes=codes
    )


# --- issues in words ------------------------------------------------------------------------------

MOST = 50  # findings that are written out
TOGETHER = 3  # alike findings of a column or row; more are told as one
SYSTEMATIC = 12  # blocks of one code in a sheet; more are told as one
NOTHING = "Nothing to do."  # the mend of warnings that are told in one line
NAMED = 6  # rows that a common block names


def listing(findings: Iterable[Issue], lang: str) -> list[str]:
    """The lines that tell all findings: refusals first, at most `MOST` blocks and then a count."""
    ordered = sorted(findings, key=lambda one: one.severity != "error")
    groups = _grouped(ordered)
    quiet = [group for group in groups if group[0].mend == NOTHING]
    groups = [group for group in groups if group not in quiet]
    lines = [line for group in groups[:MOST] for line in block(group, lang)]
    rest = sum(len(group) for group in groups[MOST:])
    if rest:
        lines.append(say(lang, "and {count} more {count:finding|findings}", count=rest))
    return [*lines, _in_one(quiet, lang)] if quiet else lines


def _in_one(groups: list[list[Issue]], lang: str) -> str:
    """The line for warnings that ask for nothing, each code with its count."""
    counts = Counter(one.code for group in groups for one in group)
    codes = ", ".join(f"{code} ({count})" for code, count in counts.items())
    sentence = (
        "{count} smaller things were read as they stand, nothing to do: {codes}. Each with its "
        "place: papi check FILE --json"
    )
    return say(lang, sentence, count=counts.total(), codes=codes)


def block(group: list[Issue], lang: str) -> list[str]:
    """Place, what was found and how to mend it, of one finding or of several alike ones."""
    first = group[0]
    label = say(lang, "ERROR" if first.severity == "error" else "WARNING")
    lines = [f"{label} {first.code}  {place(first, lang)}", "  " + message(first, lang)]
    if len(group) > 1:
        rows = [_short(one) for one in group[1 : NAMED + 1]]
        more = ", ".join(rows) + (", …" if len(group) > NAMED + 1 else "")
        lines.append("  " + say(lang, "the same in {count} more {count:place|places}: {places}",
                                count=len(group) - 1, places=more))  # fmt: skip
    mend = _filled(first, first.mend, lang)
    if mend:
        lines.append("  " + say(lang, "How to mend it: {how}", how=mend))
    return lines


def place(found: Issue, lang: str) -> str:
    """Where a finding is: file, sheet, row with its name, column with its name."""
    names = dict(found.values)
    parts = [found.file]
    if found.sheet:
        parts.append(say(lang, "sheet {sheet}", sheet=found.sheet))
    if found.row:
        name = names.get("row_name", "")
        row = f"{found.row} ({name})" if name else found.row
        parts.append(say(lang, "row {row}", row=row))
    elif names.get("row_name"):  # a row that is not there
        parts += [str(names["row_name"]), str(names.get("column_name", ""))]
    if found.column:
        name = names.get("column_name", "")
        column = f'{found.column} "{name}"' if name else found.column
        parts.append(say(lang, "column {column}", column=column))
    return " · ".join(filter(None, parts))


def message(found: Issue, lang: str) -> str:
    """What was found; with what was expected where the sentence does not say it itself."""
    text = _filled(found, found.message, lang)
    if found.values or not found.value:
        return text
    expected = _filled(found, found.expected, lang)
    return text + ": " + say(lang, "{found} (expected: {expected})", found=shown(found.value),
                             expected=expected)  # fmt: skip


def record(found: Issue, lang: str) -> dict[str, str]:
    """A finding as plain values, for JSON."""
    return {
        "code": found.code,
        "severity": found.severity,
        "file": found.file,
        "sheet": found.sheet,
        "row": found.row,
        "column": found.column,
        "value": found.value,
        "expected": _filled(found, found.expected, lang),
        "message": message(found, lang),
        "mend": _filled(found, found.mend, lang),
    }


def _filled(found: Issue, sentence: str, lang: str) -> str:
    """A sentence with its values; values that are phrases of ours are said in the language."""
    if not sentence:
        return ""
    values = dict(found.values)
    values |= {name: day(lang, value) for name, value in values.items() if isinstance(value, date)}
    said = {
        name: say(lang, str(value), **values) if isinstance(value, Phrase) else value
        for name, value in values.items()
    }
    return say(lang, sentence, **said)


def _grouped(findings: list[Issue]) -> list[list[Issue]]:
    """Alike findings together: those of one column or row, or of a whole sheet full of them."""
    by_code: dict[tuple, list[Issue]] = {}
    for one in findings:
        by_code.setdefault((one.code, one.file, one.sheet), []).append(one)
    return [group for alike in by_code.values() for group in _split(alike)]


def _split(alike: list[Issue]) -> list[list[Issue]]:
    """The findings of one code and sheet by the columns, then by the rows that hold many."""
    columns = _by(alike, lambda one: one.column)
    groups = [group for group in columns if len(group) > TOGETHER]
    if len(groups) > TOGETHER:
        groups = [[one for group in groups for one in group]]
    few = [one for group in columns if len(group) <= TOGETHER for one in group]
    for group in _by(few, lambda one: one.row):
        groups += [group] if len(group) > TOGETHER else [[one] for one in group]
    if len(groups) > SYSTEMATIC:
        return [alike]
    return sorted(groups, key=lambda group: alike.index(group[0]))


def _by(findings: list[Issue], way: Callable[[Issue], str]) -> Iterable[list[Issue]]:
    groups: dict[str, list[Issue]] = {}
    for one in findings:
        groups.setdefault(way(one), []).append(one)
    return groups.values()


def _short(found: Issue) -> str:
    return f"{found.column}{found.row}" or found.value

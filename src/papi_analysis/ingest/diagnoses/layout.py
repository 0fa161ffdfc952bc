"""What can be wrong with the shape of a table: header, columns, years, stray content."""

from papi_analysis.ingest.diagnoses.record import Diagnosis

_SAVE = "save the file and run the command again."

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
        "column {second} holds the same {count} values as column {first} ({other})",
        "columns with values of their own",
        "Copy the right values into the wrong one of the two columns, " + _SAVE,
    ),
    "E-MISSING-COLUMN": Diagnosis(
        "PAPI {year} needs the column {name}; it is not in the table",
        "the {count} sub-dimensions of {year}",
        "Put the column back with its name, " + _SAVE,
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
    "E-ROW-COPY": Diagnosis(
        "all scores are the same as those of {other} (row {first})",
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

"""What can be wrong with a score."""

from papi_analysis.ingest.diagnoses.record import Diagnosis

_SAVE = "save the file and run the command again."

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
    "W-STANDARD-ERROR": Diagnosis(
        "says {found}: this is not the standard error of a total, or the interval beside it is "
        "not of this error; it was not used",
        "more than 0 and less than {limit} points, in line with its interval",
        "Compare the statistics below the total with the official table.",
    ),
    "W-INTERVAL": Diagnosis(
        "interval labelled 95 % is half as wide as {ratio} standard errors, a {level} % interval; "
        "the standard error was kept",
        "1.96 standard errors",
        "Nothing to do.",
    ),
}

"""What can be wrong in a plan that was filled in, and how it is mended."""

from __future__ import annotations

from typing import NamedTuple

from papi_analysis.errors import Issue
from papi_analysis.i18n import mark
from papi_analysis.ingest.diagnoses import shown
from papi_analysis.ingest.sheet import letters


class Fault(NamedTuple):
    """A sentence that says what was found and expected, and one that says what to do."""

    message: str
    mend: str


FAULTS = {
    "E-PLAN-ACTION": Fault(
        mark("the line of {criterion} is filled in ({found}) but names no action; an action in "
             "words was expected"),
        mark("write the action, or empty the line and put the proposed target back"),
    ),
    "E-PLAN-ERASED": Fault(
        mark("the action of {criterion} that was recorded on {recorded} is empty here; what is "
             "recorded is not erased"),
        mark("write the action again; to give it up choose the status for that"),
    ),
    "E-PLAN-TARGET": Fault(
        mark("the target of {criterion} is {found}; two scores between {low:0.00} and {high:0.00} "
             "were expected, the lower one first"),
        mark("write both ends of the range"),
    ),
    "E-PLAN-DEADLINE": Fault(
        mark("the deadline of {criterion} is {found}; a day from {first} to {last} was expected"),
        mark("write the day as day/month/year"),
    ),
    "E-PLAN-STATUS": Fault(
        mark("the status of {criterion} is {found}; one of these was expected: {statuses}"),
        mark("choose a status from the list"),
    ),
    "E-PLAN-EVIDENCE": Fault(
        mark("the action of {criterion} is done, but its evidence is {found}; a document or a "
             "figure was expected"),
        mark("name the evidence, or choose another status"),
    ),
    "E-PLAN-LEAD": Fault(
        mark("{criterion} has an action, but its lead agency is {found}; the name of one agency "
             "was expected"),
        mark("name the lead agency in its yellow cell"),
    ),
    "E-PLAN-LONG": Fault(
        mark("the text of {criterion} is {found} characters long; at most {most} were expected"),
        mark("shorten it; put the rest in a document and name that as evidence"),
    ),
    "E-PLAN-CELL": Fault(
        mark("the cell of {criterion} holds {found}; words, a number or a day were expected"),
        mark("write the content itself, without a formula"),
    ),
    "E-PLAN-CODE": Fault(
        mark("the hidden code of the line is {found}; a criterion of {year} was expected"),
        mark("make the workbook again with papi plan and copy the words into it"),
    ),
    "E-PLAN-TWICE": Fault(
        mark("the line of {criterion} is there a second time (first in {found}); one line was "
             "expected"),
        mark("delete the copied sheet or line"),
    ),
    "W-PLAN-OLDER": Fault(
        mark("the line of {criterion} is as it was recorded earlier, and was changed since; it is "
             "recorded again"),
        mark("make sure that this is not an old copy of the workbook"),
    ),
}  # fmt: skip


def fault(code: str, *, file: str, sheet: str, row: int, column: int, found: object,
          **values: object) -> Issue:  # fmt: skip
    """A fault at its cell; `column_name` among the values is the heading of the column."""
    kind = FAULTS[code]
    safe = {k: shown(v) if isinstance(v, str) else v for k, v in values.items()}
    told = shown(found) if str(found).strip() else "–"
    return Issue(
        code=code,
        message=kind.message,
        mend=kind.mend,
        file=shown(file),
        sheet=shown(sheet),
        row=str(row),
        column=letters(column),
        value=shown(found),
        values=(("found", told), *safe.items()),
    )

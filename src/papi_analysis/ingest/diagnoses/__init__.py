"""Every diagnosis by its code, and the making of a finding from one.

A code that begins with E refuses the file; with W it accepts it and is shown in the report.
"""

from __future__ import annotations

from papi_analysis.errors import Issue
from papi_analysis.ingest.diagnoses.file import FILE
from papi_analysis.ingest.diagnoses.layout import LAYOUT
from papi_analysis.ingest.diagnoses.names import NAMES
from papi_analysis.ingest.diagnoses.record import Diagnosis, Phrase, shown
from papi_analysis.ingest.diagnoses.values import VALUES

DIAGNOSES: dict[str, Diagnosis] = {**FILE, **LAYOUT, **NAMES, **VALUES}

__all__ = ["DIAGNOSES", "Diagnosis", "Phrase", "finding", "shown"]


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
        name: value if isinstance(value, Phrase | float) else shown(value, longest=200)
        for name, value in values.items()
    }
    return Issue(
        code=code,
        message=diagnosis.message,
        mend=diagnosis.mend,
        expected=diagnosis.expected,
        file=shown(file),
        sheet=shown(sheet),
        row=str(row),
        column=column,
        value=shown(found),
        values=(("found", shown(found)), *safe.items()),
    )

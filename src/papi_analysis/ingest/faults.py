"""The refusal of a file for one fault that makes reading on pointless."""

from __future__ import annotations

from papi_analysis.errors import Issue, SourceError
from papi_analysis.ingest.diagnoses import finding


def fault(code: str, **where: object) -> SourceError:
    """The error that refuses a file for the finding `code` (see `diagnoses.finding`)."""
    return refusal(finding(code, **where))


def refusal(*findings: Issue) -> SourceError:
    """The error that refuses a file for these findings."""
    codes = ", ".join(dict.fromkeys(found.code for found in findings))
    return SourceError(
        "{file} is refused: {codes}.", issues=findings, file=findings[0].file, codes=codes
    )

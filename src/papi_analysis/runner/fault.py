"""What is wrong with one part of a report."""

from __future__ import annotations

from papi_analysis.errors import Issue


def fault(file: str, message: str, **values: object) -> Issue:
    """The finding about a file of a report; `values` fill the braces of the message."""
    return Issue("E-REPORT", message, file=file, values=tuple(values.items()))

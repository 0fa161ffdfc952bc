"""The day of the 2025 merger, and what a date given by a user means."""

from __future__ import annotations

import re
from datetime import date

from papi_analysis.errors import ParameterError

#: Provinces went from 63 to 34 and districts were abolished on this day.
MERGER = date(2025, 7, 1)
#: The last day of the 63 provinces, the units of the PAPI series to 2024.
BEFORE_MERGER = date(2025, 6, 30)


def day(on: date | str | None) -> date:
    """A day from a date, "2025-07-01" or "2025-07"; without one the last day of the 63 provinces.

    >>> day("2025-07"), day(None)
    (datetime.date(2025, 7, 1), datetime.date(2025, 6, 30))

    Raises
    ------
    ParameterError
        When the text is no date.
    """
    if on is None:
        return BEFORE_MERGER
    if isinstance(on, date):
        return on
    try:
        return date.fromisoformat(f"{on}-01" if re.fullmatch(r"\d{4}-\d{2}", on) else on)
    except (TypeError, ValueError) as error:
        raise ParameterError(
            "{value!r} is no date. Write it as 2025-07-01 or 2025-07.", value=str(on)[:80]
        ) from error

"""Text that a spreadsheet would run."""

from __future__ import annotations

import re

import pandas as pd

#: Starts of a text that a spreadsheet takes for a formula, or cuts off to find one.
_FORMULA = re.compile(r"[\t\r]|\s*[=+\-@＝＋－＠]")


def inert(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with an apostrophe before every text that a spreadsheet would run as a formula."""

    def quoted(cell: object) -> object:
        return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell

    text = frame.select_dtypes(["str", "object"])
    return frame.assign(**{name: column.map(quoted) for name, column in text.items()})

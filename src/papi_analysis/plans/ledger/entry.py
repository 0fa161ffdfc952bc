"""An entry: one action for one criterion in the plan of a year, as it stood on a day."""

from __future__ import annotations

import unicodedata

import pandas as pd

from papi_analysis.i18n import mark

#: How far an action is.
STATUSES = {
    "not_started": mark("not started"),
    "under_way": mark("under way"),
    "late": mark("behind schedule"),
    "done": mark("done"),
    "withdrawn": mark("given up"),
}
DEFAULT_STATUS = "not_started"
#: What names an action: year of the results it answers, criterion, and line among its actions.
KEY = ["year", "code", "line"]
#: What the province writes.
WRITTEN = [
    "agency", "action", "target_low", "target_high", "deadline", "person", "evidence", "status",
    "notes",
]  # fmt: skip
#: What the action is measured against, from the figures of that year.
BASIS = ["score", "benchmark", "no_action", "no_action_sd"]
COLUMNS = ["number", "recorded", *KEY, *WRITTEN, *BASIS, "seal"]
NUMBERS = ["target_low", "target_high", *BASIS]
WHOLE = ["number", "year", "line"]


def empty() -> pd.DataFrame:
    """A ledger without entries."""
    kinds = dict.fromkeys(NUMBERS, "float64") | dict.fromkeys(WHOLE, "int64")
    return pd.DataFrame({name: pd.Series(dtype=kinds.get(name, str)) for name in COLUMNS})


def clean(words: str) -> str:
    """Words as they are kept: NFC, plain line ends, no control characters, no blanks around.

    >>> clean("  Tổ chức họp \\r\\nthôn\\x07 ")
    'Tổ chức họp\\nthôn'
    """
    words = unicodedata.normalize("NFC", words).replace("\r\n", "\n").replace("\r", "\n")
    lines = ("".join(c for c in line if unicodedata.category(c) != "Cc").strip()
             for line in words.split("\n"))  # fmt: skip
    return "\n".join(lines).strip()


def current(entries: pd.DataFrame, year: int | None = None) -> pd.DataFrame:
    """The last entry of every action, of one plan year or of all, in the order of `KEY`."""
    rows = entries if year is None else entries[entries["year"].eq(year)]
    return rows.groupby(KEY, sort=True).tail(1).sort_values(KEY, ignore_index=True)


def pending(entries: pd.DataFrame, plan: pd.DataFrame) -> pd.DataFrame:
    """The rows of a plan that the ledger does not hold as they stand now.

    Parameters
    ----------
    entries : DataFrame
        The ledger.
    plan : DataFrame
        `KEY`, `WRITTEN` and `BASIS` of each action of a plan.

    Returns
    -------
    DataFrame
        The rows of `plan` to append, with is_new (bool: the action was not in the ledger) and
        is_older (bool: the ledger held just this before, and something else since).
    """
    said = [*KEY, *WRITTEN]
    now = current(entries)[said].assign(known=True)
    rows = plan.merge(now, on=said, how="left")
    rows = rows[rows["known"].isna()].drop(columns="known")
    keys = set(map(tuple, now[KEY].to_numpy().tolist()))
    before = set(map(tuple, entries[said].to_numpy().tolist()))
    return rows.assign(
        is_new=[tuple(key) not in keys for key in rows[KEY].to_numpy().tolist()],
        is_older=[tuple(row) in before for row in rows[said].to_numpy().tolist()],
    ).reset_index(drop=True)

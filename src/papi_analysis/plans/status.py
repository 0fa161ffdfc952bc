"""How far a plan is on a day: done, in time, due soon, late, without owner, without evidence.

What counts is what was recorded until that day; nothing of the past is computed anew.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

import pandas as pd

from papi_analysis.data import codebook
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.i18n import mark, say
from papi_analysis.plans import ledger

#: How an action stands on a day, the most pressing first.
STATES = {
    "late": mark("late"),
    "due": mark("due within {days} days"),
    "in_time": mark("in time"),
    "done": mark("done"),
    "withdrawn": mark("given up"),
}
#: Days before its deadline from which on an action is due soon.
SOON = 30
_KEPT = ["code", "line", "agency", "helpers", "action", "deadline", "person", "communes",
         "progress", "result", "evidence", "delay", "status", "recorded"]  # fmt: skip


def on(entries: pd.DataFrame, day: date, year: int | None = None) -> pd.DataFrame:
    """The actions of a plan as they stood on a day.

    Parameters
    ----------
    entries : DataFrame
        The ledger (see `ledger.read`).
    day : date
    year : int, optional
        Year of the results that the plan answers; the latest that was recorded by then.

    Returns
    -------
    DataFrame
        One row per action, the most pressing first: code, line, agency, helpers, action, deadline,
        person, communes, progress, result, evidence, delay, status, recorded (day of its last
        entry); state (key of `STATES`), days (past the deadline, negative before it), no_owner and
        no_evidence (bool: no person is named; it is said to be done, wholly or in part, without a
        document).
    """
    known = entries[entries["recorded"].le(day.isoformat())]
    if year is None and len(known):
        year = int(known["year"].max())
    rows = ledger.actions(known, year)[_KEPT]
    ends = pd.to_datetime(rows["deadline"])
    days = (pd.Timestamp(day) - ends).dt.days
    state = pd.Series("in_time", index=rows.index, dtype=object)
    state = state.mask(days.between(-SOON, 0), "due").mask(days.gt(0), "late")
    for status in ("done", "withdrawn"):
        state = state.mask(rows["status"].eq(status), status)
    said = pd.to_numeric(rows["progress"]).fillna(0).gt(0) | rows["status"].eq("done")
    rows = rows.assign(
        state=state, days=days, no_owner=rows["person"].eq(""),
        no_evidence=said & rows["evidence"].eq(""), turn=state.map(list(STATES).index),
    )  # fmt: skip
    rows = rows.sort_values(["turn", "deadline", "code", "line"], ignore_index=True)
    return rows.drop(columns="turn")


def counts(table: pd.DataFrame) -> pd.DataFrame:
    """How many actions of each agency are in each state, and all together in the last row.

    Columns: agency ("" for all), one for each of `STATES`, no_owner, no_evidence.
    """
    open_ = table["state"].isin(["late", "due", "in_time"])
    marks = {name: table["state"].eq(name) for name in STATES}
    marks |= {"no_owner": table["no_owner"] & open_, "no_evidence": table["no_evidence"]}
    flags = pd.DataFrame(marks).astype(int).assign(agency=table["agency"])
    by = flags.groupby("agency", sort=False).sum().reset_index()
    whole = flags.drop(columns="agency").sum().to_frame().T.assign(agency="")
    return pd.concat([by, whole], ignore_index=True)


def quarter(words: str) -> tuple[date, date]:
    """The first and last day of a quarter.

    >>> quarter("2025-Q3")
    (datetime.date(2025, 7, 1), datetime.date(2025, 9, 30))

    Raises
    ------
    ParameterError
        When the words are no quarter.
    """
    found = re.fullmatch(r"(\d{4})-?Q([1-4])", words.strip(), flags=re.I)
    if not found:
        raise ParameterError("{value!r} is no quarter. Write it as 2025-Q3.", value=words[:40])
    year, number = int(found[1]), int(found[2])
    first = date(year, 3 * number - 2, 1)
    following = date(year + number // 4, 3 * number % 12 + 1, 1)
    return first, following - timedelta(days=1)


def require(entries: pd.DataFrame, day: date) -> None:
    """Raise a `DataError` where nothing was recorded by a day."""
    if entries[entries["recorded"].le(day.isoformat())].empty:
        raise DataError("No plan was recorded by {day}. Record one with: papi plan --from FOLDER",
                        day=f"{day:%d/%m/%Y}")  # fmt: skip


def state_said(row: dict, lang: str) -> str:
    """The state of an action in words, with the days where it is late."""
    if row["state"] == "late":
        return say(lang, "{days} {days:day|days} late", days=int(row["days"]))
    return say(lang, STATES[row["state"]], days=SOON)


def told(table: pd.DataFrame, day: date, lang: str) -> list[str]:
    """The state of a plan in words: one line that sums up, then each action that needs a hand."""
    names, whole = codebook.names(lang), counts(table).iloc[-1]
    lines = [say(
        lang, "{day}: {n} {n:action|actions}; {done} done, {in_time} in time, {due} due within "
        "{soon} days, {late} late, {withdrawn} given up; {no_owner} without an owner, "
        "{no_evidence} without evidence.",
        day=f"{day:%d/%m/%Y}", n=len(table), soon=SOON,
        **{key: int(whole[key]) for key in (*STATES, "no_owner", "no_evidence")},
    )]  # fmt: skip
    for row in table.to_dict("records"):
        lacks = [say(lang, words) for key, words in (
            ("no_owner", mark("no owner")), ("no_evidence", mark("no evidence"))) if row[key]]
        if row["state"] in ("late", "due") or (lacks and row["state"] != "withdrawn"):
            owner = f" ({row['person']})" if row["person"] else ""
            lines.append(
                f"  {row['agency']}{owner}: {names[row['code']]} – "
                f"{' '.join(row['action'].split())[:80]} "
                f"[{'; '.join([state_said(row, lang), *lacks])}]"
            )
    return lines

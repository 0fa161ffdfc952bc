"""The recording of plans in the ledger: all of them or nothing, each change as a new entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from papi_analysis import places
from papi_analysis.errors import Issue, SourceError
from papi_analysis.i18n import say
from papi_analysis.plans import ledger
from papi_analysis.runner import staging
from papi_analysis.workbook.plan import reading
from papi_analysis.workbook.plan.faults import fault
from papi_analysis.workbook.plan.making import put


@dataclass(frozen=True)
class Record:
    """What was recorded: the rows (with is_new), how many stayed as they were, the ledger."""

    province: places.Province
    year: int
    path: Path
    rows: pd.DataFrame
    same: int
    entries: pd.DataFrame
    warnings: tuple[Issue, ...]


def record(
    files: Sequence[str | Path],
    *,
    day: date,
    data: str | Path | None = None,
    lang: str = "vi",
) -> Record:
    """Record filled-in workbooks of one province and year.

    Parameters
    ----------
    files : sequence of path
        Workbooks of `papi plan`, filled in: the whole one or those of the agencies.
    day : date
        The day that the entries bear.
    data : str or Path, optional
        The data folder; its `<province>/ledger.csv` is extended.
    lang : {"vi", "en"}
        Language of the names in what is found wrong.

    Raises
    ------
    SourceError
        With every fault of every file; nothing is recorded then.
    ParameterError
        When the files are of different provinces or years.
    EnvironmentFault
        When another program is recording, or the file cannot be written.
    """
    plans = list(reading.together([reading.read(file, data, lang=lang) for file in files]))
    first = plans[0]
    path = ledger.path(first.province, data)
    with staging.locked(path):
        entries = ledger.read(first.province, data)
        found = [one for plan in plans for one in (*plan.faults, *_erased(plan, entries))]
        found += _twice(plans)
        if found:
            raise SourceError(
                "The plan is not recorded: {n} {n:place|places} must be mended first.",
                issues=tuple(found),
                n=len(found),
            )
        actions = pd.concat([plan.actions for plan in plans], ignore_index=True)
        rows = ledger.pending(entries, actions)
        after = ledger.extended(entries, rows, day=day) if len(rows) else entries
        if len(rows):
            put(path, ledger.text(after).encode())
    warnings = tuple(_older(plans, rows))
    same = len(actions) - len(rows)
    return Record(first.province, first.year, path, rows, same, after, warnings)


def _erased(plan: reading.Plan, entries: pd.DataFrame) -> list[Issue]:
    """The recorded actions that are empty in the workbook, unless they were given up."""
    now = ledger.current(entries, plan.year)
    return [
        fault("E-PLAN-ERASED", file=plan.file, sheet=place[0], row=place[1], column=place[2],
              found="", criterion=plan.names[row.code], recorded=row.recorded)
        for row in now.itertuples()
        if (row.code, row.line) in plan.blank and row.status != "withdrawn"
        for place in [plan.places[row.code, row.line]]
    ]  # fmt: skip


def _twice(plans: list[reading.Plan]) -> list[Issue]:
    """The actions that stand in two of the files."""
    first: dict[tuple[str, int], str] = {}
    found = []
    for plan in plans:
        for row in plan.actions.itertuples():
            key = (row.code, row.line)
            if key in first:
                sheet, number, column = plan.places[key]
                found.append(
                    fault("E-PLAN-TWICE", file=plan.file, sheet=sheet, row=number, column=column,
                          found=first[key], criterion=plan.names[row.code])
                )  # fmt: skip
            first.setdefault(key, plan.file)
    return found


def _older(plans: list[reading.Plan], rows: pd.DataFrame) -> list[Issue]:
    """The lines that go back to what they were before."""
    where = {key: (plan, place) for plan in plans for key, place in plan.places.items()}
    found = []
    for row in rows[rows["is_older"]].itertuples():
        plan, (sheet, number, column) = where[row.code, row.line]
        found.append(
            fault("W-PLAN-OLDER", file=plan.file, sheet=sheet, row=number, column=column, found="",
                  criterion=plan.names[row.code])
        )  # fmt: skip
    return found


def told(found: Record, lang: str) -> list[str]:
    """What was recorded, in words: each entry, and one line that sums up."""
    lines = [
        say(lang, "  + {code}/{line} {agency}: {action} [{status}]" if row.is_new
            else "  ~ {code}/{line} {agency}: {action} [{status}]",
            code=row.code, line=row.line, agency=row.agency,
            action=" ".join(row.action.split())[:80], status=say(lang, ledger.STATUSES[row.status]))
        for row in found.rows.itertuples()
    ]  # fmt: skip
    name = f"{found.province.slug}/{found.year}"
    if found.entries.empty:
        return [say(lang, "{name}: the workbook names no action yet; nothing was recorded.",
                    name=name)]  # fmt: skip
    new = int(found.rows["is_new"].sum())
    summary = say(
        lang,
        "{name}: {new} {new:action|actions} recorded, {changed} changed, {same} as they were. "
        "Ledger {file}, {n} {n:entry|entries}, last seal {seal}.",
        name=name, new=new, changed=len(found.rows) - new,
        same=found.same, file=str(found.path), n=len(found.entries),
        seal=ledger.head(found.entries)[:12],
    )  # fmt: skip
    return [*lines, summary]

"""The reading of a plan that was filled in: every line of every sheet, and all that is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from papi_analysis import places, priority
from papi_analysis.data import codebook
from papi_analysis.data import panel as panels
from papi_analysis.errors import Issue, ParameterError, SourceError
from papi_analysis.i18n import mark
from papi_analysis.ingest import files, workbook
from papi_analysis.ingest.diagnoses import AGAIN
from papi_analysis.ingest.sheet import Sheet
from papi_analysis.plans import agencies, ledger
from papi_analysis.workbook import META, SCHEMA
from papi_analysis.workbook.plan import lines


@dataclass(frozen=True)
class Plan:
    """A plan as it was filled in.

    `names` are those of the criteria; `actions` has the columns `ledger.KEY`, `ledger.WRITTEN` and
    `ledger.BASIS`, one row per action that is sound; `places` says sheet, row and column of the
    action by (code, line); `blank` are the lines that hold nothing.
    """

    file: str
    province: places.Province
    year: int
    names: dict[str, str]
    head: str
    actions: pd.DataFrame
    faults: tuple[Issue, ...]
    places: dict[tuple[str, int], tuple[str, int, int]]
    blank: frozenset[tuple[str, int]]


def read(path: str | Path, data: str | Path | None = None, *, lang: str = "vi") -> Plan:
    """Read a workbook made by `papi plan` back.

    Facts in it are not read: what an action is measured against comes from the figures.

    Parameters
    ----------
    path : str or Path
    data : str or Path, optional
        The data folder.
    lang : {"vi", "en"}
        Language of the names in what is found wrong.

    Raises
    ------
    SourceError
        When the file is no workbook of `papi plan`. What is wrong in its cells is in `faults`.
    """
    path = Path(path)
    sheets = _sheets(path)
    told = _meta(sheets, path.name)
    province, year = places.find(told["province"], data), int(told["year"])
    criteria = _criteria(province, year, data, lang)
    found = [
        line
        for sheet in sheets
        if not sheet.hidden
        for line in lines.of_sheet(sheet, path.name, criteria, year, lang)
    ]
    return _plan(path.name, province, year, told["ledger"], found, criteria)


#: What to do about a damaged workbook of ours, in place of what mends an official one.
_COPY = mark(
    "Take a sound copy from whoever filled it in, or make the workbook again with papi plan, then "
    "run the command again."
)
_UNSAFE = mark("Do not open this file. Make the workbook again with papi plan.")
_MENDS = {AGAIN: _COPY, "Do not open this file. " + AGAIN: _UNSAFE}


def _sheets(path: Path) -> list[Sheet]:
    try:
        kind = files.kind(path)
        sheets = workbook.read(path)[0] if kind == "zip" else []
    except SourceError as error:
        told = [replace(one, mend=_MENDS.get(one.mend, one.mend)) for one in error.issues]
        raise SourceError(error.message, issues=tuple(told), **error.values) from error
    if kind != "zip":
        raise _no_plan(path.name)
    return sheets


def _no_plan(file: str) -> SourceError:
    return SourceError(
        "{file} is not a plan that this program made. Make one with: papi plan", file=file
    )


def _meta(sheets: list[Sheet], file: str) -> dict[str, str]:
    """What the hidden sheet says."""
    sheet = next((sheet for sheet in sheets if sheet.name == META), None)
    if sheet is None:
        raise _no_plan(file)
    told = {
        cells[1].text: cells[2].text for cells in sheet.rows.values() if 1 in cells and 2 in cells
    }
    needed = {"schema", "province", "year", "lang", "ledger"}
    if not needed <= told.keys() or told["schema"] != SCHEMA or not told["year"].isdigit():
        raise _no_plan(file)
    return told


def _criteria(
    province: places.Province, year: int, data: str | Path | None, lang: str
) -> dict[str, lines.Criterion]:
    """What is known of each criterion of the year: name, lead, scale, and what to expect."""
    table = priority.assess(panels.load(data), province, year, draws=_FEW, seed=0)
    leads = agencies.table(data, agencies.folder_of(province)).set_index("code")["lead_agency"]
    regimes = codebook.regimes(data).query("year == @year").set_index("subdimension")
    names = codebook.names(lang, data)
    return {
        row["code"]: lines.Criterion(
            name=names[row["code"]],
            agency=str(leads.get(row["code"], "")),
            low=float(regimes.loc[row["code"], "scale_min"]),
            high=float(regimes.loc[row["code"], "scale_max"]),
            target=ledger.proposed(row["no_action"], row["benchmark"]),
            basis={name: round(float(row[name]), 6) for name in ledger.BASIS},
        )
        for row in table.to_dict("records")
    }


_FEW = 100  # draws; what is read here does not depend on them


def _plan(
    file: str,
    province: places.Province,
    year: int,
    head: str,
    found: list[lines.Line],
    criteria: dict[str, lines.Criterion],
) -> Plan:
    where, blank, rows, faults = {}, set(), [], []
    for line in found:
        faults += line.faults
        key = (line.code, line.number)
        if line.code not in criteria:
            continue
        if key in where:
            faults.append(line.twice(where[key]))
            continue
        where[key] = line.place
        if line.written is None:
            blank.add(key)
        elif not line.faults:
            basis = criteria[line.code].basis
            rows.append({"year": year, "code": line.code, "line": line.number,
                         **line.written, **basis})  # fmt: skip
    columns = [*ledger.KEY, *ledger.WRITTEN, *ledger.BASIS]
    actions = pd.DataFrame(rows, columns=columns) if rows else ledger.empty()[columns]
    actions = actions.sort_values(ledger.KEY, ignore_index=True)
    names = {code: one.name for code, one in criteria.items()}
    return Plan(file, province, year, names, head, actions, tuple(faults), where, frozenset(blank))


def together(plans: list[Plan]) -> Iterator[Plan]:
    """The plans, which must be of one province and year."""
    for plan in plans:
        first = plans[0]
        if (plan.province, plan.year) != (first.province, first.year):
            raise ParameterError(
                "{file} is a plan of {one} and {other} one of {two}; record them one by one.",
                file=first.file, one=f"{first.province.slug}/{first.year}",
                other=plan.file, two=f"{plan.province.slug}/{plan.year}",
            )  # fmt: skip
        yield plan

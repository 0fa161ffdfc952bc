"""A filled workbook read back: its criteria and actions, and every fault of them with its cell."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from papi_analysis import findings, i18n, places
from papi_analysis.data import codebook
from papi_analysis.errors import Issue, ParameterError, SourceError
from papi_analysis.findings import values
from papi_analysis.i18n import mark
from papi_analysis.ingest import files, workbook
from papi_analysis.ingest.cells import Cell, Sheet, letters
from papi_analysis.ingest.issues import AGAIN, shown
from papi_analysis.places import MERGER
from papi_analysis.plans import criteria as criteria_of_plans
from papi_analysis.plans import ledger, targets
from papi_analysis.workbook.agency import YEARS
from papi_analysis.workbook.layout import META, SCHEMA, plain


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
        mark("the target of {criterion} is {found}; one score from today's {low:0.00} to "
             "{high:0.00} was expected"),
        mark("write one score that is not below today's"),
    ),
    "E-PLAN-WANTED": Fault(
        mark("the target of the whole index is {found}; a number from {low:0.00} to {high:0.00} "
             "was expected"),
        mark("write one number that is not below today's, or empty the cell"),
    ),
    "E-PLAN-PROGRESS": Fault(
        mark("% done of {criterion} is {found}; a number from 0 to 100 was expected"),
        mark("write a number from 0 to 100"),
    ),
    "E-PLAN-COMMUNE": Fault(
        mark("the communes of {criterion} are {found}, which the province does not have; nearest: "
             "{nearest}"),
        mark("write names of its communes with ; between them, each with its status after a colon"),
    ),
    "E-PLAN-CONFLICT": Fault(
        mark("the line of {criterion} is filled in differently in {found}"),
        mark("agree on one of the two and empty the other, or move it to a free line"),
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


LONGEST = 2000  # characters of one cell
_TEXTS = ("action", "helpers", "milestones", "budget", "person", "communes", "result", "evidence",
          "delay", "notes")  # fmt: skip
_NEEDED = {"code", "line", "proposed", "action", "deadline", "status", "target"}
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
#: Every word for a status, in either language.
_STATUSES = {
    i18n.say(lang, word).casefold(): key
    for key, word in ledger.STATUSES.items()
    for lang in i18n.LANGUAGES
}


@dataclass(frozen=True)
class Criterion:
    """What is known of a criterion: name, lead and helping agencies, today's score as printed, the
    highest score it can have, basis (points); communes of its province by plain name.
    """

    name: str
    agency: str
    helpers: str
    low: float
    high: float
    basis: dict[str, float]
    communes: dict[str, str]


@dataclass(frozen=True)
class Line:
    """One line: its key and place, what was written (None where nothing was), what is wrong."""

    file: str
    code: str
    name: str
    number: int
    place: tuple[str, int, int]
    written: dict[str, object] | None = None
    faults: list[Issue] = field(default_factory=list)

    def twice(self, first: tuple[str, int, int]) -> Issue:
        """The fault of a line that was there before."""
        sheet, row, column = self.place
        return fault("E-PLAN-TWICE", file=self.file, sheet=sheet, row=row, column=column,
                     found=f"{first[0]}, {first[1]}", criterion=self.name)  # fmt: skip


def of_sheet(
    sheet: Sheet, file: str, criteria: dict[str, Criterion], year: int, lang: str
) -> Iterator[Line]:
    """The lines of a sheet; none where it is not the sheet of an agency."""
    top, columns = _keys(sheet)
    rows = [(row, {key: sheet.get(row, column) for key, column in columns.items()})
            for row in sorted(sheet.rows) if columns and row > top]  # fmt: skip
    rows = [(row, cells) for row, cells in rows if cells["code"] and cells["line"]]
    for code, members in groupby(rows, key=lambda one: one[1]["code"].text):
        lines = list(members)
        shared = {key: lines[0][1].get(key) for key in ("proposed", "target", "lead")}
        idle = all(cells["action"] is None for _, cells in lines)
        for row, cells in lines:
            reader = _Reader(sheet, file, row, columns, cells | shared, year, lang, top)
            yield reader.line(criteria.get(code), target_counts=idle and row == lines[0][0])


def _keys(sheet: Sheet) -> tuple[int, dict[str, int]]:
    """The row of the hidden keys and the column of each."""
    for row, cells in sheet.rows.items():
        known = {cell.text: column for column, cell in cells.items() if cell.kind == "text"}
        if known.keys() >= _NEEDED:
            return row, known
    return 0, {}


@dataclass(frozen=True)
class _Reader:
    """The cells of one line with their place."""

    sheet: Sheet
    file: str
    row: int
    columns: dict[str, int]
    cells: dict[str, Cell | None]
    year: int
    lang: str
    top: int  # row of the hidden keys; the headings stand above it
    found: list[Issue] = field(default_factory=list)

    def line(self, one: Criterion | None, *, target_counts: bool) -> Line:
        """What was written, with everything that is wrong about it.

        A target that was changed counts as something written where no line has an action.
        """
        code, number = self.cells["code"].text, self.cells["line"].text
        place = (self.sheet.name, self.row, self.columns["action"])
        if one is None or not number.isdigit():
            self.fault("E-PLAN-CODE", "code", f"{code} {number}", year=self.year)
            return Line(self.file, code, code, 0, place, None, self.found)
        texts = {key: self.text(key, one) for key in _TEXTS}
        target, keys = self.number("target"), (*_TEXTS, "deadline", "status", "progress")
        changed = target != self.number("proposed")
        written = None
        if any(self.cells.get(key) is not None for key in keys) or (target_counts and changed):
            written = self.written(one, texts, target, changed=changed)
        return Line(self.file, code, one.name, int(number), place, written, self.found)

    def written(
        self, one: Criterion, texts: dict[str, str], target: float | None, *, changed: bool
    ) -> dict[str, object]:
        """The content of the line, checked."""
        if not texts["action"]:
            if self.cells["action"] is None:
                keys = [*_TEXTS[1:], "deadline", "status", "progress"]
                keys += ["target"] if changed else []
                told = "; ".join(filter(None, map(self.shown, keys)))
                self.fault("E-PLAN-ACTION", "action", told, one)
            return {}
        if target is None or not one.low - 1e-9 <= target <= one.high + 1e-9:
            told = self.shown("target") or "?"
            self.fault("E-PLAN-TARGET", "target", told, one, low=one.low, high=one.high)
        status = self.status(one)
        if status == "done" and not texts["evidence"]:
            self.fault("E-PLAN-EVIDENCE", "evidence", "", one)
        agency = one.agency or self.text("lead", one)
        if not agency:
            self.fault("E-PLAN-LEAD", "lead" if "lead" in self.columns else "action", "", one)
        return {
            "agency": agency, **texts, "helpers": texts["helpers"] or one.helpers,
            "communes": self.communes(one, texts["communes"]), "target": target,
            "deadline": self.deadline(one), "status": status, "progress": self.progress(one),
        }  # fmt: skip

    def progress(self, one: Criterion) -> str:
        """The share that is done in per cent; "" where none is said."""
        if self.cells.get("progress") is None:
            return ""
        value = self.number("progress")
        if value is None or not 0 <= value <= 100:
            self.fault("E-PLAN-PROGRESS", "progress", self.shown("progress"), one)
            return ""
        return f"{value:g}"

    def communes(self, one: Criterion, words: str) -> str:
        """The communes of a task, each by its full name and with its status."""
        told, strange = [], []
        for part in filter(None, (piece.strip() for piece in re.split(r"[;\n]", words))):
            name, _, status = (piece.strip() for piece in part.partition(":"))
            key = places.plain(name)
            if key not in one.communes:
                strange.append(name)
            told.append(f"{one.communes.get(key, name)}: {status}" if status
                        else one.communes.get(key, name))  # fmt: skip
        if strange:
            near = [one.communes[key] for name in strange for key in difflib.get_close_matches(
                places.plain(name), one.communes, n=2, cutoff=0.5)]  # fmt: skip
            self.fault("E-PLAN-COMMUNE", "communes", "; ".join(strange), one,
                       nearest=", ".join(near) or "–")  # fmt: skip
        return "; ".join(told)

    def fault(
        self, code: str, key: str, found: object, one: Criterion | None = None, **values: object
    ) -> None:
        """Note what is wrong in a cell."""
        heading = self.sheet.get(self.top - 1, self.columns[key])
        names = {"column_name": plain(heading.text)} if heading else {}
        names |= {"criterion": one.name} if one else {}
        self.found.append(
            fault(code, file=self.file, sheet=self.sheet.name, row=self.row,
                  column=self.columns[key], found=found, **names, **values)
        )  # fmt: skip

    def shown(self, key: str) -> str:
        """The content of a cell as it is told."""
        cell = self.cells.get(key)
        return "" if cell is None else plain(cell.text)

    def text(self, key: str, one: Criterion) -> str:
        """The words of a cell; "" where it is empty."""
        cell = self.cells.get(key)
        if cell is None:
            return ""
        if cell.kind in ("error", "uncached"):
            self.fault("E-PLAN-CELL", key, cell.text, one)
            return ""
        words = ledger.clean(plain(cell.text))
        if len(words) > LONGEST:
            self.fault("E-PLAN-LONG", key, str(len(words)), one, most=LONGEST)
        return words

    def number(self, key: str) -> float | None:
        """The number of a cell, also written with a comma; None where there is none."""
        cell = self.cells.get(key)
        if cell is None or cell.kind not in ("number", "text"):
            return None
        try:
            return round(float(plain(cell.text).strip().replace(",", ".")), 6)
        except ValueError:
            return None

    def status(self, one: Criterion) -> str:
        """The key of the status; the first one where none was chosen."""
        words = self.shown("status").strip().casefold()
        if words and words not in _STATUSES:
            known = ", ".join(i18n.say(self.lang, word) for word in ledger.STATUSES.values())
            self.fault("E-PLAN-STATUS", "status", self.shown("status"), one, statuses=known)
        return _STATUSES.get(words, ledger.DEFAULT_STATUS)

    def deadline(self, one: Criterion) -> str:
        """The day as ISO; "" where it cannot be read."""
        day = _day(self.cells.get("deadline"))
        first, last = date(self.year, 1, 1), date(self.year + YEARS, 12, 31)
        if day is None or not first <= day <= last:
            told = {"first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"}
            self.fault("E-PLAN-DEADLINE", "deadline", self.shown("deadline"), one, **told)
        return day.isoformat() if day else ""


def _day(cell: Cell | None) -> date | None:
    """A day from a date, or from text as day/month/year or ISO."""
    if cell is None or cell.kind not in ("date", "text"):
        return None
    words = plain(cell.text).strip()
    found = _DAY.fullmatch(words)
    try:
        if found:
            return date(int(found[3]), int(found[2]), int(found[1]))
        return date.fromisoformat(words[:10])
    except ValueError:
        return None


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


def read(
    path: str | Path,
    data: str | Path | None = None,
    *,
    lang: str = "vi",
    cases: dict[tuple[str, int], findings.Case] | None = None,
) -> Plan:
    """Read a workbook made by `papi plan` back.

    Facts in it are not read: what an action is measured against comes from the figures.

    Parameters
    ----------
    path : str or Path
    data : str or Path, optional
        The data folder.
    lang : {"vi", "en"}
        Language of the names in what is found wrong.
    cases : dict, optional
        What is known by province and year; filled here, so that several files share it.

    Raises
    ------
    SourceError
        When the file is no workbook of `papi plan`. What is wrong in its cells is in `faults`.
    """
    path = Path(path)
    sheets = _sheets(path)
    told = _meta(sheets, path.name)
    province, year = places.find(told["province"], data), int(told["year"])
    cases = {} if cases is None else cases
    if (province.slug, year) not in cases:
        cases[province.slug, year] = findings.ask(province.slug, year, data=data)
    case = cases[province.slug, year]
    criteria = _criteria(case, province, year, data, lang)
    found = [
        line
        for sheet in sheets
        if not sheet.hidden
        for line in of_sheet(sheet, path.name, criteria, year, lang)
    ]
    plan = _plan(path.name, province, year, told["ledger"], found, criteria)
    rows, faults = _wanted(sheets, told, path.name, case)
    actions = pd.concat([plan.actions, rows]) if len(rows) else plan.actions
    return replace(plan, actions=actions.reset_index(drop=True), faults=(*plan.faults, *faults))


def _wanted(
    sheets: list[Sheet], told: dict[str, str], file: str, case: findings.Case
) -> tuple[pd.DataFrame, list[Issue]]:
    """The targets of the total and the group on the co-ordinator's sheet, as rows of the ledger."""
    rows, faults = [], []
    position = values.position(case)
    for code in ledger.WHOLE_INDEX:
        name, row, column = [*told.get(code, "").rsplit(",", 2), "", "", ""][:3]
        sheet = next((sheet for sheet in sheets if sheet.name == name), None)
        cell = sheet.get(int(row), int(column)) if sheet else None
        if cell is None:
            continue
        now = float(position.get(code, 1))
        high = 4.0 if code == "group" else 10.0 * case.levels.query(
            "level == 'dimension' and year == @case.year")["code"].nunique()  # fmt: skip
        value = cell.value if cell.kind == "number" else None
        if value is None or not round(now, 2) <= value <= high:
            faults.append(fault("E-PLAN-WANTED", file=file, sheet=name, row=int(row),
                                column=int(column), found=plain(cell.text), low=now, high=high,
                                criterion=code))  # fmt: skip
            continue
        blank = dict.fromkeys(ledger.WRITTEN, "") | dict.fromkeys(ledger.BASIS, float("nan"))
        rows.append({"year": case.year, "code": code, "line": 1, **blank, "score": now,
                     "target": float(value), "status": ledger.DEFAULT_STATUS,
                     "agency": criteria_of_plans.COORDINATOR})  # fmt: skip
    return pd.DataFrame(rows), faults


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


def meta(path: Path) -> dict[str, str]:
    """What a workbook of `papi plan` says it is: schema, province, year, lang, last seal."""
    return _meta(_sheets(path), path.name)


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
    case: findings.Case, province: places.Province, year: int, data: str | Path | None, lang: str
) -> dict[str, Criterion]:
    """What is known of each criterion of the year: names, lead, highest score, what to expect."""
    found = values.priorities(case)
    versions = case.index_versions.query("year == @year").set_index("subdimension")
    names = codebook.names(lang, data)
    units = places.units("commune", MERGER, province=province.successor_code)["name_vi"]
    communes = {places.plain(name.partition(" ")[2]): name for name in units}
    communes |= {places.plain(name): name for name in units}
    known = {}
    for row in found["priorities"]:
        aim = targets.of_criterion(row, found.get("headline", "same"))
        basis = {"score": row["score"], "benchmark": row["benchmark"], "no_action": aim.forecast,
                 "no_action_sd": aim.sd}  # fmt: skip
        known[row["code"]] = Criterion(
            name=names[row["code"]], agency=row.get("agency", ""),
            helpers=row.get("coordinating", ""), low=round(row["score"], 2),
            high=float(versions.loc[row["code"], "scale_max"]),
            basis={name: round(float(value), 6) for name, value in basis.items()},
            communes=communes,
        )  # fmt: skip
    return known


def _plan(
    file: str,
    province: places.Province,
    year: int,
    head: str,
    found: list[Line],
    criteria: dict[str, Criterion],
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

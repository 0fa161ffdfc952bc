"""A filled workbook read back: its criteria and actions, and every fault of them with its cell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from papi_analysis import i18n, places, priority
from papi_analysis.data import codebook
from papi_analysis.data import panel as panels
from papi_analysis.errors import Issue, ParameterError, SourceError
from papi_analysis.i18n import mark
from papi_analysis.ingest import files, workbook
from papi_analysis.ingest.cells import Cell, Sheet, letters
from papi_analysis.ingest.issues import AGAIN, shown
from papi_analysis.plans import criteria as known_criteria
from papi_analysis.plans import ledger
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
        mark("the target of {criterion} is {found}; two scores between {low:0.00} and {high:0.00} "
             "were expected, the lower one first"),
        mark("write both ends of the range"),
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
_TEXTS = ("action", "person", "evidence", "notes")
_NEEDED = {"code", "line", "action", "deadline", "status", "target_low", "target_high"}
_DAY = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
#: Every word for a status, in either language.
_STATUSES = {
    i18n.say(lang, word).casefold(): key
    for key, word in ledger.STATUSES.items()
    for lang in i18n.LANGUAGES
}


@dataclass(frozen=True)
class Criterion:
    """What is known of a criterion: name, lead agency, scale, proposed target, basis (points)."""

    name: str
    agency: str
    low: float
    high: float
    target: tuple[float, float]
    basis: dict[str, float]


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
        shared = {key: lines[0][1].get(key) for key in ("target_low", "target_high", "lead")}
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
        target = (self.number("target_low"), self.number("target_high"))
        filled = any(self.cells.get(key) is not None for key in (*_TEXTS, "deadline", "status"))
        written = None
        if filled or (target_counts and target != one.target):
            written = self.written(one, texts, target)
        return Line(self.file, code, one.name, int(number), place, written, self.found)

    def written(
        self, one: Criterion, texts: dict[str, str], target: tuple[float | None, float | None]
    ) -> dict[str, object]:
        """The content of the line, checked."""
        low, high = target
        if not texts["action"]:
            if self.cells["action"] is None:
                keys = ["person", "evidence", "notes", "deadline", "status"]
                keys += ["target_low", "target_high"] if target != one.target else []
                told = "; ".join(filter(None, map(self.shown, keys)))
                self.fault("E-PLAN-ACTION", "action", told, one)
            return {}
        if low is None or high is None or not one.low - 1e-9 <= low <= high <= one.high + 1e-9:
            told = " – ".join(self.shown(key) or "?" for key in ("target_low", "target_high"))
            self.fault("E-PLAN-TARGET", "target_low", told, one, low=one.low, high=one.high)
        status = self.status(one)
        if status == "done" and not texts["evidence"]:
            self.fault("E-PLAN-EVIDENCE", "evidence", "", one)
        agency = one.agency or self.text("lead", one)
        if not agency:
            self.fault("E-PLAN-LEAD", "lead" if "lead" in self.columns else "action", "", one)
        return {
            "agency": agency, **texts, "target_low": low, "target_high": high,
            "deadline": self.deadline(one), "status": status,
        }  # fmt: skip

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
        for line in of_sheet(sheet, path.name, criteria, year, lang)
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
) -> dict[str, Criterion]:
    """What is known of each criterion of the year: name, lead, scale, and what to expect."""
    table = priority.assess(panels.load(data), province, year, draws=_FEW, seed=0)
    leads = known_criteria.leads(province, year).set_index("code")["agency"]
    regimes = codebook.index_versions(data).query("year == @year").set_index("subdimension")
    names = codebook.names(lang, data)
    return {
        row["code"]: Criterion(
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

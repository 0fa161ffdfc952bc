"""One line of an agency's sheet as it was filled in: an action, or nothing, or what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from papi_analysis import i18n
from papi_analysis.errors import Issue
from papi_analysis.ingest.sheet import Cell, Sheet
from papi_analysis.plans import ledger
from papi_analysis.workbook import plain
from papi_analysis.workbook.agency import YEARS
from papi_analysis.workbook.plan.faults import fault

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

"""The ledger of a province: every action it planned for a criterion, kept so that none is edited.

An entry is never changed: a new state of an action is a new entry, and each entry carries a seal,
the SHA-256 of the seal before it and of every cell of its own. Whoever edits, moves, removes or
inserts an entry breaks the seal of that entry or of the next one, and `read` refuses the file.
What no chain can show by itself, that its last entries were cut off or that all of it was made
anew, shows beside a copy of its last seal: every workbook carries it, and so does every report
that judges a plan. The file is `data/<province>/ledger.csv`, one row per entry, the
oldest first; line ends of Windows in it change nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from papi_analysis import places, settings
from papi_analysis import schemas as tables
from papi_analysis.errors import Issue, SourceError
from papi_analysis.i18n import mark
from papi_analysis.plans import criteria
from papi_analysis.priority import HALF_WIDTH

__all__ = [
    "actions",
    "clean",
    "current",
    "digest",
    "empty",
    "extended",
    "forecast_range",
    "head",
    "path",
    "pending",
    "read",
    "seals",
    "text",
    "unsound",
]


def __dir__() -> list[str]:
    return __all__


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
    "agency", "helpers", "action", "target", "deadline", "milestones", "budget", "person",
    "communes", "progress", "result", "evidence", "status", "delay", "notes",
]  # fmt: skip
#: What stands in place of a criterion where the whole index is aimed at: total, and group (1 is the
#: lowest); such an entry names no action.
WHOLE_INDEX = ("total", "group")
#: What the action is measured against, from the figures of that year.
BASIS = ["score", "benchmark", "no_action", "no_action_sd"]
COLUMNS = ["number", "recorded", *KEY, *WRITTEN, *BASIS, "seal"]
NUMBERS = ["target", *BASIS]
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


def actions(entries: pd.DataFrame, year: int | None = None) -> pd.DataFrame:
    """The rows of `current` that are actions for a criterion."""
    rows = current(entries, year)
    return rows[~rows["code"].isin(WHOLE_INDEX)].reset_index(drop=True)


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


#: What stands before the first entry.
GENESIS = "0" * 64


def digest(previous: str, cells: Sequence[str]) -> str:
    """The seal of an entry: its cells as text, in order, after the seal before it."""
    content = json.dumps([previous, *cells], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def seals(rows: Iterable[Sequence[str]], previous: str = GENESIS) -> list[str]:
    """The seals of entries that follow `previous`, in order.

    >>> one, two = seals([["a"], ["b"]])
    >>> two == digest(one, ["b"])
    True
    """
    found = []
    for cells in rows:
        previous = digest(previous, cells)
        found.append(previous)
    return found


def forecast_range(no_action: float, sd: float) -> tuple[float, float]:
    """Between which scores the next survey lies with 90 % if nobody acts, in points."""
    return no_action - HALF_WIDTH * sd, no_action + HALF_WIDTH * sd


FILE = "ledger.csv"
#: A text that a spreadsheet would take for a formula, and the sign that keeps it a text.
_FORMULA, _SIGN = re.compile(r"'*\s*[=+\-@]"), "'"

_CHANGED = mark("entry {number} ({code}, recorded {recorded}) is not as it was sealed: it or the "
                "entry before it was changed, or one was put in or taken out")  # fmt: skip
_NUMBER = mark("entry {number} stands where entry {expected} should")
_NO_ENTRY = mark("no entry is left; a ledger begins with its first entry")
_MEND = mark("put the file back from a copy (git checkout -- data) and enter corrections through "
             "the workbook: papi plan --from FILE.xlsx")  # fmt: skip


def path(province: places.Province, data: str | Path | None = None) -> Path:
    """Where the ledger of a province is, or would be."""
    return settings.data_folder(data) / criteria.folder_of(province) / FILE


def read(province: places.Province, data: str | Path | None = None) -> pd.DataFrame:
    """The entries of a province's ledger, the oldest first; none where there is no file.

    Returns
    -------
    DataFrame
        number (1, 2, 3 …), recorded (day, ISO), year (of the results that the plan answers), code,
        line; agency (accountable), helpers, action, target (points), deadline (day, ISO),
        milestones, budget, person, communes ("name: status", ";" between them), progress (% done,
        "" where not said), result, evidence, status (key of `STATUSES`), delay (its reason),
        notes; score, benchmark, no_action, no_action_sd
        (points, from the figures of that year when it was recorded); seal.

    Raises
    ------
    SourceError
        When an entry was changed, moved, removed or put in: each is named; or when the file has
        no entry at all.
    """
    file = path(province, data)
    if not file.is_file():
        return empty()
    rows = tables.read(file, " ".join(COLUMNS))[COLUMNS].map(_unescaped)
    if rows.empty:
        raise SourceError(
            "The ledger {file} has a heading and no entry: its entries were taken out. It is not "
            "used.",
            issues=(Issue("E-LEDGER-EMPTY", _NO_ENTRY, _MEND, file=file.name, row="2",
                          column="number", expected="1"),),
            file=file.name,
        )  # fmt: skip
    numbers = tables.numbers(rows, [*NUMBERS, *WHOLE])
    tables.require(file, rows, _number_rules(rows, numbers))
    broken = list(_faults(rows, numbers, file.name))
    if broken:
        raise SourceError(
            "The ledger {file} was changed after its entries were sealed: {n} {n:place|places}. "
            "It is not used.",
            issues=tuple(broken),
            file=file.name,
            n=len(broken),
        )
    whole = {name: numbers[name].astype("int64") for name in WHOLE}
    return rows.assign(**{name: numbers[name] for name in NUMBERS}, **whole)


def _number_rules(rows: pd.DataFrame, numbers: pd.DataFrame) -> list[tables.Rule]:
    odd = [*tables.number_rules(rows, numbers)]
    for name in WHOLE:
        whole = numbers[name].mod(1).eq(0)
        odd.append(
            tables.Rule("E-NUMBER", name, ~whole & numbers[name].notna() | rows[name].eq(""),
                        tables.NOT_A_NUMBER, tables.A_NUMBER, _MEND)
        )  # fmt: skip
    return odd


def _faults(rows: pd.DataFrame, numbers: pd.DataFrame, file: str):
    """Each entry whose number or seal does not follow from the one before it."""
    previous, expected = GENESIS, 1
    for row, (cells, number) in enumerate(zip(_cells(rows), numbers["number"], strict=True)):
        told = {"number": int(number), "expected": expected, "code": rows["code"].iloc[row],
                "recorded": rows["recorded"].iloc[row]}  # fmt: skip
        place = {"file": file, "row": str(row + 2), "values": tuple(told.items())}
        if int(number) != expected:
            yield Issue("E-LEDGER-NUMBER", _NUMBER, _MEND, column="number",
                             value=str(int(number)), expected=str(expected), **place)  # fmt: skip
        seal = rows["seal"].iloc[row]
        if digest(previous, cells) != seal:
            yield Issue("E-LEDGER-SEAL", _CHANGED, _MEND, column="seal", value=seal[:12],
                             expected=digest(previous, cells)[:12], **place)  # fmt: skip
        previous, expected = seal, int(number) + 1


def unsound(data: str | Path | None = None) -> list[Issue]:
    """What is wrong with the ledgers of all provinces; an empty list means that all are sound."""
    found: list[Issue] = []
    for code in places.provinces(data)["province"]:
        province = places.find(code, data)
        try:
            read(province, data)
        except SourceError as error:
            whole = Issue("E-LEDGER-FILE", error.message, file=FILE,
                               values=tuple(error.values.items()))  # fmt: skip
            found += error.issues or [whole]
    return found


def head(entries: pd.DataFrame) -> str:
    """The last seal: it stands for the whole history; `GENESIS` for an empty ledger."""
    return entries["seal"].iloc[-1] if len(entries) else GENESIS


def extended(entries: pd.DataFrame, rows: pd.DataFrame, *, day: date) -> pd.DataFrame:
    """The ledger with `rows` (`KEY`, `WRITTEN`, `BASIS`) sealed at its end, recorded on `day`."""
    first = len(entries) + 1
    more = rows.assign(
        number=range(first, first + len(rows)), recorded=day.isoformat(), seal=""
    ).reset_index(drop=True)[COLUMNS]
    more[NUMBERS] = more[NUMBERS].astype("float64").round(6)
    more["seal"] = seals(_cells(more.map(_shown)), head(entries))
    return pd.concat([entries, more], ignore_index=True) if len(entries) else more


def _shown(value: object) -> str:
    """A cell as text; a number in the fewest digits that bring it back."""
    if isinstance(value, float):
        return "" if pd.isna(value) else repr(value)
    return str(value)


def _cells(rows: pd.DataFrame) -> list[list[str]]:
    """The cells of each row that its seal covers, as text."""
    cells = rows.drop(columns="seal").map(lambda cell: cell.replace("\r\n", "\n"))
    return cells.to_numpy().tolist()


def text(entries: pd.DataFrame) -> str:
    """The ledger as the text of its file; no cell of it is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(entries[COLUMNS].map(_shown).map(_escaped).to_numpy().tolist())
    return out.getvalue()


def _escaped(cell: str) -> str:
    return _SIGN + cell if _FORMULA.match(cell) and not _is_number(cell) else cell


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith(_SIGN) and _FORMULA.match(cell[1:]) else cell


def _is_number(cell: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", cell))

"""The ledger as a file: `data/<province>/ledger.csv`, one row per entry, the oldest first."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path

import pandas as pd

from papi_analysis import places, settings
from papi_analysis import schemas as tables
from papi_analysis.errors import Issue, SourceError
from papi_analysis.i18n import mark
from papi_analysis.plans import agencies
from papi_analysis.plans.ledger.chain import GENESIS, digest, seals
from papi_analysis.plans.ledger.entry import COLUMNS, NUMBERS, WHOLE, empty

FILE = agencies.LEDGER
#: A text that a spreadsheet would take for a formula, and the sign that keeps it a text.
_FORMULA, _SIGN = re.compile(r"'*\s*[=+\-@]"), "'"

_CHANGED = mark("entry {number} ({code}, recorded {recorded}) is not as it was sealed: it or the "
                "entry before it was changed, or one was put in or taken out")  # fmt: skip
_NUMBER = mark("entry {number} stands where entry {expected} should")
_MEND = mark("put the file back from a copy (git checkout -- data) and enter corrections through "
             "the workbook: papi plan --from FILE.xlsx")  # fmt: skip


def path(province: places.Province, data: str | Path | None = None) -> Path:
    """Where the ledger of a province is, or would be."""
    return settings.data_folder(data) / agencies.folder_of(province) / FILE


def read(province: places.Province, data: str | Path | None = None) -> pd.DataFrame:
    """The entries of a province's ledger, the oldest first; none where there is no file.

    Returns
    -------
    DataFrame
        number (1, 2, 3 …), recorded (day, ISO), year (of the results that the plan answers), code,
        line; agency, action, target_low, target_high (points), deadline (day, ISO), person,
        evidence, status (key of `STATUSES`), notes; score, benchmark, no_action, no_action_sd
        (points, from the figures of that year when it was recorded); seal.

    Raises
    ------
    SourceError
        When an entry was changed, removed or put in: each is named.
    """
    file = path(province, data)
    if not file.is_file():
        return empty()
    rows = tables.read(file, " ".join(COLUMNS))[COLUMNS].map(_unescaped)
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
    for code in places.provinces(data)["code"]:
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

"""A small table that people edit: read as text, held to rules, refused with every fault at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from papi_analysis.errors import Issue, SourceError
from papi_analysis.i18n import mark

RESTORE = mark("restore the file with: git checkout -- data")
CORRECT = mark("correct the cell, save the file and run the command again")
NOT_A_NUMBER, A_NUMBER = mark("this is not a number"), mark("a number")
A_VALUE = mark("a value")
NO_COLUMN = mark("the column is missing")
EMPTY = mark("the cell is empty or not readable")
TWICE, ONCE = mark("the row is there twice"), mark("one row")
MISSING_ROW, ADD_ROW = mark("the row is missing"), mark("add the row")
OUTSIDE = mark("the value is outside its range")
UNKNOWN_CODE = mark("the code is not known")
UNKNOWN_WORD = mark("the word is not one of the list")


@dataclass(frozen=True)
class Rule:
    """A claim about a column: the rows that break it, and what to tell their author."""

    code: str
    column: str
    broken: pd.Series
    message: str
    expected: str
    mend: str = CORRECT


def read(path: Path, columns: str) -> pd.DataFrame:
    """A table that people edit, as text: comma or semicolon, with or without a byte-order mark."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            header = file.readline()
        separator = ";" if header.count(";") > header.count(",") else ","
        table = pd.read_csv(
            path, dtype=str, keep_default_na=False, encoding="utf-8-sig", sep=separator
        )
    except FileNotFoundError as error:
        raise SourceError(
            "The table {file} is missing. Restore it with: git checkout -- data", file=path.name
        ) from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise SourceError(
            "The table {file} cannot be read ({reason}). Restore it with: git checkout -- data",
            file=path.name,
            reason=str(error).strip().splitlines()[0],
        ) from error
    found = ", ".join(map(str, table.columns))[:80]
    _refuse(
        path,
        [
            Issue("E-MISSING-COLUMN", NO_COLUMN, RESTORE, row="1", column=name, value=found,
                       expected=name)
            for name in columns.split()
            if name not in table
        ],
    )  # fmt: skip
    return table.apply(lambda column: column.str.strip())


class Column(NamedTuple):
    """What the cells of a column must be: a number in a range, a word of a list, there once."""

    number: bool = False
    low: float = -math.inf
    high: float = math.inf
    unique: bool = False
    among: frozenset[str] = frozenset()
    empty: bool = False


def conform(path: Path, columns: dict[str, Column], key: Sequence[str] = ()) -> None:
    """Hold a table to what its columns must be; `key` are the columns that tell its rows apart.

    Raises
    ------
    SourceError
        With every cell that is not as declared.
    """
    table = read(path, " ".join(columns))
    values = numbers(table, [name for name, column in columns.items() if column.number])
    rules = number_rules(table, values)
    for name, column in columns.items():
        cells = table[name]
        if not column.empty:
            rules.append(Rule("E-CELL", name, cells.eq(""), EMPTY, A_VALUE))
        if column.number:
            outside = values[name].lt(column.low) | values[name].gt(column.high)
            span = f"{column.low:g} … {column.high:g}"
            rules.append(Rule("E-CELL", name, outside, OUTSIDE, span))
        if column.among:
            words = ", ".join(sorted(column.among)[:8])
            unknown = cells.ne("") & ~cells.isin(column.among)
            rules.append(Rule("E-CELL", name, unknown, UNKNOWN_WORD, words))
        if column.unique:
            rules.append(Rule("E-CELL", name, cells.duplicated(), TWICE, ONCE))
    if key:
        twice = table.duplicated(list(key))
        rules.append(Rule("E-CELL", key[0], twice, TWICE, ONCE))
    require(path, table, rules)


def numbers(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Columns as numbers; NaN where a cell is empty or holds none."""
    return table[columns].apply(pd.to_numeric, errors="coerce")


def number_rules(table: pd.DataFrame, numbers: pd.DataFrame) -> list[Rule]:
    """A cell that holds something must hold a number."""
    return [
        Rule("E-NUMBER", name, table[name].ne("") & numbers[name].isna(), NOT_A_NUMBER, A_NUMBER)
        for name in numbers
    ]


def require(
    path: Path, table: pd.DataFrame, rules: list[Rule], extra: list[Issue] | None = None
) -> None:
    """Raise one `SourceError` with every broken rule; rows are counted as in the file."""
    faults = [
        Issue(rule.code, rule.message, rule.mend, row=str(row + 2), column=rule.column,
                   value=str(table[rule.column].iloc[row])[:80], expected=rule.expected)
        for rule in rules
        for row in rule.broken.to_numpy().nonzero()[0]
    ]  # fmt: skip
    _refuse(path, [*faults, *(extra or [])])


def missing(
    code: str, column: str, values: list[str], expected: str, *, mend: str = ADD_ROW
) -> list[Issue]:
    """One fault for each value that no row holds."""
    return [
        Issue(code, MISSING_ROW, mend, row="-", column=column, value=value, expected=expected)
        for value in values
    ]


def _refuse(path: Path, faults: list[Issue]) -> None:
    """Raise one error for all faults; its notes tell each of them in words."""
    if not faults:
        return
    placed = tuple(Issue(**{**vars(fault), "file": path.name}) for fault in faults)
    first = placed[0]
    error = SourceError(
        "{file} is not as expected in {n} {n:place|places}. The first is row {row}, column "
        "{column}, with {value!r}.",
        issues=placed,
        file=first.file,
        n=len(placed),
        row=first.row,
        column=first.column,
        value=first.value,
    )
    for fault in placed:
        error.add_note(
            f"{fault.file}, row {fault.row}, column {fault.column}: {fault.message}; found "
            f"{fault.value!r}, expected {fault.expected}; {fault.mend}"
        )
    raise error

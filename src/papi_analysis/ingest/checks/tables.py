"""The values of a reading as the checks look at them: one table for each year."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest.diagnoses import finding
from papi_analysis.ingest.reading import Reading
from papi_analysis.ingest.reference import Codebook

#: Points within which a sum must agree with its parts; the publisher rounds to two decimals.
TOLERANCE = 0.005
_EDGE = 1e-9  # so that a difference of just the tolerance is within it
DECIMALS = 6  # to which scores are kept
ENOUGH = 10  # provinces from which on a column as a whole is judged


class Table(NamedTuple):
    """The values of one year: long, and as provinces by codes; `sheet` holds the first of them.

    `places` tells in which row of `values` a province and code stand first.
    """

    sheet: str
    year: int
    values: pd.DataFrame
    wide: pd.DataFrame
    places: dict[tuple[str, str], int]

    def at(self, province: str, code: str) -> pd.Series | None:
        """The value of a province and code, with its place; None where it has none."""
        place = self.places.get((province, code))
        return None if place is None else self.values.iloc[place]

    @property
    def codes(self) -> list[str]:
        """The sub-dimensions of the table."""
        return self.of_level("subdimension")

    def of_level(self, level: str) -> list[str]:
        """The codes of a level, in the order of the table."""
        pairs = zip(self.values["level"].array, self.values["code"].array, strict=True)
        return [code for own, code in dict.fromkeys(pairs) if own == level]


class Case(NamedTuple):
    """What the checks judge: a reading, the codebook, and the tables of the years it knows."""

    reading: Reading
    book: Codebook
    tables: tuple[Table, ...]


def case(reading: Reading, book: Codebook) -> Case:
    """The case of a reading: its values as one table for each year with a regime."""
    values = reading.values[reading.values["year"].isin(book.years)]
    groups = values.groupby("year", sort=False)
    return Case(reading, book, tuple(_table(year, rows) for year, rows in groups))


def _table(year: int, rows: pd.DataFrame) -> Table:
    first = rows.drop_duplicates(["province", "code"])
    wide = first.pivot(index="province", columns="code", values="score").astype(float)
    keys = list(zip(rows["province"], rows["code"], strict=True))
    places = {key: place for place, key in reversed(list(enumerate(keys)))}
    order = rows["province"].drop_duplicates()
    return Table(str(rows["sheet"].iloc[0]), int(year), rows, wide.loc[order], places)


def off(one: pd.Series | pd.DataFrame, two: pd.Series | pd.DataFrame) -> pd.Series | pd.DataFrame:
    """Where two values differ by more than the tolerance of sums; nothing differs from a gap."""
    return (one - two).abs() > TOLERANCE + _EDGE


def said(code: str, row: pd.Series, **values: object) -> Issue:
    """A finding about one value."""
    place = {name: row[name] for name in ("file", "sheet", "row", "column", "row_name",
                                          "column_name")}  # fmt: skip
    return finding(code, **{"found": row["found"], **place, "province": row["province"], **values})


def said_of_column(code: str, table: Table, score: str, **values: object) -> Issue:
    """A finding about all values of a code: its column, or its row where provinces stand across."""
    rows = table.values[table.values["code"].eq(score)]
    place = {name: rows[name].iloc[0] for name in ("file", "sheet")}
    for axis in ("row", "column"):
        if rows[axis].nunique() == 1:
            place |= {axis: rows[axis].iloc[0], f"{axis}_name": rows[f"{axis}_name"].iloc[0]}
    if rows["province"].nunique() == 1 or rows["code"].nunique() != 1:
        place |= {"row": "", "row_name": ""}
    return finding(code, **{"found": rows["column_name"].iloc[0], **place, **values})


def said_of_table(code: str, table: Table, **values: object) -> Issue:
    """A finding about a whole table."""
    return finding(code, file=table.values["file"].iloc[0], sheet=table.sheet, **values)


def listed(names: list[str], most: int = 8) -> str:
    """Names as one text, cut with a mark where there are too many."""
    return ", ".join(map(str, names[:most])) + (", …" if len(names) > most else "")

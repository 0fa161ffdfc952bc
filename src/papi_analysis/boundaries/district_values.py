"""A user's own figures by district, checked before they are mapped."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from papi_analysis.boundaries.diagnoses import finding, refusal
from papi_analysis.boundaries.matching import kind_and_name
from papi_analysis.errors import Issue
from papi_analysis.places import DETAILED, districts, districts_of, no_district_score, plain

COLUMNS = ("code", "indicator", "value", "year", "source")
MAX_ROWS = 1000  # a table of nine districts has nine
_CONSTANT = ("indicator", "year", "source")
_PAPI = ("papi", "chisohieuquaquantri")


def read_district_table(
    path: str | Path, *, province: str = DETAILED, data: str | Path | None = None
) -> pd.DataFrame:
    """One indicator by district from a user's CSV file, for `figures.maps.district_values`.

    The file has the columns code, indicator, value, year, source (comma or semicolon between
    them, decimal point or comma) and at most one row per district; a district without a row or
    a value stays a hole.

    Parameters
    ----------
    path : str or Path
        The file.
    province : str
        Code of the province whose districts it is about.

    Returns
    -------
    DataFrame
        code (all districts, in order), indicator, value (float, NaN in holes), year (int), source.

    Raises
    ------
    SourceError
        With all findings at once: E-MISSING-COLUMN, E-DISTRICT-AMBIGUOUS (names without codes),
        E-DISTRICT-UNKNOWN, E-DISTRICT-DUP, E-NUMBER, E-YEAR, E-RAGGED (several indicators, years
        or sources), E-EMPTY, or what makes the file unreadable.
    DataError
        When the indicator is a PAPI score: there is none below the province.
    """
    path = Path(path)
    table = _read(path)
    own = districts(data) if province == DETAILED else districts_of(province)
    absent = [name for name in COLUMNS if name not in table]
    if absent:
        found = [finding("E-MISSING-COLUMN", file=path.name, column=name) for name in absent]
        raise refusal([*found, *(_names(table, own, path.name) if "code" in absent else [])])
    indicators = table["indicator"].map(plain)
    if indicators.str.contains("|".join(_PAPI)).any():
        raise no_district_score(f"{table['indicator'].iloc[0][:80]}")
    numbers = _numbers(table["value"])
    found = [*_codes(table, own, path.name), *_cells(table, numbers, path.name)]
    if found:
        raise refusal(found)
    facts = {name: table[name].iloc[0] for name in _CONSTANT}
    values = numbers.set_axis(table["code"]).reindex(own["code"])
    frame = values.rename("value").rename_axis("code").reset_index().assign(**facts)
    return frame.assign(year=frame["year"].astype("int64"))[[*COLUMNS]]


def _read(path: Path) -> pd.DataFrame:
    """The cells as text, and the columns in small letters."""
    if not path.is_file():
        raise refusal([finding("E-NOT-FOUND", file=path.name)])
    try:
        with path.open(encoding="utf-8-sig") as file:
            header = file.readline()
        separator = ";" if header.count(";") > header.count(",") else ","
        table = pd.read_csv(
            path, dtype=str, keep_default_na=False, encoding="utf-8-sig", sep=separator,
            nrows=MAX_ROWS, skip_blank_lines=True,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise refusal([finding("E-FILE-BROKEN", file=path.name, reason=reason)]) from error
    if table.empty:
        raise refusal([finding("E-EMPTY", file=path.name)])
    table.columns = [str(name).strip().lower() for name in table.columns]
    return table.apply(lambda column: column.str.strip())


def _names(table: pd.DataFrame, own: pd.DataFrame, file: str) -> list[Issue]:
    """Names of districts in a table without codes: each may be another province's."""
    keys = own["name_vi"].map(lambda name: kind_and_name(name)[1])
    found = []
    for column in table.columns.difference(COLUMNS):
        for row, text in table[column].items():
            hits = own[keys.eq(kind_and_name(str(text))[1])]
            if len(hits):
                names = ", ".join(
                    f"{n} ({c})" for c, n in zip(hits["code"], hits["name_vi"], strict=True)
                )
                found.append(finding("E-DISTRICT-AMBIGUOUS", file=file, row=row + 2, column=column,
                                     found=text, names=names))  # fmt: skip
    return found


def _codes(table: pd.DataFrame, own: pd.DataFrame, file: str) -> list[Issue]:
    known = own.set_index("code")["name_vi"]
    found = [
        finding("E-DISTRICT-UNKNOWN", file=file, row=row + 2, column="code", found=code)
        for row, code in table["code"].items()
        if code not in known
    ]
    for code, rows in table.groupby("code").groups.items():
        if len(rows) > 1 and code in known:
            where = ", ".join(str(row + 2) for row in rows)
            values = {"name": known[code], "unit": code, "count": len(rows)}
            found.append(finding("E-DISTRICT-DUP", file=file, row=where, column="code", **values))
    return found


def _cells(table: pd.DataFrame, numbers: pd.Series, file: str) -> list[Issue]:
    """Values that are no numbers, years that are none, and facts that differ between rows."""
    bad = table["value"].ne("") & numbers.isna()
    found = [
        finding("E-NUMBER", file=file, row=row + 2, column="value", found=value)
        for row, value in table.loc[bad, "value"].items()
    ]
    for row, year in table["year"].items():
        if not (year.isdigit() and len(year) == 4):
            found.append(finding("E-YEAR", file=file, row=row + 2, column="year", found=year))
    for column in _CONSTANT:
        kinds = table[column].unique()
        if len(kinds) != 1 or kinds[0] == "":
            shown = " | ".join(kinds)
            found.append(
                finding("E-RAGGED", file=file, column=column, found=shown, count=len(kinds))
            )
    return found


def _numbers(values: pd.Series) -> pd.Series:
    """Finite numbers; a decimal comma is understood."""
    numbers = pd.to_numeric(values.str.replace(",", ".", regex=False), errors="coerce")
    return numbers.where(numbers.abs().lt(float("inf")))

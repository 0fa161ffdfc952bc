"""The units in force on any day, country-wide, and what became of the old ones in July 2025.

All of them are rows of `data/papi/units.csv` and `commune_successors.csv`, whose origin
`data/provenance.csv` names.
"""

from __future__ import annotations

import functools
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from papi_analysis import cache, schemas, settings
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.i18n import mark
from papi_analysis.places.names import plain, without_accents
from papi_analysis.places.province import MERGER, day, provinces, units_of

UNIT_LEVELS = ("province", "district", "commune")
#: What a unit of July 2025 is made of.
KINDS = {
    "exact": mark("one former unit, whole and alone: its values carry over"),
    "synthetic": mark("several whole former units: scores must be weighted together"),
    "split": mark("parts of former units: nothing carries over without a finer source"),
}
_TYPE = r"^(Thành phố|Thị xã|Huyện|Quận) "
_COLUMNS = ["code", "name_vi", "name_en", "type", "parent", "valid_from", "valid_to"]


def units(
    level: str,
    on: date | str | None = None,
    *,
    province: str = "",
    data: str | Path | None = None,
) -> pd.DataFrame:
    """The administrative units of a level in force on a day.

    Parameters
    ----------
    level : str
        One of `UNIT_LEVELS`.
    on : date or str, optional
        A day or month (see `day`); without it 30 June 2025.
    province : str
        Only the units of this province (code of that day).

    Returns
    -------
    DataFrame
        code (GSO), name_vi (with its type below the province), name_en (without accents), type,
        parent (code of the district before July 2025, else of the province; "" for provinces),
        valid_from, valid_to (ISO date, "" where open); sorted by code.

    Raises
    ------
    ParameterError
        When `level` or the day is not one of the valid ones.
    DataError
        When districts are asked for on a day without districts.
    """
    after = day(on) >= MERGER
    if level not in UNIT_LEVELS:
        raise ParameterError(
            "{value!r} is no level of units. Use one of {known}.",
            value=str(level)[:80],
            known=", ".join(UNIT_LEVELS),
        )
    if level == "district" and after:
        raise DataError(
            "There are no districts on {day}: they were abolished on {merger}. Ask for communes, "
            "or for a day before.",
            day=day(on).isoformat(),
            merger=MERGER.isoformat(),
        )
    if level == "province":
        table = _provinces(after, data)
        table = table[table["code"].eq(province)] if province else table
    else:
        table = _below(level, after, province, data)
    last = (MERGER - timedelta(days=1)).isoformat()
    table = table.assign(
        name_en=table["name_vi"].map(without_accents),
        valid_from=MERGER.isoformat() if after else "",
        valid_to="" if after else last,
    )
    return table[_COLUMNS].sort_values("code", ignore_index=True)


@cache.memoize
def crosswalk(level: str, *, data: str | Path | None = None) -> pd.DataFrame:
    """Which unit of July 2025 each former unit went into, and how.

    Parameters
    ----------
    level : str
        "province" or "commune" (districts have no successor).

    Returns
    -------
    DataFrame
        old_code, old_name, new_code, new_name, kind (a key of `KINDS`, of the new unit); one row
        per pair, so a divided commune stands in several rows; sorted by old and new code.

    Raises
    ------
    ParameterError
        For another level.
    """
    if level == "province":
        table = provinces(data).rename(
            columns={
                "province": "old_code",
                "name_vi": "old_name",
                "successor_code": "new_code",
                "successor_name_vi": "new_name",
            }
        )
        pairs = table[["old_code", "old_name", "new_code", "new_name"]].assign(divided=False)
    elif level == "commune":
        pairs = successors(data)
    else:
        raise ParameterError(
            "No crosswalk of level {value!r}. Use province or commune: districts were abolished "
            "without successors.",
            value=str(level)[:80],
        )
    parts = pairs.groupby("new_code")
    kind = pd.Series("exact", index=pairs.index)
    kind = kind.mask(parts["old_code"].transform("size").gt(1), "synthetic")
    kind = kind.mask(parts["divided"].transform("any"), "split")
    return (
        pairs.assign(kind=kind)
        .drop(columns="divided")
        .sort_values(["old_code", "new_code"], ignore_index=True)
    )


#: What English texts put after the name of a district.
_ENGLISH = {"thanh_pho": "City", "thi_xa": "Town", "huyen": "District", "quan": "District"}


@cache.memoize
def districts_of(province: str) -> pd.DataFrame:
    """The districts of any province to 30 June 2025.

    Returns
    -------
    DataFrame
        code (GSO), name_vi, name_en (each with its type), type, communes (number); sorted by code.

    Raises
    ------
    ParameterError
        When no province to June 2025 has this code.

    Examples
    --------
    >>> len(districts_of("92")), districts_of("92")["name_en"].iloc[0]
    (9, 'Ninh Kieu District')
    """
    table = units("district", province=province)
    if table.empty:
        raise ParameterError(
            "No province to June 2025 has the code {value!r}.", value=str(province)[:20]
        )
    short = table["name_vi"].str.replace(_TYPE, "", regex=True).map(without_accents)
    communes = units("commune", province=province).groupby("parent").size()
    return table[["code", "name_vi"]].assign(
        name_en=short + " " + table["type"].map(_ENGLISH),
        type=table["type"],
        communes=table["code"].map(communes).fillna(0).astype(int),
    )


def _provinces(after: bool, data: str | Path | None) -> pd.DataFrame:
    """The provinces of either side by their short names, with the type of the register."""
    table = units_of(MERGER.year, data) if after else provinces(data)
    table = table.rename(columns={"province": "code"})
    kinds = _register("province", after, data).set_index("code")["type"]
    return table.assign(type=table["code"].map(kinds), parent="")


def _below(
    level: str, after: bool, province: str = "", data: str | Path | None = None
) -> pd.DataFrame:
    """Districts or communes, of one province or of all."""
    table = _register(level, after, data)
    if not province:
        return table
    parents = [province]
    if level == "commune" and not after:
        parents = _below("district", after, province, data)["code"]
    return table[table["parent"].isin(parents)]


def successors(data: str | Path | None = None) -> pd.DataFrame:
    """Former and present communes, and whether the former one was divided."""
    path = settings.data_folder(data) / "papi" / "commune_successors.csv"
    pairs = schemas.read(path, "old_code new_code divided")
    for side, after in (("old", False), ("new", True)):
        names = _register("commune", after, data).set_index("code")["name_vi"]
        pairs[f"{side}_name"] = pairs[f"{side}_code"].map(names)
    columns = ["old_code", "old_name", "new_code", "new_name"]
    return pairs[columns].assign(divided=pairs["divided"].eq("yes"))


def _register(level: str, after: bool, data: str | Path | None) -> pd.DataFrame:
    """The units of a level on one side of July 2025: code, name_vi, type, parent."""
    table = register(data)
    return table[table["level"].eq(level) & table["until"].eq("").eq(after)]


def register(data: str | Path | None = None) -> pd.DataFrame:
    """All units of both sides: level, code, name_vi, type, parent, until (ISO date, or "")."""
    path = settings.data_folder(data) / "papi" / "units.csv"
    return _read(path, path.stat().st_mtime_ns if path.is_file() else 0)


@functools.lru_cache(maxsize=2)
def _read(path: Path, stamp: int) -> pd.DataFrame:
    """The whole register, read once as long as the file is the same."""
    return schemas.read(path, "level code name_vi type parent until")


def cities() -> set[str]:
    """Codes of the cities that are provinces, on either side of July 2025."""
    table = pd.concat([_provinces(after, None) for after in (False, True)])
    return set(table.loc[table["type"].eq("thanh_pho"), "code"])


def district_named(value: str) -> pd.DataFrame:
    """The districts to June 2025 whose name, with or without type, is meant."""
    table = _below("district", after=False)
    key = plain(value)
    full = table["name_vi"].map(plain)
    short = table["name_vi"].str.replace(_TYPE, "", regex=True)
    return table[full.eq(key) | short.map(plain).eq(key)]

"""The units in force on any day, country-wide, and what became of the old ones in July 2025.

Provinces and Trà Vinh's units come from the project's own tables; every other district and
commune from the open data set of the package `vietnamadminunits`, not from hand-kept lists.
"""

from __future__ import annotations

import importlib.util
import json
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from papi_analysis import cache
from papi_analysis.errors import DataError, EnvironmentFault, ParameterError
from papi_analysis.i18n import mark
from papi_analysis.places.calendar import MERGER, day
from papi_analysis.places.names import plain, without_accents
from papi_analysis.places.province import provinces

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
        table = _below(level, after, province)
    last = (MERGER - timedelta(days=1)).isoformat()
    table = table.assign(
        name_en=table["name_vi"].map(without_accents),
        valid_from=MERGER.isoformat() if after else "",
        valid_to="" if after else last,
    )
    return table[_COLUMNS].sort_values("code", ignore_index=True)


@cache.result
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
                "code": "old_code",
                "name_vi": "old_name",
                "successor_code": "new_code",
                "successor_name_vi": "new_name",
            }
        )
        pairs = table[["old_code", "old_name", "new_code", "new_name"]].assign(divided=False)
    elif level == "commune":
        pairs = _commune_pairs()
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


@cache.result
def districts_of(province: str) -> pd.DataFrame:
    """The districts of any province to 30 June 2025.

    Returns
    -------
    DataFrame
        code (GSO), name_vi, name_en (each with its type), type, communes (number); sorted by code.

    Raises
    ------
    ParameterError
        When no province of the 63 has this code.

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
    table = provinces(data)
    if after:
        table = table.drop_duplicates("successor_code")
        table = table.assign(code=table["successor_code"], name_vi=table["successor_name_vi"])
    table = table.assign(full=table["code"].map(_full_names(after)), parent="")
    kind = table["full"].str.startswith("Thành phố").map({True: "thanh_pho", False: "tinh"})
    return table.assign(type=kind)


def _full_names(after: bool) -> dict[str, str]:
    rows = _query(f"select distinct provinceCode, province from {_TABLES[after]}")
    return dict(rows.itertuples(index=False))


_TABLES = {False: "admin_units_legacy", True: "admin_units"}


def _below(level: str, after: bool, province: str = "") -> pd.DataFrame:
    """Districts or communes, of one province or of all."""
    unit = "district" if level == "district" else "ward"
    parent = "provinceCode" if after or level == "district" else "districtCode"
    table = _query(
        f"select distinct {unit}Code as code, {unit} as name_vi, {unit}Type as type, "
        f"{parent} as parent from {_TABLES[after]} "
        f"where {unit}Code is not null and ? in ('', provinceCode)",
        province,
    )
    kinds = {kind: without_accents(kind).lower().replace(" ", "_") for kind in set(table["type"])}
    return table.assign(type=table["type"].map(kinds))


def _commune_pairs() -> pd.DataFrame:
    """Former and present communes by the keys of the data set."""
    old = _query(
        "select provinceKey || '_' || districtKey || '_' || wardKey as old_key, "
        "wardCode as old_code, ward as old_name from admin_units_legacy where wardCode is not null"
    ).drop_duplicates("old_key")
    new = _query(
        "select provinceKey as province_key, wardKey as new_key, wardCode as new_code, "
        "ward as new_name from admin_units"
    )
    known = json.loads((_folder() / "converter_2025.json").read_text(encoding="utf-8"))
    rows = [
        (province, key, source, False)
        for province, wards in known["DICT_PROVINCE_WARD_NO_DIVIDED"].items()
        for key, sources in wards.items()
        for source in sources
    ]
    rows += [
        (province, target["newWardKey"], source, True)
        for province, wards in known["DICT_PROVINCE_WARD_DIVIDED"].items()
        for source, targets in wards.items()
        for target in targets
    ]
    pairs = pd.DataFrame(rows, columns=["province_key", "new_key", "old_key", "divided"])
    pairs = pairs.merge(old, on="old_key").merge(new, on=["province_key", "new_key"])
    return pairs[["old_code", "old_name", "new_code", "new_name", "divided"]].drop_duplicates()


def _query(sql: str, *values: str) -> pd.DataFrame:
    """Rows of the data set, read only and without loading the package."""
    with closing(
        sqlite3.connect(f"{(_folder() / 'dataset.db').as_uri()}?mode=ro", uri=True)
    ) as base:
        found = base.execute(sql, values)
        names = [column[0] for column in found.description]
        return pd.DataFrame(found.fetchall(), columns=names, dtype=str)


def _folder() -> Path:
    found = importlib.util.find_spec("vietnamadminunits")
    if found is None or not found.submodule_search_locations:
        raise EnvironmentFault(
            "The package {package} is missing. Install the project's requirements again.",
            package="vietnamadminunits",
        )
    return Path(next(iter(found.submodule_search_locations))) / "data"


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

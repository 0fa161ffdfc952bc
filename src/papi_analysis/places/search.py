"""Which province a word, slug or code means, and why no district is one."""

from __future__ import annotations

import difflib
from pathlib import Path

import pandas as pd

from papi_analysis.errors import DataError, ParameterError
from papi_analysis.places import registry
from papi_analysis.places.names import plain
from papi_analysis.places.province import (
    ALIASES,
    Province,
    geographies,
    geography,
    units_of,
)
from papi_analysis.places.tra_vinh import DETAILED, districts

#: A PAPI survey of a small province: places visited, and people asked in each village.
SAMPLE = {"districts": 3, "communes": 2, "villages": 2, "people": 16}
_PREFIXES = ("thanhpho", "tinh", "tp")


def find(
    value: str,
    data: str | Path | None = None,
    *,
    year: int | None = None,
    follow: bool = False,
) -> Province:
    """The province of a slug, GSO code or name, among those of a year's round.

    Without a year those to June 2025 are meant. With `follow` one that had ended by that year
    means the province that it went into.

    Raises
    ------
    ParameterError
        When no province, or more than one, is meant, with the nearest slugs; or when it had ended
        by that year, with the province that it went into.
    DataError
        When a district is meant: PAPI has no score for it.
    """
    first = int(geographies(data)["first_round"].iloc[0])
    table = units_of(first if year is None else year, data)
    hit = _named(table, value)
    if len(hit) == 1 and not _is_district_city(value, hit):
        return Province(**hit.iloc[0].to_dict())
    ended = _named(units_of(first, data), value)
    if year is not None and len(ended) == 1 and not _is_district_city(value, ended):
        old, row = ended.iloc[0], geography(year, data)
        new = table[table["code"].eq(old["successor_code"])].iloc[0]
        if follow:
            return Province(**new.to_dict())
        raise ParameterError(
            "{name} (code {code}) has been a part of {successor} since {day}, and the round of "
            "{year} is published for the provinces since then. Ask for {slug}.",
            diagnosis="E-PROVINCE-ENDED",
            name=old["name_vi"],
            code=old["code"],
            successor=new["name_vi"],
            day=row["valid_from"],
            year=year,
            slug=new["slug"],
        )
    district = _district(value, data)
    if district:
        raise no_district_score(*district, data=data)
    slugs = table["slug"].map(plain)
    near = difflib.get_close_matches(_key(value), slugs, n=3, cutoff=0.4)
    nearest = [table.loc[slugs == name, "slug"].iloc[0] for name in near]
    raise ParameterError(
        "No province is called {value!r}. Nearest: {nearest}."
        if nearest
        else "No province is called {value!r}, nor anything near it. All names are in "
        "data/papi/provinces.csv.",
        diagnosis="E-PROVINCE-UNKNOWN",
        value=str(value)[:80],
        nearest=", ".join(nearest),
    )


def ended(value: str, found: Province, lang: str) -> str:
    """The name under which a province was asked for that is a part of `found`; "" else.

    Only where another name was meant than that of `found`.
    """
    old = _named(units_of(int(geographies()["first_round"].iloc[0])), value)
    moved = len(old) == 1 and found.merged and old["code"].iloc[0] in found.predecessors
    name = str(old[f"name_{lang}"].iloc[0]) if moved else ""
    return name if name != found.name(lang) else ""


def successor(province: Province, year: int, data: str | Path | None = None) -> Province:
    """What a province of the division before is in the round of a year: itself, or a larger one."""
    table = units_of(year, data)
    code = province.successor_code or province.code
    return Province(**table[table["code"].eq(code)].iloc[0].to_dict())


def _key(value: str) -> str:
    """A word without accents and without the type of the unit before it; a code with its zero."""
    key = plain(value)
    if key.isdigit() and len(key) == 1:  # papermill and spreadsheets make 1 of 01
        return key.zfill(2)
    for prefix in _PREFIXES:
        if key.startswith(prefix) and len(key) > len(prefix) + 2:
            return key.removeprefix(prefix)
    return key


def _named(table: pd.DataFrame, value: str) -> pd.DataFrame:
    """The rows that a word, slug, code or name means."""
    key = _key(value)
    code = ALIASES.get(key, key)
    called = (table["name_vi"].map(plain) == key) | (table["slug"].map(plain) == key)
    return table[(table["code"] == code) | called]


def no_district_score(
    name: str, province: str = DETAILED, *, data: str | Path | None = None
) -> DataError:
    """The refusal of a PAPI score below the province (GSO code), with its reason."""
    if province != DETAILED:
        return DataError(
            "PAPI has no score for {name}: it is published for provinces only. In {province} as "
            "elsewhere the survey visits a few districts, too few people in each to say anything "
            "about a district. Ask for {province}.",
            name=name,
            province=find(province, data).name_vi,
        )
    people = SAMPLE["communes"] * SAMPLE["villages"] * SAMPLE["people"]
    return DataError(
        "PAPI has no score for {name}: it is published for provinces only. In Trà Vinh the survey "
        "visits {visited} of nine districts and asks about {people} people in each, too few to say "
        "anything about a district. Ask for the province.",
        name=name,
        visited=SAMPLE["districts"],
        people=people,
    )


def require_province_level(level: str) -> None:
    """Raise `DataError`, with the reason, where PAPI is asked for below the province."""
    if level != "province":
        raise no_district_score(level)


def _is_district_city(value: str, hit: pd.DataFrame) -> bool:
    """Whether "Thành phố X" is the city inside the province X: "Thành phố Trà Vinh"."""
    key = plain(value)
    named = key.startswith("thanhpho") or (key.startswith("tp") and len(key) > 6)
    return named and hit["code"].iloc[0] not in registry.cities()


def _district(value: str, data: str | Path | None) -> tuple[str, str] | None:
    """The district that is meant and its province (GSO code), or nothing."""
    own = districts(data)
    hit = own[own["code"].eq(str(value).strip())]
    if len(hit):
        return str(hit["name_vi"].iloc[0]), DETAILED
    hit = registry.district_named(value)
    if hit.empty:
        return None
    one = hit.sort_values("parent", key=lambda codes: codes.ne(DETAILED), kind="stable").iloc[0]
    return str(one["name_vi"]), str(one["parent"])

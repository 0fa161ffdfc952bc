"""Which province a word, slug or code means, and why no district is one."""

from __future__ import annotations

import difflib
from pathlib import Path

import pandas as pd

from papi_analysis.errors import DataError, ParameterError
from papi_analysis.places import registry
from papi_analysis.places.names import plain
from papi_analysis.places.province import ALIASES, Province, provinces
from papi_analysis.places.tra_vinh import districts

#: A PAPI survey of a small province: places visited, and people asked in each village.
SAMPLE = {"districts": 3, "communes": 2, "villages": 2, "people": 16}
_PREFIXES = ("thanhpho", "tinh", "tp")


def find(value: str, data: str | Path | None = None) -> Province:
    """The province of a slug, GSO code or name.

    Raises
    ------
    ParameterError
        When no province, or more than one, is meant; names the nearest slugs.
    DataError
        When a district is meant: PAPI has no score for it.
    """
    table = provinces(data)
    key = plain(value)
    for prefix in _PREFIXES:
        if key.startswith(prefix) and len(key) > len(prefix) + 2:
            key = key.removeprefix(prefix)
            break
    code = ALIASES.get(key, key)
    named = (table["name_vi"].map(plain) == key) | (table["slug"].map(plain) == key)
    hit = table[(table["code"] == code) | named]
    if len(hit) == 1 and not _is_district_city(value, hit):
        return Province(**hit.iloc[0].to_dict())
    district = _district(value, data)
    if district:
        raise no_district_score(district)
    near = difflib.get_close_matches(key, table["slug"].map(plain), n=3, cutoff=0.4)
    slugs = [table.loc[table["slug"].map(plain) == name, "slug"].iloc[0] for name in near]
    raise ParameterError(
        "No province is called {value!r}. Nearest: {nearest}."
        if slugs
        else "No province is called {value!r}, nor anything near it. All names are in "
        "data/papi/provinces.csv.",
        diagnosis="E-PROVINCE-UNKNOWN",
        value=str(value)[:80],
        nearest=", ".join(slugs),
    )


def no_district_score(name: str) -> DataError:
    """The refusal of a PAPI score below the province, with its reason."""
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


def _district(value: str, data: str | Path | None) -> str:
    """The name of the district that is meant, or nothing."""
    own = districts(data)
    hit = own[own["code"].eq(str(value).strip())]
    if hit.empty:
        hit = registry.district_named(value)
    return str(hit["name_vi"].iloc[0]) if len(hit) else ""

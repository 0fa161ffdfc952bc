"""The provinces of every round: which there were, their codes and names, what became of them.

A code can be that of another province before and after a merger. In tables of several years a code
is always that of the year that is asked about; a province that had ended by then carries the last
round of its time behind its code (see `former`).
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from papi_analysis import settings
from papi_analysis.data import codebook
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.i18n import mark, number, say

REGIONS = {
    "red_river_delta": ("Red River Delta", "Đồng bằng sông Hồng"),
    "northern_midlands_and_mountains": (
        "Northern Midlands and Mountains",
        "Trung du và miền núi phía Bắc",
    ),
    "north_central_and_central_coast": (
        "North Central and Central Coast",
        "Bắc Trung Bộ và Duyên hải miền Trung",
    ),
    "central_highlands": ("Central Highlands", "Tây Nguyên"),
    "north_central": ("North Central", "Bắc Trung Bộ"),
    "south_central_coast_and_central_highlands": (
        "South Central Coast and Central Highlands",
        "Duyên hải Nam Trung Bộ và Tây Nguyên",
    ),
    "southeast": ("Southeast", "Đông Nam Bộ"),
    "mekong_delta": ("Mekong Delta", "Đồng bằng sông Cửu Long"),
}

#: Words and short forms that stand for a province in tables and in speech.
ALIASES = {
    "hcm": "79",
    "tphcm": "79",
    "hcmc": "79",
    "hochiminhcity": "79",
    "saigon": "79",
    "brvt": "77",
    "vungtaubaria": "77",
    "hue": "46",
    "thuathienhue": "46",
    "hanoicity": "01",
}

#: Provinces were merged and districts were abolished on this day.
MERGER = date(2025, 7, 1)
#: The last day of the provinces before, the units of the PAPI series to 2024.
BEFORE_MERGER = date(2025, 6, 30)

#: The columns of `listing`.
HEAD = (
    mark("Code"), mark("Slug"), mark("Province"), mark("Region"),
    mark("Former or later provinces (share of the population of 2019)"),
)  # fmt: skip


@dataclass(frozen=True)
class Province:
    """One province of one time."""

    code: str
    slug: str
    name_vi: str
    name_en: str
    region: str
    successor_code: str = ""
    successor_name_vi: str = ""
    predecessors: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()

    def name(self, lang: str) -> str:
        """The name in `lang`."""
        return self.name_vi if lang == "vi" else self.name_en

    def region_name(self, lang: str) -> str:
        """The name of its socio-economic region in `lang`."""
        return REGIONS[self.region][lang == "vi"]

    @property
    def merged(self) -> bool:
        """Whether it was made of several provinces, so that its past is theirs."""
        return len(self.predecessors) > 1


def geographies(data: str | Path | None = None) -> pd.DataFrame:
    """The divisions of the country that rounds were published for, the oldest first.

    Returns
    -------
    DataFrame
        first_round, last_round (years; the last is 0 where it is still in force), valid_from (ISO
        date, "" where before the first round), file (of `data/papi`).
    """
    path = settings.data_folder(data) / "papi" / "geographies.csv"
    table = codebook.read_table(path, dtype={"first_round": int}).fillna("")
    last = (table["first_round"] - 1).shift(-1, fill_value=0)
    return table.assign(last_round=last)


def geography(year: int, data: str | Path | None = None) -> pd.Series:
    """The row of `geographies` that a year's round belongs to; the oldest for years before it."""
    table = geographies(data)
    return table.iloc[max(int(table["first_round"].le(year).sum()) - 1, 0)]


def units_of(year: int, data: str | Path | None = None) -> pd.DataFrame:
    """The provinces that the round of a year is published for.

    Returns
    -------
    DataFrame
        code (GSO), slug, name_vi, name_en, region (key of `REGIONS`), successor_code,
        successor_name_vi (what it became in the next division of the country; "" where it is in
        force), predecessors (codes of the division before; empty in the first), weights (their
        shares of the population of 1 April 2019).

    Raises
    ------
    SourceError
        When a table of provinces, or the population of a predecessor, is missing.
    """
    row = geography(year, data)
    folder = settings.data_folder(data)
    files = (folder / "papi" / row["file"], folder / "context" / "population_2019.csv")
    stamps = tuple(path.stat().st_mtime_ns if path.is_file() else 0 for path in files)
    return _units(*files, stamps).copy()


@functools.lru_cache(maxsize=8)
def _units(path: Path, population: Path, stamps: tuple[int, ...]) -> pd.DataFrame:
    table = codebook.read_table(path, dtype=str).fillna("")
    own = table.get("predecessors", pd.Series("", index=table.index))
    parts = own.map(lambda codes: tuple(filter(None, codes.split(";"))))
    weights: object = [()] * len(table)
    if parts.map(len).any():
        people = codebook.read_table(population, dtype={"province": str})
        people = people.set_index("province")["population_thousand"].astype(float)
        weights = parts.map(lambda codes: _shares(people, codes))
    table = table.reindex(columns=list(Province.__dataclass_fields__)[:7], fill_value="")
    return table.assign(predecessors=parts, weights=weights)


def _shares(people: pd.Series, codes: tuple[str, ...]) -> tuple[float, ...]:
    own = people.reindex(list(codes))
    if own.isna().any():
        raise DataError(
            "No population of {codes}: a synthetic score cannot be weighted.",
            codes=", ".join(own.index[own.isna()]),
        )
    return tuple((own / own.sum()).tolist())


def provinces(data: str | Path | None = None) -> pd.DataFrame:
    """The provinces to June 2025, the units of the PAPI series to 2024.

    Returns
    -------
    DataFrame
        province (GSO code, the key of every table of scores), slug, name_vi, name_en, region (key
        of `REGIONS`), successor_code, successor_name_vi (since 1 July 2025).

    Examples
    --------
    >>> table = provinces()
    >>> table.loc[table["slug"].eq("can-tho"), ["province", "name_en", "region"]].iloc[0].tolist()
    ['92', 'Can Tho', 'mekong_delta']
    """
    first = int(geographies(data)["first_round"].iloc[0])
    table = units_of(first, data).drop(columns=["predecessors", "weights"])
    return table.rename(columns={"code": "province"})


def former(code: str, last_round: int) -> str:
    """What a province that has ended is called in tables of a later year: "84-2024".

    >>> former("84", 2024)
    '84-2024'
    """
    return f"{code}-{last_round}"


def lasting(year: int, data: str | Path | None = None) -> dict[tuple[int, str], str]:
    """How the codes of earlier divisions of the country are written in tables of a year.

    Returns
    -------
    dict
        By (first round of the division, code): the code of the province that it still is, whole
        and alone, or its `former` code. Empty where no division came before.
    """
    table = geographies(data)
    now = int(geography(year, data)["first_round"])
    codes: dict[tuple[int, str], str] = {}
    for row in table[table["first_round"].lt(now)].itertuples():
        ends = int(row.last_round)
        after = units_of(ends + 1, data)
        alone = {parts[0]: code for code, parts in zip(after["code"], after["predecessors"],
                                                      strict=True) if len(parts) == 1}  # fmt: skip
        for code in units_of(int(row.first_round), data)["code"]:
            new = alone.get(code)
            later = codes.get((ends + 1, new), new) if new else former(code, ends)
            codes[int(row.first_round), code] = later
    return codes


def names_of(year: int, lang: str, data: str | Path | None = None) -> dict[str, str]:
    """Names by code of all provinces in tables of a year, those that had ended included."""
    column = f"name_{lang}"
    called = units_of(year, data).set_index("code")[column].to_dict()
    for (first, code), key in lasting(year, data).items():
        old = units_of(first, data).set_index("code")[column]
        called.setdefault(key, old[code])
    return called


def day_of(year: int, data: str | Path | None = None) -> date:
    """A day on which the provinces of a year's round are in force."""
    start = geography(year, data)["valid_from"]
    return date.fromisoformat(start) if start else BEFORE_MERGER


def listing(year: int, lang: str, data: str | Path | None = None) -> list[str]:
    """The provinces of a year's round in lines: code, slug, name, region, what they were or became.

    A former province is shown with its share of the population, a later one with its name.
    """
    table, row = units_of(year, data), geography(year, data)
    before = units_of(int(row["first_round"]) - 1, data).set_index("code")[f"name_{lang}"]
    lines = [
        say(lang, "Round of {year}: {n} provinces.", year=str(year), n=len(table)),
        "\t".join(say(lang, word) for word in HEAD),
    ]
    for unit in (Province(**one) for one in table.to_dict("records")):
        parts = zip(unit.predecessors, unit.weights, strict=True)
        told = ", ".join(f"{before[code]} {number(lang, share, '0%')}" for code, share in parts)
        if unit.successor_code:
            told = say(lang, "since July 2025: {name}", name=unit.successor_name_vi)
        told = told if unit.merged or unit.successor_code else say(lang, "unchanged")
        fields = (unit.code, unit.slug, unit.name(lang), unit.region_name(lang), told)
        lines.append("\t".join(fields))
    return lines


def day(on: date | str | None) -> date:
    """A day from a date, "2025-07-01" or "2025-07"; without one the eve of the merger.

    >>> day("2025-07"), day(None)
    (datetime.date(2025, 7, 1), datetime.date(2025, 6, 30))

    Raises
    ------
    ParameterError
        When the text is no date.
    """
    if on is None:
        return BEFORE_MERGER
    if isinstance(on, date):
        return on
    try:
        return date.fromisoformat(f"{on}-01" if re.fullmatch(r"\d{4}-\d{2}", on) else on)
    except (TypeError, ValueError) as error:
        raise ParameterError(
            "{value!r} is no date. Write it as 2025-07-01 or 2025-07.", value=str(on)[:80]
        ) from error

"""The small tables beside the scores: known flags, other indices, samples, population."""

from __future__ import annotations

import difflib
from pathlib import Path

import pandas as pd

from papi_analysis import places, settings
from papi_analysis import schemas as tables
from papi_analysis.data import codebook
from papi_analysis.i18n import mark
from papi_analysis.schemas import Rule

#: Flags that are facts about a criterion; others are computed from the scores.
FLAGS = ("threshold", "election_cycle", "structural")
INDICES = ("PAR INDEX", "SIPAS", "PCI")
#: How alike a word is to a known index from which on it is taken for a slip of it.
ALIKE = 0.75
#: The first year of the older of them.
FIRST_INDEX = 2012
#: The code of the country in tables of provinces.
COUNTRY = "00"

_A_CODE = mark("a code of data/papi/subdimensions.csv")
_A_PROVINCE = mark("a GSO code of data/papi/provinces.csv")
_A_REASON = mark("a reason")
_A_TEXT = mark("a text")
_NO_SOURCE = mark("no page of the source is named")


def criteria_flags(data: str | Path | None = None) -> pd.DataFrame:
    """Known facts about how a criterion moves.

    Columns: code, flag (one of `FLAGS`), year_from (first year it holds), inferred (bool: read from
    the figures, not from a text of the publisher), evidence, source.
    """
    path = settings.data_folder(data) / "papi" / "criteria_flags.csv"
    table = tables.read(path, "code flag year_from inferred evidence source")
    known = codebook.subdimensions(data)["code"]
    numbers = tables.numbers(table, ["year_from"])
    rules = [
        *tables.number_rules(table, numbers),
        Rule("E-FLAG", "code", ~table["code"].isin(known), tables.UNKNOWN_CODE, _A_CODE),
        Rule("E-FLAG", "flag", ~table["flag"].isin(FLAGS), tables.UNKNOWN_WORD, ", ".join(FLAGS)),
        Rule(
            "E-FLAG",
            "inferred",
            ~table["inferred"].isin(["yes", "no"]),
            tables.UNKNOWN_WORD,
            "yes, no",
        ),
        Rule("E-FLAG", "evidence", table["evidence"].eq(""), tables.EMPTY, _A_REASON),
        Rule("E-FLAG", "flag", table.duplicated(["code", "flag"]), tables.TWICE, tables.ONCE),
    ]
    tables.require(path, table, rules)
    years = numbers["year_from"].astype("int64")
    return table.assign(inferred=table["inferred"].eq("yes"), year_from=years)


def par_sipas(data: str | Path | None = None) -> pd.DataFrame:
    """PAR INDEX and SIPAS as published: one row per year, index and province ("00": the country).

    Columns: year, index, province, score, rank, ranked_of, national_mean (score and mean in points
    of 100 or per cent), note, source_url. A value that was not found is absent; a decimal comma is
    read as well.

    Raises
    ------
    SourceError
        With every fault of the file.
    """
    path = settings.data_folder(data) / "context" / "par_sipas.csv"
    names = ["year", "score", "rank", "ranked_of", "national_mean"]
    table = tables.read(path, " ".join([*names[:1], "index", "province", *names[1:],
                                        "note", "source_url"]))  # fmt: skip
    table[names] = table[names].apply(lambda column: column.str.replace(",", "."))
    numbers = tables.numbers(table, names)
    tables.require(path, table, _index_rules(table, numbers, data))
    whole = {name: numbers[name].astype("Int64") for name in ("rank", "ranked_of")}
    years = numbers["year"].astype("int64")
    return table.assign(
        year=years, score=numbers["score"], national_mean=numbers["national_mean"], **whole
    )


def _index_rules(table: pd.DataFrame, numbers: pd.DataFrame, data: str | Path | None) -> list[Rule]:
    """What a row of another index must be: known, whole where it counts, sourced, there once."""
    known = [COUNTRY, *places.provinces(data)["province"]]
    year, rank, of = numbers["year"], numbers["rank"], numbers["ranked_of"]
    broken = {
        "index": (table["index"].map(_slip), tables.UNKNOWN_WORD, ", ".join(INDICES)),
        "province": (~table["province"].isin(known), tables.UNKNOWN_CODE, _A_PROVINCE),
        "year": (~_whole(year, FIRST_INDEX, 2100), tables.OUTSIDE, f"{FIRST_INDEX} …"),
        "rank": (rank.notna() & ~_whole(rank, 1, of), tables.OUTSIDE, "1 … ranked_of"),
        "ranked_of": (of.notna() & ~_whole(of, 1, len(known)), tables.OUTSIDE, f"1 … {len(known)}"),
        "source_url": (
            ~table["source_url"].str.match(r"https?://\S+$"), _NO_SOURCE, "https://…"
        ),
    }  # fmt: skip
    percent = {
        name: (numbers[name].lt(0) | numbers[name].gt(100), tables.OUTSIDE, "0 … 100")
        for name in ("score", "national_mean")
    }
    twice = table.duplicated(["year", "index", "province"])
    return [
        *tables.number_rules(table, numbers),
        *(Rule("E-INDEX", name, *claim) for name, claim in {**broken, **percent}.items()),
        Rule("E-INDEX", "index", twice, tables.TWICE, tables.ONCE),
    ]


def _slip(word: str) -> bool:
    """Whether a word is empty or nearly, and not quite, the name of a known index."""
    near = difflib.get_close_matches(word.upper(), INDICES, n=1, cutoff=ALIKE)
    return not word or (bool(near) and word not in INDICES)


def _whole(values: pd.Series, low: float, high: pd.Series | float) -> pd.Series:
    """Which values are whole numbers from `low` to `high`."""
    return values.mod(1).eq(0) & values.ge(low) & values.le(high)


def survey_samples(data: str | Path | None = None) -> pd.DataFrame:
    """Respondents and day of publication by round.

    Columns: year, respondents (text as published, may be ">14000" or empty), published (day, month
    or year), cumulative_since_2009, source_url.
    """
    path = settings.data_folder(data) / "context" / "survey_samples.csv"
    table = tables.read(path, "year respondents published cumulative_since_2009 source_url")
    numbers = tables.numbers(table, ["year"])
    rules = [
        *tables.number_rules(table, numbers),
        Rule("E-SAMPLE", "year", table["year"].duplicated(), tables.TWICE, tables.ONCE),
        Rule(
            "E-SAMPLE",
            "published",
            ~table["published"].str.match(r"\d{4}"),
            tables.EMPTY,
            "YYYY-MM-DD",
        ),
    ]
    tables.require(path, table, rules)
    total = pd.to_numeric(table["cumulative_since_2009"], errors="coerce")
    return table.assign(
        year=numbers["year"].astype("int64"), cumulative_since_2009=total.astype("Int64")
    )


def documents(data: str | Path | None = None, folder: str = "tra_vinh") -> pd.DataFrame:
    """The orders of a province that a report on its scores serves, oldest first.

    Columns: year (of issue), number, organ_vi, organ_en (who issued it), asks_vi, asks_en (what it
    asks, in our words), source_url ("" where no public text was found). No row where the province
    has no such table.

    Raises
    ------
    SourceError
        With every fault of the file.
    """
    path = settings.data_folder(data) / folder / "documents.csv"
    columns = "year number organ_vi organ_en asks_vi asks_en source_url"
    if not path.is_file():
        return pd.DataFrame(columns=columns.split())
    table = tables.read(path, columns)
    numbers = tables.numbers(table, ["year"])
    needed = columns.split()[1:-1]
    rules = [
        *tables.number_rules(table, numbers),
        Rule("E-DOCUMENT", "year", ~_whole(numbers["year"], 2009, 2100), tables.OUTSIDE, "2009 …"),
        Rule("E-DOCUMENT", "number", table["number"].duplicated(), tables.TWICE, tables.ONCE),
        *(Rule("E-DOCUMENT", name, table[name].eq(""), tables.EMPTY, _A_TEXT) for name in needed),
    ]
    tables.require(path, table, rules)
    dated = table.assign(year=numbers["year"].astype("int64"))
    return dated.sort_values(["year", "number"], ignore_index=True)


def population_2019(data: str | Path | None = None) -> pd.DataFrame:
    """Population at the census of 1 April 2019: province, population_thousand.

    Every province is there once.
    """
    path = settings.data_folder(data) / "context" / "population_2019.csv"
    table = tables.read(path, "province population_thousand")
    known = places.provinces(data)["province"]
    numbers = tables.numbers(table, ["population_thousand"])
    low = numbers["population_thousand"].le(0)
    rules = [
        *tables.number_rules(table, numbers),
        Rule(
            "E-POPULATION",
            "province",
            ~table["province"].isin(known),
            tables.UNKNOWN_CODE,
            _A_PROVINCE,
        ),
        Rule("E-POPULATION", "province", table["province"].duplicated(), tables.TWICE, tables.ONCE),
        Rule("E-POPULATION", "population_thousand", low, tables.OUTSIDE, "> 0"),
    ]
    absent = sorted(set(known) - set(table["province"]))
    extra = tables.missing("E-POPULATION", "province", absent, tables.ONCE, mend=tables.RESTORE)
    tables.require(path, table, rules, extra)
    return table.assign(population_thousand=numbers["population_thousand"])


def communes_vinh_long(data: str | Path | None = None) -> pd.DataFrame:
    """The communes of Vĩnh Long since July 2025, as its agencies may name them.

    Columns: code (GSO), name_vi, type, area_km2, former_province (";" between
    several, as of districts and communes), former_districts, former_communes, population (people;
    use it for shares only), seat_vi, source_url.
    """
    path = settings.data_folder(data) / "merger" / "communes_vinh_long.csv"
    table = tables.read(path, "code name_vi type area_km2 former_province former_districts "
                        "former_communes population seat_vi source_url")  # fmt: skip
    numbers = tables.numbers(table, ["area_km2", "population"])
    known = set(places.provinces(data)["name_vi"])
    former = ~table["former_province"].map(lambda names: known.issuperset(names.split("; ")))
    tables.require(path, table, [
        *tables.number_rules(table, numbers),
        Rule("E-COMMUNE", "code", table["code"].duplicated(), tables.TWICE, tables.ONCE),
        Rule("E-COMMUNE", "former_province", former, tables.UNKNOWN_WORD, _A_PROVINCE),
        Rule("E-COMMUNE", "name_vi", table["name_vi"].eq(""), tables.EMPTY, _A_TEXT),
        Rule("E-COMMUNE", "population", numbers["population"].le(0), tables.OUTSIDE, "> 0"),
    ])  # fmt: skip
    return table.assign(**numbers.to_dict("series"))

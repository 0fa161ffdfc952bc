"""The other indices that a province follows beside PAPI: PAR INDEX, SIPAS, PCI and its own."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from papi_analysis import cache, places, schemas, settings
from papi_analysis.data import context
from papi_analysis.i18n import mark
from papi_analysis.schemas import Rule

#: Share of the country between two places of a province from which on they contradict each other.
CONTRADICTION = 1 / 3
_A_PROVINCE = mark("a GSO code of data/papi/provinces.csv")


@cache.memoize
def indices(data: str | Path | None = None) -> pd.DataFrame:
    """PAR INDEX and SIPAS with their distance to the country.

    Columns: year, index, province, score, rank, ranked_of, national_mean, difference (score less
    national_mean, in points), note, source_url.
    """
    rows = context.par_sipas(data)
    return rows.assign(difference=(rows["score"] - rows["national_mean"]).round(6))


def beside(rows: pd.DataFrame, papi: pd.DataFrame, province: places.Province) -> pd.DataFrame:
    """The ranks of a province in the other indices beside its PAPI rank of the same year.

    Parameters
    ----------
    rows : DataFrame
        See `indices`.
    papi : DataFrame
        year, province, rank, n of the totals.

    Returns
    -------
    DataFrame
        year, index, score, national_mean, rank, ranked_of, papi_rank, papi_n, share_above and
        papi_share_above (share of the other provinces that stand above this one, 0 best), apart
        (their difference; .5 means that half the country lies between the two places).
    """
    own = rows[rows["province"].eq(province.code) & rows["rank"].notna()]
    ranks = papi[papi["province"].eq(province.code)].dropna(subset=["rank"])
    ranks = ranks.rename(columns={"rank": "papi_rank", "n": "papi_n"})
    both = own.merge(ranks[["year", "papi_rank", "papi_n"]], on="year").reset_index(drop=True)
    above = (both["rank"].astype(float) - 1) / (both["ranked_of"].astype(float) - 1)
    papi_above = (both["papi_rank"].astype(float) - 1) / (both["papi_n"].astype(float) - 1)
    columns = [
        "year",
        "index",
        "score",
        "national_mean",
        "rank",
        "ranked_of",
        "papi_rank",
        "papi_n",
    ]
    return both[columns].assign(
        share_above=above, papi_share_above=papi_above, apart=(papi_above - above).abs()
    )


def overview(rows: pd.DataFrame, papi: pd.DataFrame, province: places.Province) -> pd.DataFrame:
    """A province in the three indices year by year, from the first year on file to the last.

    Parameters
    ----------
    rows : DataFrame
        See `indices`.
    papi : DataFrame
        year, province, rank, n of the totals; its last year is the last one shown.
    province : Province

    Returns
    -------
    DataFrame
        year, index; score, rank, ranked_of, national_mean, source_url (of the province's own row,
        else of the country's), papi_rank, papi_n, share_above, papi_share_above, apart (see
        `beside`), absent where not on file; verdict: "contradicts" where at least a third of the
        country lies between the two places, "agrees" where less, "unknown" without both ranks.
    """
    own = rows[rows["province"].eq(province.code)]
    last = papi["year"].max()
    years = range(int(own["year"].min()), int(last) + 1) if len(own) else range(0)
    grid = pd.DataFrame(
        [(year, index) for year in years for index in _shown(own)], columns=["year", "index"]
    )
    country = rows[rows["province"].eq(context.COUNTRY)]
    country = country[["year", "index", "national_mean", "source_url"]]
    found = grid.merge(own.drop(columns="province"), on=["year", "index"], how="left")
    found = found.merge(country, on=["year", "index"], how="left", suffixes=("", "_country"))
    for name in ("national_mean", "source_url"):
        found[name] = found[name].fillna(found[f"{name}_country"])
    ranks = papi[papi["province"].eq(province.code)].rename(
        columns={"rank": "papi_rank", "n": "papi_n"}
    )
    found = found.merge(ranks[["year", "papi_rank", "papi_n"]], on="year", how="left")
    both = beside(rows, papi, province)[
        ["year", "index", "share_above", "papi_share_above", "apart"]
    ]
    found = found.merge(both, on=["year", "index"], how="left")
    verdict = (found["apart"] >= CONTRADICTION).map({True: "contradicts", False: "agrees"})
    found["verdict"] = verdict.where(found["apart"].notna(), "unknown")
    known = ["year", "index", "score", "rank", "ranked_of", "national_mean", "source_url"]
    beside_papi = ["papi_rank", "papi_n", "share_above", "papi_share_above", "apart", "verdict"]
    return found[known + beside_papi]


def _shown(own: pd.DataFrame) -> list[str]:
    """PAR INDEX and SIPAS, then every other index that the province's own rows hold."""
    return list(dict.fromkeys([*context.INDICES[:2], *own["index"]]))


def four(province: places.Province, data: str | Path | None = None) -> pd.DataFrame:
    """PAR INDEX, SIPAS, PCI and what else the province keeps, year by year.

    Returns
    -------
    DataFrame
        year, index, score, rank, ranked_of (absent where they are not known; of PCI computed where
        every province has a score), own (bool: an index that the province keeps for itself, a
        self-score of its districts or communes among them, and no published one).
    """
    rows = indices(data)
    rows = rows[rows["province"].eq(province.code)][["year", "index", "score", "rank", "ranked_of"]]
    table = pci(data)
    years = table.groupby("year")["score"]
    n, whole = years.transform("size"), places.provinces(data).shape[0]
    table = table.assign(index="PCI", rank=years.rank(ascending=False, method="min"), ranked_of=n)
    table[["rank", "ranked_of"]] = table[["rank", "ranked_of"]].where(n.eq(whole))
    past = table[table["province"].eq(province.code)].drop(columns="province")
    past = past[~past["year"].isin(rows.loc[rows["index"].eq("PCI"), "year"])]
    both = pd.concat([rows, past]).astype({"rank": "Int64", "ranked_of": "Int64"})
    both = both.assign(own=~both["index"].isin(context.INDICES))
    return both.sort_values(["year", "index"], ignore_index=True)[
        ["year", "index", "score", "rank", "ranked_of", "own"]
    ]


def pci(data: str | Path | None = None) -> pd.DataFrame:
    """PCI (VCCI) of the provinces, 2005-2016: year, province, score (weighted, points of 100)."""
    path = settings.data_folder(data) / "context" / "pci_2005_2016.csv"
    table = schemas.read(path, "year province score")
    numbers = schemas.numbers(table, ["year", "score"])
    strange = ~table["province"].isin(places.provinces(data)["province"])
    outside = ~numbers["score"].between(0, 100)
    twice = table.duplicated(["year", "province"])
    schemas.require(path, table, [
        *schemas.number_rules(table, numbers),
        Rule("E-INDEX", "province", strange, schemas.UNKNOWN_CODE, _A_PROVINCE),
        Rule("E-INDEX", "score", outside, schemas.OUTSIDE, "0 … 100"),
        Rule("E-INDEX", "year", twice, schemas.TWICE, schemas.ONCE),
    ])  # fmt: skip
    return table[["province"]].assign(year=numbers["year"].astype("int64"), score=numbers["score"])[
        ["year", "province", "score"]
    ]

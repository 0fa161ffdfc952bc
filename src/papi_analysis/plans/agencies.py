"""Who leads each criterion, and the two other indices that a province follows beside PAPI."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from papi_analysis import cache, places, settings
from papi_analysis.data import context

#: What is known of the lead of a criterion: proposed from general statutory functions, confirmed
#: by the province, or not assigned at all.
STATUSES = (*context.STATUSES, "unassigned")
#: Share of the country between two places of a province from which on they contradict each other.
CONTRADICTION = 1 / 3
#: The file in a province's folder that holds its plans; it is no table that the province edits.
LEDGER = "ledger.csv"
#: Files there that assign nothing: the plans, and the orders that a report serves.
OTHERS = (LEDGER, "documents.csv")


def table(data: str | Path | None = None, folder: str = "tra_vinh") -> pd.DataFrame:
    """The lead agency of each criterion in a province.

    Parameters
    ----------
    data : path, optional
        The data folder.
    folder : str
        Folder of the province inside it. A province that has no tables there has no assignment:
        the table is empty and `assign` marks every criterion "unassigned".

    Returns
    -------
    DataFrame
        code, lead_agency, coordinating_agencies (several, separated by ";"), status ("proposed" or
        "confirmed"), basis.

    Raises
    ------
    SourceError
        Where the file breaks a rule; names row, column, what was found, expected, and the mend.
    """
    own = (settings.data_folder(data) / folder).glob("*.csv")
    if not any(path.name not in OTHERS for path in own):
        columns = ["code", "lead_agency", "coordinating_agencies", "status", "basis"]
        return pd.DataFrame(columns=columns, dtype=str)
    return context.agencies(data, folder)


def folder_of(province: places.Province) -> str:
    """The folder that holds a province's own tables: `tra_vinh` for `tra-vinh`."""
    return province.slug.replace("-", "_")


def assign(assessment: pd.DataFrame, leads: pd.DataFrame) -> pd.DataFrame:
    """An assessment with, per criterion, lead_agency, coordinating_agencies and agency_status.

    A criterion without a lead gets "" and the status "unassigned"; the order stays.
    """
    columns = ["code", "lead_agency", "coordinating_agencies", "status"]
    joined = assessment.merge(leads[columns], on="code", how="left", validate="many_to_one")
    joined = joined.rename(columns={"status": "agency_status"})
    empty = {"lead_agency": "", "coordinating_agencies": "", "agency_status": "unassigned"}
    return joined.fillna(empty)


@cache.result
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
        [(year, index) for year in years for index in context.INDICES], columns=["year", "index"]
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

"""Who leads each criterion, and the two other indices that a province follows beside PAPI."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from papi_analysis import framework, places
from papi_analysis.sources import context

#: What is known of the lead of a criterion: proposed from general statutory functions, confirmed
#: by the province, or not assigned at all.
STATUSES = (*context.STATUSES, "unassigned")
#: The file in a province's folder that holds its plans; it is no table that the province edits.
LEDGER = "ledger.csv"


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
    own = (framework.data_folder(data) / folder).glob("*.csv")
    if not any(path.name != LEDGER for path in own):
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

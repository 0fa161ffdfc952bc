"""What is known about places in Trà Vinh: districts, communes, and their minority population."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from papi_analysis import cache, settings
from papi_analysis.data import codebook
from papi_analysis.errors import SourceError

#: The province whose districts and communes are in the data, with their drawings.
DETAILED = "84"


def districts(data: str | Path | None = None) -> pd.DataFrame:
    """Trà Vinh's nine districts to June 2025: code, name_vi, type, official_area_km2, communes."""
    path = settings.data_folder(data) / "tra_vinh" / "districts.csv"
    return codebook.read_table(path, dtype={"code": str})


def communes_crosswalk(data: str | Path | None = None) -> pd.DataFrame:
    """Trà Vinh's 104 communes to June 2025 and the 41 they became."""
    path = settings.data_folder(data) / "tra_vinh" / "crosswalk_2025.csv"
    codes = {"old_district_code": str, "old_code": str, "new_code": str}
    return codebook.read_table(path, dtype=codes)


def ethnic_minority_communes(data: str | Path | None = None) -> pd.DataFrame:
    """Communes above 20 % ethnic minority, as far as the published list goes.

    Columns: district, commune, population, ethnic_minority, share_pct, hoa, khmer (people),
    source_url. Complete for five districts, cut off for Cầu Ngang, absent for the rest.
    """
    return codebook.read_table(
        settings.data_folder(data) / "tra_vinh" / "communes_ethnic_minority.csv"
    )


#: How far the published list of communes above 20 % ethnic minority goes; absent elsewhere.
LIST_STATUS = {
    "842": "complete",
    "844": "complete",
    "845": "complete",
    "846": "complete",
    "847": "complete",
    "848": "cut_off",
}


@cache.memoize
def district_context(data: str | Path | None = None) -> pd.DataFrame:
    """What official figures say about each of the nine districts, with its holes.

    Returns
    -------
    DataFrame
        code, name_vi, type, area_km2 (official), communes (number), listed (communes on the list
        above 20 % ethnic minority; a lower bound where the list is cut off, absent without list),
        listed_share (of the communes; only where the list is complete), list_status ("complete",
        "cut_off", "absent").
    """
    table = districts(data).rename(
        columns={"official_area_km2": "area_km2", "communes_2025_06": "communes"}
    )
    status = table["code"].map(LIST_STATUS).fillna("absent")
    counts = _listed(data).groupby("old_district_code")["listed"].sum()
    listed = table["code"].map(counts).astype("Int64").mask(status.eq("absent"))
    share = (listed / table["communes"]).mask(status.ne("complete")).astype(float)
    columns = ["code", "name_vi", "type", "area_km2", "communes"]
    return table[columns].assign(listed=listed, listed_share=share, list_status=status)


@cache.memoize
def commune_context(data: str | Path | None = None) -> pd.DataFrame:
    """What the list of 2025's former communes says about each of the 41 communes, with its holes.

    Returns
    -------
    DataFrame
        code, name_vi, area_km2 (official), former (number of former communes), districts (former
        district codes, joined by ";"), listed (former communes on the list above 20 % ethnic
        minority; absent where nothing is known), population, khmer (people, of the listed ones),
        khmer_share (of the population; only where all former communes are listed), known
        ("share": all listed; "part": some; "below": none, with a complete list; "unknown": none,
        without a complete list).
    """
    rows = _listed(data)
    rows = rows.assign(complete=rows["old_district_code"].map(LIST_STATUS).eq("complete"))
    groups = rows.groupby("new_code", sort=True)
    table = pd.DataFrame(
        {
            "name_vi": groups["new_name"].first(),
            "area_km2": groups["new_area_km2"].first(),
            "former": groups.size(),
            "districts": groups["old_district_code"].agg(lambda c: ";".join(sorted(set(c)))),
            "listed": groups["listed"].sum(),
            "population": groups["population"].sum(min_count=1).astype("Int64"),
            "khmer": groups["khmer"].sum(min_count=1).astype("Int64"),
        }
    )
    whole = groups["complete"].all()
    table["khmer_share"] = (
        (table["khmer"] / table["population"])
        .astype(float)
        .where(table["listed"].eq(table["former"]))
    )
    table["known"] = "unknown"
    table.loc[whole, "known"] = "below"
    table.loc[table["listed"].gt(0), "known"] = "part"
    table.loc[table["khmer_share"].notna(), "known"] = "share"
    table["listed"] = table["listed"].astype("Int64").mask(table["known"].eq("unknown"))
    return table.rename_axis("code").reset_index()


def _listed(data: str | Path | None) -> pd.DataFrame:
    """The 104 former communes with the figures of those on the list, and whether they are on it."""
    frame, listed = communes_crosswalk(data), ethnic_minority_communes(data)
    own = frame["old_district"] + "/" + frame["old_name"].str.removeprefix("Xã ")
    listed = listed.set_index(listed["district"] + "/" + listed["commune"])
    strange = ~listed.index.isin(own) | listed.index.duplicated()
    if strange.any():
        raise SourceError(
            "communes_ethnic_minority.csv names communes that are not in crosswalk_2025.csv, or "
            "twice: {names}.",
            names=", ".join(listed.loc[strange, "commune"]),
        )
    frame[["population", "khmer"]] = listed[["population", "khmer"]].reindex(own).to_numpy()
    return frame.assign(listed=own.isin(listed.index))

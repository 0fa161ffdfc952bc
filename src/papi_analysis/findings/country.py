"""What holds for the country in the year of a case, whichever province asks."""

from __future__ import annotations

import pandas as pd

from papi_analysis import boundaries
from papi_analysis.errors import DataError
from papi_analysis.findings.case import Country
from papi_analysis.findings.plain import records
from papi_analysis.stats import correlation, resampling, spatial, within


def national(case: Country) -> dict:
    """What holds for the country in the year, whichever province asks."""
    wide = case.wide("dimension")
    pairs = correlation.matrix(wide, method="spearman", seed=case.seed)
    pairs = pairs.rename(columns={"r": "spearman"})
    found = {
        "n": int(pairs["n"].iloc[0]),
        "significant": int(pairs["q"].lt(resampling.ALPHA).sum()),
        "dimensions": records(pairs),
        "item_rest": records(correlation.corrected_item_total(wide)),
        "moran": records(_moran(case, wide)),
    }
    try:
        inside = within.between_within(
            case.levels, case.index_versions, end=case.year, seed=case.seed
        )
    except DataError:
        inside = None  # the first year of a sample block has no change inside it
    if inside is not None:
        found["between_within"] = records(inside)
        beside = inside[["a", "b", "r_within"]].rename(columns={"r_within": "within"})
        found["dimensions"] = records(pairs.merge(beside, on=["a", "b"], how="left"))
    return {"associations": found}


def opposed(associations: dict) -> tuple[str, str]:
    """The pair of dimensions that differs most between provinces: the lowest correlation."""
    rows = associations.get("between_within") or associations["dimensions"]
    measure = "r_between" if "r_between" in rows[0] else "spearman"
    row = min(rows, key=lambda pair: (pair[measure], pair["a"], pair["b"]))
    return row["a"], row["b"]


def _moran(case: Country, wide: pd.DataFrame) -> pd.DataFrame:
    return spatial.moran(wide, boundaries.middles(case.data, on=case.day), seed=case.seed)

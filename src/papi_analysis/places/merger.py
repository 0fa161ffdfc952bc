"""What a province of July 2025 would have scored before it existed, always marked synthetic."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from papi_analysis.errors import DataError, ParameterError
from papi_analysis.i18n import mark
from papi_analysis.places.registry import crosswalk

#: Said beside every number of a back-cast.
SYNTHETIC = mark(
    "{name} of July 2025 is synthetic before that day: the mean of {members}, weighted by "
    "population (census of 1 April 2019). It has no rank and no group."
)
#: What a merged province is called in the years before it existed.
SYNTHETIC_NAME = mark("{name} (synthetic)")
_KEYS = ["year", "level", "dimension", "code"]


def members(new_code: str, *, data: str | Path | None = None) -> list[str]:
    """The former provinces that a province of July 2025 is made of, in the order of their codes.

    Raises
    ------
    ParameterError
        When no province of July 2025 has this code.
    """
    pairs = crosswalk("province", data=data)
    found = sorted(pairs.loc[pairs["new_code"].eq(new_code), "old_code"])
    if not found:
        raise ParameterError(
            "No province of July 2025 has the code {value!r}. Codes: {known}.",
            value=str(new_code)[:20],
            known=", ".join(sorted(pairs["new_code"].unique())),
        )
    return found


def back_cast(
    levels: pd.DataFrame,
    population: pd.DataFrame,
    new_code: str,
    *,
    data: str | Path | None = None,
) -> pd.DataFrame:
    """The scores of a merged province before July 2025, with the old series kept beside them.

    A mean of published scores weighted by population is not what a survey of the new province
    would have found: the weights are of 2019, and every old province had its own sample.

    Parameters
    ----------
    levels : DataFrame
        Scores at every level (`panel.levels`).
    population : DataFrame
        province (code), population_thousand.
    new_code : str
        Code of a province of July 2025 that several former ones went into, such as "86".

    Returns
    -------
    DataFrame
        year, province (code), level, dimension, code, score (points), synthetic (bool), weight
        (share of the new province's population; 1 for the new province), absent (codes of the
        members without this score, joined by ";"; the others' weights are raised). Rows of
        the members have synthetic False. The new province may have the code of one member:
        `synthetic` tells them apart. No rank and no group is given.

    Raises
    ------
    DataError
        When the province was not merged, or a member has no population.

    Examples
    --------
    Two members of 1 and 3 million people that scored 40 and 44 give (1·40 + 3·44) / 4 = 43.
    """
    parts = members(new_code, data=data)
    if len(parts) == 1:
        raise DataError(
            "Province {code} was not merged in July 2025: its series goes on, nothing is "
            "synthetic.",
            code=new_code,
        )
    people = population.set_index("province")["population_thousand"].reindex(parts).astype(float)
    if people.isna().any():
        raise DataError(
            "No population of {codes}: a synthetic score cannot be weighted.",
            codes=", ".join(people.index[people.isna()]),
        )
    weights = people / people.sum()
    old = levels[levels["province"].isin(parts)]
    old = old[[*_KEYS, "province", "score"]].assign(weight=old["province"].map(weights))
    new = _weighted(old).assign(province=new_code, synthetic=True, weight=1.0)
    old = old.assign(synthetic=False, absent="")
    columns = ["year", "province", *_KEYS[1:], "score", "synthetic", "weight", "absent"]
    return pd.concat([new[columns], old[columns]], ignore_index=True)


def _weighted(old: pd.DataFrame) -> pd.DataFrame:
    """Weighted means over the members that have a score; absent where none has."""
    there = old["weight"].where(old["score"].notna())
    product = old.assign(product=old["score"] * there, there=there)
    groups = product.groupby(_KEYS, sort=True)
    score = groups["product"].sum(min_count=1) / groups["there"].sum(min_count=1)
    table = score.to_frame("score")
    missing = old[old["score"].isna()].groupby(_KEYS)["province"].agg(";".join)
    return table.assign(absent=missing.reindex(table.index).fillna("")).reset_index()

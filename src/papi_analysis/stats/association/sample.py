"""The sample of an association: provinces with every item, and years with one composition."""

from __future__ import annotations

import pandas as pd

from papi_analysis.errors import DataError, ParameterError

#: Fewer provinces than this say nothing about how two items move together.
FEWEST_PROVINCES = 10

_DECIMALS = 9  # scores are published to six decimals; sums of them differ by rounding only


def complete(wide: pd.DataFrame) -> pd.DataFrame:
    """The provinces (rows) that have every item (column), in the order of their codes, checked.

    Raises
    ------
    DataError
        When fewer than `FEWEST_PROVINCES` are left, when there are fewer than two items, or when
        an item has the same score in all of them.
    """
    if wide.shape[1] < 2:
        raise DataError(
            "An association needs two items or more, found {found}.", found=wide.shape[1]
        )
    there = wide.dropna().sort_index().round(_DECIMALS)
    if len(there) < FEWEST_PROVINCES:
        raise DataError(
            "Only {n} of {all} provinces {n:has|have} every item; an association needs {least} "
            "or more.",
            n=len(there),
            all=len(wide),
            least=FEWEST_PROVINCES,
        )
    constant = there.columns[there.max() == there.min()]
    if len(constant):
        raise DataError(
            "The same score in all {n} provinces: {codes}. An association needs items that differ; "
            "leave these out.",
            n=len(there),
            codes=", ".join(map(str, constant)),
        )
    return there


def signatures(regimes: pd.DataFrame, level: str) -> pd.Series:
    """What each item is made of in each year: its sub-dimensions, their compositions and scales.

    Two years of an item may be set beside each other when their signatures are equal.

    Returns
    -------
    Series
        Text, indexed by code and year.
    """
    part = regimes["subdimension"] + " " + regimes["composition"].astype(str)
    part = part + " " + regimes["scale_max"].map("{:.3f}".format)
    code = regimes["dimension"] if level == "dimension" else regimes["subdimension"]
    table = pd.DataFrame({"code": code, "year": regimes["year"], "part": part}).sort_values("part")
    return table.groupby(["code", "year"])["part"].agg("; ".join)


def block_start(regimes: pd.DataFrame, end: int, start: int | None = None) -> int:
    """The first year of the sample block of `end`, or `start` when it lies in that block.

    Raises
    ------
    DataError
        When `end` is not in the index or `start` lies in an earlier block.
    ParameterError
        When `start` is after `end`.
    """
    blocks = regimes.groupby("year")["sample_block"].first()
    require_order(blocks.index, start, end)
    first = int(blocks[blocks == blocks[end]].index.min())
    if start is not None and start < first:
        raise DataError(
            "{start} and {end} lie on both sides of a break: the sampled places were very probably "
            "redrawn in {first}. Compare the years {first} to {end} among themselves.",
            start=start,
            end=end,
            first=first,
        )
    return first if start is None else start


def require_order(years: pd.Index, start: int | None, end: int) -> None:
    """Raise unless `end` is one of the years of the index and `start`, if any, not after it."""
    if end not in years:
        raise DataError("No index of {year} is known.", year=end)
    if start is not None and start > end:
        raise ParameterError(
            "The first year {start} is after the last year {end}.", start=start, end=end
        )

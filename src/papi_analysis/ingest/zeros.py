"""Zeros that stand for scores that are not published."""

from __future__ import annotations

import pandas as pd

_TABLE = ["sheet", "year", "province"]


def of_dimensions(values: pd.DataFrame) -> pd.DataFrame:
    """The values with whole dimensions of zeros or blanks marked as missing.

    The yearly tables since 2018 write a dimension that is not published as 0, with its
    sub-dimensions; any other zero stays, to be refused.
    """
    blank = values["score"].eq(0) | values["state"].eq("missing")
    keys = [*_TABLE, "dimension"]
    whole = blank.groupby([values[key] for key in keys]).transform("all")
    return _marked(values, whole & values["level"].ne("total"))


def of_totals(values: pd.DataFrame) -> pd.DataFrame:
    """The values with totals marked as missing where a dimension is missing.

    A total is a formula in many tables: over blank cells it gives 0, over some of them a sum of
    the others, which is no total.
    """
    if not len(values):
        return values
    lost = values["state"].eq("missing") & values["level"].ne("total")
    partly = lost.groupby([values[key] for key in _TABLE]).transform("any")
    return _marked(values, partly & values["level"].eq("total"))


def _marked(values: pd.DataFrame, where: pd.Series) -> pd.DataFrame:
    frame = values.copy()
    frame.loc[where, "state"] = "missing"
    frame.loc[where, "score"] = float("nan")
    return frame

"""Flags beside a criterion: what is known about how it moves, never a multiplier of its rank."""

from __future__ import annotations

import numpy as np
import pandas as pd

from papi_analysis.priority.cube import Cube
from papi_analysis.priority.level import FROZEN, year_to_year

#: Every flag, in the order in which it is shown.
FLAGS = ("frozen", "threshold", "election_cycle", "structural", "new_composition")


def flags(
    data: Cube, pairs: np.ndarray, year: int, facts: pd.DataFrame
) -> dict[str, tuple[str, ...]]:
    """The flags of each sub-dimension of a year, by code.

    `frozen` (mean correlation between neighbouring years of .9 or more, from data up to the year)
    and `new_composition` (its present make-up starts in this year, so no earlier year speaks for
    it) are computed; the others are rows of `facts` (code, flag, year_from) that hold by then.
    """
    steady = year_to_year(data, pairs, year)
    last = data.at(year)
    known = facts[facts["year_from"] <= year].groupby("code")["flag"].agg(set).to_dict()
    found = {}
    for code in data.current(year):
        own = set(known.get(data.codes[code], ()))
        if steady[code] >= FROZEN:
            own.add("frozen")
        earlier = data.composition[:last, code]
        if last and not (earlier == data.composition[last, code]).any():
            own.add("new_composition")
        found[data.codes[code]] = tuple(flag for flag in FLAGS if flag in own)
    return found

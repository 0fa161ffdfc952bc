"""The values under each name continue the past of that name, not of its neighbours."""

from __future__ import annotations

from itertools import permutations
from typing import NamedTuple

import numpy as np
import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest.checks.registered import SAME, held
from papi_analysis.ingest.checks.tables import ENOUGH, Case, Table, said_of_column
from papi_analysis.ingest.diagnoses import Phrase
from papi_analysis.ingest.reference import Codebook

#: By how much the sum of correlations inside a dimension must rise under other names. In the years
#: 2012-2024 it rises by .07 at most under the true names; of 1,410 exchanged ones it tells 98 %.
GAIN = 0.12
#: Mean correlation that the moved values must have with the past of their new names: below it they
#: go on from nothing, as one column sorted alone does (see `row_shift.columns`).
LIKE = 0.15
EQUAL = 0.9  # share of a column that tells whose scores it holds
_EQUAL = Phrase("{share} % of them are equal to its registered scores")
_PAST = Phrase("correlation with last year's {own_r}, with that one's {like_r}")


class Shift(NamedTuple):
    """A name, the name whose values it has, and the evidence."""

    code: str
    like: str
    evidence: Phrase
    values: dict[str, str]


def labels(case: Case) -> list[Issue]:
    """E-LABEL-SHIFT where the values of a sub-dimension are those of another one.

    A registered year is compared score by score. A new year is held against the year before: of
    all ways to exchange the names inside a dimension, the given one must have the highest sum of
    correlations between provinces' scores (or miss it by less than `GAIN`).
    """
    book = case.book
    return [
        said_of_column("E-LABEL-SHIFT", table, shift.code, name=book.label(shift.code),
                       like=book.label(shift.like), evidence=shift.evidence, **shift.values)
        for table in case.tables
        for shift in _shifts(table, book)
    ]  # fmt: skip


def _shifts(table: Table, book: Codebook) -> list[Shift]:
    return _registered(table, book) if len(book.wide(table.year)) else _by_past(table, book)


def _registered(table: Table, book: Codebook) -> list[Shift]:
    two = held(table, book)
    shifts = []
    for code in two.wrong.columns[two.wrong.mean() >= EQUAL]:
        equal = two.theirs.sub(two.mine[code], axis=0).abs().le(SAME).sum()
        share = (equal / max(two.mine[code].count(), ENOUGH)).drop(code)
        if share.max() >= EQUAL:
            text = f"{100 * share.max():.0f}"
            shifts.append(Shift(code, str(share.idxmax()), _EQUAL, {"share": text}))
    return shifts


def _by_past(table: Table, book: Codebook) -> list[Shift]:
    past = book.wide(table.year - 1)
    owners = pd.Series({c: book.dimension_of(c) for c in table.codes if c in past}, dtype=object)
    return [
        shift
        for codes in owners.groupby(owners).groups.values()
        for shift in _exchanged(table.wide[list(codes)], past[list(codes)])
    ]


def _exchanged(now: pd.DataFrame, past: pd.DataFrame) -> list[Shift]:
    """The names whose values go better with the past of another name of their dimension."""
    both = pd.concat([now, past], axis=1, join="inner").dropna()
    if len(both) < ENOUGH or now.shape[1] < 2:
        return []
    codes, size = list(now), now.shape[1]
    with np.errstate(invalid="ignore", divide="ignore"):
        cross = np.corrcoef(both.to_numpy(), rowvar=False)[:size, size:]
    cross = np.nan_to_num(cross)
    rows = range(size)
    best = max(permutations(rows), key=lambda order: cross[rows, order].sum())
    if cross[rows, best].sum() - np.trace(cross) < GAIN:
        return []
    if np.mean([cross[n, m] for n, m in zip(rows, best, strict=True) if n != m]) < LIKE:
        return []
    return [
        Shift(codes[n], codes[m], _PAST,
              {"own_r": f"{cross[n, n]:.2f}", "like_r": f"{cross[n, m]:.2f}"})
        for n, m in zip(rows, best, strict=True)
        if n != m
    ]  # fmt: skip

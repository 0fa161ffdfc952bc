"""The scores of each row continue the past of its province, not of the province beside it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest.checks.registered import SAME, Held, held
from papi_analysis.ingest.checks.tables import ENOUGH, Case, Table, listed, said, said_of_column
from papi_analysis.ingest.diagnoses import Phrase
from papi_analysis.ingest.reference import Codebook

#: How far rows may be moved against names, and the shortest run that is told.
STEPS = (-3, -2, -1, 1, 2, 3)
SHORTEST = 3
#: By how much a run of moved rows must fit the past better (mean squared distance of z scores,
#: summed over the run). In the years 2012-2024 no run of true rows exceeds 4.3.
GAIN = 5.5
#: Rank correlation of a column with its own past below which it may have been sorted or moved
#: alone: of columns so spoilt it tells 88 %, of 250 true ones of unbroken years 12.
OWN_PAST = 0.15
MOSTLY = 0.9  # share of a row's scores that tells whose they are
_EQUAL = Phrase("they are those registered for other provinces")
_FITS = Phrase("they fit the provinces {steps} rows on better than their own (by {gain})")


def rows(case: Case) -> list[Issue]:
    """E-ROW-SHIFT where scores stand beside the name of another province.

    A registered year is compared score by score. A new year is held against the year before: the
    largest gain in fit that a run of rows has when it is moved by up to three rows must stay below
    `GAIN`.
    """
    found = []
    for table in case.tables:
        if len(case.book.wide(table.year)):
            two = held(table, case.book)
            found += _registered_rows(table, two, case.book)
            found += _registered_columns(table, two, case.book)
        else:
            found += _by_past(table, case.book)
    return found


def _registered_rows(table: Table, two: Held, book: Codebook) -> list[Issue]:
    owners = {p: _owner(two.mine.loc[p], two.theirs) for p in _foreign(two)}
    moved = [p for p, owner in owners.items() if owner not in ("", p)]
    if len(moved) < 2:
        return []
    names = listed([f"{book.name(p)} = {book.name(owners[p])}" for p in moved], 3)
    first = table.at(moved[0], table.codes[0])
    return [said("E-ROW-SHIFT", first, found=names, rows=len(moved), evidence=_EQUAL)]


def _foreign(two: Held) -> list[str]:
    """The provinces most of whose scores are not their registered ones."""
    return two.wrong.index[two.wrong.mean(axis=1) > 0.5].tolist()


def _owner(scores: pd.Series, registered: pd.DataFrame) -> str:
    """The province whose registered scores these are, "" where there is none."""
    there = scores.dropna()
    if len(there) < SHORTEST:
        return ""
    fits = registered[there.index].sub(there).abs().le(SAME).mean(axis=1)
    return str(fits.idxmax()) if fits.max() > MOSTLY else ""


def _registered_columns(table: Table, two: Held, book: Codebook) -> list[Issue]:
    """Single columns that hold the registered scores in another order."""
    if len(_foreign(two)) >= SHORTEST:
        return []
    found = []
    for code in two.wrong.columns[two.wrong.sum() >= ENOUGH]:
        old, new = (np.sort(frame[code].dropna()) for frame in (two.theirs, two.mine))
        strange = sum(np.abs(old - value).min(initial=1.0) > SAME for value in new)
        if strange <= 1 and len(new) >= len(old) - 1:  # one may be lost at the end of a move
            found.append(
                said_of_column("E-ROW-SHIFT", table, code, found=book.label(code),
                               rows=int(two.wrong[code].sum()), evidence=_EQUAL)
            )  # fmt: skip
    return found


def _by_past(table: Table, book: Codebook) -> list[Issue]:
    past = book.wide(table.year - 1)
    codes = [code for code in table.codes if code in past]
    now = table.wide[codes]
    if len(codes) < SHORTEST or len(now) < ENOUGH:
        return []
    gain, step, start, stop = _best_run(_distances(_z(now), _z(past[codes]).reindex(now.index)))
    if gain < GAIN:
        return []
    province = str(now.index[start])
    return [
        said("E-ROW-SHIFT", table.at(province, codes[0]), found=book.name(province),
             rows=stop - start + 1, evidence=_FITS, steps=f"{step:+d}", gain=f"{gain:.1f}")
    ]  # fmt: skip


def columns(case: Case) -> list[Issue]:
    """W-COLUMN-PAST where the ranking by one sub-dimension of a new year is not that of its past.

    The other columns of the table must go on as before; where the places were drawn anew nothing
    can be told.
    """
    found = []
    for table in case.tables:
        past = case.book.wide(table.year - 1)
        codes = [code for code in table.codes if code in past]
        if len(case.book.wide(table.year)) or not codes:
            continue
        own = table.wide[codes].corrwith(past[codes], method="spearman")
        both = table.wide[codes].notna() & past[codes].reindex(table.wide.index).notna()
        own = own[both.sum().ge(ENOUGH)].dropna()
        low = own[own.lt(OWN_PAST)]
        if len(low) > len(own) / 2:
            continue
        found += [
            said_of_column("W-COLUMN-PAST", table, str(code), name=case.book.label(str(code)),
                           correlation=f"{value:.2f}", others=f"{own.median():.2f}")
            for code, value in low.items()
        ]  # fmt: skip
    return found


def _z(scores: pd.DataFrame) -> pd.DataFrame:
    return (scores - scores.mean()) / scores.std()


def _distances(now: pd.DataFrame, past: pd.DataFrame) -> np.ndarray:
    """Mean squared distance of each row now (down) to each row of the past (across)."""
    gaps = now.to_numpy()[:, None, :] - past.to_numpy()[None, :, :]
    there = np.isfinite(gaps)
    count = there.sum(axis=2)
    squares = (np.where(there, gaps, 0.0) ** 2).sum(axis=2)
    return np.where(count >= SHORTEST, squares / np.maximum(count, 1), np.nan)


def _best_run(distances: np.ndarray) -> tuple[float, int, int, int]:
    """Gain, step, first and last row of the run that fits best when it is moved."""
    best = (0.0, 0, 0, 0)
    size = len(distances)
    for step in STEPS:
        total, start = 0.0, 0
        for row in range(max(0, -step), min(size, size - step)):
            if total <= 0:
                total, start = 0.0, row
            total += float(np.nan_to_num(distances[row, row] - distances[row, row + step]))
            if total > best[0] and row - start + 1 >= SHORTEST:
                best = (total, step, start, row)
    return best

"""What is known of other years: registered scores stay, and values continue the past of their name.

A registered year is compared score by score. A new year is held against the year before: no year
or row may repeat another, no name or row may stand beside the values of its neighbour.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import NamedTuple

import numpy as np
import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest.checks import (
    DECIMALS,
    ENOUGH,
    Case,
    Table,
    decimals,
    listed,
    said,
    said_of_column,
    said_of_table,
)
from papi_analysis.ingest.issues import Phrase
from papi_analysis.ingest.reference import Codebook

# --- registered years -----------------------------------------------------------------------------

#: Points within which a score is the registered one; those are kept to six decimals.
REGISTERED = 2e-6
#: Points within which it is, where the registered score may be a rounded one: by its decimals.
ROUNDED = {3: 0.0005 + REGISTERED, 2: 0.005 + REGISTERED}


BLANK = Phrase("the file has no score here, the registered one is {registered}")
BLANK_STAYS = Phrase(
    "A blank never replaces a published score: take the file from papi.org.vn again, or import "
    "with --revise, which leaves the registered score as it is. Only where the publisher withdrew "
    "it, add --remove {year}:{criterion}."
)


class Held(NamedTuple):
    """Scores of a table beside the registered ones, and where the two differ."""

    mine: pd.DataFrame
    theirs: pd.DataFrame
    wrong: pd.DataFrame


def held(table: Table, book: Codebook) -> Held:
    """The sub-dimension scores of a table held against the registered ones.

    Provinces without any score, and scores that could not be read, are left out: they are told
    by other checks. All three tables are empty in a year that is new.
    """
    registered = book.wide(table.year)
    if registered.empty:
        return Held(registered, registered, registered)
    codes = [code for code in table.codes if code in registered]
    rows = table.values.drop_duplicates(["province", "code"])
    unread = rows.assign(unread=rows["state"].eq("error"))
    unread = unread.pivot(index="province", columns="code", values="unread")
    unread = unread.loc[table.wide.index, codes].eq(True)
    mine, theirs = table.wide[codes], registered.reindex(table.wide.index)[codes].mask(unread)
    keep = mine.notna().any(axis=1) | unread.any(axis=1)
    mine, theirs = mine[keep], theirs[keep]
    return Held(mine, theirs, differing(mine, theirs, decimals(mine)))


def differing(mine: pd.DataFrame, theirs: pd.DataFrame, places: int = 6) -> pd.DataFrame:
    """Where a score is not the registered one, which may itself be a rounded one.

    A file with fewer decimals (`places`) than the registered scores agrees within its rounding.
    """
    old, new = theirs.to_numpy(dtype=float), mine.to_numpy(dtype=float)
    width = np.full(old.shape, REGISTERED if places == 6 else 0.5 * 10.0**-places + REGISTERED)
    for exact, wide in ROUNDED.items():
        rounded = np.abs(old - old.round(exact)) < 1e-9
        width[rounded] = np.maximum(width[rounded], wide)
    gap = np.abs(new - old) > width
    return pd.DataFrame(gap | (np.isnan(new) ^ np.isnan(old)), mine.index, mine.columns)


def revisions(case: Case) -> list[Issue]:
    """E-REVISION for each score of a sub-dimension that is not the registered one."""
    return [
        _revision(table, case.book, two, province, code)
        for table in case.tables
        for two in [held(table, case.book)]
        for code in two.wrong
        for province in two.wrong.index[two.wrong[code]]
    ]


def _revision(table: Table, book: Codebook, two: Held, province: str, code: str) -> Issue:
    old, new = two.theirs.loc[province, code], two.mine.loc[province, code]
    registered = "–" if pd.isna(old) else f"{old:g}"
    facts = {"registered": registered, "year": table.year, "criterion": code}
    row = table.at(province, code)
    if row is None:  # in a table with one score a row, a row that is not there
        names = {"row_name": book.name(province, table.year), "column_name": book.label(code)}
        found = said_of_table("E-REVISION", table, found="–", **names, **facts)
    else:
        found = said("E-REVISION", row, found=row["found"] or "–", **facts)
    return replace(found, message=BLANK, mend=BLANK_STAYS) if pd.isna(new) else found


# --- copies of a year or a row --------------------------------------------------------------------

EXACT = 5e-7  # points; scores are kept to six decimals
LEAST = 6  # sub-dimensions that must agree for a copied row
SHARE = 0.5  # of the scores of a table that must agree for a copied year
ROW, COLUMN = Phrase("row {first}"), Phrase("column {first}")
ALL = 0.95  # of the scores of a sub-dimension or province that must agree


def copied_rows(case: Case) -> list[Issue]:
    """E-ROW-COPY where two provinces have the same scores in every sub-dimension."""
    found = []
    for table in case.tables:
        scores = table.wide[table.codes].dropna(how="all").round(6)
        if scores.shape[1] < LEAST:
            continue
        first = scores.drop_duplicates()
        for province in scores.index.difference(first.index, sort=False):
            other = next(p for p in first.index if scores.loc[p].equals(scores.loc[province]))
            name, axis = table.codes[0], "column" if table.across else "row"
            found.append(
                said("E-ROW-COPY", table.at(province, name),
                     found=case.book.name(province, table.year),
                     other=case.book.name(other, table.year),
                     where=COLUMN if table.across else ROW, first=table.at(other, name)[axis])
            )  # fmt: skip
    return found


def copied_years(case: Case) -> list[Issue]:
    """E-YEAR-COPY where scores are those of another registered year: most of a table, or all of a
    sub-dimension or of a province.
    """
    found = []
    for table in case.tables:
        mine = table.wide[table.codes]
        for other in case.book.years:
            if other != table.year:
                found += _repeated(table, mine, other, case.book.wide(other))
    return found


def _repeated(table: Table, scores: pd.DataFrame, year: int, other: pd.DataFrame) -> list[Issue]:
    """What a table with these scores repeats of another year."""
    codes = [code for code in scores if code in other]
    mine = scores[codes]
    there = int(mine.count().sum())
    if there < ENOUGH:
        return []
    gaps = mine.to_numpy() - other.reindex(index=mine.index, columns=codes).to_numpy()
    places = decimals(mine)
    equal = np.abs(gaps) <= (EXACT if places == DECIMALS else 0.5 * 10.0**-places + EXACT)
    if equal.sum() < LEAST:
        return []
    same = pd.DataFrame(equal, mine.index, mine.columns)
    values = {"year": table.year, "other": year, "found": f"{table.year} = {year}"}
    share = equal.sum() / there
    if share >= SHARE:
        return [said_of_table("E-YEAR-COPY", table, share=f"{100 * share:.0f}", **values)]
    columns = [c for c in codes if same[c].sum() >= max(ALL * mine[c].count(), ENOUGH)]
    least = max(LEAST, ALL * len(codes))
    provinces = same.index[same.sum(axis=1) >= least]
    values["share"] = "100"
    return [
        *(said_of_column("E-YEAR-COPY", table, code, **values) for code in columns),
        *(said("E-YEAR-COPY", table.at(p, codes[0]), **values) for p in provinces),
    ]


# --- names moved against values -------------------------------------------------------------------

#: By how much the sum of correlations inside a dimension must rise under other names. In the years
#: 2012-2024 it rises by .07 at most under the true names; of 1,410 exchanged ones it tells 98 %.
LABEL_GAIN = 0.12
#: The same where every place was drawn anew with new provinces: of 60 simulated years (correlation
#: .2 to .45 with the past) none exceeds it under the true names.
LABEL_GAIN_REDRAWN = 0.9
#: Gain in correlation, and share by which the points must be nearer, of two names exchanged between
#: dimensions: in the years 2012-2024 no true pair has both (.04 at most), of 520 exchanged ones it
#: tells four fifths.
PAIR_GAIN, NEARER = 0.2, 1.2
#: Mean correlation that the moved values must have with the past of their new names: below it they
#: go on from nothing, as one column sorted alone does (see `columns_alone`).
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


def shifted_labels(case: Case) -> list[Issue]:
    """E-LABEL-SHIFT where the values of a sub-dimension are those of another one.

    A registered year is compared score by score. A new year is held against the year before: of
    all ways to exchange the names inside a dimension, the given one must have the highest sum of
    correlations between provinces' scores (or miss it by less than `LABEL_GAIN`).
    """
    book = case.book
    return [
        said_of_column("E-LABEL-SHIFT", table, shift.code, name=book.label(shift.code),
                       like=book.label(shift.like), evidence=shift.evidence, **shift.values)
        for table in case.tables
        for shift in _shifts(table, book)
    ]  # fmt: skip


def _shifts(table: Table, book: Codebook) -> list[Shift]:
    return _registered(table, book) if len(book.wide(table.year)) else labels_by_past(table, book)


def _registered(table: Table, book: Codebook) -> list[Shift]:
    two = held(table, book)
    shifts = []
    for code in two.wrong.columns[two.wrong.mean() >= EQUAL]:
        equal = two.theirs.sub(two.mine[code], axis=0).abs().le(REGISTERED).sum()
        share = (equal / max(two.mine[code].count(), ENOUGH)).drop(code)
        if share.max() >= EQUAL:
            text = f"{100 * share.max():.0f}"
            shifts.append(Shift(code, str(share.idxmax()), _EQUAL, {"share": text}))
    return shifts


def labels_by_past(table: Table, book: Codebook) -> list[Shift]:
    """Names moved inside a dimension, and pairs of names exchanged between two dimensions."""
    past = book.past(table.year)
    least = LABEL_GAIN_REDRAWN if book.redrawn(table.year) else LABEL_GAIN
    owners = pd.Series({c: book.dimension_of(c) for c in table.codes if c in past}, dtype=object)
    shifts = [
        shift
        for codes in owners.groupby(owners).groups.values()
        for shift in _exchanged(table.wide[list(codes)], past[list(codes)], least)
    ]
    return shifts or _swapped(table.wide[list(owners.index)], past[list(owners.index)], owners)


def _correlations(now: pd.DataFrame, past: pd.DataFrame) -> np.ndarray:
    """Correlation of each column now (down) with each column of the past (across)."""
    both = pd.concat([now, past], axis=1, join="inner").dropna().to_numpy(dtype=float)
    if len(both) < ENOUGH:
        return np.full((now.shape[1], past.shape[1]), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.nan_to_num(np.corrcoef(both, rowvar=False)[: now.shape[1], now.shape[1] :])


def _swapped(now: pd.DataFrame, past: pd.DataFrame, owners: pd.Series) -> list[Shift]:
    """The pairs of names of two dimensions whose values go on from each other's past.

    Both the correlations and the points must be nearer so.
    """
    cross, codes = _correlations(now, past), list(now)
    if not len(codes) or np.isnan(cross).any():
        return []
    both = now.join(past.add_suffix("_"), how="inner").to_numpy(dtype=float)
    mine, theirs = both[:, : len(codes), None], both[:, None, len(codes) :]
    gaps = np.nanmean(np.abs(mine - theirs), axis=0)
    own, near = np.diag(cross), np.diag(gaps)
    gain = cross + cross.T - own[:, None] - own[None, :]
    nearer = (near[:, None] + near[None, :]) / (gaps + gaps.T)
    apart = owners.to_numpy()[:, None] != owners.to_numpy()[None, :]
    return [
        Shift(codes[n], codes[m], _PAST,
              {"own_r": f"{cross[n, n]:.2f}", "like_r": f"{cross[n, m]:.2f}"})
        for n, m in zip(*np.nonzero(apart & (gain >= PAIR_GAIN) & (nearer >= NEARER)), strict=True)
    ]  # fmt: skip


def _exchanged(now: pd.DataFrame, past: pd.DataFrame, least: float) -> list[Shift]:
    """The names whose values go better with the past of another name of their dimension."""
    codes, size = list(now), now.shape[1]
    cross = _correlations(now, past)
    if size < 2 or np.isnan(cross).any():
        return []
    rows = range(size)
    best = max(permutations(rows), key=lambda order: cross[rows, order].sum())
    if cross[rows, best].sum() - np.trace(cross) < least:
        return []
    if np.mean([cross[n, m] for n, m in zip(rows, best, strict=True) if n != m]) < LIKE:
        return []
    return [
        Shift(codes[n], codes[m], _PAST,
              {"own_r": f"{cross[n, n]:.2f}", "like_r": f"{cross[n, m]:.2f}"})
        for n, m in zip(rows, best, strict=True)
        if n != m
    ]  # fmt: skip


# --- rows moved against names ---------------------------------------------------------------------

#: How far rows may be moved against names, and the shortest run that is told.
STEPS = (-3, -2, -1, 1, 2, 3)
SHORTEST = 3
#: By how much a run of moved rows must fit the past better (mean squared distance of z scores,
#: summed over the run). In the years 2012-2024 no run of true rows exceeds 4.3.
ROW_GAIN = 5.5
#: Rank correlation of a column with its own past below which it may have been sorted or moved
#: alone: of columns so spoilt it tells 88 %, of 250 true ones of unbroken years 12.
OWN_PAST = 0.15
MOSTLY = 0.9  # share of a row's scores that tells whose they are
_OF_OTHERS = Phrase("they are those registered for other provinces")
_FITS = Phrase("they fit the provinces {steps} rows on better than their own (by {gain})")


def shifted_rows(case: Case) -> list[Issue]:
    """E-ROW-SHIFT where scores stand beside the name of another province.

    A registered year is compared score by score. A new year is held against the year before: the
    largest gain in fit that a run of rows has when it is moved by up to three rows must stay below
    `ROW_GAIN`.
    """
    found = []
    for table in case.tables:
        if len(case.book.wide(table.year)):
            two = held(table, case.book)
            found += _registered_rows(table, two, case.book)
            found += _registered_columns(table, two, case.book)
        else:
            found += _rows_by_past(table, case.book)
    return found


def _registered_rows(table: Table, two: Held, book: Codebook) -> list[Issue]:
    owners = {p: _owner(two.mine.loc[p], two.theirs) for p in _foreign(two)}
    moved = [p for p, owner in owners.items() if owner not in ("", p)]
    if len(moved) < 2:
        return []
    called = book.known(table.year).names
    names = listed([f"{called[p]} = {called[owners[p]]}" for p in moved], 3)
    first = table.at(moved[0], table.codes[0])
    return [said("E-ROW-SHIFT", first, found=names, rows=len(moved), evidence=_OF_OTHERS)]


def _foreign(two: Held) -> list[str]:
    """The provinces most of whose scores are not their registered ones."""
    return two.wrong.index[two.wrong.mean(axis=1) > 0.5].tolist()


def _owner(scores: pd.Series, registered: pd.DataFrame) -> str:
    """The province whose registered scores these are, "" where there is none."""
    there = scores.dropna()
    if len(there) < SHORTEST:
        return ""
    fits = registered[there.index].sub(there).abs().le(REGISTERED).mean(axis=1)
    return str(fits.idxmax()) if fits.max() > MOSTLY else ""


def _registered_columns(table: Table, two: Held, book: Codebook) -> list[Issue]:
    """Single columns that hold the registered scores in another order."""
    if len(_foreign(two)) >= SHORTEST:
        return []
    found = []
    for code in two.wrong.columns[two.wrong.sum() >= ENOUGH]:
        old, new = (np.sort(frame[code].dropna()) for frame in (two.theirs, two.mine))
        strange = sum(np.abs(old - value).min(initial=1.0) > REGISTERED for value in new)
        if strange <= 1 and len(new) >= len(old) - 1:  # one may be lost at the end of a move
            found.append(
                said_of_column("E-ROW-SHIFT", table, code, found=book.label(code),
                               rows=int(two.wrong[code].sum()), evidence=_OF_OTHERS)
            )  # fmt: skip
    return found


def _rows_by_past(table: Table, book: Codebook) -> list[Issue]:
    past = book.past(table.year)
    codes = [code for code in table.codes if code in past]
    now = table.wide[codes]
    if len(codes) < SHORTEST or len(now) < ENOUGH:
        return []
    gain, step, start, stop = _best_run(_distances(_z(now), _z(past[codes]).reindex(now.index)))
    if gain < ROW_GAIN:
        return []
    province = str(now.index[start])
    return [
        said("E-ROW-SHIFT", table.at(province, codes[0]), found=book.name(province, table.year),
             rows=stop - start + 1, evidence=_FITS, steps=f"{step:+d}", gain=f"{gain:.1f}")
    ]  # fmt: skip


def columns_alone(case: Case) -> list[Issue]:
    """W-COLUMN-PAST where the ranking by one sub-dimension of a new year is not that of its past.

    The other columns of the table must go on as before; where the places were drawn anew nothing
    can be told.
    """
    found = []
    for table in case.tables:
        past = case.book.past(table.year)
        codes = [c for c in table.codes if c in past and table.wide[c].nunique() > 1]
        if len(case.book.wide(table.year)) or not codes or case.book.redrawn(table.year):
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

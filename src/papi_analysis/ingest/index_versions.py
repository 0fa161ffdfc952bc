"""The index of a year that is new: carried on from the year before, drafted, or confirmed.

A year that is new goes on as the year before; anything else is a new version of the index (a
regime), never guessed: a person confirms it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from papi_analysis.errors import Issue, SourceError
from papi_analysis.ingest import matching
from papi_analysis.ingest.checks import (
    ENOUGH,
    MOST,
    TOLERANCE,
    Case,
    Table,
    inside,
    limits,
    lost_part,
    rescaled,
    said_of_column,
    said_of_table,
)
from papi_analysis.ingest.issues import Phrase, finding, refusal
from papi_analysis.ingest.reference import Codebook

#: Columns of `regimes.csv`, in the order of the file.
COLUMNS = [
    "code", "dimension", "year", "scale_min", "scale_max", "composition", "comparable",
    "sample_block", "confidence_scale", "confidence_comparability", "evidence",
    "official_statement",
]  # fmt: skip
#: Names of a new sub-dimension, which a draft asks for beside these.
NAMES = ["name_vi", "name_en"]
OPEN = "?"  # before a value that a person must decide
#: Rank correlation of the totals with the year before, below which the sampled places were
#: probably redrawn: .22 to .41 in the three years in which they were, .50 and more in all others.
SAME_PLACES = 0.45
#: Signatures of a break; none of the 272 unbroken years of sub-dimensions 2012-2024 shows one.
SHIFT_ALONE, SHIFT_TOGETHER, TOGETHER = 1.4, 1.0, 0.9
SD_RATIOS = (0.6, 1.6)


class Signature(NamedTuple):
    """How a sub-dimension moved from one year to the next, as shares of its scale.

    shift: mean change; sd: the same in SDs (both years pooled); up: share of provinces that rose;
    ratio: of the SDs; spearman: rank correlation; n: provinces with both years; usual: the ratio
    that provinces made of several have, whose means vary less than scores of their own.
    """

    shift: float
    sd: float
    up: float
    ratio: float
    spearman: float
    n: int
    usual: float = 1.0

    def __str__(self) -> str:
        return (
            f"POMP mean shift {self.shift:+.3f} ({self.sd:+.2f} SD), {100 * self.up:.0f}% of "
            f"provinces up, SD ratio {self.ratio:.2f}, Spearman {self.spearman:.2f}"
        )

    @property
    def broken(self) -> bool:
        """Whether the series breaks: nearly all provinces move together, or the spread changes."""
        together = max(self.up, 1 - self.up) >= TOGETHER and abs(self.sd) >= SHIFT_TOGETHER
        spread = not SD_RATIOS[0] <= self.ratio / self.usual <= SD_RATIOS[1]
        return bool(abs(self.sd) >= SHIFT_ALONE or together or spread)


def signature(now: pd.Series, past: pd.Series, scale: tuple, scale_past: tuple) -> Signature:
    """The signature of a sub-dimension from its scores by province and its two scales.

    Raises nothing: with fewer than three common provinces every number is NaN and n tells it.
    """
    both = pd.DataFrame({"now": now, "past": past}).dropna()
    pomp_now = (both["now"] - scale[0]) / (scale[1] - scale[0])
    pomp_past = (both["past"] - scale_past[0]) / (scale_past[1] - scale_past[0])
    change = pomp_now - pomp_past
    spread = math.sqrt((pomp_now.var() + pomp_past.var()) / 2)
    return Signature(
        float(change.mean()),
        float(change.mean() / spread),
        float(change.gt(0).mean()),
        float(pomp_now.std() / pomp_past.std()),
        float(pomp_now.rank().corr(pomp_past.rank())),
        len(both),
    )


def of_table(wide: pd.DataFrame, book: Codebook, year: int) -> dict[str, Signature]:
    """The signatures of all sub-dimensions that the year before has, too."""
    past, here, before = book.past(year), book.regime(year), book.regime(year - 1)
    scales = ["scale_min", "scale_max"]
    spread = book.wide(year - 1).std() / past.std() if book.redrawn(year) else None
    return {
        code: signature(
            wide[code], past[code], tuple(here.loc[code, scales]), tuple(before.loc[code, scales])
        )._replace(usual=1.0 if spread is None else float(spread[code]))
        for code in here.index
        if code in wide and code in past and code in before.index
    }


def continued(book: Codebook, year: int) -> Codebook:
    """The codebook with the regime of the year before taken over for `year`."""
    rows = book.regimes[book.regimes["year"].eq(year - 1)].assign(year=year)
    regimes = pd.concat([book.regimes, rows], ignore_index=True)
    return replace(book, regimes=regimes, assumed=book.assumed | {year})


def settled(wide: pd.DataFrame, book: Codebook, year: int) -> pd.DataFrame:
    """The rows of `regimes.csv` for a year that carries on the regime of the year before.

    The sample block is that of the year before where the totals' rank correlation speaks for the
    same places, and a new one otherwise.
    """
    signatures = of_table(wide, book, year)
    block, same = sample_block(wide, book, year)
    rows = book.regime(year).reset_index()
    return rows.assign(
        comparable="yes",
        sample_block=block,
        confidence_comparability="high" if same else "medium",
        evidence=[str(signatures.get(code, "")) for code in rows["subdimension"]],
        official_statement="",
    ).rename(columns={"subdimension": "code"})[COLUMNS]


def sample_block(wide: pd.DataFrame, book: Codebook, year: int) -> tuple[str, bool]:
    """The sample block of a new year, and whether it is that of the year before.

    With new provinces every place is drawn anew.
    """
    before = str(book.regime(year - 1)["sample_block"].iloc[0])
    same = not book.redrawn(year) and total_correlation(wide, book, year) >= SAME_PLACES
    return (before if same else f"{year}-"), bool(same)


def total_correlation(wide: pd.DataFrame, book: Codebook, year: int) -> float:
    """The rank correlation of the totals with those of the year before."""
    codes = [code for code in book.regime(year).index if code in wide]
    now = wide[codes].sum(axis=1, skipna=False)
    past = book.past(year)["total"]
    both = pd.DataFrame({"now": now, "past": past}).dropna()
    return float(both["now"].rank().corr(both["past"].rank()))


def draft(
    wide: pd.DataFrame, book: Codebook, year: int, new: dict[str, str] | None = None
) -> pd.DataFrame:
    """Rows of `regimes.csv` for a person to decide: every doubtful value begins with `?`.

    Parameters
    ----------
    wide : DataFrame
        Scores of the year, provinces by codes.
    book : Codebook
    year : int
    new : dict of str, optional
        Dimension by name of each new sub-dimension.
    """
    new = new or {}
    signatures = of_table(wide, book, year)
    before = book.regime(year - 1)
    old = before[[code in wide for code in before.index]].reset_index()
    old = old.rename(columns={"subdimension": "code"}).assign(name_vi="", name_en="")
    fresh = pd.DataFrame({"code": OPEN, "dimension": list(new.values()), "composition": 0,
                          "name_vi": list(new), "name_en": OPEN})  # fmt: skip
    table = pd.concat([old, fresh], ignore_index=True) if new else old
    parts = table.groupby("dimension")["code"].transform("size")
    unbroken = table["code"].map(lambda code: code in signatures and not signatures[code].broken)
    fits = unbroken & parts.eq(table["dimension"].map(before.groupby("dimension").size()))
    word = pd.Series("no", index=table.index).mask(fits, "yes")
    word = word.mask(table["code"].eq(OPEN), "first")
    block, _ = sample_block(wide, book, year)
    return table.assign(
        year=year,
        scale_min=(1 / parts).round(6),
        scale_max=(10 / parts).round(6),
        composition=table["composition"].astype(int) + (~fits).astype(int),
        comparable=OPEN + word,
        sample_block=OPEN + block,
        confidence_scale="high",
        confidence_comparability=OPEN,
        evidence=[str(signatures.get(code, "")) for code in table["code"]],
        official_statement=OPEN,
    )[COLUMNS + NAMES]


def confirmed(path: Path, book: Codebook) -> Codebook:
    """The codebook with the rows of a regime file that a person has decided.

    Raises
    ------
    SourceError
        When the file lacks a column or still has open marks (E-REGIME-UNCONFIRMED).
    """
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        rows = table.astype({"year": "int64", "composition": "int64", "scale_min": float,
                             "scale_max": float})  # fmt: skip
    except (OSError, ValueError, KeyError) as error:
        raise SourceError(
            "The regime file {file} cannot be read ({reason}). Write it anew with --draft.",
            file=path.name,
            reason=str(error).splitlines()[0],
        ) from error
    lacking = [name for name in COLUMNS if name not in table]
    marked = [f"{row + 2} {name}" for name in table
              for row in table.index[table[name].str.startswith(OPEN)]]  # fmt: skip
    if lacking or marked:
        text = ", ".join(lacking + marked)
        raise refusal(finding("E-REGIME-UNCONFIRMED", file=path.name, found=text, open=text))
    return with_rows(book, rows)


def with_rows(book: Codebook, rows: pd.DataFrame) -> Codebook:
    """The codebook with regime rows put in place of those of their years, new names included."""
    years = set(rows["year"])
    regimes = rows.rename(columns={"code": "subdimension"})
    kept = book.regimes[~book.regimes["year"].isin(years)]
    new = rows[~rows["code"].isin(book.subdimensions["code"])]
    new = new.reindex(columns=["code", "dimension", "year", *NAMES])
    new = new.assign(year_from=new["year"], year_to=new["year"])
    subs = pd.concat([book.subdimensions, new[list(book.subdimensions)]])
    subs = subs.sort_values("dimension", kind="stable", ignore_index=True)
    return replace(
        book,
        regimes=pd.concat([kept, regimes[list(book.regimes)]], ignore_index=True),
        subdimensions=subs,
        labels=matching.index(book.dimensions, subs),
        owners=dict(zip(subs["code"], subs["dimension"], strict=True)),
        assumed=book.assumed - years,
    )


# --- what is new in a table -----------------------------------------------------------------------

GONE = Phrase("{name} is gone, and its dimension is whole without it.")
NEW_PART = Phrase("{name} is a new part of dimension {dimension}.")
NEW_DIMENSION = Phrase("{name} is new beside the known dimensions.")
UNKNOWN_PART = Phrase("The known parts of dimension {dimension} do not sum to it.")
SCALE = Phrase("{name} runs from {low:0.00} to {high:0.00}, which is not its scale.")
BREAK = Phrase("{name} breaks with the year before.")
FILLS = Phrase("it is what the sum lacks in {count} of {n} provinces")
LACKS = Phrase("the sum is off in {count} of {n} provinces")
OUTSIDE = Phrase("{count} of {n} provinces {count:lies|lie} outside it, and every sum is right")
SPREAD = Phrase("{signature_of}; median Spearman of the others {others}")


def known_year(case: Case) -> list[Issue]:
    """E-YEAR-UNKNOWN for a year that neither has a regime nor follows on the last one."""
    values = case.reading.values.dropna(subset="year")
    strange = values[~values["year"].isin(case.book.years)].drop_duplicates(["sheet", "year"])
    known = [year for year in case.book.years if year not in case.book.assumed]
    return [
        finding("E-YEAR-UNKNOWN", file=row.file, sheet=row.sheet, found=row.year, year=row.year,
                first=known[0], last=known[-1], next=known[-1] + 1)
        for row in strange.itertuples()
    ]  # fmt: skip


def conflict(file: str, asked: int, years: list[int]) -> Issue:
    """E-YEAR-CONFLICT between the year asked for and those of the file."""
    return finding(
        "E-YEAR-CONFLICT", file=file, found=asked, one=asked, one_from=Phrase("--year"),
        two=", ".join(map(str, years)), two_from=Phrase("the file"),
    )  # fmt: skip


def structure(case: Case) -> list[Issue]:
    """E-NEW-REGIME where sub-dimensions, dimensions or scales of a new year are others."""
    found = []
    for table in case.new:
        others = case.reading.others
        others = others[others["year"].eq(table.year)]
        found += _gone(table, case.book)
        found += _new_parts(table, case.book, others)
        found += _new_dimensions(table, case.book, others)
        found += _scales(table, case.book)
    return found


def new_parts(case: Case) -> dict[str, str]:
    """Dimension by name of each new sub-dimension, for a draft."""
    values = [dict(one.values) for one in structure(case)]
    return {
        matching.without_number(str(own["name"])): str(own["dimension"])
        for own in values
        if own["what"] == NEW_PART
    }


def breaks(case: Case) -> list[Issue]:
    """E-NEW-REGIME where a sub-dimension of an unconfirmed year breaks with the year before."""
    found = []
    for table in case.tables:
        if table.year not in case.book.assumed:
            continue
        signatures = of_table(table.wide, case.book, table.year)
        signatures = {c: s for c, s in signatures.items() if s.n >= ENOUGH}
        for code, own in signatures.items():
            if own.broken:
                rest = [s.spearman for c, s in signatures.items() if c != code]
                found.append(
                    _new(table, BREAK, SPREAD, code=code, name=case.book.label(code),
                         signature_of=own, others=f"{pd.Series(rest).median():.2f}")
                )  # fmt: skip
    return found


def new_year(case: Case) -> list[Issue]:
    """W-NEW-YEAR for a year whose regime is taken over from the year before.

    W-NEW-UNITS where its provinces are others: then nothing is said to go on.
    """
    found = []
    for table in case.tables:
        book, year = case.book, table.year
        if year in book.assumed:
            block, _ = sample_block(table.wide, book, year)
            correlation = total_correlation(table.wide, book, year)
            found.append(
                said_of_table("W-NEW-UNITS" if book.redrawn(year) else "W-NEW-YEAR", table,
                              found=year, year=year, before=year - 1,
                              count=len(book.regime(year)), block=block,
                              n=len(book.units(year)), others=len(book.units(year - 1)),
                              correlation=f"{correlation:.2f}")
            )  # fmt: skip
    return found


def _gone(table: Table, book: Codebook) -> list[Issue]:
    missing = set(book.regime(table.year).index) - set(table.codes)
    if not missing or not lost_part(table, book, missing):
        return []
    return [_new(table, GONE, Phrase("–"), name=book.label(c)) for c in sorted(missing)]


def _new_parts(table: Table, book: Codebook, others: pd.DataFrame) -> list[Issue]:
    found = []
    for dimension, parts in book.regime(table.year).groupby("dimension").groups.items():
        if dimension not in table.wide or not set(parts) <= set(table.wide):
            continue
        lack = table.wide[dimension] - table.wide[list(parts)].sum(axis=1, skipna=False)
        found += _filled(table, lack, others, NEW_PART, dimension=str(dimension))
    return found


def _new_dimensions(table: Table, book: Codebook, others: pd.DataFrame) -> list[Issue]:
    dims = sorted(book.regime(table.year)["dimension"].unique())
    if "total" not in table.wide or not set(dims) <= set(table.wide):
        return []
    lack = table.wide["total"] - table.wide[dims].sum(axis=1, skipna=False)
    return _filled(table, lack, others, NEW_DIMENSION, dimension="")


def _filled(
    table: Table, lack: pd.Series, others: pd.DataFrame, what: Phrase, *, dimension: str
) -> list[Issue]:
    """What sums lack in most provinces, and the unknown column or row that fills it."""
    there = lack.dropna()
    count = int(there.abs().gt(TOLERANCE).sum())
    if len(there) < ENOUGH or count < MOST * len(there):
        return []
    for label, rows in others.groupby("label", sort=False):
        values = rows.drop_duplicates("province").set_index("province")["value"].astype(float)
        gap = (values.reindex(there.index) - there).abs()
        same = int(gap.le(TOLERANCE).sum())
        if same >= MOST * len(there):
            return [_new(table, what, FILLS, name=label, dimension=dimension, count=same,
                         n=len(there))]  # fmt: skip
    if what is NEW_PART and there.gt(TOLERANCE).mean() > MOST:
        return [_new(table, UNKNOWN_PART, LACKS, name="", dimension=dimension, count=count,
                     n=len(there))]  # fmt: skip
    return []


def _scales(table: Table, book: Codebook) -> list[Issue]:
    """Columns on another scale although their dimension is whole (see `values.rescaled`)."""
    found = []
    for code in rescaled(table, book):
        column = table.wide[code].dropna()
        outside = int((~inside(column, limits(book, table.year)[code])).sum())
        found.append(_new(table, SCALE, OUTSIDE, code=code, name=book.label(code),
                          low=float(column.min()), high=float(column.max()),
                          count=outside, n=len(column)))  # fmt: skip
    return found


def _new(
    table: Table, what: Phrase, signature: Phrase, *, code: str = "", **values: object
) -> Issue:
    values |= {"what": what, "signature": signature, "before": table.year - 1}
    values.setdefault("dimension", "")
    if code:
        return said_of_column("E-NEW-REGIME", table, code, **values)
    return said_of_table("E-NEW-REGIME", table, found=values["name"], **values)

"""What a table must be whatever its past: whole, each province once, scores in scale, sums right.

Every check is a pure function of the case of a file; each one tells all that it finds.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest.cells import place
from papi_analysis.ingest.crosstab import SAME, Reading
from papi_analysis.ingest.issues import Phrase, finding
from papi_analysis.ingest.reference import Codebook

#: Points within which a sum must agree with its parts; the publisher rounds to two decimals.
TOLERANCE = 0.005
_EDGE = 1e-9  # so that a difference of just the tolerance is within it
DECIMALS = 6  # to which scores are kept
ENOUGH = 10  # provinces from which on a column as a whole is judged
MOST = 0.5  # share of a column that makes a fault one of the column


class Table(NamedTuple):
    """The values of one year: long, and as provinces by codes; `sheet` holds the first of them.

    `places` tells in which row of `values` a province and code stand first.
    """

    sheet: str
    year: int
    values: pd.DataFrame
    wide: pd.DataFrame
    places: dict[tuple[str, str], int]

    def at(self, province: str, code: str) -> pd.Series | None:
        """The value of a province and code, with its place; None where it has none."""
        place = self.places.get((province, code))
        return None if place is None else self.values.iloc[place]

    @property
    def codes(self) -> list[str]:
        """The sub-dimensions of the table, in its order."""
        pairs = zip(self.values["level"].array, self.values["code"].array, strict=True)
        return [code for own, code in dict.fromkeys(pairs) if own == "subdimension"]

    @property
    def across(self) -> bool:
        """Whether provinces stand in columns."""
        rows = self.values.drop_duplicates("code")
        return len(rows) > 1 and rows["column"].nunique() == 1


class Case(NamedTuple):
    """What the checks judge: a reading, the codebook, and the tables of the years it knows."""

    reading: Reading
    book: Codebook
    tables: tuple[Table, ...]

    @property
    def new(self) -> list[Table]:
        """The tables of years that hold no registered score."""
        return [table for table in self.tables if self.book.wide(table.year).empty]


def case(reading: Reading, book: Codebook) -> Case:
    """The case of a reading: its values as one table for each year with a regime."""
    values = reading.values[reading.values["year"].isin(book.years)]
    groups = values.groupby("year", sort=False)
    return Case(reading, book, tuple(_table(year, rows) for year, rows in groups))


def _table(year: int, rows: pd.DataFrame) -> Table:
    first = rows.drop_duplicates(["province", "code"])
    wide = first.pivot(index="province", columns="code", values="score").astype(float)
    keys = list(zip(rows["province"], rows["code"], strict=True))
    places = {key: place for place, key in reversed(list(enumerate(keys)))}
    order = rows["province"].drop_duplicates()
    return Table(str(rows["sheet"].iloc[0]), int(year), rows, wide.loc[order], places)


def decimals(scores: pd.DataFrame) -> int:
    """The decimals that a file gives its scores with: 6 at most, 2 at least."""
    values = scores.to_numpy(dtype=float)
    values = values[np.isfinite(values)]
    exact = (n for n in range(2, 6) if (np.abs(values - values.round(n)) < 1e-9).all())
    return next(exact, DECIMALS)


def tolerance(table: Table, parts: int) -> float:
    """Points within which a whole must be the sum of its parts: what the file's decimals allow."""
    rounded = 0.5 * 10.0 ** -decimals(table.wide)
    return TOLERANCE + (parts + 1) * rounded * (rounded > 1e-6) + _EDGE


def said(code: str, row: pd.Series, **values: object) -> Issue:
    """A finding about one value."""
    place = {name: row[name] for name in ("file", "sheet", "row", "column", "row_name",
                                          "column_name")}  # fmt: skip
    return finding(code, **{"found": row["found"], **place, "province": row["province"], **values})


def said_of_column(code: str, table: Table, score: str, **values: object) -> Issue:
    """A finding about all values of a code: its column, or its row where provinces stand across."""
    rows = table.values[table.values["code"].eq(score)]
    place = {name: rows[name].iloc[0] for name in ("file", "sheet")}
    for axis in ("row", "column"):
        if rows[axis].nunique() == 1:
            place |= {axis: rows[axis].iloc[0], f"{axis}_name": rows[f"{axis}_name"].iloc[0]}
    if rows["province"].nunique() == 1 or rows["code"].nunique() != 1:
        place |= {"row": "", "row_name": ""}
    return finding(code, **{"found": rows["column_name"].iloc[0], **place, **values})


def said_of_table(code: str, table: Table, **values: object) -> Issue:
    """A finding about a whole table."""
    return finding(code, file=table.values["file"].iloc[0], sheet=table.sheet, **values)


def listed(names: list[str], most: int = 8) -> str:
    """Names as one text, cut with a mark where there are too many."""
    return ", ".join(map(str, names[:most])) + (", …" if len(names) > most else "")


# --- columns --------------------------------------------------------------------------------------

#: Layouts whose further rows are indicators, not columns that went astray.
WITH_INDICATORS = ("yearly_2018", "yearly_2011")
IN_ROWS = Phrase("rows {first} and {second}")
IN_COLUMNS = Phrase("columns {first} and {second}")
NO_OTHER = Phrase("No other column has values like its.")
MAY_BE = Phrase("Perhaps it is the one called {label}.")


def columns_complete(case: Case) -> list[Issue]:
    """E-CODEBOOK-YEAR for the columns of another year, E-MISSING-COLUMN for each one that lacks."""
    found = []
    for table in case.tables:
        regime = set(case.book.regime(table.year).index)
        missing, strange = regime - set(table.codes), set(table.codes) - regime
        if not missing or lost_part(table, case.book, missing):
            continue
        others = [y for y in case.book.years if set(case.book.regime(y).index) == set(table.codes)]
        if others and strange:
            names = listed([case.book.label(code) for code in sorted(missing | strange)], 4)
            found.append(said_of_table(
                "E-CODEBOOK-YEAR", table, found=names, different=names, year=table.year,
                other=listed(others, 4), count=len(regime),
            ))  # fmt: skip
            continue
        for code in sorted(missing):
            like = _renamed(case, table, code)
            here = {name: like[name] for name in ("row", "column", "row_name", "column_name")
                    if like is not None and (name.startswith("row") == table.across)}  # fmt: skip
            found.append(
                said_of_table("E-MISSING-COLUMN", table, found=case.book.label(code),
                              year=table.year, name=case.book.label(code), count=len(regime),
                              label="" if like is None else like["label"],
                              like=NO_OTHER if like is None else MAY_BE, **here)
            )  # fmt: skip
    return found


def _renamed(case: Case, table: Table, code: str) -> pd.Series | None:
    """The place of the unknown name that a missing sub-dimension may have: the one whose numbers
    lie in its scale and, where its dimension is there, are what the sum lacks.
    """
    others = case.reading.others
    others = others[others["year"].eq(table.year) & others["value"].notna()]
    scale = limits(case.book, table.year)[code]
    dimension = case.book.dimension_of(code)
    parts = [c for c in case.book.regime(table.year).query("dimension == @dimension").index
             if c in table.wide]  # fmt: skip
    best = None
    for _, rows in others.groupby("label", sort=False):
        column = rows.drop_duplicates("province").set_index("province")["value"].astype(float)
        if len(column) < ENOUGH or inside(column, scale).mean() <= MOST:
            continue
        if dimension in table.wide:
            lack = table.wide[dimension] - table.wide[parts].sum(axis=1, skipna=False)
            if (column.reindex(lack.index) - lack).abs().le(tolerance(table, len(parts) + 1)).any():
                return rows.iloc[0]
        elif best is None and rows["dimension"].iloc[0] == dimension:
            best = rows.iloc[0]
    return best


def lost_part(table: Table, book: Codebook, missing: set[str]) -> bool:
    """Whether the dimensions of missing sub-dimensions are whole without them: a new index."""
    if book.wide(table.year).size:
        return False
    for dimension in {book.dimension_of(code) for code in missing}:
        rest = [code for code in table.codes if book.dimension_of(code) == dimension]
        if dimension not in table.wide or not rest:
            return False
        gap = (table.wide[dimension] - table.wide[rest].sum(axis=1, skipna=False)).abs()
        if gap.gt(tolerance(table, len(rest))).any():
            return False
    return True


def doubled_columns(case: Case) -> list[Issue]:
    """E-DUP-COLUMN where two columns hold the same values, E-CONSTANT where all are one."""
    found = []
    for table in case.tables:
        seen: dict[bytes, str] = {}
        order = table.values["code"].drop_duplicates().tolist()
        for code in [one for one in order if one != "total" and one in table.wide]:
            column = table.wide[code]
            if column.count() < ENOUGH:
                continue
            if column.nunique() == 1:
                found.append(said_of_column("E-CONSTANT", table, code, name=case.book.label(code),
                                            count=int(column.count()),
                                            same=float(column.dropna().iloc[0])))  # fmt: skip
                continue
            first = seen.setdefault(column.round(DECIMALS).to_numpy().tobytes(), code)
            if first != code:
                axis = "row" if table.across else "column"
                one, two = (table.values[table.values["code"].eq(c)] for c in (first, code))
                found.append(
                    said_of_column("E-DUP-COLUMN", table, code, found=case.book.label(code),
                                   where=IN_ROWS if table.across else IN_COLUMNS,
                                   first=one[axis].iloc[0], second=two[axis].iloc[0],
                                   other=case.book.label(first), count=len(two))
                )  # fmt: skip
    return found


def extra_columns(case: Case) -> list[Issue]:
    """W-EXTRA-COLUMN for each column that is no part of the index."""
    if case.reading.layout in WITH_INDICATORS:
        return []
    first = case.reading.others.drop_duplicates(["sheet", "column"])
    return [
        finding("W-EXTRA-COLUMN", file=row.file, sheet=row.sheet, column=row.column,
                column_name=row.label, found=row.label or row.column)
        for row in first.itertuples()
    ]  # fmt: skip


# --- provinces ------------------------------------------------------------------------------------

#: The most provinces without scores in a year; three in 2021 were the most so far.
MOST_UNPUBLISHED = 6
FEW = 5  # provinces that a table of a later division of the country may lack


def doubled_provinces(case: Case) -> list[Issue]:
    """E-DUP-PROVINCE where a province has two different scores, W-DUP-PROVINCE for equal ones."""
    values = case.reading.values.dropna(subset="year")
    keys = ["year", "province", "code"]
    twice = values[values.duplicated(keys, keep=False)]
    found = []
    for (year, province), rows in twice.groupby(["year", "province"], sort=False):
        groups = rows.groupby("code")["score"]
        same = (groups.max() - groups.min()).fillna(0).le(SAME).all()
        later = rows[rows.duplicated(keys)].iloc[0]
        first = rows[rows["code"].eq(later["code"])].iloc[0]
        name = case.book.name(province, int(year))
        one_row = (first["sheet"], first["row"]) == (later["sheet"], later["row"])
        axis = "column" if one_row else "row"
        sheets = {first["sheet"], later["sheet"]}
        one, two = (f"{row['sheet'] if len(sheets) > 1 else ''} {row[axis]}".strip()
                    for row in (first, later))  # fmt: skip
        found.append(
            said("W-DUP-PROVINCE" if same else "E-DUP-PROVINCE", later, found=name, name=name,
                 where=IN_COLUMNS if one_row else IN_ROWS, first=one, second=two)
        )  # fmt: skip
    return found


def provinces_complete(case: Case) -> list[Issue]:
    """E-PROVINCE-SET, E-PROVINCE-MERGED or W-PROVINCES-MISSING where provinces are not listed.

    A province that is registered as not published in the year may be left out of the table.
    """
    found = []
    for table in case.tables:
        book, known = case.book, case.book.known(table.year)
        there, later = set(table.wide.index), known.merged
        missing = [code for code in book.units(table.year)["code"] if code not in there]
        of_later = there <= known.namesakes or there <= set(later)
        if later and len(there) > len(later) - FEW and of_later:
            names = listed([name for name, _ in later.values()], 4)
            parts = listed([known.names[code] for code in missing], 4)
            found.append(said_of_table("E-PROVINCE-MERGED", table, found=names, parts=parts,
                                       n=len(known.names), year=table.year))  # fmt: skip
            continue
        registered = book.wide(table.year)
        if len(registered):
            missing = [code for code in missing if code in registered.index]
        blanks_left_out = registered.empty and case.reading.layout == "tidy_csv"
        few = blanks_left_out and len(missing) <= MOST_UNPUBLISHED
        if missing:
            code = "W-PROVINCES-MISSING" if few else "E-PROVINCE-SET"
            found.append(_lacking(code, table, book, missing))
    return found


def provinces_empty(case: Case) -> list[Issue]:
    """E-PROVINCE-NO-DATA or W-PROVINCES-MISSING where listed provinces have no score at all."""
    found = []
    for table in case.tables:
        states = table.values["state"].eq("missing").groupby(table.values["province"]).all()
        blank = states.index[states].tolist()
        registered = case.book.wide(table.year)
        known = [province for province in blank if province in registered.index]
        if known or len(blank) > MOST_UNPUBLISHED:
            found.append(_lacking("E-PROVINCE-NO-DATA", table, case.book, known or blank))
        elif blank and registered.empty:
            found.append(_lacking("W-PROVINCES-MISSING", table, case.book, blank))
    return found


def _lacking(code: str, table: Table, book: Codebook, provinces: list[str]) -> Issue:
    names = listed([book.name(province, table.year) for province in provinces])
    return said_of_table(code, table, found=names, count=len(provinces), missing=names,
                         limit=MOST_UNPUBLISHED, n=len(book.units(table.year)),
                         year=table.year)  # fmt: skip


# --- missing scores -------------------------------------------------------------------------------


def scores(case: Case) -> list[Issue]:
    """W-MISSING for a missing score of a province that has others; a whole dimension is one.

    E-PART-MISSING where its dimension is published, E-COLUMN-EMPTY where more provinces lack it
    than were ever left out.

    In a registered year only scores that are registered would be missed, and those are told as
    revisions.
    """
    found = []
    for table in case.new:
        empty, lost = _empty(table), _missing(table)
        for code in empty:
            column = table.wide[code]
            found.append(said_of_column(
                "E-COLUMN-EMPTY", table, code, name=case.book.label(code),
                count=int(column.isna().sum()), n=len(column), limit=MOST_UNPUBLISHED,
            ))  # fmt: skip
        found += [_part(table, row, case.book) or said("W-MISSING", row)
                  for _, row in lost[~lost["code"].isin(empty)].iterrows()]  # fmt: skip
        blank = table.wide[table.codes].isna().stack()
        found += [
            said_of_table("W-MISSING", table, found="–",
                          row_name=case.book.name(province, table.year),
                          column_name=case.book.label(code))
            for province, code in blank.index[blank]
            if (province, code) not in table.places  # no row of a tidy table names it
        ]  # fmt: skip
    return found


def _empty(table: Table) -> list[str]:
    """Sub-dimensions without a score in more provinces than a year has left out so far."""
    there = table.wide[table.codes].dropna(how="all")
    if len(there) < ENOUGH:
        return []
    return [code for code in table.codes if there[code].isna().sum() > MOST_UNPUBLISHED]


def _part(table: Table, row: pd.Series, book: Codebook) -> Issue | None:
    """E-PART-MISSING where a sub-dimension is blank although its dimension has a score."""
    whole = table.at(row["province"], row["dimension"])
    if row["level"] != "subdimension" or whole is None or pd.isna(whole["score"]):
        return None
    return said("E-PART-MISSING", row, found=row["found"] or "–", whole=whole["found"],
                cell=whole["cell"], name=book.label(row["dimension"]))  # fmt: skip


def _missing(table: Table) -> pd.DataFrame:
    values = table.values
    gone = values["state"].eq("missing")
    blank = gone.groupby(values["province"]).transform("all")
    lost = gone[values["level"].eq("dimension")]
    dims = values.loc[lost.index[lost], ["province", "dimension"]]
    inside = pd.MultiIndex.from_frame(values[["province", "dimension"]]).isin(
        pd.MultiIndex.from_frame(dims)
    )
    covered = inside & values["level"].eq("subdimension")
    partly = gone.groupby(values["province"]).transform("any") & values["level"].eq("total")
    return values[gone & ~blank & ~covered & ~partly]


# --- scales ---------------------------------------------------------------------------------------

#: How many times too large or small the scores of a column may be found to be.
FACTORS = (10, 100, 0.1, 0.01, 1_000, 10_000, 100_000, 1_000_000)
INSIDE = 0.95  # share of a column that a factor must bring inside the scale
LONG = 1e9  # a number from which on its digits say nothing


def ranges(case: Case) -> list[Issue]:
    """E-RANGE where a score lies outside its scale, and E-UNIT where its column has another one."""
    found = []
    for table in case.tables:
        told_elsewhere = rescaled(table, case.book)
        for code, scale in limits(case.book, table.year).items():
            if code in table.wide and code not in told_elsewhere:
                found += _outside(table, code, scale, case.book)
    return found


def limits(book: Codebook, year: int) -> dict[str, tuple[float, float]]:
    """The scale of every code of a year: sub-dimensions, dimensions and the total."""
    regime = book.regime(year)
    spans = regime[["scale_min", "scale_max"]]
    dims = spans.groupby(regime["dimension"]).sum().round(4)
    total = dims.sum().to_frame("total").T
    return {str(code): (low, high) for code, low, high in
            pd.concat([spans, dims, total]).itertuples(name=None)}  # fmt: skip


def inside(column: pd.Series, scale: tuple[float, float]) -> pd.Series:
    """Where scores lie inside a scale, with the rounding of published scales."""
    points = column.to_numpy(dtype=float)
    fits = (points >= scale[0] - TOLERANCE) & (points <= scale[1] + TOLERANCE)
    return pd.Series(fits, column.index)


def rescaled(table: Table, book: Codebook) -> list[str]:
    """Sub-dimensions of a new year that most provinces have outside their scale, although their
    dimension lies inside its own and is the sum of its parts: that is a new regime.
    """
    if len(book.wide(table.year)):
        return []
    scales = limits(book, table.year)
    return [
        code
        for code in table.codes
        if code in scales
        and table.wide[code].count() >= ENOUGH
        and inside(table.wide[code].dropna(), scales[code]).mean() < MOST
        and hold(table, book, book.dimension_of(code))
        and inside(table.wide[book.dimension_of(code)].dropna(), (1, 10)).mean() > MOST
    ]


def _outside(table: Table, code: str, scale: tuple[float, float], book: Codebook) -> list[Issue]:
    column = table.wide[code].dropna()
    outside = column[~inside(column, scale)]
    low, high = map(float, scale)
    if len(column) >= ENOUGH and len(outside) >= MOST * len(column):
        parts = book.parts(table.year, code)
        factors = (parts, *FACTORS) if parts > 1 else FACTORS
        factor = next((f for f in factors if inside(column / f, scale).mean() >= INSIDE), None)
        if factor:
            first = table.at(str(column.index[0]), code)["found"]
            unit = Phrase("{factor:0.##} times the points of {low:0.00} to {high:0.00}")
            return [said_of_column("E-UNIT", table, code, found=first, unit=unit, low=low,
                                   high=high, factor=float(factor))]  # fmt: skip
    return [
        said("E-RANGE", table.at(str(province), code), low=low, high=high,
             score=float(score) if abs(score) < LONG else f"{score:g}")
        for province, score in outside.items()
    ]  # fmt: skip


# --- cells moved against names --------------------------------------------------------------------

STEPS = (-1, 1, -2, 2)  # columns, or rows where provinces stand across
IN_STEPS = Phrase("{steps} columns on"), Phrase("{steps} rows on")


def cells_moved(case: Case) -> list[Issue]:
    """E-CELLS-MOVED where the scores of provinces stand some cells away from their names.

    So it is where the sums of two dimensions or more are wrong as they stand, and right a few cells
    on.
    """
    found = []
    for table in case.tables:
        moved = _moved(case, table)
        if moved is None:
            continue
        provinces, step, row = moved
        name = case.book.name(provinces[0], table.year)
        found.append(said("E-CELLS-MOVED", row, found=name, count=len(provinces), name=name,
                          first=row["cell"], steps=f"{step:+d}",
                          where=IN_STEPS[table.across]))  # fmt: skip
    return found


def _moved(case: Case, table: Table) -> tuple[list[str], int, pd.Series] | None:
    """The provinces whose scores are moved, by how many cells, and the first wrong one."""
    axis = "row" if table.across else "column"
    others = case.reading.others
    others = others[others["year"].eq(table.year)].rename(columns={"value": "score"})
    names = ["province", axis, "score"]
    cells = pd.concat([table.values[names], others[names]]).dropna(subset="score")
    position = cells[axis] if table.across else cells[axis].map(number_of)
    grid = cells.assign(place=position).pivot_table(index="province", columns="place",
                                                 values="score", aggfunc="first")  # fmt: skip
    at = table.values.drop_duplicates("code").set_index("code")[axis]
    at = at if table.across else at.map(number_of)
    sums = {
        str(dimension): list(parts)
        for dimension, parts in case.book.regime(table.year).groupby("dimension").groups.items()
        if {dimension, *parts} <= set(at.index)
    }

    def holds(step: int) -> pd.DataFrame:
        right = {}
        for dimension, parts in sums.items():
            whole = grid.reindex(columns=[at[dimension] + step]).iloc[:, 0]
            total = grid.reindex(columns=[at[part] + step for part in parts]).sum(
                axis=1, skipna=False)
            right[dimension] = (whole - total).abs().le(tolerance(table, len(parts)))
        return pd.DataFrame(right)  # fmt: skip

    wrong = ~holds(0) if sums else pd.DataFrame(index=grid.index)
    wrong = wrong[wrong.sum(axis=1).ge(2)]
    for step in STEPS if len(wrong) else ():
        mended = (holds(step).loc[wrong.index] & wrong).sum(axis=1)
        provinces = mended.index[mended.ge(2) & mended.ge(MOST * wrong.sum(axis=1))].tolist()
        if provinces:
            first = wrong.columns[wrong.loc[provinces[0]]][0]
            row = next(row for code in [first, *sums[first]]
                       if (row := table.at(provinces[0], code)) is not None)  # fmt: skip
            return provinces, step, row
    return None


def number_of(column: str) -> int:
    """The number of a column by its letters."""
    return place(f"{column}1")[1]


# --- sums -----------------------------------------------------------------------------------------


def dimensions(case: Case) -> list[Issue]:
    """E-SUM where a dimension is not the sum of the sub-dimensions of its year."""
    return [
        one
        for table in case.tables
        for dimension, parts in case.book.regime(table.year).groupby("dimension").groups.items()
        if dimension in table.wide and set(parts) <= set(table.wide)
        for one in _differences("E-SUM", table, str(dimension), list(parts))
    ]


def totals(case: Case) -> list[Issue]:
    """E-TOTAL where the total is not the sum of the dimensions of its year."""
    found = []
    for table in case.tables:
        parts = sorted(case.book.regime(table.year)["dimension"].unique())
        if "total" in table.wide and set(parts) <= set(table.wide):
            found += _differences("E-TOTAL", table, "total", parts)
    return found


def hold(table: Table, book: Codebook, dimension: str) -> bool:
    """Whether a dimension is given and is the sum of its parts in most provinces."""
    parts = [code for code in table.codes if book.dimension_of(code) == dimension]
    if dimension not in table.wide or not parts:
        return False
    gaps = (table.wide[dimension] - table.wide[parts].sum(axis=1, skipna=False)).abs().dropna()
    return len(gaps) >= ENOUGH and bool(gaps.gt(tolerance(table, len(parts))).mean() < MOST)


def _differences(code: str, table: Table, whole: str, parts: list[str]) -> list[Issue]:
    sums = table.wide[parts].sum(axis=1, skipna=False)
    gaps = (table.wide[whole] - sums).abs()
    found = []
    for province in table.wide.index[gaps.gt(tolerance(table, len(parts)))]:
        pieces = pd.DataFrame([table.at(province, part) for part in parts])
        in_row = pieces["row"].nunique() == 1
        places = pieces["column" if in_row else "row"].astype(str).tolist()
        cells = pieces["cell"].tolist()
        row = table.at(province, whole)
        found.append(
            said(code, row, sum=_points(sums[province]), gap=_points(gaps[province]),
                 parts=_span(places) if in_row else ", ".join(cells),
                 cells=f"{row['cell']}, {_span(cells)}")
        )  # fmt: skip
    return found


def _points(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _span(places: list[str]) -> str:
    """The first and last of a run of places, or all of them where there are only two."""
    return f"{places[0]}..{places[-1]}" if len(places) > 2 else ", ".join(places)

"""The verdict on a file: accepted, accepted with warnings, or refused, with every finding."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from papi_analysis.errors import Issue, SourceError
from papi_analysis.ingest import checks, files, index_versions, layouts, past, reference
from papi_analysis.ingest.checks import Case
from papi_analysis.ingest.crosstab import Reading
from papi_analysis.ingest.issues import Phrase, finding, shown
from papi_analysis.ingest.past import BLANK
from papi_analysis.ingest.reference import Codebook

ACCEPTED, REFUSED = 0, 3
#: Layouts of one year each, whose workbooks repeat older years in further sheets. Those sheets have
#: blanks where provinces were merged away: older years come from the workbooks of their own year.
YEARLY = ("yearly_2011", "yearly_2018")
OTHER_YEAR = Phrase("another year than the one that the file is for")
TIDY = ["year", "province", "subdimension", "score", "file", "sheet", "cell"]


@dataclass(frozen=True)
class Verdict:
    """What is held of a file.

    `findings` come without those that another one explains; `reading` and `book` are what was
    read and what it was held against.
    """

    file: str
    findings: tuple[Issue, ...]
    reading: Reading = field(default_factory=lambda: Reading(""))
    book: Codebook | None = None

    @property
    def status(self) -> int:
        """The exit status: 0 accepted, 3 refused."""
        refused = any(one.severity == "error" for one in self.findings)
        return REFUSED if refused else ACCEPTED

    @property
    def word(self) -> str:
        """`ok`, `warn` or `reject`."""
        if self.status == REFUSED:
            return "reject"
        return "warn" if self.findings else "ok"

    @property
    def accepted(self) -> pd.DataFrame:
        """The scores of sub-dimensions that an accepted file holds: year, province, subdimension,
        score (points, six decimals), and the file, sheet and cell of each; empty when refused.
        """
        values = self.reading.values
        rows = values[values["level"].eq("subdimension") & values["score"].notna()]
        rows = rows.drop_duplicates(["year", "province", "code"]) if self.status == 0 else rows[:0]
        tidy = rows.rename(columns={"code": "subdimension"})[TIDY]
        tidy = tidy.assign(year=tidy["year"].astype("int64"),
                           score=tidy["score"].astype(float).round(6))  # fmt: skip
        return tidy.sort_values(["year", "province", "subdimension"], ignore_index=True)


def of(
    path: str | Path,
    *,
    data: str | Path | None = None,
    year: int | None = None,
    regime_file: str | Path | None = None,
    revise: bool = False,
    remove: Collection[tuple[int, str]] = (),
) -> Verdict:
    """The verdict on a file; nothing is written.

    Parameters
    ----------
    path : str or Path
        A workbook or a table as text.
    data : str or Path, optional
        The data folder that the file is held against.
    year : int, optional
        The year to read and to judge; by default the one that a yearly workbook is for, and all
        years of any other file.
    regime_file : str or Path, optional
        Rows of a new regime that a person has confirmed (see `regimes.draft`).
    revise : bool
        Take differences from registered scores as the publisher's revisions. A blank is none.
    remove : collection of (year, code)
        Sub-dimensions whose registered scores are given up where the file has a blank.

    Raises
    ------
    SourceError
        When the data or the regime file cannot be read.
    EnvironmentFault
        When the file may not be read.
    """
    path = Path(path)
    book = reference.load(data)
    try:
        if regime_file is not None:
            book = index_versions.confirmed(Path(regime_file), book)
        reading = layouts.read(path, book, year=year)
    except SourceError as error:
        if not error.issues:  # not about this file
            raise
        return Verdict(shown(files.called(path)), error.issues)
    reading = _of_its_year(reading, year)
    book = with_next_year(book, reading)
    found = [*reading.findings, *_year_asked(path, reading, year), *_emptiness(path, reading)]
    with np.errstate(all="ignore"):  # whatever a number of a file is, a check tells it
        found = _unexplained([*found, *_run(checks.case(reading, book))])
    if revise:
        found = _taken(found, remove)
    return Verdict(shown(path.name), tuple(found), reading, book)


def _of_its_year(reading: Reading, year: int | None) -> Reading:
    """The reading without the years that the file is not for (see `of`)."""
    years = {int(one) for one in reading.values["year"].dropna()}
    if year in years:
        keep = year
    elif year is None and reading.layout in YEARLY and years:
        keep = max(years)
    else:
        return reading
    named = reading.values.groupby("sheet")["year"].agg(set)
    others = {sheet for sheet, held in named.items() if keep not in held}
    rows = reading.rows
    return replace(
        reading,
        values=reading.values[reading.values["year"].eq(keep)],
        others=reading.others[reading.others["year"].eq(keep)],
        statistics=reading.statistics[reading.statistics["year"].eq(keep)],
        rows=rows.assign(reason=rows["reason"].mask(rows["sheet"].isin(others), OTHER_YEAR)),
        findings=tuple(one for one in reading.findings if one.sheet not in others),
    )


def with_next_year(book: Codebook, reading: Reading) -> Codebook:
    """The codebook, carried on by one year where the file holds the one after the last."""
    coming = book.years[-1] + 1
    return index_versions.continued(book, coming) if coming in set(reading.values["year"]) else book


def _emptiness(path: Path, reading: Reading) -> list[Issue]:
    """E-EMPTY where column names stand above no score, and nothing else is said."""
    refused = any(one.severity == "error" for one in reading.findings)
    if refused or reading.values["score"].notna().any():
        return []
    sheets = ", ".join(dict.fromkeys(map(str, reading.rows["sheet"]))) or "–"
    return [finding("E-EMPTY", file=path.name, found=sheets, sheets=sheets)]


def _year_asked(path: Path, reading: Reading, year: int | None) -> list[Issue]:
    """E-YEAR-CONFLICT where the file does not hold the year that was asked for."""
    years = sorted(set(reading.values["year"].dropna().astype(int)))
    told = any(one.code.startswith("E-YEAR") for one in reading.findings)
    if year is None or year in years or not years or told:
        return []
    return [index_versions.conflict(path.name, year, years)]


def _taken(found: list[Issue], remove: Collection[tuple[int, str]]) -> list[Issue]:
    """Differences from registered scores taken as revisions; blanks that leave them told as one."""
    removed = {(str(year), code) for year, code in remove}
    told: list[Issue] = []
    kept: dict[tuple[str, str, str], list[Issue]] = {}
    for one in found:
        values = dict(one.values)
        if one.code != "E-REVISION":
            told.append(one)
        elif one.message == BLANK and (values["year"], values["criterion"]) not in removed:
            kept.setdefault((one.file, one.sheet, values["year"]), []).append(one)
        else:
            place = {name: getattr(one, name) for name in ("file", "sheet", "row", "column")}
            told.append(finding("W-REVISED", **{**values, **place, "found": one.value}))
    for (file, sheet, year), alike in kept.items():
        codes = [str(dict(one.values)["criterion"]) for one in alike]
        names = checks.listed([f"{year}:{code}" for code in dict.fromkeys(codes)], 6)
        told.append(finding("W-BLANK-KEPT", file=file, sheet=sheet, found=names, count=len(alike),
                            year=year, criterion=codes[0]))  # fmt: skip
    return told


# --- the checks of an import ----------------------------------------------------------------------

Check = Callable[[Case], list[Issue]]

#: Every check by its name, in the order in which findings are told.
CHECKS: dict[str, Check] = {
    "year is known": index_versions.known_year,
    "structure is that of the regime": index_versions.structure,
    "columns are complete": checks.columns_complete,
    "columns differ": checks.doubled_columns,
    "columns belong to the index": checks.extra_columns,
    "provinces stand once": checks.doubled_provinces,
    "provinces are complete": checks.provinces_complete,
    "provinces have scores": checks.provinces_empty,
    "scores lie in their scale": checks.ranges,
    "sub-dimensions sum to dimensions": checks.dimensions,
    "dimensions sum to totals": checks.totals,
    "rows differ": past.copied_rows,
    "years differ": past.copied_years,
    "labels continue their past": past.shifted_labels,
    "rows continue their past": past.shifted_rows,
    "columns continue their past": past.columns_alone,
    "cells stand under their names": checks.cells_moved,
    "registered scores stay": past.revisions,
    "scores are there": checks.scores,
    "series goes on": index_versions.breaks,
    "regime is carried on": index_versions.new_year,
}

#: What a finding explains in the same sheet, and so need not be told beside it; a finding that is
#: itself explained explains nothing more.
EXPLAINS: dict[str, tuple[str, ...]] = {
    "E-YEAR-UNKNOWN": ("E-PROVINCE-FORMER",),
    "E-YEAR-CONFLICT": ("E-YEAR-COPY", "E-CODEBOOK-YEAR", "E-LABEL-SHIFT", "E-ROW-SHIFT",
                        "E-REVISION", "E-PROVINCE-NO-DATA"),
    "E-YEAR-COPY": ("E-LABEL-SHIFT", "E-ROW-SHIFT", "E-NEW-REGIME", "E-SUM", "E-TOTAL",
                    "E-REVISION", "W-NEW-YEAR", "W-NEW-UNITS"),
    "E-PROVINCE-MERGED": ("E-PROVINCE-SET", "E-ID-NAME", "E-NAME-UNKNOWN", "E-ROW-SHIFT",
                          "E-REVISION"),
    "E-PROVINCE-FORMER": ("E-PROVINCE-SET", "E-ROW-SHIFT", "E-REVISION", "E-DUP-PROVINCE",
                          "E-LABEL-SHIFT", "E-SUM", "E-TOTAL", "W-NEW-UNITS"),
    "E-CELLS-MOVED": ("E-UNIT", "E-RANGE", "E-SUM", "E-TOTAL", "E-NEW-REGIME", "E-LABEL-SHIFT",
                      "E-ROW-SHIFT", "E-DUP-COLUMN", "E-COLUMN-EMPTY", "E-PART-MISSING",
                      "E-REVISION", "E-CODEBOOK-YEAR", "W-NEW-YEAR", "W-NEW-UNITS",
                      "W-MISSING"),
    "E-CONSTANT": ("E-NEW-REGIME", "E-LABEL-SHIFT", "E-SUM", "E-REVISION"),
    "E-DUP-HEADER": ("E-DUP-COLUMN", "E-MISSING-COLUMN", "E-CODEBOOK-YEAR", "E-LABEL-SHIFT",
                     "E-NEW-REGIME", "E-SUM", "E-REVISION"),
    "E-UNIT": ("E-NEW-REGIME", "E-LABEL-SHIFT", "E-ROW-SHIFT", "E-RANGE", "E-SUM", "E-TOTAL",
               "E-REVISION", "W-NEW-YEAR", "W-NEW-UNITS"),
    "E-ROW-SHIFT": ("E-LABEL-SHIFT", "E-NEW-REGIME", "E-ROW-COPY", "E-PROVINCE-NO-DATA", "E-SUM",
                    "E-TOTAL", "E-REVISION", "W-NEW-YEAR", "W-NEW-UNITS"),
    "E-LABEL-SHIFT": ("E-NEW-REGIME", "E-SUM", "E-REVISION", "W-NEW-YEAR", "W-NEW-UNITS"),
    "E-NEW-REGIME": ("E-CODEBOOK-YEAR", "E-MISSING-COLUMN", "E-RANGE", "E-SUM", "E-TOTAL",
                     "W-NEW-YEAR", "W-NEW-UNITS"),
    "E-CODEBOOK-YEAR": ("E-LABEL-SHIFT", "E-RANGE", "E-SUM", "E-TOTAL", "E-REVISION"),
    "E-DUP-COLUMN": ("E-LABEL-SHIFT", "E-ROW-SHIFT", "E-SUM", "E-REVISION"),
}  # fmt: skip
#: A suspicion about a column, which any of those findings explains.
COLUMN_PAST = "W-COLUMN-PAST"
#: What a finding explains about the same province only.
EXPLAINS_OF_PROVINCE: dict[str, tuple[str, ...]] = {
    "E-SUM": ("E-TOTAL",),
    "E-RANGE": ("E-SUM", "E-TOTAL", "E-REVISION"),
    "E-ROW-COPY": ("E-REVISION",),
    "E-DUP-PROVINCE": ("E-REVISION", "E-SUM", "E-TOTAL", "E-ROW-COPY"),
}
#: Findings for which a row holds no known province.
LOST_ROWS = ("E-NAME-UNKNOWN", "E-NAME-LOSSY", "E-ID-NAME", "E-ID-UNKNOWN", "E-DUP-PROVINCE",
             "E-TRUNCATED", "E-RAGGED", "E-PROVINCE-FORMER", "E-CRITERION-UNKNOWN")  # fmt: skip


def _run(case: Case) -> list[Issue]:
    """The findings of every check about a case."""
    return [one for check in CHECKS.values() for one in check(case)]


def _unexplained(findings: list[Issue]) -> list[Issue]:
    """The findings without those that another one explains."""
    left = list(findings)
    for code, explained in EXPLAINS.items():
        sheets = {one.sheet for one in left if one.code == code}
        less = (*explained, COLUMN_PAST)
        left = [one for one in left if not (one.sheet in sheets and one.code in less)]
    for code, explained in EXPLAINS_OF_PROVINCE.items():
        provinces = {(one.sheet, _of(one, "province")) for one in left if one.code == code}
        left = [one for one in left if not (one.code in explained
                and (one.sheet, _of(one, "province")) in provinces)]  # fmt: skip
    return [one for one in left if not _only_lost_rows(one, left)]


def _of(finding: Issue, name: str) -> str:
    return str(dict(finding.values).get(name, ""))


def _only_lost_rows(finding: Issue, findings: list[Issue]) -> bool:
    """Whether what a table lacks, provinces or scores, is just the rows not understood."""
    here = [one for one in findings if one.sheet == finding.sheet]
    lost = sum(one.code in LOST_ROWS for one in here)
    if finding.code == "E-REVISION" and not finding.row:
        return sum(one.code == finding.code and not one.row for one in here) <= lost
    return finding.code == "E-PROVINCE-SET" and int(_of(finding, "count")) <= lost

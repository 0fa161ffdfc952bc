"""The checks of an import, in one table: each a pure function of the case of a file."""

from __future__ import annotations

from collections.abc import Callable

from papi_analysis.errors import Issue
from papi_analysis.ingest.checks import past, regime, structure, values
from papi_analysis.ingest.checks.tables import Case

Check = Callable[[Case], list[Issue]]

#: Every check by its name, in the order in which findings are told.
CHECKS: dict[str, Check] = {
    "year is known": regime.known_year,
    "structure is that of the regime": regime.structure,
    "columns are complete": structure.columns_complete,
    "columns differ": structure.doubled_columns,
    "columns belong to the index": structure.extra_columns,
    "provinces stand once": structure.doubled_provinces,
    "provinces are complete": structure.provinces_complete,
    "provinces have scores": structure.provinces_empty,
    "scores lie in their scale": values.ranges,
    "sub-dimensions sum to dimensions": values.dimensions,
    "dimensions sum to totals": values.totals,
    "rows differ": past.copied_rows,
    "years differ": past.copied_years,
    "labels continue their past": past.shifted_labels,
    "rows continue their past": past.shifted_rows,
    "columns continue their past": past.columns_alone,
    "registered scores stay": past.revisions,
    "scores are there": structure.scores,
    "standard errors can be": values.errors,
    "intervals are known": values.intervals,
    "series goes on": regime.breaks,
    "regime is carried on": regime.new_year,
}

#: What a finding explains in the same sheet, and so need not be told beside it; a finding that is
#: itself explained explains nothing more.
EXPLAINS: dict[str, tuple[str, ...]] = {
    "E-YEAR-CONFLICT": ("E-YEAR-COPY", "E-CODEBOOK-YEAR", "E-LABEL-SHIFT", "E-ROW-SHIFT",
                        "E-REVISION", "E-PROVINCE-NO-DATA"),
    "E-YEAR-COPY": ("E-LABEL-SHIFT", "E-ROW-SHIFT", "E-NEW-REGIME", "E-SUM", "E-TOTAL",
                    "E-REVISION", "W-NEW-YEAR"),
    "E-PROVINCE-MERGED": ("E-PROVINCE-SET", "E-ID-NAME", "E-NAME-UNKNOWN", "E-ROW-SHIFT",
                          "E-REVISION"),
    "E-DUP-HEADER": ("E-DUP-COLUMN", "E-MISSING-COLUMN", "E-CODEBOOK-YEAR", "E-LABEL-SHIFT",
                     "E-NEW-REGIME", "E-SUM", "E-REVISION"),
    "E-UNIT": ("E-NEW-REGIME", "E-LABEL-SHIFT", "E-ROW-SHIFT", "E-RANGE", "E-SUM", "E-TOTAL",
               "E-REVISION", "W-NEW-YEAR"),
    "E-ROW-SHIFT": ("E-LABEL-SHIFT", "E-NEW-REGIME", "E-ROW-COPY", "E-PROVINCE-NO-DATA", "E-SUM",
                    "E-TOTAL", "E-REVISION", "W-NEW-YEAR"),
    "E-LABEL-SHIFT": ("E-NEW-REGIME", "E-SUM", "E-REVISION", "W-NEW-YEAR"),
    "E-NEW-REGIME": ("E-CODEBOOK-YEAR", "E-MISSING-COLUMN", "E-RANGE", "E-SUM", "E-TOTAL",
                     "W-NEW-YEAR"),
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
             "E-TRUNCATED", "E-RAGGED")  # fmt: skip


def run(case: Case) -> list[Issue]:
    """The findings of every check about a case."""
    return [one for check in CHECKS.values() for one in check(case)]


def unexplained(findings: list[Issue]) -> list[Issue]:
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

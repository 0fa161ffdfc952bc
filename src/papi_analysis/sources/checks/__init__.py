"""The checks of an import, in one table: each a pure function of the case of a file."""

from __future__ import annotations

from collections.abc import Callable

from papi_analysis._errors import Diagnostic
from papi_analysis.sources.checks import (
    columns,
    copies,
    label_shift,
    missing,
    provinces,
    regime,
    registered,
    row_shift,
    scales,
    statistics,
    sums,
)
from papi_analysis.sources.checks.tables import Case

Check = Callable[[Case], list[Diagnostic]]

#: Every check by its name, in the order in which findings are told.
CHECKS: dict[str, Check] = {
    "year is known": regime.known_year,
    "structure is that of the regime": regime.structure,
    "columns are complete": columns.complete,
    "columns differ": columns.doubled,
    "columns belong to the index": columns.extra,
    "provinces stand once": provinces.doubled,
    "provinces are complete": provinces.complete,
    "provinces have scores": provinces.empty,
    "scores lie in their scale": scales.ranges,
    "sub-dimensions sum to dimensions": sums.dimensions,
    "dimensions sum to totals": sums.totals,
    "rows differ": copies.rows,
    "years differ": copies.years,
    "labels continue their past": label_shift.labels,
    "rows continue their past": row_shift.rows,
    "registered scores stay": registered.revisions,
    "scores are there": missing.scores,
    "intervals are known": statistics.intervals,
    "series goes on": regime.breaks,
    "regime is carried on": regime.new_year,
}

#: What a finding explains in the same sheet, and so need not be told beside it.
EXPLAINS: dict[str, tuple[str, ...]] = {
    "E-YEAR-CONFLICT": ("E-REVISION", "E-YEAR-COPY", "E-LABEL-SHIFT", "E-ROW-SHIFT",
                        "E-CODEBOOK-YEAR", "E-PROVINCE-NO-DATA"),
    "E-YEAR-COPY": ("E-REVISION", "E-LABEL-SHIFT", "E-ROW-SHIFT", "E-NEW-REGIME", "W-NEW-YEAR"),
    "E-UNIT": ("E-RANGE", "E-SUM", "E-TOTAL", "E-REVISION", "E-NEW-REGIME", "E-LABEL-SHIFT"),
    "E-DUP-HEADER": ("E-DUP-COLUMN", "E-MISSING-COLUMN", "E-CODEBOOK-YEAR", "E-SUM", "E-REVISION",
                     "E-LABEL-SHIFT", "W-HEADER-NORMALISED"),
    "E-CODEBOOK-YEAR": ("E-SUM", "E-TOTAL", "E-RANGE", "E-REVISION", "E-LABEL-SHIFT"),
    "E-DUP-COLUMN": ("E-SUM", "E-REVISION", "E-LABEL-SHIFT", "E-ROW-SHIFT"),
    "E-LABEL-SHIFT": ("E-REVISION", "E-SUM", "E-NEW-REGIME"),
    "E-ROW-SHIFT": ("E-REVISION", "E-SUM", "E-TOTAL", "E-NEW-REGIME", "E-LABEL-SHIFT",
                    "E-PROVINCE-NO-DATA", "E-ROW-COPY"),
    "E-NEW-REGIME": ("E-SUM", "E-TOTAL", "E-RANGE", "E-UNIT", "E-MISSING-COLUMN",
                     "E-CODEBOOK-YEAR", "W-NEW-YEAR"),
    "E-PROVINCE-MERGED": ("E-PROVINCE-SET", "E-REVISION", "E-NAME-UNKNOWN", "E-ID-NAME",
                          "E-ROW-SHIFT"),
}  # fmt: skip
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


def run(case: Case) -> list[Diagnostic]:
    """The findings of every check about a case."""
    return [one for check in CHECKS.values() for one in check(case)]


def unexplained(findings: list[Diagnostic]) -> list[Diagnostic]:
    """The findings without those that another one explains."""
    by_sheet = {(one.sheet, code) for one in findings for code in EXPLAINS.get(one.code, ())}
    by_province = {
        (one.sheet, _province(one), code)
        for one in findings
        for code in EXPLAINS_OF_PROVINCE.get(one.code, ())
        if _province(one)
    }
    lost: dict[str, int] = {}
    for one in findings:
        lost[one.sheet] = lost.get(one.sheet, 0) + (one.code in LOST_ROWS)
    return [
        one
        for one in findings
        if (one.sheet, one.code) not in by_sheet
        and (one.sheet, _province(one), one.code) not in by_province
        and not (one.code == "E-PROVINCE-SET" and _count(one) <= lost[one.sheet])
    ]


def _province(finding: Diagnostic) -> str:
    return str(dict(finding.values).get("province", ""))


def _count(finding: Diagnostic) -> int:
    return int(str(dict(finding.values)["count"]))

"""Standard errors of totals, and what the intervals printed beside them really are."""

from __future__ import annotations

import math

import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest.checks.tables import Case
from papi_analysis.ingest.diagnoses import finding

#: Half widths of the printed interval in standard errors: labelled 95 %, it is one of 90 %.
Z90 = 1.645
NEAR = 0.02
#: Points; the largest published standard error is .89.
MOST = 3
DENIED = 0.25  # share by which an interval may differ from the one that its error gives


def standard_errors(statistics: pd.DataFrame) -> pd.DataFrame:
    """Standard errors of the totals, taken from the interval where they are not printed.

    Parameters
    ----------
    statistics : DataFrame
        See `reading.Reading`.

    Returns
    -------
    DataFrame
        year, province, se (points), half_width (of the printed interval, points); those that
        cannot be standard errors of a total (see `errors`) are left out.
    """
    table = _table(statistics)
    return table[_possible(table)].reset_index()


def _table(statistics: pd.DataFrame) -> pd.DataFrame:
    wide = statistics.pivot_table(
        index=["year", "province"], columns="statistic", values="value", aggfunc="first"
    ).reindex(columns=["standard_error", "low", "high"])
    half = (wide["high"] - wide["low"]) / 2
    return pd.DataFrame({"se": wide["standard_error"].fillna(half / Z90), "half_width": half})


def _possible(table: pd.DataFrame) -> pd.Series:
    """Errors between 0 and `MOST` points that the printed interval does not deny."""
    ratio = table["half_width"] / table["se"]
    usual = ratio.groupby("year").transform("median")
    denied = (ratio / usual - 1).abs() > DENIED
    return table["se"].gt(0) & table["se"].lt(MOST) & ~denied


def errors(case: Case) -> list[Issue]:
    """W-STANDARD-ERROR for each printed standard error that cannot be the one of a total."""
    rows = case.reading.statistics
    if rows.empty:
        return []
    table = _table(rows)
    wrong = table.index[table["se"].notna() & ~_possible(table)]
    place = ["file", "sheet", "row", "column", "row_name", "column_name"]
    return [
        finding("W-STANDARD-ERROR", found=f"{row.value:g}", limit=MOST,
                **{name: getattr(row, name) for name in place})
        for row in rows[rows["statistic"].eq("standard_error")].itertuples()
        if (row.year, row.province) in wrong
    ]  # fmt: skip


def intervals(case: Case) -> list[Issue]:
    """W-INTERVAL where a printed interval is not the known one of 90 %."""
    found = []
    if case.reading.statistics.empty:
        return found
    for year, rows in standard_errors(case.reading.statistics).groupby("year"):
        ratio = float((rows["half_width"] / rows["se"]).median())
        if math.isfinite(ratio) and abs(ratio - Z90) > NEAR:
            first = case.reading.statistics[case.reading.statistics["year"].eq(year)].iloc[0]
            level = 100 * math.erf(ratio / math.sqrt(2))
            found.append(
                finding("W-INTERVAL", file=first["file"], sheet=first["sheet"],
                        found=f"{ratio:.3f}", ratio=f"{ratio:.3f}", level=f"{level:.0f}")
            )  # fmt: skip
    return found

"""Standard errors of totals, and what the intervals printed beside them really are."""

from __future__ import annotations

import math

import pandas as pd

from papi_analysis._errors import Diagnostic
from papi_analysis.sources.checks.tables import Case
from papi_analysis.sources.diagnoses import finding

#: Half widths of the printed interval in standard errors: labelled 95 %, it is one of 90 %.
Z90 = 1.645
NEAR = 0.02


def standard_errors(statistics: pd.DataFrame) -> pd.DataFrame:
    """Standard errors of the totals, taken from the interval where they are not printed.

    Parameters
    ----------
    statistics : DataFrame
        See `reading.Reading`.

    Returns
    -------
    DataFrame
        year, province, se (points), half_width (of the printed interval, points).
    """
    if statistics.empty:
        return pd.DataFrame({"year": [], "province": [], "se": [], "half_width": []})
    wide = statistics.pivot_table(
        index=["year", "province"], columns="statistic", values="value", aggfunc="first"
    ).reindex(columns=["standard_error", "low", "high"])
    half = (wide["high"] - wide["low"]) / 2
    table = pd.DataFrame({"se": wide["standard_error"].fillna(half / Z90), "half_width": half})
    return table[table["se"].gt(0)].reset_index()


def intervals(case: Case) -> list[Diagnostic]:
    """W-INTERVAL where a printed interval is not the known one of 90 %."""
    found = []
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

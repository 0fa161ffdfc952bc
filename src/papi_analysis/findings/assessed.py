"""The assessment of a case as tables that have no rows where it cannot be assessed.

A notebook reads on with them for any province and year; `findings.known` tells the reason.
"""

from __future__ import annotations

import pandas as pd

from papi_analysis import priority
from papi_analysis.data import context
from papi_analysis.errors import DataError
from papi_analysis.findings.case import Case
from papi_analysis.priority.assessment import COLUMNS

_TEXT = ("code", "dimension", "tier", "flags")
_ROBUSTNESS = ["code", "national", "regional"]


def assess(case: Case) -> pd.DataFrame:
    """The criteria of the case in order of need, as `priority.assess` gives and refuses them."""
    facts = context.criteria_flags(case.data)
    return priority.assess(case.scores, case.province, case.year, facts=facts)


def assessment(case: Case) -> pd.DataFrame:
    """The criteria of the case in order of need, or no rows where there is no order."""
    try:
        return assess(case)
    except DataError:
        return _empty(COLUMNS)


def robustness(case: Case) -> pd.DataFrame:
    """How often each criterion is listed under other yardsticks, or no rows.

    See `priority.sensitivity` and `priority.robustness`.
    """
    try:
        table = priority.sensitivity(case.scores, case.province, case.year, regional=region(case))
    except DataError:
        return _empty(_ROBUSTNESS)
    return priority.robustness(table)


def region(case: Case) -> list[str]:
    """Codes of the provinces of the region."""
    same = case.provinces["region"].eq(case.province.region)
    return case.provinces.loc[same, "province"].tolist()


def _empty(columns: list[str]) -> pd.DataFrame:
    """A frame without rows whose columns have their types."""
    types = {name: "object" if name in _TEXT else "float64" for name in columns}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})

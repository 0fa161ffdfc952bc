"""Published standard errors of totals, which stand for the panel's own estimate of noise."""

from __future__ import annotations

import numpy as np
import pandas as pd

from papi_analysis.errors import DataError, ParameterError

#: Standard errors that a change of a total must exceed to be told from chance (two-sided, 5 %).
Z95 = 1.96


def detectable(standard_errors: pd.DataFrame | None, province: str, year: int) -> float:
    """The smallest change of a total that its published standard errors tell from chance.

    Parameters
    ----------
    standard_errors : DataFrame or None
        year, province, se (points).
    province : str
        GSO code.
    year : int
        The change is that since the year before.

    Returns
    -------
    float
        Points; NaN where one of the two years has no error.
    """
    errors = [of_year(standard_errors, y).get(province, np.nan) for y in (year - 1, year)]
    return float(Z95 * np.hypot(*errors))


def of_year(standard_errors: pd.DataFrame | None, year: int) -> pd.Series:
    """The published standard errors of a year's totals in points, by province.

    Parameters
    ----------
    standard_errors : DataFrame or None
        year, province, se (points).
    year : int

    Raises
    ------
    ParameterError
        When a column is missing.
    DataError
        When a province is there twice or an error is not above zero.
    """
    if standard_errors is None:
        return pd.Series(dtype="float64")
    missing = sorted({"year", "province", "se"} - set(standard_errors.columns))
    if missing:
        raise ParameterError(
            "The table of standard errors has no column {columns}.", columns=", ".join(missing)
        )
    rows = standard_errors[standard_errors["year"] == year].dropna(subset="se")
    wrong = rows[rows["province"].duplicated(keep=False) | ~rows["se"].gt(0)]
    if len(wrong):
        raise DataError(
            "The standard errors of {year} of these provinces are doubled or not above zero: "
            "{provinces}.",
            year=year,
            provinces=", ".join(sorted(set(wrong["province"]))),
        )
    return rows.set_index("province")["se"].astype("float64")

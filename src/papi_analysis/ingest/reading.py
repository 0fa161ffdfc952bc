"""What a file holds as it stands there: values, statistics, others, the account of rows."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from papi_analysis.errors import Issue

_TABLE = ["sheet", "year", "province"]


def dimensions_missing(values: pd.DataFrame) -> pd.DataFrame:
    """The values with whole dimensions of zeros or blanks marked as missing.

    The yearly tables since 2018 write a dimension that is not published as 0, with its
    sub-dimensions; any other zero stays, to be refused.
    """
    blank = values["score"].eq(0) | values["state"].eq("missing")
    keys = [*_TABLE, "dimension"]
    whole = blank.groupby([values[key] for key in keys]).transform("all")
    return _marked(values, whole & values["level"].ne("total"))


def totals_missing(values: pd.DataFrame) -> pd.DataFrame:
    """The values with totals marked as missing where a dimension is missing.

    A total is a formula in many tables: over blank cells it gives 0, over some of them a sum of
    the others, which is no total.
    """
    if not len(values):
        return values
    lost = values["state"].eq("missing") & values["level"].ne("total")
    partly = lost.groupby([values[key] for key in _TABLE]).transform("any")
    return _marked(values, partly & values["level"].eq("total"))


def _marked(values: pd.DataFrame, where: pd.Series) -> pd.DataFrame:
    frame = values.copy()
    frame.loc[where, "state"] = "missing"
    frame.loc[where, "score"] = float("nan")
    return frame


#: Columns of a table of values; `state` is "", "missing" or "error".
PLACE = ["file", "sheet", "row", "column", "cell", "row_name", "column_name"]
VALUES = [*PLACE, "year", "province", "level", "dimension", "code", "score", "found", "state"]
#: Columns of labels that are no part of the index: indicators, or something new.
OTHERS = [*PLACE, "year", "province", "label", "label_en", "dimension", "after", "scale",
          "value"]  # fmt: skip
#: Columns of the statistics of totals (see `labels.STATISTICS`).
STATISTICS = [*PLACE, "year", "province", "statistic", "value"]
#: Columns of the account of rows; `reason` is "" for a used one.
ROWS = ["sheet", "row", "reason"]


def _empty(columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})


@dataclass(frozen=True)
class Reading:
    """The tidy result of reading a file, exactly as it stands there.

    values : file, sheet, row, column, cell, row_name, column_name (its place), year, province,
        level, dimension, code, score (points), found (text of the cell), state.
    others : the place, year, province, label, label_en, dimension and after (the code read before
        it), scale and value of labels that are no part of the index.
    statistics : the place, year, province, statistic and value.
    rows : sheet, row, reason (why it was ignored; "" where it was used).
    """

    layout: str
    values: pd.DataFrame = field(default_factory=lambda: _empty(VALUES))
    others: pd.DataFrame = field(default_factory=lambda: _empty(OTHERS))
    statistics: pd.DataFrame = field(default_factory=lambda: _empty(STATISTICS))
    rows: pd.DataFrame = field(default_factory=lambda: _empty(ROWS))
    findings: tuple[Issue, ...] = ()


def joined(layout: str, readings: list[Reading], findings: list[Issue]) -> Reading:
    """The readings of several sheets as one; `findings` of the whole file come first."""
    if not readings:
        return Reading(layout, findings=tuple(findings))

    def stacked(name: str) -> pd.DataFrame:
        parts = [getattr(reading, name) for reading in readings]
        filled = [part for part in parts if len(part)] or parts[:1]
        return pd.concat(filled, ignore_index=True)

    return Reading(
        layout,
        values=stacked("values"),
        others=stacked("others"),
        statistics=stacked("statistics"),
        rows=stacked("rows"),
        findings=(*findings, *(one for reading in readings for one in reading.findings)),
    )


def frame(records: list[tuple], columns: list[str]) -> pd.DataFrame:
    """A table of records; one without records keeps its columns."""
    return pd.DataFrame(records, columns=columns) if records else _empty(columns)

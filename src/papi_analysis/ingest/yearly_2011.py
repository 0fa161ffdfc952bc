"""The yearly workbooks of 2011-2017: a main sheet of all scores, and six sheets of parts.

Provinces stand in rows. The tab of the 2011 file says 2012; the name of the file is right
(`years.MISNAMED`).
"""

from __future__ import annotations

import re

import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest import consolidated, years
from papi_analysis.ingest.diagnoses import finding
from papi_analysis.ingest.reading import Reading, joined
from papi_analysis.ingest.reference import Codebook
from papi_analysis.ingest.sheet import Sheet

LAYOUT = "yearly_2011"
MAIN = re.compile(r"bảng tổng hợp", re.IGNORECASE)
PARTS = re.compile(r"điểm thành phần\s*([1-9])", re.IGNORECASE)
#: Points by which a score of a sheet of parts may differ from the main sheet (rounding).
SAME = 0.005
_KEY = ["year", "province", "code"]


def claims(sheets: list[Sheet], book: Codebook) -> bool:
    """Whether the sheets are named like those of the yearly workbooks."""
    return any(MAIN.search(sheet.name) or PARTS.search(sheet.name) for sheet in sheets)


def read(sheets: list[Sheet], book: Codebook, *, year: int | None = None) -> Reading:
    """The scores of the main sheet, with what only the sheets of parts hold.

    Parameters
    ----------
    sheets : list of Sheet
        The visible sheets of one file.
    book : Codebook
    year : int, optional
        The year that the user gives.
    """
    parts = [sheet for sheet in sheets if PARTS.search(sheet.name)]
    rest = [sheet for sheet in sheets if sheet not in parts]
    siblings = frozenset(y for sheet in rest for y in years.named(sheet.name))
    main = joined(
        LAYOUT,
        [consolidated.table(s, book, year=year, siblings=siblings, titled=True) for s in rest],
        [],
    )
    known = main.values["year"].dropna().unique()
    own = int(known[0]) if len(known) == 1 else year
    extra = joined(
        LAYOUT,
        [consolidated.table(sheet, book, year=own, titled=True) for sheet in parts],
        [],
    )
    values, conflicts = _held_against(main.values, extra.values)
    return Reading(
        LAYOUT,
        values=values,
        others=pd.concat([main.others, extra.others], ignore_index=True),
        statistics=main.statistics,
        rows=pd.concat([main.rows, extra.rows], ignore_index=True),
        findings=(*main.findings, *extra.findings, *conflicts),
    )


def _held_against(main: pd.DataFrame, parts: pd.DataFrame) -> tuple[pd.DataFrame, list[Issue]]:
    """The scores of the main sheet with those that only the parts hold, and contradictions."""
    both = parts.merge(main[[*_KEY, "score", "cell"]], on=_KEY, suffixes=("", "_main"), how="left")
    off = both[(both["score"] - both["score_main"]).abs() > SAME]
    conflicts = [
        finding(
            "E-PART-SHEET",
            found=row.found,
            main=row.cell_main,
            other=f"{row.score_main:g}",
            **{name: getattr(row, name) for name in ("file", "sheet", "row", "column")},
            row_name=row.row_name,
            column_name=row.column_name,
        )
        for row in off.itertuples()
    ]
    new = parts[both["cell_main"].isna().to_numpy()]
    return pd.concat([main, new], ignore_index=True), conflicts

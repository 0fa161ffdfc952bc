"""The columns of an agency's sheet, for the one who writes it and the one who reads it back."""

from __future__ import annotations

from typing import NamedTuple

from papi_analysis.i18n import mark

SCHEMA = "papi-plan/1"
#: Name of the hidden sheet that says what the workbook is.
META = "papi"


class Column(NamedTuple):
    """One column: its key (in a hidden row of the sheet), heading, width, and who fills it.

    `of` says whether a cell belongs to the criterion or to one action of it.
    """

    key: str
    heading: str
    width: float
    of: str
    filled: bool = False
    hidden: bool = False
    look: str = "words"


COLUMNS = (
    Column("code", mark("Code"), 4, "action", hidden=True),
    Column("line", mark("Line"), 4, "action", hidden=True),
    Column("criterion", mark("Criterion"), 23, "criterion", look="name"),
    Column("lead", mark("Lead agency (to be named)"), 15, "criterion", filled=True),
    Column("tier", mark("Tier"), 5, "criterion", look="centre"),
    Column("score", mark("Score {year}"), 6.6, "criterion", look="number"),
    Column("benchmark", mark("Benchmark"), 9, "criterion", look="number"),
    Column("headroom", mark("Points to gain"), 6.6, "criterion", look="number"),
    Column("forecast", mark("Next score without action (90% range)"), 11, "criterion",
           look="centre"),
    Column("limit", mark("Upper end of that range"), 6, "criterion", hidden=True, look="number"),
    Column("course", mark("Course"), 12.6, "criterion", look="centre"),
    Column("target_low", mark("Target from"), 7, "criterion", filled=True, look="number"),
    Column("target_high", mark("Target to"), 7, "criterion", filled=True, look="number"),
    Column("against", mark("Target beside survey error"), 9, "criterion", look="centre"),
    Column("action", mark("Action"), 29.5, "action", filled=True),
    Column("deadline", mark("Deadline"), 11, "action", filled=True, look="date"),
    Column("person", mark("Person in charge"), 12, "action", filled=True),
    Column("evidence", mark("Evidence"), 13.5, "action", filled=True),
    Column("status", mark("Status"), 11, "action", filled=True),
    Column("notes", mark("Notes"), 12, "action", filled=True),
)  # fmt: skip


def columns(*, led: bool) -> list[Column]:
    """The columns of a sheet; the lead is asked for only where none is on file."""
    return [column for column in COLUMNS if column.key != "lead" or not led]

"""What stands on the sheet of one agency: the criteria it leads, and the lines of their actions."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from papi_analysis.plans import ledger

#: Lines for actions of a criterion of each tier; one more than are on file is always there.
LINES = {"A": 3, "B": 2, "C": 2}


@dataclass(frozen=True)
class Criterion:
    """One criterion: its row of the findings, its target, and its actions by line."""

    row: dict
    target: tuple[float, float]
    actions: dict[int, dict]
    lines: int
    lead: str = ""

    @property
    def code(self) -> str:
        """Code of the sub-dimension."""
        return self.row["code"]


@dataclass(frozen=True)
class Block:
    """One agency ("" where none is named) with what is known of its lead and its criteria."""

    agency: str
    status: str
    criteria: tuple[Criterion, ...]

    def count(self, tier: str) -> int:
        """How many of its criteria are in a tier."""
        return sum(one.row["tier"] == tier for one in self.criteria)

    @property
    def headroom(self) -> float:
        """The points to gain of all its criteria."""
        return sum(one.row["headroom"] for one in self.criteria)


def blocks(found: dict, entries: pd.DataFrame) -> list[Block]:
    """The agencies in the order of their most pressing criterion; those without a lead come last.

    Parameters
    ----------
    found : dict
        The findings; `priorities` are needed.
    entries : DataFrame
        The ledger of the province (see `ledger.read`).
    """
    recorded = ledger.current(entries, found["year"])
    rows = {code: part for code, part in recorded.groupby("code")}
    grouped: dict[str, list[dict]] = {}
    for row in found["priorities"]:
        grouped.setdefault(row.get("agency", ""), []).append(row)
    none = grouped.pop("", None)
    if none:
        grouped[""] = none
    return [
        Block(
            agency,
            members[0].get("agency_status", "unassigned"),
            tuple(_criterion(row, rows.get(row["code"])) for row in members),
        )
        for agency, members in grouped.items()
    ]


def _criterion(row: dict, recorded: pd.DataFrame | None) -> Criterion:
    target = ledger.proposed(row["no_action"], row["benchmark"])
    if recorded is None:
        return Criterion(row, target, {}, LINES[row["tier"]])
    last = recorded.sort_values("number").iloc[-1]
    actions = {int(one["line"]): one for one in recorded.to_dict("records")}
    return Criterion(
        row,
        (float(last["target_low"]), float(last["target_high"])),
        actions,
        max(LINES[row["tier"]], max(actions) + 1),
        str(last["agency"]),
    )

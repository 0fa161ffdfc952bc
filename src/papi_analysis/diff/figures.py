"""Two data folders cell by cell: revised scores first, then every other table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from papi_analysis.data.embedded import scores as read_scores
from papi_analysis.data.embedded import sha256
from papi_analysis.diff.causes import Cause, of_input

SCORES = "papi/scores.csv"
#: The columns that name the rows of each table; a table that is not here is compared as a whole.
ROWS = {
    "papi/regimes.csv": ["code", "year"],
    "papi/subdimensions.csv": ["code"],
    "papi/dimensions.csv": ["dimension"],
    "papi/provinces.csv": ["code"],
    "papi/units.csv": ["level", "code", "until"],
    "papi/commune_successors.csv": ["old_code", "new_code"],
    "papi/criteria_flags.csv": ["code", "flag"],
    "context/par_sipas.csv": ["year", "index", "province"],
    "context/quartile_group_sizes.csv": ["year"],
    "context/survey_samples.csv": ["year"],
    "context/population_2019.csv": ["province"],
    "provenance.csv": ["file"],
    "agencies.csv": ["code"],
    "documents.csv": ["number"],
    "ledger.csv": ["number"],
}


def scores(old: Path, new: Path) -> tuple[pd.DataFrame, dict[int, int]]:
    """The scores that differ in the years that both folders hold, and the new years.

    Returns
    -------
    revised : DataFrame
        year, province, level, code, old, new (points; NaN where the score is not there).
    added : dict
        How many scores each year has that only the newer folder holds.
    """
    before, after = read_scores(old), read_scores(new)
    key = ["year", "province", "subdimension"]
    both = before.merge(after, on=key, how="outer", suffixes=("_old", "_new"))
    both = both.rename(columns={"subdimension": "code", "score_old": "old", "score_new": "new"})
    years = set(before["year"]) & set(after["year"])
    differs = both["old"].ne(both["new"]) & ~(both["old"].isna() & both["new"].isna())
    revised = both[differs & both["year"].isin(years)].assign(level="subdimension")
    counts = after[~after["year"].isin(set(before["year"]))].groupby("year").size()
    columns = ["year", "province", "level", "code", "old", "new"]
    revised = revised[columns].sort_values(columns[:4], ignore_index=True)
    return revised, {int(year): int(n) for year, n in counts.items()}


def tables(old: Path, new: Path) -> tuple[pd.DataFrame, tuple[Cause, ...]]:
    """The cells of all other tables that differ, and the files that are not the same.

    Returns
    -------
    changes : DataFrame
        path (`file[row].column`), section (file), kind, old, new, difference, tags.
    causes : tuple of Cause
    """
    names = {p.relative_to(root).as_posix() for root in (old, new)
             for p in root.rglob("*") if p.is_file()}  # fmt: skip
    names = sorted(name for name in names if not name.startswith("."))  # what an undo needs
    rows, origin = [], []
    for name in names:
        hashes = [sha256(root / name)[:12] if (root / name).is_file() else "–"
                  for root in (old, new)]  # fmt: skip
        if hashes[0] == hashes[1]:
            continue
        kind, reach = of_input(f"data/{name}")
        origin.append(Cause(kind, f"data/{name}", *hashes, reach))
        if name != SCORES:
            rows += [{**row, "section": name, "tags": (kind,)} for row in _cells(old, new, name)]
    columns = ["path", "section", "kind", "old", "new", "difference", "tags"]
    frame = pd.DataFrame(rows, columns=columns).astype({"old": object, "new": object})
    return frame.assign(difference=pd.to_numeric(frame["difference"])), tuple(origin)


def _cells(old: Path, new: Path, name: str) -> Iterator[dict]:
    """The cells of a table that differ; the file itself where its rows have no names."""
    fields = ROWS.get(name) or ROWS.get(Path(name).name)
    both = [_read(root / name, fields) for root in (old, new)]
    if fields is None or any(table is None for table in both):
        there = [(root / name).is_file() for root in (old, new)]
        kind = "changed" if all(there) else "added" if there[1] else "removed"
        yield {"path": name, "kind": kind, "old": None, "new": None, "difference": None}
        return
    before, after = both
    for key in before.index.union(after.index, sort=False):
        shown = ",".join(key) if isinstance(key, tuple) else key
        if key not in before.index or key not in after.index:
            kind = "added" if key in after.index else "removed"
            yield {"path": f"{name}[{shown}]", "kind": kind, "old": None, "new": None,
                   "difference": None}  # fmt: skip
            continue
        for column in before.columns.union(after.columns, sort=False):
            cells = [table.loc[key].get(column) for table in both]
            if cells[0] != cells[1]:
                yield {"path": f"{name}[{shown}].{column}", "kind": "changed", "old": cells[0],
                       "new": cells[1], "difference": _difference(*cells)}  # fmt: skip


def _read(path: Path, fields: list[str] | None) -> pd.DataFrame | None:
    """A table as text by the names of its rows; None where it has none."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        named = table.set_index(fields)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return named if named.index.is_unique else None


def _difference(old: str | None, new: str | None) -> float | None:
    try:
        return round(float(new) - float(old), 9)
    except (TypeError, ValueError):
        return None

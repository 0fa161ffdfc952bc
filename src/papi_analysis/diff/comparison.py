"""The comparison of two folders of one kind, finished reports or data, value by value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from papi_analysis.data.embedded import scores as read_scores
from papi_analysis.data.embedded import sha256
from papi_analysis.diff import causes as origins
from papi_analysis.diff.causes import Cause, of_input
from papi_analysis.errors import ParameterError, SourceError
from papi_analysis.runner import manifest

#: Fields that name the rows of a list; the first set that all rows have, each once, is taken.
KEYS = (
    ("a", "b"),
    ("level", "code", "year"),
    ("level", "code"),
    ("code", "line"),
    ("year", "index", "province"),
    ("year", "index"),
    ("code",),
    ("province",),
    ("dimension",),
    ("section",),
)
#: Lists whose order says something.
ORDERED = ("priorities",)
#: Parts that are no findings about the province: the form, who and when, what it was made from,
#: other provinces, and words made from the values.
NOT_VALUES = (
    "schema", "province", "year", "seed", "files", "country", "region_dimensions", "sentences",
)  # fmt: skip


def leaves(found: dict) -> dict[str, object]:
    """Every value of the findings by its path; absent values have none.

    >>> leaves({"priorities": [{"code": "a", "tier": "A"}]})
    {'priorities[a].place': 1, 'priorities[a].tier': 'A'}
    """
    values: dict[str, object] = {}
    for name, part in found.items():
        if name not in NOT_VALUES:
            values.update(_walk(name, part))
    return values


def _walk(path: str, part: object) -> Iterator[tuple[str, object]]:
    if isinstance(part, dict):
        for key, value in part.items():
            yield from _walk(f"{path}.{key}", value)
    elif isinstance(part, list) and part and all(isinstance(row, dict) for row in part):
        yield from _rows(path, part)
    elif isinstance(part, list) and all(isinstance(item, (int, float)) for item in part):
        for place, item in enumerate(part, start=1):
            yield f"{path}[{place}]", item
    elif isinstance(part, list):
        yield path, "; ".join(map(str, part))
    else:
        yield path, part


def _rows(path: str, rows: list[dict]) -> Iterator[tuple[str, object]]:
    fields = next((fields for fields in KEYS if _names(rows, fields)), ())
    for place, row in enumerate(rows, start=1):
        name = ",".join(str(row[field]) for field in fields) or str(place)
        if path in ORDERED:
            yield f"{path}[{name}].place", place
        for key, value in row.items():
            if key not in fields:
                yield from _walk(f"{path}[{name}].{key}", value)


def _names(rows: list[dict], fields: tuple[str, ...]) -> bool:
    """Whether these fields name every row, each once."""
    if not all(field in row for row in rows for field in fields):
        return False
    return len({tuple(row[field] for field in fields) for row in rows}) == len(rows)


def section(path: str) -> str:
    """The part of the findings that a path begins with: `priorities`.

    >>> section("priorities[a].tier"), section("position.rank")
    ('priorities', 'position')
    """
    return path.partition(".")[0].partition("[")[0]


def name(path: str) -> str:
    """The row of a list that a path names, "" where it names none.

    >>> name("priorities[poverty_lists].tier"), name("position.rank_band_90[1]")
    ('poverty_lists', '')
    """
    row, bracket, _ = path.partition("[")[2].partition("].")
    return row if bracket else ""


def field(path: str) -> str:
    """The last field of a path.

    >>> field("priorities[a].no_action"), field("position.rank_band_90[1]")
    ('no_action', 'rank_band_90[1]')
    """
    return path.rpartition(".")[2]


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
    "context/pci_2005_2016.csv": ["year", "province"],
    "criteria/what_is_asked.csv": ["code"],
    "criteria/agencies_2025.csv": ["code"],
    "criteria/agency_names.csv": ["agency_vi"],
    "provenance.csv": ["file"],
    "agencies.csv": ["code", "indicator", "agency_vi"],
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


COLUMNS = ["path", "section", "kind", "old", "new", "difference", "tags"]


@dataclass(frozen=True)
class Comparison:
    """What differs between two folders.

    `changes` has a row per value: path, section, kind ("changed", "added", "removed"), old, new,
    difference (new - old of numbers), tags (tuple of keys of `CAUSES`); `revised` a row per score
    of an earlier year that is not what it was: year, province, code, old, new (points);
    `sentences` the sentences that changed by language and section; `listed` the criteria of tiers
    A and B in either report, those of the newer one first.
    """

    kind: str
    old: str
    new: str
    changes: pd.DataFrame
    revised: pd.DataFrame
    causes: tuple[Cause, ...]
    sentences: tuple[dict, ...] = ()
    added: dict[int, int] | None = None
    listed: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        """Whether nothing differs that is found or said."""
        return self.changes.empty and self.revised.empty and not self.sentences


def compare(old: str | Path, new: str | Path) -> Comparison:
    """Compare two reports, or two data folders.

    Parameters
    ----------
    old, new : path
        Folders with a manifest.json (`papi run`), or with papi/scores.csv.

    Raises
    ------
    ParameterError
        When a folder is neither, or the two are not of one kind.
    SourceError
        When a report is not whole: what it shows could have come from anywhere.
    """
    old, new = Path(old), Path(new)
    kinds = [_kind(folder) for folder in (old, new)]
    if kinds[0] != kinds[1]:
        raise ParameterError(
            "{old} and {new} are not of one kind; compare two reports, or two data folders.",
            old=str(old),
            new=str(new),
        )
    return _reports(old, new) if kinds[0] == "a report" else _data(old, new)


def _kind(folder: Path) -> str:
    if not folder.is_dir():
        raise ParameterError("There is no folder {folder}.", folder=str(folder))
    if (folder / manifest.FILE).is_file():
        return "a report"
    if (folder / "papi" / "scores.csv").is_file():
        return "a data folder"
    raise ParameterError(
        "{folder} is neither a report (no manifest.json) nor a data folder (no papi/scores.csv).",
        folder=str(folder),
    )


def _whole(folder: Path) -> tuple[dict, dict]:
    """The manifest and the findings of a whole report."""
    made = manifest.read(folder)
    broken = manifest.intact(folder, made)
    if broken:
        raise SourceError(
            "The report in {folder} is not whole. Make it again: papi run with its province, "
            "year and language.",
            folder=str(folder),
            issues=tuple(broken),
        )
    return made, json.loads((folder / manifest.FINDINGS).read_text(encoding="utf-8"))


def _reports(old: Path, new: Path) -> Comparison:
    (made_old, found_old), (made_new, found_new) = _whole(old), _whole(new)
    origin = origins.causes(made_old, made_new)
    changes = table(leaves(found_old), leaves(found_new))
    broken = _broken(found_old, found_new)
    changes["tags"] = [origins.tags(path, origin, broken) for path in changes["path"]]
    return Comparison(
        "report",
        _called(found_old),
        _called(found_new),
        changes[COLUMNS],
        revisions(found_old, found_new),
        tuple(origin),
        tuple(_sentences(found_old, found_new)),
        listed=_listed(found_old, found_new),
    )


def _listed(old: dict, new: dict) -> tuple[str, ...]:
    rows = [row for found in (new, old) for row in found.get("priorities", [])]
    return tuple(dict.fromkeys(row["code"] for row in rows if row.get("tier", "C") != "C"))


def _called(found: dict) -> str:
    return f"{found['province']['slug']}/{found['year']}"


def table(old: dict[str, object], new: dict[str, object]) -> pd.DataFrame:
    """The values that differ between two sets of leaves, in the order of the newer one."""
    rows = []
    for path in dict.fromkeys([*new, *old]):
        before, after = old.get(path), new.get(path)
        if before == after and type(before) is type(after):
            continue
        kind = "added" if path not in old else "removed" if path not in new else "changed"
        both = kind == "changed" and _number(before) and _number(after)
        rows.append({"path": path, "section": section(path), "kind": kind, "old": before,
                     "new": after, "difference": after - before if both else None})  # fmt: skip
    frame = pd.DataFrame(rows, columns=COLUMNS[:-1]).astype({"difference": "float64"})
    return frame.astype({"old": object, "new": object}).reset_index(drop=True)


def _number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _broken(old: dict, new: dict) -> set[str]:
    """Codes whose series breaks after the year of one report and up to that of the other."""
    first, last = sorted([old["year"], new["year"]])
    later = new if new["year"] == last else old
    return {
        row["code"] for row in later.get("series", [])
        if first < row["year"] <= last and "break" in row
    }  # fmt: skip


def revisions(old: dict, new: dict) -> pd.DataFrame:
    """The scores of the province that both reports show and that differ: the publisher's doing."""
    shown = [
        {
            (row["level"], row["code"], row["year"]): row.get("score")
            for row in found.get("series", [])
        }
        for found in (old, new)
    ]
    columns = ["year", "province", "level", "code", "old", "new"]
    if old["province"]["slug"] != new["province"]["slug"]:
        return pd.DataFrame(columns=columns)
    rows = [
        (year, new["province"].get("code"), level, code, before, shown[1][level, code, year])
        for (level, code, year), before in shown[0].items()
        if (level, code, year) in shown[1] and shown[1][level, code, year] != before
    ]
    return pd.DataFrame(rows, columns=columns)


def _sentences(old: dict, new: dict):
    """The sentences of each language and section that are not the same any more."""
    for lang in ("vi", "en"):
        said = [_said(found, lang) for found in (old, new)]
        for part in dict.fromkeys([*said[1], *said[0]]):
            before, after = (one.get(part, []) for one in said)
            if before != after:
                yield {"lang": lang, "section": part,
                       "old": [text for text in before if text not in after],
                       "new": [text for text in after if text not in before]}  # fmt: skip


def _said(found: dict, lang: str) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for line in found.get("sentences", {}).get(lang, []):
        said.setdefault(line["section"], []).append(line["text"])
    return said


def _data(old: Path, new: Path) -> Comparison:
    revised, added = scores(old, new)
    changes, origin = tables(old, new)
    return Comparison("data", str(old), str(new), changes[COLUMNS], revised, origin, added=added)

"""The comparison of two folders of one kind: finished reports, or data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from papi_analysis.diff import causes as origins
from papi_analysis.diff import figures
from papi_analysis.diff.causes import Cause
from papi_analysis.diff.leaves import leaves, section
from papi_analysis.errors import ParameterError, SourceError
from papi_analysis.runner import manifest, verification

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


def _read(folder: Path) -> tuple[dict, dict]:
    """The manifest and the findings of a whole report."""
    made = manifest.read(folder)
    broken = verification.intact(folder, made)
    if broken:
        raise SourceError(
            "The report in {folder} is not whole. Make it again: papi run with its province, "
            "year and language.",
            folder=str(folder),
            issues=tuple(broken),
        )
    return made, json.loads((folder / verification.FINDINGS).read_text(encoding="utf-8"))


def _reports(old: Path, new: Path) -> Comparison:
    (made_old, found_old), (made_new, found_new) = _read(old), _read(new)
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
    return tuple(dict.fromkeys(row["code"] for row in rows if row["tier"] != "C"))


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
    revised, added = figures.scores(old, new)
    changes, origin = figures.tables(old, new)
    return Comparison("data", str(old), str(new), changes[COLUMNS], revised, origin, added=added)

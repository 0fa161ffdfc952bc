"""Findings as files: `findings.json`, one table per kind, and the hash that seals them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd

from papi_analysis.ingest.cells import inert

#: Lists of the findings that are also written as tables, with their place in the dictionary.
TABLES = {
    "dimensions": ("dimensions",),
    "subdimensions": ("subdimensions",),
    "priorities": ("priorities",),
    "left_out": ("left_out",),
    "series": ("series",),
    "region": ("region",),
    "associations": ("associations", "dimensions"),
    "item_rest": ("associations", "item_rest"),
    "moran": ("associations", "moran"),
    "total_change": ("movement", "total"),
}


def text(found: dict) -> str:
    """The findings as the text of `findings.json`: same findings, same bytes."""
    return json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def digest(found: dict) -> str:
    """SHA-256 of that text, by which a finished run proves what it found."""
    return hashlib.sha256(text(found).encode()).hexdigest()


def _table(rows: list[dict]) -> pd.DataFrame:
    frame = pd.DataFrame(rows)
    for column in frame.columns:
        lists = frame[column].map(lambda cell: isinstance(cell, list))
        if lists.any():
            frame[column] = frame[column].map(lambda cell: ";".join(map(str, cell)))
    return inert(frame)


def save(found: dict, out: str | Path) -> str:
    """Write `findings.json` and `tables/*.csv` into a folder and return the hash.

    With an empty `out` nothing is written, so that a notebook can be run for itself.
    """
    content = text(found).encode()
    if out:
        folder = Path(out)
        (folder / "tables").mkdir(parents=True, exist_ok=True)
        (folder / "findings.json").write_bytes(content)
        for name, path in TABLES.items():
            rows = found
            for key in path:
                rows = rows.get(key, []) if isinstance(rows, dict) else []
            if rows:
                table = _table(rows)
                table.to_csv(folder / "tables" / f"{name}.csv", index=False, encoding="utf-8-sig")
    return hashlib.sha256(content).hexdigest()

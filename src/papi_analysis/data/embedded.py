"""The project's own figures: `data/papi/scores.csv` and the log that vouches for every file."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from papi_analysis import settings
from papi_analysis.data import codebook
from papi_analysis.errors import SourceError


def scores(data: str | Path | None = None) -> pd.DataFrame:
    """The published scores: year, province (GSO code), subdimension, score (points)."""
    path = settings.data_folder(data) / "papi" / "scores.csv"
    types = {"province": str, "subdimension": str, "year": "int64", "score": "float64"}
    return codebook.read_table(path, dtype=types)


#: Columns of the tables that imports of yearly workbooks make beside the scores.
STANDARD_ERRORS = ["year", "province", "se"]
INDICATORS = ["year", "province", "dimension", "subdimension", "indicator", "indicator_en", "scale",
              "value"]  # fmt: skip
WARNINGS = ["year", "code", "file", "sheet", "row", "column", "found", "used", "count",
            "message_vi", "message_en"]  # fmt: skip


def standard_errors(data: str | Path | None = None) -> pd.DataFrame:
    """The published standard errors of totals: year, province (GSO code), se (points).

    Empty until a workbook that prints them has been imported.
    """
    return _imported(data, "standard_errors", STANDARD_ERRORS, ("year", "se"))


def indicators(data: str | Path | None = None) -> pd.DataFrame:
    """The published indicators: year, province, dimension, subdimension, indicator (name in
    Vietnamese), indicator_en, scale (as printed) and value (mostly percent).

    Empty until a workbook that prints them has been imported.
    """
    return _imported(data, "indicators", INDICATORS, ("year", "value"))


def import_warnings(data: str | Path | None = None) -> pd.DataFrame:
    """What imported files were accepted with: year (NaN where a finding is about the file), code,
    file, sheet, row, column, found, used (text), count (alike findings), message_vi, message_en.
    """
    return _imported(data, "import_warnings", WARNINGS, ("year", "count"))


def _imported(
    data: str | Path | None, name: str, columns: list[str], numbers: tuple[str, ...]
) -> pd.DataFrame:
    """A table that only imports make; without rows where none was imported."""
    path = settings.data_folder(data) / "papi" / f"{name}.csv"
    if not path.is_file():
        empty = pd.DataFrame({column: pd.Series(dtype=str) for column in columns})
        return empty.astype(dict.fromkeys(numbers, float))
    table = codebook.read_table(path, dtype=dict.fromkeys(set(columns) - set(numbers), str))
    text = [column for column in columns if column not in numbers]
    return table[columns].fillna(dict.fromkeys(text, ""))


def provenance(data: str | Path | None = None) -> pd.DataFrame:
    """The log of `data/`: file, what, publisher, licence, date, editable, sha256, known_defects."""
    path = settings.data_folder(data) / "provenance.csv"
    return codebook.read_table(path, dtype=str).fillna("")


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def hashes(data: str | Path | None = None) -> pd.DataFrame:
    """Each logged file with the hash it should have and the one it has.

    Returns
    -------
    DataFrame
        file, editable (bool: the province may change it), expected, found ("" where the file is
        missing), sound (bool).
    """
    folder = settings.data_folder(data)
    log = provenance(data)
    found = [sha256(folder / f) if (folder / f).is_file() else "" for f in log["file"]]
    editable = log["editable"].eq("yes")
    table = pd.DataFrame({"file": log["file"], "editable": editable, "expected": log["sha256"]})
    table["found"] = found
    table["sound"] = table["found"].ne("") & (editable | table["found"].eq(table["expected"]))
    return table


def require_unchanged(data: str | Path | None = None) -> pd.DataFrame:
    """The table of `hashes`, or a `SourceError` that names every changed or missing file."""
    table = hashes(data)
    changed = table.loc[~table["sound"], "file"].tolist()
    if changed:
        raise SourceError(
            "These files of data/ are not the ones that were published: {files}. Restore them "
            "with: git checkout -- data (new figures come in through: papi import)",
            files=", ".join(changed),
        )
    return table

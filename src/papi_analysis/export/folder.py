"""The export as a folder: one file per table, its description and citation, published as one."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis.data import embedded
from papi_analysis.errors import ParameterError
from papi_analysis.export.description import DESCRIPTION, NAME, describe
from papi_analysis.export.reference import CITATION, bibtex
from papi_analysis.export.tables import tables
from papi_analysis.ingest.spreadsheet import inert
from papi_analysis.runner import staging

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

FORMATS = ("csv", "parquet", "xlsx")
#: The date that a workbook carries, so that the same figures give the same bytes.
_NO_DATE = datetime(2011, 1, 1)


def write(
    out: str | Path, *, file_format: str = "csv", data: str | Path | None = None
) -> dict[str, int]:
    """Write every table, `datapackage.json` and `CITATION.bib` into a folder, in one step.

    Parameters
    ----------
    out : str or Path
        The folder; it may be new, empty or an earlier export, which is replaced.
    file_format : {"csv", "parquet", "xlsx"}
        CSV is UTF-8 with a byte-order mark, so that a spreadsheet shows Vietnamese right.
    data : str or Path, optional
        Folder of the figures; the repository's by default.

    Returns
    -------
    dict
        Rows by file name.

    Raises
    ------
    ParameterError
        For an unknown format.
    SourceError
        When a file of the data folder is not the published one.
    EnvironmentFault
        When the folder holds other files, or cannot be written; nothing is changed then.
    """
    if file_format not in FORMATS:
        raise ParameterError(
            "No format {value!r}. Use one of: {known}.",
            value=str(file_format)[:80],
            known=", ".join(FORMATS),
        )
    embedded.require_unchanged(data)
    target = Path(out).absolute()
    with staging.locked(target), staging.staged(target, own=_of_export) as folder:
        with staging.faults(target.parent):
            rows = _fill(folder, file_format, data)
        staging.publish(folder, target)
    return rows


def _of_export(folder: Path) -> set[str]:
    """The files in a folder that stand there as they were exported; none without a description."""
    try:
        record = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        parts = {part["path"]: part["hash"] for part in record["resources"]}
        if record["name"] != NAME:
            return set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()
    same = {
        name
        for name, seal in parts.items()
        if (folder / name).is_file() and seal == f"sha256:{embedded.sha256(folder / name)}"
    }
    return {*same, DESCRIPTION, CITATION}


def _fill(folder: Path, file_format: str, data: str | Path | None) -> dict[str, int]:
    """Write the parts of an export into an empty folder."""
    found = tables(data)
    for name, table in found.items():
        _WRITERS[file_format](table, folder / f"{name}.{file_format}")
    record = describe(folder, found, file_format)
    text = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
    (folder / DESCRIPTION).write_text(text, encoding="utf-8", newline="\n")
    years = found["scores"]["year"]
    (folder / CITATION).write_text(
        bibtex(first=int(years.min()), last=int(years.max())), encoding="utf-8", newline="\n"
    )
    return {f"{name}.{file_format}": len(table) for name, table in found.items()}


def _csv(table: pd.DataFrame, path: Path) -> None:
    """UTF-8 with a byte-order mark; true and false in small letters, as R and JavaScript read."""
    flags = table.select_dtypes("bool")
    words = {name: column.map({True: "true", False: "false"}) for name, column in flags.items()}
    table = inert(table.assign(**words))
    table.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")


def _parquet(table: pd.DataFrame, path: Path) -> None:
    """Plain types only: text, 32-bit integers, doubles, booleans."""
    whole = {name: "Int32" for name in table.select_dtypes(["int64", "Int64"])}
    table.astype(whole).to_parquet(path, index=False, compression="zstd")


def _xlsx(table: pd.DataFrame, path: Path) -> None:
    """One sheet with a fixed head and a filter; text stays text."""
    import xlsxwriter

    shown = inert(table)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        book.set_properties({"created": _NO_DATE})
        sheet = book.add_worksheet(path.stem)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(shown), len(shown.columns) - 1)
        for column, name in enumerate(shown):
            sheet.write_string(0, column, name)
            widest = int(shown[name].astype("str").str.len().max())
            sheet.set_column(column, column, min(60, max(len(name), widest) + 3))
        puts = [_writer(sheet, shown[name]) for name in shown]
        plain = shown.astype(object).where(shown.notna(), "")
        for row, values in enumerate(plain.itertuples(index=False), start=1):
            for column, (put, value) in enumerate(zip(puts, values, strict=True)):
                if value != "":
                    put(row, column, value)


def _writer(sheet: Worksheet, column: pd.Series) -> Callable[[int, int, object], int]:
    """How the cells of a column are written; never by guessing from the text."""
    if pd.api.types.is_bool_dtype(column):
        return sheet.write_boolean
    return sheet.write_number if pd.api.types.is_numeric_dtype(column) else sheet.write_string


_WRITERS = {"csv": _csv, "parquet": _parquet, "xlsx": _xlsx}

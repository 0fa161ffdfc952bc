"""The exported tables, and the folder that holds them: one file per table, its description and
citation, published as one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis import places
from papi_analysis.data import codebook, embedded, panel
from papi_analysis.errors import ParameterError
from papi_analysis.export.description import CITATION, DESCRIPTION, NAME, bibtex, describe
from papi_analysis.ingest.cells import inert
from papi_analysis.runner import staging
from papi_analysis.stats import ranking

_DECIMALS = 6  # as published; sums and quantiles have no more that means anything
_KEYS = ["year", "province", "level", "code"]
_POINTS = ["score", "median", "p25", "p75"]
_SCORES = ["year", "first_round", *_KEYS[1:], "score", "rank", "n", "group", "median", "p25", "p75",
           "comparable", "absence"]  # fmt: skip


def tables(data: str | Path | None = None) -> dict[str, pd.DataFrame]:
    """Every exported table by name: scores, codebook, provinces, regimes.

    Parameters
    ----------
    data : str or Path, optional
        Folder of the figures; the repository's by default.
    """
    regimes = codebook.index_versions(data).rename(columns={"subdimension": "code"})
    words = regimes.select_dtypes("str").columns
    return {
        "scores": scores(data),
        "codebook": codebook_table(data),
        "provinces": provinces(data),
        "regimes": regimes.assign(**{name: regimes[name].fillna("") for name in words}),
    }


def scores(data: str | Path | None = None) -> pd.DataFrame:
    """Every score of every level with its place among the provinces of its year.

    Returns
    -------
    DataFrame
        One row per year, province and code, also where the score is absent:

        - year; first_round (of the division of the country, see `provinces`); province (GSO code
          in that division); level ("subdimension", "dimension" or "total"); code
          (sub-dimension, "1".."8" or "total");
        - score (points), rank (1 = highest), n (provinces with this score), group (4 highest …
          1 lowest), median, p25, p75 (points): see `benchmark.positions`;
        - comparable (bool): whether the scores of this year and code may be set beside those of
          the year before, see `framework.comparability`; False in the first year;
        - absence: a key of `panel.ABSENCES`, "" where the score is there.

        Points are rounded to six decimals.
    """
    levels = panel.levels(panel.load(data))
    frame = ranking.positions(levels, codebook.group_sizes(data))
    frame = frame.merge(_comparable(data), on=["year", "level", "code"], how="left")
    frame["comparable"] = frame["comparable"].eq(True)
    frame[_POINTS] = frame[_POINTS].round(_DECIMALS)
    place = frame["level"].map({level: i for i, level in enumerate(panel.LEVELS)})
    firsts = {year: int(places.geography(year, data)["first_round"]) for year in set(frame["year"])}
    frame = frame.assign(first_round=frame["year"].map(firsts), place=place).sort_values(
        ["year", "province", "place", "dimension", "code"], ignore_index=True
    )
    return frame[_SCORES]


def provinces(data: str | Path | None = None) -> pd.DataFrame:
    """The provinces of every division of the country that rounds are published for.

    Returns
    -------
    DataFrame
        first_round (the first year published for the division), code (GSO), slug, name_vi,
        name_en, region, successor_code, successor_name_vi ("" where it is in force).
    """
    firsts = places.geographies(data)["first_round"]
    units = [places.units_of(year, data).assign(first_round=year) for year in firsts]
    return pd.concat(units, ignore_index=True)[
        ["first_round", "code", "slug", "name_vi", "name_en", "region", "successor_code",
         "successor_name_vi"]
    ]  # fmt: skip


def _comparable(data: str | Path | None) -> pd.DataFrame:
    return codebook.breaks(codebook.index_versions(data)).drop(columns="reason")


def codebook_table(data: str | Path | None = None) -> pd.DataFrame:
    """What each code of the scores stands for.

    Returns
    -------
    DataFrame
        level, code, dimension ("" for the total), name_en, name_vi, year_from, year_to (first
        and last year in the index); the total first, each dimension before its parts.
    """
    regimes = codebook.index_versions(data)
    ends = regimes.groupby("dimension")["year"].agg(year_from="min", year_to="max")
    dims = codebook.dimensions(data).drop(columns="year_from").join(ends, on="dimension")
    dims = dims.assign(level="dimension", code=dims["dimension"])
    subs = codebook.subdimensions(data).assign(level="subdimension")
    total = pd.DataFrame(
        {
            "level": ["total"],
            "code": ["total"],
            "dimension": [""],
            "name_en": ["Total: sum of the dimensions"],
            "name_vi": ["Tổng điểm: tổng các chỉ số nội dung"],
            "year_from": [regimes["year"].min()],
            "year_to": [regimes["year"].max()],
        }
    )
    frame = pd.concat([total, dims, subs], ignore_index=True)
    frame = frame.sort_values("dimension", kind="stable", ignore_index=True)
    return frame[["level", "code", "dimension", "name_en", "name_vi", "year_from", "year_to"]]


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

"""What an accepted file changes in the data: scores, regimes, codebook, statistics, the log."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from papi_analysis import settings
from papi_analysis.data import codebook, embedded
from papi_analysis.i18n import LANGUAGES
from papi_analysis.ingest import index_versions, issues
from papi_analysis.ingest.cells import inert
from papi_analysis.ingest.checks import case
from papi_analysis.ingest.verdict import Verdict

SCORES, REGIMES = "papi/scores.csv", "papi/regimes.csv"
SUBDIMENSIONS, LOG = "papi/subdimensions.csv", "provenance.csv"
ERRORS, INDICATORS = "papi/standard_errors.csv", "papi/indicators.csv"
WARNINGS = "papi/import_warnings.csv"
KEY = ["year", "province", "subdimension"]
#: What the log says of the tables that only imports make.
WHAT = {
    ERRORS: "Standard errors of the totals, points, from the official yearly workbooks",
    INDICATORS: "Indicators of the official yearly workbooks: answers of citizens, mostly percent",
    WARNINGS: "What was accepted with a warning at an import: found and used values",
}
_COUNT = re.compile(r"^[\d,]+ (published provincial scores) \d{4}-\d{4}")


@dataclass(frozen=True)
class Update:
    """What an import does.

    `changes`: year, province, subdimension, old, new (points; NaN where there is none), kind
    (added, revised, removed). `files`: the new content of each file of the data folder that
    changes.
    """

    changes: pd.DataFrame
    files: dict[str, bytes]


def of(verdict: Verdict, data: str | Path | None = None, *, today: str = "") -> Update:
    """The changes that an accepted file makes; nothing is written.

    Parameters
    ----------
    verdict : Verdict
        An accepted one.
    data : str or Path, optional
        The data folder.
    today : str
        Month of the import for the log, as 2026-04.
    """
    folder = settings.data_folder(data)
    changed = changes(verdict, embedded.scores(data))
    files: dict[str, bytes] = {}
    if len(changed):
        files[SCORES] = _scores(folder / SCORES, changed)
    files |= _framework(verdict, folder)
    files |= _statistics(verdict, folder)
    files = {name: new for name, new in files.items() if _differs(folder / name, new)}
    if files:
        files |= _warnings(verdict, folder)
        files[LOG] = _log(folder, files, verdict.file, today)
    return Update(changed, files)


def _differs(path: Path, new: bytes) -> bool:
    return not path.is_file() or path.read_bytes() != new


def changes(verdict: Verdict, registered: pd.DataFrame) -> pd.DataFrame:
    """Scores that an accepted file adds, revises or removes.

    A registered score that agrees with the file within its own rounding is left as it is.
    """
    told = {(one.sheet, f"{one.column}{one.row}") for one in verdict.findings
            if one.code == "W-REVISED"}  # fmt: skip
    values = verdict.reading.values
    values = values[values["level"].eq("subdimension")].rename(columns={"code": "subdimension"})
    values = values.drop_duplicates(KEY).astype({"year": "int64", "score": float})
    both = values.merge(registered, on=KEY, how="left", suffixes=("", "_old"))
    fresh = both["score_old"].isna() & both["score"].notna()
    places = pd.MultiIndex.from_frame(both[["sheet", "cell"]])
    revised = pd.Series(places.isin(list(told)), index=both.index) if told else fresh & False
    table = both[fresh | revised]
    kind = np.select(
        [table["score_old"].isna(), table["score"].isna()], ["added", "removed"], "revised"
    )
    result = pd.DataFrame({key: table[key] for key in KEY})
    result = result.assign(old=table["score_old"], new=table["score"].round(6), kind=kind)
    return result.sort_values(KEY, ignore_index=True)


def _scores(path: Path, changed: pd.DataFrame) -> bytes:
    """The file of scores with the changes; lines that do not change keep their bytes."""
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    kept = {tuple(line.split(",")[:3]): line for line in lines}
    for row in changed.itertuples():
        key = (str(row.year), row.province, row.subdimension)
        kept.pop(key, None)
        if row.kind != "removed":
            kept[key] = ",".join([*key, _number(row.new)])
    return _text([header, *(kept[key] for key in sorted(kept))])


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _text(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode("utf-8")


def _framework(verdict: Verdict, folder: Path) -> dict[str, bytes]:
    """Regimes and codebook, where the file holds a year that they do not have yet."""
    book = verdict.book
    known = set(codebook.index_versions(folder)["year"])
    new = sorted(set(book.years) - known)
    if not new:
        return {}
    rows = pd.concat([_regime(verdict, year) for year in new], ignore_index=True)
    subs = book.subdimensions.copy()
    here = subs["code"].isin(rows["code"])
    subs.loc[here, "year_to"] = max(new)
    header = (folder / REGIMES).read_text(encoding="utf-8").splitlines()[0].split(",")
    old = pd.read_csv(folder / REGIMES, dtype=str, keep_default_na=False)
    merged = pd.concat([old, rows[header].astype(str)], ignore_index=True)
    merged = merged.sort_values(["code", "year"], kind="stable")
    return {REGIMES: _csv(merged), SUBDIMENSIONS: _csv(subs)}


def _regime(verdict: Verdict, year: int) -> pd.DataFrame:
    book = verdict.book
    if year not in book.assumed:
        rows = book.regimes[book.regimes["year"].eq(year)]
        return rows.rename(columns={"subdimension": "code"}).fillna("")
    table = next(t for t in case(verdict.reading, book).tables if t.year == year)
    return index_versions.settled(table.wide, book, year).fillna("")


def _csv(table: pd.DataFrame) -> bytes:
    return table.to_csv(index=False, lineterminator="\n").encode("utf-8")


def _statistics(verdict: Verdict, folder: Path) -> dict[str, bytes]:
    """Standard errors and indicators, in place of the same ones of earlier imports."""
    errors = standard_errors(verdict.reading.statistics)[["year", "province", "se"]]
    others = verdict.reading.others
    filled = others[others["dimension"].ne("") & others["value"].notna()]
    filled = filled.rename(columns={"after": "subdimension", "label": "indicator",
                                    "label_en": "indicator_en"})  # fmt: skip
    columns = embedded.INDICATORS
    found = {}
    if len(errors):
        found[ERRORS] = _csv(_in_place(errors.round(6), folder / ERRORS, "province"))
    if len(filled) and verdict.reading.layout in ("yearly_2018", "yearly_2011"):
        table = inert(filled[columns].round(6))
        found[INDICATORS] = _csv(_in_place(table, folder / INDICATORS, "indicator", "province"))
    return found


def _in_place(table: pd.DataFrame, path: Path, *order: str) -> pd.DataFrame:
    """Rows of an import beside the older ones; what the file does not have stays."""
    table = table.astype({"year": "int64"})
    if path.is_file():
        old = pd.read_csv(path, dtype={"province": str, "dimension": str}, keep_default_na=False)
        keys = list(dict.fromkeys(["year", *order, "province"]))
        table = pd.concat([old, table]).drop_duplicates(keys, keep="last")
    return table.sort_values(["year", *order], kind="stable")


def _warnings(verdict: Verdict, folder: Path) -> dict[str, bytes]:
    """The warnings of this file, for the report; alike ones as one row with their count."""
    values = verdict.reading.values
    years, latest = values.groupby("sheet")["year"].max(), values["year"].max()
    rows = [
        {"year": years.get(one.sheet, latest), "code": one.code, "file": one.file,
         "sheet": one.sheet, "row": one.row, "column": one.column,
         "found": one.value, "used": dict(one.values).get("used", ""),
         **{f"message_{lang}": issues.message(one, lang) for lang in LANGUAGES}}
        for one in verdict.findings
    ]  # fmt: skip
    if not rows:
        return {}
    table = pd.DataFrame(rows)
    kind = ["year", "code", "file", "sheet", "column"]
    count = table.groupby(kind)["code"].transform("size")
    table = table.assign(count=count).drop_duplicates(kind)[embedded.WARNINGS]
    path = folder / WARNINGS
    if path.is_file():
        old = pd.read_csv(path, dtype=str, keep_default_na=False)
        table = pd.concat([old[old["file"].ne(verdict.file)], table.astype(str)])
    return {WARNINGS: _csv(inert(table))}


def _log(folder: Path, files: dict[str, bytes], source: str, today: str) -> bytes:
    """The log of the data with the hashes of the files that change, and rows for new ones."""
    text = (folder / LOG).read_text(encoding="utf-8")
    columns, *rows = list(csv.reader(io.StringIO(text)))
    log = [dict(zip(columns, row, strict=True)) for row in rows]
    known = {row["file"]: row for row in log}
    like = known[SCORES]
    for name, content in files.items():
        if name not in known:
            known[name] = {**like, "what": WHAT[name], "known_defects": f"From {source}"}
            log.append(known[name] | {"file": name})
        row = next(row for row in log if row["file"] == name)
        row |= {"sha256": hashlib.sha256(content).hexdigest(), "date": today or row["date"]}
    if SCORES in files:
        like["what"] = _counted(like["what"], files[SCORES])
    lines = io.StringIO()
    writer = csv.DictWriter(lines, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(log)
    return lines.getvalue().encode("utf-8")


def _counted(what: str, scores: bytes) -> str:
    """The description of the scores with their number and years."""
    years = [line[:4] for line in scores.decode("utf-8").splitlines()[1:]]
    return _COUNT.sub(rf"{len(years):,} \1 {years[0]}-{years[-1]}", what)


# --- statistics of the totals ---------------------------------------------------------------------

#: Half widths of the printed interval in standard errors: labelled 95 %, it is one of 90 %.
Z90 = 1.645
#: Points; the largest published standard error is .89.
LARGEST_ERROR = 3
DENIED = 0.25  # share by which an interval may differ from the one that its error gives


def standard_errors(statistics: pd.DataFrame) -> pd.DataFrame:
    """Standard errors of the totals, taken from the interval where they are not printed.

    Parameters
    ----------
    statistics : DataFrame
        See `crosstab.Reading`.

    Returns
    -------
    DataFrame
        year, province, se (points), half_width (of the printed interval, points); those that
        cannot be standard errors of a total are left out.
    """
    table = _by_province(statistics)
    return table[_possible(table)].reset_index()


def _by_province(statistics: pd.DataFrame) -> pd.DataFrame:
    wide = statistics.pivot_table(
        index=["year", "province"], columns="statistic", values="value", aggfunc="first"
    ).reindex(columns=["standard_error", "low", "high"])
    half = (wide["high"] - wide["low"]) / 2
    return pd.DataFrame({"se": wide["standard_error"].fillna(half / Z90), "half_width": half})


def _possible(table: pd.DataFrame) -> pd.Series:
    """Errors between 0 and `LARGEST_ERROR` points that the printed interval does not deny."""
    ratio = table["half_width"] / table["se"]
    usual = ratio.groupby("year").transform("median")
    denied = (ratio / usual - 1).abs() > DENIED
    return table["se"].gt(0) & table["se"].lt(LARGEST_ERROR) & ~denied

"""Official tables rebuilt from the panel, in the layouts in which they are published.

A grid is a list of rows of cell values; tests change a grid before it is written.
"""

import csv
import hashlib
import shutil
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import xlsxwriter

from papi_analysis import settings
from papi_analysis.data import codebook
from papi_analysis.ingest import index_versions, reference

BOOK = reference.load()
LAST = BOOK.years[-1]
COMING = LAST + 1  # the first year of the new provinces: its figures are made up
BOOK = index_versions.continued(BOOK, COMING)
PROVINCES = BOOK.units(LAST)
KEYS = ["tinhid", "tentinh_eng", "tentinh_vie"]
UNWEIGHTED = ("Un-weighted2015PAPI", "Chỉ số PAPI (không có trọng số)")
FIRST_SCORE, FIRST_ROW = 3, 2  # places in the grid of a consolidated table


@cache
def codes(year):
    """Codes of a year in the order of the tables: each dimension before its sub-dimensions."""
    regime = BOOK.regime(year)
    ordered = []
    for dimension in sorted(regime["dimension"].unique()):
        ordered += [dimension, *regime.index[regime["dimension"].eq(dimension)]]
    return tuple(ordered)


def scores(year):
    """Registered scores of a year, all provinces by all codes and the total."""
    if year == COMING:
        return next_year(LAST)
    return BOOK.wide(year).reindex(PROVINCES["code"])[[*codes(year), "total"]]


@cache
def names(lang):
    """Names of all codes in a language."""
    return codebook.names(lang)


def consolidated(year):
    """The grid of one sheet of the consolidated workbook."""
    return [list(row) for row in _consolidated(year)]


@cache
def _consolidated(year):
    columns = codes(year)
    table = scores(year)
    grid = [
        [*KEYS, *(names("en")[c] for c in columns), UNWEIGHTED[0]],
        [*KEYS, *(names("vi")[c] for c in columns), UNWEIGHTED[1]],
    ]
    for row in BOOK.units(year).itertuples():
        values = [None if pd.isna(v) else round(float(v), 6) for v in table.loc[row.code]]
        grid.append([int(row.code), row.name_en, row.name_vi, *values])
    top = table.max().round(6).tolist()
    grid.append([999, "Highest", "Điểm cao nhất", *top])
    return grid


def wide_csv(year):
    """The consolidated table with one row of Vietnamese names, without a summary row."""
    return [row for n, row in enumerate(consolidated(year)[:-1]) if n != 0]


def tidy(years):
    """The project's own table: year, province, subdimension, score."""
    rows = BOOK.registered
    rows = rows[rows["level"].eq("subdimension") & rows["year"].isin(years)]
    rows = rows.sort_values(["year", "province", "code"])
    body = rows[["year", "province", "code", "score"]].values.tolist()
    return [["year", "province", "subdimension", "score"], *body]


def yearly_2011(year):
    """The sheets of a yearly workbook of 2011-2017: titles, main table, six sheets of parts."""
    table = consolidated(year)[1:-1]
    title = [[f"Chỉ số PAPI năm {year}"], []]
    sheets = {f"{year}PAPI- Bảng tổng hợp kết quả": title + table}
    columns = codes(year)
    for number in range(1, 7):
        own = [n for n, c in enumerate(columns) if BOOK.dimension_of(c) == str(number)]
        keep = [0, 2, *(FIRST_SCORE + n for n in own)]
        parts = [[row[n] for n in keep] for row in table]
        parts[0] = [*parts[0], f"Chỉ tiêu riêng của nội dung {number} (%)"]
        parts[1:] = [[*row, 50 + n / 10] for n, row in enumerate(parts[1:])]
        sheets[f"Điểm thành phần {number}"] = parts
    return sheets


STATISTICS = {
    "total": ("Chỉ số PAPI chưa có trọng số", "Unweighted PAPI"),
    "weighted": ("Chỉ số PAPI có trọng số", "Weighted PAPI"),
    "low": ("95% CI - thấp", "95% CI - low"),
    "high": ("95% CI - cao", "95% CI - high"),
    "standard_error": ("Sai số chuẩn", "Standard error"),
}
INDICATORS = 4  # rows below each sub-dimension
GROUPS = (14, 25, 39, 44, 50)  # provinces after which an empty column stands


def standard_error(code):
    """A standard error of the total, five-fold between provinces."""
    return 0.158 + 0.729 * (int(code) - 1) / 95


def yearly_2018(year, *, table=None, merged=False, indicators=INDICATORS, provinces=None):
    """The grid of one sheet of a yearly workbook since 2018: provinces across.

    With `merged`, four rows on top map the former provinces to the new ones; `indicators` stand
    below each sub-dimension.
    """
    table = scores(year) if table is None else table
    provinces = list(BOOK.units(year).itertuples()) if provinces is None else provinces
    lines = _labels(year, indicators)
    across = [[vi, en, scale] for vi, en, scale, _ in lines]
    grid = [["", "", "Thang điểm/Scale"], ["", "", ""], *across]
    for n, province in enumerate(provinces):
        column = [province.name_vi, int(province.code)]
        column += [_value(table.loc[province.code], line, year, province.code) for line in lines]
        for row, value in zip(grid, column, strict=True):
            row.append(value)
            if n + 1 in GROUPS:
                row.append(None)
    if merged:
        grid = [*_successors(provinces), *grid]
    if year == 2018:
        grid = [row[:1] + row[2:] for row in grid]
    return grid


def _labels(year, indicators):
    """Vietnamese and English name, scale and kind of each row."""
    rows = [(vi, en, "10-80" if kind == "total" else "", kind)
            for kind, (vi, en) in STATISTICS.items()]  # fmt: skip
    word = "Chỉ số nội dung" if year < 2020 else "Dimension"
    place = {}
    for code in codes(year):
        if code.isdigit():
            vi, en = (f"{word} {code}: {names(lang)[code]}" for lang in ("vi", "en"))
            rows.append((vi, en, "1-10", code))
            continue
        dimension = BOOK.dimension_of(code)
        place[dimension] = place.get(dimension, 0) + 1
        number = f"{dimension}.{place[dimension]}"
        low, high = BOOK.regime(year).loc[code, ["scale_min", "scale_max"]]
        rows.append((f"{number}. {names('vi')[code]}", f"{number}. {names('en')[code]}",
                     f"{low:.2f}-{high:.2f}", code))  # fmt: skip
        for n in range(indicators):
            label = f"D{dimension}{place[dimension]:02d}{'abcdef'[n]}"
            rows.append((f"{label}. Tỷ lệ người dân trả lời (%)", f"{label}. Share of answers (%)",
                         "0-100%", "indicator"))  # fmt: skip
    return rows


def _value(row, line, year, province):
    kind = line[3]
    zero = 0 if year in (2022, 2024) else None
    if kind in ("low", "high", "standard_error", "weighted"):
        if pd.isna(row["total"]):
            return zero
        error = standard_error(province)
        return {"weighted": row["total"] - 0.1, "standard_error": error,
                "low": row["total"] - 1.645 * error,
                "high": row["total"] + 1.645 * error}[kind]  # fmt: skip
    if kind == "indicator":
        return round(40 + int(province) / 4, 2)
    if pd.isna(row[kind]):
        return zero
    return round(float(row[kind]), 6)


def _successors(provinces):
    """Four rows that map the 63 provinces to the 34 since July 2025."""
    old = ["Tỉnh trước sáp nhập", "", "", *(p.name_vi for p in provinces)]
    rows = [["34 tỉnh, thành phố"], ["Tỉnh, thành phố mới", "", ""], ["Mã mới", "", ""], old]
    rows[1] += [p.successor_name_vi for p in provinces]
    rows[2] += [int(p.successor_code) for p in provinces]
    for row in rows[1:]:
        for place in sorted(GROUPS, reverse=True):
            row.insert(3 + place, None)
    rows[3] = ["", "", ""]  # the names themselves stand in the table below
    return rows


def write_xlsx(path, sheets):
    """Write grids as the sheets of a workbook."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False}) as book:
        for name, grid in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(grid):
                sheet.write_row(number, 0, row)
    return path


def write_csv(path, grid, *, delimiter=",", encoding="utf-8", decimal="."):
    """Write a grid as text."""

    def text(value):
        if isinstance(value, float):
            return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", decimal)
        return "" if value is None else value

    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([[text(v) for v in row] for row in grid])
    return path


def data_before(folder, year, source=None):
    """A copy of the data folder as it was before a year came in."""
    source = source or settings.data_folder()
    shutil.copytree(source, folder, dirs_exist_ok=True)
    for name in ("scores", "regimes"):
        path = Path(folder) / "papi" / f"{name}.csv"
        head, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        at = head.rstrip("\n").split(",").index("year")
        keep = [line for line in lines if int(next(csv.reader([line]))[at]) < year]
        path.write_text(head + "".join(keep), encoding="utf-8")
    return Path(folder)


def column(code, year):
    """Where a code stands in the grid of a consolidated table."""
    return FIRST_SCORE + [*codes(year), "total"].index(code)


def row(province):
    """Where a province stands in the grid of a consolidated table."""
    return FIRST_ROW + PROVINCES["code"].tolist().index(province)


def next_year(year, *, seed=84, noise=0.25):
    """Scores of a made-up year after `year` that goes on as it was: for tests only.

    Where its provinces are new, it is drawn about the means of the former ones.
    """
    rng = np.random.default_rng(seed)
    table = scores(year)
    if BOOK.redrawn(year + 1):
        table = BOOK.past(year + 1)[table.columns]
    subs = [c for c in codes(year) if not c.isdigit()]
    spread = noise * table[subs].std().to_numpy()
    moved = table[subs] + spread * rng.standard_normal(table[subs].shape)
    limits = BOOK.regime(year)
    moved = moved.clip(limits["scale_min"] + 0.01, limits["scale_max"] - 0.01, axis=1).round(6)
    for code in codes(year):
        if code.isdigit():
            parts = [c for c in subs if BOOK.dimension_of(c) == code]
            moved[code] = moved[parts].sum(axis=1, skipna=False).round(6)
    dims = [c for c in codes(year) if c.isdigit()]
    return moved.assign(total=moved[dims].sum(axis=1, skipna=False).round(6))[table.columns]


def relogged(data):
    """Put the hashes of changed files into the log of a data folder."""
    log = data / "provenance.csv"
    lines = log.read_text(encoding="utf-8").splitlines()
    for n, line in enumerate(lines[1:], start=1):
        name = line.partition(",")[0]
        new = hashlib.sha256((data / name).read_bytes()).hexdigest()
        old = next(part for part in line.split(",") if len(part) == 64)
        lines[n] = line.replace(old, new)
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return data

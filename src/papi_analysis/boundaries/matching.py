"""Which feature of a user's layer is which unit: by code, else by place, name and type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis.boundaries.diagnoses import finding
from papi_analysis.boundaries.reading import drawn
from papi_analysis.errors import Issue
from papi_analysis.places import plain

if TYPE_CHECKING:
    import geopandas as gpd

#: Words that say what kind of unit a name belongs to, and the type they stand for.
TYPES = {
    "thanhpho": "thanh_pho",
    "city": "thanh_pho",
    "tp": "thanh_pho",
    "thixa": "thi_xa",
    "town": "thi_xa",
    "tx": "thi_xa",
    "huyen": "huyen",
    "quan": "huyen",  # a district too; no province has both of one name
    "district": "huyen",
    "tinh": "tinh",
    "province": "tinh",
    "phuong": "phuong",
    "ward": "phuong",
    "xa": "xa",
    "commune": "xa",
}
_WORDS = (
    "Thành phố|Thanh pho|TP\\.?|Thị xã|Thi xa|TX\\.?|Huyện|Huyen|Quận|Tỉnh|Tinh|Phường|Phuong|Xã|Xa"
)
_PREFIX = re.compile(rf"^\s*({_WORDS})\s+(?=\S)", re.IGNORECASE)
_SUFFIX = re.compile(r"\s+(City|Town|District|Province|Ward|Commune)\s*$", re.IGNORECASE)


def match(
    layer: gpd.GeoDataFrame, drawing: gpd.GeoDataFrame, file: str, level: str
) -> tuple[pd.Series, list[Issue]]:
    """The code of every feature ("" where it belongs elsewhere), and what is wrong with them."""
    column = _code_column(layer, drawing)
    near = inside(layer, drawing)
    if column is not None:
        codes = _normalised(layer[column], drawing)
        strange = near & ~codes.isin(drawing.index)
        found = _unknown(layer[column], strange, file)
        codes = codes.where(codes.isin(drawing.index), "")
    else:
        codes, found = _by_name(layer, drawing, near, file)
    matched = int(codes.ne("").sum())
    named = {item.value for item in found if item.code == "E-DISTRICT-AMBIGUOUS"}
    if matched * 2 < len(drawing) and not named:
        count = int(near.sum()) or len(layer)
        values = {"count": count, "expected_count": len(drawing), "level": level}
        return codes, [finding("E-GEO-LEVEL", file=file, **values)]
    return codes, [*found, *_once(codes, drawing, file, skip=named)]


def kind_and_name(text: str) -> tuple[str, str]:
    """The type that a name carries ("" for none) and the plain rest of it.

    >>> kind_and_name("Thị xã Duyên Hải"), kind_and_name("Cau Ke District"), kind_and_name("Trà Cú")
    (('thi_xa', 'duyenhai'), ('huyen', 'cauke'), ('', 'tracu'))
    """
    for pattern in (_PREFIX, _SUFFIX):
        hit = pattern.search(text)
        if hit:
            rest = text[: hit.start()] + text[hit.end() :]
            return TYPES[plain(hit.group(1))], plain(rest)
    return "", plain(text)


def inside(layer: gpd.GeoDataFrame, drawing: gpd.GeoDataFrame) -> pd.Series:
    """Which features have their middle in the area that the drawing covers."""
    import shapely

    land = shapely.union_all(drawing.geometry.to_numpy()).buffer(0.01)
    spots = layer.geometry[drawn(layer)].representative_point().within(land)
    return spots.reindex(layer.index, fill_value=False)


def _code_column(layer: gpd.GeoDataFrame, drawing: gpd.GeoDataFrame) -> str | None:
    """The column that holds most of the expected codes, if it holds at least half of them."""
    best, most = None, len(drawing) / 2
    for column in layer.columns.drop(layer.geometry.name):
        hits = len(set(_normalised(layer[column], drawing)) & set(drawing.index))
        if hits >= most and hits > 0:
            best, most = column, hits + 1
    return best


def _normalised(values: pd.Series, drawing: gpd.GeoDataFrame) -> pd.Series:
    """Codes as text of full length: 1 and "1.0" are "01"."""
    length = len(drawing.index[0])
    text = values.astype("string").fillna("").str.strip().str.replace(r"\.0+$", "", regex=True)
    return text.where(~text.str.fullmatch(r"\d+"), text.str.zfill(length)).astype(str)


def _unknown(values: pd.Series, strange: pd.Series, file: str) -> list[Issue]:
    return [
        finding("E-DISTRICT-UNKNOWN", file=file, row=row + 1, found=value)
        for row, value in values[strange].items()
    ]


def _by_name(
    layer: gpd.GeoDataFrame, drawing: gpd.GeoDataFrame, near: pd.Series, file: str
) -> tuple[pd.Series, list[Issue]]:
    """Names inside the area, with the type that they or another column carry."""
    known = [kind_and_name(name) for name in drawing["name_vi"]]
    units = pd.DataFrame(known, columns=["kind", "key"], index=drawing.index)
    units["kind"] = drawing["type"].replace("quan", "huyen").to_numpy()
    codes, found = pd.Series("", index=layer.index), []
    column = _name_column(layer[near], set(units["key"]))
    if column is None:
        return codes, found
    kinds = _kind_column(layer[near])
    for row, text in layer.loc[near, column].astype("string").fillna("").items():
        kind, key = kind_and_name(text)
        kind = kind or (TYPES.get(plain(layer.loc[row, kinds]), "") if kinds else "")
        hits = units[units["key"].eq(key)]
        hits = hits[hits["kind"].eq(kind)] if kind else hits
        if len(hits) == 1:
            codes[row] = hits.index[0]
        elif len(hits) > 1:
            names = ", ".join(f"{drawing.loc[c, 'name_vi']} ({c})" for c in hits.index)
            found.append(
                finding("E-DISTRICT-AMBIGUOUS", file=file, row=row + 1, found=text, names=names)
            )
        else:
            found.append(finding("E-DISTRICT-UNKNOWN", file=file, row=row + 1, found=text))
    return codes, found


def _name_column(layer: gpd.GeoDataFrame, keys: set[str]) -> str | None:
    """The column with most of the expected names."""
    best, most = None, 0
    for column in layer.columns.drop(layer.geometry.name):
        texts = layer[column].astype("string").fillna("")
        hits = sum(kind_and_name(text)[1] in keys for text in texts)
        if hits > most:
            best, most = column, hits
    return best


def _kind_column(layer: gpd.GeoDataFrame) -> str | None:
    """A column all of whose entries are words for types of units."""
    for column in layer.columns.drop(layer.geometry.name):
        words = layer[column].astype("string").fillna("").map(plain)
        if len(words) and words.isin(TYPES).all():
            return column
    return None


def _once(codes: pd.Series, drawing: gpd.GeoDataFrame, file: str, *, skip: set[str]) -> list[Issue]:
    """Units that are there not at all, or more than once; not those of an ambiguous name."""
    counts = codes[codes.ne("")].value_counts()
    doubtful = {kind_and_name(name)[1] for name in skip}
    found = []
    for code, name in drawing["name_vi"].items():
        count = int(counts.get(code, 0))
        if count == 0 and kind_and_name(name)[1] not in doubtful:
            found.append(finding("E-DISTRICT-MISSING", file=file, name=name, unit=code))
        if count > 1:
            found.append(finding("E-DISTRICT-DUP", file=file, name=name, unit=code, count=count))
    return found

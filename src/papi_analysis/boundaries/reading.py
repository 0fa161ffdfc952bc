"""What a user gives: a layer read by what its bytes are, and a table of figures by district."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from papi_analysis.boundaries.issues import finding, refusal
from papi_analysis.errors import Issue
from papi_analysis.i18n import mark
from papi_analysis.ingest import files
from papi_analysis.ingest.files import LFS
from papi_analysis.ingest.issues import Phrase
from papi_analysis.places import DETAILED, districts, districts_of, no_district_score, plain

if TYPE_CHECKING:
    import geopandas as gpd

MAX_FILE = 100_000_000  # bytes
MAX_FEATURES = 20_000
MAX_POINTS = 1_000_000
#: What opening a layer may take: seconds, and bytes of memory.
SECONDS, MEMORY = 30, 2 << 30
#: Settings under which GDAL and PROJ ask no network: off, and behind a proxy that is not there.
_OFFLINE = {
    "PROJ_NETWORK": "OFF",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
    "GDAL_HTTP_TIMEOUT": "1",
    "GDAL_HTTP_MAX_RETRY": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "NO_PROXY": "",
    "no_proxy": "",
    **dict.fromkeys(
        ("GDAL_HTTP_PROXY", "http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"),
        "127.0.0.1:9",
    ),
}
_ENDLESS = Phrase(mark("it could not be read within {seconds} seconds and {memory} GB"))
_VIEW = Phrase(mark("it holds a view ({view}); only tables are read"))
_LINK = Phrase(mark("the layer names an address on the network as its coordinate system"))
_SQLITE, _SHAPE = b"SQLite format 3\0", b"\x00\x00\x27\x0a"
_JSON_TYPES = ("FeatureCollection", "Topology")
#: Longitudes and latitudes between which Viet Nam lies, islands and a margin included.
COUNTRY = (100.0, 4.0, 120.0, 26.0)
_METRES = Phrase(mark("they reach {span}, which are no degrees (metres without a known system?)"))
_SWAPPED = Phrase(mark("latitude stands before longitude"))


def read(path: Path) -> gpd.GeoDataFrame:
    """The features of a layer as they are.

    Raises
    ------
    SourceError
        When the file is missing, empty, too large, of another kind, damaged or without its parts.
    """
    import geopandas as gpd

    def refuse(code: str, **values: object) -> Exception:
        return refusal([finding(code, file=files.called(path), **values)])

    if not path.exists():
        raise refuse("E-NOT-FOUND")
    if not path.is_file():
        raise refuse("E-NOT-A-FILE")
    size = path.stat().st_size
    if size == 0:
        raise refuse("E-FILE-EMPTY")
    if size > MAX_FILE:
        limit = f"{MAX_FILE / 1e6:.0f} MB"
        raise refuse("E-FILE-SIZE", found=f"{size / 1e6:.0f} MB", limit=limit)
    _require_kind(path, refuse)
    answer = _opened(path)
    if answer.get("empty"):
        raise refuse("E-FILE-BROKEN", reason=Phrase(mark("it holds no features")))
    if "large" in answer:
        raise refuse("E-FILE-SIZE", found=answer["large"], limit=answer["limit"])
    if "broken" in answer:
        raise refuse("E-FILE-BROKEN", reason=answer["broken"])
    if "shapes" not in answer:
        raise refuse("E-FILE-BROKEN", reason=_ENDLESS, seconds=SECONDS, memory=MEMORY >> 30)
    shapes = shapely.from_wkb(answer["shapes"])
    return gpd.GeoDataFrame(answer["columns"], geometry=list(shapes), crs=answer["crs"])


def _opened(path: Path) -> dict:
    """What `opening` says of a file; nothing where it was ended."""
    script = Path(__file__).with_name("opening.py")
    limits = [MAX_FEATURES, MAX_POINTS, SECONDS, MEMORY]
    command = [sys.executable, "-I", str(script), str(path.resolve()), *map(str, limits)]
    try:
        done = subprocess.run(
            command, env={**os.environ, **_OFFLINE}, timeout=SECONDS, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        return json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return {}


def _require_kind(path: Path, refuse) -> None:
    """Only layers of the four formats pass, whatever the name of the file."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(LFS):
        raise refuse("E-LFS-POINTER")
    if head.startswith(_SQLITE):
        _require_tables(path, refuse)
        return
    if head.startswith(_SHAPE):
        for suffix in (".shx", ".dbf"):
            if not path.with_suffix(suffix).is_file():
                raise refuse("E-FILE-PARTS", part=path.with_suffix(suffix).name)
        return
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        raise refuse("E-FILE-TYPE")
    text = path.read_bytes()
    if (points := text.count(b"[")) > MAX_POINTS:
        found, limit = f"{points} × (x, y)", f"{MAX_POINTS} × (x, y)"
        raise refuse("E-FILE-SIZE", found=found, limit=limit)
    try:
        content = json.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise refuse("E-FILE-BROKEN", reason=str(error)[:80]) from error
    if content.get("type") not in _JSON_TYPES:
        raise refuse("E-FILE-TYPE")
    if any(_linked(part) for part in _with_system(content)):
        raise refuse("E-CRS", reason=_LINK)


def _with_system(content: dict):
    """The parts of a GeoJSON layer that may name a coordinate system."""
    yield content
    features = content.get("features")
    for feature in features if isinstance(features, list) else []:
        if isinstance(feature, dict):
            yield feature
            yield feature.get("geometry")


def _linked(part: object) -> bool:
    """Whether a part of a layer names an address from which its system is to be fetched."""
    system = part.get("crs") if isinstance(part, dict) else None
    return isinstance(system, dict) and str(system.get("type")).lower() == "link"


def _require_tables(path: Path, refuse) -> None:
    """A view of a database is a program of whoever made the file: it may never end."""
    ask = "select name from sqlite_master where type = 'view' limit 1"
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
            views = base.execute(ask).fetchall()
    except sqlite3.Error as error:
        raise refuse("E-FILE-BROKEN", reason=str(error)[:80]) from error
    if views:
        raise refuse("E-FILE-BROKEN", reason=_VIEW, view=views[0][0])


def to_degrees(layer: gpd.GeoDataFrame, file: str) -> tuple[gpd.GeoDataFrame, list[Issue]]:
    """The layer in WGS 84 degrees, and a warning where it did not say what it is in.

    Raises
    ------
    SourceError
        E-CRS where the numbers cannot be what the layer says, or says nothing that fits.
    """
    warnings = [] if layer.crs is not None else [finding("W-CRS", file=file)]
    if layer.crs is None:
        layer = layer.set_crs(4326)
    elif layer.crs.is_geographic:
        _require_degrees(layer, file)
    layer = layer.to_crs(4326)
    _require_degrees(layer, file)
    return layer, warnings


def _require_degrees(layer: gpd.GeoDataFrame, file: str) -> None:
    west, south, east, north = layer.total_bounds
    span = f"{west:.0f} … {east:.0f}, {south:.0f} … {north:.0f}"
    if not np.isfinite([west, south, east, north]).all():
        reason = Phrase(mark("they cannot be turned into degrees"))
    elif max(abs(west), abs(east)) > 180 or max(abs(south), abs(north)) > 90:
        swapped = south > COUNTRY[0] and north < COUNTRY[2] and west > 0 and east < 30
        reason = _SWAPPED if swapped else _METRES
    else:
        return
    raise refusal([finding("E-CRS", file=file, reason=reason, span=span)])


def drawn(layer: gpd.GeoDataFrame) -> np.ndarray:
    """Which features have a shape at all."""
    shapes = layer.geometry.to_numpy()
    return ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))


# Names of units

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


# Figures by district

COLUMNS = ("code", "indicator", "value", "year", "source")
MAX_ROWS = 1000  # a table of nine districts has nine
_CONSTANT = ("indicator", "year", "source")
_PAPI = ("papi", "chisohieuquaquantri")
#: Words of a province's own score of its districts or communes, which is no score of PAPI.
_SELF = ("tucham", "tudanhgia", "selfscore", "selfassess", "selfrated")


def read_district_table(
    path: str | Path, *, province: str = DETAILED, data: str | Path | None = None
) -> pd.DataFrame:
    """One indicator by district from a user's CSV file, for `figures.maps.district_values`.

    The file has the columns code, indicator, value, year, source (comma or semicolon between
    them, decimal point or comma) and at most one row per district; a district without a row or
    a value stays a hole.

    Parameters
    ----------
    path : str or Path
        The file.
    province : str
        Code of the province whose districts it is about.

    Returns
    -------
    DataFrame
        code (all districts, in order), indicator, value (float, NaN in holes), year (int), source.

    Raises
    ------
    SourceError
        With all findings at once: E-MISSING-COLUMN, E-DISTRICT-AMBIGUOUS (names without codes),
        E-DISTRICT-UNKNOWN, E-DISTRICT-DUP, E-NUMBER, E-YEAR, E-RAGGED (several indicators, years
        or sources), E-EMPTY, or what makes the file unreadable.
    DataError
        When the indicator is a PAPI score: there is none below the province. What a province
        scores itself ("tự chấm", "tự đánh giá", "self-score") is read as what it is called.
    """
    path = Path(path)
    table = _cells_of(path)
    own = districts(data) if province == DETAILED else districts_of(province)
    absent = [name for name in COLUMNS if name not in table]
    if absent:
        found = [finding("E-MISSING-COLUMN", file=path.name, column=name) for name in absent]
        raise refusal([*found, *(_ambiguous(table, own, path.name) if "code" in absent else [])])
    indicators = table["indicator"].map(plain)
    published = indicators.str.contains("|".join(_PAPI))
    if (published & ~indicators.str.contains("|".join(_SELF))).any():
        raise no_district_score(f"{table['indicator'].iloc[0][:80]}", province, data=data)
    numbers = _numbers(table["value"])
    found = [*_codes(table, own, path.name), *_cells(table, numbers, path.name)]
    if found:
        raise refusal(found)
    facts = {name: table[name].iloc[0] for name in _CONSTANT}
    values = numbers.set_axis(table["code"]).reindex(own["code"])
    frame = values.rename("value").rename_axis("code").reset_index().assign(**facts)
    return frame.assign(year=frame["year"].astype("int64"))[[*COLUMNS]]


def _cells_of(path: Path) -> pd.DataFrame:
    """The cells as text, and the columns in small letters."""
    if not path.is_file():
        raise refusal([finding("E-NOT-FOUND", file=path.name)])
    try:
        with path.open(encoding="utf-8-sig") as file:
            header = file.readline()
        separator = ";" if header.count(";") > header.count(",") else ","
        table = pd.read_csv(
            path, dtype=str, keep_default_na=False, encoding="utf-8-sig", sep=separator,
            nrows=MAX_ROWS, skip_blank_lines=True,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        reason = str(error).strip().splitlines()[0]
        raise refusal([finding("E-FILE-BROKEN", file=path.name, reason=reason)]) from error
    if table.empty:
        raise refusal([finding("E-EMPTY", file=path.name)])
    table.columns = [str(name).strip().lower() for name in table.columns]
    return table.apply(lambda column: column.str.strip())


def _ambiguous(table: pd.DataFrame, own: pd.DataFrame, file: str) -> list[Issue]:
    """Names of districts in a table without codes: each may be another province's."""
    keys = own["name_vi"].map(lambda name: kind_and_name(name)[1])
    found = []
    for column in table.columns.difference(COLUMNS):
        for row, text in table[column].items():
            hits = own[keys.eq(kind_and_name(str(text))[1])]
            if len(hits):
                names = ", ".join(
                    f"{n} ({c})" for c, n in zip(hits["code"], hits["name_vi"], strict=True)
                )
                found.append(finding("E-DISTRICT-AMBIGUOUS", file=file, row=row + 2, column=column,
                                     found=text, names=names))  # fmt: skip
    return found


def _codes(table: pd.DataFrame, own: pd.DataFrame, file: str) -> list[Issue]:
    known = own.set_index("code")["name_vi"]
    found = [
        finding("E-DISTRICT-UNKNOWN", file=file, row=row + 2, column="code", found=code)
        for row, code in table["code"].items()
        if code not in known
    ]
    for code, rows in table.groupby("code").groups.items():
        if len(rows) > 1 and code in known:
            where = ", ".join(str(row + 2) for row in rows)
            values = {"name": known[code], "unit": code, "count": len(rows)}
            found.append(finding("E-DISTRICT-DUP", file=file, row=where, column="code", **values))
    return found


def _cells(table: pd.DataFrame, numbers: pd.Series, file: str) -> list[Issue]:
    """Values that are no numbers, years that are none, and facts that differ between rows."""
    bad = table["value"].ne("") & numbers.isna()
    found = [
        finding("E-NUMBER", file=file, row=row + 2, column="value", found=value)
        for row, value in table.loc[bad, "value"].items()
    ]
    for row, year in table["year"].items():
        if not (year.isdigit() and len(year) == 4):
            found.append(finding("E-YEAR", file=file, row=row + 2, column="year", found=year))
    for column in _CONSTANT:
        kinds = table[column].unique()
        if len(kinds) != 1 or kinds[0] == "":
            shown = " | ".join(kinds)
            found.append(
                finding("E-RAGGED", file=file, column=column, found=shown, count=len(kinds))
            )
    return found


def _numbers(values: pd.Series) -> pd.Series:
    """Finite numbers; a decimal comma is understood."""
    numbers = pd.to_numeric(values.str.replace(",", ".", regex=False), errors="coerce")
    return numbers.where(numbers.abs().lt(float("inf")))

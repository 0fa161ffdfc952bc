"""A user's layer read by what its bytes are, and brought to degrees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from papi_analysis.boundaries.diagnoses import finding, refusal
from papi_analysis.errors import Issue
from papi_analysis.i18n import mark
from papi_analysis.ingest import files
from papi_analysis.ingest.diagnoses import Phrase
from papi_analysis.ingest.files import LFS

if TYPE_CHECKING:
    import geopandas as gpd

MAX_FILE = 100_000_000  # bytes
MAX_FEATURES = 20_000
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
    try:
        layer = gpd.read_file(path)
    except Exception as error:  # GDAL raises many kinds for a damaged file
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise refuse("E-FILE-BROKEN", reason=reason) from error
    if not isinstance(layer, gpd.GeoDataFrame) or layer.empty:
        raise refuse("E-FILE-BROKEN", reason=Phrase(mark("it holds no features")))
    if len(layer) > MAX_FEATURES:
        raise refuse("E-FILE-SIZE", found=f"{len(layer)}", limit=f"{MAX_FEATURES}")
    return layer.reset_index(drop=True)


def _require_kind(path: Path, refuse) -> None:
    """Only layers of the four formats pass, whatever the name of the file."""
    with path.open("rb") as file:
        head = file.read(4096)
    if head.startswith(LFS):
        raise refuse("E-LFS-POINTER")
    if head.startswith(_SQLITE):
        return
    if head.startswith(_SHAPE):
        for suffix in (".shx", ".dbf"):
            if not path.with_suffix(suffix).is_file():
                raise refuse("E-FILE-PARTS", part=path.with_suffix(suffix).name)
        return
    if not head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{"):
        raise refuse("E-FILE-TYPE")
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise refuse("E-FILE-BROKEN", reason=str(error)[:80]) from error
    if content.get("type") not in _JSON_TYPES:
        raise refuse("E-FILE-TYPE")


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

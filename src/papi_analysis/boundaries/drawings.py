"""The drawings that come with the project, and the download of detailed boundaries.

They are generalised and for orientation only: no area or density is ever computed from them.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import pandas as pd
import shapely

from papi_analysis import cache, places, settings
from papi_analysis.boundaries.issues import finding
from papi_analysis.errors import DataError, EnvironmentFault, ParameterError, SourceError
from papi_analysis.i18n import mark
from papi_analysis.ingest.issues import Phrase

if TYPE_CHECKING:
    import geopandas as gpd

#: Said under every map made from these drawings.
NATIONAL_SOURCE = mark(
    "Own generalised drawing, not an official boundary; after Open Development Vietnam, "
    "CC BY-SA 4.0."
)
LOCAL_SOURCE = mark(
    "Own generalised drawing, not an official boundary; after the public commune map of 2025."
)

#: The two archipelagos of every national map: province code, name in vi and en, and the
#: longitudes and latitudes between which their symbols lie.
ARCHIPELAGOS = {
    "hoang_sa": ("48", "Hoàng Sa", "Hoang Sa", (111.0, 15.5, 113.0, 17.2)),
    "truong_sa": ("56", "Trường Sa", "Truong Sa", (110.4, 6.5, 117.5, 12.1)),
}


def provinces(on: date | str | None = None, *, data: str | Path | None = None) -> gpd.GeoDataFrame:
    """The provinces in force on a day.

    Parameters
    ----------
    on : date or str, optional
        A day ("2024-12-31") or month ("2025-07"); without it 30 June 2025.

    Returns
    -------
    GeoDataFrame
        Index province (GSO code); name_vi, name_en (short names), type, geometry (WGS 84). Hoàng Sa
        (code 48, Đà Nẵng) and Trường Sa (code 56, Khánh Hòa) are symbols, larger than life.
    """
    after = places.day(on) >= places.MERGER
    drawing = _read("provinces_34" if after else "provinces_63", NATIONAL_SOURCE, data)
    table = places.units_of(places.MERGER.year, data) if after else places.provinces(data)
    table = table.rename(columns={"code": "province"}).set_index("province")
    drawing[["name_vi", "name_en"]] = table.loc[drawing.index, ["name_vi", "name_en"]]
    return drawing.rename_axis("province")


def districts(
    province: str = places.DETAILED, *, data: str | Path | None = None
) -> gpd.GeoDataFrame:
    """The districts to 30 June 2025 of a province whose district borders are drawn: Trà Vinh.

    Parameters
    ----------
    province : str
        Slug, GSO code or name.

    Returns
    -------
    GeoDataFrame
        Index code (GSO); name_vi, name_en (with their type: "Huyện Duyên Hải" is not "Thị xã
        Duyên Hải"), type, geometry (WGS 84).

    Raises
    ------
    DataError
        For a province whose districts are not drawn; it names what there is instead.

    Examples
    --------
    >>> districts("tra-vinh").shape[0]
    9
    """
    place = places.find(province, data)
    if place.code != places.DETAILED:
        raise DataError(
            "The districts of {name} are not drawn, only those of Trà Vinh. Their list: "
            "places.districts_of({slug!r}); your own layer: boundaries.load_layer(FILE, "
            "'district', province={slug!r}); see papi boundaries fetch.",
            name=place.name_vi,
            slug=place.slug,
        )
    drawing = _read("districts_tra_vinh", LOCAL_SOURCE, data).drop(columns="province")
    own = places.districts(data).set_index("code")
    return drawing.assign(name_vi=own["name_vi"].reindex(drawing.index))


def outline(province: str, *, data: str | Path | None = None) -> gpd.GeoDataFrame:
    """The districts to June 2025 of a province whose district borders are not in the project.

    Returns
    -------
    GeoDataFrame
        Index code (GSO); name_vi, name_en, type, geometry: for each the whole province (WGS 84),
        for that is all that is known of its place.
    """
    import geopandas as gpd

    units = places.districts_of(province).drop(columns="communes").set_index("code")
    shape = provinces(data=data).geometry[province]
    return gpd.GeoDataFrame(units, geometry=[shape] * len(units), crs=4326)


def communes(province: str = "84", *, data: str | Path | None = None) -> gpd.GeoDataFrame:
    """The communes since 1 July 2025 of former Trà Vinh ("84": 41) or of Vĩnh Long ("86": 124).

    Returns
    -------
    GeoDataFrame
        Index code (GSO); name_vi, name_en, type ("xa" or "phuong"), geometry (WGS 84); for Vĩnh
        Long also former_province (its name, or two joined by "; ").

    Raises
    ------
    ParameterError
        For another province.

    Examples
    --------
    >>> communes("86").shape[0]
    124
    """
    if province == places.DETAILED:
        drawing = _read("communes_2025_tra_vinh", LOCAL_SOURCE, data).drop(columns="area_km2")
        own = places.communes_crosswalk(data).drop_duplicates("new_code").set_index("new_code")
        return drawing.assign(name_vi=own["new_name"].reindex(drawing.index))
    if province != "86":
        raise ParameterError(
            "No communes of {value!r} are drawn: only those of Trà Vinh (84) and Vĩnh Long (86).",
            value=str(province)[:80],
        )
    return _read("communes_2025_vinh_long", LOCAL_SOURCE, data)


def points(layer: gpd.GeoDataFrame) -> pd.DataFrame:
    """One point inside the largest part of every unit, for labels and for neighbours.

    Returns
    -------
    DataFrame
        Index code; lon, lat (degrees, WGS 84).
    """
    parts = layer[["geometry"]].to_crs(4326).explode(index_parts=False)
    parts = parts.assign(size=parts.geometry.to_crs("ESRI:54034").area.to_numpy())
    largest = parts.sort_values("size", kind="stable").groupby(level=0).tail(1)
    inside = largest.geometry.representative_point().reindex(layer.index)
    return pd.DataFrame({"lon": inside.x, "lat": inside.y}, index=layer.index)


def middles(data: str | Path | None = None, *, on: str | None = None) -> pd.DataFrame:
    """The points of the provinces in force on a day (`provinces`): index code; lon, lat."""
    folder = settings.data_folder(data)
    drawn = (folder / "boundaries" / f"provinces_{number}.geojson" for number in (34, 63))
    stamps = tuple(path.stat().st_mtime_ns if path.is_file() else 0 for path in drawn)
    return _middles(folder, on, stamps).copy()


@lru_cache(maxsize=8)
def _middles(folder: Path, on: str | None, stamps: tuple[int, ...]) -> pd.DataFrame:
    """The points as the drawings are on the disk; a back-test asks for them hundreds of times."""
    return points(provinces(on, data=folder))


def source(layer: gpd.GeoDataFrame) -> tuple[str, dict[str, object]]:
    """Where a layer comes from, as a sentence of the catalogue and the values it needs."""
    return layer.attrs.get("source", ""), layer.attrs.get("source_values", {})


def _read(name: str, source: str, data: str | Path | None) -> gpd.GeoDataFrame:
    """A drawing with its codes as index, in their order."""
    import geopandas as gpd
    from pyproj import CRS

    path = settings.data_folder(data) / "boundaries" / f"{name}.geojson"
    try:
        table = _table(path)
        shapes = shapely.from_wkb(table["geometry"])
        drawing = gpd.GeoDataFrame(table, geometry=shapes, crs=CRS.from_epsg(4326))
        drawing.attrs["source"] = source
        return drawing
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        raise SourceError(
            "The drawing {file} cannot be read ({reason}). Restore it with: git checkout -- data",
            file=path.name,
            reason=str(error).strip().splitlines()[0][:200],
        ) from error


@cache.memoize
def _table(path: Path) -> pd.DataFrame:
    """The columns of a drawing (degrees, WGS 84) by code, its shapes as WKB."""
    import geopandas as gpd

    table = gpd.read_file(path).to_wkb()
    return table.set_index(table["code"].astype(str)).drop(columns="code").sort_index()


# Download

_TIMEOUT = 30  # seconds without an answer
_BLOCK = 1 << 16
_HASH = Phrase(mark("its sha256 is not the pinned one"))


@dataclass(frozen=True)
class Layer:
    """A file on the web: where it is, what it must be, and on what terms."""

    name: str
    url: str
    sha256: str
    size: int
    licence: str
    credit: str


#: Districts of the whole country, simplified by their publisher.
GEOBOUNDARIES = Layer(
    name="geoBoundaries-VNM-ADM2_simplified.geojson",
    url="https://github.com/wmgeolab/geoBoundaries/raw/"
    "ea5b27e7aa608eb6827f2cc76620a5b21acc5962/releaseData/gbOpen/VNM/ADM2/"
    "geoBoundaries-VNM-ADM2_simplified.geojson",
    sha256="0605c74a1b2a8efd45d096bb7ab1ca989575781684f0a265ec98eb6a4efcbead",
    size=5_194_724,
    licence="CC BY-SA 4.0",
    credit="geoBoundaries gbOpen VNM ADM2, Runfola et al. (2020), www.geoboundaries.org",
)


def fetch(
    folder: str | Path,
    *,
    layer: Layer = GEOBOUNDARIES,
    progress: bool = False,
) -> Path:
    """Download a layer into a folder, unless it is there already, and record its licence.

    A download that was cut goes on where it stopped. Nothing stands under the final name before
    its sha256 is the pinned one; beside it stands `<name>.licence.json` with address, licence,
    credit, size and sha256.

    Parameters
    ----------
    folder : str or Path
        Where to keep it; made if it is not there.
    layer : Layer
        What to fetch.
    progress : bool
        Show a bar on the terminal.

    Returns
    -------
    Path
        The file, to be read with `load_layer`.

    Raises
    ------
    EnvironmentFault
        When the address cannot be reached, does not have the file, or the connection is cut.
    SourceError
        When what came is not the pinned file; it is thrown away.
    """
    import pooch

    folder = Path(folder)
    pooch.get_logger().setLevel("WARNING")
    part = folder / f"{layer.name}.part"
    try:
        pooch.retrieve(
            layer.url,
            known_hash=f"sha256:{layer.sha256}",
            fname=layer.name,
            path=folder,
            downloader=_Resuming(part, layer, progress),
        )
    except (OSError, HTTPException) as error:
        raise _unreachable(layer, error) from error
    except ValueError as error:  # pooch: the hash is another one; its file is gone already
        raise _not_the_file(layer) from error
    record = json.dumps(asdict(layer), ensure_ascii=False, indent=1)
    (folder / f"{layer.name}.licence.json").write_text(record + "\n", encoding="utf-8")
    return folder / layer.name


class _Resuming:
    """A downloader for pooch that goes on from the part that an earlier try left."""

    def __init__(self, part: Path, layer: Layer, progress: bool) -> None:
        self.part, self.layer, self.progress = part, layer, progress

    def __call__(self, url: str, output_file: str, pooch: object) -> None:
        have = self.part.stat().st_size if self.part.is_file() else 0
        if have < self.layer.size:
            asked = Request(url, headers={"Range": f"bytes={have}-"} if have else {})
            with urlopen(asked, timeout=_TIMEOUT) as answer:
                self._write(answer, "ab" if answer.status == 206 else "wb")
        have = self.part.stat().st_size
        if have < self.layer.size:
            raise ConnectionError(f"{have} / {self.layer.size}")
        self.part.replace(output_file)

    def _write(self, answer: HTTPResponse, mode: str) -> None:
        """Keep what comes, also when the connection is cut, but not more than is expected."""
        with self.part.open(mode) as file:
            while block := answer.read1(_BLOCK):
                file.write(block)
                if file.tell() > self.layer.size:
                    break
                if self.progress:
                    shown = f"{file.tell() / 1e6:.1f} / {self.layer.size / 1e6:.1f} MB"
                    print(f"\r{shown}", end="", file=sys.stderr)


def _not_the_file(layer: Layer) -> SourceError:
    return SourceError(
        "{file} from {url} is not the pinned file (sha256 {expected}). It was not kept.",
        issues=(finding("E-FILE-BROKEN", file=layer.name, reason=_HASH),),
        file=layer.name,
        url=layer.url,
        expected=layer.sha256,
    )


def _unreachable(layer: Layer, error: OSError) -> EnvironmentFault:
    return EnvironmentFault(
        "{url} could not be downloaded ({reason}). Check the connection and run the command "
        "again: it goes on where it stopped. The drawings of the project need no download.",
        url=layer.url,
        reason=str(error)[:200] or type(error).__name__,
    )

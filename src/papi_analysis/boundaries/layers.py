"""A user's own layer in place of the drawings, after checks; all faults are told at once."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from papi_analysis import places
from papi_analysis.boundaries import checks, drawings, reading
from papi_analysis.boundaries.issues import finding, refusal
from papi_analysis.boundaries.reading import TYPES, drawn, kind_and_name
from papi_analysis.errors import Issue, ParameterError, SourceError
from papi_analysis.i18n import mark, say
from papi_analysis.ingest.issues import listing
from papi_analysis.places import plain

if TYPE_CHECKING:
    import geopandas as gpd

LEVELS = ("district", "commune", "province")
#: Said under a map made from a user's layer.
USER_SOURCE = mark("Boundaries: {file}, given by the user; not verified as official boundaries.")
FETCHED_SOURCE = mark("Boundaries: {credit}, {licence}; not official boundaries.")
_DETAIL = 4000  # vertices above which a layer is generalised for drawing
_NOISE = 1e-9
_GRID = 1e-5  # degrees, about a metre: borders drawn twice become one
_TOLERANCE = {"district": 0.0008, "commune": 0.0005, "province": 0.008}  # degrees


def load_layer(
    path: str | Path,
    level: str | None = None,
    *,
    on: date | str | None = None,
    province: str = places.DETAILED,
    data: str | Path | None = None,
) -> gpd.GeoDataFrame:
    """A GeoJSON, GeoPackage, Shapefile or TopoJSON layer that replaces a drawing.

    Parameters
    ----------
    path : str or Path
        The file; for a Shapefile its .shp.
    level : str, optional
        One of `LEVELS`: the districts of a province to June 2025, the 41 communes of Trà Vinh
        since, or the provinces in force `on` a day. Without it the level whose units the layer
        holds is found.
    on : date or str, optional
        Day for provinces (see `boundaries.provinces`).
    province : str
        Code of the province whose districts are meant. Where it is not Trà Vinh no district is
        drawn in the project: each must lie in the province, and all together must fill it.

    Returns
    -------
    GeoDataFrame
        As the drawing of that level: index code; name_vi, name_en, type, geometry (WGS 84, in
        the detail of a drawing). `attrs` hold level, source, source_values and warnings (W-CRS,
        W-GEOM-REPAIRED).

    Raises
    ------
    ParameterError
        For a level that is none of `LEVELS`.
    SourceError
        With all findings: E-CRS, E-GEO-PLACE, E-GEO-LEVEL, E-GEOM, E-GEOM-OVERLAP, E-DISTRICT-…
        or what makes the file unreadable.
    """
    path = Path(path)
    if level is not None and level not in LEVELS:
        raise ParameterError(
            "{value!r} is no level of a layer. Use one of {known}.",
            value=str(level)[:80],
            known=", ".join(LEVELS),
        )
    raw, warnings = reading.to_degrees(reading.read(path), path.name)
    levels = [name for name in LEVELS if name != "commune" or province == places.DETAILED]
    tried = [
        _accept(raw, name, path.name, on, province, data) for name in ([level] if level else levels)
    ]
    found, layer, name = min(tried, key=lambda item: _faults(item[0]))
    if any(item.severity == "error" for item in found):
        raise refusal(found)
    source, values = _source(path)
    layer.attrs.update(
        level=name, source=source, source_values=values, warnings=(*warnings, *found)
    )
    return layer


def _source(path: Path) -> tuple[str, dict[str, str]]:
    """What is said under the map: credit and licence of a fetched file, else its name."""
    record = path.with_name(f"{path.name}.licence.json")
    try:
        known = json.loads(record.read_text(encoding="utf-8"))
        return FETCHED_SOURCE, {"credit": known["credit"], "licence": known["licence"]}
    except (OSError, ValueError, KeyError, TypeError):
        return USER_SOURCE, {"file": path.name}


def _faults(found: list[Issue]) -> tuple[bool, int]:
    """How badly a layer fits a level; the wrong level is worse than any single fault."""
    errors = [item for item in found if item.severity == "error"]
    return any(item.code == "E-GEO-LEVEL" for item in errors), len(errors)


def _accept(raw, level: str, file: str, on, province: str, data) -> tuple[list[Issue], object, str]:
    """What is wrong with a layer as one of a level, and the layer as the drawing would be."""
    drawing = _drawing(level, on, province, data)
    outlined = level == "district" and province != places.DETAILED
    codes, found = match(raw, drawing, file, level)
    layer = raw[codes.ne("")].assign(code=codes[codes.ne("")])
    single = layer.drop_duplicates("code", keep=False).set_index("code")
    off = [] if outlined else checks.shift(single, drawing, file)
    if layer.empty and level == "district":
        off = _of_another(raw, file, province, data)
    if layer.empty and not off and not inside(raw, drawing).any():
        off = checks.elsewhere(raw, drawing, file)
    if off or layer.empty or any(item.code == "E-GEO-LEVEL" for item in found):
        return off or found, None, level
    names = drawing["name_vi"].to_dict()
    single, repaired = checks.repair(single, names, file)
    found = [*found, *repaired]
    sound = single[reading.drawn(single) & single.geometry.is_valid]
    if len(sound):
        found += checks.overlaps(sound, names, file)
        found += (
            checks.within(sound, drawing, drawings.provinces(data=data).drop(province), file)
            if outlined
            else checks.places_of_units(sound, drawing, file)
        )
        found += checks.archipelagos(sound, file) if level == "province" else []
    shapes = sound.geometry.reindex(drawing.index)
    return found, drawing.set_geometry(_drawn(shapes, level)), level


def _of_another(raw, file: str, province: str, data) -> list[Issue]:
    """One finding where the layer holds the districts of the province in which most of it lies."""
    everyone = drawings.provinces(data=data)
    spots = raw.geometry[reading.drawn(raw)].representative_point().to_numpy()
    _, found = everyone.sindex.query(spots, predicate="within")
    if not len(found):
        return []
    other = everyone.index[np.bincount(found).argmax()]
    if other == province:
        return []
    codes, _ = match(raw, _drawing("district", None, other, data), file, "district")
    if not codes.ne("").any():
        return []
    slug = places.provinces(data).set_index("province").loc[other, "slug"]
    names = {"other": everyone.loc[other, "name_vi"], "province": everyone.loc[province, "name_vi"]}
    return [finding("E-GEO-PROVINCE", file=file, slug=slug, **names)]


def _drawing(
    level: str, on: date | str | None, province: str, data: str | Path | None
) -> gpd.GeoDataFrame:
    if level == "province":
        return drawings.provinces(on, data=data)
    if level == "district" and province != places.DETAILED:
        return drawings.outline(province, data=data)
    return drawings.districts(data=data) if level == "district" else drawings.communes(data=data)


def _drawn(shapes: gpd.GeoSeries, level: str) -> gpd.GeoSeries:
    """Shapes in the detail of a drawing, their common borders kept common."""
    shapes = shapes.set_crs(4326, allow_override=True)
    if shapes.isna().any() or len(shapely.get_coordinates(shapes.to_numpy())) <= _DETAIL:
        return shapes
    rounded = shapes.to_numpy()
    for grid in (_NOISE, _GRID):  # first what two programs compute apart of one and the same point
        rounded = shapely.set_precision(rounded, grid, mode="pointwise")
    simple = shapely.coverage_simplify(rounded, _TOLERANCE[level])
    sound = shapely.is_valid(simple).all() and not shapely.is_empty(simple).any()
    return type(shapes)(simple, index=shapes.index, crs=shapes.crs) if sound else shapes


# Which feature is which unit


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


# All shapes that maps stand on

#: What the units of a layer are called.
UNITS = {
    "district": mark("districts"),
    "commune": mark("communes"),
    "province": mark("provinces"),
    "merged": mark("provinces of July 2025"),
}


@dataclass(frozen=True)
class Layers:
    """The shapes of every level, and figures by district where they were given."""

    shapes: dict[str, gpd.GeoDataFrame]
    own: str
    values: pd.DataFrame | None
    warnings: tuple[Issue, ...]

    def told(self, lang: str) -> list[str]:
        """Where the shapes come from, with every warning about a user's layer."""
        if not self.own:
            return [say(lang, "All maps are the project's own generalised drawings.")]
        text, values = drawings.source(self.shapes[self.own])
        units = say(lang, UNITS[self.own])
        first = say(lang, "The {units} are not the project's drawing.", units=units)
        return [first, say(lang, text, **values), *listing(self.warnings, lang)]


def all_layers(
    boundaries: str | Path = "",
    district_data: str | Path = "",
    *,
    province: str = places.DETAILED,
    on: str | None = None,
    data: str | Path | None = None,
) -> Layers:
    """The drawings, a user's own layer in the place of one of them, and a user's district table.

    Parameters
    ----------
    boundaries : str or Path
        A layer (see `boundaries.load_layer`) of districts, communes or provinces; "" for none.
    district_data : str or Path
        A table (see `boundaries.read_district_table`); "" for none.
    province : str
        Code of the province whose districts are meant; where it is not Trà Vinh there is no
        drawing of them, and no "district" among the shapes unless the layer is of that level.
    on : str, optional
        A day on which the provinces of the maps are in force; by default 30 June 2025.

    Raises
    ------
    SourceError
        With all findings, when a file is refused; the drawings are not mixed with it.
    DataError
        When the table claims to hold PAPI scores by district.
    """
    shapes = {
        "province": drawings.provinces(on, data=data),
        "merged": drawings.provinces(places.MERGER, data=data),
    }
    if province == places.DETAILED:
        shapes |= {
            "district": drawings.districts(data=data),
            "commune": drawings.communes(data=data),
        }
    values = None
    if district_data:
        values = reading.read_district_table(district_data, province=province, data=data)
    if not boundaries:
        return Layers(shapes, "", values, ())
    level, own = _own(boundaries, province, data)
    return Layers(shapes | {level: own}, level, values, own.attrs["warnings"])


def _own(path: str | Path, province: str, data: str | Path | None) -> tuple[str, gpd.GeoDataFrame]:
    """A user's layer and its level; what fits no level of before July 2025 may be the 34.

    Of two refusals that is told which is of the level that was meant, else the shorter.
    """
    try:
        layer = load_layer(path, province=province, data=data)
    except SourceError as error:
        try:
            return "merged", merged_layer(path, data=data)
        except SourceError as other:
            raise min((error, other), key=_misread) from None
    return layer.attrs["level"], layer


def _misread(error: SourceError) -> tuple[bool, int]:
    """How badly a layer was read: as another level than it is, and with how many issues."""
    codes = [item.code for item in error.issues]
    return "E-GEO-LEVEL" in codes, len(codes)


def merged_layer(path: str | Path, *, data: str | Path | None = None) -> gpd.GeoDataFrame:
    """A user's layer of the provinces since July 2025; refused as in `boundaries.load_layer`."""
    return load_layer(path, "province", on=places.MERGER, data=data)

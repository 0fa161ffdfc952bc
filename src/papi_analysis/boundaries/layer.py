"""A user's own layer in place of the drawings, after checks; all faults are told at once."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from papi_analysis import places
from papi_analysis.boundaries import checks, drawings, matching, reading
from papi_analysis.boundaries.diagnoses import finding, refusal
from papi_analysis.errors import Issue, ParameterError
from papi_analysis.i18n import mark

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
    codes, found = matching.match(raw, drawing, file, level)
    layer = raw[codes.ne("")].assign(code=codes[codes.ne("")])
    single = layer.drop_duplicates("code", keep=False).set_index("code")
    off = [] if outlined else checks.shift(single, drawing, file)
    if layer.empty and level == "district":
        off = _of_another(raw, file, province, data)
    if layer.empty and not off and not matching.inside(raw, drawing).any():
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
    codes, _ = matching.match(raw, _drawing("district", None, other, data), file, "district")
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

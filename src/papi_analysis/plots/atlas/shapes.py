"""The shapes that maps stand on: the drawings, or a user's layer in the place of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis import boundaries as drawn
from papi_analysis import places
from papi_analysis.errors import Issue, SourceError
from papi_analysis.i18n import mark, say
from papi_analysis.ingest import issues

if TYPE_CHECKING:
    import geopandas as gpd

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
        text, values = drawn.source(self.shapes[self.own])
        units = say(lang, UNITS[self.own])
        first = say(lang, "The {units} are not the project's drawing.", units=units)
        return [first, say(lang, text, **values), *issues.listing(self.warnings, lang)]


def layers(
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
        "province": drawn.provinces(on, data=data),
        "merged": drawn.provinces(places.MERGER, data=data),
    }
    if province == places.DETAILED:
        shapes |= {"district": drawn.districts(data=data), "commune": drawn.communes(data=data)}
    values = None
    if district_data:
        values = drawn.read_district_table(district_data, province=province, data=data)
    if not boundaries:
        return Layers(shapes, "", values, ())
    level, own = _own(boundaries, province, data)
    return Layers(shapes | {level: own}, level, values, own.attrs["warnings"])


def _own(path: str | Path, province: str, data: str | Path | None) -> tuple[str, gpd.GeoDataFrame]:
    """A user's layer and its level; what fits no level of before July 2025 may be the 34.

    Of two refusals that is told which is of the level that was meant, else the shorter.
    """
    try:
        layer = drawn.load_layer(path, province=province, data=data)
    except SourceError as error:
        try:
            return "merged", merged(path, data=data)
        except SourceError as other:
            raise min((error, other), key=_misread) from None
    return layer.attrs["level"], layer


def _misread(error: SourceError) -> tuple[bool, int]:
    """How badly a layer was read: as another level than it is, and with how many issues."""
    codes = [item.code for item in error.issues]
    return "E-GEO-LEVEL" in codes, len(codes)


def merged(path: str | Path, *, data: str | Path | None = None) -> gpd.GeoDataFrame:
    """A user's layer of the provinces since July 2025; refused as in `boundaries.load_layer`."""
    return drawn.load_layer(path, "province", on=places.MERGER, data=data)

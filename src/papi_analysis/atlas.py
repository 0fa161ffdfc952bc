"""The maps of one case: the drawings or a user's layer in their place, and what may stand on them.

What cannot be mapped honestly is a sentence that says why, in the place of the map.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis import association, framework, movement, places
from papi_analysis import boundaries as drawn
from papi_analysis._errors import Diagnostic, SourceError
from papi_analysis.figures import maps, tiles
from papi_analysis.findings import Case
from papi_analysis.sources import notices
from papi_analysis.wording import mark, say

if TYPE_CHECKING:
    import geopandas as gpd

    from papi_analysis.figures.style import Chart

#: The province whose districts and communes are in the data.
DETAILED = "84"
#: What the units of a layer are called.
UNITS = {
    "district": mark("districts"),
    "commune": mark("communes"),
    "province": mark("provinces"),
    "merged": mark("provinces of July 2025"),
}
METHOD_CHANGED = mark(
    "The index is not the same in the two years: part of a move is the work of its method."
)


@dataclass(frozen=True)
class Note:
    """Sentences in the place of a map."""

    text: str

    def _repr_markdown_(self) -> str:
        return self.text.replace("\n", "  \n")

    def __repr__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Layers:
    """The shapes of every level, and figures by district where they were given."""

    shapes: dict[str, gpd.GeoDataFrame]
    own: str
    values: pd.DataFrame | None
    warnings: tuple[Diagnostic, ...]

    def told(self, lang: str) -> list[str]:
        """Where the shapes come from, with every warning about a user's layer."""
        if not self.own:
            return [say(lang, "All maps are the project's own generalised drawings.")]
        text, values = drawn.source(self.shapes[self.own])
        units = say(lang, UNITS[self.own])
        first = say(lang, "The {units} are not the project's drawing.", units=units)
        return [first, say(lang, text, **values), *notices.listing(self.warnings, lang)]


def layers(
    boundaries: str | Path = "",
    district_data: str | Path = "",
    *,
    data: str | Path | None = None,
) -> Layers:
    """The drawings, a user's own layer in the place of one of them, and a user's district table.

    Parameters
    ----------
    boundaries : str or Path
        A layer (see `boundaries.load_layer`) of districts, communes or provinces; "" for none.
    district_data : str or Path
        A table (see `boundaries.read_district_table`); "" for none.

    Raises
    ------
    SourceError
        With all findings, when a file is refused; the drawings are not mixed with it.
    DataError
        When the table claims to hold PAPI scores by district.
    """
    shapes = {
        "district": drawn.districts(data),
        "commune": drawn.communes(data),
        "province": drawn.provinces(data=data),
        "merged": drawn.provinces(places.MERGER, data=data),
    }
    values = drawn.read_district_table(district_data, data=data) if district_data else None
    if not boundaries:
        return Layers(shapes, "", values, ())
    level, own = _own(boundaries, data)
    return Layers(shapes | {level: own}, level, values, own.attrs["warnings"])


def _own(path: str | Path, data: str | Path | None) -> tuple[str, gpd.GeoDataFrame]:
    """A user's layer and its level; what fits no level of before July 2025 may be the 34."""
    try:
        layer = drawn.load_layer(path, data=data)
    except SourceError:
        try:
            return "merged", drawn.load_layer(path, "province", on=places.MERGER, data=data)
        except SourceError:
            pass
        raise
    return layer.attrs["level"], layer


@dataclass(frozen=True)
class Atlas:
    """The maps of a case in one language; each method gives a chart, or a `Note` why not."""

    case: Case
    lang: str
    layers: Layers

    def sources(self) -> Note:
        """Where the shapes come from."""
        return Note("\n".join(self.layers.told(self.lang)))

    def country(self) -> Chart:
        """The country in four groups."""
        return maps.country(self.case.totals(), self.layers.shapes["province"], **self._look())

    def tiles(self) -> Chart:
        """The country in four groups, a tile for every province."""
        return tiles.grid(self.case.totals(), self.layers.shapes["province"], **self._look())

    def region(self) -> Chart:
        """The provinces of the province's own region."""
        place = self.case.province
        codes = self.case.provinces.query("region == @place.region")["code"]
        here = self.layers.shapes["province"].loc[codes.tolist()]
        name = place.region_name(self.lang)
        return maps.region(self.case.totals(), here, name=name, **self._look())

    def change(self) -> Chart | Note:
        """The change in rank of every province since the year before."""
        year, before = self.case.year, self.case.year - 1
        totals = self.case.positions.query("level == 'total'")
        if not totals["year"].eq(before).any():
            return self._note(
                "No map of changes in rank: the panel holds no year before {year}.", year=str(year)
            )
        rank = totals[totals["year"].eq(year)].set_index("province")["rank"]
        old = totals[totals["year"].eq(before)].set_index("province")["rank"]
        table = pd.DataFrame({"rank": rank, "rank_before": old}).rename_axis("province")
        table = table.reset_index().assign(year=year)
        usual = movement.usual_move(self.case.positions, year)
        chart = maps.change(table, self.layers.shapes["province"], usual=usual, **self._look())
        links = framework.comparability(self.case.regimes, before, year)
        if not links.loc[links["level"].eq("total"), "comparable"].all():
            words = f"{chart.caption.subtitle} {say(self.lang, METHOD_CHANGED)}"
            chart.caption = replace(chart.caption, subtitle=words)
        return chart

    def clusters(self, dimension: str) -> Chart | Note:
        """Provinces that score like their neighbours in a dimension."""
        wide, year = self.case.wide("dimension"), self.case.year
        name = self.case.names(self.lang)[dimension]
        if dimension not in wide:
            return self._note(
                "No map of neighbours: {name} is not in the index of {year}.",
                name=name, year=str(year),
            )  # fmt: skip
        points = drawn.points(drawn.provinces(data=self.case.data))
        table = association.clusters(wide, points, seed=self.case.seed)
        table = table[table["code"].eq(dimension)]
        provinces = self.layers.shapes["province"]
        return maps.clusters(table, provinces, name=name, year=year, **self._look())

    def context(self) -> pd.DataFrame | Note:
        """What is known of the province's districts."""
        return self._below() or places.district_context(self.case.data)

    def districts(self) -> Chart | Note:
        """The province's districts to June 2025 by what is known of them."""
        if note := self._below():
            return note
        context = places.district_context(self.case.data)
        return maps.districts(self.layers.shapes["district"], context, **self._around("province"))

    def given(self) -> Chart | Note:
        """The user's own figures by district."""
        if note := self._below():
            return note
        if self.layers.values is None:
            return self._note(
                "No figures by district were given; papi run --district-data FILE maps them."
            )
        table, layer = self.layers.values, self.layers.shapes["district"]
        return maps.district_values(layer, table, **self._around("province"))

    def merger(self) -> Chart | Note:
        """The districts beside the communes since July 2025."""
        if note := self._below():
            return note
        old, new = self.layers.shapes["district"], self.layers.shapes["commune"]
        return maps.merger(old, new, places.commune_context(self.case.data), lang=self.lang)

    def communes(self) -> Chart | Note:
        """The communes since July 2025."""
        if note := self._below():
            return note
        context = places.commune_context(self.case.data)
        return maps.communes(self.layers.shapes["commune"], context, **self._around("merged"))

    def _below(self) -> Note | None:
        """Why there is no map below this province; nothing where there is one."""
        if self.case.code == DETAILED:
            return None
        return self._note(
            "The districts and communes of {name} are not in the data: only those of {known} are "
            "mapped.",
            name=self.case.province.name(self.lang),
            known=places.find(DETAILED, self.case.data).name(self.lang),
        )

    def _note(self, sentence: str, **values: object) -> Note:
        return Note(say(self.lang, sentence, **values))

    def _look(self) -> dict[str, str]:
        return {"highlight": self.case.code, "lang": self.lang}

    def _around(self, level: str) -> dict[str, object]:
        return {"around": self.layers.shapes[level], "lang": self.lang}


def of(
    case: Case, *, lang: str, boundaries: str | Path = "", district_data: str | Path = ""
) -> Atlas:
    """The maps of a case; the files as in `layers`, which also says what is refused."""
    return Atlas(case, lang, layers(boundaries, district_data, data=case.data))

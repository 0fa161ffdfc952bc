"""The maps of one case and what may stand on them.

What cannot be mapped honestly is a sentence that says why, in the place of the map.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis import boundaries as drawn
from papi_analysis import places
from papi_analysis.data import codebook
from papi_analysis.findings import Case
from papi_analysis.i18n import mark, number, say
from papi_analysis.plots import maps, tiles
from papi_analysis.stats import change, spatial

if TYPE_CHECKING:
    from papi_analysis.plots.style import Chart

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
class Atlas:
    """The maps of a case in one language; each method gives a chart, or a `Note` why not."""

    case: Case
    lang: str
    layers: drawn.Layers

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
        codes = self.case.provinces.loc[lambda t: t["region"].eq(place.region), "province"]
        here = self.layers.shapes["province"].loc[codes.tolist()]
        name = place.region_name(self.lang)
        return maps.region(self.case.totals(), here, name=name, **self._look())

    def change(self) -> Chart | Note:
        """The change in rank of every province since the year before."""
        year, before = self.case.year, self.case.year - 1
        totals = self.case.positions.loc[lambda t: t["level"].eq("total")]
        if not totals["year"].eq(before).any():
            return self._note(
                "No map of changes in rank: the panel holds no year before {year}.", year=str(year)
            )
        totals = totals[totals["province"].isin(self.layers.shapes["province"].index)]
        rank = totals[totals["year"].eq(year)].set_index("province")["rank"]
        old = totals[totals["year"].eq(before)].set_index("province")["rank"]
        table = pd.DataFrame({"rank": rank, "rank_before": old}).rename_axis("province")
        table = table.reset_index().assign(year=year)
        usual = change.typical_rank_change(self.case.positions, year)
        chart = maps.change(table, self.layers.shapes["province"], usual=usual, **self._look())
        links = codebook.comparability(self.case.index_versions, before, year)
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
        points = drawn.middles(self.case.data, on=self.case.day)
        table = spatial.local_moran(wide, points, seed=self.case.seed)
        table = table[table["code"].eq(dimension)]
        provinces = self.layers.shapes["province"]
        return maps.clusters(table, provinces, name=name, year=year, **self._look())

    def since(self) -> Chart:
        """The provinces since July 2025, and what became of the province."""
        pairs = places.provinces(self.case.data).rename(columns={"successor_code": "new_code"})
        own = self.case.province
        look = self._look() | {"highlight": own.successor_code or own.code}
        year = int(self.case.positions["year"].max())
        return maps.successors(pairs, self.layers.shapes["merged"], year=year, **look)

    def context(self) -> pd.DataFrame:
        """What is known of the province's districts."""
        if self._detailed:
            return places.district_context(self.case.data)
        if self._without_districts:
            return pd.DataFrame(columns=["code", f"name_{self.lang}", "communes"])
        table = places.districts_of(self.case.code)
        return table[["code", f"name_{self.lang}", "communes"]]

    def districts(self) -> Chart | Note:
        """The province's districts to June 2025 by what is known of them."""
        if note := self._undrawn():
            return note
        layer = self.layers.shapes["district"]
        if self._detailed:
            context, show = places.district_context(self.case.data), "minority"
        else:
            context, show = places.districts_of(self.case.code), "communes"
        return maps.districts(layer, context, show=show, **self._around("province"))

    def given(self) -> Chart | Note:
        """The user's own figures by district."""
        table = self.layers.values
        if table is None:
            return self._note(
                "No figures by district were given; papi run --district-data FILE maps them."
            )
        if note := self._undrawn():
            return Note(f"{note.text}\n{self._listed(table)}")
        return maps.district_values(
            self.layers.shapes["district"], table, **self._around("province")
        )

    def merger(self) -> Chart | Note:
        """The districts beside the communes since July 2025, or what became of them in words."""
        if self._without_districts:
            return self._undrawn()
        if not self._detailed:
            old = places.units("commune", province=self.case.code)["code"]
            pairs = places.crosswalk("commune")
            return self._note(
                "On 1 July 2025 the {districts} districts of {name} were abolished, and its {old} "
                "communes became {new}; the province is {successor} since.",
                name=self.case.province.name(self.lang),
                districts=len(places.districts_of(self.case.code)),
                old=len(old),
                new=pairs.loc[pairs["old_code"].isin(old), "new_code"].nunique(),
                successor=self._successor(),
            )
        old, new = self.layers.shapes["district"], self.layers.shapes["commune"]
        return maps.merger(old, new, places.commune_context(self.case.data), lang=self.lang)

    def communes(self) -> Chart | Note:
        """The communes since July 2025."""
        if not self._detailed:
            known = places.find(places.DETAILED, self.case.data)
            return self._note(
                "The communes of {name} are not drawn: only those of {known} are in the data.",
                name=self.case.province.name(self.lang), known=known.name(self.lang),
            )  # fmt: skip
        context = places.commune_context(self.case.data)
        return maps.communes(self.layers.shapes["commune"], context, **self._around("merged"))

    @property
    def _detailed(self) -> bool:
        return self.case.code == places.DETAILED

    @property
    def _without_districts(self) -> bool:
        return self.case.day >= places.MERGER.isoformat()

    def _undrawn(self) -> Note | None:
        """Which districts there are where their borders are not at hand; nothing where they are."""
        if self._without_districts:
            return self._note(
                "The round of {year} is published for the provinces since 1 July 2025, which have "
                "no districts; those of before are on the maps of the rounds before.",
                year=str(self.case.year),
            )
        if "district" in self.layers.shapes:
            return None
        table = places.districts_of(self.case.code)
        return self._note(
            "{name} had {n} districts to 30 June 2025: {names}. Their borders are not in the data, "
            "so they are not mapped; papi run --boundaries FILE maps them on a layer of your own.",
            name=self.case.province.name(self.lang),
            n=len(table),
            names=", ".join(table[f"name_{self.lang}"]),
        )

    def _listed(self, table: pd.DataFrame) -> str:
        """A user's figures in words, where there is no map to put them on."""
        names = places.districts_of(self.case.code).set_index("code")[f"name_{self.lang}"]
        there = table.dropna(subset=["value"])
        parts = [
            f"{names[code]} {number(self.lang, value, '#,##0.##')}"
            for code, value in zip(there["code"], there["value"], strict=True)
        ]
        facts = table.iloc[0]
        head = f"{facts['indicator']}, {facts['year']} ({facts['source']})"
        return f"{head}: {'; '.join(parts)}."

    def _successor(self) -> str:
        """The name of the province that it is, or is in, since July 2025."""
        place = self.case.province
        code = place.successor_code or place.code
        return self.layers.shapes["merged"].loc[code, f"name_{self.lang}"]

    def _note(self, sentence: str, **values: object) -> Note:
        return Note(say(self.lang, sentence, **values))

    def _look(self) -> dict[str, str]:
        return {"highlight": self.case.code, "lang": self.lang}

    def _around(self, level: str) -> dict[str, object]:
        return {"around": self.layers.shapes[level], "lang": self.lang}


def of(
    case: Case, *, lang: str, boundaries: str | Path = "", district_data: str | Path = ""
) -> Atlas:
    """The maps of a case; the files and their refusals as in `boundaries.all_layers`."""
    found = drawn.all_layers(
        boundaries, district_data, province=case.code, on=case.day, data=case.data
    )
    return Atlas(case, lang, found)

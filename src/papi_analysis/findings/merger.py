"""A province of July 2025 before it existed: synthetic values and sentences, never a finding."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from papi_analysis import framework, panel, places
from papi_analysis._errors import DataError, ParameterError
from papi_analysis.findings.plain import plain, records
from papi_analysis.sources import context
from papi_analysis.wording import number, say

SCHEMA = "papi-back-cast/1"
_ORDER = {"total": 0, "dimension": 1, "subdimension": 2}


@dataclass(frozen=True)
class Merged:
    """The back-cast of one merged province to a year, with the series of its former parts."""

    province: places.Province
    year: int
    geo: str
    parts: list[places.Province]
    table: pd.DataFrame
    data: str | Path | None

    def names(self, lang: str) -> dict[str, str]:
        """Names of dimensions and sub-dimensions by code."""
        return framework.names(lang, self.data)

    def of(self, code: str) -> pd.DataFrame:
        """The rows of one code: "total", a dimension or a sub-dimension."""
        return self.table[self.table["code"].eq(code)]

    def breaks(self, code: str) -> list[int]:
        """Years whose score cannot be set beside that of the year before."""
        years, regimes = sorted(self.of(code)["year"].unique()), framework.regimes(self.data)
        found = []
        for year in map(int, years[1:]):
            links = framework.comparability(regimes, year - 1, year).set_index("code")
            found += [] if links.loc[code, "comparable"] else [year]
        return found

    def now(self, lang: str) -> pd.DataFrame:
        """The scores of the year at every level: synthetic, and of each former province."""
        rows = self.table[self.table["year"].eq(self.year)]
        names = {part.code: part.name(lang) for part in self.parts}
        new = say(lang, "{name} (synthetic)", name=self.province.name(lang))
        wide = rows.assign(place=rows["province"].map(names).mask(rows["synthetic"], new))
        wide = wide.pivot(index=["level", "code"], columns="place", values="score").reset_index()
        wide = wide.sort_values(["level", "code"], key=lambda c: c.map(_ORDER).fillna(c))
        called = wide["code"].map(framework.names(lang, self.data)).fillna("PAPI")
        table = wide.assign(name=called).reset_index(drop=True).rename_axis(columns=None)
        return table[["code", "name", new, *names.values()]].round(2)


def merged(
    province: str,
    year: int | None = None,
    *,
    geo: str = "2025-07",
    data: str | Path | None = None,
) -> Merged:
    """The synthetic series of a merged province to a year (the latest by default).

    Parameters
    ----------
    province : str
        Slug or name of a province of July 2025.
    geo : str
        A day or month from July 2025 on, whose provinces are meant.

    Raises
    ------
    ParameterError
        When `geo` is before the merger, or the province went into another one; names that one.
    DataError
        When the province was not merged, or nothing can be computed for the year.
    """
    if places.day(geo) < places.MERGER:
        raise ParameterError(
            "The provinces of {geo} are those of the PAPI series: leave geo out.", geo=geo
        )
    place = places.find(province, data)
    if places.plain(place.successor_name_vi) != places.plain(place.name_vi):
        raise ParameterError(
            "{name} is a part of {successor} since July 2025. Ask for {slug}.",
            name=place.name_vi,
            successor=place.successor_name_vi,
            slug=places.find(place.successor_name_vi, data).slug,
        )
    levels = panel.levels(panel.load(data))
    year = int(levels["year"].max()) if year is None else year
    panel.require_year(levels, year)
    people, code = context.population_2019(data), place.successor_code
    table = places.back_cast(levels[levels["year"].le(year)], people, code, data=data)
    own = table[table["synthetic"] & table["year"].eq(year)]
    if own["score"].isna().all():
        raise DataError(
            "No synthetic score of {name} in {year}: a former province has no scores that year.",
            name=place.name_vi,
            year=year,
        )
    parts = [places.find(part, data) for part in places.members(code, data=data)]
    return Merged(place, year, f"{places.day(geo):%Y-%m}", parts, table, data)


def collect(case: Merged) -> dict:
    """The back-cast as `findings.json` holds it: marked synthetic, without rank and group."""
    place = case.province
    rows = case.table.sort_values(["synthetic", "province", "year", "level", "code"])
    shares = case.of("total").query("year == @case.year and not synthetic")
    found = {
        "schema": SCHEMA,
        "synthetic": True,
        "geo": case.geo,
        "province": {
            "code": place.successor_code,
            "slug": place.slug,
            "name_vi": place.name_vi,
            "name_en": place.name_en,
            "members": [part.code for part in case.parts],
        },
        "year": case.year,
        "weights": records(shares, ["province", "weight"]),
        "series": records(rows.drop(columns="dimension")),
    }
    said = {lang: [{"section": "merger", "text": line} for line in told(case, lang)]
            for lang in ("vi", "en")}  # fmt: skip
    return plain(found) | {"sentences": said}


def told(case: Merged, lang: str) -> list[str]:
    """What the back-cast is and says, each sentence naming it synthetic."""
    name = case.province.name(lang)
    names = {part.code: part.name(lang) for part in case.parts}
    rows = case.of("total").query("year == @case.year")
    old = rows[~rows["synthetic"]].set_index("province").loc[list(names)]
    listed = ", ".join(
        f"{names[code]} {number(lang, score)}" for code, score in old["score"].dropna().items()
    )
    shares = ", ".join(f"{names[c]} {number(lang, w, '0%')}" for c, w in old["weight"].items())
    values = {"name": name, "year": str(case.year)}
    total = rows.loc[rows["synthetic"], "score"].iloc[0]
    if pd.notna(total):
        own = say(
            lang, "Synthetic total of {name} in {year}: {total:0.00} points; published: {listed}.",
            total=total, listed=listed, **values,
        )  # fmt: skip
    else:
        absent = ", ".join(names[code] for code in old.index[old["score"].isna()])
        own = say(
            lang, "There is no synthetic total of {name} in {year}: that of {absent} is not "
            "published.", absent=absent, **values,
        )  # fmt: skip
    return [
        say(lang, places.SYNTHETIC, name=name, members=", ".join(names.values())),
        own,
        say(lang, "Weights of the synthetic series: {shares}.", shares=shares),
        say(
            lang,
            "The survey of the new {name} draws a sample of its own: the step from the synthetic "
            "series to its first published score is no change.",
            name=name,
        ),
    ]

"""A province of July 2025 before it existed: synthetic values and sentences, never a finding."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from papi_analysis import places
from papi_analysis.data import codebook, context, panel
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.findings.case import SEED
from papi_analysis.findings.plain import plain, records
from papi_analysis.findings.standing import made_from
from papi_analysis.i18n import mark, number, say

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
    people: pd.Series
    country: pd.DataFrame
    data: str | Path | None
    seed: int

    def names(self, lang: str) -> dict[str, str]:
        """Names of dimensions and sub-dimensions by code."""
        return codebook.names(lang, self.data)

    def former(self, lang: str) -> dict[str, str]:
        """Names of the former provinces by code; "former" where the new one has the same."""
        new = self.province.name(lang)
        said = {part.code: part.name(lang) for part in self.parts}
        return {
            code: say(lang, "{name} (former)", name=name) if name == new else name
            for code, name in said.items()
        }

    def of(self, code: str) -> pd.DataFrame:
        """The rows of one code: "total", a dimension or a sub-dimension."""
        return self.table[self.table["code"].eq(code)]

    def breaks(self, code: str) -> list[int]:
        """Years whose score cannot be set beside that of the year before."""
        years, index_versions = (
            sorted(self.of(code)["year"].unique()),
            codebook.index_versions(self.data),
        )
        found = []
        for year in map(int, years[1:]):
            links = codebook.comparability(index_versions, year - 1, year).set_index("code")
            found += [] if links.loc[code, "comparable"] else [year]
        return found

    def now(self) -> pd.DataFrame:
        """The scores of the year at every level: total, dimensions, sub-dimensions.

        Columns: level, dimension, code, synthetic (points), one column per former province by its
        code, median (of the country's published scores), n.
        """
        rows = self.table[self.table["year"].eq(self.year)]
        place = rows["province"].mask(rows["synthetic"], "synthetic")
        keys = ["level", "dimension", "code"]
        wide = rows.assign(place=place).pivot(index=keys, columns="place", values="score")
        wide = wide.reset_index().rename_axis(columns=None).merge(self.country, on="code")
        order = wide["level"].map(_ORDER)
        wide = wide.assign(order=order).sort_values(["order", "dimension", "code"])
        columns = [*keys, "synthetic", *(part.code for part in self.parts), "median", "n"]
        return wide[columns].reset_index(drop=True)


def merged(
    province: str,
    year: int | None = None,
    *,
    geo: str = "2025-07",
    seed: int = SEED,
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
    place = places.find(province, data, year=places.day(geo).year)
    levels = panel.levels(panel.load(data))
    year = int(levels["year"].max()) if year is None else year
    panel.require_year(levels, year)
    people, code = context.population_2019(data), place.code
    table = places.back_cast(levels[levels["year"].le(year)], people, code, data=data)
    own = table[table["synthetic"] & table["year"].eq(year)]
    if own["score"].isna().all():
        raise DataError(
            "No synthetic score of {name} in {year}: a former province has no scores that year.",
            name=place.name_vi,
            year=year,
        )
    parts = [places.find(part, data) for part in places.members(code, data=data)]
    held = people.set_index("province")["population_thousand"].loc[[part.code for part in parts]]
    return Merged(
        place,
        year,
        f"{places.day(geo):%Y-%m}",
        parts,
        table,
        held,
        _country(levels, year),
        data,
        seed,
    )


def _country(levels: pd.DataFrame, year: int) -> pd.DataFrame:
    """Median and number of the published scores of a year, by code."""
    scores = levels[levels["year"].eq(year)].groupby("code")["score"]
    return scores.agg(median="median", n="count").reset_index()


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
            "code": place.code,
            "slug": place.slug,
            "name_vi": place.name_vi,
            "name_en": place.name_en,
            "members": [part.code for part in case.parts],
        },
        "members": [
            {"code": code, "name_vi": name, "name_en": case.former("en")[code]}
            for code, name in case.former("vi").items()
        ],
        "year": case.year,
        "total": records(case.now().query("level == 'total'"))[0],
        "dimensions": records(case.now().query("level == 'dimension'")),
        "subdimensions": records(case.now().query("level == 'subdimension'")),
        "breaks": case.breaks("total"),
        "weights": records(
            shares.assign(population_thousand=shares["province"].map(case.people)),
            ["province", "population_thousand", "weight"],
        ),
        "series": records(rows.drop(columns="dimension")),
    }
    said = {
        lang: [
            {"section": "merger", "text": text, "keys": keys}
            for text, keys in _sentences(case, lang)
        ]
        for lang in ("vi", "en")
    }
    return plain(found | made_from(case.data, case.seed)) | {"sentences": said}


def _beside(case: Merged, lang: str) -> list[str]:
    """The synthetic total beside the country: a distance, never a rank or a group."""
    row = case.now().query("level == 'total'").iloc[0]
    if pd.isna(row["synthetic"]):
        return []
    gap = row["synthetic"] - row["median"]
    below = mark(
        "The synthetic total is {gap:0.00} points below the median of the {n} totals published "
        "for {year} ({median:0.00}); no rank and no group follow from it."
    )
    above = mark(
        "The synthetic total is {gap:0.00} points above the median of the {n} totals published "
        "for {year} ({median:0.00}); no rank and no group follow from it."
    )
    values = {"gap": abs(gap), "n": int(row["n"]), "year": str(case.year), "median": row["median"]}
    return [say(lang, below if gap < 0 else above, **values)]


def told(case: Merged, lang: str) -> list[str]:
    """What the back-cast is and says, each sentence naming it synthetic."""
    return [text for text, _ in _sentences(case, lang)]


def _sentences(case: Merged, lang: str) -> list[tuple[str, list[str]]]:
    """Every sentence with the keys of the values it uses."""
    name = case.province.name(lang)
    names = case.former(lang)
    weights = case.people / case.people.sum()
    shares = ", ".join(f"{names[c]} {number(lang, w, '0%')}" for c, w in weights.items())
    what = say(lang, places.SYNTHETIC, name=name, members=", ".join(names.values()))
    survey = say(
        lang,
        "The survey of the new {name} draws a sample of its own: the step from the synthetic "
        "series to its first published score is no change.",
        name=name,
    )
    return [
        (what, ["province.members"]),
        (_total(case, lang), ["total"]),
        *((text, ["total.synthetic", "total.median", "total.n"]) for text in _beside(case, lang)),
        (say(lang, "Weights of the synthetic series: {shares}.", shares=shares), ["weights"]),
        (survey, []),
    ]


def _total(case: Merged, lang: str) -> str:
    """The synthetic total beside the published ones, or why there is none."""
    names = case.former(lang)
    row = case.now().query("level == 'total'").iloc[0]
    old = row[list(names)].astype(float)
    values = {"name": case.province.name(lang), "year": str(case.year)}
    if pd.isna(row["synthetic"]):
        absent = ", ".join(names[code] for code in old.index[old.isna()])
        return say(
            lang, "There is no synthetic total of {name} in {year}: that of {absent} is not "
            "published.", absent=absent, **values,
        )  # fmt: skip
    listed = ", ".join(f"{names[code]} {number(lang, score)}" for code, score in old.items())
    return say(
        lang, "Synthetic total of {name} in {year}: {total:0.00} points; published: {listed}.",
        total=row["synthetic"], listed=listed, **values,
    )  # fmt: skip

"""A merged province before its first own score: synthetic values, what is expected, sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from papi_analysis import places
from papi_analysis.data import codebook, context, panel
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.findings import said_front
from papi_analysis.findings.advice import calendar, owned
from papi_analysis.findings.case import SEED
from papi_analysis.findings.plain import plain, records
from papi_analysis.findings.speaker import Speaker
from papi_analysis.findings.standing import made_from
from papi_analysis.i18n import mark, number, say
from papi_analysis.priority import left_out
from papi_analysis.priority import merged as assessed
from papi_analysis.priority.backtest import mergers
from papi_analysis.priority.merged import SHARED

SCHEMA = "papi-merged/1"
_ORDER = {"total": 0, "dimension": 1, "subdimension": 2}


@dataclass(frozen=True)
class Merged:
    """A merged province in a year before its first own round, with the series of its parts."""

    province: places.Province
    year: int
    geo: str
    parts: list[places.Province]
    table: pd.DataFrame
    people: pd.Series
    scores: pd.DataFrame
    country: pd.DataFrame
    data: str | Path | None
    seed: int

    @property
    def later(self) -> int:
        """The year whose round has the province."""
        return places.day(self.geo).year

    def names(self, lang: str) -> dict[str, str]:
        """Names of dimensions and sub-dimensions by code."""
        return codebook.names(lang, self.data)

    def former(self, lang: str) -> dict[str, str]:
        """Names of the former provinces by code; "former" where the new one has the same."""
        new = self.province.name(lang)
        return {
            part.code: say(lang, "{name} (former)", name=new) if part.name(lang) == new
            else part.name(lang)
            for part in self.parts
        }  # fmt: skip

    def of(self, code: str) -> pd.DataFrame:
        """The rows of one code: "total", a dimension or a sub-dimension."""
        return self.table[self.table["code"].eq(code)]

    def breaks(self, code: str) -> list[int]:
        """Years whose score cannot be set beside that of the year before."""
        years = sorted(self.of(code)["year"].unique())
        versions = codebook.index_versions(self.data)
        broken = []
        for year in map(int, years[1:]):
            links = codebook.comparability(versions, year - 1, year).set_index("code")
            broken += [] if links.loc[code, "comparable"] else [year]
        return broken

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

    def absent(self) -> list[str]:
        """Codes of the former provinces without a total in the year."""
        row = self.now().iloc[0]
        return [part.code for part in self.parts if pd.isna(row[part.code])]


def merged(
    province: str,
    year: int | None = None,
    *,
    geo: str = "2025-07",
    seed: int = SEED,
    data: str | Path | None = None,
) -> Merged:
    """A merged province in a year before its first own round (the latest such year by default).

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
        When the province was not merged, has own scores in the year, or nothing can be computed.
    """
    if places.day(geo) < places.MERGER:
        raise ParameterError(
            "The provinces of {geo} are those of the PAPI series: leave geo out.", geo=geo
        )
    later = places.day(geo).year
    place = places.find(province, data, year=later)
    first = int(places.geography(later, data)["first_round"])
    scores = panel.seen_from(panel.load(data), first - 1, data)
    levels = panel.levels(scores)
    if year is not None and year >= first and place.merged:
        raise DataError(
            "{name} has rounds of its own from {first} on: leave out --geo for {year}.",
            name=place.name_vi,
            first=first,
            year=year,
        )
    year = panel.latest_year(scores) if year is None else year
    panel.require_year(levels, year)
    people = context.population_2019(data)
    table = places.back_cast(levels[levels["year"].le(year)], people, place.code, data=data)
    own = table[table["synthetic"] & table["year"].eq(year)]
    if own["score"].isna().all():
        raise DataError(
            "No synthetic score of {name} in {year}: a former province has no scores that year.",
            name=place.name_vi,
            year=year,
        )
    parts = [places.find(part, data) for part in place.predecessors]
    held = people.set_index("province")["population_thousand"].loc[list(place.predecessors)]
    return Merged(
        place, year, f"{places.day(geo):%Y-%m}", parts, table, held, scores,
        _country(levels, year), data, seed,
    )  # fmt: skip


def _country(levels: pd.DataFrame, year: int) -> pd.DataFrame:
    """Median and number of the published scores of a year, by code."""
    scores = levels[levels["year"].eq(year)].groupby("code")["score"]
    return scores.agg(median="median", n="count").reset_index()


def collect(case: Merged) -> dict:
    """All that is told of a merged province, as `findings.json` holds it.

    The keys of a report where they mean the same (priorities, left_out, calendar, headline), and
    total, dimensions, subdimensions (synthetic, parts, median), weights, series, first_total (what
    is expected of the first own survey); rows of priorities say besides how the parts share a
    criterion. No rank and no group is given, only the ranks that are expected.
    """
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
            {"code": code, "name_vi": name, "name_en": case.former("en")[code],
             "slug": places.find(code, case.data).slug}
            for code, name in case.former("vi").items()
        ],
        "year": case.year,
        "total": records(case.now().query("level == 'total'"))[0],
        "dimensions": records(case.now().query("level == 'dimension'")),
        "subdimensions": records(
            case.now().query("level == 'subdimension'").assign(
                score=lambda table: table["synthetic"]
            )
        ),
        "breaks": case.breaks("total"),
        "weights": records(
            shares.assign(population_thousand=shares["province"].map(case.people)),
            ["province", "population_thousand", "weight"],
        ),
        "series": records(rows.drop(columns="dimension")),
    }  # fmt: skip
    found |= _ahead(case)
    found |= calendar(case) | made_from(case.data, case.seed)
    found = plain(found)
    sentences = {
        lang: [
            {"section": section, "text": text, "keys": keys}
            for section, make in SECTIONS.items()
            for text, keys in make(case, found, lang)
        ]
        for lang in ("vi", "en")
    }
    return found | {"sentences": sentences}


def _ahead(case: Merged) -> dict:
    """The list of priorities and the total that are expected, or why there are none."""
    try:
        table = assessed.assess_merged(
            case.scores, case.province, case.year, case.later,
            facts=context.criteria_flags(case.data),
        )  # fmt: skip
        ahead = assessed.ahead(case.scores, case.year, case.later)
    except DataError as error:
        why = {"message": error.message, "values": plain(error.values)}
        return {"absent": [{"section": "priorities", **why}]}
    return {
        "headline": "redrawn",
        "tiers_given": bool(table["tier"].notna().all()),
        "nothing_behind": not table["points_behind"].gt(0).any(),
        "priorities": records(
            owned(table.drop(columns="p_top5_redrawn"), case.province, case.year)
        ),
        "left_out": records(left_out(table)),
        "first_total": assessed.first_total(ahead, ahead.at(case.province)),
        "audit": _audit(panel.load(case.data)),
    }


def _audit(scores: pd.DataFrame) -> dict:
    """What the forecast of first own scores was worth at the redraws of the past."""
    table = mergers.before(scores).set_index("model")
    return plain(table.loc["forecast", ["mse", "coverage", "slope"]].to_dict())


Line = tuple[str, list[str]]


def _what(case: Merged, found: dict, lang: str) -> Iterator[Line]:
    """What the numbers are, the total, and what is expected of the first own one."""
    names = case.former(lang)
    shares = ", ".join(
        f"{names[code]} {number(lang, share, '0%')}"
        for code, share in zip(case.province.predecessors, case.province.weights, strict=True)
    )
    members = ", ".join(names.values())
    name = case.province.name(lang)
    yield say(lang, places.SYNTHETIC, name=name, members=members), ["province.members"]
    yield _total(case, lang), ["total"]
    yield from ((text, ["total.synthetic", "total.median"]) for text in _beside(case, lang))
    if case.absent():
        listed = ", ".join(names[code] for code in case.absent())
        yield say(
            lang, "{absent} has criteria without a published score in {year}: there the weights of "
            "the others are raised.", absent=listed, year=str(case.year),
        ), ["total"]  # fmt: skip
    yield from _first(found, lang)
    yield say(lang, "Weights of the synthetic series: {shares}.", shares=shares), ["weights"]
    yield say(
        lang, "The survey of the new {name} draws a sample of its own: the step from the synthetic "
        "series to its first published score is no change.", name=name,
    ), []  # fmt: skip


def _first(found: dict, lang: str) -> Iterator[Line]:
    """What is expected of the first own total: a band of ranks, never a rank."""
    first = found.get("first_total")
    if not first or first.get("expected") is None:
        return
    half = 1.645 * first["sd"]
    yield say(
        lang, "Estimate for the first survey of its own, without new action and if the country "
        "stands still: a total between {low:0.0} and {high:0.0} points (90%), rank {first} to "
        "{last} of {n} (90%); probability of the lowest group {p:0%}.",
        low=first["expected"] - half, high=first["expected"] + half, first=first["rank_low"],
        last=first["rank_high"], n=first["n"], p=first["p_lowest"],
    ), ["first_total"]  # fmt: skip


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


def _total(case: Merged, lang: str) -> str:
    """The synthetic total beside the published ones, or why there is none."""
    names = case.former(lang)
    row = case.now().query("level == 'total'").iloc[0]
    old = row[list(names)].astype(float).dropna()
    values = {"name": case.province.name(lang), "year": str(case.year)}
    if pd.isna(row["synthetic"]):
        absent = ", ".join(names[code] for code in case.absent())
        return say(
            lang, "There is no synthetic total of {name} in {year}: that of {absent} is not "
            "published.", absent=absent, **values,
        )  # fmt: skip
    listed = ", ".join(f"{names[code]} {number(lang, score)}" for code, score in old.items())
    return say(
        lang, "Synthetic total of {name} in {year}: {total:0.00} points; published: {listed}.",
        total=row["synthetic"], listed=listed, **values,
    )  # fmt: skip


def _shared(case: Merged, found: dict, lang: str) -> Iterator[Line]:
    """Which criteria the former provinces share, and what the weighted value hides."""
    rows, names, called = found.get("priorities") or [], case.names(lang), case.former(lang)
    year = str(case.year)
    same = [names[row["code"]] for row in rows if row["shared"] == "all"]
    if same:
        yield say(
            lang, "In the places surveyed up to {year} these were among the five furthest behind "
            "in all former provinces: {criteria}.", year=year, criteria=", ".join(same),
        ), ["priorities"]  # fmt: skip
    for part in case.province.predecessors:
        own = [names[row["code"]] for row in rows if row.get("only") == part]
        if own:
            yield say(
                lang, "Only in {name}: {criteria}.", name=_old(called[part], lang),
                criteria=", ".join(own),
            ), ["priorities"]  # fmt: skip
    score = {row["code"]: row for row in found["subdimensions"]}
    for row in rows:
        for part in row["hidden"]:
            yield say(
                lang, "The weighted value of {criterion} ({weighted:0.00}) hides {name}: "
                "{score:0.00}, against a benchmark of {benchmark:0.00}.",
                criterion=names[row["code"]], weighted=row["score"], name=_old(called[part], lang),
                score=score[row["code"]][part], benchmark=row["benchmark"],
            ), ["priorities", "subdimensions"]  # fmt: skip


def _old(name: str, lang: str) -> str:
    """A former province, said to be one."""
    marker = say(lang, "{name} (former)", name="")
    return name if name.endswith(marker.strip()) else say(lang, "{name} (former)", name=name)


def _certainty(case: Merged, found: dict, lang: str) -> Iterator[Line]:
    """How sure the list is, and that it rests on estimates."""
    rows = found.get("priorities") or []
    chosen = [rows[place] for place in said_front.priority_list(found)]
    if chosen:
        stated = Speaker(found, lang, case.names(lang)).list(
            [number(lang, row["p_top5"], "0%") for row in chosen]
        )
        yield say(
            lang, "Probability of being among the 5 criteria furthest behind in the first survey "
            "of its own, in places drawn anew: {stated}, in the order of the list (never stated "
            "above {most:0%}).", stated=stated, most=assessed.MOST_STATED,
        ), ["priorities"]  # fmt: skip


def _keep(case: Merged, found: dict, lang: str) -> Iterator[Line]:
    """That the scores of the list are estimates, and what the benchmark is."""
    if found.get("priorities"):
        yield say(
            lang, "Scores are synthetic estimates; the benchmark is the upper quartile that is "
            "expected of the own scores of all {n} new provinces, none of which is published yet.",
            n=len(places.units_of(case.later, case.data)),
        ), ["priorities"]  # fmt: skip


#: The sentences by section, each made from the case and the values found.
SECTIONS = {"merger": _what, "parts": _shared, "certainty": _certainty, "keep": _keep}


def shared_said(row: dict, members: dict[str, str], lang: str) -> str:
    """How the former provinces share a criterion, in words."""
    text = SHARED[row["shared"]]
    return say(lang, text, name=members.get(row.get("only") or "", "")) if text else ""

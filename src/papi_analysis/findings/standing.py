"""Where the province stands and what changed: values about a case."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from papi_analysis import cache, places
from papi_analysis.data import codebook, context, embedded, panel
from papi_analysis.errors import DataError
from papi_analysis.findings.case import Case, Country
from papi_analysis.findings.plain import plain, records
from papi_analysis.i18n import LANGUAGES
from papi_analysis.plans import criteria
from papi_analysis.stats import change, noise, ranking

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def subject(case: Case) -> dict:
    """Who and when: province and year."""
    own = case.province
    names = {"code": own.code, "slug": own.slug, "name_vi": own.name_vi, "name_en": own.name_en}
    if own.merged:
        before = int(places.geography(case.year, case.data)["first_round"]) - 1
        for lang in LANGUAGES:
            called = places.names_of(before, lang, case.data)
            names[f"made_of_{lang}"] = [called[code] for code in own.predecessors]
        names["since"] = case.day
    return {"province": names, "year": case.year}


def origin(case: Case) -> dict:
    """When the figures were published, and which orders of the province a report on them serves.

    The day is left out where only a month or a year is known. An order counts from the year on in
    which it was issued, so that no report serves an order that came after its figures.
    """
    samples = context.survey_samples(case.data).set_index("year")["published"]
    published = str(samples.get(case.year, ""))
    out = int(published[:4]) if published else case.year + 1
    orders = context.documents(case.data, criteria.folder_of(case.province))
    orders = orders[orders["year"].le(out)].replace("", None)
    day = {"published": published} if _DAY.fullmatch(published) else {}
    return day | ({"serves": records(orders)} if len(orders) else {})


def quality(case: Country) -> dict:
    """What the figures hold and whether they are sound: checks, scores, years, absences."""
    checks = panel.check(case.scores)
    files = embedded.hashes(case.data)
    held = panel.coverage(case.scores)
    found = {
        "files": len(files),
        "files_sound": files["sound"].sum(),
        "checks": len(checks),
        "checks_passed": checks["passed"].sum(),
        "scores": held["scores"].sum(),
        "first_year": held["year"].min(),
        "last_year": held["year"].max(),
        "provinces": case.scores["province"].nunique(),
    }
    errors = int(embedded.standard_errors(case.data)["year"].eq(case.year).sum())
    if errors:
        found["standard_errors"] = errors
    warnings = embedded.import_warnings(case.data)
    warnings = warnings[warnings["year"].eq(case.year)]
    if len(warnings):
        found["warnings"] = records(warnings, ["code", "file", "message_vi", "message_en", "count"])
    return {"quality": plain(found)}


@cache.memoize
def position(case: Case) -> dict:
    """Where the total stands: rank with n, group, region, and what it did since last year."""
    row = case.now("total").iloc[0]
    totals = case.totals()
    found = {
        "n": row["n"],
        "provinces": len(totals),
        "without_total": sorted(totals.loc[totals["score"].isna(), "province"]),
        "region": case.province.region,
        "absence": row["absence"] or None,
    }
    if row["absence"]:
        return plain(found)
    found |= {
        "total": row["score"],
        "rank": row["rank"],
        "group": row["group"],
        "group_rule": row["group_rule"],
        **{name: row[name] for name in ("median", "p25", "p75", "best", "worst")},
        "next_group_gap": ranking.next_group(case.positions, case.code, case.year),
        **_in_region(case),
        **_since_last_year(case),
        **_band(case),
    }
    return plain(found)


def _in_region(case: Case) -> dict:
    rows = ranking.regional(case.positions, case.provinces, case.province.region, case.year)
    own = rows[rows["level"].eq("total") & rows["province"].eq(case.code)].iloc[0]
    return {"region_rank": own["region_rank"], "region_n": own["region_n"]}


def _since_last_year(case: Case) -> dict:
    table = change.change(case.levels, case.index_versions, case.code, case.year)
    row = table[table["level"].eq("total")].iloc[0]
    found = {"comparable": bool(row["comparable"]), "break": row["reason"] or None}
    if pd.notna(row["change"]):
        found |= {
            "change": row["change"],
            "national_change": row["same_provinces_change"],
            "rank_before": row["rank_before"],
            "n_before": row["n_before"],
            "rank_change": row["rank"] - row["rank_before"],
        }
    return found


def _published(case: Case) -> pd.DataFrame:
    """The standard errors that the publisher printed; they stand for the panel's own noise."""
    return embedded.standard_errors(case.data)


def _band(case: Case) -> dict:
    try:
        band = noise.rank_band(
            case.levels, case.code, case.year, seed=case.seed, standard_errors=_published(case)
        )
    except DataError:
        return {}
    return {"rank_band_90": list(band)}


def standing(case: Case) -> dict[str, list[dict]]:
    """Every dimension and sub-dimension: place among the provinces, gaps, tested yearly change."""
    rows = case.now().drop(columns=["year", "province"])
    moved = change.change(case.levels, case.index_versions, case.code, case.year)
    moved["national_change"] = moved["same_provinces_change"]
    moved = moved[["code", "change", "national_change", "comparable", "reason"]]
    rows = rows.merge(moved.rename(columns={"reason": "break"}), on="code")
    rows["break_strength"] = rows["code"].map(codebook.strengths(case.index_versions, case.year))
    if (case.positions["year"] == case.year - 1).any():
        tested = noise.changes(
            case.scores, case.levels, case.code, case.year, standard_errors=_published(case)
        )
        rows = rows.merge(tested[["code", "q"]].rename(columns={"q": "change_q"}), on="code")
    worded = ["absence", "break", "group_rule", "break_strength"]
    rows[worded] = rows[worded].replace("", None)
    found = {
        f"{level}s": rows[rows["level"].eq(level)].drop(columns="level")
        for level in ("dimension", "subdimension")
    }
    found["dimensions"] = found["dimensions"].drop(columns="dimension")
    return {name: records(table) for name, table in found.items()}


@cache.memoize
def changes(case: Case) -> dict:
    """What noise allows to be said: spread of a year, and the changes larger than it."""
    parts = noise.components(case.levels, end=case.year)
    parts = parts[parts["reason"].eq("")].drop(columns="reason")
    printed = noise.detectable(_published(case), case.code, case.year)
    if pd.notna(printed):
        parts["mdc"] = parts["mdc"].mask(parts["level"].eq("total"), printed)
    found = {"items": records(parts[parts["level"].ne("subdimension")])}
    start = int(parts["start"].iloc[0])
    if start < case.year:
        tested = noise.changes(
            case.scores,
            case.levels,
            case.code,
            case.year,
            since=start,
            across_breaks=True,
            standard_errors=_published(case),
        )
        tested = tested[tested["level"].eq("subdimension") & tested["q"].notna()]
        beyond = tested[tested["verdict"].eq("beyond_noise")]
        found |= {
            "since": start,
            "tested": len(tested),
            "smallest_q": tested["q"].min(),
            "beyond": records(beyond, ["code", "change", "national_change", "q"]),
        }
    return {"noise": plain(found)}


def series(case: Case) -> list[dict]:
    """The history of each score of the year's index, with the country's middle half and breaks."""
    codes = case.now()["code"]
    rows = case.positions
    rows = rows[rows["province"].eq(case.code) & rows["year"].le(case.year)]
    rows = rows[rows["code"].isin(codes)]
    if rows["year"].nunique() > 1:
        marks = codebook.breaks(case.index_versions).rename(columns={"reason": "break"})
        rows = rows.merge(marks[["year", "code", "break"]], on=["year", "code"], how="left")
        rows["break"] = rows["break"].replace("", None)
    shown = ["level", "code", "year", "score", "rank", "n", "p25", "median", "p75", "break"]
    rows = rows.sort_values(["level", "code", "year"])
    return records(rows[[column for column in shown if column in rows]])


def country(case: Case) -> dict:
    """Every total of the year in the country with their median, and the region by dimension."""
    totals = case.totals()
    rows = ranking.regional(case.positions, case.provinces, case.province.region, case.year)
    rows = rows[rows["level"].eq("dimension")].sort_values(["code", "province"])
    shown = ["code", "province", "gap_median", "region_rank", "region_n"]
    country = {
        "median": totals["median"].iloc[0],
        "totals": records(totals, ["province", "score", "rank", "n", "group"]),
    }
    return {"country": plain(country), "region_dimensions": records(rows, shown)}


def made_from(data: str | Path | None, seed: int) -> dict:
    """The seed of every draw, and the data files with their hashes."""
    table = embedded.hashes(data).rename(columns={"found": "sha256"})
    table = table[table["sha256"].ne("")]
    return {"seed": seed, "files": records(table, ["file", "sha256"])}


def region(case: Case) -> list[dict]:
    """The totals of the region's provinces, the best first."""
    rows = ranking.regional(case.positions, case.provinces, case.province.region, case.year)
    rows = rows[rows["level"].eq("total")].sort_values(["region_rank", "province"])
    names = case.provinces.set_index("province")[["slug", "name_vi", "name_en"]]
    rows = rows.join(names, on="province")
    rows["absence"] = rows["absence"].replace("", None)
    shown = [
        "province",
        "slug",
        "name_vi",
        "name_en",
        "score",
        "rank",
        "region_rank",
        "group",
        "absence",
    ]
    return records(rows[shown])

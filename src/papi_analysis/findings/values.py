"""The values found about a case, as plain lists and dictionaries that a JSON file can hold.

A value that does not exist is absent; no key is filled with an invention.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from papi_analysis import (
    agencies,
    association,
    backtest,
    benchmark,
    boundaries,
    framework,
    movement,
    noise,
    panel,
    priority,
)
from papi_analysis._errors import DataError
from papi_analysis.findings.case import Case
from papi_analysis.findings.sentences import speak
from papi_analysis.sources import context, embedded

SCHEMA = "papi-findings/1"
_DECIMALS = 6  # so that another processor does not change a published value


def plain(value: object) -> object:
    """A value as JSON holds it, numbers rounded to six decimals; None where it is absent."""
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if plain(item) is not None}
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if value is pd.NA or value is None:
        return None
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return None if math.isnan(value) else round(float(value), _DECIMALS) + 0.0
    return str(value)


def records(frame: pd.DataFrame, columns: list[str] | None = None) -> list[dict]:
    """The rows of a frame as dictionaries, absent values left out."""
    rows = frame if columns is None else frame[columns]
    return [plain(row) for row in rows.to_dict("records")]


def collect(case: Case, *, shared: dict | None = None) -> dict:
    """Everything found about a case, with the sentences made from it in both languages.

    Parameters
    ----------
    case : Case
    shared : dict, optional
        The result of `national` for the same year and seed, where it is already known.

    Returns
    -------
    dict
        schema, province, year, quality, position, dimensions, subdimensions, noise, associations,
        priorities, left_out, do_not_chase, movement, series, region, indices, sentences; a part
        that cannot be known is missing, and `absent` names it with the reason.
    """
    found = {"schema": SCHEMA, **subject(case), **quality(case), "position": position(case)}
    found["dimensions"] = standing(case, "dimension")
    found["subdimensions"] = standing(case, "subdimension")
    absent = []
    for section in (changes, priorities, moves):
        try:
            found |= section(case)
        except DataError as error:
            why = {"message": error.message, "values": plain(error.values)}
            absent.append({"section": section.__name__, **why})
    found |= national(case) if shared is None else shared
    found["series"] = series(case)
    found["region"] = region(case)
    found |= indices(case)
    if absent:
        found["absent"] = absent
    return found | {"sentences": speak(found, data=case.data)}


def subject(case: Case) -> dict:
    """Who and when: province and year."""
    own = case.province
    names = {"code": own.code, "slug": own.slug, "name_vi": own.name_vi, "name_en": own.name_en}
    return {"province": names, "year": case.year}


def quality(case: Case) -> dict:
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
    return {"quality": plain(found)}


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
        "next_group_gap": benchmark.next_group(case.positions, case.code, case.year),
        **_in_region(case),
        **_since_last_year(case),
        **_band(case),
        "reach": _reach(case),
    }
    return plain(found)


def _in_region(case: Case) -> dict:
    rows = benchmark.regional(case.positions, case.provinces, case.province.region, case.year)
    own = rows.query("level == 'total' and province == @case.province.code").iloc[0]
    return {"region_rank": own["region_rank"], "region_n": own["region_n"]}


def _since_last_year(case: Case) -> dict:
    table = movement.change(case.levels, case.regimes, case.code, case.year)
    row = table[table["level"].eq("total")].iloc[0]
    found = {"comparable": bool(row["comparable"]), "break": row["reason"] or None}
    if pd.notna(row["change"]):
        found |= {
            "change": row["change"],
            "national_change": row["national_change"],
            "rank_before": row["rank_before"],
            "n_before": row["n_before"],
            "rank_change": row["rank"] - row["rank_before"],
        }
    return found


def _band(case: Case) -> dict:
    try:
        band = noise.rank_band(case.levels, case.code, case.year, seed=case.seed)
    except DataError:
        return {}
    return {"rank_band_90": list(band)}


def _reach(case: Case) -> dict:
    """The rank that closing gaps to the median would give: the largest one, five, all."""
    rows = case.now("subdimension")
    behind = rows[rows["gap_median"].gt(0)]
    codes = behind.sort_values(["gap_median", "code"], ascending=[False, True])["code"].tolist()
    sizes = {"one": 1, "five": 5, "all": len(codes)} if codes else {}
    return {
        name: benchmark.what_if(case.levels, case.code, case.year, codes[:size], "median")
        for name, size in sizes.items()
    }


def standing(case: Case, level: str) -> list[dict]:
    """Every score of a level: place among the provinces, gaps, and its tested yearly change."""
    rows = case.now(level).drop(columns=["year", "province", "level"])
    moved = movement.change(case.levels, case.regimes, case.code, case.year)
    moved = moved[["code", "change", "national_change", "comparable", "reason"]]
    rows = rows.merge(moved.rename(columns={"reason": "break"}), on="code")
    if (case.positions["year"] == case.year - 1).any():
        tested = noise.changes(case.scores, case.levels, case.code, case.year)
        rows = rows.merge(tested[["code", "q"]].rename(columns={"q": "change_q"}), on="code")
    rows[["absence", "break", "group_rule"]] = rows[["absence", "break", "group_rule"]].replace(
        "", None
    )
    if level == "dimension":
        rows = rows.drop(columns="dimension")
    return records(rows)


def changes(case: Case) -> dict:
    """What noise allows to be said: spread of a year, and the changes larger than it."""
    parts = noise.components(case.levels, end=case.year)
    parts = parts[parts["reason"].eq("")].drop(columns="reason")
    found = {"items": records(parts[parts["level"].ne("subdimension")])}
    start = int(parts["start"].iloc[0])
    if start < case.year:
        tested = noise.changes(
            case.scores, case.levels, case.code, case.year, since=start, across_breaks=True
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


def priorities(case: Case) -> dict:
    """The criteria in order of need with owner and certainty, and what the list leaves out."""
    table = priority.assess(
        case.scores,
        case.province,
        case.year,
        seed=case.seed,
        facts=context.criteria_flags(case.data),
    )
    leads = agencies.table(case.data, agencies.folder_of(case.province))
    owned = agencies.assign(table, leads).rename(
        columns={"lead_agency": "agency", "coordinating_agencies": "coordinating"}
    )
    owned[["agency", "coordinating"]] = owned[["agency", "coordinating"]].replace("", None)
    skipped = priority.absent(case.scores, case.province, case.year)
    found = {
        "priorities": records(owned),
        "left_out": records(priority.left_out(table)),
        "do_not_chase": records(priority.do_not_chase(table)),
    }
    if len(skipped):
        found["not_assessed"] = records(skipped)
    return found


def moves(case: Case) -> dict:
    """Why rank and total moved since last year, in parts that sum."""
    rank = movement.rank_move(case.levels, case.regimes, case.code, case.year)
    total = movement.total_change(case.levels, case.regimes, case.code, case.year)
    return {"movement": {"rank": plain(rank), "total": records(total)}}


def national(case: Case) -> dict:
    """What holds for the country in the year, whichever province asks."""
    wide = case.wide("dimension")
    pairs = association.matrix(wide, method="spearman", seed=case.seed)
    pairs = pairs.rename(columns={"r": "spearman"})
    found = {
        "n": int(pairs["n"].iloc[0]),
        "significant": int(pairs["q"].lt(association.ALPHA).sum()),
        "dimensions": records(pairs),
        "item_rest": records(association.item_rest(wide)),
        "moran": records(_moran(case, wide)),
    }
    try:
        inside = association.between_within(
            case.levels, case.regimes, end=case.year, seed=case.seed
        )
    except DataError:
        inside = None  # the first year of a sample block has no change inside it
    if inside is not None:
        found["between_within"] = records(inside)
        beside = inside[["a", "b", "r_within"]].rename(columns={"r_within": "within"})
        found["dimensions"] = records(pairs.merge(beside, on=["a", "b"], how="left"))
    return {"associations": found}


def proof(case: Case) -> dict:
    """What the back-test says of the rule that orders the list, beside the raw gap."""
    table = backtest.table(case.scores).set_index("rule")
    gains = backtest.gains(case.scores).set_index("rule")
    found = {
        rule: {
            "same": table.loc[rule, "capture_same"],
            "across": table.loc[rule, "capture_across"],
            "apparent": gains.loc[rule, "apparent"],
            "later": gains.loc[rule, "later"],
        }
        for rule in ("eb", "raw_gap")
    }
    return {"backtest": plain(found)}


def opposed(associations: dict) -> tuple[str, str]:
    """The pair of dimensions that differs most between provinces: the lowest correlation."""
    rows = associations.get("between_within") or associations["dimensions"]
    measure = "r_between" if "r_between" in rows[0] else "spearman"
    row = min(rows, key=lambda pair: (pair[measure], pair["a"], pair["b"]))
    return row["a"], row["b"]


def _moran(case: Case, wide: pd.DataFrame) -> pd.DataFrame:
    points = boundaries.points(boundaries.provinces(data=case.data))
    return association.moran(wide, points, seed=case.seed)


def series(case: Case) -> list[dict]:
    """The history of each score of the year's index, with the country's middle half and breaks."""
    codes = case.now()["code"]
    rows = case.positions.query("province == @case.province.code and year <= @case.year")
    rows = rows[rows["code"].isin(codes)]
    known = sorted(rows["year"].unique())
    links = [
        framework.comparability(case.regimes, int(year) - 1, int(year)).assign(year=year)
        for year in known[1:]
    ]
    marks = pd.concat(links)[["year", "code", "reason"]] if links else None
    if marks is not None:
        rows = rows.merge(
            marks.rename(columns={"reason": "break"}), on=["year", "code"], how="left"
        )
        rows["break"] = rows["break"].replace("", None)
    shown = ["level", "code", "year", "score", "rank", "n", "p25", "median", "p75", "break"]
    rows = rows.sort_values(["level", "code", "year"])
    return records(rows[[column for column in shown if column in rows]])


def region(case: Case) -> list[dict]:
    """The totals of the region's provinces, the best first."""
    rows = benchmark.regional(case.positions, case.provinces, case.province.region, case.year)
    rows = rows[rows["level"].eq("total")].sort_values(["region_rank", "province"])
    names = case.provinces.set_index("code")[["slug", "name_vi", "name_en"]]
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


def indices(case: Case) -> dict:
    """PAR INDEX and SIPAS as far as they were found, and beside PAPI where both have a rank."""
    rows = agencies.indices(case.data)
    rows = rows[rows["year"].le(case.year) & rows["province"].isin([case.code, "00"])]
    totals = case.positions.query("level == 'total'")[["year", "province", "rank", "n"]]
    both = agencies.beside(rows, totals, case.province)
    return {"indices": records(rows), "beside": records(both)}

"""What to improve first, why rank and total moved, and what speaks for the advice."""

from __future__ import annotations

from contextlib import suppress

import pandas as pd

from papi_analysis import cache, places, priority
from papi_analysis.data import panel
from papi_analysis.errors import DataError
from papi_analysis.findings.assessed import assess, region, robustness
from papi_analysis.findings.case import Case, Country
from papi_analysis.findings.plain import plain, records
from papi_analysis.i18n import LANGUAGES
from papi_analysis.plans import criteria
from papi_analysis.plans import indices as other_indices
from papi_analysis.priority import backtest, reach
from papi_analysis.stats import change, noise, ranking


@cache.memoize
def priorities(case: Case) -> dict:
    """The criteria in order of need with owner and certainty, and what the list leaves out."""
    table = assess(case)
    led = owned(table, case.province, case.year)
    skipped = priority.absent(case.scores, case.province, case.year)
    first = priority.headline(case.year)
    found = {
        "headline": first,
        "tiers_given": bool(table["tier"].notna().all()),
        "nothing_behind": not table["points_behind"].gt(0).any(),
        "priorities": _with_reach(case, records(led)),
        "left_out": records(priority.left_out(table)),
        "do_not_chase": records(priority.do_not_chase(table)),
    }
    if len(skipped):
        found["not_assessed"] = records(skipped)
    return found


def owned(table: pd.DataFrame, province: places.Province, year: int) -> pd.DataFrame:
    """The criteria with their leads in a year, what citizens are asked, and a measure on file."""
    led = criteria.assign(table, criteria.leads(province, year))
    led[criteria.LEADS] = led[criteria.LEADS].replace("", None)
    return led.assign(**_texts(led["code"]))


def _texts(codes: pd.Series) -> dict[str, pd.Series]:
    """What citizens are asked, and the first measure on file, by language; missing where none."""
    made = {}
    for lang in LANGUAGES:
        for name, table in (("what_is_asked", criteria.what_is_asked(lang)),
                            ("lever", criteria.levers(lang))):  # fmt: skip
            first = table.drop_duplicates("code").set_index("code")
            made[f"{name}_{lang}"] = codes.map(first["text"])
            made[f"{name}_source"] = codes.map(first["source"])
    return made


def calendar(case: Case) -> dict:
    """The steps of the PAPI year that follows the figures, as dates with their kind and source."""
    steps = criteria.calendar("en", case.year)
    rows = steps.assign(
        first=steps["first"].astype(str), last=steps["last"].astype(str),
        years=steps["years"].map(list), text_en=steps["text"],
        text_vi=criteria.calendar("vi", case.year)["text"],
    )  # fmt: skip
    shown = ["step", "kind", "first", "last", "years", "text_vi", "text_en", "source"]
    return {"calendar": records(rows, shown)}


def _with_reach(case: Case, rows: list[dict]) -> list[dict]:
    """The rows with what others reached: region, similar starters, other yardsticks, the trend."""
    best = reach.best_of_region(case.scores, region(case), case.code, case.year).set_index("code")
    shares = robustness(case).set_index("code")
    starters = reach.starters(case.scores, case.code, case.year).set_index("code")
    trend = reach.country_trend(case.levels, case.index_versions, case.year)
    back = reach.came_back(case.scores, case.year)
    for row in rows:
        code = row["code"]
        top, similar = best.loc[code], starters.loc[code]
        names = [dict(zip(("province", "year"), name, strict=True)) for name in similar["names"]]
        row |= plain(
            {
                "best_of_region": top[["province", "score", "regional_rank", "n"]].to_dict(),
                "regional_benchmark": top["regional_benchmark"],
                "multiverse": shares.loc[code].to_dict(),
                "starters": {**similar.drop("names").to_dict(), "names": names},
                "country_trend": trend[code],
                "comes_back_share": back.get("share") if row["comes_back"] else None,
            }
        )
    return rows


def what_can_be_reached(case: Case) -> dict:
    """Totals and groups without new action, what better chances take, and ranks over the block."""
    found = {"brings": brings(case)}
    with suppress(DataError):  # the first year of the panel has no forecast behind it
        found |= reach.next_group(case.scores, case.positions, case.code, case.year)
    with suppress(DataError):  # a year without a total, or without a neighbour
        ranks = noise.block_ranks(case.levels, case.year, tuple(case.block()))
        own = ranks[ranks["province"].eq(case.code)].drop(columns="province")
        found |= {"rank_block": own.iloc[0].to_dict()} if len(own) else {}
    return {"reach": plain(found)}


def brings(case: Case) -> dict:
    """The rank that closing gaps to the median would give: the largest one, five, all."""
    rows = case.now("subdimension")
    behind = rows[rows["gap_median"].gt(0)]
    codes = behind.sort_values(["gap_median", "code"], ascending=[False, True])["code"].tolist()
    sizes = {"one": 1, "five": 5, "all": len(codes)} if codes else {}
    scores = case.levels[case.levels["year"].eq(case.year)]
    has_total = case.now("total")["score"].notna().all()
    return {
        name: ranking.what_if(scores, case.code, case.year, codes[:size], "median")
        for name, size in sizes.items()
        if has_total
    }


def moves(case: Case) -> dict:
    """Why rank and total moved since last year, in parts that sum."""
    rank = change.decompose_rank_change(case.levels, case.index_versions, case.code, case.year)
    total = change.total_change(case.levels, case.index_versions, case.code, case.year)
    return {"movement": {"rank": plain(rank), "total": records(total)}}


def indices(case: Case) -> dict:
    """PAR INDEX and SIPAS as far as they were found, and beside PAPI where both have a rank.

    `index_years` holds every year from the first on file, with what was not found left out.
    """
    rows = other_indices.indices(case.data)
    rows = rows[rows["year"].le(case.year) & rows["province"].isin([case.code, "00"])]
    totals = case.positions.loc[case.positions["level"].eq("total")]
    totals = totals[["year", "province", "rank", "n"]]
    both = other_indices.beside(rows, totals, case.province)
    years = other_indices.overview(rows, totals[totals["year"].le(case.year)], case.province)
    return {"indices": records(rows), "beside": records(both), "index_years": records(years)}


def proof(case: Country) -> dict:
    """What the back-test says of the rule that orders the list, beside the raw gap."""
    scores = panel.longest(panel.load(case.data))
    table = backtest.table(scores).set_index("rule")
    gains = backtest.gains(scores).set_index("rule")
    found = {
        rule: {
            "same": table.loc[rule, "capture_same"],
            "across": table.loc[rule, "capture_across"],
            "apparent": gains.loc[rule, "apparent"],
            "later": gains.loc[rule, "later"],
        }
        for rule in ("forecast", "raw_gap")
    }
    return {"backtest": plain(found)}

"""What to improve first, why rank and total moved, and what speaks for the advice."""

from __future__ import annotations

import pandas as pd

from papi_analysis import cache, priority
from papi_analysis.findings.assessed import assess
from papi_analysis.findings.case import Case, Country
from papi_analysis.findings.plain import plain, records
from papi_analysis.i18n import LANGUAGES
from papi_analysis.plans import criteria
from papi_analysis.plans import indices as other_indices
from papi_analysis.priority import backtest
from papi_analysis.stats import change


@cache.memoize
def priorities(case: Case) -> dict:
    """The criteria in order of need with owner and certainty, and what the list leaves out."""
    table = assess(case)
    owned = criteria.assign(table, criteria.leads(case.province, case.year))
    owned[criteria.LEADS] = owned[criteria.LEADS].replace("", None)
    owned = owned.assign(**_texts(owned["code"]))
    skipped = priority.absent(case.scores, case.province, case.year)
    first = priority.headline(case.year)
    found = {
        "headline": first,
        "tiers_given": bool(table["tier"].notna().all()),
        "nothing_behind": not table["points_behind"].gt(0).any(),
        "priorities": records(_with_old_names(owned)),
        "left_out": records(_with_old_names(priority.left_out(table))),
        "do_not_chase": records(_with_old_names(priority.do_not_chase(table))),
    }
    if len(skipped):
        found["not_assessed"] = records(skipped)
    return found


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


def _with_old_names(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the names by which the other chapters still ask for them."""
    return rows.assign(
        headroom=rows["points_behind"],
        no_action=rows["expected"],
        no_action_sd=rows.get("expected_sd"),
        no_action_change=rows["expected"] - rows["score"],
        p_top5_latent=rows["p_top5"],
        p_top5_predictive=rows["p_top5"],
    )


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
    table = backtest.table(case.scores).set_index("rule")
    gains = backtest.gains(case.scores).set_index("rule")
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

"""What became of the plan that answered the results of the year before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pandas as pd

from papi_analysis import places
from papi_analysis.findings.case import Case
from papi_analysis.findings.plain import plain, records
from papi_analysis.findings.speaker import Sentence, Speaker
from papi_analysis.i18n import mark, say
from papi_analysis.plans import follow_up as follow_ups
from papi_analysis.plans import ledger, status


def progress(case: Case) -> dict:
    """How far the plan that answers this year is, on the day of its last entry.

    The day is the ledger's, so that a report made again says the same; `papi status` tells of any
    other day. The names of persons stay in the ledger.
    """
    entries = ledger.read(case.province, case.data)
    own = entries[entries["year"].eq(case.year)]
    if own.empty:
        return {}
    day = date.fromisoformat(own["recorded"].max())
    table = status.on(entries, day, case.year)
    if table.empty:
        return {}
    kept = ["code", "line", "agency", "action", "deadline", "progress", "state", "days",
            "no_owner", "no_evidence"]  # fmt: skip
    return {"progress": {"day": day.isoformat(), "actions": records(table, kept)}}


def former_plans(case: Case) -> dict:
    """The plans that the provinces it was made of had, in the first round of its own.

    They are told and not judged: a score of the new province says nothing of one part's actions.
    """
    first = int(places.geography(case.year, case.data)["first_round"])
    if not case.province.merged or case.year != first:
        return {}
    plans = []
    for code in case.province.predecessors:
        former = places.find(code, case.data, year=case.year - 1)
        actions = ledger.actions(ledger.read(former, case.data), case.year - 1)
        if len(actions):
            plans.append({
                "province": former.slug, "name_vi": former.name_vi, "name_en": former.name_en,
                "actions": len(actions), "done": int(actions["status"].eq("done").sum()),
            })  # fmt: skip
    return {"former_plans": plans} if plans else {}


def follow_up(case: Case) -> dict:
    """The planned actions and their criteria a year later; nothing where nothing was planned.

    The names of persons stay in the ledger.

    Raises
    ------
    SourceError
        When the ledger was changed after its entries were sealed.
    """
    entries = ledger.read(case.province, case.data)
    table = follow_ups.review(entries, case.levels, case.index_versions, case.code, case.year)
    here = case.positions.query("level == 'total' and year == @case.year")
    here = here[here["province"].eq(case.code) & here["score"].notna()]
    total = None if here.empty else float(here["score"].iloc[0])
    group = None if here.empty or pd.isna(here["group"].iloc[0]) else int(here["group"].iloc[0])
    wanted = follow_ups.wanted(entries, total, group, case.year)
    if table.empty and not wanted:
        return {}
    criteria = follow_ups.criteria(table)
    judged = int(criteria["verdict"].isin(follow_ups.JUDGED).sum())
    found = {
        "year": case.year - 1,
        "actions": len(table),
        "done": int(table["status"].eq("done").sum()),
        "criteria": len(criteria),
        "judged": judged,
        "by_chance": judged * follow_ups.BY_CHANCE,
        "entries": len(entries),
        "seal": ledger.head(entries),
    }
    said = ["code", "line", "agency", "action", "deadline", "status", "evidence"]
    lists = {"list": records(table, said), "scores": records(criteria)}
    return {"follow_up": plain(found) | lists | ({"wanted": plain(wanted)} if wanted else {})}


def follow_up_said(on: Speaker) -> Iterator[Sentence]:
    """What was planned, what each score did beside its forecast, and what may not be concluded."""
    if not on.get("follow_up"):
        return
    yield on.line(
        "Planned after the results of {year}: {actions} {actions:action|actions} on {criteria} "
        "{criteria:criterion|criteria}; {done} of the actions {done:is|are} done.",
        year="@follow_up.year",
        actions="@follow_up.actions",
        criteria="@follow_up.criteria",
        done="@follow_up.done",
    )
    for place, row in enumerate(on.get("follow_up.wanted") or []):
        yield _wanted(on, row, f"follow_up.wanted.{place}")
    for place, row in enumerate(on.get("follow_up.scores")):
        yield _score(on, row, f"follow_up.scores.{place}")
    if on.get("follow_up.judged"):
        yield on.line(
            "All actions of a criterion share one score, which cannot tell them apart. Of {judged} "
            "criteria judged, about {by_chance:0.0} would stand above the range by chance alone.",
            judged="@follow_up.judged",
            by_chance="@follow_up.by_chance",
        )


def _wanted(on: Speaker, row: dict, path: str) -> Sentence:
    """What was wanted of the total or the group, beside what came."""
    keys, known = (f"{path}.what", f"{path}.reached"), "came" in row
    values = {"target": f"@{path}.target"} | ({"came": f"@{path}.came"} if known else {})
    if row["what"] == "group":
        told = (mark("Group wanted: {target:0} (1 is the lowest); reached: {came:0}.") if known
                else mark("Group wanted: {target:0} (1 is the lowest); no group was published."))
        return on.line(told, keys=keys, **values)  # fmt: skip
    if not known:
        told = mark("Total wanted: {target:0.00} points; no total was published.")
        return on.line(told, keys=keys, **values)
    told = mark("Total wanted: {target:0.00} points ({wanted:+0.00;-0.00}); published: "
                "{came:0.00}.")  # fmt: skip
    return on.line(told, wanted=f"@{path}.wanted", keys=keys, **values)


def _score(on: Speaker, row: dict, path: str) -> Sentence:
    verdict = say(on.lang, follow_ups.VERDICTS[row["verdict"]])
    name = on.names[row["code"]]
    keys = (f"{path}.verdict", f"{path}.code")
    if row["verdict"] not in follow_ups.JUDGED:
        return on.line("{name}: {verdict}.", name=name, verdict=verdict, keys=keys)
    return on.line(
        "{name}: {before:0.00} → {score:0.00} points. Expected without action, with the change of "
        "the country ({national:+0.00;-0.00}): {expected:0.00}, 90% range {low:0.00} to "
        "{high:0.00}. The score is {verdict}.",
        name=name,
        before=f"@{path}.score_before",
        score=f"@{path}.score",
        national=f"@{path}.national_change",
        expected=f"@{path}.expected",
        low=f"@{path}.low",
        high=f"@{path}.high",
        verdict=verdict,
        keys=keys,
    )

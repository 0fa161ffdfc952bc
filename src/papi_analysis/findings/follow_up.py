"""What became of the plan that answered the results of the year before."""

from __future__ import annotations

from collections.abc import Iterator

from papi_analysis.findings.case import Case
from papi_analysis.findings.plain import plain, records
from papi_analysis.findings.speaker import Sentence, Speaker
from papi_analysis.i18n import say
from papi_analysis.plans import follow_up as follow_ups
from papi_analysis.plans import ledger


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
    if table.empty:
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
    return {"follow_up": plain(found) | lists}


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
    for place, row in enumerate(on.get("follow_up.scores")):
        yield _score(on, row, f"follow_up.scores.{place}")
    if on.get("follow_up.judged"):
        yield on.line(
            "All actions of a criterion share one score, which cannot tell them apart. Of {judged} "
            "criteria judged, about {by_chance:0.0} would stand above the range by chance alone.",
            judged="@follow_up.judged",
            by_chance="@follow_up.by_chance",
        )


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

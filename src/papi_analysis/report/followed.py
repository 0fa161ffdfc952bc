"""What became of last year's plan, as the report shows it under the agencies."""

from __future__ import annotations

from papi_analysis.i18n import mark, number, say
from papi_analysis.plans import follow_up, ledger
from papi_analysis.report.cells import names
from papi_analysis.report.section import SIGNED, spoken

_JOIN = "\N{NO-BREAK SPACE}"
#: Where a score lies beside the range that was aimed at.
TARGETS = {
    "below": mark("below the target"),
    "inside": mark("inside the target"),
    "above": mark("above the target"),
}


def shown(found: dict, lang: str) -> dict:
    """The criteria of the plan and its actions as words; empty where nothing was planned.

    Returns
    -------
    dict
        year, seal, sentences, scores (one row of words per criterion) and actions.
    """
    known = found.get("follow_up")
    if not known:
        return {}
    told = spoken(found, lang, "follow_up")
    return {
        "year": str(known["year"]),
        "seal": known["seal"][:12],
        "sentences": [told[0], told[-1]] if len(told) > 1 and known["judged"] else told[:1],
        "told": told,
        "scores": [_score(row, lang) for row in known["scores"]],
        "actions": [_action(row, lang) for row in known["list"]],
    }


def _score(row: dict, lang: str) -> dict[str, str]:
    """One criterion: a dash for what may not be set side by side."""

    def shown_as(key: str, pattern: str = "0.00") -> str:
        return number(lang, row[key], pattern) if key in row else "–"

    before, now = shown_as("score_before"), shown_as("score")
    span = ""
    if "expected" in row:
        span = say(lang, "{low:0.00}–{high:0.00}", low=row["low"], high=row["high"])
    aimed = say(lang, "{low:0.00}–{high:0.00}", low=row["target_low"], high=row["target_high"])
    return {
        "name": names(lang)[row["code"]],
        "scores": f"{before}{_JOIN}→{_JOIN}{now}",
        "national": shown_as("national_change", SIGNED),
        "expected": shown_as("expected"),
        "span": span,
        "verdict": say(lang, follow_up.VERDICTS[row["verdict"]]),
        "target": aimed,
        "place": say(lang, TARGETS[row["target"]]) if "target" in row else "",
    }


def _action(row: dict, lang: str) -> dict[str, str]:
    """One action with who led it, how far it came, and what proves it."""
    year, month, day = row["deadline"].split("-")
    return {
        "name": names(lang)[row["code"]],
        "agency": row["agency"],
        "action": row["action"],
        "deadline": f"{day}/{month}/{year}",
        "status": say(lang, ledger.STATUSES[row["status"]]),
        "evidence": row["evidence"],
    }

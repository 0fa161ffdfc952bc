"""What to put right first, who signs for it, what the list leaves out, what became of the plan."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup

from papi_analysis.findings import said_front
from papi_analysis.findings.said_front import behind
from papi_analysis.i18n import mark, number, say, short_day
from papi_analysis.plans import follow_up as follow_ups
from papi_analysis.plans import ledger
from papi_analysis.plots import list_chart, style
from papi_analysis.priority import REASONS
from papi_analysis.report.section import (
    SIGNED,
    STATUSES,
    Section,
    build,
    drawn_once,
    names,
    rounded,
    spoken,
)

#: Flags beside a criterion: a short word, and what it means.
FLAGS = {
    "frozen": (
        mark("hardly moves"),
        mark("provinces keep their order from year to year; quick gains are rare"),
    ),
    "threshold": (
        mark("scored by a threshold"),
        mark("scored as if by a threshold: one year can move it by half a point and back"),
    ),
    "election_cycle": (
        mark("election cycle"),
        mark("follows the calendar of elections"),
    ),
    "structural": (
        mark("structural"),
        mark("depends on infrastructure and people's equipment more than on one office"),
    ),
    "new_composition": (
        mark("new questions"),
        mark("made of other questions than before, so earlier years tell nothing"),
    ),
}
#: Where a score lies beside the range that was aimed at.
TARGETS = {
    "below": mark("below the target"),
    "inside": mark("inside the target"),
    "above": mark("above the target"),
}


def expected(row: dict) -> float:
    """The next published score of a criterion without new action, in points."""
    return row["expected"]


def priority_list(findings: dict) -> list[dict]:
    """The criteria of the list (see `said_front.priority_list`), those furthest behind first."""
    return [findings["priorities"][place] for place in said_front.priority_list(findings)]


def plan_day(findings: dict) -> str:
    """The day that is proposed for the plans of the agencies; "" where there is none."""
    days = [row["first"] for row in findings.get("calendar", [])
            if (row["step"], row["kind"]) == ("plan", "proposed")]  # fmt: skip
    return short_day(date.fromisoformat(days[0])) if days else ""


def agency_of(row: dict, lang: str) -> str:
    """The lead agency in the language, where it is on file in it."""
    return (lang == "en" and row.get("agency_en")) or row.get("agency", "")


def led_by(row: dict, lang: str) -> str:
    """Who leads a criterion, and how far that is settled."""
    agency = agency_of(row, lang)
    status = row.get("agency_status", "unassigned")
    if not agency:
        return say(lang, STATUSES["unassigned"])
    if status == "confirmed":
        return agency
    return say(lang, "proposed: {agency}", agency=agency)


def _best(row: dict, lang: str) -> str:
    """The best of the region in a criterion, with the place of the province itself."""
    best = row.get("best_of_region")
    if not best:
        return ""
    return say(
        lang, "best of the region {score:0.00} ({name}), this province {rank}/{n}",
        score=best["score"], name=best.get(f"name_{lang}", best["province"]),
        rank=best["regional_rank"], n=best["n"],
    )  # fmt: skip


def _starters(row: dict, lang: str) -> str:
    """How many provinces that started as low reached the median and the benchmark in a year."""
    known = row.get("starters")
    if not known:
        return ""
    return say(
        lang, "{median} and {benchmark} of {n}", median=known["reached_median"],
        benchmark=known["reached_benchmark"], n=known["n"],
    )  # fmt: skip


def _row(row: dict, findings: dict, lang: str, span: tuple[float, float]) -> dict:
    """A criterion of the list: every cell is text, and its drawing."""
    called = names(lang)
    best = row.get("best_of_region", {}).get("score")
    drawing = list_chart.dumbbell(
        score=row["score"], expected=expected(row), benchmark=row["benchmark"], best=best,
        span=span, lang=lang,
    )  # fmt: skip
    p, redrawn = row.get("p_top5"), row.get("p_top5_redrawn")
    return {
        "code": row["code"],
        "name": called[row["code"]],
        "tier": row.get("tier") if findings.get("tiers_given", True) else None,
        "asked": row.get(f"what_is_asked_{lang}", ""),
        "drawing": Markup(style.svg(drawing, key=row["code"])),
        "alt": drawing.caption.alt,
        "gap": number(lang, behind(row)),
        "p": "" if p is None else number(lang, p, "0%"),
        "redrawn": "" if redrawn is None else number(lang, redrawn, "0%"),
        "starters": _starters(row, lang),
        "led": led_by(row, lang),
        "best": _best(row, lang),
        "lever": row.get(f"lever_{lang}", ""),
        "flags": [say(lang, FLAGS[flag][0]) for flag in row.get("flags", [])],
    }


@drawn_once
def priorities(findings: dict, *, lang: str) -> Section:
    """The list: what each criterion asks, its scores in one drawing, how sure, who leads it."""
    heading = say(lang, "List of priorities, by points behind the benchmark")
    chosen = priority_list(findings)
    if not chosen:
        reason = say(lang, "Every published criterion is expected at its benchmark or above.")
        if not findings.get("priorities"):
            reason = say(lang, "No list can be given for this year: no earlier year to learn from.")
        return build("priorities", heading, lang, told=[reason], reason=reason, rows=[], note=[],
                     year=str(findings["year"]))  # fmt: skip
    span = list_chart.span(
        [(row["score"], expected(row), row["benchmark"], row.get("best_of_region", {}).get("score"))
         for row in chosen]
    )  # fmt: skip
    rows = [_row(row, findings, lang, span) for row in chosen]
    note = spoken(findings, lang, "keep")
    told = [_told(cells, lang) for cells in rows] + note
    return build("priorities", heading, lang, told=told, rows=rows, reason="", note=note,
                 year=str(findings["year"]))  # fmt: skip


def _told(row: dict, lang: str) -> str:
    parts = [row["alt"], row["led"], row["best"]]
    if row["p"]:
        parts.append(say(lang, "in the first five with {p}", p=row["p"]))
    return f"{row['name']}: {'; '.join(part for part in parts if part)}"


def agencies(findings: dict, *, lang: str) -> Section:
    """One table to sign: each criterion of the list with who leads, who helps, and by when."""
    heading = say(lang, "Assignment of lead agencies")
    rows = []
    for row in priority_list(findings):
        agency = agency_of(row, lang)
        rows.append({
            "name": names(lang)[row["code"]],
            "agency": agency,
            "status": say(lang, STATUSES[row.get("agency_status", "unassigned")]),
            "with": (lang == "en" and row.get("coordinating_en")) or row.get("coordinating", ""),
            "when": plan_day(findings),
            "score": number(lang, row["score"]),
            "benchmark": number(lang, row["benchmark"]),
        })  # fmt: skip
    told = [" · ".join(part for part in (row["name"], row["agency"], row["status"], row["with"])
                       if part) for row in rows]  # fmt: skip
    if not told:
        told = [say(lang, "No criterion is on the list, so no lead is to be named.")]
    return build("agencies", heading, lang, told=told, rows=rows)


def left_out(findings: dict, *, lang: str) -> Section:
    """Criteria behind the benchmark that are not on the list, and those that need no push now."""
    called, first = names(lang), {row["code"] for row in priority_list(findings)}
    known = {row["code"]: row for row in findings.get("priorities", [])}
    reasons = {row["code"]: row["reason"] for row in findings.get("left_out", [])}
    rest = [row for row in known.values() if row["code"] not in first]
    skipped = [
        {"name": called[row["code"]], "score": number(lang, row["score"]),
         "expected": number(lang, expected(row)), "benchmark": number(lang, row["benchmark"]),
         "gap": number(lang, behind(row)),
         "why": say(lang, REASONS[reasons[row["code"]]]) if row["code"] in reasons else ""}
        for row in sorted(rest, key=lambda row: (-behind(row), row["code"]))
    ]  # fmt: skip
    chase = [
        {"name": called[row["code"]], "why": say(lang, REASONS[row["reason"]]),
         "change": number(lang, _change(known[row["code"]]), SIGNED)}
        for row in findings.get("do_not_chase", [])
        if row["code"] in known and behind(known[row["code"]]) > 0
    ]  # fmt: skip
    holes = [called[row["code"]] for row in findings.get("not_assessed", [])]
    flags = sorted({flag for row in known.values() for flag in row.get("flags", [])})
    meanings = [tuple(say(lang, text) for text in FLAGS[flag]) for flag in FLAGS if flag in flags]
    told = ["; ".join(filter(None, (f"{row['name']}: {row['gap']}", row["why"])))
            for row in skipped]  # fmt: skip
    heading = say(lang, "Criteria not on the list of priorities")
    return build(
        "left-out", heading, lang, told=told, skipped=skipped, chase=chase, holes=holes,
        flags=meanings,
    )  # fmt: skip


def _change(row: dict) -> float:
    """The change to be expected without new action, from the numbers as they are printed."""
    return round(rounded(expected(row)) - rounded(row["score"]), 2)


def follow_up(findings: dict, *, lang: str) -> Section:
    """What became of last year's plan; empty where nothing was planned."""
    known = findings.get("follow_up")
    heading = say(lang, "What became of last year's plan")
    if not known:
        text = say(lang, "No plan of the year before is on file.")
        return build("follow-up", heading, lang, told=[text], followed={}, empty=True)
    told = spoken(findings, lang, "follow_up")
    context = {
        "year": str(known["year"]),
        "seal": known["seal"][:12],
        "sentences": [told[0], told[-1]] if len(told) > 1 and known["judged"] else told[:1],
        "scores": [_judged(row, lang) for row in known["scores"]],
        "actions": [_action(row, lang) for row in known["list"]],
    }
    return build("follow-up", heading, lang, told=told, followed=context)


def _judged(row: dict, lang: str) -> dict[str, str]:
    """One criterion of the plan: a dash for what may not be set side by side."""

    def shown_as(key: str, pattern: str = "0.00") -> str:
        return number(lang, row[key], pattern) if key in row else "–"

    def between(low: float, high: float) -> str:
        return say(lang, "{low:0.00}–{high:0.00}", low=low, high=high)

    before, now = shown_as("score_before"), shown_as("score")
    join = "\N{NO-BREAK SPACE}"
    return {
        "name": names(lang)[row["code"]],
        "scores": f"{before}{join}→{join}{now}",
        "national": shown_as("national_change", SIGNED),
        "expected": shown_as("expected"),
        "span": between(row["low"], row["high"]) if "expected" in row else "",
        "verdict": say(lang, follow_ups.VERDICTS[row["verdict"]]),
        "target": between(row["target_low"], row["target_high"]),
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

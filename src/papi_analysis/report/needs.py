"""What to put right first, who signs for it, what the list leaves out, what became of the plan."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd
from markupsafe import Markup

from papi_analysis.findings import said_front
from papi_analysis.findings.said_front import behind
from papi_analysis.i18n import mark, number, say, short_day
from papi_analysis.plans import follow_up as follow_ups
from papi_analysis.plans import ledger, status
from papi_analysis.plots import list_chart, style
from papi_analysis.priority import REASONS
from papi_analysis.report.section import (
    SIGNED,
    STATUSES,
    Section,
    build,
    drawn_once,
    names,
    place,
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
#: An explanation in brackets, for which a row of the list has no room.
_ASIDE = re.compile(r" \([^)]*\)")
#: Whether a score is where the plan wanted it.
TARGETS = {False: mark("below the target"), True: mark("target reached")}


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


def _cooperating(row: dict, lang: str) -> list[str]:
    """The agencies that help, in the language where they are on file in it."""
    known = (lang == "en" and row.get("coordinating_en")) or row.get("coordinating", "")
    return known.split("; ")


def led_by(row: dict, lang: str) -> str:
    """Who leads a criterion, abbreviated as in the papers of offices, or that nobody is named."""
    agency = agency_of(row, lang)
    return abbreviated(agency) if agency else say(lang, STATUSES["unassigned"])


def abbreviated(agency: str) -> str:
    """A department of two fields by their initials: Sở Giáo dục và Đào tạo is Sở GD&ĐT."""
    kind, _, fields = agency.partition(" ")
    if kind != "Sở" or " và " not in fields:
        return agency
    parts = ("".join(word[0].upper() for word in part.split()) for part in fields.split(" và "))
    return f"{kind} {'&'.join(parts)}"


def _best(row: dict, findings: dict, lang: str) -> str:
    """The best of the region in a criterion, with the place of the province itself."""
    best = row.get("best_of_region")
    if not best:
        return ""
    called = {one["province"]: one[f"name_{lang}"] for one in findings["region"]}
    return say(
        lang, "{name}; rank in the region {rank}",
        name=called.get(best["province"], best["province"]),
        rank=place(best.get("regional_rank"), best["n"]),
    )  # fmt: skip


def _starters(row: dict, lang: str) -> str:
    """How many of the provinces that started as low reached the median a year later."""
    known = row.get("starters")
    if not known:
        return ""
    return say(
        lang, "{median}/{n}", median=int(known["reached_median"]), n=int(known["n"]),
    )  # fmt: skip


def _row(row: dict, findings: dict, lang: str, span: tuple[float, float]) -> dict:
    """A criterion of the list: every cell is text, and its drawing."""
    called = names(lang)
    best = row.get("best_of_region", {}).get("score")
    drawing = list_chart.dumbbell(
        score=row["score"], expected=expected(row), benchmark=row["benchmark"], best=best,
        span=span, lang=lang,
    )  # fmt: skip
    first, second = said_front.CHANCES[findings.get("headline", "same")]
    p, other = row.get(first), row.get(second)
    return {
        "code": row["code"],
        "name": called[row["code"]],
        "tier": row.get("tier") if findings.get("tiers_given", True) else None,
        "asked": _ASIDE.sub("", row.get(f"what_is_asked_{lang}", "")),
        "drawing": Markup(style.svg(drawing, key=row["code"])),
        "alt": drawing.caption.alt,
        "gap": number(lang, behind(row)),
        "p": "" if p is None else number(lang, p, "0%"),
        "other": "" if other is None else number(lang, other, "0%"),
        "starters": _starters(row, lang),
        "led": led_by(row, lang),
        "best": _best(row, findings, lang),
        "lever": row.get(f"lever_{lang}", ""),
    }


def _link(source: str) -> str:
    """The first address of a source; "" where it holds none."""
    found = re.search(r"https?://\S+", source)
    return found.group() if found else ""


@drawn_once
def priorities(findings: dict, *, lang: str) -> Section:
    """The list: what each criterion asks, its scores in one drawing, how sure, who leads it."""
    heading = say(lang, "List of priorities, by points behind the benchmark")
    chosen = priority_list(findings)
    if not chosen:
        reason = say(lang, "No published criterion is clearly behind its benchmark.")
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
    same = findings.get("headline", "same") == "same"
    other = say(lang, "if places are redrawn" if same else "if places stay")
    return build("priorities", heading, lang, told=told, rows=rows, reason="", note=note,
                 other=other, year=str(findings["year"]))  # fmt: skip


def _told(row: dict, lang: str) -> str:
    parts = [row["alt"], row["led"], row["best"]]
    if row["p"]:
        parts.append(say(lang, "among the first 5: {p}", p=row["p"]))
    return f"{row['name']}: {'; '.join(part for part in parts if part)}"


def agencies(findings: dict, *, lang: str) -> Section:
    """One table to sign: each criterion of the list with who leads, who helps, and by when."""
    heading = say(lang, "Assignment of lead agencies")
    chosen = priority_list(findings)
    states = {row.get("agency_status", "unassigned") for row in chosen}
    rows = [
        {
            "name": names(lang)[row["code"]],
            "agency": agency_of(row, lang),
            "status": say(lang, STATUSES[row.get("agency_status", "unassigned")])
            if len(states) > 1 else "",
            "with": "; ".join(map(abbreviated, _cooperating(row, lang))),
        }
        for row in chosen
    ]  # fmt: skip
    note = {
        "confirmed": mark("The leads are confirmed by the province."),
        "proposed": mark(
            "The leads are proposed from the functions of the agencies; they are binding only "
            "when the province confirms them."
        ),
    }
    first = say(lang, note["confirmed" if states == {"confirmed"} else "proposed"])
    told = [" · ".join(part for part in (row["name"], row["agency"], row["with"]) if part)
            for row in rows]  # fmt: skip
    told = [*told, first] if told else [
        say(lang, "No criterion is on the list, so no lead is to be named.")
    ]  # fmt: skip
    return build("agencies", heading, lang, told=told, rows=rows, note=first,
                 when=plan_day(findings))  # fmt: skip


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
    measures = [
        {"code": row["code"], "name": called[row["code"]], "text": row[f"lever_{lang}"],
         "source": _link(row.get("lever_source", ""))}
        for row in known.values() if row.get(f"lever_{lang}")
    ]  # fmt: skip
    holes = [called[row["code"]] for row in findings.get("not_assessed", [])]
    flags = sorted({flag for row in known.values() for flag in row.get("flags", [])})
    meanings = [tuple(say(lang, text) for text in FLAGS[flag]) for flag in FLAGS if flag in flags]
    told = ["; ".join(filter(None, (f"{row['name']}: {row['gap']}", row["why"])))
            for row in skipped]  # fmt: skip
    heading = say(lang, "Criteria not on the list of priorities")
    return build(
        "left-out", heading, lang, told=told, skipped=skipped, chase=chase, holes=holes,
        flags=meanings, measures=measures,
    )  # fmt: skip


def _change(row: dict) -> float:
    """The change to be expected without new action, from the numbers as they are printed."""
    return round(rounded(expected(row)) - rounded(row["score"]), 2)


def follow_up(findings: dict, *, lang: str) -> Section:
    """How far this year's plan is, and what became of last year's; empty where there is none."""
    known = findings.get("follow_up")
    heading = say(lang, "The plan and what became of it")
    so_far, former = _progress(findings, lang), _former(findings, lang)
    context: dict[str, object] = {"followed": {}, "progress": so_far, "former": former}
    if not known and (so_far or former):
        return build("follow-up", heading, lang, told=[*so_far, *former], **context)
    if not known:
        text = say(lang, "No plan of the year before is on file.")
        return build("follow-up", heading, lang, told=[text], empty=True, **context)
    told = spoken(findings, lang, "follow_up")
    context["followed"] = {
        "year": str(known["year"]),
        "seal": known["seal"][:12],
        "sentences": [told[0], told[-1]] if len(told) > 1 and known["judged"] else told[:1],
        "scores": [_judged(row, lang) for row in known["scores"]],
        "actions": [_action(row, lang) for row in known["list"]],
    }
    return build("follow-up", heading, lang, told=[*so_far, *former, *told], **context)


def _former(findings: dict, lang: str) -> list[str]:
    """The plans of the provinces that this one was made of: told, and not judged by its score."""
    return [
        say(
            lang, "Plan of former {name} after the results of {before}: {actions} "
            "{actions:action|actions}, {done} done. The scores of {year} do not judge it: they are "
            "of the new province, whose places were drawn anew.",
            name=row[f"name_{lang}"], before=str(findings["year"] - 1), year=str(findings["year"]),
            actions=row["actions"], done=row["done"],
        )
        for row in findings.get("former_plans", [])
    ]  # fmt: skip


def _progress(findings: dict, lang: str) -> list[str]:
    """The plan that answers this year on the day of its last entry, as `papi status` tells it."""
    known = findings.get("progress")
    if not known:
        return []
    table = pd.DataFrame(known["actions"]).assign(person="", line=0)
    return status.told(table, date.fromisoformat(known["day"]), lang)


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
        "target": shown_as("target"),
        "place": say(lang, TARGETS[row["reached"]]) if "reached" in row else "",
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

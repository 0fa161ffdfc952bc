"""What to put right first, what that list leaves out, and who leads it."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from papi_analysis.findings.speaker import probability
from papi_analysis.i18n import mark, number, say
from papi_analysis.plots import charts
from papi_analysis.priority import REASONS, TIER_A, TIER_B
from papi_analysis.report import followed
from papi_analysis.report.cells import names
from papi_analysis.report.section import SIGNED, STATUSES, Section, build, spoken

#: The tiers in words: A first, then B, then C.
TIERS = {
    "A": mark("Tier A – first, and surely so"),
    "B": mark("Tier B – next, less surely"),
    "C": mark("Tier C – the others"),
}
#: Flags beside a criterion: a short word, and what it means.
FLAGS = {
    "frozen": (
        mark("hardly moves"),
        mark("provinces keep their order from year to year; quick gains are rare"),
    ),
    "threshold": (
        mark("scored by a bar"),
        mark("scored as if by a bar: one year can move it by half a point and back"),
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


def _histories(found: dict) -> dict[str, list[dict]]:
    """The history of each sub-dimension by year, ready to draw."""
    histories: dict[str, list[dict]] = {}
    for row in sorted(found["series"], key=lambda row: row["year"]):
        if row["level"] == "subdimension":
            ready = {**row, "score": row.get("score"), "comparable": not row.get("break")}
            histories.setdefault(row["code"], []).append(ready)
    return histories


def _spark(rows: list[dict], found: dict, lang: str) -> Markup:
    there = [row for row in rows if row["score"] is not None]
    if not there:
        return Markup("")
    first, last = there[0], there[-1]
    alt = say(
        lang, "{from}: {before:0.00}; {to}: {after:0.00} points; breaks in between: {breaks}",
        **{"from": str(first["year"]), "to": str(last["year"])}, before=first["score"],
        after=last["score"], breaks=sum(not row["comparable"] for row in rows[1:]),
    )  # fmt: skip
    start = min(row["year"] for row in found["series"])
    return Markup(charts.spark(rows, alt=alt, first=start, last=found["year"]))


def _row(row: dict, history: list[dict] | None, found: dict, lang: str) -> dict:
    """A criterion as the table shows it; every cell is text."""
    called = names(lang)
    low, high = (probability(lang, row[f"p_top5_{kind}"]) for kind in ("predictive", "latent"))
    return {
        "code": row["code"],
        "name": called[row["code"]],
        "dimension": called[row["dimension"]],
        "agency": row.get("agency", ""),
        "status": say(lang, STATUSES[row.get("agency_status", "unassigned")]),
        "flags": [tuple(say(lang, word) for word in FLAGS[flag]) for flag in row["flags"]],
        "span": say(lang, "{score:0.00} → {benchmark:0.00}", score=row["score"],
                    benchmark=row["benchmark"]),
        "score": number(lang, row["score"]),
        "benchmark": number(lang, row["benchmark"]),
        "headroom": number(lang, row["headroom"]),
        "latent": high,
        "predictive": low,
        "spark": "" if history is None else _spark(history, found, lang),
        "no_action": number(lang, row["no_action"]),
        "no_action_sd": number(lang, row["no_action_sd"]),
        "no_action_change": number(lang, row["no_action_change"], SIGNED),
    }  # fmt: skip


def priorities(found: dict, *, lang: str) -> Section:
    """The criteria by tier, with owner, points to gain, certainty and history."""
    heading = say(lang, "Criteria in order of need")
    if not found.get("priorities"):
        reason = say(lang, "No order can be given for this year: no earlier year speaks for it.")
        return build("priorities", heading, lang, told=[reason], reason=reason, tiers=[], flags=[])
    history = _histories(found)
    rows = [(row, _row(row, history.get(row["code"]), found, lang)) for row in found["priorities"]]
    top = max(row["headroom"] for row, _ in rows) or 1
    for row, cells in rows:
        cells["bar"] = round(100 * row["headroom"] / top)
    by_tier = {tier: [cells for row, cells in rows if row.get("tier") == tier] for tier in TIERS}
    tiers = [
        {"tier": tier, "name": say(lang, text), "rows": by_tier[tier]}
        for tier, text in TIERS.items()
    ]
    told = [*spoken(found, lang, "priorities"), *(_told(cells, lang) for _, cells in rows)]
    flags = [(say(lang, word), say(lang, text)) for word, text in _used(found)]
    borders = say(
        lang,
        "Tier A: a probability of {first:0%} or more of being one of the five furthest behind in "
        "the next survey. Tier B: {second:0%} or more. Tier C: the others.",
        first=TIER_A, second=TIER_B,
    )  # fmt: skip
    context = {"tiers": tiers, "flags": flags, "reason": "", "holes": _holes(found, lang)}
    return build("priorities", heading, lang, told=told, borders=borders, **context)


def _told(row: dict, lang: str) -> str:
    return say(
        lang,
        "{name}: score {score}, benchmark {benchmark}, {headroom} points to gain; among the five "
        "largest with {latent} (next survey {predictive}); without action {no_action}",
        **{key: row[key] for key in
           ("name", "score", "benchmark", "headroom", "latent", "predictive", "no_action")},
    )  # fmt: skip


def _used(found: dict) -> Iterable[tuple[str, str]]:
    here = {flag for row in found["priorities"] for flag in row["flags"]}
    return (FLAGS[flag] for flag in FLAGS if flag in here)


def _holes(found: dict, lang: str) -> list[str]:
    """Names of the criteria that could not be judged."""
    return [names(lang)[row["code"]] for row in found.get("not_assessed", [])]


def left_out(found: dict, *, lang: str) -> Section:
    """Criteria behind the benchmark that the list leaves out, and two not to chase."""
    called = names(lang)
    skipped = [
        {"name": called[row["code"]], "gap": number(lang, row["raw_gap"]),
         "headroom": number(lang, row["headroom"]), "why": say(lang, REASONS[row["reason"]])}
        for row in found.get("left_out", [])
    ]  # fmt: skip
    chase = [
        {"name": called[row["code"]], "why": say(lang, REASONS[row["reason"]]),
         "change": number(lang, row["no_action_change"], SIGNED)}
        for row in found.get("do_not_chase", [])
    ]  # fmt: skip
    told = spoken(found, lang, "left_out")
    lines = [f"{row['name']}: {row['gap']}; {row['why']}" for row in skipped]
    heading = say(lang, "What this list leaves out")
    return build(
        "left-out", heading, lang, told=[*told, *lines], intro=told[:1], skipped=skipped,
        chase=chase,
    )  # fmt: skip


def agencies(found: dict, *, lang: str) -> Section:
    """One block per agency: its criteria, points to gain, what to expect without action."""
    heading = say(lang, "Lead agencies")
    rows = [(row, _row(row, None, found, lang)) for row in found.get("priorities", [])]
    blocks: dict[str, list] = {}
    for row, cells in rows:
        if row.get("agency"):
            blocks.setdefault(row["agency"], []).append((row, cells))
    shown = [
        {"agency": name, "status": members[0][1]["status"],
         "sum": number(lang, sum(row["headroom"] for row, _ in members)),
         "rows": [{**cells, "tier": row.get("tier", "")} for row, cells in members]}
        for name, members in blocks.items()
    ]  # fmt: skip
    told = [_block_told(block, lang) for block in shown]
    if not told:
        told = [say(lang, "No lead agencies are on file for this province.")]
    first = [block for block in shown if any(row["tier"] != "C" for row in block["rows"])]
    others = [block for block in shown if block not in first]
    after = followed.shown(found, lang)
    told += after.get("told", [])
    return build("agencies", heading, lang, told=told, blocks=first, others=others, followed=after)


def _block_told(block: dict, lang: str) -> str:
    rows = "; ".join(f"{row['name']} ({row['tier']}, {row['headroom']})" for row in block["rows"])
    return say(
        lang, "{agency} ({status}): {criteria}",
        agency=block["agency"], status=block["status"], criteria=rows,
    )  # fmt: skip

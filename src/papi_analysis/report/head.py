"""The head of the report and its summary, which stands alone on a page."""

from __future__ import annotations

from collections import Counter
from datetime import date

from papi_analysis.i18n import day, mark, number, say
from papi_analysis.report.cells import names, place
from papi_analysis.report.section import (
    DRAFT,
    GROUP_NAMES,
    SHORT_GROUPS,
    STATUSES,
    Section,
    build,
    spoken,
)

_FIRST = 5  # criteria named in the summary at most


def _name(found: dict, lang: str) -> str:
    return found["province"][f"name_{lang}"]


def headline(found: dict, lang: str) -> str:
    """The whole report in one sentence."""
    where, year = found["position"], str(found["year"])
    province = _name(found, lang)
    if where.get("rank") is None:
        return say(
            lang, "{province}, PAPI {year}: no total can be given, a part is not published",
            province=province, year=year,
        )  # fmt: skip
    group = say(lang, GROUP_NAMES[where["group"]])
    rank = place(where["rank"], where["n"])
    first = [row for row in found.get("priorities", []) if row.get("tier") == "A"]
    if not first:
        return say(
            lang, "{province}, PAPI {year}: {group}, rank {rank}",
            province=province, year=year, group=group, rank=rank,
        )  # fmt: skip
    return say(
        lang, "{province}, PAPI {year}: {group}, rank {rank}; criteria to improve first: {count}",
        province=province, year=year, group=group, rank=rank, count=len(first),
    )  # fmt: skip


def masthead(found: dict, *, lang: str) -> Section:
    """For whom, title as a sentence, year and day of the figures, orders it serves, its status."""
    title = headline(found, lang)
    organ = say(lang, "Advisory paper for the leaders of {province}", province=_name(found, lang))
    status = say(lang, DRAFT)
    facts = [_figures(found, lang), *_orders(found, lang)]
    context = {"organ": organ, "status": status, "facts": facts}
    return build("masthead", title, lang, told=[organ, *facts, status], **context)


def _figures(found: dict, lang: str) -> str:
    """Which figures, since when they are public, and how many provinces they compare."""
    values = {"year": str(found["year"]), "n": found["position"]["n"]}
    if "published" not in found:
        return say(
            lang, "Figures: PAPI {year} as published; compared with {n} provinces that have a "
            "total", **values,
        )  # fmt: skip
    return say(
        lang, "Figures: PAPI {year}, published on {day}; compared with {n} provinces that have a "
        "total", day=day(lang, date.fromisoformat(found["published"])), **values,
    )  # fmt: skip


def _orders(found: dict, lang: str) -> list[str]:
    """The orders of the province that the paper serves."""
    return [
        say(lang, "Serves {organ} dispatch {number} ({year}): {asks}", number=row["number"],
            year=str(row["year"]), organ=row[f"organ_{lang}"], asks=row[f"asks_{lang}"])
        for row in found.get("serves", [])
    ]  # fmt: skip


def tiles(found: dict, lang: str) -> list[dict]:
    """The four numbers of the summary: label, value, note, and what is drawn under them."""
    where = found["position"]
    if where.get("rank") is None:
        return []
    rank = {"label": say(lang, "Rank"), "value": place(where["rank"], where["n"]), "note": ""}
    if "rank_band_90" in where:
        low, high = where["rank_band_90"]
        rank["note"] = say(lang, "with 90% certainty between {low} and {high}", low=low, high=high)
        n = max(where["n"] - 1, 1)
        rank["band"] = [round(100 * (value - 1) / n, 1) for value in (low, high, where["rank"])]
    total = {"label": say(lang, "Total score"), "value": number(lang, where["total"])}
    total["note"] = _change(found, lang)
    group = {"label": say(lang, "Group"), "group": where["group"]}
    value = say(lang, SHORT_GROUPS[where["group"]])
    group["value"] = value[0].upper() + value[1:]
    group["note"] = say(lang, "one of four groups of provinces by total score")
    empty = {"band": None, "group": None}
    return [empty | tile for tile in (group, rank, total, _next(where, lang))]


def _change(found: dict, lang: str) -> str:
    where = found["position"]
    if "change" not in where:
        return say(lang, "cannot be set beside {year}", year=str(found["year"] - 1))
    values = {
        "change": where["change"],
        "national": where["national_change"],
        "year": str(found["year"] - 1),
    }
    if where.get("comparable", True):
        return say(lang, "{change:+0.00;−0.00} since {year}; the country {national:+0.00;−0.00}",
                   **values)  # fmt: skip
    return say(
        lang,
        "{change:+0.00;−0.00} since {year}, but the method changed; the country "
        "{national:+0.00;−0.00}",
        **values,
    )


def _next(where: dict, lang: str) -> dict:
    gap = where.get("next_group_gap")
    if gap is None:
        return {
            "label": say(lang, "Lead"),
            "value": say(lang, "{gap:0.00} points", gap=where["total"] - where["p75"]),
            "note": say(lang, "above the lower edge of the highest group"),
        }
    up = say(lang, GROUP_NAMES[min(where["group"] + 1, 4)])
    return {
        "label": say(lang, "To the next group"),
        "value": say(lang, "{gap:0.00} points", gap=gap),
        "note": say(lang, "are missing to enter the {group}", group=up),
    }


def counts(found: dict, lang: str) -> list[dict]:
    """How many dimensions stand in each group, lowest first."""
    tally = Counter(row["group"] for row in found["dimensions"] if row.get("group"))
    return [
        {"group": group, "count": tally[group], "name": say(lang, name)}
        for group, name in SHORT_GROUPS.items()
    ]


def sentences(found: dict, lang: str) -> list[str]:
    """Three to five generated sentences: what moved, how sure, what comes after the first."""
    where = found["position"]
    told = spoken(found, lang, "position")[:1] if where.get("rank") is None else []
    told += spoken(found, lang, "change", using="position.comparable")
    told += spoken(found, lang, "change", using="position.national_change")
    if "change" not in where and where.get("rank") is not None:
        told += spoken(found, lang, "change")[:1]  # that there is no year before to set beside
        told += spoken(found, lang, "position", using="position.region_rank")
    told += spoken(found, lang, "noise")[:1]
    return list(dict.fromkeys(told)) + _after_the_first(found, lang)


def _after_the_first(found: dict, lang: str) -> list[str]:
    """Tier B in a sentence, or that no criterion stands out."""
    told = spoken(found, lang, "priorities")
    tiers = {row.get("tier") for row in found.get("priorities", [])}
    return told[1:2] if tiers >= {"A", "B"} else told[:1] if tiers and "A" not in tiers else []


def _urgent(found: dict) -> list[dict]:
    """The criteria of tier A, as many as the summary names."""
    return [row for row in found.get("priorities", []) if row.get("tier") == "A"][:_FIRST]


def first(found: dict, lang: str) -> list[dict]:
    """The criteria of tier A: name, points to gain, who leads it and how far that is settled."""
    rows = _urgent(found)
    return [
        {
            "name": names(lang)[row["code"]],
            "gain": say(lang, "{points:0.00} points to gain", points=row["headroom"]),
            "agency": row.get("agency", ""),
            "status": say(lang, STATUSES[row.get("agency_status", "unassigned")]),
        }
        for row in rows
    ]


def _ask(rows: list[dict]) -> str:
    """What is to be decided about the leads of these criteria, by how far they are settled."""
    known = {row.get("agency_status", "unassigned") for row in rows}
    if known == {"confirmed"}:
        return mark(
            "To decide: have the lead agency of each of these criteria ({count}) make a "
            "remediation plan."
        )
    if "unassigned" not in known:
        return mark(
            "To decide: confirm the lead agency of each of these criteria ({count}), and have it "
            "make a remediation plan."
        )
    if known == {"unassigned"}:
        return mark(
            "To decide: name the lead agency of each of these criteria ({count}), and have it make "
            "a remediation plan."
        )
    return mark(
        "To decide: confirm the lead agency of each of these criteria ({count}), or name one where "
        "none is named yet, and have it make a remediation plan."
    )


def summary(found: dict, *, lang: str) -> Section:
    """Half a page: four tiles, the count of groups, three to five sentences, what to decide."""
    shown, told, rows = tiles(found, lang), sentences(found, lang), first(found, lang)
    numbers = [f"{tile['label']}: {tile['value']} ({tile['note']})" for tile in shown]
    tally = counts(found, lang)
    counted = ", ".join(f"{row['count']} {row['name']}" for row in tally)
    lines = [*numbers, say(lang, "Dimensions by group: {counts}.", counts=counted), *told]
    for row in rows:
        lead = f"{row['agency']} ({row['status']})" if row["agency"] else row["status"]
        lines.append(f"{row['name']}: {row['gain']}; {lead}")
    ask = ""
    if rows:
        ask = say(lang, _ask(_urgent(found)), count=len(rows))
        lines.append(ask)
    context = {"tiles": shown, "counts": tally, "sentences": told, "first": rows, "ask": ask}
    return build("summary", say(lang, "Summary"), lang, told=lines, **context)

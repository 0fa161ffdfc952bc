"""The first page: what is asked, where the province stands, what the list would bring, how sure."""

from __future__ import annotations

from datetime import date

from papi_analysis import places
from papi_analysis.i18n import day, mark, say, short_day
from papi_analysis.report import FILES
from papi_analysis.report.needs import led_by, plan_day, priority_list
from papi_analysis.report.section import (
    DRAFT,
    GROUP_NAMES,
    Section,
    build,
    listed,
    names,
    place,
    rounded,
    spoken,
)


def province_name(findings: dict, lang: str) -> str:
    """The name of the province."""
    return findings["province"][f"name_{lang}"]


def authority(findings: dict, lang: str) -> str:
    """The People's Committee of the province or city."""
    types = places.units("province", f"{findings['year']}-12").set_index("code")["type"]
    city = types.get(findings["province"]["code"], "") == "thanh_pho"
    text = (
        mark("People's Committee of {name} City")
        if city
        else mark("People's Committee of {name} Province")
    )
    return say(lang, text, name=province_name(findings, lang))


def headline(findings: dict, lang: str) -> str:
    """What is asked of the leaders in one line."""
    year = str(findings["year"])
    if not findings.get("priorities"):
        return say(lang, "PAPI {year}: no list of priorities can be given", year=year)
    count = len(priority_list(findings))
    if not count:
        return say(
            lang, "PAPI {year}: no criterion is clearly behind its benchmark", year=year,
        )  # fmt: skip
    return say(
        lang, "PAPI {year}: {count} {count:criterion|criteria} to improve first", year=year,
        count=count,
    )  # fmt: skip


def standing(findings: dict, lang: str) -> str:
    """Where the province stands with the band of its rank, in a few words."""
    where = findings["position"]
    if where.get("rank") is None:
        return say(lang, "no total, no rank")
    group = say(lang, GROUP_NAMES[where["group"]])
    rank = place(where["rank"], where["n"])
    low, high = _band(findings)
    if low is None:
        return say(lang, "{group}, rank {rank}", group=group, rank=rank)
    return say(
        lang, "{group}, rank {rank} (90% band: {low} to {high})",
        group=group, rank=rank, low=low, high=high,
    )  # fmt: skip


def _band(findings: dict) -> tuple[int | None, int | None]:
    """The 90% band of the rank: over the years of the sample block where known, or of one year."""
    block = findings.get("reach", {}).get("rank_block")
    if block:
        return int(block["low"]), int(block["high"])
    low, high = findings["position"].get("rank_band_90", (None, None))
    return low, high


def masthead(findings: dict, *, lang: str) -> Section:
    """For whom, the title as a sentence, day of the figures, and what became of the province."""
    name = province_name(findings, lang)
    h1 = headline(findings, lang)
    title = f"{name} – {h1} – {standing(findings, lang)}"
    organ = say(lang, "Advisory paper for the leaders of the {authority}",
                authority=authority(findings, lang))  # fmt: skip
    draft = say(lang, "Draft")
    facts, notice = _figures(findings, lang), _successor(findings, lang)
    merged = f"{notice['text']} {notice['label']}" if notice else ""
    told = [organ, h1, facts, *filter(None, [merged]), say(lang, DRAFT)]
    foot = f"{name} · PAPI {findings['year']} · {draft}"
    return build(
        "masthead", title, lang, told=told, organ=organ, draft=draft, h1=h1, facts=[facts],
        notice=notice, status=say(lang, DRAFT), foot=foot, foot_data=_published(findings, lang),
    )  # fmt: skip


def _published(findings: dict, lang: str) -> str:
    """The day of the data in figures, as the foot of a page has it."""
    if "published" not in findings:
        return ""
    when = date.fromisoformat(findings["published"])
    return say(lang, "data published {day}", day=short_day(when))


def _figures(findings: dict, lang: str) -> str:
    """Which figures, since when they are public, and how much of them there is."""
    published = sum(row.get("score") is not None for row in findings["subdimensions"])
    values = {"year": str(findings["year"]), "k": published, "n": len(findings["subdimensions"])}
    if "published" not in findings:
        return say(lang, "PAPI {year} as published; {k} of {n} criteria published", **values)
    return say(
        lang, "PAPI {year}, published on {day}; {k} of {n} criteria published",
        day=day(lang, date.fromisoformat(findings["published"])), **values,
    )  # fmt: skip


def _successor(findings: dict, lang: str) -> dict[str, str]:
    """That the province was merged after these figures, with the page of its successor."""
    old, code = places.provinces().set_index("province"), findings["province"]["code"]
    if code not in old.index or findings["year"] >= places.MERGER.year:
        return {}
    new = old.loc[code, "successor_code"]
    if (old["successor_code"] == new).sum() < 2:  # it went on alone
        return {}
    to = places.units_of(places.MERGER.year).set_index("code").loc[new]
    page = FILES[lang]
    return {
        "text": say(
            lang, "Since {day} the former {province} is part of", day=short_day(places.MERGER),
            province=province_name(findings, lang),
        ),
        "link": f"../../{to['slug']}/{places.MERGER:%Y-%m}/{findings['year']}/{page}",
        "label": to[f"name_{lang}"],
    }  # fmt: skip


def asks(findings: dict, lang: str) -> list[dict]:
    """What the leaders are asked to decide: a sentence, and the criteria that it is about."""
    rows = priority_list(findings)
    if not rows:
        return _nothing_to_ask(findings, lang)
    items = [
        {"name": names(lang)[row["code"]], "agency": led_by(row, lang)}
        for row in rows
    ]  # fmt: skip
    first = say(lang, _leads(rows), count=len(rows))
    plan = _deadline(findings, lang)
    second = say(lang, plan) if isinstance(plan, str) else say(lang, plan[0], **plan[1])
    third = say(lang, "Set targets as scores of criteria, not as ranks: a rank moves by chance.")
    return [
        {"text": first, "items": items},
        {"text": second, "items": []},
        {"text": third, "items": []},
    ]


def _leads(rows: list[dict]) -> str:
    """What is to be decided about the leads of these criteria, by how far they are settled."""
    known = {row.get("agency_status", "unassigned") for row in rows}
    if known == {"confirmed"}:
        return mark("Have the lead agencies act on {count} {count:criterion|criteria}:")
    if "unassigned" not in known:
        return mark("Confirm the proposed lead of {count} {count:criterion|criteria} of PAPI:")
    return mark("Name the lead agency of {count} {count:criterion|criteria}:")


def _deadline(findings: dict, lang: str) -> object:
    """The order to make a plan, with the day of the calendar where there is one."""
    when = plan_day(findings)
    if not when:
        return mark(
            "Have the lead agencies send their plans to the Department of Home Affairs, which "
            "follows up and reports."
        )
    return (
        mark(
            "Have the lead agencies send their plans to the Department of Home Affairs before "
            "{when} (proposed); the Department follows up and reports."
        ),
        {"when": when},
    )


def _nothing_to_ask(findings: dict, lang: str) -> list[dict]:
    """What is asked where no criterion is behind, or none can be judged."""
    text = mark(
        "No new order is needed: keep the criteria at the benchmark, and follow those that are "
        "expected to fall."
    )
    if not findings.get("priorities"):
        text = mark("No list of priorities: wait for the next figures before giving orders.")
    return [{"text": say(lang, text), "items": []}]


def _rank_line(findings: dict, lang: str) -> dict:
    """The rank on a line from the last to the first of the country, with its band, in percent."""
    where = findings["position"]
    if where.get("rank") is None:
        return {}
    n = where["n"]
    low, high = _band(findings)

    def at(rank: float) -> float:
        return round(100 * (n - rank) / max(n - 1, 1), 1)

    line = {"spot": at(where["rank"]), "rank": place(where["rank"], n)}
    if low is not None:
        line |= {"left": at(high), "right": round(100 - at(low), 1)}
        block = findings.get("reach", {}).get("rank_block")
        line["note"] = say(lang, "90% band: rank {low} to {high}", low=low, high=high)
        if block and block.get("first_year") != block.get("last_year"):
            line["note"] = say(
                lang, "90% band: rank {low} to {high} ({first}–{last} together)", low=low,
                high=high, first=str(int(block["first_year"])), last=str(int(block["last_year"])),
            )  # fmt: skip
    return line


def _group_line(findings: dict, lang: str) -> str:
    """The group as a heading, with its doubt."""
    where = findings["position"]
    if where.get("rank") is None:
        return say(lang, "Position: no total, because a part is not published")
    group = say(lang, GROUP_NAMES[where["group"]])
    close = _close(where)
    text = mark("Position: {group}")
    if close is not None:
        text = mark("Position: {group}, by a margin of only {margin:0.00} points")
    return say(lang, text, group=group, **({} if close is None else {"margin": close}))


#: Points of the total; a border of a group nearer than this hangs on hundredths.
NARROW_MARGIN = 0.1


def _close(where: dict) -> float | None:
    """How far the total is from the nearer border of its group, where that is very little."""
    borders = {1: ("p25",), 2: ("p25", "median"), 3: ("median", "p75"), 4: ("p75",)}
    gaps = [
        abs(rounded(where["total"]) - rounded(where[name]))
        for name in borders[where["group"]] if name in where
    ]  # fmt: skip
    if where.get("next_group_gap") is not None:
        gaps.append(rounded(where["next_group_gap"]))
    nearest = min(gaps, default=1.0)
    return nearest if nearest < NARROW_MARGIN else None


def reach(findings: dict, lang: str) -> list[dict]:
    """The rank that reaching the median in one, five or all criteria behind it would give."""
    brings = findings.get("reach", {}).get("brings") or findings["position"].get("reach") or {}
    texts = {
        "one": mark("the criterion furthest below"),
        "five": mark("a group of five criteria"),
        "all": mark("all criteria"),
    }
    tiles = [
        {"value": say(lang, "rank ~{rank}", rank=round(brings[key])), "note": say(lang, text)}
        for key, text in texts.items() if key in brings
    ]  # fmt: skip
    values = [tile["value"] for tile in tiles]
    return tiles if len(set(values)) > 1 else []


def sureness(findings: dict, lang: str) -> list[str]:
    """How sure the list is: probabilities, and how seldom such gaps were closed in a year."""
    return [*spoken(findings, lang, "few"), *spoken(findings, lang, "certainty")]


def calendar(findings: dict, lang: str) -> list[dict]:
    """The steps of the PAPI year after the publication: when, what, whether the day is proposed.

    Of a text only what stands before the first comma: the line of steps has room for no more.
    """
    rows = findings.get("calendar", [])
    proposed = {row["step"] for row in rows if row["kind"] == "proposed"}
    return [
        {"when": _when(row, lang), "what": row[f"text_{lang}"].split(",")[0],
         "proposed": row["kind"] == "proposed"}
        for row in rows
        if row["step"] != "publication"
        and (row["kind"] == "proposed" or row["step"] not in proposed)
    ]  # fmt: skip


def _when(row: dict, lang: str) -> str:
    """A day, or the months between two days."""
    first, last = (date.fromisoformat(row[end]) for end in ("first", "last"))
    if first == last:
        return short_day(first)
    if first.month == last.month:
        return say(lang, "month {first}/{year}", first=str(first.month), year=str(first.year))
    return say(
        lang, "months {first}–{last}/{year}", first=str(first.month), last=str(last.month),
        year=str(last.year),
    )  # fmt: skip


def summary(findings: dict, *, lang: str) -> Section:
    """The decisions asked for, the position with its band, the reach of the list, how sure."""
    shown, line, tiles = asks(findings, lang), _rank_line(findings, lang), reach(findings, lang)
    heading = say(lang, "Asked of the Chairman of the {authority}",
                  authority=authority(findings, lang))  # fmt: skip
    where = _group_line(findings, lang)
    moved = spoken(findings, lang, "total")
    needed = spoken(findings, lang, "needed")
    sure = sureness(findings, lang)
    steps = calendar(findings, lang)
    told = []
    for ask in shown:
        items = listed(lang, [f"{item['name']} ({item['agency']})" for item in ask["items"]])
        told.append(f"{ask['text']} {items}".strip())
    told += [where, *([f"{line['rank']}; {line.get('note', '')}"] if line else []), *moved]
    told += [f"{tile['value']}: {tile['note']}" for tile in tiles] + needed + sure
    told += [f"{step['when']}: {step['what']}" for step in steps]
    context = {
        "asks": shown, "where": where, "line": line, "moved": moved, "tiles": tiles,
        "needed": needed, "sure": sure, "steps": steps,
    }  # fmt: skip
    return build("summary", heading, lang, told=told, **context)

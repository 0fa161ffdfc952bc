"""Sentences of the first page: the total in one line, what is needed, how sure the list is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from papi_analysis.findings.speaker import Sentence, Speaker
from papi_analysis.i18n import number, short_day

TOP = 5  # criteria that a list names at most
LEAST = 0.05  # points; a gap below it would print as 0.0 and is no ground for an order
#: Keys of the probability that is told first and of the other one, by `headline`.
CHANCES = {"same": ("p_top5", "p_top5_redrawn"), "redrawn": ("p_top5_redrawn", "p_top5")}


def shown(value: float) -> float:
    """A number as it is printed, so that differences are those that a reader gets."""
    return float(number("en", value, "0.00"))


def behind(row: dict) -> float:
    """Points behind the benchmark, from the two numbers as they are printed; never below 0."""
    return max(0.0, round(shown(row["benchmark"]) - shown(row["expected"]), 2))


def priority_list(findings: dict) -> list[int]:
    """Where in the priorities the criteria of the list stand: below the benchmark, and so expected.

    The first five of the order, which is that of the points behind.
    """
    rows = findings.get("priorities") or []
    places = [
        place for place, row in enumerate(rows)
        if behind(row) >= LEAST and shown(row["score"]) < shown(row["benchmark"])
    ]  # fmt: skip
    return sorted(places, key=lambda place: (-behind(rows[place]), rows[place]["code"]))[:TOP]


def total(on: Speaker) -> Iterator[Sentence]:
    """The total, and its change beside that of the country and beside a usual year, in one line."""
    now, change = on.get("position.total"), on.get("position.change")
    if now is None:
        return
    if change is None:
        yield on.line("Total score {total:0.00}; no total of the year before.",
                      total="@position.total")  # fmt: skip
        yield from _new_start(on)
        return
    before = int(on.get("year")) - 1
    own = round(shown(now) - shown(now - change), 2)
    country = shown(on.get("position.national_change"))
    values = {"total": "@position.total", "own": own, "country": country, "before": before}
    keys = ("position.change", "position.national_change")
    if not on.get("position.comparable"):
        yield on.line(
            "Total score {total:0.00} ({own:+0.00;−0.00} from {before}, but the method changed: "
            "the two are not comparable).",
            **{name: value for name, value in values.items() if name != "country"}, keys=keys,
        )  # fmt: skip
        return
    items = on.get("noise.items") or []
    place = next((i for i, row in enumerate(items) if row["code"] == "total"), None)
    net = round(own - country, 2)
    if place is None:
        yield on.line(
            "Total score {total:0.00} ({own:+0.00;−0.00} from {before}; the country "
            "{country:+0.00;−0.00}).", **values, keys=keys,
        )  # fmt: skip
        return
    least = on.get(f"noise.items.{place}.mdc")
    text = (
        "Total score {total:0.00} ({own:+0.00;−0.00} from {before}; the country "
        "{country:+0.00;−0.00}). The difference of {net:+0.00;−0.00} is within the usual movement "
        "of a year (less than {least:0.00})."
        if abs(net) < least else
        "Total score {total:0.00} ({own:+0.00;−0.00} from {before}; the country "
        "{country:+0.00;−0.00}). The difference of {net:+0.00;−0.00} exceeds the usual movement "
        "of a year ({least:0.00})."
    )  # fmt: skip
    yield on.line(text, **values, net=net, least=f"@noise.items.{place}.mdc", keys=keys)


def _new_start(on: Speaker) -> Iterator[Sentence]:
    """That the first score of a merged province is no change, in the round of its first year."""
    since = on.get("province.since")
    if since and since[:4] == str(on.get("year")):
        yield on.line(
            "{name} was made of {parts} on {day}: its first score of its own is a new start, not a "
            "change from theirs.",
            name=on.get(f"province.name_{on.lang}"),
            parts=on.list(on.get(f"province.made_of_{on.lang}")),
            day=short_day(date.fromisoformat(since)), keys=("province",),
        )  # fmt: skip


def needed(on: Speaker) -> Iterator[Sentence]:
    """What it would take to enter the next group at the next survey."""
    chance = on.get("reach.no_action.same.p_next_group")
    if on.get("headline") == "redrawn":
        chance = on.get("reach.no_action.redrawn.p_next_group")
    rows = on.get("reach.needed") or []
    if chance is None or not rows:
        return
    first = rows[0]
    yield on.line(
        "Chance of the next higher group at the next survey without new action: {chance:0%}; for "
        "{p:0%} it takes {points:0.00} points more (reached in {share:0%} of past cases).",
        chance=chance, p="@reach.needed.0.p", points="@reach.needed.0.points",
        share=first["share_of_past"], keys=("reach.needed",),
    )  # fmt: skip


def few(on: Speaker) -> Iterator[Sentence]:
    """That the list is drawn from a part of the criteria only."""
    rows, all_of = on.get("priorities") or [], len(on.get("subdimensions") or [])
    if rows and len(rows) < all_of:
        yield on.line(
            "The list is chosen from {n} of {all} criteria only; the others have no published "
            "score this year.", n=len(rows), all=all_of, keys=("priorities",),
        )  # fmt: skip


def certainty(on: Speaker) -> Iterator[Sentence]:
    """How probable it is that the list holds, and how seldom such gaps were closed in a year."""
    rows = on.get("priorities") or []
    chosen = [rows[place] for place in priority_list(on.found)]
    if not chosen:
        return
    first, second = CHANCES[on.get("headline") or "same"]
    values, others = ([row.get(key) for row in chosen] for key in (first, second))
    if None not in values + others:
        text = (
            "Probability of still being among the 5 criteria furthest behind at the next survey: "
            "{stated}; if the surveyed places are drawn anew, {other}."
            if first == "p_top5" else
            "Probability of still being among the 5 criteria furthest behind at the next survey, "
            "whose places are drawn anew: {stated}; in the same places, {other}."
        )  # fmt: skip
        yield on.line(text, stated=_between(on, values), other=_between(on, others),
                      keys=("priorities",))  # fmt: skip
    starters = [row["starters"] for row in chosen if row.get("starters")]
    n = int(sum(part["n"] for part in starters))
    if n:
        yield on.line(
            "Of {n} past cases that started as low, {k} reached the benchmark a year later.",
            n=n, k=int(sum(part["reached_benchmark"] for part in starters)), keys=("priorities",),
        )  # fmt: skip


def _between(on: Speaker, values: list[float]) -> str:
    """The span of probabilities in per cent."""
    low, high = (number(on.lang, value, "0%") for value in (min(values), max(values)))
    return low if low == high else f"{low.rstrip('%')}–{high}"


def keep(on: Speaker) -> Iterator[Sentence]:
    """How many criteria stand at their benchmark and are to be kept there."""
    rows = on.get("priorities") or []
    chosen = set(priority_list(on.found))
    rest = [row for place, row in enumerate(rows) if place not in chosen]
    above = [row for row in rest if shown(row["score"]) >= shown(row["benchmark"])]
    if rows:
        yield on.line(
            "Not on the list: {behind} {behind:criterion|criteria} less far behind and {above} at "
            "the benchmark; they still have to be kept up and followed.",
            behind=len(rest) - len(above), above=len(above), keys=("priorities",),
        )  # fmt: skip

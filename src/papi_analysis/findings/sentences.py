"""Sentences made from findings, in either language; every word of direction follows from a value.

A sentence names the values it uses by their path in the findings ("position.rank"), so that a
reader can go from any number in the text to where it was computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from papi_analysis import framework, places
from papi_analysis.wording import number, say

#: A q below this is called larger than noise explains.
ALPHA = 0.05


@dataclass(frozen=True)
class Sentence:
    """One sentence with the paths of the values it uses."""

    text: str
    keys: tuple[str, ...]

    def __str__(self) -> str:
        return self.text


def value(found: dict, path: str) -> object:
    """The value at a path such as "position.rank" or "priorities.0.code"; None where absent."""
    here: object = found
    for step in path.split("."):
        if isinstance(here, list):
            here = here[int(step)] if int(step) < len(here) else None
        else:
            here = here.get(step) if isinstance(here, dict) else None
    return here


def tell(found: dict, lang: str, section: str, *, data: str | None = None) -> list[Sentence]:
    """The sentences of one section of the findings.

    Parameters
    ----------
    found : dict
        See `findings.collect`; only the keys of the section need be there.
    lang : {"vi", "en"}
    section : str
        A key of `SECTIONS`.
    """
    return list(SECTIONS[section](_Speaker(found, lang, framework.names(lang, data))))


def speak(found: dict, *, data: str | None = None) -> dict[str, list[dict]]:
    """All sentences in both languages, as `findings.json` holds them."""
    return {
        lang: [
            {"section": section, "text": line.text, "keys": list(line.keys)}
            for section in SECTIONS
            for line in tell(found, lang, section, data=data)
        ]
        for lang in ("vi", "en")
    }


@dataclass(frozen=True)
class _Speaker:
    """Findings, a language and its names of the criteria."""

    found: dict
    lang: str
    names: dict[str, str]

    def get(self, path: str) -> object:
        """The value at a path."""
        return value(self.found, path)

    def word(self, text: str) -> str:
        """A single word or phrase of the catalogue."""
        return say(self.lang, text)

    def line(self, sentence: str, keys: tuple[str, ...] = (), **parts: object) -> Sentence:
        """A sentence; a part that starts with "@" is the path of its value."""
        paths = [p[1:] for p in parts.values() if isinstance(p, str) and p.startswith("@")]
        filled = {
            name: self.get(part[1:]) if isinstance(part, str) and part.startswith("@") else part
            for name, part in parts.items()
        }
        return Sentence(say(self.lang, sentence, **filled), (*paths, *keys))

    def province(self) -> str:
        """The name of the province."""
        return str(self.get(f"province.name_{self.lang}"))

    def list(self, items: list[str]) -> str:
        """Items in a row with the word for "and" before the last."""
        if len(items) < 2:
            return "".join(items)
        return say(self.lang, "{items} and {last}", items=", ".join(items[:-1]), last=items[-1])

    def places(self, codes: list[str]) -> str:
        """Names of provinces in the order of the language."""
        table = places.provinces().set_index("code")[f"name_{self.lang}"]
        return self.list(sorted(table.loc[codes].tolist(), key=places.collation_key))


def probability(lang: str, p: float) -> str:
    """A probability in per cent that never claims certainty.

    >>> probability("en", 0.9996), probability("en", 0.81)
    ('over 99%', '81%')
    """
    if p > 0.99:
        return say(lang, "over {p:0%}", p=0.99)
    return say(lang, "under {p:0%}", p=0.01) if p < 0.01 else number(lang, p, "0%")


GROUP_NAMES = {
    1: "lowest",
    2: "lower middle",
    3: "upper middle",
    4: "highest",
}


def quality(on: _Speaker) -> Iterator[Sentence]:
    """What the figures hold and whether they are sound."""
    yield on.line(
        "The panel holds {scores:#,##0} scores of {provinces} provinces from {first} to {last}.",
        scores="@quality.scores",
        provinces="@quality.provinces",
        first="@quality.first_year",
        last="@quality.last_year",
    )
    yield on.line(
        "{passed} of {checks} checks passed; {sound} of {files} files are as they were logged.",
        passed="@quality.checks_passed",
        checks="@quality.checks",
        sound="@quality.files_sound",
        files="@quality.files",
    )


def position(on: _Speaker) -> Iterator[Sentence]:
    """Where the province stands, with how sure that is."""
    if on.get("position.absence"):
        yield on.line(
            "{name} has no total in {year}: not all of its scores were published that year, so it "
            "has no rank and no group. Of {provinces} provinces, {n} have a total.",
            name=on.province(),
            year="@year",
            provinces="@position.provinces",
            n="@position.n",
        )
        return
    yield on.line(
        "In {year} {name} stands in the {group} group: {total:0.00} points, rank {rank}/{n}.",
        year="@year",
        name=on.province(),
        group=on.word(GROUP_NAMES[on.get("position.group")]),
        total="@position.total",
        rank="@position.rank",
        n="@position.n",
        keys=("position.group",),
    )
    if on.get("position.rank_band_90"):
        yield on.line(
            "One year's survey does not fix a rank: with 90% confidence it lies between {low} "
            "and {high} of {n}.",
            low="@position.rank_band_90.0",
            high="@position.rank_band_90.1",
            n="@position.n",
        )
    if on.get("position.region_rank"):
        yield on.line(
            "In the region {region} it is {rank} of {n} provinces with a total.",
            region=places.REGIONS[on.get("position.region")][on.lang == "vi"],
            rank="@position.region_rank",
            n="@position.region_n",
        )
    if on.get("position.next_group_gap") is not None:
        yield on.line(
            "It lacks {gap:0.00} points to the next group.", gap="@position.next_group_gap"
        )
    if on.get("position.without_total"):
        yield on.line(
            "No total was published for {names}; they are not counted in the rank.",
            names=on.places(on.get("position.without_total")),
            keys=("position.without_total",),
        )


def _direction(on: _Speaker, amount: float) -> str:
    shown = number("en", amount, "0.00")
    if float(shown) == 0:
        return on.word("did not move")
    size = number(on.lang, abs(amount), "0.00")
    template = "rose by {size} points" if amount > 0 else "fell by {size} points"
    return say(on.lang, template, size=size)


def change(on: _Speaker) -> Iterator[Sentence]:
    """What moved since last year, beside the country and beside noise."""
    amount, country = on.get("position.change"), on.get("position.national_change")
    if amount is None:
        if on.get("position.total") is not None:
            yield on.line(
                "The total of {year} has no counterpart of the year before to set it beside.",
                year="@year",
            )
        return
    keys = ("position.change", "position.national_change")
    yield on.line(
        "Since {before} the total of {name} {own}; the mean of the country {country}.",
        before=int(on.get("year")) - 1,
        name=on.province(),
        own=_direction(on, amount),
        country=_direction(on, country),
        keys=(*keys, "year"),
    )
    yield from _rank_change(on)
    yield from _against_noise(on, amount - country, keys)
    if not on.get("position.comparable"):
        yield on.line(
            "The method changed between the two years: the difference of the totals is not a "
            "change of governance.",
            keys=("position.comparable",),
        )


def _rank_change(on: _Speaker) -> Iterator[Sentence]:
    before, now = on.get("position.rank_before"), on.get("position.rank")
    if before is None:
        return
    template = "Its rank stayed at {after}/{n}."
    if now != before:
        template = (
            "Its rank went down from {before}/{n_before} to {after}/{n}."
            if now > before
            else "Its rank went up from {before}/{n_before} to {after}/{n}."
        )
    yield on.line(
        template,
        before="@position.rank_before",
        n_before="@position.n_before",
        after="@position.rank",
        n="@position.n",
    )


def _against_noise(on: _Speaker, net: float, keys: tuple[str, ...]) -> Iterator[Sentence]:
    items = on.get("noise.items") or []
    place = next((i for i, row in enumerate(items) if row["code"] == "total"), None)
    if place is None or not on.get("position.comparable"):
        return
    least = f"noise.items.{place}.mdc"
    template = (
        "Beside the country that is {net:+0.00;-0.00} points, not distinguishable from the error "
        "of the survey: only a change of {least:0.00} points or more would be."
        if abs(net) < on.get(least)
        else "Beside the country that is {net:+0.00;-0.00} points, more than the error of the "
        "survey explains ({least:0.00} points)."
    )
    yield on.line(template, net=net, least=f"@{least}", keys=keys)


def noise(on: _Speaker) -> Iterator[Sentence]:
    """Which criteria changed beyond noise, or that none did."""
    if not on.get("noise.tested"):
        return
    beyond = on.get("noise.beyond") or []
    if not beyond:
        yield on.line(
            "No change beyond noise: of {tested} criteria followed since {since}, none moved by "
            "more than the error of the survey explains (smallest q {q:0.00}).",
            tested="@noise.tested",
            since="@noise.since",
            q="@noise.smallest_q",
        )
        return
    told = [
        say(
            on.lang,
            "{name} ({change:+0.00;-0.00})",
            name=on.names[row["code"]],
            change=row["change"],
        )
        for row in beyond
    ]
    yield on.line(
        "Of {tested} criteria followed since {since}, these moved by more than the error of the "
        "survey explains: {names}.",
        tested="@noise.tested",
        since="@noise.since",
        names=on.list(told),
        keys=("noise.beyond",),
    )


def priorities(on: _Speaker) -> Iterator[Sentence]:
    """What to improve first, how sure that is, and who leads it."""
    rows = on.get("priorities") or []
    first = [row for row in rows if row["tier"] == "A"]
    second = [row for row in rows if row["tier"] == "B"]
    if not rows:
        return
    if first:
        yield on.line(
            "Improve first (tier A, {n}): {names}.",
            n=len(first),
            names=on.list([_with_headroom(on, row) for row in first]),
            keys=("priorities",),
        )
    else:
        yield on.line(
            "No criterion stands out with certainty: none reaches tier A.", keys=("priorities",)
        )
    if second:
        yield on.line(
            "Next in need, less surely (tier B, {n}): {names}.",
            n=len(second),
            names=on.list([on.names[row["code"]] for row in second]),
            keys=("priorities",),
        )
    if any(row.get("agency_status") == "proposed" for row in rows):
        yield on.line(
            "The lead agencies are proposed from general functions and wait for the confirmation "
            "of the province.",
            keys=("priorities",),
        )


def _with_headroom(on: _Speaker, row: dict) -> str:
    return say(
        on.lang,
        "{name} ({headroom:0.00} points to gain; {p} probability of being one of the five largest)",
        name=on.names[row["code"]],
        headroom=row["headroom"],
        p=probability(on.lang, row["p_top5_latent"]),
    )


def left_out(on: _Speaker) -> Iterator[Sentence]:
    """What the list leaves out, and what not to chase."""
    skipped = on.get("left_out") or []
    if skipped:
        yield on.line(
            "Left out of the list although behind the benchmark: {n} of {all} criteria. They hold "
            "fewer points or come back by themselves, and must not be let go.",
            all=len(on.get("priorities") or []),
            n=len(skipped),
            keys=("left_out",),
        )
    chase = [row for row in on.get("do_not_chase") or [] if row["reason"] != "ahead"]
    for place, row in enumerate(chase):
        yield on.line(
            "Do not chase {name}: {change:+0.00;-0.00} points are expected next year if nobody "
            "acts.",
            name=on.names[row["code"]],
            change=f"@do_not_chase.{place}.no_action_change",
            keys=(f"do_not_chase.{place}.code",),
        )


_PARTS = {
    "own": "its own score {places}",
    "others": "the scores of the others {places}",
    "units": "provinces without a total in one of the years {places}",
    "method": "changes of method {places}",
}


def moves(on: _Speaker) -> Iterator[Sentence]:
    """Why the rank moved, in parts that sum."""
    rank = on.get("movement.rank")
    if not rank:
        return
    told = [
        say(on.lang, text, places=number(on.lang, rank[part], "+0;-0"))
        for part, text in _PARTS.items()
        if rank[part]
    ]
    if told:
        yield on.line(
            "Parts of the change of rank ({total:+0;-0} places, + is down): {parts}.",
            total=rank["rank"] - rank["rank_before"],
            parts="; ".join(told),
            keys=tuple(f"movement.rank.{part}" for part in _PARTS),
        )
    least = sum(abs(row["method_part"]) for row in on.get("movement.total"))
    if round(least, 2):
        yield on.line(
            "Changed scales and questions alone move the parts of the total by {size:0.00} points "
            "in all; they are shown apart.",
            size=least,
            keys=("movement.total",),
        )


def association(on: _Speaker) -> Iterator[Sentence]:
    """Which dimensions move together, and that this is no cause."""
    pairs = on.get("associations.dimensions") or []
    if not pairs:
        return
    yield on.line(
        "Over {n} provinces {significant} of {pairs} pairs of dimensions move together beyond "
        "chance (false discoveries held to 5%). Association is not cause.",
        n="@associations.n",
        significant="@associations.significant",
        pairs=len(pairs),
        keys=("associations.dimensions",),
    )
    yield from _trade_off(on)


def _trade_off(on: _Speaker) -> Iterator[Sentence]:
    """Pairs that are opposed between provinces and not inside them."""
    rows = on.get("associations.between_within") or []
    for place, row in enumerate(rows):
        opposed = row["between_high"] < 0 < row["r_within"]
        if opposed and row["p_within"] < ALPHA and row["slope_within"] > 0:
            path = f"@associations.between_within.{place}."
            yield on.line(
                "{a} and {b} look opposed between provinces (r {between:0.00}), but inside a "
                "province they move together (slope {slope:0.00}, standard error {se:0.00}): the "
                "apparent trade-off is a difference of places, not a price that action pays.",
                a=on.names[row["a"]],
                b=on.names[row["b"]],
                between=f"{path}r_between",
                slope=f"{path}slope_within",
                se=f"{path}se_within",
            )


def districts(on: _Speaker) -> Iterator[Sentence]:
    """That there is no score below the province."""
    yield on.line(
        "PAPI has no score of a district or commune: the survey visits only some districts of a "
        "province, too few people in each, and publishes none below the province."
    )


def contradiction(on: _Speaker) -> Iterator[Sentence]:
    """PAPI beside the other indices of the same year."""
    for place, row in enumerate(on.get("beside") or []):
        path = f"@beside.{place}."
        template = (
            "In {year} the province is {rank}/{of} in {index} and {papi}/{n} in PAPI. The two ask "
            "different people: that needs an explanation, not a choice of the better one."
            if row["apart"] >= 1 / 3
            else "In {year} the province is {rank}/{of} in {index} and {papi}/{n} in PAPI."
        )
        yield on.line(
            template,
            year=f"{path}year",
            rank=f"{path}rank",
            of=f"{path}ranked_of",
            index=row["index"],
            papi=f"{path}papi_rank",
            n=f"{path}papi_n",
        )


def backtest(on: _Speaker) -> Iterator[Sentence]:
    """What the rule would have caught, and how much of a later gain is no gain."""
    if not on.get("backtest"):
        return
    yield on.line(
        "Chosen by expected headroom, five criteria held {eb:0.0%} of the largest possible sum of "
        "later gaps in the same places; chosen by the raw gap, {raw:0.0%}.",
        eb="@backtest.eb.same",
        raw="@backtest.raw_gap.same",
    )
    yield on.line(
        "When places were redrawn: {eb:0.0%} against {raw:0.0%}.",
        eb="@backtest.eb.across",
        raw="@backtest.raw_gap.across",
    )
    yield on.line(
        "A gain is easily seen where there is none: the five largest raw gaps seem to gain "
        "{apparent:0.00} points from the year of the choice, and {later:0.00} points from a year "
        "later.",
        apparent="@backtest.raw_gap.apparent",
        later="@backtest.raw_gap.later",
    )


SECTIONS: dict[str, Callable[[_Speaker], Iterator[Sentence]]] = {
    "quality": quality,
    "position": position,
    "change": change,
    "noise": noise,
    "priorities": priorities,
    "left_out": left_out,
    "moves": moves,
    "association": association,
    "districts": districts,
    "contradiction": contradiction,
    "backtest": backtest,
}

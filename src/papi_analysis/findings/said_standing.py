"""Sentences about where the province stands and what changed."""

from __future__ import annotations

from collections.abc import Iterator

from papi_analysis import places
from papi_analysis.findings.speaker import Sentence, Speaker
from papi_analysis.i18n import number, say

GROUP_NAMES = {
    1: "lowest",
    2: "lower middle",
    3: "upper middle",
    4: "highest",
}


def quality(on: Speaker) -> Iterator[Sentence]:
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
    if on.get("quality.standard_errors"):
        yield on.line(
            "The publisher printed the standard {n:error|errors} of {n} {n:total|totals} of "
            "{year}: {n:it stands|they stand} for the noise of totals, ranks and changes of "
            "totals; that of criteria is estimated from the panel.",
            n="@quality.standard_errors",
            year="@year",
        )
    for place, _ in enumerate(on.get("quality.warnings") or []):
        yield on.line(
            "Accepted with a warning when {file} was imported: {message} ({code}).",
            file=f"@quality.warnings.{place}.file",
            message=f"@quality.warnings.{place}.message_{on.lang}",
            code=f"@quality.warnings.{place}.code",
        )


def position(on: Speaker) -> Iterator[Sentence]:
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


def change(on: Speaker) -> Iterator[Sentence]:
    """What moved since last year, beside the country and beside noise."""
    amount, country = on.get("position.change"), on.get("position.national_change")
    if amount is None:
        if on.get("position.total") is not None:
            yield on.line(
                "The total of {year} has no counterpart of the year before to set it beside.",
                year="@year",
            )
        return
    if not on.get("position.comparable"):
        yield from _apart(on)
        yield from _rank_change(on)
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


def _apart(on: Speaker) -> Iterator[Sentence]:
    """That the method changed, before the totals are set beside each other; they do not "rise"."""
    before = int(on.get("year")) - 1
    yield on.line(
        "The method changed between {before} and {year}: the difference of the totals is not a "
        "change of governance.",
        before=before,
        year="@year",
        keys=("position.comparable",),
    )
    yield on.line(
        "Between {before} and {year} the total of {name} differs by {own:+0.00;-0.00} points, the "
        "mean of the country by {country:+0.00;-0.00}.",
        name=on.province(),
        before=before,
        year="@year",
        own="@position.change",
        country="@position.national_change",
    )


def _direction(on: Speaker, amount: float) -> str:
    shown = number("en", amount, "0.00")
    if float(shown) == 0:
        return on.word("did not move")
    size = number(on.lang, abs(amount), "0.00")
    template = "rose by {size} points" if amount > 0 else "fell by {size} points"
    return say(on.lang, template, size=size)


def _rank_change(on: Speaker) -> Iterator[Sentence]:
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


def _against_noise(on: Speaker, net: float, keys: tuple[str, ...]) -> Iterator[Sentence]:
    items = on.get("noise.items") or []
    place = next((i for i, row in enumerate(items) if row["code"] == "total"), None)
    if place is None:
        return
    least = f"noise.items.{place}.mdc"
    template = (
        "Relative to the national mean: {net:+0.00;-0.00} points, within the usual movement of a "
        "year: only a change of {least:0.00} points or more would stand out (95%)."
        if abs(net) < on.get(least)
        else "Relative to the national mean: {net:+0.00;-0.00} points, more than the usual movement"
             " of a year ({least:0.00} points, 95%)."
    )
    yield on.line(template, net=net, least=f"@{least}", keys=keys)


def noise(on: Speaker) -> Iterator[Sentence]:
    """Which criteria changed beyond noise, or that none did."""
    if not on.get("noise.tested"):
        return
    beyond = on.get("noise.beyond") or []
    if not beyond:
        yield on.line(
            "Of {tested} criteria followed since {since}, none moved by more than the usual "
            "movement (smallest q {q:0.00}). That does not show that nothing changed: a smaller"
            " change cannot be seen.",
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
        "Of {tested} criteria followed since {since}, these moved by more than the usual "
        "movement: {names}.",
        tested="@noise.tested",
        since="@noise.since",
        names=on.list(told),
        keys=("noise.beyond",),
    )

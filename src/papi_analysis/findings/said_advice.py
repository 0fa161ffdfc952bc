"""Sentences about what to do first, why things moved, and what must not be read into them."""

from __future__ import annotations

from collections.abc import Iterator

from papi_analysis.findings.speaker import Sentence, Speaker, probability
from papi_analysis.i18n import number, say
from papi_analysis.plans.indices import CONTRADICTION
from papi_analysis.priority import TOP
from papi_analysis.stats.resampling import ALPHA


def priorities(on: Speaker) -> Iterator[Sentence]:
    """What to improve first, how sure that is, and who leads it."""
    rows = on.get("priorities") or []
    first = [row for row in rows if row.get("tier") == "A"]
    second = [row for row in rows if row.get("tier") == "B"]
    if not rows:
        yield from _unanswered(on, "priorities")
        return
    if on.get("nothing_behind"):
        yield on.line(
            "Nothing is behind its benchmark, so nothing is put first: every criterion is at the "
            "upper quartile of the country or is expected to be there.",
            keys=("nothing_behind",),
        )
        return
    if not on.get("tiers_given"):
        yield on.line(
            "Only {n} criteria were published, too few for tiers. Furthest behind: {names}.",
            n=len(rows),
            names=on.list([_with_points(on, row) for row in rows[:TOP] if row["points_behind"]]),
            keys=("tiers_given", "priorities"),
        )
        return
    if first:
        yield on.line(
            "Improve first (tier A, {n}): {names}.",
            n=len(first),
            names=on.list([_with_points(on, row) for row in first]),
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


def _unanswered(on: Speaker, section: str) -> Iterator[Sentence]:
    """Why a section of the findings holds nothing."""
    for place, item in enumerate(on.get("absent") or []):
        if item["section"] == section:
            yield on.line(item["message"], keys=(f"absent.{place}.message",), **item["values"])


def _with_points(on: Speaker, row: dict) -> str:
    p = row["p_top5" if on.get("headline") == "same" else "p_top5_redrawn"]
    return say(
        on.lang,
        "{name} ({points:0.00} points behind; {p} probability of being one of the five furthest "
        "behind in the next survey)",
        name=on.names[row["code"]],
        points=row["points_behind"],
        p=probability(on.lang, p),
    )


def left_out(on: Speaker) -> Iterator[Sentence]:
    """What the list leaves out, and what not to chase."""
    skipped = on.get("left_out") or []
    if skipped:
        yield on.line(
            "Left out of the list although behind the benchmark: {n} of {all} criteria. They are "
            "less far behind or less likely to stay so, and still have to be kept and followed.",
            all=len(on.get("priorities") or []),
            n=len(skipped),
            keys=("left_out",),
        )
    for place, row in enumerate(on.get("do_not_chase") or []):
        yield on.line(
            "No extra effort is needed this year for {name}: {change:+0.00;-0.00} points are "
            "expected next year without new action and if the country stands still.",
            name=on.names[row["code"]],
            change=row["expected"] - row["score"],
            keys=(f"do_not_chase.{place}.expected", f"do_not_chase.{place}.code"),
        )


_PARTS = {
    "own": "its own score {places}",
    "others": "the scores of the others {places}",
    "units": "provinces without a total in one of the years {places}",
    "method": "changes of method {places}",
}


def moves(on: Speaker) -> Iterator[Sentence]:
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
            "Parts of the change of rank ({total:+0;-0} in all, + is down): {parts}.",
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


def association(on: Speaker) -> Iterator[Sentence]:
    """Which dimensions move together, and that this is no cause."""
    pairs = on.get("associations.dimensions") or []
    if not pairs:
        return
    yield on.line(
        "Over {n} provinces {significant} of {pairs} pairs of dimensions are associated beyond "
        "chance (false discoveries held to 5%). Association is not cause.",
        n="@associations.n",
        significant="@associations.significant",
        pairs=len(pairs),
        keys=("associations.dimensions",),
    )
    yield from _trade_off(on)


def _trade_off(on: Speaker) -> Iterator[Sentence]:
    """Pairs that are opposed between provinces and not inside them."""
    rows = on.get("associations.between_within") or []
    pairs = on.get("associations.dimensions")
    now = {(row["a"], row["b"]): place for place, row in enumerate(pairs)}
    for place, row in enumerate(rows):
        opposed = row["between_high"] < 0 < row["r_within"]
        if opposed and row["p_within"] < ALPHA and row["slope_within"] > 0:
            path = f"@associations.between_within.{place}."
            yield on.line(
                "{a} and {b} look opposed between provinces (r {between:0.00} of the means of "
                "the comparable years; {now:0.00} in {year} alone), but inside a province they "
                "move together (slope {slope:0.00}, standard error {se:0.00}): the apparent "
                "trade-off is a difference of places. What action would do is not seen here.",
                a=on.names[row["a"]],
                b=on.names[row["b"]],
                between=f"{path}r_between",
                now=f"@associations.dimensions.{now[row['a'], row['b']]}.spearman",
                year="@year",
                slope=f"{path}slope_within",
                se=f"{path}se_within",
            )


def districts(on: Speaker) -> Iterator[Sentence]:
    """That there is no score below the province."""
    yield on.line(
        "PAPI has no score of a district or commune: the survey visits only some districts of a "
        "province, too few people in each, and publishes none below the province."
    )


def contradiction(on: Speaker) -> Iterator[Sentence]:
    """PAPI beside the other indices of the same year."""
    for place, row in enumerate(on.get("beside") or []):
        path = f"@beside.{place}."
        template = (
            "In {year} the province is {rank}/{of} in {index} and {papi}/{n} in PAPI. The two ask "
            "different people: that needs an explanation, not a choice of the better one."
            if row["apart"] >= CONTRADICTION
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


def backtest(on: Speaker) -> Iterator[Sentence]:
    """What the rule would have caught, and how much of a later gain is no gain."""
    if not on.get("backtest"):
        return
    yield on.line(
        "Chosen by points behind, five criteria held {own:0.0%} of the largest possible sum of "
        "later gaps in the same places; chosen by the raw gap, {raw:0.0%}.",
        own="@backtest.forecast.same",
        raw="@backtest.raw_gap.same",
    )
    yield on.line(
        "When places were redrawn: {own:0.0%} against {raw:0.0%}.",
        own="@backtest.forecast.across",
        raw="@backtest.raw_gap.across",
    )
    yield on.line(
        "A gain is easily seen where there is none: the five largest raw gaps seem to gain "
        "{apparent:0.00} points from the year of the choice, and {later:0.00} points from a year "
        "later.",
        apparent="@backtest.raw_gap.apparent",
        later="@backtest.raw_gap.later",
    )

"""Which dimensions move together, and PAPI beside the other two indices."""

from __future__ import annotations

from urllib.parse import urlsplit

import pandas as pd
from markupsafe import Markup

from papi_analysis import cache
from papi_analysis.i18n import mark, number, say
from papi_analysis.plots import charts, style
from papi_analysis.report.cells import Table, names, place, source
from papi_analysis.report.drawing import Figure, drawings
from papi_analysis.report.section import Section, build, drawn_once, spoken
from papi_analysis.stats.resampling import ALPHA

PAIR_HEAD = (
    mark("Pair"), mark("r between provinces"), mark("95% interval"), mark("q"), mark("n"),
)  # fmt: skip
_R = "0.00;−0.00"


def _pairs(found: dict) -> pd.DataFrame:
    """a, b, r, low, high, q, n, sure and, where known, within and within_sure."""
    known = found["associations"]
    pairs = pd.DataFrame(known["dimensions"]).rename(columns={"spearman": "r"})
    pairs["sure"] = pairs["q"] < ALPHA
    inside = pd.DataFrame(known.get("between_within", []))
    if inside.empty:
        return pairs
    inside = inside[["a", "b", "r_within", "q_within"]]
    pairs = pairs.drop(columns="within", errors="ignore").merge(inside, on=["a", "b"], how="left")
    pairs = pairs.rename(columns={"r_within": "within"})
    return pairs.assign(within_sure=pairs["q_within"] < ALPHA)


def _matrix(found: dict, lang: str) -> Figure:
    pairs = _pairs(found)
    codes = sorted(set(pairs["a"]) | set(pairs["b"]))
    called = {code: names(lang)[code] for code in codes}
    strongest = pairs.loc[pairs["r"].abs().idxmax()]
    both = "within" in pairs
    subtitle = (
        say(lang, "Spearman's r between provinces, {year} (below the diagonal), and r of yearly "
            "changes inside provinces (above it); coloured: beyond chance; numbers: dimensions",
            year=str(found["year"]))
        if both
        else say(lang, "Spearman's r between provinces, {year}; coloured: beyond chance; numbers: "
                 "dimensions", year=str(found["year"]))
    )  # fmt: skip
    words = {
        "title": say(
            lang, "{a} and {b} move together most closely (r {r:0.00;−0.00})",
            a=called[strongest["a"]], b=called[strongest["b"]], r=strongest["r"],
        ),
        "subtitle": subtitle,
        "source": source(found, lang),
        "alt": "; ".join(
            f"{row.a}–{row.b} {number(lang, row.r, _R)}" for row in pairs.itertuples() if row.sure
        ) + ".",
    }  # fmt: skip

    wide, narrow, file = _drawn(pairs, called, lang, words)
    table = _cells(pairs, called, lang, both)
    return Figure(style.Caption(**words), Markup(wide), Markup(narrow), table, file)


@cache.memoize
def _drawn(pairs: pd.DataFrame, called: dict, lang: str, words: dict) -> list[str]:
    """The matrix for wide and narrow pages and as a file: the same for all provinces."""

    def draw(width: int) -> style.Chart:
        return style.headline(charts.matrix(pairs, lang=lang, names=called, width=width), **words)

    return list(drawings(draw))


def _cells(pairs: pd.DataFrame, called: dict, lang: str, both: bool) -> Table:
    head = [say(lang, word) for word in PAIR_HEAD]
    if both:
        head.append(say(lang, "r inside provinces"))
    rows = []
    for row in pairs.itertuples():
        interval = say(lang, "{low:0.00;−0.00} to {high:0.00;−0.00}", low=row.low, high=row.high)
        cells = [f"{called[row.a]} – {called[row.b]}", number(lang, row.r, _R), interval,
                 number(lang, row.q, "0.000"), str(row.n)]  # fmt: skip
        if both:
            known = pd.notna(row.within)
            cells.append(number(lang, row.within, _R) if known else "–")
        rows.append(tuple(cells))
    return Table(say(lang, "Pairs of dimensions"), tuple(head), tuple(rows))


@drawn_once
def associations(found: dict, *, lang: str) -> Section:
    """The marked matrix of dimensions, between and within, and that it is no cause."""
    drawn = _matrix(found, lang)
    told = spoken(found, lang, "association")
    caution = say(
        lang,
        "Moving together is not a cause: that one dimension is high where another is high does "
        "not mean that raising the one raises the other.",
    )
    heading = say(lang, "Which dimensions move together")
    return build(
        "associations", heading, lang, told=[*told, caution, drawn.caption.title],
        drawing=drawn.file, figure=drawn, sentences=told, caution=caution,
    )  # fmt: skip


def indices(found: dict, *, lang: str) -> Section:
    """PAPI beside PAR INDEX and SIPAS: agreement and contradiction."""
    heading = say(lang, "PAPI beside PAR INDEX and SIPAS")
    told = spoken(found, lang, "contradiction")
    rows = [_index_row(row, lang) for row in found.get("index_years", [])]
    sources = _sources(found.get("index_years", []), lang)
    empty = say(
        lang, "No PAR INDEX or SIPAS result of this province is on file; the table stays empty "
        "rather than guessed."
    )  # fmt: skip
    asks = say(
        lang,
        "PAR INDEX is scored by authorities and experts, SIPAS asks people who used a service, "
        "PAPI asks a sample of all adults: they answer different questions.",
    )
    lines = told or ([empty] if not rows else [])
    return build(
        "indices", heading, lang, told=[*lines, asks], rows=rows, sentences=told, empty=empty,
        asks=asks, sources=sources,
    )  # fmt: skip


#: How two ranks of one year stand to each other.
VERDICTS = {
    "agrees": mark("much the same place"),
    "contradicts": mark("contradiction"),
    "unknown": mark("not on file"),
}


def _index_row(row: dict, lang: str) -> dict[str, str]:
    """One index in one year; a dash for each value that is not on file."""
    return {
        "year": str(row["year"]),
        "index": row["index"],
        "score": number(lang, row["score"]) if "score" in row else "–",
        "mean": number(lang, row["national_mean"]) if "national_mean" in row else "–",
        "rank": place(row.get("rank"), row.get("ranked_of", 0)),
        "papi": place(row.get("papi_rank"), row.get("papi_n", 0)),
        "verdict": say(lang, VERDICTS[row["verdict"]]),
    }


def _sources(rows: list[dict], lang: str) -> str:
    """The sites that the values come from, with their years; "" where there is none."""
    hosts: dict[str, set[int]] = {}
    for row in rows:
        host = urlsplit(row.get("source_url", "")).hostname
        if host:
            hosts.setdefault(host.removeprefix("www."), set()).add(row["year"])
    told = [f"{host} ({', '.join(map(str, sorted(years)))})" for host, years in hosts.items()]
    return say(lang, "Sources: {sources}.", sources="; ".join(told)) if told else ""

"""Behind the first pages: maps, associations, other indices, method, and where it comes from."""

from __future__ import annotations

from importlib.metadata import version
from urllib.parse import urlsplit

import pandas as pd
from markupsafe import Markup

from papi_analysis import boundaries as shapes_of
from papi_analysis import cache, places
from papi_analysis.i18n import mark, number, say
from papi_analysis.plots import charts, style, tiles
from papi_analysis.plots import maps as drawn_maps
from papi_analysis.report.section import (
    GROUP_NAMES,
    Figure,
    Section,
    Table,
    build,
    drawings,
    drawn_once,
    figure,
    names,
    place,
    source,
    spoken,
)
from papi_analysis.stats.resampling import ALPHA

DISTRICT_HEAD = (mark("District"), mark("Communes"))


def appendix(findings: dict, *, lang: str) -> Section:
    """The divider between the pages for the leaders and what stands behind them."""
    heading = say(lang, "Appendix")
    text = say(lang, "For the Department of Home Affairs: all criteria, changes, method, sources.")
    return build("appendix", heading, lang, told=[text], text=text)


@drawn_once
def maps(
    findings: dict, *, lang: str, boundaries: str = "", district_data: str = ""
) -> Section:
    """The country in four groups, and what is known below the province.

    `boundaries` and `district_data` are a user's own files (see `boundaries.all_layers`).
    """
    totals = pd.DataFrame(findings["country"]["totals"]).assign(year=findings["year"])
    for column in ("rank", "group"):
        totals[column] = totals.get(column, pd.Series(float("nan"), totals.index)).astype(float)
    code = findings["province"]["code"]
    on = places.day_of(findings["year"])
    layers = shapes_of.all_layers(
        boundaries, district_data, province=code, on=on.isoformat()
    )  # fmt: skip
    shapes = layers.shapes["province"]

    def draw(width: int) -> style.Chart:
        if width <= style.NARROW:
            return tiles.grid(totals, shapes, highlight=code, lang=lang, width=width)
        return drawn_maps.country(totals, shapes, highlight=code, lang=lang, width=width)

    figures = [figure(draw, _groups(totals, findings["year"], lang))]
    if layers.own and "district" in layers.shapes and on < places.MERGER:
        figures.append(_units(layers, places.districts_of(code), lang))
    if layers.values is not None and "district" in layers.shapes:
        figures.append(_given(layers, lang))
    told = [line for part in figures for line in (part.caption.title, part.caption.alt)]
    note = [*spoken(findings, lang, "districts"), *(layers.told(lang) if layers.own else [])]
    heading = say(lang, "On the map")
    return build(
        "maps", heading, lang, told=[*told, *note], drawing=figures[0].file, figures=figures,
        note=note,
    )  # fmt: skip


def _groups(totals: pd.DataFrame, year: int, lang: str) -> Table:
    rows = totals.assign(name=totals["province"].map(places.names_of(year, lang)))
    order = sorted(rows.to_dict("records"), key=lambda row: places.collation_key(row["name"]))
    cells = tuple(
        (row["name"], say(lang, GROUP_NAMES[int(row["group"])]), place(row["rank"], row["n"]))
        if pd.notna(row["group"]) else (row["name"], say(lang, "not published"), "–")
        for row in order
    )  # fmt: skip
    head = (say(lang, "Province"), say(lang, "Group"), say(lang, "Rank"))
    return Table(say(lang, "Group and rank of every province"), head, cells, words=(0, 1))


def _units(layers: shapes_of.Layers, units: pd.DataFrame, lang: str) -> Figure:
    """The districts of a user's layer by how many communes they had."""
    layer, around = layers.shapes["district"], layers.shapes["province"]

    def draw(width: int) -> style.Chart:
        look = {"show": "communes", "around": around, "lang": lang, "width": width}
        return drawn_maps.districts(layer, units, **look)

    head = (say(lang, DISTRICT_HEAD[0]), say(lang, DISTRICT_HEAD[1]))
    cells = tuple((row[f"name_{lang}"], str(row["communes"])) for row in units.to_dict("records"))
    return figure(draw, Table(say(lang, "What is known of the districts"), head, cells))


def _given(layers: shapes_of.Layers, lang: str) -> Figure:
    """A user's own figures by district."""
    layer, table = layers.shapes["district"], layers.values

    def draw(width: int) -> style.Chart:
        return drawn_maps.district_values(layer, table, lang=lang, width=width)

    names_of = layer[f"name_{lang}"]
    cells = tuple(
        (names_of[r.code], number(lang, r.value, "#,##0.##") if pd.notna(r.value)
         else say(lang, "not known"))
        for r in table.itertuples()
    )  # fmt: skip
    head = (say(lang, "District"), table["indicator"].iloc[0])
    return figure(draw, Table(table["indicator"].iloc[0], head, cells))


PAIR_HEAD = (
    mark("Pair"), mark("r between provinces"), mark("95% interval"), mark("q"), mark("n"),
)  # fmt: skip
_R = "0.00;−0.00"


def _pairs(findings: dict) -> pd.DataFrame:
    """a, b, r, low, high, q, n, sure and, where known, within and within_sure."""
    known = findings["associations"]
    pairs = pd.DataFrame(known["dimensions"]).rename(columns={"spearman": "r"})
    pairs["sure"] = pairs["q"] < ALPHA
    inside = pd.DataFrame(known.get("between_within", []))
    if inside.empty:
        return pairs
    inside = inside[["a", "b", "r_within", "q_within"]]
    pairs = pairs.drop(columns="within", errors="ignore").merge(inside, on=["a", "b"], how="left")
    pairs = pairs.rename(columns={"r_within": "within"})
    return pairs.assign(within_sure=pairs["q_within"] < ALPHA)


def _matrix(findings: dict, lang: str) -> Figure:
    pairs = _pairs(findings)
    codes = sorted(set(pairs["a"]) | set(pairs["b"]))
    called = {code: names(lang)[code] for code in codes}
    strongest = pairs.loc[pairs["r"].abs().idxmax()]
    both = "within" in pairs
    subtitle = (
        say(lang, "Spearman's r between provinces, {year} (below the diagonal), and r of yearly "
            "changes inside provinces (above it); coloured: beyond chance; numbers: dimensions",
            year=str(findings["year"]))
        if both
        else say(lang, "Spearman's r between provinces, {year}; coloured: beyond chance; numbers: "
                 "dimensions", year=str(findings["year"]))
    )  # fmt: skip
    words = {
        "title": say(
            lang, "{a} and {b} move together most closely (r {r:0.00;−0.00})",
            a=called[strongest["a"]], b=called[strongest["b"]], r=strongest["r"],
        ),
        "subtitle": subtitle,
        "source": source(findings, lang),
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
def associations(findings: dict, *, lang: str) -> Section:
    """The marked matrix of dimensions, between and within, and that it is no cause."""
    drawn = _matrix(findings, lang)
    told = spoken(findings, lang, "association")
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


def indices(findings: dict, *, lang: str) -> Section:
    """PAPI compared with PAR INDEX and SIPAS: agreement and contradiction."""
    heading = say(lang, "PAPI compared with PAR INDEX and SIPAS")
    told = spoken(findings, lang, "contradiction")
    rows = [_index_row(row, lang) for row in findings.get("index_years", [])]
    sources = _sources(findings.get("index_years", []), lang)
    reason = say(
        lang, "No PAR INDEX or SIPAS result of this province is on file; the table stays empty "
        "rather than guessed."
    )  # fmt: skip
    asks = say(
        lang,
        "PAR INDEX is scored by authorities and experts, SIPAS asks people who used a service, "
        "PAPI asks a sample of all adults: they answer different questions.",
    )
    lines = told or ([reason] if not rows else [])
    return build(
        "indices", heading, lang, told=[*lines, asks], rows=rows, sentences=told, reason=reason,
        asks=asks, sources=sources, empty=not rows,
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


#: Packages whose release can change a number or a drawing.
PACKAGES = ("papi-analysis", "numpy", "pandas", "scipy", "statsmodels", "esda", "matplotlib")


def method(findings: dict, *, lang: str) -> Section:
    """Method and limits in a few sentences, and what could not be known."""

    def t(sentence: str, **values: object) -> str:
        return say(lang, sentence, **values)

    how = [
        t("A dimension is the sum of its criteria and the total the sum of its dimensions; both "
          "exist only where every part is published."),
        t("A rank counts the provinces with the same score published ({n} totals this year); "
          "groups follow the sizes that the publisher printed, or the quartiles of the year where "
          "it printed none.", n=findings["position"]["n"]),
        t("The order of the criteria rests on an estimate that leans on earlier years of the same "
          "questions, so that one year's chance does not decide; the probability counts how often "
          "a criterion is among the five largest when chance is drawn anew."),
        t("A change is compared only where questions and scale stayed the same, and called one "
          "only where it exceeds the usual movement of a year after adjusting for many "
          "comparisons."),
        t("PAPI is a survey of a sample: small provinces are three districts, twelve villages and "
          "about 200 to 240 people. Every number has an error."),
    ]  # fmt: skip
    limits = [
        t("The publisher gives no standard error by criterion for this province in these tables; "
          "the noise is estimated from the panel."),
        t("What follows from the data and is not stated by the publisher is marked as inferred."),
        t("Nothing here proves a cause, and no measure was tried out: the report says where points "
          "are missing, not which measure will bring them."),
        t("PAPI itself does not rank provinces; the ranks are computed here from its scores."),
    ]  # fmt: skip
    unknown = [*spoken(findings, lang, "noise"), *spoken(findings, lang, "districts")]
    unknown += [say(lang, item["message"], **item["values"]) for item in _absent(findings)]
    how += spoken(findings, lang, "quality")
    heading = say(lang, "Method and limits")
    return build(
        "method", heading, lang, told=[*how, *limits, *unknown], how=how, limits=limits,
        unknown=unknown,
    )  # fmt: skip


def _absent(findings: dict) -> list[dict]:
    """Parts that cannot be known; what the section on movement says is not repeated."""
    return [item for item in findings.get("absent", []) if item["section"] != "moves"]


def provenance(findings: dict, *, lang: str) -> Section:
    """The command, parameters, data files with their hashes, versions, how to cite."""
    slug, year = findings["province"]["slug"], findings["year"]
    geo = findings.get("geo", "")  # months name the back-cast of a merged province
    command = f"papi run --province {slug} --year {year} --lang {lang}"
    command += f" --geo {geo}" if geo else ""
    hashes = [(row["file"], row["sha256"]) for row in findings["files"]]
    versions = [(name, version(name)) for name in PACKAGES]
    cite = say(
        lang,
        "CECODES, VFF-CRT, RTA & UNDP. The Viet Nam Provincial Governance and Public "
        "Administration Performance Index (PAPI) {year}. papi.org.vn. Analysis: papi-analysis "
        "{version}.",
        year=str(year), version=versions[0][1],
    )  # fmt: skip
    parameters = f"province = {slug}, year = {year}, lang = {lang}, seed = {findings['seed']}"
    parameters += f", geo = {geo}" if geo else ""
    heading = say(lang, "Where this report comes from")
    told = [command, parameters, *(f"{file} {digest[:12]}" for file, digest in hashes), cite]
    return build(
        "provenance", heading, lang, told=told, command=command, parameters=parameters,
        hashes=hashes, versions=versions, cite=cite, schema=findings["schema"],
    )  # fmt: skip

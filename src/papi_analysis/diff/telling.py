"""A comparison in words and as plain values."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from papi_analysis import places
from papi_analysis.data import codebook
from papi_analysis.diff.causes import CAUSES
from papi_analysis.diff.comparison import Comparison, field, name
from papi_analysis.i18n import mark, number, say
from papi_analysis.ingest.issues import shown

SCHEMA = "papi-diff/1"
SHOWN = 40  # changes of a section that are written out
#: Values that are told first, by section, in this order.
FIRST = {
    "position": ("total", "rank", "n", "group", "rank_band_90[1]", "rank_band_90[2]",
                 "region_rank", "change", "national_change", "next_group_gap"),
    "dimensions": ("score", "rank", "group"),
    "priorities": ("place", "tier", "score", "benchmark", "points_behind", "expected", "agency",
                   "agency_status"),
    "follow_up": ("actions", "done", "verdict"),
}  # fmt: skip
#: What the fields are called.
LABELS = {
    "total": mark("total"),
    "rank": mark("rank"),
    "n": mark("provinces ranked"),
    "group": mark("group (1 lowest, 4 highest)"),
    "rank_band_90[1]": mark("best rank of the 90% band"),
    "rank_band_90[2]": mark("worst rank of the 90% band"),
    "region_rank": mark("rank in the region"),
    "change": mark("change since the year before"),
    "national_change": mark("change of the country"),
    "next_group_gap": mark("points to the next group"),
    "score": mark("score"),
    "benchmark": mark("benchmark"),
    "points_behind": mark("points behind the benchmark"),
    "expected": mark("expected without new action"),
    "place": mark("place in the list"),
    "tier": mark("tier"),
    "agency": mark("lead agency"),
    "agency_status": mark("status of the lead"),
    "actions": mark("actions"),
    "done": mark("actions done"),
    "verdict": mark("verdict"),
}
#: What the sections are called.
SECTIONS = {
    "quality": mark("quality of the figures"),
    "position": mark("position"),
    "dimensions": mark("dimensions"),
    "subdimensions": mark("criteria"),
    "noise": mark("changes beside the error"),
    "priorities": mark("priorities"),
    "left_out": mark("left out of the list"),
    "do_not_chase": mark("not to chase"),
    "movement": mark("parts of the change"),
    "associations": mark("associations"),
    "series": mark("scores of all years"),
    "region": mark("region"),
    "indices": mark("other indices"),
    "beside": mark("other indices beside PAPI"),
    "index_years": mark("other indices by year"),
    "follow_up": mark("what became of the plan"),
    "absent": mark("what could not be known"),
    "not_assessed": mark("criteria not assessed"),
}
KINDS = {"added": mark("new"), "removed": mark("gone"), "changed": mark("changed")}


def lines(found: Comparison, lang: str, *, everything: bool = False) -> list[str]:
    """A comparison in words: what differs, numbers first, then sentences, then where it came from.

    With `everything` no value is left out.
    """
    head = say(lang, "{old} → {new}", old=found.old, new=found.new)
    if found.same:
        return [head, say(lang, "No difference."), *_causes(found, lang)]
    told = [head, say(lang, "{n} {n:value differs|values differ}, {revised} earlier "
                            "{revised:score was|scores were} revised.",
                      n=len(found.changes), revised=len(found.revised))]  # fmt: skip
    return [
        *told,
        *_added(found, lang),
        *_revised(found, lang, everything),
        *_changes(found, lang, everything),
        *_said(found, lang),
        *_causes(found, lang),
    ]


def _added(found: Comparison, lang: str) -> Iterator[str]:
    for year, count in (found.added or {}).items():
        yield f"  {added(year, count, lang)}"


def added(year: int, count: int, lang: str) -> str:
    """How many scores of a year are new."""
    return say(
        lang, "{year}: {count} {count:score is|scores are} new", year=str(year), count=count
    )


def _revised(found: Comparison, lang: str, everything: bool) -> Iterator[str]:
    if found.revised.empty:
        return
    yield ""
    yield say(lang, "Scores of earlier years that are not what they were [{tag}]",
              tag=say(lang, CAUSES["data"]))  # fmt: skip
    names = codebook.names(lang) | {"total": say(lang, LABELS["total"])}
    rows = found.revised if everything else found.revised.head(SHOWN)
    for row in rows.itertuples():
        called = places.names_of(row.year, lang)
        old, new, difference = step(row.old, row.new, row.new - row.old, lang)
        yield (f"  {row.year}  {called.get(row.province, row.province)}  "
               f"{names.get(row.code, row.code)}: {old} → {new} ({difference})")  # fmt: skip
    if len(rows) < len(found.revised):
        yield "  " + say(lang, "and {count} more", count=len(found.revised) - len(rows))


def sections(found: Comparison, *, everything: bool) -> tuple[list[tuple], list[tuple]]:
    """Sections whose values are written out, and how many values differ in the others.

    Of the written ones: name, rows, how many differ, how many more would be told first.

    Of a report those that are told first, at most `SHOWN` of a section; all with `everything`.
    """
    written: list[tuple] = []
    rest: list[tuple] = []
    for section in dict.fromkeys([*FIRST, *found.changes["section"]]):
        rows = found.changes[found.changes["section"].eq(section)]
        whole = everything or found.kind == "data"
        first = rows if whole else _first(rows, section, found.listed)
        if not first.empty:
            shown_rows = first if everything else first.head(SHOWN)
            written.append((section, shown_rows, len(rows), len(first) - len(shown_rows)))
        elif len(rows):
            rest.append((section, len(rows)))
    return written, rest


def counted(section: str, n: int, lang: str) -> str:
    """How many values of a section differ."""
    return say(lang, "{section}: {n} {n:value differs|values differ}", n=n,
               section=say(lang, SECTIONS.get(section, section)))  # fmt: skip


def _changes(found: Comparison, lang: str, everything: bool) -> Iterator[str]:
    whole = everything or found.kind == "data"
    written, rest = sections(found, everything=everything)
    for section, rows, n, left in written:
        yield ""
        yield counted(section, n, lang)
        for row in rows.itertuples():
            yield _change(row, lang, plain=whole)
        if left:
            yield "  " + say(lang, "and {count} more", count=left)
    if rest:
        yield from ["", say(lang, "Not written out (see --all):"),
                    *(f"  {counted(section, n, lang)}" for section, n in rest)]  # fmt: skip


def _first(rows: pd.DataFrame, section: str, listed: tuple[str, ...]) -> pd.DataFrame:
    """The values of a section that are told first; of the list only criteria of tiers A and B."""
    order = {label: place for place, label in enumerate(FIRST.get(section, ()))}
    rows = rows.assign(field=rows["path"].map(field), row=rows["path"].map(name))
    rows = rows[rows["field"].isin(order) & rows["kind"].eq("changed")]
    if section == "priorities":
        rows = rows[rows["row"].isin(listed)]
    places_ = {code: place for place, code in enumerate(listed)}
    rows = rows.assign(
        place=rows["field"].map(order), group=rows["row"].map(places_).fillna(0),
        words=rows["difference"].isna(),
    )  # fmt: skip
    by = ["place"] if section == "position" else ["words", "group", "row", "place"]
    return rows.sort_values(by, kind="stable")


def _change(row, lang: str, *, plain: bool) -> str:
    """One change: what it is, before, after, by how much, and the causes it can have."""
    called, old, new, difference, tags = cells(row, lang, plain=plain)
    if row.kind != "changed" or (row.old is None and row.new is None):
        value = row.new if row.kind == "added" else row.old
        told = f" {_value(value, lang)}" if value is not None else ""
        return f"  {called}: {say(lang, KINDS[row.kind])}{told}  [{tags}]"
    return f"  {called}: {old} → {new}{f' ({difference})' if difference else ''}  [{tags}]"


def cells(row, lang: str, *, plain: bool) -> tuple[str, ...]:
    """One change as cells: what it is, before, after, by how much, the causes it can have."""
    tags = ", ".join(say(lang, CAUSES[tag]) for tag in row.tags) or say(lang, "unexplained")
    called = row.path if plain else _label(row.path, lang)
    old, new, difference = step(row.old, row.new, row.difference, lang)
    if row.kind == "changed" and row.old is None and row.new is None:
        new = say(lang, KINDS["changed"])  # a value too long to keep
    return called, old, new, difference, tags


def step(old: object, new: object, difference: float, lang: str) -> tuple[str, str, str]:
    """Before, after and by how much, "" where that is no number."""
    by = "" if pd.isna(difference) else _signed(difference, lang)
    return _value(old, lang), _value(new, lang), by


def _label(path: str, lang: str) -> str:
    """A value that is told first, in words."""
    row, words = name(path), say(lang, LABELS[field(path)])
    return f"{codebook.names(lang).get(row, row)} – {words}" if row else words


def _value(value: object, lang: str) -> str:
    if value is None or (isinstance(value, float) and pd.isna(value)):
        return "–"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return shown(value)
    return str(value) if isinstance(value, int) else number(lang, value, "0.00##")


def _signed(difference: float, lang: str) -> str:
    whole = float(difference).is_integer()
    return number(lang, difference, "+0;-0" if whole else "+0.00##;-0.00##")


def _said(found: Comparison, lang: str) -> Iterator[str]:
    own = [part for part in found.sentences if part["lang"] == lang]
    if not own:
        return
    yield ""
    yield say(lang, "Sentences that changed")
    for part in own:
        yield from (f"  - {text}" for text in part["old"])
        yield from (f"  + {text}" for text in part["new"])


def _causes(found: Comparison, lang: str) -> Iterator[str]:
    if not found.causes:
        return
    yield ""
    yield say(lang, "What differs in the making")
    for one in found.causes:
        yield f"  {say(lang, CAUSES[one.kind])}: {one.name}  {one.old} → {one.new}"


def record(found: Comparison) -> dict:
    """A comparison as plain values, for JSON."""
    plain = found.changes.astype(object).where(found.changes.notna(), None)
    changes = [{**row, "tags": list(row["tags"])} for row in plain.to_dict("records")]
    revised = found.revised.astype(object).where(found.revised.notna(), None)
    return {
        "schema": SCHEMA,
        "kind": found.kind,
        "old": found.old,
        "new": found.new,
        "changes": changes,
        "revised": [{**row, "tags": ["data"]} for row in revised.to_dict("records")],
        "added": {str(year): count for year, count in (found.added or {}).items()},
        "sentences": list(found.sentences),
        "causes": [
            {"tag": one.kind, "name": one.name, "old": one.old, "new": one.new}
            for one in found.causes
        ],
    }

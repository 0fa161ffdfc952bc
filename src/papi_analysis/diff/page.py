"""A comparison as one HTML page in the style of the report: tables, nothing run or loaded."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from papi_analysis import places
from papi_analysis.data import codebook
from papi_analysis.diff import telling
from papi_analysis.diff.causes import CAUSES
from papi_analysis.diff.comparison import Comparison
from papi_analysis.i18n import say
from papi_analysis.report.document import stylesheet
from papi_analysis.report.section import Table, environment, words


def page(found: Comparison, lang: str, *, everything: bool = False) -> str:
    """The comparison as HTML, with the values that `lines` writes out, in the same order.

    Parameters
    ----------
    found : Comparison
        See `compare`.
    lang : {"vi", "en"}
    everything : bool
        Every value, by its path.

    Returns
    -------
    str
    """
    head = say(lang, "{old} → {new}", old=found.old, new=found.new)
    count = say(lang, "No difference.") if found.same else say(
        lang, "{n} {n:value differs|values differ}, {revised} earlier "
        "{revised:score was|scores were} revised.", n=len(found.changes), revised=len(found.revised)
    )  # fmt: skip
    parts, rest = telling.sections(found, everything=everything)
    tables = [_changes(*part, lang, plain=everything or found.kind == "data") for part in parts]
    if not found.revised.empty:
        tables.insert(0, _revised(found, lang, everything))
    if found.causes:
        tables.append(_causes(found, lang))
    body = environment().get_template("comparison.html.j2").render(
        **words(lang), title=head, count=count,
        added=[telling.added(year, n, lang) for year, n in (found.added or {}).items()],
        tables=tables, rest=[telling.counted(name, n, lang) for name, n in rest],
        sentences=[part for part in found.sentences if part["lang"] == lang],
    )  # fmt: skip
    return environment().get_template("page.html.j2").render(
        **words(lang), title=head, masthead="", contents=[], body=Markup(body),
        style=Markup(stylesheet()),
    ) + "\n"  # fmt: skip


def _steps(lang: str) -> tuple[str, str, str]:
    return say(lang, "Before"), say(lang, "After"), say(lang, "Difference")


def _changes(name: str, rows: pd.DataFrame, n: int, left: int, lang: str, *, plain: bool) -> Table:
    """The values of a section that differ, with the causes that each can have."""
    cells = tuple(telling.cells(row, lang, plain=plain) for row in rows.itertuples())
    caption = telling.counted(name, n, lang)
    if left:
        caption += f" ({say(lang, 'and {count} more', count=left)})"
    head = (say(lang, "Value"), *_steps(lang), say(lang, "Possible cause"))
    return Table(caption, head, cells, words=(0, len(head) - 1))


def _revised(found: Comparison, lang: str, everything: bool) -> Table:
    """Scores of earlier years that are not what they were, one by one."""
    names = codebook.names(lang) | {"total": say(lang, telling.LABELS["total"])}
    rows = found.revised if everything else found.revised.head(telling.SHOWN)
    cells = tuple(
        (str(row.year), places.names_of(row.year, lang).get(row.province, row.province),
         names.get(row.code, row.code), *telling.step(row.old, row.new, row.new - row.old, lang))
        for row in rows.itertuples()
    )  # fmt: skip
    caption = say(lang, "Scores of earlier years that are not what they were [{tag}]",
                  tag=say(lang, CAUSES["data"]))  # fmt: skip
    if len(rows) < len(found.revised):
        caption += f" ({say(lang, 'and {count} more', count=len(found.revised) - len(rows))})"
    head = (say(lang, "Year"), say(lang, "Province"), say(lang, "Criterion"), *_steps(lang))
    return Table(caption, head, cells, words=(0, 1, 2))


def _causes(found: Comparison, lang: str) -> Table:
    """Inputs, parameters, libraries and code that are not the same."""
    cells = tuple((say(lang, CAUSES[one.kind]), one.name, str(one.old), str(one.new))
                  for one in found.causes)  # fmt: skip
    head = (say(lang, "Kind"), say(lang, "Name"), say(lang, "Before"), say(lang, "After"))
    return Table(say(lang, "What differs in the making"), head, cells, words=(0, 1, 2, 3))

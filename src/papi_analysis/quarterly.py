"""The report of a quarter: where the actions of a plan stand at its end, as page and paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
from jinja2 import Environment

from papi_analysis import brief, places
from papi_analysis.data import codebook
from papi_analysis.i18n import mark, say
from papi_analysis.plans import ledger, status
from papi_analysis.workbook.plan import put

HEADS = (mark("Agency"), mark("Criterion"), mark("Action"), mark("Deadline"), mark("% done"),
         mark("State"), mark("Result"), mark("Evidence"), mark("Reason of delay"))  # fmt: skip
#: Widths of these columns on paper in centimetres.
WIDTHS = (3.2, 3.6, 4.6, 2.5, 1.8, 2.4, 2.9, 2.4, 2.4)
_PAGE = """<!doctype html>
<html lang="{{ lang }}"><head><meta charset="utf-8"><title>{{ title }}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
:root { color-scheme: light dark; font: 16px/1.45 system-ui, sans-serif; }
body { max-width: 70rem; margin: 2rem auto; padding: 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #888; padding: .3rem .5rem; text-align: left; vertical-align: top; }
tr.late td:nth-child(6) { font-weight: 700; }
@page { size: A4 landscape; margin: 15mm; }
@media print { body { font-size: 10.5pt; max-width: none; margin: 0; } tr { break-inside: avoid; } }
</style></head><body><main>
<h1>{{ title }}</h1>
{% for line in lines %}<p>{{ line }}</p>{% endfor %}
{% for head, rows in tables %}<div class="wide" tabindex="0"><table>
<thead><tr>{% for cell in head %}<th scope="col">{{ cell }}</th>{% endfor %}</tr></thead>
<tbody>{% for state, row in rows %}<tr class="{{ state }}">
{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</tbody></table></div>
{% endfor %}</main></body></html>
"""


def lines(entries: pd.DataFrame, first: date, last: date, lang: str) -> list[str]:
    """What a quarter brought, in sentences."""
    before = entries["recorded"].lt(first.isoformat())
    here = entries[~before & entries["recorded"].le(last.isoformat())]
    new = here[here["line"].gt(0) & ~here.duplicated(ledger.KEY)]
    old = set(map(tuple, entries[before][ledger.KEY].to_numpy().tolist()))
    count = sum(tuple(key) not in old for key in new[ledger.KEY].to_numpy().tolist())
    told = status.told(status.on(entries, last), last, lang)
    seal = ledger.head(entries[entries["recorded"].le(last.isoformat())])
    return [told[0], say(lang, "In the quarter {n} {n:entry was|entries were} recorded, {new} of "
                         "them for new actions.", n=len(here), new=count),
            say(lang, "Last seal of the ledger at that day: {seal}", seal=seal)]  # fmt: skip


def rows(table: pd.DataFrame, lang: str) -> list[tuple[str, list[str]]]:
    """The actions as rows of text, each with its state."""
    names = codebook.names(lang)
    return [
        (row["state"], [row["agency"], names[row["code"]], row["action"],
                        f"{date.fromisoformat(row['deadline']):%d/%m/%Y}", row["progress"],
                        status.state_said(row, lang), row["result"], row["evidence"], row["delay"]])
        for row in table.to_dict("records")
    ]  # fmt: skip


def write(
    entries: pd.DataFrame, province: places.Province, words: str, *, lang: str = "vi"
) -> dict[str, bytes]:
    """The report of a quarter as "html" and "docx": the same ledger gives the same bytes.

    Parameters
    ----------
    entries : DataFrame
        The ledger of the province.
    province : Province
    words : str
        The quarter, as 2025-Q3.

    Raises
    ------
    DataError
        Where nothing was recorded by the end of the quarter.
    """
    first, last = status.quarter(words)
    status.require(entries, last)
    title = say(lang, "Progress of the PAPI plan of {province}, {first} to {last}",
                province=province.name(lang), first=f"{first:%d/%m/%Y}", last=f"{last:%d/%m/%Y}")
    table = status.on(entries, last)
    told, cells = lines(entries, first, last, lang), rows(table, lang)
    heads = [say(lang, head) for head in HEADS]
    counts = status.counts(table)
    sums = [("", [name or say(lang, "All agencies"), *map(str, numbers)])
            for name, *numbers in counts[["agency", *status.STATES, "no_owner", "no_evidence"]]
            .itertuples(index=False)]  # fmt: skip
    states = [say(lang, "Agency"), *(say(lang, text, days=status.SOON)
                                     for text in status.STATES.values()),
              say(lang, "no owner"), say(lang, "no evidence")]  # fmt: skip
    page = Environment(autoescape=True).from_string(_PAGE).render(
        lang=lang, title=title, lines=told, tables=[(states, sums), (heads, cells)])  # fmt: skip
    book = brief.paper(title, last, lang)
    brief.sized(book.sections[0], landscape=True)
    brief.centred(book, title, bold=True, size=14, after=6)
    for line in told:
        brief.body(book, line)
    brief.grid(book, states, [row for _, row in sums], [4.0, *[2.6] * (len(states) - 1)])
    book.add_paragraph()
    brief.grid(book, heads, [row for _, row in cells], WIDTHS)
    return {"html": page.encode(), "docx": brief.saved(book)}


def make(province: places.Province, words: str, out: str | Path, *, lang: str = "vi") -> list[Path]:
    """Write the report of a quarter into a folder; the paths of page and paper."""
    ending = "" if lang == "vi" else f".{lang}"
    made = []
    for kind, content in write(ledger.read(province), province, words, lang=lang).items():
        path = Path(out) / f"papi-progress-{province.slug}-{words.upper()}{ending}.{kind}"
        put(path, content)
        made.append(path)
    return made

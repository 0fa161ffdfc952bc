"""Tables of other notebooks, dressed for reading: a caption, a frame that scrolls, numbers."""

from __future__ import annotations

import re
from html import escape

from papi_analysis.wording import say

_NUMBER = re.compile(r"^(\s*)([-−+]?\d+)\.(\d+)(%?)(\s*)$")
_CELL = re.compile(r"(<td[^>]*>)([^<]*)(</td>)")
_CLASS = re.compile(r'<table[^>]*>')


def dressed(html: str, where: str, lang: str) -> str:
    """HTML output of a notebook; tables get a caption, a scrolling frame and local decimals."""
    if "<table" not in html:
        return f'<div class="prose">{html}</div>'
    count = 0

    def opened(_: re.Match[str]) -> str:
        nonlocal count
        count += 1
        name = say(lang, "Table of {where}", where=where)
        label = escape(f"{name} ({count})" if count > 1 else name)
        return (
            f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">'
            f'<table class="data"><caption>{label}</caption>'
        )

    html = _CELL.sub(lambda hit: hit[1] + _local(hit[2], lang) + hit[3], html)
    html = _head(_CLASS.sub(opened, html))
    return html.replace("</table>", "</table></div>")


def _local(text: str, lang: str) -> str:
    """A number with the decimal sign of the language; other text as it is."""
    found = _NUMBER.match(text)
    if not found or lang != "vi":
        return text
    before, whole, part, percent, after = found.groups()
    return f"{before}{whole},{part}{percent}{after}"


def _head(html: str) -> str:
    """Name the direction of head cells; empty ones are no heads."""
    html = re.sub(r"<th>(\s*)</th>", r"<td>\1</td>", html)
    parts = re.split(r"(<tbody>.*?</tbody>)", html, flags=re.DOTALL)
    return "".join(
        part.replace("<th>", '<th scope="row">') if part.startswith("<tbody>")
        else part.replace("<th>", '<th scope="col">')
        for part in parts
    )  # fmt: skip

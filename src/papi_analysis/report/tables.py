"""Tables of other notebooks, dressed for reading: a caption, a frame that scrolls, numbers."""

from __future__ import annotations

import re
from html import escape

_NUMBER = re.compile(r"^(\s*)([-−+]?\d+)\.(\d+)(%?)(\s*)$")
_WHOLE = re.compile(r"^\s*[-−+]?[\d., ]*%?\s*$")
_CELL = re.compile(r"<td>([^<]*)</td>")
_OPENING = re.compile(r"<table[^>]*>")


def dressed(html: str, under: str, lang: str) -> str:
    """HTML output of a notebook; tables get a caption, a scrolling frame and local decimals.

    `under` is the heading above the table, which names it.
    """
    if "<table" not in html:
        return f'<div class="prose">{html}</div>'
    count = 0

    def opened(_: re.Match[str]) -> str:
        nonlocal count
        count += 1
        label = escape(f"{under} ({count})" if count > 1 else under)
        return (
            f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">'
            f'<table class="data"><caption>{label}</caption>'
        )

    html = _CELL.sub(lambda hit: _cell(hit.group(1), lang), html)
    return _head(_OPENING.sub(opened, html)).replace("</table>", "</table></div>")


def _cell(text: str, lang: str) -> str:
    """A cell: numbers with the decimal sign of the language, words to the left."""
    if not _WHOLE.match(text):
        return f'<td class="word">{text}</td>'
    found = _NUMBER.match(text)
    if found and lang == "vi":
        before, whole, part, percent, after = found.groups()
        text = f"{before}{whole},{part}{percent}{after}"
    return f"<td>{text}</td>"


def _head(html: str) -> str:
    """Name the direction of head cells; empty ones are no heads."""
    html = re.sub(r"<th>(\s*)</th>", r"<td>\1</td>", html)
    parts = re.split(r"(<tbody>.*?</tbody>)", html, flags=re.DOTALL)
    scopes = ["row" if part.startswith("<tbody>") else "col" for part in parts]
    named = zip(parts, scopes, strict=True)
    return "".join(part.replace("<th>", f'<th scope="{scope}">') for part, scope in named)

"""Formulas of the pages as MathML: browsers draw it themselves, without a script or a network.

A hook of mkdocs: arithmatex keeps the TeX of a formula through Markdown, this turns it into MathML.
"""

import re
from html import unescape

from latex2mathml.converter import convert

_DISPLAY = re.compile(r'<div class="arithmatex">\\\[(.*?)\\\]</div>', re.DOTALL)
_INLINE = re.compile(r'<span class="arithmatex">\\\((.*?)\\\)</span>', re.DOTALL)


def on_page_content(html: str, **_: object) -> str:
    """The HTML of a page with every formula as MathML."""
    html = _DISPLAY.sub(lambda hit: convert(unescape(hit[1]), display="block"), html)
    return _INLINE.sub(lambda hit: convert(unescape(hit[1])), html)

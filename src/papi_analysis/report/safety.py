"""What may stand in a page: an allow-list for HTML, and the refusal of everything that runs."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

from papi_analysis.errors import ExecutionError

#: Elements of our own sections and of tables, text and drawings of other notebooks.
ALLOWED = frozenset(
    "a abbr article aside b blockquote br caption code col colgroup dd del details div dl dt em "
    "figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre "
    "q s samp section small span strong sub summary sup table tbody td tfoot th thead tr u ul var "
    "svg g defs path rect circle ellipse line polyline polygon text tspan title desc use clippath "
    "pattern lineargradient radialgradient stop mask symbol marker".split()
)
#: Elements that are left out with everything in them, where they do no harm and mean nothing.
DROPPED = frozenset(["style"])
#: Elements that make a page run, load or leave; a notebook that holds one is refused.
LIVE = frozenset(
    "script iframe object embed frame frameset applet portal base form input button textarea "
    "select meta link foreignobject animate set animatetransform animatemotion video audio "
    "source track noscript template".split()
)
_VOID = frozenset(["br", "col", "hr", "img"])
_HARMLESS = ("#", "data:image/png;base64,", "data:image/jpeg;base64,")
_LINK = ("https://", "http://", "mailto:", "#")
_URL = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression\s*\(|-moz-binding", re.IGNORECASE)
_ADDRESS = frozenset(["src", "href", "xlink:href", "data", "action", "poster", "background"])
_TABLE_ONLY = frozenset(["border"])


class _Filter(HTMLParser):
    """Writes again what is allowed; collects what would run."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.live: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in DROPPED:
            self.hidden += 1
        elif tag in LIVE:
            self.live.append(f"<{tag}>")
        elif tag in ALLOWED and not self.hidden:
            words = [self._attribute(tag, name, value or "") for name, value in attrs]
            self.parts.append(f"<{_case(tag)}{''.join(words)}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in DROPPED:
            self.hidden = max(0, self.hidden - 1)
        elif tag in ALLOWED and tag not in _VOID and not self.hidden:
            self.parts.append(f"</{_case(tag)}>")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(escape(data, quote=False))

    def _attribute(self, tag: str, name: str, value: str) -> str:
        plain = re.sub(r"[\x00-\x20]", "", value).lower()
        if name.startswith("on") or plain.startswith(("javascript:", "vbscript:")):
            self.live.append(f"<{tag} {name}>")
        if name in _ADDRESS:
            good = _LINK if tag == "a" else _HARMLESS
            if plain and not plain.startswith(good):
                self.live.append(f"<{tag} {name}={value[:40]}>")
        if _URL.search(value) and name != "alt":
            self.live.append(f"<{tag} {name}={value[:40]}>")
        if name in _TABLE_ONLY or name in ("srcset", "ping", "formaction", "srcdoc"):
            return ""
        return f' {_CASED.get(name, name)}="{escape(value)}"'


#: Names whose capitals the parser lost; browsers restore them in inline SVG, files need them.
_CASED = {
    name.lower(): name
    for name in "viewBox preserveAspectRatio clipPathUnits patternUnits patternTransform "
    "patternContentUnits gradientUnits gradientTransform textLength lengthAdjust refX refY "
    "markerWidth markerHeight markerUnits".split()
}


def _case(tag: str) -> str:
    return {
        "clippath": "clipPath",
        "lineargradient": "linearGradient",
        "radialgradient": "radialGradient",
    }.get(tag, tag)


def clean(html: str, *, where: str) -> str:
    """The HTML with only what is allowed in it.

    Raises
    ------
    ExecutionError
        When it holds a script, an event handler, a form or something to load; names the place.
    """
    reader = _Filter()
    reader.feed(html)
    reader.close()
    if reader.live:
        raise ExecutionError(
            "{where} holds something that would run or load in the page: {found}. The page was "
            "not made.",
            where=where,
            found=", ".join(dict.fromkeys(reader.live[:3])),
        )
    return "".join(reader.parts)

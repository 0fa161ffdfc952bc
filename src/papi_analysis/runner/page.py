"""The report page as a browser would load it: nothing from outside, nothing that runs."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

_BANNED = {"script", "iframe", "object", "embed", "base", "frame", "applet", "portal"}
_LOADS = {
    "src",
    "srcset",
    "data",
    "poster",
    "background",
    "action",
    "formaction",
    "xlink:href",
    "ping",
    "manifest",
}
_INNER = ("#", "data:image/", "data:font/")
_STYLE = re.compile(r"url\(\s*['\"]?(?!#|data:(?:image|font)/)([^)'\"]*)|(@import)", re.IGNORECASE)
_POLICY = "default-src 'none'"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.lang, self.policy, self._style = "", "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._style = tag == "style"
        if tag == "html":
            self.lang = found.get("lang", "")
        if tag == "meta":
            self._meta({name: value.strip() for name, value in found.items()})
        if tag in _BANNED:
            self.faults.append(f"<{tag}>")
        for name, value in found.items():
            self._attribute(tag, name, re.sub(r"[\x00-\x20]", "", value))

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        if self._style:
            self._css(data)

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def _meta(self, found: dict[str, str]) -> None:
        kind = found.get("http-equiv", "").lower()
        if kind == "content-security-policy":
            self.policy = found.get("content", "")
        elif kind == "refresh":
            self.faults.append("<meta http-equiv=refresh>")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        lower = value.lower()
        link = name == "href" and tag not in ("a", "area")
        if name.startswith("on") or lower.startswith(("javascript:", "vbscript:", "data:text/")):
            self.faults.append(f"<{tag} {name}>")
        elif (name in _LOADS or link) and value and not lower.startswith(_INNER):
            self.faults.append(f"<{tag} {name}={value[:60]}>")
        elif name == "srcdoc":
            self.faults.append(f"<{tag} srcdoc>")
        elif name == "style":
            self._css(value)

    def _css(self, text: str) -> None:
        found = _STYLE.search(text)
        if found:
            self.faults.append(f"css {found.group(0)[:60]}")


def title(html: str) -> str:
    """The title of a page."""
    found = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    return unescape(found.group(1)) if found else ""


def faults(html: str, *, lang: str) -> list[str]:
    """The places where a report page is not what it must be; empty when it is.

    Looked for: scripts and event handlers, anything loaded from outside the file, a missing
    content security policy, the wrong language.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    found = reader.faults[:10]
    if not reader.policy.lower().startswith(_POLICY):
        found.append(f"no <meta http-equiv=Content-Security-Policy content={_POLICY!r}>")
    if reader.lang != lang:
        found.append(f"<html lang={reader.lang!r}>, not {lang!r}")
    if not html.rstrip().lower().endswith("</html>"):
        found.append("no </html> at the end")
    return found

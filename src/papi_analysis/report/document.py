"""The page of a report as a plain function of its findings: one HTML file, no scripts, no loads."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from html import unescape
from importlib import import_module
from pathlib import Path

from markupsafe import Markup

from papi_analysis import plots
from papi_analysis.i18n import say
from papi_analysis.plots import palette
from papi_analysis.report import FILES
from papi_analysis.report.section import Section, environment, file, short, words

#: Sections of a merged province before it existed, in their order.
MERGED = (
    "masthead summary priorities parts agencies appendix left_out history dimensions criteria "
    "weights maps method"
).split()
_FONTS = Path(plots.__file__).parent / "fonts"
_WEIGHTS = {"Regular": 400, "SemiBold": 600}
_FALLBACK = re.compile(r"(var\(--c-[a-z0-9_]+),#[0-9a-f]{6}\)")  # the page declares its colours
_LOOK = re.compile(r'(?<=[a-z0-9"]) style="((?:font-|fill|stroke|text-anchor)[^"]*)"')
_CLIP = re.compile(r' clip-path="(url\(#[a-z0-9-]+\))"(?: class="([^"]*)")?')


def sections(
    findings: dict, *, lang: str, boundaries: str = "", district_data: str = ""
) -> list[Section]:
    """Every section of a report in the order of its page, those that say nothing too."""
    report = import_module("papi_analysis.report")
    if findings.get("synthetic"):
        merged = import_module("papi_analysis.report.merged")
        more = {"maps": {"layer": boundaries}}
        made = [getattr(merged, n)(findings, lang=lang, **more.get(n, {})) for n in MERGED]
        return [*made, report.provenance(findings, lang=lang)]
    more = {"maps": {"boundaries": boundaries, "district_data": district_data}}
    return [getattr(report, n)(findings, lang=lang, **more.get(n, {})) for n in report.SECTIONS]


def page(findings: dict, *, lang: str, boundaries: str = "", district_data: str = "") -> str:
    """The report on some findings as one HTML page.

    Parameters
    ----------
    findings : dict
        As `findings.json` holds them: of a province and year, or of a merged province.
    lang : {"vi", "en"}
    boundaries, district_data : str, optional
        Files of the user to draw maps from.

    Returns
    -------
    str
        HTML with styles, type and drawings inside; it runs and loads nothing.
    """
    files = {"boundaries": boundaries, "district_data": district_data}
    return bind(sections(findings, lang=lang, **files))


def save(
    findings: dict, out: str | Path, *, lang: str, boundaries: str = "", district_data: str = ""
) -> None:
    """Write the page into a folder, under the name in `FILES`; nothing for an empty `out`."""
    if out:
        html = page(findings, lang=lang, boundaries=boundaries, district_data=district_data)
        Path(out, FILES[lang]).write_text(html, encoding="utf-8", newline="\n")


def bind(made: Iterable[Section]) -> str:
    """Sections under one head, with contents, styles and type; a masthead comes first."""
    made = [part for part in made if not part.empty]
    lang = made[0].lang if made else "vi"
    parts, classes = _shared_styles([_FALLBACK.sub(r"\1)", part.html) for part in made])
    head = made[0] if made and made[0].name == "masthead" else None
    masthead = parts.pop(0) if head else ""
    html = environment().get_template("page.html.j2").render(
        **words(lang),
        title=head.title if head else "PAPI",
        masthead=Markup(masthead),
        contents=[(part.name, part.title) for part in made if part is not head],
        body=Markup("\n".join(parts)),
        style=Markup(stylesheet() + classes + _feet(head, lang)),
        files=_beside(lang) if head else [],
    )  # fmt: skip
    return unicodedata.normalize("NFC", html + "\n")


def _feet(head: Section | None, lang: str) -> str:
    """What stands at the foot of each printed page: what the paper is, and the day of the data."""
    if head is None:
        return ""
    left, middle = (head.values.get(name, "") for name in ("foot", "foot_data"))
    marks = (f"@{place}{{content:{_quoted(text)}}}" for place, text in
             (("bottom-left", left), ("bottom-center", middle)) if text)  # fmt: skip
    return f"@page{{{''.join(marks)}}}"


def _quoted(text: object) -> str:
    """A string of CSS that nothing in it can end."""
    return '"' + "".join(f"\\{ord(c):x} " if c in "\\\"<>\n" else c for c in str(text)) + '"'


def _beside(lang: str) -> list[tuple[str, str]]:
    """Files that may stand beside the page: name, and what they are."""
    other = "en" if lang == "vi" else "vi"
    page = FILES[lang]
    return [
        (page.removesuffix(".html") + ".pdf", "PDF"),
        (FILES[other], {"vi": "Tiếng Việt", "en": "English"}[other]),
        ("tables", say(lang, "Tables (CSV)")),
        ("findings.json", say(lang, "All values (JSON)")),
    ]


def _shared_styles(parts: list[str]) -> tuple[list[str], str]:
    """Looks and clips that drawings repeat, named once in the style sheet of the page."""
    counts = Counter(look for part in parts for look in _LOOK.findall(part))
    names = {look: f"z{i}" for i, look in enumerate(k for k, n in counts.items() if n > 2)}

    def named(hit: re.Match[str]) -> str:
        name = names.get(hit.group(1))
        return f' class="{name}"' if name else hit.group()

    sheet = "".join(f".{name}{{{unescape(look)}}}" for look, name in names.items())
    parts = [_LOOK.sub(named, part) for part in parts]
    edges = Counter(hit[1] for part in parts for hit in _CLIP.finditer(part))
    clips = {edge: f"k{i}" for i, edge in enumerate(k for k, n in edges.items() if n > 2)}

    def clipped(hit: re.Match[str]) -> str:
        name = clips.get(hit[1])
        return f' class="{" ".join(filter(None, (hit[2], name)))}"' if name else hit[0]

    sheet += "".join(f".{name}{{clip-path:{edge}}}" for edge, name in clips.items())
    return [_CLIP.sub(clipped, part) for part in parts], sheet


def stylesheet() -> str:
    """Styles of the page with its colours and type inside."""
    faces = "".join(
        f"@font-face{{font-family:Inter;font-weight:{weight};font-display:block;"
        f"src:url(data:font/woff2;base64,{_encoded(name)}) format('woff2')}}"
        for name, weight in _WEIGHTS.items()
    )
    light, dark = palette.variables(), palette.variables(dark=True)
    sheet = file("page.css").replace("/*content*/", file("content.css"))
    colours = (
        f":root{{color-scheme:light dark;{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    )
    return faces + colours + short(sheet)


def _encoded(weight: str) -> str:
    return base64.b64encode((_FONTS / f"Inter-{weight}.woff2").read_bytes()).decode()

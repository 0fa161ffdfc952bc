"""The nbconvert exporter `papi_report`: an executed notebook as one page without scripts."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections import Counter
from html import escape, unescape
from pathlib import Path

from markupsafe import Markup
from nbconvert.exporters import Exporter
from nbconvert.filters import markdown2html
from nbformat import NotebookNode
from traitlets import default

from papi_analysis import plots
from papi_analysis.errors import ExecutionError
from papi_analysis.i18n import LANGUAGES, say
from papi_analysis.plots import palette
from papi_analysis.report import tables
from papi_analysis.report.safety import clean
from papi_analysis.report.section import environment, file, name_of, short, words

_FONTS = Path(plots.__file__).parent / "fonts"
_WEIGHTS = {"Regular": 400, "SemiBold": 600}
_TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_HEADING = re.compile(r'<h2 id="([a-z0-9-]+)-h">(.*?)</h2>', re.DOTALL)
_OWN_LANG = re.compile(r'id="masthead" lang="([a-z]{2})"')
_HEAD_LINK = re.compile(r'<a class="anchor-link".*?</a>', re.DOTALL)
_FALLBACK = re.compile(r"(var\(--c-[a-z0-9_]+),#[0-9a-f]{6}\)")  # the page declares its colours
_LOOK = re.compile(r'(?<=[a-z0-9"]) style="((?:font-|fill|stroke|text-anchor)[^"]*)"')
_CLIP = re.compile(r' clip-path="(url\(#[a-z0-9-]+\))"(?: class="([^"]*)")?')
_IMAGE = {"image/png": "png", "image/jpeg": "jpeg"}


class ReportExporter(Exporter):
    """Sections of the report become its page; any other notebook becomes a readable one."""

    export_from_notebook = "PAPI report"
    output_mimetype = "text/html"

    @default("file_extension")
    def _html(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict | None = None, **kw: object
    ) -> tuple[str, dict]:
        """The page, and the resources of nbconvert.

        `resources["lang"]` is the language where the notebook has no masthead of its own.

        Raises
        ------
        ExecutionError
            When a cell failed or was not run, or an output would run or load in a browser.
        """
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        lang = _language(nb, resources.get("lang", "vi"))
        parts, under = [], "PAPI"
        for index, cell in enumerate(nb.cells):
            under = _heading(cell) or under
            parts += _parts(cell, say(lang, "Cell {number}", number=index + 1), under, lang)
        bound = [part for part in parts if name_of(part)]
        html = _page(bound or parts, lang, own=bool(bound))
        return unicodedata.normalize("NFC", html), resources


def _language(nb: NotebookNode, otherwise: str) -> str:
    """The language of the masthead, else the parameter of the notebook, else the one asked for."""
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            found = _OWN_LANG.search(_joined(output.get("data", {}).get("text/html", "")))
            if found:
                return found.group(1)
    for cell in reversed(nb.cells):
        tags = cell.get("metadata", {}).get("tags", [])
        if {"parameters", "injected-parameters"} & set(tags):
            found = re.search(r"^lang\s*=\s*[\"'](vi|en)[\"']", cell.source, re.MULTILINE)
            if found:
                return found.group(1)
    return otherwise if otherwise in LANGUAGES else "vi"


def _joined(text: str | list[str]) -> str:
    return "".join(text)


def _heading(cell: NotebookNode) -> str:
    """The last heading in a cell of words."""
    found = re.findall(r"^#+\s+(.+)$", cell.source, re.MULTILINE)
    return found[-1].strip() if found and cell.cell_type == "markdown" else ""


def _parts(cell: NotebookNode, where: str, under: str, lang: str) -> list[str]:
    """What a cell shows, each part safe to put into the page; `under` is the heading above it."""
    if cell.cell_type == "markdown":
        html = _HEAD_LINK.sub("", markdown2html(cell.source))
        return [f'<div class="prose">{clean(html, where=where)}</div>']
    if cell.cell_type != "code":
        return []
    parts = [_output(output, where, under, lang) for output in cell.get("outputs", [])]
    return [part for part in parts if part]


def _output(output: NotebookNode, where: str, under: str, lang: str) -> str:
    if output.output_type == "error":
        raise ExecutionError(
            "{where} failed with {error}: {reason}. A page with a hole is not made.",
            where=where, error=str(output.get("ename", "")),
            reason=str(output.get("evalue", ""))[:120],
        )  # fmt: skip
    if output.output_type == "stream":
        if output.get("name") == "stderr":
            return ""
        return f"<pre>{escape(_joined(output.text).rstrip())}</pre>"
    data = output.get("data", {})
    for kind in ("application/javascript", "application/vnd.jupyter.widget-view+json"):
        if kind in data:
            raise ExecutionError(
                "{where} holds something that would run or load in the page: {found}. The page "
                "was not made.",
                where=where, found=kind,
            )  # fmt: skip
    return _shown(data, output.get("metadata", {}), where, under, lang)


def _shown(data: dict, metadata: dict, where: str, under: str, lang: str) -> str:
    """The richest form that a page can hold."""
    plain = _joined(data.get("text/plain", ""))
    if "text/html" in data:
        html = clean(_joined(data["text/html"]), where=where)
        return html if name_of(html) else tables.dressed(html, under, lang)
    if "image/svg+xml" in data:
        svg = _joined(data["image/svg+xml"])
        return f'<figure class="drawing">{clean(svg[svg.index("<svg") :], where=where)}</figure>'
    for kind in _IMAGE:
        if kind in data:
            alt = escape(str(metadata.get("alt") or plain or where))
            code = re.sub(r"\s+", "", _joined(data[kind]))
            image = f'<img alt="{alt}" src="data:{kind};base64,{code}">'
            return f'<figure class="drawing">{image}</figure>'
    if "text/markdown" in data:
        html = markdown2html(_joined(data["text/markdown"]))
        return f'<div class="prose">{clean(html, where=where)}</div>'
    return f"<pre>{escape(plain)}</pre>" if plain else ""


def _page(parts: list[str], lang: str, *, own: bool) -> str:
    """The parts under one head, with contents, styles and type."""
    parts, classes = _shared_styles([_FALLBACK.sub(r"\1)", part) for part in parts])
    body = "\n".join(parts)
    contents = [(name, text) for name, text in _HEADING.findall(body)] if own else []
    title = _TITLE.search(body)
    masthead = parts.pop(0) if own and name_of(parts[0]) == "masthead" else ""
    template = environment().get_template("page.html.j2")
    return template.render(
        **words(lang),
        title=Markup(re.sub(r"<[^>]+>", "", title.group(1)) if title else "PAPI"),
        masthead=Markup(masthead),
        contents=[(name, Markup(text)) for name, text in contents],
        body=Markup("\n".join(parts)),
        style=Markup(stylesheet() + classes),
        own=own,
    ) + "\n"  # fmt: skip


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

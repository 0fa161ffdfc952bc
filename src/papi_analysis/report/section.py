"""A section of the report: HTML for the page, the same in plain words, its drawings and tables."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import jinja2
import pandas as pd
from markupsafe import Markup

from papi_analysis.data import codebook
from papi_analysis.i18n import mark, number, say
from papi_analysis.plots import palette, style
from papi_analysis.plots.palette import GROUP_NAMES, GROUPS

SIGNED = "+0.00;−0.00"
#: What every paper for the leaders is until the province has decided.
DRAFT = mark(
    "Draft for discussion, not issued by a competent authority; agencies and deadlines await the "
    "province's decision"
)
#: The groups in short, where the word group stands beside.
SHORT_GROUPS = {
    1: mark("lowest"),
    2: mark("lower middle"),
    3: mark("upper middle"),
    4: mark("highest"),
}
#: Who leads a criterion, and how far that is settled.
STATUSES = {
    "proposed": mark("proposed, to be confirmed by the province"),
    "confirmed": mark("confirmed by the province"),
    "unassigned": mark("no agency named yet"),
}
_MINUS = re.compile(r"(?<![\w,.-])-(?=\d)")


@dataclass(frozen=True)
class Section:
    """One section: a template and the values it shows.

    A notebook shows `html`, or `text` where HTML cannot be shown. `drawing` is the first figure of
    the section as an SVG file of its own.
    """

    name: str
    title: str
    lang: str
    template: str
    values: dict[str, object]
    text: str
    drawing: str = ""
    empty: bool = False  # whether a page does without it

    @property
    def html(self) -> str:
        """The section as the page holds it."""
        return self._rendered(style="")

    def _rendered(self, **more: object) -> str:
        template = environment().get_template(f"{self.template}.html.j2")
        own = {"name": self.name, "title": self.title, **self.values}
        return template.render(**words(self.lang), **own, **more).strip()

    def _repr_html_(self) -> str:
        return self._rendered(style=notebook_style())

    def _repr_svg_(self) -> tuple[str, dict[str, str]] | None:
        return (self.drawing, {"name": self.name}) if self.drawing else None

    def __repr__(self) -> str:
        return self.text


@functools.cache
def environment() -> jinja2.Environment:
    """The templates; everything put into them is escaped, and a missing value is an error."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("papi_analysis.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
    )


def file(name: str) -> str:
    """The text of a file beside the templates."""
    return environment().loader.get_source(environment(), name)[0]


def short(css: str) -> str:
    """Styles without comments and needless white space."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return re.sub(r"\s+", " ", css).strip()


def notebook_style() -> Markup:
    """Styles by which a notebook shows sections much as the page does, and nothing else.

    A page brings its own.
    """
    own = (
        "background:#fff;color:var(--c-ink);padding:16px 20px;max-width:800px;"
        "font:400 15px/1.5 Inter,'DejaVu Sans',sans-serif"
    )
    inside = ".narrow{display:none}h2{margin:0 0 12px}" + short(file("content.css"))
    return Markup(
        f"<style>.papi-section{{{palette.variables()}{own}}}"
        f"@scope (.papi-section){{{inside}}}</style>"
    )


def words(lang: str) -> dict[str, object]:
    """What every template may call: `t` sentences, `n` numbers, `s` signed, `p` percentages."""

    def percent(value: float) -> str:
        return number(lang, value, "0%")

    return {
        "lang": lang,
        "t": functools.partial(say, lang),
        "n": functools.partial(number, lang),
        "s": lambda value: number(lang, value, SIGNED),
        "p": percent,
        "marks": {group: look[1] for group, look in GROUPS.items()},
        "group_names": {group: say(lang, name) for group, name in GROUP_NAMES.items()},
    }


def build(
    name: str,
    title: str,
    lang: str,
    *,
    told: Sequence[str],
    drawing: str = "",
    template: str = "",
    empty: bool = False,
    **context: object,
) -> Section:
    """A section of `templates/<name>.html.j2`, or of `template`, with the values in it.

    `told` are the sentences and numbers of the section, one a line, as a notebook prints them.
    """
    text = "\n".join([title, *told])
    values = {"told": told, **context}
    return Section(name, title, lang, template or name, values, text, drawing, empty)


def drawn_once(make: Callable[..., Section]) -> Callable[..., Section]:
    """Remember the last section that was made, so that a notebook and its page draw it once.

    A section with a user's file is always made anew: the file may have changed.
    """
    last: dict[tuple[str, str], Section] = {}

    @functools.wraps(make)
    def made(findings: dict, *, lang: str, **files: str) -> Section:
        if any(files.values()):
            return make(findings, lang=lang, **files)
        key = (json.dumps(findings, sort_keys=True), lang)
        if key not in last:
            section = make(findings, lang=lang, **files)
            last.clear()
            last[key] = section
        return last[key]

    made.forget = last.clear  # type: ignore[attr-defined]
    return made


def spoken(findings: dict, lang: str, *sections: str, using: str = "") -> list[str]:
    """The generated sentences of some sections of the findings, in their order.

    With `using`, only those that use a value whose path begins so.
    """
    told = findings.get("sentences", {}).get(lang, [])
    return [
        _MINUS.sub("−", line["text"])
        for name in sections
        for line in told
        if line["section"] == name and any(key.startswith(using) for key in line["keys"] or [""])
    ]


@dataclass(frozen=True)
class Table:
    """Cells as they are read: a head, rows whose first cell names the row, a caption."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: tuple[int, ...] = (0,)  # columns of words; the others are numbers


@dataclass(frozen=True)
class Figure:
    """A drawing for wide and narrow pages with its words and the table behind it."""

    caption: style.Caption
    wide: Markup
    narrow: Markup
    table: Table
    file: str


def figure(draw: Callable[[int], style.Chart], table: Table) -> Figure:
    """Draw for both widths; `draw` takes a width in CSS pixels and gives a captioned chart."""
    captions: list[style.Caption] = []

    def noted(width: int) -> style.Chart:
        chart = draw(width)
        captions.append(chart.caption)
        return chart

    wide, narrow, file = drawings(noted)
    return Figure(captions[0], Markup(wide), Markup(narrow), table, file)


def drawings(draw: Callable[[int], style.Chart]) -> tuple[str, str, str]:
    """What `draw` gives for wide and for narrow pages, and the wide one as a file."""
    wide, narrow = draw(style.WIDE), draw(style.NARROW)
    drawing = style.written(wide)
    return (
        style.svg(wide, key="wide", drawing=drawing),
        style.svg(narrow, key="narrow"),
        style.standalone(wide, drawing=drawing),
    )


@functools.cache
def names(lang: str) -> dict[str, str]:
    """Names of dimensions and sub-dimensions."""
    return codebook.names(lang)


def place(rank: float | None, n: int) -> str:
    """A rank with the number of provinces ranked, `57/61`; a dash where there is none."""
    return "–" if rank is None or pd.isna(rank) else f"{int(rank)}/{int(n)}"


def rounded(value: float, decimals: int = 2) -> float:
    """A number as it is printed, so that a difference of two is the one that a reader gets."""
    return float(number("en", value, f"0.{'0' * decimals}"))


def frame(rows: list[dict], lang: str) -> pd.DataFrame:
    """Rows of findings as a table with names; columns that no row has are missing values."""
    table = pd.DataFrame(rows)
    for column in ("score", "rank", "group", "change", "change_q"):
        if column not in table:
            table[column] = float("nan")
    return table.assign(name=table["code"].map(names(lang)))


def listed(lang: str, items: Sequence[str]) -> str:
    """Things in a row: "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return say(lang, "{items} and {last}", items=", ".join(items[:-1]), last=items[-1])


def source(findings: dict, lang: str) -> str:
    """Where the figures of a drawing come from."""
    return say(
        lang, "Source: PAPI {year} (CECODES, VFF-CRT, RTA, UNDP); own calculation.",
        year=str(findings["year"]),
    )  # fmt: skip

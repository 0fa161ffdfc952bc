"""Reports made without a kernel, once per test run, for the tests that read or open them."""

import functools
import re
from html.parser import HTMLParser

import nbformat

from papi_analysis import findings, report
from papi_analysis.data import embedded
from papi_analysis.report import merged
from papi_analysis.report.exporter import ReportExporter
from papi_analysis.stats import ranking

_ASKED: dict[int, str] = {}
_WITH = {"peers": "regional", "maps": "totals", "provenance": "files"}


@functools.cache
def case(slug: str, year: int):
    """What is asked about a province and year."""
    return findings.ask(slug, year)


@functools.cache
def found(slug: str, year: int) -> dict:
    """Its findings."""
    return findings.collect(case(slug, year), shared=_national(slug, year))


@functools.cache
def _national_of(year: int, slug: str) -> dict:
    return findings.national(case(slug, year))


def _national(slug: str, year: int) -> dict:
    """What holds for the country in a year, computed once."""
    first = _ASKED.setdefault(year, slug)
    return _national_of(year, first)


def sections(slug: str, year: int, lang: str, values: dict | None = None, names=report.SECTIONS):
    """The sections of a report by name; `values` stand in for its findings."""
    asked, values = case(slug, year), values or found(slug, year)
    more = {
        "totals": asked.positions.query("level == 'total' and year == @year"),
        "regional": ranking.regional(
            asked.positions, asked.provinces, asked.province.region, year
        ),
        "files": embedded.hashes(),
    }
    made = {}
    for name in names:
        extra = [more[_WITH[name]]] if name in _WITH else []
        options = {"seed": asked.seed} if name == "provenance" else {}
        made[name] = getattr(report, name)(values, *extra, lang=lang, **options)
    return made


def notebook(outputs: list[dict], source: str = "") -> nbformat.NotebookNode:
    """An executed notebook whose cells show these outputs."""
    cells = [
        nbformat.v4.new_code_cell(source, execution_count=1, outputs=[nbformat.from_dict(output)])
        for output in outputs
    ]
    return nbformat.v4.new_notebook(cells=cells)


def shown(html: str, text: str = "") -> dict:
    """An output that shows HTML."""
    data = {"text/html": html, "text/plain": text}
    return {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": data}


def bind(parts, lang: str = "vi") -> str:
    """Sections bound into a page, as the exporter does it."""
    nb = notebook([shown(part.html, part.text) for part in parts])
    return ReportExporter().from_notebook_node(nb, resources={"lang": lang})[0]


@functools.cache
def page(slug: str = "tra-vinh", year: int = 2024, lang: str = "vi") -> str:
    """The whole report as a page."""
    return bind(sections(slug, year, lang).values(), lang)


MERGED = "masthead summary history dimensions weights criteria maps method".split()


@functools.cache
def merged_page(slug: str, year: int, lang: str) -> str:
    """The page of a merged province before it existed."""
    values = findings.merger.collect(findings.merged(slug, year))
    parts = [getattr(merged, name)(values, lang=lang) for name in MERGED]
    end = report.provenance(values, embedded.hashes(), lang=lang, seed=84)
    return bind([*parts, end], lang)


class Words(HTMLParser):
    """The text of a page as a reader meets it; drawings, styles and code are kept apart."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.code: list[str] = []
        self._skip = self._code = 0

    def handle_starttag(self, tag, attrs):
        self._skip += tag in ("style", "svg")
        self._code += tag == "code"
        if tag in ("p", "li", "td", "th", "h1", "h2", "h3", "dd", "dt", "caption", "summary"):
            self.parts.append("\n")

    def handle_endtag(self, tag):
        self._skip -= tag in ("style", "svg")
        self._code -= tag == "code"

    def handle_data(self, data):
        if not self._skip:
            (self.code if self._code else self.parts).append(data)


def words(html: str) -> str:
    """The words of a page, one block a line."""
    reader = Words()
    reader.feed(html)
    lines = "".join(reader.parts).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip())


def numbers(text: str, lang: str) -> list[float]:
    """Every number in a text, signs left out, decimals of the language; months are words."""
    text = re.sub(r"tháng \d+ năm", "", text)
    comma = {"vi": ",", "en": "."}[lang]
    thousands = {"vi": r"\.", "en": ","}[lang]
    text = re.sub(rf"(?<=\d){thousands}(?=\d\d\d\b)", "", text)
    return [
        float(number.replace(comma, "."))
        for number in re.findall(rf"(?<![\w.])\d+(?:{re.escape(comma)}\d+)?", text)
    ]

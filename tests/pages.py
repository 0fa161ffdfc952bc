"""Reports made without a kernel, once per test run, for the tests that read or open them."""

import functools
import re
from html import unescape
from html.parser import HTMLParser

from papi_analysis import findings, report

_ASKED: dict[int, str] = {}


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
    values = values or found(slug, year)
    return {name: getattr(report, name)(values, lang=lang) for name in names}


def bind(parts) -> str:
    """Sections bound into a page."""
    return report.bind(parts)


@functools.cache
def page(slug: str = "tra-vinh", year: int = 2024, lang: str = "vi") -> str:
    """The whole report as a page."""
    return report.page(found(slug, year), lang=lang)


@functools.cache
def merged_page(slug: str, year: int, lang: str) -> str:
    """The page of a merged province before it existed."""
    values = findings.merger.collect(findings.merged(slug, year))
    return report.page(values, lang=lang)


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


#: What a reader takes as one number: a rank with its n, a day, months, a range, a sum of digits.
NUMBER = re.compile(r"(?<![\w.,])[+−~]?\d+(?:[.,]\d+)*(?:[/–]\d+(?:[.,]\d+)*)*%?")


def front(html: str) -> str:
    """The words of the pages for the leaders as they are shown: tables behind drawings folded."""
    shown = html[html.index('<header class="papi-section') : html.index('id="appendix"')]
    shown = shown[: shown.rindex("<section")]
    for hidden in ("style", "details", "nav", "title", "desc", "caption"):
        shown = re.sub(rf"<{hidden}[ >].*?</{hidden}>", " ", shown, flags=re.DOTALL)
    shown = re.sub(r'<div class="narrow">.*?</svg></div>', " ", shown, flags=re.DOTALL)
    shown = unescape(shown)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown)).strip()


def length(html: str) -> tuple[int, int]:
    """How many words and how many numbers the pages for the leaders show."""
    text = front(html)
    return len(re.findall(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", text)), len(NUMBER.findall(text))

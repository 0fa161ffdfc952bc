"""The page of a merged province in a real browser: as readable and as closed as the report, and no
number on it without the word that says what kind of number it is."""

import re
from html import unescape

import pages
import pytest
from looks import OVERLAPS, violations

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    """Vĩnh Long of July 2025 in 2024, in place of the report that the window opens."""
    path = tmp_path_factory.mktemp("tỉnh mới") / "report.html"
    path.write_text(pages.merged_page("vinh-long", 2024, "vi"), encoding="utf-8")
    return path


@pytest.mark.parametrize("width, scheme", [(1280, "light"), (390, "dark")])
def test_axe_finds_no_violation_and_nothing_is_asked_for(open_page, report, width, scheme):
    page = open_page(width, scheme)
    assert [url for url in page.asked if not url.startswith("data:")] == [report.as_uri()]
    assert page.told == []
    assert violations(page) == []


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_it_never_scrolls_sideways_and_words_do_not_overlap(open_page, width):
    page = open_page(width)
    page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width
    page.evaluate("() => document.fonts.ready")
    assert page.evaluate(OVERLAPS) == []


def test_it_prints_on_tagged_a4_with_the_summary_alone(open_page, report, tmp_path):
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
    page = open_page()
    page.pdf(path=tmp_path / "a.pdf", prefer_css_page_size=True, print_background=True, tagged=True)
    paper = pypdf.PdfReader(tmp_path / "a.pdf")
    root = paper.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "vi"
    assert round(float(paper.pages[0].mediabox.width)) == 595 and len(paper.pages) <= 12
    words = [re.sub(r"\s+", "", sheet.extract_text()) for sheet in paper.pages]
    html = unescape(report.read_text(encoding="utf-8"))
    headings = [re.sub(r"\s+", "", h) for h in re.findall(r"<h2[^>]*>(.*?)</h2>", html)]
    assert headings[0] in words[0]
    annex = next(n for n, sheet in enumerate(words) if "Phụlục" in sheet)
    assert 2 <= annex <= 4  # pages for the leaders
    assert headings[1] not in words[0]
    assert re.sub(r"^2/\d+", "", words[1]).startswith(headings[1])  # after the page's number
    assert not any(sheet.endswith(heading) for sheet in words for heading in headings)


@pytest.mark.parametrize("lang, word", [("vi", "ước tính ghép"), ("en", "ynthetic")])
def test_every_figure_table_and_title_says_what_kind_of_number_it_is(lang, word):
    html = unescape(pages.merged_page("vinh-long", 2024, lang))
    assert word in re.search("<h1>(.*?)</h1>", html).group(1)
    figures = re.findall(r'<figure class="drawing">(.*?)</figure>', html, re.DOTALL)
    assert len(figures) == 4
    for figure in figures[:2]:  # the others are maps of what is
        for part in (r'class="headline">(.*?)</p>', "<desc[^>]*>(.*?)</desc>", "<th(.*?)</thead>"):
            assert word in re.search(part, figure, re.DOTALL).group(1)
    for table in re.findall(r"<table(.*?)</table>", html, re.DOTALL):
        if "41," in table or "41." in table:
            assert word in table
    text = pages.words(html)
    assert not re.search(r"\b\d+/6[13]\b", text)  # no rank
    # nor a group, but the chance of one at the first survey of its own
    group = {"vi": r"nhóm thấp(?!\w* nhất \d+%)", "en": r"lowest group(?! \d+%)"}[lang]
    assert not re.search(group, text)

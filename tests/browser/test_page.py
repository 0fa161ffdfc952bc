"""The report in a real browser: silent, closed, readable on every screen and on paper."""

import re

import pytest
from looks import OVERLAPS, violations

from papi_analysis import report as sections
from papi_analysis import settings
from papi_analysis.runner.pages import index

pytestmark = pytest.mark.browser

SCREENS = [(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]


@pytest.mark.parametrize("width, scheme", SCREENS)
def test_the_page_asks_for_nothing_and_says_nothing(open_page, report, width, scheme):
    page = open_page(width, scheme)
    asked = [url for url in page.asked if not url.startswith("data:")]
    assert asked == [report.as_uri()]
    assert page.told == []


def test_the_policy_stops_what_would_run_or_load(open_page):
    page = open_page()
    ran = page.evaluate("""() => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.head.append(script);
        const image = document.createElement('img');
        image.src = 'https://example.org/a.png';
        document.body.append(image);
        return window.ran === true;
    }""")
    assert ran is False
    page.wait_for_timeout(200)
    assert len([text for text in page.told if "Content Security Policy" in text]) >= 2
    assert [why for url, why in page.failed if "example.org" in url] == ["csp"]


@pytest.mark.parametrize("width, scheme", SCREENS)
def test_axe_finds_no_violation(open_page, width, scheme):
    assert violations(open_page(width, scheme)) == []


@pytest.mark.parametrize("width", [1280, 760, 390, 320])
def test_the_page_never_scrolls_sideways(open_page, width):
    page = open_page(width)
    page.evaluate("() => document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 390])
def test_each_figure_shows_one_drawing_that_fits_and_has_its_table(open_page, width):
    page = open_page(width)
    figures = page.evaluate("""() => {
        document.querySelectorAll('details.fold').forEach(d => d.open = true);
        return [...document.querySelectorAll('figure.drawing')].map(f => ({
        shown: [...f.querySelectorAll('svg.papi-svg')].filter(s => s.getClientRects().length)
            .map(s => s.getBoundingClientRect().right),
        alt: f.querySelector('svg desc').textContent.length,
        rows: f.querySelectorAll('details table tbody tr').length,
    }))}""")
    assert len(figures) >= 9
    for figure in figures:
        assert len(figure["shown"]) == 1 and figure["shown"][0] <= width
        assert figure["alt"] > 20 and figure["rows"] >= 4


@pytest.mark.parametrize("width", [1280, 390])
def test_words_in_drawings_do_not_overlap(open_page, width):
    page = open_page(width)
    page.evaluate("() => document.querySelectorAll('details.fold').forEach(d => d.open = true)")
    page.evaluate("() => document.fonts.ready")
    assert page.evaluate(OVERLAPS) == []


def test_the_type_of_the_page_is_its_own(open_page):
    page = open_page()
    loaded = page.evaluate("""async () => {
        await document.fonts.ready;
        return [...document.fonts].filter(f => f.status === 'loaded').map(f => f.weight).sort();
    }""")
    assert loaded == ["400", "600"]


def test_a_page_without_contents_uses_the_width_of_the_window(browser, tmp_path):
    file = tmp_path / "index.html"
    file.write_text(index(settings.shipped("data").parent / "example", "vi"), encoding="utf-8")
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(file.as_uri())
    assert page.locator("main").bounding_box()["width"] > 640
    page.close()


def test_tab_leads_past_the_contents_and_through_them(open_page):
    page = open_page()
    page.keyboard.press("Tab")
    first = page.evaluate("() => document.activeElement.className")
    assert first == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"
    page = open_page()
    link = "() => document.activeElement.getAttribute('href')"
    for _ in range(2):  # the link past the contents, and that to the province's successor
        page.keyboard.press("Tab")
    assert page.evaluate(link).endswith("vinh-long/2025-07/2024/report.html")
    page.keyboard.press("Tab")
    assert page.evaluate(link) == "#summary"
    order = page.evaluate("""() => [...document.querySelectorAll('.contents a')]
        .map(a => a.getAttribute('href').slice(1))""")
    shown = page.evaluate("() => [...document.querySelectorAll('main > section')].map(s => s.id)")
    every = [name.replace("_", "-") for name in sections.SECTIONS][1:]
    assert order == shown == [name for name in every if name in shown]
    assert set(every) - set(shown) <= {"follow-up", "indices"}  # nothing to tell there


@pytest.mark.parametrize("width", [390])
def test_targets_are_large_enough_for_a_thumb(open_page, width):
    page = open_page(width)
    small = page.evaluate("""() => [...document.querySelectorAll('.contents a, summary')]
        .filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 24)
        .map(e => e.textContent)""")
    assert small == []


# --- paper -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def paper(browser, report, tmp_path_factory):
    """The report as Chromium prints it."""
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
    path = tmp_path_factory.mktemp("pdf") / "report.pdf"
    page = browser.new_page()
    page.goto(report.as_uri())
    page.pdf(path=path, prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
    page.close()
    return pypdf.PdfReader(path)


#: What the margins of a page say, without spaces; a PDF holds it before the page itself.
MARGIN = re.compile(r"^(?:\d+/\d+|TràVinh·PAPI2024·Dựthảo|sốliệucôngbố15/4/2025)+")


def squeezed(text: str) -> str:
    """Text without spaces, as line breaks of a PDF are not those of the page."""
    return re.sub(r"\s+", "", text)


@pytest.fixture(scope="module")
def printed(paper):
    """The words of every page."""
    return [page.extract_text() for page in paper.pages]


@pytest.fixture(scope="module")
def html(report):
    """The page as it was written."""
    return report.read_text(encoding="utf-8")


def plain(fragment: str) -> str:
    """Words of a piece of HTML."""
    from html import unescape

    return squeezed(unescape(re.sub(r"<[^>]+>", "", fragment)))


def test_paper_is_a4_tagged_and_in_vietnamese(paper):
    assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in paper.trailer["/Root"]
    assert paper.trailer["/Root"]["/Lang"] == "vi"
    box = paper.pages[0].mediabox
    assert (round(float(box.width)), round(float(box.height))) == (595, 842)


def test_every_page_has_its_number(printed):
    assert 8 <= len(printed) <= 16
    for number, text in enumerate(printed, start=1):
        assert f"{number}/{len(printed)}" in squeezed(text)


def test_the_summary_stands_alone_on_the_first_page(printed, html):
    summary = html[html.index('id="summary"') : html.index('id="priorities"')]
    blocks = re.findall(
        r"<(li|dt|dd|h1|h2|h3)(?: [^>]*)?>(.*?)</\1>", summary, re.DOTALL
    )
    blocks = [text for _, text in blocks]
    first = squeezed(printed[0])
    assert len(blocks) > 10
    for block in blocks:
        assert plain(block) in first
    following = re.search(r'<h2 id="priorities-h">(.*?)</h2>', html).group(1)
    assert plain(following) not in first
    assert MARGIN.sub("", squeezed(printed[1])).startswith(plain(following))


def test_no_heading_is_left_at_the_foot_of_a_page(printed, html):
    headings = [plain(text) for text in re.findall(r"<h[23][^>]*>(.*?)</h[23]>", html)]
    headings += [plain(t) for t in re.findall(r'<p class="headline">(.*?)</p>', html)]
    assert len(headings) > 20
    for text in printed:
        words = MARGIN.sub("", squeezed(text))
        assert not [heading for heading in headings if words.endswith(heading)]


def test_no_figure_is_cut_by_the_edge_of_a_page(printed, html):
    pages = [squeezed(text) for text in printed]
    figures = re.findall(r'<figure class="drawing">(.*?)</figure>', html, re.DOTALL)
    assert len(figures) >= 9
    for figure in figures:
        headline = plain(re.search(r'<p class="headline">(.*?)</p>', figure, re.DOTALL).group(1))
        drawing = figure[figure.index('<div class="wide">') : figure.index('<div class="narrow">')]
        words = [plain(text) for text in re.findall(r"<text[^>]*>(.*?)</text>", drawing)]
        page = next(page for page in pages if headline in page)
        there = [word in page for word in words]
        assert all(there), (headline, words[there.index(False)])

"""`papi run --pdf` prints by the Chromium of the machine: tagged, dated by nothing, repeatable."""

import shutil

import pytest

from papi_analysis import report as sections
from papi_analysis.runner import manifest, pages

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(report, tmp_path_factory):
    """Trà Vinh 2024 in a folder with spaces and diacritics, in another place than `report`."""
    return shutil.copy(report, tmp_path_factory.mktemp("in giấy") / "report.html")


@pytest.fixture(scope="module")
def program():
    """The browser, or a skip with its reason."""
    try:
        return pages.browser()
    except pages.EnvironmentFault as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def reader(page, program):
    """The PDF that the library prints."""
    pypdf = pytest.importorskip("pypdf", reason="pypdf is not installed")
    return pypdf.PdfReader(pages.printed(page, program))


def test_the_print_is_a4_tagged_named_and_in_its_language(reader, page):
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root and root["/Lang"] == "vi"
    boxes = [page.mediabox for page in reader.pages]
    assert {(round(float(box.width)), round(float(box.height))) for box in boxes} == {(595, 842)}
    assert "57/61" in reader.metadata.title and "Trà Vinh" in reader.metadata.title
    headings = [entry for entry in reader.outline[1] if not isinstance(entry, list)]
    assert len(sections.SECTIONS) - 3 <= len(headings) < len(sections.SECTIONS)
    text = reader.pages[0].extract_text().replace(" ", "").replace("\n", "")
    assert f"1/{len(reader.pages)}" in text and 8 <= len(reader.pages) <= 16


def test_no_page_but_the_last_is_left_half_empty(reader):
    for number, page in enumerate(reader.pages[:-1], start=1):
        lowest = []

        def seen(text, page, place, *_, found=lowest):
            height = place[4] * page[1] + place[5] * page[3] + page[5]
            if text.strip() and height > 60:  # above the number of the page
                found.append(height)

        page.extract_text(visitor_text=seen)
        assert min(lowest) < page.mediabox.height / 2, number


def test_the_print_tells_neither_a_date_nor_a_folder(reader, page):
    assert reader.metadata.creation_date is None and reader.metadata.modification_date is None
    content = manifest.twin(page).read_bytes()
    assert b"file://" not in content and str(page.parent).encode() not in content


def test_printing_again_gives_the_same_bytes(page, program, reader):
    before = manifest.twin(page).read_bytes()
    assert pages.printed(page, program).read_bytes() == before


def test_a_page_that_would_load_from_outside_prints_without_a_request(tmp_path, program):
    import http.server
    import threading

    asked = []

    class Listening(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listening)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page = tmp_path / "page.html"
        port = server.server_address[1]
        page.write_text(f'<html lang="vi"><h1>a</h1><img src="http://127.0.0.1:{port}/a.png">')
        pages.printed(page, program)
    finally:
        server.shutdown()
    assert asked == []


def test_the_browser_says_its_release(program):
    assert pages.version(program).split()[-1][0].isdigit()

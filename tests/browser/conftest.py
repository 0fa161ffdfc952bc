"""A real Chromium, without a network, and the report as a file that it opens."""

import os
import shutil

import pages
import pytest

WHERE = ("PAPI_CHROMIUM", "chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The browser of the machine."""
    asked = os.environ.get(WHERE[0])
    return asked or next((path for name in WHERE[1:] if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser():
    """The browser, or a skip with its reason."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    path = chromium()
    if not path:
        pytest.skip("no Chromium on this machine: install chromium or set PAPI_CHROMIUM")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    """Trà Vinh 2024 as a file in a folder with spaces and diacritics."""
    path = tmp_path_factory.mktemp("báo cáo") / "report.html"
    path.write_text(pages.page("tra-vinh", 2024, "vi"), encoding="utf-8")
    return path


@pytest.fixture
def open_page(browser, report):
    """A function that opens the report in a window; the page keeps what it logged and asked for."""
    contexts = []

    def opened(width: int = 1280, scheme: str = "light"):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
        )
        contexts.append(context)
        page = context.new_page()
        page.told, page.asked, page.failed = [], [], []
        page.on("console", lambda message: page.told.append(message.text))
        page.on("pageerror", lambda error: page.told.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("requestfailed", lambda request: page.failed.append((request.url, request.failure)))
        page.goto(report.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()

"""In JupyterLab a researcher runs all, chooses another province, and sees its figure."""

import os
import re
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
]


def recipe():
    """The options with which `make lab` starts JupyterLab."""
    shown = subprocess.run(
        ["make", "-n", "lab", f"VENV={sys.prefix}", "LAB=--lang en"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    line = next(line for line in shown.stdout.splitlines() if "papi_analysis lab" in line)
    return line.partition("-m ")[2].split()


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address that a JupyterLab with `make lab`'s options prints, its token and its log."""
    home = tmp_path_factory.mktemp("lab")
    folders = {f"JUPYTER_{name}_DIR": str(home / name.lower()) for name in ("CONFIG", "RUNTIME")}
    token = secrets.token_hex(16)
    environment = {**os.environ, **folders, "JUPYTER_TOKEN": token, "HOME": str(home)}
    command = [sys.executable, "-m", *recipe(), f"--folder={home / 'lab'}", "--no-browser"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, "--port=0"], cwd=home, env=environment, stdout=log, stderr=log
        )
        try:
            yield address(server, home / "log"), token, home / "log"
        finally:
            server.terminate()
            server.wait(30)


def address(server, log):
    """Where the server says it listens, and what to open there."""
    for _ in range(300):
        if printed := re.search(r"running at:\n.* (http\S+)\?token=", log.read_text()):
            return printed[1]
        assert server.poll() is None, log.read_text()
        time.sleep(0.2)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def page(lab):
    """The printed address in a browser that reaches this machine alone; its requests."""
    url, token, _ = lab
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": 1280, "height": 1600})
        asked = []
        view.on("request", lambda request: asked.append(request.url))
        view.goto(f"{url}?token={token}")
        view.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
        view.get_by_text("| Idle").first.wait_for(timeout=60_000)
        yield view, asked
        browser.close()


def test_the_server_listens_on_this_machine_only_and_asks_for_a_token(lab):
    url, _, _ = lab
    assert url.startswith("http://127.0.0.1:")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urljoin(url, "/api/contents"))
    assert refused.value.code == 403
    assert not re.search(r"token=|password=|0\.0\.0\.0", " ".join(recipe()))


def test_the_printed_address_is_that_of_the_first_notebook(lab):
    url, _, _ = lab
    assert url.endswith("/lab/tree/notebooks/00-explore.ipynb")


def test_after_run_all_another_province_changes_the_figure(page):
    view, asked = page
    view.get_by_role("menuitem", name="Run", exact=True).click()
    view.get_by_text("Run All Cells", exact=True).click()
    province = view.locator(".widget-dropdown select").first
    province.wait_for(timeout=120_000)
    drawing = view.locator(".jupyter-widgets svg desc").first
    drawing.wait_for(state="attached", timeout=60_000)
    before = view.locator(".jupyter-widgets svg").first.inner_html()
    assert "Trà Vinh 2024" in drawing.text_content()
    province.select_option(label="Cần Thơ")
    playwright.expect(drawing).to_contain_text("Cần Thơ 2024", timeout=60_000)
    assert view.locator(".jupyter-widgets svg").first.inner_html() != before
    assert view.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert view.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    outside = [url for url in asked if not re.match(r"(https?|ws)://127\.0\.0\.1|data:|blob:", url)]
    assert outside == []


def test_a_year_without_scores_shows_the_reason_instead_of_a_figure(page):
    view, _ = page
    lists = view.locator(".widget-dropdown select")
    output = view.locator(".jupyter-widgets .jp-OutputArea").first
    lists.nth(1).select_option(label="2023")
    playwright.expect(output).to_contain_text("2023", timeout=60_000)
    lists.nth(0).select_option(label="Quảng Ninh")
    playwright.expect(output).to_contain_text("Quảng Ninh", timeout=60_000)
    playwright.expect(output).to_contain_text("2024", timeout=60_000)
    assert output.locator("svg").count() == 0


def test_nothing_asks_for_news_and_the_kernel_has_nothing_to_warn_of(lab, page):
    """Last, when what JupyterLab asks at its start has had time to come."""
    view, asked = page
    assert view.locator("[class*=Toastify__toast]").count() == 0
    assert view.get_by_text("Jupyter news").count() == 0
    assert not [url for url in asked if re.search(r"/lab/api/(news|update)", url)]
    assert "WARNING |" not in lab[2].read_text()

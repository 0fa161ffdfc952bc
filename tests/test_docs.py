"""The documentation builds without a warning, asks nothing of the network, and is true."""

import ast
import hashlib
import importlib
import importlib.util
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import commands
import pandas as pd
import pytest
import test_layers

from papi_analysis.plots import style

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))
LOADS = re.compile(
    r"<(?:script|img|iframe|link|source)\b[^>]*?\b(?:src|href)=\"?(https?:)?//[^>]*>"
)
FILES = {"csv", "py", "json", "ipynb", "po", "pdf", "html"}
PUBLIC = """data.panel data.codebook places boundaries stats.ranking stats.correlation stats.within
stats.spatial stats.noise stats.change stats.resampling priority priority.backtest plans.criteria
findings plots.charts plots.maps plots.research plots.style export runner settings"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built as `mkdocs build --strict` does it."""
    pytest.importorskip("mkdocs", reason="the extra docs is not installed")
    folder = tmp_path_factory.mktemp("site")
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)]
    shown = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True)
    assert shown.returncode == 0, shown.stderr[-3000:] + "\n(a new page goes into mkdocs.yml)"
    return folder


def test_every_page_is_built(site):
    made = {path.stem for path in site.glob("*.html")}
    assert {path.stem for path in PAGES} <= made and len(PAGES) >= 8


def test_no_page_loads_anything_from_elsewhere(site):
    for path in site.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "<script" in text
        loaded = [
            hit.group() for hit in LOADS.finditer(text) if 'rel="canonical"' not in hit.group()
        ]
        assert loaded == [], path.name
    for path in site.rglob("*.css"):
        assert not re.search(r"(@import|url\()\s*['\"]?https?:", path.read_text(encoding="utf-8"))


def test_every_public_module_is_documented(site):
    text = (site / "api.html").read_text(encoding="utf-8")
    for name in PUBLIC.split():
        assert f'id="papi_analysis.{name}' in text, name
    assert text.count('class="doc doc-object doc-function"') > 80


def test_the_order_of_modules_is_the_one_that_is_held():
    page = (ROOT / "docs" / "layout.md").read_text(encoding="utf-8")
    told = re.findall(r"`([\w.]+)`", page.split("<!-- order -->")[1].split("<!-- /order -->")[0])
    held = [name for name in test_layers.ORDER if name != "__main__"]
    assert told == held, "run: make readme"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_command_of_a_page_is_understood(path):
    for line in commands.lines(path.read_text(encoding="utf-8")):
        words = commands.arguments(line)
        assert not words or commands.understood(words), line


def value(code, space):
    """What the last expression of a piece of code gives."""
    tree = ast.parse(code)
    exec(compile(ast.Module(tree.body[:-1], []), "example", "exec"), space)
    return eval(compile(ast.Expression(tree.body[-1].value), "example", "eval"), space)


def test_the_first_examples_give_what_they_promise(tmp_path, monkeypatch):
    text = (ROOT / "docs" / "index.md").read_text("utf-8")
    first, years, second, third = commands.blocks(text, "python")
    table = value(first, space := {})
    assert len(table) == 8 and table["n"].eq(61).all()
    lines = value(years, space).get_lines()
    broken = set(space["breaks"]["year"])
    assert list(space["totals"]) == ["Can Tho", "Tra Vinh"]
    assert 2018 in broken and 2024 not in broken
    for line in lines:  # no line runs across a break
        drawn = sorted(line.get_xdata())
        assert not broken & {int(year) for year in drawn[1:]}
    chart = value(second, space := {})
    assert space["case"].province.slug == "can-tho" and isinstance(chart, style.Chart)
    monkeypatch.chdir(tmp_path)
    exec(third, space)
    written = (tmp_path / "can-tho.svg").read_text("utf-8")
    assert "Can Tho in eight dimensions" in written and "PAPI 2023" in written


def test_the_modules_of_the_library_are_there_when_they_are_named():
    code = (
        "from papi_analysis import panel, ranking, correlation, priority, plots;"
        "print(plots.charts.range_chart, plots.maps.country, plots.style.standalone)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert shown.returncode == 0 and shown.stdout.count("<function") == 3


def test_what_a_page_calls_is_there():
    """Names of the library in the text of the pages, like `change.decompose_rank_change`, exist."""
    modules = {name.rpartition(".")[2]: name for name in test_layers.ORDER}
    checked = 0
    for path in PAGES:
        for module, name in re.findall(r"`(\w+)\.([a-z_]+)[(`]", path.read_text("utf-8")):
            if module in modules and name not in FILES:
                found = importlib.import_module(f"papi_analysis.{modules[module]}")
                assert hasattr(found, name), f"{path.name}: {module}.{name}"
                checked += 1
    assert checked > 8


# --- the tutorial, the log of assumptions, mathematics, every public name


def test_the_tutorial_runs_as_it_stands():
    text = (ROOT / "docs" / "own-question.md").read_text("utf-8")
    space: dict = {}
    region, years, slopes, drawn, own = (value(b, space) for b in commands.blocks(text, "python"))
    assert len(region) == 12 and region["score"].is_monotonic_decreasing
    assert {line.get_label() for line in years.get_lines()} and len(space["breaks"])
    assert slopes["driver"].tolist() == ["5"] and slopes["se"].gt(0).all()
    assert len(space["country"]) == 63 and space["criterion"]["score"].notna().sum() > 50
    assert drawn.collections
    assert own["area_km2"].notna().all()


def test_the_way_to_cite_gives_the_hash_of_the_scores():
    (code,) = commands.blocks((ROOT / "docs" / "cite.md").read_text("utf-8"), "python")
    row = value(code, {})
    held = (ROOT / "data" / "papi" / "scores.csv").read_bytes()
    assert row["sha256"].tolist() == [hashlib.sha256(held).hexdigest()]


def test_the_page_of_assumptions_is_the_log():
    spec = importlib.util.spec_from_file_location("readme", ROOT / ".ci" / "readme.py")
    readme = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(readme)
    page = (ROOT / "docs" / "assumptions.md").read_text("utf-8")
    assert readme.assumptions() in page, "run: make readme"
    table = pd.read_csv(ROOT / "data" / "assumptions.csv")
    assert table["id"].is_unique and table.notna().all(axis=None)


def test_formulas_are_mathematics_and_lists_count_on(site):
    text = (site / "method.html").read_text("utf-8")
    assert text.count("<math") >= 6 and 'display="block"' in text
    assert "arithmatex" not in text and "$$" not in text
    steps = (site / "add-notebook.html").read_text("utf-8").split("<ol>")
    assert len(steps) == 2 and steps[1].split("</ol>")[0].count("<li>") == 8


def test_the_navigation_is_in_vietnamese_too(site):
    text = (site / "index.html").read_text("utf-8")
    for words in ("Bắt đầu", "Phương pháp", "Trích dẫn", "Giả định"):
        assert words in text


def test_every_public_function_is_on_the_page(site):
    text = (site / "api.html").read_text("utf-8")
    for name in PUBLIC.split():
        module = importlib.import_module(f"papi_analysis.{name}")
        for item in module.__all__:
            thing = getattr(module, item)
            if inspect.isfunction(thing):
                places = {f"papi_analysis.{name}.{item}", f"{thing.__module__}.{item}"}
                assert any(f'id="{place}"' in text for place in places), f"{name}.{item}"

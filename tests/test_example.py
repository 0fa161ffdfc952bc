"""The report that is kept as the example is the one that a fresh run makes."""

import json
from importlib.metadata import version
from pathlib import Path

import pytest

from papi_analysis import runner

EXAMPLE = Path(__file__).resolve().parents[1] / "example" / "tra-vinh" / "2024"


@pytest.fixture(scope="module")
def manifest():
    """The manifest of the example, where it was made with the packages at hand."""
    held = json.loads((EXAMPLE / "manifest.json").read_text(encoding="utf-8"))
    other = [
        f"{name} {there}, here {version(name)}"
        for name, there in held["versions"].items()
        if name != "python" and version(name) != there
    ]
    if other:
        pytest.skip("the example was made with other versions: " + "; ".join(other))
    return held


@pytest.fixture(scope="module")
def fresh(manifest, tmp_path_factory):
    """A run of today."""
    page = runner.run_report("tra-vinh", 2024, lang="vi", out=tmp_path_factory.mktemp("reports"))
    return Path(page).parent


def test_the_example_is_whole():
    runner.require_whole(EXAMPLE)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["findings.json", "report.html"])
def test_the_example_is_what_a_fresh_run_makes(fresh, name):
    remedy = "make it again: papi run --province tra-vinh --year 2024"
    assert (fresh / name).read_bytes() == (EXAMPLE / name).read_bytes(), remedy


@pytest.mark.slow
def test_its_tables_are_those_of_a_fresh_run(fresh):
    made = {path.name: path.read_bytes() for path in (fresh / "tables").iterdir()}
    kept = {path.name: path.read_bytes() for path in (EXAMPLE / "tables").iterdir()}
    assert made == kept
    assert len(kept) >= 8

"""Every notebook keeps the rules, shows what it would show today, and runs for any case."""

import copy
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from papi_analysis import runner
from papi_analysis.runner import notebook

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
spec = importlib.util.spec_from_file_location("rules", ROOT / ".ci" / "notebook_rules.py")
rules = importlib.util.module_from_spec(spec)
spec.loader.exec_module(rules)


def named(path):
    return path.stem


# --- the rules


@pytest.mark.parametrize("path", NOTEBOOKS, ids=named)
def test_a_notebook_keeps_the_rules(path):
    assert rules.faults(path) == []


def test_there_is_a_notebook_of_every_number():
    assert [path.stem[:2] for path in NOTEBOOKS] == [f"{n:02d}" for n in range(len(NOTEBOOKS))]
    assert len(NOTEBOOKS) >= 8


def set_source(place, text):
    return lambda cells: cells[place].update(source=text)


def add_code(text, /, **output):
    cell = {
        "cell_type": "code",
        "execution_count": 1,
        "id": "x",
        "metadata": {},
        "outputs": [output] if output else [],
        "source": text,
    }
    return lambda cells: cells.insert(3, cell)


BREACHES = {
    "the title is not a question": set_source(0, "# 01 · Data\n*Số liệu?*\nOne. Two."),
    "does not stand in Vietnamese": set_source(0, "# 01 · Sound?\n*Sound?*\nOne. Two."),
    "two sentences": set_source(0, "# 01 · Sound?\n*Đáng tin cậy không?*\nOne."),
    "typed into prose": set_source(3, "The province has 40.62 points."),
    "warnings are filtered": add_code("import warnings"),
    "an absolute path": add_code("out = '/srv/reports'"),
    "a line of 201": add_code("x = '" + "x" * 195 + "'"),
    "a magic": add_code("%autoreload 2"),
    "an error or a warning": add_code("x = 1", output_type="stream", name="stderr", text="x"),
    "an output holds": add_code("x", output_type="stream", name="stdout", text="/home/me/x"),
    "not stored: run": lambda cells: cells[1].update(execution_count=None),
    "must be tagged": lambda cells: cells[1].update(metadata={}),
    "documented": set_source(1, 'province = "x"\nyear = 1\nlang = ""\nseed = 1\nout = ""'),
    "they must be": set_source(1, "provnce = 'x'  # the slug of it"),
    "does not tell or save": lambda cells: cells.append(copy.deepcopy(cells[-2])),
    "the finding is not": lambda cells: cells[-1].update(outputs=[]),
}


@pytest.mark.parametrize("reason", BREACHES)
def test_a_breach_of_a_rule_is_named(reason, tmp_path):
    node = json.loads((ROOT / "notebooks" / "01-data.ipynb").read_text(encoding="utf-8"))
    BREACHES[reason](node["cells"])
    path = tmp_path / "01-data.ipynb"
    path.write_text(json.dumps(node), encoding="utf-8")
    found = rules.faults(path)
    assert any(reason in fault for fault in found), found
    assert rules.main([str(path)]) == 1


@pytest.mark.parametrize(
    "text", ["on 30 June 2025", "a 95 % interval", "`p_top5`", "notebook 05", "the 90th percentile"]
)
def test_numbers_that_cannot_become_stale_may_stand_in_prose(text):
    assert list(rules._prose("01-data", {"source": text})) == []


# --- what they show


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=named)
def test_stored_outputs_are_those_of_today(path, tmp_path):
    command = [sys.executable, "-m", "pytest", "--nbval", "-q", "-p", "no:cacheprovider"]
    shown = subprocess.run(
        [*command, "-o", "addopts=", "--color=no", str(path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert shown.returncode == 0, shown.stdout[-3000:] + "\nrun: make notebooks"


# --- other provinces and years


def test_the_exploring_notebook_is_no_part_of_a_report():
    assert set(notebook.load()) == {path.stem for path in NOTEBOOKS} - {
        notebook.EXPLORE,
        notebook.MERGER,
    }


#: Cases where something is missing, with words that the notebooks must say about it.
CASES = {
    ("tra-vinh", 2011): {"05-priorities": "Priorities start in 2012"},
    ("bac-giang", 2022): {"03-profile": "has no total in 2022"},
    ("tra-vinh", 2016): {"03-profile": "The method changed"},
    ("tra-vinh", 2018): {"03-profile": "no counterpart of the year before"},
}


#: Two of them in every run of the tests, all with the long ones.
_RUNS = [
    pytest.param(*case, marks=[pytest.mark.stress] if case[1] in (2016, 2018) else [])
    for case in CASES
]


@pytest.mark.slow
@pytest.mark.parametrize(("province", "year"), _RUNS)
def test_every_notebook_ends_with_a_finding_for_a_case_with_holes(province, year, tmp_path):
    page = runner.run_report(province, year, lang="en", out=tmp_path)
    told = {}
    for path in sorted((page.parent / "notebooks").glob("*.ipynb")):
        code = [cell for cell in notebook.read(path).cells if cell.cell_type == "code"]
        printed = [out.text for cell in code for out in cell.outputs if "text" in out]
        told[path.stem] = "".join(printed)
        assert code[-1].outputs and told[path.stem].strip(), path.stem
        assert "nan" not in told[path.stem].lower().split()
    assert set(told) == set(notebook.load())
    for name, words in CASES[province, year].items():
        assert words in told[name]

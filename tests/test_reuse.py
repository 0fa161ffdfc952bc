"""A notebook that cannot know its province runs once, and every report still has its own bytes."""

import copy
from pathlib import Path

import pytest
import toys

from papi_analysis import runner
from papi_analysis.errors import ParameterError
from papi_analysis.runner import manifest, notebook

#: Leaves a mark for every run, without any word by which a cell could learn its province.
COUNTED = """import pathlib
trace = pathlib.Path({trace!r})
trace.write_text(trace.read_text() + "x" if trace.exists() else "x")
len("country") * year"""
GIVEN = {"province": "tra-vinh", "year": 2024, "lang": "vi", "seed": 84, "out": ".."}


@pytest.fixture(scope="module", autouse=True)
def toy_runs():
    """Runs of this module are toy runs."""
    with toys.runs() as ready:
        yield ready


def files(folder):
    """The files of a report by name, its manifest aside."""
    return {
        path.relative_to(folder): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != manifest.FILE
    }


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    """A batch of three with one notebook about the country: its folder, notebooks and trace."""
    root = tmp_path_factory.mktemp("country")
    trace = root / "trace"
    cells = toys.notebook(
        COUNTED.format(trace=str(trace)),
        toys.FIGURE.replace("{province}", "viet-nam"),
        national=True,
    )
    nodes = toys.folder(root / "notebooks", **{"01_country": cells})
    summary = runner.run_batch(
        "ha-noi,ca-mau,dak-lak", "2024", out=root / "r", notebooks=nodes, jobs=2
    )
    assert len(summary["made"]) == 3
    return root, trace.read_text()


def test_the_notebooks_about_the_country_are_tagged():
    told = {name: notebook.national(node) for name, node in notebook.load().items()}
    assert {name for name, blind in told.items() if blind} == {
        "01-data",
        "02-association",
        "07-backtest",
    }


def test_it_runs_once_in_a_batch_and_every_report_has_it_with_its_own_parameters(country):
    root, trace = country
    assert trace == "x"
    engines = []
    for slug in ("ha-noi", "ca-mau", "dak-lak"):
        folder = root / "r" / slug / "2024"
        assert manifest.verify(folder) == []
        node = notebook.read(folder / "notebooks" / "01-country.ipynb")
        assert notebook.injected(node)["province"] == slug
        assert (folder / "figures" / "01-country-01.svg").is_file()
        engines.append(manifest.read(folder)["durations"]["01-country"]["engine"])
    assert engines.count("shared") >= 2  # one may have been the first to ask


def test_a_report_with_a_notebook_that_ran_for_another_has_the_bytes_of_a_run_by_itself(
    country, tmp_path
):
    root, _ = country
    for slug in ("ha-noi", "ca-mau", "dak-lak"):
        page = runner.run_report(slug, 2024, out=tmp_path, notebooks=root / "notebooks")
        assert files(page.parent) == files(root / "r" / slug / "2024")


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("province.upper()", "province"),
        ("print(f'{province}')", "province"),
        ("frame.query('code == @province')", "province"),
        ("save(out)", "out"),
        ("!ls $out", "out"),
    ],
)
def test_a_notebook_tagged_national_may_not_use_what_only_a_province_has(cell, name, tmp_path):
    nodes = toys.folder(tmp_path, **{"01_x": toys.notebook("1", cell, national=True)})
    with pytest.raises(ParameterError, match=rf"01-x\.ipynb .* cell 3 uses {name}"):
        notebook.load(nodes)


def test_a_column_of_that_name_is_no_use_of_the_parameter(tmp_path):
    cell = "frame = {'province': 1}; frame['province'] + year  # by province"
    nodes = toys.folder(tmp_path, **{"01_x": toys.notebook(cell, national=True)})
    assert notebook.national(notebook.load(nodes)["01-x"])


# --- the store

NODE = toys.notebook("year + 1", national=True)


def executed(calls):
    """A run that counts itself, and what it gives."""

    def run():
        from papermill.iorw import load_notebook_node
        from papermill.parameterize import parameterize_notebook

        calls.append(1)
        done = parameterize_notebook(
            load_notebook_node(NODE), GIVEN, kernel_name="python3", language="python"
        )
        for number, cell in enumerate(done.cells, start=1):
            cell.execution_count = number
        return done, {"engine": "warm", "start": 0.1, "cells": 0.2}

    return run


def kept(folder):
    (path,) = (path for path in Path(folder).iterdir() if not path.suffix)
    return path


def test_only_equal_notebooks_and_parameters_share_a_run(tmp_path):
    calls = []
    for given in (GIVEN, GIVEN | {"province": "hue", "out": "x"}):
        notebook.once((tmp_path, "key"), NODE, given, executed(calls))
    assert len(calls) == 1
    for other in ({"year": 2023}, {"lang": "en"}, {"seed": 1}):
        notebook.once((tmp_path, "key"), NODE, GIVEN | other, executed(calls))
    changed = copy.deepcopy(NODE)
    changed.cells[-1].source = "year + 2"
    notebook.once((tmp_path, "key"), changed, GIVEN, executed(calls))
    assert len(calls) == 5


@pytest.mark.parametrize("place", [0, 40, -1])
def test_a_damaged_entry_is_seen_and_the_notebook_runs_again(tmp_path, place):
    calls = []
    first, _ = notebook.once((tmp_path, "key"), NODE, GIVEN, executed(calls))
    raw = bytearray(kept(tmp_path).read_bytes())
    raw[place] ^= 1
    kept(tmp_path).write_bytes(raw)
    again, seconds = notebook.once((tmp_path, "key"), NODE, GIVEN, executed(calls))
    assert len(calls) == 2 and seconds["engine"] == "warm"
    third, seconds = notebook.once((tmp_path, "key"), NODE, GIVEN, executed(calls))
    assert len(calls) == 2 and seconds["engine"] == "shared"
    assert notebook.cleaned(third) == notebook.cleaned(first) == notebook.cleaned(again)


def test_a_run_that_failed_is_not_kept(tmp_path):
    def fails():
        raise RuntimeError("poison")

    with pytest.raises(RuntimeError, match="poison"):
        notebook.once((tmp_path, "key"), NODE, GIVEN, fails)
    calls = []
    notebook.once((tmp_path, "key"), NODE, GIVEN, executed(calls))
    assert len(calls) == 1


def test_without_a_folder_every_run_is_a_run():
    calls = []
    for _ in range(2):
        notebook.once(None, NODE, GIVEN, executed(calls))
    assert len(calls) == 2

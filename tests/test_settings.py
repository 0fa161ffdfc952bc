"""A data folder that is chosen reaches every command, kernel and worker."""

import io
import json
import shutil
import zipfile

import pandas as pd
import pytest
import toys

from papi_analysis import cli, runner, settings
from papi_analysis.data import embedded
from papi_analysis.errors import ParameterError
from papi_analysis.runner import manifest, notebook, request

SHOW = """from papi_analysis.data import embedded
table = embedded.scores()
print(table[(table["province"] == "84") & (table["year"] == 2024)]["score"].sum())"""


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """Another data folder: one score of Trà Vinh of 2024 is 0.3 higher, and its log says so."""
    data = shutil.copytree(settings.data_folder(), tmp_path_factory.mktemp("other") / "data")
    file = data / "papi" / "scores.csv"
    before = embedded.sha256(file)
    lines = file.read_text(encoding="utf-8").splitlines()
    head = lines[0].split(",")
    for number, line in enumerate(lines):
        cells = dict(zip(head, line.split(","), strict=True))
        if (cells["year"], cells["province"]) == ("2024", "84"):
            cells["score"] = repr(float(cells["score"]) + 0.3)
            lines[number] = ",".join(cells.values())
            break
    file.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    log = data / "provenance.csv"
    text = log.read_text(encoding="utf-8")
    assert before in text
    log.write_text(text.replace(before, embedded.sha256(file)), encoding="utf-8", newline="\n")
    return data


def total(data=None):
    table = embedded.scores(data)
    return table[(table["province"] == "84") & (table["year"] == 2024)]["score"].sum()


@pytest.fixture
def toy_runs():
    with toys.runs() as ready:
        yield ready


def shown(folder):
    """The total that the notebook of a toy report shows."""
    node = notebook.read(folder / "notebooks" / "01-data.ipynb")
    return float(node.cells[-1].outputs[0].text)


def test_the_page_of_a_run_with_another_folder_tells_its_score(other, tmp_path, capsys):
    call = ["run", "--year", "2024", "--lang", "en", "--data", str(other), "--out", str(tmp_path)]
    assert cli.status(call) == 0, capsys.readouterr().err
    folder = tmp_path / "tra-vinh" / "2024"
    findings = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    assert findings["position"]["total"] == pytest.approx(total(other))
    page = (folder / "report.en.html").read_text(encoding="utf-8")
    assert f"{total(other):.2f}" in page and f"{total():.2f}" not in page
    record = manifest.read(folder)
    assert record["inputs"]["data/papi/scores.csv"] == embedded.sha256(other / "papi/scores.csv")
    assert manifest.verify(folder) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_kernels_of_a_batch_read_the_folder_that_was_chosen(other, tmp_path, toy_runs, jobs):
    nodes = toys.folder(tmp_path / "n", **{"01_data": toys.notebook("province", SHOW)})
    for data in (other, None):
        runner.run_batch("tra-vinh,can-tho", "2024", out=tmp_path, notebooks=nodes, data=data,
                     jobs=jobs)  # fmt: skip
        assert shown(tmp_path / "tra-vinh" / "2024") == total(data)


def test_a_worker_reads_the_folder_that_was_chosen(other, tmp_path, toy_runs, monkeypatch):
    cluster = pytest.importorskip("papi_analysis.runner.cluster")
    nodes = toys.folder(tmp_path / "n", **{"01_data": toys.notebook("province", SHOW)})
    monkeypatch.setattr(notebook, "folder", lambda notebooks=None: nodes)
    (asked,), _ = request.many("tra-vinh", "2024")
    with settings.use(data=other):
        sources = manifest.inputs(nodes)
    cluster._shop.cache_clear()
    packed = cluster.pack(asked, sources, None, data=str(other))
    cluster._shop.cache_clear()
    zipfile.ZipFile(io.BytesIO(packed)).extractall(tmp_path / "r")
    assert shown(tmp_path / "r") == total(other) != total()


def test_an_export_is_of_the_folder_that_was_chosen(other, tmp_path, capsys):
    assert cli.status(["export", "--data", str(other), "--out", str(tmp_path / "e")]) == 0
    table = pd.read_csv(tmp_path / "e" / "scores.csv", dtype=str)
    own = table.query("province == '84' and year == '2024' and level == 'total'")
    assert own["score"].astype(float).tolist() == [pytest.approx(total(other))]


@pytest.mark.parametrize("name", ["run", "batch", "export", "plan", "check", "import", "diff"])
def test_every_command_takes_a_folder_and_refuses_one_without_figures(name, tmp_path, capsys):
    words = {"import": ["x.xlsx"], "diff": ["a", "b"], "export": ["--out", str(tmp_path / "e")]}
    call = [name, *words.get(name, []), "--data", str(tmp_path), "--lang", "en"]
    assert cli.status(call) == 2
    assert "papi/scores.csv is missing" in capsys.readouterr().err


def test_the_setting_ends_with_the_work_it_was_made_for(other, tmp_path, monkeypatch):
    monkeypatch.delenv(settings.DATA, raising=False)
    with settings.use(data=other):
        assert settings.data_folder() == other.resolve()
    assert settings.data_folder() == settings.REPOSITORY
    with pytest.raises(ParameterError), settings.use(data=tmp_path):
        pass
    monkeypatch.setenv(settings.DATA, str(other))
    assert total() == pytest.approx(total(settings.REPOSITORY) + 0.3)

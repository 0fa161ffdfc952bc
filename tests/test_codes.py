"""Every code of a finding is raised by a fault of its own, and no code goes without a test."""

import re
import shutil
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import toys

from papi_analysis import cli, errors, places, runner, settings
from papi_analysis.boundaries.issues import MAPS
from papi_analysis.data import context
from papi_analysis.errors import ParameterError, SourceError
from papi_analysis.ingest.issues import DIAGNOSES
from papi_analysis.plans import criteria, indices, ledger
from papi_analysis.runner import manifest, notebook
from papi_analysis.workbook.reading import FAULTS

SOURCE = Path(cli.__file__).parent
TESTS = Path(__file__).parent
CODE = r"[EW](?:-[A-Z0-9]+)+"

#: Calls of the command, each with the code of its mistake and what its message must name.
MISTAKES = [
    (["run", "--seed", "-1"], "E-PARAM", "-1"),
    (["run", "--lang", "fr"], "E-PARAM", "--lang"),
    (["run", "--provnce", "x"], "E-PARAM-NAME", "--province"),
    (["rn"], "E-PARAM-NAME", "run"),
    (["run", "--year", "abc"], "E-PARAM-TYPE", "--year"),
    (["batch", "--years", "20x4"], "E-PARAM-TYPE", "20x4"),
    (["run", "--province", "tra-vin"], "E-PROVINCE-UNKNOWN", "tra-vinh"),
    (["run", "--province", "84a"], "E-PROVINCE-UNKNOWN", "84a"),
    (["run", "--province", "tra-vinh", "--geo", "2025-07"], "E-PROVINCE-ENDED", "vinh-long"),
    (["run", "--province", "84", "--year", "2025"], "E-PROVINCE-ENDED", "vinh-long"),
    (["run", "--year", "1999"], "E-YEAR-NO-DATA", "2011"),
    (["run", "--province", "quang-ninh", "--year", "2023"], "E-YEAR-NO-DATA", "Quảng Ninh"),
    (["run", "--out", "taken"], "E-OUT", "taken"),
    (["run", "--notebooks", "nowhere"], "E-TEMPLATE", "06-report.ipynb"),
    (["check", "--data", "nowhere"], "E-CONFIG", "papi/scores.csv"),
]


@pytest.mark.parametrize(("arguments", "code", "named"), MISTAKES)
def test_a_mistake_of_the_command_has_its_code(
    arguments, code, named, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    Path("taken").write_text("a file")
    status = cli.status(arguments)
    told = capsys.readouterr().err.splitlines()
    (line,) = [line for line in told if line.startswith("LỖI ")]
    assert status and line.startswith(f"LỖI {code}  ") and named in line


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda node: node.cells.pop(0), "E-TEMPLATE"),
        (lambda node: node.cells[0].update(source="year = 2020 + 4"), "E-TEMPLATE"),
        (lambda node: node.cells[0].update(source="provnce = 'x'\nyear = 1"), "E-PARAM-NAME"),
        (
            lambda node: node.cells[0].update(
                source=node.cells[0].source.replace("year = 2024", "year = '2024'")
            ),
            "E-PARAM-TYPE",
        ),
    ],
)
def test_a_notebook_that_cannot_be_asked_has_its_code(spoil, code, tmp_path):
    folder = toys.folder(tmp_path / "n")
    path = folder / "06-report.ipynb"
    node = nbformat.read(path, as_version=4)
    spoil(node)
    nbformat.write(node, path)
    with pytest.raises(ParameterError) as raised:
        notebook.load(folder)
    assert raised.value.diagnosis == code and path.name in str(raised.value)


def test_a_damaged_notebook_and_a_wrong_type_have_their_codes(tmp_path):
    folder = toys.folder(tmp_path / "n")
    (folder / "06-report.ipynb").write_text("{")
    with pytest.raises(SourceError) as raised:
        notebook.load(folder)
    assert raised.value.diagnosis == "E-TEMPLATE"
    with pytest.raises(ParameterError) as raised:
        runner.run_report("tra-vinh", "2024")
    assert raised.value.diagnosis == "E-PARAM-TYPE"


def test_a_missing_package_has_its_code(capsys, monkeypatch):
    def missing(*_, **__):
        raise ModuleNotFoundError("No module named 'papermill'")

    monkeypatch.setattr(runner, "require_whole", missing)
    assert cli.status(["verify", "."]) == 5
    assert capsys.readouterr().err.startswith("LỖI E-CONFIG  ")


#: Tables beside the scores: file, reader, one spoiled cell (column, value) and the code.
CELLS = [
    ("papi/criteria_flags.csv", context.criteria_flags, ("flag", "slow"), "E-FLAG"),
    ("criteria/levers.csv", criteria.lever_rows, ("measure_vi", ""), "E-CRITERION"),
    ("criteria/calendar.csv", criteria.calendar_rows, ("first", "soon"), "E-CALENDAR"),
    ("merger/communes_vinh_long.csv", context.communes_vinh_long, ("population", "0"), "E-COMMUNE"),
    ("context/pci_2005_2016.csv", indices.pci, ("score", "101"), "E-INDEX"),
    ("tra_vinh/documents.csv", context.documents, ("organ_vi", ""), "E-DOCUMENT"),
    ("context/par_sipas.csv", context.par_sipas, ("rank", "64"), "E-INDEX"),
    ("context/survey_samples.csv", context.survey_samples, ("published", "soon"), "E-SAMPLE"),
    ("context/population_2019.csv", context.population_2019, ("province", "99"), "E-POPULATION"),
]


@pytest.mark.parametrize(("file", "read", "cell", "code"), CELLS, ids=[c[3] for c in CELLS])
def test_a_spoiled_cell_of_a_small_table_has_its_code_and_place(file, read, cell, code, tmp_path):
    data = shutil.copytree(settings.data_folder(), tmp_path / "data")
    table = pd.read_csv(data / file, dtype=str, keep_default_na=False)
    table.loc[0, cell[0]] = cell[1]
    table.to_csv(data / file, index=False)
    with pytest.raises(SourceError) as raised:
        read(data)
    own = next(one for one in raised.value.issues if one.code == code)
    assert (own.file, own.row, own.column, own.value) == (Path(file).name, "2", *cell)
    assert own.expected and own.mend


def test_a_ledger_that_is_no_table_is_named(tmp_path):
    data = shutil.copytree(settings.data_folder(), tmp_path / "data")
    ledger.path(places.find("84"), data).write_bytes(b"number\n\xff\xfe\x00")
    assert [one.code for one in ledger.unsound(data)] == ["E-LEDGER-FILE"]


def test_a_report_that_lost_a_part_is_named(tmp_path):
    asked = {"province": "tra-vinh", "year": 2024, "lang": "vi"}
    (tmp_path / "notebooks").mkdir()
    found = manifest.contents(tmp_path, asked)
    assert {one.code for one in found} == {manifest.DAMAGED}
    assert "findings.json" in {one.file for one in found}
    assert manifest.DAMAGED == "E-REPORT-DAMAGED"


def codes_in(folder, pattern):
    """The codes that stand as text in the modules of a folder."""
    files = [path for path in folder.rglob("*.py")]
    return {c for path in files for c in re.findall(pattern, path.read_text(encoding="utf-8"))}


def test_the_list_of_codes_that_are_about_no_file_is_whole():
    raised = codes_in(SOURCE, rf'diagnosis[ =]+"({CODE})"|kind = "(E-PARAM-TYPE)"')
    assert {code for pair in raised for code in pair if code} == set(errors.DIAGNOSES)
    assert {code for _, code, _ in MISTAKES} == set(errors.DIAGNOSES)


def test_no_code_of_the_program_goes_without_a_test():
    """Codes of layouts, names and values have files of their own in tests/sources."""
    known = codes_in(SOURCE, rf'"({CODE})"')
    assert known >= {*DIAGNOSES, *MAPS, *FAULTS, *errors.DIAGNOSES}
    assert known - codes_in(TESTS, CODE) == set()

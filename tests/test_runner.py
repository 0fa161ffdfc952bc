"""A run publishes a whole report or nothing."""

import hashlib
import io
import json
import random
import re
import shutil
import threading

import pytest
import toys

from papi_analysis import cli, runner, settings
from papi_analysis.errors import (
    DataError,
    EnvironmentFault,
    ExecutionError,
    ParameterError,
    SourceError,
)
from papi_analysis.runner import (
    execution,
    manifest,
    notebook,
    request,
    staging,
    warm,
)


@pytest.fixture(scope="module", autouse=True)
def toy_runs():
    """Runs of this module are toy runs."""
    with toys.runs() as ready:
        yield ready


@pytest.fixture(scope="module")
def finished(tmp_path_factory, toy_runs):
    """A published toy report: never changed by a test."""
    root = tmp_path_factory.mktemp("finished")
    nodes = toys.folder(root / "notebooks", **{"01_data": toys.notebook("province", "year")})
    return runner.run_report("tra-vinh", 2024, out=root / "reports", notebooks=nodes).parent


@pytest.fixture
def copy(finished, tmp_path):
    """A copy of the published toy report, to damage."""
    return shutil.copytree(finished, tmp_path / "copy")


def tree(folder):
    """Every file of a folder with its hash."""
    return {
        p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file()
    }


def messages(issues):
    return [(d.file, d.message) for d in issues]


# --- the unit


def test_defaults_are_tra_vinh_and_the_latest_year():
    asked = request.one()
    assert (asked.name, asked.lang, asked.seed) == ("tra-vinh/2024", "vi", 84)


@pytest.mark.parametrize("word", ["tra-vinh", "84", "Trà Vinh", "tỉnh Trà Vinh"])
def test_a_province_is_known_by_slug_code_and_name_and_reaches_notebooks_as_its_slug(word):
    assert request.one(word, 2024).parameters()["province"] == "tra-vinh"


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"province": "tra-vin"}, ParameterError),
        ({"province": 84}, ParameterError),
        ({"year": "2024"}, ParameterError),
        ({"year": True}, ParameterError),
        ({"year": 1999}, DataError),
        ({"lang": "fr"}, ParameterError),
        ({"seed": -1}, ParameterError),
        ({"seed": 0.5}, ParameterError),
        ({"province": "quang-ninh", "year": 2023}, DataError),
    ],
)
def test_a_wrong_parameter_stops_before_anything_is_written(wrong, error, tmp_path):
    with pytest.raises(error):
        runner.run_report(**wrong, out=tmp_path / "reports", notebooks=toys.folder(tmp_path / "n"))
    assert not (tmp_path / "reports").exists()


def test_an_unknown_province_names_the_nearest():
    with pytest.raises(ParameterError, match="tra-vinh"):
        request.one("tra-vin")


def test_an_edited_data_file_is_named(tmp_path):

    data = shutil.copytree(settings.data_folder(), tmp_path / "data")
    file = data / "papi" / "scores.csv"
    file.write_bytes(file.read_bytes().replace(b"2011", b"2012", 1))
    with pytest.raises(SourceError, match=r"papi/scores\.csv"), settings.use(data=data):
        request.one()


# --- the notebooks


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        (None, "0 code cells tagged parameters"),
        (toys.PARAMETERS.replace("year", "yaer"), "yaer -> year"),
        (toys.PARAMETERS.replace("2024", '"2024"'), "year = \"?'?2024"),
        (toys.PARAMETERS + "\nprint(1)", "plain assignments"),
    ],
)
def test_a_notebook_that_would_ignore_a_parameter_is_refused(parameters, words, tmp_path):
    nodes = toys.folder(tmp_path, **{"01_data": toys.notebook("1", parameters=parameters)})
    with pytest.raises(ParameterError, match=words):
        notebook.load(nodes)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": [], "nbformat": 4}', '{"cells": 3}'])
def test_a_damaged_notebook_is_named(text, tmp_path):
    nodes = toys.folder(tmp_path)
    (nodes / "02-cut.ipynb").write_text(text)
    with pytest.raises(SourceError, match=r"02-cut\.ipynb"):
        notebook.load(nodes)


def test_notebooks_for_exploring_and_notebooks_of_a_user_are_not_run(tmp_path):
    names = {"00_explore": toys.notebook("1 / 0"), "Untitled": toys.notebook("1 / 0")}
    assert list(notebook.load(toys.folder(tmp_path, **names))) == ["06-report"]


def test_a_folder_without_the_report_notebook_is_refused(tmp_path):
    with pytest.raises(ParameterError, match=r"06-report\.ipynb"):
        notebook.load(tmp_path)


# --- a finished report


def test_a_report_has_every_part_and_its_manifest_lists_each_with_its_hash(finished):
    files = tree(finished)
    own = files.pop("manifest.json")
    listed = {name: part["sha256"] for name, part in manifest.read(finished)["files"].items()}
    assert own and listed == files
    assert {
        "report.html",
        "findings.json",
        "notebooks/01-data.ipynb",
        "notebooks/06-report.ipynb",
        "figures/06-report-01.svg",
    } == set(files)


def test_the_manifest_names_inputs_versions_parameters_and_durations(finished):
    record = manifest.read(finished)
    assert record["parameters"]["province"] == "tra-vinh" and record["parameters"]["seed"] == 84
    assert "data/papi/scores.csv" in record["inputs"]
    assert "notebooks/06-report.ipynb" in record["inputs"]
    assert record["versions"]["pandas"] and record["durations"]["06-report"]["cells"] > 0


def test_executed_notebooks_hold_no_clock_and_no_path_and_write_nothing_when_run_again(finished):
    for path in (finished / "notebooks").glob("*.ipynb"):
        text = path.read_text(encoding="utf-8")
        assert str(finished.parents[1]) not in text and "start_time" not in text
        assert notebook.injected(notebook.read(path))["out"] == ""


def test_a_published_report_verifies(finished):
    assert manifest.verify(finished) == []


def test_the_same_run_gives_the_same_bytes(finished, tmp_path):
    nodes = finished.parents[2] / "notebooks"
    again = runner.run_report("tra-vinh", 2024, out=tmp_path / "đường dẫn", notebooks=nodes).parent
    one, other = tree(finished), tree(again)
    del one["manifest.json"], other["manifest.json"]
    assert one == other


def test_the_stock_engine_gives_the_same_bytes(finished, tmp_path):
    nodes = finished.parents[2] / "notebooks"
    with warm.templates([], "stock") as ready:
        assert ready is None
    again = runner.run_report(
        "tra-vinh", 2024, out=tmp_path, notebooks=nodes, engine="stock"
    ).parent
    one, other = tree(finished), tree(again)
    del one["manifest.json"], other["manifest.json"]
    assert one == other
    with pytest.raises(ParameterError, match="fast, stock"):
        runner.run_report("tra-vinh", 2024, out=tmp_path, notebooks=nodes, engine="quick")


def test_the_english_report_stands_beside_the_vietnamese_one(tmp_path):
    nodes = toys.folder(tmp_path / "n")
    path = runner.run_report("can-tho", 2023, lang="en", out=tmp_path / "r", notebooks=nodes)
    assert path.name == "report.en.html" and 'lang="en"' in path.read_text()
    assert 'lang="vi"' in path.with_name("report.html").read_text()
    assert manifest.verify(path.parent) == []


# --- what stood there before


def told(function, *arguments, **options):
    """What a call tells of its steps, in English."""
    stream = io.StringIO()
    function(*arguments, **options, tell=request.Progress("en", stream=stream))
    return re.sub(r"(?m)^\[.*?\] ", "", stream.getvalue())


def test_a_report_made_otherwise_and_pages_that_go_are_told_before_it_is_made(tmp_path):
    nodes = toys.folder(tmp_path / "n")
    asked = {"out": tmp_path / "r", "notebooks": nodes}
    folder = runner.run_report("tra-vinh", 2024, **asked).parent
    english = told(runner.run_report, "tra-vinh", 2024, lang="en", **asked)
    command = "papi run --province tra-vinh --year 2024 --lang {} --seed 84"
    assert (
        f"tra-vinh/2024: takes the place of the report made by {command.format('vi')}\n" in english
    )
    assert " go: " not in english and (folder / "report.html").exists()
    again = told(runner.run_report, "tra-vinh", 2024, **asked)
    first, second, third = again.splitlines()[1:4]
    assert first == f"tra-vinh/2024: takes the place of the report made by {command.format('en')}"
    assert "not made again and go: report.en.html (--out" in second
    assert third.startswith("06-report: done")
    assert not (folder / "report.en.html").exists() and manifest.verify(folder) == []


def test_nothing_is_told_of_the_same_report_but_what_was_changed_in_it_by_hand(tmp_path):
    asked = {"out": tmp_path / "r", "notebooks": toys.folder(tmp_path / "n")}
    folder = runner.run_report("tra-vinh", 2024, **asked).parent
    assert "place" not in told(runner.run_report, "tra-vinh", 2024, **asked)
    path = folder / "notebooks" / "06-report.ipynb"
    path.write_text(path.read_text() + " ")
    (folder / "report.html").unlink()
    lines = told(runner.run_report, "tra-vinh", 2024, **asked).splitlines()
    (line,) = [line for line in lines if "by hand" in line]
    assert line.startswith("tra-vinh/2024: ") and "go: notebooks/06-report.ipynb (--out" in line
    assert manifest.verify(folder) == []


# --- verification sees every damage


def test_a_folder_without_manifest_is_no_report(copy):
    (copy / "manifest.json").unlink()
    with pytest.raises(SourceError, match=r"manifest\.json"):
        manifest.verify(copy)


@pytest.mark.parametrize("text", ["", "{}", '{"schema": "other"}', "[1]"])
def test_a_damaged_manifest_is_refused(copy, text):
    (copy / "manifest.json").write_text(text)
    with pytest.raises(SourceError, match="manifest"):
        manifest.verify(copy)


def test_each_part_that_is_changed_missing_or_added_is_named(copy):
    (copy / "findings.json").write_text((copy / "findings.json").read_text() + " ")
    (copy / "figures" / "06-report-01.svg").unlink()
    (copy / "note.txt").write_text("x")
    found = messages(manifest.verify(copy))
    assert ("findings.json", "was changed after the report was made") in found
    assert ("figures/06-report-01.svg", "this part is missing") in found
    assert ("note.txt", "is not part of the report") in found


def test_any_flipped_bit_in_any_file_is_damage_of_that_file_and_no_traceback(copy, capsys):
    dice = random.Random(84)
    for path in sorted(p for p in copy.rglob("*") if p.is_file()):
        content = path.read_bytes()
        for _ in range(30):
            at, bit = dice.randrange(len(content)), 1 << dice.randrange(8)
            damaged = bytearray(content)
            damaged[at] ^= bit
            path.write_bytes(damaged)
            assert cli.status(["verify", str(copy), "--lang", "en"]) == 3, (path.name, at, bit)
            said = capsys.readouterr().err
            assert path.name in said or (path.name == "manifest.json" and "manifest" in said), said
        path.write_bytes(content)
    assert manifest.verify(copy) == []


@pytest.mark.parametrize("name", ["note.txt", ".hidden", "figures/more.svg", "new/deep.txt"])
def test_an_extra_file_is_found(copy, name):
    (copy / name).parent.mkdir(exist_ok=True)
    (copy / name).write_text("x")
    assert (name, "is not part of the report") in messages(manifest.verify(copy))


@pytest.mark.parametrize("name", ["findings.json", "notebooks", "elsewhere"])
def test_a_link_out_of_the_folder_is_found(copy, tmp_path, name):
    if (copy / name).exists():
        (copy / name).rename(tmp_path / "real")
    (copy / name).symlink_to(tmp_path / "real")
    assert (name, "is a link; a report holds its files itself") in messages(manifest.verify(copy))


@pytest.mark.parametrize("name", ["../x", "/etc/hostname", "a/../../x", "manifest.json"])
def test_a_manifest_that_names_files_outside_is_refused(copy, name):
    record = json.loads((copy / "manifest.json").read_text())
    record["files"][name] = {"sha256": "0" * 64}
    (copy / "manifest.json").write_text(manifest.text(record))
    with pytest.raises(SourceError, match="cannot be read"):
        manifest.verify(copy)


def test_a_policy_that_allows_more_is_found():
    wide = SAFE.replace("default-src 'none';", "default-src 'none'; script-src *;")
    assert manifest.page_faults(wide, lang="vi") == ["Content-Security-Policy: script-src *"]


def test_a_report_is_made_again_and_compared_byte_by_byte(finished, tmp_path):
    nodes = finished.parents[2] / "notebooks"
    assert runner.reproduce(finished, notebooks=nodes) == []
    forged = shutil.copytree(finished, tmp_path / "forged")
    page = forged / "report.html"
    page.write_text(page.read_text().replace("</h1>", " </h1>"))
    record = json.loads((forged / "manifest.json").read_text())
    record["files"]["report.html"]["sha256"] = manifest.digest(page)
    (forged / "manifest.json").write_text(manifest.text(record))
    assert manifest.verify(forged) == []
    assert messages(runner.reproduce(forged, notebooks=nodes)) == [
        ("report.html", "is not what the run gives when it is made again")
    ]
    with pytest.raises(SourceError, match="other data, code or notebooks"):
        runner.reproduce(finished, notebooks=toys.folder(tmp_path / "n"))


def test_a_part_of_another_province_is_found_even_when_the_manifest_vouches_for_it(copy):
    path = copy / "findings.json"
    path.write_text(path.read_text().replace("tra-vinh", "can-tho"))
    record = json.loads((copy / "manifest.json").read_text())
    record["files"]["findings.json"]["sha256"] = manifest.digest(path)
    (copy / "manifest.json").write_text(manifest.text(record))
    found = messages(manifest.verify(copy))
    assert ("findings.json", "belongs to {own}, not to {asked}") in found


# --- the page


SAFE = toys.PAGE.format(province="tra-vinh", year=2024, lang="vi")


def test_a_safe_page_has_no_faults():
    extra = (
        '<svg><use href="#a"/></svg><a href="https://papi.org.vn">x</a><img src="data:image/png,x">'
    )
    assert manifest.page_faults(SAFE.replace("</body>", extra + "</body>"), lang="vi") == []


@pytest.mark.parametrize(
    "live",
    [
        "<script>1</script>",
        "<SCRIPT src=x></SCRIPT>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" java\nscript:alert(1)">x</a>',
        '<a href="&#106;avascript:alert(1)">x</a>',
        '<link rel="stylesheet" href="https://cdn.example/x.css">',
        '<img src="//cdn.example/x.png">',
        '<img srcset="x.png 2x">',
        "<iframe srcdoc='x'></iframe>",
        "<style>@import 'x.css';</style>",
        "<style>a{background:url(https://cdn.example/x.png)}</style>",
        '<p style="background:url(x.png)">',
        '<svg><image xlink:href="x.png"/></svg>',
        '<meta http-equiv="refresh" content="0">',
        '<base href="https://cdn.example">',
        '<form action="https://cdn.example">',
        '<object data="x.swf"></object>',
        '<a href="data:text/html,x">x</a>',
    ],
)
def test_anything_live_or_external_is_found(live):
    assert manifest.page_faults(SAFE.replace("</body>", live + "</body>"), lang="vi")


@pytest.mark.parametrize(
    ("old", "new"), [('lang="vi"', 'lang="en"'), ("default-src 'none'", ""), ("</html>", "")]
)
def test_a_page_without_language_policy_or_end_is_found(old, new):
    assert manifest.page_faults(SAFE.replace(old, new), lang="vi")


# --- nothing is published when anything fails


@pytest.mark.parametrize(
    ("cell", "error", "words"),
    [
        ("1 / 0", ExecutionError, r"Cell 3 of 06-report.*ZeroDivisionError"),
        ("import sys; sys.exit(0)", ExecutionError, "Cell .* of 06-report.*SystemExit"),
        ("import os; os._exit(0)", ExecutionError, "kernel of 06-report.*died in cell"),
        ("import os; os.kill(os.getpid(), 9)", ExecutionError, "died in cell"),
        ("import ctypes; ctypes.string_at(0)", ExecutionError, "died in cell"),
        ("x = bytearray(1 << 62)", ExecutionError, "MemoryError"),
        ('raise OSError(28, "No space left on device")', EnvironmentFault, "disk is full"),
        ('out = ""', ExecutionError, "not sound"),
        ('province = "can-tho"', ExecutionError, "not sound"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)
def test_a_cell_that_fails_publishes_nothing_and_is_named(cell, error, words, finished, tmp_path):
    shutil.copytree(finished, tmp_path / "reports" / "tra-vinh" / "2024")
    before = tree(tmp_path / "reports")
    nodes = toys.folder(tmp_path / "n", report=(cell,))
    with pytest.raises(error, match=words):
        runner.run_report("tra-vinh", 2024, out=tmp_path / "reports", notebooks=nodes)
    assert tree(tmp_path / "reports") == before


def test_a_cell_that_hangs_and_ignores_interrupts_is_ended(tmp_path):
    hang = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(600)"
    nodes = toys.folder(tmp_path / "n", report=(hang,))
    with pytest.raises(ExecutionError, match="longer than 2"):
        runner.run_report(out=tmp_path / "reports", notebooks=nodes, timeout=2)
    assert not (tmp_path / "reports").exists()


def test_data_that_changes_during_a_run_stops_it(tmp_path):
    nodes = toys.folder(tmp_path / "n")
    cell = f"open({str(nodes / '06-report.ipynb')!r}, 'a').write(' ')"
    toys.folder(nodes, report=(cell,))
    with pytest.raises(SourceError, match=r"notebooks/06-report\.ipynb"):
        runner.run_report(out=tmp_path / "reports", notebooks=nodes)
    assert not (tmp_path / "reports").exists()


def test_an_unsafe_page_is_not_published(tmp_path, monkeypatch):
    monkeypatch.setattr(toys, "SAVE", toys.SAVE.replace("<h1>", "<script>1</script><h1>"))
    with pytest.raises(ExecutionError, match="not sound") as caught:
        runner.run_report(out=tmp_path / "reports", notebooks=toys.folder(tmp_path / "n"))
    assert [d.file for d in caught.value.issues] == ["report.html"]
    assert not (tmp_path / "reports").exists()


def test_a_kernel_that_fails_to_start_is_tried_again_but_a_failed_cell_never(tmp_path, monkeypatch):
    starts = []
    launch = execution.StockManager._async_launch_kernel

    async def flaky(self, kernel_cmd, **options):
        starts.append(self.provisioner_name)
        if len(starts) == 1:
            raise RuntimeError("the port is taken")
        await launch(self, kernel_cmd, **options)

    monkeypatch.setattr(execution.StockManager, "_async_launch_kernel", flaky)
    nodes = toys.folder(tmp_path / "n")
    assert runner.run_report(out=tmp_path / "reports", notebooks=nodes).exists()
    assert len(starts) == 2 and starts[1] == "local-provisioner"
    starts[:] = ["-"]
    with pytest.raises(ExecutionError):
        runner.run_report(
            out=tmp_path / "r", notebooks=toys.folder(tmp_path / "n", report=("1 / 0",))
        )
    assert len(starts) == 2


def test_kernels_that_never_start_are_given_up_with_the_reason(tmp_path, monkeypatch):
    async def broken(self, kernel_cmd, **options):
        raise RuntimeError("no more processes")

    monkeypatch.setattr(execution.StockManager, "_async_launch_kernel", broken)
    with pytest.raises(ExecutionError, match=r"3 attempts .no more processes"):
        runner.run_report(out=tmp_path / "reports", notebooks=toys.folder(tmp_path / "n"))
    assert not (tmp_path / "reports").exists()


# --- staging


def test_only_one_run_may_write_a_report(tmp_path):
    with staging.locked(tmp_path / "2024"):
        caught = []

        def other():
            try:
                with staging.locked(tmp_path / "2024"):
                    pass
            except EnvironmentFault as error:
                caught.append(error)

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert len(caught) == 1 and "Another run" in str(caught[0])


def test_a_lock_file_that_a_killed_run_left_does_not_stop_the_next(tmp_path):
    (tmp_path / ".2024.lock").write_text("")
    with staging.locked(tmp_path / "2024"):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("swap", [True, False])
def test_publishing_replaces_the_old_report_in_one_step(tmp_path, monkeypatch, swap):
    if not swap:
        monkeypatch.setattr(staging, "_exchange", lambda one, other: False)
    target = tmp_path / "2024"
    for text in ("old", "new"):
        with staging.locked(target), staging.staged(target) as folder:
            (folder / "a").write_text(text)
            (folder / "manifest.json").write_text('{"files": {"a": 1}}')
            staging.publish(folder, target)
    assert (target / "a").read_text() == "new"
    assert [p.name for p in tmp_path.iterdir()] == ["2024"]


def test_what_a_killed_run_left_is_cleared_and_a_report_moved_aside_comes_back(tmp_path):
    target = tmp_path / "2024"
    part = tmp_path / ".2024.part-x"
    for name in ("report", "old"):
        (part / name).mkdir(parents=True)
        (part / name / "a").write_text(name)
    (part / staging.MARKER).touch()
    staging.recover(target)
    assert [p.name for p in tmp_path.iterdir()] == ["2024"]
    assert (target / "a").read_text() == "old"


def test_a_run_clears_what_was_left_of_any_report_and_nothing_of_somebody_else(tmp_path):
    left, mine = tmp_path / "ha-noi" / ".2019.part-x", tmp_path / "ha-noi" / ".2020.part-y"
    for path in (left, mine):
        path.mkdir(parents=True)
    (left / staging.MARKER).touch()
    (left.parent / ".2019.lock").touch()
    runner.run_report(out=tmp_path, notebooks=toys.folder(tmp_path / "n"))
    assert [path.name for path in left.parent.iterdir()] == [mine.name]


def test_a_report_folder_that_is_a_link_is_followed_time_and_again(tmp_path):
    place = tmp_path / "elsewhere"
    place.mkdir()
    link = tmp_path / "r" / "tra-vinh" / "2024"
    link.parent.mkdir(parents=True)
    link.symlink_to(place)
    for _ in range(2):
        runner.run_report(out=tmp_path / "r", notebooks=toys.folder(tmp_path / "n"))
        assert link.is_symlink() and manifest.verify(place) == []
    assert [p.name for p in link.parent.iterdir()] == ["2024"]


def test_a_folder_with_files_of_somebody_else_is_not_replaced(copy):
    (copy / "so-tay.xlsx").write_text("filled in by hand")
    with pytest.raises(EnvironmentFault, match=r"so-tay\.xlsx"), staging.staged(copy):
        pass
    assert (copy / "so-tay.xlsx").exists()


def test_an_output_that_is_a_file_is_named(tmp_path):
    (tmp_path / "reports").write_text("x")
    with pytest.raises(EnvironmentFault, match="reports"):
        runner.run_report(out=tmp_path / "reports", notebooks=toys.folder(tmp_path / "n"))

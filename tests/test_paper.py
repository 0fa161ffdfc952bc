"""A PDF is asked for, printed from the very page, and part of the report; or nothing is made."""

import json
import shutil
import stat
import sys

import pytest
import toys

from papi_analysis import cli, runner
from papi_analysis.errors import EnvironmentFault
from papi_analysis.runner import manifest, pages, reports, request

#: The smallest file that counts as a tagged PDF, with the dates that a browser puts into it.
PDF = (
    b"%PDF-1.4\n1 0 obj\n<</Title (t)\n/CreationDate (D:20261124112254+00'00')\n"
    b"/ModDate (D:20261124112254+00'00')>>\nendobj\n2 0 obj\n<</StructTreeRoot 3 0 R>>\n%%EOF"
)
#: A program that takes the place of a browser: it writes `content` where a PDF is asked for.
FAKE = """#!{python}
import sys
target = next((a[15:] for a in sys.argv if a.startswith("--print-to-pdf=")), "")
if target:
    open(target, "wb").write({content!r})
print("Chromium 1.2.3" if "--version" in sys.argv else "printed, or not")
"""


@pytest.fixture(scope="module", autouse=True)
def toy_runs():
    """Runs of this module are toy runs."""
    with toys.runs() as ready:
        yield ready


@pytest.fixture
def notebooks(tmp_path):
    return toys.folder(tmp_path / "notebooks")


@pytest.fixture
def use(tmp_path, monkeypatch):
    """A function that puts a program which writes these bytes in the place of the browser."""

    def used(content: bytes):
        path = tmp_path / "browser"
        path.write_text(FAKE.format(python=sys.executable, content=content))
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv(pages.VARIABLE, str(path))
        return path

    return used


@pytest.fixture
def none(monkeypatch):
    """No browser on this machine."""
    monkeypatch.delenv(pages.VARIABLE, raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)


@pytest.fixture
def printed(use, notebooks, tmp_path):
    """A toy report with its PDF."""
    use(PDF)
    return runner.run_report(
        "tra-vinh", 2024, out=tmp_path / "out", notebooks=notebooks, pdf=True
    ).parent


def files(issues):
    return {(found.file, found.message) for found in issues}


def test_without_a_browser_nothing_begins(none, notebooks, tmp_path):
    for make in (runner.run_report, runner.run_batch):
        with pytest.raises(EnvironmentFault, match="apt-get install chromium") as refused:
            make("tra-vinh", out=tmp_path / "out", notebooks=notebooks, pdf=True)
        assert refused.value.status == 5
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", [["run"], ["batch", "--provinces", "tra-vinh"]])
def test_the_command_says_so_in_vietnamese_with_status_5(none, capsys, tmp_path, command):
    assert cli.status([*command, "--pdf", "--out", str(tmp_path / "out")]) == 5
    said = capsys.readouterr()
    assert said.out == "" and "apt-get install chromium" in said.err
    assert "không tìm thấy trên máy này" in said.err


def test_a_browser_that_is_named_and_not_there_is_named_in_the_message(monkeypatch):
    monkeypatch.setenv(pages.VARIABLE, "/nowhere/chromium")
    with pytest.raises(EnvironmentFault, match="/nowhere/chromium"):
        pages.browser()


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 cut", PDF.replace(b"StructTreeRoot", b"")])
def test_a_browser_that_prints_no_whole_pdf_publishes_nothing(use, notebooks, tmp_path, content):
    use(content)
    with pytest.raises(EnvironmentFault, match=r"did not print report\.html: printed, or not"):
        runner.run_report("tra-vinh", 2024, out=tmp_path / "out", notebooks=notebooks, pdf=True)
    assert not list((tmp_path / "out").rglob("*.*"))


def test_the_pdf_stands_beside_the_page_without_a_date_and_in_the_manifest(printed):
    content = (printed / "report.pdf").read_bytes()
    assert len(content) == len(PDF) and b"D:2026" not in content  # places in the file stay right
    record = manifest.read(printed)
    assert record["parameters"]["pdf"] is True and record["command"].endswith(" --pdf")
    page = record["files"]["report.html"]["sha256"]
    assert record["pdf"] == {"report.pdf": {"browser": "Chromium 1.2.3", "page": page}}
    assert record["files"]["report.pdf"]["bytes"] == len(PDF)
    assert manifest.verify(printed) == []


def test_a_pdf_that_was_changed_left_out_or_printed_from_another_page_is_found(printed):
    record = json.loads((printed / manifest.FILE).read_text())
    (printed / "report.pdf").write_bytes(PDF + b" ")
    assert files(manifest.verify(printed)) == {
        ("report.pdf", "was changed after the report was made")
    }
    (printed / "report.pdf").unlink()
    assert files(manifest.verify(printed)) == {("report.pdf", "this part is missing")}
    (printed / "report.pdf").write_bytes(b"%PDF-1.4 cut")
    assert ("report.pdf", "is not a whole PDF with tags") in files(manifest.verify(printed))
    record["pdf"]["report.pdf"]["page"] = "0" * 64
    (printed / manifest.FILE).write_text(manifest.text(record))
    assert ("report.pdf", "was not printed from {page}") in files(manifest.verify(printed))


def test_a_run_without_pdf_has_the_same_page_and_no_old_pdf(printed, notebooks, tmp_path):
    page = (printed / "report.html").read_bytes()
    runner.run_report("tra-vinh", 2024, out=tmp_path / "out", notebooks=notebooks)
    assert (printed / "report.html").read_bytes() == page
    assert not (printed / "report.pdf").exists()
    record = manifest.read(printed)
    assert "pdf" not in record and "pdf" not in record["parameters"]


def test_both_languages_are_printed(use, notebooks, tmp_path):
    use(PDF)
    page = runner.run_report(
        "tra-vinh", 2024, lang="en", out=tmp_path / "out", notebooks=notebooks, pdf=True
    )
    assert {path.name for path in page.parent.glob("*.pdf")} == {"report.pdf", "report.en.pdf"}
    assert runner.verify(page.parent) == []


def test_a_batch_prints_and_resumes_what_is_printed(use, notebooks, tmp_path):
    use(PDF)
    asked = {"provinces": "tra-vinh,can-tho", "years": "2024", "out": tmp_path / "out"}
    first = runner.run_batch(**asked, notebooks=notebooks)
    assert len(first["made"]) == 2 and not list((tmp_path / "out").rglob("*.pdf"))
    second = runner.run_batch(**asked, notebooks=notebooks, pdf=True, resume=True)
    assert len(second["made"]) == 2 and len(list((tmp_path / "out").rglob("*.pdf"))) == 2
    third = runner.run_batch(**asked, notebooks=notebooks, pdf=True, resume=True)
    assert third["made"] == [] and len(third["kept"]) == 2
    fourth = runner.run_batch(**asked, notebooks=notebooks, resume=True)
    assert len(fourth["kept"]) == 2 and len(list((tmp_path / "out").rglob("*.pdf"))) == 2


def test_a_batch_lists_a_report_that_was_not_printed(use, notebooks, tmp_path):
    use(b"")
    made = runner.run_batch("tra-vinh", "2024", out=tmp_path / "out", notebooks=notebooks, pdf=True)
    assert made["failed"]["tra-vinh/2024"].status == 5
    assert reports.current(request.one(pdf=True), tmp_path / "out", {}) is False


def test_a_pdf_is_no_reason_for_other_findings():
    from papi_analysis.diff import causes

    old = {"parameters": {"year": 2024}, "inputs": {}}
    new = {"parameters": {"year": 2024, "pdf": True}, "inputs": {}}
    found = causes.causes(old, new)
    assert [one.name for one in found] == ["pdf"]
    assert causes.tags("position.rank", found, set()) == ()

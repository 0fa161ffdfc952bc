"""What was made for one province and year is never published as that of another."""

import io
import json
import re
import shutil
import subprocess
import zipfile
from types import SimpleNamespace

import pytest
import toys
from test_example import EXAMPLE

from papi_analysis import cache, cli, runner
from papi_analysis.errors import ExecutionError
from papi_analysis.runner import cluster, manifest, notebook, request

DRAW = """from papi_analysis.plots import style
chart = style.canvas(60, 40)
chart.add_axes((0, 0, 1, 1)).plot([1, year])
style.headline(chart, title="A line", alt="It rises")"""


@pytest.fixture(scope="module", autouse=True)
def toy_runs():
    """Runs of this module are toy runs."""
    with toys.runs() as ready:
        yield ready


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """A batch of two whose notebooks draw, one of them about the country."""
    root = tmp_path_factory.mktemp("pair")
    nodes = {
        "01_country": toys.notebook(DRAW, national=True),
        "03_own": toys.notebook("province", DRAW.replace("year", "ord(province[0])")),
    }
    nodes = toys.folder(root / "notebooks", **nodes)
    runner.run_batch("ha-noi,ca-mau", "2024", out=root / "r", notebooks=nodes)
    return {slug: root / "r" / slug / "2024" for slug in ("ha-noi", "ca-mau")}


@pytest.fixture
def staged(pair, tmp_path):
    """A copy of the report of Hà Nội, to plant something in."""
    return shutil.copytree(pair["ha-noi"], tmp_path / "staged")


def planted(folder):
    """What is wrong with a staged report of Hà Nội, as a run that made it would say."""
    with pytest.raises(ExecutionError, match="not published") as caught:
        manifest.require_sound(folder, request.one("ha-noi", 2024).parameters())
    found = caught.value.issues
    return {(one.file, one.message.format(**dict(one.values))) for one in found}


# --- planted leaks


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("figures/03-own-01.svg", "is not what the notebooks show"),
        ("notebooks/03-own.ipynb", "belongs to ca-mau/2024, not to ha-noi/2024"),
        ("findings.json", "belongs to ca-mau/2024, not to ha-noi/2024"),
        ("notebooks/06-report.ipynb", "belongs to ca-mau/2024, not to ha-noi/2024"),
        ("report.html", "does not tell what findings.json holds"),
    ],
)
def test_a_part_of_another_report_is_named(pair, staged, part, told):
    shutil.copy(pair["ca-mau"] / part, staged / part)
    assert any(file == part and text.startswith(told) for file, text in planted(staged))


def test_a_drawing_that_was_changed_or_is_of_no_notebook_is_named(staged):
    file = staged / "figures" / "03-own-01.svg"
    file.write_text(file.read_text().replace("stroke", "fill", 1))
    (staged / "figures" / "old.svg").write_text("<svg/>")
    found = planted(staged)
    assert ("figures/old.svg", "is not what the notebooks show") in found
    assert ("figures/03-own-01.svg", "is not what the notebooks show") in found


def test_a_drawing_of_any_library_is_accepted(tmp_path):
    plain = """from IPython.display import SVG
SVG("<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>")"""
    nodes = toys.folder(tmp_path / "n", **{"03_own": toys.notebook("province", plain)})
    page = runner.run_report("ha-noi", 2024, out=tmp_path / "r", notebooks=nodes)
    assert manifest.verify(page.parent) == []
    assert (page.parent / "figures" / "03-own-01.svg").is_file()


def test_a_table_of_another_is_named(staged):
    (staged / "tables").mkdir()
    shutil.copy(EXAMPLE / "tables" / "dimensions.csv", staged / "tables")
    told = ("tables/dimensions.csv", "does not hold what findings.json holds")
    assert planted(staged) == {told}


def test_a_figure_planted_while_the_report_is_made_publishes_nothing(pair, tmp_path, monkeypatch):
    require = manifest.require_sound

    def leaky(folder, parameters):
        shutil.copy(pair["ca-mau"] / "figures" / "06-report-01.svg", folder / "figures")
        require(folder, parameters)

    monkeypatch.setattr(manifest, "require_sound", leaky)
    with pytest.raises(ExecutionError, match="not sound"):
        runner.run_report("ha-noi", 2024, out=tmp_path / "r", notebooks=toys.folder(tmp_path / "n"))
    assert not (tmp_path / "r").exists()


def test_a_worker_that_sends_the_report_of_another_publishes_nothing(pair, tmp_path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for path in pair["ca-mau"].rglob("*"):
            packed.write(path, path.relative_to(pair["ca-mau"]))
    future = SimpleNamespace(result=file.getvalue)
    with pytest.raises(ExecutionError, match=r"ca-mau/2024 .* for that of ha-noi/2024"):
        cluster._publish(request.one("ha-noi", 2024), tmp_path / "r", future)
    assert not (tmp_path / "r").exists()
    assert cluster._publish(request.one("ca-mau", 2024), tmp_path / "r", future) is None


# --- what is shared


def test_a_notebook_kept_under_the_key_of_another_year_is_run_again(tmp_path):
    country = toys.FIGURE.replace("{province}", "viet-nam")
    nodes = toys.folder(tmp_path / "n", **{"01_country": toys.notebook(country, national=True)})
    where = {"notebooks": nodes, "cache": tmp_path / "cache"}

    def kept():
        return {path for path in tmp_path.glob("cache/*/[0-9a-f]*") if not path.suffix}

    runner.run_report("ha-noi", 2023, out=tmp_path / "r", **where)
    (older,) = kept()
    runner.run_report("ha-noi", 2024, out=tmp_path / "r", **where)
    (newer,) = kept() - {older}
    shutil.copy(older, newer)
    page = runner.run_report("ca-mau", 2024, out=tmp_path / "r", **where)
    figure = page.parent / "figures" / "01-country-01.svg"
    assert "viet-nam/2024" in figure.read_text()


@cache.memoize
def scored(province):
    return {"province": province}


@pytest.fixture
def store(tmp_path, monkeypatch):
    """A store of shared results."""
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "store"))
    return tmp_path / "store"


def test_a_result_of_another_under_the_key_of_this_one_is_computed_again(store):
    scored("ca-mau")
    (leak,) = (path for path in store.iterdir() if not path.suffix)
    scored("ha-noi")
    (own,) = (path for path in store.iterdir() if not path.suffix and path != leak)
    shutil.copy(leak, own)
    assert scored("ha-noi") == {"province": "ha-noi"}


# --- tables


def test_tables_are_the_findings_cell_by_cell(tmp_path):
    found = json.loads((EXAMPLE / "findings.json").read_text(encoding="utf-8"))
    folder = shutil.copytree(EXAMPLE / "tables", tmp_path / "tables").parent
    assert manifest.table_faults(folder, found) == []
    files = sorted((tmp_path / "tables").iterdir())
    for path in files:
        text = path.read_text(encoding="utf-8-sig")
        last = re.search(r"\d(?=\D*$)", text)
        changed = text[: last.start()] + str(9 - int(last[0])) + text[last.end() :]
        path.write_text(changed, encoding="utf-8-sig")
    assert len(manifest.table_faults(folder, found)) == len(files) >= 8


# --- the proof of the example: damaged, changed, reproduced


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A report of this code, of the report notebook alone."""
    root = tmp_path_factory.mktemp("real")
    (root / "n").mkdir()
    shutil.copy(notebook.folder() / f"{notebook.REPORT}.ipynb", root / "n")
    return runner.run_report(
        "can-tho", 2023, out=root, notebooks=root / "n", lang="en", engine="stock"
    ).parent


@pytest.fixture
def copy(real, tmp_path):
    return shutil.copytree(real, tmp_path / "copy")


def forged(folder):
    """The same report with a manifest that fits what was edited."""
    record = json.loads((folder / manifest.FILE).read_text(encoding="utf-8"))
    for name in record["files"]:
        record["files"][name]["sha256"] = manifest.digest(folder / name)
    (folder / manifest.FILE).write_text(manifest.text(record), encoding="utf-8", newline="\n")
    return {(issue.code, issue.file) for issue in manifest.verify(folder)}


EDITS = {
    "report.html": (b"</h1>", b"!</h1>"),
    "report.en.html": (b"</h1>", b"!</h1>"),
    "notebooks/06-report.ipynb": (b"</h1>", b"!</h1>"),
    "tables/dimensions.csv": (b"", b""),  # its last digit
    "figures/{first}": (b"<path", b"<path "),
}


@pytest.mark.stress
@pytest.mark.slow
def test_a_part_edited_together_with_its_hash_is_changed(real, copy):
    assert manifest.verify(real) == [] and manifest.not_compared(manifest.read(real)) == []
    expected = set()
    for name, (old, new) in EDITS.items():
        figures = sorted((copy / "figures").glob("*.svg"))
        if "{first}" in name and not figures:
            continue
        path = copy / name.format(first=figures[0].name if figures else "")
        content = path.read_bytes()
        edited = content.replace(old, new, 1) if old else re.sub(rb"\d(?=\D*$)", b"x", content)
        path.write_bytes(edited)
        expected.add((manifest.CHANGED, path.relative_to(copy).as_posix()))
    assert forged(copy) == expected


@pytest.mark.slow
def test_an_edited_finding_shows_in_the_page_that_does_not_follow(copy):
    path = copy / "findings.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    found["position"]["rank"] = 1
    path.write_text(json.dumps(found), encoding="utf-8")
    assert (manifest.CHANGED, "report.html") in forged(copy)


def test_a_wider_policy_an_added_file_and_a_link_are_told_apart(staged):
    page = staged / "report.html"
    wide = page.read_text().replace("default-src 'none'", "default-src 'none'; script-src *")
    page.write_text(wide)
    (staged / "more.txt").write_text("x")
    (staged / "away").symlink_to(staged.parent)
    found = {(issue.code, issue.file) for issue in manifest.verify(staged)}
    assert found == {
        (manifest.DAMAGED, "report.html"),
        (manifest.UNSAFE, "report.html"),
        (manifest.DAMAGED, "more.txt"),
        (manifest.DAMAGED, "away"),
    }
    assert {"E-REPORT-DAMAGED", "E-REPORT-CHANGED", "E-REPORT-UNSAFE"} == {
        manifest.DAMAGED, manifest.CHANGED, manifest.UNSAFE
    }  # fmt: skip


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="needs ssh-keygen")
def test_a_signature_holds_for_its_report_and_its_signers_alone(staged, tmp_path, capsys):
    for name in ("own", "other"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / name], check=True
        )
    for name in ("own", "other"):
        key = (tmp_path / f"{name}.pub").read_text()
        (tmp_path / f"signers-{name}").write_text(f"so-noi-vu {key}")
    assert cli.status(["verify", str(staged), "--sign", str(tmp_path / "own")]) == 0
    call = ["verify", str(staged), "--lang", "en", "--signers"]
    assert cli.status([*call, str(tmp_path / "signers-own")]) == 0
    assert "signed by so-noi-vu (SHA256:" in capsys.readouterr().out
    assert cli.status([*call, str(tmp_path / "signers-other")]) == 3
    record = manifest.read(staged) | {"command": "papi run --province ca-mau"}
    (staged / manifest.FILE).write_text(manifest.text(record), encoding="utf-8", newline="\n")
    assert cli.status(["verify", str(staged), "--lang", "en"]) == 3
    assert "does not hold" in capsys.readouterr().err

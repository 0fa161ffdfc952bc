"""What was made for one province and year is never published as that of another."""

import io
import json
import re
import shutil
import zipfile
from types import SimpleNamespace

import pytest
import toys
from test_example import EXAMPLE

from papi_analysis import cache, runner, stamp
from papi_analysis.errors import ExecutionError
from papi_analysis.plots import style
from papi_analysis.runner import cluster, manifest, notebook, request, verification, warm

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
        "03_own": toys.notebook("province", DRAW),
    }
    nodes = toys.folder(root / "notebooks", **nodes)
    runner.batch("ha-noi,ca-mau", "2024", out=root / "r", notebooks=nodes)
    return {slug: root / "r" / slug / "2024" for slug in ("ha-noi", "ca-mau")}


@pytest.fixture
def staged(pair, tmp_path):
    """A copy of the report of Hà Nội, to plant something in."""
    return shutil.copytree(pair["ha-noi"], tmp_path / "staged")


def planted(folder):
    """What is wrong with a staged report of Hà Nội, as a run that made it would say."""
    with pytest.raises(ExecutionError, match="not published") as caught:
        verification.require_sound(folder, request.plan("ha-noi", 2024).parameters())
    found = caught.value.issues
    return {(one.file, one.message.format(**dict(one.values))) for one in found}


def parts(folder):
    nodes = {p.stem: notebook.read(p) for p in (folder / "notebooks").glob("*.ipynb")}
    return verification.stamped_parts(folder, manifest.read(folder)["parameters"], nodes)


# --- a batch


def test_every_part_of_a_batch_carries_the_stamp_of_its_own_unit_and_no_other(pair):
    for slug, folder in pair.items():
        held = {part.file: set(part.borne) for part in parts(folder)}
        own, country = {f"{slug}/2024"}, {"viet-nam/2024"}
        assert held == {
            "notebooks/01-country.ipynb": country,
            "figures/01-country-01.svg": country,
            "notebooks/03-own.ipynb": own,
            "figures/03-own-01.svg": own,
            "notebooks/06-report.ipynb": own,
            "figures/06-report-01.svg": own,
            "report.html": set(),
        }


def test_a_stamp_is_all_by_which_equal_drawings_of_two_provinces_differ(pair):
    one, other = ((pair[slug] / "figures" / "03-own-01.svg").read_text() for slug in pair)
    assert one != other and one.replace("ha-noi", "ca-mau") == other


def test_the_example_names_its_province_in_every_drawing():
    held = {part.file: part for part in parts(EXAMPLE)}
    assert len(held) > 30 and len(held["report.html"].borne) > 20
    ours = {file: set(part.borne) - {""} for file, part in held.items()}  # "": of another library
    assert all(ours[file] <= {part.asked} for file, part in held.items())
    assert sum(bool(borne) for borne in ours.values()) > 25
    assert {part.asked for part in held.values()} == {"tra-vinh/2024", "viet-nam/2024"}


# --- planted leaks


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("figures/03-own-01.svg", "shows ca-mau/2024, expected ha-noi/2024"),
        ("notebooks/03-own.ipynb", "shows ca-mau/2024, expected ha-noi/2024"),
        ("findings.json", "belongs to ca-mau/2024, not to ha-noi/2024"),
        ("notebooks/06-report.ipynb", "shows the hash of other findings than those in findings.js"),
        ("report.html", "does not tell what findings.json holds"),
    ],
)
def test_a_part_of_another_report_is_named(pair, staged, part, told):
    shutil.copy(pair["ca-mau"] / part, staged / part)
    assert any(file == part and text.startswith(told) for file, text in planted(staged))


def test_a_drawing_of_another_in_the_page_is_named(staged):
    page = staged / "report.html"
    leak = stamp.stamped("<svg></svg>", "ca-mau/2024") + stamp.stamped("<svg/>", "ha-noi/2024")
    page.write_text(page.read_text().replace("</h1>", f"</h1>{leak}"))
    assert planted(staged) == {("report.html", "shows ca-mau/2024, expected ha-noi/2024")}


def test_a_drawing_of_another_year_of_the_country_is_named(staged):
    file = staged / "figures" / "01-country-01.svg"
    file.write_text(file.read_text().replace("viet-nam/2024", "viet-nam/2023"))
    told = ("figures/01-country-01.svg", "shows viet-nam/2023, expected viet-nam/2024")
    assert told in planted(staged)


def test_a_drawing_that_was_changed_or_is_of_no_notebook_is_named(staged):
    file = staged / "figures" / "03-own-01.svg"
    file.write_text(file.read_text().replace('data-unit="ha-noi/2024"', ""))
    (staged / "figures" / "old.svg").write_text(stamp.stamped("<svg/>", "ha-noi/2024"))
    found = planted(staged)
    assert ("figures/old.svg", "is not what the notebooks show") in found
    assert ("figures/03-own-01.svg", "is not what the notebooks show") in found


def test_a_drawing_of_any_library_is_accepted(tmp_path):
    plain = """from IPython.display import SVG
SVG("<svg xmlns='http://www.w3.org/2000/svg'><g/></svg>")"""
    nodes = toys.folder(tmp_path / "n", **{"03_own": toys.notebook("province", plain)})
    page = runner.run("ha-noi", 2024, out=tmp_path / "r", notebooks=nodes)
    assert verification.verify(page.parent) == []
    assert (page.parent / "figures" / "03-own-01.svg").is_file()


def test_a_table_of_another_is_named(staged):
    (staged / "tables").mkdir()
    shutil.copy(EXAMPLE / "tables" / "dimensions.csv", staged / "tables")
    told = ("tables/dimensions.csv", "does not hold what findings.json holds")
    assert planted(staged) == {told}


def test_a_cell_that_shows_a_drawing_of_another_publishes_nothing(tmp_path):
    leak = toys.FIGURE.replace("{province}", "can-tho")
    nodes = toys.folder(tmp_path / "n", report=(leak,))
    with pytest.raises(ExecutionError, match="not sound") as caught:
        runner.run("tra-vinh", 2024, out=tmp_path / "r", notebooks=nodes)
    values = [dict(one.values) for one in caught.value.issues]
    assert {"own": "can-tho/2024", "asked": "tra-vinh/2024", "count": 1} in values
    assert not (tmp_path / "r").exists()


def test_a_figure_planted_while_the_report_is_made_publishes_nothing(pair, tmp_path, monkeypatch):
    require = verification.require_sound

    def leaky(folder, parameters):
        shutil.copy(pair["ca-mau"] / "figures" / "06-report-01.svg", folder / "figures")
        require(folder, parameters)

    monkeypatch.setattr(verification, "require_sound", leaky)
    with pytest.raises(ExecutionError, match="not sound"):
        runner.run("ha-noi", 2024, out=tmp_path / "r", notebooks=toys.folder(tmp_path / "n"))
    assert not (tmp_path / "r").exists()


def test_a_worker_that_sends_the_report_of_another_publishes_nothing(pair, tmp_path):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for path in pair["ca-mau"].rglob("*"):
            packed.write(path, path.relative_to(pair["ca-mau"]))
    future = SimpleNamespace(result=file.getvalue)
    with pytest.raises(ExecutionError, match=r"ca-mau/2024 .* for that of ha-noi/2024"):
        cluster._publish(request.plan("ha-noi", 2024), tmp_path / "r", future)
    assert not (tmp_path / "r").exists()
    assert cluster._publish(request.plan("ca-mau", 2024), tmp_path / "r", future) is None


# --- what is shared


def test_a_notebook_kept_under_the_key_of_another_year_publishes_nothing(tmp_path):
    nodes = toys.folder(
        tmp_path / "n",
        **{
            "01_country": toys.notebook(
                toys.FIGURE.replace("{province}", "viet-nam"), national=True
            )
        },
    )
    where = {"notebooks": nodes, "cache": tmp_path / "cache"}

    def kept():
        return {path for path in tmp_path.glob("cache/*/notebook-*") if not path.suffix}

    runner.run("ha-noi", 2023, out=tmp_path / "r", **where)
    (older,) = kept()
    runner.run("ha-noi", 2024, out=tmp_path / "r", **where)
    (newer,) = kept() - {older}
    cache.seal(newer, cache.unsealed(older))
    with pytest.raises(ExecutionError, match="not sound") as caught:
        runner.run("ca-mau", 2024, out=tmp_path / "r", **where)
    told = {(d.file, dict(d.values)["own"]) for d in caught.value.issues}
    assert ("figures/01-country-01.svg", "viet-nam/2023") in told
    assert not (tmp_path / "r" / "ca-mau").exists()


@cache.result
def scored(province):
    return {"province": province}


@cache.result
def drawn(title):
    return style.svg(style.headline(small(), title=title, alt="x"))


@style.themed
def small():
    return style.canvas(20, 10)


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


def test_what_is_drawn_for_all_carries_no_stamp_until_it_is_taken(store, monkeypatch):
    taken = []
    for name in ("ha-noi/2024", "ca-mau/2024"):
        monkeypatch.setenv(stamp.VARIABLE, name)
        body = drawn("x")
        assert stamp.borne(body) == [""]
        taken += stamp.borne(stamp.stamped(body))
    assert taken == ["ha-noi/2024", "ca-mau/2024"]
    monkeypatch.delenv(cache.FOLDER)
    assert drawn("x") == body


# --- the stamp


def test_a_chart_keeps_the_stamp_of_the_one_it_was_begun_for(monkeypatch):
    monkeypatch.setenv(stamp.VARIABLE, "ca-mau/2024")
    chart = style.headline(small(), title="x", alt="y")
    monkeypatch.setenv(stamp.VARIABLE, "ha-noi/2024")
    for text in (style.svg(chart), style.standalone(chart), stamp.stamped(style.svg(chart))):
        assert stamp.borne(text) == ["ca-mau/2024"]


def test_where_nobody_says_for_whom_nothing_is_stamped(monkeypatch):
    monkeypatch.delenv(stamp.VARIABLE, raising=False)
    assert "data-unit" not in style.svg(style.headline(small(), title="x", alt="y"))


def test_a_kernel_is_told_by_its_run_alone_for_whom_it_works(tmp_path, monkeypatch):
    monkeypatch.setenv(stamp.VARIABLE, "ca-mau/2024")
    assert stamp.VARIABLE not in warm.of_kernel(tmp_path)
    told = warm.of_kernel(tmp_path, warm.told("ha-noi/2024"))
    assert told[stamp.VARIABLE] == "ha-noi/2024" and cache.FOLDER not in told


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>no drawing</p>", []),
        ("<svg></svg><SVG data-unit='a/1'/>", ["", "a/1"]),
        ('<svg\n viewBox="0 0 1 1" data-unit="a/1"><svg/></svg><svg/>', ["a/1", ""]),
        ('<ns0:svg xmlns:ns0="x" data-unit="a/1"/>', ["a/1"]),
        ("<svg data-unit='a&amp;b'/>", ["a&b"]),
    ],
)
def test_the_stamps_of_outermost_drawings_are_read(text, found):
    assert stamp.borne(text) == found


# --- tables


def test_tables_are_the_findings_cell_by_cell(tmp_path):
    found = json.loads((EXAMPLE / "findings.json").read_text(encoding="utf-8"))
    folder = shutil.copytree(EXAMPLE / "tables", tmp_path / "tables").parent
    assert verification.table_faults(folder, found) == []
    files = sorted((tmp_path / "tables").iterdir())
    for path in files:
        text = path.read_text(encoding="utf-8-sig")
        last = re.search(r"\d(?=\D*$)", text)
        changed = text[: last.start()] + str(9 - int(last[0])) + text[last.end() :]
        path.write_text(changed, encoding="utf-8-sig")
    assert len(verification.table_faults(folder, found)) == len(files) >= 8

"""Own layers, district figures, the download and the merger, each through the command."""

import functools
import hashlib
import json
import re
import shutil
from itertools import pairwise

import geopandas as gpd
import nbformat
import pandas as pd
import pytest
import shapely
import toys
from nbclient import NotebookClient
from traitlets.config import Config

from papi_analysis import boundaries, cli, findings, places, runner
from papi_analysis.boundaries import drawings
from papi_analysis.errors import ParameterError, SourceError
from papi_analysis.plots import maps
from papi_analysis.report import merged
from papi_analysis.runner import notebook, reports, request
from papi_analysis.stats import spatial

TABLE = """code,indicator,value,year,source
842,Hộ nghèo (%),1.5,2024,Sở X
845,Hộ nghèo (%),3,2024,Sở X
"""


def call(capsys, *arguments):
    """Status, standard output and standard error of a call in this process."""
    code = cli.status([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "poverty.csv"
    path.write_text(TABLE, encoding="utf-8")
    return path


@pytest.fixture
def layer(tmp_path):
    """The nine districts moved by some ten metres, as a file of the user."""
    path = tmp_path / "mine.gpkg"
    moved = boundaries.districts()
    moved = moved.set_geometry(moved.geometry.translate(1e-4, 0)).reset_index()
    moved.to_file(path, driver="GPKG")
    return path


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


# --- maps of any case


def map_notebook(tmp_path, province, year, **files):
    """The map notebook as it runs for a case: what it prints and shows, in words."""
    node = nbformat.read(notebook.folder() / "04-map.ipynb", as_version=4)
    given = {"province": province, "year": year, "lang": "en", **files}
    (cell,) = (c for c in node.cells if "parameters" in c.metadata.get("tags", []))
    cell.source += "".join(f"\n{name} = {value!r}" for name, value in given.items())
    encrypted = Config(KernelManager={"transport_encryption": "auto"})
    place = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(node, timeout=300, resources=place, config=encrypted).execute()
    outputs = [out for c in node.cells if c.cell_type == "code" for out in c.outputs]
    return "\n".join(
        f"{out.get('text', '')}{out.get('data', {}).get('text/plain', '')}"
        f"{out.get('data', {}).get('text/html', '')}" for out in outputs
    )  # fmt: skip


@pytest.fixture
def strips(tmp_path):
    """Cần Thơ cut into nine strips with the codes of its districts, as a file of the user."""
    shape = boundaries.provinces().geometry["92"]
    west, south, east, north = shape.bounds
    edges = [west + i / 9 * (east - west) for i in range(10)]
    shapes = [shape.intersection(shapely.box(a, south, b, north)) for a, b in pairwise(edges)]
    path = tmp_path / "strips.geojson"
    codes = places.districts_of("92")[["code"]]
    gpd.GeoDataFrame(codes, geometry=shapes, crs=4326).to_file(path)
    return path


@pytest.mark.stress
@pytest.mark.slow
def test_the_map_notebook_tells_in_words_what_is_not_drawn(tmp_path):
    """Cần Thơ had 9 districts with 80 communes, whose borders are not in the data."""
    words = map_notebook(tmp_path, "can-tho", 2023)
    assert "Can Tho 2023: no map of districts" in words and "Ninh Kieu District" in words
    assert "Mekong Delta" in words and "Two maps of Trà Vinh" not in words
    assert "No figures by district were given" in words


@pytest.mark.stress
@pytest.mark.slow
def test_the_map_notebook_of_the_first_year_has_no_change_and_later_dimensions_no_neighbours(
    tmp_path,
):
    words = map_notebook(tmp_path, "tra-vinh", 2011)
    assert "no year before 2011" in words and "E-governance" not in words


@pytest.mark.parametrize(("same", "told"), [(False, True), (True, False)])
def test_a_move_over_a_change_of_method_says_so(same, told):
    moves = pd.DataFrame({"province": ["84"], "year": 2018, "rank": 3, "rank_before": 9})
    chart = maps.change(moves, boundaries.provinces(), usual=5, same_index=same, lang="en")
    assert ("work of its method" in chart.caption.subtitle) == told
    assert "Rose by more than 5 places (1): Tra Vinh" in chart.caption.alt


def test_neighbours_of_one_dimension_are_mapped_whole():
    case = findings.ask("tra-vinh", 2024)
    table = spatial.local_moran(case.wide("dimension"), boundaries.middles(on=case.day), seed=1)
    rows = table[table["code"].eq("7")]
    chart = maps.clusters(rows, boundaries.provinces(), name="Seven", year=2024, lang="en")
    assert "of 61 provinces" in chart.caption.title
    assert "not a cause" in chart.caption.subtitle


# --- a user's own files


def test_an_own_layer_takes_the_place_of_the_drawing_of_its_level_only(layer, table):
    layers = boundaries.all_layers(layer, table)
    district, commune = layers.shapes["district"], layers.shapes["commune"]
    context = places.district_context(), places.commune_context()
    assert "mine.gpkg" in maps.districts(district, context[0], lang="en").caption.source
    assert "mine.gpkg" not in maps.communes(commune, context[1], lang="en").caption.source
    assert "mine.gpkg" in " ".join(layers.told("en"))
    given = maps.district_values(district, layers.values, lang="en").caption
    assert given.source.startswith("Sở X") and "2 of 9 districts" in given.subtitle


@pytest.mark.slow
def test_districts_of_another_province_are_mapped_on_the_users_own_layer(strips, tmp_path):
    table = tmp_path / "a.csv"
    table.write_text(TABLE.replace("842", "916").replace("845", "927"), encoding="utf-8")
    files = {"boundaries": str(strips), "district_data": str(table)}
    words = map_notebook(tmp_path, "can-tho", 2024, **files)
    assert "Thoi Lai District has the most communes, 13 of 80" in words
    assert "strips.geojson" in words and "register of units" in words
    assert "no score below the province" in words
    assert "2 of 9 districts" in words and "Sở X" in words
    assert "Two maps of Trà Vinh" not in words


def test_the_34_provinces_of_july_2025_are_known_as_such_and_mapped(tmp_path):
    path = tmp_path / "new.geojson"
    boundaries.provinces("2025-07").reset_index().to_file(path, driver="GeoJSON")
    layers = boundaries.all_layers(path)
    assert layers.own == "merged"
    pairs = places.provinces().rename(columns={"successor_code": "new_code"})
    merged_map = functools.partial(maps.successors, pairs, year=2024, lang="en")
    words = merged_map(layers.shapes["merged"], highlight="86").caption
    assert "new.geojson" in words.source and "2024 is that of the 63 former" in words.subtitle
    assert words.title.endswith("holds 3 former provinces: Ben Tre, Tra Vinh, Vinh Long")
    own = boundaries.source(layers.shapes["province"])
    assert "new.geojson" not in str(own)


@pytest.mark.parametrize("name", ["hoang_sa", "truong_sa"])
def test_a_layer_of_the_34_without_an_archipelago_is_refused_for_that(name, tmp_path):
    code, label, _, bounds = boundaries.ARCHIPELAGOS[name]
    layer = boundaries.provinces("2025-07")
    layer.loc[code, "geometry"] = layer.geometry[code].difference(shapely.box(*bounds))
    layer.reset_index(names="code")[["code", "geometry"]].to_file(tmp_path / "new.gpkg")
    with pytest.raises(SourceError) as error:
        boundaries.all_layers(tmp_path / "new.gpkg")
    (only,) = error.value.issues
    assert (only.code, dict(only.values)["name"]) == ("E-GEO-PLACE", label)


@pytest.mark.parametrize("option", ["--boundaries", "--district-data"])
def test_a_refused_file_ends_before_a_kernel_starts_and_nothing_is_written(
    option, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(reports, "make", lambda *_: pytest.fail("the run began"))
    bad = tmp_path / "bad.json"
    bad.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    out = tmp_path / "out"
    code, _, err = call(capsys, "run", option, bad, "--out", out, "--lang", "en")
    assert code == 3 and "E-" in err and "bad.json" in err
    assert not out.exists()


def test_a_table_of_papi_by_district_is_refused_with_the_reason(table, tmp_path, capsys):
    table.write_text(TABLE.replace("Hộ nghèo (%)", "PAPI"), encoding="utf-8")
    code, _, err = call(capsys, "run", "--district-data", table, "--out", tmp_path / "out")
    assert code == 3 and "PAPI" in err and not (tmp_path / "out").exists()


def test_own_files_reach_the_notebooks_that_take_them_and_the_manifest(layer, table, tmp_path):
    """A notebook that does not name the parameter is run without it."""
    takes = toys.PARAMETERS + '\nboundaries = ""  # layer\ndistrict_data = ""  # table'
    cell = "import pathlib; print(pathlib.Path(boundaries).is_file(), district_data[-11:])"
    nodes = toys.folder(
        tmp_path / "n",
        **{"04_map": toys.notebook(cell, parameters=takes), "01_data": toys.notebook("year")},
    )
    with toys.runs():
        page = runner.run_report(
            "tra-vinh", 2024, out=tmp_path / "out", notebooks=nodes, boundaries=layer,
            district_data=table,
        )  # fmt: skip
    record = json.loads((page.parent / "manifest.json").read_text(encoding="utf-8"))
    assert record["inputs"]["own/mine.gpkg"] == sha256(layer)
    assert record["inputs"]["own/poverty.csv"] == sha256(table)
    assert record["parameters"]["boundaries"] == "mine.gpkg"
    assert "--boundaries mine.gpkg --district-data poverty.csv" in record["command"]
    ran = notebook.read(page.parent / "notebooks" / "04-map.ipynb")
    assert ran.cells[-1].outputs[0].text == "True poverty.csv\n"
    assert notebook.injected(ran)["boundaries"] == "mine.gpkg"
    other = notebook.read(page.parent / "notebooks" / "01-data.ipynb")
    assert "boundaries" not in notebook.injected(other)
    texts = [path.read_text(encoding="utf-8") for path in page.parent.rglob("*.ipynb")]
    assert not any(str(tmp_path) in text for text in texts)
    assert runner.verify(page.parent) == []


def test_a_batch_takes_own_files_and_lists_the_provinces_they_do_not_fit(strips, tmp_path):
    """A layer of Cần Thơ's districts is no layer of Trà Vinh's; a national one serves both."""
    takes = toys.PARAMETERS + '\nboundaries = ""  # layer'
    nodes = toys.folder(
        tmp_path / "n", **{"04_map": toys.notebook("boundaries[-9:]", parameters=takes)}
    )
    options = {"years": "2024", "notebooks": nodes, "jobs": 1, "out": tmp_path / "out"}
    with toys.runs():
        done = runner.run_batch("tra-vinh,can-tho", boundaries=strips, **options)
        again = runner.run_batch("can-tho", boundaries=strips, resume=True, **options)
    assert done["made"] == ["can-tho/2024"] and list(done["failed"]) == ["tra-vinh/2024"]
    assert done["failed"]["tra-vinh/2024"].status == 3
    assert again["kept"] == ["can-tho/2024"]
    (bare,), _ = request.many("can-tho", "2024")
    sources = runner.manifest.inputs(notebooks=nodes)
    assert not runner.reports.current(bare, tmp_path / "out", sources)
    with pytest.raises(SourceError, match=r"strips\.geojson is refused"):
        runner.run_batch("tra-vinh", boundaries=strips, **options)


def test_a_national_layer_is_checked_once_for_all_provinces_of_a_batch(tmp_path, monkeypatch):
    path = tmp_path / "vn.gpkg"
    boundaries.provinces().reset_index(names="code")[["code", "geometry"]].to_file(path)
    seen, real = [], boundaries.all_layers
    monkeypatch.setattr(boundaries, "all_layers", lambda *a, **o: seen.append(a) or real(*a, **o))
    units, _ = request.many("tra-vinh,can-tho,ha-noi", "2024")
    kept, refused = request.all_with_own_files(units, path, "")
    assert len(kept) == 3 and refused == {} and len(seen) == 1
    assert {one.own_names()["boundaries"] for one in kept} == {"vn.gpkg"}


@pytest.mark.stress
@pytest.mark.slow
def test_the_real_report_names_the_layer_and_the_source_of_the_figures(
    layer, table, tmp_path, capsys
):
    nodes = tmp_path / "notebooks"
    nodes.mkdir()
    shutil.copy(notebook.folder() / f"{notebook.REPORT}.ipynb", nodes)
    code, _, _ = call(
        capsys, "run", "--boundaries", layer, "--district-data", table, "--out", tmp_path / "out",
        "--notebooks", nodes,
    )  # fmt: skip
    assert code == 0
    html = (tmp_path / "out" / "tra-vinh" / "2024" / "report.html").read_text(encoding="utf-8")
    assert "mine.gpkg, do người dùng cung cấp" in html and "Sở X" in html
    assert "thành phố không phải bản vẽ của dự án" in html


# --- the download


def test_fetch_shows_the_licence_and_the_file(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(boundaries, "fetch", lambda folder, progress: f"{folder}/x.geojson")
    code, out, err = call(capsys, "boundaries", "fetch", "--to", tmp_path, "--lang", "en")
    assert code == 0 and out == f"{tmp_path}/x.geojson\n"
    assert "CC BY-SA 4.0" in err and "geoBoundaries" in err


def test_fetch_without_a_connection_says_what_to_do(tmp_path, capsys, monkeypatch):
    def cut(*_, **__):
        raise ConnectionError("no route")

    monkeypatch.setattr(drawings, "urlopen", cut)
    code, _, err = call(capsys, "boundaries", "fetch", "--to", tmp_path, "--lang", "en")
    assert code == 5 and "could not be downloaded" in err


# --- the merger


@pytest.fixture(scope="module")
def case():
    return findings.merged("vinh-long", 2024)


def test_the_synthetic_total_is_the_weighted_mean_of_the_three(case):
    rows = case.of("total").query("year == 2024")
    old = rows[~rows["synthetic"]]
    assert len(old) == 3 and old["weight"].sum() == pytest.approx(1)
    expected = (old["score"] * old["weight"]).sum()
    assert rows.loc[rows["synthetic"], "score"].iloc[0] == pytest.approx(expected)


@pytest.fixture(scope="module")
def merged_found(case):
    return findings.merger.collect(case)


@pytest.mark.parametrize(("lang", "word"), [("vi", "ước tính"), ("en", "synthetic|estimate")])
def test_every_sentence_calls_it_an_estimate(merged_found, lang, word):
    told = [row["text"] for row in merged_found["sentences"][lang] if row["section"] == "merger"]
    assert len(told) == 6 and all(re.search(word, line.lower()) for line in told)


def test_the_list_says_how_the_former_provinces_share_it(merged_found):
    rows = {row["code"]: row for row in merged_found["priorities"]}
    first = list(rows)[:3]
    assert set(first) == {"internet_access", "participation_opportunities", "village_elections"}
    assert rows["participation_opportunities"]["shared"] == "all"
    assert (rows["primary_education"]["shared"], rows["primary_education"]["only"]) == (
        "only", "83"
    )  # fmt: skip
    assert rows["water_quality"]["hidden"] == ["84"]
    assert all(row["p_top5"] <= 0.8 for row in rows.values())
    assert all(row["agency"] for row in rows.values())
    total = merged_found["first_total"]
    assert total["rank_low"] + 15 < total["rank_high"] <= total["n"] == 34
    text = merged.summary(merged_found, lang="en").text
    assert "without rank and group" in text and "rank 31" not in text


def test_what_is_saved_is_marked_and_ranks_nothing(merged_found):
    found = merged_found
    assert found["synthetic"] is True and found["province"]["members"] == ["83", "84", "86"]
    for rows in (found["series"], found["dimensions"], found["subdimensions"], [found["total"]]):
        assert rows and not {"rank", "group"} & {key for row in rows for key in row}
    shares = {row["province"]: row["weight"] for row in found["weights"]}
    people = {row["province"]: row["population_thousand"] for row in found["weights"]}
    assert shares["84"] == pytest.approx(people["84"] / sum(people.values()), abs=1e-6)
    total = found["total"]
    assert total["synthetic"] == pytest.approx(sum(shares[c] * total[c] for c in shares), abs=1e-4)
    assert {row["province"] for row in found["series"]} == {"83", "84", "86"}


def test_where_one_member_is_not_published_the_others_speak_and_it_is_said():
    """Tiền Giang, a part of the new Đồng Tháp, was not published in 2024."""
    case = findings.merged("dong-thap", 2024)
    assert case.absent() == ["82"]
    total = case.now().iloc[0]
    assert total["synthetic"] == pytest.approx(total["87"])
    told = [text for text, _ in findings.merger.SECTIONS["merger"](case, {}, "en")]
    assert any(line.startswith("Tien Giang has criteria without") for line in told)


def test_parts_without_a_total_are_shown_as_what_they_are():
    """Bắc Ninh and Bắc Giang had scores of some dimensions only in 2022, and no total."""
    found = findings.merger.collect(findings.merged("bac-ninh", 2022))
    assert "synthetic" not in found["total"]
    assert {"synthetic" in row for row in found["dimensions"]} == {True, False}
    assert "no synthetic total" in merged.masthead(found, lang="en").title
    text = merged.summary(found, lang="en").text
    assert "no synthetic total" in text and "nan" not in text


def test_the_page_of_a_merged_province_takes_a_layer_of_the_34_and_no_other(merged_found, tmp_path):
    files = {63: tmp_path / "old.gpkg", 34: tmp_path / "new.gpkg"}
    for count, path in files.items():
        layer = boundaries.provinces("2025-07" if count == 34 else None)
        layer.reset_index(names="code")[["code", "geometry"]].to_file(path)
    wanted = request.one("vinh-long", 2024, geo="2025-07")
    own = request.with_own_files(wanted, files[34], "").own
    drawn = merged.maps(merged_found, lang="en", layer=dict(own)["boundaries"])
    assert "new.gpkg, given by the user" in drawn.html
    with pytest.raises(SourceError):
        request.with_own_files(wanted, files[63], "")


def test_a_city_that_kept_its_name_is_the_new_one():
    """Thành phố Hồ Chí Minh took in Bình Dương and Bà Rịa - Vũng Tàu."""
    parts = findings.merged("ho-chi-minh", 2024).former("en")
    assert list(parts) == ["74", "77", "79"]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["--province", "tra-vinh", "--geo", "2025-07"], 2, "vinh-long"),
        (["--province", "vinh-long", "--geo", "2024-12"], 2, "leave geo out"),
        (["--province", "vinh-long", "--geo", "soon"], 2, "2025-07"),
        (["--province", "ha-noi", "--geo", "2025-07"], 3, "not merged"),
        (["--province", "vinh-long", "--geo", "2025-07", "--boundaries", "x"], 3, "E-NOT-FOUND"),
        (["--province", "vinh-long", "--geo", "2025-07", "--district-data", "x"], 2, "--district"),
    ],
)
def test_a_back_cast_that_makes_no_sense_is_refused(arguments, status, words, tmp_path, capsys):
    code, _, err = call(capsys, "run", *arguments, "--out", tmp_path / "out", "--lang", "en")
    assert code == status and words in err and not (tmp_path / "out").exists()


def test_a_report_without_geo_runs_no_notebook_of_the_merger():
    assert notebook.MERGER not in notebook.load()
    assert list(notebook.load(report=notebook.MERGER)) == [notebook.MERGER]


@pytest.mark.slow
def test_the_command_makes_a_whole_report_of_the_merged_province(tmp_path, capsys):
    code, out, _ = call(
        capsys, "run", "--province", "vinh-long", "--year", "2024", "--geo", "2025-07", "--out",
        tmp_path,
    )  # fmt: skip
    folder = tmp_path / "vinh-long" / "2025-07" / "2024"
    assert code == 0 and out == f"{folder / 'report.html'}\n"
    html = (folder / "report.html").read_text(encoding="utf-8")
    assert '<header class="papi-section masthead"' in html and "<script" not in html
    record = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
    assert record["synthetic"] is True and runner.verify(folder) == []
    listed = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert 'href="vinh-long/2025-07/2024/report.html">Vĩnh Long (số liệu ước tính ghép)' in listed
    moved = shutil.copytree(folder, tmp_path / "copy")
    (moved / "report.html").write_text(html.replace("ước tính ghép", ""), encoding="utf-8")
    assert "report.html" in {fault.file for fault in runner.verify(moved)}
    record = runner.manifest.read(moved)  # and with a manifest that fits what was edited
    record["files"]["report.html"]["sha256"] = runner.manifest.digest(moved / "report.html")
    text = runner.manifest.text(record)
    (moved / "manifest.json").write_text(text, encoding="utf-8", newline="\n")
    assert [(fault.code, fault.file) for fault in runner.verify(moved)] == [
        (runner.manifest.CHANGED, "report.html")
    ]


def test_a_parameter_error_names_the_option(tmp_path):
    with pytest.raises(ParameterError, match="--district-data"):
        runner.run_report("vinh-long", 2024, geo="2025-07", district_data="x", out=tmp_path)

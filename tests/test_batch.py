"""A batch makes what can be made, lists what failed, and resumes exactly that."""

import io
import json
import os
import re
import shutil

import pytest
import toys

from papi_analysis import cache, places, runner
from papi_analysis.errors import DataError, EnvironmentFault, ExecutionError, ParameterError
from papi_analysis.runner import manifest, pages, reports, request
from papi_analysis.runner.pages import write_index

POISONED = ("an-giang", "can-tho", "tra-vinh")
POISON = f"""if province in {POISONED}:
    raise ValueError(f"poison for {{province}}")"""


@pytest.fixture(scope="module", autouse=True)
def toy_runs():
    """Runs of this module are toy runs."""
    with toys.runs() as ready:
        yield ready


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory):
    """A batch over the country with three poisoned provinces: its folder and summary."""
    root = tmp_path_factory.mktemp("batch")
    nodes = toys.folder(root / "notebooks", report=(POISON,))
    summary = runner.run_batch(years="2024", out=root / "reports", notebooks=nodes)
    return root, summary


def stamps(out):
    """The time of each published manifest."""
    return {p.parent.parent.name: p.stat().st_mtime_ns for p in out.glob("*/2024/manifest.json")}


# --- planning


def test_a_batch_is_planned_over_all_provinces_and_the_latest_year():
    units, absent = request.many()
    assert [one.name for one in units] == sorted(one.name for one in units)
    assert len(units) + len(absent) == 63 and {one.year for one in units} == {2024}


def test_years_are_spans_and_lists_and_units_without_scores_are_named_with_the_reason():
    units, absent = request.many("quang-ninh, Trà Vinh,84", "2022-2024,2011")
    assert {one.name for one in units} == {
        *(f"tra-vinh/{year}" for year in (2011, 2022, 2023, 2024)),
        *(f"quang-ninh/{year}" for year in (2011, 2022, 2024)),
    }
    assert list(absent) == ["quang-ninh/2023"] and "Quảng Ninh" in str(absent["quang-ninh/2023"])


@pytest.mark.parametrize("years", ["x", "2018-", "-2018", "20x8", "²⁰²⁴"])
def test_a_wrong_span_of_years_is_refused(years):
    with pytest.raises(ParameterError, match="span of years"):
        request.many("tra-vinh", years)


@pytest.mark.parametrize("years", ["2024-2018", "2012,2021-2019", "2018-20244", "1-9999999999"])
def test_a_span_that_ends_before_it_begins_or_outside_the_calendar_is_refused(years):
    with pytest.raises(ParameterError, match="earlier to a later year"):
        request.many("tra-vinh", years)


def test_a_batch_without_any_scores_says_why():
    with pytest.raises(DataError, match="Quảng Ninh"):
        request.many("quang-ninh", "2023")


def test_an_unknown_province_stops_the_batch_before_it_starts(tmp_path):
    with pytest.raises(ParameterError, match="tra-vinh"):
        runner.run_batch("can-tho,tra-vin", "2024", out=tmp_path / "r")
    assert not (tmp_path / "r").exists()


# --- failures and resuming


def test_sixty_of_sixty_three_are_made_and_the_three_poisoned_are_listed(poisoned):
    root, summary = poisoned
    assert list(summary["failed"]) == [f"{name}/2024" for name in POISONED]
    assert {bad.status for bad in summary["failed"].values()} == {6}
    assert "poison for can-tho" in str(summary["failed"]["can-tho/2024"])
    assert len(summary["made"]) + len(summary["absent"]) == 60
    for name in summary["made"]:
        assert manifest.verify(root / "reports" / name) == []


def test_the_summary_is_written_beside_the_reports(poisoned):
    root, summary = poisoned
    told = json.loads((root / "reports" / reports.SUMMARY).read_text(encoding="utf-8"))
    assert told["schema"] == "papi-batch/1" and told["made"] == summary["made"]
    assert told["failed"]["can-tho/2024"]["status"] == 6


def test_resuming_redoes_exactly_what_failed_is_missing_or_changed(poisoned, tmp_path):
    root, _ = poisoned
    out = shutil.copytree(root / "reports", tmp_path / "reports")
    before = stamps(out)
    shutil.rmtree(out / "ha-noi")
    (out / "ca-mau" / "2024" / "findings.json").write_text("{}")
    again = runner.run_batch(years="2024", out=out, notebooks=root / "notebooks", resume=True)
    assert set(again["made"]) == {"ha-noi/2024", "ca-mau/2024"}
    assert list(again["failed"]) == [f"{name}/2024" for name in POISONED]
    after = stamps(out)
    assert {name for name in after if after[name] != before.get(name)} == {"ha-noi", "ca-mau"}


def test_resuming_after_a_change_of_a_notebook_or_the_seed_keeps_nothing(poisoned, tmp_path):
    root, _ = poisoned
    out = shutil.copytree(root / "reports", tmp_path / "reports")
    same = manifest.inputs(root / "notebooks")
    (one,), _ = request.many("ha-noi", "2024")
    assert reports.current(one, out, same)
    other = manifest.inputs(toys.folder(tmp_path / "n"))
    assert not reports.current(one, out, other)
    (reseeded,), _ = request.many("ha-noi", "2024", seed=1)
    assert not reports.current(reseeded, out, same)


def test_a_batch_tells_what_it_takes_the_place_of_before_it_begins(tmp_path):
    nodes = toys.folder(tmp_path / "n")
    asked = {"years": "2024", "out": tmp_path / "r", "notebooks": nodes, "resume": True}
    runner.run_batch("tra-vinh", lang="en", **asked)
    stream = io.StringIO()
    made = runner.run_batch("tra-vinh,can-tho", **asked, tell=request.Progress("en", stream=stream))
    assert made["made"] == ["can-tho/2024", "tra-vinh/2024"]
    lines = [line.partition("] ")[2] for line in stream.getvalue().splitlines()]
    assert lines[1].startswith(
        "tra-vinh/2024: takes the place of the report made by papi run --province tra-vinh"
    )
    assert "go: report.en.html (" in lines[2] and lines[3].startswith("1/2 ")


def test_a_fault_of_our_own_in_one_unit_is_listed_as_such():
    def broken():
        raise KeyError("inner")

    failure = reports.attempt(broken)
    assert failure.status == 1 and "KeyError" in str(failure) and "test_batch.py" in str(failure)


# --- a batch and a single run are the same


def test_a_batch_gives_the_same_bytes_as_single_runs(poisoned, tmp_path):
    root, _ = poisoned
    page = runner.run_report("hue", 2024, out=tmp_path, notebooks=root / "notebooks")
    other = root / "reports" / page.parent.relative_to(tmp_path)
    files = [p.relative_to(page.parent) for p in page.parent.rglob("*") if p.is_file()]
    assert len(files) >= 5
    for file in files:
        if file.name != manifest.FILE:
            assert (page.parent / file).read_bytes() == (other / file).read_bytes(), file


# --- leaks


LEAK = """import pathlib
trace = pathlib.Path({trace!r})
if trace.exists():
    province = trace.read_text()
else:
    trace.write_text(province)"""


def test_a_planted_leak_from_one_unit_to_another_fails_verification(tmp_path):
    leak = LEAK.format(trace=str(tmp_path / "trace"))
    nodes = toys.folder(tmp_path / "n", report=(leak,))
    summary = runner.run_batch("ha-noi,hue", "2024", out=tmp_path / "r", notebooks=nodes, jobs=1)
    assert summary["made"] == ["ha-noi/2024"]
    assert summary["failed"]["thua-thien-hue/2024"].status == 6


@pytest.mark.parametrize("part", ["findings.json", "report.html", "notebooks/06-report.ipynb"])
def test_a_part_of_another_unit_is_found_wherever_it_is(poisoned, tmp_path, part):
    root, _ = poisoned
    folder = shutil.copytree(root / "reports" / "ha-noi" / "2024", tmp_path / "2024")
    shutil.copy(root / "reports" / "ca-mau" / "2024" / part, folder / part)
    parameters = manifest.read(folder)["parameters"]
    found = {fault.file for fault in manifest.contents(folder, parameters)}
    assert part in found


# --- shared results


def test_results_are_shared_only_among_equal_data_code_and_libraries(tmp_path):
    sources = {"data/a": "1", "papi_analysis": "2", "notebooks/01.ipynb": "3"}
    same = manifest.state({**sources, "notebooks/01.ipynb": "4"})
    assert manifest.state(sources) == same
    assert manifest.state({**sources, "data/a": "0"}) != same
    assert manifest.state({**sources, "papi_analysis": "0"}) != same


def test_a_cache_keeps_a_few_states_and_may_be_unwritable(tmp_path):
    for number in range(cache.KEPT + 2):
        with cache.opened(tmp_path / "cache", f"{number:020x}", tmp_path) as (folder, _):
            assert folder.parent == tmp_path / "cache"
            (folder / f"{number:064x}").write_text("a result")
    assert len(list((tmp_path / "cache").iterdir())) == cache.KEPT
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
    (tmp_path / "file").write_text("x")
    with cache.opened(tmp_path / "file", "0" * 20, tmp_path / "spare") as (folder, _):
        assert folder == tmp_path / "spare"


def test_a_cache_deletes_nothing_that_is_the_users(tmp_path):
    own = [tmp_path / "hop-dong-nam-2024-abc" / "a.txt", tmp_path / f"{0:020x}" / "b.txt"]
    for path in own:
        path.parent.mkdir()
        path.write_text("mine")
    with cache.opened(tmp_path, f"{1:020x}", tmp_path) as (folder, _):
        (folder / "c.txt").write_text("mine")
    for number in range(2, cache.KEPT + 5):
        with cache.opened(tmp_path, f"{number:020x}", tmp_path):
            pass
    assert all(path.exists() for path in [*own, folder / "c.txt"])


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_cache_that_others_can_write_is_refused(tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache").chmod(0o777)
    nodes = toys.folder(tmp_path / "n")
    with pytest.raises(EnvironmentFault, match="Others may write"):
        runner.run_batch("tra-vinh", "2024", out=tmp_path / "r", notebooks=nodes,
                     cache=tmp_path / "cache")  # fmt: skip
    assert not list((tmp_path / "cache").iterdir()) and not (tmp_path / "r").exists()


@pytest.mark.parametrize("text", ["", "[1]", "null", '{"province": 3}', "{}", '{"province": {}}'])
def test_a_damaged_neighbour_is_named_and_no_batch_fails_for_it(tmp_path, text):
    nodes = toys.folder(tmp_path / "n")
    asked = {"years": "2024", "out": tmp_path, "notebooks": nodes}
    runner.run_batch("can-tho,ha-noi", **asked)
    (tmp_path / "can-tho" / "2024" / "findings.json").write_text(text)
    stream = io.StringIO()
    tell = request.Progress("en", stream=stream)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "write_index", write_index)
        summary = runner.run_batch("tra-vinh", **asked, tell=tell)
    assert summary["made"] == ["tra-vinh/2024"] and (tmp_path / reports.SUMMARY).is_file()
    assert "can-tho/2024: left out" in stream.getvalue()
    assert "ha-noi/2024" in (tmp_path / "index.html").read_text(encoding="utf-8")


# --- the page over all reports


@pytest.fixture
def listed(poisoned, tmp_path):
    """Reports with the positions that the index shows."""
    root, _ = poisoned
    out = tmp_path / "reports"
    places_of = {"ha-noi": (2, 61, 4, 43.961), "dak-lak": (30, 61, 2, 41.5), "bac-giang": None}
    for slug, position in places_of.items():
        shutil.copytree(root / "reports" / slug, out / slug)
        path = out / slug / "2024" / "findings.json"
        record = json.loads(path.read_text(encoding="utf-8"))
        found = places.find(slug)
        record["province"] |= {"name_vi": found.name_vi, "name_en": found.name_en}
        keys = ("rank", "n", "group", "total")
        record["position"] = dict(zip(keys, position, strict=True)) if position else {}
        path.write_text(json.dumps(record), encoding="utf-8")
    return out


def test_the_index_lists_every_finished_report_in_the_order_of_the_alphabet(listed):
    shutil.copytree(listed / "ha-noi" / "2024", listed / "cut" / "2024")
    (listed / "cut" / "2024" / "manifest.json").unlink()
    rows = pages.listed(listed, "vi")
    assert [row["name"] for row in rows] == ["Bắc Giang", "Đắk Lắk", "Hà Nội"]
    assert rows[2]["rank"] == "2/61" and rows[2]["total"] == "43,96"
    assert rows[0]["rank"] == rows[0]["total"] == "–"
    assert pages.listed(listed, "en") == []


def test_the_index_page_is_safe_and_its_links_lead_to_reports(listed):
    (listed / "index.html").unlink(missing_ok=True)
    html = pages.index(listed, "vi")
    links = re.findall(r'href="([^"#]+)"', html)
    assert manifest.page_faults(html, lang="vi") == []
    assert len(links) == 3 and all((listed / link).is_file() for link in links)
    assert "Tỉnh, thành phố" in html and "Province" not in html


def test_the_index_of_a_language_without_reports_goes(listed):
    (listed / "index.en.html").write_text("the English report that stood here")
    write_index(listed)
    assert (listed / "index.html").exists() and not (listed / "index.en.html").exists()


def test_a_hostile_name_is_text_in_the_index(listed):
    path = listed / "ha-noi" / "2024" / "findings.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"H\\u00e0 N\\u1ed9i"', '"<script>1"'))
    html = pages.index(listed, "vi")
    assert "&lt;script&gt;1" in html and manifest.page_faults(html, lang="vi") == []


def test_a_run_that_failed_leaves_no_report_of_its_unit(tmp_path):
    nodes = toys.folder(tmp_path / "n", report=("1 / 0",))
    with pytest.raises(ExecutionError):
        runner.run_report(out=tmp_path / "r", notebooks=nodes)
    assert not (tmp_path / "r").exists()

"""`papi check` and `papi import` say what they hold of a file, within limits of time and memory."""

import json
import os

import faulty_files
import faulty_tables
import official
import pandas as pd
import pytest

from papi_analysis import cli, settings
from papi_analysis.ingest import issues
from papi_analysis.ingest.issues import Phrase, finding, shown


def call(capsys, *arguments):
    """Status, standard output and standard error of a call in this process."""
    status = cli.status([str(argument) for argument in arguments])
    told = capsys.readouterr()
    return status, told.out, told.err


@pytest.fixture
def sound(tmp_path):
    return official.write_csv(tmp_path / "PAPI_2016.csv", official.wide_csv(2016))


def test_the_sample_block_of_a_finding(tmp_path, capsys):
    path = faulty_tables.a_dimension_that_is_not_the_sum(tmp_path)
    status, out, _ = call(capsys, "check", path)
    assert status == 3
    assert out.splitlines()[:3] == [
        "LỖI E-SUM  PAPI_2016.xlsx · sheet 2016_PAPI · dòng 56 (Trà Vinh) · cột D "
        '"Tham gia của người dân ở cấp cơ sở"',
        "  ghi 4.2491, tổng các nội dung thành phần E..H là 4.4291 (lệch 0.18)",
        "  Cách sửa: kiểm tra một trong các ô D56, E56..H56, lưu lại rồi chạy lại lệnh",
    ]


def test_the_same_in_english(tmp_path, capsys):
    path = faulty_tables.a_dimension_that_is_not_the_sum(tmp_path)
    status, out, _ = call(capsys, "check", path, "--lang", "en")
    assert status == 3
    assert "says 4.2491, the sub-dimensions E..H sum to 4.4291 (off by 0.18)" in out
    assert "row 56 (Trà Vinh)" in out


def test_numbers_of_ours_are_written_in_the_way_of_the_language(tmp_path, capsys):
    path = faulty_tables.a_score_outside_its_scale(tmp_path)
    for lang, told in (("vi", "từ 0,25 đến 2,50"), ("en", "scale 0.25 to 2.50")):
        _, out, _ = call(capsys, "check", path, "--lang", lang)
        assert told in out and ("7,25" in out) == (lang == "vi")


def test_a_folder_is_named_however_it_is_given(tmp_path, capsys, monkeypatch):
    (tmp_path / "papi" / "new").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "papi" / "new")
    for given, name in ((".", "new"), ("..", "papi"), ("../new", "new")):
        _, out, _ = call(capsys, "check", given, "--lang", "en")
        assert out.startswith(f"ERROR E-NOT-A-FILE  {name}\n"), given
        assert f"\n{name}: refused, 1 finding." in out


def test_an_accepted_file(sound, capsys):
    status, out, _ = call(capsys, "check", sound, "--lang", "en")
    assert status == 0
    assert out == (
        "PAPI_2016.csv: accepted, 1386 scores of 2016. Rows: 64 read, 63 used, 1 ignored.\n"
    )


def test_the_json_of_a_refused_file(tmp_path, capsys):
    path = faulty_tables.a_dimension_that_is_not_the_sum(tmp_path)
    status, out, _ = call(capsys, "check", path, "--json", "--tidy", tmp_path / "tidy.csv")
    told = json.loads(out)
    assert status == told["status"] == 3
    assert (told["file"], told["verdict"]) == ("PAPI_2016.xlsx", "reject")
    (found,) = told["findings"]
    assert list(found) == ["code", "severity", "file", "sheet", "row", "column", "value",
                           "expected", "message", "mend"]  # fmt: skip
    place = [found[key] for key in ("sheet", "row", "column", "value", "expected")]
    assert place == ["2016_PAPI", "56", "D", "4.2491", "4.4291"]
    assert (found["code"], found["severity"]) == ("E-SUM", "error")
    assert told["rows"]["read"] == told["rows"]["used"] + told["rows"]["ignored"] == 66
    assert told["accepted"] == [] and not (tmp_path / "tidy.csv").exists()


def test_the_json_of_an_accepted_file_with_its_tidy_rows(tmp_path, capsys):
    path = official.write_csv(tmp_path / "PAPI_2016.csv", official.wide_csv(2016), delimiter=";")
    status, out, _ = call(capsys, "check", path, "--json", "--tidy", tmp_path / "tidy.csv")
    told = json.loads(out)
    assert status == told["status"] == 0
    assert told["verdict"] == "warn"
    assert [one["code"] for one in told["findings"]] == ["W-DELIMITER"]
    tidy = pd.read_csv(tmp_path / "tidy.csv", dtype={"province": str})
    assert list(tidy) == ["year", "province", "subdimension", "score", "file", "sheet", "cell"]
    assert len(tidy) == len(told["accepted"]) == 1386
    assert told["accepted"][0]["province"] == "01"
    assert told["rows"]["listed"] == [{"sheet": "", "row": 1, "reason": "tên cột"}]


def test_several_files_at_once(sound, tmp_path, capsys):
    status, out, _ = call(capsys, "check", sound, tmp_path / "absent.csv", "--json")
    assert status == 3
    assert [one["verdict"] for one in json.loads(out)] == ["ok", "reject"]


def test_the_embedded_data_are_proved_sound(capsys):
    status, out, _ = call(capsys, "check", "--lang", "en")
    assert status == 0
    assert out.endswith("The data are sound.\n")
    status, out, _ = call(capsys, "check", "--json")
    told = json.loads(out)
    assert told["verdict"] == "ok"
    assert {check["check"]: check["found"] for check in told["checks"]}["khóa bị trùng"] == 0


def test_data_that_are_not_sound_are_named(tmp_path, capsys):
    data = official.data_before(tmp_path / "data", 2100)
    path = data / "papi" / "scores.csv"
    path.write_bytes(path.read_bytes().replace(b"1.996759", b"9.996759", 1))
    status, out, _ = call(capsys, "check", "--data", data, "--lang", "en")
    assert status == 3
    assert "papi/scores.csv" in out and "The data are not sound." in out
    assert "scores outside their scale" in out


@pytest.mark.parametrize(
    ("table", "old", "new", "place"),
    [
        ("papi/provinces_2025.csv", "code,", "kode,", "column code"),
        ("papi/dimensions.csv", "\n2,", "\n1,", "E-CELL  papi/dimensions.csv · row 3"),
        ("papi/geographies.csv", "2025,", "20x5,", "column first_round"),
        ("papi/regimes.csv", ",yes,", ",maybe,", "column comparable"),
        ("papi/scores.csv", "1.996759", "19.96759", "column score"),
        ("criteria/agencies_2025.csv", ",medium", ",perhaps", "column confidence"),
        ("criteria/what_is_asked.csv", "air_quality", "air_qality", "column code"),
        ("tra_vinh/documents.csv", "2023,", "next,", "column year"),
        ("tra_vinh/districts.csv", "code", "kode", "tra_vinh/districts.csv"),
        ("context/par_sipas.csv", "SIPAS", "SIPAZ", "column index"),
        ("context/population_2019.csv", "province,", "province_,", "column province"),
        ("papi/units.csv", "level,", "level_,", "column level"),
        ("papi/commune_successors.csv", "old_code,", "old,", "column old_code"),
        ("papi/criteria_flags.csv", ",yes,", ",maybe,", "column inferred"),
    ],
)
def test_every_table_that_a_report_reads_is_checked(table, old, new, place, tmp_path, capsys):
    """A fault of a table that people edit is told by the check, not by the run after it."""
    data = official.data_before(tmp_path / "data", 2100)
    path = data / table
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    official.relogged(data)
    status, out, _ = call(capsys, "check", "--data", data, "--lang", "en")
    assert status == 3
    assert "ERROR" in out and table in out and place in out
    assert "How to mend it:" in out and "The data are not sound." in out
    status, out, _ = call(capsys, "check", "--data", data, "--json")
    assert table in [one["file"] for one in json.loads(out)["findings"]]


def test_an_import_tells_what_it_did(tmp_path, capsys):
    data = official.relogged(official.data_before(tmp_path / "r" / "data", 2024))
    path = official.write_csv(tmp_path / "2024.csv", official.tidy([2024]))
    status, out, _ = call(capsys, "import", path, "--data", data, "--dry-run")
    assert status == 0 and "sẽ thêm 1708 điểm" in out
    status, out, _ = call(capsys, "import", path, "--data", data)
    assert status == 0 and "đã thêm 1708 điểm" in out and "data/papi/scores.csv" in out
    status, out, _ = call(capsys, "import", path, "--data", data)
    assert status == 0 and "không có gì mới" in out


def test_a_refused_import_tells_every_finding(tmp_path, capsys):
    data = official.relogged(official.data_before(tmp_path / "r" / "data", 2100))
    path = faulty_tables.a_dimension_that_is_not_the_sum(tmp_path)
    status, out, err = call(capsys, "import", path, "--data", data)
    assert (status, out) == (3, "")
    assert "LỖI E-SUM" in err and "Cách sửa" in err


@pytest.mark.parametrize(
    "arguments",
    [["check", "--year", "abc"], ["import"], ["check", "a", "b", "--tidy", "c"],
     ["check", "a", "--data", "no/such/folder"], ["check", "--lnag", "en"]],
)  # fmt: skip
def test_misuse_has_status_2(arguments, capsys):
    status, _, err = call(capsys, *arguments)
    assert status == 2
    assert "Traceback" not in err


# --- limits ---------------------------------------------------------------------------------------

HEAVY = [
    faulty_files.a_huge_csv,
    faulty_files.large_entry,
    faulty_files.high_ratio,
    faulty_files.many_entries,
    faulty_files.too_many_cells,
    faulty_files.one_endless_line,
    faulty_files.endless_blank_lines,
    faulty_files.too_many_elements,
    faulty_files.too_deep,
    faulty_files.entities,
    faulty_files.a_pipe,
    faulty_tables.a_cell_at_the_end_of_the_sheet,
]
MEMORY = 300  # MB
SECONDS = 10.0  # of processor time beyond the start of the program: far above what any takes


@pytest.mark.parametrize("make", HEAVY, ids=[make.__name__ for make in HEAVY])
def test_hostile_files_are_judged_within_seconds_and_300_mb(make, made_once, measured):
    status, seconds, memory, codes = measured(made_once(make))
    expected_status = 0 if make is faulty_tables.a_cell_at_the_end_of_the_sheet else 3
    assert status == expected_status, codes
    assert seconds < SECONDS and memory < MEMORY, (seconds, memory)


def test_the_official_workbook_is_judged_within_seconds_and_300_mb(reference, measured):
    status, seconds, memory, _ = measured(reference("PAPI_2011-2016.xlsx"))
    assert status == 0
    assert seconds < SECONDS and memory < MEMORY, (seconds, memory)


# --- what is shown --------------------------------------------------------------------------------


def test_untrusted_text_is_cut_and_made_visible():
    hostile = "\x1b[31m\u202eTrà\u0000 Vinh{found}" + "x" * 100
    text = shown(hostile)
    assert len(text) == 80 and text.startswith("U+001B[31mU+202ETràU+0000 Vinh{found}")
    told = issues.block([finding("E-NAME-UNKNOWN", found=hostile, near="{near}")], "en")
    assert "\x1b" not in "".join(told) and "{found}" in told[1]


def test_a_text_that_is_a_sentence_of_ours_is_not_translated():
    told = issues.message(finding("W-FOOTER", found="Nothing to do."), "vi")
    assert "Nothing to do." in told
    nested = finding("E-FILE-BROKEN", reason=Phrase("it holds a part twice"))
    assert "một thành phần xuất hiện hai lần" in issues.message(nested, "vi")


def test_at_most_fifty_blocks_are_written_and_the_rest_counted():
    many = [finding("E-NUMBER", found=n, file="f", sheet=str(n)) for n in range(60)]
    lines = issues.listing(many, "en")
    assert sum(line.startswith("ERROR") for line in lines) == 50
    assert lines[-1] == "and 10 more findings"


def test_warnings_that_ask_for_nothing_are_one_line():
    quiet = [finding("W-DECIMAL-COMMA", found=n, file="f", row=n, column="E") for n in range(1, 64)]
    quiet.append(finding("W-DELIMITER", found=";", file="f"))
    loud = finding("W-NUMBER-MARK", found="4,2*", used="4.2", file="f")
    lines = issues.listing([*quiet, loud], "en")
    assert lines[0].startswith("WARNING W-NUMBER-MARK")
    assert lines[-1].startswith(
        "64 smaller things were read as they stand, nothing to do: W-DECIMAL-COMMA (63), "
        "W-DELIMITER (1)."
    )
    assert sum(line.startswith("WARNING") for line in lines) == 1


@pytest.mark.parametrize(
    ("content", "mend"),
    [
        (b"%PDF-1.7", "No figures are read out of a PDF"),
        (b"<!DOCTYPE html><title>Sign in</title>", "perhaps to a login"),
        (b"Rar!\x1a\x07", "Unpack it"),
        (b'{"type": "FeatureCollection", "features": []}', "papi run --boundaries"),
    ],
)
def test_a_file_that_is_no_table_is_told_what_to_do_with_it(content, mend, tmp_path, capsys):
    path = tmp_path / "2025PAPI.xlsx"
    path.write_bytes(content)
    status, out, _ = call(capsys, "check", path, "--lang", "en")
    assert status == 3 and "E-FILE-TYPE" in out and mend in out


def test_alike_findings_of_a_column_are_one_block():
    many = [finding("E-NUMBER", found=n, file="f", row=n, column="E") for n in range(1, 64)]
    lines = issues.listing(many, "en")
    assert len(lines) == 4
    assert lines[2] == "  the same in 62 more places: E2, E3, E4, E5, E6, E7, …"


def test_refusals_come_before_warnings():
    both = [finding("W-FOOTER", file="f"), finding("E-EMPTY", file="f", sheets="–")]
    assert issues.listing(both, "en")[0].startswith("ERROR")


def test_findings_of_other_modules_are_told_with_what_was_found():
    from papi_analysis.errors import Issue

    other = Issue("E-FLAG", "this is not a number", "", file="f.csv", row="2", column="flag",
                       value="x", expected="a number")  # fmt: skip
    assert issues.block([other], "en") == [
        "ERROR E-FLAG  f.csv · row 2 · column flag",
        "  this is not a number: x (expected: a number)",
    ]


def test_every_sentence_has_its_translation_with_the_same_values():
    import re

    from papi_analysis import i18n
    from papi_analysis.ingest.issues import DIAGNOSES

    vi = i18n.catalogue("vi")
    for code, diagnosis in DIAGNOSES.items():
        for sentence in diagnosis:
            assert sentence in vi, (code, sentence)
            braces = [set(re.findall(r"{\w+", text)) for text in (sentence, vi[sentence])]
            assert braces[0] == braces[1], code


def test_every_phrase_has_its_translation():
    import ast
    from pathlib import Path

    from papi_analysis import i18n, ingest

    phrases = {
        node.args[0].value
        for path in Path(ingest.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Phrase"
        and isinstance(node.args[0], ast.Constant) and node.args[0].value
    }  # fmt: skip
    assert len(phrases) > 50
    assert phrases - set(i18n.catalogue("vi")) == set()


def test_a_file_that_may_not_be_read_is_a_fault_of_the_environment(tmp_path, monkeypatch):
    from papi_analysis.errors import EnvironmentFault
    from papi_analysis.ingest import files

    path = tmp_path / "PAPI_2016.csv"
    path.write_text("x", encoding="utf-8")

    def forbidden(*_, **__):
        raise PermissionError(13, "Permission denied")

    for name in ("open", "stat"):
        with monkeypatch.context() as patch, pytest.raises(EnvironmentFault, match="permissions"):
            patch.setattr(files.Path, name, forbidden)
            files.kind(path)


def test_the_data_folder_is_not_touched_by_a_check(sound, capsys):
    folder = settings.data_folder()
    before = {p: p.stat().st_mtime_ns for p in folder.rglob("*")}
    call(capsys, "check", sound)
    assert {p: p.stat().st_mtime_ns for p in folder.rglob("*")} == before
    assert os.path.exists(sound)

"""An import changes the data in one step or not at all, and only what the file holds."""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import official
import pandas as pd
import pytest

from papi_analysis import cli, settings
from papi_analysis.data import codebook, embedded, panel
from papi_analysis.errors import EnvironmentFault, SourceError
from papi_analysis.ingest import index_versions, issues, reference, verdict
from papi_analysis.runner import examination, intake, staging

REAL = settings.data_folder()


@pytest.fixture(scope="module")
def before_2024(tmp_path_factory):
    """The data as they were before 2024 came in, with a sound log; to be copied, not changed."""
    folder = official.data_before(tmp_path_factory.mktemp("before") / "data", 2024)
    embedded.require_unchanged(official.relogged(folder))
    return folder


@pytest.fixture
def data(before_2024, tmp_path):
    """A copy of the data as they were before 2024 came in."""
    return shutil.copytree(before_2024, tmp_path / "repository" / "data")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The official workbook of 2024 with its repeated older years; to be copied, not changed."""
    sheets = {
        f"{y}_VIE_ENG": official.yearly_2018(y, merged=y == 2024, indicators=1)
        for y in (2024, 2023)
    }
    folder = tmp_path_factory.mktemp("published")
    return official.write_xlsx(folder / "2024PAPI_34_TinhThanh.xlsx", sheets)


@pytest.fixture
def workbook_2024(published, tmp_path):
    """A copy of the official workbook of 2024."""
    return Path(shutil.copy(published, tmp_path))


@pytest.fixture
def table_2024(tmp_path):
    """The scores of 2024 as a small table of our own form."""
    return official.write_csv(tmp_path / "2024.csv", official.tidy([2024]))


@pytest.fixture(scope="module")
def brought(before_2024, published, tmp_path_factory):
    """The data with 2024 brought in, the verdict and what changed; to be copied, not changed."""
    folder = shutil.copytree(before_2024, tmp_path_factory.mktemp("brought") / "data")
    return folder, *intake.bring_in(published, data=folder)


def state(folder):
    """Every file below a folder with the hash of its content."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_bringing_2024_in_again_gives_the_published_files_byte_for_byte(brought):
    data, found, plan = brought
    assert {one.code for one in found.findings} == {"W-NEW-YEAR", "W-PROVINCES-MISSING"}
    assert plan.changes["kind"].value_counts().to_dict() == {"added": 1708}
    for name in ("scores", "regimes", "subdimensions", "dimensions", "provinces"):
        file = f"papi/{name}.csv"
        assert (data / file).read_bytes() == (REAL / file).read_bytes(), name
    assert panel.check(panel.load(data))["passed"].all()
    assert embedded.hashes(data)["sound"].all()


def test_what_stands_beside_the_scores_is_kept(before_2024, brought):
    assert embedded.standard_errors(before_2024).empty and embedded.indicators(before_2024).empty
    data, _, _ = brought
    errors = embedded.standard_errors(data)
    assert errors.groupby("year").size().to_dict() == {2024: 61}
    assert errors.query("year == 2024 and province == '01'")["se"].tolist() == [0.158]
    indicators = embedded.indicators(data)
    assert len(indicators) == 63 * 28
    assert indicators["province"].iloc[0] == "01"
    warnings = embedded.import_warnings(data)
    assert set(warnings["code"]) == {"W-NEW-YEAR", "W-PROVINCES-MISSING"}
    assert warnings["year"].tolist() == [2024, 2024]
    log = embedded.provenance(data).set_index("file")
    assert "2011-2024" in log.loc["papi/scores.csv", "what"]
    assert {"papi/standard_errors.csv", "papi/indicators.csv"} <= set(log.index)


def test_the_same_file_again_changes_nothing(brought, published, tmp_path):
    data = shutil.copytree(brought[0], tmp_path / "repository" / "data")
    before = state(data.parent)
    _, plan = intake.bring_in(published, data=data)
    assert (len(plan.changes), plan.files) == (0, {})
    assert state(data.parent) == before


def test_a_later_file_takes_the_place_of_the_statistics_of_its_years_only(brought, tmp_path):
    data = shutil.copytree(brought[0], tmp_path / "repository" / "data")
    table = official.yearly_2018(2022, indicators=1)
    path = official.write_xlsx(tmp_path / "2022PAPI.xlsx", {"2022_VIE_ENG": table})
    intake.bring_in(path, data=data)
    counts = embedded.standard_errors(data).groupby("year").size()
    assert counts.to_dict() == {2022: 61, 2024: 61}
    assert sorted(embedded.indicators(data)["year"].unique()) == [2022, 2024]


def test_a_dry_run_tells_and_writes_nothing(data, table_2024):
    before = state(data.parent)
    found, plan = intake.bring_in(table_2024, data=data, dry_run=True)
    assert len(plan.changes) == 1708
    assert state(data.parent) == before
    text = "\n".join(examination.of_import(found, plan, dry_run=True, lang="en"))
    assert "would add 1708 scores, revise 0 and remove 0" in text


def revised(folder):
    """The table of 2023 with one score of Trà Vinh changed, one taken out, every sum right."""
    table = official.scores(2023)
    table.loc["84", ["civic_knowledge", "1", "total"]] += 0.25
    table.loc["01", ["air_quality", "7", "total"]] = None
    grid = official.yearly_2018(2023, table=table, indicators=0)
    return official.write_xlsx(folder / "2023PAPI.xlsx", {"2023_VIE_ENG": grid})


def test_a_registered_score_changes_only_when_asked_and_is_listed(data, tmp_path):
    path = revised(tmp_path)
    before = state(data.parent)
    with pytest.raises(SourceError) as refused:
        intake.bring_in(path, data=data)
    assert {one.code for one in refused.value.issues} == {"E-REVISION"}
    assert state(data.parent) == before

    old = embedded.scores(data)
    found, plan = intake.bring_in(path, data=data, revise=True)
    changes = plan.changes.set_index(["province", "subdimension"])
    assert changes["kind"].to_dict() == {("84", "civic_knowledge"): "revised"}
    (kept,) = [one for one in found.findings if one.code == "W-BLANK-KEPT"]
    assert "--remove 2023:air_quality" in str(kept)
    gain = changes.loc[("84", "civic_knowledge"), ["new", "old"]]
    assert gain["new"] - gain["old"] == pytest.approx(0.25)
    text = "\n".join(examination.of_import(found, plan, dry_run=False, lang="vi"))
    assert "2023 Trà Vinh Tri thức công dân" in text
    both = old.merge(embedded.scores(data), on=["year", "province", "subdimension"], how="outer")
    assert (both["score_x"] - both["score_y"]).abs().gt(0).sum() == 1
    assert both["score_y"].isna().sum() == 0


def test_a_registered_score_goes_only_when_its_year_and_criterion_are_named(data, tmp_path):
    path = revised(tmp_path)
    asked = ["import", str(path), "--data", str(data), "--revise", "--lang", "en"]
    assert cli.status([*asked, "--remove", "2023:airquality"]) == 2
    assert cli.status([*asked, "--remove", "2023:air_quality"]) == 0
    scores = embedded.scores(data).query("year == 2023 and province == '01'")
    assert "air_quality" not in set(scores["subdimension"])


def test_older_sheets_that_are_partly_emptied_change_nothing(data, tmp_path):
    """As the publisher's workbook of 2024, whose older years lack provinces merged away."""
    older = official.scores(2022)
    older.iloc[::2] = None
    sheets = {
        "2023_VIE_ENG": official.yearly_2018(2023, indicators=0),
        "2022_VIE_ENG": official.yearly_2018(2022, table=older, indicators=0),
    }
    path = official.write_xlsx(tmp_path / "2023PAPI.xlsx", sheets)
    before = embedded.scores(data)
    for options in ({}, {"revise": True}):
        found, plan = intake.bring_in(path, data=data, **options)
        assert not found.status and plan.changes.empty
        text = "\n".join(examination.of_import(found, plan, dry_run=False, lang="en"))
        assert "Left alone, as the file is for another year: 2022_VIE_ENG." in text
    pd.testing.assert_frame_equal(embedded.scores(data), before)


def test_another_sheet_of_a_yearly_workbook_comes_in_when_its_year_is_named(before_2024, tmp_path):
    data = shutil.copytree(before_2024, tmp_path / "data")
    sheets = {f"{y}_VIE_ENG": official.yearly_2018(y, indicators=0) for y in (2024, 2023)}
    path = official.write_xlsx(tmp_path / "2024PAPI.xlsx", sheets)
    found, plan = intake.bring_in(path, data=data, year=2023)
    assert set(found.reading.values["year"]) == {2023} and plan.changes.empty
    assert set(embedded.standard_errors(data)["year"]) == {2023}


def test_a_copy_with_four_decimals_never_replaces_scores_of_six(data, tmp_path):
    grid = official.yearly_2018(2023, table=official.scores(2023).round(4), indicators=0)
    path = official.write_xlsx(tmp_path / "2023PAPI.xlsx", {"2023_VIE_ENG": grid})
    before = (data / "papi" / "scores.csv").read_bytes()
    for options in ({}, {"revise": True}):
        found, plan = intake.bring_in(path, data=data, **options)
        assert not found.status and plan.changes.empty
    assert (data / "papi" / "scores.csv").read_bytes() == before


def test_an_import_is_taken_back_byte_for_byte(data, table_2024, capsys):
    before = state(data)
    asked = ["--data", str(data), "--lang", "en"]
    assert cli.status(["import", str(table_2024), *asked]) == 0
    assert embedded.scores(data)["year"].max() == 2024
    assert cli.status(["import", "--undo", *asked]) == 0
    assert "is taken back" in capsys.readouterr().out
    assert state(data) == before
    assert cli.status(["import", "--undo", *asked]) == 3
    assert "nothing to take back" in capsys.readouterr().err


def test_imports_are_taken_back_one_after_the_other(data, table_2024, tmp_path):
    states = [state(data)]
    intake.bring_in(table_2024, data=data)
    states.append(state(data))
    intake.bring_in(revised(tmp_path), data=data, revise=True)
    assert intake.undo(data=data)[0] == "2023PAPI.xlsx"
    assert state(data) == states[1]
    assert intake.undo(data=data)[0] == "2024.csv"
    assert state(data) == states[0]


def test_an_import_is_not_taken_back_over_a_later_change(data, table_2024, capsys):
    asked = ["--data", str(data), "--lang", "en"]
    assert cli.status(["import", str(table_2024), *asked]) == 0
    with (data / "papi" / "scores.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    before = state(data)
    assert cli.status(["import", "--undo", *asked]) == 3
    assert "papi/scores.csv" in capsys.readouterr().err
    assert state(data) == before


def test_rounded_registered_scores_are_left_as_they_are(tmp_path):
    """Two values of Hà Nội 2022 are registered with two decimals; the workbook has six."""
    table = official.scores(2022)
    table.loc["01", ["village_elections", "1", "total"]] += 0.0031
    grid = official.yearly_2018(2022, table=table, indicators=0)
    found = verdict.of(official.write_xlsx(tmp_path / "2022PAPI.xlsx", {"2022_VIE_ENG": grid}))
    assert found.word == "ok"


@pytest.mark.parametrize("instruction", ["cut", "wrong", "empty"])
def test_a_refusal_changes_no_byte(instruction, data, workbook_2024):
    content = workbook_2024.read_bytes()
    bad = {"cut": content[:30_000], "wrong": content.replace(b"PK\x01\x02", b"PKxx"), "empty": b""}
    workbook_2024.write_bytes(bad[instruction])
    before = state(data.parent)
    with pytest.raises(SourceError):
        intake.bring_in(workbook_2024, data=data)
    assert state(data.parent) == before


def test_data_that_were_edited_by_hand_are_not_written_over(data, table_2024):
    scores = data / "papi" / "scores.csv"
    scores.write_bytes(scores.read_bytes().replace(b"2011,01", b"2011,02", 1))
    before = state(data.parent)
    with pytest.raises(SourceError, match=r"papi/scores\.csv"):
        intake.bring_in(table_2024, data=data)
    assert state(data.parent) == before


def test_a_second_import_at_the_same_time_is_turned_away(data, table_2024):
    with staging.locked(data.resolve()), pytest.raises(EnvironmentFault):
        intake.bring_in(table_2024, data=data)
    intake.bring_in(table_2024, data=data)


@pytest.mark.parametrize("step", ["copytree", "write_bytes", "publish"])
def test_a_disk_that_fills_up_leaves_the_data_as_they_were(step, data, table_2024, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    place = {"copytree": intake.shutil, "write_bytes": intake.Path, "publish": staging.os}[step]
    monkeypatch.setattr(place, "fsync" if step == "publish" else step, full)
    before = state(data.parent)
    with pytest.raises(EnvironmentFault):
        intake.bring_in(table_2024, data=data)
    monkeypatch.undo()
    assert state(data.parent) == before
    assert [path.name for path in data.parent.iterdir()] == ["data"]


#: Reads a file once, then imports it again and again, each time in a process of its own.
KILLED = """
import os, sys
from papi_analysis.runner import intake
from papi_analysis.ingest import verdict
found = verdict.of(sys.argv[1], data=sys.argv[2])
intake.verdict.of = lambda *_, **__: found
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        intake.bring_in(sys.argv[1], data=sys.argv[2])
        os._exit(0)
    print(child, flush=True)
    os.wait()
    print("ended", flush=True)
"""


def test_a_killed_import_leaves_the_old_data_or_the_new_ones(data, table_2024, tmp_path):
    """Kills at twelve moments of the writing: never a mixture, and the next import succeeds."""
    new = shutil.copytree(data, tmp_path / "new" / "data")
    intake.bring_in(table_2024, data=new)
    ends = [state(data), state(new)]
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(table_2024), str(data)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as server:  # fmt: skip
        for n in range(12):
            print("again", file=server.stdin, flush=True)
            child, deadline = int(server.stdout.readline()), time.monotonic() + 60
            while not any(data.parent.glob(".data.part-*")):  # the writing has not begun
                assert time.monotonic() < deadline
                time.sleep(0.001)
            time.sleep(n * 0.012)
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            assert server.stdout.readline() == "ended\n"
            now = state(data)
            assert now in ends
            if now == ends[1]:
                break
        server.stdin.close()
    intake.bring_in(table_2024, data=data)
    assert state(data) == ends[1]
    assert [path.name for path in data.parent.iterdir()] == ["data"]


# --- a new regime ---------------------------------------------------------------------------------


def with_climate_action(folder):
    """The table of 2024 with a fourth part of dimension 7 that no codebook has."""
    grid = official.yearly_2018(2024, indicators=0)
    lines = {str(row[0]): n for n, row in enumerate(grid)}
    whole = next(n for name, n in lines.items() if name.startswith("Dimension 7"))
    low, high = 0.25, 2.5
    parts = [n for name, n in lines.items() if name.startswith(("7.1", "7.2", "7.3"))]
    new = ["7.4. Ứng phó biến đổi khí hậu", "7.4. Climate action", "0.25-2.5"]
    for column in range(3, len(grid[0])):
        if not isinstance(grid[whole][column], float):
            new.append(None)
            continue
        own = 1.2 + 0.01 * (column % 40)
        for n in parts:  # four parts share the scale now
            third = (grid[n][column] - 1 / 3) / 3
            grid[n][column] = round(low + third * (high - low), 6)
        total = sum(grid[n][column] for n in parts) + own
        grid[lines["Chỉ số PAPI chưa có trọng số"]][column] += total - grid[whole][column]
        grid[whole][column] = round(total, 6)
        new.append(own)
    grid.insert(parts[-1] + 1, new)
    return official.write_xlsx(folder / "2024PAPI.xlsx", {"2024_VIE_ENG": grid})


def test_a_new_regime_is_drafted_decided_and_only_then_brought_in(data, tmp_path):
    path = with_climate_action(tmp_path)
    before = state(data.parent)
    with pytest.raises(SourceError) as refused:
        intake.bring_in(path, data=data)
    errors = [one for one in refused.value.issues if one.severity == "error"]
    assert {one.code for one in errors} == {"E-NEW-REGIME"}
    assert "is a new part of dimension 7" in issues.message(errors[0], "en")
    assert state(data.parent) == before

    draft = tmp_path / "draft.csv"
    examination.of_files([str(path)], data=str(data), draft=str(draft))
    rows = pd.read_csv(draft, dtype=str, keep_default_na=False)
    assert len(rows) == 29
    new = rows[rows["code"].eq("?")]
    assert new[["dimension", "name_vi"]].values.tolist() == [["7", "Ứng phó biến đổi khí hậu"]]
    assert set(rows.query("dimension == '7'")["scale_max"]) == {"2.5"}
    assert set(rows.query("dimension == '7' and code != '?'")["comparable"]) == {"?no"}
    assert set(rows.query("dimension == '1'")["comparable"]) == {"?yes"}
    with pytest.raises(SourceError) as open_marks:
        intake.bring_in(path, data=data, regime_file=draft)
    assert [one.code for one in open_marks.value.issues] == ["E-REGIME-UNCONFIRMED"]

    rows.loc[rows["code"].eq("?"), ["code", "name_en"]] = ["climate_action", "Climate action"]
    rows = rows.replace({"^\\?": ""}, regex=True).replace({"confidence_comparability": {"": "low"}})
    rows.to_csv(draft, index=False)
    _, plan = intake.bring_in(path, data=data, regime_file=draft)
    assert plan.changes["kind"].value_counts().to_dict() == {"added": 61 * 29}
    own = codebook.index_versions(data).query("year == 2024 and dimension == '7'")
    assert own["scale_max"].tolist() == [2.5] * 4
    assert "climate_action" in codebook.subdimensions(data, year=2024)["code"].tolist()
    assert panel.check(panel.load(data))["passed"].all()
    old = (REAL / "papi" / "regimes.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in old if ",2024," not in line]
    assert set(kept) <= set(
        (data / "papi" / "regimes.csv").read_text(encoding="utf-8").splitlines()
    )


@pytest.fixture(scope="module")
def signatures():
    """The signatures of all sub-dimensions of every year, computed once."""
    book = reference.load()
    return book, {y: index_versions.of_table(book.wide(y), book, y) for y in range(2012, 2025)}


def test_a_draft_needs_a_new_year(tmp_path):
    from papi_analysis.errors import ParameterError

    path = official.write_csv(tmp_path / "PAPI_2016.csv", official.wide_csv(2016))
    with pytest.raises(ParameterError, match="nothing to draft"):
        examination.of_files([str(path)], draft=str(tmp_path / "draft.csv"))


@pytest.mark.parametrize("content", ["", "code,year\nx,abc\n", "\x00"])
def test_a_regime_file_that_cannot_be_read_is_refused(content, tmp_path):
    draft = tmp_path / "regime.csv"
    draft.write_text(content, encoding="utf-8")
    path = official.write_csv(tmp_path / "PAPI_2016.csv", official.wide_csv(2016))
    with pytest.raises(SourceError, match=r"regime\.csv cannot be read"):
        verdict.of(path, regime_file=draft)


def test_signatures_are_those_that_the_regimes_were_judged_by(signatures):
    """The printed evidence of 2012-2024 comes out again; one row of it is known to be wrong."""
    wrong = set()
    book, of_years = signatures
    for year, of_codes in of_years.items():
        evidence = book.regime(year)["evidence"]
        for code, own in of_codes.items():
            if isinstance(evidence[code], str) and evidence[code] != str(own):
                wrong.add((year, code))
    assert wrong <= {(2016, "peoples_inspection_boards")}


def test_breaks_are_told_where_the_regimes_have_them_and_nowhere_else(signatures):
    book, of_years = signatures
    for year, of_codes in of_years.items():
        marks = book.regime(year)["comparable"]
        broken = {c for c, s in of_codes.items() if s.broken}
        assert set(marks.index[marks.eq("no")]) <= broken
        assert not broken & set(marks.index[marks.eq("yes")])


def test_sample_blocks_are_told_by_the_rank_correlation_of_totals():
    book = reference.load()
    new = [
        y for y in range(2012, 2025) if not index_versions.sample_block(book.wide(y), book, y)[1]
    ]
    assert new == [2015, 2018, 2021]


def test_warnings_and_standard_errors_reach_the_findings(before_2024, brought):
    """The rank band and the tested change follow the publisher's errors once they are there."""
    from papi_analysis import findings
    from papi_analysis.findings import said_standing, standing
    from papi_analysis.findings.speaker import Speaker
    from papi_analysis.stats import noise

    before = findings.ask("tra-vinh", 2023, data=before_2024)
    assert "warnings" not in standing.quality(before)["quality"]
    data, _, _ = brought
    case = findings.ask("tra-vinh", 2024, data=data)
    found = standing.quality(case)
    assert [row["code"] for row in found["quality"]["warnings"]] == [
        "W-PROVINCES-MISSING",
        "W-NEW-YEAR",
    ]
    for lang, words in (("vi", "Vĩnh Phúc, Tiền Giang"), ("en", "provinces have no scores")):
        speaker = Speaker({**found, "year": 2024}, lang, case.names(lang))
        told = [str(sentence) for sentence in said_standing.quality(speaker)]
        assert any(words in text and "W-PROVINCES-MISSING" in text for text in told)
    errors = embedded.standard_errors(data)
    band = standing._band(case)["rank_band_90"]
    printed = noise.rank_band(case.levels, "84", 2024, seed=case.seed, standard_errors=errors)
    assert band == list(printed)
    assert band != list(noise.rank_band(case.levels, "84", 2024, seed=case.seed))


def test_text_of_a_file_never_becomes_a_formula(data, tmp_path):
    grid = official.yearly_2018(2024, indicators=1)
    grid[9][0] = grid[9][1] = "=cmd|' /C calc'!A0"
    path = official.write_xlsx(tmp_path / "2024PAPI.xlsx", {"2024_VIE_ENG": grid})
    intake.bring_in(path, data=data)
    names = embedded.indicators(data)["indicator"]
    assert names.str.startswith("'=cmd").sum() == 63
    for file in (data / "papi").glob("*.csv"):
        cells = [cell for line in file.read_text("utf-8").splitlines() for cell in line.split(",")]
        assert not [cell for cell in cells if cell.strip('"').startswith(("=", "@", "+", "-"))
                    and cell != "-"]  # fmt: skip


def test_a_change_of_the_total_is_held_against_the_printed_errors_and_said_to_be(
    brought, published, tmp_path
):
    """Trà Vinh in both years: 1.96 √2 × .795 points; without errors the panel's 3.1 points."""
    from papi_analysis import findings
    from papi_analysis.findings import values

    own = official.standard_error("84")
    both = shutil.copytree(brought[0], tmp_path / "data")
    intake.bring_in(published, data=both, year=2023)
    for data, least in ((both, 1.96 * 2**0.5 * own), (None, 3.08)):
        case = findings.ask("tra-vinh", 2024, data=data)
        found = values.subject(case) | {"position": values.position(case)} | values.changes(case)
        total = next(row for row in found["noise"]["items"] if row["code"] == "total")
        assert total["mdc"] == pytest.approx(least, abs=0.01)
        words = " ".join(map(str, findings.tell(found, "en", "change")))
        assert f"only a change of {least:.2f} points or more would stand out" in words
        told = findings.tell(values.quality(case) | found, "vi", "quality")
        assert any("sai số chuẩn của 61 điểm tổng" in str(line) for line in told) == bool(data)


def test_a_notebook_drills_down_to_the_indicators_of_the_year(brought):
    """Each is 40 + code / 4 in the rebuilt workbook: 61 for Trà Vinh, of 63 provinces."""
    from papi_analysis import findings
    from papi_analysis.findings import values

    case = findings.ask("tra-vinh", 2024, data=brought[0])
    below = findings.indicators(case, "en")
    assert (len(below), below["code"].nunique()) == (28, 28)
    assert below["value"].eq(61).all() and below["n"].eq(63).all()
    codes = sorted(int(code) for code in official.PROVINCES["code"])
    assert below["median"].eq(40 + codes[31] / 4).all()
    assert below["indicator"].str.contains("Share of answers").all()
    gaps = case.now("subdimension").set_index("code")["gap_p75"]
    assert below["code"].map(gaps).is_monotonic_decreasing
    found = values.subject(case) | values.counted(case)
    (told,) = findings.tell(found, "vi", "indicators")
    assert "28 chỉ tiêu của năm 2024 thuộc 28 tiêu chí" in str(told)


def test_a_year_without_indicators_is_said_in_one_sentence():
    from papi_analysis import findings
    from papi_analysis.findings import values

    case = findings.ask("tra-vinh", 2024)
    assert findings.indicators(case).empty
    found = values.subject(case) | values.counted(case)
    for lang, words in (("vi", "Chưa có chỉ tiêu nào của năm 2024"), ("en", "No indicators of")):
        (told,) = findings.tell(found, lang, "indicators")
        assert str(told).startswith(words)

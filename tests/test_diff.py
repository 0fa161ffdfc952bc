"""Differences: numbers first, each with what it can have come from, and nothing for a no-op."""

import copy
import json
import re
import shutil

import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from papi_analysis import cli, diff, i18n, settings
from papi_analysis.diff import causes, comparison, telling
from papi_analysis.diff.comparison import leaves
from papi_analysis.errors import ParameterError, SourceError
from papi_analysis.runner import manifest

FOUND = {
    "schema": "papi-findings/1",
    "province": {"code": "84", "slug": "tra-vinh", "name_vi": "Trà Vinh", "name_en": "Tra Vinh"},
    "year": 2024,
    "quality": {"files": 18},
    "position": {"total": 40.6, "rank": 57, "n": 61, "group": 1, "rank_band_90": [36, 61],
                 "without_total": ["26", "82"]},
    "dimensions": [{"code": "1", "score": 4.1, "rank": 60},
                   {"code": "7", "score": 3.6, "rank": 35}],
    "subdimensions": [{"code": "certification", "score": 2.2, "rank": 40}],
    "priorities": [
        {"code": "poverty_lists", "tier": "A", "points_behind": 0.33, "flags": [], "agency": "Sở A",
         "p_top5": 0.98},
        {"code": "certification", "tier": "C", "points_behind": 0.11, "flags": ["frozen"],
         "agency": "Sở B", "p_top5": 0.0},
    ],
    "associations": {"moran": [{"code": "1", "i": 0.64}],
                     "dimensions": [{"a": "1", "b": "2", "spearman": 0.5}]},
    "series": [
        {"level": "subdimension", "code": "certification", "year": 2022, "score": 2.37},
        {"level": "subdimension", "code": "certification", "year": 2023, "score": 2.46},
        {"level": "subdimension", "code": "certification", "year": 2024, "score": 2.2},
    ],
    "indices": [{"year": 2023, "index": "SIPAS", "province": "84", "score": 84.58}],
    "sentences": {"vi": [{"section": "position", "text": "Hạng 57/61.", "keys": []}],
                  "en": [{"section": "position", "text": "Rank 57/61.", "keys": []}]},
}  # fmt: skip
INPUTS = {
    name: "0" * 64
    for name in (
        "data/papi/scores.csv", "data/papi/regimes.csv", "data/papi/provinces.csv",
        "data/papi/criteria_flags.csv", "data/context/par_sipas.csv",
        "data/context/quartile_group_sizes.csv", "data/boundaries/provinces_63.geojson",
        "data/tra_vinh/agencies.csv", "data/tra_vinh/ledger.csv", "data/provenance.csv",
        "notebooks/06-report.ipynb", "papi_analysis",
    )
}  # fmt: skip
PARAMETERS = {"province": "tra-vinh", "year": 2024, "lang": "vi", "seed": 84, "out": ".."}


@pytest.fixture
def run(tmp_path):
    """A function that writes a finished report with these findings and this making."""
    count = iter(range(99))

    def write(found=FOUND, *, inputs=None, versions=None, **parameters):
        folder = tmp_path / f"run{next(count)}"
        folder.mkdir()
        path = folder / "findings.json"
        path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
        record = {
            "schema": manifest.SCHEMA,
            "parameters": {**PARAMETERS, **parameters},
            "inputs": {**INPUTS, **(inputs or {})},
            "versions": {"numpy": "2.0", **(versions or {})},
            "files": {"findings.json": {"sha256": manifest.digest(path)}},
        }
        (folder / manifest.FILE).write_text(manifest.text(record), encoding="utf-8")
        return folder

    return write


def changed(**parts):
    """The findings with some values replaced: {"position.rank": 55}."""
    found = copy.deepcopy(FOUND)
    for path, value in parts.items():
        here = found
        *steps, last = path.split("__")
        for step in steps:
            here = here[int(step)] if step.isdigit() else here[step]
        here[last] = value
    return found


# --- values under paths


class TestLeaves:
    def test_rows_are_named_by_what_they_are_about(self):
        values = leaves(FOUND)
        assert values["position.rank"] == 57 and values["position.rank_band_90[1]"] == 36
        assert values["priorities[poverty_lists].points_behind"] == 0.33
        assert values["associations.dimensions[1,2].spearman"] == 0.5
        assert values["series[subdimension,certification,2022].score"] == 2.37
        assert values["indices[2023,SIPAS,84].score"] == 84.58
        assert values["priorities[certification].flags"] == "frozen"
        assert not any(path.startswith(("sentences", "schema", "year")) for path in values)

    def test_another_order_of_the_list_changes_places_alone(self):
        turned = {**FOUND, "priorities": FOUND["priorities"][::-1],
                  "dimensions": FOUND["dimensions"][::-1]}  # fmt: skip
        found = comparison.table(leaves(FOUND), leaves(turned))
        assert set(found["path"]) == {f"priorities[{row['code']}].place"
                                      for row in FOUND["priorities"]}  # fmt: skip

    @given(
        st.recursive(
            st.integers() | st.text() | st.booleans(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        )
    )
    def test_equal_findings_never_differ(self, part):
        once, again = leaves({"x": part}), leaves({"x": copy.deepcopy(part)})
        assert comparison.table(once, again).empty


# --- causes


class TestTags:
    @pytest.mark.parametrize(
        ("file", "tag"),
        [
            ("data/papi/scores.csv", "data"),
            ("data/papi/regimes.csv", "method"),
            ("data/papi/subdimensions.csv", "method"),
            ("data/papi/provinces.csv", "boundary"),
            ("data/boundaries/provinces_63.geojson", "boundary"),
            ("data/context/par_sipas.csv", "data"),
            ("data/context/quartile_group_sizes.csv", "method"),
            ("data/tra_vinh/agencies.csv", "data"),
            ("data/tra_vinh/crosswalk_2025.csv", "boundary"),
            ("notebooks/06-report.ipynb", "code"),
            ("papi_analysis", "code"),
        ],
    )
    def test_every_input_is_one_cause(self, file, tag):
        assert causes.of_input(file)[0] == tag

    def test_every_file_of_the_data_has_a_cause_of_its_own_rule(self):
        folder = settings.data_folder()
        last = [pattern for pattern, _, _ in causes.INPUTS].index(r"data/.*")
        import re

        for path in folder.rglob("*"):
            name = f"data/{path.relative_to(folder).as_posix()}"
            if path.is_file():
                fits = [i for i, rule in enumerate(causes.INPUTS) if re.fullmatch(rule[0], name)]
                assert fits[0] < last, name

    @pytest.mark.parametrize(
        ("making", "tags"),
        [
            ({"inputs": {"data/papi/scores.csv": "1"}}, ("data",)),
            ({"inputs": {"data/papi/regimes.csv": "1"}}, ("method",)),
            ({"inputs": {"papi_analysis": "1"}}, ("code",)),
            ({"versions": {"numpy": "2.1"}}, ("code",)),
            ({"inputs": {"data/papi/provinces.csv": "1"}}, ("boundary",)),
            ({"year": 2023}, ("parameter",)),
            ({"year": 2023, "inputs": {"data/papi/scores.csv": "1"}}, ("parameter", "data")),
        ],
    )
    def test_a_change_is_tagged_with_what_differs_in_the_making(self, making, tags, run):
        found = diff.compare(run(), run(changed(position__rank=55), **making))
        assert found.changes[["path", "old", "new", "difference"]].values.tolist() == [
            ["position.rank", 57, 55, -2.0]
        ]
        assert found.changes["tags"].tolist() == [tags]

    @pytest.mark.parametrize(
        ("making", "path", "value", "other"),
        [
            ({"inputs": {"data/tra_vinh/agencies.csv": "1"}}, "priorities__0__agency", "Sở C",
             "position__rank"),
            ({"inputs": {"data/boundaries/provinces_63.geojson": "1"}},
             "associations__moran__0__i", 0.5, "dimensions__0__score"),
            ({"inputs": {"data/context/par_sipas.csv": "1"}}, "indices__0__score", 80.0,
             "position__rank"),
            ({"inputs": {"data/papi/criteria_flags.csv": "1"}}, "priorities__1__flags", [],
             "dimensions__0__score"),
            ({"seed": 85}, "position__rank_band_90", [35, 61], "position__total"),
        ],
    )  # fmt: skip
    def test_a_cause_does_not_reach_what_it_cannot_move(self, making, path, value, other, run):
        found = diff.compare(run(), run(changed(**{path: value, other: 1}), **making))
        reached = dict(zip(found.changes["path"], found.changes["tags"], strict=True))
        assert sorted(map(len, reached.values())) == [0, 1]
        assert reached[next(p for p in reached if other.rpartition("__")[2] in p)] == ()

    def test_a_break_between_the_years_is_a_change_of_method(self, run):
        new = changed(subdimensions__0__score=1.0)
        new["series"][2]["break"] = "composition"
        found = diff.compare(run(changed(year=2023), year=2023), run(new))
        row = found.changes.set_index("path").loc["subdimensions[certification].score"]
        assert row["tags"] == ("parameter", "method")

    def test_a_language_and_the_output_folder_change_no_value(self, run):
        found = diff.compare(run(), run(lang="en", out="elsewhere"))
        assert found.same and [one.name for one in found.causes] == ["lang"]


# --- what is listed


class TestComparison:
    def test_a_no_op_is_empty(self, run):
        found = diff.compare(run(), run())
        assert found.same and not found.causes
        record = diff.record(found)
        assert not any(
            record[key] for key in ("changes", "revised", "sentences", "causes", "added")
        )
        assert diff.lines(found, "en")[1:] == ["No difference."]

    def test_values_that_come_and_go_are_told(self, run):
        new = changed()
        del new["dimensions"][1]
        new["dimensions"].append({"code": "8", "score": 2.7})
        found = diff.compare(run(), run(new)).changes.set_index("path")
        assert found.loc["dimensions[8].score", "kind"] == "added"
        assert found.loc["dimensions[7].score", "kind"] == "removed"

    def test_scores_of_earlier_years_that_were_revised_are_listed_one_by_one(self, run):
        new = changed(series__0__score=2.42)
        found = diff.compare(run(), run(new, inputs={"data/papi/scores.csv": "1"}))
        assert found.revised.values.tolist() == [
            [2022, "84", "subdimension", "certification", 2.37, 2.42]
        ]
        text = "\n".join(diff.lines(found, "vi"))
        assert "2022  Trà Vinh  Chứng thực/xác nhận: 2,37 → 2,42 (+0,05)" in text

    def test_numbers_stand_before_words_and_sentences(self, run):
        new = changed(position__rank=55, priorities__0__tier="B", priorities__0__points_behind=0.3)
        new["sentences"]["vi"][0]["text"] = "Hạng 55/61."
        found = diff.compare(run(), run(new, inputs={"papi_analysis": "1"}))
        text = diff.lines(found, "vi")
        parts = ("hạng: 57 → 55 (-2)", "số điểm còn thiếu so với mốc so sánh: 0,33 → 0,30",
                 "mức: A → B", "- Hạng 57/61.", "+ Hạng 55/61.",
                 "chương trình: papi_analysis")  # fmt: skip
        order = [next(i for i, line in enumerate(text) if part in line) for part in parts]
        assert order == sorted(order)

    @pytest.mark.parametrize("lang, rank, tag", [("vi", "hạng", "chương trình"),
                                                 ("en", "rank", "code")])  # fmt: skip
    def test_the_page_holds_the_values_that_are_told_and_loads_nothing(
        self, run, tmp_path, lang, rank, tag
    ):
        new = changed(position__rank=55, priorities__0__tier="B", series__0__score=2.42)
        new["sentences"]["vi"][0]["text"] = new["sentences"]["en"][0]["text"] = "<b>55/61."
        old, new, file = run(), run(new, inputs={"papi_analysis": "1"}), tmp_path / "so sánh.html"
        asked = ["diff", str(old), str(new), "--html", str(file), "--lang", lang]
        assert CliRunner().invoke(cli.papi, asked).exit_code == 0
        html = file.read_text(encoding="utf-8")
        rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)
                for row in re.findall("<tr>(.*?)</tr>", html)]  # fmt: skip
        assert [rank, "57", "55", "-2", tag] in rows
        assert any(row[2:] == ["Chứng thực/xác nhận", "2,37", "2,42", "+0,05"] for row in rows) or (
            lang == "en" and any(row[3:] == ["2.37", "2.42", "+0.05"] for row in rows)
        )
        assert "<ins>&lt;b&gt;55/61.</ins>" in html and f'lang="{lang}"' in html
        assert not re.search(r"<script|src=|href=\"http", html)

    def test_every_value_is_listed_when_asked_for(self, run):
        new = changed(associations__moran__0__i=0.5)
        found = diff.compare(run(), run(new))
        assert not any("moran" in line for line in diff.lines(found, "en"))
        assert any("associations.moran[1].i" in line
                   for line in diff.lines(found, "en", everything=True))  # fmt: skip

    def test_a_value_that_nothing_explains_is_said_so(self, run):
        found = diff.compare(run(), run(changed(position__rank=1)))
        assert any("[chưa rõ nguyên nhân]" in line for line in diff.lines(found, "vi"))

    def test_a_report_that_is_not_whole_is_refused(self, run):
        old, new = run(), run()
        (new / "findings.json").write_text(json.dumps(changed(position__rank=1)), encoding="utf-8")
        with pytest.raises(SourceError, match="not whole"):
            diff.compare(old, new)

    def test_hostile_words_are_shown_in_one_line(self, run):
        new = changed(priorities__0__agency="\x1b[31m=cmd\n" + "x" * 200)
        found = diff.compare(run(), run(new))
        for line in diff.lines(found, "vi", everything=True):
            assert "\x1b" not in line and "\n" not in line and len(line) < 200

    @pytest.mark.parametrize("lang", i18n.LANGUAGES)
    def test_every_word_is_in_the_catalogue(self, lang):
        words = [*causes.CAUSES.values(), *telling.LABELS.values(), *telling.SECTIONS.values(),
                 *telling.KINDS.values()]  # fmt: skip
        assert all(i18n.say(lang, word) for word in words)
        assert all(word in i18n.catalogue("vi") for word in words)
        assert all(label in telling.LABELS for first in telling.FIRST.values() for label in first)


# --- data folders


@pytest.fixture
def folders(tmp_path):
    """Two copies of the data."""
    for name in ("old", "new"):
        shutil.copytree(settings.data_folder(), tmp_path / name)
    return tmp_path / "old", tmp_path / "new"


def edit(path, change):
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    change(table).to_csv(path, index=False)


class TestData:
    def test_equal_folders_do_not_differ(self, folders):
        found = diff.compare(*folders)
        assert found.same and not found.causes and not found.added

    def test_a_revision_by_the_publisher_is_listed_cell_by_cell(self, folders):
        def revise(table):
            row = table.query("year == '2022' and province == '84' and "
                              "subdimension == 'certification'").index[0]  # fmt: skip
            table.loc[row, "score"] = "2.5"
            return table.drop(index=table.index[0])

        before = pd.read_csv(folders[0] / "papi" / "scores.csv", dtype={"province": str})
        edit(folders[1] / "papi" / "scores.csv", revise)
        found = diff.compare(*folders)
        gone = before.iloc[0]
        old = before.query("year == 2022 and province == '84' and subdimension == 'certification'")
        listed = found.revised[["year", "province", "code", "old"]].values.tolist()
        assert listed == [
            [gone["year"], gone["province"], gone["subdimension"], gone["score"]],
            [2022, "84", "certification", old["score"].iloc[0]],
        ]
        assert found.revised["new"].isna().tolist() == [True, False]
        assert [one.kind for one in found.causes] == ["data"]

    def test_a_new_year_is_counted_and_no_revision(self, folders):
        edit(folders[0] / "papi" / "scores.csv", lambda table: table[table["year"].ne("2024")])
        found = diff.compare(*folders)
        assert found.revised.empty
        assert found.added == {2024: 1708}

    def test_cells_of_the_other_tables_are_listed_with_their_tag(self, folders):
        for folder, decided in zip(folders, ("proposed,", "confirmed,12/QĐ-UBND"), strict=True):
            text = "code,indicator,role,agency_vi,status,basis,person\n"
            text += f"certification,,lead,Sở Tư pháp,{decided},\n"
            (folder / "tra_vinh" / "agencies.csv").write_text(text, encoding="utf-8")
        edit(folders[1] / "papi" / "regimes.csv",
             lambda t: t.assign(scale_max=t["scale_max"].mask(t.index == 0, "9")))  # fmt: skip
        (folders[1] / "boundaries" / "provinces_34.geojson").write_text("{}")
        found = diff.compare(*folders).changes.set_index("path")
        place = next(p for p in found.index if "agencies" in p).rpartition(".")[0]
        assert "certification" in place
        assert found.loc[place + ".status", "new"] == "confirmed"
        assert found.loc[place + ".status", "tags"] == ("data",)
        regime = found[found["section"].eq("papi/regimes.csv")]
        assert regime["tags"].tolist() == [("method",)] and regime["new"].tolist() == ["9"]
        assert found.loc["boundaries/provinces_34.geojson", "tags"] == ("boundary",)
        assert len(found) == 4

    def test_entries_cut_from_a_ledger_are_told(self, folders):
        from datetime import date

        from papi_analysis import places
        from papi_analysis.plans import ledger

        row = {"year": 2024, "code": "certification", "line": 1, "agency": "Sở", "action": "Họp",
               "target": 2.4, "deadline": "2025-08-30", "person": "", "evidence": "",
               "status": "late", "notes": "", "score": 2.2, "helpers": "", "milestones": "",
               "budget": "", "communes": "", "progress": "", "result": "", "delay": "",
               "benchmark": 2.4, "no_action": 2.3, "no_action_sd": 0.1}  # fmt: skip
        entries = ledger.extended(ledger.empty(), pd.DataFrame([row, {**row, "line": 2}]),
                                  day=date(2025, 6, 1))  # fmt: skip
        for folder, count in zip(folders, (2, 1), strict=True):
            path = ledger.path(places.find("84"), folder)
            path.write_text(ledger.text(entries.head(count)), encoding="utf-8")
        found = diff.compare(*folders).changes
        assert found[["path", "kind"]].values.tolist() == [["tra_vinh/ledger.csv[2]", "removed"]]


# --- the command


class TestCommand:
    def call(self, capsys, *arguments):
        code = cli.status(list(map(str, arguments)))
        out, err = capsys.readouterr()
        return code, out, err

    def test_as_words_and_as_json(self, run, capsys):
        old, new = run(), run(changed(position__rank=55), inputs={"data/papi/scores.csv": "1"})
        code, out, _ = self.call(capsys, "diff", old, new)
        assert code == 0 and "hạng: 57 → 55 (-2)  [số liệu]" in out
        code, out, _ = self.call(capsys, "diff", old, new, "--json")
        record = json.loads(out)
        assert code == 0 and record["schema"] == "papi-diff/1"
        assert record["changes"] == [
            {"path": "position.rank", "section": "position", "kind": "changed", "old": 57,
             "new": 55, "difference": -2.0, "tags": ["data"]}
        ]  # fmt: skip
        assert record["causes"][0]["name"] == "data/papi/scores.csv"

    def test_json_holds_no_nan(self, folders, capsys):
        edit(folders[1] / "papi" / "scores.csv", lambda table: table.iloc[1:])
        _, out, _ = self.call(capsys, "diff", *folders, "--json")
        assert "NaN" not in out and json.loads(out)["revised"][0]["new"] is None

    @pytest.mark.parametrize("pair", ["report-data", "nowhere", "neither"])
    def test_a_mistake_is_status_2(self, pair, run, folders, tmp_path, capsys):
        (tmp_path / "empty").mkdir()
        other = {
            "report-data": folders[0],
            "nowhere": tmp_path / "x",
            "neither": tmp_path / "empty",
        }
        code, out, err = self.call(capsys, "diff", run(), other[pair])
        assert code == 2 and out == "" and err.startswith("LỖI") and "Traceback" not in err
        with pytest.raises(ParameterError):
            diff.compare(run(), other[pair])

"""The panel: scores, sums, absences and their reasons."""

import shutil

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from papi_analysis import places, settings
from papi_analysis.data import panel
from papi_analysis.errors import DataError, ParameterError, SourceError

#: Provinces whose total was not published, by year, as the publisher's tables leave them out.
WITHOUT_TOTAL = {
    2014: {"24", "87"},
    2018: {"22", "87"},
    2021: {"22", "24", "27"},
    2022: {"24", "27"},
    2023: {"22", "74"},
    2024: {"26", "82"},
}


def small(scores):
    """A panel of one year and province: dimension 1 with these sub-dimensions, NaN where absent."""
    count = len(scores)
    return pd.DataFrame(
        {
            "year": 2024,
            "province": "84",
            "dimension": "1",
            "subdimension": [f"c{i}" for i in range(count)],
            "score": np.array(scores, dtype=float),
            "absence": np.where(pd.isna(scores), "not_published", ""),
        }
    )


class TestLoad:
    def test_it_holds_21891_scores_of_63_provinces_in_14_years(self, scores):
        assert scores["score"].notna().sum() == 21_891
        assert scores["province"].nunique() == 63
        assert sorted(scores["year"].unique()) == list(range(2011, 2025))

    def test_every_key_is_there_once(self, scores):
        assert not scores.duplicated(["year", "province", "subdimension"]).any()
        per_year = scores.groupby("year")["subdimension"].nunique()
        assert len(scores) == 63 * per_year.sum()

    def test_an_absent_score_has_a_reason_and_no_score_is_zero(self, scores):
        assert (scores["score"].isna() == scores["absence"].ne("")).all()
        assert set(scores["absence"]) <= set(panel.ABSENCES)
        assert scores["score"].gt(0)[scores["score"].notna()].all()

    def test_access_to_information_starts_in_2018(self, scores):
        assert scores.query("subdimension == 'access_to_information'")["year"].min() == 2018

    def test_a_doubled_or_unknown_row_is_refused(self, tmp_path):
        shutil.copytree(settings.data_folder(), tmp_path / "data")
        file = tmp_path / "data" / "papi" / "scores.csv"
        text = file.read_text(encoding="utf-8")
        first = text.splitlines()[1]
        file.write_text(text + first + "\n", encoding="utf-8")
        with pytest.raises(SourceError, match=f"1 doubled row .*{first.split(',')[2]}"):
            panel.load(tmp_path / "data")
        file.write_text(text + "2024,99,certification,2.0\n", encoding="utf-8")
        with pytest.raises(SourceError, match="1 row of no known province"):
            panel.load(tmp_path / "data")


class TestLevels:
    def test_totals_are_sums_of_dimensions_and_these_of_sub_dimensions(self, levels):
        keys = ["year", "province"]
        by_level = {level: rows for level, rows in levels.groupby("level")}
        totals = by_level["total"].set_index(keys)["score"].dropna()
        for level in ("dimension", "subdimension"):
            sums = by_level[level].groupby(keys)["score"].sum()
            assert np.allclose(sums[totals.index], totals, atol=1e-9)

    def test_totals_are_absent_where_they_were_not_published(self, levels):
        rows = levels.query("level == 'total' and score.isna()")
        found = rows.groupby("year")["province"].agg(set).to_dict()
        assert found == WITHOUT_TOTAL

    def test_a_total_with_a_hole_is_absent_and_says_so(self, levels):
        row = levels.query("year == 2022 and province == '24'").set_index("code")
        assert row.loc["total", "absence"] == "incomplete"
        assert row.loc[["1", "2", "4", "5"], "score"].isna().all()
        assert row.loc[["3", "6", "7", "8"], "score"].notna().all()

    @examples(max_examples=30, deadline=None)
    @given(st.lists(st.one_of(st.none(), st.floats(0.25, 2.5)), min_size=1, max_size=6))
    def test_a_sum_exists_only_where_every_part_does(self, parts):
        table = panel.levels(small([np.nan if part is None else part for part in parts]))
        row = table.set_index("code").loc["total"]
        there = [part for part in parts if part is not None]
        if len(there) == len(parts):
            assert row["score"] == pytest.approx(sum(there))
            assert row["absence"] == ""
        else:
            assert np.isnan(row["score"])
            assert row["absence"] == ("incomplete" if there else "not_published")

    def test_by_hand(self):
        table = panel.levels(small([1.5, 2.0, 0.5])).set_index("code")
        assert table.loc[["1", "total"], "score"].tolist() == [4, 4]


class TestWide:
    def test_provinces_stand_in_rows_and_codes_in_the_order_of_the_index(self, levels):
        table = panel.wide(levels, 2024, "dimension")
        assert table.shape == (63, 8)
        assert table.columns.tolist() == list("12345678")

    def test_years_before_2018_have_six_dimensions(self, levels):
        assert panel.wide(levels, 2017, "dimension").columns.tolist() == list("123456")

    def test_history_has_years_in_columns(self, levels):
        table = panel.history(levels, "7")
        assert table.columns.tolist() == list(range(2018, 2025))
        assert table.loc["84", 2024] == panel.wide(levels, 2024, "dimension").loc["84", "7"]

    def test_the_latest_year_is_that_of_the_last_score(self, scores):
        assert panel.latest_year(scores) == 2024
        empty = scores.assign(score=scores["score"].mask(scores["year"].eq(2024)))
        assert panel.latest_year(empty) == 2023


class TestRequire:
    def test_an_unpublished_year_is_refused_with_the_published_ones(self, scores):
        province = places.find("quang-ninh")
        with pytest.raises(DataError, match=r"Quảng Ninh.*2022, 2024"):
            panel.require_scores(scores, province, 2023)
        assert panel.require_scores(scores, province, 2024) is None

    def test_a_year_outside_the_panel_is_refused_with_its_span(self, scores, levels):
        for ask in (
            lambda: panel.require_scores(scores, places.find("tra-vinh"), 2030),
            lambda: panel.wide(levels, 2030, "total"),
            lambda: panel.require_score(levels, "84", 2030),
            lambda: panel.require_any(levels, "84", 2030),
        ):
            with pytest.raises(DataError, match=r"2030\. The panel runs from 2011 to 2024"):
                ask()

    def test_a_score_comes_back_as_a_number(self, levels):
        assert panel.require_score(levels, "84", 2023) == pytest.approx(40.1433, abs=1e-4)

    def test_an_absent_score_names_the_years_that_have_it(self, levels):
        with pytest.raises(DataError, match=r"no score of total in 2022.*2020, 2023, 2024"):
            panel.require_score(levels, "24", 2022)
        with pytest.raises(DataError, match="22 was published in 2023"):
            panel.require_any(levels, "22", 2023)
        assert panel.require_any(levels, "24", 2022) is None

    def test_an_unknown_code_is_named(self, levels):
        with pytest.raises(DataError, match="construction_permits is not in the index of 2024"):
            panel.require_score(levels, "84", 2024, "construction_permits")
        for function in (panel.require_score, panel.require_any):
            with pytest.raises(ParameterError, match="'99'"):
                function(levels, "99", 2024)


class TestCheck:
    def test_the_panel_passes_every_check(self, scores):
        table = panel.check(scores)
        assert table["passed"].all()
        assert len(table) == 7

    @pytest.mark.parametrize(
        ("check", "spoil"),
        [
            ("doubled keys", lambda p: pd.concat([p, p.head(1)])),
            ("scores outside their scale", lambda p: p.assign(score=p["score"] + 2)),
            (
                "dimensions whose scale is not 1 to 10",
                lambda p: p.assign(scale_max=p["scale_max"] * 1.1),
            ),
            (
                "scores without a number and without a reason",
                lambda p: p.assign(absence=""),
            ),
            (
                "zero scores (missing values in disguise)",
                lambda p: p.assign(score=p["score"].fillna(0)),
            ),
            (
                "every province of every round",
                lambda p: p[~(p["year"].eq(2020) & p["province"].eq("84"))],
            ),
        ],
    )
    def test_each_check_finds_its_fault(self, scores, check, spoil):
        table = panel.check(spoil(scores)).set_index("check")
        assert not table.loc[check, "passed"]

    def test_coverage_counts_what_is_published(self, scores):
        table = panel.coverage(scores).set_index("year")
        assert table["scores"].sum() == 21_891
        for year, row in table.iterrows():
            absent = WITHOUT_TOTAL.get(year, set())
            assert row["with_total"] == 63 - len(absent)
            assert set(filter(None, row["without_total"].split(", "))) == absent

"""Ranks, groups, quantiles, gaps and peers."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papi_analysis import places
from papi_analysis.data import codebook, panel
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.stats import ranking

GOLDENS = {
    item["id"]: item["values"]
    for item in json.loads(
        (Path(__file__).parent / "data" / "goldens.json").read_text(encoding="utf-8")
    )["goldens"]
}
TRA_VINH = "84"
#: Total, rank and number of provinces scored, as the province and the publisher print them.
STANDING = {
    2011: (31.927, 63, 63),
    2012: (34.331, 53, 63),
    2013: (36.964, 31, 63),
    2014: (35.822, 40, 61),
    2015: (35.252, 36, 63),
    2016: (33.625, 59, 63),
    2017: (36.332, 33, 63),
    2018: (43.059, 46, 61),
    2019: (43.501, 36, 63),
    2020: (42.281, 41, 63),
    2021: (39.812, 55, 60),
    2022: (40.717, 48, 61),
    2023: (40.143, 54, 61),
    2024: (40.616, 57, 61),
}
FEW = settings(max_examples=20, deadline=None)
NO_SIZES = codebook.group_sizes().head(0)


def totals(scores, year=2024):
    """A table of totals like that of `panel.levels`."""
    return pd.DataFrame(
        {
            "year": year,
            "province": [f"p{i:03}" for i in range(len(scores))],
            "level": "total",
            "dimension": "",
            "code": "total",
            "score": np.array(scores, dtype=float),
            "absence": ["not_published" if np.isnan(score) else "" for score in scores],
        }
    )


@pytest.fixture(scope="module")
def sizes():
    return codebook.group_sizes()


@pytest.fixture(scope="module")
def positions(levels, sizes):
    return ranking.positions(levels, sizes)


@pytest.fixture(scope="module")
def provinces():
    return places.provinces()


def one(table, province, year, code="total"):
    """The row of one score."""
    rows = table[table["province"].eq(province) & table["year"].eq(year) & table["code"].eq(code)]
    return rows.squeeze()


class TestPositions:
    @pytest.mark.parametrize("year", STANDING)
    def test_tra_vinh_stands_where_it_is_printed(self, positions, year):
        row = one(positions, TRA_VINH, year)
        assert (round(row["score"], 3), row["rank"], row["n"]) == STANDING[year]

    def test_the_press_figures_of_2023_come_out(self, positions, provinces):
        rows = ranking.regional(positions, provinces, "mekong_delta", 2023)
        row = one(rows, TRA_VINH, 2023)
        assert round(row["score"], 4) == 40.1433
        assert (row["rank"], row["n"]) == (54, 61)
        assert (row["region_rank"], row["region_n"]) == (11, 13)
        assert row["best"] == pytest.approx(46.0415, abs=1e-4)
        assert row["worst"] == pytest.approx(38.9711, abs=1e-4)

    def test_equal_scores_share_the_better_rank_and_an_absent_one_has_none(self):
        table = ranking.positions(totals([3, 5, 5, 1, np.nan, 4]), NO_SIZES)
        assert table["rank"].dropna().tolist() == GOLDENS["rank_min"]["rank"]
        assert table["rank"].isna().tolist() == [False] * 4 + [True, False]
        assert table["n"].eq(5).all()

    def test_quantiles_are_those_of_r_type_7(self):
        row = ranking.positions(totals([1, 2, 4, 7, 11, 16, 22, 29]), NO_SIZES).iloc[0]
        assert row[["p25", "median", "p75"]].tolist() == GOLDENS["quantile_types"]["t7"]

    def test_a_score_behind_has_a_positive_gap(self):
        table = ranking.positions(totals([1, 2, 3, 4, 5]), NO_SIZES)
        assert table["gap_median"].tolist() == [2, 1, 0, -1, -2]
        assert table["gap_p75"].tolist() == [3, 2, 1, 0, -1]

    def test_an_absent_score_has_no_rank_group_or_gap_but_a_reason(self, positions):
        absent = positions[positions["score"].isna()]
        assert len(absent) > 0
        assert absent[["rank", "group", "gap_median", "gap_p75"]].isna().all(axis=None)
        assert absent["absence"].ne("").all()
        assert absent["group_rule"].eq("").all()
        there = positions[positions["score"].notna()]
        assert there.notna().all(axis=None)

    def test_rounding_in_the_sums_makes_no_difference_of_rank(self):
        table = ranking.positions(totals([0.1 + 0.2, 0.3, 0.2]), NO_SIZES)
        assert table["rank"].tolist() == [1, 1, 3]

    @FEW
    @given(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.randoms())
    def test_the_order_of_rows_changes_nothing(self, scores, random):
        table = totals(scores)
        order = list(range(len(table)))
        random.shuffle(order)
        shuffled = ranking.positions(table.iloc[order], NO_SIZES).sort_index()
        pd.testing.assert_frame_equal(shuffled, ranking.positions(table, NO_SIZES))

    @FEW
    @given(st.lists(st.integers(0, 40), min_size=1, max_size=30), st.integers(-20, 20))
    def test_a_gift_to_all_provinces_moves_nobody(self, scores, gift):
        kept = ["rank", "n", "group", "gap_median", "gap_p75"]
        before = ranking.positions(totals(scores), NO_SIZES)[kept]
        after = ranking.positions(totals([score + gift for score in scores]), NO_SIZES)[kept]
        pd.testing.assert_frame_equal(before, after)

    @FEW
    @given(st.lists(st.integers(0, 40), min_size=2, max_size=30), st.integers(1, 20))
    def test_a_rise_never_costs_a_rank(self, scores, rise):
        before = ranking.positions(totals(scores), NO_SIZES)["rank"].iloc[0]
        after = ranking.positions(totals([scores[0] + rise, *scores[1:]]), NO_SIZES)
        assert after["rank"].iloc[0] <= before


class TestGroups:
    @pytest.mark.parametrize(
        ("year", "expected"),
        [
            (2017, [16, 16, 15, 16]),
            (2019, [16, 16, 15, 16]),
            (2020, [16, 16, 15, 16]),
            (2021, [15, 15, 15, 15]),
            (2022, [16, 16, 15, 14]),
            (2023, [15, 15, 15, 16]),
        ],
    )
    def test_groups_have_the_printed_sizes(self, positions, year, expected):
        groups = positions.query("year == @year and level == 'total'")["group"]
        assert [int(groups.eq(number).sum()) for number in (4, 3, 2, 1)] == expected

    @pytest.mark.parametrize(
        ("year", "printed"),
        [
            (2022, [(43.44, 47.88), (42.15, 43.25), (40.74, 42.14), (38.80, 40.72)]),
            (2019, [(44.80, 46.74), (43.72, 44.72), (42.38, 43.70)]),
            (2023, [(None, 46.04), (42.39, 43.95)]),
        ],
    )
    def test_groups_end_at_the_printed_scores_rounded_or_cut(self, positions, year, printed):
        rows = positions.query("year == @year and level == 'total'")
        for number, (low, high) in zip((4, 3, 2, 1), printed, strict=False):
            scores = rows.loc[rows["group"].eq(number).fillna(False), "score"]
            assert low is None or scores.min() == pytest.approx(low, abs=0.01)
            assert scores.max() == pytest.approx(high, abs=0.01)

    def test_the_rule_is_named_and_printed_sizes_hold_for_totals_only(self, positions):
        years = positions.loc[positions["group_rule"].eq("published"), ["year", "level"]]
        assert set(years["year"]) == {2017, 2019, 2020, 2022, 2023}
        assert set(years["level"]) == {"total"}

    def test_other_years_follow_the_percentiles(self, positions):
        there = positions[positions["score"].notna() & positions["group_rule"].eq("percentile")]
        top = there["group"].eq(4)
        assert (there["score"].ge(there["p75"] - 1e-9) == top).all()
        assert (there["score"].lt(there["p25"] - 1e-9) == there["group"].eq(1)).all()
        assert (there["score"].ge(there["median"] - 1e-9) == there["group"].ge(3)).all()

    def test_sizes_of_another_number_of_provinces_are_not_used(self, levels, sizes):
        fewer = levels[~(levels["province"].eq("01") & levels["year"].eq(2022))]
        rows = ranking.positions(fewer, sizes).query("year == 2022 and level == 'total'")
        assert set(rows["group_rule"]) == {"percentile", ""}

    def test_a_higher_group_never_has_a_lower_score(self, positions):
        there = positions[positions["score"].notna()]
        groups = there.groupby(["year", "code", "group"])["score"].agg(["min", "max"]).reset_index()
        above = groups.groupby(["year", "code"])["min"].shift(-1)
        assert (groups["max"] <= above)[above.notna()].all()


class TestRegion:
    def test_ranks_inside_a_region_keep_the_order_of_the_country(self, positions, provinces):
        for region in provinces["region"].unique():
            rows = ranking.regional(positions, provinces, region, 2024).query("level == 'total'")
            there = rows[rows["score"].notna()].sort_values("rank")
            assert there["region_rank"].tolist() == list(range(1, len(there) + 1))
            assert there["region_n"].eq(len(there)).all()

    def test_an_unknown_region_or_year_is_named(self, positions, provinces):
        with pytest.raises(ParameterError, match="mekong_delta"):
            ranking.regional(positions, provinces, "mekong", 2024)
        with pytest.raises(DataError, match="2030"):
            ranking.regional(positions, provinces, "mekong_delta", 2030)

    def test_tra_vinh_has_twelve_peers_in_the_delta_and_62_in_the_country(self, provinces):
        near = ranking.peers(provinces, TRA_VINH)
        assert len(near) == 12
        assert TRA_VINH not in near
        assert {"83", "86"} <= set(near)
        assert len(ranking.peers(provinces, TRA_VINH, "country")) == 62

    def test_peers_of_a_wrong_kind_or_code_are_refused(self, provinces):
        with pytest.raises(ParameterError, match="region or country"):
            ranking.peers(provinces, TRA_VINH, "world")
        with pytest.raises(ParameterError, match="'99'"):
            ranking.peers(provinces, "99")


class TestNextGroup:
    def test_the_missing_points_reach_the_lowest_total_of_the_next_group(self, positions):
        missing = ranking.next_group(positions, TRA_VINH, 2024)
        reached = one(positions, TRA_VINH, 2024)["score"] + missing
        above = positions.query("year == 2024 and level == 'total'")
        assert reached == pytest.approx(above.loc[above["group"].eq(2), "score"].min())
        assert missing > 0

    def test_the_highest_group_misses_nothing(self, positions):
        best = positions.query("year == 2024 and level == 'total' and rank == 1")["province"].iloc[
            0
        ]
        assert ranking.next_group(positions, best, 2024) is None

    def test_by_hand(self):
        table = ranking.positions(totals([1, 2, 3, 4, 5, 6, 7, 8]), NO_SIZES)
        # P25 = 2.75: the third is the lowest of the second group
        assert ranking.next_group(table, "p000", 2024) == 2


class TestWhatIf:
    def test_tra_vinh_2024_rises_to_54_with_one_gap_46_with_five_and_31_with_all(self, levels):
        table = panel.wide(levels, 2024, "subdimension")
        gaps = (table.median() - table.loc[TRA_VINH]).sort_values(ascending=False)
        single = [ranking.what_if(levels, TRA_VINH, 2024, [code]) for code in gaps.index]
        assert min(single) == 54
        assert ranking.what_if(levels, TRA_VINH, 2024, gaps.index[:5]) == 46
        assert ranking.what_if(levels, TRA_VINH, 2024, gaps.index) == 31

    def test_closing_nothing_leaves_the_rank(self, levels):
        assert ranking.what_if(levels, TRA_VINH, 2024, []) == 57

    def test_all_sub_dimensions_at_the_best_make_the_first(self, levels):
        codes = panel.wide(levels, 2024, "subdimension").columns
        assert ranking.what_if(levels, TRA_VINH, 2024, codes, "best") == 1

    def test_naming_a_code_twice_closes_its_gap_once(self, levels):
        once = ranking.what_if(levels, TRA_VINH, 2024, ["internet_access"], "best")
        twice = ranking.what_if(levels, TRA_VINH, 2024, ["internet_access"] * 2, "best")
        assert once == twice

    @pytest.mark.parametrize("year", [2014, 2022])
    def test_every_province_improves_or_is_refused_with_its_reason(self, levels, provinces, year):
        codes = panel.wide(levels, year, "subdimension").columns
        standing = panel.wide(levels, year, "total")["total"].rank(ascending=False, method="min")
        for province in provinces["province"]:
            if pd.isna(standing[province]):
                with pytest.raises(DataError, match="was not published"):
                    ranking.what_if(levels, province, year, codes)
            else:
                assert ranking.what_if(levels, province, year, codes) <= standing[province]

    def test_an_unknown_benchmark_or_code_is_named(self, levels):
        with pytest.raises(ParameterError, match="median"):
            ranking.what_if(levels, TRA_VINH, 2024, [], "mean")
        with pytest.raises(ParameterError, match="construction_permits"):
            ranking.what_if(levels, TRA_VINH, 2024, ["construction_permits"])

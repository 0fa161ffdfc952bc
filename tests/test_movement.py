"""Movement: changes beside the nation, the rank and the total in parts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papi_analysis.data import codebook, panel
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.stats import change

TRA_VINH = "84"
YEARS = range(2012, 2025)


def scores_of(tables):
    """Levels from {year: {sub-dimension: scores}}: one dimension, NaN where absent."""
    frames = []
    for year, columns in tables.items():
        wide = pd.DataFrame(columns, dtype=float)
        wide.index = [f"p{i}" for i in range(len(wide))]
        sums = wide.sum(axis=1, skipna=False)
        for level, code, dimension, values in (
            *(("subdimension", code, "1", wide[code]) for code in wide),
            ("dimension", "1", "1", sums),
            ("total", "total", "", sums),
        ):
            frame = pd.DataFrame({"province": wide.index, "score": values.to_numpy()})
            frames.append(frame.assign(year=year, level=level, code=code, dimension=dimension))
    table = pd.concat(frames, ignore_index=True)
    return table.assign(absence=np.where(table["score"].isna(), "not_published", ""))


def regimes_of(rows):
    """Regimes from (year, sub-dimension, scale_max, composition, comparable)."""
    columns = ["year", "subdimension", "scale_max", "composition", "comparable"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(dimension="1", scale_min=table["scale_max"] / 10, sample_block="one")


SAME = regimes_of([(2021, "a", 5, 1, "first"), (2022, "a", 5, 1, "yes")])


@pytest.fixture(scope="module")
def moves(levels, regimes):
    return {year: change.decompose_rank_changes(levels, regimes, year) for year in YEARS}


@pytest.fixture(scope="module")
def parts(levels, regimes):
    return {year: change.parts(levels, regimes, year) for year in YEARS}


class TestRankMove:
    def test_tra_vinh_2024_gained_points_and_lost_three_ranks(self, levels, regimes):
        found = change.decompose_rank_change(levels, regimes, TRA_VINH, 2024)
        assert (found["rank_before"], found["n_before"]) == (54, 61)
        assert (found["rank"], found["n"]) == (57, 61)
        assert found["own"] < 0 < found["others"]
        assert found["method"] == 0
        assert found["own"] + found["others"] + found["units"] + found["method"] == 3

    @pytest.mark.parametrize("year", YEARS)
    def test_parts_add_up_for_every_province(self, moves, levels, year):
        table = moves[year]
        added = table[["own", "others", "units", "method"]].sum(axis=1)
        assert (added == table["rank"] - table["rank_before"]).all()
        totals = panel.history(levels, "total")[[year - 1, year]]
        assert set(table["province"]) == set(totals.dropna().index)
        ranks = totals.rank(ascending=False, method="min").loc[table["province"]]
        assert (table["rank"].to_numpy() == ranks[year].to_numpy()).all()
        assert (table["rank_before"].to_numpy() == ranks[year - 1].to_numpy()).all()

    @pytest.mark.parametrize("year", YEARS)
    def test_method_moves_nobody_where_everything_is_comparable(self, moves, regimes, year):
        """A comparison that is only doubtful is a footnote at its criterion, and no method."""
        table = codebook.comparability(regimes, year - 1, year)
        if table["reason"].isin(["", "doubtful"]).all():
            assert moves[year]["method"].eq(0).all()
        else:
            assert moves[year]["method"].ne(0).any()

    @pytest.mark.parametrize("year", YEARS)
    def test_units_move_nobody_where_the_same_provinces_are_scored(self, moves, levels, year):
        there = panel.history(levels, "total")[[year - 1, year]].notna()
        same = there[year].eq(there[year - 1]).all()
        assert moves[year]["units"].eq(0).all() == same

    def test_by_hand_one_rises_and_another_overtakes(self):
        levels = scores_of({2021: {"a": [5, 4, 3]}, 2022: {"a": [4.5, 4.6, 4.7]}})
        table = change.decompose_rank_changes(levels, SAME, 2022).set_index("province")
        # p0 falls from 5 to 4.5: alone still first, then two pass it
        assert table.loc["p0", ["own", "others"]].tolist() == [0, 2]
        # p2 rises from 3 to 4.7: alone second behind 5, then 5 falls
        assert table.loc["p2", ["own", "others"]].tolist() == [-1, -1]
        assert table[["units", "method"]].eq(0).all(axis=None)

    def test_by_hand_a_strong_province_enters_and_a_strong_one_leaves(self):
        levels = scores_of({2021: {"a": [3, 9, np.nan]}, 2022: {"a": [3, np.nan, 8]}})
        found = change.decompose_rank_change(levels, SAME, "p0", 2022)
        assert (found["rank_before"], found["rank"]) == (2, 2)
        assert (found["units"], found["own"], found["others"]) == (0, 0, 0)
        entering = scores_of({2021: {"a": [3, 2, np.nan]}, 2022: {"a": [3, 2, 8]}})
        assert change.decompose_rank_change(entering, SAME, "p0", 2022)["units"] == 1

    def test_by_hand_a_new_sub_dimension_is_method(self):
        regimes = pd.concat([SAME, regimes_of([(2022, "b", 5, 1, "first")])])
        levels = scores_of({2021: {"a": [4, 3]}, 2022: {"a": [4, 3], "b": [1, 5]}})
        found = change.decompose_rank_change(levels, regimes, "p0", 2022)
        assert (found["own"], found["others"], found["method"]) == (0, 0, 1)

    @settings(max_examples=20, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=9))
    def test_parts_add_up_on_any_scores_with_ties(self, pairs):
        before, now = zip(*pairs, strict=True)
        scores = scores_of({2021: {"a": before}, 2022: {"a": now}})
        table = change.decompose_rank_changes(scores, SAME, 2022)
        added = table[["own", "others", "units", "method"]].sum(axis=1)
        assert (added == table["rank"] - table["rank_before"]).all()

    def test_a_gift_to_all_in_the_later_year_leaves_ranks_units_and_method(self, levels, regimes):
        later = levels["year"].eq(2024) & levels["level"].eq("subdimension")
        gift = levels.assign(score=levels["score"] + later * 0.1)
        total = gift["year"].eq(2024) & gift["level"].eq("total")
        gift = gift.assign(score=gift["score"] + total * 2.8)
        before, after = (
            change.decompose_rank_changes(table, regimes, 2024)[["rank", "units", "method"]]
            for table in (levels, gift)
        )
        pd.testing.assert_frame_equal(before, after)

    def test_the_order_of_rows_changes_nothing(self, levels, regimes):
        shuffled = levels.sample(frac=1, random_state=1)
        pd.testing.assert_frame_equal(
            change.decompose_rank_changes(levels, regimes, 2021),
            change.decompose_rank_changes(shuffled, regimes, 2021),
        )


class TestTotalChange:
    @pytest.mark.parametrize("year", YEARS)
    def test_parts_add_up_to_the_change_of_every_total(self, parts, levels, year):
        table = parts[year]
        both = table["comparable_part"] + table["method_part"]
        assert np.allclose(both, table["change"], atol=1e-12, rtol=0)
        assert np.allclose(table["change"], table["score"] - table["score_before"], atol=1e-12)
        totals = panel.history(levels, "total")[[year - 1, year]].dropna()
        sums = table.groupby("province")["change"].sum()
        assert np.allclose(sums, (totals[year] - totals[year - 1]).loc[sums.index], atol=1e-9)
        assert len(sums) == len(totals)

    @pytest.mark.parametrize("year", YEARS)
    def test_only_dimensions_with_a_break_have_a_method_part(self, parts, regimes, year):
        table = codebook.comparability(regimes, year - 1, year)
        broken = set(table.query("level == 'dimension' and not comparable")["code"])
        with_method = parts[year].loc[parts[year]["method_part"].ne(0), "dimension"]
        assert set(with_method) == broken

    def test_tra_vinh_2024_gained_0_4730_points_none_by_method(self, levels, regimes):
        table = change.total_change(levels, regimes, TRA_VINH, 2024)
        assert table["dimension"].tolist() == list("12345678")
        assert table["change"].sum() == pytest.approx(0.4730, abs=1e-4)
        assert table["method_part"].eq(0).all()
        assert table["comparable_part"].sum() == pytest.approx(table["change"].sum())

    def test_the_two_dimensions_of_2018_are_all_method(self, levels, regimes):
        table = change.total_change(levels, regimes, TRA_VINH, 2018).set_index("dimension")
        assert table.loc[["7", "8"], "score_before"].eq(0).all()
        assert table.loc[["7", "8"], "comparable_part"].eq(0).all()
        assert (table["method_part"] == table["change"])[["7", "8"]].all()

    def test_by_hand_the_same_place_on_a_longer_scale_is_no_change(self):
        regimes = regimes_of([(2021, "a", 2.5, 1, "first"), (2022, "a", 10 / 3, 1, "rescaled")])
        # the middle of 0.25-2.5 is 1.375, that of 0.333-3.333 is 1.8333
        levels = scores_of({2021: {"a": [1.375]}, 2022: {"a": [11 / 6 + 0.2]}})
        row = change.total_change(levels, regimes, "p0", 2022).iloc[0]
        assert row["comparable_part"] == pytest.approx(0.2)
        assert row["method_part"] == pytest.approx(11 / 6 - 1.375)

    def test_by_hand_what_went_is_method_and_what_is_doubtful_is_not(self):
        regimes = regimes_of(
            [
                (2021, "a", 2.5, 1, "first"),
                (2021, "b", 2.5, 1, "first"),
                (2021, "c", 2.5, 1, "first"),
                (2022, "a", 2.5, 1, "yes"),
                (2022, "b", 2.5, 1, "doubtful"),
            ]
        )
        levels = scores_of({2021: {"a": [1], "b": [1], "c": [2]}, 2022: {"a": [1.5], "b": [1.2]}})
        row = change.total_change(levels, regimes, "p0", 2022).iloc[0]
        assert row["comparable_part"] == pytest.approx(0.5 + 0.2)
        assert row["method_part"] == pytest.approx(-2)


class TestChange:
    def test_tra_vinh_2024_rose_less_than_the_country(self, levels, regimes):
        row = change.change(levels, regimes, TRA_VINH, 2024).set_index("code").loc["total"]
        assert row["change"] == pytest.approx(0.4730, abs=1e-4)
        assert round(row["national_change"], 2) == 1.01
        assert row[["rank_before", "n_before", "rank", "n"]].tolist() == [54, 61, 57, 61]
        assert row["comparable"]

    def test_the_change_of_the_country_is_not_that_of_the_same_provinces(self, levels, regimes):
        row = change.change(levels, regimes, TRA_VINH, 2024).set_index("code").loc["total"]
        totals = panel.history(levels, "total")
        assert row["national_change"] == pytest.approx(totals[2024].mean() - totals[2023].mean())
        same = (totals[2024] - totals[2023]).mean()
        assert row["same_provinces_change"] == pytest.approx(same)
        # two strong provinces came back
        assert row["same_provinces_change"] < row["national_change"]

    def test_a_score_across_a_break_is_marked_and_has_no_difference(self, levels, regimes):
        table = change.change(levels, regimes, TRA_VINH, 2021).set_index("code")
        assert table.loc["certification", "reason"] == "scale"
        assert table.loc["law_and_order", "reason"] == "composition"
        assert table.loc["access_to_justice", "reason"] == "doubtful"
        assert table.loc["5", "reason"] == "parts"
        assert table.loc[["certification", "law_and_order"], "change"].isna().all()
        assert not table.loc["total", "comparable"]

    def test_totals_of_six_and_eight_dimensions_have_no_difference(self, levels, regimes):
        table = change.change(levels, regimes, TRA_VINH, 2018).set_index("code")
        assert table.loc["total", "reason"] == "dimensions"
        assert table.loc["7", "reason"] == "new"
        assert table.loc[["total", "7"], "change"].isna().all()

    def test_the_first_year_has_scores_and_no_change(self, levels, regimes):
        table = change.change(levels, regimes, TRA_VINH, 2011)
        assert table["reason"].eq("first_year").all()
        assert table[["rank", "score"]].notna().all(axis=None)
        assert table[["change", "national_change", "score_before"]].isna().all(axis=None)

    def test_after_an_unpublished_year_there_is_no_change(self, levels, regimes):
        table = change.change(levels, regimes, "22", 2024)
        assert table["reason"].eq("absent_before").all()
        assert table["change"].isna().all()
        assert table["rank"].notna().all()

    @pytest.mark.parametrize(
        ("province", "year"), [("24", 2022), ("27", 2022), ("87", 2018), ("22", 2018), ("24", 2014)]
    )
    def test_holes_are_named_and_the_rest_stands(self, levels, regimes, province, year):
        if year == 2014:
            with pytest.raises(DataError, match="24 was published in 2014"):
                change.change(levels, regimes, province, year)
            return
        table = change.change(levels, regimes, province, year).set_index("code")
        assert table.loc["total", "reason"] == "absent"
        assert table["score"].notna().any()

    @pytest.mark.parametrize("year", YEARS)
    def test_no_number_is_missing_without_a_reason(self, levels, regimes, year):
        for province in (TRA_VINH, "01", "22", "24", "27", "87"):
            try:
                table = change.change(levels, regimes, province, year)
            except DataError as error:
                assert "was published in" in str(error)
                continue
            known = table["reason"].eq("")
            assert (known == table["comparable"]).all()
            numbers = table.columns.difference(["comparable", "reason"])
            assert table.loc[known, numbers].notna().all(axis=None)
            assert set(table["reason"]) <= set(change.REASONS)


class TestRefusals:
    def test_the_first_year_has_nothing_before_it(self, levels, regimes):
        for function in (change.decompose_rank_change, change.total_change):
            with pytest.raises(DataError, match="holds no 2010"):
                function(levels, regimes, TRA_VINH, 2011)

    def test_an_absent_total_of_either_year_is_named(self, levels, regimes):
        for function in (change.decompose_rank_change, change.total_change):
            with pytest.raises(DataError, match="no score of total in 2023"):
                function(levels, regimes, "22", 2024)
            with pytest.raises(DataError, match="no score of total in 2022"):
                function(levels, regimes, "24", 2022)

    def test_unknown_years_and_codes_are_named(self, levels, regimes):
        for function in (change.decompose_rank_change, change.total_change, change.change):
            with pytest.raises(DataError, match="2030"):
                function(levels, regimes, TRA_VINH, 2030)
            with pytest.raises(ParameterError, match="'99'"):
                function(levels, regimes, "99", 2024)

"""Associations: the published oracles, the facts of the panel, and what must never change them."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from papi_analysis import boundaries, i18n
from papi_analysis.data import panel
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.stats import correlation, resampling, spatial, within

DATA = Path(__file__).parent / "data"
GOLDENS = {
    item["id"]: item["values"]
    for item in json.loads((DATA / "goldens.json").read_text(encoding="utf-8"))["goldens"]
}

#: The oracles were computed from unrounded scores; the panel keeps six decimals.
SIX_DECIMALS = 1e-6


@pytest.fixture(scope="module")
def dimensions(levels):
    return panel.wide(levels, 2024, "dimension")


@pytest.fixture(scope="module")
def subdimensions(levels):
    return panel.wide(levels, 2024, "subdimension")


@pytest.fixture(scope="module")
def both(levels, regimes):
    """Between beside within, in the block of 2024."""
    return within.between_within(levels, regimes, end=2024, resamples=1000, seed=84)


def pair(table: pd.DataFrame, a: str, b: str) -> pd.Series:
    return table.set_index(["a", "b"]).loc[(a, b)]


def table_of(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv", comment="#")


class TestMatrix:
    def test_spearman_agrees_with_r_on_dimensions_4_and_5(self, dimensions):
        golden = GOLDENS["papi_spearman_D4_D5_2024"]
        row = pair(correlation.coefficients(dimensions), "4", "5")
        assert row["n"] == golden["n"]
        assert row["r"] == pytest.approx(golden["rho"], abs=1e-12)
        assert row["p"] == pytest.approx(golden["p"], rel=1e-10)

    def test_of_28_pairs_of_dimensions_23_are_significant_and_21_survive(self, dimensions):
        golden = GOLDENS["papi_fdr_dims_2024"]
        table = correlation.coefficients(dimensions)
        assert len(table) == 28
        assert (table["p"] < 0.05).sum() == golden["raw"] == 23
        assert (table["q"] < 0.05).sum() == golden["BH"] == 21
        assert pair(table, "7", "8")["q"] == pytest.approx(golden["q_D7D8"], abs=1e-12)

    def test_of_378_pairs_of_subdimensions_189_are_significant_and_148_survive(self, subdimensions):
        table = correlation.coefficients(subdimensions)
        survive = table[table["q"] < 0.05]
        assert (len(table), (table["p"] < 0.05).sum(), len(survive)) == (378, 189, 148)
        assert (survive["r"] < 0).sum() == 5

    @pytest.mark.parametrize("method", ["spearman", "pearson"])
    def test_swiss_districts_give_the_values_of_r(self, method):
        golden = GOLDENS[f"{method}_swiss"]
        row = correlation.coefficients(table_of("swiss"), method=method).iloc[0]
        assert row["r"] == pytest.approx(golden["rho" if method == "spearman" else "r"], abs=1e-12)
        assert row["p"] == pytest.approx(golden["p"], rel=1e-10)

    @pytest.mark.parametrize("method", ["spearman", "pearson"])
    def test_every_pair_equals_that_of_scipy(self, subdimensions, method):
        table = correlation.coefficients(subdimensions, method=method)
        there = subdimensions.dropna()
        function = {"spearman": stats.spearmanr, "pearson": stats.pearsonr}[method]
        for row in table.sample(40, random_state=1).itertuples():
            expected = function(there[row.a], there[row.b])
            assert row.r == pytest.approx(expected.statistic, abs=1e-12)
            assert row.p == pytest.approx(expected.pvalue, rel=1e-8)

    def test_the_interval_holds_r_and_lies_within_one(self, dimensions):
        table = correlation.matrix(dimensions, resamples=1000, seed=84)
        assert table["low"].between(-1, table["r"]).all()
        assert table["high"].between(table["r"], 1).all()
        assert not table.isna().any().any()

    def test_pearson_interval_is_near_that_of_fisher(self, dimensions):
        table = correlation.matrix(dimensions, method="pearson", resamples=4000, seed=84)
        middle, reach = np.arctanh(table["r"]), 1.96 / np.sqrt(58)
        fisher = np.tanh(middle + reach) - np.tanh(middle - reach)
        assert (table["high"] - table["low"]).mean() == pytest.approx(fisher.mean(), rel=0.15)

    def test_the_seed_decides_the_interval(self, dimensions):
        first, again, other = (
            correlation.matrix(dimensions, resamples=500, seed=seed) for seed in (84, 84, 85)
        )
        pd.testing.assert_frame_equal(first, again, check_exact=True)
        assert not first["low"].equals(other["low"])
        assert first["r"].equals(other["r"])


class TestResampling:
    def resampled(self, values, counts, method):
        """The same coefficients by repeating rows and asking scipy."""
        rows = np.repeat(np.arange(len(values)), counts.astype(int))
        ranked = stats.rankdata(values[rows], axis=0) if method == "spearman" else values[rows]
        return np.corrcoef(ranked, rowvar=False)[correlation.pairs(values.shape[1])]

    @pytest.mark.parametrize("method", ["spearman", "pearson"])
    def test_every_resample_equals_a_plain_loop(self, subdimensions, method):
        values = subdimensions.dropna().to_numpy()
        counts = resampling.counts(len(values), 450, np.random.default_rng(1))
        function = getattr(correlation, method)
        found = function(values, counts)
        expected = [self.resampled(values, row, method) for row in counts]
        np.testing.assert_allclose(found, expected, atol=1e-12, rtol=0)

    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, 10_000), st.integers(2, 4), st.integers(10, 25), st.integers(2, 9))
    def test_ties_are_ranked_in_the_middle(self, seed, width, n, levels):
        rng = np.random.default_rng(seed)
        values = rng.integers(0, levels, size=(n, width)).astype(float)
        counts = resampling.counts(n, 20, rng)
        for row, found in zip(counts, correlation.spearman(values, counts), strict=True):
            with np.errstate(invalid="ignore", divide="ignore"):
                expected = self.resampled(values, row, "spearman")
            np.testing.assert_allclose(found, expected, atol=1e-12, equal_nan=True)

    def test_mid_ranks_are_whole_numbers_so_single_precision_gives_the_same_sums(
        self, subdimensions
    ):
        values = subdimensions.dropna().to_numpy()
        counts = resampling.counts(len(values), 50, np.random.default_rng(3))
        ranked = counts @ correlation._steps(values)
        assert np.array_equal(ranked, np.round(ranked))
        half = counts.astype("float32") @ correlation._steps(values).astype("float32")
        assert np.array_equal(ranked, half)

    def test_a_coefficient_that_resampling_leaves_undefined_is_refused(self):
        values = pd.DataFrame({"a": np.arange(20.0), "lonely": [1.0] + [0.0] * 19})
        with pytest.raises(DataError, match="a – lonely cannot be estimated"):
            correlation.matrix(values, resamples=200, seed=84)

    def test_95_of_100_intervals_hold_the_true_coefficient(self):
        """Normal scores of 61 provinces: Spearman's is 6/π arcsin(r/2), here of r = 0.4."""
        rng = np.random.default_rng(84)
        true = 6 / np.pi * np.arcsin(0.4 / 2)
        held = []
        for _ in range(300):
            values = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], size=61)
            counts = resampling.counts(61, 300, rng)
            low, high = correlation.intervals(correlation.spearman(values, counts), ["a – b"])
            held.append(low[0] <= true <= high[0])
        assert 0.92 <= np.mean(held) <= 0.98


class TestItems:
    def test_the_rest_of_the_index_agrees_with_psych(self, dimensions):
        golden = GOLDENS["papi_item_rest_2024"]
        table = correlation.corrected_item_total(dimensions)
        np.testing.assert_allclose(table["r_rest"], golden["r_drop"], atol=SIX_DECIMALS)
        np.testing.assert_allclose(table["r_total"], golden["raw_r"], atol=SIX_DECIMALS)
        assert correlation.alpha(dimensions)["alpha"].item() == pytest.approx(
            golden["alpha"], abs=SIX_DECIMALS
        )

    def test_the_clerks_of_30_departments_agree_with_psych(self):
        golden = GOLDENS["alpha_attitude"]
        table = correlation.corrected_item_total(table_of("attitude"))
        np.testing.assert_allclose(table["r_rest"], golden["r_drop"], atol=1e-12)
        np.testing.assert_allclose(table["r_total"], golden["raw_r"], atol=1e-12)
        alpha = correlation.alpha(table_of("attitude")).iloc[0]
        assert alpha["alpha"] == pytest.approx(golden["raw_alpha"], abs=1e-12)
        assert (alpha["items"], alpha["n"]) == (7, 30)

    def test_the_interval_of_alpha_agrees_with_pingouin(self, dimensions):
        pingouin = pytest.importorskip("pingouin")
        value, (low, high) = pingouin.cronbach_alpha(dimensions.dropna())
        found = correlation.alpha(dimensions).iloc[0]
        assert found["alpha"] == pytest.approx(value, abs=1e-9)
        assert (found["low"], found["high"]) == pytest.approx((low, high), abs=5e-4)

    def test_fisher_interval_agrees_with_r(self):
        golden = GOLDENS["pearson_swiss"]
        row = correlation.corrected_item_total(table_of("swiss")).iloc[0]
        assert row["r_rest"] == pytest.approx(golden["r"], abs=1e-12)
        assert (row["low"], row["high"]) == pytest.approx((golden["lo"], golden["hi"]), abs=1e-9)

    def test_the_rest_is_never_closer_than_the_total(self, dimensions, subdimensions):
        for wide in (dimensions, subdimensions):
            table = correlation.corrected_item_total(wide)
            assert (table["r_rest"] < table["r_total"]).all()

    def test_two_equal_items_are_each_the_rest_of_the_other(self):
        item = pd.Series(np.arange(12.0))
        row = correlation.corrected_item_total(pd.DataFrame({"a": item, "b": item})).iloc[0]
        assert (row["r_rest"], row["low"], row["high"]) == pytest.approx((1, 1, 1))


class TestStability:
    def test_36_of_378_pairs_keep_sign_and_significance_from_2019_to_2024(self, levels, regimes):
        table = correlation.stability(levels, regimes, end=2024)
        assert len(table) == 378
        assert (table["years"] == 6).all()
        assert table["stable"].sum() == 36

    def test_the_years_begin_with_the_subdimensions_of_the_last(self, levels, regimes):
        """Responsiveness of e-government came in 2019, response to appeals in 2016."""
        for end, years in ((2024, 6), (2019, 1), (2018, 1), (2017, 2), (2015, 5)):
            table = correlation.stability(levels, regimes, end=end)
            assert (table["years"] == years).all(), end

    def test_a_pair_that_holds_all_years_holds_since_its_composition_broke(self, levels, regimes):
        table = correlation.stability(levels, regimes, end=2024)
        assert table.loc[table["stable"], "stable_since"].all()
        since = pair(table, "civic_knowledge", "village_elections")["since"]
        assert since == 2022

    def test_years_before_an_item_existed_are_refused(self, levels, regimes):
        with pytest.raises(DataError, match=r"egovernment_responsiveness.*in 2019"):
            correlation.stability(levels, regimes, end=2024, start=2018)


class TestBetweenWithin:
    def test_the_slopes_of_dimension_8_on_7_agree_with_plm(self, both):
        golden = GOLDENS["papi_plm_D8_on_D7_2021_24"]
        row = pair(both, "7", "8")
        assert row["slope_within"] == pytest.approx(golden["within"], abs=SIX_DECIMALS)
        assert row["se_within"] == pytest.approx(golden["within_se"], abs=SIX_DECIMALS)
        assert row["slope_between"] == pytest.approx(golden["between"], abs=SIX_DECIMALS)

    def test_the_trade_off_between_provinces_does_not_exist_inside_them(self, both):
        row = pair(both, "7", "8")
        assert row["between_high"] < 0 < row["within_low"]

    def test_no_pair_of_dimensions_is_negative_inside_provinces(self, both):
        assert len(both) == 28
        assert (both["r_within"] > 0).all()
        assert (both["slope_within"] > 0).all()

    def test_a_planted_trade_off_between_and_gain_within_are_both_found(self, levels, regimes):
        """Lasting levels oppose each other, yearly movements go together."""
        rng = np.random.default_rng(84)
        keys = levels.query("level == 'dimension' and code == '7' and year >= 2021")
        keys = keys[["province", "year"]].reset_index(drop=True)
        lasting = keys["province"].map(dict.fromkeys(keys["province"], 0.0)).astype(float)
        for province in keys["province"].unique():
            lasting[keys["province"] == province] = rng.normal()
        moving = rng.normal(scale=0.3, size=len(keys))
        noise = rng.normal(scale=0.1, size=(2, len(keys)))
        planted = {
            "7": 5 + lasting + moving + noise[0],
            "8": 5 - 0.5 * lasting + 0.5 * moving + noise[1],
        }
        table = levels.set_index(["code", "province", "year"])
        for code, score in planted.items():
            place = pd.MultiIndex.from_frame(keys.assign(code=code)[["code", "province", "year"]])
            table.loc[place, "score"] = table.loc[place, "score"].mask(
                table.loc[place, "score"].notna(), score.set_axis(place)
            )
        row = pair(
            within.between_within(table.reset_index(), regimes, end=2024, resamples=500, seed=84),
            "7",
            "8",
        )
        assert row["between_high"] < 0 < row["within_low"]
        assert row["slope_between"] == pytest.approx(-0.5, abs=0.1)
        assert row["slope_within"] == pytest.approx(0.45, abs=3 * row["se_within"])

    def test_grunfeld_agrees_with_plm(self):
        from statsmodels.datasets import grunfeld

        golden = GOLDENS["plm_grunfeld"]
        table = grunfeld.load_pandas().data.query("firm != 'American Steel'")
        table = table.assign(year=table["year"].astype(int))
        for name, year in (("within", None), ("twoway", "year")):
            found = within.fixed_effects(
                table, "invest", ["value", "capital"], unit="firm", year=year
            )
            np.testing.assert_allclose(found["slope"], golden[name], atol=1e-9)
            np.testing.assert_allclose(found["se"], golden[f"{name}_se"], atol=1e-9)

    def test_a_change_over_a_broken_composition_is_left_out(self, levels, regimes):
        """Civic knowledge broke in 2022, so the participation dimension has no change there."""
        changes = correlation.yearly_changes(levels, regimes, end=2024)
        there = changes.notna().groupby("year").sum()
        assert there.loc[2022, "1"] == 0
        assert there.loc[2023, "1"] > 50
        assert there.loc[2022, "2"] > 50
        assert 2021 not in there.index

    def test_a_change_is_the_own_change_less_the_mean_of_all(self, levels, regimes):
        changes = correlation.yearly_changes(levels, regimes, end=2024)
        before, after = (panel.wide(levels, year, "dimension").dropna() for year in (2023, 2024))
        raw = (after - before).dropna()
        expected = raw.loc["84", "5"] - raw["5"].mean()
        assert changes.loc[("84", 2024), "5"] == pytest.approx(expected, abs=1e-8)
        assert changes.groupby("year").mean().abs().max().max() < 1e-12

    def test_one_common_movement_and_no_second_beyond_chance(self, levels, regimes):
        changes = correlation.yearly_changes(levels, regimes, end=2024)
        table = correlation.common_factors(changes, resamples=500, seed=84)
        assert table["beyond_chance"].tolist() == [True] + [False] * 7
        assert table["share"].sum() == pytest.approx(1)

    def test_changes_across_the_redrawing_of_2021_are_refused(self, levels, regimes):
        for ask in (within.between_within, correlation.yearly_changes):
            extra = {"seed": 84} if ask is within.between_within else {}
            with pytest.raises(DataError, match=r"redrawn in 2021.*2021 to 2024"):
                ask(levels, regimes, end=2024, start=2018, **extra)

    def test_the_first_year_of_a_block_has_no_changes(self, levels, regimes):
        with pytest.raises(DataError, match="begins in 2021"):
            within.between_within(levels, regimes, end=2021, seed=84)
        with pytest.raises(DataError, match="begins in 2021"):
            correlation.yearly_changes(levels, regimes, end=2021)

    def test_a_pair_whose_composition_broke_in_the_last_year_is_left_out(self, levels, regimes):
        """In 2022 civic knowledge broke, so participation cannot be followed from 2021."""
        table = within.between_within(levels, regimes, end=2022, resamples=100, seed=84)
        assert len(table) == 21
        assert "1" not in set(table["a"]) | set(table["b"])
        assert not table.isna().any().any()

    def test_an_item_that_came_inside_the_block_is_followed_from_then_on(self, levels, regimes):
        """Response to appeals came in 2016, inside the block of 2015-2017."""
        table = within.between_within(
            levels, regimes, end=2017, level="subdimension", resamples=100, seed=84
        )
        row = pair(table, "communal_budgets", "response_to_appeals")
        assert row["n_changes"] == 63
        assert not table.isna().any().any()


class TestMoran:
    def test_columbus_agrees_with_spdep(self, monkeypatch):
        """Crime in 49 neighbourhoods; the oracle's neighbours share a border or a corner."""
        from libpysal import examples, io

        golden = GOLDENS["moran_columbus_queen"]
        weights = io.open(examples.get_path("columbus.gal")).read()
        weights.transform = "r"
        monkeypatch.setattr(spatial, "_weights", lambda *_: weights)
        columns = io.open(examples.get_path("columbus.dbf"))
        wide = pd.DataFrame({name: columns.by_col(name) for name in ("CRIME", "INC")})
        row = spatial.moran(wide, pd.DataFrame({"x": range(49), "y": 0}), seed=84).iloc[0]
        assert row["i"] == pytest.approx(golden["I"], abs=1e-9)
        assert row["expected"] == pytest.approx(golden["EI"], abs=1e-12)
        assert row["z"] == pytest.approx(
            (golden["I"] - golden["EI"]) / np.sqrt(golden["VI_rand"]), abs=1e-7
        )
        assert row["p_normal"] == pytest.approx(golden["p_greater"], rel=1e-6)

    def test_five_neighbours_agree_with_spdep(self, dimensions, reference):
        places = pd.read_csv(reference("province_centroids.csv"), dtype={"code": str})
        wide = dimensions.assign(total=dimensions.sum(axis=1, skipna=False))
        table = spatial.moran(wide, places, seed=84).set_index("code")
        golden = GOLDENS["papi_moran_knn5_2024"]
        for key, (value, p) in golden.items():
            row = table.loc[key.removeprefix("D")]
            assert row["i"] == pytest.approx(value, abs=SIX_DECIMALS)
            assert row["p_normal"] == pytest.approx(p, rel=1e-3)
            assert row["p"] == pytest.approx(p, abs=0.03)

    def test_neighbours_are_alike_in_participation_environment_and_e_government(self, dimensions):
        places = boundaries.points(boundaries.provinces("2024-12-31"))
        table = spatial.moran(dimensions, places, seed=84).set_index("code")
        assert (table.loc[["1", "7", "8"], "q"] < 0.05).all()
        assert (table.loc[["4", "5"], "i"].abs() < 0.05).all()

    def test_a_chessboard_is_unlike_and_two_halves_are_alike(self):
        grid = pd.DataFrame([(x, y) for x in range(6) for y in range(6)], columns=["x", "y"])
        wide = pd.DataFrame({"chess": (grid["x"] + grid["y"]) % 2, "half": grid["x"] // 3})
        table = spatial.moran(wide.astype(float), grid, neighbours=4, seed=84)
        chess, half = table.set_index("code")["i"][["chess", "half"]]
        assert chess < -0.3
        assert half > 0.6

    def test_a_province_without_a_place_is_named(self, dimensions):
        places = boundaries.points(boundaries.provinces("2024-12-31")).drop(index="84")
        with pytest.raises(DataError, match="No point for 1 province: 84"):
            spatial.moran(dimensions, places, seed=84)


class TestInvariance:
    """What says nothing about provinces must change nothing about associations."""

    def frame(self, seed):
        rng = np.random.default_rng(seed)
        common = rng.normal(size=(30, 1))
        values = common + rng.normal(size=(30, 4))
        return pd.DataFrame(values.round(3), columns=list("abcd"))

    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, 10_000))
    def test_the_order_of_provinces(self, seed):
        wide = self.frame(seed)
        mixed = wide.sample(frac=1, random_state=seed)
        places = pd.DataFrame({"x": wide.index % 6, "y": wide.index // 6})
        for ask in (
            lambda table: correlation.matrix(table, resamples=200, seed=seed),
            correlation.corrected_item_total,
            lambda table: spatial.moran(table, places, permutations=100, seed=seed),
        ):
            pd.testing.assert_frame_equal(ask(wide), ask(mixed), check_exact=True)

    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, 10_000), st.floats(-5, 5), st.floats(0.1, 9))
    def test_shift_and_scale_of_an_item(self, seed, shift, scale):
        wide = self.frame(seed)
        other = wide.assign(a=wide["a"] * scale + shift)
        for method in ("spearman", "pearson"):
            first, second = (correlation.coefficients(w, method=method) for w in (wide, other))
            pd.testing.assert_frame_equal(first, second, atol=1e-6)

    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, 10_000))
    def test_turning_an_item_round_turns_the_sign_and_the_interval(self, seed):
        wide = self.frame(seed)
        turned = wide.assign(a=-wide["a"])
        first, second = (correlation.matrix(w, resamples=200, seed=seed) for w in (wide, turned))
        row, mirror = pair(first, "a", "b"), pair(second, "a", "b")
        assert (row["r"], row["low"], row["high"]) == pytest.approx(
            (-mirror["r"], -mirror["high"], -mirror["low"]), abs=1e-12
        )

    @settings(max_examples=25, deadline=None)
    @given(st.integers(0, 10_000))
    def test_a_rising_curve_leaves_ranks_and_spearman_alone(self, seed):
        wide = self.frame(seed)
        curved = wide.assign(b=np.exp(wide["b"]) + wide["b"] ** 3)
        pd.testing.assert_frame_equal(
            correlation.coefficients(wide), correlation.coefficients(curved)
        )

    def test_a_national_shift_of_one_year_changes_nothing_within(self, levels, regimes):
        row = levels["year"].eq(2023) & levels["code"].eq("7")
        moved = levels.assign(score=levels["score"].where(~row, levels["score"] + 0.5))
        first, second = (
            pair(
                within.between_within(table, regimes, end=2024, resamples=200, seed=84),
                "7",
                "8",
            )
            for table in (levels, moved)
        )
        for key in ("r_within", "within_low", "slope_within", "se_within"):
            assert first[key] == pytest.approx(second[key], abs=1e-9)


class TestRefusals:
    def test_years_in_the_wrong_order_or_unknown(self, levels, regimes):
        for ask in (correlation.stability, correlation.yearly_changes):
            with pytest.raises(ParameterError, match="2024 is after the last year 2023"):
                ask(levels, regimes, end=2023, start=2024)
            with pytest.raises(DataError, match="No index of 2010"):
                ask(levels, regimes, end=2010)

    @pytest.mark.parametrize("seed", [-1, 2**32, 8.4, "84", None, True])
    def test_a_seed_out_of_range(self, dimensions, seed):
        with pytest.raises(ParameterError, match="is not a whole number from 0 to 4294967295"):
            correlation.matrix(dimensions, seed=seed)

    @pytest.mark.parametrize("resamples", [0, 99, 1_000_001, 1e4, None])
    def test_a_number_of_resamples_out_of_range(self, dimensions, resamples):
        with pytest.raises(ParameterError, match="number of draws"):
            correlation.matrix(dimensions, resamples=resamples, seed=84)

    def test_an_unknown_method(self, dimensions):
        with pytest.raises(ParameterError, match="spearman, pearson"):
            correlation.matrix(dimensions, method="kendall", seed=84)

    @pytest.mark.parametrize("neighbours", [0, 60, 2.5, "5"])
    def test_a_number_of_neighbours_out_of_range(self, dimensions, neighbours):
        places = boundaries.points(boundaries.provinces("2024-12-31"))
        with pytest.raises(ParameterError, match="from 1 to 59"):
            spatial.moran(dimensions, places, neighbours=neighbours, seed=84)

    @pytest.mark.parametrize(
        "ask", [correlation.coefficients, correlation.corrected_item_total, correlation.alpha]
    )
    def test_too_few_provinces_equal_scores_and_a_lone_item(self, dimensions, ask):
        with pytest.raises(DataError, match="Only 9 of 9 provinces"):
            ask(dimensions.dropna().head(9))
        with pytest.raises(DataError, match="same score in all 61 provinces: 3, 5"):
            ask(dimensions.assign(**{"3": 5.0, "5": 1.0}))
        with pytest.raises(DataError, match="two items or more, found 1"):
            ask(dimensions[["1"]])

    def test_provinces_with_a_hole_are_left_out_and_counted(self, dimensions):
        holed = dimensions.copy()
        holed.loc["84", "3"] = np.nan
        assert (correlation.coefficients(holed)["n"] == 60).all()

    def test_sums_that_differ_by_rounding_only_are_ties(self):
        wide = pd.DataFrame({"a": [0.1 + 0.2, 0.3, *range(1, 11)], "b": range(12)}, dtype=float)
        assert correlation.complete(wide)["a"].nunique() == 11


class TestSameBytes:
    SCRIPT = """
import hashlib
import numpy as np
from papi_analysis import boundaries
from papi_analysis.data import codebook, panel
from papi_analysis.stats import correlation, resampling, spatial, within
table = panel.levels(panel.load())
wide = panel.wide(table, 2024, "subdimension")
places = boundaries.points(boundaries.provinces("2024-12-31"))
drawn = resampling.ranks(resampling.generator(84).standard_normal((5000, 61)))
parts = [
    correlation.matrix(wide, resamples=1000, seed=84),
    correlation.matrix(wide, method="pearson", resamples=1000, seed=84).round(6),
    correlation.corrected_item_total(wide).round(6),
    within.between_within(
        table, codebook.index_versions(), end=2024, resamples=1000, seed=84
    ).round(6),
    spatial.moran(wide, places, seed=84).round(6),
]
text = "".join(part.to_csv(index=False) for part in parts).encode() + drawn.tobytes()
print(hashlib.sha256(text).hexdigest())
"""

    @pytest.mark.stress
    @pytest.mark.slow
    def test_on_one_two_and_eight_threads(self):
        found = set()
        for threads in ("1", "2", "8"):
            names = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
            environment = os.environ | dict.fromkeys(names, threads)
            environment["PYTHONPATH"] = str(Path(correlation.__file__).parents[2])
            run = subprocess.run(
                [sys.executable, "-c", self.SCRIPT],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
            found.add(run.stdout)
        assert len(found) == 1


def test_every_message_is_said_in_vietnamese_with_the_same_values():
    """The messages of this package, read from its source, against the catalogue."""
    catalogue = i18n.catalogue("vi")
    package = Path(correlation.__file__).parent
    found = []
    for path in package.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "").endswith("Error"):
                found.append(ast.literal_eval(node.args[0]))
    assert len(found) > 10
    for sentence in found:
        braces = [set(re.findall(r"{(\w+)", text)) for text in (sentence, catalogue[sentence])]
        assert braces[0] == braces[1]


class TestSpatialAssociations:
    def test_by_hand_two_clusters_of_equals_count_for_one_province_each(self):
        # Ten provinces in two far places; both items are equal inside a place. Inside a place R is
        # 1, between the places −1: every product is 1, so that 1 + n² / n² = 2, held at 3.
        names = list("abcdefghij")
        points = pd.DataFrame({"x": [0.0] * 5 + [950] * 5, "y": 0.0}, index=names)
        wide = pd.DataFrame({"1": [1.0] * 5 + [3] * 5, "2": [2.0] * 5 + [5] * 5}, index=names)
        found = spatial.associations(wide, points, method="pearson")
        assert found["n_effective"].tolist() == [3.0] and found["n"].tolist() == [10]

    def test_unrelated_fields_are_found_related_about_as_often_as_is_stated(self):
        # Independent items, each with the same strong likeness of neighbours: the plain test finds
        # far more than 5 % of them associated, the corrected one about as many as it states.
        rng = np.random.default_rng(7)
        place = rng.uniform(0, 1000, (60, 2))
        points = pd.DataFrame(place, columns=["x", "y"], index=[f"{i:02d}" for i in range(60)])
        apart = np.hypot(*(place[:, None] - place).transpose(2, 0, 1))
        root = np.linalg.cholesky(np.exp(-apart / 300) + 1e-9 * np.eye(60))
        drawn = pd.DataFrame(root @ rng.standard_normal((60, 60)), index=points.index)
        drawn.columns = [str(i) for i in range(60)]
        plain = correlation.coefficients(drawn)["p"].le(0.05).mean()
        corrected = spatial.associations(drawn, points)
        assert plain > 0.2
        assert corrected["p"].le(0.05).mean() < 0.5 * plain
        assert corrected["n_effective"].mean() < 40

    def test_without_likeness_of_neighbours_little_is_taken_away(self):
        rng = np.random.default_rng(8)
        names = [f"{i:02d}" for i in range(60)]
        points = pd.DataFrame(rng.uniform(0, 1000, (60, 2)), columns=["x", "y"], index=names)
        noise = pd.DataFrame(rng.standard_normal((60, 20)), index=names)
        found = spatial.associations(noise, points)
        assert found["n_effective"].mean() > 45

    def test_a_province_without_a_point_is_named(self):
        names = list("abcdefghijk")
        wide = pd.DataFrame({"1": range(11), "2": [*range(10, 0, -1), 30]}, index=names)
        points = pd.DataFrame({"x": range(10), "y": 0.0}, index=names[:10])
        with pytest.raises(DataError, match=r"1 province: k\."):
            spatial.associations(wide, points)

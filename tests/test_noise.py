"""Noise: variance components, detectable change, tested changes, rank bands."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from papi_analysis.data import panel
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.stats import noise, resampling
from papi_analysis.stats.noise import _adjusted

GOLDENS = {
    item["id"]: item["values"]
    for item in json.loads(
        (Path(__file__).parent / "data" / "goldens.json").read_text(encoding="utf-8")
    )["goldens"]
}
TRA_VINH = "84"
SEED = 84
#: Yield of dyestuff in grams, five samples of six batches (Davies 1947), as in lme4.
DYESTUFF = [
    *(1545, 1440, 1440, 1520, 1580),
    *(1540, 1555, 1490, 1560, 1495),
    *(1595, 1550, 1605, 1510, 1560),
    *(1445, 1440, 1595, 1465, 1545),
    *(1595, 1630, 1515, 1635, 1625),
    *(1520, 1455, 1450, 1480, 1445),
]


def table_of(values, level="total", code="total", first=2021):
    """Scores of one code as in `panel.levels`: provinces in rows, years in columns."""
    frame = pd.DataFrame(values).rename_axis("province").reset_index()
    rows = frame.melt("province", var_name="year", value_name="score")
    rows["year"] += first
    rows["province"] = rows["province"].map("p{:03}".format)
    dimension = "" if level == "total" else "1"
    rows["absence"] = np.where(rows["score"].isna(), "not_published", "")
    return rows.assign(level=level, dimension=dimension, code=code)


def index_of(values, first=2021):
    """A whole index of one sub-dimension, which is also its only dimension and its total."""
    levels = (("subdimension", "a"), ("dimension", "1"), ("total", "total"))
    return pd.concat([table_of(values, level, code, first) for level, code in levels])


def regimes_of(codes, years):
    """Regimes in which nothing ever changes."""
    rows = [
        {"year": year, "subdimension": code, "dimension": "1", "scale_min": 1, "scale_max": 10}
        for year in years
        for code in codes
    ]
    return pd.DataFrame(rows).assign(composition=1, comparable="yes", sample_block="one")


@pytest.fixture(scope="module")
def parts(levels):
    return noise.components(levels, end=2024).set_index("code")


class TestComponents:
    def test_the_total_of_2021_24_is_that_of_lme4(self, parts):
        golden = GOLDENS["papi_lmer_total_2021_24"]
        row = parts.loc["total"]
        assert row["n_provinces"] == golden["n"] == 57
        assert row["sd_resid"] == pytest.approx(golden["sd_resid"], abs=1e-6)
        assert row["sd_province"] == pytest.approx(golden["sd_province"], abs=1e-6)
        assert round(row["icc"], 2) == 0.64

    def test_dimension_1_is_that_of_lme4(self, parts):
        golden = GOLDENS["papi_lmer_D1_2021_24"]
        assert parts.loc["1", "sd_resid"] == pytest.approx(golden["sd_resid"], abs=1e-6)
        assert parts.loc["1", "sd_province"] == pytest.approx(golden["sd_province"], abs=1e-6)

    def test_the_dimensions_wobble_as_published(self, parts):
        found = parts.loc[list("12345678"), "sd_resid"].round(2).tolist()
        assert found == [0.24, 0.26, 0.14, 0.31, 0.17, 0.24, 0.17, 0.19]

    def test_a_change_of_the_total_below_3_08_points_is_not_detectable(self, parts):
        assert round(parts.loc["total", "mdc"], 2) == 3.08
        expected = stats.norm.ppf(0.975) * np.sqrt(2) * parts["sd_resid"]
        assert np.allclose(parts["mdc"], expected)

    def test_the_mixed_model_that_serves_as_oracle_agrees_with_lme4(self):
        from statsmodels.regression.mixed_linear_model import MixedLM

        golden = GOLDENS["lmer_dyestuff"]
        batch = np.repeat(np.arange(6), 5)
        fit = MixedLM(DYESTUFF, np.ones((30, 1)), groups=batch).fit(reml=True)
        assert np.sqrt(fit.scale) == pytest.approx(golden["sd_resid"], abs=0.01)
        assert np.sqrt(fit.cov_re.item()) == pytest.approx(golden["sd_batch"], abs=0.01)

    def test_mixed_models_agree(self, levels, parts):
        from statsmodels.regression.mixed_linear_model import MixedLM

        for code in ("2", "total"):
            table = panel.history(levels, code)[range(2021, 2025)].dropna()
            long = table.melt(ignore_index=False).reset_index()
            fixed = pd.get_dummies(long["year"], dtype=float)
            fit = MixedLM(long["value"], fixed, groups=long["province"]).fit(reml=True)
            assert parts.loc[code, "sd_resid"] == pytest.approx(np.sqrt(fit.scale), abs=1e-3)
            lasting = np.sqrt(fit.cov_re.iloc[0, 0])
            assert parts.loc[code, "sd_province"] == pytest.approx(lasting, abs=1e-3)

    def test_scores_that_differ_by_province_and_year_alone_have_no_noise(self):
        row = noise.components(index_of(np.add.outer(np.arange(12), [0, 5, 2])), end=2023).iloc[-1]
        assert row["sd_resid"] == pytest.approx(0, abs=1e-9)
        assert row["icc"] == pytest.approx(1)
        # the variance of 0 … 11 is 13
        assert row["sd_province"] == pytest.approx(np.sqrt(13))

    def test_by_hand_two_years_that_part_by_plus_and_minus_two(self):
        turn = np.tile([1, -1], 6)
        level = np.repeat(np.arange(6) * 10, 2)
        row = noise.components(index_of(np.column_stack([level + turn, level - turn])), end=2022)
        # each of 12 provinces leaves 1 + 1 = 2 squared, on (12 - 1)(2 - 1) degrees of freedom
        assert row.iloc[-1]["sd_resid"] == pytest.approx(np.sqrt(24 / 11))

    def test_what_is_not_lasting_is_all_noise(self):
        turn = np.tile([1.0, -1.0], 6)
        row = noise.components(index_of(np.column_stack([turn, -turn])), end=2022).iloc[-1]
        assert (row["sd_province"], row["icc"]) == (0, 0)
        # all 24 squares on (12 - 1) × 2 degrees of freedom
        assert row["sd_resid"] == pytest.approx(np.sqrt(24 / 22))

    def test_one_in_twenty_unchanged_provinces_exceeds_the_detectable_change(self):
        draws = np.random.default_rng(SEED).normal(size=(4000, 2))
        mdc = noise.components(index_of(draws), end=2022)["mdc"].iloc[-1]
        moves = np.diff(draws, axis=1).ravel()
        assert 0.04 < (np.abs(moves - moves.mean()) > mdc).mean() < 0.06

    def test_a_gift_to_all_provinces_in_one_year_is_no_noise(self, levels, parts):
        richer = levels.assign(score=levels["score"] + levels["year"].eq(2023) * 3)
        found = noise.components(richer, end=2024).set_index("code")
        assert np.allclose(found["sd_resid"], parts["sd_resid"])

    def test_few_provinces_and_constant_scores_give_a_reason_and_no_number(self):
        few = noise.components(index_of(np.random.default_rng(1).normal(size=(9, 3))), end=2023)
        flat = noise.components(index_of(np.full((20, 3), 1.5)), end=2023)
        for table, reason in ((few, "too_few"), (flat, "no_spread")):
            assert table["reason"].eq(reason).all()
            assert table[["sd_resid", "sd_province", "icc", "mdc"]].isna().all(axis=None)

    @pytest.mark.parametrize("year", range(2011, 2025))
    def test_every_year_has_an_estimate_for_every_level(self, levels, year):
        table = noise.components(levels, end=year)
        assert table["reason"].eq("").all()
        assert table.notna().all(axis=None)
        assert table["icc"].between(0, 1).all()
        assert {"subdimension", "dimension", "total"} == set(table["level"])

    def test_years_that_are_no_window_are_refused(self, levels):
        with pytest.raises(ParameterError, match="2024 is not before"):
            noise.components(levels, start=2024, end=2024)
        with pytest.raises(DataError, match="2023-2025"):
            noise.components(levels, start=2023, end=2025)
        with pytest.raises(DataError, match="2030"):
            noise.components(levels, end=2030)


class TestWindow:
    @pytest.mark.parametrize(
        ("year", "expected"),
        [
            (2024, (2021, 2024)),  # the years with the same 28 sub-dimensions
            (2021, (2021, 2024)),  # the first of them: those after it
            (2023, (2021, 2023)),
            (2017, (2016, 2017)),
            (2014, (2011, 2014)),
            (2018, (2018, 2021)),  # alone with its 28: years with the same dimensions
        ],
    )
    def test_the_window_keeps_to_years_with_the_same_index(self, levels, year, expected):
        assert noise.window(levels, year) == expected

    def test_the_window_holds_its_year_and_at_most_four(self, levels):
        for year in range(2011, 2025):
            first, last = noise.window(levels, year)
            assert first <= year <= last
            assert 2 <= last - first + 1 <= 4

    def test_a_year_without_a_neighbour_is_refused(self, levels):
        with pytest.raises(DataError, match="no year beside it"):
            noise.window(levels[levels["year"] == 2024], 2024)


class TestChanges:
    def test_none_of_28_changes_of_tra_vinh_since_2021_survives(self, scores, levels):
        table = noise.changes(scores, levels, TRA_VINH, 2024, since=2021, across_breaks=True)
        subs = table[table["level"] == "subdimension"]
        assert len(subs) == 28
        assert subs["verdict"].eq("within_noise").all()
        assert round(subs["q"].min(), 2) == 0.63

    def test_across_breaks_nothing_is_tested_unless_asked(self, scores, levels):
        table = noise.changes(scores, levels, TRA_VINH, 2024, since=2021)
        broken = table[~table["comparable"]]
        assert {"civic_knowledge", "primary_education", "1", "total"} <= set(broken["code"])
        assert table.set_index("code").loc["6", "comparable"], "a doubt breaks no dimension"
        assert broken["verdict"].eq("not_comparable").all()
        assert broken[["change", "national_change", "p", "q"]].isna().all(axis=None)
        assert table.loc[table["comparable"], ["change", "p", "q"]].notna().all(axis=None)

    def test_a_large_change_across_a_break_is_never_called_real(self, scores, levels):
        planted = levels["province"].eq(TRA_VINH) & levels["year"].eq(2024)
        planted &= levels["code"].isin(["civic_knowledge", "certification"])
        table = noise.changes(
            scores,
            levels.assign(score=levels["score"] + planted * 2),
            TRA_VINH,
            2024,
            since=2021,
            across_breaks=True,
        ).set_index("code")
        assert (table.loc[["civic_knowledge", "certification"], "q"] < resampling.ALPHA).all()
        assert table.loc["civic_knowledge", "verdict"] == "not_comparable"
        assert table.loc["certification", "verdict"] == "beyond_noise"

    def test_the_last_year_of_tra_vinh_is_within_noise(self, scores, levels):
        table = noise.changes(scores, levels, TRA_VINH, 2024).set_index("code")
        assert table["comparable"].all()
        assert table["verdict"].eq("within_noise").all()
        assert table.loc["total", "change"] == pytest.approx(0.4730, abs=1e-4)

    def test_q_are_those_of_benjamini_and_hochberg(self):
        golden = GOLDENS["bh1995"]
        p = pd.Series(golden["p"])
        assert _adjusted(p).tolist() == pytest.approx(golden["BH"])
        holes = _adjusted(pd.concat([p, pd.Series([np.nan])], ignore_index=True))
        assert np.isnan(holes.iloc[-1])
        assert holes.iloc[:-1].tolist() == pytest.approx(golden["BH"])

    def test_by_hand_a_change_of_two_standard_deviations(self):
        moves = np.array([2.0] + [0.0] * 18 + [-2.0])
        levels = index_of(np.column_stack([np.full(20, 5.0), 5 + moves]))
        row = noise.changes(regimes_of("a", (2021, 2022)), levels, "p000", 2022).iloc[-1]
        # mean 0, SD √(8 / 19)
        assert (row["change"], row["national_change"], row["n"]) == (2, 0, 20)
        assert row["p"] == pytest.approx(2 * stats.t.sf(2 / np.sqrt(8 / 19), 19))
        assert row["verdict"] == "beyond_noise"

    def test_a_planted_improvement_is_found(self, scores, levels):
        planted = levels["province"].eq(TRA_VINH) & levels["year"].eq(2024)
        planted &= levels["code"].eq("certification")
        table = noise.changes(
            scores, levels.assign(score=levels["score"] + planted), TRA_VINH, 2024
        ).set_index("code")
        assert table.loc["certification", "verdict"] == "beyond_noise"
        assert table["verdict"].eq("beyond_noise").sum() == 1

    def test_white_noise_gives_one_p_in_twenty_below_05_and_no_discovery(self):
        rng, codes = np.random.default_rng(SEED), [f"c{i:03}" for i in range(300)]
        levels = pd.concat(
            [table_of(rng.normal(size=(60, 2)), "subdimension", code) for code in codes]
        )
        levels = pd.concat([levels, index_of(rng.normal(size=(60, 2))).query("code != 'a'")])
        table = noise.changes(regimes_of(codes, (2021, 2022)), levels, "p007", 2022)
        subs = table[table["level"] == "subdimension"]
        assert len(subs) == 300
        assert 0.02 < (subs["p"] < 0.05).mean() < 0.08
        assert not subs["verdict"].eq("beyond_noise").any()

    def test_a_gift_to_all_provinces_changes_no_p(self, scores, levels):
        richer = levels.assign(score=levels["score"] + levels["year"].eq(2024) * 0.5)
        before, after = (
            noise.changes(scores, table, TRA_VINH, 2024)["p"] for table in (levels, richer)
        )
        assert np.allclose(before, after)

    def test_a_published_standard_error_takes_the_place_of_the_panel(self, scores, levels):
        errors = pd.DataFrame({"year": [2023, 2024], "province": TRA_VINH, "se": [0.03, 0.04]})
        row = noise.changes(scores, levels, TRA_VINH, 2024, standard_errors=errors).iloc[-1]
        size = abs(row["change"] - row["national_change"]) / 0.05
        assert row["p"] == pytest.approx(2 * stats.norm.sf(size))
        one_year = noise.changes(scores, levels, TRA_VINH, 2024, standard_errors=errors.head(1))
        pd.testing.assert_frame_equal(one_year, noise.changes(scores, levels, TRA_VINH, 2024))

    def test_what_published_errors_tell_from_chance_by_hand(self):
        """Errors of 3 and 4 points: 1.96 × 5; nothing where a year has none."""
        errors = pd.DataFrame({"year": [2023, 2024], "province": "84", "se": [3.0, 4.0]})
        assert noise.detectable(errors, "84", 2024) == pytest.approx(9.8)
        assert np.isnan(noise.detectable(errors, "84", 2023))
        assert np.isnan(noise.detectable(None, "84", 2024))

    def test_standard_errors_that_cannot_be_are_refused(self, scores, levels):
        doubled = pd.DataFrame({"year": 2024, "province": [TRA_VINH] * 2, "se": [0.3, 0.4]})
        zero = doubled.head(1).assign(se=0.0)
        for table in (doubled, zero):
            with pytest.raises(DataError, match="84"):
                noise.changes(scores, levels, TRA_VINH, 2024, standard_errors=table)
        with pytest.raises(ParameterError, match="no column se"):
            noise.changes(
                scores, levels, TRA_VINH, 2024, standard_errors=doubled.drop(columns="se")
            )

    @pytest.mark.parametrize(
        ("province", "year"),
        [("22", 2024), ("24", 2022), ("27", 2022), ("87", 2018), ("84", 2018), ("84", 2012)],
    )
    def test_an_absent_number_always_has_a_verdict_that_says_why(
        self, scores, levels, province, year
    ):
        table = noise.changes(scores, levels, province, year)
        tested = table["verdict"].isin(["within_noise", "beyond_noise"])
        assert (table["p"].notna() == tested).all()
        assert (table["q"].notna() == tested).all()
        assert table.loc[tested, ["change", "national_change"]].notna().all(axis=None)
        assert set(table["verdict"]) <= set(noise.VERDICTS)

    def test_few_provinces_and_equal_changes_are_not_tested(self):
        regimes = regimes_of("a", (2021, 2022))
        few = noise.changes(regimes, index_of(np.arange(18.0).reshape(9, 2)), "p000", 2022)
        flat = noise.changes(regimes, index_of(np.arange(40.0).reshape(20, 2)), "p000", 2022)
        assert few["verdict"].eq("too_few").all()
        assert flat["verdict"].eq("no_spread").all()
        assert few["p"].isna().all()
        assert flat["p"].isna().all()

    def test_a_province_that_was_not_published_is_refused_with_its_years(self, scores, levels):
        with pytest.raises(DataError, match=r"22 was published in 2023.*2022, 2024"):
            noise.changes(scores, levels, "22", 2023)
        with pytest.raises(DataError, match="2010"):
            noise.changes(scores, levels, TRA_VINH, 2011)


class TestRankBand:
    def test_tra_vinh_2024_lies_in_the_lower_half(self, levels):
        low, high = noise.rank_band(levels, TRA_VINH, 2024, seed=SEED)
        assert 31 < low <= 57 <= high <= 61

    def test_the_same_seed_gives_the_same_band_in_any_order_of_rows(self, levels):
        shuffled = levels.sample(frac=1, random_state=1)
        bands = [
            noise.rank_band(table, TRA_VINH, 2024, seed=SEED, draws=2000)
            for table in (levels, levels, shuffled)
        ]
        assert bands[0] == bands[1] == bands[2]

    def test_a_wider_coverage_gives_a_wider_band(self, levels):
        narrow, wide = (
            noise.rank_band(levels, TRA_VINH, 2024, seed=SEED, draws=4000, coverage=coverage)
            for coverage in (0.5, 0.99)
        )
        assert wide[0] < narrow[0]
        assert narrow[1] < wide[1]

    def test_without_noise_the_band_is_the_rank(self, levels):
        codes = panel.wide(levels, 2024, "total").index
        exact = pd.DataFrame({"year": 2024, "province": codes, "se": 1e-6})
        found = noise.rank_band(levels, TRA_VINH, 2024, seed=SEED, standard_errors=exact)
        assert found == (57, 57)

    def test_a_published_error_of_one_province_narrows_its_band(self, levels):
        known = pd.DataFrame({"year": [2024], "province": [TRA_VINH], "se": [0.1]})
        low, high = noise.rank_band(levels, TRA_VINH, 2024, seed=SEED)
        closer = noise.rank_band(levels, TRA_VINH, 2024, seed=SEED, standard_errors=known)
        assert closer[1] - closer[0] < high - low

    def test_nine_bands_in_ten_hold_the_true_rank(self):
        rng, hits = np.random.default_rng(SEED), []
        for _ in range(25):
            true = rng.normal(scale=1.48, size=60)
            levels = index_of(true[:, None] + rng.normal(scale=1.11, size=(60, 4)))
            errors = pd.DataFrame({"year": 2024, "province": sorted(set(levels["province"]))})
            errors = errors.assign(se=1.11)
            rank = stats.rankdata(-true)
            for place in range(0, 60, 10):
                low, high = noise.rank_band(
                    levels, f"p{place:03}", 2024, seed=1, draws=1000, standard_errors=errors
                )
                hits.append(low <= rank[place] <= high)
        assert 0.86 <= np.mean(hits) <= 0.97

    @pytest.mark.parametrize("year", range(2011, 2025))
    def test_every_year_has_a_band_around_the_published_rank(self, levels, year):
        totals = panel.wide(levels, year, "total")["total"].dropna()
        rank = totals.rank(ascending=False, method="min")
        low, high = noise.rank_band(levels, TRA_VINH, year, seed=SEED, draws=1000)
        assert 1 <= low <= rank[TRA_VINH] <= high <= len(totals)

    def test_every_province_has_a_band_or_a_reason(self, levels):
        totals = panel.wide(levels, 2022, "total")["total"]
        chosen = totals[totals.isna() | (totals.index < "15")]
        assert chosen.isna().sum() == 2
        for province, total in chosen.items():
            if np.isnan(total):
                with pytest.raises(DataError, match="was not published"):
                    noise.rank_band(levels, province, 2022, seed=SEED, draws=100)
            else:
                low, high = noise.rank_band(levels, province, 2022, seed=SEED, draws=100)
                assert 1 <= low <= high <= 61

    def test_a_wrong_seed_coverage_or_number_of_draws_is_refused(self, levels):
        for wrong in ({"seed": -1}, {"seed": 1, "coverage": 1.0}, {"seed": 1, "draws": 10}):
            with pytest.raises(ParameterError):
                noise.rank_band(levels, TRA_VINH, 2024, **wrong)

    def test_too_few_or_equal_totals_are_refused(self):
        few = index_of(np.random.default_rng(1).normal(size=(9, 4)))
        with pytest.raises(DataError, match="Only 9 provinces"):
            noise.rank_band(few, "p000", 2024, seed=SEED)
        with pytest.raises(DataError, match="cannot be estimated"):
            noise.rank_band(index_of(np.full((20, 4), 40.0)), "p000", 2024, seed=SEED)

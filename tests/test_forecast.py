"""The forecast of the next year and the self-audit, by construction and on past data."""

import numpy as np
import pandas as pd
import pytest

from papi_analysis import boundaries
from papi_analysis.data import panel
from papi_analysis.errors import DataError
from papi_analysis.priority import backtest
from papi_analysis.priority.arrays import panel_arrays
from papi_analysis.priority.backtest import reliability
from papi_analysis.priority.forecast import forecast, neighbourhood


@pytest.fixture(scope="module")
def scores():
    """The rounds 2011-2024: figures of the past stay what they are when a round comes in."""
    return panel.load().query("year <= 2024")


@pytest.fixture(scope="module")
def data(scores):
    return panel_arrays(scores)


@pytest.fixture(scope="module")
def likeness(data):
    return neighbourhood(boundaries.middles(), data.provinces)


class TestNeighbourhood:
    def test_it_is_centred_like_z_scores(self, likeness):
        assert np.abs(likeness.sum(axis=1)).max() < 1e-9
        assert np.trace(likeness) / len(likeness) == pytest.approx(1)

    def test_near_provinces_share_more_than_far_ones(self, data, likeness):
        tra_vinh, vinh_long, lang_son = (data.provinces.index(code) for code in ("84", "86", "20"))
        assert likeness[tra_vinh, vinh_long] > 0 > likeness[tra_vinh, lang_son]

    def test_a_province_without_a_place_is_named(self, data):
        with pytest.raises(DataError, match="84"):
            neighbourhood(boundaries.middles().drop("84"), data.provinces)


class TestForecast:
    def test_later_years_say_nothing(self, scores, likeness):
        poisoned = scores.copy()
        later = poisoned["year"].gt(2021) & poisoned["score"].notna()
        poisoned.loc[later, "score"] += np.random.default_rng(0).uniform(0, 1, later.sum())
        found = [forecast(panel_arrays(table), 2021, likeness) for table in (scores, poisoned)]
        for places in ("same", "redrawn"):
            for name in ("mean", "predictive"):
                one, other = (getattr(said[places], name) for said in found)
                np.testing.assert_array_equal(one, other)

    def test_a_redraw_leaves_more_open(self, data, likeness):
        same, redrawn = forecast(data, 2024, likeness).values()
        there = np.isfinite(same.mean)
        assert (redrawn.predictive[there] >= same.predictive[there] - 1e-12).all()
        assert np.mean(redrawn.predictive[there]) > 1.02 * np.mean(same.predictive[there])
        assert np.mean(redrawn.mean[there] ** 2) < np.mean(same.mean[there] ** 2)


class TestAudit:
    def said(self, p, happened, provinces):
        return pd.DataFrame(
            {"model": "forecast", "year": 2020, "same_block": True, "last_block": False,
             "province": provinces, "code": "x", "p": p, "happened": happened}
        )  # fmt: skip

    def test_an_overstated_level_is_off_and_a_kept_one_is_not(self, monkeypatch):
        provinces = [f"{i % 60:02}" for i in range(1200)]
        kept = self.said([0.85] * 600, np.arange(600) % 20 < 17, provinces[:600])
        broken = self.said([0.95] * 600, np.arange(600) % 20 < 14, provinces[600:])
        monkeypatch.setattr(reliability, "chances", lambda _: pd.concat([kept, broken]))
        found = backtest.audit(pd.DataFrame({"year": [1]})).set_index("low")
        assert not found.loc[0.8, "off"] and found.loc[0.9, "off"]
        assert found.loc[0.9, "realised"] == pytest.approx(0.7)


@pytest.mark.slow
class TestPast:
    """Judged on the rounds of the past only."""

    @pytest.fixture(scope="class")
    @staticmethod
    def models(scores):
        return backtest.models(scores).set_index(["model", "set"])

    def test_it_foretells_better_than_the_levels(self, models):
        assert models.loc[("forecast", "same"), "mse"] <= 0.629
        assert models.loc[("forecast", "across"), "mse"] <= 0.81
        assert models.loc[("forecast", "last"), "log_loss"] <= 0.295

    def test_the_five_first_hold_more_of_the_later_gaps(self, models):
        assert models.loc[("forecast", "same"), "capture"] >= 0.799

    def test_criteria_that_hardly_move_do_not_lose_to_their_last_score(self, scores):
        skill = backtest.steady(scores).set_index("model").loc["forecast"]
        assert len(skill) == 3
        assert skill.drop("water_quality").min() > -0.05
        # the quality of water was new in 2018: nothing could say yet that it hardly moves
        rows = backtest.errors(scores).query("model == 'forecast' and same_block and year > 2018")
        water = rows[rows["code"].eq("water_quality")]
        assert len(water) == 4
        assert 1 - water["error"].sum() / water["error_last"].sum() > -0.05

    def test_its_chances_are_as_sure_as_they_may_be(self, models):
        assert models.loc[("forecast", "same"), "slope"] == pytest.approx(1, abs=0.05)
        assert models.loc[("forecast", "across"), "slope"] >= 0.9

    def test_the_levels_are_those_of_an_independent_audit(self, models):
        same, across = (models.loc[("eb", name)] for name in ("same", "across"))
        assert same["mse"] == pytest.approx(0.6341, abs=1e-4)
        assert across["mse"] == pytest.approx(0.8320, abs=1e-4)
        assert same["capture"] == pytest.approx(0.7891, abs=1e-4)
        assert same["brier"] == pytest.approx(0.1126, abs=5e-4)
        assert across["slope"] == pytest.approx(0.70, abs=0.02)

    def test_no_level_that_is_printed_for_the_same_places_is_off(self, scores):
        found = backtest.audit(scores)
        assert not found.loc[found["set"].eq("same"), "off"].any()

    def test_no_level_of_the_forecast_is_off(self, scores):
        found = backtest.audit(scores)
        found = found[found["model"].eq("forecast")]
        assert not found["off"].any(), found[found["off"]]

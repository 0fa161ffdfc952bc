"""The back-test: captures, overlaps, forecasts and what was not found."""

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from simulated import panel_of, points_of, steady

from papi_analysis import boundaries, i18n
from papi_analysis.data import panel
from papi_analysis.errors import DataError
from papi_analysis.priority import backtest, shrinkage
from papi_analysis.priority.arrays import panel_arrays
from papi_analysis.priority.backtest import capture
from papi_analysis.priority.backtest.capture import each_pair
from papi_analysis.priority.backtest.negatives import _closed_by_error

ROOT = Path(__file__).resolve().parents[1]
#: Captures inside a block and across blocks, from an independent computation.
CAPTURE = {
    "forecast": (0.790, 0.743),
    "eb": (0.786, 0.743),
    "raw_gap": (0.751, 0.700),
    "worst_rank": (0.609, 0.604),
    "importance": (0.562, 0.593),
    "fall": (0.443, 0.471),
    "random": (0.380, 0.428),
}
OVERLAP = {
    "eb": (0.77, 0.86),
    "raw_gap": (0.57, 0.63),
    "worst_rank": (0.42, 0.45),
    "importance": (0.41, 0.43),
    "fall": (0.10, 0.13),
}


@pytest.fixture(scope="session")
def scores():
    """The rounds 2011-2024: figures of the past stay what they are when a round comes in."""
    return panel.load().query("year <= 2024")


@pytest.fixture(autouse=True)
def places_for_toys(monkeypatch):
    """Provinces that were made up lie somewhere too."""
    points = pd.concat([boundaries.middles(), points_of()])
    monkeypatch.setattr(boundaries, "middles", lambda: points)


@pytest.fixture(scope="module")
def pairs(scores):
    return backtest.pairs(scores)


@pytest.fixture(scope="module")
def table(scores):
    return backtest.table(scores).set_index("rule")


class TestCapture:
    def test_pairs_of_years(self, pairs):
        assert len(pairs) == 33
        assert pairs["same_block"].sum() == 15
        assert set(pairs["origin"]) == set(range(2012, 2024))
        assert pairs["subdimensions"].min() >= 14

    @pytest.mark.parametrize("rule", CAPTURE)
    def test_capture_of_each_rule(self, table, rule):
        found = table.loc[rule, ["capture_same", "capture_across"]].tolist()
        assert found == pytest.approx(CAPTURE[rule], abs=0.01)

    @pytest.mark.parametrize("rule", OVERLAP)
    def test_share_of_the_list_that_is_kept(self, table, rule):
        found = table.loc[rule, ["overlap_low", "overlap_high"]].tolist()
        assert found == pytest.approx(OVERLAP[rule], abs=0.01)

    def test_the_rule_of_the_list_holds_most(self, table):
        """Across a redraw the levels hold as much: the difference is in the third decimal."""
        assert table["capture_same"].idxmax() == "forecast"
        rest = table["capture_across"].drop("forecast").max()
        assert table.loc["forecast", "capture_across"] > rest - 0.002

    def test_leverage_and_attainability_take_from_it(self, table):
        for rule in ("leverage", "attainable"):
            better = table.loc["eb"] - table.loc[rule]
            assert better["capture_same"] > 0.02
            assert better["capture_across"] > 0.02

    def test_no_capture_exceeds_the_whole(self, pairs):
        shares = pairs[[*backtest.RULES, "random"]]
        assert ((shares > 0) & (shares <= 1)).all(axis=None)

    def test_a_level_without_error_is_captured_whole(self):
        """Scores that never change: the raw gap of a year is the gap of every later year."""
        still = np.repeat(steady(1, years=1), 14, axis=0)
        still += np.arange(14)[:, None, None] * 0.01
        found = backtest.pairs(panel_of(still))
        assert found["raw_gap"].tolist() == pytest.approx([1.0] * 33)

    @pytest.mark.parametrize("lang", i18n.LANGUAGES)
    def test_every_rule_of_the_table_has_its_words(self, lang):
        told = [backtest.rule_name(rule, lang=lang) for rule in CAPTURE]
        assert not set(told) & set(CAPTURE)
        assert (backtest.rule_name("random", lang=lang) == "five drawn at random") == (lang == "en")

    def test_random_five_hold_five_in_m_of_the_gaps(self):
        """Each of 20 criteria is drawn with 5 chances in 20."""
        found = backtest.pairs(panel_of(steady(2, level=0.0)))
        data = panel_arrays(panel_of(steady(2, level=0.0)))
        row = found[found["origin"].eq(2015) & found["horizon"].eq(2)].iloc[0]
        held = np.maximum(capture.gaps(data, 6, np.arange(20)), 0)
        best = np.sort(held, axis=1)[:, -5:].sum()
        assert row["random"] == pytest.approx(held.mean() * 63 * 5 / best)

    def test_last_years_fall_is_relative_to_the_country(self):
        """A province that stays while all others rise by .1 has fallen by .1 x 62/63."""
        score = np.repeat(steady(3, years=1), 3, axis=0)
        score[2, 1:] += 0.1
        data = panel_arrays(panel_of(score))
        change = capture._change(data, 2013, np.arange(20))
        assert change[0] == pytest.approx(np.full(20, -0.1 * 62 / 63))
        assert change[1] == pytest.approx(np.full(20, 0.1 / 63))

    def test_item_rest_is_that_of_psych(self, levels):
        path = ROOT / "tests" / "data" / "goldens.json"
        goldens = json.loads(path.read_text(encoding="utf-8"))["goldens"]
        golden = next(g["values"] for g in goldens if g["id"] == "papi_item_rest_2024")
        wide = panel.wide(levels, 2024, "dimension").to_numpy()
        assert capture.item_rest(wide) == pytest.approx(golden["r_drop"], abs=1e-6)

    def test_shares_of_the_variance_add_to_one(self, levels):
        wide = panel.wide(levels, 2024, "subdimension").to_numpy()
        assert capture.covariance_share(wide).sum() == pytest.approx(1)

    def test_the_first_are_chosen_and_ties_go_to_the_earlier(self):
        score = np.array([[0.1, 0.3, 0.3, np.nan, 0.2, 0.3, -np.inf]])
        assert capture.first(score, 4).tolist() == [[1, 2, 5, 4]]


class TestNoLeak:
    def test_choices_do_not_change_with_the_future(self, scores):
        poisoned = scores.copy()
        later = poisoned["year"] > 2018
        poisoned.loc[later, "score"] = np.random.default_rng(0).uniform(0, 3, later.sum())
        before, after = (backtest.picks(p, 2018).to_csv() for p in (scores, poisoned))
        assert before == after

    def test_nor_do_the_scores_of_the_rules_inside_the_back_test(self, scores):
        poisoned = scores.copy()
        later = poisoned["year"].eq(2024) & poisoned["score"].notna()
        poisoned.loc[later, "score"] += np.random.default_rng(0).uniform(0, 1, later.sum())
        both = (each_pair(panel_arrays(table)) for table in (scores, poisoned))
        for before, after in zip(*both, strict=True):
            for rule, score in before.scores.items():
                assert score.tobytes() == after.scores[rule].tobytes()

    def test_every_list_has_five_criteria_of_its_year(self, scores):
        found = backtest.picks(scores, 2024)
        lists = found.groupby(["rule", "province"])["code"]
        assert (lists.nunique() == 5).all()
        assert len(lists) == len(backtest.RULES) * 61


class TestForecast:
    def test_skill_by_hand(self):
        """Pure error: the mean misses by 1 squared SD, the last score by 2; skill 1 - 1/2."""
        data = panel_arrays(panel_of(steady(4, level=0.0, codes=40)))
        known = shrinkage.levels(data, 2020)
        now, later = data.z[data.at(2020)], data.z[data.at(2021)]
        skill = 1 - ((later - known.mean) ** 2).sum() / ((later - now) ** 2).sum()
        assert skill == pytest.approx(0.5, abs=0.06)

    def test_provinces_keep_their_order_least_where_samples_are_held_to_be_redrawn(self, scores):
        found = backtest.steps(scores).set_index("year")
        border = found["border"]
        assert set(found.index[border]) == {2015, 2018, 2021}
        assert found.loc[border, "r"].max() < found.loc[~border, "r"].min()


class TestNegatives:
    def test_the_apparent_gain_is_regression_to_the_mean(self, scores):
        found = backtest.gains(scores).set_index("rule").loc["worst_rank"]
        assert found["apparent"] == pytest.approx(0.47, abs=0.005)
        assert found["later"] == pytest.approx(0.06, abs=0.006)
        assert found["regression"] == pytest.approx(0.88, abs=0.01)

    def test_so_it_is_for_every_rule(self, scores):
        found = backtest.gains(scores)
        assert (found["regression"] > 0.8).all()

    def test_on_white_noise_all_of_it_is(self):
        """From a year after the choice nothing is gained, though the five seem to gain at first."""
        later, apparent = [], []
        for seed in range(6):
            found = backtest.gains(panel_of(steady(seed, level=0.0)))
            later += found["later"].tolist()
            apparent += found["apparent"].tolist()
        assert min(apparent) > 0.3
        assert abs(np.mean(later)) < 0.02
        assert np.abs(later).max() < 0.12

    def test_a_planted_gain_is_all_found_from_a_year_later(self):
        """In the last block every province adds .1 a year to the five it is worst in by then."""
        score = steady(7, level=0.0)
        panel_rows = panel_of(score)
        worst = backtest.picks(panel_rows, 2021).query("rule == 'worst_rank'")
        keys = pd.MultiIndex.from_frame(worst[["province", "code"]])
        own = pd.MultiIndex.from_frame(panel_rows[["province", "subdimension"]]).isin(keys)
        years = (panel_rows["year"] - 2021).clip(lower=0)
        planted = panel_rows.assign(score=panel_rows["score"] + 0.1 * own * years)
        found, before = (_later(p, 2021, 2) for p in (planted, panel_rows))
        share = 1 - 5 / 20  # the mean over the provinces, taken off, rises too
        assert found - before == pytest.approx(5 * 0.1 * share, abs=0.01)

    def test_no_rule_tells_where_a_province_gains(self, scores):
        found = backtest.where(scores)
        assert (found["r"].abs() < 0.1).all()
        assert (found["pairs"] == 6).all()

    def test_headroom_does_not_tell_who_gains(self, scores):
        found = backtest.where(scores).set_index("rule").loc["total"]
        assert found["low"] < 0 < found["high"]

    def test_definitions_of_importance_agree_little(self, scores):
        found = backtest.importance(scores)
        assert len(found) == 6
        assert found["jaccard"].mean() == pytest.approx(0.52, abs=0.005)

    def test_half_a_gap_closes_as_often_as_by_error(self, scores):
        row = backtest.attainability(scores).iloc[0]
        assert row["closed"] == pytest.approx(row["by_error"], abs=0.02)

    def test_closing_by_error_against_draws(self):
        rng = np.random.default_rng(1)
        r, n = 0.5, 400_000
        first = rng.standard_normal(n)
        second = r * first + np.sqrt(1 - r * r) * rng.standard_normal(n)
        p75 = 0.6744897501960817
        behind = first < p75
        closed = (p75 - second[behind]) <= (p75 - first[behind]) / 2
        assert _closed_by_error(np.array([r]))[0] == pytest.approx(closed.mean(), abs=0.003)


def _later(table, origin, horizon):
    """Gain from a year after the choice for one pair of years, rule worst rank."""
    from papi_analysis.priority.backtest.negatives import _delayed, _held

    found = [
        _held(pair, "worst_rank", later)
        for pair, _, later in _delayed(table)
        if (pair.origin, pair.horizon) == (origin, horizon)
    ]
    assert len(found) == 1
    return found[0]


class TestPage:
    @pytest.fixture(scope="class")
    @staticmethod
    def printed():
        start = time.perf_counter()
        command = [
            sys.executable,
            "-m",
            "papi_analysis.priority.backtest",
            "--markdown",
            "--until",
            "2024",
        ]
        run = subprocess.run(command, capture_output=True, check=True, text=True, encoding="utf-8")
        return run.stdout, time.perf_counter() - start

    def test_it_takes_less_than_a_minute(self, printed):
        assert printed[1] < 60

    def test_the_tables_of_the_method_page_are_those_computed(self, printed):
        page = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
        start = "<!-- python -m papi_analysis.priority.backtest --markdown --until 2024 -->\n"
        block = page.split(start)[1].split("<!-- end -->")[0]
        assert block.strip() == printed[0].strip()

    @pytest.mark.stress
    @pytest.mark.slow
    def test_so_are_those_of_the_self_audit(self, scores):
        page = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
        start = "<!-- python -m papi_analysis.priority.backtest --forecast --until 2024 -->\n"
        block = page.split(start)[1].split("<!-- end -->")[0]
        assert block.strip() == backtest.forecast_markdown(scores, "en").strip()
        assert not backtest.off(scores)

    def test_a_panel_too_short_to_judge_is_refused(self, scores):
        with pytest.raises(DataError, match="longer panel"):
            backtest.pairs(scores[scores["year"] <= 2012])

    def test_a_folder_without_figures_is_a_plain_message(self, tmp_path):
        command = [sys.executable, "-m", "papi_analysis.priority.backtest", "--data", str(tmp_path)]
        run = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
        assert run.returncode == 2
        assert "papi/scores.csv" in run.stderr
        assert "Traceback" not in run.stderr

    def test_vietnamese_tables_hold_the_same_figures(self, scores, printed):
        vietnamese = backtest.markdown(scores, "vi")
        assert "0,792" in vietnamese
        digits = [c for c in printed[0] if c.isdigit()]
        assert digits == [c for c in vietnamese if c.isdigit()]

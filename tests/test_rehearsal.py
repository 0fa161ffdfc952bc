"""The round after the merger, rehearsed with made-up scores: the latest round decides."""

import pytest
import rounds

from papi_analysis import findings, places, settings
from papi_analysis.data import panel
from papi_analysis.errors import ParameterError
from papi_analysis.priority.backtest import mergers
from papi_analysis.runner import request


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return rounds.folder(tmp_path_factory.mktemp("rehearsal"), 2025)


@pytest.fixture(autouse=True)
def of_the_rehearsal(folder):
    with settings.use(data=folder):
        yield


def test_the_data_are_sound_and_every_round_has_its_provinces():
    table = panel.load()
    assert panel.check(table)["passed"].all()
    counts = table.groupby("year")["province"].nunique()
    assert (counts[2024], counts[2025]) == (63, 34)


def test_the_latest_round_decides_and_a_year_brings_back_the_old_province():
    assert request.one("tra-vinh").name == "vinh-long/2025"
    assert request.one("tra-vinh", 2024).name == "tra-vinh/2024"
    assert request.one("vinh-long", 2024).province.predecessors == ()
    with pytest.raises(ParameterError, match="vinh-long"):
        request.one("tra-vinh", 2025)
    assert places.ended("84", request.one("tra-vinh").province, "en") == "Tra Vinh"
    assert places.ended("vinh-long", request.one("vinh-long").province, "en") == ""
    assert len(request.many()[0]) == 34


def test_old_reports_do_not_see_the_new_round():
    case = findings.ask("tra-vinh", 2024)
    assert case.scores["year"].max() == 2024 and len(case.totals()) == 63


def test_the_first_own_round_has_a_list_from_the_history_of_the_parts():
    case = findings.ask("vinh-long")
    assert case.totals()["n"].eq(34).all()
    table = findings.assessment(case).set_index("code")
    assert len(table) == 28 and table["expected"].notna().all()
    assert (table["history"] > 1).all()  # its own year and those of its parts
    found = findings.values.subject(case) | {"position": findings.values.position(case)}
    told = [line.text for line in findings.tell(found, "en", "total")]
    assert "rank_change" not in found["position"]
    assert "Ben Tre, Tra Vinh and Vinh Long on" in told[1] and "not a change" in told[1]


@pytest.mark.slow
def test_the_past_holds_what_is_told_of_merged_provinces(scores):
    before = mergers.before(scores).set_index("model")
    assert before.loc["forecast", "coverage"] == pytest.approx(0.90, abs=0.02)
    assert before.loc["forecast", "slope"] == pytest.approx(1.0, abs=0.1)
    assert before.loc["parts_only", "coverage"] < 0.85  # averaging alone is too sure
    assert before.loc["forecast", "mse"] < before.loc["last", "mse"] - 0.1
    after = mergers.after(scores).set_index("model")
    assert after["mse"].idxmin() == "two_step"
    assert after.loc["two_step", "coverage"] == pytest.approx(0.90, abs=0.02)

"""What the lists of the exploring notebook offer, and that every choice has a view or a reason."""

import ipywidgets
import pandas as pd
import pytest

from papi_analysis import explore, findings
from papi_analysis.data import panel
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.stats import ranking


@pytest.fixture(scope="module")
def case():
    return findings.ask("tra-vinh", 2024)


def test_another_province_is_asked_of_the_same_tables(case):
    other = explore.about(case, "can-tho", 2023)
    assert (other.code, other.year) == ("92", 2023) and other.positions is case.positions
    with pytest.raises(DataError, match="Quảng Ninh"):
        explore.about(case, "quang-ninh", 2023)
    with pytest.raises(ParameterError, match="tra-vinh"):
        explore.about(case, "tra-vin", 2023)


@pytest.mark.parametrize("name", ranking.BENCHMARKS)
def test_a_gap_is_the_benchmark_less_the_score_and_the_largest_comes_first(case, name):
    table = explore.table(case, "2", name, lang="en")
    levels = case.levels.query("year == 2024 and dimension == '2' and level == 'subdimension'")
    mark = levels.groupby("code")["score"].quantile(ranking.BENCHMARKS[name])
    assert set(table["code"]) == set(mark.index) and len(table) == 4
    expected = table["code"].map(mark) - table["score"]
    pd.testing.assert_series_equal(table["gap"], expected, check_names=False)
    assert table["gap"].is_monotonic_decreasing


def test_the_total_shows_the_dimensions_of_the_year(case):
    eight = explore.table(case, "total", "median", lang="vi")
    six = explore.table(explore.about(case, "tra-vinh", 2017), "total", "median", lang="vi")
    assert sorted(eight["code"]) == list("12345678") and sorted(six["code"]) == list("123456")


def test_a_dimension_that_is_not_in_the_index_of_the_year_is_refused(case):
    with pytest.raises(DataError, match="2017"):
        explore.table(explore.about(case, "tra-vinh", 2017), "7", "p75", lang="en")


def test_scores_that_are_not_published_are_shown_without_a_gap(case):
    holes = explore.about(case, "bac-giang", 2022)
    table = explore.table(holes, "total", "p75", lang="en")
    absent = table[table["absence"].ne("")]
    assert set(absent["code"]) == {"1", "2", "4", "5"} and absent["gap"].isna().all()
    chart = explore.figure(holes, "total", "p75", lang="en")
    assert "Bac Giang 2022" in chart.caption.title and "nan" not in chart.caption.title


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_figure_and_map_name_the_province_in_the_language(case, lang):
    for code in ("total", "8"):
        name = {"vi": "Trà Vinh", "en": "Tra Vinh"}[lang]
        assert name in explore.figure(case, code, "best", lang=lang).caption.title
        assert name in explore.country(case, code, "best", lang=lang).caption.title


def test_the_headline_names_the_largest_gap_in_points(case):
    first = explore.table(case, "total", "p75", lang="en").iloc[0]
    title = explore.figure(case, "total", "p75", lang="en").caption.title
    assert first["name"] in title and f"{first['gap']:.2f} points" in title


def test_where_nothing_is_behind_the_headline_says_so(case):
    best = panel.wide(case.levels, 2024, "subdimension")[["voluntary_contributions"]]
    leader = best["voluntary_contributions"].idxmax()
    table = explore.table(explore.about(case, leader, 2024), "1", "best", lang="en")
    from papi_analysis.plots.charts import gaps

    own = table[table["code"].eq("voluntary_contributions")]
    chart = gaps(own, lang="en", subject="X", benchmark="best province")
    assert own["gap"].item() == 0 and "nothing is behind" in chart.caption.title


def test_the_lists_offer_every_province_year_dimension_and_benchmark(case):
    chosen = explore.choices(case, lang="vi")
    assert {name: box.value for name, box in chosen.items()} == {
        "province": "tra-vinh", "year": 2024, "code": "total", "benchmark": "p75",
    }  # fmt: skip
    sizes = [len(box.options) for box in chosen.values()]
    assert sizes == [63, 14, 9, len(ranking.BENCHMARKS)]
    names = [name for name, _ in chosen["province"].options]
    assert names.index("Cần Thơ") < names.index("Đà Nẵng") < names.index("Gia Lai")


def test_a_view_follows_the_lists_and_the_first_says_why_they_are_empty(case, monkeypatch):
    chosen = explore.choices(case, lang="en")
    seen = []

    def view(case, code, mark, *, lang):
        seen.append((case.province.slug, case.year, code, mark, lang))
        return ""

    said = []
    monkeypatch.setattr("IPython.display.display", said.append)
    explore.follow(view, case, chosen, lang="en", reason=True)
    chosen["province"].value = "can-tho"
    chosen["code"].value = "3"
    assert seen == [
        ("tra-vinh", 2024, "total", "p75", "en"),
        ("can-tho", 2024, "total", "p75", "en"),
        ("can-tho", 2024, "3", "p75", "en"),
    ]
    chosen["year"].value = 2023
    chosen["province"].value = "quang-ninh"
    assert said[:-1] == [""] * 4 and "2023 was not published for Quảng Ninh" in said[-1].data
    assert len(seen) == 4


def test_further_lists_reach_the_view_and_a_second_view_is_silent(case, monkeypatch):
    chosen = explore.choices(case, lang="en")
    said, seen = [], []
    monkeypatch.setattr("IPython.display.display", said.append)

    def view(case, code, mark, *, lang, other):
        seen.append(other)

    other = ipywidgets.Dropdown(options=["can-tho", "ha-noi"], value="can-tho")
    explore.follow(view, case, chosen | {"other": other}, lang="en")
    other.value = "ha-noi"
    chosen["year"].value = 2023
    chosen["province"].value = "quang-ninh"
    assert seen == ["can-tho", "ha-noi", "ha-noi"] and said == []

"""Sentences are right for every province and year: form, direction, ranks, both languages alike."""

import pages
import pytest
import rules

from papi_analysis import cache, places
from papi_analysis.data import panel
from papi_analysis.findings import advice, standing

YEARS = range(2018, 2025)
#: The lowest, the best, a first without a year before, holes, a redrawn sample, Vietnamese Huế.
SAMPLE = [
    ("tra-vinh", 2024),
    ("quang-ninh", 2024),
    ("bac-giang", 2022),
    ("dong-thap", 2018),
]


def cases():
    """Every province and year that has scores."""
    scores = panel.load()
    there = scores.dropna(subset=["score"]).groupby("year")["province"].agg(set)
    slugs = places.provinces().set_index("province")["slug"]
    return [(slugs[code], year) for year in YEARS for code in sorted(there[year])]


@pytest.fixture
def fewer_draws(monkeypatch):
    """Rank bands and probabilities from few draws: rules do not depend on their last digits."""
    assess, band = advice.priority.assess, standing.noise.rank_band

    def fewer(function):
        return lambda *args, **kwargs: function(*args, **kwargs, draws=500)

    monkeypatch.setattr(advice.priority, "assess", fewer(assess))
    monkeypatch.setattr(standing.noise, "rank_band", fewer(band))


@pytest.mark.parametrize("slug, year", SAMPLE)
def test_sentences_of_the_sample_keep_every_rule(slug, year):
    with rules.without_drawing():
        assert rules.faults(slug, year) == []


@pytest.mark.stress
@pytest.mark.parametrize("year", YEARS)
def test_sentences_of_every_province_keep_every_rule(year, fewer_draws, monkeypatch, tmp_path):
    monkeypatch.setenv(cache.FOLDER, str(tmp_path))  # what is national is computed once
    found = {}
    with rules.without_drawing():
        for slug, when in cases():
            if when == year:
                found |= {(slug, year): wrong} if (wrong := rules.faults(slug, year)) else {}
                pages.found.cache_clear()
    assert found == {}


def test_the_rules_see_what_they_are_for():
    known = {
        "a hole": "Tổng điểm nan điểm.",
        "spaces": "Tổng điểm  40,62.",
        "letters not composed": "Tra Vi\u0300nh.",
        "a key": "Tiêu chí civic_knowledge.",
        "decimal sign": "Tổng điểm 40.62.",
        "English": "Tổng điểm of the province.",
    }
    for rule, line in known.items():
        assert any(hit[0].startswith(rule) for hit in rules.broken({"summary": line}, "vi")), rule
    assert rules.broken({"summary": "Tổng điểm 40,62, hạng 57/61."}, "vi") == []
    assert rules.broken({"summary": "These 1 criteria."}, "en")
    found = pages.found("tra-vinh", 2024)
    for line in ("Hạng 57/63.", "Tổng điểm giảm 0,47 điểm.", "từ 54/61 lên 57/61"):
        assert rules.untrue({"summary": line}, found, "vi"), line
    for line in ("Hạng 57/61.", "Tổng điểm tăng 0,48 điểm.", "từ 54/61 xuống 57/61"):
        assert rules.untrue({"summary": line}, found, "vi") == [], line

"""What is said of priorities is true, for every province and year and in both languages."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import papi_analysis
from papi_analysis import findings, i18n, places, priority
from papi_analysis.data import codebook, panel
from papi_analysis.findings.plain import records

PACKAGE = Path(papi_analysis.__file__).parent
#: What the figures do not bear out, in either language.
BANNED = re.compile(
    r"error of the survey|points to gain|surely so|comes? back by itself|nobody acts|"
    r"price that action pays|không phải cái giá|sai số khảo sát|không ai hành động|"
    r"dư địa điểm|chắc chắn là vậy",
    re.IGNORECASE,
)
#: Chapters whose sentences are read by those who decide.
CHAPTERS = ("findings", "report", "priority", "plots")


def sentences():
    """Every sentence of the chapters, and its Vietnamese."""
    translated = {}
    for path in sorted((PACKAGE / "locale" / "vi").glob("*.po")):
        with path.open("rb") as file:
            translated |= {str(m.id): str(m.string) for m in read_po(file) if m.id}
    for chapter in CHAPTERS:
        for path in sorted((PACKAGE / chapter).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    for part in node.args:
                        if isinstance(part, ast.Constant) and isinstance(part.value, str):
                            yield path.name, part.value
                            yield path.name, translated.get(part.value, "")


def test_no_sentence_claims_what_the_figures_do_not_bear_out():
    said = [(name, text) for name, text in sentences() if BANNED.search(text)]
    assert said == []


def test_the_banned_claims_are_seen():
    for text in ("more than the error of the survey explains", "0.53 points to gain",
                 "if nobody acts", "không phải cái giá của hành động"):  # fmt: skip
        assert BANNED.search(text), text


@pytest.fixture(scope="module")
def scores():
    return panel.load().query("year <= 2024")


@pytest.mark.parametrize("year", range(2018, 2025))
def test_sections_do_not_contradict_each_other(scores, year):
    table = priority.assess_all(scores, year, draws=500)
    names = {lang: codebook.names(lang) for lang in i18n.LANGUAGES}
    slugs = places.units_of(year).set_index("code")[["name_vi", "name_en"]]
    first = priority.headline(year)
    assert table["province"].nunique() > 55
    for code, own in table.groupby("province"):
        own = own.drop(columns="province").reset_index(drop=True)
        told = priority.left_out(own), priority.do_not_chase(own)
        behind = own[own["points_behind"].gt(0)].set_index("code")
        assert (behind["benchmark"] > behind["score"]).all(), code
        expected = behind["expected" if first == "same" else "expected_redrawn"]
        assert (behind["benchmark"] > expected).all(), code
        shown = behind["benchmark"].round(2) - expected.round(2) - behind["points_behind"].round(2)
        assert shown.abs().max() <= 0.0101 or behind.empty, code
        listed = set(own.loc[priority.listed(own), "code"])
        assert listed <= set(behind.index), "what is at its benchmark is not on the list"
        assert not listed & set(told[0]["code"])
        assert not listed & set(told[1]["code"])
        assert own["tier"].isna().all() == (len(own) < priority.FEWEST_FOR_TIERS)
        found = {
            "province": dict(slugs.loc[code]),
            "year": year,
            "headline": first,
            "tiers_given": bool(own["tier"].notna().all()),
            "nothing_behind": behind.empty,
            "priorities": records(own),
            "left_out": records(told[0]),
            "do_not_chase": records(told[1]),
        }
        for lang in i18n.LANGUAGES:
            lines = [str(line) for section in ("priorities", "left_out")
                     for line in findings.tell(found, lang, section)]  # fmt: skip
            assert lines and not any(BANNED.search(line) for line in lines), (code, lines)
            called = lines[0] if found["tiers_given"] else ""
            at_benchmark = set(own["code"]) - set(behind.index)
            for criterion in at_benchmark:
                name = names[lang][criterion]
                assert not re.search(rf"\b{re.escape(name)} \(", called), (code, name)


def test_where_nothing_is_behind_this_is_told(scores):
    own = priority.assess(scores, places.find("tra-vinh"), 2024, draws=100)
    ahead = own.assign(score=own["benchmark"], points_behind=0.0, raw_gap=0.0, tier="C")
    found = {"year": 2024, "headline": "same", "tiers_given": True, "nothing_behind": True,
             "priorities": records(ahead)}  # fmt: skip
    assert priority.left_out(ahead).empty and priority.do_not_chase(ahead).empty
    (line,) = findings.tell(found, "en", "priorities")
    assert str(line).startswith("Nothing is behind its benchmark")


def test_a_doubtful_comparison_is_a_footnote_and_breaks_no_total():
    table = codebook.comparability(codebook.index_versions(), 2022, 2023).set_index("code")
    doubtful = table.index[table["reason"].eq("doubtful")]
    assert len(doubtful) == 1
    assert table.loc["total", "comparable"]
    assert table.loc[table["level"].eq("dimension"), "comparable"].all()
    stated = codebook.comparability(codebook.index_versions(), 2017, 2018).set_index("code")
    assert not stated.loc["total", "comparable"], "the publisher says so"


def test_the_country_is_the_same_provinces_in_both_years():
    """+.88 from 2023 to 2024, not the +1.01 of two different sets of provinces."""
    found = findings.values.position(findings.ask("tra-vinh", 2024))
    assert found["national_change"] == pytest.approx(0.88, abs=0.005)
    assert found["change"] - found["national_change"] == pytest.approx(-0.41, abs=0.005)

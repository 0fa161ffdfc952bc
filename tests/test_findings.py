"""What is found is true of the figures, and what is said follows from what is found."""

import json
import re
import unicodedata

import pytest

from papi_analysis import findings, priority
from papi_analysis.findings import speaker, values


@pytest.fixture(scope="module")
def tra_vinh():
    return findings.ask("tra-vinh", 2024)


@pytest.fixture(scope="module")
def country(tra_vinh):
    return findings.national(tra_vinh)


@pytest.fixture(scope="module")
def found(tra_vinh, country):
    return findings.collect(tra_vinh, shared=country)


def test_position_of_tra_vinh_2024_is_the_published_one(found):
    place = found["position"]
    assert (place["rank"], place["n"], place["rank_before"], place["group"]) == (57, 61, 54, 1)
    assert place["total"] == pytest.approx(40.616, abs=5e-4)
    assert place["change"] == pytest.approx(0.4727, abs=5e-4)
    assert place["national_change"] == pytest.approx(0.88, abs=5e-3)
    assert place["without_total"] == ["26", "82"]
    low, high = place["rank_band_90"]
    assert low <= 57 <= high


def test_closing_gaps_to_the_median_lifts_as_far_as_arithmetic_says(found):
    assert found["reach"]["brings"] == {"one": 54, "five": 46, "all": 31}


def test_total_is_the_sum_of_its_dimensions_and_they_of_their_parts(found):
    dims = {row["code"]: row["score"] for row in found["dimensions"]}
    assert sum(dims.values()) == pytest.approx(found["position"]["total"], abs=1e-5)
    for code, score in dims.items():
        parts = [r["score"] for r in found["subdimensions"] if r["dimension"] == code]
        assert sum(parts) == pytest.approx(score, abs=1e-5)


def test_parts_of_the_change_sum_to_the_change(found):
    moved = found["movement"]
    parts = sum(moved["rank"][part] for part in ("own", "others", "units", "method"))
    assert parts == found["position"]["rank_change"]
    assert sum(r["change"] for r in moved["total"]) == pytest.approx(
        found["position"]["change"], abs=1e-5
    )


def test_probabilities_of_the_five_sum_to_five(found):
    for places in ("", "_redrawn"):
        shares = [row[f"p_top5{places}"] for row in found["priorities"]]
        assert sum(shares) == pytest.approx(5, abs=1e-4)


def test_no_change_of_tra_vinh_since_2021_is_beyond_noise(found):
    assert found["noise"]["beyond"] == []
    assert found["noise"]["tested"] == 28
    assert found["noise"]["smallest_q"] == pytest.approx(0.63, abs=0.005)


def test_findings_are_json_without_invented_values(found):
    read = json.loads(findings.text(found))
    assert read["schema"] == "papi-findings/1"

    def walk(node):
        if isinstance(node, dict):
            for key, item in node.items():
                assert item is not None, key
                walk(item)
        elif isinstance(node, list):
            for item in node:
                walk(item)

    walk(read)


def test_the_same_question_gives_the_same_bytes(tra_vinh, country, found):
    again = findings.collect(findings.ask("tra-vinh", 2024), shared=country)
    assert findings.text(again) == findings.text(found)
    assert findings.digest(again) == findings.digest(found)


def test_saving_writes_findings_and_tables_and_returns_the_hash(found, tmp_path):
    digest = findings.save(found, tmp_path)
    assert json.loads((tmp_path / "findings.json").read_text(encoding="utf-8")) == found
    assert digest == findings.digest(found)
    table = (tmp_path / "tables" / "priorities.csv").read_text(encoding="utf-8-sig")
    assert table.splitlines()[0].startswith("code,dimension,score")
    assert len(table.splitlines()) == 1 + len(found["priorities"])


def test_without_a_folder_nothing_is_written(found, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    findings.save(found, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_table_runs_in_a_spreadsheet(found, tmp_path, start):
    rows = [{**found["priorities"][0], "agency": f"{start}cmd|' /C calc'!A0"}]
    findings.save({**found, "priorities": rows}, tmp_path)
    table = (tmp_path / "tables" / "priorities.csv").read_bytes().decode("utf-8-sig")
    assert f"'{start}cmd" in table


def check_sentences(found):
    """Every rule that a sentence must keep, in both languages."""
    said = found["sentences"]
    assert [line["section"] for line in said["vi"]] == [line["section"] for line in said["en"]]
    for lang, lines in said.items():
        for line in lines:
            text = line["text"]
            assert not re.search(r"\bnan\b|\bNone\b|[{}]|  |<NA>", text), text
            assert unicodedata.is_normalized("NFC", text)
            assert text.endswith("."), text
            for key in line["keys"]:
                assert speaker.value(found, key) is not None, key
            if lang == "vi":
                assert not re.search(r"\d\.\d{2}\b(?!\d)", text), text
                assert text not in [other["text"] for other in said["en"]], "not translated"
    place = found["position"]
    if "rank" in place:
        assert any(f"{place['rank']}/{place['n']}" in line["text"] for line in said["vi"])
    for word, sign in (("tăng", 1), ("giảm", -1)):
        own = [s["text"] for s in said["vi"] if s["text"].startswith("So với năm")]
        if own and round(place["change"], 2) * sign > 0:
            assert f"{word} {abs(place['change']):.2f}".replace(".", ",") in own[0]


CASES = [
    ("tra-vinh", 2024),
    ("quang-ninh", 2024),  # best, without a total the year before
    ("bac-giang", 2022),  # holes in four dimensions
    ("ha-giang", 2021),  # first year of a sample block
    ("tra-vinh", 2018),  # first year of eight dimensions
    ("tra-vinh", 2016),  # six dimensions, changed questions
    ("dong-thap", 2018),
    ("tra-vinh", 2011),  # no year before
]


@pytest.mark.parametrize(("slug", "year"), CASES)
def test_sentences_keep_the_rules(slug, year, country):
    case = findings.ask(slug, year)
    check_sentences(findings.collect(case, shared=country if year == 2024 else {}))


def test_a_number_and_its_direction_come_from_the_value(found):
    for amount, word in ((0.5, "tăng 0,50"), (-0.5, "giảm 0,50"), (0.001, "không thay đổi")):
        place = {**found["position"], "change": amount}
        lines = findings.tell({**found, "position": place}, "vi", "change")
        assert word in lines[0].text


def test_a_change_of_method_is_told_before_the_totals_are_set_beside_each_other():
    place = {"total": 41.0, "rank": 50, "n": 61, "rank_before": 55, "n_before": 61}
    place |= {"change": 0.2, "national_change": 0.08, "comparable": False}
    names = {"name_vi": "Cần Thơ", "name_en": "Can Tho"}
    found = {"province": names, "year": 2023, "position": place}
    first, second, _ = map(str, findings.tell(found, "en", "change"))
    assert first.startswith("The method changed between 2022 and 2023:")
    assert "differs by +0.20 points, the mean of the country by +0.08" in second
    told = " ".join(map(str, findings.tell(found, "vi", "change")))
    assert "tăng 0,20" not in told
    method = "Phương pháp đo năm 2023 khác năm 2022"
    assert told.index(method) < told.index("+0,20") < told.index("55/61")


@pytest.mark.parametrize("border", [priority.TIER_A, priority.TIER_B])
def test_no_probability_is_shown_on_the_other_side_of_a_border_of_the_tiers(border):
    for p in (k / 1000 for k in range(10, 991)):
        shown = speaker.probability("en", p)
        least = int(re.search(r"\d+", shown)[0]) / 100
        below = least < border or (least == border and shown.startswith("under"))
        assert below == (p < border), (p, shown)
    assert speaker.probability("vi", border - 0.001) == f"dưới {border:.0%}"
    assert speaker.probability("vi", border) == f"{border:.0%}"


def test_a_trade_off_is_told_only_where_the_values_say_so(found):
    told = " ".join(map(str, findings.tell(found, "en", "association")))
    assert "E-governance look opposed" in told
    pairs = found["associations"]["dimensions"]
    now = next(row["spearman"] for row in pairs if (row["a"], row["b"]) == ("7", "8"))
    assert f"of the means of the comparable years; {now:.2f} in 2024 alone" in told
    rows = [
        {**row, "slope_within": -abs(row["slope_within"]), "r_within": -0.2}
        for row in found["associations"]["between_within"]
    ]
    turned = {**found, "associations": {**found["associations"], "between_within": rows}}
    assert "opposed" not in " ".join(map(str, findings.tell(turned, "en", "association")))


def test_a_part_that_cannot_be_known_is_missing_with_its_reason():
    found = findings.collect(findings.ask("tra-vinh", 2011), shared={})
    assert "priorities" not in found
    assert {row["section"] for row in found["absent"]} >= {"priorities", "moves"}


def test_plain_leaves_out_what_is_absent():
    assert values.plain({"a": float("nan"), "b": 1.23456789, "c": (1, 2)}) == {
        "b": 1.234568,
        "c": [1, 2],
    }

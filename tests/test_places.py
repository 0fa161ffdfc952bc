"""Places: names, codes, matching, days, and the units that became others."""

from datetime import date
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papi_analysis import places
from papi_analysis.errors import DataError, ParameterError


@pytest.fixture(scope="module")
def provinces():
    return places.provinces()


class TestProvinces:
    def test_there_are_63_with_two_letter_codes_and_34_successors(self, provinces):
        assert (
            len(provinces) == provinces["province"].nunique() == provinces["slug"].nunique() == 63
        )
        assert provinces["province"].str.fullmatch(r"\d\d").all()
        assert provinces["successor_code"].nunique() == 34

    def test_the_mekong_delta_has_thirteen(self, provinces):
        counts = provinces["region"].value_counts()
        assert counts["mekong_delta"] == 13
        now = set(places.units_of(2025)["region"])
        assert set(counts.index) | now == set(places.REGIONS)
        assert len(counts) == len(now) == 6

    def test_tra_vinh_became_vinh_long_with_two_others(self, provinces):
        own = places.find("tra-vinh")
        assert (own.code, own.successor_name_vi) == ("84", "Vĩnh Long")
        merged = provinces.loc[provinces["successor_code"] == own.successor_code, "name_vi"]
        assert set(merged) == {"Trà Vinh", "Bến Tre", "Vĩnh Long"}
        assert places.members(own.successor_code) == ["83", "84", "86"]

    def test_a_province_has_its_names_in_both_languages(self):
        own = places.find("tra-vinh")
        assert (own.name("vi"), own.name("en")) == ("Trà Vinh", "Tra Vinh")
        assert own.region_name("vi") == "Đồng bằng sông Cửu Long"
        assert own.region_name("en") == "Mekong Delta"


class TestFind:
    def test_every_province_is_found_by_slug_code_and_both_names(self, provinces):
        for row in provinces.itertuples():
            for value in (row.slug, row.province, row.name_vi, row.name_en):
                assert places.find(value).code == row.province, value

    @pytest.mark.parametrize(
        ("written", "code"),
        [
            ("Ha Noi ", "01"),
            ("TP. HCM", "79"),
            ("TP.HCM", "79"),
            ("Thành phố Hồ Chí Minh", "79"),
            ("Thừa Thiên - Huế", "46"),
            ("BR-VT", "77"),
            ("tỉnh Trà Vinh", "84"),
            ("TRÀ VINH", "84"),
            ("Tra\u0300 Vinh", "84"),  # NFD
            ("Hoà Bình", "17"),  # tone on the other letter
            ("Hòa Bình", "17"),
        ],
    )
    def test_usual_spellings_are_understood(self, written, code):
        assert places.find(written).code == code

    @pytest.mark.parametrize(
        ("written", "near"), [("tra-vin", "tra-vinh"), ("Hai Phongg", "hai-phong")]
    )
    def test_a_misspelt_name_is_refused_with_the_nearest(self, written, near):
        with pytest.raises(ParameterError, match=near):
            places.find(written)

    @pytest.mark.parametrize("written", ["", "99", "084", "xyz", "__import__('os')"])
    def test_what_is_no_province_is_refused(self, written):
        with pytest.raises(ParameterError, match="No province is called"):
            places.find(written)

    def test_a_long_value_is_cut_in_the_message(self):
        with pytest.raises(ParameterError) as caught:
            places.find("x" * 5000)
        assert len(str(caught.value)) < 300

    @pytest.mark.parametrize("written", ["Cầu Kè", "842", "Châu Thành", "Thành phố Trà Vinh"])
    def test_a_district_has_no_score_and_hears_why(self, written):
        with pytest.raises(DataError, match="published for provinces only"):
            places.find(written)

    def test_below_the_province_nothing_is_given(self):
        assert places.require_province_level("province") is None
        with pytest.raises(DataError, match="visits 3 of nine districts"):
            places.require_province_level("district")


class TestNames:
    def test_letters_come_before_tones(self):
        names = ["Ba", "Bà", "Bả", "Bã", "Bá", "Bạ", "Bă", "Bâ", "Ca", "Da", "Đa", "Ea", "Êa"]
        assert sorted(reversed(names), key=places.collation_key) == names

    def test_case_and_form_make_no_difference(self):
        assert places.collation_key("ĐÀ") == places.collation_key("đa\u0300")

    def test_plain_names_of_the_provinces_differ(self, provinces):
        assert provinces["name_vi"].map(places.plain).nunique() == 63

    @settings(max_examples=50)
    @given(st.text(max_size=30))
    def test_plain_is_ascii_and_settled(self, text):
        once = places.plain(text)
        assert once.isascii()
        assert places.plain(once) == once

    def test_accents_go_and_the_rest_stays(self):
        assert places.without_accents("Thừa Thiên - Huế, Đắk Lắk") == "Thua Thien - Hue, Dak Lak"


class TestDays:
    def test_districts_ended_on_the_eve_of_the_merger(self):
        assert (places.MERGER - places.BEFORE_MERGER).days == 1
        assert places.day(None) == places.BEFORE_MERGER
        assert places.day("2025-07") == places.MERGER == places.day("2025-07-01")
        assert places.day(date(2024, 2, 29)) == date(2024, 2, 29)

    @pytest.mark.parametrize("wrong", ["2025", "2025-13", "01/07/2025", "yesterday", ""])
    def test_what_is_no_day_is_refused(self, wrong):
        with pytest.raises(ParameterError, match="is no date"):
            places.day(wrong)

    def test_units_follow_the_day(self):
        assert len(places.units("province")) == 63
        assert len(places.units("province", "2025-07")) == 34
        with pytest.raises(DataError, match="no districts on 2025-07-01"):
            places.units("district", "2025-07")
        with pytest.raises(ParameterError, match="no level of units"):
            places.units("village")

    def test_tra_vinh_had_nine_districts_and_104_communes(self):
        assert len(places.units("district", province="84")) == 9
        own = places.units("district", province="84")["code"]
        assert places.units("commune", province="84")["parent"].isin(own).all()


class TestTraVinh:
    def test_the_nine_districts_have_their_codes(self):
        codes = [str(code) for code in (842, *range(844, 852))]
        assert places.districts()["code"].tolist() == codes

    def test_104_communes_became_41(self):
        table = places.communes_crosswalk()
        assert (len(table), table["new_code"].nunique()) == (104, 41)
        assert (places.districts()["communes_2025_06"].sum()) == 104

    def test_three_new_communes_lie_in_two_former_districts(self):
        table = places.communes_crosswalk()
        spans = table.groupby("new_code")["old_district_code"].nunique()
        assert spans.eq(2).sum() == 3
        assert spans.max() == 2

    def test_what_is_not_known_of_a_district_is_absent_not_zero(self):
        table = places.district_context()
        assert table["communes"].sum() == 104
        unknown = table[table["list_status"] == "absent"]
        assert len(unknown) == 3
        assert unknown[["listed", "listed_share"]].isna().all(axis=None)
        cut = table[table["list_status"] == "cut_off"]
        assert cut["name_vi"].str.contains("Cầu Ngang").all()
        assert cut["listed"].notna().all()
        assert cut["listed_share"].isna().all()
        whole = table[table["list_status"] == "complete"]
        assert (whole["listed_share"] == whole["listed"] / whole["communes"]).all()

    def test_a_share_of_khmer_people_needs_every_former_commune(self):
        table = places.commune_context()
        assert len(table) == 41
        shares = table["khmer_share"].notna()
        assert (shares == table["known"].eq("share")).all()
        assert table.loc[shares, "khmer_share"].between(0, 1).all()
        assert (table.loc[shares, "listed"] == table.loc[shares, "former"]).all()
        assert table.loc[table["known"].eq("unknown"), "listed"].isna().all()


class TestMerger:
    def test_every_province_went_into_one(self):
        table = places.crosswalk("province")
        assert len(table) == table["old_code"].nunique() == 63
        alone = table.groupby("new_code")["old_code"].transform("size").eq(1)
        assert table["kind"].eq("exact").equals(alone)
        with pytest.raises(ParameterError, match="No crosswalk of level 'district'"):
            places.crosswalk("district")

    def test_by_hand_a_back_cast_weighs_by_people(self):
        levels = pd.DataFrame(
            {
                "year": 2024,
                "province": ["83", "84", "86"],
                "level": "total",
                "dimension": "",
                "code": "total",
                "score": [40.0, 44.0, 44.0],
            }
        )
        people = pd.DataFrame({"province": ["83", "84", "86"], "population_thousand": [2, 1, 1]})
        table = places.back_cast(levels, people, "86")
        made = table[table["synthetic"]]
        # (2 · 40 + 44 + 44) / 4
        assert made["score"].tolist() == [42]
        assert len(table) == 4
        assert "rank" not in table.columns
        hole = places.back_cast(levels.assign(score=[40.0, None, 44.0]), people, "86")
        # the weights of those that have a score: (2 · 40 + 44) / 3
        assert hole.loc[hole["synthetic"], "score"].tolist() == [pytest.approx(124 / 3)]
        assert hole.loc[hole["synthetic"], "absent"].tolist() == ["84"]
        none = places.back_cast(levels.assign(score=float("nan")), people, "86")
        assert none["score"].isna().all()

    def test_what_was_not_merged_is_not_made_up(self, levels):
        people = pd.DataFrame({"province": ["83"], "population_thousand": [1]})
        with pytest.raises(DataError, match="No population of 84, 86"):
            places.back_cast(levels, people, "86")
        with pytest.raises(DataError, match="was not merged"):
            places.back_cast(levels, people, "01")
        with pytest.raises(ParameterError, match="'00'"):
            places.members("00")


def test_the_codes_of_provinces_rise(provinces):
    assert all(before < after for before, after in pairwise(provinces["province"]))


@pytest.mark.parametrize("value", ["1", "01", 1])
def test_a_code_that_lost_its_zero_is_still_the_code(value):
    assert places.find(value).slug == "ha-noi"

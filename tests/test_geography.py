"""The dated registry: units in force on a day, what became of them, what may be carried over."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from papi_analysis import places
from papi_analysis.cli import papi
from papi_analysis.data import context
from papi_analysis.data import panel as panels
from papi_analysis.errors import DataError, ParameterError

LAST, FIRST = "2025-06-30", "2025-07-01"
STRADDLING = {"29254", "29398", "29530"}  # Nguyệt Hóa, Hòa Thuận, Ngũ Lạc


@pytest.mark.parametrize(
    ("level", "on", "count"),
    [
        ("province", LAST, 63),
        ("province", FIRST, 34),
        ("district", LAST, 696),
        ("commune", LAST, 10_035),
        ("commune", FIRST, 3321),
    ],
)
def test_the_country_has_the_official_number_of_units(level, on, count):
    units = places.units(level, on)
    assert len(units) == units["code"].nunique() == count


@pytest.mark.parametrize(
    ("level", "on", "province", "count"),
    [("district", LAST, "84", 9), ("commune", LAST, "84", 104), ("commune", FIRST, "86", 124)],
)
def test_the_province_has_the_official_number_of_units(level, on, province, count):
    assert len(places.units(level, on, province=province)) == count


def test_new_communes_are_wards_communes_and_special_zones():
    """2,621 xã, 687 phường and 13 đặc khu: resolutions of June 2025."""
    kinds = places.units("commune", FIRST)["type"].value_counts().to_dict()
    assert kinds == {"xa": 2621, "phuong": 687, "dac_khu": 13}


def test_units_end_on_the_eve_of_the_merger():
    old, new = places.units("province", LAST), places.units("province", FIRST)
    assert set(old["valid_to"]) == {LAST} and set(old["valid_from"]) == {""}
    assert set(new["valid_from"]) == {FIRST} and set(new["valid_to"]) == {""}


def test_the_registry_and_the_project_agree_about_tra_vinh():
    own = places.communes_crosswalk()
    old = places.units("commune", LAST, province="84").set_index("code")["name_vi"]
    new = places.units("commune", FIRST, province="86").set_index("code")["name_vi"]
    assert own.set_index("old_code")["old_name"].to_dict() == old.to_dict()
    assert (own["new_code"].map(new) == own["new_name"]).all()
    districts = places.units("district", LAST, province="84").set_index("code")["name_vi"]
    assert places.districts().set_index("code")["name_vi"].to_dict() == districts.to_dict()


def test_the_crosswalk_of_the_country_is_that_of_the_province():
    own = places.communes_crosswalk()[["old_code", "new_code"]]
    pairs = places.crosswalk("commune")[["old_code", "new_code"]]
    theirs = pairs[pairs["old_code"].isin(own["old_code"])]
    assert sorted(own.to_records(index=False).tolist()) == theirs.to_records(index=False).tolist()


def test_63_provinces_became_34_as_the_resolution_says():
    """11 stayed, 17 were made of two and 6 of three: resolution 202/2025/QH15."""
    pairs = places.crosswalk("province")
    sizes = pairs.groupby("new_code").size()
    assert (len(pairs), len(sizes)) == (63, 34)
    assert sizes.value_counts().to_dict() == {1: 11, 2: 17, 3: 6}


def test_a_conversion_says_whether_it_is_exact_split_or_synthetic():
    provinces = places.crosswalk("province").drop_duplicates("new_code")["kind"]
    assert provinces.value_counts().to_dict() == {"synthetic": 23, "exact": 11}
    assert set(places.crosswalk("commune")["kind"]) == set(places.KINDS)


def test_a_unit_alone_and_whole_is_exact_and_a_divided_one_is_split():
    pairs = places.crosswalk("commune")
    copies = pairs.groupby("old_code")["new_code"].transform("size")
    assert (pairs.loc[copies > 1, "kind"] == "split").all()
    exact = pairs[pairs["kind"] == "exact"]
    assert exact["old_code"].is_unique and exact["new_code"].is_unique


def test_vinh_long_is_made_of_three_provinces():
    assert places.members("86") == ["83", "84", "86"]


def test_three_new_communes_straddle_two_former_districts():
    table = places.commune_context().set_index("code")
    assert set(table.index[table["districts"].str.contains(";")]) == STRADDLING


def test_no_district_exists_after_the_merger():
    with pytest.raises(DataError, match="abolished on 2025-07-01"):
        places.units("district", FIRST)


@pytest.mark.parametrize("level", ["ward", ""])
def test_an_unknown_level_is_refused(level):
    with pytest.raises(ParameterError, match="province, district, commune"):
        places.units(level)
    with pytest.raises(ParameterError):
        places.crosswalk(level)


def test_a_month_means_its_first_day():
    assert places.day("2025-07") == date(2025, 7, 1)
    assert places.day(None) == date(2025, 6, 30)
    for bad in ("2025-13", "July", "2025", 2025):
        with pytest.raises(ParameterError, match="2025-07"):
            places.day(bad)


@pytest.mark.parametrize(
    "asked", ["cang-long", "842", "Huyện Trà Cú", "Thành phố Trà Vinh", "Châu Thành"]
)
def test_asking_for_a_district_is_refused_with_the_reason(asked):
    with pytest.raises(DataError, match="3 of nine districts and asks about 64 people in each"):
        places.find(asked)


def test_a_district_elsewhere_is_told_of_its_own_province():
    with pytest.raises(DataError, match="Ask for Hà Nội") as caught:
        places.find("Ba Đình")
    assert "Trà Vinh" not in str(caught.value)


@pytest.mark.parametrize("asked", ["tra-vinh", "84", "Tỉnh Trà Vinh", "TP. Hồ Chí Minh", "TP Huế"])
def test_provinces_and_cities_are_still_found(asked):
    assert places.find(asked).code in {"84", "79", "46"}


@pytest.mark.parametrize("level", ["district", "commune"])
def test_papi_below_the_province_is_refused(level):
    places.require_province_level("province")
    with pytest.raises(DataError, match="published for provinces only"):
        places.require_province_level(level)


def test_context_keeps_the_holes_of_the_published_list():
    table = places.district_context().set_index("code")
    assert table["list_status"].value_counts().to_dict() == {
        "complete": 5,
        "absent": 3,
        "cut_off": 1,
    }
    assert table["communes"].sum() == 104
    assert table.loc["846", "listed_share"] == pytest.approx(9 / 11)
    assert table["listed_share"].isna().sum() == 4  # a lower bound is no share
    assert pd.isna(table.loc["849", "listed"])


def test_the_khmer_share_is_given_only_where_every_former_commune_is_listed():
    table = places.commune_context().set_index("code")
    assert len(table) == 41 and table["former"].sum() == 104
    known = table[table["khmer_share"].notna()]
    assert (known["listed"] == known["former"]).all()
    # Cầu Kè: (1,698 + 5,511 + 7,960) of (6,157 + 8,558 + 10,139) people
    assert table.loc["29308", "khmer_share"] == pytest.approx(15_169 / 24_854)
    assert table.loc["29461", "known"] == "unknown"  # Trà Cú: no list
    assert table.loc["29275", "known"] == "below"  # An Trường: a complete list without it
    assert table.loc["29416", "known"] == "part"  # Cầu Ngang: two of three, list cut off


def toy_levels():
    """Three provinces of one year: two scores and one that is absent."""
    rows = [("83", "total", 40.0), ("84", "total", 44.0), ("86", "total", 42.0)]
    rows += [("83", "1", 5.0), ("84", "1", np.nan), ("86", "1", 6.0)]
    frame = pd.DataFrame(rows, columns=["province", "code", "score"])
    return frame.assign(year=2024, level="total", dimension="")


def test_a_back_cast_is_the_mean_weighted_by_population():
    people = pd.DataFrame({"province": ["83", "84", "86"], "population_thousand": [1, 1, 2]})
    table = places.back_cast(toy_levels(), people, "86")
    new = table[table["synthetic"]].set_index("code")
    assert new.loc["total", "score"] == pytest.approx((40 + 44 + 2 * 42) / 4)
    assert new.loc["1", "score"] == pytest.approx((5 + 2 * 6) / 3)  # the others' weights rise
    assert new.loc["1", "absent"] == "84"
    assert set(new["province"]) == {"86"}


def test_a_back_cast_keeps_the_old_series_and_gives_no_rank(levels):
    people = context.population_2019()
    table = places.back_cast(levels, people, "86")
    old = table[~table["synthetic"]]
    assert set(old["province"]) == {"83", "84", "86"}
    kept = old.query("year == 2024 and code == 'total'").set_index("province")["score"]
    assert kept["84"] == pytest.approx(40.616, abs=0.001)
    assert not {"rank", "group"} & set(table)
    total = table.query("synthetic and code == 'total' and year == 2024")["score"].item()
    assert kept.min() < total < kept.max()
    weights = old.drop_duplicates("province").set_index("province")["weight"]
    assert weights.sum() == pytest.approx(1)
    assert total == pytest.approx((weights * kept).sum())


def test_a_province_that_was_not_merged_has_no_back_cast(levels):
    with pytest.raises(DataError, match="not merged"):
        places.back_cast(levels, context.population_2019(), "01")
    with pytest.raises(ParameterError, match="86"):
        places.back_cast(levels, context.population_2019(), "84")


def test_a_member_without_population_is_an_error(levels):
    people = context.population_2019().query("province != '83'")
    with pytest.raises(DataError, match="83"):
        places.back_cast(levels, people, "86")


class TestRounds:
    """Every round is published for the provinces of its time."""

    def test_the_round_after_the_merger_has_the_new_provinces(self):
        old, new = places.units_of(2024), places.units_of(2025)
        assert (len(old), len(new)) == (63, 34)
        assert sorted(sum(new["predecessors"], ())) == sorted(old["code"])
        pairs = old.set_index("code")["successor_code"]
        for unit in new.itertuples():
            assert pairs[list(unit.predecessors)].eq(unit.code).all()
        assert np.allclose(new["weights"].map(sum), 1)

    def test_seven_new_provinces_carry_another_code_than_their_name_had(self):
        old = places.units_of(2024).set_index("name_vi")["code"]
        new = places.units_of(2025).set_index("name_vi")["code"]
        moved = {name for name, code in new.items() if old.get(name, code) != code}
        assert moved == {"Lào Cai", "Bắc Ninh", "Quảng Trị", "Gia Lai", "Tây Ninh", "Đồng Tháp",
                         "An Giang"}  # fmt: skip

    def test_no_code_means_two_provinces_in_one_table(self, scores):
        table = panels.seen_from(scores, 2025)
        assert panels.seen_from(scores, 2024).equals(scores)
        assert {"86-2024", "84-2024", "01"} <= set(table["province"])
        assert "86" not in set(table["province"])
        assert panels.check(table)["passed"].all()
        names = places.names_of(2025, "vi")
        assert (names["15"], names["15-2024"]) == ("Lào Cai", "Yên Bái")
        assert set(table["province"]) <= set(names)

    def test_a_province_that_had_ended_names_its_successor(self):
        with pytest.raises(ParameterError, match=r"Vĩnh Long since 2025-07-01.*vinh-long"):
            places.find("tra-vinh", year=2025)
        assert places.find("tra-vinh", year=2025, follow=True).predecessors == ("83", "84", "86")
        assert places.find("10", year=2024).name_vi == "Lào Cai"
        assert places.find("lao-cai", year=2025).code == "15"

    @pytest.mark.parametrize(("year", "n"), [(2024, 63), (2025, 34)])
    def test_the_command_lists_them(self, year, n):
        result = CliRunner().invoke(papi, ["provinces", "--year", str(year), "--lang", "en"])
        lines = result.output.splitlines()
        assert len(lines) == n + 2 and f"{n} provinces" in lines[0]
        assert ("Ben Tre 39%, Tra Vinh 30%, Vinh Long 31%" in result.output) == (year == 2025)

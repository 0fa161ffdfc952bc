"""What the index is made of, and which years may be set beside each other."""

import pandas as pd
import pytest

from papi_analysis import settings
from papi_analysis.data import codebook
from papi_analysis.errors import DataError, ParameterError, SourceError


def link(regimes, start, end):
    return codebook.links(regimes, start, end).set_index("subdimension")


class TestIndex:
    @pytest.mark.parametrize(
        ("year", "subdimensions", "dimensions"),
        [(2011, 22, 6), (2017, 22, 6), (2018, 28, 8), (2019, 29, 8), (2020, 29, 8), (2024, 28, 8)],
    )
    def test_the_index_has_the_published_number_of_parts(
        self, regimes, year, subdimensions, dimensions
    ):
        rows = regimes[regimes["year"] == year]
        assert len(rows) == len(codebook.subdimensions(year=year)) == subdimensions
        assert rows["dimension"].nunique() == dimensions

    def test_with_k_parts_each_runs_from_a_kth_to_ten_kths(self, regimes):
        parts = regimes.groupby(["year", "dimension"])["subdimension"].transform("size")
        assert ((regimes["scale_max"] - 10 / parts).abs() < 0.01).all()
        assert ((regimes["scale_min"] - 1 / parts).abs() < 0.01).all()

    def test_construction_permits_left_in_2021(self, regimes):
        years = regimes.loc[regimes["subdimension"] == "construction_permits", "year"]
        assert years.max() == 2020

    def test_sample_blocks_are_the_four_inferred_ones(self, regimes):
        blocks = regimes.groupby("sample_block")["year"].agg(["min", "max"])
        assert blocks.to_numpy().tolist() == [
            [2011, 2014],
            [2015, 2017],
            [2018, 2020],
            [2021, 2024],
        ]

    def test_years_run_without_a_hole(self):
        assert codebook.years() == list(range(2011, 2025))

    def test_every_code_has_a_name_in_both_languages(self, regimes):
        for lang in ("vi", "en"):
            names = codebook.names(lang)
            assert set(regimes["subdimension"]) | set("12345678") <= set(names)
            assert all(name.strip() for name in names.values())
        assert codebook.names("vi")["4"] == "Kiểm soát tham nhũng trong khu vực công"


class TestLinks:
    def test_inside_an_unbroken_run_everything_may_be_compared(self, regimes):
        table = link(regimes, 2023, 2024)
        assert len(table) == 28
        assert table[["comparable", "same_composition", "same_scale", "same_block"]].all(axis=None)

    def test_a_break_in_between_breaks_the_link_of_its_ends(self, regimes):
        assert not link(regimes, 2020, 2022).loc["law_and_order", "comparable"]
        assert link(regimes, 2021, 2022).loc["law_and_order", "comparable"]

    def test_a_new_scale_is_no_new_composition(self, regimes):
        row = link(regimes, 2020, 2021).loc["certification"]
        assert row["same_composition"]
        assert not row["same_scale"]
        assert not row["comparable"]
        assert row["marks"] == "rescaled"

    def test_blocks_of_places_part_2020_from_2021(self, regimes):
        assert not link(regimes, 2020, 2021)["same_block"].any()

    def test_years_in_the_wrong_order_are_refused(self, regimes):
        with pytest.raises(ParameterError, match="2024 is not before year 2023"):
            codebook.links(regimes, 2024, 2023)

    @pytest.mark.parametrize(("start", "end"), [(2009, 2010), (2024, 2030)])
    def test_a_year_without_a_regime_is_refused(self, regimes, start, end):
        with pytest.raises(ParameterError, match=f"{end} is not described.* has 2011 to 2024"):
            codebook.comparability(regimes, start, end)


class TestComparability:
    def test_2024_may_be_set_beside_2023_at_every_level(self, regimes):
        table = codebook.comparability(regimes, 2023, 2024)
        assert table["level"].value_counts().to_dict() == {
            "subdimension": 28,
            "dimension": 8,
            "total": 1,
        }
        assert table["comparable"].all()
        assert table["reason"].eq("").all()

    @pytest.mark.parametrize(
        ("start", "end", "code", "reason"),
        [
            (2020, 2021, "certification", "scale"),
            (2020, 2021, "law_and_order", "composition"),
            (2020, 2021, "access_to_justice", "doubtful"),
            (2020, 2021, "5", "parts"),
            (2020, 2021, "2", ""),
            (2020, 2021, "total", "parts"),
            (2017, 2018, "air_quality", "new"),
            (2017, 2018, "7", "new"),
            (2017, 2018, "total", "dimensions"),
            (2019, 2020, "egovernment_responsiveness", "composition"),
        ],
    )
    def test_a_break_has_its_reason(self, regimes, start, end, code, reason):
        row = codebook.comparability(regimes, start, end).set_index("code").loc[code]
        assert row["reason"] == reason
        assert row["comparable"] == (reason == "")

    def test_a_dimension_that_lost_a_part_is_not_the_same(self, regimes):
        fewer = regimes[~(regimes["year"].eq(2024) & regimes["subdimension"].eq("air_quality"))]
        table = codebook.comparability(fewer, 2023, 2024).set_index("code")
        assert table.loc["7", "reason"] == "parts"
        assert table.loc["water_quality", "comparable"]

    def test_every_year_is_set_beside_the_one_before(self, regimes):
        table = codebook.breaks(regimes)
        assert table["year"].unique().tolist() == list(range(2012, 2025))
        own = table[table["year"] == 2021].drop(columns="year").reset_index(drop=True)
        pd.testing.assert_frame_equal(own, codebook.comparability(regimes, 2020, 2021))

    def test_every_reason_is_a_known_one(self, regimes):
        found = set(codebook.breaks(regimes)["reason"])
        assert found == {"", *codebook.BREAKS}


class TestRequireComparable:
    def test_a_comparison_across_a_break_names_the_years_that_can_be_compared(self, regimes):
        with pytest.raises(DataError, match=r"breaks in 2021\. Compare the years 2021 to 2024"):
            codebook.require_comparable(regimes, "law_and_order", 2018, 2024)

    def test_an_unbroken_series_passes(self, regimes):
        assert codebook.require_comparable(regimes, "law_and_order", 2021, 2024) is None

    def test_a_code_that_is_not_in_the_index_is_named(self, regimes):
        with pytest.raises(DataError, match="construction_permits is not in the index of 2024"):
            codebook.require_comparable(regimes, "construction_permits", 2020, 2024)


class TestGroupSizes:
    def test_a_single_size_that_was_not_printed_is_what_the_others_leave(self):
        table = codebook.group_sizes().set_index("year")
        assert table.loc[2023, list(codebook.GROUPS)].tolist() == [15, 15, 15, 16]

    def test_sizes_that_were_printed_add_up_to_the_provinces_scored(self):
        table = codebook.group_sizes()
        whole = table[list(codebook.GROUPS)].notna().all(axis=1)
        sums = table.loc[whole, list(codebook.GROUPS)].sum(axis=1)
        assert whole.sum() == 5
        assert (sums == table.loc[whole, "n_scored"]).all()

    def test_more_than_one_missing_size_is_not_guessed(self):
        table = codebook.group_sizes().set_index("year")
        assert table.loc[2021, "upper_middle"] == 15
        assert table.loc[2021, ["top", "lower_middle", "lowest"]].isna().all()


class TestFiles:
    def test_a_folder_without_figures_is_named(self, tmp_path):
        with pytest.raises(ParameterError, match=r"papi/scores\.csv is missing"):
            settings.data_folder(tmp_path)

    def test_a_missing_table_is_named(self, tmp_path):
        with pytest.raises(SourceError, match=r"regimes\.csv is missing"):
            codebook.read_table(tmp_path / "regimes.csv")

    def test_a_broken_table_is_named_with_its_fault(self, tmp_path):
        path = tmp_path / "regimes.csv"
        path.write_text("a,b\n1,2,3\n4,5,6,7\n", encoding="utf-8")
        with pytest.raises(SourceError, match=r"regimes\.csv cannot be read"):
            codebook.read_table(path)
        path.write_bytes(b"a\n\xff\xfe\n")
        with pytest.raises(SourceError, match=r"regimes\.csv cannot be read"):
            codebook.read_table(path)

    def test_codes_stay_text(self):
        assert codebook.dimensions()["dimension"].tolist() == list("12345678")
        assert pd.api.types.is_string_dtype(codebook.index_versions()["dimension"])


class TestStrengths:
    def test_what_the_publisher_says_is_stated_the_rest_found_or_doubtful(self, regimes):
        said = codebook.strengths(regimes, 2018)
        assert said and set(said.values()) == {"stated"}
        rows = regimes[regimes["year"].eq(2018)].set_index("subdimension")
        assert not rows.loc[list(said), "official_statement"].eq("").any()

    def test_by_hand_each_mark_has_its_strength(self):
        table = pd.DataFrame(
            [("a", "no", "high", "official: x"), ("b", "no", "high", ""), ("c", "first", "-", ""),
             ("d", "doubtful", "medium", ""), ("e", "yes", "high", ""),
             ("f", "rescaled", "high", "")],
            columns=["subdimension", "comparable", "confidence_comparability", "official_statement"]
        ).assign(year=2020)  # fmt: skip
        expected = {"a": "stated", "b": "found", "d": "doubtful", "f": "found"}
        assert codebook.strengths(table, 2020) == expected

    def test_of_2015_the_publisher_speaks_of_the_places_and_breaks_no_score(self, regimes):
        rows = regimes[regimes["year"].eq(2015)]
        assert rows["official_statement"].str.contains("one third of the communes").all()
        assert codebook.strengths(regimes, 2015) == {}

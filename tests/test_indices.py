"""Other indices beside PAPI, and the small tables of context."""

import shutil

import pandas as pd
import pytest

from papi_analysis import places, settings
from papi_analysis.data import context
from papi_analysis.errors import SourceError
from papi_analysis.plans import indices


def edit(path, change):
    """Rewrite a table of the copy."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    change(table).to_csv(path, index=False)


def faults(call, *args):
    with pytest.raises(SourceError) as caught:
        call(*args)
    return caught.value


@pytest.fixture
def data(tmp_path):
    """A copy of the small tables that can be broken."""
    source = settings.data_folder()
    for folder in ("papi", "context", "tra_vinh"):
        shutil.copytree(source / folder, tmp_path / folder)
    return tmp_path


class TestIndices:
    def test_published_values_of_tra_vinh(self):
        own = indices.indices().query("province == '84'").set_index(["index", "year"])
        assert own.loc[("PAR INDEX", 2022), ["score", "rank"]].tolist() == [83.00, 50]
        assert own.loc[("PAR INDEX", 2023), ["score", "rank"]].tolist() == [85.79, 48]
        assert own.loc[("SIPAS", 2023), ["score", "rank"]].tolist() == [84.58, 15]
        assert own.loc[("SIPAS", 2023), "difference"] == pytest.approx(84.58 - 82.66)

    def test_a_file_extended_in_a_vietnamese_excel_is_read(self, data):
        """A new row, semicolons, decimal commas."""
        path = data / "context" / "par_sipas.csv"
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        new = {"year": "2024", "index": "SIPAS", "province": "84", "score": "85,01", "rank": "20",
               "ranked_of": "63", "national_mean": "83,94", "note": "",
               "source_url": "https://travinh.gov.vn/sipas"}  # fmt: skip
        table = pd.concat([table, pd.DataFrame([new])])
        table.to_csv(path, index=False, sep=";", encoding="utf-8-sig")
        row = indices.indices(data).query("year == 2024 and province == '84'").iloc[0]
        assert row["score"] == 85.01 and row["rank"] == 20
        assert row["difference"] == pytest.approx(85.01 - 83.94)

    def test_years_that_are_not_on_file_are_shown_as_absent(self):
        """From 2022, the first year on file, to 2024: three years of two indices."""
        papi = pd.DataFrame({"year": [2022, 2023, 2024], "province": "84", "rank": [48, 54, 57],
                             "n": [61, 61, 61]})  # fmt: skip
        found = indices.overview(indices.indices(), papi, places.find("84"))
        assert len(found) == 6
        rows = found.set_index(["year", "index"])
        assert rows.loc[(2022, "SIPAS"), ["score", "rank", "national_mean"]].isna().all()
        assert rows.loc[(2024, "PAR INDEX"), "national_mean"] == 88.37
        assert rows["papi_rank"].tolist() == [48, 48, 54, 54, 57, 57]
        assert rows["verdict"].tolist() == ["agrees", "unknown", "agrees", "contradicts",
                                            "unknown", "unknown"]  # fmt: skip

    def test_a_province_without_a_row_has_no_overview(self):
        papi = pd.DataFrame({"year": [2024], "province": "01", "rank": [10], "n": [61]})
        assert indices.overview(indices.indices(), papi, places.find("01")).empty

    def test_a_place_in_one_index_beside_the_place_in_papi(self):
        """2023: 15th of 63 by SIPAS, 54th of 61 by PAPI."""
        papi = pd.DataFrame({"year": [2023], "province": ["84"], "rank": [54], "n": [61]})
        found = indices.beside(indices.indices(), papi, places.find("84"))
        sipas = found.set_index("index").loc["SIPAS"]
        assert sipas["share_above"] == pytest.approx(14 / 62)
        assert sipas["papi_share_above"] == pytest.approx(53 / 60)
        assert sipas["apart"] == pytest.approx(53 / 60 - 14 / 62)
        assert len(found) == 2


class TestPci:
    def test_rows_without_a_province_are_left_out(self):
        table = indices.pci()
        counts = table.groupby("year").size()
        assert counts.loc[2013] == 13 and counts.loc[2016] == 63
        assert table["score"].between(0, 100).all()

    def test_a_province_that_does_not_exist_is_refused(self, data):
        path = data / "context" / "pci_2005_2016.csv"
        path.write_text(path.read_text().replace("2005,01,", "2005,99,", 1))
        with pytest.raises(SourceError) as caught:
            indices.pci(data)
        assert [(one.row, one.column) for one in caught.value.issues] == [("2", "province")]


    def test_an_index_of_the_provinces_own_is_kept_and_named_so(self, data):
        """Đà Nẵng led PCI in 2016, as published; a district's self-score is the user's own."""
        path = data / "context" / "par_sipas.csv"
        text = path.read_text(encoding="utf-8")
        text += "2024,Tự chấm cấp xã,84,91.5,,,,,https://travinh.gov.vn/x\n"
        path.write_text(text, encoding="utf-8")
        table = indices.four(places.find("84"), data).set_index(["index", "year"])
        assert table.loc[("Tự chấm cấp xã", 2024), ["score", "own"]].tolist() == [91.5, True]
        assert not table.loc[("SIPAS", 2023), "own"]
        assert indices.four(places.find("48"), data).set_index(["index", "year"]).loc[
            ("PCI", 2016), ["rank", "ranked_of"]].tolist() == [1, 63]  # fmt: skip
        path.write_text(text.replace("2023,SIPAS,84", "2023,SIPAZ,84"), encoding="utf-8")
        assert [one.column for one in faults(indices.indices, data).issues] == ["index"]


class TestContext:
    def test_every_province_has_a_population(self):
        table = context.population_2019()
        assert len(table) == 63
        assert table["population_thousand"].sum() == 96_207

    def test_the_communes_of_vinh_long(self):
        table = context.communes_vinh_long()
        assert len(table) == 124
        former = table["former_province"].str.split("; ").explode()
        assert set(former) == {"Bến Tre", "Trà Vinh", "Vĩnh Long"}
        assert table["former_province"].eq("Trà Vinh").sum() == 41

    def test_samples_are_in_order_of_the_rounds(self):
        table = context.survey_samples()
        assert table["year"].is_monotonic_increasing
        assert table.set_index("year").loc[2024, "published"] == "2025-04-15"

    def test_facts_name_their_evidence_and_say_what_is_inferred(self):
        table = context.criteria_flags()
        assert table["evidence"].ne("").all()
        assert table["inferred"].all()
        assert set(table["flag"]) == set(context.FLAGS)

    def test_primary_education_has_two_heaps(self, scores):
        """What its flag claims: in 2022-2024 few provinces lie between 1.5 and 1.9 points."""
        rows = scores[scores["subdimension"].eq("primary_education") & scores["year"].ge(2022)]
        own = rows["score"].dropna()
        between = own.between(1.5, 1.9).sum()
        low, high = own.between(1.1, 1.5).sum(), own.between(1.9, 2.3).sum()
        assert between < 0.6 * min(low, high)

    def test_participation_follows_the_elections(self, scores):
        """What its flag claims: the mean falls from each general election to the year before."""
        own = scores[scores["subdimension"].eq("participation_opportunities")]
        mean = own.groupby("year")["score"].mean()
        for first, last in ((2011, 2015), (2016, 2020)):
            assert mean.loc[first:last].is_monotonic_decreasing
        assert mean[2016] > mean[2015]
        assert mean[2021] > mean[2020]

    @pytest.mark.parametrize(
        ("file", "call", "column", "value"),
        [
            ("context/population_2019.csv", context.population_2019, "population_thousand", "x"),
            ("context/population_2019.csv", context.population_2019, "province", "99"),
            ("context/par_sipas.csv", context.par_sipas, "index", "SIPAZ"),
            ("context/par_sipas.csv", context.par_sipas, "score", "857.9"),
            ("context/par_sipas.csv", context.par_sipas, "rank", "64"),
            ("context/par_sipas.csv", context.par_sipas, "rank", "0"),
            ("context/par_sipas.csv", context.par_sipas, "rank", "48.5"),
            ("context/par_sipas.csv", context.par_sipas, "ranked_of", "630"),
            ("context/par_sipas.csv", context.par_sipas, "year", ""),
            ("context/par_sipas.csv", context.par_sipas, "year", "2022.5"),
            ("context/par_sipas.csv", context.par_sipas, "year", "22"),
            ("context/par_sipas.csv", context.par_sipas, "national_mean", "-1"),
            ("context/par_sipas.csv", context.par_sipas, "source_url", ""),
            ("context/par_sipas.csv", context.par_sipas, "source_url", "javascript:alert(1)"),
            ("context/survey_samples.csv", context.survey_samples, "year", "2012"),
            ("context/survey_samples.csv", context.survey_samples, "published", "soon"),
            ("tra_vinh/documents.csv", context.documents, "year", "23"),
            ("tra_vinh/documents.csv", context.documents, "number", ""),
            ("tra_vinh/documents.csv", context.documents, "asks_vi", ""),
            ("papi/criteria_flags.csv", context.criteria_flags, "flag", "slow"),
            ("papi/criteria_flags.csv", context.criteria_flags, "evidence", ""),
            ("papi/criteria_flags.csv", context.criteria_flags, "inferred", "maybe"),
        ],
    )
    def test_a_wrong_cell_is_refused(self, data, file, call, column, value):
        def change(table):
            table.loc[0, column] = value
            return table

        edit(data / file, change)
        named = {d.column for d in faults(call, data).issues}
        assert column in named

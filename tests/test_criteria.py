"""What is asked, levers, the calendar, and one lead for each criterion under its present name."""

import shutil

import pandas as pd
import pytest

from papi_analysis import places, priority, settings
from papi_analysis.data import codebook
from papi_analysis.errors import SourceError
from papi_analysis.plans import criteria

HEAD = "code,indicator,role,agency_vi,status,basis,person\n"
SIGNED = "1878/UBND-NC, 2023"


@pytest.fixture
def data(tmp_path):
    """A copy of the small tables in use, to which a province may add its own."""
    source = settings.data_folder()
    for folder in ("papi", "context", "criteria", "tra_vinh"):
        shutil.copytree(source / folder, tmp_path / folder)
    with settings.use(data=tmp_path):
        yield tmp_path


def decide(data, *rows, folder="tra_vinh"):
    """Write what a province decided."""
    (data / folder).mkdir(exist_ok=True)
    path = data / folder / "agencies.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


class TestTexts:
    def test_rows_that_are_not_sure_have_no_text(self):
        table = criteria.what_is_asked("vi")
        assert {"access_to_justice", "egovernment_responsiveness"}.isdisjoint(table["code"])
        assert set(table["confidence"]) == {"high", "medium"}
        assert table["text"].ne("").all() and table["source"].ne("").all()

    def test_both_languages_have_the_same_criteria(self):
        for read in (criteria.what_is_asked, criteria.levers):
            assert read("vi")["code"].tolist() == read("en")["code"].tolist()
            assert not read("vi")["text"].eq(read("en")["text"]).any()

    def test_a_text_without_its_source_is_refused(self, data):
        path = data / "criteria" / "levers.csv"
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        table.loc[2, "source_url"] = ""
        table.to_csv(path, index=False)
        with pytest.raises(SourceError) as caught:
            criteria.levers()
        assert [(i.row, i.column) for i in caught.value.issues] == [("4", "source_url")]


class TestCalendar:
    def test_the_year_after_the_results_of_2024(self):
        """Published on 15 April 2025; fieldwork was read for August to November 2023."""
        table = criteria.calendar("en", 2024)
        days = {(r.step, r.kind): (str(r.first), str(r.last)) for r in table.itertuples()}
        assert days["publication", "read"] == ("2025-04-15", "2025-04-15")
        assert days["fieldwork", "read"] == ("2025-08-01", "2025-11-30")
        assert days["plan", "proposed"] == ("2025-06-30", "2025-06-30")
        assert days["next_publication", "read"] == ("2026-04-02", "2026-05-10")
        assert table["first"].is_monotonic_increasing
        assert table.loc[table["kind"].eq("read"), "source"].ne("").all()


class TestAgencies:
    @pytest.mark.parametrize("slug", ["tra-vinh", "ha-noi", "bac-giang", "vinh-long"])
    def test_every_province_has_one_present_lead_for_each_criterion(self, slug):
        table = criteria.leads(slug, 2024)
        assert table["code"].tolist() == codebook.subdimensions(year=2024)["code"].tolist()
        assert set(table["agency_status"]) == {"proposed"}
        gone = "Lao động|Tài nguyên và Môi trường|Giao thông|Thông tin và Truyền thông|huyện|nay "
        present = table["agency"] + table["coordinating"]
        assert not present.str.contains(gone).any()
        assert table["agency_en"].str.fullmatch(r"[A-Za-z' -]+").all()

    def test_an_agency_that_took_over_two_is_there_once(self):
        """Poverty lists and land were with two departments until March 2025."""
        table = criteria.leads("tra-vinh").set_index("code")
        own = table.loc[["poverty_lists", "land_use_plans"]]
        assert set(own["agency"]) == {"Sở Nông nghiệp và Môi trường"}
        assert own.loc["poverty_lists", "former_names"] == "Sở Lao động - Thương binh và Xã hội"

    @pytest.mark.parametrize(("slug", "word"), [("ha-noi", "thành phố"), ("can-tho", "thành phố"),
        ("binh-duong", "thành phố"), ("thua-thien-hue", "thành phố"), ("tra-vinh", "tỉnh")])
    def test_a_city_has_agencies_of_a_city(self, slug, word):
        """Bình Dương is a part of Hồ Chí Minh City since July 2025."""
        lead = criteria.leads(slug).set_index("code").loc["law_and_order", "agency"]
        assert lead == f"Công an {word}"

    def test_a_dimension_is_led_by_who_leads_most_of_it(self):
        rows = criteria.agencies("tra-vinh", 2024)
        own = rows[rows["level"].eq("dimension")].set_index("code")["agency_vi"]
        assert own.loc["7"] == "Sở Nông nghiệp và Môi trường"
        assert own.loc["4"] == "Thanh tra tỉnh"
        assert own.loc["6"] == "Sở Nội vụ"
        assert len(own) == 8

    def test_what_a_province_decides_replaces_the_proposal_for_that_code_alone(self, data):
        decide(data, f"certification,,lead,Sở Nội vụ,confirmed,\"{SIGNED}\",Nguyễn Văn A",
               f"certification,,co_lead,Sở Tư pháp,confirmed,\"{SIGNED}\",",
               "8,,lead,Văn phòng UBND tỉnh,proposed,,",
               "air_quality,PM2.5,lead,Sở Y tế,proposed,,")  # fmt: skip
        rows = criteria.agencies("tra-vinh")
        own = rows[rows["code"].eq("certification")]
        assert own["agency_vi"].tolist() == ["Sở Nội vụ", "Sở Tư pháp"]
        assert own["role"].tolist() == ["lead", "co_lead"]
        assert own["person"].tolist() == ["Nguyễn Văn A", ""]
        assert rows.loc[rows["code"].eq("8"), "agency_vi"].tolist() == ["Văn phòng UBND tỉnh"]
        air = rows[rows["code"].eq("air_quality")]
        assert air["level"].tolist() == ["criterion", "indicator"]
        table = criteria.leads("tra-vinh").set_index("code")
        assert table.loc["certification", "agency_status"] == "confirmed"
        assert table.loc["air_quality", "agency"] == "Sở Nông nghiệp và Môi trường"
        assert criteria.leads("ben-tre").set_index("code").loc["certification", "agency"] == (
            "Sở Tư pháp")

    @pytest.mark.parametrize(("row", "column", "message"), [
        ("certificationn,,lead,Sở Tư pháp,proposed,,", "code", "not known"),
        ("certification,,lead,,proposed,,", "agency_vi", "empty"),
        ("certification,,boss,Sở Tư pháp,proposed,,", "role", "not one of the list"),
        ("certification,,lead,Sở Tư pháp,agreed,,", "status", "not one of the list"),
        ("certification,,lead,Sở Tư pháp,confirmed,,", "basis", "no document"),
        ("certification,,cooperate,Sở Tư pháp,proposed,,", "role", "empty"),
        ("air_quality,,lead,Sở Nội vụ,proposed,,", "role", "several agencies lead"),
    ])  # fmt: skip
    def test_a_wrong_cell_is_named_with_its_mend(self, data, row, column, message):
        decide(data, "air_quality,,lead,Sở Y tế,proposed,,", row)
        with pytest.raises(SourceError) as caught:
            criteria.agencies("tra-vinh")
        own = [one for one in caught.value.issues if one.column == column]
        assert own and own[0].code == "E-AGENCY"
        assert own[0].row == "3" and message in own[0].message
        assert own[0].expected and own[0].mend

    def test_a_spoiled_file_is_named(self, data):
        (data / "tra_vinh" / "agencies.csv").write_text("", encoding="utf-8")
        with pytest.raises(SourceError, match="cannot be read"):
            criteria.agencies("tra-vinh")


def test_each_criterion_of_an_assessment_gets_its_lead_and_keeps_its_place(scores):
    assessment = priority.assess(scores, places.find("84"), 2024, draws=100)
    table = criteria.leads("tra-vinh", 2024)
    found = criteria.assign(assessment, table[table["code"].ne("air_quality")])
    assert found["code"].tolist() == assessment["code"].tolist()
    rows = found.set_index("code")
    assert rows.loc["certification", "agency"] == "Sở Tư pháp"
    assert rows.loc["air_quality", ["agency", "agency_status"]].tolist() == ["", "unassigned"]

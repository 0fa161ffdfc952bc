"""Every official layout gives exactly the registered scores, each with file, sheet and cell."""

import numpy as np
import official
import openpyxl
import pandas as pd
import pytest

from papi_analysis import settings
from papi_analysis.ingest import verdict
from papi_analysis.ingest.update import standard_errors

EXACT = 2e-6  # points
PREFIX = "PAPI_ProvincialIndicators_BangChiTieuCapTinh"


def registered(years):
    """The registered scores of sub-dimensions of some years."""
    rows = official.BOOK.registered
    rows = rows[rows["level"].eq("subdimension") & rows["year"].isin(years)]
    return rows.set_index(["year", "province", "code"])["score"].sort_index()


def assert_exact(found, years):
    """The accepted scores are the registered ones of these years, no more and no less."""
    scores = found.accepted.set_index(["year", "province", "subdimension"])["score"]
    expected = registered(years)
    assert scores.index.sort_values().tolist() == expected.index.tolist()
    assert np.abs(scores.sort_index().to_numpy() - expected.to_numpy()).max() <= EXACT


def test_the_official_workbook_2011_2016_is_read_exactly(reference):
    path = reference("PAPI_2011-2016.xlsx")
    found = verdict.of(path)
    assert (found.word, found.findings) == ("ok", ())
    assert_exact(found, range(2011, 2017))
    cells = openpyxl.load_workbook(path, read_only=True, data_only=True)
    rows = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in cells}
    for row in found.accepted.sample(200, random_state=84).itertuples():
        line, column = openpyxl.utils.cell.coordinate_to_tuple(row.cell)
        assert rows[row.sheet][line - 1][column - 1] == pytest.approx(row.score, abs=EXACT)
        assert int(rows[row.sheet][line - 1][0]) == int(row.province)


def test_rows_of_the_official_workbook_are_all_accounted_for(reference):
    rows = verdict.of(reference("PAPI_2011-2016.xlsx")).reading.rows
    used = rows[rows["reason"].eq("")].groupby("sheet").size()
    assert used.tolist() == [63] * 6
    ignored = rows[rows["reason"].ne("")].groupby("sheet")["reason"].agg(list)
    assert ignored.tolist() == [["column names", "column names", "summary"]] * 6


@pytest.mark.parametrize("year", [2011, 2014, 2016])
def test_one_consolidated_sheet(year, tmp_path):
    sheets = {f"{year}_PAPI": official.consolidated(year)}
    found = verdict.of(official.write_xlsx(tmp_path / f"PAPI_{year}.xlsx", sheets))
    assert (found.word, found.reading.layout) == ("ok", "consolidated")
    assert_exact(found, [year])


@pytest.mark.parametrize("year", [2012, 2017])
def test_yearly_workbook_of_2011_2017(year, tmp_path):
    sheets = official.yearly_2011(year)
    found = verdict.of(official.write_xlsx(tmp_path / f"PAPI-{year}-Dữ-liệu-1.xlsx", sheets))
    assert (found.word, found.reading.layout) == ("ok", "yearly_2011")
    assert_exact(found, [year])
    indicators = found.reading.others.groupby("label").size()
    assert indicators.tolist() == [63] * 6


def test_the_misnamed_tab_of_2011_goes_by_the_name_of_the_file(tmp_path):
    sheets = {n.replace("2011PAPI", "2012PAPI"): g for n, g in official.yearly_2011(2011).items()}
    found = verdict.of(official.write_xlsx(tmp_path / "PAPI-2011-Dữ-liệu-1.xlsx", sheets))
    assert [one.code for one in found.findings] == ["W-YEAR-NAME"]
    assert_exact(found, [2011])


def test_parts_fill_what_the_main_sheet_leaves_out(tmp_path):
    sheets = official.yearly_2011(2013)
    name, main = next(iter(sheets.items()))
    at = official.column("civic_knowledge", 2013)
    sheets[name] = [row[:at] + row[at + 1 :] for row in main]
    found = verdict.of(official.write_xlsx(tmp_path / "PAPI-2013-Dữ-liệu-1.xlsx", sheets))
    assert_exact(found, [2013])


@pytest.mark.parametrize("year", [2018, 2019, 2021, 2022, 2023])
def test_yearly_workbook_since_2018(year, tmp_path):
    sheets = {f"{year}_VIE_ENG": official.yearly_2018(year, indicators=1)}
    found = verdict.of(official.write_xlsx(tmp_path / f"{year}{PREFIX}.xlsx", sheets))
    assert (found.word, found.reading.layout) == ("ok", "yearly_2018")
    assert_exact(found, [year])


def test_workbook_of_34_provinces_that_repeats_older_years(tmp_path):
    years = [2024, 2022, 2019]
    sheets = {
        f"{y}_VIE_ENG": official.yearly_2018(y, merged=y == 2024, indicators=4 * (y == 2024))
        for y in years
    }
    path = official.write_xlsx(tmp_path / f"2024{PREFIX}_34_TinhThanh.xlsx", sheets)
    found = verdict.of(path)
    assert found.word == "ok"
    assert_exact(found, [2024])
    for year in years:
        found = verdict.of(path, year=year)
        assert found.word == "ok"
        assert_exact(found, [year])


def test_zeros_of_2022_and_2024_are_missing_scores(tmp_path):
    sheets = {"2022_VIE_ENG": official.yearly_2018(2022, indicators=1)}
    values = verdict.of(official.write_xlsx(tmp_path / "2022.xlsx", sheets)).reading.values
    zeros = values[values["found"].eq("0")]
    assert set(zeros["province"]) == {"24", "27"}  # Bắc Giang D1 D2 D4 D5, Bắc Ninh D2 D3 D4 D8
    assert zeros["score"].isna().all() and zeros["state"].eq("missing").all()
    dims = zeros[zeros["level"].eq("dimension")].groupby("province")["code"].agg(list)
    assert dims.to_dict() == {"24": ["1", "2", "4", "5"], "27": ["2", "3", "4", "8"]}


def test_a_total_over_unpublished_dimensions_is_no_total(tmp_path):
    grid = official.yearly_2018(2022, indicators=0)
    bac_giang = next(n for n, name in enumerate(grid[0]) if name == "Bắc Giang")
    grid[2][bac_giang] = 21.5  # the sum of the four dimensions that are published
    found = verdict.of(official.write_xlsx(tmp_path / "2022.xlsx", {"2022_VIE_ENG": grid}))
    assert found.word == "ok"
    totals = found.reading.values.query("level == 'total' and province == '24'")
    assert totals["state"].tolist() == ["missing"]


def test_standard_errors_are_kept_and_taken_from_the_interval_where_not_printed(tmp_path):
    grid = official.yearly_2018(2023, indicators=0)
    found = verdict.of(official.write_xlsx(tmp_path / "a2023.xlsx", {"2023_VIE_ENG": grid}))
    table = standard_errors(found.reading.statistics).set_index("province")["se"]
    assert len(table) == 61  # of 63; Quảng Ninh and Bình Dương were not published
    assert table["01"] == pytest.approx(0.158)
    assert table["96"] == pytest.approx(0.158 + 0.729)
    without = [row for row in grid if row[0] != "Sai số chuẩn"]
    found = verdict.of(official.write_xlsx(tmp_path / "b2023.xlsx", {"2023_VIE_ENG": without}))
    pd.testing.assert_series_equal(
        standard_errors(found.reading.statistics).set_index("province")["se"], table
    )


def test_indicators_stand_below_their_sub_dimension(tmp_path):
    sheets = {"2023_VIE_ENG": official.yearly_2018(2023)}
    others = verdict.of(official.write_xlsx(tmp_path / "2023.xlsx", sheets)).reading.others
    own = others[others["after"].eq("civic_knowledge")].drop_duplicates("label")
    assert own["label"].tolist() == [f"D101{c}. Tỷ lệ người dân trả lời (%)" for c in "abcd"]
    assert own["label_en"].iloc[0] == "D101a. Share of answers (%)"
    assert own[["dimension", "scale"]].drop_duplicates().values.tolist() == [["1", "0-100%"]]
    assert len(others) == 63 * 28 * official.INDICATORS


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, set()),
        ({"encoding": "utf-8-sig"}, set()),
        ({"delimiter": ";", "decimal": ","}, {"W-DELIMITER", "W-DECIMAL-COMMA"}),
        ({"encoding": "utf-16"}, {"W-ENCODING"}),
        ({"encoding": "utf-16-le"}, {"W-ENCODING"}),
        ({"encoding": "utf-16-be", "delimiter": "\t"}, {"W-ENCODING", "W-DELIMITER"}),
    ],
)
def test_tidy_csv_in_every_form(form, said, tmp_path):
    path = official.write_csv(tmp_path / "scores.csv", official.tidy([2023, 2024]), **form)
    found = verdict.of(path)
    assert {one.code for one in found.findings} == said
    assert found.reading.layout == "tidy_csv"
    assert_exact(found, [2023, 2024])


def test_the_embedded_scores_pass_as_a_file():

    found = verdict.of(settings.data_folder() / "papi" / "scores.csv")
    assert (found.word, found.findings) == ("ok", ())
    assert_exact(found, range(2011, 2025))


def test_accepted_scores_can_be_read_again(tmp_path):
    found = verdict.of(official.write_csv(tmp_path / "PAPI_2016.csv", official.wide_csv(2016)))
    found.accepted.to_csv(tmp_path / "tidy.csv", index=False)
    again = verdict.of(tmp_path / "tidy.csv")
    assert (again.word, again.findings) == ("ok", ())
    assert_exact(again, [2016])


def test_our_own_export_can_be_read_again(tmp_path):
    rows = official.BOOK.registered
    rows = rows[rows["year"].eq(2024)][["year", "province", "level", "code", "score"]]
    rows.to_csv(tmp_path / "scores.csv", index=False)
    found = verdict.of(tmp_path / "scores.csv")
    assert (found.word, found.findings) == ("ok", ())
    assert_exact(found, [2024])


@pytest.mark.parametrize("encoding", ["cp1258"])
def test_the_code_page_of_vietnamese_windows(encoding, tmp_path):
    import unicodedata

    grid = official.wide_csv(2016)
    tones = "\u0300\u0301\u0303\u0309\u0323"

    def split(text):
        """Letters with their hats, tones apart, as the code page has them."""
        out = []
        for char in unicodedata.normalize("NFC", text):
            parts = unicodedata.normalize("NFD", char)
            tone = "".join(c for c in parts if c in tones)
            base = unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones))
            out.append(base + tone)
        return "".join(out)

    grid = [[split(v) if isinstance(v, str) else v for v in row] for row in grid]
    found = verdict.of(official.write_csv(tmp_path / "PAPI_2016.csv", grid, encoding=encoding))
    assert {one.code for one in found.findings} == {"W-ENCODING"}
    assert_exact(found, [2016])


PLAIN = "Chỉ số PAPI tổng hợp (không có trọng số)"
#: The labels of the publisher's workbook of 2023 in Vietnamese and English, by those of the grid.
PUBLISHED = {
    "Chỉ số PAPI chưa có trọng số": (PLAIN, "Unweighted PAPI Score"),
    "95% CI - thấp": (f"{PLAIN} - điểm thấp nhất với độ tin cậy 95%", "Unweighted 95% CI Low"),
    "95% CI - cao": (f"{PLAIN} - điểm cao nhất với độ tin cậy 95%", "Unweighted 95% CI High"),
    "Sai số chuẩn": (f"{PLAIN} - sai số chuẩn", "Unweighted Standard Error"),
}


def test_the_labels_of_the_publisher_come_in_with_errors_and_intervals(tmp_path):
    grid = [[*PUBLISHED.get(row[0], row[:2]), *row[2:]] for row in official.yearly_2018(2023)]
    path = official.write_xlsx(tmp_path / "2023PAPI.xlsx", {"2023_VIE_ENG": grid})
    found = verdict.of(path)
    assert found.status == 0
    assert not [one for one in found.findings if one.code in ("E-DUP-HEADER", "W-EXTRA-COLUMN")]
    registered = official.BOOK.registered
    registered = registered[registered["year"].eq(2023) & registered["level"].eq("subdimension")]
    assert len(found.accepted) == len(registered)
    errors = standard_errors(found.reading.statistics)
    expected = errors["province"].map(official.standard_error)
    assert len(errors) > 55 and (errors["se"] - expected).abs().max() < 1e-9
    assert (errors["half_width"] / errors["se"] - 1.645).abs().max() < 1e-9


def test_rows_of_means_totals_and_ranks_and_a_letter_that_looks_like_another_do_no_harm(tmp_path):
    grid = official.consolidated(2016)
    for row in grid:
        row[2] = row[2].replace("Đ", "\u00d0")
    for name in ("Trung bình vùng ĐBSCL", "Grand Total", "Trọng số", "Hạng"):
        grid.append([None, name, name, *grid[-1][3:]])
    path = official.write_xlsx(tmp_path / "PAPI_2016.xlsx", {"2016_PAPI": grid})
    found = verdict.of(path)
    assert {one.code for one in found.findings} <= {"W-SUMMARY-ROW"}
    assert len(found.accepted) == 1386

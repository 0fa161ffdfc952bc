"""Readers take what official tables really look like, and say what they left out."""

import official
import pytest

from papi_analysis.ingest import layouts, verdict, years
from papi_analysis.ingest.cells import Cell

YEAR = 2016


def codes(found):
    return {one.code for one in found.findings}


def test_a_main_sheet_without_sheets_of_parts(tmp_path):
    name, grid = next(iter(official.yearly_2011(2012).items()))
    found = verdict.of(official.write_xlsx(tmp_path / "PAPI-2012-Dữ-liệu-1.xlsx", {name: grid}))
    assert (found.word, found.reading.layout, len(found.accepted)) == ("ok", "yearly_2011", 1386)


def test_sheets_of_notes_are_accounted_for(tmp_path):
    notes = {"Ghi chú": [["Nguồn: papi.org.vn"], ["Thang điểm 1-10"]]}
    sheets = {"2023_VIE_ENG": official.yearly_2018(2023, indicators=0), **notes}
    found = verdict.of(official.write_xlsx(tmp_path / "2023PAPI.xlsx", sheets))
    assert found.word == "ok"
    listed = found.reading.rows.query("sheet == 'Ghi chú'")
    assert listed["reason"].tolist() == ["sheet without a table"] * 2


def test_a_year_sheet_without_its_table_is_refused(tmp_path):
    sheets = {"2023_VIE_ENG": official.yearly_2018(2023, indicators=0), "2022_VIE_ENG": [["?", 1]]}
    found = verdict.of(official.write_xlsx(tmp_path / "2023PAPI.xlsx", sheets))
    assert "E-HEADER-NONE" in codes(found) and found.status == 3


def test_a_yearly_table_whose_year_nothing_tells(tmp_path):
    grid = official.yearly_2018(2023, indicators=0)
    path = official.write_xlsx(tmp_path / "papi.xlsx", {"VIE_ENG": grid})
    assert codes(verdict.of(path)) == {"E-YEAR"}
    assert verdict.of(path, year=2023).word == "ok"


def test_the_year_of_a_tidy_table_without_years(tmp_path):
    grid = [row[1:] for row in official.tidy([YEAR])]
    path = official.write_csv(tmp_path / "papi.csv", grid)
    assert "E-YEAR" in codes(verdict.of(path))
    assert verdict.of(path, year=YEAR).word == "ok"
    named = official.write_csv(tmp_path / "papi_2016.csv", grid)
    assert verdict.of(named).word == "ok"


def test_a_tidy_table_with_titles_and_further_columns(tmp_path):
    grid = [["PAPI"], [], *([*row, "x"] for row in official.tidy([YEAR]))]
    grid[2][-1] = "nguồn"
    found = verdict.of(official.write_csv(tmp_path / "papi.csv", grid))
    assert codes(found) == {"W-LONG-FORMAT", "W-HEADER-OFFSET", "W-EXTRA-COLUMN"}
    assert len(found.accepted) == 1386


def test_a_tidy_table_in_a_workbook_with_a_sheet_of_notes(tmp_path):
    sheets = {"notes": [["Nguồn"]], "scores": official.tidy([YEAR])}
    found = verdict.of(official.write_xlsx(tmp_path / "papi.xlsx", sheets))
    assert codes(found) == {"W-LONG-FORMAT"}
    assert len(found.accepted) == 1386


def test_names_of_provinces_in_a_tidy_table(tmp_path):
    grid = official.tidy([YEAR])
    name, label = official.BOOK.known(YEAR).names, official.BOOK.label
    grid[1:] = [[y, name[p], label(c), v] for y, p, c, v in grid[1:]]
    assert verdict.of(official.write_csv(tmp_path / "papi.csv", grid)).word == "ok"


def test_a_column_of_years_with_a_hole(tmp_path):
    grid = official.tidy([YEAR])
    grid[5][0] = None
    found = verdict.of(official.write_csv(tmp_path / "papi.csv", grid))
    assert "E-YEAR" in codes(found) and found.status == 3


def test_a_column_of_years_in_a_wide_table(tmp_path):
    grid = official.wide_csv(YEAR)
    grid = [["Năm" if n == 0 else YEAR, *row] for n, row in enumerate(grid)]
    assert verdict.of(official.write_csv(tmp_path / "papi.csv", grid)).word == "ok"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PAPI_2011-2016.xlsx", set(range(2011, 2017))),
        ("2024PAPI_34_TinhThanh", {2024}),
        ("PAPI 1900-2016", {1900, 2016}),
        ("20161", set()),
        ("PAPI", set()),
    ],
)
def test_years_in_names(text, found):
    assert years.named(text) == found


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (None, (None, "E-YEAR")),
        (Cell(1, 1, "number", 2016.0), (2016, "")),
        (Cell(1, 1, "text", "2016 "), (2016, "")),
        (Cell(1, 1, "text", "Năm 2016"), (2016, "W-YEAR-MARK")),
        (Cell(1, 1, "text", "2016.0"), (2016, "W-YEAR-MARK")),
        (Cell(1, 1, "text", "2016 (1)"), (2016, "W-YEAR-MARK")),
        (Cell(1, 1, "text", "16"), (None, "E-YEAR")),
        (Cell(1, 1, "number", 2016.5), (None, "E-YEAR")),
        (Cell(1, 1, "date", "2016-01-01"), (None, "E-YEAR")),
    ],
)
def test_years_in_cells(cell, found):
    assert years.of_cell(cell) == found


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("Chỉ số nội dung 8", "dimension", "8"),
        ("Dimension 7: Environmental governance", "dimension", "7"),
        ("Dimension 9", "", ""),
        ("1.1. Tri thức công dân", "subdimension", "civic_knowledge"),
        ("Tri thức công dân/Civic knowledge", "subdimension", "civic_knowledge"),
        ("Thu, chi ngân sách cấp xã/phường", "subdimension", "communal_budgets"),
        ("Tri thức công dân\nCivic knowledge", "subdimension", "civic_knowledge"),
        ("Tri thức công dân/Quality of air", "", ""),
        ("Un-weighted2015PAPI", "total", "total"),
        ("Chỉ số PAPI chưa có trọng số", "total", "total"),
        ("Chỉ số PAPI có trọng số", "weighted", ""),
        ("95% CI - low", "low", ""),
        ("Sai số chuẩn", "standard_error", ""),
        ("Unweighted PAPI Score", "total", "total"),
        ("Chỉ số PAPI tổng hợp (không có trọng số)", "total", "total"),
        ("Unweighted 95% CI Low", "low", ""),
        ("Unweighted 95% CI High", "high", ""),
        ("Unweighted Standard Error", "standard_error", ""),
        ("Weighted Standard Error", "extra", ""),
        ("Dimension 1: Participation - Standard Error", "extra", ""),
        ("Opportunties for Participation in Elections", "subdimension",
         "participation_opportunities"),
        ("1.1: Tri thức công dân", "subdimension", "civic_knowledge"),
        ("Trọng số", "extra", ""),
        ("Thang điểm/Scale", "scale", ""),
        ("Tiêu đề nào đó", "", ""),
        ("x" * 5000, "", ""),
        ("", "", ""),
    ],
)
def test_labels(text, kind, code):
    from papi_analysis.ingest import matching

    found = matching.label(text, official.BOOK.labels)
    assert (found.kind, found.code) == (kind, code)


def test_labels_in_old_letters_are_known():
    from papi_analysis.ingest import matching
    from papi_analysis.ingest.spelling import TCVN3

    back = {new: old for old, new in reversed(TCVN3.items())}
    text = "".join(back.get(char, char) for char in "Chất lượng bầu cử")
    found = matching.label(text, official.BOOK.labels)
    assert (found.code, found.said) == ("village_elections", "W-ENCODING-TCVN3")


def test_few_provinces_of_a_new_year_are_not_judged_by_their_past(tmp_path, new_year_data):
    """Five provinces tell nothing about shifts; they are refused for what they lack."""
    rows = [row for row in official.tidy([2024]) if row[1] in ("province", "01", "02", "04", "06")]
    found = verdict.of(official.write_csv(tmp_path / "2024.csv", rows), data=str(new_year_data))
    assert {one.code for one in found.findings if one.severity == "error"} == {"E-PROVINCE-SET"}


def test_two_provinces_emptied_and_two_parts_gone_without_a_dimension(tmp_path, new_year_data):
    """Without dimensions in the file a part that is gone is a column that is gone."""
    rows = [row for row in official.tidy([2024]) if row[2] != "air_quality"]
    found = verdict.of(official.write_csv(tmp_path / "2024.csv", rows), data=str(new_year_data))
    assert "E-MISSING-COLUMN" in codes(found)


def test_every_layout_says_its_name():
    assert [layout.name for layout in layouts.LAYOUTS] == [
        "tidy_csv", "yearly_2018", "yearly_2011", "consolidated",
    ]  # fmt: skip


def test_random_damage_never_breaks_the_reader_or_slips_through(tmp_path):
    """Sixteen files with random bytes changed: refused, or read with exactly the right scores."""
    import random

    rng = random.Random(84)
    expected = official.BOOK.registered.query("year == 2016 and level == 'subdimension'")
    expected = expected.set_index(["province", "code"])["score"].sort_index()
    grids = {"PAPI_2016.csv": official.wide_csv(YEAR), "papi.csv": official.tidy([YEAR])}
    for name, grid in grids.items():
        whole = official.write_csv(tmp_path / name, grid).read_bytes()
        for _ in range(8):
            raw = bytearray(whole)
            for _ in range(rng.choice([1, 2, 10])):
                at = rng.randrange(len(raw))
                raw[at : at + rng.choice([0, 1, 20])] = rng.randbytes(rng.choice([0, 1, 3]))
            (tmp_path / name).write_bytes(raw)
            found = verdict.of(tmp_path / name)
            if found.status == 0:
                scores = found.accepted.set_index(["province", "subdimension"])["score"]
                assert (scores.sort_index() - expected).abs().max() <= 2e-6

"""Faulty tables: each begins as an official one and is changed in one thing."""

import numpy as np
import official
import xlsxwriter
from faulty import SHEET, TRA_VINH, YEAR, book, faulty, put, text
from official import FIRST_ROW, FIRST_SCORE, column, row

from papi_analysis.ingest.spelling import TCVN3, VNI

LAST = FIRST_ROW + 63  # the row after the provinces in a consolidated grid


def cell(code, province="84", *, year=YEAR):
    """Row and column letter of a score in a workbook, as the message must name them."""
    letter = xlsxwriter.utility.xl_col_to_name(column(code, year))
    return {"row": str(row(province) + 1), "column": letter}


def in_csv(code, province="84"):
    """The same in a CSV, which has one row of names less."""
    place = cell(code, province)
    return place | {"row": str(int(place["row"]) - 1)}


def written_with(folder, grid, *, sheets=None, edit=None):
    """A workbook of a grid, with a last edit of the sheet by XlsxWriter."""
    path = folder / f"PAPI_{YEAR}.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet(SHEET)
        for number, line in enumerate(grid):
            sheet.write_row(number, 0, line)
        for name, other in (sheets or {}).items():
            second = made.add_worksheet(name)
            for number, line in enumerate(other):
                second.write_row(number, 0, line)
        if edit:
            edit(made, sheet)
    return path


def across(year, table=None):
    """The grid of a yearly table since 2018, with one indicator below each sub-dimension."""
    return official.yearly_2018(year, table=table, indicators=1)


# --- layout: header and columns -------------------------------------------------------------------


@faulty("E-EMPTY")
def no_rows(folder):
    return book(folder, lambda grid: grid[:2])


@faulty("E-EMPTY")
def no_cells(folder):
    return official.write_xlsx(folder / "PAPI_2016.xlsx", {SHEET: []})


@faulty("E-EMPTY")
def only_hidden(folder):
    grid = official.consolidated(YEAR)
    return written_with(folder, [], sheets={"2016": grid},
                        edit=lambda made, sheet: made.worksheets()[1].hide())  # fmt: skip


@faulty("E-HEADER-NONE", sheet=SHEET)
def no_header(folder):
    return book(folder, lambda grid: grid[2:])


@faulty("E-HEADER-NONE", row="1")
def some_other_table(folder):
    path = folder / "other.csv"
    return official.write_csv(path, [["ten", "gia"], ["gạo", 12], ["muối", 3]])


@faulty("E-HEADER-NONE", sheet="2015_PAPI")
def one_sheet_without_header(folder):
    grids = {SHEET: official.consolidated(YEAR), "2015_PAPI": official.consolidated(2015)[2:]}
    return official.write_xlsx(folder / "PAPI_2015-2016.xlsx", grids)


@faulty("E-DUP-HEADER", column="F", value="Tri thức công dân")
def name_twice(folder):
    def change(grid):
        for n in (0, 1):
            grid[n][5] = grid[n][4]

    return book(folder, change)


@faulty("E-DUP-COLUMN", column="F")
def column_twice(folder):
    def change(grid):
        for line in grid[2:LAST]:
            line[5] = line[4]

    return book(folder, change)


@faulty("E-MISSING-COLUMN", value="Cơ hội tham gia")
def column_gone(folder):
    at = column("participation_opportunities", YEAR)
    return book(folder, lambda grid: [line[:at] + line[at + 1 :] for line in grid])


@faulty("E-TRANSPOSED", sheet=SHEET)
def turned(folder):
    return book(folder, lambda grid: [list(line) for line in zip(*grid, strict=True)])


def long_without(folder, name):
    grid = official.tidy([YEAR])
    at = grid[0].index(name)
    return official.write_csv(folder / "scores.csv", [row[:at] + row[at + 1 :] for row in grid])


@faulty("E-LONG-COLUMN", row="1", value="score")
def long_without_scores(folder):
    return long_without(folder, "score")


@faulty("E-LONG-COLUMN", row="1", value="province")
def long_without_provinces(folder):
    return long_without(folder, "province")


@faulty("E-LONG-COLUMN", row="1", value="subdimension")
def long_without_sub_dimensions(folder):
    return long_without(folder, "subdimension")


@faulty("E-CODEBOOK-YEAR", sheet="2015_PAPI")
def columns_of_another_year(folder):
    return official.write_xlsx(folder / "PAPI_2015.xlsx",
                               {"2015_PAPI": official.consolidated(2016)})  # fmt: skip


@faulty("E-LABEL-SHIFT", column="E")
def names_moved(folder):
    """The names of three columns of a dimension move on by one; every sum stays right."""

    def change(grid):
        for n in (0, 1):
            grid[n][4:7] = [grid[n][6], *grid[n][4:6]]

    return book(folder, change)


@faulty("E-LABEL-SHIFT", column="E")
def names_of_two_languages_disagree(folder):
    def change(grid):
        grid[1][4], grid[1][5] = grid[1][5], grid[1][4]

    return book(folder, change)


@faulty("E-LABEL-SHIFT", new_year=True, row="18")
def names_moved_in_a_new_year(folder):
    grid = across(2024)
    at = [n for n, line in enumerate(grid) if str(line[0]).startswith(("2.1.", "2.2.", "2.3."))]
    first, second, third = (grid[n][:2] for n in at)
    for n, names in zip(at, (third, first, second), strict=True):
        grid[n][:2] = names
    return official.write_xlsx(folder / "2024PAPI.xlsx", {"2024_VIE_ENG": grid})


@faulty("E-ROW-SHIFT", row="20")
def scores_one_row_down(folder):
    def change(grid):
        scores = [line[FIRST_SCORE:] for line in grid]
        for n in range(20, 40):
            grid[n][FIRST_SCORE:] = scores[n - 1]
        grid[19][FIRST_SCORE:] = scores[39]

    return book(folder, change)


@faulty("E-ROW-SHIFT", column="E")
def one_column_sorted(folder):
    def change(grid):
        values = sorted(line[4] for line in grid[2:LAST])
        for line, value in zip(grid[2:LAST], values, strict=True):
            line[4] = value

    return book(folder, change)


@faulty("E-ROW-SHIFT", new_year=True)
def scores_one_row_down_in_a_new_year(folder):
    table = official.scores(2024).dropna()
    moved = table.set_axis(np.roll(table.index, 1)).reindex(official.scores(2024).index)
    grid = across(2024, moved)
    return official.write_xlsx(folder / "2024PAPI.xlsx", {"2024_VIE_ENG": grid})


@faulty("E-ROW-COPY", row="57")
def a_row_of_another_province(folder):
    def change(grid):
        grid[TRA_VINH + 1][FIRST_SCORE:] = grid[TRA_VINH][FIRST_SCORE:]

    return book(folder, change)


@faulty("E-RAGGED", row="55")
def one_field_too_many(folder):
    return text(folder, lambda grid: grid[TRA_VINH - 1].append(1.5))


@faulty("E-RAGGED", row="55")
def decimal_commas_without_quotes(folder):
    path = text(folder)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[54] = lines[54].replace(".", ",")
    path.write_text("".join(lines), encoding="utf-8")
    return path


@faulty("E-QUOTE", row="55")
def quotation_mark_left_open(folder):
    path = text(folder)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[54] = lines[54].replace("Trà Vinh", '"Trà Vinh')
    path.write_text("".join(lines), encoding="utf-8")
    return path


@faulty("E-QUOTE", row="21")
def quotation_mark_closed_far_below(folder):
    path = text(folder)
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[20] = lines[20].replace(",", ',"', 1)
    lines[50] = lines[50].replace(",", '",', 1)
    path.write_text("".join(lines), encoding="utf-8")
    return path


@faulty("W-HEADER-MERGED", row="1", column="D")
def merged_header(folder):
    grid = official.consolidated(YEAR)
    return written_with(folder, grid, edit=lambda made, sheet: sheet.merge_range(
        0, 3, 0, 4, grid[0][3]))  # fmt: skip


@faulty("W-HEADER-OFFSET", row="4")
def titles_above(folder):
    return book(folder, lambda grid: [["Chỉ số PAPI 2016"], ["Nguồn: papi.org.vn"], [], *grid])


@faulty("W-HEADER-NORMALISED", column="E", value="TRI THUC CONG DAN")
def name_without_accents(folder):
    def change(grid):
        grid[0][4] = None
        grid[1][4] = "TRI THUC CONG DAN"

    return book(folder, change)


@faulty("W-FOOTER", row="67", value="Nguồn: CECODES, VFF-CRT, UNDP")
def note_below(folder):
    return book(folder, lambda grid: grid.append(["Nguồn: CECODES, VFF-CRT, UNDP"]))


@faulty("W-SUMMARY-ROW", row="67", value="Trung bình cả nước")
def mean_below(folder):
    return book(folder, lambda grid: grid.append([None, None, "Trung bình cả nước", 5.1, 1.1]))


@faulty("W-HIDDEN-SHEET", sheet="2015_PAPI")
def hidden_sheet(folder):
    return written_with(
        folder, official.consolidated(YEAR), sheets={"2015_PAPI": official.consolidated(2015)},
        edit=lambda made, sheet: made.worksheets()[1].hide(),
    )  # fmt: skip


@faulty("W-HIDDEN-ROWS", row="11", value="11, 12, 13")
def hidden_rows(folder):
    def edit(made, sheet):
        for n in (10, 11, 12):
            sheet.set_row(n, None, None, {"hidden": True})

    return written_with(folder, official.consolidated(YEAR), edit=edit)


@faulty("W-EXTRA-COLUMN", column="AG", value="Xếp hạng")
def ranks_beside(folder):
    def change(grid):
        for n, line in enumerate(grid):
            line.append("Xếp hạng" if n < 2 else n - 1)

    return book(folder, change)


@faulty("W-LONG-FORMAT", row="1")
def one_score_a_row(folder):
    grid = official.tidy([YEAR])
    grid[0] = ["Năm", "Mã tỉnh", "Tiêu chí", "Điểm"]
    return official.write_csv(folder / "papi.csv", grid)


@faulty("W-BLANK", row="21", value="21")
def a_blank_row(folder):
    return book(folder, lambda grid: grid.insert(20, []))


@faulty("W-BLANK", column="D")
def a_blank_column(folder):
    return book(folder, lambda grid: [[*line[:3], None, *line[3:]] for line in grid])


@faulty("W-STRAY-CELL", row="56", column="AI", value="xem lại")
def a_remark_beside(folder):
    return book(folder, lambda grid: grid[TRA_VINH].extend([None, None, "xem lại"]))


@faulty("W-STRAY-CELL", row="1048576", column="XFD", value="1")
def a_cell_at_the_end_of_the_sheet(folder):
    return written_with(folder, official.consolidated(YEAR),
                        edit=lambda made, sheet: sheet.write(1048575, 16383, 1))  # fmt: skip


@faulty("W-DELIMITER", value=";")
def semicolons(folder):
    return text(folder, delimiter=";")


@faulty("W-DELIMITER", value="TAB")
def tabs(folder):
    return text(folder, delimiter="\t")


# --- layout: years --------------------------------------------------------------------------------


@faulty("E-YEAR")
def no_year_anywhere(folder):
    return book(folder, name="PAPI.xlsx", sheet="Sheet1")


@faulty("E-YEAR", row="56", value="16")
def a_year_of_two_digits(folder):
    def change(grid):
        for n, line in enumerate(grid):
            line.insert(0, "year" if n < 2 else 16 if n == TRA_VINH else YEAR)

    return book(folder, change)


@faulty("E-YEAR-UNKNOWN", value="2031")
def a_year_far_ahead(folder):
    return book(folder, name="PAPI_2031.xlsx", sheet="2031_PAPI")


@faulty("E-YEAR-UNKNOWN", value="2009")
def a_year_before_the_index(folder):
    return book(folder, name="PAPI_2009.xlsx", sheet="2009_PAPI")


@faulty("E-YEAR-CONFLICT", sheet="2016_PAPI")
def file_and_sheet_disagree(folder):
    return book(folder, name="PAPI_2014.xlsx")


@faulty("E-YEAR-CONFLICT", year=2015)
def asked_for_another_year(folder):
    return book(folder)


@faulty("E-YEAR-CONFLICT", year=2015)
def asked_for_a_year_that_no_row_has(folder):
    return official.write_csv(folder / "papi.csv", official.tidy([YEAR]))


@faulty("E-YEAR-CONFLICT")
def title_and_file_disagree(folder):
    return book(folder, lambda grid: [["Chỉ số PAPI năm 2015"], [], *grid], sheet="Sheet1")


@faulty("E-YEAR-COPY", sheet="2016_PAPI")
def scores_of_the_year_before(folder):
    def change(grid):
        old = official.scores(2015)
        for line, code in zip(grid[2:LAST], old.index, strict=True):
            for name in official.codes(YEAR):
                if name in old and not name.isdigit():
                    line[column(name, YEAR)] = float(old.loc[code, name])

    return book(folder, change)


@faulty("W-YEAR-MARK", row="2", value="Năm 2016*")
def a_year_with_a_mark(folder):
    grid = official.tidy([YEAR])
    grid[1][0] = "Năm 2016*"
    return official.write_csv(folder / "papi.csv", grid)


@faulty("W-YEAR-NAME", value="2012")
def the_misnamed_tab_of_2011(folder):
    sheets = official.yearly_2011(2011)
    sheets = {name.replace("2011PAPI", "2012PAPI"): grid for name, grid in sheets.items()}
    return official.write_xlsx(folder / "PAPI-2011-Dữ-liệu-1.xlsx", sheets)


@faulty("W-COLUMN-PAST", new_year=True, row="13")
def one_criterion_sorted_alone_in_a_new_year(folder):
    table = official.scores(2024)
    old = table["village_elections"].copy()
    there = old.notna()
    table.loc[there, "village_elections"] = sorted(old[there])
    for whole in (official.BOOK.dimension_of("village_elections"), "total"):
        table[whole] += table["village_elections"] - old
    return official.write_xlsx(folder / "2024PAPI.xlsx", {"2024_VIE_ENG": across(2024, table)})


@faulty("W-DRAFT", sheet="2016_PAPI", value="PAPI_2016_sơ bộ.xlsx")
def a_table_that_is_not_final(folder):
    return book(folder, lambda grid: grid).rename(folder / "PAPI_2016_sơ bộ.xlsx")


@faulty("E-YEAR-COPY", new_year=True)
def the_last_year_rounded_and_renamed(folder):
    grid = across(2024, official.scores(2023).round(4))
    return official.write_xlsx(folder / "2024PAPI.xlsx", {"2024_VIE_ENG": grid})


@faulty("W-NEW-YEAR", new_year=True, value="2024")
def the_year_after_the_last(folder):
    return official.write_xlsx(folder / "2024PAPI.xlsx",
                               {"2024_VIE_ENG": across(2024)})  # fmt: skip


@faulty("E-NEW-REGIME", new_year=True)
def a_new_part_of_a_dimension(folder):
    grid = across(2024)
    whole = next(n for n, line in enumerate(grid) if str(line[0]).startswith("Dimension 7"))
    total = next(n for n, line in enumerate(grid) if line[0] == "Chỉ số PAPI chưa có trọng số")
    new = ["7.4. Ứng phó biến đổi khí hậu", "7.4. Climate action", "0.25-2.5"]
    new += [1.5 if isinstance(value, float) else None for value in grid[whole][3:]]
    for n in (whole, total):
        grid[n] = [value + 1.5 if isinstance(value, float) else value for value in grid[n]]
    grid.append(new)
    return official.write_xlsx(folder / "2024PAPI.xlsx", {"2024_VIE_ENG": grid})


@faulty("E-NEW-REGIME", new_year=True)
def a_part_gone(folder):
    table = official.scores(2024)
    table["7"] -= table["air_quality"]
    table["total"] -= table["air_quality"]
    grid = [line for line in across(2024, table)
            if not str(line[0]).startswith("7.2.")]  # fmt: skip
    return official.write_xlsx(folder / "2024PAPI.xlsx", {"2024_VIE_ENG": grid})


@faulty("E-NEW-REGIME", new_year=True)
def a_new_dimension(folder):
    grid = across(2024)
    total = next(n for n, line in enumerate(grid) if line[0] == "Chỉ số PAPI chưa có trọng số")
    new = ["Dimension 9: Bình đẳng giới", "Dimension 9: Gender equality", "1-10"]
    new += [5.5 if isinstance(value, float) else None for value in grid[total][3:]]
    grid[total] = [value + 5.5 if isinstance(value, float) else value for value in grid[total]]
    return official.write_xlsx(folder / "2024PAPI.xlsx", {"2024_VIE_ENG": [*grid, new]})


@faulty("E-NEW-REGIME", new_year=True, row="61")
def a_part_that_breaks_with_its_past(folder):
    table = official.scores(2024)
    low, high = official.BOOK.regime(2024).loc["air_quality", ["scale_min", "scale_max"]]
    moved = (table["air_quality"] + 0.4 * (high - low)).clip(low, high)
    for code in ("7", "total"):
        table[code] += moved - table["air_quality"]
    table["air_quality"] = moved
    return official.write_xlsx(folder / "2024PAPI.xlsx",
                               {"2024_VIE_ENG": across(2024, table)})  # fmt: skip


@faulty("E-NEW-REGIME", new_year=True)
def a_part_on_another_scale(folder):
    table = official.scores(2024)
    for code in ("air_quality", "7", "total"):
        table[code] = table[code] + 3
    table["environmental_protection"] += 0
    return official.write_xlsx(folder / "2024PAPI.xlsx",
                               {"2024_VIE_ENG": across(2024, table)})  # fmt: skip


@faulty("E-NEW-REGIME", new_year=True)
def parts_that_do_not_sum(folder):
    table = official.scores(2024)
    for code in ("7", "total"):
        table[code] += 1.2
    return official.write_xlsx(folder / "2024PAPI.xlsx",
                               {"2024_VIE_ENG": across(2024, table)})  # fmt: skip


@faulty("E-REGIME-UNCONFIRMED", new_year=True, confirmed="regime.csv")
def a_regime_with_open_marks(folder):
    head = ("code,dimension,year,scale_min,scale_max,composition,comparable,sample_block,"
            "confidence_scale,confidence_comparability,evidence,official_statement")  # fmt: skip
    line = "air_quality,7,2024,0.333333,3.333333,1,?yes,2021-2024,high,high,,"
    (folder / "regime.csv").write_text(f"{head}\n{line}\n", encoding="utf-8")
    return the_year_after_the_last(folder)


@faulty("E-REVISION", value="1.9", **cell("civic_knowledge"))
def a_registered_score_changed(folder):
    def change(grid):
        line = grid[TRA_VINH]
        gain = 1.9 - line[4]
        for at in (4, 3, -1):
            line[at] += gain

    return book(folder, change)


@faulty("E-REVISION", value="–", **cell("civic_knowledge"))
def a_registered_score_taken_out(folder):
    return book(folder, put("84", "civic_knowledge", None))


@faulty("W-REVISED", revise=True, value="1.9", **cell("civic_knowledge"))
def a_registered_score_revised(folder):
    return a_registered_score_changed(folder)


@faulty("W-BLANK-KEPT", revise=True, value="2016:civic_knowledge", sheet="2016_PAPI")
def a_registered_score_left_blank_by_a_revision(folder):
    return a_registered_score_taken_out(folder)


# --- names ----------------------------------------------------------------------------------------


def named(province, name, *, at=2, code=True):
    """A change of the name of a province; without `code` the numbers are taken out."""

    def change(grid):
        grid[row(province)][at] = name
        for line in grid:
            line[1] = None if at == 2 else line[1]
            line[0] = line[0] if code else None
        grid[LAST][0] = 999

    return change


@faulty("E-NAME-UNKNOWN", row="56", column="C", value="Trà Ving")
def a_misspelt_name(folder):
    return book(folder, named("84", "Trà Ving", code=False))


@faulty("E-NAME-UNKNOWN", row="56", value="")
def no_name(folder):
    return book(folder, named("84", None, code=False))


@faulty("E-NAME-LOSSY", row="56", value="Tr? Vinh")
def lost_letters(folder):
    return book(folder, named("84", "Tr? Vinh"))


@faulty("E-ID-NAME", row="56", column="A", value="84 / Vĩnh Long")
def code_and_name_of_two_provinces(folder):
    return book(folder, named("84", "Vĩnh Long"))


@faulty("E-ID-UNKNOWN", row="56", column="A", value="85")
def an_unknown_code(folder):
    def change(grid):
        grid[TRA_VINH][0] = 85

    return book(folder, change)


@faulty("E-CRITERION-UNKNOWN", row="2", column="C", value="basic_infrastructur")
def an_unknown_criterion(folder):
    grid = official.tidy([YEAR])
    grid[1][2] = "basic_infrastructur"
    return official.write_csv(folder / "papi.csv", grid)


@faulty("E-DUP-PROVINCE", row="67", value="Trà Vinh")
def a_province_twice(folder):
    return book(folder, lambda grid: grid.append(
        [*grid[TRA_VINH][:4], *(v + 0.1 for v in grid[TRA_VINH][4:])]))  # fmt: skip


@faulty("W-DUP-PROVINCE", row="67", value="Trà Vinh")
def a_province_twice_with_the_same_scores(folder):
    return book(folder, lambda grid: grid.append(list(grid[TRA_VINH])))


@faulty("E-PROVINCE-SET", value="Trà Vinh")
def a_province_left_out(folder):
    def change(grid):
        del grid[TRA_VINH]

    return book(folder, change)


@faulty("E-PROVINCE-MERGED", row="56", value="Vĩnh Long (mới)")
def a_province_of_after_the_merger(folder):
    return book(folder, named("84", "Vĩnh Long (mới)", code=False))


@faulty("E-PROVINCE-MERGED", row="17")
def a_code_of_after_the_merger(folder):
    """Bắc Ninh has the code 24 since July 2025; before, it was Bắc Giang's."""
    return book(folder, named("24", "Bắc Ninh"))


@faulty("E-PROVINCE-MERGED")
def the_34_provinces(folder):
    kept = set(official.PROVINCES["successor_code"])

    def change(grid):
        return [*grid[:2], *(line for line in grid[2:LAST] if f"{line[0]:02d}" in kept)]

    return book(folder, change)


@faulty("E-PROVINCE-NO-DATA", value="Trà Vinh")
def a_province_emptied(folder):
    def change(grid):
        grid[TRA_VINH][FIRST_SCORE:] = [None] * len(grid[TRA_VINH][FIRST_SCORE:])

    return book(folder, change)


@faulty("E-PROVINCE-NO-DATA", new_year=True)
def many_provinces_emptied(folder):
    table = official.scores(2024)
    table.iloc[10:20] = None
    return official.write_xlsx(folder / "2024PAPI.xlsx",
                               {"2024_VIE_ENG": across(2024, table)})  # fmt: skip


@faulty("W-NAME-ALIAS", row="52", column="C", value="TP. HCM")
def a_short_name(folder):
    return book(folder, named("79", "TP. HCM"))


@faulty("W-NAME-PLAIN", row="56", column="C", value="Tra Vinh")
def a_name_without_accents(folder):
    return book(folder, named("84", "Tra Vinh"))


@faulty("W-NAME-MARK", row="56", column="C", value="Trà Vinh (*)")
def a_name_with_a_mark(folder):
    return book(folder, named("84", "Trà Vinh (*)"))


@faulty("W-PROVINCES-MISSING", new_year=True, value="Vĩnh Phúc, Tiền Giang")
def provinces_not_published(folder):
    return official.write_csv(folder / "2024.csv", official.tidy([2024]))


def respelled(folder, table):
    """A CSV whose Vietnamese names are written with another table of letters."""
    back = {}
    for old, new in table.items():
        back.setdefault(new, old)

    def change(grid):
        for line in grid[1:]:
            line[1] = None
            line[2] = "".join(back.get(char, char) for char in line[2])

    return text(folder, change)


@faulty("W-ENCODING-TCVN3", row="2", column="C", value="Hµ Néi")
def tcvn3(folder):
    return respelled(folder, TCVN3)


@faulty("W-ENCODING-VNI", row="2", column="C", value="Haø Noäi")
def vni(folder):
    return respelled(folder, VNI)


@faulty("W-ENCODING-MOJIBAKE", row="55", column="C")
def mojibake(folder):
    def change(grid):
        grid[TRA_VINH - 1][2] = "Trà Vinh".encode().decode("latin-1")

    return text(folder, change)


@faulty("W-ENCODING", value="UTF-16")
def utf_16(folder):
    return text(folder, encoding="utf-16")


@faulty("E-ENCODING")
def no_known_letters(folder):
    path = folder / "PAPI_2016.csv"
    path.write_bytes("year;значение\n2016;пять\n".encode("koi8-r"))
    return path


@faulty("E-ENCODING", row="55")
def a_damaged_letter(folder):
    path = text(folder)
    lines = path.read_bytes().splitlines(keepends=True)
    lines[54] = lines[54].replace("à".encode(), b"\xc3")
    path.write_bytes(b"".join(lines))
    return path


@faulty("E-ENCODING")
def empty_letters(folder):
    path = text(folder)
    path.write_bytes(path.read_bytes()[:5000] + b"\0" + path.read_bytes()[5000:])
    return path


# --- values ---------------------------------------------------------------------------------------


@faulty("E-SUM", value="4.2491", **cell("1"))
def a_dimension_that_is_not_the_sum(folder):
    return book(folder, put("84", "1", 4.2491))


@faulty("E-TOTAL", value="39.5", **cell("total"))
def a_total_that_is_not_the_sum(folder):
    return book(folder, put("84", "total", 39.5))


@faulty("E-RANGE", value="7.25", **cell("civic_knowledge"))
def a_score_outside_its_scale(folder):
    return book(folder, put("84", "civic_knowledge", 7.25))


@faulty("E-RANGE", value="0", **cell("civic_knowledge"))
def a_single_zero(folder):
    return book(folder, put("84", "civic_knowledge", 0))


@faulty("E-UNIT", column="E")
def hundredfold_scores(folder):
    def change(grid):
        for line in grid[2:LAST]:
            line[4] *= 100

    return book(folder, change)


@faulty("E-UNIT", column="E")
def a_sub_dimension_on_one_to_ten(folder):
    def change(grid):
        for line in grid[2:LAST]:
            line[4] *= 4

    return book(folder, change)


@faulty("E-UNIT", value="42%", **in_csv("civic_knowledge"))
def a_percentage(folder):
    def change(grid):
        grid[TRA_VINH - 1][4] = "42%"

    return text(folder, change)


@faulty("E-UNIT", **cell("civic_knowledge"))
def a_cell_shown_as_percentage(folder):
    def edit(made, sheet):
        sheet.write(TRA_VINH, 4, 1.25, made.add_format({"num_format": "0.0%"}))

    return written_with(folder, official.consolidated(YEAR), edit=edit)


@faulty("E-DATE", value="2016-04-12", **cell("civic_knowledge"))
def a_score_turned_into_a_date(folder):
    def edit(made, sheet):
        sheet.write(TRA_VINH, 4, 42472, made.add_format({"num_format": "dd-mmm"}))

    return written_with(folder, official.consolidated(YEAR), edit=edit)


@faulty("E-DATE", value="12-Apr", **in_csv("civic_knowledge"))
def a_date_in_text(folder):
    def change(grid):
        grid[TRA_VINH - 1][4] = "12-Apr"

    return text(folder, change)


@faulty("E-NUMBER", value="1.2.3x", **cell("civic_knowledge"))
def not_a_number(folder):
    return book(folder, put("84", "civic_knowledge", "1.2.3x"))


@faulty("E-CELL-ERROR", value="#REF!", **cell("civic_knowledge"))
def an_error_in_a_cell(folder):
    def edit(made, sheet):
        sheet.write_formula(TRA_VINH, 4, "=#REF!", None, "#REF!")

    return written_with(folder, official.consolidated(YEAR), edit=edit)


@faulty("E-FORMULA-UNCACHED", **cell("civic_knowledge"))
def a_formula_never_calculated(folder):
    def edit(made, sheet):
        sheet.write_formula(TRA_VINH, 4, "=1+0.25", None, "")

    return written_with(folder, official.consolidated(YEAR), edit=edit)


@faulty("E-PART-SHEET", sheet="Điểm thành phần 1")
def a_sheet_of_parts_that_disagrees(folder):
    sheets = official.yearly_2011(2012)
    sheets["Điểm thành phần 1"][TRA_VINH - 1][3] += 0.2
    return official.write_xlsx(folder / "PAPI-2012-Dữ-liệu-1.xlsx", sheets)


@faulty("W-DECIMAL-COMMA", **in_csv("1", "01"))
def decimal_commas(folder):
    return text(folder, delimiter=";", decimal=",")


@faulty("W-MISSING", new_year=True, row="58")
def a_dimension_not_published(folder):
    table = official.scores(2024)
    own = [code for code in table if official.BOOK.dimension_of(code) == "7"]
    table.loc["84", [*own, "total"]] = None
    return official.write_xlsx(folder / "2024PAPI.xlsx",
                               {"2024_VIE_ENG": across(2024, table)})  # fmt: skip


@faulty("W-NUMBER-MARK", value="1.049776*", **cell("civic_knowledge", "93"))
def a_number_with_a_mark(folder):
    return book(folder, put("93", "civic_knowledge", "1.049776*"))


# --- found in a hostile hour ----------------------------------------------------------------------


def of_2024(folder, change, table=None):
    """The yearly table of 2024, its grid changed."""
    grid = across(2024, table)
    change(grid)
    return official.write_xlsx(folder / "2024PAPI.xlsx", {"2024_VIE_ENG": grid})


def line_of(grid, beginning):
    """The row of a grid whose name begins so."""
    return next(line for line in grid if str(line[0]).startswith(beginning))


@faulty("E-PART-MISSING", new_year=True, row="11", column="K")
def a_part_without_a_score_in_a_published_dimension(folder):
    def change(grid):
        line_of(grid, "1.2.")[10] = None

    return of_2024(folder, change)


@faulty("E-COLUMN-EMPTY", new_year=True, row="27")
def a_dimension_of_zeros_in_every_province(folder):
    def change(grid):
        for line in grid:
            if str(line[0]).startswith(("Dimension 3", "3.")):
                line[3:] = [0 if isinstance(value, float) else value for value in line[3:]]

    return of_2024(folder, change)


@faulty("W-MERGED", row="11", column="F", value="F11:F15")
def merged_scores(folder):
    grid = official.consolidated(YEAR)
    return written_with(folder, grid, edit=lambda made, sheet: sheet.merge_range(
        10, 5, 14, 5, grid[10][5]))  # fmt: skip


@faulty("W-MERGED", new_year=True, row="11", column="F", value="F11:H11")
def merged_scores_of_a_yearly_table(folder):
    grid = across(2024)
    path = folder / "2024PAPI.xlsx"
    with xlsxwriter.Workbook(path) as made:
        sheet = made.add_worksheet("2024_VIE_ENG")
        for number, line in enumerate(grid):
            sheet.write_row(number, 0, line)
        sheet.merge_range(10, 5, 10, 7, grid[10][5])
    return path


@faulty("E-CONSTANT", new_year=True, row="11")
def a_score_filled_down(folder):
    def change(grid):
        line = line_of(grid, "1.2.")
        line[3:] = [line[3] if isinstance(value, float) else value for value in line[3:]]

    return of_2024(folder, change)


@faulty("E-LABEL-SHIFT", new_year=True, row="9")
def criteria_of_two_dimensions_exchanged_in_a_new_year(folder):
    def change(grid):
        one, two = line_of(grid, "1.1."), line_of(grid, "3.1.")
        one[3:], two[3:] = two[3:], one[3:]

    return of_2024(folder, change)


@faulty("E-CELLS-MOVED", new_year=True, row="17", column="K", value="Lai Châu")
def the_cells_of_a_province_one_row_down(folder):
    def change(grid):
        first = grid.index(line_of(grid, "2.1."))
        column = [line[10] for line in grid]
        for n in range(first, len(grid)):
            grid[n][10] = column[n - 1]

    return of_2024(folder, change)


@faulty("E-CELLS-MOVED", row="3", column="D", value="Hà Nội")
def all_cells_one_column_to_the_right(folder):
    def change(grid):
        for line in grid[FIRST_ROW:LAST]:
            line[5:] = [None, *line[5:-1]]

    return book(folder, change)


@faulty("E-MISSING-COLUMN", column="F")
def a_criterion_renamed(folder):
    def change(grid):
        grid[0][5], grid[1][5] = "Strange thing", "Tiêu chí lạ"

    return book(folder, change)


@faulty("E-OTHER-INDEX", value="SIPAS")
def a_table_of_satisfaction(folder):
    rows = [[n, name, 80, 81, 82] for n, name in enumerate(official.PROVINCES["name_vi"])]
    head = [["SIPAS 2024"], ["TT", "Tỉnh", "Tiếp cận dịch vụ", "Công chức", "Kết quả"]]
    return official.write_xlsx(folder / "SIPAS.xlsx", {"Sheet1": [*head, *rows]})


# --- the provinces of a later round ---------------------------------------------------------------


def of_coming(folder, change=lambda grid: None, **form):
    """The yearly table of the first round of the new provinces, its grid changed."""
    year = official.COMING
    grid = official.yearly_2018(year, indicators=1, **form)
    change(grid)
    return official.write_xlsx(folder / f"{year}PAPI.xlsx", {f"{year}_VIE_ENG": grid})


@faulty("W-NEW-UNITS", sheet=f"{official.COMING}_VIE_ENG")
def the_first_year_of_the_new_provinces(folder):
    return of_coming(folder)


def by_parts(table):
    """Scores of the new provinces, each given to all of its former ones."""
    units = official.PROVINCES.set_index("code")["successor_code"]
    return table.loc[units].set_axis(units.index)


@faulty("W-FORMER-COLUMNS", value="63")
def the_scores_of_new_provinces_under_the_names_of_the_former(folder):
    table = by_parts(official.scores(official.COMING))
    return of_coming(folder, table=table, provinces=list(official.PROVINCES.itertuples()),
                     merged=True)  # fmt: skip


@faulty("E-PROVINCE-FORMER", value="63")
def scores_of_their_own_for_former_provinces(folder):
    return of_coming(folder, table=official.scores(official.LAST),
                     provinces=list(official.PROVINCES.itertuples()))  # fmt: skip


@faulty("E-PROVINCE-FORMER", value="Hà Giang", row="1")
def a_former_province_among_the_new(folder):
    def change(grid):
        grid[0][grid[0].index("Tuyên Quang")] = "Hà Giang"
        grid[1][grid[0].index("Hà Giang")] = None

    return of_coming(folder, change)

"""Tables spoiled on purpose or by habit: what must be refused is, what does no harm passes."""

import os

import faulty_tables
import official
import pytest
from official import FIRST_SCORE, column

from papi_analysis.ingest import issues, verdict

YEAR = 2016
TRA_VINH = official.row("84") - 1  # in a CSV


def judged(folder, change, *, name="PAPI_2016.csv", **form):
    """Verdict, codes and lines of a CSV of the year that was changed."""
    grid = official.wide_csv(YEAR)
    grid = change(grid) or grid
    found = verdict.of(official.write_csv(folder / name, grid, **form))
    codes = {one.code for one in found.findings}
    return found.word, codes, len(issues.listing(found.findings, "vi"))


def exchange(first, second, columns):
    def change(grid):
        for n in columns:
            grid[first][n], grid[second][n] = grid[second][n], grid[first][n]

    return change


def on_scores(function):
    def change(grid):
        for row in grid[1:]:
            row[FIRST_SCORE:] = [function(value) for value in row[FIRST_SCORE:]]

    return change


def zeros(grid):
    grid[TRA_VINH][FIRST_SCORE:] = [0] * len(grid[TRA_VINH][FIRST_SCORE:])


def half_a_column_blank(grid):
    for row in grid[1:40]:
        row[10] = None


def moved_columns(grid):
    for row in grid[1:]:
        row[FIRST_SCORE:] = [*row[FIRST_SCORE + 1 :], row[FIRST_SCORE]]


def dimensions_exchanged(grid):
    a, b = column("1", YEAR), column("2", YEAR)
    for row in grid[1:]:
        row[a], row[b] = row[b], row[a]


def without_keys(grid):
    return [row[FIRST_SCORE:] for row in grid]


def only_dimensions(grid):
    keep = [0, 1, 2, *(column(c, YEAR) for c in [*"123456", "total"])]
    return [[row[n] for n in keep] for row in grid]


REFUSED = {
    "a row of zeros": (zeros, {"E-RANGE"}),
    "two rows of scores exchanged": (exchange(55, 56, range(3, 32)), {"E-ROW-SHIFT"}),
    "two rows of names exchanged": (exchange(55, 56, range(3)), {"E-ROW-SHIFT"}),
    "names exchanged, codes not": (exchange(55, 56, (1, 2)), {"E-ID-NAME"}),
    "half a column blank": (half_a_column_blank, {"E-REVISION"}),
    "all scores moved by a column": (moved_columns, {"E-CELLS-MOVED"}),
    "two dimensions exchanged": (dimensions_exchanged, {"E-SUM"}),
    "all scores a tenth": (on_scores(lambda v: v / 10), {"E-UNIT"}),
    "all scores in per cent": (on_scores(lambda v: f"{v * 10:.2f}%"), {"E-UNIT"}),
    "no names and no codes": (without_keys, {"E-NAME-UNKNOWN"}),
    "dimensions only": (only_dimensions, {"E-MISSING-COLUMN"}),
    "one province only": (lambda grid: grid[:2], {"E-PROVINCE-SET"}),
    "the header at the bottom": (lambda grid: [*grid[1:], grid[0]], {"E-HEADER-NONE"}),
    "a province that was dissolved": (
        lambda grid: [*grid, [28, "Ha Tay", "Hà Tây", *grid[3][3:]]], {"E-ID-UNKNOWN"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_in_twelve_lines(name, tmp_path):
    change, expected = REFUSED[name]
    word, codes, lines = judged(tmp_path, change)
    assert (word, codes) == ("reject", expected)
    assert lines <= 12


SUMMARIES = ("Vùng Đồng bằng sông Hồng", "ĐBSCL", "Trung bình vùng Đông Nam Bộ", "Grand Total",
             "Trọng số", "Hạng", "Miền núi phía Bắc", "Bình quân chung", "Cực đại",
             "TB cả nước", "Điểm trung bình của các tỉnh")  # fmt: skip
HARMLESS = {
    "rows of means, ranks and weights": (
        lambda grid: [*grid, *([None, None, name, *grid[3][3:]] for name in SUMMARIES)],
        {"W-SUMMARY-ROW"},
    ),
    "sorted by name": (lambda grid: [grid[0], *sorted(grid[1:], key=lambda row: row[2])], set()),
    "without codes": (lambda grid: [row[2:] for row in grid], set()),
    "codes only": (lambda grid: [row[:1] + row[3:] for row in grid], set()),
    "names under no header": (
        lambda grid: [[None if n == 0 else row[2], *row[3:]] for n, row in enumerate(grid)], set(),
    ),
    "the header again in the middle": (lambda grid: [*grid[:30], grid[0], *grid[30:]], set()),
    "the country at the top": (
        lambda grid: [grid[0], [None, None, "Cả nước", *grid[3][3:]], *grid[1:]],
        {"W-SUMMARY-ROW"},
    ),
    "headings of regions": (
        lambda grid: [*grid[:5], [None, None, "Tây Nguyên"], *grid[5:]], {"W-SUMMARY-ROW"},
    ),
    "capitals": (
        lambda grid: [[v.upper() if isinstance(v, str) else v for v in row] for row in grid],
        {"W-HEADER-NORMALISED"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HARMLESS)
def test_accepted_with_the_same_scores(name, tmp_path):
    change, expected = HARMLESS[name]
    word, codes, _ = judged(tmp_path, change)
    assert (word, codes) == ("warn" if expected else "ok", expected)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda raw: raw.replace(b"\r\n", b"\r"), set()),
        (lambda raw: raw.replace(b"\r\n", b"\n"), set()),
        (lambda raw: raw.replace(b"\r\n", b",,,\r\n"), set()),
        (lambda raw: raw + b"\r\n\r\n", set()),
        (lambda raw: b"sep=;\r\n" + raw.replace(b",", b";"), {"W-DELIMITER"}),
        (lambda raw: raw.decode().encode("utf-32"), {"E-ENCODING"}),
        (lambda raw: raw.decode().encode("latin-1", "replace"), {"E-NAME-LOSSY"}),
        (lambda raw: raw.replace(b"\r\n", b"\x00\r\n"), {"E-ENCODING"}),
        (lambda raw: b"\xff\xfe" + raw, {"E-ENCODING", "E-HEADER-NONE"}),
        (lambda raw: raw.replace(b",", b""), {"E-HEADER-NONE"}),
        (lambda raw: b'"' + raw, {"E-QUOTE"}),
    ],
)
def test_bytes_of_a_csv(change, expected, tmp_path):
    grid = [[v.replace(",", "") if isinstance(v, str) else v for v in row]
            for row in official.wide_csv(YEAR)]  # fmt: skip
    path = official.write_csv(tmp_path / "PAPI_2016.csv", grid)
    path.write_bytes(change(path.read_bytes()))
    codes = {one.code for one in verdict.of(path).findings} - {"W-HEADER-NORMALISED"}
    assert codes <= expected and bool(codes) == bool(expected)


@pytest.mark.parametrize(
    ("row", "count", "expected"),
    [
        (lambda n: f"2016,84,{os.urandom(6).hex()},1.5", 3_000, "E-CRITERION-UNKNOWN"),
        (lambda n: f"2016,{os.urandom(6).hex()},civic_knowledge,1.5", 3_000, "E-NAME-UNKNOWN"),
        (lambda n: f"2016,84,civic_knowledge,x{n}", 5_000, "E-NUMBER"),
        (lambda n: "2016,84,civic_knowledge,1.5", 41_000, "E-FILE-SIZE"),
    ],
)
def test_endless_faults_are_not_read_to_the_end(row, count, expected, tmp_path):
    lines = [row(n) for n in range(count)]
    path = tmp_path / "papi.csv"
    path.write_text("year,province,subdimension,score\n" + "\n".join(lines) + "\n")
    found = verdict.of(path)
    assert {one.code for one in found.findings} == {expected}
    assert len(found.findings) <= 3_001


def across(folder, change, data):
    """Verdict and codes of a changed yearly table of 2024, held against the data before it."""
    grid = faulty_tables.across(2024)
    grid = change(grid) or grid
    path = official.write_xlsx(folder / "2024PAPI.xlsx", {"2024_VIE_ENG": grid})
    found = verdict.of(path, data=str(data))
    return found.word, {one.code for one in found.findings}


def names_of_numbers(grid):
    for row in grid:
        if str(row[0]).startswith("Dimension"):
            row[:2] = [row[0].split(":")[0]] * 2


AS_USUAL = {"W-NEW-YEAR", "W-PROVINCES-MISSING"}


@pytest.mark.parametrize(
    ("change", "more"),
    [
        (names_of_numbers, set()),
        (lambda grid: [["PAPI 2024"], [], *grid], set()),
        (lambda grid: [[None, *row] for row in grid], set()),
        (lambda grid: [[n, *row] for n, row in enumerate(grid)], set()),
        (lambda grid: grid.pop(1), set()),
        (lambda grid: [[*grid[0][:3]], *grid[1:]], set()),
        (lambda grid: [[*row, "Cả nước" if n == 0 else None if n == 1 else 5.0]
                       for n, row in enumerate(grid)], {"W-SUMMARY-ROW"}),
    ],
    ids=["numbers", "title", "blank column", "numbering", "no codes", "no names", "country"],
)  # fmt: skip
def test_yearly_tables_in_other_forms(change, more, tmp_path, new_year_data):
    def changed(grid):
        result = change(grid)
        return result if isinstance(result, list) and isinstance(result[0], list) else grid

    assert across(tmp_path, changed, new_year_data) == ("warn", AS_USUAL | more)


def test_stale_provinces_and_columns_of_a_new_year_are_told(tmp_path, new_year_data):
    table, old = official.scores(2024), official.scores(2023)
    stale = table.copy()
    stale.iloc[5:9] = old.iloc[5:9].reindex(columns=table.columns)
    path = official.write_xlsx(tmp_path / "2024PAPI.xlsx",
                               {"2024_VIE_ENG": faulty_tables.across(2024, stale)})  # fmt: skip
    found = verdict.of(path, data=str(new_year_data))
    told = [one for one in found.findings if one.code == "E-YEAR-COPY"]
    assert [dict(one.values)["column_name"] for one in told] == [
        official.BOOK.name(code, 2024) for code in table.index[5:9]
    ]
    rows = official.tidy([2024])
    last = {(p, c): v for y, p, c, v in official.tidy([2023])[1:]}
    rows[1:] = [[y, p, c, last.get((p, c), v) if c == "air_quality" else v]
                for y, p, c, v in rows[1:]]  # fmt: skip
    found = verdict.of(official.write_csv(tmp_path / "2024.csv", rows), data=str(new_year_data))
    assert "E-YEAR-COPY" in {one.code for one in found.findings}


def test_a_missing_row_of_a_new_tidy_table_is_a_missing_score(tmp_path, new_year_data):
    rows = official.tidy([2024])
    _, province, code, _ = rows.pop(100)
    found = verdict.of(official.write_csv(tmp_path / "2024.csv", rows), data=str(new_year_data))
    (told,) = [one for one in found.findings if one.code == "W-MISSING"]
    values = dict(told.values)
    assert values["row_name"] == official.BOOK.name(province, 2024)
    assert values["column_name"] == official.BOOK.label(code)


@pytest.mark.parametrize("name", ["xấu\udcff.csv", "a" * 250 + ".csv", "x\ny.csv"])
def test_strange_names_of_files(name, tmp_path):
    found = verdict.of(tmp_path / name)
    assert [one.code for one in found.findings] == ["E-NOT-FOUND"]
    "\n".join(issues.listing(found.findings, "vi")).encode("utf-8")


def test_a_name_with_an_empty_letter(tmp_path):
    assert [one.code for one in verdict.of(f"{tmp_path}/a\0b").findings] == ["E-NOT-FOUND"]


def test_a_name_whose_bytes_are_no_letters_is_told_and_its_table_read(tmp_path):
    made = official.write_csv(tmp_path / "x.csv", official.wide_csv(YEAR))
    path = os.fsdecode(os.fsencode(tmp_path) + b"/PAPI_\xff2016\n.csv")
    os.rename(made, path)
    found = verdict.of(path)
    assert (found.word, found.file) == ("ok", "PAPI_U+DCFF2016U+000A.csv")
    assert set(found.accepted["file"]) == {found.file}


def test_line_ends_inside_the_cells_of_a_workbook_are_blanks(tmp_path):
    grid = official.consolidated(YEAR)
    for row in grid[2:-1]:
        row[2] = row[2].replace(" ", "\r\n", 1)
    found = verdict.of(official.write_xlsx(tmp_path / "PAPI_2016.xlsx", {"2016_PAPI": grid}))
    assert (found.word, len(found.accepted)) == ("ok", 1386)


def test_a_number_beyond_all_numbers_is_one_finding_and_no_warning(tmp_path, recwarn):
    word, codes, _ = judged(tmp_path, lambda grid: grid[5].__setitem__(5, 1e308))
    assert (word, codes, len(recwarn)) == ("reject", {"E-RANGE"}, 0)


# --- a table with one score a row


def one_a_row(folder, scores, change):
    """Findings of a long CSV of the year, its row of one score of Trà Vinh changed."""
    table = scores.query("year == @YEAR")[["year", "province", "subdimension", "score"]].dropna()
    at = table.query("province == '84' and subdimension == 'civic_knowledge'").index[0]
    path = folder / "scores.csv"
    change(table, at).to_csv(path, index=False)
    return verdict.of(path).findings


def test_a_row_whose_province_is_not_known_is_told_once(tmp_path, scores):
    def misspelt(table, at):
        return table.assign(province=table["province"].mask(table.index == at, "ZZ"))

    assert [one.code for one in one_a_row(tmp_path, scores, misspelt)] == ["E-NAME-UNKNOWN"]


def test_a_row_that_is_not_there_is_told_by_its_province_and_criterion(tmp_path, scores):
    (found,) = one_a_row(tmp_path, scores, lambda table, at: table.drop(index=at))
    assert found.code == "E-REVISION"
    assert issues.place(found, "vi") == "scores.csv · Trà Vinh · Tri thức công dân"

"""The first workbook of the new provinces comes in, in every layout; a mixture is refused."""

import official
import pandas as pd
import pytest
from faulty_tables import by_parts, of_coming

from papi_analysis.ingest import index_versions, issues, verdict

YEAR = official.COMING
UNITS = official.BOOK.units(YEAR)
SCORES = official.scores(YEAR)
SUBS = [code for code in official.codes(YEAR) if not code.isdigit()]
N = len(UNITS)


def old_code(unit):
    """The code that a province had before the merger, where it had another one."""
    known = official.BOOK.known(YEAR)
    return next((old for old, code in known.codes.items() if code == unit and old != unit), unit)


def tidy(name=lambda row: row.code):
    rows = [[YEAR, name(row), code, SCORES.loc[row.code, code]]
            for row in UNITS.itertuples() for code in SUBS]  # fmt: skip
    return [["year", "province", "subdimension", "score"], *rows]


def in_columns(folder, change=lambda grid: None, **form):
    return of_coming(folder, change, **form)


def without_codes(grid):
    del grid[1]


def old_codes(grid):
    grid[1] = [f"{old_code(f'{value:02d}')}" if isinstance(value, int) else value
               for value in grid[1]]  # fmt: skip


def prefixed(grid):
    grid[0] = [value if n < 3 or not value else f"Tỉnh {value}" for n, value in enumerate(grid[0])]


def consolidated(folder):
    return official.write_xlsx(folder / f"PAPI_{YEAR}.xlsx",
                               {f"{YEAR}_PAPI": official.consolidated(YEAR)})  # fmt: skip


def yearly_2011(folder):
    sheets = official.yearly_2011(YEAR)
    return official.write_xlsx(folder / f"PAPI-{YEAR}-Dữ-liệu-1.xlsx", sheets)


def with_older_years(folder):
    year = official.LAST
    sheets = {f"{YEAR}_VIE_ENG": official.yearly_2018(YEAR, indicators=1),
              f"{year}_VIE_ENG": official.yearly_2018(year, merged=True, indicators=1)}  # fmt: skip
    return official.write_xlsx(folder / f"{YEAR}PAPI_34_TinhThanh.xlsx", sheets)


def by_former_columns(folder, blank=False):
    table = by_parts(SCORES)
    if blank:  # merged cells: the first of the former provinces holds the score
        first = official.PROVINCES.drop_duplicates("successor_code")["code"]
        table.loc[~table.index.isin(first)] = None
    former = list(official.PROVINCES.itertuples())
    return of_coming(folder, table=table, provinces=former, merged=True)


FILES = {
    "across": in_columns,
    "across, without codes": lambda folder: in_columns(folder, without_codes),
    "across, codes of before": lambda folder: in_columns(folder, old_codes),
    "across, with the word for a province": lambda folder: in_columns(folder, prefixed),
    "across, with older years": with_older_years,
    "across, former provinces below the new": by_former_columns,
    "across, only one of the former filled": lambda folder: by_former_columns(folder, blank=True),
    "consolidated": consolidated,
    "yearly form of 2011": yearly_2011,
    "tidy, codes": lambda folder: official.write_csv(folder / "a.csv", tidy()),
    "tidy, codes of before": lambda folder: official.write_csv(
        folder / "a.csv", tidy(lambda row: old_code(row.code))),
    "tidy, names": lambda folder: official.write_csv(
        folder / "a.csv", tidy(lambda row: row.name_vi)),
    "tidy, names with a word for new": lambda folder: official.write_csv(
        folder / "a.csv", tidy(lambda row: f"{row.name_vi} (mới)")),
    "tidy, in English": lambda folder: official.write_csv(
        folder / "a.csv", tidy(lambda row: row.name_en)),
}  # fmt: skip


@pytest.mark.parametrize("form", FILES)
def test_every_layout_comes_in(form, tmp_path):
    found = verdict.of(FILES[form](tmp_path))
    told = {one.code for one in found.findings}
    assert found.status == 0, issues.listing(found.findings, "en")
    assert "W-NEW-UNITS" in told and not told & {"W-NEW-YEAR", "W-COLUMN-PAST"}
    wide = found.accepted.pivot(index="province", columns="subdimension", values="score")
    assert found.accepted["year"].eq(YEAR).all() and len(wide) == N
    pd.testing.assert_frame_equal(wide.sort_index(), SCORES[SUBS].sort_index(axis=1).sort_index(),
                                  check_names=False, atol=1e-6)  # fmt: skip


def test_its_index_is_drafted_with_new_samples_everywhere(tmp_path):
    found = verdict.of(consolidated(tmp_path))
    rows = index_versions.settled(SCORES[SUBS], found.book, YEAR)
    assert set(rows["sample_block"]) == {f"{YEAR}-"}
    assert set(rows["confidence_comparability"]) == {"medium"}
    (one,) = [one for one in found.findings if one.code == "W-NEW-UNITS"]
    text = issues.message(one, "en")
    assert f"is of {N} provinces" in text and "drawn anew" in text and "unchanged" not in text


def code_and_name(code, name):
    """The province of a new code under another name."""

    def change(grid):
        at = grid[1].index(int(code))
        grid[0][at] = name

    return change


def doubled(grid):
    for line in grid:
        line.append(line[8] + 0.01 if isinstance(line[8], float) else line[8])


def left_out(grid):
    for line in grid:
        del line[8]


MIXED = {
    "a former province in place of a new one": (code_and_name("24", "Bắc Giang"),
                                                "E-PROVINCE-FORMER", "Bắc Ninh"),
    "a former code and name": (lambda grid: (grid[0].__setitem__(5, "Bến Tre"),
                                             grid[1].__setitem__(5, 83)),
                               "E-PROVINCE-FORMER", "Vĩnh Long"),
    "a former code alone": (lambda grid: grid[1].__setitem__(5, 2), "E-PROVINCE-FORMER", "Tuyên"),
    "a province twice": (doubled, "E-DUP-PROVINCE", "columns"),
    "one too few": (left_out, "E-PROVINCE-SET", f"of the {N} provinces"),
    "a new code under another new name": (code_and_name("24", "Cà Mau"), "E-ID-NAME", "Cà Mau"),
}  # fmt: skip


@pytest.mark.parametrize("name", MIXED)
def test_a_mixture_of_the_two_countries_is_refused_with_its_cause(name, tmp_path):
    change, code, word = MIXED[name]
    found = verdict.of(in_columns(tmp_path, change))
    errors = [one for one in found.findings if one.severity == "error"]
    assert {one.code for one in errors} == {code}, issues.listing(found.findings, "en")
    assert word in issues.message(errors[0], "en")


def test_a_table_of_new_provinces_in_an_old_year_is_told_as_such(tmp_path):
    year = official.LAST
    grid = official.yearly_2018(YEAR, indicators=0)
    found = verdict.of(official.write_xlsx(tmp_path / f"{year}.xlsx", {f"{year}_VIE_ENG": grid}))
    errors = {one.code for one in found.findings if one.severity == "error"}
    assert errors == {"E-PROVINCE-MERGED"}, issues.listing(found.findings, "en")


def test_rows_moved_against_names_are_seen_by_the_past_of_the_former_provinces(tmp_path):
    def change(grid):
        for line in grid[2:]:
            line[10:] = [line[-1], *line[10:-1]]

    found = verdict.of(in_columns(tmp_path, change))
    assert "E-ROW-SHIFT" in {one.code for one in found.findings}

"""A number is read in every honest spelling; what must be guessed is refused."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papi_analysis.ingest import cells
from papi_analysis.ingest.cells import Cell, Score

POINTS = st.decimals(0.25, 80, places=6).map(float)
BLANKS = st.sampled_from(["", " ", "\u00a0", "\u2009", "\u200b"])


def text(value):
    return Cell(1, 1, "text", value)


@given(POINTS, BLANKS, BLANKS)
def test_a_plain_number_in_a_csv(value, before, after):
    read = cells.number(text(f"{before}{value}{after}"), typed=False)
    assert read.value == value
    assert read.code == ("W-NUMBER-MARK" if "\u200b" in before + after else "")


@given(POINTS, st.integers(1, 6))
def test_a_decimal_comma(value, decimals):
    written = f"{value:.{decimals}f}"
    read = cells.number(text(written.replace(".", ",")), typed=False)
    assert read == Score(float(written), "W-DECIMAL-COMMA")


@given(POINTS, st.sampled_from(["*", "**", "†", "¹", " (1)", "[2]", " (a)", " điểm", " points"]))
def test_a_number_with_a_mark(value, mark):
    assert cells.number(text(f"{value:.4f}{mark}")) == Score(float(f"{value:.4f}"), "W-NUMBER-MARK")


@given(POINTS)
def test_a_number_as_text_in_a_workbook_is_told(value):
    assert cells.number(text(f"{value:.4f}")) == Score(float(f"{value:.4f}"), "W-NUMBER-MARK")
    assert cells.number(Cell(1, 1, "number", value)) == Score(value)


@given(st.text(max_size=12))
def test_no_text_at_all_breaks_the_reader_or_gives_a_value_without_digits(raw):
    read = cells.number(text(raw), typed=False)
    assert read.code in {
        "", "W-MISSING", "W-NUMBER-MARK", "W-DECIMAL-COMMA", "E-NUMBER", "E-UNIT", "E-DATE",
        "E-CELL-ERROR", "E-FORMULA-UNCACHED",
    }  # fmt: skip
    assert math.isnan(read.value) == (read.code == "W-MISSING" or read.code.startswith("E-"))
    if not math.isnan(read.value):
        assert any(char.isdigit() for char in raw)


@pytest.mark.parametrize("raw", ["", " ", "-", "–", "…", "n/a", "NA", "không công bố", "None"])
def test_marks_of_a_missing_score(raw):
    read = cells.number(text(raw))
    assert math.isnan(read.value) and read.code == "W-MISSING"
    assert cells.number(None).code == "W-MISSING"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("12-Apr", "E-DATE"),
        ("Apr-12", "E-DATE"),
        ("4/12/2016", "E-DATE"),
        ("2016-04-12", "E-DATE"),
        ("2016-04-12 00:00:00", "E-DATE"),
        ("12.04.2016", "E-DATE"),
        ("4/12", "E-DATE"),
        ("12 thg 4", "E-DATE"),
        ("42%", "E-UNIT"),
        ("42,5 %", "E-UNIT"),
        ("#REF!", "E-CELL-ERROR"),
        ("#N/A", "E-CELL-ERROR"),
        ("#####", "E-CELL-ERROR"),
        ("=A1+B1", "E-FORMULA-UNCACHED"),
        ("4.25/10", "E-NUMBER"),
        ("1.234,56", "E-NUMBER"),
        ("1,234.56", "E-NUMBER"),
        ("4 25", "E-NUMBER"),
        ("1_000", "E-NUMBER"),
        ("0x10", "E-NUMBER"),
        ("inf", "E-NUMBER"),
        ("1e999", "E-NUMBER"),
        ("4.25.", "E-NUMBER"),
        ("~4.25", "E-NUMBER"),
        ("4.25 4.3", "E-NUMBER"),
        ("Trà Vinh", "E-NUMBER"),
    ],
)
def test_what_is_refused(raw, code):
    read = cells.number(text(raw), typed=False)
    assert math.isnan(read.value) and read.code == code


@pytest.mark.parametrize(
    ("raw", "value"),
    [("４．２５", 4.25), ("−4.25", -4.25), ("4.25E+00", 4.25), (".5", 0.5), ("5.", 5)],
)
def test_other_ways_to_write_a_number(raw, value):
    assert cells.number(text(raw), typed=False).value == value


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("date", "E-DATE"),
        ("percent", "E-UNIT"),
        ("error", "E-CELL-ERROR"),
        ("uncached", "E-FORMULA-UNCACHED"),
        ("boolean", "E-NUMBER"),
    ],
)
def test_cells_of_other_kinds(kind, code):
    read = cells.number(Cell(1, 1, kind, "1"))
    assert math.isnan(read.value) and read.code == code


def test_a_number_that_is_none_in_a_workbook():
    assert cells.number(Cell(1, 1, "number", math.inf)).code == "E-NUMBER"


@pytest.mark.parametrize("text", ["KCB", "không đủ mẫu", "KCB / không đủ mẫu"])
def test_words_for_an_unpublished_score(text):
    assert cells.number(Cell(1, 1, "text", text)).code == "W-MISSING"


def test_scientific_notation_with_a_comma():
    assert cells.number(Cell(1, 1, "text", "4,25E+00")) == Score(4.25, "W-DECIMAL-COMMA")

"""The scores of 2011-2016 come out of the official workbook again, where it is at hand."""

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from papi_analysis.data import codebook, embedded

WORKBOOK = Path(__file__).resolve().parents[2] / "shared" / "reference" / "PAPI_2011-2016.xlsx"
DIMENSION = {1: 4, 2: 3, 3: 3, 4: 4, 5: 4, 6: 4}  # criteria of each, in the order of the columns


@pytest.fixture(scope="module")
def rebuilt():
    """year, province, place (of the column), score: read cell by cell, without the package."""
    if not WORKBOOK.is_file():
        pytest.skip("the official workbook of 2011-2016 is not in ../shared/reference")
    book = openpyxl.load_workbook(WORKBOOK, read_only=True, data_only=True)
    columns, at = [], 3
    for dimension, parts in DIMENSION.items():
        columns += [(str(dimension), n, at + 1 + n) for n in range(parts)]
        at += parts + 1
    rows = [
        (int(sheet.title[:4]), f"{row[0]:02d}", dimension, place, row[column])
        for sheet in book
        for row in sheet.iter_rows(min_row=3, values_only=True)
        if isinstance(row[0], int) and row[0] < 100  # 999 is the country
        for dimension, place, column in columns
    ]
    return pd.DataFrame(rows, columns=["year", "province", "dimension", "place", "score"])


def test_the_scores_of_2011_2016_are_those_of_the_official_workbook(rebuilt):
    """Each dimension of each year and province holds the same scores, to six decimals."""
    own = embedded.scores().merge(codebook.subdimensions(), left_on="subdimension", right_on="code")
    own = own[own["year"].between(2011, 2016)]
    keys = ["year", "province", "dimension"]
    theirs = rebuilt[pd.to_numeric(rebuilt["score"], errors="coerce").notna()]
    assert len(theirs) == len(own)
    sides = [
        table.assign(score=table["score"].astype(float).round(5)).sort_values([*keys, "score"])
        for table in (own, theirs)
    ]
    ours, published = (side[[*keys, "score"]].reset_index(drop=True) for side in sides)
    pd.testing.assert_frame_equal(ours, published, check_dtype=False, atol=2e-5)

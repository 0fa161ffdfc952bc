"""Whatever harmless form a table takes, its scores come out the same or it is refused."""

import numpy as np
import official
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papi_analysis.ingest import verdict

YEAR = 2016
EXPECTED = (
    official.BOOK.registered.query("year == @YEAR and level == 'subdimension'")
    .set_index(["province", "code"])["score"]
    .sort_index()
)
SLOW = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def assert_canonical(found):
    """An accepted file gives exactly the registered scores."""
    assert found.status == 0, [(one.code, one.value) for one in found.findings]
    scores = found.accepted.set_index(["province", "subdimension"])["score"].sort_index()
    assert scores.index.tolist() == EXPECTED.index.tolist()
    assert np.abs(scores.to_numpy() - EXPECTED.to_numpy()).max() <= 2e-6


@st.composite
def harmless(draw):
    """A grid of the year in another harmless form, and how it is written."""
    grid = official.consolidated(YEAR)
    body, summary = grid[2:-1], grid[-1:]
    body = draw(st.permutations(body)) if draw(st.booleans()) else body
    heads = {"both": grid[:2], "English": grid[:1], "Vietnamese": grid[1:2]}
    head = heads[draw(st.sampled_from(sorted(heads)))]
    rows = [*head, *body, *(summary if draw(st.booleans()) else [])]
    fixed, scores = rows[0][:3], list(range(3, len(rows[0])))
    keys = draw(st.sampled_from([[0, 1, 2], [0], [2], [0, 2], [2, 0]]))
    if draw(st.booleans()):
        scores = draw(st.permutations(scores))
    if draw(st.booleans()):  # without dimensions and total
        sums = {official.column(c, YEAR) for c in [*"123456", "total"]}
        scores = [n for n in scores if n not in sums]
    rows = [[row[n] for n in [*keys, *scores]] for row in rows]
    above = draw(st.sampled_from([[], [["PAPI 2016"]], [["Kết quả"], []]]))
    below = draw(st.sampled_from([[], [[], ["Ghi chú: thang điểm 1-10"]]]))
    codes = draw(st.sampled_from([int, str, "{:02d}".format])) if fixed else int
    rows = [[codes(v) if isinstance(v, int) else v for v in row] for row in rows]
    form = draw(st.sampled_from([{}, {"delimiter": ";"}, {"delimiter": "\t", "decimal": ","},
                                 {"encoding": "utf-16"}]))  # fmt: skip
    return [*above, *rows, *below], form


@SLOW
@given(harmless())
def test_a_csv_in_a_harmless_form(tmp_path, case):
    grid, form = case
    assert_canonical(verdict.of(official.write_csv(tmp_path / "PAPI_2016.csv", grid, **form)))


@SLOW
@given(harmless())
def test_a_workbook_in_a_harmless_form(tmp_path, case):
    grid, _ = case
    path = official.write_xlsx(tmp_path / "PAPI_2016.xlsx", {"2016_PAPI": grid})
    assert_canonical(verdict.of(path))


@SLOW
@given(st.data())
def test_a_score_that_is_changed_is_never_accepted(tmp_path, data):
    """One cell of a registered year gets another number: by hand, by a slip, by a sort."""
    grid = official.wide_csv(YEAR)
    row = data.draw(st.integers(1, 63))
    column = data.draw(st.integers(official.FIRST_SCORE, len(grid[0]) - 1))
    slip = data.draw(st.sampled_from(
        [lambda v: v + 0.01, lambda v: v - 0.5, lambda v: v * 10, lambda v: -v,
         lambda v: round(v), lambda v: 0, lambda v: None, lambda v: f"{v:.2f}x"]))  # fmt: skip
    old = grid[row][column]
    grid[row][column] = slip(old)
    found = verdict.of(official.write_csv(tmp_path / "PAPI_2016.csv", grid))
    only_a_sum = column in {official.column(c, YEAR) for c in [*"123456", "total"]}
    if grid[row][column] is None and only_a_sum:
        assert_canonical(found)
    else:
        assert found.status == 3


@SLOW
@given(st.data())
def test_two_values_exchanged_are_never_accepted(tmp_path, data):
    grid = official.wide_csv(YEAR)
    rows = data.draw(st.lists(st.integers(1, 63), min_size=2, max_size=2))
    columns = data.draw(st.lists(st.integers(3, len(grid[0]) - 1), min_size=2, max_size=2))
    (r1, r2), (c1, c2) = rows, columns
    if (r1, c1) == (r2, c2):
        return
    grid[r1][c1], grid[r2][c2] = grid[r2][c2], grid[r1][c1]
    found = verdict.of(official.write_csv(tmp_path / "PAPI_2016.csv", grid))
    if found.status == 0:  # two sums that are equal within rounding; the scores are untouched
        assert_canonical(found)
        assert abs(grid[r1][c1] - grid[r2][c2]) <= 0.005


@pytest.mark.parametrize("year", range(2012, 2025))
def test_no_true_year_looks_shifted_against_the_year_before(year):
    """The statistical checks of new years raise no false alarm in thirteen real ones."""
    from papi_analysis.ingest import past as history
    from papi_analysis.ingest.checks import Table

    wide = official.BOOK.wide(year)
    subs = official.BOOK.regime(year).index.tolist()
    values = official.BOOK.registered.query("year == @year and level == 'subdimension'")
    table = Table("", year, values.assign(sheet=""), wide[subs], {})
    assert history.labels_by_past(table, official.BOOK) == []
    now, past = wide[subs], official.BOOK.wide(year - 1)
    codes = [code for code in subs if code in past]
    z_now, z_past = (history._z(scores[codes]).reindex(now.index) for scores in (now, past))
    fit = history._distances(z_now, z_past)
    assert history._best_run(fit)[0] < 0.8 * history.ROW_GAIN

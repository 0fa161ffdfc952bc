"""Draws: ranks by hand and by pandas, counts that add up, seeds that are refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papi_analysis.errors import DataError, ParameterError
from papi_analysis.stats import resampling

row = st.lists(st.integers(-3, 3), min_size=1, max_size=9)


def test_competition_ranks_of_the_golden():
    """R: rank(-x, ties.method = "min") of 3, 5, 5, 1, 4."""
    assert resampling.ranks(np.array([[3, 5, 5, 1, 4]])).tolist() == [[4, 1, 1, 5, 3]]


@settings(deadline=None)
@given(row)
def test_ranks_equal_those_of_pandas(values):
    expected = pd.Series(values).rank(ascending=False, method="min").astype(int)
    assert resampling.ranks(np.array([values]))[0].tolist() == expected.tolist()


def test_many_rows_are_ranked_one_by_one():
    values = np.random.default_rng(1).normal(size=(4_500, 61)).round(2)
    expected = pd.DataFrame(values).rank(axis=1, ascending=False, method="min")
    assert np.array_equal(resampling.ranks(values), expected.astype(int))


def test_a_missing_score_has_no_rank():
    with pytest.raises(DataError, match="1 missing"):
        resampling.ranks(np.array([[1.0, np.nan]]))


def test_every_resample_draws_as_many_as_there_are():
    counts = resampling.counts(61, 300, resampling.generator(84))
    assert counts.shape == (300, 61)
    assert (counts.sum(axis=1) == 61).all()
    assert counts.mean() == 1
    assert counts.var() == pytest.approx(60 / 61, rel=0.1)


def test_batches_leave_nothing_out():
    assert list(resampling.batches(5, 2)) == [(0, 2), (2, 4), (4, 5)]
    assert list(resampling.batches(0, 2)) == []


def test_the_same_seed_draws_the_same_and_another_does_not():
    first, again, other = (resampling.generator(seed).random(5).tolist() for seed in (84, 84, 85))
    assert first == again != other


@pytest.mark.parametrize("seed", [0, 84, 2**32 - 1, np.int64(7)])
def test_whole_numbers_in_range_are_seeds(seed):
    assert 0 <= resampling.generator(seed).random() < 1


@pytest.mark.parametrize("seed", [-1, 2**32, 0.5, "84", None, True, np.nan])
def test_anything_else_is_not(seed):
    with pytest.raises(ParameterError, match="The seed"):
        resampling.generator(seed)


@pytest.mark.parametrize("value", [99, 1_000_001, 5e3, "1000", False])
def test_a_number_of_draws_out_of_range(value):
    with pytest.raises(ParameterError, match="from 100 to 1000000"):
        resampling.number(value)

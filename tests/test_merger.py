"""What is expected of merged provinces: formulas, published examples, the past, made-up rounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papi_analysis.priority import merger
from papi_analysis.priority.arrays import panel_arrays
from papi_analysis.priority.shrinkage import HISTORY, Level, pair_correlations, year_correlations

GOLDEN = {  # h, u, b of Vĩnh Long from the rounds to 2024 by the estimate of levels
    "participation_opportunities": (-0.764, 0.039, 0.410),
    "internet_access": (-0.501, 0.041, 0.467),
    "village_elections": (-1.147, 0.030, 0.285),
}


@pytest.fixture(scope="module")
def known(scores):
    """The provinces of 2024: arrays, weights and correlations, and levels told of a redraw."""
    data = panel_arrays(scores, 2024)
    units, weight = merger.weights(2025, data.provinces)
    within, across = year_correlations(data, pair_correlations(data), 2024)
    return data, units, weight, within, across, _redrawn(data, within, across)


def _redrawn(data, within, across):
    """Kriging of each series on its own, every past year at the correlation across blocks."""
    last, shape = data.at(2024), data.z.shape[1:]
    mean, variance, years = (np.full(shape, np.nan) for _ in range(3))
    for code in data.current(2024):
        window = np.arange(last - HISTORY + 1, last + 1)
        window = window[data.composition[window, code] == data.composition[last, code]]
        for place in np.flatnonzero(np.isfinite(data.z[last, :, code])):
            z = data.z[window, place, code]
            there = np.isfinite(z)
            block = data.block[window[there]]
            among = np.where(block[:, None] == block[None, :], within[code], across[code])
            np.fill_diagonal(among, 1.0)
            ahead = np.full(there.sum(), across[code])
            weights = np.linalg.solve(among, ahead)
            mean[place, code] = weights @ z[there]
            variance[place, code] = 1 - ahead @ weights
            years[place, code] = there.sum()
    return Level(mean, variance, years)


def test_the_example_of_vinh_long_is_reproduced(known):
    data, units, weight, within, across, level = known
    own = units.index("86")
    assert (weight[own] ** 2).sum() == pytest.approx(0.337817, abs=1e-6)
    ahead = merger.before_own(level, weight, across)
    points = data.mean[-1] + data.sd[-1] * ahead.mean
    sd = data.sd[-1] * np.sqrt(ahead.predictive)
    at = data.codes.index("participation_opportunities")
    assert points[own, at] == pytest.approx(1.216493, abs=1e-6)
    assert sd[own, at] == pytest.approx(0.178149, abs=1e-6)
    current = data.current(2024)
    drawn = merger.benchmark_of_own(points[:, current], sd[:, current], 0.75)
    assert drawn[list(current).index(at)] == pytest.approx(1.565301, abs=0.003)
    synthetic = merger.mean_of_parts(data.score[-1], weight)
    assert synthetic[own, at] == pytest.approx(1.102572, abs=1e-6)
    prior = merger.prior(level, weight, within, across, 0.179)
    assert prior.factor[current].mean() == pytest.approx(0.978, abs=0.001)
    for code, (h, u, b) in GOLDEN.items():
        at = data.codes.index(code)
        assert prior.h[own, at] == pytest.approx(h, abs=0.0006)
        assert prior.u[own, at] == pytest.approx(u, abs=0.0006)
        score = prior.h.copy()
        score[own, at] += 1.0
        after = merger.after_own(prior, score[None], np.array(["new"]))["same"]
        assert after.mean[own, at] - prior.h[own, at] == pytest.approx(b, abs=0.0006)
        up, left = u + within[at] - across[at], u + 1 - across[at]
        assert after.predictive[own, at] == pytest.approx(left - up**2 / left, abs=0.002)


def test_a_unit_with_an_unpublished_part_is_weighed_by_the_others(known):
    data, units, weight, *_ = known
    synthetic = merger.mean_of_parts(data.score[-1], weight)
    own, parts = units.index("25"), [data.provinces.index(c) for c in ("17", "25")]
    share = weight[own, parts] / weight[own, parts].sum()
    expected = share @ data.score[-1, parts][:, data.current(2024)]
    assert np.isnan(data.score[-1, data.provinces.index("26")]).all()
    assert synthetic[own, data.current(2024)] == pytest.approx(expected)


def test_kin_have_lasting_levels_in_common(known):
    data, _, weight, *_ = known
    assert merger.kinship(data, 2024, weight) == pytest.approx(0.179, abs=0.03)


PARTS = 9
ACROSS, WITHIN = np.array([0.2, 0.3, 0.5]), np.array([0.4, 0.6, 0.7])


@st.composite
def partitions(draw):
    """Weights of a division into units of whole parts, each row a unit."""
    owner = draw(st.lists(st.integers(0, PARTS - 1), min_size=PARTS, max_size=PARTS))
    people = draw(st.lists(st.floats(0.1, 10), min_size=PARTS, max_size=PARTS))
    units = sorted(set(owner))
    held = (np.array(units)[:, None] == owner) * np.array(people)
    return held / held.sum(axis=1, keepdims=True)


@st.composite
def levels(draw):
    """Forecasts of the parts in three criteria, some not published."""
    rng = np.random.default_rng(draw(st.integers(0, 999)))
    mean = rng.standard_normal((PARTS, 3))
    mean[rng.random((PARTS, 3)) < 0.15] = np.nan
    variance = 1 - ACROSS * rng.random((PARTS, 3))  # never surer than the error of one sample
    variance = np.where(np.isnan(mean), np.nan, variance)
    return Level(mean, variance, np.where(np.isnan(mean), np.nan, 4.0))


@settings(max_examples=40, deadline=None)
@given(partitions(), levels(), st.randoms(use_true_random=False))
def test_the_order_of_parts_and_units_does_not_matter(weight, level, random):
    order = random.sample(range(PARTS), PARTS)
    units = random.sample(range(len(weight)), len(weight))
    moved = Level(*(values[order] for values in (level.mean, level.predictive, level.years)))
    one = merger.before_own(level, weight, ACROSS)
    other = merger.before_own(moved, weight[np.ix_(units, order)], ACROSS)
    assert np.allclose(one.mean[units], other.mean, equal_nan=True)
    assert np.allclose(one.predictive[units], other.predictive, equal_nan=True)


@settings(max_examples=40, deadline=None)
@given(partitions(), levels())
def test_a_unit_lies_between_its_parts_and_is_never_surer_than_one_sample(weight, level):
    ahead = merger.before_own(level, weight, ACROSS)
    for unit, code in np.argwhere(np.isfinite(ahead.mean)):
        parts = level.mean[weight[unit] > 0, code]
        low, high = np.nanmin(parts), np.nanmax(parts)
        assert low - 1e-9 <= ahead.mean[unit, code] <= high + 1e-9
        assert ahead.predictive[unit, code] >= (1 - ACROSS[code]) * 0.999
    shares = merger.spread(weight, np.isfinite(level.mean))
    sums = shares.sum(axis=1)
    assert np.allclose(sums[np.isfinite(sums)], 1.0)


@settings(max_examples=20, deadline=None)
@given(levels())
def test_provinces_that_were_not_merged_keep_their_own_forecast(level):
    ahead = merger.before_own(level, np.eye(PARTS), ACROSS)
    assert np.allclose(ahead.mean, level.mean, equal_nan=True)
    assert np.allclose(ahead.predictive, level.predictive, equal_nan=True)
    prior = merger.prior(level, np.eye(PARTS), WITHIN, ACROSS, 0.18)
    assert np.allclose(prior.factor, 1.0)
    nothing = np.full((1, PARTS, 3), np.nan)
    after = merger.after_own(prior, nothing, np.array(["new"]))["redrawn"]
    there = np.isfinite(level.mean)
    assert np.allclose(after.mean[there], level.mean[there])
    assert np.allclose(after.predictive[there], level.predictive[there], atol=2e-4)


def test_more_rounds_of_their_own_weigh_more(known):
    _, _, weight, within, across, level = known
    prior = merger.prior(level, weight, within, across, 0.18)
    at = np.flatnonzero(np.isfinite(prior.h).all(axis=0) & np.isfinite(level.mean).any(axis=0))
    high = prior.h + 1.0
    one = merger.after_own(prior, high[None], np.array(["b"]))
    two = merger.after_own(prior, np.stack([high, high]), np.array(["b", "b"]))
    for form in merger.PLACES:
        assert (two[form].mean >= one[form].mean)[:, at].all()
        assert (two[form].predictive <= one[form].predictive + 1e-12)[:, at].all()
    assert (one["redrawn"].mean <= one["same"].mean + 1e-12)[:, at].all()

"""Local Moran: which provinces are like their neighbours beyond chance."""

import numpy as np
import pandas as pd
import pytest

from papi_analysis import boundaries, panel
from papi_analysis.association import clusters, moran


@pytest.fixture(scope="module")
def grid():
    """A board of 8 × 8 places whose left half scores high and whose right half scores low."""
    places = pd.DataFrame([(f"{i}{j}", i, j) for i in range(8) for j in range(8)])
    places.columns = ["code", "x", "y"]
    noise = np.random.default_rng(1).normal(0, 0.2, 64)
    scores = pd.DataFrame({"a": np.where(places["x"] < 4, 1.0, -1.0) + noise})
    scores["b"] = np.random.default_rng(2).permutation(scores["a"])  # the same without order
    return scores.set_index(places["code"]), places


def test_two_halves_are_two_clusters(grid):
    scores, places = grid
    table = clusters(scores, places, permutations=499, seed=1).query("code == 'a'")
    table = table.set_index("province")
    left = places.set_index("code")["x"] < 3  # away from the seam
    right = places.set_index("code")["x"] > 4
    assert (table.loc[left[left].index, "cluster"] == "high_high").mean() > 0.9
    assert (table.loc[right[right].index, "cluster"] == "low_low").mean() > 0.9


def test_scores_without_order_have_no_clusters(grid):
    scores, places = grid
    table = clusters(scores, places, permutations=499, seed=1).query("code == 'b'")
    assert (table["cluster"] != "").mean() < 0.05
    assert (table["q"] >= table["p"] - 1e-12).all()


def test_the_mean_of_the_local_values_is_the_global_one(levels):
    """Anselin 1995: with row-standardised weights sum(local) is n − 1 times the global I."""
    wide = panel.wide(levels, 2024, "dimension")[["1", "7"]]
    points = boundaries.points(boundaries.provinces())
    local = clusters(wide, points, permutations=100, seed=84)
    overall = moran(wide, points, permutations=100, seed=84).set_index("code")["i"]
    sums, n = local.groupby("code")["i"].sum(), local["n"].iloc[0]
    assert sums.to_dict() == pytest.approx(((n - 1) * overall).to_dict())


def test_the_same_seed_gives_the_same_clusters(grid):
    scores, places = grid
    first, second = (clusters(scores, places, permutations=100, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)

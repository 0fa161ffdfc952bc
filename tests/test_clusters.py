"""Local Moran: which provinces are like their neighbours beyond chance."""

import numpy as np
import pandas as pd
import pytest

from papi_analysis import boundaries
from papi_analysis.data import panel
from papi_analysis.stats.spatial import local_moran, moran


@pytest.fixture(scope="module")
def grid():
    """A board of 8 × 8 places that scores high in one corner of 3 × 3 only."""
    places = pd.DataFrame([(f"{i}{j}", i, j) for i in range(8) for j in range(8)])
    places.columns = ["code", "x", "y"]
    noise = np.random.default_rng(1).normal(0, 0.2, 64)
    scores = pd.DataFrame({"a": np.where(places[["x", "y"]].max(axis=1) < 3, 2.0, 0.0) + noise})
    scores["b"] = np.random.default_rng(2).permutation(scores["a"])  # the same without order
    return scores.set_index(places["code"]), places


def test_a_high_corner_is_a_cluster_of_high_places(grid):
    scores, places = grid
    table = local_moran(scores, places, permutations=999, seed=1).query("code == 'a'")
    table = table.set_index("province")
    far = places.set_index("code").query("x > 4 or y > 4").index
    assert (table.loc[["00", "01", "10", "11"], "cluster"] == "high_high").all()
    assert not table.loc[far, "cluster"].str.startswith("high").any()


def test_scores_without_order_have_no_clusters(grid):
    scores, places = grid
    table = local_moran(scores, places, permutations=499, seed=1).query("code == 'b'")
    assert (table["cluster"] != "").mean() < 0.05
    assert (table["q"] >= table["p"] - 1e-12).all()


def test_the_mean_of_the_local_values_is_the_global_one(levels):
    """Anselin 1995: with row-standardised weights sum(local) is n − 1 times the global I."""
    wide = panel.wide(levels, 2024, "dimension")[["1", "7"]]
    points = boundaries.points(boundaries.provinces())
    local = local_moran(wide, points, permutations=100, seed=84)
    overall = moran(wide, points, permutations=100, seed=84).set_index("code")["i"]
    sums, n = local.groupby("code")["i"].sum(), local["n"].iloc[0]
    assert sums.to_dict() == pytest.approx(((n - 1) * overall).to_dict())


def test_the_same_seed_gives_the_same_clusters(grid):
    scores, places = grid
    first, second = (local_moran(scores, places, permutations=100, seed=3) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_p_is_twice_the_directed_one_of_esda(levels):
    """esda's pseudo-significance is one-sided (Anselin 1995); ours counts both directions."""
    from esda.moran import Moran_Local
    from libpysal.weights import KNN

    wide = panel.wide(levels, 2024, "dimension")[["1", "7"]].dropna()
    points = boundaries.points(boundaries.provinces()).loc[wide.index]
    plane = points.to_numpy() * (111.32 * np.cos(np.radians(16)), 110.57)
    weights = KNN.from_array(plane, k=5)
    weights.transform = "r"
    theirs = Moran_Local(wide["1"].to_numpy(), weights, permutations=1999, seed=1)
    ours = local_moran(wide, points, permutations=1999, seed=84).query("code == '1'")
    assert ours["i"].to_numpy() == pytest.approx(theirs.Is)
    p = pd.Series(np.minimum(1, 2 * theirs.p_sim), index=ours.index)
    assert (p - ours["p"])[p < 0.1].abs().max() < 0.03
    assert p.corr(ours["p"]) > 0.99

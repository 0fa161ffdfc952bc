"""Panels made by chance, with a known truth."""

import numpy as np
import pandas as pd

BLOCKS = {
    **dict.fromkeys(range(2011, 2015), "2011-2014"),
    **dict.fromkeys(range(2015, 2018), "2015-2017"),
    **dict.fromkeys(range(2018, 2021), "2018-2020"),
    **dict.fromkeys(range(2021, 2025), "2021-2024"),
}


def panel_of(score, first=2011, block=None):
    """A panel from scores, years × provinces × sub-dimensions; four of these to a dimension."""
    years, provinces, codes = score.shape
    index = pd.MultiIndex.from_product(
        [
            range(first, first + years),
            [f"p{i:02}" for i in range(provinces)],
            [f"c{i:02}" for i in range(codes)],
        ],
        names=["year", "province", "subdimension"],
    )
    panel = pd.DataFrame({"score": score.ravel()}, index=index).reset_index()
    panel["dimension"] = (panel["subdimension"].str[1:].astype(int) // 4 + 1).astype(str)
    panel["absence"] = np.where(panel["score"].isna(), "not_published", "")
    blocks = panel["year"].map(BLOCKS) if block is None else block
    return panel.assign(
        scale_min=0.0, scale_max=5.0, composition=1, comparable="yes", sample_block=blocks
    )


def steady(seed, *, years=14, provinces=63, codes=20, level=0.5):
    """Scores whose error is redrawn each year about a level that never moves.

    `level` is the share of the variance that lies between provinces: 0 is white noise. The spread
    of the provinces differs from one sub-dimension to the next, from .1 to .3 points.
    """
    rng = np.random.default_rng(seed)
    between = rng.standard_normal((provinces, codes)) * np.sqrt(level)
    error = rng.standard_normal((years, provinces, codes)) * np.sqrt(1 - level)
    return 2.0 + np.linspace(0.1, 0.3, codes) * (between + error)


def points_of(provinces=63):
    """Where the provinces of `panel_of` lie: on a grid, a degree apart."""
    names = [f"p{i:02}" for i in range(provinces)]
    return pd.DataFrame(
        {"lon": [100.0 + i % 8 for i in range(provinces)],
         "lat": [8.0 + i // 8 for i in range(provinces)]}, index=names
    )  # fmt: skip

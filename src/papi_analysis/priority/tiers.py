"""Tiers, not ranks: how sure it is that a criterion belongs among the five."""

from __future__ import annotations

import numpy as np
import pandas as pd

#: P(top 5), latent and predictive, from which on a criterion is in tier A; either one for tier B.
TIER_A, TIER_B = (0.80, 0.50), 0.30


def tiers(latent: pd.Series, predictive: pd.Series) -> np.ndarray:
    """Tier A, B or C from P(top 5) in its two forms.

    >>> tiers(pd.Series([.8, .9, .1]), pd.Series([.5, .4, .2])).tolist()
    ['A', 'B', 'C']
    """
    first = (latent >= TIER_A[0]) & (predictive >= TIER_A[1])
    second = (latent >= TIER_B) | (predictive >= TIER_B)
    return np.select([first, second], ["A", "B"], "C")

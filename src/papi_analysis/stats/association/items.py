"""An item beside the rest of the index, never beside the total that holds it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from papi_analysis.stats.association import inference
from papi_analysis.stats.association.pairs import two_sided
from papi_analysis.stats.association.sample import complete


def item_rest(wide: pd.DataFrame) -> pd.DataFrame:
    """How each item moves together with the sum of the other items (corrected item-total).

    An item is part of the total, so its correlation with the total is high by construction; the
    rest of the index does not hold it.

    Parameters
    ----------
    wide : DataFrame
        Provinces in rows, items of one level in columns (see `panel.wide`).

    Returns
    -------
    DataFrame
        code, n (provinces with every item), r_total (Pearson's r with the sum of all items),
        r_rest (with the sum of the others), low, high (95 % interval of r_rest after Fisher), p, q
        (of r_rest; q adjusted over all items).

    Raises
    ------
    DataError
        As `sample.complete`.

    Notes
    -----
    Nunnally and Bernstein 1994, Psychometric Theory, ch. 8.
    """
    from scipy import stats
    from statsmodels.stats.multitest import multipletests

    there = complete(wide)
    total = there.sum(axis=1)
    rest = there.apply(lambda item: item.corr(total - item)).to_numpy(dtype=float)
    reach = stats.norm.ppf((1 + inference.COVERAGE) / 2) / np.sqrt(len(there) - 3)
    middle = np.arctanh(np.clip(rest, -1 + 1e-15, 1 - 1e-15))
    p = two_sided(rest, len(there))
    return pd.DataFrame(
        {
            "code": there.columns.astype(str),
            "n": len(there),
            "r_total": there.corrwith(total).to_numpy(dtype=float),
            "r_rest": rest,
            "low": np.tanh(middle - reach),
            "high": np.tanh(middle + reach),
            "p": p,
            "q": multipletests(p, method="fdr_bh")[1],
        }
    )


def alpha(wide: pd.DataFrame) -> pd.DataFrame:
    """Cronbach's alpha: how far the items of an index measure one thing.

    Returns
    -------
    DataFrame
        One row: items, n (provinces with every item), alpha, low, high (95 % interval).

    Raises
    ------
    DataError
        As `sample.complete`.

    Notes
    -----
    k / (k − 1) × (1 − sum of the item variances / variance of the sum): Cronbach 1951,
    Psychometrika 16:297. Interval: Feldt, Woodruff and Salih 1987, Appl. Psych. Meas. 11:93.
    """
    from scipy import stats

    there = complete(wide)
    n, items = there.shape
    total = there.sum(axis=1).var()
    value = items / (items - 1) * (1 - there.var().sum() / total)
    tail = (1 - inference.COVERAGE) / 2
    degrees = (n - 1, (n - 1) * (items - 1))
    low, high = 1 - (1 - value) * stats.f.ppf([1 - tail, tail], *degrees)
    row = {"items": items, "n": n, "alpha": value, "low": low, "high": high}
    return pd.DataFrame([row])

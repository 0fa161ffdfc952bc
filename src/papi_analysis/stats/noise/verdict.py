"""Which changes of a province are larger than noise explains."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from papi_analysis import cache
from papi_analysis.data import codebook, panel
from papi_analysis.i18n import mark
from papi_analysis.stats.noise import published
from papi_analysis.stats.noise.spread import MIN_PROVINCES, NO_SPREAD

#: A change is called real when its q (Benjamini & Hochberg) is below this.
ALPHA = 0.05

#: What a test of a change says.
VERDICTS = {
    "beyond_noise": mark("the change is larger than noise explains"),
    "within_noise": mark("not distinguishable from noise"),
    "not_comparable": mark("the years cannot be compared"),
    "absent": mark("a score of one of the two years is absent"),
    "too_few": mark("too few provinces have both scores"),
    "no_spread": mark("the change is the same in every province"),
}


@cache.result
def changes(
    scores: pd.DataFrame,
    levels: pd.DataFrame,
    province: str,
    year: int,
    *,
    since: int | None = None,
    across_breaks: bool = False,
    standard_errors: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Which of a province's changes are larger than what provinces move without a cause in common.

    The change of a score beside the national mean is set against the spread of the same change
    among all provinces; the q of a level's codes hold its false discoveries below their value
    (Benjamini & Hochberg 1995).

    Parameters
    ----------
    scores : DataFrame
        The panel (see `panel.load`), for what can be compared.
    levels : DataFrame
        See `panel.levels`.
    province : str
        GSO code.
    year, since : int
        The change from `since` (default: the year before) to `year`.
    across_breaks : bool
        Test scores across a break too. What a break does to all provinces alike is taken out with
        the national mean; what it does to some is not, so that a large change across a break has
        the verdict "not_comparable" and never "beyond_noise".
    standard_errors : DataFrame, optional
        year, province, se (points): published standard errors of totals. Where both years have
        one for the province, it stands for the spread of the change of its total.

    Returns
    -------
    DataFrame
        One row per code of `year`: level, code, since, year, change, national_change (points; mean
        over the n provinces with the score in every year from `since` to `year`), n, comparable
        (bool), p (two-sided), q, verdict (key of `VERDICTS`). Where nothing is tested p and q
        are absent, and the changes too where a score is or the years cannot be compared.

    Raises
    ------
    DataError
        When the province has no score at all in `year`, or the years are not in the panel.

    Notes
    -----
    p = 2 P(T > |change − mean| / SD) with Student's T of n − 1 degrees of freedom, SD with ddof 1;
    with published standard errors the normal distribution and the root of the sum of their squares.
    """
    since = year - 1 if since is None else since
    panel.require_year(levels, since)
    panel.require_any(levels, province, year)
    regimes = scores.drop_duplicates(["year", "subdimension"])
    marks = codebook.comparability(regimes, since, year)
    window_rows = levels[levels["year"].between(since, year)]
    table = window_rows.pivot(index=["code", "province"], columns="year", values="score")
    moved = table.to_numpy(dtype="float64")
    own = table.index.get_level_values("province") == province
    rows = table.groupby(level="code").indices
    frame = pd.DataFrame([_test(moved[rows[code]], own[rows[code]]) for code in marks["code"]])
    frame = marks[["level", "code", "comparable"]].assign(since=since, year=year).join(frame)
    return _judged(_with_published(frame, standard_errors, province), across_breaks)


def _test(scores: np.ndarray, own: np.ndarray) -> dict[str, object]:
    """The change of one code for a province (True in `own`) beside those scored in every year.

    Scores have provinces in rows and years in columns.
    """
    moves = scores[:, -1] - scores[:, 0]
    complete = moves[np.isfinite(scores).all(axis=1)]
    enough = len(complete) > 1
    return {
        "change": moves[own][0] if own.any() else np.nan,
        "national_change": complete.mean() if enough else np.nan,
        "n": len(complete),
        "spread": complete.std(ddof=1) if enough else np.nan,
    }


def _with_published(
    frame: pd.DataFrame, standard_errors: pd.DataFrame | None, province: str
) -> pd.DataFrame:
    """`frame` with the spread of the total's change from the published standard errors."""
    years = (frame["since"].iloc[0], frame["year"].iloc[0])
    errors = [published.of_year(standard_errors, y).get(province, np.nan) for y in years]
    spread = float(np.hypot(*errors))
    known = frame["level"].eq("total") & ~np.isnan(spread)
    return frame.assign(
        spread=frame["spread"].mask(known, spread), df=(frame["n"] - 1.0).mask(known, np.inf)
    )


def _judged(frame: pd.DataFrame, across_breaks: bool) -> pd.DataFrame:
    """`frame` with p, q and verdict; what is not tested shows no p and no q."""
    absent, few = frame["change"].isna(), frame["n"] < MIN_PROVINCES
    flat = frame["spread"] < NO_SPREAD
    broken = ~frame["comparable"] & (not across_breaks)
    verdict = np.select(
        [broken, absent, few, flat], ["not_comparable", "absent", "too_few", "no_spread"], ""
    )
    size = (frame["change"] - frame["national_change"]).abs() / frame["spread"].mask(flat)
    p = pd.Series(2 * stats.t.sf(size, frame["df"]), index=frame.index).where(verdict == "")
    q = p.groupby(frame["level"]).transform(_adjusted)
    found = np.where(frame["comparable"], "beyond_noise", "not_comparable")
    verdict = np.where(q.notna(), np.where(q < ALPHA, found, "within_noise"), verdict)
    frame = frame.assign(p=p, q=q, verdict=verdict)
    frame.loc[broken | absent, ["change", "national_change"]] = np.nan
    columns = ["level", "code", "since", "year", "change", "national_change", "n", "comparable"]
    return frame[[*columns, "p", "q", "verdict"]]


def _adjusted(p: pd.Series) -> pd.Series:
    """Benjamini-Hochberg q of the p that are there."""
    found = p.dropna()
    if found.empty:
        return p
    return pd.Series(stats.false_discovery_control(found), index=found.index).reindex(p.index)

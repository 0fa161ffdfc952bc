"""What a list of priorities leaves out, and the two criteria that look worse than they are."""

from __future__ import annotations

import numpy as np
import pandas as pd

from papi_analysis.i18n import mark

#: From this share of the raw gap on, a criterion is expected to come back by itself.
RETURN = 0.5

#: Why a criterion is left out, or should not be chased.
REASONS = {
    "recovers": mark("its own history makes up half of the gap or more without any action"),
    "others_larger": mark("it is behind, but other criteria hold more points"),
    "threshold": mark("scored as if by a bar: one year can move it by half a point and back"),
    "overstated": mark(
        "other criteria hold more points, and part of its gap is this year's error, expected to "
        "return by itself"
    ),
    "ahead": mark("it already stands at the benchmark or above"),
}

_SHOWN = [
    "code", "dimension", "reason", "score", "benchmark", "raw_gap", "raw_rank", "headroom",
    "p_top5_latent", "p_top5_predictive", "no_action", "no_action_sd", "no_action_change", "flags",
]  # fmt: skip


def left_out(assessment: pd.DataFrame) -> pd.DataFrame:
    """The criteria of tier C that are behind the benchmark, the largest raw gap first.

    A list steers effort away from what it does not name: so it says what that is, and why.

    Parameters
    ----------
    assessment : DataFrame
        See `assess`.

    Returns
    -------
    DataFrame
        code, dimension, reason (see `REASONS`; that of `do_not_chase` where a criterion is in
        both), raw_rank (1: the largest raw gap of all criteria), and as in `assess` score,
        benchmark, raw_gap, headroom, p_top5_latent, p_top5_predictive, no_action, no_action_sd,
        no_action_change, flags.
    """
    rows = _explained(assessment)
    rows = rows[rows["raw_gap"].gt(0)]
    return rows.sort_values(["raw_rank", "code"], ignore_index=True)[_SHOWN]


def do_not_chase(assessment: pd.DataFrame) -> pd.DataFrame:
    """The two criteria of tier C whose score most overstates the need for action.

    Those are the ones expected to gain most if nobody acts: an effort made there this year would
    seem to succeed whatever it did. Criteria behind the benchmark come first.

    Returns
    -------
    DataFrame
        Two rows with the columns of `left_out`.
    """
    return _explained(assessment).head(2)[_SHOWN]


def _explained(assessment: pd.DataFrame) -> pd.DataFrame:
    """The criteria of tier C, each with its one reason; those that overstate the need first."""
    rank = assessment["raw_gap"].rank(method="min", ascending=False).astype("int64")
    rows = assessment.assign(raw_rank=rank)[assessment["tier"].eq("C")]
    rows = rows.assign(ahead=rows["raw_gap"].le(0)).sort_values(
        ["ahead", "no_action_change", "code"], ascending=[True, False, True], ignore_index=True
    )
    reasons = {
        "ahead": rows["ahead"],
        "threshold": rows["flags"].map(lambda own: "threshold" in own).astype(bool),
        "recovers": rows["no_action_change"].ge(RETURN * rows["raw_gap"]),
        "overstated": (rows.index < 2) & rows["no_action_change"].gt(0),
    }
    return rows.assign(reason=np.select(list(reasons.values()), list(reasons), "others_larger"))

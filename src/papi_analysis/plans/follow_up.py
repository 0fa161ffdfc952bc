"""What became of a plan: each action beside what its criterion would have done without it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from papi_analysis.data import codebook
from papi_analysis.i18n import mark
from papi_analysis.plans import ledger

__all__ = ["criteria", "judge", "review", "wanted"]


def __dir__() -> list[str]:
    return __all__


#: What can be said of a criterion a year after its plan.
VERDICTS = {
    "above": mark("higher than the usual movement of a year"),
    "within": mark("within the usual movement of a year"),
    "below": mark("lower than the usual movement of a year"),
    "withdrawn": mark("not judged: its actions were given up"),
    "absent": mark("not judged: its score was not published"),
    "not_comparable": mark("not judged: the two years cannot be compared"),
    "redrawn": mark("not judged: the places of the survey were probably chosen anew"),
}
#: Verdicts that set a score beside its forecast.
JUDGED = ("above", "within", "below")
#: Share of criteria without any effect that stand above their range by chance.
BY_CHANCE = 0.05

#: A difference in points from which on a published score counts as changed.
REVISED = 5e-5

_SAID = ["code", "line", "agency", "action", "deadline", "status", "evidence"]
COLUMNS = ["year", *_SAID, "score_before", "score", "change", "national_change", "n", "no_action",
           "expected", "low", "high", "effect", "verdict", "target", "reached",
           "revised"]  # fmt: skip


def review(
    entries: pd.DataFrame,
    levels: pd.DataFrame,
    index_versions: pd.DataFrame,
    province: str,
    year: int,
) -> pd.DataFrame:
    """The actions planned after the results of the year before, with what the scores did.

    A criterion is expected at the score that was forecast without action, moved by the change of
    the country. It is told from that only where it lies outside the 90 % range around it: of
    criteria on which nothing had an effect, at most one in twenty stands above. All actions of a
    criterion share its score; no survey can tell them apart.

    Parameters
    ----------
    entries : DataFrame
        The ledger (see `ledger.read`); the latest state of each action counts.
    levels : DataFrame
        See `panel.levels`.
    index_versions : DataFrame
        See `codebook.index_versions`.
    province : str
        GSO code.
    year : int
        The year whose results judge the plan of the year before.

    Returns
    -------
    DataFrame
        One row per action: year (of the plan), code, line, agency, action, deadline, status,
        evidence; score_before, score, change, national_change (points;
        mean over the n provinces scored in both years); no_action (as recorded with the action),
        expected, low, high (its 90 % range), effect = score - expected (points); verdict (key of
        `VERDICTS`), target (points), reached (bool: the score is there; None where it may not be
        said), revised (bool: the
        publisher has changed the score since). What does not exist is absent.
    """
    plan = ledger.actions(entries, year - 1)
    if plan.empty:
        return pd.DataFrame(columns=COLUMNS)
    last = plan.sort_values("number").groupby("code").tail(1)[["code", "target", *ledger.BASIS]]
    last = last.rename(columns={"score": "score_planned"})
    given_up = plan["status"].eq("withdrawn").groupby(plan["code"]).all().rename("given_up")
    links = codebook.links(index_versions, year - 1, year)
    links = links.rename(columns={"subdimension": "code"})[["code", "comparable", "same_block"]]
    rows = last.merge(_moves(levels, province, year), on="code", how="left")
    rows = rows.merge(links, on="code", how="left").join(given_up, on="code")
    table = plan[["year", *_SAID]].merge(judge(rows), on="code", how="left")
    return table.assign(reached=_reached(table))[COLUMNS]


def _moves(levels: pd.DataFrame, province: str, year: int) -> pd.DataFrame:
    """The scores of a province in two years by code, and the mean change of the country."""
    scores = levels[levels["level"].eq("subdimension") & levels["year"].isin([year - 1, year])]
    wide = scores.pivot(index=["code", "province"], columns="year", values="score")
    wide = wide.reindex(columns=[year - 1, year]).set_axis(["score_before", "score"], axis=1)
    change = (wide["score"] - wide["score_before"]).groupby("code")
    country = pd.DataFrame({"national_change": change.mean(), "n": change.count()})
    own = wide[wide.index.get_level_values("province") == province].droplevel("province")
    return country.join(own).reset_index()


def judge(frame: pd.DataFrame) -> pd.DataFrame:
    """Criteria set beside what they would have done without action.

    Parameters
    ----------
    frame : DataFrame
        code, score_before and score of the two years (points, NaN where there is none),
        score_planned (score_before as it was when the plan was made), national_change, n,
        no_action, no_action_sd, comparable, same_block, given_up.

    Returns
    -------
    DataFrame
        code and the columns of `review` from score_before to verdict, and revised.
    """
    expected = frame["no_action"] + frame["national_change"]
    low, high = ledger.forecast_range(expected, frame["no_action_sd"])
    change = frame["score"] - frame["score_before"]
    reasons = {
        "absent": change.isna(),
        "not_comparable": ~frame["comparable"].eq(True),
        "redrawn": ~frame["same_block"].eq(True),
        "withdrawn": frame["given_up"].eq(True),
        "above": frame["score"] > high,
        "below": frame["score"] < low,
    }
    verdict = np.select(list(reasons.values()), list(reasons), "within")
    judged = pd.Series(verdict, index=frame.index).isin([*JUDGED, "withdrawn"])
    beside = judged | (verdict == "redrawn")
    return frame.assign(
        change=change.where(beside), national_change=frame["national_change"].where(beside),
        expected=expected.where(judged), low=low.where(judged), high=high.where(judged),
        effect=(frame["score"] - expected).where(judged), verdict=verdict,
        revised=(frame["score_before"] - frame["score_planned"]).abs() > REVISED,
    )  # fmt: skip


def _reached(table: pd.DataFrame) -> pd.Series:
    """Whether each score is at its target as printed; None where it may not be said."""
    score = table["score"].round(2)
    unknown = score.isna() | table["verdict"].isin(["not_comparable"])
    return (score >= table["target"].round(2)).astype(object).mask(unknown, None)


def wanted(entries: pd.DataFrame, total: float | None, group: int | None, year: int) -> list[dict]:
    """What was wanted of the total and the group in the plan of the year before, and what came.

    Parameters
    ----------
    entries : DataFrame
        The ledger.
    total, group : number, optional
        Total (points) and group (1 the lowest) of `year`, None where there is none.
    year : int

    Returns
    -------
    list of dict
        what ("total" or "group"), before, target, wanted (their difference), came (None where
        there is none), reached (bool, None without a result).
    """
    rows = ledger.current(entries, year - 1)
    came = {"total": total, "group": group}
    return [
        {"what": row.code, "before": row.score, "target": row.target,
         "wanted": round(row.target - row.score, 6), "came": came[row.code],
         "reached": None if came[row.code] is None else came[row.code] >= row.target - 5e-3}
        for row in rows[rows["code"].isin(ledger.WHOLE_INDEX)].itertuples()
    ]  # fmt: skip


def criteria(table: pd.DataFrame) -> pd.DataFrame:
    """A review with one row per criterion, and actions and done (how many of its actions)."""
    counted = table.groupby("code")["status"].agg(
        actions="size", done=lambda status: int(status.eq("done").sum())
    )
    own = ["line", "action", "deadline", "status", "evidence"]
    rows = table.drop_duplicates("code").drop(columns=own)
    return rows.merge(counted, on="code").reset_index(drop=True)

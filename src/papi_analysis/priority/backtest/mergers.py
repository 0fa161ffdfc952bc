"""The back-test of what merged provinces are told: the mergers of 2025 applied to the past.

At every redraw of the past the own scores of the units are made of the published ones of their
parts. A weighted mean of several surveys has the share W2 = Σ w² of the error of one, so for a
survey of one sample the rest of its variance is drawn and added: (1 - W2) of the part of a sample
block and of that of a year (see `priority.merger`). The truth so made shares the model in that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from papi_analysis import cache, places
from papi_analysis.data import panel as panels
from papi_analysis.i18n import mark
from papi_analysis.priority import merger
from papi_analysis.priority.arrays import panel_arrays, quantiles
from papi_analysis.priority.backtest.reliability import logit_slope
from papi_analysis.priority.forecast import Parts, parts
from papi_analysis.priority.headroom import TOP
from papi_analysis.priority.merged import MOST_STATED
from papi_analysis.priority.shrinkage import Z90, Level
from papi_analysis.stats import resampling

#: Surveys drawn at each redraw, draws behind a probability, and their seed.
SURVEYS, CHANCES, SEED = 20, 1000, 84
#: Forecasts of the first own score, and of the second one.
BEFORE = {
    "last": mark("weighted mean of the last scores"),
    "parts_only": mark("weighted forecasts, errors of the forecasts alone"),
    "forecast": mark("weighted forecasts, one sample"),
}
AFTER = {
    "history": mark("history only"),
    "own": mark("own score only, shrunk"),
    "two_step": mark("history and own score"),
}


@dataclass(frozen=True)
class Redraw:
    """A redraw of the past: what was known before it, and own scores of the units after it.

    `codes` are places of the criteria in `known.data`, `surveys` (years × draws × units × codes)
    the own scores of the first and, where it was of the same places, of the second year after.
    """

    known: Parts
    codes: np.ndarray
    surveys: np.ndarray

    @property
    def merged(self) -> np.ndarray:
        """Which units are made of several parts (bool)."""
        return (self.known.weight > 0).sum(axis=1) > 1

    @property
    def level(self) -> Level:
        """The forecasts of the parts in these criteria."""
        held = self.known.level
        return Level(*(values[:, self.codes] for values in
                       (held.mean, held.predictive, held.years)))  # fmt: skip


def redraws(panel: pd.DataFrame, years: int) -> Iterator[Redraw]:
    """Every redraw of the past that is followed by so many years in the same places."""
    later = places.MERGER.year
    data = panel_arrays(panels.seen_from(panel, later - 1))
    rng = resampling.generator(SEED)
    for last in range(1, len(data.years) - years):
        after = range(last + 1, last + 1 + years)
        blocks = {data.block[year] for year in after}
        if len(blocks) > 1 or data.block[last] in blocks:
            continue
        known = parts(data, int(data.years[last]), later)
        same = [data.composition[last] == data.composition[year] for year in after]
        codes = np.flatnonzero(np.all(same, axis=0) & (data.composition[last] >= 0))
        left = 1 - (known.weight**2).sum(axis=1)[:, None]
        within, across = known.within[codes], known.across[codes]
        shape = (SURVEYS, len(known.weight), len(codes))
        block = rng.standard_normal(shape) * np.sqrt(left * (within - across))
        yield Redraw(known, codes, np.stack([
            _whole(data.z[year][:, codes], known.weight) + block
            + rng.standard_normal(shape) * np.sqrt(left * (1 - within))
            for year in after
        ]))  # fmt: skip


def _whole(z: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted means of the units all of whose parts are published; NaN else."""
    missing = (weight > 0).astype(float) @ ~np.isfinite(z)
    return np.where(missing > 0, np.nan, weight @ np.where(np.isfinite(z), z, 0.0))


@cache.memoize
def before(panel: pd.DataFrame) -> pd.DataFrame:
    """How well the first own score of merged units is foretold at the redraws of the past.

    Returns
    -------
    DataFrame
        model (key of `BEFORE`), mse (SD² of the provinces), coverage (of 90 % intervals), slope (of
        the stated P(top 5); 1 is right), brier, capture (share of the gaps of the true first five),
        stated, realised (where P is `MOST_STATED` or more), forecasts.
    """
    held: dict[str, list] = {name: [] for name in BEFORE}
    for redraw in redraws(panel, 1):
        truth, known = redraw.surveys[0], redraw.known
        across = known.across[redraw.codes]
        full = merger.before_own(redraw.level, known.weight, across)
        bare = merger.before_own(redraw.level, known.weight, across, sample=None)
        z = known.data.z[known.data.at(known.year)][:, redraw.codes]
        last = _whole(z, known.weight)
        spread = np.nanmean((truth - last) ** 2, axis=(0, 1))  # the best that it could know
        models = {
            "last": (last, np.broadcast_to(spread, last.shape)),
            "parts_only": (full.mean, bare.predictive),
            "forecast": (full.mean, full.predictive),
        }
        for name, (mean, variance) in models.items():
            held[name].append(_judged(mean, np.sqrt(variance), truth, redraw.merged))
    return pd.DataFrame([{"model": name, **_summary(rows)} for name, rows in held.items()])


def _judged(
    mean: np.ndarray, sd: np.ndarray, truth: np.ndarray, merged: np.ndarray
) -> dict[str, np.ndarray]:
    """Errors, chances and what came true for merged units of which all is known."""
    whole = np.isfinite(mean).all(axis=1) & np.isfinite(truth[0]).all(axis=1)
    mean, sd, truth, own = mean[whole], sd[whole], truth[:, whole], merged[whole]
    rng, chance = resampling.generator(SEED), np.zeros(mean.shape)
    for _ in range(CHANCES):
        score = mean + sd * rng.standard_normal(mean.shape)
        chance += _first(quantiles(score, 0.75) - score)
    gap = np.stack([quantiles(one, 0.75) for one in truth])[:, None] - truth
    happened, chosen = _first(gap), _first(quantiles(mean, 0.75) - mean)
    behind = np.maximum(gap, 0.0)
    error = (truth - mean)[:, own]
    return {
        "error": error.ravel(),
        "inside": (np.abs(error) <= Z90 * sd[own]).ravel(),
        "p": np.broadcast_to(chance[own] / CHANCES, error.shape).ravel(),
        "happened": happened[:, own].ravel(),
        "got": np.where(chosen, behind, 0.0)[:, own].ravel(),
        "best": np.where(happened, behind, 0.0)[:, own].ravel(),
    }


def _first(gap: np.ndarray) -> np.ndarray:
    """Which criteria are among the `TOP` furthest behind, over the last axis."""
    place = gap.shape[-1] - TOP
    return gap >= np.partition(gap, place, axis=-1)[..., [place]]


def _summary(rows: list[dict[str, np.ndarray]]) -> dict[str, float]:
    """The figures of a model over all redraws."""
    all_of = {name: np.concatenate([row[name] for row in rows]) for name in rows[0]}
    p, happened = all_of["p"], all_of["happened"].astype(float)
    kept = np.clip(p, 1 / CHANCES, 1 - 1 / CHANCES)
    high = p >= MOST_STATED
    return {
        "mse": float((all_of["error"] ** 2).mean()),
        "coverage": float(all_of["inside"].mean()),
        "slope": float(logit_slope(np.log(kept / (1 - kept)), happened)),
        "brier": float(((p - happened) ** 2).mean()),
        "capture": float(all_of["got"].sum() / all_of["best"].sum()),
        "stated": float(p[high].mean()) if high.any() else np.nan,
        "realised": float(happened[high].mean()) if high.any() else np.nan,
        "forecasts": len(p) // SURVEYS,
    }


@cache.memoize
def after(panel: pd.DataFrame) -> pd.DataFrame:
    """How well the second own score of merged units is foretold with the first one known.

    Returns
    -------
    DataFrame
        model (key of `AFTER`), mse (SD² of the provinces), coverage (of 90 % intervals), forecasts.
    """
    held: dict[str, list] = {name: [] for name in AFTER}
    for redraw in redraws(panel, 2):
        known, (first, second) = redraw.known, redraw.surveys
        within, across = known.within[redraw.codes], known.across[redraw.codes]
        gamma = merger.kinship(known.data, known.year, known.weight)
        prior = merger.prior(redraw.level, known.weight, within, across, gamma)
        own = redraw.merged & np.isfinite(first[0]).all(axis=1) & np.isfinite(second[0]).all(axis=1)
        for one, two in zip(first[: SURVEYS // 4], second, strict=False):
            both = merger.after_own(prior, one[None], np.array(["after"]))["same"]
            models = {
                "history": (prior.h, prior.u + 1 - across),
                "own": (within * one, np.broadcast_to(1 - within**2, one.shape)),
                "two_step": (both.mean, both.predictive),
            }
            for name, (mean, variance) in models.items():
                error = (two - mean)[own]
                inside = np.abs(error) <= Z90 * np.sqrt(variance[own])
                held[name].append(np.stack([error.ravel() ** 2, inside.ravel()]))
    rows = []
    for name, found in held.items():
        square, inside = np.concatenate(found, axis=1)
        rows.append({"model": name, "mse": square.mean(), "coverage": inside.mean(),
                     "forecasts": len(square) // (SURVEYS // 4)})  # fmt: skip
    return pd.DataFrame(rows)

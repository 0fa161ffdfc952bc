"""The next year's score of every province, foretold from its own and its neighbours' past.

Every sub-dimension is taken inside its year as a z-score. With i, j provinces and s, t years of one
composition, the covariance of two scores is

    cov(z_is, z_jt) = A δ_ij + G g_ij + δ_ij Σ_k S_k ρ_k^|s-t| + B δ_ij b_st + N f_i δ_ij δ_st

where A is the lasting part of the province's own, G that which it shares with its neighbours, with
g_ij from exp(-distance / 150 km), doubly centred and of mean 1 on its diagonal, S_k slow parts that
decay with the lag, B what the places of one sample block share (b_st is 1 inside a block), and N
what comes and goes within a year, times a factor f_i of the province. The shares are found by
non-negative least squares (Lawson & Hanson 1974) from correlations at each lag, drawn towards those
of all sub-dimensions; a sub-dimension that hardly moves keeps its own. The forecast is the best
linear prediction (kriging: Cressie 1993, Statistics for Spatial Data, ch. 3; Rasmussen & Williams
2006, Gaussian Processes for Machine Learning, ch. 2) of the next year, in the same places or, told
of it, in places drawn anew. Own code because the weights of several hundred scores are one solution
of a linear system, and no kept library takes the factor of a province.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import nnls

from papi_analysis import boundaries, cache, places
from papi_analysis.errors import DataError
from papi_analysis.priority import merger
from papi_analysis.priority.arrays import PanelArrays, panel_arrays
from papi_analysis.priority.merger import PLACES
from papi_analysis.priority.shrinkage import (
    PERSISTENT,
    PRIOR_ACROSS,
    PRIOR_WITHIN,
    Level,
    pair_correlations,
    year_correlations,
    year_to_year,
)

#: Kilometres over which the likeness of two provinces falls to 1/e.
RANGE_KM = 150.0
#: Yearly persistence of the slow parts.
DECAYS = (0.6,)
#: The same for sub-dimensions that hardly move.
OWN_DECAYS = (0.7, 0.97)
#: Weight of the correlations of all sub-dimensions, in pairs of years.
PRIOR_WEIGHT = 6.0
#: Correlation across a redraw of the places as a share of that from year to year, before any redraw
#: has been seen, and the weight of this in pairs of years.
ACROSS, ACROSS_WEIGHT = 0.6, 60.0
#: Recalibration: factor on the variance of a forecast that is told of a redraw. It was set on the
#: three redraws of the past together, so the back-test is not blind to it.
REDRAWN_VARIANCE = 1.2
#: The same for sub-dimensions that hardly move.
OWN_WEIGHT = 0.5
#: Weight, in pairs of years, with which the spatial share is drawn to that of all.
SPATIAL_WEIGHT = 10.0
SPATIAL_BOUNDS = (0.0, 0.9)
#: Weight, in scores, with which the noise of a province is drawn towards that of the country.
NOISE_WEIGHT = 60.0
#: Least share of what comes and goes within a year.
LEAST_NOISE = 0.02
#: Years that a forecast rests on, the present one included.
HISTORY = 10

_KM_PER_DEGREE_LATITUDE = 110.57
_KM_PER_DEGREE_LONGITUDE = 111.32  # at the equator


#: Half width of the 90 % range of a forecast in points, in standard errors. Student's t with the
#: freedom of the fewest provinces that were scored, 57, widened for the error of their mean: with
#: `Z90` chance alone would lie above the range in more than 5 % of cases.
HALF_WIDTH = 1.69
#: What to add for an effect to be found beyond the range with probability .80.
POWER_80 = 0.842


def headline(year: int) -> str:
    """Which of `PLACES` is spoken of first: redrawn from the first round of the new provinces on.

    Since the merger every round is drawn in new units and without districts.
    """
    return "redrawn" if year >= places.MERGER.year else "same"


@dataclass(frozen=True)
class Shares:
    """The parts of the variance of a sub-dimension, summing to 1 (see the module)."""

    own: float
    shared: float
    slow: np.ndarray
    block: float
    noise: float
    decays: tuple[float, ...]


def neighbourhood(points: pd.DataFrame, provinces: tuple[str, ...]) -> np.ndarray:
    """How much two provinces share of a lasting level: exp(-distance / `RANGE_KM`), centred.

    Parameters
    ----------
    points : DataFrame
        Index code; lon, lat (degrees).
    provinces : tuple of str
        Codes, in the order of the result.

    Returns
    -------
    ndarray, provinces × provinces
        Rows sum to 0, as z-scores do; the mean of the diagonal is 1.

    Raises
    ------
    DataError
        When a province has no point.
    """
    lost = [code for code in provinces if code not in points.index]
    if lost:
        raise DataError(
            "No point for {n} {n:province|provinces}: {codes}. Give every scored province a place.",
            n=len(lost),
            codes=", ".join(lost[:10]),
        )
    place = points.loc[list(provinces), ["lon", "lat"]].to_numpy(dtype=float)
    shrink = np.cos(np.radians((place[:, None, 1] + place[None, :, 1]) / 2))
    east = (place[:, None, 0] - place[None, :, 0]) * shrink * _KM_PER_DEGREE_LONGITUDE
    north = (place[:, None, 1] - place[None, :, 1]) * _KM_PER_DEGREE_LATITUDE
    likeness = np.exp(-np.hypot(east, north) / RANGE_KM)
    mean = likeness.mean(axis=0)
    centred = likeness - mean[:, None] - mean[None, :] + mean.mean()
    return centred / np.trace(centred) * len(centred)


def spatial_slopes(data: PanelArrays, likeness: np.ndarray) -> np.ndarray:
    """Slope of the products of two provinces' z-scores on their likeness, years × years × codes.

    An estimate of the shared lasting part from every pair of years of one composition; NaN else.
    """
    apart = likeness - np.diag(np.diag(likeness))
    off = ~np.eye(len(apart), dtype=bool)
    apart[off] -= apart[off].mean()
    there = np.isfinite(data.z).astype(float)
    z = np.where(np.isfinite(data.z), data.z, 0.0)
    n = len(data.years)
    found = np.full((n, n, len(data.codes)), np.nan)
    for late in range(1, n):
        for early in range(late):
            same = (data.composition[early] == data.composition[late]) & (
                data.composition[late] >= 0
            )
            a, b = z[early][:, same], z[late][:, same]
            size = (there[early][:, same] * (apart**2 @ there[late][:, same])).sum(axis=0)
            with np.errstate(invalid="ignore", divide="ignore"):
                found[early, late, same] = (a * (apart @ b)).sum(axis=0) / size
    return found


def noise_factors(data: PanelArrays, year: int) -> np.ndarray:
    """How much more or less than the others each province moves within a sample block, squared.

    Deviations of its z-scores from their mean over the years of one block and composition, set
    against the mean square of the sub-dimension, and drawn towards 1 with `NOISE_WEIGHT`.
    """
    last = data.at(year)
    squares, freedom = np.zeros((2, len(data.provinces)))
    for block in dict.fromkeys(data.block[: last + 1]):
        years = np.flatnonzero(data.block[: last + 1] == block)
        for composition in np.unique(data.composition[years]):
            if composition < 0:
                continue
            mine = data.composition[years] == composition  # years × codes
            z = np.where(mine[:, None, :], data.z[years], np.nan)
            n = np.isfinite(z).sum(axis=0)
            with np.errstate(invalid="ignore", divide="ignore"):
                apart = z - np.nansum(z, axis=0) / n
            ss = np.nansum(apart**2, axis=0)
            df = np.maximum(n - 1, 0)
            total = df.sum(axis=0)
            scale = np.divide(ss.sum(axis=0), total, out=np.ones(len(total)), where=total > 0)
            squares += (ss / np.where(scale > 0, scale, 1.0)).sum(axis=1)
            freedom += df.sum(axis=1)
    return (NOISE_WEIGHT + squares) / (NOISE_WEIGHT + freedom)


@dataclass(frozen=True)
class Moments:
    """Correlations between years and spatial slopes up to a year, and how far apart the years are.

    All are years × years × codes or years × years.
    """

    r: np.ndarray
    slope: np.ndarray
    lag: np.ndarray
    same: np.ndarray


def moments(data: PanelArrays, likeness: np.ndarray) -> Moments:
    """What the shares of all sub-dimensions are found from."""
    lag = np.abs(data.years[:, None] - data.years[None, :])
    same = data.block[:, None] == data.block[None, :]
    return Moments(pair_correlations(data), spatial_slopes(data, likeness), lag, same)


def _pooled(known: Moments, last: int) -> tuple[np.ndarray, float]:
    """Lag, same block, mean correlation and weight of each kind of pair, and the mean slope."""
    r = known.r[: last + 1, : last + 1]
    count = np.isfinite(r).sum(axis=2)
    total = np.nansum(r, axis=2)
    lags, sames = known.lag[: last + 1, : last + 1], known.same[: last + 1, : last + 1]
    near = (lags == 1) & sames
    across = ACROSS * total[near].sum() / max(count[near].sum(), 1)
    rows = []
    for lag in range(1, HISTORY + 1):
        for same in (True, False):
            cell = (lags == lag) & (sames == same)
            prior = ACROSS_WEIGHT if lag <= 2 and not same else 0.0
            n = count[cell].sum() + prior
            if n:
                rows.append((lag, same, (total[cell].sum() + prior * across) / n, n))
    table = np.array(rows, dtype=float)
    return table, float(np.nanmean(known.slope[: last + 1, : last + 1]))


def shares(
    known: Moments, last: int, code: int, pooled: tuple[np.ndarray, float], *, steady: bool
) -> Shares:
    """The parts of the variance of one sub-dimension, from what was known in a year."""
    cells, slope = pooled
    weight = OWN_WEIGHT if steady else PRIOR_WEIGHT
    decays = OWN_DECAYS if steady else DECAYS
    early, late = np.nonzero(np.isfinite(known.r[: last + 1, : last + 1, code]))
    lag = np.concatenate([known.lag[early, late], cells[:, 0]])
    same = np.concatenate([known.same[early, late], cells[:, 1]]).astype(float)
    value = np.concatenate([known.r[early, late, code], cells[:, 2]])
    size = np.concatenate([np.ones(len(early)), weight * cells[:, 3] / cells[:, 3].sum()])
    slopes, level = known.slope[early, late, code], known.r[early, late, code]
    common = (slopes.sum() + SPATIAL_WEIGHT * slope) / (
        level.sum() + SPATIAL_WEIGHT * np.average(cells[:, 2], weights=cells[:, 3])
    )
    common = float(np.clip(common, *SPATIAL_BOUNDS))
    design = np.column_stack([np.ones(len(lag)), *(rho**lag for rho in decays), same])
    root = np.sqrt(size)
    part, _ = nnls(design * root[:, None], value * root)
    most = 1 - LEAST_NOISE
    if part.sum() > most:
        part *= most / part.sum()
    lasting = part[0]
    return Shares(
        (1 - common) * lasting, common * lasting, part[1:-1], part[-1], 1 - part.sum(), decays
    )


def forecast(
    data: PanelArrays, year: int, likeness: np.ndarray, *, known: Moments | None = None
) -> dict[str, Level]:
    """The expected z-score of every province in the year after `year`, and its variance.

    Parameters
    ----------
    data : PanelArrays
        Years after `year` are not looked at.
    year : int
    likeness : ndarray, provinces × provinces
        See `neighbourhood`.
    known : Moments, optional
        See `moments`; computed when not given.

    Returns
    -------
    dict of Level
        By the places of the next survey, "same" or "redrawn": `mean`, `predictive` (variance of
        the next published score), `years` (of its own that a forecast rests on).
    """
    known = moments(data, likeness) if known is None else known
    last = data.at(year)
    steady = year_to_year(data, known.r, year) >= PERSISTENT
    pooled, factors = _pooled(known, last), noise_factors(data, year)
    years = np.full(data.z.shape[1:], np.nan)
    found = {form: Level(np.full(years.shape, np.nan), years.copy(), years) for form in PLACES}
    for code in data.current(year):
        window = np.arange(max(0, last - HISTORY + 1), last + 1)
        window = window[data.composition[window, code] == data.composition[last, code]]
        part = shares(known, last, code, pooled, steady=bool(steady[code]))
        z = data.z[window, :, code]
        at, who = np.nonzero(np.isfinite(z))
        past, here = (window[at], who), np.flatnonzero(np.isfinite(z[-1]))
        among = _covariance(part, data, likeness, past, past)
        among[np.diag_indices_from(among)] += part.noise * factors[who]
        factor = cho_factor(among, lower=True)
        lasting = part.own + part.shared * np.diag(likeness)[here] + part.slow.sum() + part.block
        years[here, code] = np.isfinite(z[:, here]).sum(axis=0)
        for form, level in found.items():
            redrawn = form == "redrawn"
            ahead = _covariance(part, data, likeness, past, (None, here), redrawn=redrawn)
            weights = cho_solve(factor, ahead)
            left = np.maximum(lasting - (ahead * weights).sum(axis=0), 1e-4)
            wider = REDRAWN_VARIANCE if redrawn else 1.0
            level.mean[here, code] = weights.T @ z[at, who]
            level.predictive[here, code] = wider * (left + part.noise * factors[here])
    return found


def _covariance(
    part: Shares,
    data: PanelArrays,
    likeness: np.ndarray,
    first: tuple[np.ndarray, np.ndarray],
    second: tuple[np.ndarray | None, np.ndarray],
    *,
    redrawn: bool = False,
) -> np.ndarray:
    """Covariance without noise of scores (place of the year, province); None is the coming year."""
    (when, who), (then, whom) = first, second
    coming, last = then is None, when.max()
    ends = np.full(len(whom), data.years[last] + 1) if then is None else data.years[then]
    blocks = np.full(len(whom), data.block[last], object) if then is None else data.block[then]
    found = part.shared * likeness[np.ix_(who, whom)]
    one, other = np.nonzero(who[:, None] == whom[None, :])
    lag = np.abs(data.years[when][one] - ends[other])
    same = data.block[when][one] == blocks[other]
    found[one, other] += part.own + part.block * (same & ~(coming and redrawn))
    for size, rho in zip(part.slow, part.decays, strict=True):
        found[one, other] += size * rho**lag
    return found


@dataclass(frozen=True)
class Outlook:
    """What is expected of the survey after a year if the country stands still, in points.

    `codes` are places of the sub-dimensions of the year. By `PLACES`, `expected` holds the next
    score and `sd` its standard error, provinces × codes (NaN where absent); `history` counts the
    years of its own that each rests on.
    """

    data: PanelArrays
    year: int
    codes: np.ndarray
    expected: dict[str, np.ndarray]
    sd: dict[str, np.ndarray]
    history: np.ndarray

    @property
    def score(self) -> np.ndarray:
        """The published scores of the year, provinces × codes."""
        return self.data.score[self.data.at(self.year)][:, self.codes]


def outlook(panel: pd.DataFrame, year: int, points: pd.DataFrame | None = None) -> Outlook:
    """The forecast of every province from a year; later years are not looked at.

    Parameters
    ----------
    panel : DataFrame
        See `panel.load`.
    year : int
    points : DataFrame, optional
        Index code; lon, lat (degrees); by default those of the provinces of the country.
    """
    data = panel_arrays(panel, year)
    codes, points = data.current(year), boundaries.middles() if points is None else points
    if places.lasting(year):
        found = _from_former(panel[panel["year"] <= year], data, year, points)
    else:
        found = foretold(data, year, points)
    pairs = {form: in_points(data, year, level) for form, level in found.items()}
    return Outlook(
        data,
        year,
        codes,
        {form: mean[:, codes] for form, (mean, _) in pairs.items()},
        {form: sd[:, codes] for form, (_, sd) in pairs.items()},
        found["same"].years[:, codes],
    )


def foretold(
    data: PanelArrays, year: int, points: pd.DataFrame | None = None
) -> dict[str, Level]:
    """What `forecast` says in a year, computed once for all who ask.

    Levels have the provinces and sub-dimensions of `data`; what came after the year is NaN.
    """
    cut, rows, codes = data.until(year)
    points = _middles() if points is None else points
    key = cache.digest("forecast", (cut, points.loc[points.index.isin(cut.provinces)]))
    if key not in _KNOWN:
        _KNOWN[key] = _foretold(cut, points)
        if len(_KNOWN) > _MOST_KNOWN:
            del _KNOWN[next(iter(_KNOWN))]
    whole = {}
    for form, level in _KNOWN[key].items():
        parts = (np.full(data.z.shape[1:], np.nan) for _ in range(3))
        whole[form] = Level(*parts)
        for name in ("mean", "predictive", "years"):
            getattr(whole[form], name)[np.ix_(rows, codes)] = getattr(level, name)
    return whole


def _middles() -> pd.DataFrame:
    """Where the provinces lie, under the codes that ended ones have in later tables too."""
    points = boundaries.middles()
    last = int(places.geographies()["first_round"].iloc[-1])
    ended = {key: code for (_, code), key in places.lasting(last).items() if key != code}
    return pd.concat([points, points.loc[list(ended.values())].set_axis(list(ended), axis=0)])


#: Forecasts of this process by what they rest on; the back-test asks for all years many times.
_KNOWN: dict[str, dict[str, Level]] = {}
_MOST_KNOWN = 40


@cache.memoize
def _foretold(data: PanelArrays, points: pd.DataFrame) -> dict[str, Level]:
    return forecast(data, int(data.years[-1]), neighbourhood(points, data.provinces))


@dataclass(frozen=True)
class Parts:
    """The former provinces up to their last round: arrays, forecasts and correlations.

    `level` is told of a redraw; `within` and `across` are correlations between two years of a
    province inside a sample block and across blocks, per code; `weight` (units × provinces) is how
    the provinces of a later round are made of them, `units` their codes.
    """

    year: int
    data: PanelArrays
    level: Level
    within: np.ndarray
    across: np.ndarray
    units: tuple[str, ...]
    weight: np.ndarray


def parts(data: PanelArrays, year: int, later: int, points: pd.DataFrame | None = None) -> Parts:
    """What is known in a year of the provinces that those of a later round are made of."""
    points = boundaries.middles() if points is None else points
    level = forecast(data, year, neighbourhood(points, data.provinces))["redrawn"]
    within, across = year_correlations(data, pair_correlations(data), year)
    return Parts(year, data, level, within, across, *merger.weights(later, data.provinces))


@cache.memoize
def _from_former(
    panel: pd.DataFrame, data: PanelArrays, year: int, points: pd.DataFrame
) -> dict[str, Level]:
    """The forecast of provinces that were made of former ones (see `merger`).

    The scores of their own rounds are set against the provinces' spread of before; a criterion that
    is made of other questions since then has no history.
    """
    first = int(places.geography(year)["first_round"])
    codes = {key: code for (_, code), key in places.lasting(year).items()}
    before = panel[panel["year"].lt(first)]
    former = panel_arrays(before.assign(province=before["province"].map(codes)))
    known = parts(former, int(former.years[-1]), year, points)
    last, now = former.at(known.year), data.at(year)
    at = np.array([former.codes.index(c) if c in former.codes else -1 for c in data.codes])
    held = (at >= 0) & (former.composition[last, at] == data.composition[now])
    level = Level(
        *(
            np.where(held, values[:, at], np.nan)
            for values in (known.level.mean, known.level.predictive, known.level.years)
        )
    )
    within = np.where(held, known.within[at], PRIOR_WITHIN)
    across = np.where(held, known.across[at], PRIOR_ACROSS)
    gamma = merger.kinship(former, known.year, known.weight)
    prior = merger.prior(level, known.weight, within, across, gamma)
    centre = prior.h.mean(axis=0)
    own, who = data.years >= first, np.searchsorted(data.provinces, known.units)
    same = data.composition[own] == data.composition[now]
    z = np.where(same[:, None, :], data.z[own][:, who], np.nan) * prior.factor + centre
    found = {}
    years = merger.years_of_parts(level.years, known.weight)
    there = np.isfinite(data.z[now])
    for form, ahead in merger.after_own(prior, z, data.block[own]).items():
        filled = Level(*(np.full(data.z.shape[1:], np.nan) for _ in range(3)))
        filled.mean[who] = (ahead.mean - centre) / prior.factor
        filled.predictive[who] = ahead.predictive / prior.factor**2
        filled.years[who] = ahead.years + np.nan_to_num(years)
        found[form] = Level(*(np.where(there, values, np.nan) for values in
                              (filled.mean, filled.predictive, filled.years)))  # fmt: skip
    return found


def in_points(data: PanelArrays, year: int, level: Level) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard error of a level in points of a year, provinces × all codes."""
    mean, sd = data.mean[data.at(year)], data.sd[data.at(year)]
    return mean + sd * level.mean, sd * np.sqrt(level.predictive)


def detectable(sd: float | np.ndarray) -> float | np.ndarray:
    """The effect in points that next year's score shows beyond that range with probability .80."""
    return (HALF_WIDTH + POWER_80) * sd

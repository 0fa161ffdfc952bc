"""The tidy panel, year × province × sub-dimension, with dimension scores, totals and absences.

A score that is missing has a reason, and a dimension or total exists only where every
sub-dimension of that year is published. Every year has the provinces of its own round: `load` gives
them as published, `seen_from` as the round of one year names them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from papi_analysis import cache, places
from papi_analysis.data import codebook, embedded
from papi_analysis.errors import DataError, ParameterError, SourceError
from papi_analysis.i18n import mark

__all__ = [
    "check",
    "coverage",
    "history",
    "latest_year",
    "levels",
    "load",
    "longest",
    "require_score",
    "require_scores",
    "seen_from",
    "wide",
]


def __dir__() -> list[str]:
    return __all__


#: Why a score is absent; "" marks a score that is there.
ABSENCES = {
    "": "published",
    "not_published": "in the index of the year, but not published for this province",
    "incomplete": "some of its sub-dimensions are not published for this province",
}

LEVELS = ("subdimension", "dimension", "total")
#: The columns of `levels`.
LEVELLED = ["year", "province", "level", "dimension", "code", "score", "absence"]
_FROM_REGIME = [
    "dimension",
    "scale_min",
    "scale_max",
    "composition",
    "comparable",
    "sample_block",
]
_NO_CODE = mark("No province has the code {value!r}. Give a GSO code of data/papi/provinces.csv.")
_TOLERANCE = 0.005  # points; the published scales are rounded to two decimals


@cache.memoize
def load(data: str | Path | None = None) -> pd.DataFrame:
    """The panel: every sub-dimension of every year's index for every province of its round.

    Returns
    -------
    DataFrame
        year, province (GSO code), dimension, subdimension, score (points; NaN where absent),
        absence (a key of `ABSENCES`), scale_min, scale_max (points), composition, comparable,
        sample_block; sorted by year, province and sub-dimension.

    Raises
    ------
    SourceError
        When a key is doubled or a score belongs to no known regime or province.
    """
    scores = embedded.scores(data)
    index_versions = codebook.index_versions(data).sort_values(
        ["year", "dimension", "subdimension"]
    )
    years = index_versions[["year"]].drop_duplicates()
    units = [
        places.units_of(year, data)[["code"]].sort_values("code").assign(year=year)
        for year in years["year"].tolist()
    ]
    units = pd.concat(units).rename(columns={"code": "province"})[["year", "province"]]
    _check_keys(scores, index_versions, units)
    frame = units.merge(index_versions, on="year")
    frame = frame.merge(scores, on=["year", "province", "subdimension"], how="left")
    frame["absence"] = np.where(frame["score"].isna(), "not_published", "")
    columns = ["year", "province", "dimension", "subdimension", "score", "absence"]
    return frame[columns + _FROM_REGIME[1:]]


def seen_from(table: pd.DataFrame, year: int, data: str | Path | None = None) -> pd.DataFrame:
    """A table of years and provinces as the round of a year has to read it.

    Provinces that are whole and the same keep one code over all years; those that had ended by
    then are `places.former` ones, so that no code means two provinces. Rounds of a later division
    of the country are left out.

    Parameters
    ----------
    table : DataFrame
        With columns year and province, as `load` gives them.
    year : int
    """
    codes = places.lasting(year, data)
    last = int(places.geography(year, data)["last_round"])
    if last:
        table = table[table["year"].le(last)]
    if not codes:
        return table
    firsts = {int(y): int(places.geography(int(y), data)["first_round"])
              for y in table["year"].unique()}  # fmt: skip
    keys = zip(table["year"].map(firsts), table["province"], strict=True)
    return table.assign(province=[codes.get(key, key[1]) for key in keys])


def longest(table: pd.DataFrame, data: str | Path | None = None) -> pd.DataFrame:
    """The rounds of the division of the country that has most of them: what a back-test needs."""
    firsts = [int(places.geography(int(year), data)["first_round"])
              for year in table["year"].unique()]  # fmt: skip
    return seen_from(table, max(set(firsts), key=lambda first: (firsts.count(first), first)), data)


def _check_keys(scores: pd.DataFrame, index_versions: pd.DataFrame, units: pd.DataFrame) -> None:
    doubled = scores[scores.duplicated(["year", "province", "subdimension"])]
    known = pd.MultiIndex.from_frame(index_versions[["year", "subdimension"]])
    there = pd.MultiIndex.from_frame(units)
    keys = pd.MultiIndex.from_frame(scores[["year", "subdimension"]])
    place = pd.MultiIndex.from_frame(scores[["year", "province"]])
    strange = scores[~keys.isin(known) | ~place.isin(there)]
    if len(doubled) or len(strange):
        first = pd.concat([doubled, strange]).iloc[0]
        raise SourceError(
            "scores.csv holds {doubled} doubled {doubled:row|rows} and {strange} "
            "{strange:row|rows} of no known province or sub-dimension of their year; the first "
            "is {year}, {province}, {code}.",
            doubled=len(doubled),
            strange=len(strange),
            year=int(first["year"]),
            province=first["province"],
            code=first["subdimension"],
        )


def levels(panel: pd.DataFrame) -> pd.DataFrame:
    """Scores at every level: sub-dimensions as published, dimensions and totals as their sums.

    Returns
    -------
    DataFrame
        year, province, level (one of `LEVELS`), dimension ("" for totals), code (sub-dimension,
        dimension number or "total"), score, absence.
    """
    subs = panel.assign(level="subdimension", code=panel["subdimension"])
    dims = _sums(panel, ["year", "province", "dimension"])
    dims = dims.assign(level="dimension", code=dims["dimension"])
    totals = _sums(panel, ["year", "province"])
    totals = totals.assign(level="total", code="total", dimension="")
    return pd.concat([part[LEVELLED] for part in (subs, dims, totals)], ignore_index=True)


def _sums(panel: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    groups = panel.groupby(keys, sort=True)["score"]
    table = pd.DataFrame({"score": groups.sum(), "there": groups.count(), "of": groups.size()})
    table.loc[table["there"] < table["of"], "score"] = np.nan
    none, some = table["there"].eq(0), table["there"].lt(table["of"])
    table["absence"] = np.select([none, some], ["not_published", "incomplete"], "")
    return table.drop(columns=["there", "of"]).reset_index()


def wide(
    levels_table: pd.DataFrame, year: int | None = None, level: str = "dimension"
) -> pd.DataFrame:
    """Scores of one level, codes in columns: of a year by province, or of all years.

    Parameters
    ----------
    levels_table : DataFrame
        See `levels`.
    year : int, optional
        Without it every year.
    level : {"dimension", "subdimension", "total"}

    Returns
    -------
    DataFrame
        Index province, or province and year; a column per code, points, NaN where absent. Scores
        of one code are not comparable across its breaks: see `codebook.breaks`.

    Raises
    ------
    DataError
        When the panel has no such year.

    Examples
    --------
    >>> table = levels(load())
    >>> wide(table, 2024).shape
    (63, 8)
    >>> float(wide(table, level="total").loc[("84", 2024), "total"].round(2))
    40.62
    """
    here = levels_table["level"].eq(level)
    if year is not None:
        require_year(levels_table, year)
        here &= levels_table["year"].eq(year)
    keys = ["province"] if year is not None else ["province", "year"]
    rows = levels_table.loc[here, [*keys, "code", "score"]]
    table = rows.pivot(index=keys, columns="code", values="score")
    return table[rows["code"].unique().tolist()]


def history(levels_table: pd.DataFrame, code: str) -> pd.DataFrame:
    """Scores of one code at every year: provinces in rows, years in columns, NaN where absent."""
    rows = levels_table[levels_table["code"] == code]
    return rows.pivot(index="province", columns="year", values="score")


def require_score(
    levels_table: pd.DataFrame, province: str, year: int, code: str = "total"
) -> float:
    """The score of a code for a province (GSO code) in a year, or the reason why there is none.

    Raises
    ------
    ParameterError
        When no province has that code.
    DataError
        When the year or the code of that year is not in the panel, or the score is absent.
    """
    require_year(levels_table, year)
    rows = levels_table[levels_table["code"].eq(code)]
    if not rows["year"].eq(year).any():
        raise DataError("{code} is not in the index of {year}.", code=code, year=year)
    own = rows[rows["province"].eq(province)].set_index("year")["score"].dropna().sort_index()
    if year in own.index:
        return float(own[year])
    if not rows["province"].eq(province).any():
        raise ParameterError(_NO_CODE, diagnosis="E-PROVINCE-UNKNOWN", value=str(province)[:80])
    raise DataError(
        "The province of code {province} has no score of {code} in {year}: it, or a part of it, "
        "was not published. Years with this score: {years}.",
        province=province,
        code=code,
        year=year,
        years=", ".join(str(y) for y in own.index) or "–",
    )


def require_any(levels_table: pd.DataFrame, province: str, year: int) -> None:
    """Raise `DataError` where a province (GSO code) has no score of any kind in a year.

    A code that no province has is a `ParameterError`.
    """
    require_year(levels_table, year)
    rows = levels_table[levels_table["province"] == province]
    if rows.empty:
        raise ParameterError(_NO_CODE, diagnosis="E-PROVINCE-UNKNOWN", value=str(province)[:80])
    there = rows.loc[rows["score"].notna(), "year"].unique()
    if year not in there:
        raise DataError(
            "No score of the province of code {province} was published in {year}. Years with "
            "scores: {years}.",
            diagnosis="E-YEAR-NO-DATA",
            province=province,
            year=year,
            years=", ".join(str(y) for y in sorted(there)) or "–",
        )


def require_year(table: pd.DataFrame, year: int) -> None:
    """Raise `DataError` where a table with a column year has no row of that year."""
    if not table["year"].eq(year).any():
        raise DataError(
            "No PAPI scores of {year}. The panel runs from {first} to {last}.",
            diagnosis="E-YEAR-NO-DATA",
            year=year,
            first=int(table["year"].min()),
            last=int(table["year"].max()),
        )


def latest_year(panel: pd.DataFrame) -> int:
    """The last year with published scores."""
    return int(panel.loc[panel["score"].notna(), "year"].max())


def require_scores(panel: pd.DataFrame, province: places.Province, year: int) -> None:
    """Raise `DataError`, with the reason, where a province has no score at all in a year."""
    require_year(panel, year)
    own = panel["province"].eq(province.code) & panel["score"].notna()
    there = panel.loc[own, "year"].unique()
    if year in there:
        return
    raise DataError(
        "PAPI {year} was not published for {name}: its scores are absent from the official table "
        "of that year. Years with scores: {years}.",
        diagnosis="E-YEAR-NO-DATA",
        year=year,
        name=province.name_vi,
        years=", ".join(str(y) for y in sorted(there)),
    )


@cache.memoize
def check(panel: pd.DataFrame) -> pd.DataFrame:
    """Proofs that the panel is sound: one row per check with what was expected and found.

    Returns
    -------
    DataFrame
        check, expected, found, passed (bool).
    """
    there = panel[panel["score"].notna()]
    low = there["score"] < there["scale_min"] - _TOLERANCE
    high = there["score"] > there["scale_max"] + _TOLERANCE
    spans = panel.drop_duplicates(["year", "subdimension"]).groupby(["year", "dimension"])
    bottom, top = spans["scale_min"].sum(), spans["scale_max"].sum()
    misfit = (bottom - 1).abs().gt(1e-4) | (top - 10).abs().gt(1e-4)
    unexplained = panel["score"].isna() & panel["absence"].eq("")
    keys = panel[["year", "province"]].drop_duplicates()
    counts = keys.groupby("year").size()
    due = pd.Series({year: len(places.units_of(year)) for year in counts.index})
    sums = _identity_gap(panel)
    rows = [
        ("every province of every round", int(due.sum()), int(np.minimum(counts, due).sum())),
        ("doubled keys", 0, int(panel.duplicated(["year", "province", "subdimension"]).sum())),
        ("scores outside their scale", 0, int((low | high).sum())),
        ("dimensions whose scale is not 1 to 10", 0, int(misfit.sum())),
        ("scores without a number and without a reason", 0, int(unexplained.sum())),
        ("totals that are not the sum of their dimensions", 0, sums),
        ("zero scores (missing values in disguise)", 0, int(there["score"].eq(0).sum())),
    ]
    frame = pd.DataFrame(rows, columns=["check", "expected", "found"])
    return frame.assign(passed=frame["expected"].eq(frame["found"]))


def _identity_gap(panel: pd.DataFrame) -> int:
    """How many totals differ from the sum of their dimensions, or exist beside an absence."""
    keys = ["year", "province"]
    dims = _sums(panel, [*keys, "dimension"]).groupby(keys)["score"].sum(min_count=1)
    totals = _sums(panel, keys).set_index(keys)["score"]
    holes = panel[panel["score"].isna()].set_index(keys).index.unique()
    wrong = (totals - dims).abs().gt(1e-9)
    return int(wrong.sum() + totals.reindex(holes).notna().sum())


@cache.memoize
def coverage(panel: pd.DataFrame) -> pd.DataFrame:
    """What each year's index holds and for how many provinces it is published.

    Returns
    -------
    DataFrame
        year, dimensions, subdimensions (in the index), scores (published), with_total (provinces
        with every sub-dimension), without_total (codes of the others, joined by ", ").
    """
    table = _sums(panel, ["year", "province"])
    absent = table[table["score"].isna()].groupby("year")["province"].agg(", ".join)
    groups = panel.groupby("year")
    frame = pd.DataFrame(
        {
            "dimensions": groups["dimension"].nunique(),
            "subdimensions": groups["subdimension"].nunique(),
            "scores": groups["score"].count(),
            "with_total": table.groupby("year")["score"].count(),
        }
    )
    return frame.assign(without_total=absent.reindex(frame.index).fillna("")).reset_index()

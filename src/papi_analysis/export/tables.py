"""The tables that are exported: scores at every level, and what is needed to read them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from papi_analysis import places
from papi_analysis.data import codebook, panel
from papi_analysis.stats import ranking

_DECIMALS = 6  # as published; sums and quantiles have no more that means anything
_KEYS = ["year", "province", "level", "code"]
_POINTS = ["score", "median", "p25", "p75"]
_SCORES = [*_KEYS, "score", "rank", "n", "group", "median", "p25", "p75", "comparable", "absence"]


def tables(data: str | Path | None = None) -> dict[str, pd.DataFrame]:
    """Every exported table by name: scores, codebook, provinces, regimes.

    Parameters
    ----------
    data : str or Path, optional
        Folder of the figures; the repository's by default.
    """
    regimes = codebook.regimes(data).rename(columns={"subdimension": "code"})
    words = regimes.select_dtypes("str").columns
    return {
        "scores": scores(data),
        "codebook": codebook_table(data),
        "provinces": places.provinces(data),
        "regimes": regimes.assign(**{name: regimes[name].fillna("") for name in words}),
    }


def scores(data: str | Path | None = None) -> pd.DataFrame:
    """Every score of every level with its place among the provinces of its year.

    Returns
    -------
    DataFrame
        One row per year, province and code, also where the score is absent:

        - year; province (GSO code); level ("subdimension", "dimension" or "total"); code
          (sub-dimension, "1".."8" or "total");
        - score (points), rank (1 = highest), n (provinces with this score), group (4 highest …
          1 lowest), median, p25, p75 (points): see `benchmark.positions`;
        - comparable (bool): whether the scores of this year and code may be set beside those of
          the year before, see `framework.comparability`; False in the first year;
        - absence: a key of `panel.ABSENCES`, "" where the score is there.

        Points are rounded to six decimals.
    """
    levels = panel.levels(panel.load(data))
    frame = ranking.positions(levels, codebook.group_sizes(data))
    frame = frame.merge(_comparable(data), on=["year", "level", "code"], how="left")
    frame["comparable"] = frame["comparable"].eq(True)
    frame[_POINTS] = frame[_POINTS].round(_DECIMALS)
    place = frame["level"].map({level: i for i, level in enumerate(panel.LEVELS)})
    frame = frame.assign(place=place).sort_values(
        ["year", "province", "place", "dimension", "code"], ignore_index=True
    )
    return frame[_SCORES]


def _comparable(data: str | Path | None) -> pd.DataFrame:
    return codebook.breaks(codebook.regimes(data)).drop(columns="reason")


def codebook_table(data: str | Path | None = None) -> pd.DataFrame:
    """What each code of the scores stands for.

    Returns
    -------
    DataFrame
        level, code, dimension ("" for the total), name_en, name_vi, year_from, year_to (first
        and last year in the index); the total first, each dimension before its parts.
    """
    regimes = codebook.regimes(data)
    ends = regimes.groupby("dimension")["year"].agg(year_from="min", year_to="max")
    dims = codebook.dimensions(data).drop(columns="year_from").join(ends, on="dimension")
    dims = dims.assign(level="dimension", code=dims["dimension"])
    subs = codebook.subdimensions(data).assign(level="subdimension")
    total = pd.DataFrame(
        {
            "level": ["total"],
            "code": ["total"],
            "dimension": [""],
            "name_en": ["Total: sum of the dimensions"],
            "name_vi": ["Tổng điểm: tổng các chỉ số nội dung"],
            "year_from": [regimes["year"].min()],
            "year_to": [regimes["year"].max()],
        }
    )
    frame = pd.concat([total, dims, subs], ignore_index=True)
    frame = frame.sort_values("dimension", kind="stable", ignore_index=True)
    return frame[["level", "code", "dimension", "name_en", "name_vi", "year_from", "year_to"]]

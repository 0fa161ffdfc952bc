"""A year, or one province in a year, with everything that is read to judge it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path

import pandas as pd

from papi_analysis import cache, places
from papi_analysis.data import codebook, panel
from papi_analysis.errors import DataError
from papi_analysis.i18n import say
from papi_analysis.stats import ranking

#: The seed of every draw, unless another is asked for.
SEED = 84


@dataclass(frozen=True, kw_only=True, repr=False)
class Country:
    """What findings about all provinces are made of: a year, and the tables behind it."""

    year: int
    seed: int
    data: str | Path | None
    scores: pd.DataFrame
    levels: pd.DataFrame
    positions: pd.DataFrame
    index_versions: pd.DataFrame
    provinces: pd.DataFrame

    @property
    def day(self) -> str:
        """A day (ISO) on which the provinces of the year's round are in force."""
        return places.day_of(self.year, self.data).isoformat()

    def names(self, lang: str) -> dict[str, str]:
        """Names of dimensions and sub-dimensions by code."""
        return codebook.names(lang, self.data)

    def block(self) -> list[int]:
        """The years to this one that were probably surveyed in the same places, oldest first."""
        rows = self.index_versions[self.index_versions["year"].le(self.year)]
        own = rows.loc[rows["year"].eq(self.year), "sample_block"].iloc[0]
        return sorted(rows.loc[rows["sample_block"].eq(own), "year"].unique().tolist())

    def totals(self) -> pd.DataFrame:
        """The totals of all provinces in the year: year, province, score, rank, n, group …"""
        rows = self.positions
        return rows[rows["year"].eq(self.year) & rows["level"].eq("total")]

    def wide(self, level: str) -> pd.DataFrame:
        """The scores of the year: provinces in rows, codes in columns (see `panel.wide`)."""
        return panel.wide(self.levels, self.year, level)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {' · '.join(self._described())}>"

    def _repr_html_(self) -> str:
        head, *rest = map(escape, self._described())
        return f"<p><b>{head}</b> · {' · '.join(rest)}</p>"

    def _described(self) -> list[str]:
        """What a cell that ends with it shows: whom it is about, and the tables it holds."""
        tables = {name: getattr(self, name) for name in ("scores", "levels", "positions")}
        return [str(self.year), *(f"{name}: {len(t):,} rows" for name, t in tables.items())]


@dataclass(frozen=True, kw_only=True, repr=False)
class Case(Country):
    """What the findings are made of: the question, and the tables it is answered from."""

    province: places.Province

    def _described(self) -> list[str]:
        year, *tables = super()._described()
        row = self.now("total").iloc[0]
        total = "no total" if pd.isna(row["rank"]) else f"{row['score']:.2f}"
        place = "" if pd.isna(row["rank"]) else f", rank {row['rank']}/{row['n']}"
        return [f"{self.province.name_vi} {year}", f"total {total}{place}", *tables]

    @property
    def code(self) -> str:
        """GSO code of the province."""
        return self.province.code

    def now(self, level: str | None = None) -> pd.DataFrame:
        """The positions of the province in the year, all levels or one."""
        rows = self.positions
        rows = rows[rows["year"].eq(self.year) & rows["province"].eq(self.code)]
        return rows if level is None else rows[rows["level"].eq(level)]

    def named(self, level: str, lang: str) -> pd.DataFrame:
        """The positions of one level with the names of their codes."""
        rows = self.now(level)
        return rows.assign(name=rows["code"].map(self.names(lang))).reset_index(drop=True)


def ask(
    province: str, year: int | None = None, *, seed: int = SEED, data: str | Path | None = None
) -> Case:
    """Ask about a province (slug, code or name) in a year (the latest by default).

    Raises
    ------
    ParameterError
        For an unknown province; names the nearest.
    DataError
        When nothing was published for the province in that year; names the years with scores.

    Examples
    --------
    >>> ask("tra-vinh", 2024).province.name_vi
    'Trà Vinh'
    """
    scores = panel.load(data)
    follow = year is None
    year = panel.latest_year(scores) if year is None else year
    place = places.find(province, data, year=year, follow=follow)
    panel.require_scores(scores, place, year)
    return Case(province=place, year=year, **_tables(scores, year, seed, data))


def ask_in_notebook(
    province: str | int, year: int, *, lang: str, seed: int = SEED, data: str | Path | None = None
) -> Case:
    """Ask as `ask` does; where there is no case, say the reason and end the notebook in order.

    papermill counts such an end as done, so that a loop over all provinces goes on.

    Parameters
    ----------
    province : str or int
        Slug, GSO code or name; `papermill -p province 01` gives the number 1.
    year : int
    lang : {"vi", "en"}
        Language of the reason.

    Returns
    -------
    Case
        What `ask` gives.

    Raises
    ------
    SystemExit
        With status 0, when nothing was published for the province in that year.

    Examples
    --------
    >>> ask_in_notebook(1, 2024, lang="vi").province.name_vi
    'Hà Nội'
    """
    try:
        return ask(f"{province:02d}" if isinstance(province, int) else province, year,
                   seed=seed, data=data)  # fmt: skip
    except DataError as error:
        print(say(lang, error.message, **error.values))
        raise SystemExit(0) from None


def ask_country(
    year: int | None = None, *, seed: int = SEED, data: str | Path | None = None
) -> Country:
    """Ask about the country in a year (the latest by default).

    Raises
    ------
    DataError
        When the panel has no such year.

    Examples
    --------
    >>> ask_country(2024).wide("dimension").shape
    (63, 8)
    """
    scores = panel.load(data)
    year = panel.latest_year(scores) if year is None else year
    panel.require_year(scores, year)
    return Country(year=year, **_tables(scores, year, seed, data))


def _tables(
    scores: pd.DataFrame, year: int, seed: int, data: str | Path | None
) -> dict[str, object]:
    """All that is read, whoever asks, with the provinces of the year's round."""
    positions = _positions(data, year)
    return {
        "seed": seed,
        "data": data,
        "scores": panel.seen_from(scores, year, data),
        "levels": positions[panel.LEVELLED],
        "positions": positions,
        "index_versions": codebook.index_versions(data),
        "provinces": places.units_of(year, data)
        .drop(columns=["predecessors", "weights"])
        .rename(columns={"code": "province"}),
    }


@cache.memoize
def _positions(data: str | Path | None, year: int) -> pd.DataFrame:
    """The place of every score at every level, among the provinces of its own round."""
    scores = panel.seen_from(panel.load(data), year, data)
    return ranking.positions(panel.levels(scores), codebook.group_sizes(data))

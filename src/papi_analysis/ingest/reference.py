"""What is known before a file is opened: provinces, sub-dimensions, regimes, registered scores."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

import pandas as pd

from papi_analysis import places
from papi_analysis.data import codebook, embedded
from papi_analysis.ingest import matching

LEVELS = ("subdimension", "dimension", "total")


@dataclass(frozen=True, eq=False)
class Codebook:
    """The tables of `data/papi` that a new file is read by and held against.

    `registered` holds year, province, code and score at every level; a dimension or total only
    where all of its sub-dimensions are published. `assumed` are the years whose regime is not
    in the data yet, but taken over from the year before. `divisions` holds the provinces by the
    first year of their division of the country.
    """

    dimensions: pd.DataFrame
    subdimensions: pd.DataFrame
    regimes: pd.DataFrame
    registered: pd.DataFrame
    labels: matching.Labels
    owners: dict[str, str]
    by_year: dict[int, pd.DataFrame]
    divisions: dict[int, tuple[pd.DataFrame, matching.Provinces, object]]
    assumed: frozenset[int] = field(default_factory=frozenset)

    @property
    def years(self) -> list[int]:
        """The years with a regime, oldest first."""
        return sorted(self.regimes["year"].unique().tolist())

    def division(self, year: int | None) -> int:
        """The first year of the division of the country that the round of a year is of.

        Without a year the one of the last year with a regime.
        """
        year = year or self.years[-1]
        return max([first for first in self.divisions if first <= year],
                   default=min(self.divisions))  # fmt: skip

    def units(self, year: int | None) -> pd.DataFrame:
        """The provinces of a year's round (see `places.units_of`)."""
        return self.divisions[self.division(year)][0]

    def known(self, year: int | None) -> matching.Provinces:
        """The same made ready for matching."""
        return self.divisions[self.division(year)][1]

    def since(self, year: int | None) -> object:
        """The day on which these provinces began, "–" for those of the first round."""
        return self.divisions[self.division(year)][2]

    def redrawn(self, year: int) -> bool:
        """Whether the provinces of a year are others than those of the year before."""
        return self.division(year) != self.division(year - 1)

    def name(self, province: str, year: int | None = None) -> str:
        """The name of a province of a year's round; its code where it is unknown."""
        return self.known(year).names.get(province, province)

    def label(self, code: str) -> str:
        """The name of a dimension or sub-dimension in Vietnamese, the official language."""
        return self.labels.names.get(code, code)

    def dimension_of(self, code: str) -> str:
        """The dimension of a sub-dimension; a dimension is its own, the total has none ("")."""
        return self.owners.get(code, code if code.isdigit() else "")

    @lru_cache(maxsize=128)  # noqa: B019 - a codebook lives as long as the verdict on a file
    def regime(self, year: int) -> pd.DataFrame:
        """The regime of a year, by sub-dimension in the order of the codebook."""
        rows = self.regimes[self.regimes["year"].eq(year)].set_index("subdimension")
        order = [code for code in self.subdimensions["code"] if code in rows.index]
        return rows.loc[order]

    def parts(self, year: int, code: str) -> int:
        """How many sub-dimensions share the dimension of a sub-dimension; 1 for other codes."""
        owners = self.regime(year)["dimension"]
        return int(owners.eq(owners[code]).sum()) if code in owners.index else 1

    def wide(self, year: int) -> pd.DataFrame:
        """Registered scores of a year at every level, provinces by codes; empty where none."""
        return self.by_year.get(year, pd.DataFrame())

    @lru_cache(maxsize=32)  # noqa: B019
    def past(self, year: int) -> pd.DataFrame:
        """Registered scores of the year before by the provinces of `year`.

        Where those are new, each has the mean of its former provinces, weighted by population; a
        former province without a score is left out and the rest count for it.
        """
        before = self.wide(year - 1)
        if before.empty or not self.redrawn(year):
            return before
        means = {}
        for unit in self.units(year).itertuples():
            own = before.reindex(list(unit.predecessors))
            weights = own.notna().mul(pd.Series(unit.weights, own.index), axis=0)
            means[unit.code] = own.mul(weights).sum(min_count=1) / weights.sum()
        table = pd.DataFrame.from_dict(means, orient="index")
        return table.rename_axis(before.index.name).rename_axis(columns=before.columns.name)


def load(data: str | Path | None = None) -> Codebook:
    """The codebook of a data folder."""
    regimes = codebook.index_versions(data)
    dimensions = codebook.dimensions(data)
    subs = codebook.subdimensions(data)
    registered = with_sums(embedded.scores(data), regimes)
    return Codebook(
        dimensions=dimensions,
        subdimensions=subs,
        regimes=regimes,
        registered=registered,
        labels=matching.index(dimensions, subs),
        owners=dict(zip(subs["code"], subs["dimension"], strict=True)),
        by_year={
            int(year): rows.pivot(index="province", columns="code", values="score")
            for year, rows in registered.groupby("year")
        },
        divisions=_divisions(data),
    )


def _divisions(
    data: str | Path | None,
) -> dict[int, tuple[pd.DataFrame, matching.Provinces, object]]:
    found: dict[int, tuple[pd.DataFrame, matching.Provinces, object]] = {}
    former = None
    for row in places.geographies(data).itertuples():
        units = places.units_of(int(row.first_round), data)
        former = matching.provinces(units, former)
        since = date.fromisoformat(row.valid_from) if row.valid_from else "–"
        found[int(row.first_round)] = (units, former, since)
    return found


def with_sums(scores: pd.DataFrame, regimes: pd.DataFrame) -> pd.DataFrame:
    """Scores of sub-dimensions beside the dimensions and totals that they sum to.

    Parameters
    ----------
    scores : DataFrame
        year, province, subdimension, score (points).
    regimes : DataFrame
        See `codebook.index_versions`.

    Returns
    -------
    DataFrame
        year, province, level (one of `LEVELS`), dimension, code, score; sums only where every
        sub-dimension of the year's regime is there.
    """
    keys = regimes[["year", "subdimension", "dimension"]]
    subs = scores.merge(keys, on=["year", "subdimension"]).dropna(subset="score")
    dims = _complete_sums(subs, keys, ["year", "dimension"])
    totals = _complete_sums(subs, keys, ["year"])
    parts = [
        subs.rename(columns={"subdimension": "code"}).assign(level="subdimension"),
        dims.assign(level="dimension", code=dims["dimension"]),
        totals.assign(level="total", dimension="", code="total"),
    ]
    columns = ["year", "province", "level", "dimension", "code", "score"]
    return pd.concat([part[columns] for part in parts], ignore_index=True)


def _complete_sums(subs: pd.DataFrame, keys: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    needed = keys.groupby(by).size().rename("needed").reset_index()
    sums = subs.groupby([*by, "province"])["score"].agg(["sum", "count"]).reset_index()
    sums = sums.merge(needed, on=by)
    return sums[sums["count"].eq(sums["needed"])].rename(columns={"sum": "score"})

"""What is known before a file is opened: provinces, sub-dimensions, regimes, registered scores."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from papi_analysis import places
from papi_analysis.data import codebook, embedded
from papi_analysis.ingest import labels, names

LEVELS = ("subdimension", "dimension", "total")


@dataclass(frozen=True, eq=False)
class Codebook:
    """The tables of `data/papi` that a new file is read by and held against.

    `registered` holds year, province, code and score at every level; a dimension or total only
    where all of its sub-dimensions are published. `assumed` are the years whose regime is not
    in the data yet, but taken over from the year before.
    """

    provinces: pd.DataFrame
    dimensions: pd.DataFrame
    subdimensions: pd.DataFrame
    regimes: pd.DataFrame
    registered: pd.DataFrame
    names: names.Index
    labels: labels.Labels
    owners: dict[str, str]
    by_year: dict[int, pd.DataFrame]
    assumed: frozenset[int] = frozenset()

    @property
    def years(self) -> list[int]:
        """The years with a regime, oldest first."""
        return sorted(self.regimes["year"].unique().tolist())

    def name(self, province: str, lang: str = "vi") -> str:
        """The name of a province; its code where it is unknown."""
        rows = self.provinces.loc[self.provinces["code"].eq(province), f"name_{lang}"]
        return rows.iloc[0] if len(rows) else province

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


def load(data: str | Path | None = None) -> Codebook:
    """The codebook of a data folder."""
    regimes = codebook.index_versions(data)
    provinces = places.provinces(data)
    dimensions = codebook.dimensions(data)
    subs = codebook.subdimensions(data)
    registered = with_sums(embedded.scores(data), regimes)
    return Codebook(
        provinces=provinces,
        dimensions=dimensions,
        subdimensions=subs,
        regimes=regimes,
        registered=registered,
        names=names.index(provinces),
        labels=labels.index(dimensions, subs),
        owners=dict(zip(subs["code"], subs["dimension"], strict=True)),
        by_year={
            int(year): rows.pivot(index="province", columns="code", values="score")
            for year, rows in registered.groupby("year")
        },
    )


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

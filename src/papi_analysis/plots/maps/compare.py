"""The country by what changed, and by what neighbours have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis.i18n import mark, say
from papi_analysis.plots.maps import ground as base
from papi_analysis.plots.maps import legend
from papi_analysis.plots.maps.national import NOT_PUBLISHED, by_code
from papi_analysis.plots.maps.whole import Classes, in_words, whole_country
from papi_analysis.plots.palette import HATCHES
from papi_analysis.plots.style import WIDE, Chart, headline, themed

if TYPE_CHECKING:
    import geopandas as gpd

#: Kinds of places beside their neighbours: name, colour, mark and its colour.
CLUSTERS = {
    "high_high": (mark("high among high neighbours"), "group4", "▲", "on_strong"),
    "high_low": (mark("high among low neighbours"), "group3", "△", "on_soft"),
    "low_high": (mark("low among high neighbours"), "group2", "▽", "on_soft"),
    "low_low": (mark("low among low neighbours"), "group1", "▼", "on_strong"),
    "": (mark("no likeness beyond chance"), "land", "", "ink"),
}
ROSE = mark("rose by more than {n} places")
MOVED = mark("moved by {n} places or fewer")
FELL = mark("fell by more than {n} places")
NOT_COMPARABLE = mark("no rank in one of the two years")
NOT_A_CAUSE = mark("Likeness of neighbours is not a cause.")


@themed
def change(
    ranks: pd.DataFrame,
    provinces: gpd.GeoDataFrame,
    *,
    usual: int,
    highlight: str = "",
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
    """How far every province moved in rank since the year before.

    Parameters
    ----------
    ranks : DataFrame
        Rows of one year: year, province, rank, rank_before (whole numbers, absent where a total
        is not published).
    usual : int
        Places that a rank moves in a usual year (`change.typical_rank_change`); no more than
        these is one class, for it is nothing to speak of.
    """
    rank, year = by_code(ranks, provinces, "rank")
    before, _ = by_code(ranks, provinces, "rank_before")
    rise = (before - rank).astype("Float64")
    classes: Classes = [
        (_entry(lang, ROSE, "ahead", "▲", usual), rise.gt(usual)),
        (_entry(lang, MOVED, "land", "", usual), rise.abs().le(usual)),
        (_entry(lang, FELL, "behind", "▼", usual), rise.lt(-usual)),
        (legend.Entry(say(lang, NOT_COMPARABLE), "nodata", hatch=HATCHES[None]), rise.isna()),
    ]
    classes = [(entry, here.fillna(False).astype(bool)) for entry, here in classes]
    heading = say(lang, "Change in rank, {before} to {year}", before=str(year - 1), year=str(year))
    look = {"highlight": highlight, "lang": lang, "width": width}
    chart = whole_country(provinces, classes, heading, **look)
    subtitle = say(
        lang,
        "Half of all ranks move by about {n} places or more from one year to the next; a smaller "
        "move says nothing.",
        n=usual,
    )
    return headline(
        chart,
        title=_moved(rank, before, provinces, highlight, year, lang) or heading,
        subtitle=subtitle,
        source=base.source(provinces, lang),
        alt=in_words(heading, classes, provinces, lang),
    )


def _entry(lang: str, sentence: str, fill: str, sign: str, usual: int) -> legend.Entry:
    return legend.Entry(say(lang, sentence, n=usual), fill, mark=sign, ink="on_strong")


def _moved(rank, before, provinces, highlight: str, year: int, lang: str) -> str:
    """The finding about one province, or nothing."""
    if not highlight or pd.isna(rank[highlight]) or pd.isna(before[highlight]):
        return ""
    values = {"name": provinces.loc[highlight, f"name_{lang}"], "year": str(year)}
    values |= {"rank": int(rank[highlight]), "before": int(before[highlight])}
    return say(lang, "{name} went from rank {before} to {rank} in {year}", **values)


@themed
def clusters(
    table: pd.DataFrame,
    provinces: gpd.GeoDataFrame,
    *,
    name: str,
    year: int,
    highlight: str = "",
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
    """Provinces that score like their neighbours beyond chance (local Moran's I).

    Parameters
    ----------
    table : DataFrame
        Rows of one dimension of `spatial.local_moran`: province, cluster ("" where none), n.
    name : str
        Name of the dimension in `lang`.
    """
    cluster = table.set_index("province")["cluster"].reindex(provinces.index)
    classes: Classes = [
        (legend.Entry(say(lang, text), fill, mark=sign, ink=ink), cluster.eq(key).fillna(False))
        for key, (text, fill, sign, ink) in CLUSTERS.items()
    ]
    absent = legend.Entry(say(lang, NOT_PUBLISHED), "nodata", hatch=HATCHES[None])
    classes = [(e, h.astype(bool)) for e, h in [*classes, (absent, cluster.isna())]]
    heading = f"{name}, {year}"
    look = {"highlight": highlight, "lang": lang, "width": width}
    chart = whole_country(provinces, classes, heading, **look)
    found = int(cluster.fillna("").ne("").sum())
    return headline(
        chart,
        title=say(
            lang,
            "{name}: {found} of {n} provinces {found:is|are} like or unlike {found:its|their} "
            "neighbours beyond chance",
            name=name,
            found=found,
            n=int(cluster.notna().sum()),
        ),
        subtitle=say(
            lang,
            "Local Moran's I with the five nearest neighbours, adjusted for the number of "
            "provinces (Benjamini-Hochberg, 5 %).",
        )
        + " "
        + say(lang, NOT_A_CAUSE),
        source=base.source(provinces, lang),
        alt=in_words(heading, classes, provinces, lang),
    )

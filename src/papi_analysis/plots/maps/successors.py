"""The provinces since July 2025 by how many former ones they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis.i18n import mark, say
from papi_analysis.plots.maps import ground as base
from papi_analysis.plots.maps import legend
from papi_analysis.plots.maps.local import ON_STEP, rows
from papi_analysis.plots.maps.whole import Classes, in_words, whole_country
from papi_analysis.plots.style import WIDE, Chart, headline, themed

if TYPE_CHECKING:
    import geopandas as gpd

#: Former provinces in one, name and colour, in the order of the legend.
PARTS = (
    (1, mark("not merged"), "context1"),
    (2, mark("made of two provinces"), "context2"),
    (3, mark("made of three provinces"), "context3"),
)
NO_SCORE_YET = mark(
    "The PAPI series to {year} is that of the {old} former provinces; no score of a new one is "
    "published in it."
)


@themed
def successors(
    pairs: pd.DataFrame,
    provinces: gpd.GeoDataFrame,
    *,
    year: int,
    highlight: str = "",
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
    """The provinces of July 2025, and of how many former ones each is made.

    Parameters
    ----------
    pairs : DataFrame
        One row per former province: new_code, name_vi, name_en.
    provinces : GeoDataFrame
        The provinces since July 2025 (see `boundaries.provinces`).
    year : int
        The last year of the PAPI series of the former ones.
    highlight : str
        Code of a province to outline and name.
    """
    count = pairs.groupby("new_code").size().rename("parts").rename_axis("code").reset_index()
    parts = rows(count, provinces)["parts"]
    classes: Classes = [
        (legend.Entry(say(lang, name), fill, ink=ON_STEP[fill]), parts.eq(n))
        for n, name, fill in PARTS
    ]
    heading = say(lang, "Provinces since 1 July 2025")
    look = {"highlight": highlight, "lang": lang, "width": width}
    chart = whole_country(provinces, classes, heading, **look)
    return headline(
        chart,
        title=_title(pairs, provinces, highlight, lang),
        subtitle=say(lang, NO_SCORE_YET, year=str(year), old=len(pairs)),
        source=base.source(provinces, lang),
        alt=in_words(heading, classes, provinces, lang),
    )


def _title(pairs: pd.DataFrame, provinces: pd.DataFrame, highlight: str, lang: str) -> str:
    """The finding about one province, or about all."""
    old = pairs.loc[pairs["new_code"].eq(highlight), f"name_{lang}"].tolist()
    if not highlight:
        values = {"old": len(pairs), "new": len(provinces)}
        return say(lang, "{old} provinces became {new} on 1 July 2025", **values)
    name = provinces.loc[highlight, f"name_{lang}"]
    if len(old) == 1:
        return say(lang, "{name} was not merged on 1 July 2025", name=name)
    return say(
        lang, "{name} since 1 July 2025 holds {n} former provinces: {members}",
        name=name, n=len(old), members=", ".join(old),
    )  # fmt: skip

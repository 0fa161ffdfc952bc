"""The 41 communes since July 2025, and what became of the nine districts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis.i18n import mark, say
from papi_analysis.plots.maps import ground as base
from papi_analysis.plots.maps import legend
from papi_analysis.plots.maps.districts import LIST_SOURCE
from papi_analysis.plots.maps.local import NO_DISTRICT_SCORE, ON_STEP, local_map, rows, short, told
from papi_analysis.plots.maps.whole import NARROW_BELOW, Classes
from papi_analysis.plots.style import WIDE, Chart, headline, themed

if TYPE_CHECKING:
    import geopandas as gpd

#: Classes of the communes: key, name, colour and hatching, in the order of the legend.
COMMUNE_CLASSES = (
    ("high", mark("Khmer 50 % or more"), "context4", ""),
    ("middle", mark("Khmer 20 to 50 %"), "context3", ""),
    ("part", mark("minorities over 20 % in part of it, share not known"), "context2", "\\\\\\\\"),
    ("low", mark("minorities under 20 % throughout"), "context1", ""),
    ("unknown", mark("not known: the published list does not reach it"), "nodata", "////"),
)


@themed
def communes(
    layer: gpd.GeoDataFrame,
    context: pd.DataFrame,
    *,
    around: gpd.GeoDataFrame | None = None,
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
    """The 41 communes since July 2025 by the Khmer share of their people, its holes shown.

    Parameters
    ----------
    layer : GeoDataFrame
        See `boundaries.communes`.
    context : DataFrame
        See `places.commune_context`.
    around : GeoDataFrame, optional
        Provinces for a small map that says where it lies (see `boundaries.provinces`).
    """
    table = rows(context, layer)
    shares = table["khmer_share"].astype(float)
    kind = table["known"].replace({"below": "low"}).mask(shares.lt(0.2), "low")
    kind = kind.mask(shares.ge(0.2), "middle").mask(shares.ge(0.5), "high")
    classes: Classes = [
        (
            legend.Entry(say(lang, name), fill, hatch=hatch, ink=ON_STEP.get(fill, "ink")),
            kind.eq(code),
        )
        for code, name, fill, hatch in COMMUNE_CLASSES
    ]
    heading = say(lang, "Khmer share of the population")
    said = {c: say(lang, "{share:0 %}", share=v) if pd.notna(v) else "" for c, v in shares.items()}
    named = width >= NARROW_BELOW
    words = {
        c: "\n".join(filter(None, (short(name) if named else "", said[c])))
        for c, name in layer[f"name_{lang}"].items()
    }
    return headline(
        local_map(layer, classes, heading, words, around=around, width=width),
        title=say(
            lang,
            "The Khmer share is known for {n} of {all} communes",
            n=int(shares.notna().sum()),
            all=len(table),
        ),
        subtitle=f"{heading}. {say(lang, NO_DISTRICT_SCORE)}",
        source=base.source(layer, lang, LIST_SOURCE),
        alt=told(heading, classes, layer, lang),
    )

"""The 41 communes since July 2025, and what became of the nine districts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis.figures.maps import ground as base
from papi_analysis.figures.maps import labels, legend
from papi_analysis.figures.maps.districts import LIST_SOURCE
from papi_analysis.figures.maps.local import (
    NO_DISTRICT_SCORE,
    ON_STEP,
    local_map,
    rows,
    short,
    told,
)
from papi_analysis.figures.maps.whole import NARROW_BELOW, Classes
from papi_analysis.figures.style import WIDE, Chart, canvas, headline, themed
from papi_analysis.wording import mark, say

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


@themed
def merger(
    districts: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
    context: pd.DataFrame,
    *,
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
    """The nine districts beside the 41 communes, and the communes that straddle two of them.

    Parameters
    ----------
    districts, communes : GeoDataFrame
        See `boundaries.districts` and `boundaries.communes`.
    context : DataFrame
        See `places.commune_context`: code, districts (former, joined by ";"), former.
    """
    table = rows(context, communes)
    straddle = table["districts"].str.contains(";")
    columns = 1 if width < NARROW_BELOW else 2
    side, head = (width - 16 * (columns - 1)) / columns, 24
    old, new = districts.to_crs(base.LOCAL), communes.to_crs(base.LOCAL)
    frame = base.frame_of(new)
    tall = base.height_of(frame, side) + head
    chart = canvas(width, tall * (3 - columns))
    sheet = chart.add_axes((0, 0, 1, 1), label="sheet")
    sheet.set(xlim=(0, width), ylim=(tall * (3 - columns), 0))
    sheet.set_axis_off()
    sheet.set_zorder(2)
    corners = [(0.0, 0.0), (side + 16, 0.0) if columns == 2 else (0.0, tall)]
    headings = (
        say(lang, "To 30 June 2025: {n} districts", n=len(old)),
        say(lang, "Since 1 July 2025: {n} communes", n=len(new)),
    )
    taken: list[labels.Box] = []
    for (x, y), heading, layer in zip(corners, headings, (old, new), strict=True):
        sheet.text(x + 4, y + 10, heading, fontsize=12, fontweight=600, va="center")
        ground = base.panel(chart, frame, (x, y + head, side))
        look = {"edge": "on_soft", "width": 0.4}
        if layer is old:
            base.fill(ground, old, "context1", **look)
            words = {c: short(name) for c, name in old[f"name_{lang}"].items()}
        else:
            base.fill(ground, new[~straddle], "context1", **look)
            base.fill(ground, new[straddle], "context3", **look)
            words = {c: short(name) for c, name in new.loc[straddle, f"name_{lang}"].items()}
        base.fill(ground, old, "", edge="on_soft", width=1.3)
        shapes = base.in_pixels(layer, frame, side).translate(x, y + head)
        inks = dict.fromkeys(words, ON_STEP["context1"])
        labels.write_all(sheet, words, shapes, taken, size=10.5, inks=inks)
    names = ", ".join(communes.loc[straddle, f"name_{lang}"])
    values = {"old": int(table["former"].sum()), "new": len(new), "n": int(straddle.sum())}
    return headline(
        chart,
        title=say(
            lang,
            "{old} communes became {new}; {n} of them straddle two former districts",
            **values,
        ),
        subtitle=say(
            lang, "Filled: communes made from parts of two districts: {names}.", names=names
        ),
        source=base.source(communes, lang),
        alt=say(
            lang,
            "Two maps of Trà Vinh: {districts} districts to June 2025 and {new} communes since. "
            "Communes from two former districts: {names}.",
            districts=len(old),
            names=names,
            **values,
        ),
    )

"""What became of the nine districts: they beside the 41 communes since July 2025."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis.figures.maps import ground as base
from papi_analysis.figures.maps import labels
from papi_analysis.figures.maps.local import ON_STEP, STEPS, rows, short
from papi_analysis.figures.maps.whole import NARROW_BELOW
from papi_analysis.figures.style import WIDE, Chart, canvas, headline, themed
from papi_analysis.wording import say

if TYPE_CHECKING:
    import geopandas as gpd


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
    chart = _draw(districts.to_crs(base.LOCAL), communes.to_crs(base.LOCAL), straddle, lang, width)
    names = ", ".join(communes.loc[straddle, f"name_{lang}"])
    values = {"old": int(table["former"].sum()), "new": len(communes), "n": int(straddle.sum())}
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
            districts=len(districts),
            names=names,
            **values,
        ),
    )


def _draw(old, new, straddle: pd.Series, lang: str, width: float) -> Chart:
    """Two maps beside each other, on a phone one under the other."""
    columns = 1 if width < NARROW_BELOW else 2
    side, head = (width - 16 * (columns - 1)) / columns, 24.0
    frame = base.frame_of(new)
    tall = base.height_of(frame, side) + head
    chart = canvas(width, tall * (3 - columns))
    sheet = base.sheet_over(chart)
    second = (side + 16, 0.0) if columns == 2 else (0.0, tall)
    before = say(lang, "To 30 June 2025: {n} districts", n=len(old))
    since = say(lang, "Since 1 July 2025: {n} communes", n=len(new))
    across = [(new[~straddle], STEPS[0]), (new[straddle], STEPS[2])]
    panels = (
        ((0.0, 0.0), before, old, [(old, STEPS[0])], old),
        (second, since, new, across, new[straddle]),
    )
    for (x, y), heading, layer, fills, named in panels:
        sheet.text(x + 4, y + 10, heading, fontsize=12, fontweight=600, va="center")
        ground = base.panel(chart, frame, (x, y + head, side))
        for part, paint in fills:
            base.fill(ground, part, paint, edge="on_soft", width=0.4)
        base.fill(ground, old, "", edge="on_soft", width=1.3)
        words = {code: short(name) for code, name in named[f"name_{lang}"].items()}
        shapes = base.in_pixels(layer, frame, side).translate(x, y + head)
        inks = dict.fromkeys(words, ON_STEP[STEPS[0]])
        across = frozenset(words) if named is not old else frozenset()  # a border runs through
        labels.write_all(sheet, words, shapes, [], size=10.5, inks=inks, hatched=across)
    return chart

"""What became of the nine districts: they beside the 41 communes since July 2025."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis.i18n import say
from papi_analysis.plots import plane
from papi_analysis.plots.maps import ground as base
from papi_analysis.plots.maps import labels
from papi_analysis.plots.maps.local import ON_STEP, STEPS, rows, short
from papi_analysis.plots.maps.whole import NARROW_BELOW
from papi_analysis.plots.style import WIDE, Chart, headline, themed

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
    chart = _draw(districts, communes, straddle, lang, width)
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
    shapes = [layer.geometry.to_crs(base.LOCAL) for layer in (old, new)]
    frame = base.frame_of(shapes[1])
    tall = base.height_of(frame, side) + head
    sheet = plane.sheet(width, tall * (3 - columns))
    second = (side + 16, head) if columns == 2 else (0.0, tall + head)
    before = say(lang, "To 30 June 2025: {n} districts", n=len(old))
    since = say(lang, "Since 1 July 2025: {n} communes", n=len(new))
    for corner, heading, named in (((0.0, head), before, old), (second, since, new[straddle])):
        x, y = corner
        plane.write(sheet, x + 4, y - head + 10, heading, fontsize=12, fontweight=600)
        window = base.window(sheet, frame, side, corner)
        districts, communes = (base.in_pixels(layer, frame, side, corner) for layer in shapes)
        fills = [(communes[~straddle], STEPS[0]), (communes[straddle], STEPS[2])]
        for part, paint in [(districts, STEPS[0])] if named is old else fills:
            base.fill(sheet, part, paint, window, edge="on_soft", width=0.4)
        base.fill(sheet, districts, "", window, edge="on_soft", width=1.3)
        words = {code: short(name) for code, name in named[f"name_{lang}"].items()}
        inks = dict.fromkeys(words, ON_STEP[STEPS[0]])
        across = frozenset() if named is old else frozenset(words)  # a border runs through
        places = districts if named is old else communes
        labels.write_all(sheet, words, places, [], size=10.5, inks=inks, hatched=across)
    return sheet

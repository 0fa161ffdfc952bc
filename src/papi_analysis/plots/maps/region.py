"""One region of the country, every province with its name, national rank and group."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis import cache
from papi_analysis.i18n import mark, say
from papi_analysis.plots import plane
from papi_analysis.plots.maps import backdrop, labels, legend
from papi_analysis.plots.maps import ground as base
from papi_analysis.plots.maps.national import HEADING, by_code, group_classes
from papi_analysis.plots.maps.whole import (
    NARROW_BELOW,
    Classes,
    counted,
    in_words,
    inks_of,
    unknown_of,
)
from papi_analysis.plots.style import WIDE, Chart, headline, themed

if TYPE_CHECKING:
    import geopandas as gpd


@themed
def region(
    groups: pd.DataFrame,
    provinces: gpd.GeoDataFrame,
    *,
    name: str,
    highlight: str = "",
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
    """The provinces of one region in the country's four groups, each with its national rank.

    Parameters
    ----------
    groups : DataFrame
        Rows of one year's totals: year, province, group, rank (of the country), n.
    provinces : GeoDataFrame
        The provinces of the region (rows of `boundaries.provinces`).
    name : str
        Name of the region in `lang` (see `places.REGIONS`).
    """
    here = groups[groups["province"].isin(provinces.index)]
    series, year = by_code(here, provinces, "group")
    rank, _ = by_code(here, provinces, "rank")
    n = int(here["n"].max())
    classes = group_classes(series, lang)
    heading = say(lang, HEADING, year=str(year))
    words = {c: _ranked(text, rank[c], n) for c, text in provinces[f"name_{lang}"].items()}
    everyone = _drawn(provinces, classes, heading, words, width=width)
    paint = partial(_paint, provinces, classes, heading, words, width=width)
    chart = backdrop.within(everyone, paint)
    if highlight:
        backdrop.outline(chart, everyone, highlight, 1.8)
    return headline(
        chart,
        title=_standing(rank, provinces, highlight, name, year, lang),
        subtitle=say(lang, "Groups and ranks are those of the whole country, {n} provinces.", n=n),
        source=base.source(provinces, lang),
        alt=in_words(heading, classes, provinces, lang, opening=REGION_ALT, name=name),
    )


REGION_ALT = mark("Map of {name}: {what}, {n} provinces.")


@cache.memoize
def _drawn(
    provinces: gpd.GeoDataFrame, classes: Classes, heading: str, words: dict, *, width: float
) -> backdrop.Backdrop:
    """The region, drawn once for all its provinces."""
    return _paint(provinces, classes, heading, words, width=width)


def _paint(
    provinces: gpd.GeoDataFrame,
    classes: Classes,
    heading: str,
    words: dict,
    sheet: plane.Sheet | None = None,
    *,
    width: float,
) -> backdrop.Backdrop:
    """The places in classes, with words and marks on them and the legend beside or under them."""
    layer = provinces.geometry.to_crs(base.NATIONAL)
    small = width < NARROW_BELOW
    frame = base.frame_of(layer, 0.07 if small else 0.03)  # on a phone names stand beside
    entries = counted(classes)
    extent = legend.size_of(heading, entries, 11 if small else 12)
    shapes = base.in_pixels(layer, frame, width)
    below = base.room_below(shapes, extent, base.height_of(frame, width))
    ground = sheet or base.stage(frame, width, below=below)
    sheet = sheet or base.stage(frame, width, below=below)
    for entry, here in classes:
        base.fill(
            ground, shapes[here], entry.fill, base.window(ground, frame, width), hatch=entry.hatch
        )
    corner = (4, base.limits(sheet)[1] - extent[1] - 4)
    taken = [legend.draw(sheet, heading, entries, corner, size=11 if small else 12)]
    look = {
        "size": 9.5 if small else 11.5,
        "inks": inks_of(classes),
        "hatched": unknown_of(classes),
    }
    _marks(sheet, classes, labels.write_all(sheet, words, shapes, taken, **look))
    return {} if sheet is ground else backdrop.of(ground, sheet, shapes)


def _marks(sheet, classes: Classes, written: dict) -> None:
    """The mark of its group over every name, in the colour of the name."""
    for entry, here in classes:
        own = [written[code] for code in here[here].index if entry.mark and code in written]
        for ink in sorted({ink for _, ink in own}):
            at = [
                ((left + right) / 2, top + (bottom - top) / 5)
                for (left, top, right, bottom), other in own
                if other == ink
            ]
            legend.swatch_mark(sheet, at, entry.mark, ink, 4.5)


def _ranked(name: str, rank: object, n: int) -> str:
    """Name and rank, under an empty line that the mark of the group is drawn in."""
    return name if pd.isna(rank) else f"\n{name}\n{int(rank)}/{n}"


def _standing(rank, provinces, highlight: str, name: str, year: int, lang: str) -> str:
    """The finding: which of the region's provinces it is."""
    if not highlight or pd.isna(rank[highlight]):
        return say(lang, "{name} by group, {year}", name=name, year=str(year))
    return say(
        lang,
        "{province} is number {place} of {n} provinces with a total in {name}, {year}",
        province=provinces.loc[highlight, f"name_{lang}"],
        place=int((rank < rank[highlight]).sum()) + 1,
        n=int(rank.notna().sum()),
        name=name,
        year=str(year),
    )

"""A tile for every province, as large for the smallest as for the largest, with its name."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection

from papi_analysis.boundaries import ARCHIPELAGOS
from papi_analysis.errors import ParameterError
from papi_analysis.i18n import mark, say
from papi_analysis.plots import style
from papi_analysis.plots.maps import base
from papi_analysis.plots.maps.base import NARROW_BELOW, Classes
from papi_analysis.plots.maps.national import (
    HEADING,
    by_code,
    group_categories,
    in_words,
    title_of,
)
from papi_analysis.plots.style import WIDE, Chart, canvas, colour, halo, headline, themed, wrap

__all__ = ["GRID_34", "GRID_63", "grid", "positions"]


def __dir__() -> list[str]:
    return __all__


#: Where each of the 63 provinces lies among the others; HS and TS are the two archipelagos.
GRID_63 = """
.. 12 10 02 04 .. ..
11 15 08 06 20 .. ..
14 25 26 19 24 22 ..
.. 17 01 27 30 31 ..
.. .. 35 33 34 .. ..
.. 38 37 36 .. .. ..
.. 40 .. .. .. .. ..
.. .. 42 .. .. .. ..
.. .. 44 .. .. .. ..
.. .. 45 46 .. .. ..
.. .. .. 49 48 .. HS
.. .. .. 62 51 .. ..
.. .. .. 64 52 .. ..
.. .. .. 66 54 .. ..
.. 70 67 68 56 .. ..
72 74 75 60 58 .. ..
89 87 80 79 77 .. TS
91 92 86 82 .. .. ..
.. 93 84 83 .. .. ..
96 95 94 .. .. .. ..
"""
#: The same for the 34 provinces since July 2025.
GRID_34 = """
.. 12 08 04 .. .. ..
11 15 19 20 .. .. ..
14 25 24 22 .. .. ..
.. 01 33 31 .. .. ..
.. .. 37 .. .. .. ..
.. 38 .. .. .. .. ..
.. 40 .. .. .. .. ..
.. .. 42 .. .. .. ..
.. .. 44 .. .. .. ..
.. .. 46 .. .. .. ..
.. .. .. 48 .. .. HS
.. .. .. 51 .. .. ..
.. .. .. 52 .. .. ..
.. .. .. 66 .. .. ..
.. .. 68 56 .. .. ..
80 75 .. .. .. .. ..
82 79 .. .. .. .. TS
91 86 .. .. .. .. ..
96 92 .. .. .. .. ..
"""
_GAP = 2.0
_SYMBOLS = {"HS": "hoang_sa", "TS": "truong_sa"}
TILES_ALT = mark("Tiles of {n} provinces, Hoàng Sa and Trường Sa with theirs: {what}.")
SCHEMATIC = mark("Tiles stand about where the provinces lie; they show neither size nor border.")


def positions(grid: str) -> dict[str, tuple[int, int]]:
    """Row and column of every tile.

    >>> positions("12 .." + chr(10) + ".. 84")
    {'12': (0, 0), '84': (1, 1)}
    """
    rows = [line.split() for line in grid.strip().splitlines()]
    return {c: (i, j) for i, row in enumerate(rows) for j, c in enumerate(row) if c != ".."}


@themed
def grid(
    groups: pd.DataFrame,
    provinces: pd.DataFrame,
    ax: Axes | None = None,
    *,
    highlight: str = "",
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
    """The provinces of a year in four groups as tiles with names and marks.

    Parameters
    ----------
    groups : DataFrame
        Rows of one year's totals: year, province (code), group (1 lowest … 4 highest, or absent).
    provinces : DataFrame
        Index code; name_vi, name_en: the 63 or the 34 (`boundaries.provinces` serves).
    ax : Axes, optional
        Where to draw, in points from its upper left corner; without it a figure is made.
    highlight : str
        Code of a province to outline.

    Raises
    ------
    ParameterError
        When the table is not one row per province of one year, or the provinces are neither the
        63 nor the 34.
    """
    series, year = by_code(groups, provinces, "group")
    heading = say(lang, HEADING, year=str(year))
    classes = Classes.of(provinces.assign(group=series), "group", group_categories(lang))
    cells = _layout(provinces.index)
    small = width < NARROW_BELOW
    tile = (width / 7, 47.0) if small else (68.0, 40.0)
    top = 130.0 if small else 0.0
    corners = {c: (j * tile[0] + 1, top + i * tile[1] + 1) for c, (i, j) in cells.items()}
    high = round(max(y for _, y in corners.values()) + tile[1] + 1)
    if ax is None:
        ax = canvas(width, high).add_axes((0, 0, 1, 1))
    ax.set_axis_off()
    ax.set(xlim=(0, width), ylim=(high, 0))
    size = style.LEAST_ON_A_PHONE if small else style.LEAST
    for category in classes.categories:
        own = {
            code: at for code, at in corners.items() if classes.members[_owner(code)] is category
        }
        line = colour("nodata_line") if category.hatch else "none"
        boxes = [_box(at, tile) for at in own.values()]
        look = {"facecolors": colour(category.fill), "edgecolors": line, "linewidths": 0.8}
        ax.add_collection(PolyCollection(boxes, hatch=category.hatch or None, zorder=1, **look))
        if category.mark and own:
            spots = [(x + (tile[0] - _GAP) / 2, y + 7) for x, y in own.values()]
            base.put_marks(ax, spots, category.mark, category.ink, 5)
        for code, (x, y) in own.items():
            lines = wrap(_tile_name(code, provinces, lang), tile[0] - _GAP - 2, size)
            look = {"ha": "center", "va": "center", "fontsize": size, "linespacing": 0.95}
            words = ax.text(x + (tile[0] - _GAP) / 2, y + tile[1] / 2 + 4, "\n".join(lines),
                            color=colour(category.ink), **look)  # fmt: skip
            if category.hatch:
                halo(words)
    if highlight:
        look = {"facecolors": "none", "edgecolors": colour("ink"), "linewidths": 2.2, "zorder": 3}
        ax.add_collection(
            PolyCollection([_box(corners[highlight], tile)], joinstyle="miter", **look)
        )
    place = (4, 2) if small else (7 * tile[0] + 16, 4)
    base.legend(ax, classes.counted(), heading, size=style.LEAST, loc="upper left",
                bbox_to_anchor=place, bbox_transform=ax.transData)  # fmt: skip
    return headline(
        ax.figure,
        title=title_of(series, provinces, highlight, year, lang),
        subtitle=say(lang, SCHEMATIC),
        source="",
        alt=in_words(heading, classes, provinces, lang, opening=TILES_ALT),
    )


def _box(corner: tuple[float, float], tile: tuple[float, float]) -> list[tuple[float, float]]:
    """The corners of a tile."""
    (x, y), (wide, tall) = corner, tile
    right, bottom = x + wide - _GAP, y + tall - _GAP
    return [(x, y), (right, y), (right, bottom), (x, bottom)]


def _layout(codes: pd.Index) -> dict[str, tuple[int, int]]:
    """The grid whose tiles are exactly these provinces."""
    for text in (GRID_63, GRID_34):
        found = positions(text)
        if set(found) - set(_SYMBOLS) == set(codes):
            return found
    raise ParameterError(
        "A tile grid exists for the 63 provinces to June 2025 and the 34 since; these are {n}.",
        n=len(codes),
    )


def _owner(code: str) -> str:
    """The province whose group a tile has: its own, or that of the archipelago's province."""
    return ARCHIPELAGOS[_SYMBOLS[code]][0] if code in _SYMBOLS else code


def _tile_name(code: str, provinces: pd.DataFrame, lang: str) -> str:
    if code in _SYMBOLS:
        return ARCHIPELAGOS[_SYMBOLS[code]][1 if lang == "vi" else 2]
    return provinces.loc[code, f"name_{lang}"].replace("Thành phố ", "TP ").replace(" - ", " – ")

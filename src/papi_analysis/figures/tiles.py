"""A tile for every province, as large for the smallest as for the largest, with its name."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from papi_analysis._errors import ParameterError
from papi_analysis.boundaries import ARCHIPELAGOS
from papi_analysis.figures.maps import legend
from papi_analysis.figures.maps.national import (
    GROUP_NAMES,
    NARROW_BELOW,
    entries,
    groups_by_code,
    in_words,
    members,
    paint,
    title_of,
)
from papi_analysis.figures.palette import GROUPS, HATCHES, ON_GROUP
from papi_analysis.figures.style import WIDE, Chart, canvas, colour, headline, themed, wrap
from papi_analysis.wording import mark, say

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
    highlight : str
        Code of a province to outline.

    Raises
    ------
    ParameterError
        When the table is not one row per province of one year, or the provinces are neither the
        63 nor the 34.
    """
    series, year = groups_by_code(groups, provinces)
    spots = _layout(provinces.index)
    small = width < NARROW_BELOW
    tile = (width / 7, 44.0) if small else (68.0, 40.0)
    rows = 1 + max(row for row, _ in spots.values())
    top = 130.0 if small else 0.0
    chart = canvas(width, round(top + rows * tile[1] + 2))
    sheet = chart.add_axes((0, 0, 1, 1), label="sheet")
    sheet.set(xlim=(0, width), ylim=(top + rows * tile[1] + 2, 0))
    sheet.set_axis_off()
    corners = {code: (j * tile[0] + 1, top + i * tile[1] + 1) for code, (i, j) in spots.items()}
    owners = {code: _owner(code) for code in corners}
    for group in (*GROUP_NAMES, None):
        here = [c for c in corners if owners[c] in series.index[members(series, group)]]
        _tiles(sheet, [corners[c] for c in here], tile, paint(group), HATCHES[group])
        if group and here:
            spots_of = [(corners[c][0] + tile[0] / 2, corners[c][1] + 7) for c in here]
            legend.swatch_mark(sheet, spots_of, GROUPS[group][1], ON_GROUP[group], 5)
    for code, corner in corners.items():
        ink = ON_GROUP[int(series[owners[code]])] if pd.notna(series[owners[code]]) else "ink"
        _name(sheet, _tile_name(code, provinces, lang), corner, tile, 9.2 if small else 10.5, ink)
    if highlight:
        x, y = corners[highlight]
        outline = {"fc": "none", "ec": colour("ink"), "lw": 2.2, "zorder": 5}
        sheet.add_patch(Rectangle((x, y), tile[0] - _GAP, tile[1] - _GAP, **outline))
    corner = (4, 2) if small else (7 * tile[0] + 16, 4)
    title = say(lang, "PAPI total {year}", year=str(year))
    legend.draw(sheet, title, entries(series, lang), corner, size=11.5)
    return headline(
        chart,
        title=title_of(series, provinces, highlight, year, lang),
        subtitle=say(lang, SCHEMATIC),
        source="",
        alt=in_words(series, provinces, highlight, year, lang),
    )


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


def _tiles(sheet: Axes, corners: list, tile: tuple[float, float], fill: str, hatch: str) -> None:
    """All tiles of a class as one artist."""
    if not corners:
        return
    patches = [Rectangle(corner, tile[0] - _GAP, tile[1] - _GAP) for corner in corners]
    line = colour("nodata_line") if hatch else "none"
    look = {"facecolor": colour(fill), "edgecolor": line, "hatch": hatch or None, "linewidth": 0.8}
    sheet.add_collection(PatchCollection(patches, **look))


def _name(
    sheet: Axes, text: str, corner: tuple[float, float], tile: tuple, size: float, ink: str
) -> None:
    """A name broken to its tile, under the mark."""
    lines = wrap(text, tile[0] - _GAP - 2, size)
    x, y = corner[0] + (tile[0] - _GAP) / 2, corner[1] + tile[1] / 2 + 4
    look = {"ha": "center", "va": "center", "fontsize": size, "color": colour(ink)}
    sheet.text(x, y, "\n".join(lines), linespacing=0.95, **look)

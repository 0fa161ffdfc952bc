"""A tile for every province, as large for the smallest as for the largest, with its name."""

from __future__ import annotations

from functools import partial

import pandas as pd
from matplotlib.text import Text

from papi_analysis import cache
from papi_analysis.boundaries import ARCHIPELAGOS
from papi_analysis.errors import ParameterError
from papi_analysis.i18n import mark, say
from papi_analysis.plots import plane
from papi_analysis.plots.maps import backdrop, legend
from papi_analysis.plots.maps.national import HEADING, by_code, group_classes, title_of
from papi_analysis.plots.maps.whole import NARROW_BELOW, Classes, counted, in_words
from papi_analysis.plots.style import WIDE, Chart, colour, halo, headline, themed, wrap

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
    series, year = by_code(groups, provinces, "group")
    classes = group_classes(series, lang)
    spots = _layout(provinces.index)
    names = {code: _tile_name(code, provinces, lang) for code in spots}
    heading = say(lang, HEADING, year=str(year))
    everyone = _drawn(spots, names, classes, heading, width=width)
    chart = backdrop.within(everyone, partial(_paint, spots, names, classes, heading, width=width))
    if highlight:
        (x, y), tile = _corners(spots, width)[highlight], _tile(width)
        frame = (x, x + tile[0] - _GAP, y, y + tile[1] - _GAP)
        look = {"edgecolors": colour("ink"), "linewidths": 2.2, "joinstyle": "miter", "zorder": 3}
        plane.boxes(chart, [frame], "none", **look)
    return headline(
        chart,
        title=title_of(series, provinces, highlight, year, lang),
        subtitle=say(lang, SCHEMATIC),
        source="",
        alt=in_words(heading, classes, provinces, lang, opening=TILES_ALT),
    )


@cache.memoize
def _drawn(
    spots: dict[str, tuple[int, int]],
    names: dict[str, str],
    classes: Classes,
    heading: str,
    *,
    width: float,
) -> backdrop.Backdrop:
    """All tiles, drawn once for all provinces."""
    return _paint(spots, names, classes, heading, width=width)


def _paint(
    spots: dict[str, tuple[int, int]],
    names: dict[str, str],
    classes: Classes,
    heading: str,
    sheet: plane.Sheet | None = None,
    *,
    width: float,
) -> backdrop.Backdrop:
    """All tiles in classes, and the legend over or beside them; on `sheet` or on one of its own."""
    given = sheet is not None
    small, tile, corners = width < NARROW_BELOW, _tile(width), _corners(spots, width)
    height = round(max(y for _, y in corners.values()) + tile[1] + 1)
    sheet = sheet or plane.sheet(width, height)
    for entry, inside in classes:
        here = {code: at for code, at in corners.items() if inside[_owner(code)]}
        _tiles(sheet, list(here.values()), tile, entry)
        for code, corner in here.items():
            words = _name(sheet, names[code], corner, tile, 9.2 if small else 10.5, entry.ink)
            if entry.hatch:
                halo(words)
    corner = (4, 2) if small else (7 * tile[0] + 16, 4)
    legend.draw(sheet, heading, counted(classes), corner, size=11.5)
    return {} if given else backdrop.of(sheet)


def _tile(width: float) -> tuple[float, float]:
    """Width and height of a tile with the gap beside it."""
    return (width / 7, 44.0) if width < NARROW_BELOW else (68.0, 40.0)


def _corners(spots: dict[str, tuple[int, int]], width: float) -> dict[str, tuple[float, float]]:
    """The upper left corner of every tile, on a narrow page under the legend."""
    (wide, tall), top = _tile(width), 130.0 if width < NARROW_BELOW else 0.0
    return {code: (j * wide + 1, top + i * tall + 1) for code, (i, j) in spots.items()}


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


def _tiles(
    sheet: plane.Sheet, corners: list, tile: tuple[float, float], entry: legend.Entry
) -> None:
    """All tiles of a class as one artist, and all their marks as another."""
    if not corners:
        return
    boxes = [(x, x + tile[0] - _GAP, y, y + tile[1] - _GAP) for x, y in corners]
    line = colour("nodata_line") if entry.hatch else "none"
    look = {"edgecolors": line, "linewidths": 0.8, "hatch": entry.hatch or None}
    plane.boxes(sheet, boxes, colour(entry.fill), **look)
    if entry.mark:
        spots = [(x + tile[0] / 2, y + 7) for x, y in corners]
        legend.swatch_mark(sheet, spots, entry.mark, entry.ink, 5)


def _name(
    sheet: plane.Sheet, text: str, corner: tuple[float, float], tile: tuple, size: float, ink: str
) -> Text:
    """A name broken to its tile, under the mark."""
    lines = wrap(text, tile[0] - _GAP - 2, size)
    x, y = corner[0] + (tile[0] - _GAP) / 2, corner[1] + tile[1] / 2 + 4
    look = {"ha": "center", "fontsize": size, "color": colour(ink), "linespacing": 0.95}
    return plane.write(sheet, x, y, "\n".join(lines), **look)

"""One map of places in classes, on `GeoDataFrame.plot`, and what every map of them shares."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.legend import Legend
from matplotlib.legend_handler import HandlerTuple
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from shapely.geometry.base import BaseGeometry

from papi_analysis import boundaries, cache
from papi_analysis.errors import ParameterError
from papi_analysis.i18n import mark, number, say
from papi_analysis.places import collation_key
from papi_analysis.plots import style
from papi_analysis.plots.maps import labels
from papi_analysis.plots.maps.labels import Box, Point
from papi_analysis.plots.style import WIDE, Chart, colour, text_width, wrap

if TYPE_CHECKING:
    import geopandas as gpd

#: Equal areas over the whole country, islands included (Albers, WGS 84).
NATIONAL = "+proj=aea +lat_1=10 +lat_2=21 +lat_0=16 +lon_0=109 +datum=WGS84 +units=m"
#: VN-2000 in the zone of Trà Vinh (central meridian 105° 30'), and that province in degrees.
LOCAL, TRA_VINH = "EPSG:9209", (105.9, 9.4, 106.7, 10.2)
#: West, south, east, north of every national map, in degrees.
EXTENT = (102.0, 6.3, 118.0, 23.6)
#: Width under which a map is drawn for a phone: smaller type, the legend under the map.
NARROW_BELOW = 500
#: Width of the country on a wide page; the legend and a region stand beside it.
_COUNTRY, _GAP = 392.0, 12.0
#: Where the sea off the north begins on it, and how far down it is free of islands.
_SEA = (172.0, 186.0)
#: Four steps of what is known of places, least first; never the colours of PAPI's groups.
STEPS = ("context1", "context2", "context3", "context4")
#: Words on a step, in light and dark pages alike.
ON_STEP = {step: "on_strong" if step == STEPS[-1] else "on_soft" for step in STEPS}
NOT_KNOWN = mark("not known")
ISLANDS = {
    "hoang_sa": (mark("Hoang Sa archipelago\n(Da Nang City)"), mark("Hoang Sa")),
    "truong_sa": (mark("Truong Sa archipelago\n(Khanh Hoa Province)"), mark("Truong Sa")),
}
_MARKERS = {"▼": "v", "▽": "v", "△": "^", "▲": "^"}


@dataclass(frozen=True)
class Category:
    """One class of a map: value, words, colour, hatching, mark, and the colour of words on it."""

    value: object
    text: str
    fill: str
    hatch: str = ""
    mark: str = ""
    ink: str = "ink"

    def counted(self, n: int) -> Category:
        """The class as a legend tells it, with how many places are in it."""
        return replace(self, text=f"{self.text[0].upper()}{self.text[1:]} ({n})")


@style.themed
def choropleth(
    layer: gpd.GeoDataFrame,
    column: str,
    ax: Axes | None = None,
    *,
    categories: Sequence[Category] | None = None,
    title: str = "",
    words: dict[str, str] | None = None,
    highlight: str = "",
    inset: tuple[str, gpd.GeoDataFrame] | None = None,
    around: gpd.GeoDataFrame | None = None,
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
    """A map of places in classes; what has no value is hatched.

    A layer with the archipelagos is drawn as the whole country: to 118° east, their islands as
    circles, both of them named.

    Parameters
    ----------
    layer : GeoDataFrame
        Places by code, as of `boundaries.provinces`, with a column to show.
    column : str
        What is shown. A number is put into quarters unless `categories` are given.
    ax : Axes, optional
        Where to draw; without it a figure is made, its legend beside or under the map.
    categories : sequence of Category, optional
        The classes in the order of the legend; the last one with the value None is for no value.
    title : str
        What stands over the legend.
    words : dict, optional
        What is written on places, by code.
    highlight : str
        Code of a place to outline and name.
    inset : (str, GeoDataFrame), optional
        Some places of `layer` to show larger beside the country, under a title, with their names.
    around : GeoDataFrame, optional
        Places for a small map that says where the layer lies.

    Returns
    -------
    Figure
        That of `ax`, or a new one whose first axes hold the map in metres.

    Examples
    --------
    >>> from papi_analysis import boundaries
    >>> layer = boundaries.districts()
    >>> layer["share"] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, None, 0.9]
    >>> fig = choropleth(layer, "share", lang="en")
    >>> len(fig.axes)
    1
    """
    if categories is None:
        layer, categories = in_quarters(layer, column, lang)
        column = "quarter"
    classes = Classes.of(layer, column, categories)
    projected = layer.to_crs(system_of(layer)) if layer.crs.is_geographic else layer
    small, national = width < NARROW_BELOW, is_national(projected)
    size = style.LEAST if small else style.SMALL
    least = style.LEAST_ON_A_PHONE if small else style.LEAST
    frame = frame_of(projected)
    if ax is not None:
        figure = ax.figure
        draw(ax, projected, classes, frame)
        key = legend(ax, classes.counted(), title, size=size,
                     loc="upper right" if national else "lower left")  # fmt: skip
        window = None
    else:
        figure, ax, key, window = _stage(projected, classes, title, frame, width, inset)
        draw(ax, projected, classes, frame)
    shapes = labels.in_points(ax, projected.geometry)
    taken = [labels.box_of(key, ax)]
    if not national:
        taken.append(_scale_bar(ax, frame, taken[0]))
    if around is not None:
        taken.append(_locator(ax, around.to_crs(projected.crs), projected))
    if national:
        land = land_of(shapes)
        name_islands(ax, shapes, land, taken, lang, size=least)
        if not small:
            marks(ax, labels.spots(shapes), classes)
    if words:
        named = write(ax, words, shapes, taken, classes, size=least)
        mark_names(ax, named, words, classes)
    if highlight:
        outline(ax, projected.geometry[[highlight]])
        if national and not words:
            name = layer.loc[highlight, f"name_{lang}"]
            size = style.LEAST if small else style.BODY
            labels.name_beside(ax, name, shapes[highlight], land, taken, size)
    if window is not None and inset is not None:
        _inset(figure, window, projected, inset, classes, taken, highlight, lang)
    return figure


@dataclass(frozen=True)
class Classes:
    """The classes of a map and the class of every place."""

    categories: tuple[Category, ...]
    members: dict[str, Category]

    @classmethod
    def of(cls, layer: pd.DataFrame, column: str, categories: Iterable[Category]) -> Classes:
        """The class of every place by its value in a column."""
        by_value = {category.value: category for category in categories}
        values = layer[column].astype(object).where(layer[column].notna(), None)
        strange = sorted({str(value) for value in values if value not in by_value})
        if strange:
            raise ParameterError(
                "The column {column} holds {found}, which is none of the classes.",
                column=column, found=", ".join(strange)[:80],
            )  # fmt: skip
        members = {code: by_value[value] for code, value in values.items()}
        return cls(tuple(by_value.values()), members)

    def codes(self, category: Category) -> list[str]:
        """The places in a class."""
        return [code for code, own in self.members.items() if own is category]

    def counted(self) -> list[Category]:
        """The classes with how many places are in each."""
        return [category.counted(len(self.codes(category))) for category in self.categories]

    def told(self, names: pd.Series, lang: str) -> str:
        """Who is in which class, in words."""
        parts = []
        for category in self.categories:
            inside = sorted(names[self.codes(category)], key=collation_key)
            text = category.counted(len(inside)).text
            parts.append(f"{text}: {', '.join(inside) or say(lang, 'none')}.")
        return " ".join(parts)


def in_quarters(
    layer: gpd.GeoDataFrame, column: str, lang: str
) -> tuple[gpd.GeoDataFrame, list[Category]]:
    """The layer with a column `quarter` of the quarter of a number, and the quarters.

    Edges are values of the column, and as many as differ, so that no class is empty.
    """
    values = layer[column].astype(float)
    quartiles = values.quantile([0.25, 0.5, 0.75], interpolation="higher")
    cuts = sorted({float(q) for q in quartiles if q > values.min()})
    edges = [values.min(), *cuts, values.max()]
    names = [
        plain(lang, a) if a == b else f"{plain(lang, a)} – {plain(lang, b)}"
        for a, b in pairwise(edges)
    ]
    return in_steps(layer, values, [*cuts, np.inf], names, lang)


def in_steps(
    layer: gpd.GeoDataFrame, values: pd.Series, bounds: Sequence[float], names: list[str], lang: str
) -> tuple[gpd.GeoDataFrame, list[Category]]:
    """The layer with a column `quarter` of the class below each upper bound, and the classes."""
    step = pd.cut(values, [-np.inf, *bounds], labels=False, right=False)
    steps = zip(names, STEPS, strict=False)
    classes = [Category(i, name, fill, ink=ON_STEP[fill]) for i, (name, fill) in enumerate(steps)]
    return layer.assign(quarter=step), [*classes, unknown(lang)]


def unknown(lang: str, text: str = NOT_KNOWN) -> Category:
    """The class of places without a value."""
    return Category(None, say(lang, text), "nodata", hatch="////")


def plain(lang: str, value: float) -> str:
    """A number with as many decimals as it needs, two at most."""
    return number(lang, value, "#,##0.##")


# Projection and frame


def system_of(layer: gpd.GeoDataFrame) -> str:
    """Equal areas for the country and its regions; VN-2000 or equal areas below the province."""
    west, south, east, north = layer.to_crs(4326).total_bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    if TRA_VINH[0] < lon < TRA_VINH[2] and TRA_VINH[1] < lat < TRA_VINH[3]:
        return LOCAL
    if len(layer.index[0]) == 2:
        return NATIONAL
    return f"+proj=laea +lat_0={lat:.2f} +lon_0={lon:.2f} +datum=WGS84 +units=m"


def is_national(layer: gpd.GeoDataFrame) -> bool:
    """Whether both archipelagos are in a layer."""
    return all(code in layer.index for code, *_ in boundaries.ARCHIPELAGOS.values())


@functools.cache
def national_frame() -> Box:
    """Left, bottom, right, top of a national map in metres: all of `EXTENT`, to 118° E."""
    import pyproj

    into = pyproj.Transformer.from_crs(4326, NATIONAL, always_xy=True)
    return into.transform_bounds(*EXTENT, densify_pts=51)


def frame_of(layer: gpd.GeoDataFrame | gpd.GeoSeries, margin: float = 0.03) -> Box:
    """Left, bottom, right, top around a projected layer; that of the country is always the same."""
    if is_national(layer):
        return national_frame()
    left, bottom, right, top = layer.total_bounds
    pad = margin * max(right - left, top - bottom)
    return left - pad, bottom - pad, right + pad, top + pad


def height_of(frame: Box, width: float) -> float:
    """Height of a frame that is so wide."""
    left, bottom, right, top = frame
    return width * (top - bottom) / (right - left)


# Drawing


def draw(
    axes: Axes, layer: gpd.GeoDataFrame, classes: Classes, frame: Box, *, edge: str = "border",
    width: float = 0.5,
) -> None:  # fmt: skip
    """Fill the places by class, later classes over earlier; islands of archipelagos are circles.

    Places with the same hatching are one collection: each call of geopandas costs milliseconds.
    """
    axes.set_axis_off()
    axes.set(xlim=frame[::2], ylim=frame[1::2], aspect="equal")
    ashore, islands = _islands(layer)
    order = [code for category in classes.categories for code in classes.codes(category)]
    fills = pd.Series({code: colour(classes.members[code].fill) for code in order}, dtype=object)
    lines = pd.Series({code: _edge(classes.members[code], edge) for code in order}, dtype=object)
    for hatch in dict.fromkeys(category.hatch for category in classes.categories):
        codes = [code for code in order if classes.members[code].hatch == hatch]
        if codes:
            look = {"color": fills[codes].tolist(), "edgecolor": lines[codes].tolist()}
            ashore.loc[codes].plot(ax=axes, aspect=None, hatch=hatch or None, linewidth=width,
                                   zorder=0, **look)  # fmt: skip
    for code, spots in islands.items():
        if code in fills:
            pale = classes.members[code].fill in ("land", "nodata", *STEPS)
            axes.scatter(*zip(*spots, strict=True), s=_circle(axes), facecolor=fills[code],
                         edgecolor=colour("ink") if pale else fills[code], linewidth=0.6,
                         zorder=1)  # fmt: skip
    axes.set(xlim=frame[::2], ylim=frame[1::2])


def _edge(category: Category, edge: str) -> str:
    """The colour of the border of a place."""
    if category.fill == "land":
        return colour("muted")
    return colour("nodata_line" if category.hatch else edge)


def _circle(axes: Axes) -> float:
    """Area of an island in square points: a little larger on a larger map."""
    wide = axes.get_position().width * axes.figure.get_figwidth() * 72
    return (3.4 if wide < 300 else 5.0) ** 2


def _islands(layer: gpd.GeoDataFrame) -> tuple[gpd.GeoSeries, dict[str, list[Point]]]:
    """The places without their archipelagos, and the middles of the islands by province."""
    shapes, islands = layer.geometry.copy(), {}
    for code, *_ in boundaries.ARCHIPELAGOS.values():
        if code in shapes.index and len(code) == 2:
            far = archipelago(shapes[code])
            islands[code] = [(part.centroid.x, part.centroid.y) for part in far.geoms]
            kept = [part for part in shapes[code].geoms if not part.within(far.envelope)]
            shapes[code] = shapely.MultiPolygon(kept)
    return shapes, {code: spots for code, spots in islands.items() if spots}


def archipelago(shape: BaseGeometry) -> BaseGeometry:
    """The symbols of the archipelago of a province: its parts in the open sea."""
    mainland = labels.largest_part(shape)
    far = 0.5 * (mainland.bounds[2] - mainland.bounds[0]) + mainland.bounds[2]
    return shapely.MultiPolygon(
        [part for part in getattr(shape, "geoms", []) if part.centroid.x > far]
    )


def outline(axes: Axes, shapes: gpd.GeoSeries, width: float = 1.6) -> None:
    """Draw the borders of places."""
    shapes.plot(ax=axes, aspect=None, facecolor="none", edgecolor=colour("ink"), linewidth=width,
                zorder=2)  # fmt: skip


def marks(axes: Axes, at: dict[str, Point], classes: Classes) -> None:
    """The mark of its class at a point (in figure points) of every place, not only its colour."""
    back = axes.transData.inverted()
    for category in classes.categories:
        spots = [at[code] for code in classes.codes(category) if code in at]
        if category.mark and spots:
            where = back.transform(np.array(spots) * axes.figure.dpi / 72)
            put_marks(axes, where, category.mark, category.ink)


def put_marks(axes: Axes, where: np.ndarray, sign: str, ink: str, size: float = 4.5) -> None:
    """Marks of the palette at places of the axes, as one artist."""
    fill = colour(ink) if sign in "▲▼" else "none"
    axes.scatter(*np.asarray(where).T, s=size**2, marker=_MARKERS[sign], facecolor=fill,
                 edgecolor=colour(ink), linewidth=0.8, zorder=3)  # fmt: skip


def write(
    axes: Axes, words: dict[str, str], shapes: gpd.GeoSeries, taken: list[Box], classes: Classes,
    *, size: float,
) -> dict[str, tuple[Box, str]]:  # fmt: skip
    """Write on places in the ink of their class, on hatching with an edge like the paper."""
    inks = {code: category.ink for code, category in classes.members.items()}
    edged = frozenset(code for code, category in classes.members.items() if category.hatch)
    return labels.name_all(axes, words, shapes, taken, size=size, inks=inks, edged=edged)


def name_islands(
    axes: Axes, shapes: gpd.GeoSeries, land: BaseGeometry, taken: list[Box], lang: str, *,
    size: float, short: bool = False,
) -> None:  # fmt: skip
    """Names of both archipelagos, with their provinces unless there is little room; and the sea."""
    symbols = {code: archipelago(shapes[code]) for code, *_ in boundaries.ARCHIPELAGOS.values()}
    for far in symbols.values():
        taken.extend(part.centroid.buffer(4).bounds for part in far.geoms)
    for key, (code, *_) in boundaries.ARCHIPELAGOS.items():
        far, text = symbols[code], say(lang, ISLANDS[key][short])
        labels.name_symbols(axes, text, far, land, taken, size=size, weight=600)
    if not short:
        window = axes.get_window_extent().get_points() * 72 / axes.figure.dpi
        (left, bottom), (right, top) = window
        sea = shapely.Point(left + 0.62 * (right - left), bottom + 0.47 * (top - bottom))
        text = say(lang, "East Sea")
        labels.name_symbols(axes, text, sea, land, taken, size=size, ink="muted")


def land_of(shapes: gpd.GeoSeries) -> BaseGeometry:
    """All places together, prepared for many questions."""
    land = shapely.from_wkb(_together(shapes))
    shapely.prepare(land)
    return land


@cache.memoize
def _together(shapes: gpd.GeoSeries) -> str:
    return shapely.union_all(shapes.to_numpy()).wkb_hex


def source(layer: gpd.GeoDataFrame, lang: str, facts: str = "") -> str:
    """The source line: that of the figures, then that of the boundaries."""
    sentence, values = boundaries.source(layer)
    parts = [say(lang, facts) if facts else "", say(lang, sentence, **values) if sentence else ""]
    return " ".join(part for part in parts if part)


def _scale_bar(axes: Axes, frame: Box, key: Box) -> Box:
    """A bar of round length at the lower right, with how long it is; returns its box in points."""
    metres = frame[2] - frame[0]
    kilometres = 10 if metres < 150_000 else 50 if metres < 900_000 else 200
    (left, bottom), (right, _) = axes.get_window_extent().get_points() * 72 / axes.figure.dpi
    wide = kilometres * 1000 * (right - left) / metres
    low = key[1] if key[2] < right - wide - 30 and key[1] < bottom else bottom
    ends = np.array([[right - 10 - wide, low + 6], [right - 10, low + 6]])
    x, y = axes.transData.inverted().transform(ends * axes.figure.dpi / 72).T
    look = {"color": colour("median"), "lw": 2, "clip_on": False, "scalex": False, "scaley": False}
    axes.plot(x, y, **look)
    labels.put(axes, f"{kilometres} km", (right - 10 - wide / 2, low + 15), size=style.LEAST)
    half = max(wide, text_width(f"{kilometres} km", style.LEAST)) / 2 + 2
    return right - 10 - wide / 2 - half, low, right - 10 - wide / 2 + half, low + 24


def _locator(axes: Axes, around: gpd.GeoDataFrame, layer: gpd.GeoDataFrame) -> Box:
    """A small map of the neighbourhood in the upper right corner, with what is mapped filled."""
    left, bottom, right, top = layer.total_bounds
    reach = 1.6 * (right - left)
    x, y = (left + right) / 2 - reach / 3, (bottom + top) / 2
    (a, _), (b, c) = axes.get_window_extent().get_points() * 72 / axes.figure.dpi
    side = 0.2 * (b - a)
    box = (b - side - 4, c - side - 4, b - 4, c - 4)
    wide, high = labels.extent(axes)
    small = axes.figure.add_axes((box[0] / wide, box[1] / high, side / wide, side / high))
    small.set(xlim=(x - reach, x + reach), ylim=(y - reach, y + reach), xticks=[], yticks=[])
    for edge in small.spines.values():
        edge.set(visible=True, color=colour("line"))
    frame = shapely.box(x - reach, y - reach, x + reach, y + reach)
    near = around.geometry[around.intersects(frame)].intersection(frame)
    for shapes, fill, line in ((near, "land", "line"), (layer.geometry, "median", "median")):
        look = {"facecolor": colour(fill), "edgecolor": colour(line), "linewidth": 0.6}
        shapes.plot(ax=small, aspect=None, **look)
    small.set(xlim=(x - reach, x + reach), ylim=(y - reach, y + reach), xlabel="", ylabel="")
    return box


# Legend


def legend(
    owner: Axes | Chart, categories: Sequence[Category], title: str, *, size: float, **place: object
) -> Legend:
    """The legend of a map: every class, also the empty ones, always in the same order."""
    handles = []
    for category in categories:
        edge = colour("nodata_line" if category.hatch else "line")
        look = {"facecolor": colour(category.fill), "edgecolor": edge, "linewidth": 0.8}
        swatch = Patch(hatch=category.hatch or None, **look)
        fill = colour(category.ink) if category.mark in "▲▼" else "none"
        sign = Line2D([], [], ls="", marker=_MARKERS.get(category.mark, ""), ms=0.5 * size,
                      mfc=fill, mec=colour(category.ink), mew=0.8)  # fmt: skip
        handles.append((swatch, sign))
    look = {"title": title or None, "alignment": "left", "fontsize": size, "borderpad": 0}
    look |= {"title_fontproperties": {"weight": 600, "size": size}, "borderaxespad": 0.3}
    look |= {"handlelength": 1.7, "handleheight": 1.1, "handletextpad": 0.6, "labelspacing": 0.45}
    texts = [category.text for category in categories]
    handler = {tuple: HandlerTuple(ndivide=1, pad=0)}
    return owner.legend(handles, texts, handler_map=handler, **look, **place)


def legend_size(categories: Sequence[Category], title: str, size: float) -> Point:
    """About how much room a legend takes."""
    wide = [text_width(line, size, 600) for line in title.split("\n")]
    lines = [line for category in categories for line in category.text.split("\n")]
    wide += [text_width(line, size) + 2.4 * size for line in lines]
    tall = (
        1.25 * len(lines) + 0.5 * len(categories) + (1.6 * len(title.split("\n")) if title else 0)
    )
    return max(wide), size * tall + 6


def wrapped(categories: Sequence[Category], room: float, size: float) -> list[Category]:
    """The classes with their words broken to so much room."""
    inner = room - 2.4 * size
    return [replace(c, text="\n".join(wrap(c.text, inner, size))) for c in categories]


def _stage(
    layer: gpd.GeoDataFrame, classes: Classes, title: str, frame: Box, width: float, inset: object
) -> tuple[Chart, Axes, Legend, Box | None]:
    """Figure, axes and legend of a map, and the window of an inset where there is room for one."""
    small, national = width < NARROW_BELOW, is_national(layer)
    size = style.LEAST if small else style.SMALL
    beside = national and not small
    wide = _COUNTRY if beside else width
    tall = height_of(frame, wide)

    def keyed(room: float) -> tuple[list[Category], str, Point]:
        entries = wrapped(classes.counted(), room, size)
        head = "\n".join(wrap(title, room, size, 600))
        return entries, head, legend_size(entries, head, size)

    window = None
    if beside:
        chart, corner = style.canvas(width, tall), (wide + _GAP, 2.0)
        entries, head, takes = keyed(width - wide - _GAP)
        if inset is not None:
            window = (wide + _GAP, takes[1] + 14, width, tall)
            at_sea = keyed(wide - _SEA[0])
            if at_sea[2][1] < _SEA[1]:  # a region can be larger then
                entries, head, _ = at_sea
                corner, window = (_SEA[0], 2.0), (wide + _GAP, 2.0, width, tall)
    else:
        entries, head, takes = keyed(width - 8)
        below = takes[1] + 8 if national else _room_below(layer, frame, width, takes)
        chart, corner = style.canvas(width, tall + below), (4.0, tall + below - takes[1])
    high = chart.get_figheight() * 72
    ax = chart.add_axes((0, 1 - tall / high, wide / width, tall / high))
    place = {"loc": "upper left", "bbox_to_anchor": (corner[0] / width, 1 - corner[1] / high)}
    key = legend(chart, entries, head, size=size, **place)
    return chart, ax, key, window


def _room_below(layer: gpd.GeoDataFrame, frame: Box, width: float, takes: Point) -> float:
    """What to add under a map so that a legend in its lower left corner covers no place."""
    left, low, right, _ = frame
    metres = (right - left) / width
    shapes = layer.geometry.to_numpy()
    for below in range(0, int(takes[1]) + 12, 4):
        bottom = low - below * metres
        corner = (left, bottom, left + (takes[0] + 14) * metres, bottom + (takes[1] + 10) * metres)
        if not shapely.intersects(shapes, shapely.box(*corner)).any():
            return float(below)
    return takes[1] + 12


def _inset(
    figure: Chart, window: Box, layer: gpd.GeoDataFrame, inset: tuple[str, gpd.GeoDataFrame],
    classes: Classes, taken: list[Box], highlight: str, lang: str,
) -> None:  # fmt: skip
    """Some places of a national map, larger and with their names, in a window of the figure."""
    (title, region), (left, top, right, bottom) = inset, window
    width, high = (float(inches * 72) for inches in figure.get_size_inches())
    ashore = layer.assign(geometry=_islands(layer)[0])
    own = ashore[ashore.index.isin(region.index)]
    frame = frame_of(own.geometry.map(labels.largest_part), 0.06)
    head = 24.0
    tall = min(height_of(frame, right - left), bottom - top - head)
    wide = (right - left) * tall / height_of(frame, right - left)
    corner = (left + (right - left - wide) / 2, top + head + (bottom - top - head - tall) / 2)
    place = (corner[0] / width, 1 - (corner[1] + tall) / high, wide / width, tall / high)
    ax = figure.add_axes(place)
    ax.set_title(title, fontsize=style.SMALL, y=1, pad=5)
    window = shapely.box(*frame)
    near = ashore[ashore.intersects(window) & ~ashore.index.isin(own.index)]
    if len(near):
        land = {"facecolor": colour("land"), "edgecolor": colour("line"), "linewidth": 0.5}
        near.clip(window).plot(ax=ax, aspect=None, zorder=-1, **land)
    chosen = Classes(classes.categories, {code: classes.members[code] for code in own.index})
    draw(ax, own, chosen, frame)
    if highlight in own.index:
        outline(ax, own.geometry[[highlight]], 1.8)
    shapes = labels.in_points(ax, own.clip(window).geometry.reindex(own.index))
    names = {code: f"{chosen.members[code].mark} {name}".strip()
             for code, name in region[f"name_{lang}"].items()}  # fmt: skip
    taken = [box for box in taken if box[2] > left]  # few: neighbours share the plan of a region
    taken.append((0.0, 0.0, left, high))
    write(ax, names, shapes, taken, chosen, size=style.LEAST)


def mark_names(
    axes: Axes, named: dict[str, tuple[Box, str]], words: dict[str, str], classes: Classes
) -> None:
    """The mark of its class over every name whose first line is empty, in the name's colour."""
    back = axes.transData.inverted()
    free = {code for code in named if words[code].startswith("\n")}
    for category in classes.categories:
        own = [named[code] for code in classes.codes(category) if category.mark and code in free]
        for ink in sorted({ink for _, ink in own}):
            at = [((box[0] + box[2]) / 2, box[3] - (box[3] - box[1]) / 5)
                  for box, other in own if other == ink]  # fmt: skip
            where = back.transform(np.array(at) * axes.figure.dpi / 72)
            put_marks(axes, where, category.mark, ink)

"""Trà Vinh's districts and communes with what is really known about them, never a PAPI score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes

from papi_analysis._errors import ParameterError
from papi_analysis.figures.maps import ground as base
from papi_analysis.figures.maps import labels, legend
from papi_analysis.figures.maps.national import NARROW_BELOW
from papi_analysis.figures.style import WIDE, Chart, headline, themed
from papi_analysis.wording import mark, say

if TYPE_CHECKING:
    import geopandas as gpd

#: Said under every map of districts or communes.
NO_DISTRICT_SCORE = mark("PAPI has no score below the province; this map shows context, not PAPI.")


#: What can be shown of the districts: title, column, upper bounds of the classes and their names,
#: and the sentence about the largest.
LAYERS = {
    "minority": (
        mark("Share of communes where ethnic minorities are over 20 %"),
        "listed_share",
        (0.25, 0.5, 0.75, np.inf),
        (mark("under 25 %"), mark("25 to 50 %"), mark("50 to 75 %"), mark("75 % or more")),
        mark(
            "{name} has the largest share of communes where ethnic minorities are over 20 %: "
            "{listed} of {communes}, among the {n} districts whose list is complete"
        ),
    ),
    "area": (
        mark("Official area, km²"),
        "area_km2",
        (200, 250, 300, np.inf),
        (mark("under 200"), mark("200 to 250"), mark("250 to 300"), mark("300 or more")),
        mark("{name} is the largest district, {area_km2:0.0} km²"),
    ),
    "communes": (
        mark("Number of communes"),
        "communes",
        (10, 12, 15, np.inf),
        (mark("under 10"), mark("10 to 11"), mark("12 to 14"), mark("15 or more")),
        mark("{name} has the most communes, {communes} of {total}"),
    ),
}
#: Classes of the communes: key, name, colour and hatching, in the order of the legend.
COMMUNE_CLASSES = (
    ("high", mark("Khmer 50 % or more"), "context4", ""),
    ("middle", mark("Khmer 20 to 50 %"), "context3", ""),
    ("part", mark("minorities over 20 % in part of it, share not known"), "context2", "...."),
    ("low", mark("minorities under 20 % throughout"), "context1", ""),
    ("unknown", mark("not known: the published list does not reach it"), "nodata", "////"),
)
LIST_SOURCE = mark(
    "Communes with over 20 % ethnic minority: Ethnic Committee of Trà Vinh; complete for five "
    "districts, cut off for Cầu Ngang, absent for three."
)
AREA_SOURCE = mark("Areas and communes: official figures to June 2025.")
_FILLS = ("context1", "context2", "context3", "context4")
_UNKNOWN = mark("not known")
AT_LEAST, OF = mark("at least {listed} of {communes}"), mark("{listed} of {communes}")


@themed
def districts(
    layer: gpd.GeoDataFrame,
    context: pd.DataFrame,
    *,
    show: str = "minority",
    around: gpd.GeoDataFrame | None = None,
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
    """Trà Vinh's nine districts to June 2025 by one thing that is known of them.

    Parameters
    ----------
    layer : GeoDataFrame
        See `boundaries.districts`.
    context : DataFrame
        See `places.district_context`; a district without a value is hatched.
    show : str
        A key of `LAYERS`.
    around : GeoDataFrame, optional
        Provinces for a small map that says where it lies (see `boundaries.provinces`).

    Raises
    ------
    ParameterError
        When `show` is unknown or the table holds a district that is not on the map.
    """
    if show not in LAYERS:
        raise ParameterError(
            "A district map shows one of {known}, not {value!r}. PAPI scores exist for provinces "
            "only.",
            known=", ".join(LAYERS),
            value=str(show)[:80],
        )
    title, column, bounds, names, _ = LAYERS[show]
    table = _rows(context, layer)
    values = table[column].astype(float)
    steps = pd.cut(values, [-np.inf, *bounds], labels=False, right=False)
    classes = [
        (say(lang, name), fill, "", steps.eq(i))
        for i, (name, fill) in enumerate(zip(names, _FILLS, strict=True))
    ]
    classes.append((say(lang, _UNKNOWN), "nodata", "////", steps.isna()))
    chart, sheet, shapes, taken = _draw(layer, classes, say(lang, title), around, width)
    said = {code: _value(row, show, lang) for code, row in table.iterrows()}
    words = {code: f"{_short(name)}\n{said[code]}" for code, name in layer[f"name_{lang}"].items()}
    _write(sheet, shapes, words, classes, taken, width)
    return headline(
        chart,
        title=_finding(table.assign(name=layer[f"name_{lang}"]), show, lang),
        subtitle=f"{say(lang, title)}. {say(lang, NO_DISTRICT_SCORE)}",
        source=base.source(layer, lang, LIST_SOURCE if show == "minority" else AREA_SOURCE),
        alt=_alt(layer, said, title, lang),
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
    table = _rows(context, layer)
    key = table["known"].replace({"below": "low"})
    shares = table["khmer_share"].astype(float)
    key = key.mask(shares.ge(0.5), "high").mask(
        shares.between(0.2, 0.5, inclusive="left"), "middle"
    )
    key = key.mask(shares.lt(0.2), "low")
    classes = [
        (say(lang, name), fill, hatch, key.eq(code)) for code, name, fill, hatch in COMMUNE_CLASSES
    ]
    title = say(lang, "Khmer share of the population")
    chart, sheet, shapes, taken = _draw(layer, classes, title, around, width)
    said = {c: say(lang, "{share:0 %}", share=v) if pd.notna(v) else "" for c, v in shares.items()}
    named = width >= NARROW_BELOW
    words = {
        c: "\n".join(filter(None, (_short(name) if named else "", said[c])))
        for c, name in layer[f"name_{lang}"].items()
    }
    _write(sheet, shapes, words, classes, taken, width)
    return headline(
        chart,
        title=say(
            lang,
            "The Khmer share is known for {n} of {all} communes",
            n=int(shares.notna().sum()),
            all=len(table),
        ),
        subtitle=f"{title}. {say(lang, NO_DISTRICT_SCORE)}",
        source=base.source(layer, lang, LIST_SOURCE),
        alt=_alt_classes(layer, classes, lang),
    )


def _rows(context: pd.DataFrame, layer: gpd.GeoDataFrame) -> pd.DataFrame:
    """The table in the order of the layer, after a check that every row has its place."""
    strange = sorted(set(context["code"]) - set(layer.index))
    if strange or context["code"].duplicated().any():
        raise ParameterError(
            "The table holds places twice or that are not on the map: {codes}.",
            codes=", ".join(strange or context.loc[context["code"].duplicated(), "code"]),
        )
    return context.set_index("code").reindex(layer.index)


def _draw(
    layer: gpd.GeoDataFrame,
    classes: list[tuple],
    title: str,
    around: gpd.GeoDataFrame | None,
    width: float,
) -> tuple:
    """The filled map with legend, scale bar and locator: chart, sheet, shapes and taken boxes."""
    local = layer.to_crs(base.LOCAL)
    frame = base.frame_of(local)
    shapes = base.in_pixels(local, frame, width)
    entries = [
        legend.Entry(f"{text[0].upper()}{text[1:]} ({int(here.sum())})", fill, hatch=hatch)
        for text, fill, hatch, here in classes
    ]
    size = 12 if width >= NARROW_BELOW else 11
    extent = legend.size_of(title, entries, size)
    below = _room_below(shapes, extent, base.height_of(frame, width))
    chart, ground, sheet = base.stage(frame, width, below=below)
    for _, paint, hatch, here in classes:
        base.fill(ground, local[here.to_numpy()], paint, hatch=hatch, edge="muted", width=0.7)
    corner = (4, sheet.get_ylim()[0] - extent[1] - 4)
    taken = [legend.draw(sheet, title, entries, corner, size=size)]
    beside = extent[0] < 0.8 * width
    lowest = sheet.get_ylim()[0] if beside else base.height_of(frame, width)
    taken.append(base.scale_bar(sheet, frame, 10, lowest))
    if around is not None:
        taken.append(_locator(chart, sheet, around.to_crs(base.LOCAL), local))
    return chart, sheet, shapes, taken


def _room_below(shapes: gpd.GeoSeries, extent: tuple[float, float], height: float) -> float:
    """Pixels to add under the map so that a legend in its lower left corner covers no place."""
    for below in np.arange(0, extent[1] + 12, 4.0):
        bottom = height + below
        if not shapes.intersects(
            shapely.box(0, bottom - extent[1] - 10, extent[0] + 10, bottom)
        ).any():
            return float(below)
    return float(extent[1] + 12)


def _locator(chart: Chart, sheet: Axes, around, local) -> base.Box:
    """A small map of the provinces around, with this one filled; returns its box."""
    width, height = sheet.get_xlim()[1], sheet.get_ylim()[0]
    size = 0.2 * width
    box = (width - size - 4, 4, width - 4, 4 + size)
    place = (box[0] / width, 1 - box[3] / height, size / width, size / height)
    inset = chart.add_axes(place, label="locator")
    left, bottom, right, top = base.frame_of(around, 0.02)
    side = max(right - left, top - bottom)
    inset.set(xlim=(left, left + side), ylim=(bottom, bottom + side))
    inset.set_axis_off()
    base.fill(inset, around, "land", edge="line", width=0.6)
    base.fill(inset, local, "median", edge="median", width=0.6)
    return box


def _write(sheet, shapes, words: dict[str, str], classes, taken, width: float) -> None:
    """Names inside their places, then beside the land with a line where there is no room."""
    dark = {
        code for _, paint, _, here in classes if paint == "context4" for code in here[here].index
    }
    land = base.land_of(shapes)
    size = 9.5 if width < NARROW_BELOW else 11.5
    for how in ("only_inside", "only_outside", "anywhere"):
        for code in shapes.area.sort_values(ascending=False, kind="stable").index:
            ink = "on_strong" if code in dark and how != "only_outside" else "ink"
            look = {"size": size, "ink": ink, how: True}
            if words.get(code) and labels.write(
                sheet, words[code], shapes[code], land, taken, **look
            ):
                del words[code]


_SHORT = (
    ("Thành phố ", "TP "),
    ("Thị xã ", "TX "),
    ("Huyện ", "H. "),
    ("Phường ", "P. "),
    ("Xã ", ""),
    (" Commune", ""),
)


def _short(name: str) -> str:
    """A name with its type in short, as maps write it."""
    for long, short in _SHORT:
        name = name.replace(long, short)
    return name


def _value(row: pd.Series, show: str, lang: str) -> str:
    """What is written in a district: the number, a lower bound, or that it is not known."""
    if show == "area":
        return say(lang, "{area_km2:0.0} km²", area_km2=row["area_km2"])
    if show == "communes":
        return str(row["communes"])
    if row["list_status"] == "absent":
        return say(lang, _UNKNOWN)
    sentence = AT_LEAST if row["list_status"] == "cut_off" else OF
    return say(lang, sentence, listed=int(row["listed"]), communes=int(row["communes"]))


def _finding(table: pd.DataFrame, show: str, lang: str) -> str:
    """The sentence about the district with the largest value."""
    _, column, _, _, sentence = LAYERS[show]
    values = table[column].astype(float)
    row = table.loc[values.idxmax()].to_dict()
    facts = {"n": int(values.notna().sum()), "total": int(table["communes"].sum())}
    return say(lang, sentence, **row, **facts)


def _alt(layer: gpd.GeoDataFrame, said: dict[str, str], title: str, lang: str) -> str:
    listed = "; ".join(f"{name}: {said[code]}" for code, name in layer[f"name_{lang}"].items())
    return f"{say(lang, title)}. {listed}. {say(lang, NO_DISTRICT_SCORE)}"


def _alt_classes(layer: gpd.GeoDataFrame, classes: list[tuple], lang: str) -> str:
    parts = [say(lang, "Map of the {n} communes since July 2025.", n=len(layer))]
    for text, _, _, here in classes:
        names = ", ".join(layer.loc[here.to_numpy(), f"name_{lang}"]) or say(lang, "none")
        parts.append(f"{text} ({int(here.sum())}): {names}.")
    return " ".join([*parts, say(lang, NO_DISTRICT_SCORE)])

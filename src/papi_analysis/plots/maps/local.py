"""Districts and communes by what is really known of them, never by a PAPI score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from papi_analysis.errors import ParameterError
from papi_analysis.i18n import mark, say
from papi_analysis.places import no_district_score, plain
from papi_analysis.plots import style
from papi_analysis.plots.maps import base, labels
from papi_analysis.plots.maps.base import (
    NARROW_BELOW,
    NOT_KNOWN,
    ON_STEP,
    STEPS,
    Category,
    Classes,
    choropleth,
)
from papi_analysis.plots.style import WIDE, Chart, colour, headline, themed

if TYPE_CHECKING:
    import geopandas as gpd

#: Said under every map of districts or communes.
NO_DISTRICT_SCORE = mark("PAPI has no score below the province; this map shows context, not PAPI.")
_SHORT = {
    "Thành phố ": "TP ", "Thị xã ": "TX ", "Huyện ": "H. ", "Quận ": "Q. ", "Phường ": "P. ",
    "Xã ": "", " Commune": "", " Ward": "",
}  # fmt: skip
#: What can be shown of the districts: title, column, upper bounds of the classes and their names
#: (without any: quarters of the values), and the sentence about them.
LAYERS = {
    "minority": (
        mark("Share of communes where ethnic minorities are over 20 %"),
        "listed_share",
        (0.25, 0.5, 0.75, np.inf),
        (mark("under 25 %"), mark("25 to 50 %"), mark("50 to 75 %"), mark("75 % or more")),
        mark(
            "The list of communes where ethnic minorities are over 20 % is complete for {n} of "
            "{all} districts"
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
        (),
        (),
        mark("{name} has the most communes, {communes} of {total}"),
    ),
}
LIST_SOURCE = mark(
    "Communes with over 20 % ethnic minority: list published by the Ethnic Committee of Trà Vinh; "
    "complete for five districts, cut off for Cầu Ngang; for three districts no list is known."
)
AREA_SOURCE = mark("Areas and communes: official figures to June 2025.")
UNITS_SOURCE = mark("Number of communes: register of units to 30 June 2025 (vietnamadminunits).")
#: Columns of PAPI tables, which no table by district can have.
_SCORES = {"score", "rank", "group"}
AT_LEAST, OF = mark("at least {listed} of {communes}"), mark("{listed} of {communes}")
#: Classes of the communes: key, name, colour and hatching, in the order of the legend.
COMMUNE_CLASSES = (
    ("high", mark("Khmer 50 % or more"), "context4", ""),
    ("middle", mark("Khmer 20 to 50 %"), "context3", ""),
    ("part", mark("minorities over 20 % in part of it, share not known"), "context2", "----"),
    ("low", mark("minorities under 20 % throughout"), "context1", ""),
    (None, mark("not known: the published list does not reach it"), "nodata", "////"),
)


@themed
def districts(
    layer: gpd.GeoDataFrame,
    context: pd.DataFrame,
    ax: Axes | None = None,
    *,
    show: str = "minority",
    around: gpd.GeoDataFrame | None = None,
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
    """The districts of a province to June 2025 by one thing that is known of them.

    Parameters
    ----------
    layer : GeoDataFrame
        See `boundaries.districts`, or a layer of the districts of another province.
    context : DataFrame
        See `places.district_context`, or for another province `places.districts_of`; a district
        without a value is hatched.
    show : str
        A key of `LAYERS`; only "communes" is known outside Trà Vinh.
    around : GeoDataFrame, optional
        Provinces for a small map that says where it lies (see `boundaries.provinces`).

    Raises
    ------
    DataError
        When PAPI is asked for, or the table holds scores, ranks or groups.
    ParameterError
        When `show` is unknown or the table holds a district that is not on the map.
    """
    if "papi" in plain(show) or _SCORES & set(context):
        raise no_district_score(say(lang, "a district"))
    if show not in LAYERS:
        raise ParameterError(
            "A district map shows one of {known}, not {value!r}. PAPI scores exist for provinces "
            "only.",
            known=", ".join(LAYERS),
            value=str(show)[:80],
        )
    title, column, bounds, names, sentence = LAYERS[show]
    table = rows(context, layer).assign(name=layer[f"name_{lang}"])
    values = table[column].astype(float)
    names = [say(lang, name) for name in names]
    shown, classes = (
        base.in_steps(layer, values, bounds, names, lang)
        if bounds
        else base.in_quarters(layer.assign(value=values), "value", lang)
    )
    facts = {"n": int(values.notna().sum()), "all": len(table)}
    facts |= {"total": int(table["communes"].sum()), **table.loc[values.idxmax()].to_dict()}
    where = AREA_SOURCE if "area_km2" in context else UNITS_SOURCE
    return _named(
        shown, classes, {code: _value(row, show, lang) for code, row in table.iterrows()}, ax,
        heading=say(lang, title), around=around, lang=lang, width=width,
        title=say(lang, sentence, **facts),
        subtitle=f"{say(lang, title)}. {say(lang, NO_DISTRICT_SCORE)}",
        source=base.source(layer, lang, LIST_SOURCE if show == "minority" else where),
    )  # fmt: skip


@themed
def district_values(
    layer: gpd.GeoDataFrame,
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    around: gpd.GeoDataFrame | None = None,
    lang: str = "vi",
    width: float = WIDE,
) -> Chart:
    """A user's own figures by district, with their source; districts without one are hatched.

    Parameters
    ----------
    layer : GeoDataFrame
        See `boundaries.districts`.
    table : DataFrame
        See `boundaries.read_district_table`: code, indicator, value, year, source.
    around : GeoDataFrame, optional
        Provinces for a small map that says where it lies.
    """
    facts = table.iloc[0]
    values = rows(table[["code", "value"]], layer)["value"].astype(float)
    shown, classes = base.in_quarters(layer.assign(value=values), "value", lang)
    said = {code: base.plain(lang, value) if pd.notna(value) else say(lang, NOT_KNOWN)
            for code, value in values.items()}  # fmt: skip
    heading = f"{facts['indicator']}, {facts['year']}"
    subtitle = say(
        lang,
        "Figures given by the user for {n} of {all} districts; they are not PAPI scores.",
        n=int(values.notna().sum()),
        all=len(layer),
    )
    return _named(
        shown, classes, said, ax, heading=heading, around=around, lang=lang, width=width,
        title=heading, subtitle=subtitle, source=f"{facts['source']}. {base.source(layer, lang)}",
    )  # fmt: skip


@themed
def communes(
    layer: gpd.GeoDataFrame,
    context: pd.DataFrame,
    ax: Axes | None = None,
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
    kind = kind.mask(kind.eq("unknown"), None)
    categories = [
        Category(key, say(lang, name), fill, hatch=hatch, ink=ON_STEP.get(fill, "ink"))
        for key, name, fill, hatch in COMMUNE_CLASSES
    ]
    said = {c: say(lang, "{share:0 %}", share=v) if pd.notna(v) else "" for c, v in shares.items()}
    words = {
        code: "\n".join(filter(None, (short(name) if width >= NARROW_BELOW else "", said[code])))
        for code, name in layer[f"name_{lang}"].items()
    }
    heading = say(lang, "Khmer share of the population")
    title = say(
        lang,
        "The Khmer share is known for {n} of {all} communes",
        n=int(shares.notna().sum()),
        all=len(table),
    )
    layer = layer.assign(shown=kind)
    look = {"title": heading, "words": words, "lang": lang, "width": width}
    chart = choropleth(layer, "shown", ax, categories=categories, around=around, **look)
    listed = Classes.of(layer, "shown", categories).told(layer[f"name_{lang}"], lang)
    opening = say(lang, "Map of {n} {n:place|places}: {what}.", n=len(layer), what=heading)
    return headline(
        chart,
        title=title,
        subtitle=f"{heading}. {say(lang, NO_DISTRICT_SCORE)}",
        source=base.source(layer, lang, LIST_SOURCE),
        alt=f"{opening} {listed} {say(lang, NO_DISTRICT_SCORE)}",
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
    names = ", ".join(communes.loc[straddle, f"name_{lang}"])
    values = {"old": int(table["former"].sum()), "new": len(communes), "n": int(straddle.sum())}
    title = say(
        lang, "{old} communes became {new}; {n} of them straddle two former districts", **values
    )
    alt = say(
        lang,
        "Two maps of Trà Vinh: {districts} districts to June 2025 and {new} communes since. "
        "Communes from two former districts: {names}.",
        districts=len(districts),
        names=names,
        **values,
    )
    return headline(
        _before_and_since(districts, communes, straddle, lang, width),
        title=title,
        subtitle=say(
            lang, "Filled: communes made from parts of two districts: {names}.", names=names
        ),
        source=base.source(communes, lang),
        alt=alt,
    )


def _before_and_since(old, new, straddle: pd.Series, lang: str, width: float) -> Chart:
    """Two maps beside each other, on a phone one under the other."""
    columns = 1 if width < NARROW_BELOW else 2
    side, head = (width - 16 * (columns - 1)) / columns, 24.0
    old, new = (layer.to_crs(base.LOCAL) for layer in (old, new))
    frame = base.frame_of(new)
    tall = base.height_of(frame, side) + head
    high = tall * (3 - columns)
    chart = style.canvas(width, high)
    titles = (
        say(lang, "To 30 June 2025: {n} districts", n=len(old)),
        say(lang, "Since 1 July 2025: {n} communes", n=len(new)),
    )
    kinds = (pd.Series("one", old.index), straddle.map({True: "two", False: "one"}))
    categories = [Category("one", "1", STEPS[0], ink="on_soft"), Category("two", "2", STEPS[2])]
    for i, (layer, kind, title) in enumerate(zip((old, new), kinds, titles, strict=True)):
        x, y = (i * (side + 16), head) if columns == 2 else (0.0, i * tall + head)
        corner = (x / width, 1 - (y + tall - head) / high)
        ax = chart.add_axes((*corner, side / width, (tall - head) / high))
        ax.set_title(title, fontsize=style.SMALL, x=0.01, y=1, pad=5)
        classes = Classes.of(layer.assign(kind=kind), "kind", categories)
        base.draw(ax, layer, classes, frame, edge="on_soft", width=0.4)
        look = {"facecolor": "none", "edgecolor": colour("on_soft"), "linewidth": 1.3}
        old.plot(ax=ax, aspect=None, zorder=2, **look)
        named = layer if layer is old else layer[straddle]
        shapes = labels.in_points(ax, layer.geometry)
        words = {code: short(name) for code, name in named[f"name_{lang}"].items()}
        edged = frozenset() if layer is old else frozenset(words)  # a border runs through them
        labels.name_all(ax, words, shapes, [], size=style.LEAST, edged=edged)
    return chart


def rows(table: pd.DataFrame, layer: gpd.GeoDataFrame) -> pd.DataFrame:
    """The table in the order of the layer, after a check that every row has its place."""
    strange = sorted(set(table["code"]) - set(layer.index))
    if strange or table["code"].duplicated().any():
        raise ParameterError(
            "The table holds places twice or that are not on the map: {codes}.",
            codes=", ".join(strange or table.loc[table["code"].duplicated(), "code"]),
        )
    return table.set_index("code").reindex(layer.index)


def short(name: str) -> str:
    """A name with its type in short, as maps write it.

    >>> short("Huyện Duyên Hải"), short("Phường Trà Vinh"), short("Xã Cầu Kè")
    ('H. Duyên Hải', 'P. Trà Vinh', 'Cầu Kè')
    """
    for long, brief in _SHORT.items():
        name = name.replace(long, brief)
    return name


def _named(
    layer: gpd.GeoDataFrame, categories: list[Category], said: dict[str, str], ax: Axes | None, *,
    heading: str, around: gpd.GeoDataFrame | None, lang: str, width: float, **caption: str,
) -> Chart:  # fmt: skip
    """Districts in classes of their column `quarter`, each with its name and what is said of it."""
    names = layer[f"name_{lang}"]
    words = {code: f"{short(name)}\n{said[code]}" for code, name in names.items()}
    look = {"title": heading, "words": words, "lang": lang, "width": width}
    chart = choropleth(layer, "quarter", ax, categories=categories, around=around, **look)
    listed = "; ".join(f"{name}: {said[code]}" for code, name in names.items())
    alt = f"{heading}. {listed}. {say(lang, NO_DISTRICT_SCORE)}"
    return headline(chart, **caption, alt=alt)


def _value(row: pd.Series, show: str, lang: str) -> str:
    """What is written in a district: the number, a lower bound, or that it is not known."""
    if show == "area":
        return say(lang, "{area_km2:0.0} km²", area_km2=row["area_km2"])
    if show == "communes":
        return str(row["communes"])
    if row["list_status"] == "absent":
        return say(lang, NOT_KNOWN)
    sentence = AT_LEAST if row["list_status"] == "cut_off" else OF
    return say(lang, sentence, listed=int(row["listed"]), communes=int(row["communes"]))

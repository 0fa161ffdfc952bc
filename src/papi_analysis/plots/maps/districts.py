"""The districts of a province by what is really known of them, never by a PAPI score."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from papi_analysis.errors import ParameterError
from papi_analysis.i18n import mark, number, say
from papi_analysis.places import no_district_score, plain
from papi_analysis.plots.maps import ground as base
from papi_analysis.plots.maps.local import (
    NO_DISTRICT_SCORE,
    NOT_KNOWN,
    local_map,
    rows,
    short,
    steps,
)
from papi_analysis.plots.maps.whole import Classes
from papi_analysis.plots.style import WIDE, Chart, headline, themed

if TYPE_CHECKING:
    import geopandas as gpd

#: What can be shown of the districts: title, column, upper bounds of the classes and their names
#: (without any: quarters of the values), and the sentence about the largest.
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
        (),
        (),
        mark("{name} has the most communes, {communes} of {total}"),
    ),
}
LIST_SOURCE = mark(
    "Communes with over 20 % ethnic minority: Ethnic Committee of Trà Vinh; complete for five "
    "districts, cut off for Cầu Ngang, absent for three."
)
AREA_SOURCE = mark("Areas and communes: official figures to June 2025.")
UNITS_SOURCE = mark("Number of communes: register of units to 30 June 2025 (vietnamadminunits).")
#: Columns of PAPI tables, which no table by district can have.
_SCORES = {"score", "rank", "group"}
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
    title, column, bounds, names, _ = LAYERS[show]
    table = rows(context, layer)
    heading = say(lang, title)
    values = table[column].astype(float)
    words = [say(lang, name) for name in names]
    classes = steps(words, values, bounds, lang) if bounds else _quarters(values, lang)
    said = {code: _value(row, show, lang) for code, row in table.iterrows()}
    words = {c: f"{short(name)}\n{said[c]}" for c, name in layer[f"name_{lang}"].items()}
    return headline(
        local_map(layer, classes, heading, words, around=around, width=width),
        title=_finding(table.assign(name=layer[f"name_{lang}"]), show, lang),
        subtitle=f"{heading}. {say(lang, NO_DISTRICT_SCORE)}",
        source=base.source(layer, lang, _source(show, context)),
        alt=_alt(layer, said, heading, lang),
    )


@themed
def district_values(
    layer: gpd.GeoDataFrame,
    table: pd.DataFrame,
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
    classes = _quarters(values, lang)
    heading = f"{facts['indicator']}, {facts['year']}"
    said = {c: _plain(lang, v) if pd.notna(v) else say(lang, NOT_KNOWN) for c, v in values.items()}
    words = {c: f"{short(name)}\n{said[c]}" for c, name in layer[f"name_{lang}"].items()}
    return headline(
        local_map(layer, classes, heading, words, around=around, width=width),
        title=heading,
        subtitle=say(
            lang,
            "Figures given by the user for {n} of {all} districts; they are not PAPI scores.",
            n=int(values.notna().sum()),
            all=len(layer),
        ),
        source=f"{facts['source']}. {base.source(layer, lang)}",
        alt=_alt(layer, said, heading, lang),
    )


def _source(show: str, context: pd.DataFrame) -> str:
    """Where the figures come from."""
    if show == "minority":
        return LIST_SOURCE
    return AREA_SOURCE if "area_km2" in context else UNITS_SOURCE


def _quarters(values: pd.Series, lang: str) -> Classes:
    """Classes at the quartiles of the values, each from its lower edge to under its upper one.

    Edges are values of the table, and as many as differ, so that no class is empty.
    """
    quartiles = values.quantile([0.25, 0.5, 0.75], interpolation="higher")
    cuts = sorted({float(q) for q in quartiles if q > values.min()})
    edges = [values.min(), *cuts, values.max()]
    names = [
        _plain(lang, a) if a == b else f"{_plain(lang, a)} – {_plain(lang, b)}"
        for a, b in pairwise(edges)
    ]
    return steps(names, values, [*cuts, np.inf], lang)


def _plain(lang: str, value: float) -> str:
    """A number with as many decimals as it needs, two at most."""
    return number(lang, value, "#,##0.##")


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


def _finding(table: pd.DataFrame, show: str, lang: str) -> str:
    """The sentence about the district with the largest value."""
    _, column, _, _, sentence = LAYERS[show]
    values = table[column].astype(float)
    row = table.loc[values.idxmax()].to_dict()
    facts = {"n": int(values.notna().sum()), "total": int(table["communes"].sum())}
    return say(lang, sentence, **row, **facts)


def _alt(layer: gpd.GeoDataFrame, said: dict[str, str], heading: str, lang: str) -> str:
    listed = "; ".join(f"{name}: {said[code]}" for code, name in layer[f"name_{lang}"].items())
    return f"{heading}. {listed}. {say(lang, NO_DISTRICT_SCORE)}"

"""A map to leaf through in a notebook: for researchers, offline, never part of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis.i18n import say
from papi_analysis.plots.maps.national import country

if TYPE_CHECKING:
    import geopandas as gpd
    import ipywidgets


def browse(
    groups: pd.DataFrame,
    provinces: gpd.GeoDataFrame,
    names: dict[str, str],
    *,
    highlight: str = "",
    lang: str = "vi",
) -> ipywidgets.VBox:
    """The map of any score of any year, chosen from two lists. Needs a running kernel, no network.

    Parameters
    ----------
    groups : DataFrame
        Rows of `benchmark.positions` below the total: year, code, province, group.
    provinces : GeoDataFrame
        See `boundaries.provinces`.
    names : dict
        Names by code (`framework.names`).
    """
    import ipywidgets

    codes = [code for code in groups["code"].drop_duplicates() if code in names]
    year = ipywidgets.Dropdown(
        options=sorted(groups["year"].unique().tolist(), reverse=True),
        description=say(lang, "Year"),
    )
    score = ipywidgets.Dropdown(
        options=[(names[code], code) for code in codes],
        description=say(lang, "Score"),
        layout=ipywidgets.Layout(width="40em"),
    )

    def draw(year: int, code: str) -> None:
        from IPython.display import display

        rows = groups[groups["year"].eq(year) & groups["code"].eq(code)]
        if rows.empty:
            print(
                say(lang, "{name} is not in the index of {year}.", name=names[code], year=str(year))
            )
            return
        display(country(rows, provinces, name=names[code], highlight=highlight, lang=lang))

    shown = ipywidgets.interactive_output(draw, {"year": year, "code": score})
    return ipywidgets.VBox([ipywidgets.HBox([year, score]), shown])

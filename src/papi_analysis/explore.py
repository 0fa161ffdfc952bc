"""What a researcher turns and looks at in a notebook: choices, and the views that follow them.

All is drawn from the data folder by the running kernel: nothing here asks the network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from papi_analysis import boundaries, findings, places
from papi_analysis.data import panel
from papi_analysis.errors import DataError, PapiError
from papi_analysis.i18n import mark, say
from papi_analysis.plots import maps
from papi_analysis.plots.positions import gaps

if TYPE_CHECKING:
    import ipywidgets

    from papi_analysis.plots.style import Chart

__all__ = ["about", "choices", "country", "figure", "follow", "table"]


def __dir__() -> list[str]:
    return __all__


#: Benchmarks by their words.
WORDS = {
    "p25": mark("lower quartile (P25)"),
    "median": mark("median"),
    "p75": mark("upper quartile (P75)"),
    "best": mark("best province"),
}
TOTAL = "total"


def about(case: findings.Case, province: str, year: int) -> findings.Case:
    """The same tables asked about another province (slug, code or name) and year.

    Raises
    ------
    ParameterError
        For an unknown province.
    DataError
        When nothing was published for the province in that year.
    """
    place = places.find(province, case.data)
    panel.require_scores(case.scores, place, year)
    return replace(case, province=place, year=year)


def table(case: findings.Case, code: str, benchmark: str, *, lang: str = "vi") -> pd.DataFrame:
    """The parts of a code with their gaps to a benchmark, the largest first.

    Parameters
    ----------
    case : Case
        See `findings.ask`.
    code : str
        "total" for the dimensions, or a dimension ("1".."8") for its sub-dimensions.
    benchmark : str
        A key of `benchmark.BENCHMARKS`.
    lang : {"vi", "en"}

    Returns
    -------
    DataFrame
        code, name, score, rank, n, group, benchmark, gap (points; positive = behind), worst, best,
        absence.

    Raises
    ------
    DataError
        When the code is not in the index of the year.
    """
    rows = case.named("dimension" if code == TOTAL else "subdimension", lang)
    rows = rows if code == TOTAL else rows[rows["dimension"].eq(code)]
    if rows.empty:
        raise DataError("{code} is not in the index of {year}.", code=code, year=case.year)
    rows = rows.assign(benchmark=rows[benchmark], gap=rows[benchmark] - rows["score"])
    rows = rows.sort_values(["gap", "code"], ascending=[False, True], ignore_index=True)
    columns = "code name score rank n group benchmark gap worst best absence".split()
    return rows[columns]


def figure(case: findings.Case, code: str, benchmark: str, *, lang: str = "vi") -> Chart:
    """The drawing of `table`."""
    return gaps(
        table(case, code, benchmark, lang=lang),
        lang=lang,
        subject=f"{case.province.name(lang)} {case.year}",
        benchmark=say(lang, WORDS[benchmark]),
    )


def country(case: findings.Case, code: str, benchmark: str, *, lang: str = "vi") -> Chart:
    """The provinces in four groups by the code; the benchmark changes nothing in it."""
    rows = case.positions.query("year == @case.year and code == @code")
    name = "" if code == TOTAL else case.names(lang)[code]
    layer = boundaries.provinces(data=case.data)
    return maps.country(rows, layer, highlight=case.code, name=name, lang=lang)


def choices(case: findings.Case, *, lang: str = "vi") -> dict[str, ipywidgets.Dropdown]:
    """Drop-down lists for province, year, code and benchmark, set to the case.

    Returns
    -------
    dict of str to ipywidgets.Dropdown
        Keys province, year, code, benchmark; a list of your own is added with `|`.
    """
    import ipywidgets

    order = case.provinces[f"name_{lang}"].map(places.collation_key)
    provinces = case.provinces.loc[order.sort_values().index]
    slugs = list(zip(provinces[f"name_{lang}"], provinces["slug"], strict=True))
    years = sorted(map(int, case.scores["year"].unique()), reverse=True)
    names = case.names(lang)
    codes = [(f"{code}. {names[code]}", code) for code in sorted(case.scores["dimension"].unique())]
    codes = [(say(lang, "All dimensions"), TOTAL), *codes]
    benchmarks = [(say(lang, words), key) for key, words in WORDS.items()]
    lists = {
        "province": (mark("Province"), slugs, case.province.slug),
        "year": (mark("Year"), years, case.year),
        "code": (mark("Dimension"), codes, TOTAL),
        "benchmark": (mark("Benchmark"), benchmarks, "p75"),
    }
    look = {"style": {"description_width": "9em"}, "layout": {"width": "36em"}}
    return {
        key: ipywidgets.Dropdown(description=say(lang, name), options=options, value=value, **look)
        for key, (name, options, value) in lists.items()
    }


def follow(
    view: Callable[..., object],
    case: findings.Case,
    chosen: dict[str, ipywidgets.Dropdown],
    *,
    lang: str = "vi",
    reason: bool = False,
) -> ipywidgets.Output:
    """A place in the notebook that shows what a view gives for the choices, again at each change.

    Parameters
    ----------
    view : callable
        Called as `view(case, code, benchmark, lang=lang)` and with every further list of `chosen`
        by its name; what it gives is displayed.
    case : Case
        The tables that every choice is asked of.
    chosen : dict of str to ipywidgets.Dropdown
        Lists by name, those of `choices` among them.
    lang : {"vi", "en"}
        Language of names and sentences.
    reason : bool
        Whether it says why the data cannot answer: once is enough for several views.

    Returns
    -------
    ipywidgets.Output
        What is shown now; it changes with the lists.
    """
    import ipywidgets
    from IPython.display import HTML, display

    def shown(province: str, year: int, code: str, benchmark: str, **further: object) -> None:
        try:
            result = view(about(case, province, year), code, benchmark, lang=lang, **further)
            if result is not None:
                display(result)
        except PapiError as error:
            if reason:
                display(HTML(f"<p>{escape(say(lang, error.message, **error.values))}</p>"))

    return ipywidgets.interactive_output(shown, chosen)

"""What stands below a criterion: the indicators that citizens' answers give, beside the country."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from papi_analysis.data import embedded
from papi_analysis.findings.case import Case
from papi_analysis.findings.plain import plain
from papi_analysis.findings.speaker import Sentence, Speaker

COLUMNS = ["code", "criterion", "indicator", "scale", "value", "n", "p25", "median", "p75"]


def indicators(case: Case, lang: str = "vi") -> pd.DataFrame:
    """The indicators of a province below its criteria, the criterion furthest behind first.

    Returns
    -------
    DataFrame
        code and criterion (its name), indicator (its name in the language), scale (as printed),
        value (mostly per cent), n (provinces with it), p25, median, p75 of these; empty where no
        indicators of the year are on file. More is not better for all of them.
    """
    rows = embedded.indicators(case.data)
    rows = rows[rows["year"].eq(case.year) & rows["subdimension"].ne("")]
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    names = {"vi": rows["indicator"], "en": rows["indicator_en"].where(rows["indicator_en"].ne(""))}
    rows = rows.assign(shown=names[lang].fillna(rows["indicator"]))
    country = rows.groupby(["subdimension", "indicator"])["value"].describe()
    own = rows[rows["province"].eq(case.code)].join(country, on=["subdimension", "indicator"])
    gaps = case.now("subdimension").set_index("code")["gap_p75"]
    own = own.assign(gap=own["subdimension"].map(gaps), place=range(len(own)))
    own = own.sort_values(["gap", "subdimension", "place"], ascending=[False, True, True])
    table = own.assign(criterion=own["subdimension"].map(case.names(lang)), n=own["count"])
    table = table.drop(columns="indicator").rename(
        columns={"subdimension": "code", "shown": "indicator", "25%": "p25", "50%": "median",
                 "75%": "p75"}
    )  # fmt: skip
    return table[COLUMNS].astype({"n": "int64"}).reset_index(drop=True)


def counted(case: Case) -> dict:
    """How many indicators are on file for the year, and below how many criteria."""
    table = indicators(case)
    return {"indicators": plain({"n": len(table), "criteria": table["code"].nunique()})}


def indicators_said(on: Speaker) -> Iterator[Sentence]:
    """Whether the scores can be taken apart."""
    if not on.get("indicators.n"):
        yield on.line(
            "No indicators of {year} are on file: they come in with the publisher's yearly "
            "workbook (papi import), and the scores below the criteria cannot be taken apart "
            "without them.",
            year="@year",
        )
        return
    yield on.line(
        "{n} indicators of {year} are on file below {criteria} criteria. They are answers of "
        "citizens; more is not better for all of them, so they are not ranked.",
        n="@indicators.n",
        criteria="@indicators.criteria",
        year="@year",
    )

"""The small picture of a criterion's past: the province, the middle half of the country, breaks."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import NamedTuple

from papi_analysis.i18n import say
from papi_analysis.plots.palette import colour

WIDTH, HEIGHT = 0.92, 0.46  # inches
_DPI = 220


class Course(NamedTuple):
    """A picture as PNG bytes, and the same in words."""

    png: bytes
    alt: str


def courses(found: dict, codes: list[str], lang: str) -> dict[str, Course]:
    """The pictures of some criteria by code, all over the same years."""
    years = sorted({row["year"] for row in found["series"]})
    rows: dict[str, list[dict]] = {code: [] for code in codes}
    for row in sorted(found["series"], key=lambda row: row["year"]):
        if row["code"] in rows:
            rows[row["code"]].append(row)
    return {code: Course(_png(part, years), _alt(part, lang)) for code, part in rows.items()}


def _alt(rows: list[dict], lang: str) -> str:
    there = [row for row in rows if "score" in row]
    return say(
        lang, "{from}: {before:0.00}; {to}: {after:0.00} points; breaks in between: {breaks}",
        **{"from": str(there[0]["year"]), "to": str(there[-1]["year"])},
        before=there[0]["score"], after=there[-1]["score"],
        breaks=sum("break" in row for row in rows[1:]),
    )  # fmt: skip


def stretches(rows: list[dict]) -> list[list[dict]]:
    """The rows cut where a year cannot stand beside the one before it, or has no score."""
    found: list[list[dict]] = [[]]
    for before, row in pairwise([None, *rows]):
        gap = before is not None and row["year"] != before["year"] + 1
        if gap or "break" in row or "score" not in row:
            found.append([])
        if "score" in row:
            found[-1].append(row)
    return [part for part in found if part]


def _png(rows: list[dict], years: list[int]) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=_DPI)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.02, 0.04, 0.96, 0.92))
    axes.set_axis_off()
    for part in stretches(rows):
        _stretch(axes, part)
    for row in rows[1:]:
        if "break" in row:
            axes.axvline(row["year"] - 0.5, color=colour("other"), lw=0.6, ls=(0, (1, 2)))
    last = [row for row in rows if "score" in row][-1]
    axes.plot(last["year"], last["score"], "o", ms=2.6, color=colour("province"), clip_on=False)
    axes.set_xlim(years[0] - 0.6, years[-1] + 0.6)
    axes.margins(y=0.08)
    file = io.BytesIO()
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


def _stretch(axes, part: list[dict]) -> None:
    years = [row["year"] for row in part]
    if len(part) == 1:
        years, part = [years[0] - 0.3, years[0] + 0.3], [*part, *part]
    low, high = ([row[name] for row in part] for name in ("p25", "p75"))
    axes.fill_between(years, low, high, color=colour("half"), alpha=0.55, lw=0)
    axes.plot(years, [row["score"] for row in part], color=colour("province"), lw=1.1)

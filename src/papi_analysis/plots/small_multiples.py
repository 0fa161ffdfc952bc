"""Small multiples: each dimension over the years, broken where its series breaks."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pandas as pd

from papi_analysis.i18n import number
from papi_analysis.plots import plane, style
from papi_analysis.plots.palette import colour
from papi_analysis.plots.plane import Sheet
from papi_analysis.plots.style import NARROW, WIDE

_GAP, _PANEL, _HEAD, _FOOT = 22.0, 112.0, 54.0, 26.0


@style.themed
def small_multiples(
    table: pd.DataFrame, *, lang: str, columns: int | None = None, width: int = WIDE
) -> style.Chart:
    """Panels on one scale of points: province, median and middle half of the country.

    Lines and bands stop where a score cannot be set beside that of the year before; a dotted
    upright marks the place. All panels span the same number of points, so slopes compare.

    Parameters
    ----------
    table : DataFrame
        code, name, year, score, p25, median, p75 (points), comparable (with the year before);
        panels in the order of their first row.
    """
    columns = columns or (2 if width <= NARROW else 4)
    parts = _parts(table)
    rows = math.ceil(len(parts) / columns)
    pitch = _HEAD + _PANEL + _FOOT
    chart = plane.sheet(width, rows * pitch)
    wide = (width - _GAP * (columns - 1)) / columns
    years = sorted(table["year"].unique())
    low = table.groupby("code")[["score", "p25"]].min().min(axis=1)
    high = table.groupby("code")[["score", "p75"]].max().max(axis=1)
    span = float((high - low).max()) * 1.06
    drawn = _Drawn()
    for i, (code, part) in enumerate(parts.items()):
        left, top = (i % columns) * (wide + _GAP), (i // columns) * pitch + _HEAD
        middle = (low[code] + high[code]) / 2
        panel = _Panel(left, top, wide - 34, years, middle - span / 2, span)
        _collect(drawn, part, panel)
        _labels(chart, part, panel, lang)
        name = style.wrap(part[0]["name"], wide, 12, 600)
        above = top - 12 - (len(name) - 1) * plane.LEADING / 2
        plane.block(chart, left, above, name, size=12, weight=600)
    _draw(chart, drawn)
    return chart


def _parts(table: pd.DataFrame) -> dict[str, list[dict]]:
    """The rows of each code by year."""
    columns = ["code", "name", "year", "score", "p25", "median", "p75", "comparable"]
    parts: dict[str, list[dict]] = {}
    for row in table[columns].to_dict("records"):
        parts.setdefault(row["code"], []).append(row)
    return {code: sorted(rows, key=lambda row: row["year"]) for code, rows in parts.items()}


class _Panel:
    """Where a year and a score lie inside one panel."""

    def __init__(self, left, top, width, years, low, span) -> None:
        self.left, self.top, self.width, self.years = left, top, width, years
        self.low, self.span = low, span

    def x(self, year: float) -> float:
        first, last = self.years[0], self.years[-1]
        return self.left + 4 + (year - first) / max(last - first, 1) * (self.width - 8)

    def y(self, value: float) -> float:
        return self.top + _PANEL * (1 - (value - self.low) / self.span)

    def point(self, row: dict) -> tuple[float, float]:
        return self.x(row["year"]), self.y(row["score"])


def _runs(rows: list[dict]) -> list[list[dict]]:
    """Stretches of years that can be set beside each other."""
    runs: list[list[dict]] = []
    for row in rows:
        if not runs or not row["comparable"]:
            runs.append([])
        runs[-1].append(row)
    return runs


@dataclass
class _Drawn:
    """What all panels hold, kind by kind, so that a kind is one artist."""

    bases: list = field(default_factory=list)
    breaks: list = field(default_factory=list)
    bands: list = field(default_factory=list)
    medians: list = field(default_factory=list)
    own: list = field(default_factory=list)
    marks: list = field(default_factory=list)


def _draw(chart: Sheet, drawn: _Drawn) -> None:
    """Draw what was collected."""
    plane.lines(chart, drawn.bases, colour("line"))
    plane.lines(chart, drawn.breaks, colour("other"), linestyles=[(0, (1, 3))], zorder=1)
    plane.polygons(chart, drawn.bands, colour("span"))
    plane.lines(chart, _stubs(drawn.medians), colour("median"), linestyles=[(0, (3, 2))])
    plane.lines(chart, drawn.own, colour("province"), linewidths=2, zorder=3)
    if drawn.marks:
        x, y = zip(*drawn.marks, strict=True)
        plane.dots(chart, x, y, colour("province"), size=5, linewidths=0.8)


def _collect(drawn: _Drawn, rows: list[dict], panel: _Panel) -> None:
    """Add one panel to what will be drawn."""
    base = panel.top + _PANEL
    drawn.bases.append([(panel.left, base), (panel.left + panel.width, base)])
    runs = _runs(rows)
    breaks = [panel.x(run[0]["year"] - 0.5) for run in runs[1:]]
    drawn.breaks += [[(x, panel.top), (x, base)] for x in breaks]
    for run in runs:
        x = [panel.x(row["year"]) for row in run]
        low, high, middle = ([panel.y(row[name]) for row in run]
                             for name in ("p25", "p75", "median"))  # fmt: skip
        if len(run) == 1:
            drawn.bands.append([(x[0] - 2, low[0]), (x[0] + 2, low[0]),
                                (x[0] + 2, high[0]), (x[0] - 2, high[0])])  # fmt: skip
        else:
            back = list(zip(x, high, strict=True))[::-1]
            drawn.bands.append([*zip(x, low, strict=True), *back])
        drawn.medians.append(list(zip(x, middle, strict=True)))
        drawn.own += [[panel.point(row) for row in known] for known in _known(run)]
    drawn.marks += [panel.point(row) for row in rows if not math.isnan(row["score"])]


def _known(run: list[dict]) -> list[list[dict]]:
    """Stretches of a run without a missing score."""
    parts: list[list[dict]] = [[]]
    for row in run:
        if math.isnan(row["score"]):
            parts.append([])
        else:
            parts[-1].append(row)
    return [part for part in parts if part]


def _stubs(paths: list[list]) -> list[list]:
    """A single year becomes a short dash."""
    return [
        [(path[0][0] - 3, path[0][1]), (path[0][0] + 3, path[0][1])] if len(path) == 1 else path
        for path in paths
    ]


def _labels(chart: Sheet, rows: list[dict], panel: _Panel, lang: str) -> None:
    """First and last year below, last score and median at the right."""
    base, last = panel.top + _PANEL, rows[-1]
    for year, align, x in ((panel.years[0], "left", panel.left),
                           (panel.years[-1], "right", panel.left + panel.width)):  # fmt: skip
        plane.say(chart, x, base + 11, str(year), size=11, fill="muted", align=align)
    values = [(last["median"], "muted", 400)]
    if not math.isnan(last["score"]):
        values.append((last["score"], "province", 600))
    heights = plane.apart([panel.y(v) for v, _, _ in values], 14, panel.top, base)
    for (value, fill, weight), y in zip(values, heights, strict=True):
        x = panel.left + panel.width + 4
        plane.say(chart, x, y, number(lang, value), size=11.5, fill=fill, weight=weight)

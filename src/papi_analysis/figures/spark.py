"""A line of a score's history small enough for a table cell, drawn straight as SVG."""

from __future__ import annotations

from html import escape
from itertools import pairwise

import pandas as pd

from papi_analysis.figures.palette import COLOURS

WIDTH, HEIGHT = 108, 30


def _ink(name: str) -> str:
    return f"var(--c-{name},{COLOURS[name][0]})"


def spark(history: pd.DataFrame, *, alt: str, first: int, last: int) -> str:
    """Band of the country's middle half, line of the province, uprights at breaks.

    Parameters
    ----------
    history : DataFrame
        year, score, p25, p75 (points), comparable (with the year before); by year.
    alt : str
        The same in words.
    first, last : int
        Years at the left and right edge, so that lines in one column compare.
    """
    values = history[["score", "p25", "p75"]].stack()
    low, high = values.min(), values.max()
    span = max(high - low, 1e-6)

    def x(year: float) -> float:
        return 3 + (year - first) / max(last - first, 1) * (WIDTH - 7)

    def y(value: float) -> float:
        return HEIGHT - 4 - (value - low) / span * (HEIGHT - 8)

    body = [_bands(history, x, y), _breaks(history, x), _lines(history, x, y)]
    there = history[history["score"].notna()]
    if len(there):
        end = there.iloc[-1]
        spot = f'cx="{x(end["year"]):.1f}" cy="{y(end["score"]):.1f}"'
        body.append(f'<circle {spot} r="2.6" style="fill:{_ink("province")}"/>')
    return (
        f'<svg class="papi-spark" role="img" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" aria-label="{escape(alt)}">{"".join(body)}</svg>'
    )


def _runs(history: pd.DataFrame, *, whole: bool) -> list[pd.DataFrame]:
    """Stretches that can be set beside each other; with `whole`, split at holes too."""
    start = ~history["comparable"].astype(bool)
    if whole:
        holes = history["score"].isna()
        start, history = (start | holes)[~holes], history[~holes]
        start |= history["year"].diff().gt(1)
    return [run for _, run in history.groupby(start.cumsum())]


def _path(points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points)


def _bands(history: pd.DataFrame, x, y) -> str:
    shapes = []
    for run in _runs(history, whole=False):
        edges = [(x(r.year), y(r.p25), y(r.p75)) for r in run.itertuples()]
        if len(edges) == 1:
            edges = [(edges[0][0] + move, *edges[0][1:]) for move in (-1.5, 1.5)]
        lower = [(a, b) for a, b, _ in edges]
        shapes.append(_path(lower + [(a, c) for a, _, c in edges][::-1]) + "z")
    return f'<path d="{"".join(shapes)}" style="fill:{_ink("span")}"/>'


def _breaks(history: pd.DataFrame, x) -> str:
    years = history["year"].tolist()
    again = history["comparable"].astype(bool).tolist()
    marks = [x((a + b) / 2) for (a, b), good in zip(pairwise(years), again[1:], strict=True)
             if not good]  # fmt: skip
    if not marks:
        return ""
    d = "".join(f"M{mark:.1f} 1V{HEIGHT - 1}" for mark in marks)
    look = f"stroke:{_ink('other')};stroke-dasharray:1 2.5;fill:none"
    return f'<path d="{d}" style="{look}"/>'


def _lines(history: pd.DataFrame, x, y) -> str:
    runs = [[(x(r.year), y(r.score)) for r in run.itertuples()]
            for run in _runs(history, whole=True)]  # fmt: skip
    d = "".join(_path(run) if len(run) > 1 else f"M{run[0][0] - 1:.1f} {run[0][1]:.1f}h2"
                for run in runs if run)  # fmt: skip
    look = f"stroke:{_ink('province')};stroke-width:1.8;fill:none;stroke-linejoin:round"
    return f'<path d="{d}" style="{look}"/>' if d else ""

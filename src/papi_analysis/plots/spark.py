"""A line of a score's history small enough for a table cell, drawn straight as SVG."""

from __future__ import annotations

import math
from html import escape
from itertools import pairwise

from papi_analysis.plots.palette import COLOURS

WIDTH, HEIGHT = 108, 30


def _ink(name: str) -> str:
    return f"var(--c-{name},{COLOURS[name][0]})"


def spark(rows: list[dict], *, alt: str, first: int, last: int) -> str:
    """Band of the country's middle half, line of the province, uprights at breaks.

    Parameters
    ----------
    rows : list of dict
        year, score, p25, p75 (points), comparable (with the year before); by year. A score that
        is not published is None or not a number.
    alt : str
        The same in words.
    first, last : int
        Years at the left and right edge, so that lines in one column compare.
    """
    values = [row[name] for row in rows for name in ("score", "p25", "p75") if _known(row[name])]
    low, high = min(values), max(values)
    span = max(high - low, 1e-6)

    def x(year: float) -> float:
        return 3 + (year - first) / max(last - first, 1) * (WIDTH - 7)

    def y(value: float) -> float:
        return HEIGHT - 4 - (value - low) / span * (HEIGHT - 8)

    body = [_bands(rows, x, y), _breaks(rows, x), _lines(rows, x, y)]
    there = [row for row in rows if _known(row["score"])]
    if there:
        end = there[-1]
        spot = f'cx="{x(end["year"]):.1f}" cy="{y(end["score"]):.1f}"'
        body.append(f'<circle {spot} r="2.6" style="fill:{_ink("province")}"/>')
    return (
        f'<svg class="papi-spark" role="img" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" aria-label="{escape(alt)}">{"".join(body)}</svg>'
    )


def _known(value: float | None) -> bool:
    return value is not None and not math.isnan(value)


def _runs(rows: list[dict], *, whole: bool) -> list[list[dict]]:
    """Stretches that can be set beside each other; with `whole`, split at holes too."""
    runs: list[list[dict]] = []
    for row in rows:
        if whole and not _known(row["score"]):
            continue
        apart = whole and runs and row["year"] - runs[-1][-1]["year"] > 1
        if not runs or apart or not row["comparable"]:
            runs.append([])
        runs[-1].append(row)
    return runs


def _path(points: list[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in points)


def _bands(rows: list[dict], x, y) -> str:
    shapes = []
    for run in _runs(rows, whole=False):
        edges = [(x(row["year"]), y(row["p25"]), y(row["p75"])) for row in run]
        if len(edges) == 1:
            edges = [(edges[0][0] + move, *edges[0][1:]) for move in (-1.5, 1.5)]
        lower = [(a, b) for a, b, _ in edges]
        shapes.append(_path(lower + [(a, c) for a, _, c in edges][::-1]) + "z")
    return f'<path d="{"".join(shapes)}" style="fill:{_ink("span")}"/>'


def _breaks(rows: list[dict], x) -> str:
    marks = [
        x((before["year"] + row["year"]) / 2)
        for before, row in pairwise(rows)
        if not row["comparable"]
    ]
    if not marks:
        return ""
    d = "".join(f"M{mark:.1f} 1V{HEIGHT - 1}" for mark in marks)
    look = f"stroke:{_ink('other')};stroke-dasharray:1 2.5;fill:none"
    return f'<path d="{d}" style="{look}"/>'


def _lines(rows: list[dict], x, y) -> str:
    runs = [[(x(row["year"]), y(row["score"])) for row in run] for run in _runs(rows, whole=True)]
    d = "".join(_path(run) if len(run) > 1 else f"M{run[0][0] - 1:.1f} {run[0][1]:.1f}h2"
                for run in runs)  # fmt: skip
    look = f"stroke:{_ink('province')};stroke-width:1.8;fill:none;stroke-linejoin:round"
    return f'<path d="{d}" style="{look}"/>' if d else ""

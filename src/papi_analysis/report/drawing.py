"""A drawing of the report for wide and narrow pages, with its words and the table behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from papi_analysis.plots import style
from papi_analysis.report.cells import Table


@dataclass(frozen=True)
class Figure:
    """A drawing for wide and narrow pages with its words and the table behind it."""

    caption: style.Caption
    wide: Markup
    narrow: Markup
    table: Table
    file: str


def figure(draw: Callable[[int], style.Chart], table: Table) -> Figure:
    """Draw for both widths; `draw` takes a width in CSS pixels and gives a captioned chart."""
    captions: list[style.Caption] = []

    def noted(width: int) -> style.Chart:
        chart = draw(width)
        captions.append(chart.caption)
        return chart

    wide, narrow, file = drawings(noted)
    return Figure(captions[0], Markup(wide), Markup(narrow), table, file)


def drawings(draw: Callable[[int], style.Chart]) -> tuple[str, str, str]:
    """What `draw` gives for wide and for narrow pages, and the wide one as a file."""
    wide, narrow = draw(style.WIDE), draw(style.NARROW)
    drawing = style.written(wide)
    return (
        style.svg(wide, key="wide", drawing=drawing),
        style.svg(narrow, key="narrow"),
        style.standalone(wide, drawing=drawing),
    )

"""A drawing of the report for wide and narrow pages, with its words and the table behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from papi_analysis.figures import style
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
    wide, narrow = draw(style.WIDE), draw(style.NARROW)
    raw = style.written(wide)
    return Figure(
        caption=wide.caption,
        wide=Markup(style.svg(wide, key="wide", raw=raw)),
        narrow=Markup(style.svg(narrow, key="narrow")),
        table=table,
        file=style.standalone(wide, raw=raw),
    )

"""All lines of words of a drawing as one artist."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from matplotlib.artist import Artist
from matplotlib.backend_bases import RendererBase
from matplotlib.font_manager import FontProperties

from papi_analysis.plots.inline import HALO
from papi_analysis.plots.measure import family, rise, text_width
from papi_analysis.plots.pen import Pen

_SHARES = {"left": 0.0, "center": 0.5, "right": 1.0}


@dataclass(frozen=True)
class Line:
    """One line of words: an end or the middle of it on x, its letters centred on y."""

    text: str
    x: float
    y: float
    size: float
    weight: int
    align: str
    fill: str
    over: bool = False


class Words(Artist):
    """Lines of words in the order they are added; places are those of the transform it has."""

    zorder = 5

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []

    def draw(self, renderer: RendererBase) -> None:
        """Write every line."""
        if not self.lines or not self.get_visible():
            return
        places = self.get_transform().transform([(line.x, line.y) for line in self.lines])
        for line, (x, y) in zip(self.lines, places.tolist(), strict=True):
            renderer.open_group("text", HALO if line.over else None)
            _write(renderer, line, x, y)
            renderer.close_group("text")
        self.stale = False


def _write(renderer: RendererBase, line: Line, x: float, y: float) -> None:
    """Write a line whose letters are centred on a height, in pixels from the lower left corner."""
    y -= renderer.points_to_pixels(rise(line.text, line.weight) * line.size) / 2
    if renderer.flipy():
        y = renderer.get_canvas_width_height()[1] - y
    if isinstance(renderer, Pen):
        look = {"size": line.size, "weight": line.weight, "align": line.align, "fill": line.fill}
        renderer.words(line.text, x, y, **look)
        return
    colour = renderer.new_gc()
    colour.set_foreground(line.fill)
    x -= _SHARES[line.align] * renderer.points_to_pixels(
        text_width(line.text, line.size, line.weight)
    )
    renderer.draw_text(colour, x, y, line.text, _type(line.size, line.weight), 0.0)


@functools.cache
def _type(size: float, weight: int) -> FontProperties:
    return FontProperties(family=family(), size=size, weight=weight)

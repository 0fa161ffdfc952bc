"""What writes a drawing of matplotlib as SVG, with words set down in one step."""

from __future__ import annotations

import functools
from typing import TextIO

from matplotlib.backends.backend_svg import RendererSVG

from papi_analysis.plots.inline import short
from papi_analysis.plots.measure import Metrics

_ANCHORS = {"left": "start", "center": "middle", "right": "end"}


class Pen(RendererSVG):
    """Writes what is drawn on so many CSS pixels to a text file."""

    def __init__(self, width: float, height: float, file: TextIO) -> None:
        super().__init__(
            width, height, file, image_dpi=72, metadata={"Date": None, "Creator": None}
        )
        self._text2path = Metrics()

    def words(
        self, text: str, x: float, y: float, *, size: float, weight: int, align: str, fill: str
    ) -> None:
        """Upright words on a base line, so many pixels right of and below the upper left corner.

        `align` tells which end of the words stands on x; `fill` is a colour in hexadecimal form.
        """
        place = {"x": short(round(x, 6)), "y": short(round(y, 6))}
        look = _look(size, weight, align, fill)
        self.writer.element("text", text, attrib={"style": look, **place})


@functools.lru_cache(maxsize=256)
def _look(size: float, weight: int, align: str, fill: str) -> str:
    """The look of words as a declaration of style."""
    heavy = f"font-weight:{weight};" if weight != 400 else ""
    return f"{heavy}font-size:{short(size)}px;text-anchor:{_ANCHORS[align]};fill:{fill}"

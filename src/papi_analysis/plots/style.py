"""The look of every drawing: canvas in CSS pixels, type, headline, and its way into a page."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from xml.etree import ElementTree as ET

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import ScaledTranslation, blended_transform_factory

from papi_analysis.plots.measure import family, text_width, wrap
from papi_analysis.plots.palette import GROUPS, ON_GROUP, colour, group_colour, province_colour
from papi_analysis.plots.svg import HALO, Pen, clean, page_svg, plain_svg

__all__ = [
    "BODY", "GROUPS", "LEAST", "LEAST_ON_A_PHONE", "LEFT", "NARROW", "SMALL", "WIDE", "Caption",
    "Chart", "canvas", "colour", "group_colour", "halo", "headline", "names", "panel",
    "province_colour", "standalone", "svg", "text_width", "themed", "use", "wrap", "write",
]  # fmt: skip


def __dir__() -> list[str]:
    return __all__


#: Widths of a drawing in CSS pixels: on a screen or on A4, and on a phone.
WIDE, NARROW = 720, 350
#: Sizes of type in CSS pixels. A wide drawing fills A4 between margins of 10 mm, where a pixel is
#: 0.748 points: the least size prints at 8.6 points. On a phone a pixel stays a pixel.
BODY, SMALL, LEAST, LEAST_ON_A_PHONE = 12.5, 12.0, 11.5, 10.0
#: Width of the column of names at the left of every wide chart, in CSS pixels.
LEFT = 246.0
_DPI = 72  # one point of the drawing is one CSS pixel


def theme() -> dict[str, object]:
    """Settings of matplotlib for every drawing, on top of seaborn's white style."""
    words, rule = colour("muted"), colour("line")
    return {
        "figure.dpi": _DPI,
        "savefig.dpi": _DPI,
        "figure.facecolor": "none",
        "figure.constrained_layout.use": False,  # drawings place their own axes
        "axes.facecolor": "none",
        "savefig.facecolor": "none",
        "font.family": [family()],
        "font.size": BODY,
        "text.color": colour("ink"),
        "axes.labelcolor": words,
        "axes.labelsize": SMALL,
        "axes.edgecolor": rule,
        "axes.linewidth": 1,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.titlesize": 13,
        "axes.titleweight": 600,
        "axes.titlelocation": "left",
        "axes.axisbelow": True,
        "axes.unicode_minus": True,
        "axes.grid": False,
        "grid.color": colour("grid"),
        "grid.linewidth": 1,
        "xtick.color": rule,
        "ytick.color": rule,
        "xtick.labelcolor": words,
        "ytick.labelcolor": words,
        "xtick.labelsize": SMALL,
        "ytick.labelsize": SMALL,
        "xtick.major.size": 0,
        "ytick.major.size": 0,
        "legend.frameon": False,
        "lines.solid_capstyle": "round",
        "hatch.linewidth": 0.8,
        "hatch.color": colour("nodata_line"),
        "svg.fonttype": "none",
        "svg.hashsalt": "papi",
        "svg.id": None,
    }


def use() -> None:
    """Give the figures of a notebook, of matplotlib and seaborn alike, the look of the report.

    In Jupyter they are shown as SVG with the same bytes at every run.
    """
    mpl.rcParams.update(theme() | {"figure.facecolor": "white", "savefig.facecolor": "white"})
    # letters as outlines: who reads the notebook may not have the font that they were set in
    mpl.rcParams.update({"figure.constrained_layout.use": True, "svg.fonttype": "path"})
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython():
        from matplotlib_inline.backend_inline import set_matplotlib_formats  # only in a kernel

        set_matplotlib_formats("svg", metadata={"Date": None})


def themed(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Draw under the theme, and leave matplotlib's settings as they were."""

    @functools.wraps(draw)
    def under_theme(*args: object, **kwargs: object) -> Figure:
        with mpl.rc_context(theme()):
            return draw(*args, **kwargs)

    return under_theme


@dataclass(frozen=True)
class Caption:
    """The words of a drawing: finding, what is shown, source, and the drawing told in words."""

    title: str = ""
    subtitle: str = ""
    source: str = ""
    alt: str = ""


class Chart(Figure):
    """A figure that carries its caption and shows itself in a notebook as it will be printed."""

    caption: Caption = Caption()

    def draw(self, renderer: RendererBase) -> None:
        """Draw it under the theme, whatever the settings are when it is saved."""
        with mpl.rc_context(theme()):
            super().draw(renderer)

    def _ipython_display_(self) -> None:
        """Inline SVG and the alternative text, not a picture of pixels."""
        from IPython.display import publish_display_data

        words, drawing = self.caption, written(self)
        publish_display_data(
            {
                "text/html": figure_html(svg(self, drawing=drawing), words),
                "image/svg+xml": standalone(self, drawing=drawing),
                "text/plain": words.alt,
            }
        )


class Canvas(FigureCanvasSVG):
    """A canvas that waits: geopandas asks for a new drawing after every layer that it adds."""

    def draw_idle(self, *args: object, **kwargs: object) -> None:
        """Draw nothing before the figure is written or saved."""


def figure_html(body: str, words: Caption) -> str:
    """A drawing with its words as an HTML figure."""
    from html import escape

    parts = [("headline", words.title), ("subtitle", words.subtitle)]
    head = "".join(f'<p class="{name}">{escape(text)}</p>' for name, text in parts if text)
    foot = f'<p class="source">{escape(words.source)}</p>' if words.source else ""
    return f'<figure class="drawing"><figcaption>{head}</figcaption>{body}{foot}</figure>'


def canvas(width: float, height: float, kind: type[Chart] = Chart) -> Chart:
    """An empty chart of so many CSS pixels. Call it inside a `themed` function."""
    chart = kind(figsize=(width / _DPI, height / _DPI), dpi=_DPI)
    Canvas(chart)
    return chart


def panel(
    width: float, height: float, *, left: float, right: float, top: float, bottom: float
) -> Axes:
    """The axes of a new chart, so many CSS pixels inside its edges."""
    place = left / width, bottom / height, 1 - (left + right) / width, 1 - (top + bottom) / height
    return canvas(width, height).add_axes(place)


def write(
    ax: Axes, x: float, y: float, text: str, *, dx: float = 0.0, dy: float = 0.0,
    x_in: str = "data", y_in: str = "data", size: float = BODY, weight: int = 400,
    align: str = "left", fill: str = "ink", over: bool = False, **look: object,
) -> Text:  # fmt: skip
    """Words at a place of axes (in "data" or as share of the "axes"), and so many pixels from it.

    `over` a drawing they get an edge in the colour of the paper.
    """
    kinds = {"data": ax.transData, "axes": ax.transAxes}
    place = blended_transform_factory(kinds[x_in], kinds[y_in])
    place += ScaledTranslation(dx / _DPI, dy / _DPI, ax.figure.dpi_scale_trans)
    look = {"va": "center" if "\n" in text else "center_baseline", "linespacing": 1.0, **look}
    look |= {"fontsize": size, "fontweight": weight, "color": colour(fill), "ha": align}
    words = ax.text(x, y, text, transform=place, zorder=5, **look)
    return halo(words) if over else words


def names(
    ax: Axes, texts: Iterable[str], y: Iterable[float], *, dx: float, width: float, **look: object
) -> None:
    """The names of rows from so many pixels beside the left edge of axes, broken to a width."""
    for place, text in zip(y, texts, strict=True):
        lines = wrap(text, width, BODY, look.get("weight", 400))
        write(ax, 0, place, "\n".join(lines), dx=dx, x_in="axes", **look)


def dots(ax: Axes, x: object, y: object, tone: str, size: float, **look: object) -> None:
    """Marks of a diameter in pixels, edged in the colour of the paper."""
    look = {"edgecolors": colour("paper"), "linewidths": 1.5, "zorder": 4, "clip_on": False, **look}
    ax.scatter(x, y, s=size**2, color=colour(tone), **look)


def chips(ax: Axes, y: Iterable[float], groups: Iterable, dx: float, dy: float = 0.0) -> None:
    """The group of each row as a coloured chip with its mark, so many pixels right of the axes."""
    for place, group in zip(y, groups, strict=True):
        if pd.notna(group):
            box = {"boxstyle": "square,pad=0.32", "fc": group_colour(int(group)), "ec": "none"}
            write(ax, 1, place, GROUPS[int(group)][1], dx=dx, dy=dy, x_in="axes", size=LEAST,
                  align="center", fill=ON_GROUP[int(group)], bbox=box)  # fmt: skip


def apart(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Heights as near as can be to those wanted, at least `gap` apart, from low to high.

    >>> apart([10, 12, 40], 10, 0, 50)
    [6.0, 16.0, 40.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    groups: list[tuple[float, int]] = []  # mean of what is wanted, members
    for i in order:
        groups.append((float(wanted[i]), 1))
        while len(groups) > 1 and _bottom(groups[-2], gap, low, high) + gap > _top(
            groups[-1], gap, low, high
        ):
            (a, m), (b, n) = groups[-2:]
            groups[-2:] = [((a * m + b * n) / (m + n), m + n)]
    spots = [_top(group, gap, low, high) + k * gap for group in groups for k in range(group[1])]
    found = [0.0] * len(wanted)
    for i, spot in zip(order, spots, strict=True):
        found[i] = spot
    return found


def _top(group: tuple[float, int], gap: float, low: float, high: float) -> float:
    """Where the first of a group stands, the group kept between low and high."""
    reach = (group[1] - 1) * gap
    return max(min(group[0] - reach / 2, high - reach), low)


def _bottom(group: tuple[float, int], gap: float, low: float, high: float) -> float:
    return _top(group, gap, low, high) + (group[1] - 1) * gap


def halo(text: Text) -> Text:
    """Give words that lie over a drawing an edge in the colour of the paper."""
    text.set_gid(HALO)
    return text


def headline(
    chart: Figure, *, title: str, subtitle: str = "", source: str = "", alt: str = ""
) -> Figure:
    """Give a chart its words.

    They are kept as `chart.caption`, set as text by the page around an inline drawing (`svg`),
    and drawn above and below the canvas only in a drawing that stands alone (`standalone`).
    """
    chart.caption = Caption(title=title, subtitle=subtitle, source=source, alt=alt)
    return chart


def svg(chart: Figure, *, alt: str = "", key: str = "", drawing: ET.Element | None = None) -> str:
    """The drawing as inline SVG: page type, CSS variables for colours, title and description.

    `alt` tells the drawing in words (default: the caption's); `key` keeps ids apart where the
    same drawing stands twice in a page; `drawing` is what `written` gave, where it is at hand.
    """
    words = getattr(chart, "caption", Caption())
    words = replace(words, alt=alt or words.alt)
    drawing = written(chart) if drawing is None else drawing
    return page_svg(drawing, title=words.title, alt=words.alt, key=key)


def standalone(chart: Chart, *, drawing: ET.Element | None = None) -> str:
    """The drawing as an SVG file of its own, with headline, subtitle and source drawn in."""
    lines = functools.partial(_lines, chart)
    drawing = written(chart) if drawing is None else drawing
    return plain_svg(drawing, chart.caption, lines=lines)


def _lines(chart: Figure, text: str, size: float, weight: int) -> list[str]:
    return wrap(text, chart.get_figwidth() * _DPI, size, weight)


def written(chart: Figure) -> ET.Element:
    """The drawing as a tree of short SVG, from which `svg` and `standalone` are made."""
    from io import StringIO

    file, dpi = StringIO(), chart.dpi
    with mpl.rc_context(theme()):
        chart.set_dpi(_DPI)
        pen = Pen(*(chart.get_size_inches() * _DPI), file)
        chart.draw(pen)
        pen.finalize()
        chart.set_dpi(dpi)
    return clean(file.getvalue())

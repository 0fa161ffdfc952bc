"""How wide and how high words are in the type of the page."""

from __future__ import annotations

import functools
from pathlib import Path

from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.ft2font import FT2Font, LoadFlags
from matplotlib.textpath import TextToPath

FONTS = Path(__file__).parent / "fonts"


@functools.cache
def family() -> str:
    """Register the type of the page, so that text is measured as it will be read."""
    for path in sorted(FONTS.glob("*.ttf")):
        font_manager.fontManager.addfont(path)
    return "Inter"


def text_width(text: str, size: float, weight: int = 400) -> float:
    """Width of a line of text in CSS pixels, in the type of the page (without kerning)."""
    return _length(text, weight > 500) * size


@functools.cache
def _length(text: str, bold: bool) -> float:
    """Width of a line of text, in parts of the type size."""
    return sum(_advance(letter, bold) for letter in text)


@functools.cache
def _face(bold: bool) -> FT2Font:
    return FT2Font(FONTS / ("Inter-SemiBold.ttf" if bold else "Inter-Regular.ttf"))


@functools.cache
def _advance(letter: str, bold: bool) -> float:
    """How far a letter moves the pen, in parts of the type size."""
    face = _face(bold)
    face.set_size(64, 72)
    return face.load_char(ord(letter), flags=LoadFlags.NO_HINTING).linearHoriAdvance / 65536 / 64


def wrap(text: str, width: float, size: float, weight: int = 400) -> list[str]:
    """Break text into the fewest lines no wider than `width` CSS pixels, of even length."""
    words = [(word, text_width(word, size, weight)) for word in text.split()]
    space = text_width(" ", size, weight)
    lines = _fill(words, width, space)
    while len(lines) > 1 and width > size:
        width -= size / 2
        closer = _fill(words, width, space)
        if len(closer) > len(lines):
            break
        lines = closer
    return lines


def _fill(words: list[tuple[str, float]], width: float, space: float) -> list[str]:
    """Lines of words of known widths, each as full as can be."""
    lines: list[str] = []
    end = 0.0
    for word, wide in words:
        end += space + wide
        if lines and end <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
            end = wide
    return lines


class Metrics(TextToPath):
    """Measures text by its letters, each measured once; kerning is left out."""

    def get_text_width_height_descent(
        self, s: str, prop: FontProperties, ismath: bool | str
    ) -> tuple[float, float, float]:
        """Width, height and descent, as matplotlib asks for them."""
        if ismath or not s:
            return super().get_text_width_height_descent(s, prop, ismath)
        size, look = prop.get_size_in_points(), (*prop.get_family(), prop.get_weight())
        low, high = self._reach(s, look, prop)
        bold = prop.get_weight() == "bold" or (prop.get_weight() not in ("normal", 400, "regular"))
        return text_width(s, size, 600 if bold else 400), (high - low) * size, -low * size

    def _reach(self, text: str, look: tuple, prop: FontProperties) -> tuple[float, float]:
        """How far words reach under and over their line, in parts of the type size."""
        ends = [self._ends(letter, look, prop) for letter in text]
        return min(low for low, _ in ends), max(high for _, high in ends)

    def _ends(self, letter: str, look: tuple, prop: FontProperties) -> tuple[float, float]:
        """How far a letter reaches under and over its line, in parts of the type size."""
        if (look, letter) not in _ENDS:
            _, height, descent = super().get_text_width_height_descent(letter, prop, False)
            size = prop.get_size_in_points()
            _ENDS[look, letter] = -descent / size, (height - descent) / size
        return _ENDS[look, letter]


_ENDS: dict[tuple, tuple[float, float]] = {}

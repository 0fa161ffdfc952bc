"""Values put into a sentence: numbers in the way of a language, one word for one, one for more."""

from __future__ import annotations

from functools import lru_cache
from string import Formatter


class Filler(Formatter):
    """`str.format` whose number patterns follow a language.

    A field may also hold the English for one and for more: `{n} {n:row|rows}`.
    """

    def __init__(self, lang: str = "en") -> None:
        self.lang = lang

    def format_field(self, value: object, format_spec: str) -> str:
        if "|" in format_spec:
            one, more = format_spec.split("|")
            return one if str(value) == "1" else more
        if isinstance(value, str) or not format_spec:
            return str(value)
        return number(self.lang, value, format_spec)


def number(lang: str, value: float, pattern: str = "0.00") -> str:
    """A number in the way of the language: `number("vi", 40.617)` is "40,62".

    A value that rounds to zero carries no sign.
    """
    decimals = len(pattern.partition(".")[2].partition(";")[0].rstrip(" %"))
    shift = 2 if "%" in pattern else 0
    rounded = round(value, decimals + shift) or 0
    return _decimal(lang, rounded, pattern)


@lru_cache(maxsize=4096, typed=True)
def _decimal(lang: str, value: float, pattern: str) -> str:
    """A rounded number as written; drawings for wide and narrow pages and tables ask again."""
    from babel.numbers import format_decimal

    return format_decimal(value, format=pattern, locale=lang)

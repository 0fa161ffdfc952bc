"""Every sentence of the product, in English in the code and in Vietnamese in one catalogue.

A sentence is written once, in English, with named braces; `locale/vi/*.po` holds the Vietnamese.
Numbers take a pattern of Unicode (Babel) after the colon: `{total:0.00}` gives 40.62 in English
and 40,62 in Vietnamese; `{change:+0.00;-0.00}` shows the sign. English says one and several with
two words, `{n} {n:province|provinces}`; Vietnamese with one.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from papi_analysis._errors import Filler, ParameterError

LANGUAGES = ("vi", "en")


@cache
def catalogue(lang: str) -> dict[str, str]:
    """The translations of `lang` by English sentence; empty for English.

    Raises
    ------
    ParameterError
        When `lang` is not one of `LANGUAGES`.
    """
    if lang not in LANGUAGES:
        raise ParameterError("No language {value!r}. Use vi or en.", value=lang)
    found: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / "locale" / lang).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and message.string:
                    found[message.id] = unicodedata.normalize("NFC", message.string)
    return found


class _LocaleFormatter(Filler):
    """`str.format` whose number patterns follow the language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def format_field(self, value: object, format_spec: str) -> str:
        if "|" in format_spec:
            return super().format_field(value, format_spec)
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
    return format_decimal(value, format=pattern, locale=lang)


#: Days as official papers write them, where Unicode has another form.
_DAYS = {"vi": "'ngày' d 'tháng' M 'năm' y"}


def day(lang: str, value: date) -> str:
    """A date in words of the language.

    >>> day("vi", date(2025, 4, 15)), day("en", date(2025, 4, 15))
    ('ngày 15 tháng 4 năm 2025', 'April 15, 2025')
    """
    return format_date(value, format=_DAYS.get(lang, "long"), locale=lang)


def say(lang: str, sentence: str, **values: object) -> str:
    """The sentence in `lang` with its values filled in.

    >>> say("en", "Total {total:0.00} points.", total=40.617)
    'Total 40.62 points.'
    >>> say("en", "{n} {n:finding|findings}", n=1), say("en", "{n} {n:finding|findings}", n=2)
    ('1 finding', '2 findings')
    """
    return _LocaleFormatter(lang).format(catalogue(lang).get(sentence, sentence), **values)


def mark(sentence: str) -> str:
    """Name a sentence for the catalogue where it is stored and said later."""
    return sentence

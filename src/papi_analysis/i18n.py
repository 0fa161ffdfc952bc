"""Every sentence of the product, in English in the code and in Vietnamese in one catalogue.

A sentence is written once, in English, with named braces; `locale/vi/*.po` holds the Vietnamese.
Numbers take a pattern of Unicode (Babel) after the colon: `{total:0.00}` gives 40.62 in English
and 40,62 in Vietnamese; `{change:+0.00;-0.00}` shows the sign. English says one and several with
two words, `{n} {n:province|provinces}`; Vietnamese with one.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path

from babel.dates import format_date
from babel.messages.pofile import read_po

from papi_analysis.errors import Filler, ParameterError, number

__all__ = ["LANGUAGES", "catalogue", "day", "mark", "number", "round_to_sum", "say", "short_day"]

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
                    found[str(message.id)] = unicodedata.normalize("NFC", str(message.string))
    return found


def day(lang: str, value: date) -> str:
    """A date in words of the language; in Vietnamese as Decree 30/2020 has it on official papers.

    A day below 10 and the months 1 and 2 have a zero before them.

    >>> day("vi", date(2025, 4, 5)), day("en", date(2025, 4, 5))
    ('ngày 05 tháng 4 năm 2025', 'April 5, 2025')
    """
    if lang != "vi":
        return format_date(value, format="long", locale=lang)
    month = f"{value.month:02d}" if value.month < 3 else str(value.month)
    return f"ngày {value.day:02d} tháng {month} năm {value.year}"


def short_day(value: date) -> str:
    """A date in figures, with the zeros of `day` in Vietnamese.

    >>> short_day(date(2025, 7, 1))
    '01/7/2025'
    """
    month = f"{value.month:02d}" if value.month < 3 else str(value.month)
    return f"{value.day:02d}/{month}/{value.year}"


def round_to_sum(parts: Iterable[float], total: float, decimals: int = 2) -> list[float]:
    """Parts as they are printed, so that a reader who adds them gets the printed total.

    The parts that lose most by rounding down are rounded up (method of the largest remainder).

    Parameters
    ----------
    parts : iterable of float
        What adds up to the total but for rounding.
    total : float
        What they are printed beside.
    decimals : int
        How many are printed.

    Returns
    -------
    list of float
        In the order of the parts.

    Raises
    ------
    ParameterError
        When the parts miss the total by more than a unit of the last decimal each.

    Examples
    --------
    >>> round_to_sum([0.124, 0.124, -0.048], 0.20)
    [0.13, 0.12, -0.05]
    """
    unit, parts = 10**decimals, list(parts)
    if abs(math.fsum(parts) - total) * unit > len(parts) + 0.5:
        raise ParameterError(
            "The parts add up to {sum}, not to {total}.", sum=math.fsum(parts), total=total
        )
    low = [math.floor(part * unit) for part in parts]
    each, rest = divmod(round(total * unit) - sum(low), max(len(low), 1))
    lost = sorted(range(len(low)), key=lambda i: (low[i] - parts[i] * unit, i))
    return [(low[i] + each + (i in lost[:rest])) / unit for i in range(len(low))]


def say(lang: str, sentence: str, **values: object) -> str:
    """The sentence in `lang` with its values filled in.

    >>> say("en", "Total {total:0.00} points.", total=40.617)
    'Total 40.62 points.'
    >>> say("en", "{n} {n:finding|findings}", n=1), say("en", "{n} {n:finding|findings}", n=2)
    ('1 finding', '2 findings')
    """
    return Filler(lang).format(catalogue(lang).get(sentence, sentence), **values)


def mark(sentence: str) -> str:
    """Name a sentence for the catalogue where it is stored and said later."""
    return sentence

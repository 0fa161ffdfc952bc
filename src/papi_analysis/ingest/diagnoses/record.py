"""The shape of a diagnosis, and text from a file made safe to show."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from papi_analysis.errors import Phrase

__all__ = ["LONGEST", "Diagnosis", "Phrase", "shown"]

LONGEST = 80


class Diagnosis(NamedTuple):
    """What a code says: message, what was expected, and how to mend it (catalogue sentences)."""

    message: str
    expected: str
    mend: str


def shown(value: object, *, longest: int = LONGEST) -> str:
    """Text of an input as it may be shown: one line, at most 80 characters, nothing invisible.

    >>> shown("Hà\\u200bNội\\x07")
    'HàU+200BNộiU+0007'
    """
    text = unicodedata.normalize("NFC", str(value))
    if text.isprintable() and len(text) <= longest and " ".join(text.split()) == text:
        return text
    safe = "".join(
        f"U+{ord(char):04X}" if unicodedata.category(char)[0] == "C" else char
        for char in text[: longest + 1]
    )
    safe = " ".join(safe.split())
    return safe if len(safe) <= longest else safe[: longest - 1] + "…"

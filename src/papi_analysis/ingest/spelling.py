"""Keys by which spellings of one name meet: composition, invisible signs, case, tone placement."""

from __future__ import annotations

import re
import unicodedata

_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng
#: Letters of other alphabets that are typed for the Vietnamese ones they look like.
_LOOKALIKES = str.maketrans({"\u00d0": "\u0110", "\u00f0": "\u0111", "\u0189": "\u0110"})
_WORD = re.compile(r"[^\W_]+")


def clean(text: object) -> str:
    """Text in composed letters, without invisible signs, with single blanks.

    >>> clean("  Ha\\u0300\\u200b  No\\u0323\\u0302i ")
    'Hà Nội'
    """
    composed = unicodedata.normalize("NFC", str(text)).translate(_LOOKALIKES)
    return " ".join("".join(map(_visible, composed)).split())


def _visible(char: str) -> str:
    return "" if unicodedata.category(char) in ("Cf", "Cc") and char not in "\n\r\t" else char


def key(text: object) -> str:
    """Words without case and punctuation, the tone of each word behind its letters.

    >>> key("Hoà Bình") == key("HÒA  BÌNH"), key("Hòa Bình") == key("Hoá Bình")
    (True, False)
    """
    return " ".join(_syllable(word) for word in _WORD.findall(clean(text).casefold()))


def _syllable(word: str) -> str:
    tones, letters = "", []
    for char in unicodedata.normalize("NFD", word):
        if char in _TONES:
            tones += str(_TONES.index(char) + 1)
        else:
            letters.append(char)
    return unicodedata.normalize("NFC", "".join(letters)) + tones


def skeleton(text: object) -> list[tuple[str, frozenset[str]]]:
    """Base letters with the marks of each: đ is d with a stroke.

    >>> [base for base, marks in skeleton("Đắk")]
    ['d', 'a', 'k']
    """
    letters: list[tuple[str, frozenset[str]]] = []
    for char in "".join(_WORD.findall(clean(text).casefold())):
        first, *marks = unicodedata.normalize("NFD", char)
        stroke = first == "đ"
        letters.append(("d" if stroke else first, frozenset(["-"] if stroke else marks)))
    return letters


def lost_marks_only(text: object, name: str) -> bool:
    """Whether `text` is `name` with some or all accents missing, and no wrong one.

    >>> lost_marks_only("Tra Vinh", "Trà Vinh"), lost_marks_only("Trá Vinh", "Trà Vinh")
    (True, False)
    """
    mine, theirs = skeleton(text), skeleton(name)
    return len(mine) == len(theirs) and all(
        a == b and marks <= full for (a, marks), (b, full) in zip(mine, theirs, strict=True)
    )

"""How Vietnamese names are sorted and matched."""

from __future__ import annotations

import unicodedata

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng


def collation_key(text: str) -> tuple:
    """Key that sorts text as Vietnamese dictionaries do: letters first, then tones.

    >>> sorted(["Đà Nẵng", "Điện Biên", "Da", "An Giang", "Ấp"], key=collation_key)
    ['An Giang', 'Ấp', 'Da', 'Đà Nẵng', 'Điện Biên']
    """
    letters, tones = [], []
    for char in unicodedata.normalize("NFC", text.casefold()):
        parts = unicodedata.normalize("NFD", char)
        tone = next((mark for mark in parts if mark in _TONES), "")
        base = unicodedata.normalize("NFC", parts.replace(tone, "")) if tone else char
        letters.append(_LETTERS.find(base) if base in _LETTERS else -1 - ord(base[0]))
        tones.append(_TONES.find(tone) + 1 if tone else 0)
    return tuple(letters), tuple(tones)


def plain(name: str) -> str:
    """A name without case, accents, spaces and punctuation, for matching.

    >>> plain("TP. Hồ Chí Minh"), plain("Thừa Thiên - Huế")
    ('tphochiminh', 'thuathienhue')
    """
    text = unicodedata.normalize("NFD", str(name).casefold()).replace("đ", "d")
    return "".join(char for char in text if char.isalnum() and char.isascii())


def without_accents(name: str) -> str:
    """A name in plain Latin letters, as English texts write it.

    >>> without_accents("Đồng Tháp")
    'Dong Thap'
    """
    letters = str(name).replace("Đ", "D").replace("đ", "d")
    return "".join(c for c in unicodedata.normalize("NFD", letters) if not unicodedata.combining(c))

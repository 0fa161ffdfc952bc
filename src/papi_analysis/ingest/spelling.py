"""Spellings of one name brought together: composition, case, tones, old and broken letters."""

from __future__ import annotations

import re
import unicodedata

#: Letters of TCVN3 (ABC) fonts as they look in a Western code page, and what they mean.
TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\xadõøö÷ùúýûüþ¡¢§£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ",
        strict=True,
    )
)

_VNI_MARKS = {"à": "ø", "á": "ù", "ả": "û", "ã": "õ", "ạ": "ï"}
_VNI_HAT = {"à": "à", "á": "á", "ả": "å", "ã": "ã", "ạ": "ä"}
_VNI_BREVE = {"à": "è", "á": "é", "ả": "ú", "ã": "ü", "ạ": "ë"}
_VNI_SINGLE = {
    "ñ": "đ",
    "ô": "ơ",
    "ö": "ư",
    "í": "í",
    "ì": "ì",
    "æ": "ỉ",
    "ó": "ĩ",
    "ò": "ị",
    "î": "ỵ",
}


def _vni() -> dict[str, str]:
    """Pairs of letters (base and mark) of VNI fonts, and what they mean."""
    table = {f"{base}â": _composed(base, "\u0302") for base in "aeo"}
    table["aê"] = "ă"
    for toned in "àáảãạ":
        tone = unicodedata.normalize("NFD", toned)[1]
        for base in "aeouy":
            table[base + _VNI_MARKS[toned]] = _composed(base, tone)
        for base, letter in (("ô", "ơ"), ("ö", "ư")):
            table[base + _VNI_MARKS[toned]] = _composed(letter, tone)
        for base in "aeo":
            table[base + _VNI_HAT[toned]] = _composed(_composed(base, "\u0302"), tone)
        table["a" + _VNI_BREVE[toned]] = _composed("ă", tone)
    table |= _VNI_SINGLE
    return table | {old.upper(): new.upper() for old, new in table.items()}


def _composed(base: str, mark: str) -> str:
    return unicodedata.normalize("NFC", base + mark)


VNI = _vni()

#: Code pages through which UTF-8 has been misread, and the two bytes cp1252 leaves open.
_MISREADINGS = ("cp1252", "latin-1", "cp1258")


def from_tcvn3(text: str) -> str:
    """Text of a TCVN3 font in Unicode.

    >>> from_tcvn3("Trµ Vinh"), from_tcvn3("§ång Th¸p")
    ('Trà Vinh', 'Đồng Tháp')
    """
    return "".join(TCVN3.get(char, char) for char in text)


def from_vni(text: str) -> str:
    """Text of a VNI font in Unicode.

    >>> from_vni("Traø Vinh"), from_vni("Ñoàng Thaùp")
    ('Trà Vinh', 'Đồng Tháp')
    """
    result, at = [], 0
    while at < len(text):
        pair = text[at : at + 2]
        taken = pair if len(pair) == 2 and (pair in VNI or _mixed(pair) in VNI) else text[at]
        result.append(VNI.get(taken) or VNI.get(_mixed(taken)) or taken)
        at += len(taken)
    return "".join(result)


def _mixed(pair: str) -> str:
    """A capital with a small mark, as capital fonts write it, in capitals."""
    return pair.upper() if pair[:1].isupper() else pair


def from_mojibake(text: str) -> str:
    """UTF-8 that was read as a Western code page, once or twice, read back; "" where it is none.

    >>> from_mojibake("TrÃ\\xa0 Vinh")
    'Trà Vinh'
    """
    best = ""
    for _ in range(2):
        text = next((back for page in _MISREADINGS if (back := _read_back(text, page))), "")
        best = text or best
        if not text:
            break
    return best


def _read_back(text: str, page: str) -> str:
    try:
        raw = b"".join(_byte(char, page) for char in text)
        back = raw.decode("utf-8")
    except UnicodeError:
        return ""
    return back if back != text else ""


def _byte(char: str, page: str) -> bytes:
    """The byte that a code page shows as `char`; bytes it leaves open pass as themselves."""
    try:
        return char.encode(page)
    except UnicodeEncodeError:
        return char.encode("latin-1")


#: The diagnosis of each old encoding and its conversion, in the order in which they are tried.
REPAIRS = (
    ("W-ENCODING-MOJIBAKE", from_mojibake),
    ("W-ENCODING-TCVN3", from_tcvn3),
    ("W-ENCODING-VNI", from_vni),
)


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

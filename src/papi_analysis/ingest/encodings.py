"""Vietnamese text written in old encodings, read back into Unicode and known by its words."""

from __future__ import annotations

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

"""Text made safe for a cell, and brought back as it was."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 32_000  # characters; a cell of a workbook holds 32,767
SHEET_NAME = 31  # characters of the name of a sheet
_FORMULA = re.compile(r"'*\s*[=+\-@＝＋－＠]")
_SIGN = "'"
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\']")


def safe(text: object) -> str:
    """Text that no spreadsheet takes for a formula, without characters that cannot be seen.

    >>> safe("=1+1"), safe("- họp thôn"), safe("Sở Nội vụ\\x07")
    ("'=1+1", "'- họp thôn", 'Sở Nội vụU+0007')
    """
    words = unicodedata.normalize("NFC", str(text)).replace("\r\n", "\n")
    words = "".join(_visible(char) for char in words)
    words = words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
    return _SIGN + words if _FORMULA.match(words) else words


def _visible(char: str) -> str:
    hidden = unicodedata.category(char) in ("Cc", "Cf", "Cs") and char != "\n"
    return f"U+{ord(char):04X}" if hidden else char


def plain(text: str) -> str:
    """The text of a cell without the sign that `safe` puts before it.

    >>> plain("'=1+1"), plain("'twas")
    ('=1+1', "'twas")
    """
    words = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return words[1:] if words.startswith(_SIGN) and _FORMULA.match(words[1:]) else words


def sheet_name(number: int, title: str) -> str:
    """A name that a sheet may bear: numbered, within 31 characters, cut between words.

    >>> sheet_name(2, "Sở Lao động - Thương binh và Xã hội (nay thuộc Sở khác)")
    '02 Sở Lao động - Thương binh và'
    """
    words = " ".join(_NOT_IN_A_NAME.sub(" ", safe(title)).split())
    name = f"{number:02} {words}".strip()
    if len(name) > SHEET_NAME:
        name = name[: SHEET_NAME + 1].rpartition(" ")[0] or name[:SHEET_NAME]
    return name.rstrip(" -(–,;")[:SHEET_NAME]


def reference(sheet: str, cells: str) -> str:
    """Cells of a sheet as a formula names them.

    >>> reference("01 Sở Nội vụ", "A1:A9")
    "'01 Sở Nội vụ'!A1:A9"
    """
    quoted = sheet.replace("'", "''")
    return f"'{quoted}'!{cells}"

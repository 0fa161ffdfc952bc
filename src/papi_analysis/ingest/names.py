"""Which province a name or code means, and what is to be said of its spelling."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from papi_analysis import places
from papi_analysis.ingest.spelling import REPAIRS, clean, key, lost_marks_only

LONGEST = 100  # letters; longer texts are no names

#: Spellings of the official tables that are not those of `provinces.csv`; nothing is said of them.
OFFICIAL = dict.fromkeys(
    ("TP. Hồ Chí Minh", "TP Hồ Chí Minh", "Hồ Chí Minh", "Ho Chi Minh City"), "79"
)
#: Reviewed forms that stand for one province only, by their plain letters.
ALIASES = {
    **places.ALIASES,
    "tphochiminh": "79",
    "tpsaigon": "79",
    "hochiminh": "79",
    "tthue": "46",
    "tphue": "46",
    "baccan": "06",
    "daclac": "66",
    "daklac": "66",
    "daclak": "66",
    "dacnong": "67",
}
#: Endings by which texts name a unit of the 34 provinces since July 2025.
MERGED_WORDS = re.compile(r"\((mới|new|sau (sáp nhập|hợp nhất|sắp xếp))\)|\bmới$", re.IGNORECASE)
_PREFIX = re.compile(
    r"^(tỉnh|thành phố|tinh|thanh pho|tp\.?|t\.p\.?|t\.)[\s.]+(?=\S)", re.IGNORECASE
)
_MARKS = re.compile(
    r"^\(?\d{1,2}\s?[.)\-:]\s*|^\d{1,2}\s+(?=\D)"  # a number before the name
    r"|\s*([*†‡§#¹²³⁰⁴-⁹]+|\(\d{1,2}\)|\[\d{1,2}\]|\([a-z*]\))$"  # a mark after it
)
_LOST = re.compile("[?\ufffd]+")


class Match(NamedTuple):
    """The code of a province ("" where none is sure), what is to be said, and nearest names."""

    code: str
    said: str = ""
    near: str = ""


@dataclass(frozen=True, eq=False)
class Index:
    """Names made ready for matching: by key, by key without blanks, by plain letters."""

    names: dict[str, str]
    exact: dict[str, str]
    joined: dict[str, str]
    plain: dict[str, tuple[str, str]]


def index(provinces: pd.DataFrame) -> Index:
    """The index of the names of `places.provinces`."""
    names = dict(zip(provinces["code"], provinces["name_vi"], strict=True))
    spelled = {name: code for code, name in names.items()} | OFFICIAL
    exact = {key(name): code for name, code in spelled.items()}
    return Index(
        names,
        exact,
        joined={spelling.replace(" ", ""): code for spelling, code in exact.items()},
        plain={places.plain(name): (code, name) for name, code in spelled.items()},
    )


@lru_cache(maxsize=1024)
def of_code(text: object, known: Index) -> str | None:
    """The province of a GSO code written as text or number; "" for an unknown one.

    None where the text is no code at all.
    """
    digits = re.fullmatch(r"0*(\d{1,3})([.,]0+)?", clean(text).lstrip("'’"))
    if not digits:
        return None
    code = digits[1].zfill(2)
    return code if code in known.names else ""


@lru_cache(maxsize=8192)  # the same 63 names stand in every sheet
def of_name(text: object, known: Index, *, plain_is_official: bool = False) -> Match:
    """The province that a name means.

    Parameters
    ----------
    text : object
        The name as the file writes it.
    known : Index
        See `index`.
    plain_is_official : bool
        Whether names without Vietnamese letters are the official form here (English columns).

    Returns
    -------
    Match
        `said` is "" for the official name, the code of a warning for another sure form, and
        E-NAME-LOSSY, E-PROVINCE-MERGED or E-NAME-UNKNOWN with the three nearest names otherwise.
    """
    name = clean(text)
    if len(name) > LONGEST:
        return Match("", "E-NAME-UNKNOWN", "–")
    bare = _MARKS.sub("", name)
    found = _sure(bare, known, plain_is_official)
    if found and bare != name:
        found = Match(found.code, "W-NAME-MARK")
    return found or _repaired(str(text), known) or _unsure(name, known)


def _sure(name: str, known: Index, plain_is_official: bool) -> Match | None:
    if key(name) in known.exact:
        return Match(known.exact[key(name)])
    short = _PREFIX.sub("", name)
    letters = places.plain(short)
    code, full = known.plain.get(places.plain(name), ("", ""))
    if code and short != name and lost_marks_only(name, full):  # a prefix of the full name itself
        return Match(code, "" if plain_is_official and name.isascii() else "W-NAME-PLAIN")
    if key(short) in known.exact:
        return Match(known.exact[key(short)], "W-NAME-ALIAS")
    if key(short).replace(" ", "") in known.joined:
        return Match(known.joined[key(short).replace(" ", "")], "W-NAME-ALIAS")
    code, full = known.plain.get(letters, ("", ""))
    if code and lost_marks_only(short, full):
        return Match(code, "" if plain_is_official and short.isascii() else "W-NAME-PLAIN")
    code = ALIASES.get(letters, "")
    return Match(code, "W-NAME-ALIAS") if code else None


def _repaired(raw: str, known: Index) -> Match | None:
    for said, convert in REPAIRS:
        spelling = key(_PREFIX.sub("", clean(convert(raw))))
        if convert(raw) != raw and spelling in known.exact:
            return Match(known.exact[spelling], said)
    return None


def _unsure(name: str, known: Index) -> Match:
    if _LOST.search(name):
        letters = r".{1,3}".join(map(re.escape, _LOST.split(name)))
        like = [n for n in known.names.values() if re.fullmatch(letters, n, re.IGNORECASE)]
        return Match("", "E-NAME-LOSSY", ", ".join(like[:3]) or nearest(name, known))
    mentioned = _mentioned(name, known)
    if MERGED_WORDS.search(name) or len(mentioned) > 1:
        return Match("", "E-PROVINCE-MERGED", ", ".join(mentioned))
    return Match("", "E-NAME-UNKNOWN", nearest(name, known))


def _mentioned(name: str, known: Index) -> list[str]:
    """The provinces whose full names stand in a text."""
    words = f" {key(name)} "
    return [n for n in known.names.values() if f" {key(n)} " in words]


def nearest(name: str, known: Index) -> str:
    """The three provinces whose names are spelled most alike."""
    if not name:
        return "–"
    plain = {letters: code for letters, (code, _) in known.plain.items()}
    spellings = 3 + len(OFFICIAL)  # so many that three provinces are among them
    close = difflib.get_close_matches(places.plain(name), plain, n=spellings, cutoff=0.0)
    codes = dict.fromkeys(plain[letters] for letters in close)
    return ", ".join(known.names[code] for code in list(codes)[:3])


def hits(text: str, known: Index) -> int:
    """How many provinces stand in a text by their full names with all their letters."""
    words = f" {key(text)} "
    return sum(f" {key(n)} " in words for n in known.names.values() if not n.isascii())

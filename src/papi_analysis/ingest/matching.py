"""Which province, and which part of the index, a name or code of a table means.

What is sure is taken and, where it is spelled in another way, told; nothing is guessed.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from papi_analysis import places
from papi_analysis.ingest.spelling import REPAIRS, clean, key, lost_marks_only

# --- provinces ------------------------------------------------------------------------------------

LONGEST_NAME = 100  # letters; longer texts are no names of provinces
#: Spellings of the official tables that are not those of the data; nothing is said of them.
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
    "daklak": "66",
    "dacnong": "67",
}
#: Endings by which texts name a province made of several.
MERGED_WORDS = re.compile(r"\s*(\((mới|new|sau (sáp nhập|hợp nhất|sắp xếp))\)|\bmới)$", re.I)
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
class Provinces:
    """The provinces of a round, ready for matching: by key, without blanks, by plain letters.

    `codes` holds the codes that mean each of them; where a province was made of several it may be
    the code that its namesake had before. `former` are the provinces that these were made of, and
    `successors` (code by former code) and `merged` (name of the successor and of its parts, by its
    code) what those became.
    """

    names: dict[str, str]
    codes: dict[str, str]
    exact: dict[str, str]
    joined: dict[str, str]
    plain: dict[str, tuple[str, str]]
    former: Provinces | None = None
    successors: dict[str, str] = field(default_factory=dict)
    merged: dict[str, tuple[str, list[str]]] = field(default_factory=dict)

    @property
    def namesakes(self) -> set[str]:
        """The codes of these provinces whose names those that they became still have."""
        return {of_name(name, self).code for name, _ in self.merged.values()} - {""}


def provinces(units: pd.DataFrame, former: Provinces | None = None) -> Provinces:
    """The provinces of a table of units (see `places.units_of`) made ready for matching."""
    names = dict(zip(units["code"], units["name_vi"], strict=True))
    spelled = {name: code for code, name in names.items()}
    spelled |= {name: code for name, code in OFFICIAL.items() if code in names}
    exact = {key(name): code for name, code in spelled.items()}
    after = units[units["successor_code"].ne("")]
    merged = {
        code: (rows["successor_name_vi"].iloc[0], rows["name_vi"].tolist())
        for code, rows in after.groupby("successor_code")
    }
    alike = {old: code for code, name in names.items()
             for old in [of_name(name, former).code if former else ""] if old}  # fmt: skip
    return Provinces(
        names,
        codes={old: code for old, code in alike.items() if old not in names}
        | {code: code for code in names},
        exact=exact,
        joined={spelling.replace(" ", ""): code for spelling, code in exact.items()},
        plain={places.plain(name): (code, name) for name, code in spelled.items()},
        former=former,
        successors=dict(zip(after["code"], after["successor_code"], strict=True)),
        merged=merged,
    )


@lru_cache(maxsize=1024)
def of_code(text: object, known: Provinces) -> str | None:
    """The province of a GSO code written as text or number; "" for an unknown one.

    A code of a workbook may be a formula (="01") or have lost its zero. None where the text is no
    code at all.
    """
    digits = re.fullmatch(r'(?:="?)?0*(\d{1,3})([.,]0+)?"?', clean(text).lstrip("'’"))
    return known.codes.get(digits[1].zfill(2), "") if digits else None


@lru_cache(maxsize=8192)  # the same names stand in every sheet
def of_name(text: object, known: Provinces, *, plain_is_official: bool = False) -> Match:
    """The province that a name means.

    Parameters
    ----------
    text : object
        The name as the file writes it.
    known : Provinces
        See `provinces`.
    plain_is_official : bool
        Whether names without Vietnamese letters are the official form here (English columns).

    Returns
    -------
    Match
        `said` is "" for the official name, the code of a warning for another sure form, and
        E-NAME-LOSSY, E-PROVINCE-MERGED, E-PROVINCE-FORMER or E-NAME-UNKNOWN with the nearest names
        otherwise (of a former province with its code and the name of what it is a part of).
    """
    name = clean(text)
    if len(name) > LONGEST_NAME:
        return Match("", "E-NAME-UNKNOWN", "–")
    bare = _MARKS.sub("", name)
    found = _sure(bare, known, plain_is_official)
    if found and bare != name:
        found = Match(found.code, "W-NAME-MARK")
    return found or _repaired(str(text), known) or _unsure(name, known)


def _sure(name: str, known: Provinces, plain_is_official: bool) -> Match | None:
    if key(name) in known.exact:
        return Match(known.exact[key(name)])
    short = _PREFIX.sub("", name)
    letters = places.plain(short)
    code, full = known.plain.get(places.plain(name), ("", ""))
    if code and short != name and lost_marks_only(name, full):  # a prefix of the full name itself
        return Match(code, "" if plain_is_official and name.isascii() else "W-NAME-PLAIN")
    for spelling in (key(short), key(short).replace(" ", "")):
        code = known.exact.get(spelling) or known.joined.get(spelling)
        if code:
            return Match(code, "W-NAME-ALIAS")
    code, full = known.plain.get(letters, ("", ""))
    if code and lost_marks_only(short, full):
        return Match(code, "" if plain_is_official and short.isascii() else "W-NAME-PLAIN")
    code = ALIASES.get(letters, "")
    return Match(code, "W-NAME-ALIAS") if code in known.names else None


def _repaired(raw: str, known: Provinces) -> Match | None:
    for said, convert in REPAIRS:
        spelling = key(_PREFIX.sub("", clean(convert(raw))))
        if convert(raw) != raw and spelling in known.exact:
            return Match(known.exact[spelling], said)
    return None


def _unsure(name: str, known: Provinces) -> Match:
    if _LOST.search(name):
        letters = r".{1,3}".join(map(re.escape, _LOST.split(name)))
        like = [n for n in known.names.values() if re.fullmatch(letters, n, re.IGNORECASE)]
        return Match("", "E-NAME-LOSSY", ", ".join(like[:3]) or nearest(name, known))
    if known.former:
        short = MERGED_WORDS.sub("", name)
        match = _sure(short, known, False) if short != name else None
        before = of_name(name, known.former).code
        if match or before:
            unit = known.former.successors.get(before, "")
            return match or Match("", "E-PROVINCE-FORMER", known.names.get(unit, unit))
        return Match("", "E-NAME-UNKNOWN", nearest(name, known))
    words = f" {key(name)} "
    mentioned = [n for n in known.names.values() if f" {key(n)} " in words]
    if known.merged and (MERGED_WORDS.search(name) or len(mentioned) > 1):
        return Match("", "E-PROVINCE-MERGED", ", ".join(mentioned))
    return Match("", "E-NAME-UNKNOWN", nearest(name, known))


def nearest(name: str, known: Provinces) -> str:
    """The three provinces whose names are spelled most alike."""
    if not name:
        return "–"
    spellings = 3 + len(OFFICIAL)  # so many that three provinces are among them
    close = difflib.get_close_matches(places.plain(name), known.plain, n=spellings, cutoff=0.0)
    codes = dict.fromkeys(known.plain[letters][0] for letters in close)
    return ", ".join(known.names[code] for code in list(codes)[:3])


def hits(text: str, known: Provinces) -> int:
    """How many provinces stand in a text by their full names with all their letters."""
    words = f" {key(text)} "
    return sum(f" {key(n)} " in words for n in known.names.values() if not n.isascii())


# --- names of columns and rows --------------------------------------------------------------------

LONGEST = 300  # letters; longer texts are no names

#: Names of dimensions and sub-dimensions in official tables that are not those of the codebook.
OFFICIAL_LABELS = {
    "Participation at Local Levels": "1",
    "Opportunties for Participation in Elections": "participation_opportunities",
    "Transparency": "2",
    "Công khai, minh bạch": "2",
    "Control of Corruption": "4",
    "Quality of Elections": "village_elections",
    "Poverty Lists": "poverty_lists",
    "Danh sách hộ nghèo": "poverty_lists",
    "Communal Budget and Expenditure": "communal_budgets",
    "Thu, chi ngân sách cấp xã/phường": "communal_budgets",
    "Land-Use Plans/Price Frames": "land_use_plans",
    "Kế hoạch sử dụng đất, khung giá đền bù": "land_use_plans",
    "Interactions With Local Authorities": "interactions_with_authorities",
    "Responsive to Citizen Actions": "response_to_appeals",
    "Đáp ứng kiến nghị của người dân": "response_to_appeals",
    "Ban thanh tra nhân dân": "peoples_inspection_boards",
    "Ban Giám sát đầu tư cộng đồng": "community_investment_boards",
    "Community Investment Boards": "community_investment_boards",
    "Limits on Public Sector Corruption": "corruption_in_government",
    "Limits on Corruption in Service Delivery": "corruption_in_services",
    "Equity in Employment": "equity_in_employment",
    "Certification Procedures": "certification",
    "Land-Use Rights Procedures": "land_use_certificates",
    "Personal Procedures": "commune_procedures",
    "Public Health": "public_health",
}
#: Columns that are no scores, by their plain letters.
KEYS = {
    "id": "tinhid matinh provinceid provincecode magso gso gsocode code ma id matinhthanhpho",
    "name_en": "tentinheng provinceen provincenameen nameen tinheng",
    "name": "tentinhvie tentinh tinh tinhthanhpho tinhthanh province provincename namevi name "
    "diaphuong tentinhthanhpho tinhthanhphoprovince provincevi",
    "year": "year nam",
    "criterion": "subdimension noidungthanhphan tieuchi criterion subdimensioncode",
    "score": "score diem diemso value",
    "ordinal": "stt no tt",
    "scale": "thangdiem scale thangdiemscale",
    "extra": "rank hang xephang thuhang ranking trongso weight weights group nhom region vung "
    "khuvuc ghichu note notes "
    "file sheet cell row column level dimension scalemin scalemax",
}
#: Summary rows, by their plain letters; every region of the country is one, too.
SUMMARIES = (
    "cucdai cuctieu tbcanuoc tbvung tbchung "
    "highest lowest maximum minimum max min mean average median national nationwide country total "
    "sum sd stdev standarddeviation caonhat thapnhat diemcaonhat diemthapnhat trungbinh "
    "diemtrungbinh trungvi canuoc toanquoc chung tong tongcong trungbinhcanuoc "
    "diemtrungbinhcanuoc dolechchuan giatritrungbinh giatrilonnhat giatrinhonhat nationalmean "
    "nationalaverage nationalmedian vietnam highestscore lowestscore grandtotal "
    "regionalmean regionalaverage dbscl dbsh trongso weight weights hang rank xephang thuhang"
).split()
#: Beginnings of the plain letters of rows of means, whatever region they are of.
MEANS = ("trungbinh", "diemtrungbinh", "binhquan", "regionalmean", "regionalaverage")
#: Regions of the country as other tables call them.
REGIONS = (
    "miennuiphiabac trungdubacbo dongbac dongbacbo taybac taybacbo bactrungbo bactrungbovadhmt "
    "duyenhaimientrung duyenhainamtrungbo namtrungbo dongnambo taynambo mienbac mientrung miennam "
    "dongbangbacbo"
).split()
#: Statistics of the total in the rows of the yearly tables since 2018, first match wins.
STATISTICS = (
    ("standard_error", re.compile(r"standard ?error|sai số chuẩn|\bs\.?e\.?\b", re.I)),
    ("low", re.compile(r"(95|90) ?%.*(low|thấp|dưới|cận dưới)|(low|thấp|dưới).*(95|90) ?%", re.I)),
    ("high", re.compile(r"(95|90) ?%.*(high|upp|cao|trên)|(high|upp|cao|trên).*(95|90) ?%", re.I)),
    ("weighted", re.compile(r"(?<!un-)(?<!un)weighted|(?<!không )có trọng số", re.I)),
)
_NOT_WEIGHTED = re.compile(r"un-?weighted|(không|chưa) có trọng số", re.I)
_TOTAL = re.compile(
    r"(un-?weighted ?(\d{4})? ?papi( ?\d{4})?( (score|index))?|un-?weighted (score|total).*"
    r"|(chỉ số )?papi.*\((không|chưa) có trọng số\).*|.*(không|chưa) có trọng số.*"
    r"|total( score)?|(chỉ số )?papi( \d{4})?|tổng( điểm| số)?|điểm tổng hợp|tổng hợp|papi total)",
    re.I,
)
_DIMENSION = re.compile(
    r"(dimension|chỉ số nội dung|chỉ số lĩnh vực|nội dung|lĩnh vực|d)[ .]*([1-9]\d?)"
    r"(?!\d*\.\d)\b.*",
    re.I,
)
_WORDS = "nội dung thành phần|chỉ số thành phần|sub-?dimension|tiêu chí"
_NUMBERED = re.compile(
    rf"^({_WORDS})?\s*[ds]?\d+([.]\d+)*[.:)]?\s+|^({_WORDS})\s*\d*([.]\d+)*[.:)]?\s*", re.I
)
_HALVES = re.compile(r"\s*(?:\n|/|\|| – | - )\s*")


class Label(NamedTuple):
    """What a name stands for.

    kind is one of subdimension, dimension, total, a key of `KEYS`, a statistic of `STATISTICS`,
    "summary" or "" (unknown); said is the warning that its spelling deserves, used the name meant.
    """

    kind: str
    code: str = ""
    said: str = ""
    used: str = ""


@dataclass(frozen=True, eq=False)
class Labels:
    """The names of the index made ready for matching."""

    folded: dict[str, str]
    keys: dict[str, str]
    plain: dict[str, tuple[str, str]]
    names: dict[str, str]
    keywords: dict[str, str]
    summaries: frozenset[str]


def index(dimensions: pd.DataFrame, subdimensions: pd.DataFrame) -> Labels:
    """The names of `codebook.dimensions` and `codebook.subdimensions` made ready."""
    dims = dimensions.rename(columns={"dimension": "code"})
    exact: dict[str, str] = {}
    for column in ("name_vi", "name_en"):
        for table in (dims, subdimensions):
            exact |= dict(zip(table[column], table["code"], strict=True))
    exact |= OFFICIAL_LABELS
    exact |= {code: code for code in subdimensions["code"]}
    return Labels(
        folded={name.casefold(): code for name, code in exact.items()},
        keys={key(name): code for name, code in exact.items()},
        plain={places.plain(name): (code, name) for name, code in exact.items()},
        names={code: name for name, code in reversed(exact.items()) if name != code},
        keywords={word: kind for kind, words in KEYS.items() for word in words.split()},
        summaries=frozenset(
            [
                *SUMMARIES,
                *REGIONS,
                *(places.plain(name) for pair in places.REGIONS.values() for name in pair),
            ]
        ),
    )


@lru_cache(maxsize=8192)  # the same few hundred names stand in every sheet
def label(text: object, known: Labels) -> Label:
    """What a column or row is called after.

    Official names are known as they stand, also beside a number or the name in the other
    language; names that differ in case, accents or encoding are known and told.
    """
    name = clean(text)
    if not name or len(name) > LONGEST:
        return Label("")
    special = _special(name, known)
    if special:
        return special
    found = _one(name, known) or _numbered(name, known) or _halves(str(text), known)
    if found:
        return found
    for said, convert in REPAIRS:
        code = known.keys.get(key(convert(str(text))), "")
        if code and convert(str(text)) != str(text):
            return _label(code, known, said)
    return Label("")


def nearest_labels(text: object, known: Labels) -> str:
    """The three names of the index that are spelled most alike."""
    close = difflib.get_close_matches(places.plain(clean(text)), known.plain, n=3, cutoff=0.0)
    return ", ".join(known.plain[letters][1] for letters in close) or "–"


def is_summary(text: object, known: Labels) -> bool:
    """Whether the name of a row is that of a summary or of a region."""
    plain = places.plain(clean(text))
    return plain.removeprefix("vung") in known.summaries or plain.startswith(MEANS)


def _special(name: str, known: Labels) -> Label | None:
    """Keys, statistics, the total and numbered dimensions."""
    word = known.keywords.get(places.plain(name))
    if word:
        return Label(word)
    kind = next((kind for kind, pattern in STATISTICS if pattern.search(name)), "")
    plain = bool(_NOT_WEIGHTED.search(name))
    if kind and not (plain and kind == "weighted"):
        other = kind != "weighted" and not plain and STATISTICS[-1][1].search(name)
        # an interval or error of the weighted total or of a dimension is none of the total
        return Label("extra" if other or _DIMENSION.fullmatch(name) else kind)
    if _TOTAL.fullmatch(name):
        return Label("total", "total")
    numbered = _DIMENSION.fullmatch(name)
    if numbered and numbered[2] in known.names:
        return Label("dimension", numbered[2])
    return None


def _one(name: str, known: Labels) -> Label | None:
    if name.casefold() in known.folded and not name.isupper():
        return _label(known.folded[name.casefold()], known)
    if key(name) in known.keys:
        return _label(known.keys[key(name)], known, "W-HEADER-NORMALISED")
    code, full = known.plain.get(places.plain(name), ("", ""))
    if code and lost_marks_only(name, full):
        return _label(code, known, "W-HEADER-NORMALISED")
    return None


def without_number(name: str) -> str:
    """A name without the number before it, as the yearly tables write it.

    >>> without_number("7.2. Chất lượng không khí")
    'Chất lượng không khí'
    """
    return _NUMBERED.sub("", name)


def _numbered(name: str, known: Labels) -> Label | None:
    bare = without_number(name)
    if bare == name:
        return None
    return _one(bare, known) or _halves(bare, known)


def _halves(text: str, known: Labels) -> Label | None:
    """A name in two languages: both halves must mean the same where both are known."""
    parts = [clean(part) for part in _HALVES.split(text) if clean(part)]
    cuts = [("/".join(parts[:n]), "/".join(parts[n:])) for n in range(1, len(parts))]
    for first, second in cuts:
        pair = [_one(without_number(half), known) for half in (first, second)]
        sure = [half for half in pair if half]
        if len({half.code for half in sure}) == 1 and len(sure) == 2:
            return max(sure, key=lambda half: half.said)
    return None


def _label(code: str, known: Labels, said: str = "") -> Label:
    kind = "dimension" if code.isdigit() else "subdimension"
    return Label(kind, code, said, known.names.get(code, code))

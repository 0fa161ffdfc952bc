"""What the name of a column or row stands for: a code of the index, a key, or something else."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from papi_analysis import places
from papi_analysis.ingest.spelling import REPAIRS, clean, key, lost_marks_only

LONGEST = 300  # letters; longer texts are no names

#: Names of dimensions and sub-dimensions in official tables that are not those of the codebook.
OFFICIAL = {
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
    "highest lowest maximum minimum max min mean average median national nationwide country total "
    "sum sd stdev standarddeviation caonhat thapnhat diemcaonhat diemthapnhat trungbinh "
    "diemtrungbinh trungvi canuoc toanquoc chung tong tongcong trungbinhcanuoc "
    "diemtrungbinhcanuoc dolechchuan giatritrungbinh giatrilonnhat giatrinhonhat nationalmean "
    "nationalaverage nationalmedian vietnam highestscore lowestscore grandtotal "
    "regionalmean regionalaverage dbscl dbsh trongso weight weights hang rank xephang thuhang"
).split()
#: Beginnings of the plain letters of rows of means, whatever region they are of.
MEANS = ("trungbinh", "diemtrungbinh")
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
    """The names of `framework.dimensions` and `framework.subdimensions` made ready."""
    dims = dimensions.rename(columns={"dimension": "code"})
    exact: dict[str, str] = {}
    for column in ("name_vi", "name_en"):
        for table in (dims, subdimensions):
            exact |= dict(zip(table[column], table["code"], strict=True))
    exact |= OFFICIAL
    exact |= {code: code for code in subdimensions["code"]}
    return Labels(
        folded={name.casefold(): code for name, code in exact.items()},
        keys={key(name): code for name, code in exact.items()},
        plain={places.plain(name): (code, name) for name, code in exact.items()},
        names={code: name for name, code in reversed(exact.items()) if name != code},
        keywords={word: kind for kind, words in KEYS.items() for word in words.split()},
        summaries=frozenset(
            [*SUMMARIES, *(places.plain(n) for pair in places.REGIONS.values() for n in pair)]
        ),
    )


@lru_cache(maxsize=8192)  # the same few hundred names stand in every sheet
def of(text: object, known: Labels) -> Label:
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


def nearest(text: object, known: Labels) -> str:
    """The three names of the index that are spelled most alike."""
    close = difflib.get_close_matches(places.plain(clean(text)), known.plain, n=3, cutoff=0.0)
    return ", ".join(known.plain[letters][1] for letters in close) or "–"


def is_summary(text: object, known: Labels) -> bool:
    """Whether the name of a row is that of a summary or of a region."""
    plain = places.plain(clean(text))
    return plain in known.summaries or plain.startswith(MEANS)


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

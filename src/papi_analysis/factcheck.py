"""A text about a province's PAPI held against the panel: which of its numbers are right.

Sentences are read by patterns, Vietnamese and English, not by a parser: no library reads such
sentences, and what no pattern surely reads is told as not read rather than judged. A claim is a
number with what it is said of: a total, a score, a rank, a change, a count of provinces or of
dimensions that rose and fell, a group, an order of two provinces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

import pandas as pd

from papi_analysis import places
from papi_analysis.data import codebook, panel
from papi_analysis.i18n import mark, number, say
from papi_analysis.stats import ranking

VERDICTS = {
    "right": mark("right"),
    "wrong": mark("wrong"),
    "not_comparable": mark("not comparable"),
    "not_found": mark("not found in the data"),
    "not_read": mark("not read"),
}
_BROKEN = mark("the method changed between {last} and {year}; {before:0.00} and {now:0.00} are "
               "not of one scale")  # fmt: skip
NUMBER = r"[-+−]?\d{1,2}(?:[.,]\d{1,4})?"
#: The four groups, the lowest first, in the words of reports and of the press.
GROUPS = {
    1: r"thấp nhất|lowest|bottom",
    2: r"trung bình thấp|trung bình - thấp|lower[- ]middle",
    3: r"trung bình cao|trung bình - cao|upper[- ]middle",
    4: r"cao nhất|highest|top",
}
_UP = r"tăng|cải thiện|rose|rise|increased?|up|gained|improved"
_DOWN = r"giảm|tụt|fell|fall|decreased?|down|dropped|lost"
_POINTS = r"(?:điểm|points?)"
_RANK = re.compile(
    r"(?:xếp hạng|xếp|hạng|thứ hạng|vị trí|đứng|ranks?|ranked|placed)\s*"
    r"(?:thứ|hạng|at|is|was|:|của tỉnh|no\.?|vị trí)*\s*(?P<rank>\d{1,2})(?:st|nd|rd|th)?\s*"
    r"(?:/|trên|trong(?: tổng số)?|of|out of)\s*(?P<n>\d{2})\b"
)
_ALONE = re.compile(
    r"(?:xếp hạng|xếp|hạng|thứ hạng|đứng)\s*(?:thứ)?\s*(?P<rank>\d{1,2})\b"
    r"(?!\s*(?:/|[.,]\d|%|điểm))"
    r"|(?:ranks?|ranked)\s+(?P<rank_en>\d{1,2})(?:st|nd|rd|th)?\b(?!\s*(?:/|[.,]\d|of|out))"
)
_CHANGE = re.compile(
    rf"(?P<way>{_UP}|{_DOWN})\s*(?:thêm|by|được|tới)?\s*(?P<value>{NUMBER})\s*{_POINTS}"
    rf"|(?P<signed>[+\-−]\d{{1,2}}[.,]\d{{1,4}})\s*{_POINTS}?"
)
_MOVE = re.compile(
    rf"(?P<way>{_UP}|{_DOWN})\s*(?:by)?\s*(?P<places>\d{{1,2}})\s*(?:bậc|hạng|places?|ranks?)\b"
)
_SCORE = re.compile(rf"(?P<value>\d{{1,2}}[.,]\d{{1,4}})\s*{_POINTS}")
#: What stands before a number that is a score, and not a gap or a step.
_SAYS = re.compile(r"(?:đạt|được|là|với|:|tổng điểm|điểm số|scored|score of|total(?: of)?|with|is|"
                   r"was|at)\s*(?:được|khoảng|about)?\s*$")  # fmt: skip
_PARTS = r"(?:chỉ số nội dung|nội dung|trục|dimensions?)?"
_COUNTS = re.compile(
    rf"(?P<up>\d)\s*(?:/\d\s*)?{_PARTS}\s*(?:{_UP})(?:\s*điểm)?\s*(?:,|;|và|and)*\s*"
    rf"(?P<down>\d)\s*{_PARTS}\s*(?:{_DOWN})"
)
_GROUP = re.compile(
    r"(?:nhóm(?: đạt)?(?: điểm)?|group(?: of)?)\s*(?P<vi>"
    + "|".join([GROUPS[2], GROUPS[3], GROUPS[1], GROUPS[4]])
    + r")|(?P<en>" + "|".join([GROUPS[2], GROUPS[3], GROUPS[1], GROUPS[4]])
    + r")[- ](?:scoring |performing )?(?:group|quartile)"
)  # fmt: skip
_ORDER = re.compile(r"(?P<way>cao hơn|thấp hơn|trên|dưới|xếp trên|xếp dưới|above|below|higher than|"
                    r"lower than)\s+(?:tỉnh\s+|thành phố\s+)?$")  # fmt: skip
_OF_A_YEAR = r"(?:\s*\(?(?:vào|trong|in)?\s*(?:năm\s*)?(?P<{}>20\d\d)\)?)?"
#: From one rank or score to another, each with its year where it is said.
_FROM_TO = re.compile(
    r"(?:từ|from)\s*(?:vị trí|thứ hạng|hạng|rank)?\s*(?:thứ\s*)?"
    rf"(?:(?P<rank>\d{{1,2}})\s*/\s*(?P<n>\d{{2}})|(?P<score>\d{{1,2}}[.,]\d{{1,4}})\s*{_POINTS}?)"
    + _OF_A_YEAR.format("base")
    + r"\s*(?:tăng|giảm|tụt)?\s*(?:lên|xuống|còn|up to|down to|to)\s*"
    r"(?:vị trí|thứ hạng|hạng|rank)?\s*(?:thứ\s*)?"
    rf"(?:(?P<rank2>\d{{1,2}})\s*/\s*(?P<n2>\d{{2}})"
    rf"|(?P<score2>\d{{1,2}}[.,]\d{{1,4}})\s*{_POINTS}?)"
    + _OF_A_YEAR.format("year")
)
_COUNTRY = r"(?:cả nước|toàn quốc|trung bình các tỉnh|national (?:mean|average))"
_MEAN = re.compile(
    rf"(?:trung bình (?:của )?(?:cả nước|toàn quốc)|national (?:mean|average))"
    rf"{_OF_A_YEAR.format('year')}\s*(?:là|đạt|:|is|was|of)\s*(?P<value>\d{{1,2}}[.,]\d{{1,4}})"
)
_OTHER = re.compile(r"par index|sipas|\bpci\b|dự báo|mục tiêu|phấn đấu|target|forecast")
_SPLIT = re.compile(r"(?<=[.!?;])\s+(?=[^\d\s])|\n+")
_YEAR = re.compile(r"\b(20(?:0[9]|1\d|2\d))\b")


@dataclass(frozen=True)
class Claim:
    """One claim: sentence, what is said, its verdict (key of `VERDICTS`), and the true value."""

    sentence: str
    said: str
    verdict: str
    why: str = ""
    values: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Subject:
    """What a sentence is about; kept from the sentence before where it does not say."""

    province: str = ""
    year: int = 0
    code: str = "total"


@dataclass(frozen=True)
class Facts:
    """The panel as claims are held against it."""

    positions: pd.DataFrame
    levels: pd.DataFrame
    versions: pd.DataFrame
    names: dict[str, str]
    codes: tuple[tuple[str, str], ...]

    def row(self, about: Subject) -> pd.Series | None:
        """The place of a province in a year, None where there is no score."""
        try:
            found = self.positions.loc[(about.code, about.province, about.year)]
        except KeyError:
            return None
        return None if pd.isna(found["score"]) else found

    def comparable(self, about: Subject, base: int) -> bool:
        """Whether the scores of a year and an earlier one may be set side by side."""
        table = codebook.comparability(self.versions, *sorted((base, about.year)))
        rows = table[table["code"].eq(about.code)]
        return bool(len(rows)) and bool(rows["comparable"].iloc[0])


def facts() -> Facts:
    """The facts of the data folder."""
    levels = panel.levels(panel.load())
    positions = ranking.positions(levels, codebook.group_sizes())
    table = places.provinces()
    names = {}
    for row in table.itertuples():
        for words in (row.name_vi, row.name_en, places.without_accents(row.name_vi)):
            names[_fold(words)] = row.province
    for word, code in (("tp.hcm", "79"), ("tp hcm", "79"), ("tphcm", "79"), ("huế", "46"),
                       ("thành phố hồ chí minh", "79"), ("brvt", "77")):  # fmt: skip
        names[word] = code
    known = [(_fold(name), code) for lang in ("vi", "en")
             for code, name in codebook.names(lang).items()]  # fmt: skip
    known += [(f"d{code}", code) for code in codebook.dimensions()["dimension"]]
    codes = tuple(sorted(set(known), key=lambda pair: -len(pair[0])))
    keys = ["code", "province", "year"]
    return Facts(positions.set_index(keys).sort_index(), levels, codebook.index_versions(), names,
                 codes)  # fmt: skip


def _fold(words: str) -> str:
    return unicodedata.normalize("NFC", words).casefold().replace("\N{NO-BREAK SPACE}", " ")


def _value(words: str) -> float:
    return float(words.replace(",", ".").replace("−", "-"))


def _decimals(words: str) -> int:
    return len(re.split("[.,]", words)[1]) if re.search("[.,]", words) else 0


def _agrees(said: str, true: float, *, signless: bool = False) -> bool:
    """Whether a number as written is the true one, rounded or cut to its decimals."""
    value, unit = _value(said), 10.0 ** -_decimals(said)
    true = abs(true) if signless else true
    value = abs(value) if signless else value
    return abs(value - true) < unit * (0.5 + 1e-6) + 1e-9 or 0 <= true - value < unit - 1e-9


def check(text: str, known: Facts | None = None, *, province: str = "") -> list[Claim]:
    """The claims of a text, each with its verdict; a sentence with numbers and none read is told.

    Parameters
    ----------
    text : str
        A draft or an article, Vietnamese or English.
    known : Facts, optional
    province : str
        Whom the text is about where it does not say; slug, code or name.

    Returns
    -------
    list of Claim
    """
    known = facts() if known is None else known
    about = Subject(province=places.find(province).code if province else "")
    claims: list[Claim] = []
    for sentence in filter(None, (part.strip() for part in _SPLIT.split(text))):
        words = _fold(sentence)
        found = list(_provinces(words, known))
        one = found[0][1] if found else about.province
        year, base = _years(words, about.year)
        last, about = about.year, Subject(one, year, next(iter(_codes(words, known)), "total"))
        read = list(_claims(sentence, words, about, found, base, known))
        claims += read
        if not read and re.search(rf"\d[.,]\d|\d+\s*/\s*\d+|\d\s*(?:{_POINTS}|bậc|places)", words):
            claims.append(Claim(sentence, sentence[:80], "not_read"))
        about = Subject(about.province, about.year or last)
    return claims


def _provinces(words: str, known: Facts) -> Iterator[tuple[int, str]]:
    """Places and codes of the provinces that a sentence names, in its order."""
    taken: list[tuple[int, int]] = []
    hits = []
    for name, code in sorted(known.names.items(), key=lambda item: -len(item[0])):
        for hit in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", words):
            if not any(a < hit.end() and hit.start() < b for a, b in taken):
                taken.append(hit.span())
                hits.append((hit.start(), code))
    yield from sorted(hits)


_BASE = re.compile(r"(?:so với|compared (?:with|to)|than in|kể từ|từ năm|since|from|than)\s*"
                   r"(?:kết quả\s*)?(?:năm\s*)?(20\d\d)")  # fmt: skip


def _years(words: str, last: int) -> tuple[int, int]:
    """The year that a sentence is about, and the one it is compared with; 0 where not clear."""
    years = list(dict.fromkeys(map(int, _YEAR.findall(words))))
    bases = list(dict.fromkeys(map(int, _BASE.findall(words))))
    left = [year for year in years if year not in bases]
    if len(left) > 1 or len(bases) > 1:
        return 0, 0
    base = bases[0] if bases else 0
    year = left[0] if left else last if last > base else base + 1 if base else 0
    return year, base or year - 1


def _codes(words: str, known: Facts) -> list[str]:
    """The criteria and dimensions that a sentence names, in its order; none within another."""
    taken: list[tuple[int, int]] = []
    hits = []
    for name, code in known.codes:
        for hit in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", words) if len(name) > 1 else ():
            if not any(a < hit.end() and hit.start() < b for a, b in taken):
                taken.append(hit.span())
                hits.append((hit.start(), code))
    return list(dict.fromkeys(code for _, code in sorted(hits)))


def _claims(
    sentence: str, words: str, about: Subject, found: list[tuple[int, str]], base: int,
    known: Facts,
) -> Iterator[Claim]:  # fmt: skip
    """Every claim that a pattern surely reads in a sentence."""
    if "?" in words or _OTHER.search(words):
        return
    several = len(_codes(words, known)) > 1
    if not several:
        yield from _mean(sentence, words, about, known)
    if about.province and len({code for _, code in found}) < 2 and not several:
        steps = list(_from_to(sentence, words, about, base, known))
        if steps:
            yield from steps
            return
    if not (about.province and about.year):
        return
    if len({code for _, code in found}) > 1:
        yield from _order(sentence, words, about, found, known)
        return
    national = bool(re.search(_COUNTRY, words))
    regional = bool(re.search(r"vùng|khu vực|đồng bằng|region|delta", words))
    row = known.row(about)
    spans: list[tuple[int, int]] = []

    def claim(hit: re.Match, verdict: str, why: str = "", **values: object) -> Claim:
        spans.append(hit.span())
        return Claim(sentence, sentence[slice(*hit.span())].strip(), verdict, why, values)

    for hit in _RANK.finditer(words):
        if row is None or pd.isna(row["rank"]):
            yield claim(hit, "not_found", mark("no rank was published"))
        elif not regional:
            right = int(hit["rank"]) == row["rank"] and int(hit["n"]) == row["n"]
            yield claim(hit, "right" if right else "wrong", mark("{rank}/{n} in {year}"),
                        rank=str(int(row["rank"])), n=str(int(row["n"])), year=str(about.year))
        else:
            spans.append(hit.span())
    for hit in _ALONE.finditer(words):
        if regional or national or row is None or any(a <= hit.start() < b for a, b in spans):
            continue
        rank = int(hit["rank"] or hit["rank_en"])
        yield claim(hit, "right" if rank == row["rank"] else "wrong", mark("{rank}/{n} in {year}"),
                    rank=str(int(row["rank"])), n=str(int(row["n"])), year=str(about.year))
    if national:
        return  # a score, a change or a count of that sentence may be the country's
    before = known.row(Subject(about.province, base, about.code))
    for hit in _COUNTS.finditer(words):
        yield _counted(claim, hit, about, base, known)
    for hit in _MOVE.finditer(words):
        if regional or row is None or before is None:
            continue
        rise = int(before["rank"] - row["rank"])
        said = int(hit["places"]) * (1 if re.fullmatch(_UP, hit["way"]) else -1)
        yield claim(hit, "right" if said == rise else "wrong",
                    mark("{before} to {now}: {rise:+0;-0} places"), before=str(int(before["rank"])),
                    now=str(int(row["rank"])), rise=rise)  # fmt: skip
    for hit in _CHANGE.finditer(words):
        if any(a <= hit.start() < b for a, b in spans):
            continue
        yield _changed(claim, hit, about, base, known, row, before)
    start = 0
    for hit in _SCORE.finditer(words):
        between, start = words[start : hit.start()], hit.end()
        if any(a <= hit.start() < b or a < hit.end() <= b for a, b in spans):
            continue
        if not _SAYS.search(words[: hit.start()]):
            continue  # a gap or a step
        named = _codes(re.sub(r"\([^)]*\)", "", between), known)
        if several and len(named) != 1:
            continue  # whose score it is stands in no sure order
        one = known.row(Subject(about.province, about.year, named[0])) if several else row
        if one is None:
            yield claim(hit, "not_found", mark("no score was published"))
            continue
        yield claim(hit, "right" if _agrees(hit["value"], one["score"]) else "wrong",
                    mark("{score:0.00} points in {year}"), score=float(one["score"]),
                    year=str(about.year))  # fmt: skip
    for hit in _GROUP.finditer(words):
        if row is None or pd.isna(row["group"]) or regional:
            continue
        said = hit["vi"] or hit["en"]
        group = next(g for g in (2, 3, 1, 4) if re.fullmatch(GROUPS[g], said))
        yield claim(hit, "right" if group == row["group"] else "wrong",
                    mark("group {group} of 4 in {year} (1 is the lowest)"),
                    group=str(int(row["group"])), year=str(about.year))  # fmt: skip


def _mean(sentence: str, words: str, about: Subject, known: Facts) -> Iterator[Claim]:
    """The mean of the provinces that were scored."""
    for hit in _MEAN.finditer(words):
        year = int(hit["year"] or about.year)
        try:
            true = float(known.positions.loc[about.code].xs(year, level="year")["score"].mean())
        except KeyError:
            continue
        yield Claim(sentence, sentence[slice(*hit.span())].strip(),
                    "right" if _agrees(hit["value"], true) else "wrong",
                    mark("the provinces scored in {year} have {score:0.00} points on average"),
                    {"score": true, "year": str(year)})  # fmt: skip


def _from_to(
    sentence: str, words: str, about: Subject, base: int, known: Facts
) -> Iterator[Claim]:
    """A step from one rank or score to another: right where both ends are."""
    if re.search(rf"vùng|khu vực|đồng bằng|region|delta|{_COUNTRY}", words):
        return
    for hit in _FROM_TO.finditer(words):
        years = (int(hit["base"] or base), int(hit["year"] or about.year))
        ranks = bool(hit["rank"])
        if not all(years) or years[0] >= years[1] or ranks != bool(hit["rank2"]):
            continue
        rows = [known.row(Subject(about.province, year, about.code)) for year in years]
        said = sentence[slice(*hit.span())].strip()
        if any(row is None or (ranks and pd.isna(row["rank"])) for row in rows):
            yield Claim(sentence, said, "not_found", mark("a year of the two has no score"))
            continue
        told = {"last": str(years[0]), "year": str(years[1])}
        if ranks:
            right = all(
                (int(hit[f"rank{ending}"]), int(hit[f"n{ending}"])) == (row["rank"], row["n"])
                for ending, row in zip(("", "2"), rows, strict=True)
            )
            told |= {"before": f"{rows[0]['rank']:.0f}/{rows[0]['n']:.0f}",
                     "now": f"{rows[1]['rank']:.0f}/{rows[1]['n']:.0f}"}  # fmt: skip
            yield Claim(sentence, said, "right" if right else "wrong",
                        mark("{before} in {last}, {now} in {year}"), told)  # fmt: skip
            continue
        scores = [float(row["score"]) for row in rows]
        told |= {"before": scores[0], "now": scores[1]}
        right = all(_agrees(hit[f"score{ending}"], score)
                    for ending, score in zip(("", "2"), scores, strict=True))  # fmt: skip
        if right and not known.comparable(Subject(about.province, years[1], about.code), years[0]):
            yield Claim(sentence, said, "not_comparable", _BROKEN, told)
            continue
        yield Claim(sentence, said, "right" if right else "wrong",
                    mark("{before:0.00} in {last}, {now:0.00} in {year}"), told)  # fmt: skip


def _changed(
    claim, hit: re.Match, about: Subject, base: int, known: Facts, row, before
) -> Claim:
    """A change of points since another year."""
    if row is None or before is None:
        return claim(hit, "not_found", mark("a year of the two has no score"))
    change = float(row["score"] - before["score"])
    values = {"change": change, "before": float(before["score"]), "now": float(row["score"])}
    if not known.comparable(about, base):
        return claim(hit, "not_comparable", _BROKEN,
                     last=str(base), year=str(about.year), **values)  # fmt: skip
    written = hit["value"] or hit["signed"]
    if hit["way"]:
        up = bool(re.fullmatch(_UP, hit["way"]))
        right = _agrees(written, change, signless=True) and (change >= 0) == up
    else:
        right = _agrees(written, change)
    printed = abs(_value(written)) - abs(round(float(row["score"]), 2) - round(values["before"], 2))
    same_way = not hit["way"] or (change >= 0) == bool(re.fullmatch(_UP, hit["way"]))
    right = right or (abs(printed) < 5e-3 and same_way)
    return claim(hit, "right" if right else "wrong",
                 mark("{change:+0.00;-0.00} ({before:0.00} to {now:0.00})"), **values)


def _counted(claim, hit: re.Match, about: Subject, base: int, known: Facts) -> Claim:
    """How many dimensions rose and fell."""
    rows = known.levels[known.levels["level"].eq("dimension")
                        & known.levels["province"].eq(about.province)]  # fmt: skip
    wide = rows[rows["year"].isin([base, about.year])].pivot(
        index="code", columns="year", values="score"
    ).dropna()  # fmt: skip
    if wide.shape[1] < 2 or wide.empty:
        return claim(hit, "not_found", mark("a year of the two has no score"))
    change = wide[about.year] - wide[base]
    up, down = int((change > 0).sum()), int((change < 0).sum())
    right = (int(hit["up"]), int(hit["down"])) == (up, down)
    return claim(hit, "right" if right else "wrong", mark("{up} up, {down} down in {year}"),
                 up=str(up), down=str(down), year=str(about.year))  # fmt: skip


def _order(
    sentence: str, words: str, about: Subject, found: list[tuple[int, str]], known: Facts
) -> Iterator[Claim]:
    """Which of two provinces stands higher."""
    if len(found) != 2:
        return
    (_, first), (at, second) = found
    hit = _ORDER.search(words[:at])
    rows = [known.row(Subject(code, about.year, about.code)) for code in (first, second)]
    if not hit or any(row is None for row in rows):
        return
    higher = hit["way"] in ("cao hơn", "trên", "xếp trên", "above", "higher than")
    true = rows[0]["score"] > rows[1]["score"]
    yield Claim(sentence, sentence[slice(*hit.span())].strip(),
                "right" if higher == true else "wrong",
                mark("{first:0.00} and {second:0.00} points in {year}"),
                {"first": float(rows[0]["score"]), "second": float(rows[1]["score"]),
                 "year": str(about.year)})  # fmt: skip


def lines(claims: list[Claim], lang: str) -> list[str]:
    """The claims in words, and one line that counts them."""
    told = []
    for one in claims:
        why = f" – {say(lang, one.why, **one.values)}" if one.why else ""
        told.append(f"[{say(lang, VERDICTS[one.verdict])}] {one.said}{why}")
    counts = {key: sum(one.verdict == key for one in claims) for key in VERDICTS}
    summary = say(lang, "{n} {n:claim|claims}: {right} right, {wrong} wrong, {not_comparable} not "
                  "comparable, {not_found} not found, {not_read} not read.",
                  n=len(claims), **counts)  # fmt: skip
    return [*told, summary]


__all__ = ["VERDICTS", "Claim", "Facts", "check", "facts", "lines", "number"]

"""What every sentence of a report must keep, whatever province and year it tells of."""

import functools
import re
import unicodedata
from collections import Counter
from contextlib import contextmanager

import pages
import pytest

from papi_analysis import i18n, places, report
from papi_analysis.data import codebook, panel
from papi_analysis.findings import speaker
from papi_analysis.plots import charts, list_chart, style, tiles
from papi_analysis.plots.maps import national

_HOLE = re.compile(r"\b(nan|NaN|None|null|undefined|inf|NA)\b|[{}]|<NA>|%\(")
_SPACES = re.compile(r"  |\s[,;.](?!\d)|\(\s|\s\)|,,|\.\.|; ?;|: ?\.")
_KEY = re.compile(r"\b[a-z]+_[a-z_]+\b")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_FORCED = re.compile(
    r"(?<![\d./,])1 (places|criteria|provinces|dimensions|actions|breaks|files|"
    r"reports|scores|totals|findings|rows|of \d+ (?:criteria|dimensions|provinces) (?:are|have))\b"
)
_RANK = re.compile(r"(?<![\d/,.])(\d+)/(\d+)(?![\d/])")
_LICENCES = re.compile(r"CC BY-SA 4\.0|https?://\S+|[\w-]+(?:\.[\w-]+)*\.(?:vn|com|org|net)\b")
#: Letters and names that both languages write alike.
SHARED = set(
    "papi par index sipas cecodes vff crt rta undp sha html pdf internet email e q r n s a b c an "
    "ban ca can dan den do gian hai ha hang hoa khi khu la lai lang lao lap long mai minh my na "
    "nai nam ngang ninh phong son ta tai thai than thanh thi tho tin to trang trung tuy van viet "
    "vinh xa yen web online".split()
)


@functools.cache
def english() -> frozenset[str]:
    """Words that only the English of the catalogue uses."""
    known = i18n.catalogue("vi")

    def words(texts) -> set[str]:
        return {word.lower() for text in texts for word in _WORD.findall(text)}

    braces = {name for text in known for name in re.findall(r"\{(\w+)", text)}
    names = places.provinces()[["name_vi", "name_en"]].stack()
    plain = re.compile(r"\{[^}]*\}")
    there = words(plain.sub("", text) for text in known.values())
    only = words(plain.sub("", text) for text in known) - there
    return frozenset(only - words(names) - SHARED - (braces & there))


@functools.cache
def _levels():
    return panel.levels(panel.load())


@functools.cache
def totals(year: int):
    """The published totals of a year with their ranks, straight from the panel."""
    rows = _levels().query("level == 'total' and year == @year").dropna(subset=["score"])
    rows = rows.assign(rank=rows["score"].round(9).rank(ascending=False, method="min").astype(int))
    return rows.set_index("province")[["score", "rank"]]


@functools.cache
def counts(year: int) -> frozenset[int]:
    """How many provinces have a score, over all levels and codes of a year: the possible n."""
    rows = _levels().query("year == @year")
    return frozenset(rows.groupby(["level", "code"])["score"].count())


def ranks(found: dict) -> set[tuple[int, int]]:
    """Every rank with its n that a report may print."""
    where, known = found["position"], set()
    rows = [*found["dimensions"], *found["subdimensions"]]
    rows += [row | {"n": where["n"]} for row in found["region"]]
    known |= {(row["rank"], row["n"]) for row in rows if "rank" in row}
    if "rank" in where:
        known |= {(where["rank"], where["n"]), (where["region_rank"], where["region_n"])}
    if "rank_before" in where:
        known.add((where["rank_before"], where["n_before"]))
    if "movement" in found:
        move = found["movement"]["rank"]
        known.add((move["rank_before"], move["n_before"]))
    for row in found.get("index_years", []):
        if "rank" in row:
            known.add((row["rank"], row["ranked_of"]))
        if "papi_rank" in row:
            known.add((row["papi_rank"], row["papi_n"]))
    return known | counted(found)


def counted(found: dict) -> set[tuple[int, int]]:
    """What else is written as a part of a whole: provinces that started alike, criteria, checks."""
    known, quality = set(), found["quality"]
    for row in found["priorities"]:
        if "best_of_region" in row:
            best = row["best_of_region"]
            known.add((best["regional_rank"], best["n"]))
        if "starters" in row:
            alike = row["starters"]
            known |= {(alike[key], alike["n"]) for key in ("reached_median", "reached_benchmark")}
    for name in ("dimensions", "subdimensions"):
        groups = [row["group"] for row in found[name] if "group" in row]
        known |= {(groups.count(each), len(groups)) for each in (1, 4)}
    scored = sum("score" in row for row in found["subdimensions"])
    known.add((scored, len(codebook.subdimensions(year=found["year"]))))
    known.add((quality["checks_passed"], quality["checks"]))
    known.add((quality["files_sound"], quality["files"]))
    return known


def broken(texts: dict[str, str], lang: str) -> list[tuple[str, str, str]]:
    """The rules of form that texts break: rule, section, line."""
    found = []
    for name, text in texts.items():
        for line in text.splitlines():
            bare = _LICENCES.sub("", line)
            rules = {
                "a hole": _HOLE.search(bare),
                "spaces": _SPACES.search(line.strip()),
                "letters not composed": not unicodedata.is_normalized("NFC", line),
                "a key": name != "provenance" and _KEY.search(bare),
                "number of one": lang == "en" and _FORCED.search(bare),
            }
            wrong = r"\d\.\d(?!\d\d\b)" if lang == "vi" else r"\d,\d(?!\d\d\b)"
            if name != "provenance":
                rules["decimal sign"] = re.search(wrong, bare)
                words = {w.lower() for w in _WORD.findall(bare)} if lang == "vi" else set()
                rules["English"] = words & english()
            found += [(f"{rule}: {hit}", name, line) for rule, hit in rules.items() if hit]
    return found


def untrue(texts: dict[str, str], found: dict, lang: str) -> list[tuple[str, str, str]]:
    """The claims of direction and rank in texts that the panel does not bear out."""
    wrong, known = [], ranks(found)
    for name, text in texts.items():
        if name in ("provenance", "maps", "masthead", "peers"):
            continue
        for line in text.splitlines():
            wrong += [
                ("rank", name, line)
                for pair in _RANK.findall(line)
                if tuple(map(int, pair)) not in known and "/20" not in line
            ]
    return wrong + _directions(texts, found, lang)


#: Words of direction: rose, fell; down and up the list.
_ROSE = {"vi": ("tăng", "giảm"), "en": ("rose", "fell")}
_MOVE = {
    "vi": re.compile(r"từ (\d+)/\d+ (?:lên|xuống|sang) (\d+)/\d+"),
    "en": re.compile(r"from (\d+)/\d+ to (\d+)/\d+"),
}
_DOWN = {"vi": ("giảm", "xuống"), "en": ("down",)}
_UP = {"vi": ("tăng", "lên"), "en": ("up",)}


def _directions(texts: dict[str, str], found: dict, lang: str) -> list[tuple[str, str, str]]:
    code, year, wrong = found["province"]["code"], found["year"], []
    now, before = totals(year), totals(year - 1)
    if code not in now.index or code not in before.index:
        return wrong
    both = now.index.intersection(before.index)
    change = round(now.score[code], 2) - round(before.score[code], 2)  # as a reader subtracts
    national = now.score.mean() - before.score.mean(), (now.score - before.score)[both].mean()
    rose, fell = _ROSE[lang]
    for name, text in texts.items():
        for line in text.splitlines():
            for word, size in re.findall(rf"\b({rose}|{fell})\D{{0,14}}(\d+[.,]\d\d)", line):
                value = float(size.replace(",", ".")) * (1 if word == rose else -1)
                if not any(abs(value - each) < 0.0051 for each in (change, *national)):
                    wrong.append(("direction", name, line))
            moved = _MOVE[lang].search(line)
            if moved and name in ("summary", "movement"):
                first, last = map(int, moved.groups())
                words = _DOWN[lang] if last > first else _UP[lang]
                if not any(word in line.lower() for word in words):
                    wrong.append(("rank word", name, line))
                if (first, last) != (before["rank"][code], now["rank"][code]):
                    wrong.append(("rank move", name, line))
    return wrong


def sentences(found: dict) -> list[tuple[str, str, str]]:
    """What is wrong with the sentences kept in the findings."""
    told, wrong = found["sentences"], []
    if [line["section"] for line in told["vi"]] != [line["section"] for line in told["en"]]:
        wrong.append(("sections", "", "differ between the languages"))
    for lang, lines in told.items():
        for line in lines:
            if not line["text"].endswith("."):
                wrong.append(("end", line["section"], line["text"]))
            missing = [key for key in line["keys"] if speaker.value(found, key) is None]
            if missing:
                wrong.append((f"keys {missing}", line["section"], line["text"]))
        wrong += broken({line["section"]: line["text"] for line in lines}, lang)
    return wrong


@contextmanager
def without_drawing():
    """Sections keep captions, tables and words; nothing is drawn."""
    with pytest.MonkeyPatch.context() as patch:
        for name in set(charts.__all__):
            patch.setattr(charts, name, lambda *_, **__: style.Chart())
        for name in ("dumbbell", "region_dots", "standing", "total_line"):
            patch.setattr(list_chart, name, lambda *_, **__: style.Chart())
        patch.setattr(tiles, "grid", lambda *_, **__: style.Chart())
        patch.setattr(national, "choropleth", lambda *_, **__: style.Chart())
        patch.setattr(style, "written", lambda chart: "")
        patch.setattr(style, "svg", lambda chart, **_: f"<p>{chart.caption.alt}</p>")
        patch.setattr(style, "standalone", lambda chart, **_: "")
        _forget_sections()
        yield
    _forget_sections()


def _forget_sections():
    """No section that was drawn stands in for one that was not, or the other way round."""
    for name in report.SECTIONS:
        getattr(getattr(report, name), "forget", lambda: None)()


def words(slug: str, year: int, lang: str) -> dict[str, str]:
    """The words of every section: those of the page, and those that a notebook prints."""
    made = pages.sections(slug, year, lang)
    return {name: f"{pages.words(part.html)}\n{part.text}" for name, part in made.items()}


def faults(slug: str, year: int) -> list[tuple[str, ...]]:
    """Every rule that a report of a province and year breaks, in either language."""
    found = pages.found(slug, year)
    wrong = [("findings", *fault) for fault in sentences(found)]
    texts = {lang: words(slug, year, lang) for lang in i18n.LANGUAGES}
    for lang, told in texts.items():
        wrong += [(lang, *fault) for fault in broken(told, lang) + untrue(told, found, lang)]
    for name in set(texts["vi"]) - {"provenance"}:
        told = {lang: Counter(pages.numbers(text[name], lang)) for lang, text in texts.items()}
        if told["vi"] != told["en"]:
            more, less = told["vi"] - told["en"], told["en"] - told["vi"]
            wrong.append(("numbers", name, f"vi {dict(more)}", f"en {dict(less)}"))
    return wrong

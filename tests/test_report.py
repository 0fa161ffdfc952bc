"""The report: complete, in both languages, made of values only, and safe to open."""

import ast
import copy
import functools
import itertools
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import nbformat
import numpy as np
import pages
import pytest
from jinja2.ext import babel_extract

import papi_analysis
from papi_analysis import cache, findings, i18n, places, report
from papi_analysis.data import codebook, panel
from papi_analysis.priority import REASONS
from papi_analysis.report import needs, section
from papi_analysis.runner import notebook

PACKAGE = Path(papi_analysis.__file__).parent
#: The lowest group, no total, the best, a break in every dimension, no priorities.
CASES = [
    ("tra-vinh", 2024),
    ("bac-giang", 2022),
    ("quang-ninh", 2024),
    ("tra-vinh", 2018),
    ("tra-vinh", 2011),
]


#: Sections drawn alike for every province; made for the first cases only, to keep tests short.
ALIKE = ("maps", "associations", "provenance", "criteria", "history")


def section_of(html: str) -> str:
    """The name of the section that a piece of HTML is."""
    opening = r'<(?:section|header) class="papi-section[^"]*" id="([a-z0-9-]+)"'
    found = re.match(opening, html.lstrip())
    return found.group(1) if found else ""


@functools.cache
def whole(lang: str):
    """All sections of the first case."""
    return pages.sections(*CASES[0], lang)


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def both(request):
    """A report in both languages, by section."""
    if request.param == CASES[0]:
        return {lang: whole(lang) for lang in i18n.LANGUAGES}
    names = [name for name in report.SECTIONS if name not in ALIKE]
    return {lang: pages.sections(*request.param, lang, names=names) for lang in i18n.LANGUAGES}


# --- every report ------------------------------------------------------------------------------


def test_every_section_is_there_in_both_languages(both):
    for lang, made in both.items():
        assert [name for name in report.SECTIONS if name in made] == list(made)
        assert len(made) >= len(report.SECTIONS) - len(ALIKE)
        for name, part in made.items():
            assert part.lang == lang and part.title and part.text.startswith(part.title)
            assert section_of(part.html) == part.name == name.replace("_", "-")


def test_words_hold_no_hole_and_no_foreign_sign(both):
    for lang, made in both.items():
        for name, part in made.items():
            for text in (pages.words(part.html), part.text):
                assert not re.search(r"\b(nan|NaN|None|null|undefined)\b", text), (name, lang)
                assert not re.search(r"[{}]|  |\s[,;.](?!\d)", text.replace("\n", " ")), (
                    name,
                    text,
                )
                assert unicodedata.is_normalized("NFC", text)
                if name != "provenance":
                    wrong = r"\d\.\d(?!\d\d\b)" if lang == "vi" else r"\d,\d(?!\d\d\b)"
                    assert not re.search(wrong, text.replace("CC BY-SA 4.0", "")), (name, lang)


def test_both_languages_carry_the_same_numbers(both):
    for name in set(both["vi"]) - {"provenance"}:
        counted = {
            lang: Counter(pages.numbers(pages.words(made[name].html), lang))
            for lang, made in both.items()
        }
        assert counted["vi"] == counted["en"], name


def test_every_drawing_has_words_for_those_who_do_not_see_it_and_its_table(both):
    for made in both.values():
        for part in made.values():
            figures = part.html.count("<figure")
            assert part.html.count('<details class="behind">') >= figures
            rows = part.html.count('class="chart"')  # a drawing in a table tells its row
            assert part.html.count('class="papi-svg"') == 2 * figures + rows
            assert part.html.count('role="img"') == 2 * figures + rows
            for text in re.findall(r"<desc[^>]*>(.*?)</desc>", part.html, re.DOTALL):
                assert len(text) > 20


def test_pages_are_small_and_repeat_to_the_byte(both):
    for made in both.values():
        html = pages.bind(made.values())
        assert len(html.encode()) < 500_000
        assert pages.bind(made.values()) == html


@pytest.mark.stress
def test_the_page_of_every_province_is_under_500_kb_in_both_languages(monkeypatch, tmp_path):
    monkeypatch.setenv(cache.FOLDER, str(tmp_path))  # what is national is computed once
    latest = panel.latest_year(panel.load())
    scored = panel.load().query("year == @latest").dropna(subset=["score"])["province"].unique()
    slugs = places.provinces().set_index("province").loc[sorted(scored), "slug"]
    sizes = {}
    for slug in slugs:
        for lang in i18n.LANGUAGES:
            sizes[slug, lang] = len(pages.page(slug, latest, lang).encode())
        pages.page.cache_clear()
        pages.found.cache_clear()
    assert len(sizes) > 120
    assert {name: size for name, size in sizes.items() if size >= 500_000} == {}


def test_headings_follow_each_other_and_ids_are_unique(both):
    html = pages.bind(both["vi"].values())
    levels = [int(level) for level in re.findall(r"<h(\d)", html)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    links = re.findall(r'href="#([^"]+)"', html)
    assert set(links) <= set(ids)


# --- numbers -----------------------------------------------------------------------------------


def table_of(part, caption: str) -> list[list[str]]:
    """The rows of the data table with that caption, as text."""
    body = next(
        body
        for body in re.findall(r"<table.*?</table>", part.html, re.DOTALL)
        if f"<caption>{caption}" in body
    )
    rows = re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.DOTALL)
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in rows[1:]
    ]


@pytest.mark.parametrize("slug, year", CASES)
@pytest.mark.parametrize("level", ["dimension", "subdimension"])
def test_scores_medians_and_ranks_are_those_of_the_panel(levels, slug, year, level):
    part = pages.sections(
        slug, year, "en", names=["position" if level == "dimension" else "criteria"]
    ).popitem()[1]
    captions = ["Dimensions compared"] if level == "dimension" else ["Criteria of dimensions"] * 2
    shown = [row for caption in captions[:1] for row in table_of(part, caption)]
    if level == "subdimension":
        bodies = re.findall(r"<table.*?</table>", part.html, re.DOTALL)
        assert len(bodies) == 2
        shown = [
            [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
            for body in bodies
            for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)[1:]
        ]
    wide = panel.wide(levels, year, level)
    code = pages.case(slug, year).code
    by_name = {codebook.names("en")[c]: wide[c] for c in wide}
    assert sorted(row[0] for row in shown) == sorted(name.replace("'", "&#39;") for name in by_name)
    for name, score, worst, p25, median, p75, best, rank, _ in shown:
        values = by_name[name.replace("&#39;", "'")]
        own, there = values[code], values.dropna()
        expected = [there.min(), *np.percentile(there, [25, 50, 75]), there.max()]
        assert [worst, p25, median, p75, best] == [f"{v:.2f}" for v in expected]
        if np.isnan(own):
            assert (score, rank) == ("–", "–")
        else:
            assert score == f"{own:.2f}"
            assert rank == f"{1 + (there.round(9) > round(own, 9)).sum()}/{len(there)}"


def test_totals_of_the_region_are_those_of_the_panel(levels):
    part = pages.sections("tra-vinh", 2024, "en", names=["position"])["position"]
    shown = {row[0]: row[1:3] for row in table_of(part, "Totals of the region")}
    totals = panel.wide(levels, 2024, "total")["total"]
    assert shown["Tra Vinh"] == ["40.62", "57/61"]
    assert shown["Tien Giang"] == ["–", "–"]
    for row in (
        pages.case("tra-vinh", 2024).provinces.query("region == 'mekong_delta'").itertuples()
    ):
        total = totals[row.province]
        if not np.isnan(total):
            rank = f"{1 + (totals > total).sum()}/{totals.notna().sum()}"
            assert shown[row.name_en] == [f"{total:.2f}", rank]


def test_the_years_are_those_of_the_panel_with_their_breaks(levels):
    part = pages.sections("tra-vinh", 2024, "en", names=["history"])["history"]
    rows = table_of(part, "Scores by year")
    assert [row[0] for row in rows] == [str(year) for year in range(2011, 2025)]
    own = levels.query("province == '84' and level == 'dimension'")
    scores = own.pivot(index="year", columns="code", values="score")
    for year, *shown in rows:
        for code, text in zip(sorted(scores), shown, strict=True):
            value = scores.loc[int(year)].get(code, np.nan)
            assert text.removeprefix("* ") == ("–" if np.isnan(value) else f"{value:.2f}")
    by_year = {row[0]: row[1:] for row in rows}
    assert [text.startswith("* ") for text in by_year["2024"]] == [False] * 8
    assert by_year["2018"][1].startswith("* ")  # dimension 2 went from 3 to 4 parts
    assert by_year["2021"][4].startswith("* ")  # construction permits left dimension 5


def test_changes_of_the_total_add_up_to_the_last_digit(levels):
    rows = table_of(
        pages.sections("tra-vinh", 2024, "en", names=["movement"])["movement"], "Change"
    )
    parts = [float(row[1].replace("−", "-")) for row in rows]
    totals = levels.query("province == '84' and level == 'total'").set_index("year")["score"]
    assert sum(parts) == pytest.approx(totals[2024] - totals[2023], abs=0.005 * len(parts))
    move = pages.found("tra-vinh", 2024)["movement"]["rank"]
    told = pages.sections("tra-vinh", 2024, "en", names=["movement"])["movement"].text
    assert f"from {move['rank_before']}/61 to {move['rank']}/61, 3 places down" in told


def allowed(found: dict, year: int) -> set[float]:
    """Every number that the findings hold, in the forms in which a page may print it."""
    forms = {0.0, 0.95, 95.0, 90.0, 99.0, 1.0, 25.0, 75.0, 5.0}

    def walk(value):
        if isinstance(value, dict):
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            forms.add(len(value))
            for item in value:
                walk(item)
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            forms.update(round(abs(value) + e, d) for d in (0, 1, 2, 3) for e in (0, 1e-9, -1e-9))
            forms.add(round(abs(value) * 100))
        elif isinstance(value, str):
            forms.update(pages.numbers(value, "en"))

    walk({key: value for key, value in found.items() if key != "sentences"})
    gaps = {round(row["p75"] - row["score"], 2) for row in [found["position"]] if "score" in row}
    return forms | gaps | {float(y) for y in range(2011, year + 1)}


def differences(found: dict) -> set[float]:
    """Differences of numbers as they are printed: points behind, changes, gaps to the median."""
    made, where = set(), found["position"]
    chosen = [row.get("starters", {}) for row in needs.priority_list(found)]
    for key in ("n", "reached_benchmark"):
        made.add(float(sum(part.get(key, 0) for part in chosen)))
    for row in found.get("priorities", []):
        score, expected, benchmark = (
            round(row[key], 2) for key in ("score", "expected", "benchmark")
        )
        made |= {abs(round(benchmark - expected, 2)), abs(round(expected - score, 2))}
    if "change" in where:
        now, before = (round(value, 2) for value in
                       (where["total"], where["total"] - where["change"]))  # fmt: skip
        own, national = round(now - before, 2), round(where["national_change"], 2)
        made |= {abs(own), abs(round(own - national, 2))}
    for border in ("p25", "median", "p75"):
        if border in where:
            made.add(abs(round(round(where["total"], 2) - round(where[border], 2), 2)))
    return made


#: Sections whose every number is a finding; the others also name files, versions or facts.
OF_FINDINGS = ["masthead", "summary", "priorities", "left_out", "position", "criteria", "indices"]


@pytest.mark.parametrize("slug, year", CASES)
def test_every_number_is_one_that_was_found(slug, year):
    found = pages.found(slug, year)
    known = allowed(found, year)
    tally = Counter(row.get("group") for row in found["dimensions"])
    tally_sub = Counter(row.get("group") for row in found["subdimensions"])
    tiers = Counter(row.get("tier") for row in found.get("priorities", []))
    known |= {float(n) for count in (tally, tally_sub, tiers) for n in count.values()}
    known |= {float(sum(1 for row in found[k] if "score" in row)) for k in
              ("dimensions", "subdimensions")}  # fmt: skip
    known |= differences(found) | {float(n) for n in places.MERGER.timetuple()[:3]}
    known |= {float(n) for n in range(len(found.get("priorities", [])) + 1)}  # of criteria
    for name, part in pages.sections(slug, year, "en", names=OF_FINDINGS).items():
        text = re.sub(r"[A-Z]\w*20\d\d|\(đến 6/2025\)", "", pages.words(part.html))
        strange = [n for n in pages.numbers(text, "en") if n not in known]
        assert not strange, (name, strange)


def test_every_label_of_a_drawing_is_a_number_of_its_words_or_its_table():
    """Those are computed again from the panel in test_claims."""
    checked, exact = 0, re.compile(r"(?<![\d,])\d+,\d\d(?!\d)")
    place = pages.found("tra-vinh", 2024)["position"]
    as_the_country = place["total"] - place["change"] + place["national_change"]
    for name, part in whole("vi").items():
        drawn = re.findall(r"<text[^>]*>(.*?)</text>", part.html, re.DOTALL)
        told = " ".join(re.findall(r"<desc[^>]*>(.*?)</desc>", part.html, re.DOTALL))
        known = set(exact.findall(f"{told} {pages.words(part.html)}"))
        known |= {i18n.number("vi", as_the_country)} if name == "movement" else set()
        if name == "peers":  # the upright of the ladder
            known.add(i18n.number("vi", place["median"]))
        labels = {n for text in drawn for n in exact.findall(re.sub(r"<[^>]+>", "", text))}
        assert labels <= known, (name, labels - known)
        checked += len(labels)
    assert checked > 150


# --- words -------------------------------------------------------------------------------------

#: Functions that take a sentence, and which of their arguments it is.
SAYING = {"say": 1, "mark": 0, "t": 0, "ExecutionError": 0}


def said(path: Path) -> set[str]:
    """The sentences written out in a module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            place = SAYING.get(name, len(node.args))
            for argument in node.args[place : place + 1]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    found.add(argument.value)
    return found


def sentences() -> set[str]:
    """Every sentence that the report and its charts may say."""
    found = set()
    charts = [PACKAGE / "plots" / f"{name}.py" for name in
              ("list_chart", "change", "charts", "positions")]
    charts.append(PACKAGE / "findings" / "said_front.py")
    for path in [*sorted((PACKAGE / "report").glob("*.py")), *charts]:
        found |= said(path)
    for path in sorted((PACKAGE / "report" / "templates").glob("*.j2")):
        with path.open("rb") as file:
            for _, _, message, _ in babel_extract(file, ("t",), (), {}):
                found.add(message if isinstance(message, str) else message[0])
    return found


def test_every_sentence_has_its_vietnamese():
    asked = sentences()
    assert len(asked) > 150
    known = i18n.catalogue("vi")
    assert sorted(sentence for sentence in asked if sentence not in known) == []
    assert sorted(reason for reason in REASONS.values() if reason not in known) == []


def test_a_translation_keeps_the_braces_of_its_sentence():
    known = i18n.catalogue("vi")
    for sentence in sentences():
        names = [set(re.findall(r"\{(\w+)", text)) for text in (sentence, known[sentence])]
        assert names[0] == names[1], sentence


def test_what_is_said_while_a_report_is_made_is_in_the_catalogue(monkeypatch):
    heard = set()
    looked_up = i18n.catalogue("vi")

    class Listening(dict):
        def get(self, key, default=None):
            heard.add(key)
            return super().get(key, default)

    monkeypatch.setattr(i18n, "catalogue", lambda lang: Listening(looked_up))
    names = [name for name in report.SECTIONS if name not in ALIKE]
    for slug, year in CASES[:2]:
        pages.sections(slug, year, "vi", names=names)
    assert len(heard) > 100
    assert sorted(heard - set(looked_up)) == []


def test_what_is_inferred_proposed_or_no_cause_is_said_where_it_is_read():
    made = whole("vi")
    assert "cơ quan chủ trì (đề xuất)" in pages.words(made["summary"].html)
    assert "Sở Tư pháp" in pages.words(made["priorities"].html)
    assert "chỉ có hiệu lực khi địa phương xác nhận" in pages.words(made["agencies"].html)
    assert "do nhóm phân tích suy luận" in pages.words(made["left_out"].html)
    assert "suy luận từ số liệu" in pages.words(made["history"].html)
    assert "Liên hệ không phải là quan hệ nhân quả" in pages.words(made["associations"].html)
    assert "nằm trong mức dao động thường của một năm" in pages.words(made["summary"].html)
    assert "PAPI không có điểm cấp huyện" in pages.words(made["maps"].html)


def test_the_first_page_says_group_first_and_rank_with_n_and_band():
    part = pages.sections("tra-vinh", 2024, "vi", names=["summary"])["summary"]
    text = pages.words(part.html)
    block = pages.found("tra-vinh", 2024)["reach"]["rank_block"]
    low, high = int(block["low"]), int(block["high"])
    assert text.index("nhóm đạt điểm thấp nhất") < text.index("57/61") < text.index("40,62")
    assert f"khoảng tin cậy 90%: hạng {low}–{high}" in text
    assert "57/63" not in text


def test_the_masthead_says_for_whom_since_when_and_that_it_is_a_draft():
    text = pages.words(whole("vi")["masthead"].html)
    assert "Tài liệu tham mưu lãnh đạo UBND tỉnh Trà Vinh · Dự thảo" in text
    assert "công bố ngày 15 tháng 4 năm 2025; 28/28 tiêu chí có điểm" in text
    assert "Từ ngày 01/7/2025, Trà Vinh (cũ) hợp nhất vào" in text
    assert "57/61" in whole("vi")["masthead"].title  # the name of the window and of the PDF
    city = pages.sections("ha-noi", 2023, "vi", names=["masthead"])["masthead"]
    assert "UBND thành phố Hà Nội" in city.text and "hợp nhất" not in city.text


@pytest.mark.parametrize("slug, year, told", [
    ("bac-giang", 2022, "công bố ngày 12 tháng 4 năm 2023; 13/28 tiêu chí có điểm"),
    ("tra-vinh", 2018, "công bố ngày 02 tháng 4 năm 2019;"),
    ("tra-vinh", 2011, "Số liệu PAPI 2011 đã công bố;"),  # the day is not known
])  # fmt: skip
def test_a_masthead_holds_the_day_that_is_known_and_how_much_was_published(slug, year, told):
    part = pages.sections(slug, year, "vi", names=["masthead"])["masthead"]
    assert told in pages.words(part.html)


def test_a_change_over_a_change_of_method_is_called_no_rise():
    title = pages.sections("tra-vinh", 2018, "vi", names=["movement"])["movement"].text
    assert "nhưng cách tính đã thay đổi giữa hai năm" in title
    assert not re.search(r"Tổng điểm (tăng|giảm)", title)


def test_a_first_page_without_a_year_before_says_so():
    part = pages.sections("quang-ninh", 2024, "vi", names=["summary"])["summary"]
    assert "không có tổng điểm năm trước để so sánh" in part.text


@pytest.mark.parametrize("states, asked", [
    (["proposed"], "Xác nhận cơ quan chủ trì (đề xuất) của {n} tiêu chí"),
    (["unassigned"], "Phân công cơ quan chủ trì của {n} tiêu chí"),
    (["confirmed"], "Giao cơ quan chủ trì thực hiện {n} tiêu chí"),
    (["unassigned", "proposed"], "Phân công cơ quan chủ trì của {n} tiêu chí"),
])  # fmt: skip
def test_leaders_are_asked_to_name_a_lead_only_where_none_is_named(states, asked):
    found = copy.deepcopy(pages.found("tra-vinh", 2024))
    for row, state in zip(found["priorities"], itertools.cycle(states), strict=False):
        row["agency_status"] = state
    first = needs.priority_list(found)
    states_of = {row["agency_status"] for row in first}
    assert states_of == set(states)
    assert asked.format(n=len(first)) in report.summary(found, lang="vi").text


def test_a_change_of_method_is_told_with_the_total():
    found = copy.deepcopy(pages.found("tra-vinh", 2024))
    found["position"]["comparable"] = False
    found["sentences"] = findings.speak(found)
    text = report.summary(found, lang="vi").text
    assert "phương pháp đo đã thay đổi nên không so sánh được" in text
    assert "tăng 0,4" not in text


def test_a_province_without_a_total_gets_no_rank_and_no_group():
    made = pages.sections("bac-giang", 2022, "vi", names=["masthead", "summary", "movement"])
    assert "không có tổng điểm" in made["masthead"].title
    assert "Vị trí: không có tổng điểm" in made["summary"].text
    assert "Không phân tích được" in made["movement"].text
    assert not re.search(r"\d+/61", pages.words(made["summary"].html))


# --- hostile text ------------------------------------------------------------------------------

HOSTILE = "<img src=x onerror=alert(1)>\"'<script>alert(2)</script>"


def poisoned() -> dict:
    """Findings of Trà Vinh whose every name and agency tries to run."""
    found = copy.deepcopy(pages.found("tra-vinh", 2024))
    found["province"]["name_vi"] = HOSTILE
    for row in found["priorities"]:
        row["agency"] = HOSTILE
    for row in found["region"]:
        row["name_vi"] = HOSTILE + row["province"]
    for row in found["indices"]:
        row["index"] = HOSTILE
    for line in found["sentences"]["vi"]:
        line["text"] = HOSTILE
    return found


def test_hostile_text_is_shown_as_text():
    names = ["masthead", "summary", "priorities", "peers", "agencies", "indices", "method"]
    made = pages.sections("tra-vinh", 2024, "vi", poisoned(), names)
    html = pages.bind(made.values())
    assert "<script" not in html and "<img" not in html
    assert html.count("&lt;script&gt;alert(2)") > 20
    assert HOSTILE in pages.words(made["agencies"].html)
    assert not re.search(r"<[^>]*\son\w+\s*=", re.sub(r'"[^"]*"', '""', html))


def test_the_page_forbids_what_it_does_not_need():
    html = pages.bind(whole("vi").values())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', html).group(1)
    assert policy.startswith("default-src 'none'")
    assert not {"script-src", "connect-src", "'unsafe-eval'", "*"} & set(re.split(r"[ ;]+", policy))
    assert html.count('<html lang="vi">') == 1
    assert "@font-face" in html and "src:url(data:font/woff2" in html


# --- the notebook of the report ----------------------------------------------------------------


@pytest.fixture(scope="module")
def stored():
    """The stored notebook of the report."""
    path = Path(__file__).parents[1] / "notebooks" / "06-report.ipynb"
    return nbformat.read(path, as_version=4)


def test_the_notebook_shows_every_section_in_order(stored):
    shown = [
        section_of("".join(output["data"]["text/html"]))
        for cell in stored.cells if cell.cell_type == "code"
        for output in cell.outputs if "text/html" in output.get("data", {})
    ]  # fmt: skip
    assert [name for name in shown if name] == [n.replace("_", "-") for n in report.SECTIONS]


def test_the_notebook_documents_its_parameters(stored):
    cell = next(c for c in stored.cells if "parameters" in c.metadata.get("tags", []))
    lines = cell.source.splitlines()
    names = {line.split(" = ")[0] for line in lines}
    assert set(notebook.PARAMETERS) <= names <= {*notebook.PARAMETERS, *notebook.OPTIONAL}
    assert all("  # " in line for line in lines)


def test_the_stored_outputs_are_those_of_today(stored):
    found = {part.name: part.text for part in whole("vi").values()}
    shown = {}
    for cell in stored.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            name = section_of("".join(data.get("text/html", "")))
            if name:
                shown[name] = "".join(data["text/plain"])
    assert shown == found


def test_a_section_tells_itself_in_plain_words_too():
    part = pages.sections("tra-vinh", 2024, "vi", names=["summary"])["summary"]
    assert repr(part) == part.text and part._repr_html_() == part.html
    assert part._repr_svg_() is None
    assert "57/61" in repr(part)
    drawn = pages.sections("tra-vinh", 2024, "vi", names=["position"])["position"]
    drawing, about = drawn._repr_svg_()
    assert drawing.startswith("<?xml") and about == {"name": "position"}


def test_the_page_needs_nothing_but_what_findings_json_holds(tmp_path):
    found = pages.found("tra-vinh", 2024)
    findings.save(found, tmp_path)
    report.save(found, tmp_path, lang="en")
    (tmp_path / "findings.json").rename(tmp_path / "kept.json")
    read = json.loads((tmp_path / "kept.json").read_text(encoding="utf-8"))
    written = (tmp_path / "report.en.html").read_text(encoding="utf-8")
    assert report.page(read, lang="en") == written
    read["position"]["n"] = read["country"]["totals"][0]["n"] = 987
    assert "987" in pages.words(report.page(read, lang="en"))
    assert not list(tmp_path.glob("report.html"))
    report.save(found, "", lang="vi")  # writes nothing
    assert not Path("report.html").exists()


def test_findings_reach_the_report_through_json_unchanged():
    found = pages.found("tra-vinh", 2024)
    again = json.loads(json.dumps(found))
    names = ["summary", "priorities", "associations"]
    first, second = (
        pages.sections("tra-vinh", 2024, "vi", values, names) for values in (found, again)
    )
    assert [part.html for part in first.values()] == [part.html for part in second.values()]


def test_ranks_are_written_with_their_n():
    assert section.place(57, 61) == "57/61"
    assert section.place(None, 61) == section.place(float("nan"), 61) == "–"


# --- length and language of the pages for the leaders -------------------------------------------

#: The page with most words of 2024, one without a total, a city.
LENGTHS = [("hoa-binh", 2024), ("bac-giang", 2022), ("ha-noi", 2023)]


@pytest.mark.parametrize("slug, year", LENGTHS)
@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_pages_for_the_leaders_stay_short(slug, year, lang):
    made = pages.sections(slug, year, lang, names=[*report.FRONT, "appendix"])
    words, numbers = pages.length(pages.bind(made.values()))
    assert 200 < words <= 900 and 30 < numbers <= 120


@pytest.mark.parametrize("slug, year", LENGTHS)
def test_nothing_at_its_benchmark_is_on_the_list_and_each_row_adds_up(slug, year):
    html = pages.sections(slug, year, "en", names=["priorities"])["priorities"].html
    rows = re.findall(r"<tbody.*?</tbody>", html, re.DOTALL)
    assert 1 <= len(rows) <= 5
    for row in rows:
        score, expected, benchmark = (
            float(re.search(rf"{word} (\d\.\d\d)", row).group(1))
            for word in ("score", "expected", "benchmark")
        )
        gap = float(re.search(r"<b>(\d\.\d\d)</b>", row).group(1))
        assert score < benchmark and gap == pytest.approx(benchmark - expected)


#: Words that the page does not use: untrue, unclear or not of an office.
BANNED = {
    "vi": r"Giữa năm \d|buông lơi|chạy theo|nếu không tác động|nửa giữa|bị ngắt|tiến hành sáp nhập"
          r"|bên cạnh PAR|chắc chắn cao|Thôi thực hiện",
    "en": r"\bmend|\bsound\b|surely so|\bupright|\blet go\b|\bnobody acts\b|\bchase\b"
          r"|points to gain|\bCourse\b|\bbeside the country",
}  # fmt: skip


@pytest.mark.parametrize("lang", i18n.LANGUAGES)
def test_the_page_uses_the_words_of_its_office(lang):
    text = "\n".join(pages.words(part.html) for part in whole(lang).values())
    found = re.findall(BANNED[lang], text, re.IGNORECASE)
    assert found == []
    if lang == "vi":
        assert not re.search(r"\d trên \d", text)
        assert not re.search(r"ngày [1-9] tháng|tháng 0[3-9]|tháng [12] năm", text)
    else:
        assert "Sở " not in text

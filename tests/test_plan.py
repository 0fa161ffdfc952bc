"""The agencies' workbook: made from the findings, safe, printable, and read back without loss."""

import functools
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import unicodedata
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from papi_analysis import cli, findings, i18n, places, priority, settings, workbook
from papi_analysis.data import codebook
from papi_analysis.errors import EnvironmentFault, ParameterError, SourceError
from papi_analysis.plans import ledger, targets
from papi_analysis.workbook import agency, plan, reading
from papi_analysis.workbook.layout import safe, sheet_name
from papi_analysis.workbook.reading import FAULTS

DAY = date(2025, 6, 1)
FIRST = agency.FIRST + 1  # row of the first line, as spreadsheets count
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|'/C calc'!A0", '=HYPERLINK("http://x","y")', " =1",
           "＝1", "'=1", "\t=1", "\r=1", "<script>alert(1)</script>", "Sở \u202eNội", "a\x00b",
           "x" * 40_000, "_x003D_1+1"]  # fmt: skip


@pytest.fixture(scope="module")
def case():
    return findings.ask("tra-vinh", 2024)


@pytest.fixture(scope="module")
def found(case):
    """What the workbook shows of Trà Vinh 2024."""
    return plan.material(case)


@pytest.fixture(scope="module")
def scales(case):
    return plan.scales(case)


@pytest.fixture(scope="module")
def book(found, scales):
    """The whole workbook, and its cells as openpyxl reads them."""
    content = workbook.write(found, lang="vi", scales=scales)
    return content, openpyxl.load_workbook(io.BytesIO(content))


CODES = ("participation_opportunities", "civic_knowledge", "certification")


@pytest.fixture(scope="module")
def small(found):
    """Three criteria of two agencies, which are quickly written."""
    rows = {row["code"]: row for row in found["priorities"]}
    return {
        **found,
        "priorities": [rows[code] for code in CODES],
        "series": [row for row in found["series"] if row["code"] in CODES],
    }


@pytest.fixture(scope="module")
def criteria():
    """What is known of the criteria, computed once for all readings."""
    read = reading._criteria
    return functools.cache(lambda p, y, d, lang: read(findings.ask(p.slug, y), p, y, d, lang))


@pytest.fixture
def data(tmp_path, monkeypatch, criteria):
    """A data folder that can be written to; the criteria are those of the real one."""
    folder = tmp_path / "data"
    shutil.copytree(settings.data_folder(), folder)
    monkeypatch.setattr(reading, "_criteria",
                        lambda _, p, y, d, lang: criteria(p, y, None, lang))  # fmt: skip
    return folder


@pytest.fixture
def blank(tmp_path, small, scales):
    """An empty workbook of the three criteria."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(workbook.write(small, lang="vi", scales=scales))
    return path


def fill(path, cells, to=None):
    """Write values into cells as a user does: {(row of the first sheet of an agency, key): …}."""
    book = openpyxl.load_workbook(path)
    for (sheet, row, key), value in cells.items():
        page = book.worksheets[sheet]
        columns = {cell.value: cell.column for cell in page[agency.KEYS + 1]}
        page.cell(row, columns[key]).value = value
    target = to or path
    book.save(target)
    return target


ACTION = {(1, FIRST, "action"): "Tổ chức họp thôn", (1, FIRST, "deadline"): date(2025, 8, 30)}


def pages(book):
    """The sheets of agencies."""
    return [page for page in book.worksheets if page["A5"].value == "code"]


def table(page):
    """The first line of each criterion of an agency's sheet, by code: {key: value}."""
    keys = [cell.value for cell in page[agency.KEYS + 1]]
    rows = {}
    for row in page.iter_rows(min_row=FIRST):
        line = dict(zip(keys, (cell.value for cell in row), strict=True))
        if line["code"]:
            rows.setdefault(line["code"], line)
    return rows


# --- what stands in it


class TestWorkbook:
    def test_every_criterion_stands_once_on_the_sheet_of_its_agency(self, book, found):
        seen = {}
        for page in pages(book[1]):
            for code in table(page):
                assert code not in seen
                seen[code] = page["A1"].value
        leads = {row["code"]: row["agency"] for row in found["priorities"]}
        assert seen.keys() == leads.keys() and len(seen) == 28
        assert all(seen[code].startswith(lead) for code, lead in leads.items())

    def test_agencies_stand_in_the_order_of_their_most_pressing_criterion(self, book, found):
        order = list(dict.fromkeys(row["agency"] for row in found["priorities"]))
        titles = [page["A1"].value.partition(" – Trà Vinh")[0] for page in pages(book[1])]
        assert titles == order

    def test_the_facts_are_those_of_the_findings(self, book, found):
        known = {row["code"]: row for row in found["priorities"]}
        for page in pages(book[1]):
            for code, line in table(page).items():
                row = known[code]
                for key in ("tier", "score", "benchmark"):
                    assert line[key] == row[key]
                low, high = (row["expected"] + sign * priority.HALF_WIDTH * row["expected_sd"]
                             for sign in (-1, 1))  # fmt: skip
                told = re.findall(r"\d+,\d+", line["forecast"])
                numbers = [float(number.replace(",", ".")) for number in told]
                assert numbers == pytest.approx([row["expected"], low, high], abs=0.00501)
                assert line["seen_from"] == pytest.approx(
                    row["expected"] + row["detectable"], abs=0.00501
                )

    def test_a_target_is_one_score_that_is_not_below_todays(self, book, found):
        known = {row["code"]: row for row in found["priorities"]}
        for page in pages(book[1]):
            for code, line in table(page).items():
                row = known[code]
                assert line["target"] == line["proposed"] >= round(row["score"], 2)
                assert line["target"] <= max(round(row["benchmark"], 2), round(row["score"], 2))

    @pytest.mark.parametrize(("change", "value", "aim"), [
        ({}, 1.57, "benchmark"),
        ({"best_of_region": {"score": 1.23}}, 1.23, "best_of_region"),
        ({"best_of_region": {"score": 1.02}}, 1.02, "hold"),
        ({"score": 1.60, "points_behind": 0.0}, 1.60, "hold"),
    ])  # fmt: skip
    def test_what_nobody_near_reaches_is_no_order(self, change, value, aim):
        row = {"score": 1.02, "benchmark": 1.57, "points_behind": 0.54, "expected": 1.03,
               "expected_sd": 0.15, "detectable": 0.38, **change}  # fmt: skip
        found = targets.of_criterion(row)
        assert (found.value, found.aim) == (value, aim)

    def test_the_chance_of_a_total_follows_the_cell_it_is_written_in(self, book, found):
        page = book[1].worksheets[0]
        chances = [cell for row in page.iter_rows() for cell in row
                   if str(cell.value).startswith("=IF(")]  # fmt: skip
        known = found["reach"]["no_action"][found["headline"]]
        assert len(chances) == 1
        formula = chances[0].value
        assert f"-{known['total']:.6f})/{known['sd']:.6f}" in formula
        assert page.cell(chances[0].row, 3).protection.locked is False
        assert targets.chance_of_total(found, known["total"]) == pytest.approx(0.5)
        assert targets.chance_of_total(found, known["total"] + known["sd"]) == pytest.approx(
            0.1587, abs=1e-4
        )

    def test_who_co_ordinates_a_dimension_stands_on_the_sheets(self, book):
        summary = [cell.value for row in book[1].worksheets[0].iter_rows() for cell in row]
        heads = summary[summary.index("Cơ quan điều phối từng chỉ số nội dung") :]
        assert {"Kiểm soát tham nhũng trong khu vực công",
                "Thanh tra tỉnh (đề xuất, chờ tỉnh xác nhận)"} <= set(heads)  # fmt: skip
        for page in pages(book[1]):
            named = page[f"D{agency.FIRST + 1}"].value
            assert "Điều phối chỉ số nội dung: " in str(named)

    def test_the_summary_counts_by_formulas_that_hold_what_they_give(self, book, found):
        page = book[1].worksheets[0]
        formulas = [cell.value for row in page.iter_rows() for cell in row
                    if cell.data_type == "f"]  # fmt: skip
        kinds = {"=COUNTA", "=COUNTIF", "=SUM", "=IF"}
        assert {text.partition("(")[0] for text in formulas} == kinds
        values = openpyxl.load_workbook(io.BytesIO(book[0]), data_only=True).worksheets[0]
        sums = [row for row in values.iter_rows(values_only=True) if row[1] == "Tất cả cơ quan"]
        tiers = [row["tier"] for row in found["priorities"]]
        behind = sum(row["points_behind"] for row in found["priorities"])
        counts = tuple(tiers.count(tier) for tier in "ABC")
        assert sums[0][2:7] == (*counts, pytest.approx(behind, abs=1e-5), 0)

    def test_the_past_is_told_with_its_breaks_and_drawn_with_words_beside(self, book, found):
        page = book[1]["Số liệu"]
        years = [cell.value for cell in page[3]][1:]
        assert years == list(range(2011, 2025))
        marked = {(row["code"], row["year"]) for row in found["series"] if "break" in row}
        names = codebook.names("vi")
        codes = [row["code"] for page in [found] for row in page["priorities"]]
        stars = 0
        for line in page.iter_rows(min_row=4):
            code = next(code for code in codes if names[code] == line[0].value)
            for cell, year in zip(line[1:], years, strict=True):
                starred = '"*"' in cell.number_format
                assert starred == ((code, year) in marked and cell.value is not None)
                stars += starred
        assert stars > 20
        with zipfile.ZipFile(io.BytesIO(book[0])) as archive:
            drawings = [archive.read(n).decode() for n in archive.namelist() if "drawings/d" in n]
        texts = re.findall(r'descr="([^"]*)"', "".join(drawings))
        assert len(texts) == 28 and all(
            re.match(r"20\d\d: \d,\d\d; 2024: \d,\d\d", t) for t in texts
        )

    def test_a_line_is_cut_at_breaks_and_holes(self):
        rows = [{"year": 2011, "score": 1.0}, {"year": 2012}, {"year": 2013, "score": 1.0},
                {"year": 2014, "score": 1.0}, {"year": 2015, "score": 1.0, "break": "scale"},
                {"year": 2017, "score": 1.0}]  # fmt: skip
        cut = [[row["year"] for row in part] for part in agency.stretches(rows)]
        assert cut == [[2011], [2013, 2014], [2015], [2017]]

    def test_names_are_vietnamese_and_composed(self, book):
        for page in book[1].worksheets:
            for row in page.iter_rows(values_only=True):
                for value in row:
                    if isinstance(value, str):
                        assert value == unicodedata.normalize("NFC", value)
        fonts = {font.name for font in book[1]._fonts}
        assert fonts == {"Times New Roman"}

    def test_english_has_the_same_numbers(self, small, scales):
        books = [workbook.write(small, lang=lang, scales=scales) for lang in ("vi", "en")]
        both = [openpyxl.load_workbook(io.BytesIO(content)) for content in books]
        numbers = [
            [v for page in one.worksheets for row in page.iter_rows(values_only=True)
             for v in row if isinstance(v, (int, float))]
            for one in both
        ]  # fmt: skip
        assert numbers[0] == numbers[1] and len(numbers[0]) > 50
        assert both[1].sheetnames[0] == "Summary"


class TestForm:
    def test_only_the_cells_to_fill_in_are_open(self, book):
        for page in book[1].worksheets:
            assert page.protection.sheet and not page.protection.password
        filled = {one.key for one in workbook.COLUMNS if one.filled}
        for page in pages(book[1]):
            keys = [cell.value for cell in page[agency.KEYS + 1]]
            for row in page.iter_rows(min_row=FIRST, max_row=FIRST + 1):
                for key, cell in zip(keys, row, strict=True):
                    assert cell.protection.locked == (key not in filled), key

    def test_status_and_deadline_are_checked_while_they_are_typed(self, book):
        for page in pages(book[1]):
            rules = page.data_validations.dataValidation
            listed = [rule.formula1 for rule in rules if rule.type == "list"]
            assert listed == [
                '"chưa bắt đầu,đang thực hiện,chậm tiến độ,hoàn thành,dừng thực hiện"'
            ]
            assert [rule.type for rule in rules].count("date") == 1
            assert [rule.type for rule in rules].count("decimal") == len(table(page)) + 1

    def test_every_sheet_prints_on_a4_landscape_with_letters_of_ten_points(self, book):
        for page in book[1].worksheets[:-1]:
            assert page.page_setup.orientation == "landscape" and page.page_setup.paperSize == 9
            assert page.page_setup.scale * 12 / 100 >= 10 and page.print_area
            footer = page.oddFooter.right.text
            assert "&P/&N" in footer.replace("[Page]", "P").replace("[Pages]", "N")

    def test_the_head_and_the_criterion_stand_on_every_page(self, book):
        for page in pages(book[1]):
            assert page.freeze_panes == "E6" and page.print_title_rows == "$4:$4"
            assert page.print_title_cols == "$D:$D"
            # what nobody has filled in yet is not printed: one page wide, up to the actions
            assert len(page.col_breaks.brk) == 0
            last = page.print_area.split(":")[1].split("$")[1]
            assert page[f"{last}5"].value == "action"
            assert page["A1"].value in page.oddHeader.left.text
            assert page.row_dimensions[agency.KEYS + 1].hidden

    def test_every_criterion_has_ten_free_lines(self, book):
        for page in pages(book[1]):
            codes = [cell.value for cell in page["A"][agency.FIRST:] if cell.value]
            assert all(codes.count(code) == 10 for code in set(codes))

    def test_names_of_tabs_are_whole(self, book):
        for page in pages(book[1]):
            assert page.title.partition(" ")[2] == page["A1"].value.partition(" – ")[0]

    def test_a_long_sheet_breaks_between_criteria_only(self, found, scales):
        bare = [{k: v for k, v in row.items() if k not in ("agency", "agency_status")}
                for row in found["priorities"]]  # fmt: skip
        content = workbook.write({**found, "priorities": bare}, lang="vi", scales=scales)
        (page,) = pages(openpyxl.load_workbook(io.BytesIO(content)))
        first = [cell.row for cell in page["B"] if cell.value == 1]
        breaks = [one.id for one in page.row_breaks.brk]
        assert len(breaks) >= 2 and {row + 1 for row in breaks} <= set(first)

    def test_the_hidden_sheet_says_what_the_workbook_is(self, book):
        page = book[1][workbook.META]
        assert page.sheet_state == "hidden"
        told = {row[0]: row[1] for row in page.iter_rows(values_only=True)}
        cells = {told.pop("total").rpartition(",")[0], told.pop("group").rpartition(",")[0]}
        assert len(cells) == 2 and all(cell.startswith("Tóm tắt,") for cell in cells)
        assert told == {"schema": workbook.SCHEMA, "province": "84", "slug": "tra-vinh",
                        "year": "2024", "lang": "vi", "ledger": ledger.GENESIS}  # fmt: skip

    def test_the_same_findings_give_the_same_bytes_under_any_hash_seed_zone_and_locale(
        self, small, scales, tmp_path
    ):
        import pickle

        (tmp_path / "in.pkl").write_bytes(pickle.dumps((small, scales)))
        code = (
            "import pickle, sys, hashlib; from papi_analysis import workbook;"
            "found, scales = pickle.load(open(sys.argv[1], 'rb'));"
            "b = workbook.write(found, lang='vi', scales=scales);"
            "print(hashlib.sha256(b).hexdigest())"
        )
        env = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "America/New_York", "LC_ALL": "C"}
        shown = subprocess.run([sys.executable, "-c", code, tmp_path / "in.pkl"], env=env,
                               capture_output=True, text=True, cwd=tmp_path)  # fmt: skip
        here = workbook.write(small, lang="vi", scales=scales)
        assert shown.stdout.strip() == hashlib.sha256(here).hexdigest()


# --- hostile words


class TestSafety:
    def texts(self, content):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            assert not any("vba" in n.lower() or "external" in n.lower() for n in names)
            assert b"TargetMode" not in b"".join(archive.read(n) for n in names if ".rels" in n)
        book = openpyxl.load_workbook(io.BytesIO(content))
        return [cell for page in book.worksheets for row in page.iter_rows() for cell in row]

    def test_hostile_words_of_agencies_and_ledger_are_only_text(self, found, scales, criteria):
        rows = [{**row, "agency": words, "coordinating": words}
                for row, words in zip(found["priorities"], HOSTILE, strict=False)]  # fmt: skip
        actions = [
            action(criteria, row["code"], action=ledger.clean(words)[:2000] or "x",
                   notes=words[:99])
            for row, words in zip(rows, HOSTILE, strict=True)
        ]  # fmt: skip
        entries = ledger.extended(ledger.empty(), frame(actions), day=DAY)
        shown = {**found, "priorities": rows}
        cells = self.texts(workbook.write(shown, lang="vi", scales=scales, entries=entries))
        chance = '=IF(C24="","",1-NORMSDIST((C24-'  # the only other formula, over the total wanted
        ours = ("=COUNTA('", "=COUNTIF('", "=SUM(", chance)
        for cell in cells:
            if cell.data_type == "f":
                assert cell.value.startswith(ours)
            elif isinstance(cell.value, str):
                assert not re.match(r"\s*[=+\-@＝\t\r]", cell.value)
                assert not any(unicodedata.category(c) in ("Cc", "Cf") for c in cell.value
                               if c != "\n")  # fmt: skip
        assert len(rows) == len(HOSTILE) and len(cells) > 1000

    @given(st.text())
    def test_a_cell_never_begins_like_a_formula_and_comes_back(self, words):
        shown = safe(words)
        assert not re.match(r"\s*[=+\-@＝＋－＠\t\r]", shown)
        kept = ledger.clean(words)
        plainly = not any(unicodedata.category(c) in ("Cf", "Cs") for c in kept)
        if plainly and not re.match(r"'+\s*[=+\-@＝＋－＠]", kept) and "_x" not in kept:
            assert workbook.plain(safe(kept)) == kept

    @given(st.lists(st.text(), min_size=1, max_size=9))
    def test_names_of_sheets_are_valid_and_differ(self, titles):
        names = [sheet_name(i, title) for i, title in enumerate(titles, start=1)]
        assert len({name.casefold() for name in names}) == len(names)
        for name in names:
            assert 0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\']", name)

    def test_two_agencies_whose_names_begin_alike_have_sheets_of_their_own(self, small, scales):
        rows = [{**row, "agency": "Sở Lao động - Thương binh và Xã hội " + str(i)}
                for i, row in enumerate(small["priorities"])]  # fmt: skip
        content = workbook.write({**small, "priorities": rows}, lang="vi", scales=scales)
        assert len(pages(openpyxl.load_workbook(io.BytesIO(content)))) == 3


# --- LibreOffice


@pytest.mark.slow
class TestLibreOffice:
    def test_the_pdf_holds_every_word_and_number_of_the_sheets(self, office, book, tmp_path):
        from pypdf import PdfReader

        path = tmp_path / "plan.xlsx"
        path.write_bytes(book[0])
        pdf = PdfReader(office(path, "pdf"))
        text = unicodedata.normalize("NFC", "".join(page.extract_text() for page in pdf.pages))
        squeezed = re.sub(r"\s", "", text)
        values = openpyxl.load_workbook(path, data_only=True)
        count = 0
        for page in values.worksheets[:-1]:
            wide = openpyxl.utils.column_index_from_string(
                page.print_area.split(":")[1].split("$")[1]
            )
            hidden = {cell.column for cell in page[5] if cell.value in ("code", "line", "proposed")}
            for row in page.iter_rows():
                if page["A5"].value == "code" and row[0].row in (1, 2, 3, agency.KEYS + 1):
                    continue  # the screen alone shows them; the name stands in the page's head
                for cell in row:
                    if cell.column > wide:
                        continue  # on the screen alone until something is filled in there
                    if cell.value is None or (page["A5"].value == "code" and cell.column in hidden
                                              and row[0].row > 3):  # fmt: skip
                        continue
                    assert re.sub(r"\s", "", printed(cell)) in squeezed, (
                        page.title,
                        cell.coordinate,
                    )
                    count += 1
        assert count > 500
        assert {round(float(page.mediabox.width)) for page in pdf.pages} == {842}

    def test_what_libreoffice_saves_is_read_back_without_loss(self, office, blank, data):
        fill(blank, {**ACTION, (1, FIRST, "notes"): "ghi chú\nhai dòng",
                     (1, FIRST, "status"): "đang thực hiện"})  # fmt: skip
        saved = office(blank, "ods")
        again = office(saved, "xlsx")
        before, after = reading.read(blank, data), reading.read(again, data)
        assert not before.faults and not after.faults
        assert after.actions.equals(before.actions) and len(after.actions) == 1


def printed(cell):
    """A cell as it is printed in Vietnamese."""
    if isinstance(cell.value, (int, float)) and not isinstance(cell.value, bool):
        whole = cell.number_format in ("0", "General")
        text = str(int(cell.value)) if whole else i18n.number("vi", cell.value)
        return text + ("*" if '"*"' in cell.number_format else "")
    return str(cell.value)


# --- reading back


def action(criteria, code=CODES[0], line=1, **changed):
    """A sound action."""
    one = criteria(places.find("84"), 2024, None, "vi")[code]
    row = {
        "year": 2024, "code": code, "line": line, "agency": one.agency, "action": "Họp thôn",
        "target": one.low, "deadline": "2025-08-30", "status": "not_started",
        "helpers": one.helpers, **one.basis,
    }  # fmt: skip
    return {**dict.fromkeys(ledger.WRITTEN, ""), **row, **changed}


def frame(rows):
    import pandas as pd

    return pd.DataFrame(rows)


PLAIN = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co",
                "Cn")), max_size=60).map(ledger.clean)  # fmt: skip


class TestRoundTrip:
    def test_what_is_on_file_comes_back_without_loss(self, small, scales, criteria, data, tmp_path):
        rows = [
            action(criteria, action="- Tổ chức\n- Kiểm tra", evidence="1878/UBND-NC", status="done",
                   person="Nguyễn Văn A", notes="=1+1"),
            action(criteria, line=2, action="@ thôn", status="withdrawn"),
            action(criteria, line=5, deadline="2026-01-31"),
            action(criteria, CODES[2], target=2.4, communes="Xã Tân An: xong; Phường Trà Vinh",
                   progress="40", budget="50 triệu", milestones="31/7", result="a", delay="b"),
        ]  # fmt: skip
        entries = ledger.extended(ledger.empty(), frame(rows), day=DAY)
        path = tmp_path / "plan.xlsx"
        path.write_bytes(workbook.write(small, lang="vi", scales=scales, entries=entries))
        back = reading.read(path, data)
        assert not back.faults and back.head == ledger.head(entries)
        assert ledger.pending(entries, back.actions).empty and len(back.actions) == 4

    @examples(deadline=None, max_examples=20)
    @given(words=st.lists(PLAIN, min_size=4, max_size=4))
    def test_any_words_come_back(self, words, small, scales, criteria, tmp_path_factory):
        name, person, evidence, notes = words
        rows = [action(criteria, action=name or "x", person=person, evidence=evidence, notes=notes)]
        entries = ledger.extended(ledger.empty(), frame(rows), day=DAY)
        two = {**small, "priorities": small["priorities"][:1],
               "series": [r for r in small["series"] if r["code"] == CODES[0]][:2]}  # fmt: skip
        path = tmp_path_factory.mktemp("any") / "plan.xlsx"
        path.write_bytes(workbook.write(two, lang="en", scales=scales, entries=entries))
        back = lines_of(path, criteria)
        assert [line.written for line in back if line.written] == [
            {key: rows[0][key] for key in ledger.WRITTEN}
        ]

    def test_a_line_stays_free_below_what_is_on_file(self, small, scales, criteria):
        rows = [action(criteria, line=line) for line in (1, 2, 3)]
        entries = ledger.extended(ledger.empty(), frame(rows), day=DAY)
        first = workbook.blocks(small, entries)[0]
        assert first.criteria[0].lines == 3 + agency.SPARE

    def test_a_status_is_understood_in_either_language(self, blank, data):
        for word, key in (("under way", "under_way"), ("Đang thực hiện", "under_way")):
            fill(blank, {**ACTION, (1, FIRST, "status"): word})
            assert reading.read(blank, data).actions["status"].tolist() == [key]

    @pytest.mark.parametrize(
        ("value", "day"),
        [("30/8/2025", "2025-08-30"), ("2025-08-30", "2025-08-30"), ("1.9.2025", "2025-09-01")],
    )
    def test_a_day_may_be_typed_as_text(self, value, day, blank, data):
        fill(blank, {**ACTION, (1, FIRST, "deadline"): value})
        assert reading.read(blank, data).actions["deadline"].tolist() == [day]

    def test_a_target_may_be_typed_with_a_comma(self, blank, data):
        fill(blank, {**ACTION, (1, FIRST, "target"): "1,1"})
        assert reading.read(blank, data).actions["target"].tolist() == [1.1]

    def test_what_an_action_is_measured_against_is_not_taken_from_the_workbook(
        self, blank, data, found
    ):
        fill(blank, {**ACTION, (1, FIRST, "score"): 9.9, (1, FIRST, "forecast"): "0"})
        row = reading.read(blank, data).actions.iloc[0]
        assert row["score"] == pytest.approx(1.02368)
        assert row["no_action"] == pytest.approx(found["priorities"][0]["expected"])

    def test_an_unassigned_criterion_takes_the_lead_that_is_written(
        self, small, scales, data, tmp_path, monkeypatch, criteria
    ):
        from dataclasses import replace

        bare = [{k: v for k, v in row.items() if k not in ("agency", "agency_status")}
                for row in small["priorities"]]  # fmt: skip
        path = tmp_path / "bare.xlsx"
        path.write_bytes(workbook.write({**small, "priorities": bare}, lang="vi", scales=scales))
        known = criteria(places.find("84"), 2024, None, "vi")
        none = {code: replace(one, agency="") for code, one in known.items()}
        monkeypatch.setattr(reading, "_criteria", lambda *_: none)
        fill(path, ACTION)
        assert [one.code for one in reading.read(path, data).faults] == ["E-PLAN-LEAD"]
        fill(path, {(1, FIRST, "lead"): "Sở Nội vụ"})
        back = reading.read(path, data)
        assert not back.faults and back.actions["agency"].tolist() == ["Sở Nội vụ"]


def lines_of(path, criteria):
    from papi_analysis.ingest import workbook as sheets
    known = criteria(places.find("84"), 2024, None, "vi")
    return [line for sheet in sheets.read(path)[0] if not sheet.hidden
            for line in reading.of_sheet(sheet, path.name, known, 2024, "vi")]  # fmt: skip


LINE = FIRST + 1
FAULTY = {
    "E-PLAN-ACTION": {(1, LINE, "deadline"): "30/8/2025"},
    "E-PLAN-TARGET": {**ACTION, (1, FIRST, "target"): 9.9},
    "E-PLAN-PROGRESS": {**ACTION, (1, FIRST, "progress"): 140},
    "E-PLAN-COMMUNE": {**ACTION, (1, FIRST, "communes"): "Xã Tân Ann: xong"},
    "E-PLAN-DEADLINE": {(1, FIRST, "action"): "x", (1, FIRST, "deadline"): "quý III"},
    "E-PLAN-STATUS": {**ACTION, (1, FIRST, "status"): "gần xong"},
    "E-PLAN-EVIDENCE": {**ACTION, (1, FIRST, "status"): "hoàn thành"},
    "E-PLAN-LONG": {**ACTION, (1, FIRST, "notes"): "x" * 2001},
    "E-PLAN-CELL": {**ACTION, (1, FIRST, "action"): "=1+1"},
    "E-PLAN-CODE": {**ACTION, (1, FIRST, "code"): "unheard_of"},
}  # fmt: skip


class TestFaults:
    @pytest.mark.parametrize("code", FAULTY)
    def test_each_fault_is_named_with_its_cell_and_its_mend(self, code, blank, data):
        fill(blank, FAULTY[code])
        with pytest.raises(SourceError) as caught:
            plan.record([blank], day=DAY, data=data)
        one = next(d for d in caught.value.issues if d.code == code)
        rows = {row for _, row, _ in FAULTY[code]}
        assert one.file == "plan.xlsx" and one.sheet == "01 Sở Nội vụ" and one.mend
        assert int(one.row) in rows and one.column
        assert not ledger.path(places.find("84"), data).exists()

    @pytest.mark.parametrize(
        "cells",
        [
            {(1, FIRST, "target"): None},
            {(1, FIRST, "target"): 1.01},
            {(1, FIRST, "target"): "cao"},
            {(1, FIRST, "target"): -1},
            {(1, FIRST, "target"): True},
        ],
    )
    def test_a_target_must_be_a_score_from_todays_up(self, cells, blank, data):
        fill(blank, {**ACTION, **cells})
        assert [d.code for d in reading.read(blank, data).faults] == ["E-PLAN-TARGET"]

    @pytest.mark.parametrize("value", ["31/2/2025", "30/8/25", date(2023, 1, 1), 1.5, None])
    def test_a_deadline_must_be_a_day_after_the_results(self, value, blank, data):
        fill(blank, {**ACTION, (1, FIRST, "deadline"): value})
        assert [d.code for d in reading.read(blank, data).faults] == ["E-PLAN-DEADLINE"]

    def test_a_changed_target_without_an_action_is_not_lost_silently(self, blank, data):
        fill(blank, {(1, FIRST, "target"): 1.4})
        assert [d.code for d in reading.read(blank, data).faults] == ["E-PLAN-ACTION"]
        fill(blank, {(1, LINE, "action"): "Họp", (1, LINE, "deadline"): "30/8/2025"})
        back = reading.read(blank, data)
        assert not back.faults and back.actions["target"].tolist() == [1.4]

    def test_all_faults_of_all_files_are_told_at_once(self, blank, data, tmp_path):
        every = {}
        for number, code in enumerate(["E-PLAN-STATUS", "E-PLAN-EVIDENCE", "E-PLAN-DEADLINE"]):
            every |= {(1, FIRST + number, key): value for (_, _, key), value in
                      FAULTY[code].items()}  # fmt: skip
        one = fill(blank, every, tmp_path / "one.xlsx")
        two = fill(blank, FAULTY["E-PLAN-ACTION"], tmp_path / "two.xlsx")
        with pytest.raises(SourceError) as caught:
            plan.record([one, two], day=DAY, data=data)
        told = {(d.file, d.code) for d in caught.value.issues}
        assert told == {("one.xlsx", "E-PLAN-STATUS"), ("one.xlsx", "E-PLAN-EVIDENCE"),
                        ("one.xlsx", "E-PLAN-DEADLINE"), ("two.xlsx", "E-PLAN-ACTION")}  # fmt: skip

    def test_a_copied_sheet_is_found(self, blank, data):
        fill(blank, ACTION)
        book = openpyxl.load_workbook(blank)
        book.copy_worksheet(book.worksheets[1])
        book.save(blank)
        codes = [d.code for d in reading.read(blank, data).faults]
        assert set(codes) == {"E-PLAN-TWICE"}

    def test_a_recorded_action_is_not_erased_but_given_up(self, blank, data):
        fill(blank, ACTION)
        plan.record([blank], day=DAY, data=data)
        fill(blank, {key: None for key in ACTION})
        with pytest.raises(SourceError) as caught:
            plan.record([blank], day=DAY, data=data)
        assert [d.code for d in caught.value.issues] == ["E-PLAN-ERASED"]
        assert dict(caught.value.issues[0].values)["recorded"] == "2025-06-01"
        fill(blank, {**ACTION, (1, FIRST, "status"): "dừng thực hiện"})
        found = plan.record([blank], day=DAY, data=data)
        assert found.rows["status"].tolist() == ["withdrawn"] and not found.rows["is_new"].any()
        fill(blank, {**dict.fromkeys(ACTION), (1, FIRST, "status"): None})
        assert plan.record([blank], day=DAY, data=data).rows.empty

    @pytest.mark.parametrize("name", ["text", "other", "meta"])
    def test_a_file_that_is_no_plan_is_refused(self, name, tmp_path, data, blank):
        path = tmp_path / "x.xlsx"
        if name == "text":
            path.write_text("a;b")
        else:
            book = openpyxl.load_workbook(blank) if name == "meta" else openpyxl.Workbook()
            if name == "meta":
                book[workbook.META]["B1"] = "papi-plan/9"
            book.save(path)
        with pytest.raises(SourceError, match="papi plan"):
            reading.read(path, data)

    def test_every_fault_has_its_fixture_and_its_words(self):
        known = i18n.catalogue("vi")
        tried = {*FAULTY, "E-PLAN-LEAD", "E-PLAN-TWICE", "E-PLAN-ERASED", "W-PLAN-OLDER",
                 "E-PLAN-CONFLICT", "E-PLAN-WANTED"}  # fmt: skip
        assert tried == FAULTS.keys()
        assert all(text in known for fault in FAULTS.values() for text in fault)


# --- recording


class TestMerge:
    """Files of a folder come back together, in any order, without loss."""

    def files(self, blank, tmp_path, **cells):
        folder = tmp_path / "returned"
        folder.mkdir()
        for name, own in cells.items():
            fill(blank, own, folder / f"{name}.xlsx")
        return folder

    @pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
    def test_lines_of_all_files_are_kept_in_any_order(self, order, blank, data, tmp_path):
        other = {(2, FIRST, "action"): "Tập huấn", (2, FIRST, "deadline"): "1/9/2025"}
        third = {(1, LINE, "action"): "Ba", (1, LINE, "deadline"): "1/9/2025"}
        folder = self.files(blank, tmp_path, a=ACTION, b=other, c=third)
        files = sorted(folder.iterdir())
        found = plan.record([files[place] for place in order], day=DAY, data=data)
        assert sorted(found.rows["action"]) == ["Ba", "Tập huấn", "Tổ chức họp thôn"]

    def test_an_unchanged_copy_gives_way_and_empties_nothing(self, blank, data, tmp_path):
        plan.record([fill(blank, ACTION, tmp_path / "first.xlsx")], day=DAY, data=data)
        changed = {**ACTION, (1, FIRST, "status"): "đang thực hiện"}
        folder = self.files(blank, tmp_path, a=ACTION, b=changed, c={})
        for files in ([folder], sorted(folder.iterdir())[::-1]):
            found = plan.record(files, day=DAY, data=data)
            assert ledger.actions(found.entries)["status"].tolist() == ["under_way"]

    def test_two_different_texts_for_one_line_are_a_conflict(self, blank, data, tmp_path):
        folder = self.files(blank, tmp_path, a=ACTION, b={**ACTION, (1, FIRST, "notes"): "khác"})
        with pytest.raises(SourceError) as caught:
            plan.record([folder], day=DAY, data=data)
        (one,) = caught.value.issues
        assert one.code == "E-PLAN-CONFLICT" and one.file == "b.xlsx" and one.value == "a.xlsx"
        assert not ledger.path(places.find("84"), data).exists()

    def test_a_folder_without_workbooks_is_named(self, tmp_path):
        with pytest.raises(ParameterError, match="no workbook"):
            plan.record([tmp_path], day=DAY)


class TestWhole:
    """Targets of the total and the group, on the co-ordinator's sheet."""

    def cell(self, path, code):
        book = openpyxl.load_workbook(path)
        told = {row[0]: row[1] for row in book[workbook.META].iter_rows(values_only=True)}
        sheet, row, column = told[code].rsplit(",", 2)
        return book, book[sheet].cell(int(row), int(column))

    def test_they_are_recorded_and_come_back(self, blank, data, small, scales):
        for code, value in (("total", 42.5), ("group", 2)):
            book, cell = self.cell(blank, code)
            cell.value = value
            book.save(blank)
        found = plan.record([blank], day=DAY, data=data)
        rows = found.entries.set_index("code")
        assert rows["target"].to_dict() == {"group": 2.0, "total": 42.5}
        assert rows.loc["total", "score"] == pytest.approx(40.6163)
        blank.write_bytes(workbook.write(small, lang="vi", scales=scales, entries=found.entries))
        assert self.cell(blank, "total")[1].value == 42.5
        assert plan.record([blank], day=DAY, data=data).rows.empty

    @pytest.mark.parametrize(("code", "value"), [("total", 39.0), ("total", "cao"), ("group", 5)])
    def test_less_than_today_or_more_than_there_is_is_refused(self, code, value, blank, data):
        book, cell = self.cell(blank, code)
        cell.value = value
        book.save(blank)
        assert [d.code for d in reading.read(blank, data).faults] == ["E-PLAN-WANTED"]


class TestVerify:
    """What the chain cannot show by itself shows beside a copy of its last seal."""

    @pytest.fixture
    def recorded(self, blank, data, small, scales):
        fill(blank, {**ACTION, (1, LINE, "action"): "Hai", (1, LINE, "deadline"): "1/9/2025"})
        entries = plan.record([blank], day=DAY, data=data).entries
        blank.write_bytes(workbook.write(small, lang="vi", scales=scales, entries=entries))
        with settings.use(data=data):
            yield entries, ledger.path(places.find("84"), data)

    def test_a_workbook_knows_the_ledger_it_was_made_from(self, recorded, blank, capsys):
        assert plan.verify(blank)[0]
        entries, path = recorded
        windows = ledger.text(entries).replace("\n", "\r\n")
        path.write_text(windows, encoding="utf-8", newline="")
        assert cli.status(["plan", "--verify", str(blank)]) == 0
        assert entries["seal"].iloc[-1][:12] in capsys.readouterr().out

    def test_a_cut_and_a_forgery_are_found(self, recorded, blank, capsys):
        entries, path = recorded
        path.write_text(ledger.text(entries.iloc[:1]), encoding="utf-8")
        assert cli.status(["plan", "--verify", str(blank)]) == 3
        rows = entries.drop(columns=["number", "recorded", "seal"]).assign(action="khác")
        path.write_text(ledger.text(ledger.extended(ledger.empty(), rows, day=DAY)), "utf-8")
        assert cli.status(["plan", "--verify", str(blank)]) == 3
        assert "LỖI" in capsys.readouterr().err

    def test_a_report_knows_it_too_and_a_file_without_a_seal_is_named(self, recorded, tmp_path):
        import json

        seal = recorded[0]["seal"].iloc[0]
        found = {"follow_up": {"seal": seal}, "province": {"slug": "tra-vinh"}}
        (tmp_path / "findings.json").write_text(json.dumps(found), encoding="utf-8")
        assert plan.verify(tmp_path) == (True, seal, 2)
        (tmp_path / "findings.json").write_text("{}", encoding="utf-8")
        with pytest.raises(ParameterError, match="bears no seal"):
            plan.verify(tmp_path)


class TestRecord:
    def test_only_what_is_new_or_changed_is_recorded(self, blank, data):
        fill(blank, {**ACTION, (1, LINE, "action"): "Hai", (1, LINE, "deadline"): "1/9/2025"})
        first = plan.record([blank], day=DAY, data=data)
        assert first.rows["is_new"].tolist() == [True, True]
        assert plan.record([blank], day=DAY, data=data).same == 2
        fill(blank, {(1, LINE, "status"): "đang thực hiện"})
        second = plan.record([blank], day=date(2025, 7, 1), data=data)
        assert second.rows["line"].tolist() == [2] and second.same == 1
        entries = ledger.read(places.find("84"), data)
        assert entries["number"].tolist() == [1, 2, 3]
        assert entries["recorded"].tolist() == ["2025-06-01", "2025-06-01", "2025-07-01"]
        assert ledger.current(entries)["status"].tolist() == ["not_started", "under_way"]

    def test_nothing_is_recorded_for_a_day_before_the_last_entry(self, blank, data):
        fill(blank, ACTION)
        plan.record([blank], day=date(2025, 7, 1), data=data)
        before = ledger.path(places.find("84"), data).read_bytes()
        fill(blank, {(1, FIRST, "notes"): "thêm"})
        with pytest.raises(ParameterError, match="01/07/2025"):
            plan.record([blank], day=date(2025, 6, 30), data=data)
        assert ledger.path(places.find("84"), data).read_bytes() == before
        assert len(plan.record([blank], day=date(2025, 7, 1), data=data).rows) == 1

    def test_files_of_one_province_share_what_is_known_of_it(self, blank, data, monkeypatch):
        asked = []
        real = findings.ask
        monkeypatch.setattr(findings, "ask", lambda *a, **k: asked.append(a) or real(*a, **k))
        fill(blank, ACTION)
        again = blank.with_name("again.xlsx")
        shutil.copy(blank, again)
        plan.record([blank, again], day=DAY, data=data)
        assert len(asked) == 1

    def test_the_past_of_the_file_stays_byte_for_byte(self, blank, data):
        path = ledger.path(places.find("84"), data)
        fill(blank, ACTION)
        plan.record([blank], day=DAY, data=data)
        before = path.read_bytes()
        fill(blank, {(1, FIRST, "notes"): "thêm"})
        plan.record([blank], day=DAY, data=data)
        assert path.read_bytes().startswith(before)

    def test_an_old_copy_is_warned_of(self, blank, data, tmp_path):
        old = fill(blank, ACTION, tmp_path / "old.xlsx")
        plan.record([old], day=DAY, data=data)
        plan.record([fill(old, {(1, FIRST, "notes"): "mới"}, tmp_path / "new.xlsx")], day=DAY,
                    data=data)  # fmt: skip
        found = plan.record([old], day=DAY, data=data)
        assert [one.code for one in found.warnings] == ["W-PLAN-OLDER"]

    def test_plans_of_two_years_are_not_mixed(self, blank, data, tmp_path, monkeypatch):
        other = tmp_path / "other.xlsx"
        book = openpyxl.load_workbook(fill(blank, ACTION, other))
        page = book[workbook.META]
        page.cell([r[0].value for r in page.iter_rows()].index("year") + 1, 2).value = "2023"
        book.save(other)
        with pytest.raises(ParameterError, match="2023"):
            plan.record([blank, other], day=DAY, data=data)

    def test_a_ledger_that_was_changed_is_not_extended(self, blank, data):
        fill(blank, ACTION)
        plan.record([blank], day=DAY, data=data)
        path = ledger.path(places.find("84"), data)
        path.write_text(path.read_text(encoding="utf-8").replace("họp", "hợp"), encoding="utf-8")
        before = path.read_bytes()
        fill(blank, {(1, FIRST, "notes"): "thêm"})
        with pytest.raises(SourceError) as caught:
            plan.record([blank], day=DAY, data=data)
        assert caught.value.issues[0].code == "E-LEDGER-SEAL"
        assert path.read_bytes() == before


# --- the command


def call(capsys, *arguments):
    code = cli.status(list(map(str, arguments)))
    out, err = capsys.readouterr()
    return code, out, err


class TestCommand:
    @pytest.fixture
    def made(self, monkeypatch, small):
        """The findings of the three criteria stand for all, so that a workbook is quickly made."""
        monkeypatch.setattr(plan, "material", lambda case: small)

    def test_made_filled_recorded_and_made_again(self, made, data, tmp_path, capsys):
        code, out, _ = call(capsys, "plan", "--out", tmp_path / "o", "--data", data)
        path = tmp_path / "o" / "papi-plan-tra-vinh-2024.xlsx"
        assert code == 0 and out == f"{path}\n"
        fill(path, ACTION)
        before = path.read_bytes()
        code, _, err = call(capsys, "plan", "--out", tmp_path / "o", "--data", data)
        assert code == 5 and "--from" in err and path.read_bytes() == before
        code, out, _ = call(capsys, "plan", "--from", path, "--data", data)
        assert code == 0 and "ghi mới 1 nhiệm vụ" in out and "Cơ hội tham gia, dòng 1" in out
        code, out, _ = call(capsys, "plan", "--out", tmp_path / "o", "--data", data)
        assert code == 0
        again = reading.read(path, data)
        assert again.actions["action"].tolist() == ["Tổ chức họp thôn"]
        assert again.head == ledger.head(ledger.read(places.find("84"), data))

    def test_one_workbook_for_each_agency(self, made, data, tmp_path, capsys):
        code, out, _ = call(capsys, "plan", "--split", "--out", tmp_path / "o", "--data", data)
        files = sorted((tmp_path / "o" / "papi-plan-tra-vinh-2024").iterdir())
        assert code == 0 and [str(f) for f in files] == out.splitlines() and len(files) == 3
        assert [file.name for file in files[:2]] == ["00-tom-tat.xlsx", "01-so-noi-vu.xlsx"]
        for file in files[1:]:
            fill(file, {(0, row, key): value for (_, row, key), value in ACTION.items()})
        code, out, _ = call(capsys, "plan", "--from", files[0].parent, "--data", data)
        assert code == 0 and "ghi mới 2 nhiệm vụ" in out

    def test_an_empty_plan_names_no_ledger_that_is_not_there(self, blank, data, capsys):
        code, out, _ = call(capsys, "plan", "--from", blank, "--data", data)
        assert code == 0 and "chưa có nhiệm vụ nào" in out and "ledger" not in out
        assert not ledger.path(places.find("84"), data).exists()

    @pytest.mark.parametrize("share", [0.5, 0.99])
    def test_a_damaged_plan_is_not_to_be_had_from_the_publisher(self, share, blank, data, capsys):
        content = blank.read_bytes()
        blank.write_bytes(content[: int(share * len(content))])
        for lang, way in (("vi", "lập lại bảng tính bằng papi plan"), ("en", "with papi plan")):
            code, _, err = call(capsys, "plan", "--from", blank, "--data", data, "--lang", lang)
            assert code == 3 and way in err and "papi.org.vn" not in err

    def test_a_refused_plan_is_status_3_with_every_fault(self, made, data, tmp_path, capsys):
        call(capsys, "plan", "--out", tmp_path, "--data", data, "--lang", "en")
        path = tmp_path / "papi-plan-tra-vinh-2024.en.xlsx"
        fill(path, FAULTY["E-PLAN-STATUS"])
        code, out, err = call(capsys, "plan", "--from", path, "--data", data, "--lang", "en")
        assert code == 3 and out == "" and "E-PLAN-STATUS" in err and "Traceback" not in err
        assert "Opportunities for participation" in err and "Status" in err

    def test_a_file_of_another_kind_is_not_replaced(self, made, data, tmp_path, capsys):
        path = tmp_path / "papi-plan-tra-vinh-2024.xlsx"
        path.write_text("mine")
        code, _, _ = call(capsys, "plan", "--out", tmp_path, "--data", data)
        assert code == 5 and path.read_text() == "mine"

    @pytest.mark.parametrize(
        ("arguments", "status"),
        [(["--province", "tra-vin"], 2), (["--year", "1999"], 3), (["--from", "nowhere.xlsx"], 3),
         (["--on", "2025-07-01"], 2), (["--from", "nowhere.xlsx", "--on", "2999-01-01"], 2)],
    )
    def test_a_mistake_is_told(self, arguments, status, capsys, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        code, out, err = call(capsys, "plan", *arguments)
        assert code == status and out == "" and err.startswith("LỖI")
        assert list(tmp_path.iterdir()) == []

    def test_two_recordings_at_once_are_one_after_the_other(self, blank, data):
        from filelock import FileLock

        fill(blank, ACTION)
        path = ledger.path(places.find("84"), data)
        with FileLock(path.with_name(f".{path.name}.lock")), pytest.raises(EnvironmentFault):
            plan.record([blank], day=DAY, data=data)
        assert not path.exists()

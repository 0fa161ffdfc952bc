"""The proposal and the draft dispatch: made from the findings, in the form of Decree 30/2020."""

import io
import json
import re
import unicodedata

import pytest
from docx import Document

from papi_analysis import brief, cli, findings, i18n


@pytest.fixture(scope="module")
def found():
    """Everything found of Trà Vinh 2024."""
    return findings.collect(findings.ask("tra-vinh", 2024))


@pytest.fixture(scope="module")
def papers(found):
    return {lang: brief.write(found, lang=lang) for lang in i18n.LANGUAGES}


def words(content):
    """All words of a Word file: paragraphs and cells."""
    book = Document(io.BytesIO(content))
    told = [paragraph.text for paragraph in book.paragraphs]
    told += [cell.text for table in book.tables for row in table.rows for cell in row.cells]
    return unicodedata.normalize("NFC", "\n".join(told))


def squeezed(text):
    return re.sub(r"\W", "", unicodedata.normalize("NFC", text))


def test_the_same_findings_give_the_same_bytes(found, papers):
    assert brief.write(json.loads(json.dumps(found)), lang="vi") == papers["vi"]


@pytest.mark.parametrize("kind", ["to-trinh", "cong-van"])
def test_the_form_of_the_decree(papers, kind):
    """Motto, number and place, receivers; A4 with its margins; Times New Roman 14."""
    book = Document(io.BytesIO(papers["vi"][kind]))
    text = words(papers["vi"][kind])
    for part in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Số: ",
                 "Kính gửi:", "Nơi nhận:", "PHỤ LỤC", "Vĩnh Long, ngày"):  # fmt: skip
        assert part in text
    first = book.sections[0]
    assert (round(first.page_width.cm, 1), round(first.page_height.cm, 1)) == (21.0, 29.7)
    assert 3.0 <= round(first.left_margin.cm, 1) <= 3.5
    assert 1.5 <= round(first.right_margin.cm, 1) <= 2.0
    style = book.styles["Normal"]
    assert (style.font.name, style.font.size.pt) == ("Times New Roman", 14)
    assert book.sections[-1].page_width > book.sections[-1].page_height


def test_the_annex_holds_the_numbers_of_the_findings(found, papers):
    table = Document(io.BytesIO(papers["vi"]["cong-van"])).tables[-1]
    heads = [cell.text for cell in table.rows[0].cells]
    assert heads == ["TT", "Nội dung", "Tiêu chí", "Điểm", "Mục tiêu", "Cơ quan chủ trì",
                     "Phối hợp", "Thời hạn", "Sản phẩm"]  # fmt: skip
    known = {i18n.number("vi", row["score"]): row for row in found["priorities"]}
    for row in table.rows[1:]:
        cells = [cell.text for cell in row.cells]
        own = known[cells[3]]
        assert cells[5] == own["agency"]
        assert float(cells[4].replace(",", ".")) >= round(own["score"], 2)
        assert cells[7] == "30/06/2025"
    assert 1 <= len(table.rows) - 1 <= brief.MOST


def test_both_languages_say_the_same_numbers(papers):
    for kind in papers["vi"]:
        numbers = [re.findall(r"\d+[.,]\d\d", words(papers[lang][kind])) for lang in papers]
        vi, en = ([number.replace(",", ".") for number in own] for own in numbers)
        assert vi == en
    assert not re.search("[ăâđêôơư]", words(papers["en"]["to-trinh"]).lower())


@pytest.mark.parametrize(("slug", "organ", "now"), [
    ("ha-noi", "Ủy ban nhân dân thành phố Hà Nội", ""),
    ("binh-duong", "Ủy ban nhân dân thành phố Hồ Chí Minh", "Bình Dương thuộc Hồ Chí Minh"),
    ("tra-vinh", "Ủy ban nhân dân tỉnh Vĩnh Long", "Trà Vinh thuộc Vĩnh Long"),
])  # fmt: skip
def test_the_province_that_exists_signs(found, slug, organ, now):
    from papi_analysis import places

    one = places.find(slug)
    subject = {"code": one.code, "slug": slug}
    text = words(brief.write({**found, "province": subject})["cong-van"])
    assert organ.upper() in text
    assert now in text and ("trước khi sắp xếp" in text) == bool(now)


def test_where_nothing_is_behind_no_order_is_given(found):
    level = [{**row, "benchmark": row["score"], "points_behind": 0.0, "tier": "C",
              "no_action": row["score"]} for row in found["priorities"]]  # fmt: skip
    made = brief.write({**found, "priorities": level})
    assert "không đề xuất giao nhiệm vụ mới" in words(made["to-trinh"])
    assert "PHỤ LỤC" not in words(made["cong-van"])


@pytest.mark.slow
def test_libreoffice_shows_every_word_and_number(papers, office, tmp_path):
    from pypdf import PdfReader

    path = tmp_path / "cong-van.docx"
    path.write_bytes(papers["vi"]["cong-van"])
    shown = squeezed(office(path, "txt:Text (encoded):UTF8").read_text(encoding="utf-8-sig"))
    for line in filter(None, words(papers["vi"]["cong-van"]).split("\n")):
        assert squeezed(line) in shown, line
    pages = PdfReader(office(path, "pdf")).pages
    sizes = [tuple(round(float(side)) for side in page.mediabox[2:]) for page in pages]
    assert sizes[0] == (595, 842) and sizes[-1] == (842, 595)
    assert 3 <= len(pages) <= 4


def test_the_command_reads_a_report_and_writes_both_papers(found, tmp_path, capsys):
    (tmp_path / "findings.json").write_text(json.dumps(found), encoding="utf-8")
    assert cli.status(["brief", str(tmp_path)]) == 0
    assert "30/06/2025" in capsys.readouterr().out
    out = tmp_path / "out"
    assert cli.status(["brief", str(tmp_path), "--docx", "--out", str(out)]) == 0
    assert sorted(path.name for path in out.iterdir()) == [
        "cong-van-tra-vinh-2024.docx", "to-trinh-tra-vinh-2024.docx"]  # fmt: skip
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_a_folder_without_findings_is_named(tmp_path, capsys):
    assert cli.status(["brief", str(tmp_path), "--lang", "en"]) == 2
    assert "holds no findings of a report" in capsys.readouterr().err

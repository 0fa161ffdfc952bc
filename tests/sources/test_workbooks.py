"""Cells of every kind come out of workbooks as they are stored, and damage is told."""

import zipfile
from datetime import date

import faulty_files
import official
import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from papi_analysis.errors import SourceError
from papi_analysis.ingest import workbook
from papi_analysis.ingest.cells import Cell, place
from papi_analysis.ingest.workbook import Formats


def kinds(sheet):
    """Kind and value by address."""
    cells = [cell for row in sheet.rows.values() for cell in row.values()]
    return {cell.address: (cell.kind, cell.value) for cell in cells}


def test_cells_of_a_new_workbook(tmp_path):
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        sheet = book.add_worksheet("Bảng")
        sheet.write("A1", "Hà Nội")
        sheet.write("B1", 4.25)
        sheet.write_boolean("C1", True)
        sheet.write("D1", 0.42, book.add_format({"num_format": "0.0%"}))
        sheet.write_datetime("E1", date(2016, 4, 12), book.add_format({"num_format": "d-mmm"}))
        sheet.write_formula("F1", "=B1*2", None, 8.5)
        sheet.write_formula("G1", "=A1", None, "Hà Nội")
        sheet.write_formula("H1", '=""', None, "")
        sheet.write_rich_string("I1", "Trà ", book.add_format({"bold": True}), "Vinh")
        sheet.write_formula("J1", "=1/0", None, "#DIV/0!")
        sheet.write_blank("K1", None, book.add_format({"bold": True}))
        sheet.write("L1", " ")
        sheet.merge_range("A3:C3", "gộp")
    (read,), said = workbook.read(tmp_path / "a.xlsx")
    assert said == []
    assert kinds(read) == {
        "A1": ("text", "Hà Nội"),
        "B1": ("number", 4.25),
        "C1": ("boolean", "1"),
        "D1": ("percent", 0.42),
        "E1": ("date", "2016-04-12"),
        "F1": ("number", 8.5),
        "G1": ("text", "Hà Nội"),
        "H1": ("uncached", '=""'),
        "I1": ("text", "Trà Vinh"),
        "J1": ("error", "#DIV/0!"),
        "A3": ("text", "gộp"),
    }
    assert read.merged == ((3, 1, 3, 3),)
    assert read.get(9, 9) is None


def test_texts_inside_cells_and_dates_from_1904(tmp_path):
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    sheet = book.active
    sheet["A1"] = CellRichText("Trà ", TextBlock(InlineFont(b=True), "Vinh"))
    sheet["B1"] = date(2016, 4, 12)
    sheet["C1"] = "=1+1"
    sheet["D1"] = "  "
    book.save(tmp_path / "a.xlsx")
    (read,), _ = workbook.read(tmp_path / "a.xlsx")
    assert kinds(read) == {
        "A1": ("text", "Trà Vinh"),
        "B1": ("date", "2016-04-12"),
        "C1": ("uncached", "=1+1"),
    }


def rewritten(path, **parts):
    """A workbook with the content of some parts given anew."""
    names = {"sheet": "xl/worksheets/sheet1.xml", "links": "xl/_rels/workbook.xml.rels"}
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    for name, xml in parts.items():
        content[names[name]] = xml if isinstance(xml, bytes) else xml(content[names[name]])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in content.items():
            archive.writestr(name, raw)
    return path


def sheet_of(rows):
    return b'<worksheet xmlns="x"><sheetData>' + rows + b"</sheetData></worksheet>"


def test_cells_without_addresses_are_counted(tmp_path):
    path = official.write_xlsx(tmp_path / "a.xlsx", {"a": [[1]]})
    rows = b'<row><c><v>1</v></c><x/><c t="str"><v>b</v></c></row><row><c><v>2</v></c></row>'
    (read,), _ = workbook.read(rewritten(path, sheet=sheet_of(rows)))
    assert kinds(read) == {"A1": ("number", 1.0), "B1": ("text", "b"), "A2": ("number", 2.0)}


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="B2"><v>1</v></c></row>',
        b'<row r="2"/><row r="1"/>',
        b'<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        b'<row r="1"><c r="A2"><v>1</v></c></row>',
        b'<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        b'<row r="1"><c r="XFE1"><v>1</v></c></row>',
        b'<row r="1"><c r="a1"><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><v>x</v></c></row>',
        b'<row r="one"/>',
        b'<row r="1"><c r="A1" s="x"><v>1</v></c></row>',
    ],
)
def test_cells_that_no_program_writes_are_refused(rows, tmp_path):
    path = official.write_xlsx(tmp_path / "a.xlsx", {"a": [[1]]})
    with pytest.raises(SourceError) as refused:
        workbook.read(rewritten(path, sheet=sheet_of(rows)))
    assert [one.code for one in refused.value.issues] == ["E-FILE-BROKEN"]


def test_links_may_be_absolute_and_may_not_lead_outside(tmp_path):
    path = official.write_xlsx(tmp_path / "a.xlsx", {"a": [[1]]})
    absolute = rewritten(
        path, links=lambda xml: xml.replace(b'Target="worksheets', b'Target="/xl/worksheets')
    )
    assert kinds(workbook.read(absolute)[0][0]) == {"A1": ("number", 1.0)}
    outside = rewritten(
        path, links=lambda xml: xml.replace(b'Id="rId1"', b'Id="rId1" TargetMode="External"')
    )
    with pytest.raises(SourceError) as refused:
        workbook.read(outside)
    assert [one.code for one in refused.value.issues] == ["E-FILE-PARTS"]


def test_a_workbook_without_styles_is_read(tmp_path):
    path = faulty_files.repacked(official.write_xlsx(tmp_path / "a.xlsx", {"a": [[1.5]]}),
                                 "xl/styles.xml", None)  # fmt: skip
    assert kinds(workbook.read(path)[0][0]) == {"A1": ("number", 1.5)}


def test_impossible_dates_stay_numbers():
    formats = Formats({}, [14], from_1904=False)
    assert formats.number(1e12, 0) == ("number", 1e12)
    assert formats.number(4.25, 7) == ("number", 4.25)


@pytest.mark.parametrize("address", ["", "1", "A", "A0", "AAAA1", "1A", "$A$1", "É1", "XFE1"])
def test_addresses_that_are_none(address):
    with pytest.raises(ValueError):
        place(address)


def test_a_cell_knows_its_address_and_text():
    assert Cell(56, 27, "number", 84.0).address == "AA56"
    assert Cell(1, 1, "number", 84.0).text == "84"
    assert Cell(1, 1, "number", 4.25).text == "4.25"

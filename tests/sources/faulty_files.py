"""Faulty files: damaged, disguised, protected, hostile, too large or none at all."""

import os
import socket
import zipfile
from pathlib import Path

from faulty import book, faulty, text, written


def repacked(path, part, change, *, packing=zipfile.ZIP_DEFLATED):
    """The workbook with one part changed, or left out."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if part:
        parts |= {part: change(parts[part])} if change else {}
        if change is None:
            del parts[part]
    with zipfile.ZipFile(path, "w", packing) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def thin(count):
    """So many times 1,212 bytes that pack to about a hundredth."""
    return b"".join(os.urandom(12) + bytes(1_200) for _ in range(count))


def with_part(path, name, content):
    """The workbook with one more part."""
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


@faulty("E-NOT-FOUND")
def absent(folder):
    (folder / "PAPI_2016.xlsx").write_bytes(b"")
    return folder / "PAPI_2061.xlsx"


@faulty("E-NOT-A-FILE")
def a_folder(folder):
    (folder / "PAPI.xlsx").mkdir()
    return folder / "PAPI.xlsx"


@faulty("E-NOT-A-FILE")
def a_pipe(folder):
    os.mkfifo(folder / "PAPI.xlsx")
    return folder / "PAPI.xlsx"


@faulty("E-NOT-A-FILE")
def a_socket(folder):
    here = os.getcwd()
    os.chdir(folder)  # names of sockets are short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind("papi.csv")
    finally:
        os.chdir(here)
    return folder / "papi.csv"


@faulty("E-NOT-A-FILE")
def a_device(folder):
    return Path("/dev/null")


@faulty("E-FILE-EMPTY")
def nothing(folder):
    return written(folder, "PAPI_2016.xlsx", b"")


@faulty("E-FILE-BROKEN")
def damaged_part(folder):
    path = book(folder)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        at = archive.getinfo("xl/worksheets/sheet1.xml").header_offset
    content[at + 200 : at + 400] = bytes(200)
    return written(folder, path.name, bytes(content))


@faulty("E-FILE-BROKEN")
def damaged_directory(folder):
    path = book(folder)
    content = path.read_bytes()
    return written(folder, path.name, content.replace(b"PK\x01\x02", b"PK\x09\x09"))


@faulty("E-FILE-BROKEN")
def empty_archive(folder):
    with zipfile.ZipFile(folder / "PAPI.xlsx", "w"):
        pass
    return folder / "PAPI.xlsx"


@faulty("E-FILE-BROKEN")
def not_well_formed(folder):
    return repacked(book(folder), "xl/workbook.xml", lambda xml: xml[:-20])


@faulty("E-FILE-BROKEN")
def impossible_cell(folder):
    return repacked(book(folder), "xl/worksheets/sheet1.xml",
                    lambda xml: xml.replace(b'r="D3"', b'r="3D"'))  # fmt: skip


@faulty("E-FILE-BROKEN")
def doubled_part(folder):
    path = book(folder)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/workbook.xml", archive.read("xl/workbook.xml"))
    return path


@faulty("E-FILE-BROKEN")
def strange_packing(folder):
    return repacked(book(folder), "", None, packing=zipfile.ZIP_BZIP2)


@faulty("E-FILE-TYPE")
def a_pdf(folder):
    return written(folder, "PAPI_2016.csv", b"%PDF-1.7\n%binary")


@faulty("E-FILE-TYPE")
def a_web_page(folder):
    return written(folder, "PAPI_2016.csv", b"\n <HTML><table><tr><td>1</td></tr></table></HTML>")


@faulty("E-FILE-TYPE")
def a_word_named_a_workbook(folder):
    return written(folder, "PAPI_2016.xlsx", b"hello")


@faulty("E-FILE-TYPE")
def json_text(folder):
    return written(folder, "PAPI_2016.csv", b'{"year": 2016}')


@faulty("E-FILE-TYPE")
def a_text_document(folder):
    with zipfile.ZipFile(folder / "PAPI.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    return folder / "PAPI.xlsx"


@faulty("E-FILE-TYPE")
def a_packed_folder(folder):
    with zipfile.ZipFile(folder / "PAPI.xlsx", "w") as archive:
        archive.writestr("PAPI_2016.csv", "year")
    return folder / "PAPI.xlsx"


@faulty("E-FILE-TYPE")
def binary(folder):
    return written(folder, "PAPI_2016.csv", bytes(range(256)) * 8)


@faulty("E-FILE-SIZE")
def a_huge_csv(folder):
    path = folder / "PAPI_2016.csv"
    with path.open("wb") as file:
        file.truncate(500_000_000)
    return path


@faulty("E-FILE-SIZE")
def too_many_cells(folder):
    return written(folder, "PAPI_2016.csv", (b"1," * 1_000 + b"\n") * 301)


@faulty("E-FILE-SIZE")
def too_many_elements(folder):
    rows = b"".join(b'<row r="%d"/>' % n for n in range(1, 801_000))
    sheet = b"<worksheet><sheetData>" + rows + b"</sheetData></worksheet>"
    return repacked(book(folder), "xl/worksheets/sheet1.xml", lambda xml: sheet)


@faulty("E-FILE-SIZE")
def too_deep(folder):
    deep = b"<a>" * 5_000 + b"</a>" * 5_000
    return repacked(book(folder), "xl/worksheets/sheet1.xml", lambda xml: deep)


def compound(*streams):
    """The head and the directory of a compound file (OLE) that holds these streams."""
    names = ("Root Entry", *streams)
    entries = (name.encode("utf-16-le").ljust(128, b"\0") for name in names)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + b"".join(entries)


@faulty("E-FILE-ENCRYPTED")
def password(folder):
    locked = compound("EncryptionInfo", "EncryptedPackage")
    return written(folder, "PAPI_2016.xlsx", locked)


@faulty("E-FILE-ENCRYPTED")
def password_of_the_archive(folder):
    path = book(folder)
    content = bytearray(path.read_bytes())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    return written(folder, path.name, bytes(content))


@faulty("E-FILE-STRICT")
def strict(folder):
    return repacked(
        book(folder),
        "xl/workbook.xml",
        lambda xml: xml.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
    )


@faulty("E-FILE-PARTS")
def without_strings(folder):
    return repacked(book(folder), "xl/sharedStrings.xml", None)


@faulty("E-FILE-PARTS")
def without_sheet(folder):
    return repacked(book(folder), "xl/worksheets/sheet1.xml", None)


@faulty("E-FILE-PARTS")
def without_book(folder):
    return repacked(book(folder), "xl/workbook.xml", None)


@faulty("E-LFS-POINTER")
def lfs_pointer(folder):
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 162374\n"
    return written(folder, "PAPI_2016.xlsx", pointer)


@faulty("E-LOCK-FILE")
def lock(folder):
    return written(folder, "~$PAPI_2016.xlsx", b"\x05Admin" + bytes(160))


@faulty("E-LOCK-FILE")
def other_lock(folder):
    return written(folder, ".~lock.PAPI_2016.xlsx#", b",admin,pc,;")


@faulty("E-ZIP-BOMB")
def high_ratio(folder):
    return with_part(book(folder), "xl/media/image1.bin", bytes(40_000_000))


@faulty("E-ZIP-BOMB")
def large_entry(folder):
    return with_part(book(folder), "xl/media/image1.bin", thin(50_000))


@faulty("E-ZIP-BOMB")
def large_sum(folder):
    block = thin(40_000)
    path = book(folder)
    for n in range(5):
        with_part(path, f"xl/media/image{n}.bin", block)
    return path


@faulty("E-ZIP-BOMB")
def many_entries(folder):
    path = book(folder)
    with zipfile.ZipFile(path, "a") as archive:
        for n in range(2_001):
            archive.writestr(f"xl/media/{n}", b"")
    return path


@faulty("E-ZIP-BOMB")
def overlapping(folder):
    path = book(folder)
    content = bytearray(path.read_bytes())
    first = content.find(b"PK\x01\x02")
    second = content.find(b"PK\x01\x02", first + 4)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    return written(folder, path.name, bytes(content))


@faulty("E-XML-ENTITY")
def entities(folder):
    bomb = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    return repacked(book(folder), "xl/sharedStrings.xml",
                    lambda xml: xml.replace(b"<sst", bomb + b"<sst", 1))  # fmt: skip


@faulty("E-TRUNCATED")
def cut_workbook(folder):
    path = book(folder)
    return written(folder, path.name, path.read_bytes()[:20_000])


@faulty("E-TRUNCATED", row="64")
def cut_text(folder):
    path = text(folder)
    return written(folder, path.name, path.read_bytes().rstrip()[:-60])


@faulty("E-TRUNCATED")
def cut_letter(folder):
    path = text(folder)
    return written(folder, path.name, path.read_bytes().rstrip() + b"\xe1\xba")


@faulty("W-MACRO")
def macros(folder):
    return with_part(book(folder), "xl/vbaProject.bin", b"x" * 100)


@faulty("W-ZIP-MEMBER")
def stowaway(folder):
    return with_part(book(folder), "../../setup.exe", b"MZ")


@faulty("W-ZIP-MEMBER")
def link_outwards(folder):
    return with_part(book(folder), "xl/externalLinks/externalLink1.xml", b"<externalLink/>")


@faulty("E-FILE-TYPE")
def older_than_old(folder):
    return written(folder, "PAPI_2016.xls", compound("Book"))


@faulty("E-FILE-TYPE")
def an_old_text_document(folder):
    return written(folder, "PAPI_2016.xls", compound("WordDocument"))


@faulty("E-FILE-TYPE")
def old_workbook(folder):
    return written(folder, "PAPI_2016.xls", compound("Workbook"))


# --- found in a hostile hour ----------------------------------------------------------------------


@faulty("E-NOT-A-FILE")
def links_in_a_circle(folder):
    os.symlink("b.csv", folder / "a.csv")
    os.symlink("a.csv", folder / "b.csv")
    return folder / "a.csv"


@faulty("E-NOT-FOUND")
def a_name_longer_than_any(folder):
    return folder / ("a" * 300 + ".csv")


@faulty("E-FILE-SIZE")
def one_endless_line(folder):
    return written(folder, "PAPI_2016.csv", b"a," * 5_000_000)


@faulty("E-FILE-SIZE")
def endless_blank_lines(folder):
    return written(folder, "PAPI_2016.csv", b"\n" * 15_000_000)


@faulty("E-FILE-SIZE")
def one_endless_field(folder):
    return written(folder, "PAPI_2016.csv", b'"' * 5_000_000)

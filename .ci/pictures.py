"""Make the pictures of docs/yearly.md from real output: python .ci/pictures.py [PART …].

Needs Chromium and LibreOffice. The publisher's workbook is rebuilt from the figures of its year, as
the tests rebuild it; what an agency would write is made up and marked as an example.
"""

import html
import io
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from datetime import date
from pathlib import Path

import openpyxl
from PIL import Image
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "images"
sys.path[:0] = [str(ROOT / "tests" / "sources")]

import official  # noqa: E402

from papi_analysis import cli  # noqa: E402
from papi_analysis.workbook import (  # noqa: E402
    agency,
    plan,
)

YEAR = 2024
BOOK = f"{YEAR}PAPI_BangChiTieuCapTinh.xlsx"
STYLE = """
body { margin: 0; background: #f3f6f9 }
pre { margin: 0; padding: 18px 22px; width: 940px; white-space: pre-wrap; color: #17222d;
      font: 14px/1.5 "Liberation Mono", monospace }
b { color: #0b4f8f } span { font-weight: 700 }
.bad { color: #b23a22 } .warn { color: #8a5a00 } .good { color: #1d6a3a }
"""
MARKS = {"LỖI": "bad", "CẢNH BÁO": "warn", "ok": "good", "Dữ liệu toàn vẹn": "good"}


def call(*arguments: str) -> str:
    """A command as it is typed, and all that it says."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        cli.status(list(arguments))
    typed = " ".join(word for word in arguments if word not in ("--data", "data"))
    return f"$ papi {typed}\n{said.getvalue().replace(str(Path.cwd()) + os.sep, '')}"


def page(text: str) -> str:
    """The words of a terminal as a page."""
    lines = []
    for line in text.rstrip().splitlines():
        shown = html.escape(line)
        word = next((word for word in MARKS if line.lstrip().startswith(word)), "")
        if line.startswith("$ "):
            shown = f"<b>{shown}</b>"
        elif word:
            shown = shown.replace(word, f'<span class="{MARKS[word]}">{word}</span>', 1)
        lines.append(shown)
    body = "\n".join(lines)
    return f"<meta charset=utf-8><style>{STYLE}</style><pre>{body}</pre>"


def save(content: bytes, name: str, *, colours: int = 64, share: float = 1.0) -> None:
    """A picture with few colours, so that it stays small; only its upper share where asked for."""
    whole = Image.open(io.BytesIO(content)).convert("RGB")
    picture = whole.crop((0, 0, whole.width, int(whole.height * share))).quantize(colours)
    picture.save(OUT / f"yearly-{name}.png", optimize=True)


def terminal(browser, text: str, name: str) -> None:
    """A picture of what a command said."""
    shown = browser.new_page(viewport={"width": 984, "height": 200})
    shown.set_content(page(text))
    save(shown.locator("pre").screenshot(), name, colours=96)
    shown.close()


def figures(browser) -> None:
    """A new workbook: refused with its faults, accepted, brought in."""
    official.relogged(official.data_before(Path("data"), YEAR))
    sound = official.yearly_2018(YEAR)
    faulty = [list(row) for row in sound]
    total, own = 2, faulty[0].index("Trà Vinh")
    faulty[total][own] = round(faulty[total][own] + 0.18, 6)
    faulty[0][faulty[0].index("Sóc Trăng")] = "Sóc Trăn"
    official.write_xlsx(Path(BOOK), {f"{YEAR}_VIE_ENG": faulty})
    terminal(browser, call("check", BOOK, "--data", "data"), "check-refused")
    official.write_xlsx(Path(BOOK), {f"{YEAR}_VIE_ENG": sound})
    terminal(browser, call("check", BOOK, "--data", "data"), "check-accepted")
    terminal(browser, call("import", BOOK, "--data", "data"), "import")
    terminal(browser, call("check", "--data", "data"), "check-data")


def report(browser) -> None:
    """The first page of the report that is kept as the example."""
    shown = browser.new_page(viewport={"width": 1100, "height": 1150})
    shown.goto((ROOT / "example" / "tra-vinh" / str(YEAR) / "report.html").as_uri())
    save(shown.screenshot(), "report", colours=128)
    shown.close()


EXAMPLE = {
    "action": "Niêm yết danh sách hộ nghèo tại nhà văn hóa 100% ấp, khóm; họp dân bình xét trước "
    "khi duyệt",
    "deadline": date(YEAR + 1, 8, 30),
    "person": "(ví dụ)",
    "status": "đang thực hiện",
}


def fill(path: Path, **cells: object) -> None:
    """Write into the first line of the third agency's sheet, as a user does."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[3]
    columns = {cell.value: cell.column for cell in sheet[agency.KEYS + 1]}
    for key, value in cells.items():
        sheet.cell(agency.FIRST + 1, columns[key]).value = value
    book.save(path)


def workbook(browser) -> None:
    """The agencies' workbook: filled in, refused with its faults, recorded, printed."""
    path = plan.make("tra-vinh", YEAR, out="plans", data="data")[0]
    fill(path, **EXAMPLE, evidence=None)
    fill(path, status="hoàn thành", deadline="quý III")
    typed = path.as_posix()
    terminal(browser, call("plan", "--from", typed, "--data", "data"), "plan-refused")
    fill(path, **EXAMPLE)
    terminal(browser, call("plan", "--from", typed, "--data", "data"), "plan-recorded")
    plan.make("tra-vinh", YEAR, out="plans", data="data")
    home = f"-env:UserInstallation={Path('office').absolute().as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "pdf", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    pages = PdfReader(f"{path.stem}.pdf").pages
    sheet = openpyxl.load_workbook(path).worksheets[3]["A1"].value
    first = next(i for i, one in enumerate(pages, 1) if sheet in one.extract_text())
    for number, name, share in ((1, "summary", 1.0), (first, "workbook", 0.62)):
        pdf = ["pdftoppm", "-png", "-r", "95", "-f", str(number), "-l", str(number), "-singlefile"]
        subprocess.run([*pdf, f"{path.stem}.pdf", name], check=True)
        save(Path(f"{name}.png").read_bytes(), name, share=share)


def difference(browser) -> None:
    """What changed since the year before, in the first lines."""
    for year in (YEAR - 1, YEAR):
        call("run", "--year", str(year), "--out", "reports")
    said = call("diff", *(f"reports/tra-vinh/{year}" for year in (YEAR - 1, YEAR)))
    terminal(browser, "\n".join([*said.splitlines()[:18], "…"]), "diff")


if __name__ == "__main__":
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as name, sync_playwright() as started:
        os.chdir(name)
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        opened = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        made = {one.__name__: one for one in (figures, report, workbook, difference)}
        for name in sys.argv[1:] or made:
            made[name](opened)
        opened.close()
        os.chdir(here)

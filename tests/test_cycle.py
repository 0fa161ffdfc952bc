"""One turn of the yearly cycle by its commands, in a copy of the repository: a year and the next.

The workbook of the coming year is made up from the last one, with standard errors and indicators.
"""

import html
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import openpyxl
import pytest

ROOT = Path(__file__).resolve().parents[1]
LAST, NEXT = 2024, 2025
pytestmark = pytest.mark.stress

MAKE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import official
year = int(sys.argv[3])
table = official.scores(year)
grid = official.yearly_2018(year, table=table, indicators=2)
official.write_xlsx(Path(sys.argv[2]), {f"{year}_VIE_ENG": grid,
                                        f"{year - 1}_VIE_ENG": official.yearly_2018(year - 1)})
"""


@pytest.fixture(scope="module")
def papi(tmp_path_factory):
    """The command in a copy of the repository: its output, where it succeeded."""
    home = tmp_path_factory.mktemp("repository")
    for name in ("src", "data", "notebooks"):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__"))
    env = {**os.environ, "PYTHONPATH": str(home / "src"), "PYTHONUTF8": "1"}

    def call(*arguments, program=("-m", "papi_analysis")):
        shown = subprocess.run([sys.executable, *program, *map(str, arguments)], cwd=home, env=env,
                               capture_output=True, text=True)  # fmt: skip
        assert shown.returncode == 0, shown.stdout + shown.stderr
        return shown.stdout

    call.home = home
    return call


def filled(path):
    """Put one action into each sheet of an agency, as an officer does; how many there are."""
    book, count = openpyxl.load_workbook(path), 0
    for page in book.worksheets:
        columns = {cell.value: cell.column for cell in page[5]}
        if page["A5"].value == "code":
            for key, value in (("action", "Tập huấn cán bộ xã"), ("person", "Nguyễn Văn A"),
                               ("deadline", date(NEXT, 8, 30)), ("status", "đang thực hiện"),
                               ("evidence", "12/BC-SNV")):  # fmt: skip
                page.cell(6, columns[key]).value = value
            count += 1
    book.save(path)
    return count


@pytest.fixture(scope="module")
def turned(papi):
    """Plans after the last year are recorded, the next year comes in, its report is made."""
    papi("plan", "--year", LAST, "--out", "plans")
    plan = papi.home / "plans" / f"papi-plan-tra-vinh-{LAST}.xlsx"
    actions = filled(plan)
    told = papi("plan", "--from", plan)
    assert f"ghi mới {actions} nhiệm vụ" in told
    file = papi.home / f"{NEXT}PAPI_BangChiTieuCapTinh.xlsx"
    papi(ROOT / "tests" / "sources", file, NEXT, program=("-c", MAKE))
    assert "được chấp nhận" in papi("check", file)
    assert "đã thêm 952 điểm" in papi("import", file)
    assert "Dữ liệu toàn vẹn." in papi("check")
    page = Path(papi("run", "--province", "tra-vinh").strip())
    assert page.parent.name == str(NEXT)
    papi("verify", page.parent)
    return page, actions


def test_the_province_that_is_now_tells_the_plan_of_the_former_one_and_does_not_judge_it(turned):
    page, actions = turned
    assert page.parent.parent.name == "vinh-long"
    found = json.loads((page.parent / "findings.json").read_text(encoding="utf-8"))
    assert found["former_plans"] == [
        {"province": "tra-vinh", "name_vi": "Trà Vinh", "name_en": "Tra Vinh", "actions": actions,
         "done": 0}
    ]  # fmt: skip
    text = html.unescape(page.read_text(encoding="utf-8"))
    section = re.search(r'<section[^>]*id="follow-up".*?</section>', text, flags=re.S)[0]
    assert "Trà Vinh (cũ)" in section and f"{actions} nhiệm vụ" in section
    assert "Nguyễn Văn A" not in text and "follow_up" not in found


def test_the_report_tells_what_the_import_accepted_and_whose_errors_are_used(turned):
    page, _ = turned
    text = html.unescape(page.read_text(encoding="utf-8"))
    assert f"sai số chuẩn của 34 điểm tổng năm {NEXT}" in text
    assert "W-NEW-UNITS" in text


def test_the_notebook_of_the_profile_drills_down_to_the_indicators(turned):
    page, _ = turned
    told = (page.parent / "notebooks" / "03-profile.ipynb").read_text(encoding="utf-8")
    assert f"56 chỉ tiêu của năm {NEXT} thuộc 28 tiêu chí" in told
    assert "D801a. Tỷ lệ người dân trả lời (%)" in told


def test_the_two_years_are_compared(turned, papi):
    page, _ = turned
    papi("run", "--province", "tra-vinh", "--year", LAST)
    told = papi("diff", papi.home / "reports" / "tra-vinh" / str(LAST), page.parent)
    assert f"tra-vinh/{LAST} → vinh-long/{NEXT}" in told and "[tham số]" in told

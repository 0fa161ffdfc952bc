"""One hash of a report, wherever, whenever and however it is made."""

import hashlib
import os
import shutil
import subprocess
import sys

import pytest
import toys
from machine import PROGRAM

TRAPS = (
    "sorted_not = list({'a', 'b', 'c', 'd', 'e', 'f', 'g'}); sorted_not",
    "import time; time.strftime('%Z %z', time.gmtime(0)), time.localtime(0).tm_hour",
    "import locale; locale.setlocale(locale.LC_ALL, ''), locale.localeconv()['decimal_point']",
    "hash('Trà Vinh')",
    "import os; sorted(k for k in os.environ if k.endswith('_NUM_THREADS')), os.cpu_count() > 0",
    """import numpy as np
draw = np.random.default_rng(seed).random
float(draw((400, 400)).dot(draw(400)).sum())""",
    """import io, matplotlib.pyplot as plt
from IPython.display import SVG
plt.rcParams['svg.hashsalt'] = 'x'; lines = plt.plot([1, 3]); file = io.StringIO()
plt.savefig(file, format='svg', metadata={'Date': None}); plt.close()
SVG(file.getvalue().replace('<svg', f'<svg data-unit="{province}/{year}"', 1))""",
)
ELSEWHERE = {
    "PYTHONHASHSEED": "7",
    "TZ": "Asia/Ho_Chi_Minh",
    "LC_ALL": "vi_VN.UTF-8",
    "OMP_NUM_THREADS": "8",
    "OPENBLAS_NUM_THREADS": "8",
    "PYTHONWARNINGS": "error",
    "MPLBACKEND": "agg",
    "COLUMNS": "40",
}


def hashes(command, out, cwd, prefix=(), **environment):
    """The hash of every file of a made report but its manifest."""
    kept = {k: v for k, v in os.environ.items() if k not in ELSEWHERE}
    made = subprocess.run(
        [*prefix, *map(str, command), "--out", str(out)],
        cwd=cwd,
        env={**kept, **environment},
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stderr
    folder = out / "tra-vinh" / "2024"
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """The command that makes a toy report full of traps, and the hashes of its files."""
    root = tmp_path_factory.mktemp("determinism")
    nodes = toys.folder(root / "notebooks", **{"01_traps": toys.notebook(*TRAPS)})
    command = [*PROGRAM, "run", "--notebooks", nodes]
    return command, hashes(command, root / "reports", root)


def test_a_strange_environment_changes_no_byte(toy, tmp_path):
    command, expected = toy
    assert hashes(command, tmp_path / "r", tmp_path, **ELSEWHERE) == expected


def test_folders_with_diacritics_and_spaces_change_no_byte(toy, tmp_path):
    command, expected = toy
    folder = tmp_path / "Sở Nội vụ – báo cáo"
    folder.mkdir()
    assert hashes(command, folder / "kết quả", folder, TMPDIR=str(folder)) == expected


@pytest.mark.skipif(not shutil.which("faketime"), reason="faketime is not installed")
def test_another_clock_changes_no_byte(toy, tmp_path):
    command, expected = toy
    prefix = ["faketime", "-f", "@2031-02-28 23:59:30"]
    assert hashes(command, tmp_path / "r", tmp_path, prefix=prefix) == expected


@pytest.mark.stress
def test_our_own_report_has_one_hash_here_and_in_a_strange_environment(tmp_path):
    command = [sys.executable, "-m", "papi_analysis", "run", "--year", "2024"]
    strange = tmp_path / "Sở Nội vụ"
    strange.mkdir()
    here = hashes(command, tmp_path / "reports", tmp_path)
    assert hashes(command, strange / "kết quả", strange, **ELSEWHERE) == here
    assert {"report.html", "findings.json", "notebooks/06-report.ipynb"} <= set(here)

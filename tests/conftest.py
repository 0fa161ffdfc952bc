"""What the tests share: the real panel, and the files of third parties where they are at hand."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

# Our matrices are small: threads of their own only wait for each other on busy cores. Read when
# numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from papi_analysis.data import codebook, panel

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT.parent / "shared" / "reference"


@pytest.fixture(scope="session")
def scores():
    """The real panel."""
    return panel.load()


@pytest.fixture(scope="session")
def levels(scores):
    """The real panel at every level."""
    return panel.levels(scores)


@pytest.fixture(scope="session")
def regimes():
    """The real regimes."""
    return codebook.index_versions()


@pytest.fixture(scope="session")
def reference():
    """A function that gives a third-party file, or skips where it is absent."""

    def path(name: str) -> Path:
        file = REFERENCE / name
        if not file.exists():
            pytest.skip(f"the third-party file {name} is not at hand")
        return file

    return path


@pytest.fixture(scope="session")
def office(tmp_path_factory):
    """A function that converts a file, or skips where LibreOffice is absent."""
    program = shutil.which("soffice")
    if not program:
        pytest.skip("LibreOffice (soffice) is not installed")
    home = tmp_path_factory.mktemp("office")

    def convert(path, kind):
        out = home / kind.partition(":")[0]
        shown = subprocess.run(
            [program, f"-env:UserInstallation=file://{home}/profile", "--headless", "--convert-to",
             kind, "--outdir", out, path],
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert shown.returncode == 0 and "rror" not in shown.stderr, shown.stderr
        return out / f"{path.stem}.{out.name}"

    return convert


def pytest_collection_modifyitems(items):
    """Fast tests first: those in a browser, on broken runs and marked slow come at the end."""

    def late(item):
        folders = {"browser", "faults"} & set(item.path.parts)
        return bool(folders) or item.get_closest_marker("slow") is not None

    items.sort(key=late)

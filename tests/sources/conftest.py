"""What the tests of the sources share: files that are made once, and a codebook loaded once."""

import functools
import json
import subprocess
import sys

import official
import pytest

from papi_analysis.ingest import reference, verdict


@pytest.fixture(scope="session")
def new_year_data(tmp_path_factory):
    """The data as they were before 2024 came in."""
    return official.data_before(tmp_path_factory.mktemp("before") / "data", 2024)


@pytest.fixture(autouse=True, scope="session")
def loaded_once():
    """Load each data folder once for all tests that do not change it."""
    load = reference.load
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reference, "load", functools.lru_cache(load))
        yield


@pytest.fixture(scope="session")
def made_once(tmp_path_factory):
    """The path of the file of a maker, made once: a verdict changes none."""

    @functools.cache
    def of(make):
        return make(tmp_path_factory.mktemp(make.__name__[:40]))

    return of


@pytest.fixture
def judge(new_year_data, made_once):
    """The verdict on a faulty file."""

    def of(made):
        path = made_once(made.make)
        asked = made.asked
        return verdict.of(
            path,
            data=str(new_year_data) if asked["new_year"] else None,
            year=asked["year"],
            revise=asked["revise"],
            regime_file=path.parent / asked["confirmed"] if asked["confirmed"] else None,
        )

    return of


MEASURED = """
import json, os, re, sys, time
from pathlib import Path
from papi_analysis import i18n
from papi_analysis.runner import examination
for line in sys.stdin:
    if os.fork() == 0:
        start = time.process_time()
        lines, status = examination.of_files([line.strip()], as_json=True)
        told = json.loads(lines[0])
        seconds = time.process_time() - start
        peak = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
        codes = [one["code"] for one in told["findings"]]
        print(json.dumps([status, seconds, int(peak[1]) / 1024, codes]), flush=True)
        os._exit(0)
    if os.wait()[1]:
        print(json.dumps(None), flush=True)
"""


@pytest.fixture(scope="session")
def measured():
    """Status, processor seconds, largest memory (MB) and codes of the verdict on a file.

    Each verdict is that of a process of its own, as after the start of the command: forked from
    one that has imported the program and read nothing.
    """
    with subprocess.Popen(
        [sys.executable, "-c", MEASURED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as server:

        def of(path):
            server.stdin.write(f"{path}\n")
            server.stdin.flush()
            return json.loads(server.stdout.readline())

        yield of
        server.stdin.close()

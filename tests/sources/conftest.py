"""What the tests of the sources share: verdicts held against a codebook that is loaded once."""

import functools
import hashlib

import official
import pytest

from papi_analysis.sources import codebook, verdict


@pytest.fixture(scope="session")
def new_year_data(tmp_path_factory):
    """The data as they were before 2024 came in."""
    return official.data_before(tmp_path_factory.mktemp("before") / "data", 2024)


@pytest.fixture(autouse=True, scope="session")
def loaded_once():
    """Load each data folder once for all tests that do not change it."""
    load = codebook.load
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codebook, "load", functools.lru_cache(load))
        yield


@pytest.fixture
def judge(new_year_data):
    """The verdict on a faulty file."""

    def of(made, folder):
        path = made.make(folder)
        asked = made.asked
        return verdict.of(
            path,
            data=str(new_year_data) if asked["new_year"] else None,
            year=asked["year"],
            revise=asked["revise"],
            regime_file=folder / asked["confirmed"] if asked["confirmed"] else None,
        )

    return of


def relogged(data):
    """Put the hashes of changed files into the log of a data folder."""
    log = data / "provenance.csv"
    lines = log.read_text(encoding="utf-8").splitlines()
    for n, line in enumerate(lines[1:], start=1):
        name = line.partition(",")[0]
        new = hashlib.sha256((data / name).read_bytes()).hexdigest()
        old = next(part for part in line.split(",") if len(part) == 64)
        lines[n] = line.replace(old, new)
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return data

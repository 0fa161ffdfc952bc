"""What the tests of the sources share: verdicts held against a codebook that is loaded once."""

import functools

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

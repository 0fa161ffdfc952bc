"""Every diagnosis is raised by a file of its own, at the place that its message must name."""

import faulty_files  # noqa: F401 - lists its files
import faulty_tables  # noqa: F401
import pytest
from faulty import FAULTY

from papi_analysis.ingest import issues
from papi_analysis.ingest.issues import DIAGNOSES

CASES = [(code, made) for code, mades in FAULTY.items() for made in mades]


def test_every_diagnosis_has_a_file_that_raises_it():
    assert set(DIAGNOSES) - set(FAULTY) == set()
    assert set(FAULTY) - set(DIAGNOSES) == set()


@pytest.mark.parametrize(("code", "made"), CASES, ids=[f"{c}-{m.make.__name__}" for c, m in CASES])
def test_the_file_raises_its_diagnosis_at_its_place(code, made, judge):
    verdict = judge(made)
    own = [one for one in verdict.findings if one.code == code]
    assert own, [one.code for one in verdict.findings]
    record = issues.record(own[0], "en")
    assert {name: record[name] for name in made.place} == made.place
    assert record["file"]
    assert record["mend"] and record["expected"]
    assert "{" not in record["message"] + record["mend"] + record["expected"]
    refusing = [one for one in verdict.findings if one.severity == "error"]
    assert (verdict.status == 3) == bool(refusing)
    for lang in ("vi", "en"):  # a single fault is told in twelve lines
        assert len(issues.listing(refusing or verdict.findings, lang)) <= 12

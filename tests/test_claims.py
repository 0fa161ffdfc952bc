"""Every number in a report is computed again from the panel, none is missing and none is left."""

import hashlib
import re
from collections import Counter
from importlib.metadata import version

import pages
import pytest
import recomputed
import rules

from papi_analysis import report, settings

#: The lowest group, a province in the middle a year earlier, one with holes and without a total.
CASES = [("tra-vinh", 2024), ("can-tho", 2023), ("bac-giang", 2022)]
NUMBERED = [name for name in report.SECTIONS if name != "provenance"]


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def both(request):
    """The words of a report by section, and what they are computed from again."""
    with rules.without_drawing():
        made = pages.sections(*request.param, "en")
    words = {name: pages.words(part.html) for name, part in made.items()}
    return words, recomputed.Report(*request.param)


@pytest.mark.parametrize("name", NUMBERED)
def test_the_numbers_of_a_section_are_those_of_the_panel(both, name):
    words, again = both
    shown = Counter(map(float, pages.numbers(words[name], "en")))
    expected = Counter(map(float, getattr(again, name)()))
    assert (shown - expected, expected - shown) == (Counter(), Counter())


def test_where_the_report_comes_from_is_so(both):
    words, again = both
    html = pages.sections(
        again.place.slug, again.year, "en", names=["provenance"]
    )["provenance"].html  # fmt: skip
    bare = words["provenance"].replace(version("papi-analysis"), "").replace("SHA-256", "")
    numbers = pages.numbers(bare, "en")
    assert [n for n in numbers if n != again.year] == []
    shown = re.findall(r'<th scope="row">([^<]+)</th><td class="word"><code>([0-9a-f]{64})', html)
    assert len(shown) > 15
    for file, told in shown:
        content = (settings.data_folder() / file).read_bytes()
        assert hashlib.sha256(content).hexdigest() == told, file
    told = re.sub(r"<[^>]+>", " ", html)
    assert f"--province {again.place.slug} --year {again.year}" in told
    assert f"seed = {again.seed}" in told
    assert f"numpy {version('numpy')}" in told

"""A shared result is the result: computed once, read back exactly, rebuilt when it is damaged."""

import pickle
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from papi_analysis import cache, findings

calls = []


@cache.memoize
def echoed(value, *, factor=1):
    calls.append(factor)
    return value


@dataclass(frozen=True)
class Place:
    code: str


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    """A store of its own for each test."""
    calls.clear()
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "store"))
    return tmp_path / "store"


def stored(store):
    return [path for path in store.iterdir() if not path.suffix]


def test_without_a_folder_every_call_runs(monkeypatch, store):
    monkeypatch.delenv(cache.FOLDER)
    assert [echoed(1), echoed(1)] == [1, 1] and len(calls) == 2 and not store.exists()


FRAME = pd.DataFrame(
    {
        "code": ["84", None],
        "rank": pd.array([1, None], dtype="Int64"),
        "score": [0.1 + 0.2, np.nan],
        "comparable": [True, False],
        "flags": [("frozen", "structural"), ()],
    },
    index=pd.Index(["a", "b"], name="province"),
)
VALUES = [1, 0.1 + 0.2, -0.0, "Trà Vinh", None, True, [1, [2.5, "x"]], {"a": {"b": [None]}}, FRAME]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_a_result_is_computed_once_and_read_back_exactly(value, store):
    first, second = echoed(value), echoed(value)
    assert len(calls) == 1 and len(stored(store)) == 1
    if isinstance(value, pd.DataFrame):
        pd.testing.assert_frame_equal(second, first, check_exact=True)
        assert second["flags"].map(type).eq(tuple).all()
    else:
        assert repr(second) == repr(first)


def test_what_cannot_be_kept_is_computed_every_time():
    for _ in range(2):
        echoed(lambda: 1)
    assert len(calls) == 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0),
        (1, True),
        ("1", 1),
        (None, "None"),
        ([1, 2], [[1], 2]),
        (["a", "b"], ["ab"]),
        ({"a": 1, "b": 2}, {"a": 2, "b": 1}),
        (Place("84"), Place("92")),
        (FRAME, FRAME.rename(columns={"score": "total"})),
        (FRAME, FRAME.assign(score=[0.3, np.nan])),
        (FRAME, FRAME.set_axis(["a", "c"])),
        (FRAME[["score"]], FRAME[["score"]].astype("float32")),
        (FRAME["score"], FRAME[["score"]]),
        (FRAME[["score", "score"]], FRAME[["score", "rank"]]),
        (FRAME, FRAME.rename_axis("place")),
        (FRAME, FRAME.iloc[::-1]),
        (FRAME, FRAME.assign(code=["84", ""])),
        (FRAME[["score", "score"]], FRAME[["score"]]),
    ],
)
def test_different_arguments_have_different_results(one, other):
    echoed(one)
    echoed(other)
    assert len(calls) == 2


def test_a_frame_and_its_stored_form_are_one_argument():
    first = echoed(FRAME)
    for frame in (FRAME, echoed(FRAME), pickle.loads(pickle.dumps(first))):
        echoed(frame)
    assert len(calls) <= 2


def test_options_count_as_arguments_whether_given_or_not():
    echoed(1)
    echoed(1, factor=1)
    echoed(1, factor=2)
    assert calls == [1, 2]


def test_a_result_is_not_shared_with_the_one_who_changes_it():
    echoed(["a"])
    echoed(["a"]).append("b")
    assert echoed(["a"]) == ["a"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=some.floats(0, 1, exclude_max=True), flip=some.integers(1, 255))
def test_a_damaged_entry_is_seen_and_rebuilt(store, place, flip):
    echoed({"score": 40.617})
    (path,) = stored(store)
    raw = bytearray(path.read_bytes())
    raw[int(place * len(raw))] ^= flip
    path.write_bytes(raw)
    calls.clear()
    assert echoed({"score": 40.617}) == {"score": 40.617} and calls == [1]
    assert echoed({"score": 40.617}) == {"score": 40.617} and calls == [1]


@pytest.mark.parametrize("content", [b"", b"x", b"x" * 40])
def test_a_cut_entry_is_rebuilt(store, content):
    echoed("a")
    stored(store)[0].write_bytes(content)
    assert echoed("a") == "a" and len(calls) == 2


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "file" / "store"))
    assert [echoed("a"), echoed("a")] == ["a", "a"] and len(calls) == 2


def test_findings_are_the_same_bytes_with_and_without_the_store(monkeypatch, store):
    case = findings.ask("tra-vinh", 2024)
    texts = [findings.text(findings.collect(case)) for _ in range(2)]
    assert len(stored(store)) > 5
    monkeypatch.delenv(cache.FOLDER)
    texts.append(findings.text(findings.collect(findings.ask("tra-vinh", 2024))))
    assert texts[0] == texts[1] == texts[2]


def test_what_is_computed_for_all_provinces_at_once_is_what_one_alone_would_find(
    monkeypatch, tmp_path
):
    """Priorities and bands of ranks come from the draws of the country when all will ask."""
    texts = []
    for name, many in (("alone", ""), ("all", "1"), ("again", "1")):
        monkeypatch.setenv(cache.FOLDER, str(tmp_path / name.replace("again", "all")))
        monkeypatch.setenv(cache.MANY, many)
        texts.append(findings.text(findings.collect(findings.ask("ca-mau", 2024))))
    assert texts[0] == texts[1] == texts[2]

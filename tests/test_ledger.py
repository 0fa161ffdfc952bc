"""The ledger: entries that are only added, and seals by which an edit of the past is named."""

import shutil
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from papi_analysis import places, priority, settings
from papi_analysis.errors import SourceError
from papi_analysis.plans import ledger

TRA_VINH = places.find("84")
DAY = date(2025, 6, 1)
EMPTY = dict.fromkeys(
    ("helpers", "milestones", "budget", "communes", "progress", "result", "delay"), ""
)


def row(code="certification", line=1, **changed):
    """An action of a plan."""
    plain = {
        "year": 2024, "code": code, "line": line, "agency": "Sở Nội vụ", "action": "Họp thôn",
        "target": 2.47, "deadline": "2025-08-30", "person": "", "evidence": "",
        "status": "not_started", "notes": "", **EMPTY, "score": 2.205865,
        "benchmark": 2.468745, "no_action": 2.363653, "no_action_sd": 0.071081,
    }  # fmt: skip
    return {**plain, **changed}


def book(*rows, day=DAY, after=None):
    """A ledger of these rows, all recorded on a day."""
    before = ledger.empty() if after is None else after
    return ledger.extended(before, pd.DataFrame(rows), day=day)


FOUR = book(row(), row(line=2, action="Hai\ndòng"), row("civic_knowledge", person="A"),
            row(status="done", evidence="12/BC"))  # fmt: skip


@pytest.fixture
def data(tmp_path):
    """A data folder with an empty place for the ledger."""
    folder = tmp_path / "data"
    shutil.copytree(settings.data_folder() / "papi", folder / "papi")
    (folder / "tra_vinh").mkdir()
    return folder


def put(data, text):
    ledger.path(TRA_VINH, data).write_text(text, encoding="utf-8", newline="")


def faults(data):
    with pytest.raises(SourceError) as caught:
        ledger.read(TRA_VINH, data)
    return caught.value.issues


# --- what an entry is


def test_a_seal_is_the_hash_of_the_seal_before_and_of_the_cells():
    import hashlib

    text = '["' + "0" * 64 + '","1","á"]'
    assert ledger.digest(ledger.GENESIS, ["1", "á"]) == hashlib.sha256(text.encode()).hexdigest()


def test_a_province_without_a_file_has_an_empty_ledger(data):
    entries = ledger.read(TRA_VINH, data)
    assert entries.empty and list(entries) == ledger.COLUMNS
    assert ledger.head(entries) == ledger.GENESIS


def test_a_written_ledger_is_read_as_it_was(data):
    put(data, ledger.text(FOUR))
    back = ledger.read(TRA_VINH, data)
    pd.testing.assert_frame_equal(back, FOUR, check_dtype=False)
    assert back["number"].tolist() == [1, 2, 3, 4] and back["target"].dtype == float


@examples(deadline=None, max_examples=60)
@given(st.lists(st.text(st.characters(codec="utf-8")), min_size=4, max_size=4))
def test_any_words_are_read_as_they_were(tmp_path_factory, words):
    folder = tmp_path_factory.mktemp("any")
    (folder / "papi").mkdir()
    (folder / "papi" / "scores.csv").touch()
    (folder / "tra_vinh").mkdir()
    cleaned = [ledger.clean(text) for text in words]
    names = ("action", "person", "evidence", "notes")
    put(folder, ledger.text(book(row(**dict(zip(names, cleaned, strict=True))))))
    assert ledger.read(TRA_VINH, folder)[list(names)].iloc[0].tolist() == cleaned


@pytest.mark.parametrize("words", ["=1+1", "+1", "-x", "@a", "'=1", "''=1", "-5", "'-5", " =1"])
def test_no_cell_of_the_file_is_taken_for_a_formula(words, data):
    text = ledger.text(book(row(action=words.strip(), notes=words.strip())))
    cells = [cell.strip('"') for line in text.splitlines()[1:] for cell in line.split(",")]
    assert not any(cell[:1] in "=+@" and cell for cell in cells)
    assert not any(cell.startswith("-") and not cell[1:].replace(".", "").isdigit()
                   for cell in cells)  # fmt: skip
    put(data, text)
    assert ledger.read(TRA_VINH, data)["action"].tolist() == [words.strip()]


def test_the_latest_entry_of_an_action_is_its_state():
    now = ledger.current(FOUR, 2024)
    assert now["number"].tolist() == [4, 2, 3]
    assert now["status"].tolist() == ["done", "not_started", "not_started"]
    assert ledger.current(FOUR, 2023).empty


def test_only_what_differs_from_the_latest_entry_is_pending():
    same, changed, back, new = row(line=2, action="Hai\ndòng"), row(line=1, status="late"), row(), \
        row("air_quality")  # fmt: skip
    assert ledger.pending(FOUR, pd.DataFrame([same])).empty
    found = ledger.pending(FOUR, pd.DataFrame([same, changed, new]))
    assert found["code"].tolist() == ["certification", "air_quality"]
    assert found["is_new"].tolist() == [False, True] and not found["is_older"].any()
    assert ledger.pending(FOUR, pd.DataFrame([back]))["is_older"].tolist() == [True]


def test_entries_are_added_without_touching_those_before():
    more = book(row(line=3), day=date(2025, 9, 1), after=FOUR)
    assert ledger.text(more).startswith(ledger.text(FOUR))
    assert more["recorded"].tolist() == ["2025-06-01"] * 4 + ["2025-09-01"]


# --- what the seals show


@pytest.mark.parametrize("column", [c for c in ledger.COLUMNS if c not in ("number", "seal")])
@pytest.mark.parametrize("place", range(4))
def test_an_edit_of_any_cell_of_the_past_is_named(place, column, data):
    edited = FOUR.astype(object)
    old = edited.loc[place, column]
    edited.loc[place, column] = old + 1 if isinstance(old, (int, float)) else old + "x"
    put(data, ledger.text(edited))
    (fault,) = faults(data)
    assert fault.code == "E-LEDGER-SEAL" and dict(fault.values)["number"] == place + 1
    assert fault.file == "ledger.csv" and fault.mend


def test_an_edit_that_is_sealed_again_breaks_the_next_entry(data):
    edited = FOUR.copy()
    edited.loc[1, "action"] = "khác"
    first = book(*FOUR.iloc[:1].to_dict("records"))
    again = book(*edited.iloc[1:2].to_dict("records"), after=first)
    edited.loc[1, "seal"] = again["seal"].iloc[1]
    put(data, ledger.text(edited))
    assert [dict(f.values)["number"] for f in faults(data)] == [3]


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        ([0, 2, 3], {("E-LEDGER-NUMBER", 3), ("E-LEDGER-SEAL", 3)}),
        ([1, 2, 3], {("E-LEDGER-NUMBER", 2), ("E-LEDGER-SEAL", 2)}),
        ([0, 1, 1, 2, 3], {("E-LEDGER-NUMBER", 2), ("E-LEDGER-SEAL", 2)}),
    ],
)
def test_an_entry_taken_out_or_put_in_is_named(rows, codes, data):
    put(data, ledger.text(FOUR.iloc[rows]))
    told = {(f.code, dict(f.values)["number"]) for f in faults(data)}
    assert codes <= told


def test_entries_in_another_order_are_named(data):
    put(data, ledger.text(FOUR.iloc[[0, 2, 1, 3]]))
    assert {dict(f.values)["number"] for f in faults(data)} == {3, 2, 4}


def test_a_history_that_was_cut_off_shows_beside_a_copy_of_its_last_seal(data):
    put(data, ledger.text(FOUR.iloc[:3]))
    cut = ledger.read(TRA_VINH, data)
    assert ledger.head(FOUR) not in set(cut["seal"])


def test_a_copy_with_the_line_ends_of_windows_is_sound(data):
    put(data, ledger.text(FOUR).replace("\n", "\r\n"))
    assert len(ledger.read(TRA_VINH, data)) == 4


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_ledger_of_which_only_the_heading_is_left_is_refused(end, data):
    put(data, ",".join(ledger.COLUMNS) + end)
    (fault,) = faults(data)
    assert fault.code == "E-LEDGER-EMPTY" and fault.file == "ledger.csv" and fault.mend
    assert [one.code for one in ledger.unsound(data)] == ["E-LEDGER-EMPTY"]


def test_a_file_that_is_no_ledger_is_refused(data):
    put(data, "number,recorded\n1,2025-06-01\n")
    assert {fault.code for fault in faults(data)} == {"E-MISSING-COLUMN"}
    put(data, ledger.text(FOUR).replace("1,2025-06-01", "a,2025-06-01", 1))
    assert {fault.code for fault in faults(data)} == {"E-NUMBER"}


def test_a_check_of_the_data_names_what_was_changed(tmp_path, capsys):
    from papi_analysis import cli

    data = tmp_path / "data"
    shutil.copytree(settings.data_folder(), data)
    put(data, ledger.text(FOUR))
    assert cli.status(["check", "--data", str(data)]) == 0
    capsys.readouterr()
    put(data, ledger.text(FOUR).replace("late", "done").replace("Hai", "Ba"))
    assert cli.status(["check", "--data", str(data)]) == 3
    out = capsys.readouterr().out
    assert "E-LEDGER-SEAL" in out and "ledger.csv" in out and "mục 2" in out


# --- targets


def test_the_range_of_a_forecast_holds_nine_tenths():
    """A standard error of .1 on either side, times Student's t of 56 degrees of freedom."""
    assert ledger.forecast_range(1.0, 0.1) == pytest.approx((0.831, 1.169))
    assert priority.detectable(0.1) == pytest.approx(0.2532)

"""A plan on a day: late, due, without owner or evidence; the report of a quarter."""

import io
import shutil
from datetime import date

import pandas as pd
import pytest
from docx import Document

from papi_analysis import cli, places, quarterly, settings
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.plans import ledger, status

ONE = places.find("84")


def action(line, deadline, **changed):
    plain = dict.fromkeys(ledger.WRITTEN, "") | dict.fromkeys(ledger.BASIS, 1.0)
    return {**plain, "year": 2024, "code": "certification", "line": line, "agency": "Sở Tư pháp",
            "action": f"Việc {line}", "target": 2.4, "deadline": deadline, "person": "A",
            "status": "under_way", **changed}  # fmt: skip


@pytest.fixture(scope="module")
def entries():
    """A plan of June, what became of it in August, and a target of the total."""
    first = ledger.extended(ledger.empty(), pd.DataFrame([
        action(1, "2025-08-30"), action(2, "2025-09-20", person=""), action(3, "2025-12-31"),
        action(4, "2025-07-31"), {**action(1, ""), "code": "total", "action": ""},
    ]), day=date(2025, 6, 20))  # fmt: skip
    return ledger.extended(first, pd.DataFrame([
        action(4, "2025-07-31", status="done", evidence="12/BC", progress="100"),
        action(3, "2025-12-31", progress="40"),
    ]), day=date(2025, 8, 5))  # fmt: skip


def states(entries, *day):
    table = status.on(entries, date(*day))
    return dict(zip(table["line"], zip(table["state"], table["days"], strict=True), strict=True))


def test_states_on_a_day_by_hand(entries):
    """15 September: 16 days after 30 August, 5 before 20 September."""
    assert states(entries, 2025, 9, 15) == {1: ("late", 16), 2: ("due", -5), 3: ("in_time", -107),
                                            4: ("done", 46)}  # fmt: skip


def test_the_past_is_as_it_was_known_then(entries):
    """On 1 August the action of 31 July was late; that it was done was recorded on 5 August."""
    assert states(entries, 2025, 8, 1)[4] == ("late", 1)
    assert states(entries, 2025, 8, 5)[4] == ("done", 5)
    assert states(entries, 2025, 7, 31)[4] == ("due", 0)
    assert status.on(entries, date(2025, 6, 19)).empty


def test_owner_and_evidence(entries):
    table = status.on(entries, date(2025, 9, 15)).set_index("line")
    assert table["no_owner"].to_dict() == {1: False, 2: True, 3: False, 4: False}
    assert table.index[table["no_evidence"]].tolist() == [3]
    whole = status.counts(table.reset_index()).iloc[-1]
    assert (whole["late"], whole["due"], whole["done"], whole["no_owner"]) == (1, 1, 1, 1)


@pytest.mark.parametrize(("words", "first", "last"), [
    ("2025-Q1", date(2025, 1, 1), date(2025, 3, 31)),
    ("2025q4", date(2025, 10, 1), date(2025, 12, 31)),
])  # fmt: skip
def test_quarters(words, first, last):
    assert status.quarter(words) == (first, last)


def test_what_is_no_quarter_is_refused():
    with pytest.raises(ParameterError, match="2025-Q5"):
        status.quarter("2025-Q5")


def test_a_quarter_before_the_plan_has_no_report(entries):
    with pytest.raises(DataError, match="31/03/2025"):
        quarterly.write(entries, ONE, "2025-Q1")


@pytest.mark.parametrize(("lang", "late"), [("vi", "chậm 31 ngày"), ("en", "31 days late")])
def test_page_and_paper_of_a_quarter_say_the_same(entries, lang, late):
    made = quarterly.write(entries, ONE, "2025-Q3", lang=lang)
    assert made == quarterly.write(entries, ONE, "2025-Q3", lang=lang)
    page, paper = made["html"].decode(), Document(io.BytesIO(made["docx"]))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    assert late in page and late in cells and "Việc 1" in cells
    assert "http" not in page and "<script" not in page
    assert page.count("<tr") == sum(len(table.rows) for table in paper.tables)
    assert ledger.head(entries) in page


def test_the_report_of_a_quarter_is_not_changed_by_what_comes_later(entries):
    later = ledger.extended(entries, pd.DataFrame([action(1, "2025-08-30", status="done",
                            evidence="13/BC")]), day=date(2025, 10, 2))  # fmt: skip
    assert quarterly.write(later, ONE, "2025-Q3") == quarterly.write(entries, ONE, "2025-Q3")


def test_hostile_words_are_text(entries):
    bad = ledger.extended(entries, pd.DataFrame([action(9, "2025-09-01",
                          action="<script>alert(1)</script>")]), day=date(2025, 9, 1))  # fmt: skip
    page = quarterly.write(bad, ONE, "2025-Q3")["html"].decode()
    assert "<script" not in page and "&lt;script&gt;" in page


def test_the_command(entries, tmp_path, capsys):
    data = tmp_path / "data"
    shutil.copytree(settings.data_folder(), data)
    with settings.use(data=data):
        assert cli.status(["status", "--on", "2025-09-15", "--data", str(data)]) == 3
        assert "papi plan --from" in capsys.readouterr().err
        ledger.path(ONE).write_text(ledger.text(entries), encoding="utf-8")
        assert cli.status(["status", "--on", "2025-09-15"]) == 0
        told = capsys.readouterr().out
        assert "Việc 1 [chậm 16 ngày]" in told and "Việc 4" not in told
        assert "Việc 2 [đến hạn trong 30 ngày; chưa có người phụ trách]" in told
        out = tmp_path / "out"
        assert cli.status(["status", "--quarter", "2025-Q3", "--out", str(out)]) == 0
        assert len(list(out.iterdir())) == 2


# --- in the report, and recorded on a day


def test_the_report_tells_the_plan_as_of_the_last_entry(entries, tmp_path):
    """5 August: two were late or done; the clock of the machine is not asked."""
    from papi_analysis import findings, report
    from papi_analysis.findings.follow_up import progress

    data = shutil.copytree(settings.data_folder(), tmp_path / "data")
    with settings.use(data=data):
        ledger.path(ONE).parent.mkdir(exist_ok=True)
        ledger.path(ONE).write_text(ledger.text(entries), encoding="utf-8")
        found = progress(findings.ask("tra-vinh", 2024))
    known = found["progress"]
    assert known["day"] == "2025-08-05"
    assert {row["line"]: row["state"] for row in known["actions"]} == {
        1: "due", 2: "in_time", 3: "in_time", 4: "done",
    }  # fmt: skip
    assert "person" not in known["actions"][0]
    html = report.follow_up(found, lang="vi").html
    assert "05/08/2025" in html and "Việc 1" in html and "Việc 4" not in html


def test_what_is_recorded_bears_a_day_that_is_past_and_in_order(tmp_path, monkeypatch):
    assert cli.status(["plan", "--from", str(tmp_path / "x.xlsx"), "--on", "2999-01-01"]) == 2

"""Sentences: one catalogue, two languages, numbers in the way of each."""

import ast
import re
import unicodedata
from datetime import date
from decimal import Decimal
from pathlib import Path
from string import Formatter

import numpy as np
import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

import papi_analysis
from papi_analysis import i18n
from papi_analysis.errors import MOST, DataError, Issue, ParameterError, Phrase, SourceError

PACKAGE = Path(papi_analysis.__file__).parent
SPEAKERS = {"mark", "ParameterError", "DataError", "SourceError", "EnvironmentFault"}
#: Modules whose every sentence must have its Vietnamese.
MODULES = [
    PACKAGE / "i18n.py",
    *(file for name in ("data", "stats") for file in sorted((PACKAGE / name).rglob("*.py"))),
]


def messages():
    """Every translated message with its file."""
    for path in sorted((PACKAGE / "locale" / "vi").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id:
                    yield path.name, message


def sentences(path):
    """The sentences that a module says or raises."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in SPEAKERS and isinstance(node.args[0].value, str):
                yield node.args[0].value


def braces(text):
    """The fields of a sentence with their number patterns, spaces apart (50 %, 50%).

    Words for one and for several are left out: Vietnamese has one.
    """
    fields = Formatter().parse(text)
    return {
        (name, spec.replace(" ", "")) for _, name, spec, _ in fields if name and "|" not in spec
    }


class TestNumbers:
    @pytest.mark.parametrize(
        ("value", "pattern", "english", "vietnamese"),
        [
            (40.6163, "0.00", "40.62", "40,62"),
            (0.4730, "+0.00;-0.00", "+0.47", "+0,47"),
            (-0.4730, "+0.00;-0.00", "-0.47", "-0,47"),
            (21891, "#,##0", "21,891", "21.891"),
            (0.725, "0 %", "72 %", "72 %"),
            (57, "0", "57", "57"),
        ],
    )
    def test_decimals_and_thousands_follow_the_language(self, value, pattern, english, vietnamese):
        assert i18n.number("en", value, pattern) == english
        assert i18n.number("vi", value, pattern) == vietnamese

    def test_what_rounds_to_zero_has_no_minus(self):
        assert i18n.number("vi", -0.004) == "0,00"
        assert i18n.number("en", -0.001) == "0.00"

    @pytest.mark.parametrize("kind", [int, float, np.int64, np.float64, Decimal])
    def test_a_number_reads_the_same_asked_again_and_whatever_its_kind(self, kind):
        assert [i18n.number(lang, kind(2)) for lang in ("vi", "en", "vi")] == [
            "2,00", "2.00", "2,00",
        ]  # fmt: skip
        assert i18n.number("vi", kind(2), "0") == "2"
        assert i18n.number("vi", kind(0)) == i18n.number("vi", -0.0) == "0,00"

    @given(st.floats(-1e6, 1e6))
    def test_the_two_languages_show_the_same_digits(self, value):
        english, vietnamese = (i18n.number(lang, value) for lang in ("en", "vi"))
        assert english == vietnamese.replace(",", ".")


class TestSay:
    def test_a_sentence_without_translation_stays_english(self):
        assert i18n.say("vi", "No such {thing} here: {x:0.0}.", thing="đó", x=1.25).startswith(
            "No such đó here: 1,2"
        )

    def test_a_known_sentence_is_said_in_vietnamese(self):
        text = i18n.say("vi", "not distinguishable from noise")
        assert text == "không phân biệt được với sai số"
        assert i18n.say("en", "not distinguishable from noise") == (
            "not distinguishable from noise"
        )

    def test_an_error_can_be_said_in_both_languages(self):
        error = DataError("{code} is not in the index of {year}.", code="x", year=2024)
        assert str(error) == i18n.say("en", error.message, **error.values)
        assert i18n.say("vi", error.message, **error.values) == "Bộ chỉ số năm 2024 không có x."

    @pytest.mark.parametrize(
        ("n", "told"), [(1, "1 finding"), ("1", "1 finding"), (0, "0 findings")]
    )
    def test_one_and_several_have_their_words_wherever_they_are_said(self, n, told):
        sentence = "{n} {n:finding|findings}"
        assert i18n.say("en", sentence, n=n) == told
        assert str(DataError(sentence, n=n)) == told
        assert Issue("E-SUM", sentence, values=(("n", n),)).as_dict()["message"] == told

    def test_words_for_one_and_several_differ_and_vietnamese_has_neither(self):
        for file, message in messages():
            for pair in re.findall(r"\{\w+:([^{}|]*\|[^{}]*)\}", message.id):
                one, several = pair.split("|")
                assert one and several and one != several, f"{file}: {message.id}"
            assert "|" not in message.string, f"{file}: {message.string}"

    def test_values_with_braces_are_not_formatted_again(self):
        assert i18n.say("en", "Said {text}.", text="{year}") == "Said {year}."

    def test_another_language_is_refused(self):
        with pytest.raises(ParameterError, match="vi or en"):
            i18n.say("fr", "not distinguishable from noise")

    def test_days_are_written_out(self):
        assert i18n.day("en", date(2025, 7, 1)) == "July 1, 2025"
        assert i18n.day("vi", date(2025, 7, 1)) == "ngày 01 tháng 7 năm 2025"
        assert i18n.day("vi", date(2025, 2, 11)) == "ngày 11 tháng 02 năm 2025"
        assert i18n.short_day(date(2025, 7, 1)) == "01/7/2025"


class TestCatalogue:
    def test_a_translation_keeps_the_braces_of_its_sentence(self):
        checked = 0
        for file, message in messages():
            assert braces(message.string) == braces(message.id), f"{file}: {message.id}"
            checked += 1
        assert checked > 50

    def test_translations_are_composed_letters_and_not_empty(self):
        for file, message in messages():
            assert message.string.strip(), f"{file}: {message.id}"
            assert message.string == unicodedata.normalize("NFC", message.string)

    def test_no_sentence_has_two_translations(self):
        found = {}
        for file, message in messages():
            known = found.setdefault(message.id, message.string)
            assert known == message.string, f"{file}: {message.id}"

    @pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
    def test_every_sentence_has_its_vietnamese(self, path):
        missing = [text for text in sentences(path) if text not in i18n.catalogue("vi")]
        assert not missing

    def test_english_has_no_catalogue(self):
        assert i18n.catalogue("en") == {}


class TestErrors:
    def test_an_issue_tells_its_severity_by_its_code(self):
        assert Issue("E-SUM", "x").severity == "error"
        assert Issue("W-BLANK", "x").severity == "warning"

    def test_an_issue_fills_its_braces(self):
        found = Issue(
            "E-SUM",
            "writes {value}",
            mend="mend {value}",
            expected="{sum}",
            sheet="2016",
            values=(("value", "4.2"), ("sum", "4.4")),
        ).as_dict()
        assert found["message"] == "writes 4.2"
        assert (found["mend"], found["expected"], found["sheet"]) == ("mend 4.2", "4.4", "2016")
        assert re.fullmatch("error", found["severity"])

    def test_exit_statuses_are_those_of_the_command(self):
        from papi_analysis import errors

        statuses = {
            errors.ParameterError: 2,
            errors.DataError: 3,
            errors.SourceError: 3,
            errors.EnvironmentFault: 5,
            errors.ExecutionError: 6,
        }
        for error, status in statuses.items():
            assert error("x").status == status
            assert isinstance(error("x"), errors.PapiError)

    def test_a_source_error_carries_its_findings(self):
        told = (("found", Phrase("{value:0.00}")), ("value", 4.2))
        finding = Issue("E-SUM", "says {found}", "Mend it.", row="3", values=told)
        error = SourceError("{n} {n:fault|faults}", issues=(finding,), n=1)
        assert str(error) == "1 fault\n  E-SUM  row 3: says 4.20. Mend it."
        assert error.issues == (finding,)
        assert str(SourceError("x", issues=(finding,) * 12)).count("E-SUM") == MOST

"""A name is matched in every honest spelling, and never taken for another province."""

import unicodedata

import official
import pytest
from hypothesis import given
from hypothesis import strategies as st

from papi_analysis import places
from papi_analysis.ingest import matching
from papi_analysis.ingest.spelling import REPAIRS, TCVN3, VNI, key

KNOWN = official.BOOK.known(2024)
PROVINCES = official.PROVINCES.set_index("code")["name_vi"].to_dict()
OLD_TONES = {"òa": "oà", "óa": "oá"}  # new and old place of the tone
CASES = [str.upper, str.lower, str.title, str]
FORMS = ["NFC", "NFD"]
INVISIBLE = ["\u200b", "\ufeff", "\u00ad", "\u200e", ""]
BLANKS = [" ", "\u00a0", "  ", "\t"]


@st.composite
def honest(draw):
    """A province's code and its full name as somebody may type it."""
    code, name = draw(st.sampled_from(sorted(PROVINCES.items())))
    for new, old in OLD_TONES.items():
        name = name.replace(new, old) if draw(st.booleans()) else name
    name = draw(st.sampled_from(CASES))(name)
    name = name.replace(" - ", draw(st.sampled_from([" - ", "-", " – ", "–"])))
    name = name.replace(" ", draw(st.sampled_from(BLANKS)))
    name = unicodedata.normalize(draw(st.sampled_from(FORMS)), name)
    at = draw(st.integers(0, len(name)))
    if at < len(name) and unicodedata.combining(name[at]):
        at = 0
    pad = draw(st.sampled_from(["", " "]))
    return code, pad + name[:at] + draw(st.sampled_from(INVISIBLE)) + name[at:] + pad


@given(honest())
def test_a_full_name_is_matched_without_a_word_however_it_is_typed(case):
    code, name = case
    assert matching.of_name(name, KNOWN) == matching.Match(code)


@given(st.sampled_from(sorted(PROVINCES.items())), st.data())
def test_a_name_that_lost_accents_is_matched_with_a_warning(case, data):
    code, name = case
    kept = data.draw(st.lists(st.booleans(), min_size=len(name), max_size=len(name)))
    plain = "".join(c if k else places.without_accents(c) for c, k in zip(name, kept, strict=True))
    said = "" if plain == name else "W-NAME-PLAIN"
    assert matching.of_name(plain, KNOWN) == matching.Match(code, said)


@given(
    st.sampled_from(sorted(PROVINCES.items())),
    st.integers(0, 30),
    st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyáạìờ"),
)
def test_a_wrong_letter_never_makes_another_province(case, at, letter):
    code, name = case
    at %= len(name)
    wrong = name[:at] + letter + name[at + 1 :]
    found = matching.of_name(wrong, KNOWN)
    assert found.code in ("", code)
    if key(wrong) != key(name) and not found.code:
        assert found.said == "E-NAME-UNKNOWN"


@given(st.sampled_from(sorted(PROVINCES.items())), st.integers(0, 30))
def test_a_missing_letter_is_refused_with_the_right_name_among_the_nearest(case, at):
    code, name = case
    at %= len(name)
    if not name[at].isalpha():
        return
    found = matching.of_name(name[:at] + name[at + 1 :], KNOWN)
    assert found.code in ("", code)
    if not found.code:
        assert PROVINCES[code] in found.near.split(", ")
        assert len(found.near.split(", ")) == 3


def written_in(text, table):
    """A text in an old table of letters."""
    back = {}
    for old, new in table.items():
        back.setdefault(new, old)
    return "".join(back.get(char, char) for char in text)


@pytest.mark.parametrize("code", PROVINCES)
def test_old_encodings_are_known_by_the_name_that_they_give(code):
    name = PROVINCES[code]
    if name.isascii():
        assert all(convert(name) in (name, "") for _, convert in REPAIRS)
        return
    garbled = name.encode().decode("latin-1")
    assert matching.of_name(garbled, KNOWN) == matching.Match(code, "W-ENCODING-MOJIBAKE")
    twice = garbled.encode().decode("latin-1")
    assert matching.of_name(twice, KNOWN) == matching.Match(code, "W-ENCODING-MOJIBAKE")
    old = matching.of_name(written_in(name, TCVN3), KNOWN)
    assert old == matching.Match(code, "W-ENCODING-TCVN3")
    vni = written_in(name, VNI)  # VNI writes ì as itself
    said = "W-ENCODING-VNI" if vni != name else ""
    assert matching.of_name(vni, KNOWN) == matching.Match(code, said)


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("TP. HCM", "79", "W-NAME-ALIAS"),
        ("TP.HCM", "79", "W-NAME-ALIAS"),
        ("BR-VT", "77", "W-NAME-ALIAS"),
        ("Tỉnh Trà Vinh", "84", "W-NAME-ALIAS"),
        ("Thành phố Hà Nội", "01", "W-NAME-ALIAS"),
        ("Thừa Thiên - Huế", "46", ""),
        ("Huế", "46", "W-NAME-ALIAS"),
        ("Đắc Lắc", "66", "W-NAME-ALIAS"),
        ("Kontum", "62", "W-NAME-ALIAS"),
        ("Trà Vinh*", "84", "W-NAME-MARK"),
        ("58. Trà Vinh", "84", "W-NAME-MARK"),
        ("Trà Vinh (1)", "84", "W-NAME-MARK"),
        ("Trà Vinh¹", "84", "W-NAME-MARK"),
    ],
)
def test_reviewed_forms(text, code, said):
    assert matching.of_name(text, KNOWN) == matching.Match(code, said)


@pytest.mark.parametrize("text", ["ĐN", "QN", "Quảng", "Bình", "Châu Thành", "Đông Nam Bộ", "-"])
def test_ambiguous_and_foreign_names_are_refused(text):
    assert matching.of_name(text, KNOWN).said == "E-NAME-UNKNOWN"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Vĩnh Long (mới)", "Vĩnh Long"),
        ("Vĩnh Long (Bến Tre, Trà Vinh)", "Bến Tre, Trà Vinh, Vĩnh Long"),
        ("Vĩnh Long - Bến Tre - Trà Vinh", "Bến Tre, Trà Vinh, Vĩnh Long"),
    ],
)
def test_units_of_the_34_provinces_are_explained(text, parts):
    assert matching.of_name(text, KNOWN) == matching.Match("", "E-PROVINCE-MERGED", parts)


@pytest.mark.parametrize(
    ("text", "near"), [("Tr? Vinh", "Trà Vinh"), ("B\ufffdc Ninh", "Bắc Ninh"), ("??", "")]
)
def test_lost_letters_are_not_guessed(text, near):
    found = matching.of_name(text, KNOWN)
    assert (found.code, found.said) == ("", "E-NAME-LOSSY")
    assert near in found.near


@given(st.sampled_from(sorted(PROVINCES)), st.integers(0, 2), st.sampled_from(["", ".0", ".00"]))
def test_codes_are_matched_as_text_or_number(code, zeros, decimals):
    assert matching.of_code("0" * zeros + str(int(code)) + decimals, KNOWN) == code
    assert matching.of_code(float(code), KNOWN) == code


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("85", ""),
        ("0", ""),
        ("100", ""),
        ("x", None),
        ("8.4", None),
        ("Trà Vinh", None),
        ("", None),
    ],
)
def test_codes_that_are_none(text, found):
    assert matching.of_code(text, KNOWN) == found


def test_names_of_provinces_are_counted_in_a_text():
    assert matching.hits("Hà Nội, Trà Vinh và Kon Tum", KNOWN) == 2  # plain names prove no encoding

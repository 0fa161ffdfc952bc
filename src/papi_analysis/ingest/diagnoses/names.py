"""What can be wrong with the names and codes of provinces, and with the letters of a file."""

from papi_analysis.ingest.diagnoses.record import Diagnosis

_SAVE = "save the file and run the command again."
_UTF8 = "Save the file as UTF-8 (in a spreadsheet program: CSV UTF-8) when convenient."

NAMES = {
    "E-NAME-UNKNOWN": Diagnosis(
        "no province is called {found}; nearest: {near}",
        "one of the 63 provinces to June 2025",
        "Correct the name, " + _SAVE,
    ),
    "E-NAME-LOSSY": Diagnosis(
        "letters of the name are lost: {found}; it may be {near}",
        "a name with all its letters",
        "Take the file again from its source and save it as UTF-8; do not guess letters.",
    ),
    "E-CRITERION-UNKNOWN": Diagnosis(
        "no sub-dimension is called {found}; nearest: {near}",
        "a sub-dimension of data/papi/subdimensions.csv",
        "Correct the name; a new sub-dimension comes in with the official workbook of its year.",
    ),
    "E-ID-NAME": Diagnosis(
        "code {number} is {of_code}, but the name says {of_name}",
        "code and name of one province",
        "Find out which of the two is right (was only one column sorted?), correct it, " + _SAVE,
    ),
    "E-ID-UNKNOWN": Diagnosis(
        "no province has the code {found}",
        "a GSO code of the 63 provinces to June 2025",
        "Correct the code (see data/papi/provinces.csv), " + _SAVE,
    ),
    "E-DUP-PROVINCE": Diagnosis(
        "{name} stands twice, in rows {first} and {second}, with different scores",
        "every province once",
        "Remove the wrong one of the two rows, " + _SAVE,
    ),
    "E-PROVINCE-SET": Diagnosis(
        "{count} of the 63 provinces are not in the table: {missing}",
        "all 63 provinces, those not published with empty cells",
        "Put the missing rows back, " + _SAVE,
    ),
    "E-PROVINCE-MERGED": Diagnosis(
        "{found} is a unit of the 34 provinces since 1 July 2025; it holds {parts}",
        "the 63 provinces to June 2025, the units of the series",
        "Ask the publisher for the scores of the 63 provinces; scores of merged provinces do not "
        "continue the series.",
    ),
    "E-PROVINCE-NO-DATA": Diagnosis(
        "{count} {count:province has|provinces have} no score at all: {missing}",
        "at most {limit} provinces not published in a year, and none that is already registered",
        "Check for a cut or a filter in the table, fill it in, " + _SAVE,
    ),
    "W-NAME-ALIAS": Diagnosis(
        "other form of a name: {found} -> {used}", "the official name", "Nothing to do."
    ),
    "W-NAME-PLAIN": Diagnosis(
        "name without Vietnamese letters: {found} -> {used}",
        "the official name",
        "Nothing to do.",
    ),
    "W-NAME-MARK": Diagnosis(
        "name with a mark or number: {found} -> {used}",
        "the official name",
        "Look up what the mark means in the notes of the table.",
    ),
    "W-DUP-PROVINCE": Diagnosis(
        "{name} stands twice, in rows {first} and {second}, with the same scores; one was used",
        "every province once",
        "Remove one of the two rows.",
    ),
    "W-PROVINCES-MISSING": Diagnosis(
        "{count} {count:province has|provinces have} no scores and {count:stays|stay} out of "
        "this year: {missing}",
        "scores of all 63 provinces",
        "Check in the report of the year that they were not published.",
    ),
    "W-ENCODING": Diagnosis("the file is written in {found}; it was read as such", "UTF-8", _UTF8),
    "W-ENCODING-TCVN3": Diagnosis(
        "text in the old TCVN3 (ABC) letters was converted: {found} -> {used}", "Unicode", _UTF8
    ),
    "W-ENCODING-VNI": Diagnosis(
        "text in the old VNI letters was converted: {found} -> {used}", "Unicode", _UTF8
    ),
    "W-ENCODING-MOJIBAKE": Diagnosis(
        "garbled text was read back: {found} -> {used}", "Unicode", _UTF8
    ),
    "E-ENCODING": Diagnosis(
        "the letters of the file cannot be read: {reason}",
        "a text file in UTF-8",
        "Open the file where it was made and save it as UTF-8 (CSV UTF-8), then run the command "
        "again.",
    ),
}

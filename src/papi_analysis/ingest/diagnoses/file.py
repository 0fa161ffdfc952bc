"""What can be wrong with a file before its cells are read."""

from papi_analysis.ingest.diagnoses.record import Diagnosis

AGAIN = "Download the file again from papi.org.vn, then run the command again."
AS_XLSX = "Open it in a spreadsheet program, save it as .xlsx, then run the command again."

FILE = {
    "E-NOT-FOUND": Diagnosis(
        "no such file; nearest in that folder: {near}",
        "the path of a file",
        "Check the folder and the name, then run the command again.",
    ),
    "E-NOT-A-FILE": Diagnosis(
        "this is {kind}, not a file",
        "a workbook (.xlsx) or a table (.csv)",
        "Name one file.",
    ),
    "E-FILE-EMPTY": Diagnosis("the file holds 0 bytes", "a file with content", AGAIN),
    "E-FILE-BROKEN": Diagnosis(
        "the file is damaged: {reason}", "a workbook that opens without repair", AGAIN
    ),
    "E-FILE-TYPE": Diagnosis(
        "the content is {kind}, whatever its name says",
        "a workbook (.xlsx, .xlsm, .xls) or a table as text (.csv)",
        AS_XLSX,
    ),
    "E-FILE-SIZE": Diagnosis(
        "the file is too large: {measure} {found}, the limit is {limit}",
        "the size of an official table",
        "Keep only the table of scores in the file, then run the command again.",
    ),
    "E-FILE-ENCRYPTED": Diagnosis(
        "the file is protected by a password",
        "a file without a password",
        "Open it with its password, remove the password, save it and run the command again.",
    ),
    "E-FILE-STRICT": Diagnosis(
        "the workbook is saved as Strict Open XML",
        "an ordinary workbook (.xlsx)",
        AS_XLSX,
    ),
    "E-FILE-PARTS": Diagnosis("the workbook lacks its part {part}", "a complete workbook", AGAIN),
    "E-LFS-POINTER": Diagnosis(
        "this is a pointer of Git LFS, not the file itself",
        "the file itself",
        "Fetch it with: git lfs pull",
    ),
    "E-LOCK-FILE": Diagnosis(
        "this is the lock that a spreadsheet program leaves beside an open file",
        "the workbook itself",
        "Close the workbook in the spreadsheet program and name the file without {prefix}",
    ),
    "E-ZIP-BOMB": Diagnosis(
        "unpacked, {part} would take {found}; the limit is {limit}",
        "the size of an official workbook",
        "Do not open this file. " + AGAIN,
    ),
    "E-XML-ENTITY": Diagnosis(
        "the part {part} defines XML entities, which an honest workbook never does",
        "a workbook without document type definitions",
        "Do not open this file. " + AGAIN,
    ),
    "E-TRUNCATED": Diagnosis("the file is cut off: {reason}", "a complete file", AGAIN),
    "W-OLD-FORMAT": Diagnosis(
        "the file is in the format of Excel 97-2003 (.xls); its values were read",
        "a workbook (.xlsx)",
        "Save it as .xlsx when convenient.",
    ),
    "W-MACRO": Diagnosis(
        "the workbook carries macros; they were not run, only values were read",
        "a workbook without macros",
        "Save it as .xlsx without macros.",
    ),
    "W-ZIP-MEMBER": Diagnosis(
        "the workbook carries a part that is not read: {part}",
        "the parts of a plain workbook",
        "Check where the file comes from; save it afresh as .xlsx.",
    ),
}

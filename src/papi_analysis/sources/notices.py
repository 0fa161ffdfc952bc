"""Findings in words: one block each, alike ones together, in Vietnamese or English."""

from __future__ import annotations

from collections.abc import Iterable

from papi_analysis._errors import Diagnostic
from papi_analysis.sources.diagnoses import Phrase, shown
from papi_analysis.wording import say

MOST = 50  # findings that are written out
TOGETHER = 3  # findings of one kind and column from which on they are told as one
NAMED = 6  # rows that a common block names


def listing(findings: Iterable[Diagnostic], lang: str) -> list[str]:
    """The lines that tell all findings: refusals first, at most `MOST` blocks and then a count."""
    ordered = sorted(findings, key=lambda one: one.severity != "error")
    groups = _grouped(ordered)
    lines = [line for group in groups[:MOST] for line in block(group, lang)]
    rest = sum(len(group) for group in groups[MOST:])
    if rest:
        lines.append(say(lang, "and {count} more findings", count=rest))
    return lines


def block(group: list[Diagnostic], lang: str) -> list[str]:
    """Place, what was found and how to mend it, of one finding or of several alike ones."""
    first = group[0]
    label = say(lang, "ERROR" if first.severity == "error" else "WARNING")
    lines = [f"{label} {first.code}  {place(first, lang)}", "  " + message(first, lang)]
    if len(group) > 1:
        rows = [_short(one) for one in group[1 : NAMED + 1]]
        more = ", ".join(rows) + (", …" if len(group) > NAMED + 1 else "")
        lines.append("  " + say(lang, "the same in {count} more places: {places}",
                                count=len(group) - 1, places=more))  # fmt: skip
    mend = _filled(first, first.mend, lang)
    if mend:
        lines.append("  " + say(lang, "How to mend it: {how}", how=mend))
    return lines


def place(found: Diagnostic, lang: str) -> str:
    """Where a finding is: file, sheet, row with its name, column with its name."""
    names = dict(found.values)
    parts = [found.file]
    if found.sheet:
        parts.append(say(lang, "sheet {sheet}", sheet=found.sheet))
    if found.row:
        name = names.get("row_name", "")
        row = f"{found.row} ({name})" if name else found.row
        parts.append(say(lang, "row {row}", row=row))
    if found.column:
        name = names.get("column_name", "")
        column = f'{found.column} "{name}"' if name else found.column
        parts.append(say(lang, "column {column}", column=column))
    return " · ".join(filter(None, parts))


def message(found: Diagnostic, lang: str) -> str:
    """What was found; with what was expected where the sentence does not say it itself."""
    text = _filled(found, found.message, lang)
    if found.values or not found.value:
        return text
    expected = _filled(found, found.expected, lang)
    return text + ": " + say(lang, "{found} (expected: {expected})", found=shown(found.value),
                             expected=expected)  # fmt: skip


def record(found: Diagnostic, lang: str) -> dict[str, str]:
    """A finding as plain values, for JSON."""
    return {
        "code": found.code,
        "severity": found.severity,
        "file": found.file,
        "sheet": found.sheet,
        "row": found.row,
        "column": found.column,
        "value": found.value,
        "expected": _filled(found, found.expected, lang),
        "message": message(found, lang),
        "mend": _filled(found, found.mend, lang),
    }


def _filled(found: Diagnostic, sentence: str, lang: str) -> str:
    """A sentence with its values; values that are phrases of ours are said in the language."""
    if not sentence:
        return ""
    values = dict(found.values)
    said = {
        name: say(lang, str(value), **values) if isinstance(value, Phrase) else value
        for name, value in values.items()
    }
    return say(lang, sentence, **said)


def _grouped(findings: list[Diagnostic]) -> list[list[Diagnostic]]:
    """Findings of one kind and column together, where there are more than `TOGETHER`."""
    alike: dict[tuple, list[Diagnostic]] = {}
    for one in findings:
        alike.setdefault(_kind(one), []).append(one)
    groups: list[list[Diagnostic]] = []
    for one in findings:
        group = alike[_kind(one)]
        if len(group) <= TOGETHER:
            groups.append([one])
        elif group[0] is one:
            groups.append(group)
    return groups


def _kind(found: Diagnostic) -> tuple:
    """What alike findings share: code and sheet, and for errors the column."""
    column = found.column if found.severity == "error" else ""
    return found.code, found.file, found.sheet, column


def _short(found: Diagnostic) -> str:
    return f"{found.column}{found.row}" or found.value

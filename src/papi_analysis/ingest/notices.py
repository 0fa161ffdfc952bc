"""Findings in words: one block each, alike ones together, in Vietnamese or English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from papi_analysis.errors import Issue
from papi_analysis.i18n import say
from papi_analysis.ingest.diagnoses import Phrase, shown

MOST = 50  # findings that are written out
TOGETHER = 3  # alike findings of a column or row; more are told as one
SYSTEMATIC = 12  # blocks of one code in a sheet; more are told as one
NOTHING = "Nothing to do."  # the mend of warnings that are told in one line
NAMED = 6  # rows that a common block names


def listing(findings: Iterable[Issue], lang: str) -> list[str]:
    """The lines that tell all findings: refusals first, at most `MOST` blocks and then a count."""
    ordered = sorted(findings, key=lambda one: one.severity != "error")
    groups = _grouped(ordered)
    quiet = [group for group in groups if group[0].mend == NOTHING]
    quiet = quiet if len(quiet) > 1 else []
    groups = [group for group in groups if group not in quiet]
    lines = [line for group in groups[:MOST] for line in block(group, lang)]
    rest = sum(len(group) for group in groups[MOST:])
    if rest:
        lines.append(say(lang, "and {count} more {count:finding|findings}", count=rest))
    return [*lines, _in_one(quiet, lang)] if quiet else lines


def _in_one(groups: list[list[Issue]], lang: str) -> str:
    """The line for warnings that ask for nothing, each code with its count."""
    counts = Counter(one.code for group in groups for one in group)
    codes = ", ".join(f"{code} ({count})" for code, count in counts.items())
    sentence = (
        "{count} smaller things were read as they stand, nothing to do: {codes}. Each with its "
        "place: papi check FILE --json"
    )
    return say(lang, sentence, count=counts.total(), codes=codes)


def block(group: list[Issue], lang: str) -> list[str]:
    """Place, what was found and how to mend it, of one finding or of several alike ones."""
    first = group[0]
    label = say(lang, "ERROR" if first.severity == "error" else "WARNING")
    lines = [f"{label} {first.code}  {place(first, lang)}", "  " + message(first, lang)]
    if len(group) > 1:
        rows = [_short(one) for one in group[1 : NAMED + 1]]
        more = ", ".join(rows) + (", …" if len(group) > NAMED + 1 else "")
        lines.append("  " + say(lang, "the same in {count} more {count:place|places}: {places}",
                                count=len(group) - 1, places=more))  # fmt: skip
    mend = _filled(first, first.mend, lang)
    if mend:
        lines.append("  " + say(lang, "How to mend it: {how}", how=mend))
    return lines


def place(found: Issue, lang: str) -> str:
    """Where a finding is: file, sheet, row with its name, column with its name."""
    names = dict(found.values)
    parts = [found.file]
    if found.sheet:
        parts.append(say(lang, "sheet {sheet}", sheet=found.sheet))
    if found.row:
        name = names.get("row_name", "")
        row = f"{found.row} ({name})" if name else found.row
        parts.append(say(lang, "row {row}", row=row))
    elif names.get("row_name"):  # a row that is not there
        parts += [str(names["row_name"]), str(names.get("column_name", ""))]
    if found.column:
        name = names.get("column_name", "")
        column = f'{found.column} "{name}"' if name else found.column
        parts.append(say(lang, "column {column}", column=column))
    return " · ".join(filter(None, parts))


def message(found: Issue, lang: str) -> str:
    """What was found; with what was expected where the sentence does not say it itself."""
    text = _filled(found, found.message, lang)
    if found.values or not found.value:
        return text
    expected = _filled(found, found.expected, lang)
    return text + ": " + say(lang, "{found} (expected: {expected})", found=shown(found.value),
                             expected=expected)  # fmt: skip


def record(found: Issue, lang: str) -> dict[str, str]:
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


def _filled(found: Issue, sentence: str, lang: str) -> str:
    """A sentence with its values; values that are phrases of ours are said in the language."""
    if not sentence:
        return ""
    values = dict(found.values)
    said = {
        name: say(lang, str(value), **values) if isinstance(value, Phrase) else value
        for name, value in values.items()
    }
    return say(lang, sentence, **said)


def _grouped(findings: list[Issue]) -> list[list[Issue]]:
    """Alike findings together: those of one column or row, or of a whole sheet full of them."""
    by_code: dict[tuple, list[Issue]] = {}
    for one in findings:
        by_code.setdefault((one.code, one.file, one.sheet), []).append(one)
    return [group for alike in by_code.values() for group in _split(alike)]


def _split(alike: list[Issue]) -> list[list[Issue]]:
    """The findings of one code and sheet by the columns, then by the rows that hold many."""
    columns = _by(alike, lambda one: one.column)
    groups = [group for group in columns if len(group) > TOGETHER]
    if len(groups) > TOGETHER:
        groups = [[one for group in groups for one in group]]
    few = [one for group in columns if len(group) <= TOGETHER for one in group]
    for group in _by(few, lambda one: one.row):
        groups += [group] if len(group) > TOGETHER else [[one] for one in group]
    if len(groups) > SYSTEMATIC:
        return [alike]
    return sorted(groups, key=lambda group: alike.index(group[0]))


def _by(findings: list[Issue], way: Callable[[Issue], str]) -> Iterable[list[Issue]]:
    groups: dict[str, list[Issue]] = {}
    for one in findings:
        groups.setdefault(way(one), []).append(one)
    return groups.values()


def _short(found: Issue) -> str:
    return f"{found.column}{found.row}" or found.value

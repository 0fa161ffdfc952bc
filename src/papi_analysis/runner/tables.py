"""The tables of a report beside its findings: the same values, cell by cell."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from papi_analysis.errors import Issue
from papi_analysis.runner.fault import fault


def faults(folder: Path, findings: dict) -> list[Issue]:
    """Which tables of a report hold anything else than a list of its findings."""
    lists = list(_lists(findings))
    return [
        fault(f"tables/{path.name}", "does not hold what findings.json holds")
        for path in sorted((folder / "tables").glob("*"))
        if not any(_same(rows, path) for rows in lists)
    ]


def _lists(value: object) -> Iterator[list[dict]]:
    """Every list of records, wherever it stands."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _lists(inner)
    elif isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        yield value
        yield from chain.from_iterable(map(_lists, value))


def _same(rows: list[dict], path: Path) -> bool:
    """Whether a CSV file holds these records."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head, *cells = csv.reader(file)
    except (ValueError, csv.Error):  # not a table at all
        return False
    names = list(dict.fromkeys(name for row in rows for name in row))
    return (
        head == names
        and len(cells) == len(rows)
        and all(
            len(told) == len(names)
            and all(_shows(cell, row.get(name)) for cell, name in zip(told, names, strict=True))
            for told, row in zip(cells, rows, strict=True)
        )
    )


def _shows(cell: str, value: object) -> bool:
    """Whether a cell shows a value; an apostrophe keeps a text from being a formula."""
    if value is None:
        return not cell
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        with suppress(ValueError):
            return float(cell) == value
        return False
    text = ";".join(map(str, value)) if isinstance(value, list) else str(value)
    return cell in (text, f"'{text}")

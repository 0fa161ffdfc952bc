"""What stands in cells and lists: names, ranks, tables of words and numbers."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from papi_analysis.data import codebook
from papi_analysis.i18n import say


@dataclass(frozen=True)
class Table:
    """Cells as they are read: a head, rows whose first cell names the row, a caption."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: tuple[int, ...] = (0,)  # columns of words; the others are numbers


@functools.cache
def names(lang: str) -> dict[str, str]:
    """Names of dimensions and sub-dimensions."""
    return codebook.names(lang)


def place(rank: float | None, n: int) -> str:
    """A rank with the number of provinces ranked, `57/61`; a dash where there is none."""
    return "–" if rank is None or pd.isna(rank) else f"{int(rank)}/{int(n)}"


def frame(rows: list[dict], lang: str) -> pd.DataFrame:
    """Rows of findings as a table with names; columns that no row has are missing values."""
    table = pd.DataFrame(rows)
    for column in ("score", "rank", "group", "change", "change_q"):
        if column not in table:
            table[column] = float("nan")
    return table.assign(name=table["code"].map(names(lang)))


def listed(lang: str, items: Sequence[str]) -> str:
    """Things in a row: "a, b and c"."""
    if len(items) < 2:
        return "".join(items)
    return say(lang, "{items} and {last}", items=", ".join(items[:-1]), last=items[-1])


def source(found: dict, lang: str) -> str:
    """Where the figures of a drawing come from."""
    return say(
        lang, "Source: PAPI {year} (CECODES, VFF-CRT, RTA, UNDP); own calculation.",
        year=str(found["year"]),
    )  # fmt: skip

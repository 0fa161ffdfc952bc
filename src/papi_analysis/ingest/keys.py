"""The columns that name the provinces, told by what they hold where no header names them."""

from __future__ import annotations

from papi_analysis.ingest import names
from papi_analysis.ingest.header import Header
from papi_analysis.ingest.labels import Label
from papi_analysis.ingest.reference import Codebook
from papi_analysis.ingest.sheet import Cell, Sheet

MANY = 20  # provinces that a column must name to be a column of names
SEARCHED = 40  # columns
KINDS = ("id", "name", "name_en")


def found(sheet: Sheet, header: Header, book: Codebook, *, anew: bool = False) -> Header:
    """The header with its columns of names and codes.

    Parameters
    ----------
    sheet, header, book :
        The table.
    anew : bool
        Look at the content even where the header names such columns: a table of 63 provinces may
        carry the names of the 34 above it.
    """
    if not anew and header.of(*KINDS):
        return header
    meant = {c: _provinces(sheet, header, book, c) for c in _candidates(sheet, header, anew)}
    best = max(meant, key=lambda c: (len(set(meant[c].values())), -c), default=None)
    if best is None or len(set(meant[best].values())) < MANY:
        return header
    kinds: dict[str, int] = {}
    for column, provinces in meant.items():
        if _agree(provinces, meant[best]):
            kinds.setdefault(_kind(sheet, header, column), column)
    columns = {c: Label("ordinal") if label.kind in KINDS else label
               for c, label in header.columns.items()}  # fmt: skip
    return header._replace(columns=columns | {c: Label(kind) for kind, c in kinds.items()})


def _candidates(sheet: Sheet, header: Header, anew: bool) -> list[int]:
    columns = sorted({c for cells in sheet.rows.values() for c in cells})[:SEARCHED]
    free = {"", "extra", *(KINDS if anew else ())}
    return [c for c in columns if header.columns.get(c, Label("")).kind in free]


def _provinces(sheet: Sheet, header: Header, book: Codebook, column: int) -> dict[int, str]:
    """The province that each cell of a column names."""
    below = {row: cells[column] for row, cells in sheet.rows.items()
             if row > header.rows[-1] and column in cells}  # fmt: skip
    meant = {row: _province(cell, book) for row, cell in below.items()}
    return {row: code for row, code in meant.items() if code}


def _province(cell: Cell, book: Codebook) -> str:
    code = names.of_code(cell.text, book.names)
    return code if code is not None else names.of_name(cell.value, book.names).code


def _agree(one: dict[int, str], best: dict[int, str]) -> bool:
    """Whether a column names as many provinces as the best one, and mostly the same."""
    same = sum(best.get(row) == code for row, code in one.items())
    return len(one) * 10 >= len(best) * 9 and same * 10 >= len(best) * 8


def _kind(sheet: Sheet, header: Header, column: int) -> str:
    texts = [cells[column].text for row, cells in sheet.rows.items()
             if row > header.rows[-1] and column in cells]  # fmt: skip
    if sum(text.replace(".", "").isdigit() for text in texts) * 2 > len(texts):
        return "id"
    return "name_en" if sum(text.isascii() for text in texts) * 10 > len(texts) * 9 else "name"

"""The seals that tie the entries of a ledger together.

A seal is the SHA-256 of the seal before it and of every cell of its own entry. Whoever changes,
removes or inserts an entry breaks the seal of that entry or of the next one. What no chain can
show by itself, that its last entries were cut off or all of it was made anew, shows beside any
copy of its last seal: every workbook and every report carries it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence

#: What stands before the first entry.
GENESIS = "0" * 64


def digest(previous: str, cells: Sequence[str]) -> str:
    """The seal of an entry: its cells as text, in order, after the seal before it."""
    content = json.dumps([previous, *cells], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def seals(rows: Iterable[Sequence[str]], previous: str = GENESIS) -> list[str]:
    """The seals of entries that follow `previous`, in order.

    >>> one, two = seals([["a"], ["b"]])
    >>> two == digest(one, ["b"])
    True
    """
    found = []
    for cells in rows:
        previous = digest(previous, cells)
        found.append(previous)
    return found

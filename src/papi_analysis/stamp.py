"""For whom a kernel works: the stamp that its drawings carry, and how it is read again.

Where a run has set the environment variable `PAPI_UNIT`, as "tra-vinh/2024", every drawing carries
it as `data-unit`; elsewhere, as in JupyterLab, drawings carry nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from html import escape, unescape

VARIABLE = "PAPI_UNIT"
#: Stands in the place of a province where all of them are told the same.
COUNTRY = "viet-nam"
_NAME = "data-unit"
_TAG = re.compile(r"<(/?)(?:\w+:)?svg\b([^>]*?)(/?)>", re.IGNORECASE)
_STAMP = re.compile(rf"\b{_NAME}\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_FOR_ALL: ContextVar[bool] = ContextVar("for_all", default=False)


def unit() -> str:
    """For whom this kernel works; "" where nobody said so, or while it works for all."""
    return "" if _FOR_ALL.get() else os.environ.get(VARIABLE, "")


@contextmanager
def for_all() -> Iterator[None]:
    """Work on what others will take too: nothing made meanwhile carries a stamp."""
    before = _FOR_ALL.set(True)
    try:
        yield
    finally:
        _FOR_ALL.reset(before)


def stamped(drawing: str, owner: str | None = None) -> str:
    """An SVG text with the stamp of `owner`, by default of the one this kernel works for.

    A drawing that carries a stamp keeps it.

    Examples
    --------
    >>> stamped("<svg/>", "tra-vinh/2024")
    '<svg data-unit="tra-vinh/2024"/>'
    >>> stamped("<svg data-unit='ca-mau/2024'/>", "tra-vinh/2024")
    "<svg data-unit='ca-mau/2024'/>"
    """
    own, root = unit() if owner is None else owner, _TAG.search(drawing)
    if not own or root is None or _STAMP.search(root[2]):
        return drawing
    end = root.start(2)
    return f'{drawing[:end]} {_NAME}="{escape(own)}"{drawing[end:]}'


def borne(text: str) -> list[str]:
    """The stamp of every drawing in an SVG or HTML text, "" for one without.

    Examples
    --------
    >>> borne('<p><svg data-unit="tra-vinh/2024"><svg/></svg><svg></svg></p>')
    ['tra-vinh/2024', '']
    """
    found, depth = [], 0
    for closing, inside, alone in _TAG.findall(text):
        if closing:
            depth = max(0, depth - 1)
            continue
        if not depth:
            own = _STAMP.search(inside)
            found.append(unescape(own[1] or own[2] or "") if own else "")
        depth += not alone
    return found

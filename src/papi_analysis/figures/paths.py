"""Paths of SVG written by their steps, which are shorter than their places."""

from __future__ import annotations

import functools
import re

_STRAIGHT = re.compile(r"(?:[ML]-?[\d.]+ -?[\d.]+|[zZ])+")
_COMMAND = re.compile(r"([MLzZ])(?:(-?[\d.]+) (-?[\d.]+))?")


def straight(path: str) -> bool:
    """Whether a path is made of straight lines only, in absolute places without white space."""
    return _STRAIGHT.fullmatch(path) is not None


@functools.lru_cache(maxsize=1024)
def steps(path: str) -> str:
    """A polygon or line by its steps in hundredths, which are shorter to write than its places.

    >>> steps("M10.001 20L30.5 20L30.5 25z")
    'm10 20l20.5 0 0 5z'
    """
    parts: list[str] = []
    x0 = y0 = begun_x = begun_y = 0
    before = ""
    for kind, first, second in _COMMAND.findall(path):
        if kind in "zZ":
            parts.append("z")
            x0, y0, before = begun_x, begun_y, "z"
            continue
        x, y = (round(round(float(number), 2) * 100) for number in (first, second))
        across, down = _hundredths(x - x0), _hundredths(y - y0)
        step = across + down if down[0] == "-" else f"{across} {down}"
        if kind == "M":
            begun_x, begun_y = x, y
            parts.append("m" + step)
        elif before == "L":
            parts.append(step if step[0] == "-" else " " + step)
        else:
            parts.append("l" + step)
        x0, y0, before = x, y, kind
    return "".join(parts)


def _hundredths(value: int) -> str:
    """A whole number of hundredths, as short as it can be written.

    >>> [_hundredths(n) for n in (0, -5, 120, 2000, -101)]
    ['0', '-.05', '1.2', '20', '-1.01']
    """
    size = -value if value < 0 else value
    whole, rest = divmod(size, 100)
    text = f"{whole or ''}.{rest:02d}".rstrip("0") if rest else str(whole)
    return "-" + text if value < 0 else text

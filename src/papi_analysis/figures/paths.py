"""Paths of SVG written by their steps, which are shorter than their places."""

from __future__ import annotations

import re

_STRAIGHT = re.compile(r"(?:[ML]-?[\d.]+ -?[\d.]+|[zZ])+")
_COMMAND = re.compile(r"([MLzZ])([^MLzZ]*)")


def steps(path: str) -> str:
    """A polygon or line by its steps, which are shorter to write than its places."""
    if not _STRAIGHT.fullmatch(path):
        return path
    parts, here, begun = [], (0, 0), (0, 0)
    for kind, numbers in _COMMAND.findall(path):
        if kind in "zZ":
            parts.append("z")
            here = begun
            continue
        x, y = (round(float(number) * 100) for number in numbers.split())
        step = f"{_hundredths(x - here[0])} {_hundredths(y - here[1])}".replace(" -", "-")
        if kind == "M":
            begun = (x, y)
        joined = kind == "L" and bool(parts) and parts[-1][0] == "l"
        parts.append(("l" if not joined else "" if step[0] == "-" else " ") + step
                     if kind == "L" else "m" + step)  # fmt: skip
        if joined:
            parts[-2:] = [parts[-2] + parts[-1]]
        here = (x, y)
    return "".join(parts)


def _hundredths(value: int) -> str:
    text = f"{abs(value) / 100:.2f}".rstrip("0").rstrip(".").removeprefix("0") or "0"
    return "-" + text if value < 0 else text

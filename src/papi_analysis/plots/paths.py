"""Paths of SVG written by their steps, which are shorter than their places."""

from __future__ import annotations

import functools
import re

_STRAIGHT = re.compile(r"(?:M[-\d.]+ [-\d.]+(?:L[-\d.]+ [-\d.]+)*[zZ]?)+")
_ZERO = re.compile(r"(?<!\d)0\.")


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
    at = [0, 0]
    for line in path.split("M")[1:]:
        body = line.rstrip("zZ")
        closed = len(body) < len(line)
        places = [round(round(float(n), 2) * 100) for n in body.replace("L", " ").split()]
        moves = [(new - old) / 100 for new, old in zip(places, at + places, strict=False)]
        parts += ["m", _row(moves[:2]), "l" if moves[2:] else "", _row(moves[2:])]
        parts += ["z"] if closed else []
        at = places[:2] if closed else places[-2:]
    return "".join(parts)


def _row(numbers: list[float]) -> str:
    """Numbers beside each other, as short as they can be written.

    >>> _row([0.0, -0.05, 1.2, 20.0, -1.01])
    '0-.05 1.2 20-1.01'
    """
    text = " ".join(["%.7g"] * len(numbers)) % tuple(numbers)
    return _ZERO.sub(".", text.replace(" -", "-"))

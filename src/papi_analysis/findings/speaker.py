"""One sentence with the paths of its values, and the one who says it in a language."""

from __future__ import annotations

from dataclasses import dataclass

from papi_analysis import places
from papi_analysis.i18n import number, say
from papi_analysis.priority import TIER_A, TIER_B


@dataclass(frozen=True)
class Sentence:
    """One sentence with the paths of the values it uses."""

    text: str
    keys: tuple[str, ...]

    def __str__(self) -> str:
        return self.text


def value(found: dict, path: str) -> object:
    """The value at a path such as "position.rank" or "priorities.0.code"; None where absent."""
    here: object = found
    for step in path.split("."):
        if isinstance(here, list):
            here = here[int(step)] if int(step) < len(here) else None
        else:
            here = here.get(step) if isinstance(here, dict) else None
    return here


@dataclass(frozen=True)
class Speaker:
    """Findings, a language and its names of the criteria."""

    found: dict
    lang: str
    names: dict[str, str]

    def get(self, path: str) -> object:
        """The value at a path."""
        return value(self.found, path)

    def word(self, text: str) -> str:
        """A single word or phrase of the catalogue."""
        return say(self.lang, text)

    def line(self, sentence: str, keys: tuple[str, ...] = (), **parts: object) -> Sentence:
        """A sentence; a part that starts with "@" is the path of its value."""
        paths = [p[1:] for p in parts.values() if isinstance(p, str) and p.startswith("@")]
        filled = {
            name: self.get(part[1:]) if isinstance(part, str) and part.startswith("@") else part
            for name, part in parts.items()
        }
        return Sentence(say(self.lang, sentence, **filled), (*paths, *keys))

    def province(self) -> str:
        """The name of the province."""
        return str(self.get(f"province.name_{self.lang}"))

    def list(self, items: list[str]) -> str:
        """Items in a row with the word for "and" before the last."""
        if len(items) < 2:
            return "".join(items)
        return say(self.lang, "{items} and {last}", items=", ".join(items[:-1]), last=items[-1])

    def places(self, codes: list[str]) -> str:
        """Names of provinces in the order of the language."""
        called = places.names_of(int(self.get("year")), self.lang)
        return self.list(sorted((called[code] for code in codes), key=places.collation_key))


def probability(lang: str, p: float) -> str:
    """A probability in per cent that claims neither certainty nor a border of a tier it misses.

    >>> probability("en", 0.9996), probability("en", 0.81), probability("en", 0.498)
    ('over 99%', '81%', 'under 50%')
    """
    if p > 0.99:
        return say(lang, "over {p:0%}", p=0.99)
    for border in (0.01, TIER_B, TIER_A):
        if p < border <= max(round(p, 2), 0.01):
            return say(lang, "under {p:0%}", p=border)
    return number(lang, p, "0%")

"""The unit of work, one report: a province, a year, a language and a seed, checked before it runs.

Nothing reaches a notebook that has not passed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from papi_analysis import panel, places, wording
from papi_analysis._errors import ParameterError
from papi_analysis.sources import embedded

#: The names that a notebook takes, with the type of each: a closed list.
PARAMETERS = {"province": str, "year": int, "lang": str, "seed": int, "out": str}
PROVINCE, SEED = "tra-vinh", 84
#: The report of each language.
REPORTS = {"vi": "report.html", "en": "report.en.html"}


@dataclass(frozen=True)
class Unit:
    """One report to make."""

    province: places.Province
    year: int
    lang: str
    seed: int

    @property
    def name(self) -> str:
        """The unit in a word, for messages and files: `tra-vinh/2024`."""
        return f"{self.province.slug}/{self.year}"

    def folder(self, out: str | Path) -> Path:
        """Where the report goes: `out/tra-vinh/2024`."""
        return Path(out).absolute() / self.province.slug / str(self.year)

    def parameters(self, *, lang: str | None = None, out: str = "") -> dict[str, object]:
        """What a notebook is told; only text and whole numbers, all ASCII."""
        return {
            "province": self.province.slug,
            "year": self.year,
            "lang": lang or self.lang,
            "seed": self.seed,
            "out": out,
        }


def plan(
    province: str = PROVINCE,
    year: int | None = None,
    *,
    lang: str = "vi",
    seed: int = SEED,
    data: str | Path | None = None,
) -> Unit:
    """The unit that is asked for, or the error that says what is wrong with it.

    Parameters
    ----------
    province : str
        Slug, GSO code or name.
    year : int, optional
        Year of the index; the latest with data by default.
    lang : str
        "vi" or "en".
    seed : int
        Seed of everything that is drawn at random.
    data : str or Path, optional
        Folder of the figures.

    Raises
    ------
    ParameterError
        When a value is of the wrong type or unknown; names the nearest.
    SourceError
        When a file of the data folder is not the published one.
    DataError
        When the province has no score in that year, with the reason.
    """
    _require_types(province=province, year=year, lang=lang, seed=seed)
    if lang not in wording.LANGUAGES:
        raise ParameterError("No language {value!r}. Use vi or en.", value=lang[:80])
    if not 0 <= seed < 2**32:
        raise ParameterError("The seed {value} is not between 0 and 4294967295.", value=seed)
    found = places.find(province, data)
    embedded.require_unchanged(data)
    scores = panel.load(data)
    chosen = panel.latest_year(scores) if year is None else year
    panel.require_scores(scores, found, chosen)
    return Unit(found, chosen, lang, seed)


def _require_types(**values: object) -> None:
    for name, value in values.items():
        kind = PARAMETERS[name]
        missing = name == "year" and value is None
        if missing or (isinstance(value, kind) and not isinstance(value, bool)):
            continue
        if kind is int:
            message = "The parameter {name} is {value!r}; it must be a whole number."
        else:
            message = "The parameter {name} is {value!r}; it must be text."
        raise ParameterError(message, name=name, value=str(value)[:80])

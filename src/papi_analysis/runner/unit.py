"""The unit of work, one report: a province, a year, a language and a seed, checked before it runs.

Nothing reaches a notebook that has not passed here.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from papi_analysis import i18n, places
from papi_analysis.data import embedded, panel
from papi_analysis.errors import DataError, ParameterError
from papi_analysis.runner.parameters import PARAMETERS, PROVINCE, SEED

#: The report of each language.
REPORTS = {"vi": "report.html", "en": "report.en.html"}


@dataclass(frozen=True)
class Unit:
    """One report to make."""

    province: places.Province
    year: int
    lang: str
    seed: int
    own: tuple[tuple[str, str], ...] = ()  # parameters that name a user's files
    geo: str = ""  # month from July 2025 whose provinces are meant; "": those of the series
    pdf: bool = False  # whether each page is printed into a PDF beside it

    @property
    def name(self) -> str:
        """The unit in a word, for messages and files: `tra-vinh/2024`, `vinh-long/2025-07/2024`."""
        return name_of(self.parameters())

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages of its pages: Vietnamese always, English when it is asked for."""
        return tuple(dict.fromkeys(("vi", self.lang)))

    def folder(self, out: str | Path) -> Path:
        """Where the report goes: `out/tra-vinh/2024`, or where a link of that name leads."""
        folder = Path(out).absolute() / self.name
        return folder.resolve() if folder.is_symlink() else folder

    def parameters(self, *, lang: str | None = None, out: str = "") -> dict[str, object]:
        """What a notebook is told; only text and whole numbers, all ASCII."""
        return {
            "province": self.province.slug,
            "year": self.year,
            "lang": lang or self.lang,
            "seed": self.seed,
            "out": out,
        } | ({"geo": self.geo} if self.geo else {})

    def recorded(self) -> dict[str, object]:
        """What the manifest says of the question: parameters, the user's files, a PDF asked for."""
        return self.parameters() | self.own_names() | ({"pdf": True} if self.pdf else {})

    def own_names(self) -> dict[str, str]:
        """The user's files by parameter, without their folders."""
        return {parameter: Path(file).name for parameter, file in self.own}


def name_of(parameters: dict[str, object]) -> str:
    """The unit that parameters ask for, in a word (see `Unit.name`)."""
    parts = (parameters["province"], parameters.get("geo"), parameters["year"])
    return "/".join(str(part) for part in parts if part)


def plan(
    province: str = PROVINCE,
    year: int | None = None,
    *,
    lang: str = "vi",
    seed: int = SEED,
    data: str | Path | None = None,
    pdf: bool = False,
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
    pdf : bool
        Whether each page is printed into a PDF beside it.

    Raises
    ------
    ParameterError
        When a value is of the wrong type or unknown; names the nearest.
    SourceError
        When a file of the data folder is not the published one.
    DataError
        When the province has no score in that year, with the reason.
    """
    _require_settings(province=province, year=year, lang=lang, seed=seed)
    found = places.find(province, data)
    embedded.require_unchanged(data)
    scores = panel.load(data)
    chosen = panel.latest_year(scores) if year is None else year
    panel.require_scores(scores, found, chosen)
    return Unit(found, chosen, lang, seed, pdf=pdf)


def merger(
    province: str = PROVINCE,
    year: int | None = None,
    *,
    geo: str,
    lang: str = "vi",
    seed: int = SEED,
    data: str | Path | None = None,
    pdf: bool = False,
) -> Unit:
    """The unit of a merged province before it existed, or what is wrong with it.

    Raises
    ------
    ParameterError, SourceError, DataError
        See `plan` and `findings.merged`.
    """
    from papi_analysis import findings

    _require_settings(province=province, year=year, lang=lang, seed=seed)
    embedded.require_unchanged(data)
    found = findings.merged(province, year, geo=geo, data=data)
    return Unit(found.province, found.year, lang, seed, geo=found.geo, pdf=pdf)


def plans(
    provinces: str = "all",
    years: str = "",
    *,
    lang: str = "vi",
    seed: int = SEED,
    data: str | Path | None = None,
    pdf: bool = False,
) -> tuple[list[Unit], dict[str, DataError]]:
    """The units of a batch, and those that have no scores with the reason.

    Parameters
    ----------
    provinces : str
        "all", or slugs, codes or names with commas between them.
    years : str
        Years and spans with commas between them, as "2024" or "2018-2021,2024"; the latest with
        data by default.

    Raises
    ------
    ParameterError, SourceError
        See `plan`.
    DataError
        When no unit has scores.
    """
    _require_settings(lang=lang, seed=seed)
    embedded.require_unchanged(data)
    scores = panel.load(data)
    words = places.provinces(data)["slug"] if provinces == "all" else provinces.split(",")
    chosen = {found.code: found for found in (places.find(word.strip(), data) for word in words)}
    units, absent = [], {}
    for year in _years(years) or [panel.latest_year(scores)]:
        for province in sorted(chosen.values(), key=lambda p: p.slug):
            unit = Unit(province, year, lang, seed, pdf=pdf)
            try:
                panel.require_scores(scores, province, year)
            except DataError as error:
                absent[unit.name] = error
            else:
                units.append(unit)
    if not units:
        raise next(iter(absent.values()))
    return units, absent


def _years(text: str) -> list[int]:
    found: list[int] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        first, dash, last = part.partition("-")
        if not all(year.isascii() and year.isdigit() for year in (first, last if dash else first)):
            raise ParameterError(
                "{value!r} is not a year or a span of years; write 2024 or 2018-2021,2024.",
                diagnosis="E-PARAM-TYPE",
                value=part[:80],
            )
        span = (int(first[:5]), int((last or first)[:5]))
        if not 1000 <= span[0] <= span[1] <= 9999:
            raise ParameterError(
                "{value!r} is not a year or a span from an earlier to a later year; "
                "write 2018-2021.",
                diagnosis="E-PARAM-TYPE",
                value=part[:80],
            )
        found += range(span[0], span[1] + 1)
    return list(dict.fromkeys(found))


def _require_settings(**values: object) -> None:
    _require_types(**values)
    if values["lang"] not in i18n.LANGUAGES:
        raise ParameterError("No language {value!r}. Use vi or en.", value=values["lang"][:80])
    if not 0 <= values["seed"] < 2**32:
        raise ParameterError(
            "The seed {value} is not between 0 and 4294967295.", value=values["seed"]
        )


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
        raise ParameterError(message, diagnosis="E-PARAM-TYPE", name=name, value=str(value)[:80])

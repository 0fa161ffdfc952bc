"""What is asked for: a province, a year, a language, a seed and a user's own files, checked first.

Nothing reaches a notebook that has not passed here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from papi_analysis import i18n, places
from papi_analysis.data import embedded, panel
from papi_analysis.errors import DataError, PapiError, ParameterError, SourceError
from papi_analysis.report import FILES
from papi_analysis.runner import progress
from papi_analysis.runner.notebook import PARAMETERS, PROVINCE, SEED

#: The report of each language.
REPORTS = FILES


@dataclass(frozen=True)
class ReportRequest:
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
) -> ReportRequest:
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
    embedded.require_unchanged(data)
    scores = panel.load(data)
    chosen = panel.latest_year(scores) if year is None else year
    found = places.find(province, data, year=chosen, follow=year is None)
    panel.require_scores(scores, found, chosen)
    return ReportRequest(found, chosen, lang, seed, pdf=pdf)


def merger(
    province: str = PROVINCE,
    year: int | None = None,
    *,
    geo: str,
    lang: str = "vi",
    seed: int = SEED,
    data: str | Path | None = None,
    pdf: bool = False,
) -> ReportRequest:
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
    return ReportRequest(found.province, found.year, lang, seed, geo=found.geo, pdf=pdf)


def plans(
    provinces: str = "all",
    years: str = "",
    *,
    lang: str = "vi",
    seed: int = SEED,
    data: str | Path | None = None,
    pdf: bool = False,
) -> tuple[list[ReportRequest], dict[str, DataError]]:
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
    units, absent = [], {}
    for year in _years(years) or [panel.latest_year(scores)]:
        everyone = provinces == "all"
        words = places.units_of(year, data)["slug"] if everyone else provinces.split(",")
        named = (places.find(word.strip(), data, year=year, follow=not years) for word in words)
        chosen = {found.code: found for found in named}
        for province in sorted(chosen.values(), key=lambda p: p.slug):
            unit = ReportRequest(province, year, lang, seed, pdf=pdf)
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


#: Parameters that name a user's files, each with an absolute path.
Own = tuple[tuple[str, str], ...]
#: Levels of a layer that serves every province.
NATIONAL = ("province", "merged")
#: What stands with a layer: the parts of a Shapefile, and the licence of a fetched file.
_PARTS = (".shx", ".dbf", ".prj", ".cpg")
_LICENCE = ".licence.json"


def checked_files(
    boundaries: str | Path = "",
    district_data: str | Path = "",
    *,
    province: str = places.DETAILED,
    geo: str = "",
    data: str | Path | None = None,
    tell: progress.Progress = progress.SILENT,
) -> Own:
    """The parameters that name a user's files, with absolute paths; warnings are told.

    `province` is the code of the province whose districts are meant. With `geo` a layer must be
    of the provinces since July 2025, and there are no districts.

    Raises
    ------
    ParameterError
        When figures by district are given with `geo`.
    SourceError, DataError
        When a file is refused, with all findings (see `atlas.layers`).
    """
    if geo and district_data:
        raise ParameterError("With --geo there are no districts: leave out --district-data.")
    own = _named_files(boundaries, district_data)
    if own:
        _examined(own, province, geo, data, tell)
    return own


def of_units(
    units: list[ReportRequest],
    boundaries: str | Path = "",
    district_data: str | Path = "",
    *,
    data: str | Path | None = None,
    tell: progress.Progress = progress.SILENT,
) -> tuple[list[ReportRequest], dict[str, PapiError]]:
    """The units of a batch with the user's files, and those whose province has no use for them.

    Raises
    ------
    SourceError, DataError
        When the files fit no province of the batch; the first refusal, with all findings.
    """
    own = _named_files(boundaries, district_data)
    if not own:
        return units, {}
    refused: dict[str, PapiError] = {}
    national = False
    for code in dict.fromkeys(one.province.code for one in units):
        try:
            national = national or _examined(own, code, "", data, tell) in NATIONAL
        except (SourceError, DataError) as error:
            refused[code] = error
        if national and not district_data:
            break
    kept = [replace(one, own=own) for one in units if one.province.code not in refused]
    if not kept:
        raise next(iter(refused.values()))
    lost = {u.name: refused[u.province.code] for u in units if u.province.code in refused}
    return kept, lost


def _named_files(boundaries: str | Path, district_data: str | Path) -> Own:
    named = {"boundaries": str(boundaries), "district_data": str(district_data)}
    return tuple((name, str(Path(file).absolute())) for name, file in named.items() if file)


def _examined(own: Own, province: str, geo: str, data, tell: progress.Progress) -> str:
    """Read the files as a run would, tell their warnings, and give the level of the layer."""
    from papi_analysis.ingest import issues
    from papi_analysis.plots import atlas

    if geo:
        layer = atlas.merged(dict(own)["boundaries"], data=data)
        level, warnings = "merged", layer.attrs["warnings"]
    else:
        found = atlas.layers(**dict(own), province=province, data=data)
        level, warnings = found.own, found.warnings
    for line in issues.listing(warnings, tell.lang):
        tell.step("{line}", line=line)
    return level


def file_digests(found: Own) -> dict[str, str]:
    """The hash of every file behind these parameters, as `own/<name>`."""
    from papi_analysis.runner import manifest

    files = [path for _, file in found for path in _with_parts(Path(file))]
    return {f"own/{path.name}": manifest.digest(path) for path in files if path.is_file()}


def _with_parts(path: Path) -> list[Path]:
    """A file with what belongs to it."""
    parts = [path.with_suffix(part) for part in _PARTS] if path.suffix.lower() == ".shp" else []
    return [path, *parts, path.with_name(path.name + _LICENCE)]

"""What is asked for: a province, a year, a language, a seed and a user's own files, checked first.

Nothing reaches a notebook that has not passed here. `Progress` tells the one who asks where a run
stands: one moving line on a terminal, plain lines in a log, nothing in a library.
"""

from __future__ import annotations

import sys
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

from papi_analysis import i18n, places
from papi_analysis.data import embedded, panel
from papi_analysis.errors import DataError, PapiError, ParameterError, SourceError
from papi_analysis.runner.notebook import PARAMETERS, PROVINCE, SEED, name_of

_WIDTH = 78
#: Levels of a layer that serves every province.
NATIONAL = ("province", "merged")
#: What stands with a layer: the parts of a Shapefile, and the licence of a fetched file.
_PARTS = (".shx", ".dbf", ".prj", ".cpg")
_LICENCE = ".licence.json"
#: Parameters that name a user's files, each with an absolute path.
Own = tuple[tuple[str, str], ...]


class Progress:
    """Tells the steps of a run in `lang` on `stream`; a quiet one tells nothing.

    Shared by the threads that run notebooks; messages of one report carry its name.
    """

    def __init__(self, lang: str = "vi", *, stream: TextIO | None = None, quiet: bool = False):
        self.lang, self.stream, self.quiet = lang, stream or sys.stderr, quiet
        self.terminal = self.stream.isatty()
        self._lock, self._start, self._open = threading.Lock(), time.monotonic(), False

    def step(self, sentence: str, **values: object) -> None:
        """A step that stays on the screen and in the log."""
        self._write(i18n.say(self.lang, sentence, **values), keep=True)

    def tick(self, sentence: str, **values: object) -> None:
        """A small step: on a terminal it overwrites the last one, in a log it is left out."""
        if self.terminal:
            self._write(i18n.say(self.lang, sentence, **values), keep=False)

    def close(self) -> None:
        """Leave the terminal on a fresh line."""
        with self._lock:
            self._clear()

    def _write(self, text: str, *, keep: bool) -> None:
        if self.quiet:
            return
        with self._lock:
            self._clear()
            seconds = time.monotonic() - self._start
            line = f"[{int(seconds // 60):02d}:{int(seconds % 60):02d}] {text}"
            self.stream.write(line + "\n" if keep else line[:_WIDTH])
            self._open = not keep
            self.stream.flush()

    def _clear(self) -> None:
        if self._open:
            self.stream.write("\r\x1b[2K")
            self._open = False


SILENT = Progress(quiet=True)


@dataclass(frozen=True)
class ReportRequest:
    """One report to make."""

    province: places.Province
    year: int
    lang: str
    seed: int
    own: Own = ()
    geo: str = ""  # month from July 2025 whose provinces are meant; "": those of the series
    pdf: bool = False  # whether each page is printed into a PDF beside it

    @property
    def name(self) -> str:
        """The report in a word: `tra-vinh/2024`, `vinh-long/2025-07/2024`."""
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


def one(
    province: str = PROVINCE,
    year: int | None = None,
    *,
    lang: str = "vi",
    seed: int = SEED,
    geo: str = "",
    pdf: bool = False,
) -> ReportRequest:
    """The report that is asked for, or the error that says what is wrong with it.

    Parameters
    ----------
    province : str
        Slug, GSO code or name.
    year : int or None
        Year of the index; the latest with data by default.
    lang : {"vi", "en"}
    seed : int
        Seed of everything that is drawn at random.
    geo : str
        Month from July 2025: the back-cast of a merged province.
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
    embedded.require_unchanged()
    if geo:
        from papi_analysis import findings  # statistics: a second, for merged provinces only

        case = findings.merged(province, year, geo=geo)
        return ReportRequest(case.province, case.year, lang, seed, geo=case.geo, pdf=pdf)
    scores = panel.load()
    chosen = panel.latest_year(scores) if year is None else year
    found = places.find(province, year=chosen, follow=year is None)
    panel.require_scores(scores, found, chosen)
    return ReportRequest(found, chosen, lang, seed, pdf=pdf)


def many(
    provinces: str = "all",
    years: str = "",
    *,
    lang: str = "vi",
    seed: int = SEED,
    pdf: bool = False,
) -> tuple[list[ReportRequest], dict[str, DataError]]:
    """The reports of a batch, and those that have no scores with the reason.

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
        See `one`.
    DataError
        When no report has scores.
    """
    _require_settings(lang=lang, seed=seed)
    embedded.require_unchanged()
    scores = panel.load()
    requests, absent = [], {}
    for year in _years(years) or [panel.latest_year(scores)]:
        everyone = provinces == "all"
        words = places.units_of(year)["slug"] if everyone else provinces.split(",")
        named = (places.find(word.strip(), year=year, follow=not years) for word in words)
        chosen = {found.code: found for found in named}
        for province in sorted(chosen.values(), key=lambda p: p.slug):
            request = ReportRequest(province, year, lang, seed, pdf=pdf)
            try:
                panel.require_scores(scores, province, year)
            except DataError as error:
                absent[request.name] = error
            else:
                requests.append(request)
    if not requests:
        raise next(iter(absent.values()))
    return requests, absent


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
    for name, value in values.items():
        kind = PARAMETERS[name]
        missing = name == "year" and value is None
        if not missing and (not isinstance(value, kind) or isinstance(value, bool)):
            raise ParameterError(
                "The parameter {name} is {value!r}; it must be a whole number."
                if kind is int
                else "The parameter {name} is {value!r}; it must be text.",
                diagnosis="E-PARAM-TYPE",
                name=name,
                value=str(value)[:80],
            )
    if values["lang"] not in i18n.LANGUAGES:
        raise ParameterError("No language {value!r}. Use vi or en.", value=values["lang"][:80])
    if not 0 <= values["seed"] < 2**32:
        raise ParameterError(
            "The seed {value} is not between 0 and 4294967295.", value=values["seed"]
        )


def with_own_files(
    request: ReportRequest,
    boundaries: str | Path,
    district_data: str | Path,
    tell: Progress = SILENT,
) -> ReportRequest:
    """The report with a user's own files for its maps, which are read here; warnings are told.

    Raises
    ------
    ParameterError
        When figures by district are given for a merged province: there are no districts.
    SourceError, DataError
        When a file is refused, with all findings (see `boundaries.all_layers`).
    """
    if request.geo and district_data:
        raise ParameterError("With --geo there are no districts: leave out --district-data.")
    own = _named_files(boundaries, district_data)
    if own:
        _examined(own, request.province.code, request.geo, tell)
    return replace(request, own=own)


def all_with_own_files(
    requests: list[ReportRequest],
    boundaries: str | Path,
    district_data: str | Path,
    tell: Progress = SILENT,
) -> tuple[list[ReportRequest], dict[str, PapiError]]:
    """The reports of a batch with the user's files, and those whose province has no use for them.

    Raises
    ------
    SourceError, DataError
        When the files fit no province of the batch; the first refusal, with all findings.
    """
    own = _named_files(boundaries, district_data)
    if not own:
        return requests, {}
    refused: dict[str, PapiError] = {}
    national = False
    for code in dict.fromkeys(request.province.code for request in requests):
        try:
            national = national or _examined(own, code, "", tell) in NATIONAL
        except (SourceError, DataError) as error:
            refused[code] = error
        if national and not district_data:
            break
    kept = [replace(r, own=own) for r in requests if r.province.code not in refused]
    if not kept:
        raise next(iter(refused.values()))
    lost = {r.name: refused[r.province.code] for r in requests if r.province.code in refused}
    return kept, lost


def _named_files(boundaries: str | Path, district_data: str | Path) -> Own:
    named = {"boundaries": str(boundaries), "district_data": str(district_data)}
    return tuple((name, str(Path(file).absolute())) for name, file in named.items() if file)


def _examined(own: Own, province: str, geo: str, tell: Progress) -> str:
    """Read the files as a run would, tell their warnings, and give the level of the layer."""
    from papi_analysis import boundaries  # geopandas: seconds, for own files only
    from papi_analysis.ingest import issues

    if geo:
        layer = boundaries.merged_layer(dict(own)["boundaries"])
        level, warnings = "merged", layer.attrs["warnings"]
    else:
        found = boundaries.all_layers(**dict(own), province=province)
        level, warnings = found.own, found.warnings
    for line in issues.listing(warnings, tell.lang):
        tell.step("{line}", line=line)
    return level


def own_files(own: Own) -> dict[str, Path]:
    """Every file behind these parameters, with what belongs to it, as `own/<name>`."""
    found = [path for _, file in own for path in _with_parts(Path(file))]
    return {f"own/{path.name}": path for path in found if path.is_file()}


def _with_parts(path: Path) -> list[Path]:
    parts = [path.with_suffix(part) for part in _PARTS] if path.suffix.lower() == ".shp" else []
    return [path, *parts, path.with_name(path.name + _LICENCE)]

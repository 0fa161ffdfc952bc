"""A user's own files in a run: checked before a kernel starts, named by hash in the manifest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from papi_analysis import places
from papi_analysis.errors import DataError, PapiError, ParameterError, SourceError
from papi_analysis.runner import progress
from papi_analysis.runner.unit import Unit

#: Parameters that name a user's files, each with an absolute path.
Own = tuple[tuple[str, str], ...]
#: Levels of a layer that serves every province.
NATIONAL = ("province", "merged")
#: What stands with a layer: the parts of a Shapefile, and the licence of a fetched file.
_PARTS = (".shx", ".dbf", ".prj", ".cpg")
_LICENCE = ".licence.json"


def checked(
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
    own = _named(boundaries, district_data)
    if own:
        _examined(own, province, geo, data, tell)
    return own


def of_units(
    units: list[Unit],
    boundaries: str | Path = "",
    district_data: str | Path = "",
    *,
    data: str | Path | None = None,
    tell: progress.Progress = progress.SILENT,
) -> tuple[list[Unit], dict[str, PapiError]]:
    """The units of a batch with the user's files, and those whose province has no use for them.

    Raises
    ------
    SourceError, DataError
        When the files fit no province of the batch; the first refusal, with all findings.
    """
    own = _named(boundaries, district_data)
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


def _named(boundaries: str | Path, district_data: str | Path) -> Own:
    named = {"boundaries": str(boundaries), "district_data": str(district_data)}
    return tuple((name, str(Path(file).absolute())) for name, file in named.items() if file)


def _examined(own: Own, province: str, geo: str, data, tell: progress.Progress) -> str:
    """Read the files as a run would, tell their warnings, and give the level of the layer."""
    from papi_analysis.ingest import notices
    from papi_analysis.plots import atlas

    if geo:
        layer = atlas.merged(dict(own)["boundaries"], data=data)
        level, warnings = "merged", layer.attrs["warnings"]
    else:
        found = atlas.layers(**dict(own), province=province, data=data)
        level, warnings = found.own, found.warnings
    for line in notices.listing(warnings, tell.lang):
        tell.step("{line}", line=line)
    return level


def digests(found: Own) -> dict[str, str]:
    """The hash of every file behind these parameters, as `own/<name>`."""
    from papi_analysis.runner import manifest

    files = [path for _, file in found for path in _whole(Path(file))]
    return {f"own/{path.name}": manifest.digest(path) for path in files if path.is_file()}


def _whole(path: Path) -> list[Path]:
    """A file with what belongs to it."""
    parts = [path.with_suffix(part) for part in _PARTS] if path.suffix.lower() == ".shp" else []
    return [path, *parts, path.with_name(path.name + _LICENCE)]

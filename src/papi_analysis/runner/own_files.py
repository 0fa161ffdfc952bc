"""A user's own files in a run: checked before a kernel starts, named by hash in the manifest."""

from __future__ import annotations

from pathlib import Path

from papi_analysis._errors import ParameterError
from papi_analysis.runner import progress

#: What stands with a layer: the parts of a Shapefile, and the licence of a fetched file.
_PARTS = (".shx", ".dbf", ".prj", ".cpg")
_LICENCE = ".licence.json"


def checked(
    boundaries: str | Path = "",
    district_data: str | Path = "",
    *,
    data: str | Path | None = None,
    tell: progress.Progress = progress.SILENT,
) -> tuple[tuple[str, str], ...]:
    """The parameters that name a user's files, with absolute paths; warnings are told.

    Raises
    ------
    SourceError, DataError
        When a file is refused, with all findings (see `atlas.layers`).
    """
    named = {"boundaries": str(boundaries), "district_data": str(district_data)}
    found = tuple((name, str(Path(file).absolute())) for name, file in named.items() if file)
    if found:
        from papi_analysis import atlas
        from papi_analysis.sources import notices

        for line in notices.listing(atlas.layers(**dict(found), data=data).warnings, tell.lang):
            tell.step("{line}", line=line)
    return found


def require_none(geo: str, **named: str | Path) -> None:
    """Raise `ParameterError` where files for maps are given and no map will be drawn."""
    names = [f"--{name.replace('_', '-')}" for name, file in named.items() if file]
    if geo and names:
        raise ParameterError(
            "With --geo no map is drawn: leave out {names}.", names=", ".join(names)
        )


def digests(found: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The hash of every file behind these parameters, as `own/<name>`."""
    from papi_analysis.runner import manifest

    files = [path for _, file in found for path in _whole(Path(file))]
    return {f"own/{path.name}": manifest.digest(path) for path in files if path.is_file()}


def _whole(path: Path) -> list[Path]:
    """A file with what belongs to it."""
    parts = [path.with_suffix(part) for part in _PARTS] if path.suffix.lower() == ".shp" else []
    return [path, *parts, path.with_name(path.name + _LICENCE)]

"""The manifest of a report: what it was made from, with what, and the hash of every part."""

from __future__ import annotations

import hashlib
import json
import platform
import shlex
from importlib import metadata
from pathlib import Path, PurePosixPath

import papi_analysis
from papi_analysis import settings
from papi_analysis.errors import SourceError
from papi_analysis.runner import notebook
from papi_analysis.runner.request import ReportRequest

SCHEMA = "papi-manifest/2"
#: That of manifests which carry no hash of themselves.
_UNSEALED = "papi-manifest/1"
FILE = "manifest.json"
#: Libraries on which the figures of a report depend.
_LIBRARIES = (
    "babel geopandas ipykernel jinja2 libpysal esda matplotlib nbclient numpy pandas "
    "papermill scipy seaborn shapely statsmodels"
).split()


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def inputs(
    data: str | Path | None = None,
    notebooks: str | Path | None = None,
    *,
    report: str = notebook.REPORT,
) -> dict[str, str]:
    """The hash of all that a run reads: data files, notebooks, and the code as one."""
    folder = settings.data_folder(data)
    files = {f"data/{p.relative_to(folder).as_posix()}": p for p in folder.rglob("*")}
    files = {name: path for name, path in files.items() if "/." not in name}  # no way back (undo)
    files |= {f"notebooks/{p.name}": p for p in notebook.files(notebooks, report)}
    found = {name: digest(path) for name, path in sorted(files.items()) if path.is_file()}
    return found | {"papi_analysis": code()}


def code() -> str:
    """One hash of every file of code of this package, the same in a clone and installed."""
    root = Path(papi_analysis.__file__).parent
    other = {"__pycache__", settings.SHARE.name}
    files = sorted(p for p in root.rglob("*") if p.is_file())
    names = [(p.relative_to(root), p) for p in files]
    listed = "".join(f"{n.as_posix()} {digest(p)}\n" for n, p in names if not other & {*n.parts})
    return hashlib.sha256(listed.encode()).hexdigest()


def state(sources: dict[str, str]) -> str:
    """One hash of inputs, code and libraries: results may be shared where it is the same."""
    parts = {name: value for name, value in sources.items() if not name.startswith("notebooks/")}
    return hashlib.sha256(json.dumps([parts, versions()]).encode()).hexdigest()[:20]


def versions() -> dict[str, str]:
    """The versions of Python, of this package and of the libraries behind the figures."""
    found = {"python": platform.python_version(), "papi-analysis": papi_analysis.__version__}
    return found | {name: metadata.version(name) for name in _LIBRARIES}


def write(
    folder: Path,
    unit: ReportRequest,
    *,
    sources: dict[str, str],
    durations: dict[str, object],
    prints: dict[str, dict[str, str]] | None = None,
) -> Path:
    """Write the manifest of a finished folder: the last file of a run.

    Durations stand here and nowhere else; all other files of a run depend on inputs and seed only,
    a PDF on the release of the browser too: `prints` names that, and the hash of the page printed.
    """
    parts = {
        path.relative_to(folder).as_posix(): {"sha256": digest(path), "bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    record = {
        "schema": SCHEMA,
        "command": (
            f"papi run --province {unit.province.slug} --year {unit.year} --lang {unit.lang} "
            f"--seed {unit.seed}"
        )
        + "".join(
            f" --{parameter.replace('_', '-')} {shlex.quote(name)}"
            for parameter, name in [*unit.own_names().items(), *_geo(unit)]
        )
        + (" --pdf" if unit.pdf else ""),
        "parameters": unit.recorded(),
        "inputs": sources,
        "versions": versions(),
        "files": parts,
        **({"pdf": prints} if prints else {}),
        "durations": durations,
    }
    path = folder / FILE
    path.write_text(text(record), encoding="utf-8", newline="\n")
    return path


def text(record: dict) -> str:
    """A manifest as it is written: its last entry is the hash of all before."""
    body = {name: value for name, value in record.items() if name != "sha256"}
    before = json.dumps(body, ensure_ascii=False, indent=1)
    seal = hashlib.sha256(before.encode()).hexdigest()
    return json.dumps(body | {"sha256": seal}, ensure_ascii=False, indent=1) + "\n"


def _geo(unit: ReportRequest) -> list[tuple[str, str]]:
    return [("geo", unit.geo)] if unit.geo else []


def read(folder: Path) -> dict:
    """The manifest of a report folder.

    Raises
    ------
    SourceError
        When there is none or it cannot be read: then there is no report.
    """
    path = folder / FILE
    try:
        content = path.read_bytes()
        record = json.loads(content)
        if record["schema"] not in (SCHEMA, _UNSEALED):
            raise ValueError(record["schema"])
        _require_shape(record)
    except FileNotFoundError as error:
        raise SourceError(
            "{folder} is not a finished report: manifest.json is missing.", folder=str(folder)
        ) from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OSError) as error:
        raise SourceError(
            "The manifest of {folder} cannot be read ({reason}). Make the report again.",
            folder=str(folder),
            reason=str(error)[:80],
        ) from error
    if record["schema"] == SCHEMA and content != text(record).encode():
        raise SourceError(
            "The manifest.json of {folder} is not as it was written: it is damaged or was changed. "
            "Make the report again.",
            folder=str(folder),
        )
    return record


def _require_shape(record: dict) -> None:
    """Raise `ValueError`, `KeyError` or `TypeError` unless a manifest has what is read of it."""
    asked = record["parameters"]
    for name, kind in {"province": str, "year": int, "lang": str}.items():
        if not isinstance(asked[name], kind):
            raise TypeError(f"parameters.{name}")
    for name in ("inputs", "versions"):
        if not all(isinstance(value, str) for value in record.get(name, {}).values()):
            raise TypeError(name)
    for name, part in record["files"].items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or name in ("", FILE):
            raise ValueError(name)
        if not isinstance(part["sha256"], str):
            raise TypeError(name)
    for part in record.get("pdf", {}).values():
        if not isinstance(part["page"], str):
            raise TypeError("pdf")

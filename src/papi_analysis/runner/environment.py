"""The environment of a kernel: the user's, without what would change results."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path

from papi_analysis import cache, settings, stamp

_DROP = (
    "PYTHONWARNINGS",
    "PYTHONSTARTUP",
    "PYTHONINSPECT",
    "IPYTHONDIR",
    "MPLBACKEND",
    cache.FOLDER,
    cache.MANY,
    stamp.VARIABLE,
)
_FIXED = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "LANG": "C.UTF-8",
    "SOURCE_DATE_EPOCH": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "COLUMNS": "80",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # a thread would forbid to fork
}


def of_kernel(folder: Path, given: dict[str, str] | None = None) -> dict[str, str]:
    """The environment of a kernel with a folder of its own, and what it is told besides."""
    kept = {name: value for name, value in os.environ.items() if name not in _DROP}
    spec = find_spec("matplotlib")
    if spec and spec.submodule_search_locations:
        rc = Path(spec.submodule_search_locations[0]) / "mpl-data" / "matplotlibrc"
        kept["MATPLOTLIBRC"] = str(rc)
    return {**kept, **_FIXED, **(given or {}), "IPYTHONDIR": str(folder)}


def told(
    owner: str, folder: Path | None = None, *, many: bool = False, data: str = ""
) -> dict[str, str]:
    """What a kernel is told of its work.

    `owner` is the unit that its drawings carry, `folder` that of shared results, `many` says
    whether all provinces will ask for these, and `data` is the chosen folder of the figures.
    """
    sharing = {cache.FOLDER: str(folder)} if folder else {}
    if data:
        sharing[settings.DATA] = data
    return {stamp.VARIABLE: owner, **sharing, **({cache.MANY: "1"} if folder and many else {})}

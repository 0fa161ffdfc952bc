"""The settings of one process and of the kernels that it starts: where the figures are.

A setting is an environment variable, so that every kernel, worker and child sees the same one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from papi_analysis.errors import ParameterError

__all__ = ["data_folder", "shipped", "use"]


def __dir__() -> list[str]:
    return __all__


#: The environment variable that names the folder of the figures.
DATA = "PAPI_DATA"
_PACKAGE = Path(__file__).resolve().parent
#: What an installed package carries; a clone has it beside `src`.
SHARE = _PACKAGE / "share"


def shipped(name: str) -> Path:
    """The folder `data` or `notebooks` that came with this package: of the wheel or of the clone.

    >>> shipped("data").name
    'data'
    """
    carried = SHARE / name
    return carried if carried.is_dir() else _PACKAGE.parents[1] / name


#: The figures that came with this package.
REPOSITORY = shipped("data")


def data_folder(data: str | Path | None = None) -> Path:
    """The folder of the figures: `data` when given, else `PAPI_DATA`, else the repository's.

    Raises
    ------
    ParameterError
        When the folder holds no `papi/scores.csv`.
    """
    folder = Path(data or os.environ.get(DATA) or REPOSITORY)
    if not (folder / "papi" / "scores.csv").is_file():
        raise ParameterError(
            "No figures in {folder}: papi/scores.csv is missing. Name a data folder with --data, "
            "PAPI_DATA or settings.use(data=...).",
            diagnosis="E-CONFIG",
            folder=str(folder),
        )
    return folder


def writable_data_folder(data: str | Path | None = None) -> Path:
    """The folder of the figures for whoever writes to it: never one inside an installed package.

    Raises
    ------
    ParameterError
        When it holds no figures, or is part of an installed package: an update would lose the work.
    """
    folder = data_folder(data).resolve()
    if folder.is_relative_to(SHARE):
        raise ParameterError(
            "The figures that came with the installed package are not written to. Make your own "
            "copy with: papi lab --copy-only --folder papi-lab; then add: --data papi-lab/data",
            diagnosis="E-CONFIG",
        )
    return folder


def chosen() -> str:
    """The folder of the figures where one was chosen; "" where it is the repository's."""
    return os.environ.get(DATA, "")


@contextmanager
def use(*, data: str | Path | None = None) -> Iterator[None]:
    """Set the folder of the figures for this process and all that it starts meanwhile.

    Without `data` nothing is changed.

    Raises
    ------
    ParameterError
        When `data` holds no `papi/scores.csv`.
    """
    before = os.environ.get(DATA)
    if data:
        os.environ[DATA] = str(data_folder(data).resolve())
    try:
        yield
    finally:
        if before is None:
            os.environ.pop(DATA, None)
        else:
            os.environ[DATA] = before

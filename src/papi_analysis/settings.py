"""The settings of one process and of the kernels that it starts: where the figures are.

A setting is an environment variable, so that every kernel, worker and child sees the same one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from papi_analysis.errors import ParameterError

#: The environment variable that names the folder of the figures.
DATA = "PAPI_DATA"
#: The figures of the repository that this package stands in.
REPOSITORY = Path(__file__).resolve().parents[2] / "data"


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
            "No figures in {folder}: papi/scores.csv is missing. Name the data folder of the "
            "repository with --data.",
            diagnosis="E-CONFIG",
            folder=str(folder),
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

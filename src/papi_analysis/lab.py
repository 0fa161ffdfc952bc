"""The notebooks opened in JupyterLab, on this machine only, with the figures they read.

In a clone they are those of the clone. From an installed package they and the figures are copied
into a folder of the user's own first: what he changes there, an update leaves alone.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from papi_analysis import settings
from papi_analysis.errors import EnvironmentFault

FOLDER = "papi-lab"
FIRST = "00-explore"
#: Interface settings by language: no news, no look for updates.
_INTERFACE = Path(__file__).parent / "interface"


def workspace(folder: str | Path | None = None) -> Path:
    """A folder with `notebooks` and `data`: the clone's, or `folder` filled from the package.

    What is there already is not touched.

    Raises
    ------
    EnvironmentFault
        When nothing can be written there.
    """
    shipped = {name: settings.shipped(name) for name in ("data", "notebooks")}
    if folder is None and not shipped["data"].is_relative_to(settings.SHARE):
        return shipped["data"].parent
    target = Path(folder or FOLDER).absolute()
    try:
        for name, source in shipped.items():
            if not (target / name).exists():
                hidden = shutil.ignore_patterns(".*")
                shutil.copytree(source, target / name, ignore=hidden)
    except OSError as error:
        raise EnvironmentFault(
            "{folder} cannot be written ({reason}).",
            diagnosis="E-OUT",
            folder=str(target),
            reason=error.strerror or str(error),
        ) from error
    return target


def command(folder: Path, options: Sequence[str] = (), *, lang: str = "vi") -> list[str]:
    """The command that opens a workspace in JupyterLab; `options` are JupyterLab's own.

    Raises
    ------
    EnvironmentFault
        When JupyterLab is not installed.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise EnvironmentFault(
            'JupyterLab is not installed. Install it with: pip install "papi-analysis[lab]"',
            diagnosis="E-CONFIG",
        )
    root = hasattr(os, "geteuid") and os.geteuid() == 0  # as in a container
    return [
        sys.executable, "-m", "jupyter", "lab", "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.root_dir={folder}", "--KernelManager.transport_encryption=auto",
        f"--LabApp.app_settings_dir={_INTERFACE / lang}",
        f"--LabApp.default_url=/lab/tree/notebooks/{FIRST}.ipynb",
        *(["--allow-root"] if root else []), *options,
    ]  # fmt: skip


def start(folder: Path, options: Sequence[str] = (), *, lang: str = "vi") -> int:
    """Open a workspace in JupyterLab and give its exit status when it ends."""
    data = {} if settings.chosen() else {settings.DATA: str(folder / "data")}
    line, environment = command(folder, options, lang=lang), {**os.environ, **data}
    if os.name == "posix":  # JupyterLab takes the place of this process, and its signals
        os.execve(line[0], line, environment)
    return subprocess.run(line, env=environment, check=False).returncode

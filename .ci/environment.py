"""Write environment.yml (conda) from pyproject.toml, the only source of dependencies."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXTRAS = ("lab", "test")
#: Names under which conda-forge carries a package, where they differ.
CONDA_NAMES = {"jupyter-server": "jupyter_server", "matplotlib": "matplotlib-base"}
#: Packages that conda-forge does not carry.
PIP_ONLY = ("axe-playwright-python", "jupyterlab-language-pack-vi-VN", "playwright")


def name_of(requirement: str) -> str:
    """The name in front of the version range."""
    return re.match(r"[A-Za-z0-9._-]+", requirement).group()


def environment(root: Path = ROOT) -> str:
    """The text of environment.yml."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"]]
    for extra in EXTRAS:
        wanted += project["optional-dependencies"][extra]
    conda, pip = [], []
    for requirement in sorted(wanted):
        name = name_of(requirement)
        renamed = requirement.replace(name, CONDA_NAMES.get(name, name), 1)
        (pip if name in PIP_ONLY else conda).append(renamed)
    lines = [
        "# Made from pyproject.toml by: python .ci/environment.py",
        "name: papi-analysis",
        "channels:",
        "  - conda-forge",
        "  - nodefaults",
        "dependencies:",
        f'  - "python{project["requires-python"]}"',
        "  - pip",
        *(f'  - "{requirement}"' for requirement in conda),
        "  - pip:",
        *(f'      - "{requirement}"' for requirement in pip),
        "      - -e .",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (ROOT / "environment.yml").write_text(environment(), encoding="utf-8")

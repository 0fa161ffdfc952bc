"""pyproject.toml is the only source of dependencies, and everything else is in step with it."""

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_conda_environment_is_made_from_pyproject():
    path = ROOT / ".ci" / "environment.py"
    spec = importlib.util.spec_from_file_location("environment", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert written == module.environment(), "run: python .ci/environment.py"
    assert "conda-forge" in written and "defaults\n" not in written.replace("nodefaults\n", "")
    assert written.rstrip().endswith("- -e .")


def test_every_range_has_a_floor_and_the_lock_is_inside_it():
    pins = dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==([^\s;]+)", LOCK, flags=re.M))
    pins = {canonicalize_name(name): version for name, version in pins.items()}
    wanted = [*PROJECT["dependencies"], *(r for extra in EXTRAS.values() for r in extra)]
    for text in wanted:
        requirement = Requirement(text)
        assert ">=" in str(requirement.specifier), text
        version = pins[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{text} against {version} of the lock"


def test_the_lock_names_everything_that_its_packages_need():
    """It is installed without a search for dependencies, so nothing may be missing."""
    shown = subprocess.run(
        [sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False
    )
    assert shown.returncode == 0, shown.stdout


def test_the_lock_has_hashes_and_no_addresses():
    blocks = re.split(r"\n(?=\S)", LOCK.strip())
    pinned = [block for block in blocks if "==" in block.splitlines()[0]]
    assert len(pinned) > 100
    assert all("--hash=sha256:" in block for block in pinned)
    assert not re.search(r"https?://|--index-url|--extra-index-url|--find-links", LOCK)


#: Dependencies that are run, not imported: the program or plug-in, and who runs it.
RUN = {
    "ipykernel": "the kernel of the notebooks",
    "jupyterlab": "make lab",
    "jupyter-server": "floor of a dependency of jupyterlab",
    "jupyterlab-language-pack-vi-VN": "the interface of JupyterLab in Vietnamese",
    "nbval": "pytest --nbval",
    "pytest": "make test",
    "pytest-cov": "coverage of the input code",
    "pytest-xdist": "make test, on more than one core",
    "ruff": "style check",
    "mypy": "type check",
    "nbconvert": "the plain loop that benchmarks measure against",
    "check-jsonschema": "workflow files",
    "numpydoc": "docstring check",
    "mkdocs-material": "the documentation",
    "mkdocstrings-python": "the documentation",
    "openpyxl": "pandas reads and writes xlsx through it",
    "pyarrow": "pandas writes Parquet through it",
}
IMPORT_NAMES = {
    "axe-playwright-python": "axe_playwright_python",
    "pillow": "PIL",
    "pyyaml": "yaml",
}
#: Modules that come with a package of another name, or lie beside the file that imports them.
BESIDE = {
    "papi_analysis",
    "fontTools",
    "mpl_toolkits",
    "jupyter_client",
    "IPython",
    "matplotlib_inline",
    "traitlets",
    "markupsafe",
    "packaging",
}


def code():
    """The text of every file of code, notebooks too."""
    folders = ("src", "tests", "benchmarks", "notebooks", ".ci")
    files = [f for d in folders for f in (ROOT / d).rglob("*") if f.suffix in {".py", ".ipynb"}]
    return {file: file.read_text(encoding="utf-8") for file in files}


def modules():
    """The declared distributions and the modules that they are imported as."""
    wanted = [*PROJECT["dependencies"], *(r for extra in EXTRAS.values() for r in extra)]
    names = [Requirement(text).name for text in wanted]
    return {name: IMPORT_NAMES.get(name, name.replace("-", "_")) for name in names}


def test_nothing_is_installed_that_nothing_uses():
    text = "\n".join(code().values())
    for name, module in modules().items():
        imported = re.search(rf"(?:import|from) {module}\b|importorskip\(.{module}\b", text)
        assert imported or name in RUN, f"nothing imports {name}"


def test_nothing_is_imported_that_is_not_declared():
    files = {file: text for file, text in code().items() if file.suffix == ".py"}
    own = {file.stem for file in files} | {file.parent.name for file in files}
    known = set(sys.stdlib_module_names) | set(modules().values()) | own | BESIDE
    missing = set()
    for file, text in files.items():
        nodes = list(ast.walk(ast.parse(text)))
        names = [a.name for n in nodes if isinstance(n, ast.Import) for a in n.names]
        names += [n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module]
        roots = {name.split(".")[0] for name in names}
        missing |= {(str(file.relative_to(ROOT)), root) for root in roots - known}
    assert missing == set()

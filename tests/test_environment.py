"""pyproject.toml is the only source of dependencies, and everything else is in step with it."""

import ast
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from papi_analysis.runner import notebook
from papi_analysis.runner.manifest import code as code_of_here

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
#: The lock in its two tiers: what a report needs, and all that there is.
REPORT = (ROOT / "requirements.lock").read_text(encoding="utf-8")
LOCK = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
spec = importlib.util.spec_from_file_location("environment_setup", ROOT / ".ci" / "setup.py")
setup = importlib.util.module_from_spec(spec)
spec.loader.exec_module(setup)


def test_conda_environment_is_made_from_pyproject():
    path = ROOT / ".ci" / "environment.py"
    spec = importlib.util.spec_from_file_location("environment", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (ROOT / "environment.yml").read_text(encoding="utf-8")
    assert written == module.environment(), "run: python .ci/environment.py"
    assert "conda-forge" in written and "defaults\n" not in written.replace("nodefaults\n", "")
    assert written.rstrip().endswith("- -e .")


def pinned(lock):
    """The version of every package of a lock."""
    pins = dict(re.findall(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==([^\s;]+)", lock, flags=re.M))
    return {canonicalize_name(name): version for name, version in pins.items()}


def test_a_report_needs_a_part_of_the_lock_at_the_same_versions():
    few, all_of_them = pinned(REPORT), pinned(LOCK)
    assert few.items() < all_of_them.items()
    assert {canonicalize_name(Requirement(r).name) for r in PROJECT["dependencies"]} <= set(few)
    assert not {"jupyterlab", "playwright", "pytest", "mkdocs", "nbconvert"} & set(few)


def test_every_range_has_a_floor_and_the_lock_is_inside_it():
    pins = pinned(LOCK)
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
    for lock in (REPORT, LOCK):
        blocks = re.split(r"\n(?=\S)", lock.strip())
        locked = [block for block in blocks if "==" in block.splitlines()[0]]
        assert len(locked) > 80
        assert all("--hash=sha256:" in block for block in locked)
        assert not re.search(r"https?://|--index-url|--extra-index-url|--find-links", lock)


#: Dependencies that are run, not imported: the program or plug-in, and who runs it.
RUN = {
    "ipykernel": "the kernel of the notebooks",
    "jupyterlab": "papi lab",
    "jupyter-server": "floor of a dependency of jupyterlab",
    "jupyterlab-language-pack-vi-VN": "the interface of JupyterLab in Vietnamese",
    "nbval": "pytest --nbval",
    "pytest": "make test",
    "pytest-cov": "coverage of the input code",
    "pytest-xdist": "make test, on more than one core",
    "ruff": "style check",
    "latex2mathml": "the documentation",
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
    "python-docx": "docx",
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


# --- the environment that is made from the lock


@pytest.mark.parametrize("said", [0, 3])
def test_setting_up_tells_its_steps_or_why_it_failed(said, tmp_path, capfd):
    """A program in place of pip says what pip says, and ends as it is told."""
    program = tmp_path / "pip"
    lines = [f"Collecting p{n}==1" for n in range(25)] + ["Installing collected packages: p1"]
    program.write_text(
        f"#!/bin/sh\ncat <<'END'\n{chr(10).join(lines)}\nEND\nexit {said}\n", encoding="utf-8"
    )
    program.chmod(0o755)
    if said:
        with pytest.raises(SystemExit, match="pip failed"):
            setup.install(program, total=30)
    else:
        setup.install(program, total=30)
    shown = capfd.readouterr().out.splitlines()
    assert [line.split()[0] for line in shown] == ["10", "20", "unpacking"]


# --- the package, installed without this repository


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder with the package as its wheel holds it, built from a copy of what is tracked."""
    pytest.importorskip("hatchling", reason="the builder of the wheel is not installed")
    home = tmp_path_factory.mktemp("wheel")
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "src", "data", "notebooks", "pyproject.toml", "README.md",
         "LICENSE"], cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    for name in filter(lambda name: name and (ROOT / name).is_file(), tracked):
        (home / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, home / "source" / name)
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(home)],
        cwd=home / "source", capture_output=True, check=True,
    )  # fmt: skip
    (wheel,) = home.glob("*.whl")
    assert wheel.stat().st_size < 4e6
    zipfile.ZipFile(wheel).extractall(home / "installed")
    shutil.rmtree(home / "source")
    return home / "installed"


def run(installed, *words, cwd):
    """A command in an interpreter that knows the installed package alone."""
    own = {"PYTHONPATH": str(installed), "PAPI_DATA": ""}
    return subprocess.run(
        [sys.executable, *words], cwd=cwd, env={**os.environ, **own}, capture_output=True, text=True
    )


def test_the_installed_package_carries_figures_and_notebooks(installed, tmp_path):
    code = (
        "import papi_analysis as pa; print(pa.__file__); print(len(pa.panel.load()));"
        "from papi_analysis.runner import notebook; print(len(notebook.files()))"
    )
    shown = run(installed, "-c", code, cwd=tmp_path)
    file, scores, notebooks = shown.stdout.splitlines()
    assert file.startswith(str(installed)), shown.stderr
    assert int(scores) > 10_000 and int(notebooks) == len(notebook.files())


@pytest.mark.slow
def test_the_installed_package_makes_a_report_and_a_copy_for_the_lab(installed, tmp_path):
    made = run(installed, "-m", "papi_analysis", "run", "--province", "can-tho", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    (manifest,) = tmp_path.glob("reports/can-tho/*/manifest.json")
    inputs = json.loads(manifest.read_text("utf-8"))["inputs"]
    assert inputs["papi_analysis"] == code_of_here() and "data/papi/scores.csv" in inputs
    copied = run(installed, "-m", "papi_analysis", "lab", "--copy-only", cwd=tmp_path)
    folder = Path(copied.stdout.strip())
    assert folder == tmp_path / "papi-lab" and (folder / "data" / "papi" / "scores.csv").is_file()
    assert (folder / "notebooks" / "00-explore.ipynb").is_file()


def test_the_figures_of_an_installed_package_are_not_written_to(installed, tmp_path):
    shown = run(installed, "-m", "papi_analysis", "import", "--undo", "--lang", "en", cwd=tmp_path)
    assert shown.returncode == 2 and "papi lab --copy-only" in shown.stderr
    assert not list(installed.rglob("*.lock"))


# --- the first command, in a fresh clone and in the container


def docker():
    """The instructions of the Dockerfile: pairs of a word and what follows it."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(maxsplit=1)) for line in lines]


def test_the_container_holds_what_the_two_commands_need():
    steps = docker()
    image = dict(steps)["FROM"]
    version = re.fullmatch(r"python:(3\.\d+)-slim-\w+", image)[1]
    assert f'"{version}"' in (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    installed = next(told for word, told in steps if word == "RUN" and "apt-get" in told)
    assert {"make", "git"} <= set(installed.split())
    assert ("COPY", ". .") in steps and ("RUN", "make setup") in steps
    assert json.loads(dict(steps)["CMD"]) == ["make", "report"]
    left_out = (ROOT / ".dockerignore").read_text("utf-8").split()
    assert not {"src", "data", "notebooks", "tests", "requirements-dev.lock"} & set(left_out)
    editor = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text("utf-8"))
    assert editor["postCreateCommand"] == "make setup"


@pytest.mark.stress
@pytest.mark.slow
def test_the_first_command_leaves_a_clone_clean(tmp_path):
    """What is tracked, as `COPY . .` takes it, and `make report` in it as the container runs it."""
    home = tmp_path / "clone"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, home / name)
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "all"]):
        subprocess.run(["git", *words], cwd=home, check=True)
    python = home / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    (home / ".venv" / ".ready").touch()
    plain = {k: v for k, v in os.environ.items() if not k.startswith("MAKE")}  # no make around it
    environment = {**plain, "PYTHONPATH": str(home / "src")}
    command = json.loads(dict(docker())["CMD"])
    made = subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    assert Path(made.stdout.strip().splitlines()[-1]).is_relative_to(home)
    seen = ["git", "status", "--porcelain"]
    assert subprocess.run(seen, cwd=home, capture_output=True, text=True).stdout == ""

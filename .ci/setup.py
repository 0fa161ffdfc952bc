"""Make the environment from the lock: python .ci/setup.py [--dev] [FOLDER]; a line per step.

Without --dev it holds what a report needs, with it also JupyterLab, tests and documentation.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = {False: "requirements.lock", True: "requirements-dev.lock"}
#: The lock is complete: without a search for dependencies no release of tomorrow can disturb it.
#: Modules are compiled when they are first used: most never are.
PIP = "-m pip install --disable-pip-version-check --no-compile --no-deps --progress-bar off"


def python_of(folder: Path) -> Path:
    """The interpreter of an environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def install(python: Path, *arguments: str, total: int = 0) -> None:
    """Run pip, telling every tenth package; all that it said when it fails."""
    command = [str(python), *PIP.split(), *arguments]
    running = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT
    )
    said, done = [], 0
    for line in running.stdout:
        said.append(line)
        if line.startswith("Collecting"):
            done += 1
            if done % 10 == 0:
                print(f"      {done} of at most {total} packages", flush=True)
        elif line.startswith("Installing"):
            print("      unpacking them", flush=True)
    if running.wait():
        sys.exit("".join(said[-30:]) + "\nThe environment could not be made: pip failed, see above")


def main() -> None:
    """Make an environment, or bring one up to the lock."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", default=".venv", help="default: .venv")
    parser.add_argument("--dev", action="store_true", help="also JupyterLab, tests, documentation")
    options = parser.parse_args()
    if sys.version_info < (3, 11):  # noqa: UP036 - read by what the user has
        sys.exit("Python 3.11 or newer is needed; name one with: make PYTHON=python3.12")
    folder, lock, start = Path(options.folder), LOCKS[options.dev], time.monotonic()
    total = len(re.findall(r"^\S+==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
    print(f"[1/3] environment in {folder}", flush=True)
    if not python_of(folder).exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    print(f"[2/3] packages of {lock}, each with its hash; once, some minutes", flush=True)
    locked = ("--require-hashes", "--only-binary", ":all:", "-r", lock)
    install(python_of(folder).absolute(), *locked, total=total)
    print("[3/3] papi-analysis itself", flush=True)
    install(python_of(folder).absolute(), "-e", ".")
    print(f"      ready after {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main()

"""One report from a cold start, beside what a user would do instead: python benchmarks/run.py.

All variants run one after the other in this call, on the notebooks of the repository, so the
ratios compare like with like. Processor time counts every process of a variant and hardly depends
on what else the machine does; wall time does.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path

from papi_analysis.runner import notebook

NOTEBOOKS = sorted(notebook.files())

#: Our runner with parts of it switched off, by what is left.
VARIANTS = {
    "one process, fresh kernels, one at a time": {"fresh": True, "alone": True, "apart": True},
    "+ two at once": {"fresh": True, "apart": True},
    "+ kernels forked from a warm template": {"apart": True},
    "+ results shared among notebooks (papi run)": {},
}


def baseline(folder: Path) -> None:
    """papermill and nbconvert on the command line, a notebook at a time, as their manuals say."""
    for path in NOTEBOOKS:
        done = folder / path.name
        given = {"province": "tra-vinh", "year": 2024, "lang": "vi", "seed": 84, "out": folder}
        options = [word for name, value in given.items() for word in ("-p", name, str(value))]
        _call("papermill", str(path), str(done), *options, "--no-progress-bar")
        _call("jupyter", "nbconvert", "--to", "html", str(done))


def _call(*command: str) -> None:
    program = str(Path(sys.executable).with_name(command[0]))
    subprocess.run([program, *command[1:]], check=True, capture_output=True)


def ours(out: str, *, fresh: bool = False, alone: bool = False, apart: bool = False) -> None:
    """`papi run` with parts switched off; runs in a process of its own."""
    from papi_analysis import runner
    from papi_analysis.runner import making, store, warm

    if fresh:
        warm.available = lambda: False
    if apart:
        store.opened = lambda cache, sources: nullcontext(None)
    if alone:
        whole = making.Workshop
        making.Workshop = lambda *given, **named: whole(*given, **{**named, "kernels": 1})
    runner.run("tra-vinh", 2024, out=out)


def timed(options: dict[str, bool] | None) -> tuple[float, float, dict]:
    """Wall and processor seconds of a variant from a cold start, and its durations.

    `options` None is the baseline.
    """
    with tempfile.TemporaryDirectory() as name:
        begun, used = time.perf_counter(), _used()
        if options is None:
            baseline(Path(name))
        else:
            call = f"import run; run.ours({name!r}, **{options!r})"
            subprocess.run([sys.executable, "-c", call], check=True, cwd=Path(__file__).parent)
        spent, used = time.perf_counter() - begun, _used() - used
        told = Path(name) / "tra-vinh" / "2024" / "manifest.json"
        if options is None:
            return spent, used, {}
        return spent, used, json.loads(told.read_text(encoding="utf-8"))["durations"]


def _used() -> float:
    """Processor seconds of all ended processes that this one started."""
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    return told.ru_utime + told.ru_stime


def main() -> None:
    """Time every variant and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1, help="the best of so many is shown")
    rounds = parser.parse_args().rounds
    chosen = {"papermill and nbconvert, one by one": None, **VARIANTS}
    print(f"{len(NOTEBOOKS)} notebooks, Trà Vinh 2024, best of {rounds}\n")
    print("| variant | wall s | x | processor s | x | kernel starts | cells | export |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    first = None
    for name, options in chosen.items():
        best = min((timed(options) for _ in range(rounds)), key=lambda found: found[0])
        first = first or best
        _row(name, best, first)


def _row(name: str, best: tuple[float, float, dict], first: tuple[float, float, dict]) -> None:
    wall, used, durations = best
    parts = [part for part in durations.values() if isinstance(part, dict)]
    sums = [sum(part[key] for part in parts) for key in ("start", "cells", "export")]
    shown = " | ".join(f"{value:.1f}" if durations else "" for value in sums)
    times = f"{wall:.1f} | {first[0] / wall:.1f} | {used:.1f} | {first[1] / used:.1f}"
    print(f"| {name} | {times} | {shown} |", flush=True)


if __name__ == "__main__":
    main()

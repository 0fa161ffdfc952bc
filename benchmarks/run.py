"""One report from a cold start, beside what a user would do instead: python benchmarks/run.py.

All variants run one after the other in this call, on the notebooks of the repository, and each
ratio is taken within one round, so like is compared with like. Processor time counts every process
of a variant and hardly depends on what else the machine does; wall time does.
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
from statistics import median

from papi_analysis.runner import notebook

NOTEBOOKS = sorted(notebook.files())

#: What the seconds of a run are split into.
PARTS = ("start", "cells", "export")
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
    from papi_analysis import cache, runner
    from papi_analysis.runner import reports, warm

    if fresh:
        warm.available = lambda: False
    if apart:
        cache.opened = lambda root, state, spare: nullcontext(None)
    if alone:
        whole = reports.RunContext
        reports.RunContext = lambda *given, **named: whole(*given, **{**named, "kernels": 1})
    runner.run_report("tra-vinh", 2024, out=out)


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
    parser.add_argument("--rounds", type=int, default=1, help="times that all are run in turn")
    parser.add_argument("--ends", action="store_true", help="only the first and the last line")
    asked = parser.parse_args()
    chosen = {"papermill and nbconvert, one by one": None, **VARIANTS}
    if asked.ends:
        chosen = {name: chosen[name] for name in (next(iter(chosen)), list(chosen)[-1])}
    rounds = [_round(chosen) for _ in range(asked.rounds)]
    print(f"{len(NOTEBOOKS)} notebooks, Trà Vinh 2024, {asked.rounds} rounds: medians\n")
    print("| variant | wall s | x | from - to | processor s | x | kernel starts | cells | export |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in chosen:
        _row(name, rounds)


def _round(chosen: dict[str, dict | None]) -> dict[str, tuple[float, float, dict]]:
    """All variants one after the other, so that they meet the machine at one pace."""
    found = {}
    for name, options in chosen.items():
        found[name] = timed(options)
        print(f"{found[name][0]:6.1f} s  {name}", file=sys.stderr, flush=True)
    return found


def _row(name: str, rounds: list[dict[str, tuple[float, float, dict]]]) -> None:
    """Medians over the rounds; a ratio compares what ran in one round."""
    walls, used = ([found[name][place] for found in rounds] for place in (0, 1))
    faster, leaner = (
        [next(iter(found.values()))[place] / found[name][place] for found in rounds]
        for place in (0, 1)
    )
    times = f"{median(walls):.1f} | {median(faster):.1f} | {min(faster):.1f} - {max(faster):.1f}"
    times += f" | {median(used):.1f} | {median(leaner):.1f}"
    parts = [[p for p in found[name][2].values() if isinstance(p, dict)] for found in rounds]
    spent = [median(sum(p[key] for p in one) for one in parts) for key in PARTS]
    shown = " | ".join(f"{value:.1f}" if value else "" for value in spent)
    print(f"| {name} | {times} | {shown} |", flush=True)


if __name__ == "__main__":
    main()

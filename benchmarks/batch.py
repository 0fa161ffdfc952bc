"""A batch of reports, its time, memory and growth: python benchmarks/batch.py [--provinces N].

The time of the whole country follows from two batches of different size (growth is linear:
a fixed part and one per report); `--all` makes all of it. The loop of baseline runs is one
baseline run (see run.py) times the number of provinces; it is timed before and after the batches,
and the mean counts, because machines that others use as well change their pace.
"""

import argparse
import contextlib
import os
import resource
import tempfile
import threading
import time
from pathlib import Path

import run

from papi_analysis import runner
from papi_analysis.runner import reports, request


def memory() -> float:
    """Proportional memory of this process and all it started, in MB."""
    mine, parents, kilobytes = {str(os.getpid())}, {}, 0
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            parents[folder.name] = stat[1]
    more = mine
    while more:
        more = {pid for pid, parent in parents.items() if parent in mine} - mine
        mine |= more
    for pid in mine:
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    kilobytes += int(line.split()[1])
    return kilobytes / 1024


def processor() -> float:
    """Processor seconds of this process and of all that it started and that ended."""
    told = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in told)


def watched(
    provinces: list[str], *, jobs: int, cache: str | None = None
) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and peak memory of a batch over some provinces."""
    peak, ended = [0.0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.5):
            peak[0] = max(peak[0], memory())

    thread = threading.Thread(target=watch)
    thread.start()
    begun, used = time.perf_counter(), processor()
    with tempfile.TemporaryDirectory() as out:
        summary = runner.run_batch(",".join(provinces), "2024", out=out, jobs=jobs, cache=cache)
        spent, used = time.perf_counter() - begun, processor() - used
    ended.set()
    thread.join()
    assert len(summary["made"]) == len(provinces), summary["failed"]
    return spent, used, peak[0]


def plainly() -> tuple[float, float]:
    """Wall and processor seconds of the baseline for one province."""
    begun, used = time.perf_counter(), processor()
    with tempfile.TemporaryDirectory() as name:
        run.baseline(Path(name))
    return time.perf_counter() - begun, processor() - used


def main() -> None:
    """Time two batches, the baseline before and after them, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--provinces", type=int, default=24, help="reports in the larger batch")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--all", action="store_true", help="make the whole country")
    asked = parser.parse_args()
    known = [one.province.slug for one in request.many("all", "2024")[0]]
    size = len(known) if asked.all else min(asked.provinces, len(known))
    few = min(max(reports.MANY, size // 4), size - 1)
    first = plainly()
    small, small_used, _ = watched(known[:few], jobs=asked.jobs)
    large, large_used, peak = watched(known[:size], jobs=asked.jobs)
    single, alone = (sum(pair) / 2 for pair in zip(first, plainly(), strict=True))
    each = (large - small) / (size - few)
    each_used = (large_used - small_used) / (size - few)
    country, used = (
        whole + more * (len(known) - size)
        for whole, more in ((large, each), (large_used, each_used))
    )
    print("| what | wall s | processor s |")
    print("|---|---|---|")
    plain = "| papermill and nbconvert for one province (mean of two) "
    print(f"{plain}| {single:.1f} | {alone:.1f} |")
    loop = f"| the same for {len(known)}, one by one (computed) "
    print(f"{loop}| {single * len(known):.0f} | {alone * len(known):.0f} |")
    print(f"| batch of {few} | {small:.1f} | {small_used:.1f} |")
    print(f"| batch of {size} | {large:.1f} | {large_used:.1f} |")
    print(f"| each further report | {each:.2f} | {each_used:.2f} |")
    kind = "measured" if asked.all else "computed"
    print(f"| batch of {len(known)} ({kind}) | {country:.0f} | {used:.0f} |")
    print(f"\n{single * len(known) / country:.1f} times faster; peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()

"""Many reports in one go: planned once, made side by side, failures listed, resumed where left."""

from __future__ import annotations

import json
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace
from pathlib import Path

from papi_analysis import cache as results
from papi_analysis import settings
from papi_analysis.errors import Filler, PapiError
from papi_analysis.runner import (
    index,
    manifest,
    notebook,
    printing,
    progress,
    reports,
    request,
    staging,
    verification,
    warm,
)

SCHEMA = "papi-batch/1"
FILE = "batch.json"
#: Provinces of one year for which results of all provinces at once cost less than one by one.
MANY = 8


@dataclass(frozen=True)
class Failure:
    """Why a report was not made: the exit status it would have had, and the error."""

    status: int
    message: str
    values: dict[str, object]

    def __str__(self) -> str:
        return Filler().format(self.message, **self.values)


def batch(
    provinces: str = "all",
    years: str = "",
    *,
    lang: str = "vi",
    seed: int = notebook.SEED,
    out: str | Path = "reports",
    jobs: int = 2,
    resume: bool = False,
    scheduler: str | None = None,
    data: str | Path | None = None,
    notebooks: str | Path | None = None,
    boundaries: str | Path = "",
    district_data: str | Path = "",
    timeout: float | None = None,
    cache: str | Path | None = None,
    engine: str = "fast",
    pdf: bool = False,
    tell: progress.Progress = progress.SILENT,
) -> dict[str, object]:
    """Make the reports of many provinces and years.

    What is not named here is as in `run`.

    Parameters
    ----------
    provinces, years : str
        See `request.plans`.
    jobs : int
        Reports made at once on this machine.
    resume : bool
        Leave alone the reports that are whole and made from the same data, code and notebooks.
    scheduler : str, optional
        Address of a Dask scheduler whose workers make the reports instead of this machine.
    boundaries, district_data : str or Path
        The user's own files for the maps, as in `run`; a report whose province they do not fit
        fails. Workers of a scheduler must find them under the same path.
    cache : str or Path, optional
        Folder in which results that do not depend on the province are kept for later batches.

    Returns
    -------
    dict
        schema, made, kept (names as `province/year`), absent, failed (`Failure` by name), seconds;
        also written to `out/batch.json`.

    Raises
    ------
    ParameterError, DataError, SourceError, EnvironmentFault
        When the batch as a whole cannot be made; a unit that fails is listed and does not stop
        the others.
    """
    begun = time.monotonic()
    warm.require_engine(engine)
    if pdf and not scheduler:  # workers look for a browser of their own
        printing.browser()
    waiting = warm.templates([] if scheduler else notebook.sources(notebooks), engine)
    with settings.use(data=data), waiting as ready:
        staging.sweep(out)
        units, absent = request.plans(provinces, years, lang=lang, seed=seed, data=data, pdf=pdf)
        units, refused = request.of_units(units, boundaries, district_data, data=data, tell=tell)
        own = units[0].own
        nodes = notebook.load(notebooks)
        sources = manifest.inputs(data, notebooks) | request.file_digests(own)
        kept = [one for one in units if resume and current(one, out, sources)]
        rest = [one for one in units if one not in kept]
        tell.step(
            "{count} {count:report|reports} to make, {kept} kept", count=len(rest), kept=len(kept)
        )
        spare, state = staging.folder(), manifest.state(sources)
        with spare as temporary, results.opened(cache, state, temporary) as shared:
            shop = reports.RunContext(
                nodes,
                sources,
                data,
                notebooks,
                timeout,
                ready,
                None if engine == warm.STOCK else shared,
                own,
                many=_many(rest),
                kernels=1,
            )
            for one in rest:  # before all work: what is made tells nothing of its own
                reports.announce(one, out, tell)
            if scheduler:
                from papi_analysis.runner import cluster

                ended = cluster.made(rest, out, shop, scheduler=scheduler)
            else:
                ended = made(rest, out, shop, jobs=jobs)
            failed = _follow(ended, len(rest), tell)
    failed |= {name: Failure(e.status, e.message, e.values) for name, e in refused.items()}
    summary = {
        "schema": SCHEMA,
        "made": [one.name for one in rest if one.name not in failed],
        "kept": [one.name for one in kept],
        "absent": {name: Failure(3, why.message, why.values) for name, why in absent.items()},
        "failed": failed,
        "seconds": round(time.monotonic() - begun, 1),
    }
    index.write(out, tell)
    write(out, summary)
    return summary


def _many(units: list[request.ReportRequest]) -> bool:
    """Whether the provinces of a year are enough to compute what all of them need at once."""
    counts = Counter(one.year for one in units)
    return bool(counts) and min(counts.values()) >= MANY


def current(asked: request.ReportRequest, out: str | Path, sources: dict[str, str]) -> bool:
    """Whether the report is published, unharmed, and made from these very inputs.

    One that was printed as well answers also those who did not ask for a print.
    """
    folder = asked.folder(out)
    try:
        record = manifest.read(folder)
    except PapiError:
        return False
    told = {k: v for k, v in record["parameters"].items() if k != "pdf" or asked.pdf}
    same = told == asked.recorded() and record["inputs"] == sources
    return (
        same
        and record.get("versions") == manifest.versions()
        and not verification.intact(folder, record)
    )


def made(
    units: list[request.ReportRequest], out: str | Path, shop: reports.RunContext, *, jobs: int
) -> Iterator[tuple[str, Failure | None]]:
    """Make the units on this machine, `jobs` at once; tells each when it ended.

    What is the same for all provinces of a year is made before them, beside the first of them.
    """
    shop = replace(shop, kernels=2 if jobs == 1 else 1)
    pool, waiting, years = ThreadPoolExecutor(max(1, jobs)), {}, set()
    try:
        for one in units:
            if jobs > 1 and len(units) > 1 and one.year not in years:
                pool.submit(reports.prepare, one, shop)
            waiting[pool.submit(attempt, reports.make, one, out, shop)] = one
            years.add(one.year)
        yield from _ended(waiting)
    finally:
        shop.halt.set()
        pool.shutdown(cancel_futures=True)


def attempt(function: Callable, *arguments: object) -> object:
    """What a call gives, or a `Failure` instead of an error."""
    try:
        return function(*arguments)
    except PapiError as error:
        return Failure(error.status, error.message, error.values)
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        return Failure(
            1,
            "This is a fault of the program itself ({kind}: {reason}, {file} line {line}).",
            {
                "kind": type(error).__name__,
                "reason": str(error)[:120],
                "file": Path(place.filename).name,
                "line": place.lineno,
            },
        )


def _ended(waiting: dict[Future, request.ReportRequest]) -> Iterator[tuple[str, Failure | None]]:
    pending = set(waiting)
    while pending:
        done, pending = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
        for future in done:
            given = future.result()
            yield waiting[future].name, given if isinstance(given, Failure) else None


def _follow(
    ended: Iterator[tuple[str, Failure | None]], count: int, tell: progress.Progress
) -> dict[str, Failure]:
    """Tell each unit when it ends, with the time that is left; give back those that failed."""
    failed, begun = {}, time.monotonic()
    for number, (name, failure) in enumerate(ended, start=1):
        spent = time.monotonic() - begun
        left = spent / number * (count - number)
        values = {"number": number, "count": count, "name": name, "left": left}
        if failure is None:
            tell.step("{number}/{count} {name} done, {left:0} s left", **values)
        else:
            failed[name] = failure
            tell.step("{number}/{count} {name} FAILED, {left:0} s left", **values)
    return dict(sorted(failed.items()))


def write(out: str | Path, summary: dict[str, object]) -> None:
    """Write the summary beside the reports, in one step; failures as status and message."""
    plain = {
        key: {name: {"status": bad.status, "message": str(bad)} for name, bad in value.items()}
        if isinstance(value, dict)
        else value
        for key, value in summary.items()
    }
    folder = Path(out).absolute()
    with staging.faults(folder):
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f".{FILE}.part"
        text = json.dumps(plain, ensure_ascii=False, indent=1) + "\n"
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(folder / FILE)

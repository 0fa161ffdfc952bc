"""Reports from what is asked for to the published folder: one, many side by side, one again."""

from __future__ import annotations

import json
import os
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from papi_analysis import atomic
from papi_analysis import cache as results
from papi_analysis.errors import (
    Filler,
    Issue,
    PapiError,
    ParameterError,
    SourceError,
    exhausted,
)
from papi_analysis.i18n import mark
from papi_analysis.report import FILES as PAGES
from papi_analysis.runner import execution, manifest, notebook, pages, staging, warm
from papi_analysis.runner.request import SILENT, Own, Progress, ReportRequest, own_files

SCHEMA, SUMMARY = "papi-batch/1", "batch.json"
#: Provinces of one year for which results of all provinces at once cost less than one by one.
MANY = 8
_GONE = mark(
    "{name}: these files are not made again and go: {files} (--out with another folder keeps them)"
)
_CHANGED = mark(
    "{name}: these files were changed by hand, and the changes go: {files} (--out with another "
    "folder keeps them)"
)


class Halted(BaseException):
    """The batch that a report belongs to was ended."""


@dataclass(frozen=True)
class RunContext:
    """What the reports of one call have in common."""

    nodes: dict
    sources: dict[str, str]
    notebooks: str | Path | None = None
    timeout: float | None = None
    ready: warm.Template | None = None
    shared: tuple[Path, str] | None = None  # folder and key of shared results
    own: Own = ()
    many: bool = False  # whether so many provinces are made that all are worth computing at once
    kernels: int = 2  # notebooks of one report that run at once
    tell: Progress = SILENT
    halt: threading.Event = field(default_factory=threading.Event)

    @property
    def report(self) -> str:
        """The notebook that becomes the page: the first of all."""
        return next(iter(self.nodes), notebook.REPORT)


def sources_of(notebooks: str | Path | None, own: Own, report: str) -> dict[str, str]:
    """The hashes of all that a report is made from, as they are now."""
    files = {name: manifest.digest(path) for name, path in own_files(own).items()}
    return manifest.inputs(notebooks, report=report) | files


@contextmanager
def context(
    own: Own,
    notebooks: str | Path | None,
    *,
    timeout: float | None,
    cache: str | Path | None,
    ready: warm.Template | None,
    engine: str = warm.FAST,
    report: str = notebook.REPORT,
    tell: Progress = SILENT,
) -> Iterator[RunContext]:
    """What reports have in common; results are shared meanwhile unless the engine is stock."""
    nodes = notebook.load(notebooks, report=report)
    sources = sources_of(notebooks, own, report)
    with (
        staging.folder() as temporary,
        results.opened(cache, manifest.state(sources), temporary) as shared,
    ):
        shared = None if engine == warm.STOCK else shared
        yield RunContext(nodes, sources, notebooks, timeout, ready, shared, own, tell=tell)


# --- one report


@dataclass(frozen=True)
class NotebookRun:
    """One notebook to run for a report: the report notebook runs once per language."""

    name: str
    lang: str
    main: bool

    @property
    def key(self) -> str:
        """Its name in messages and in the manifest."""
        return self.name if self.main else f"{self.name}.{self.lang}"


@dataclass
class ReportRun:
    """A report that is being made."""

    folder: Path
    request: ReportRequest
    shop: RunContext
    durations: dict[str, object] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)

    def make_room(self) -> None:
        """Make the folders that notebooks and figures go into."""
        for name in ("notebooks", "figures"):
            (self.folder / name).mkdir()

    def jobs(self) -> list[NotebookRun]:
        """The notebooks to run: the report first, in every language, then the last ones first."""
        found = [NotebookRun(name, self.request.lang, True) for name in self.shop.nodes]
        found[1:] = found[:0:-1]
        others = [lang for lang in self.request.languages if lang != self.request.lang]
        found[1:1] = [NotebookRun(self.shop.report, lang, False) for lang in others]
        return found


def make(request: ReportRequest, out: str | Path, shop: RunContext) -> Path:
    """Make and publish one report; gives its page in the language that was asked for."""
    target = request.folder(out)
    with staging.locked(target), staging.staged(target) as folder:
        announce(request, out, shop.tell)
        fill(folder, request, shop)
        staging.publish(folder, target)
    return target / PAGES[request.lang]


def announce(request: ReportRequest, out: str | Path, tell: Progress) -> None:
    """Tell which report stands where the one that is asked for goes, if it was made otherwise.

    Nothing is told of a report with the same parameters: it is made anew. Told are the command of
    another one, its pages that are not made again (of a language, or printed), and the files that
    somebody changed by hand.
    """
    folder = request.folder(out)
    try:
        record = manifest.read(folder)
    except PapiError:
        return
    if record["parameters"] != request.recorded():
        tell.step(
            "{name}: takes the place of the report made by {command}",
            name=request.name,
            command=record.get("command", "papi run"),
        )
    kept = {PAGES[lang] for lang in request.languages}
    kept |= {manifest.twin(Path(page)).name for page in kept} if request.pdf else set()
    both = {*PAGES.values(), *(manifest.twin(Path(page)).name for page in PAGES.values())}
    lost = sorted(set(record["files"]) & both - kept)
    faults = {fault.file for fault in manifest.intact(folder, record)} & set(record["files"])
    edited = sorted(name for name in faults if (folder / name).is_file())
    for sentence, files in ((_GONE, lost), (_CHANGED, edited)):
        if files:
            tell.step(sentence, name=request.name, files=", ".join(files))


def fill(folder: Path, request: ReportRequest, shop: RunContext) -> None:
    """Fill the staging folder with a whole, verified report; the manifest comes last.

    Raises
    ------
    ExecutionError
        When a notebook fails or what it made is not sound.
    SourceError
        When the data, a notebook or the code changed in the meantime.
    EnvironmentFault
        When the disk is full, or no browser prints the PDF that was asked for.
    """
    run, begun = ReportRun(folder, request, shop), time.monotonic()
    with staging.faults(folder.parent):
        run.make_room()
        _execute(run, run.jobs())
        prints = _print(run) if request.pdf else {}
        manifest.require_sound(folder, request.recorded())
        changed = manifest.differing(
            shop.sources, sources_of(shop.notebooks, shop.own, shop.report)
        )
        if changed:
            raise SourceError(
                "These files were changed while the report was made: {files}. Nothing was "
                "published; run the command again.",
                files=", ".join(changed[:5]),
            )
        run.durations["total"] = round(time.monotonic() - begun, 3)
        manifest.write(
            folder, request, sources=shop.sources, durations=run.durations, prints=prints
        )


def prepare(request: ReportRequest, shop: RunContext) -> None:
    """Run the notebooks that are the same for every province, so that no report waits for another.

    What they show is kept in the shared results; what goes wrong is left to a report to tell.
    """
    with staging.folder() as path, suppress(PapiError, OSError):
        run = ReportRun(path, request, shop)
        run.make_room()
        _execute(run, [job for job in run.jobs() if notebook.national(shop.nodes[job.name])])


def _execute(run: ReportRun, jobs: list[NotebookRun]) -> None:
    """Run notebooks, so many at a time, and write each; the first failure ends the others."""
    pool, waiting = ThreadPoolExecutor(min(run.shop.kernels, os.cpu_count() or 1)), {}
    try:
        waiting.update({pool.submit(_one, run, job): job for job in jobs})
        _collect(run, waiting)
    except BaseException:
        run.stop.set()
        pool.shutdown(wait=False, cancel_futures=True)
        while not all(future.done() for future in waiting):
            execution.end(run.stop)  # again: one may just have been starting
            time.sleep(0.05)
        raise
    finally:
        pool.shutdown()


def _one(run: ReportRun, job: NotebookRun) -> tuple[object, dict[str, object]]:
    shop, node = run.shop, run.shop.nodes[job.name]
    limits = execution.Limits(cell=shop.timeout) if shop.timeout else execution.Limits()
    own = notebook.taken(node, dict(run.request.own))
    given = run.request.parameters(lang=job.lang, out="..") | own
    count = len(node.cells)

    def enter(name: str, cell: int) -> None:
        shop.tell.tick("{name}: cell {cell} of {count}", name=name, cell=cell, count=count)

    def executed() -> tuple[object, dict[str, object]]:
        return execution.execute(
            job.name,
            node,
            given,
            cwd=run.folder / "notebooks",
            limits=limits,
            deadline=time.monotonic() + limits.wall,
            ready=shop.ready,
            given=warm.told(shop.shared, many=shop.many),
            on_cell=enter,
            stop=run.stop,
        )

    return notebook.once(None if own else shop.shared, node, given, executed)


def _collect(run: ReportRun, waiting: dict[Future, NotebookRun]) -> None:
    pending = set(waiting)
    while pending:
        done, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
        if run.shop.halt.is_set():
            raise Halted
        for future in done:
            job = waiting[future]
            node, seconds = future.result()
            notebook.require_complete(job.name, node)
            begun = time.monotonic()
            if job.main:  # the page of another language was written by the notebook itself
                notebook.write(notebook.cleaned(node), run.folder / f"notebooks/{job.name}.ipynb")
                for file, svg in notebook.drawings(job.name, node).items():
                    (run.folder / "figures" / file).write_bytes(svg.encode())
            seconds["export"] = round(time.monotonic() - begun, 3)
            run.durations[job.key] = seconds
            spent = seconds["start"] + seconds["cells"]
            run.shop.tell.step("{name}: done in {seconds:0.0} s", name=job.key, seconds=spent)


def _print(run: ReportRun) -> dict[str, dict[str, str]]:
    """Print the page of every language; tells by whom, and the hash of what was printed."""
    program, begun = pages.browser(), time.monotonic()
    found = [page for page in (run.folder / name for name in PAGES.values()) if page.is_file()]
    for page in found:
        pages.printed(page, program)
    run.durations["pdf"] = round(time.monotonic() - begun, 3)
    by = pages.version(program)
    return {
        manifest.twin(page).name: {"browser": by, "page": manifest.digest(page)} for page in found
    }


# --- many reports


@dataclass(frozen=True)
class Failure:
    """Why a report was not made: the exit status it would have had, and the error."""

    status: int
    message: str
    values: dict[str, object]

    def __str__(self) -> str:
        return Filler().format(self.message, **self.values)


#: The name of each report when it ended, and why it failed if it did.
Ended = Iterator[tuple[str, Failure | None]]


def batch(
    requests: list[ReportRequest],
    out: str | Path,
    shop: RunContext,
    *,
    absent: dict[str, PapiError],
    refused: dict[str, PapiError],
    jobs: int,
    resume: bool,
    scheduler: str | None,
    tell: Progress,
) -> dict[str, object]:
    """Make reports here or on a cluster, write index and summary, and give the summary."""
    begun = time.monotonic()
    kept = [request for request in requests if resume and current(request, out, shop.sources)]
    rest = [request for request in requests if request not in kept]
    tell.step(
        "{count} {count:report|reports} to make, {kept} kept", count=len(rest), kept=len(kept)
    )
    per_year = Counter(request.year for request in rest)
    many = bool(per_year) and min(per_year.values()) >= MANY
    shop = replace(shop, many=many, kernels=1, tell=SILENT)
    for request in rest:  # before all work: what is made tells nothing of its own
        announce(request, out, tell)
    if scheduler:
        from papi_analysis.runner import cluster  # Dask is optional

        ended = cluster.made(rest, out, shop, scheduler=scheduler)
    else:
        ended = made(rest, out, shop, jobs=jobs)
    failed = _follow(ended, len(rest), tell)
    failed |= {name: Failure(e.status, e.message, e.values) for name, e in refused.items()}
    summary = {
        "schema": SCHEMA,
        "made": [request.name for request in rest if request.name not in failed],
        "kept": [request.name for request in kept],
        "absent": {name: Failure(3, why.message, why.values) for name, why in absent.items()},
        "failed": failed,
        "seconds": round(time.monotonic() - begun, 1),
    }
    pages.write_index(out, tell)
    write_summary(out, summary)
    return summary


def current(request: ReportRequest, out: str | Path, sources: dict[str, str]) -> bool:
    """Whether the report is published, unharmed, and made from these very inputs.

    One that was printed as well answers also those who did not ask for a print.
    """
    folder = request.folder(out)
    try:
        record = manifest.read(folder)
    except PapiError:
        return False
    told = {k: v for k, v in record["parameters"].items() if k != "pdf" or request.pdf}
    same = told == request.recorded() and record["inputs"] == sources
    return (
        same and record["versions"] == manifest.versions() and not manifest.intact(folder, record)
    )


def made(requests: list[ReportRequest], out: str | Path, shop: RunContext, *, jobs: int) -> Ended:
    """Make reports on this machine, `jobs` at once; tells each when it ended.

    What is the same for all provinces of a year is made before them, beside the first of them.
    """
    shop = replace(shop, kernels=2 if jobs == 1 else 1)
    pool, waiting, years = ThreadPoolExecutor(max(1, jobs)), {}, set()
    try:
        for request in requests:
            if jobs > 1 and len(requests) > 1 and request.year not in years:
                pool.submit(prepare, request, shop)
            waiting[pool.submit(attempt, make, request, out, shop)] = request
            years.add(request.year)
        pending = set(waiting)
        while pending:
            done, pending = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
            for future in done:
                given = future.result()
                yield waiting[future].name, given if isinstance(given, Failure) else None
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
        known = exhausted(error)
        return Failure(known.status, known.message, known.values) if known else _fault(error)


def _fault(error: Exception) -> Failure:
    place = traceback.extract_tb(error.__traceback__)[-1]
    values = {"kind": type(error).__name__, "reason": str(error)[:120], "line": place.lineno}
    message = "This is a fault of the program itself ({kind}: {reason}, {file} line {line})."
    return Failure(1, message, values | {"file": Path(place.filename).name})


def _follow(ended: Ended, count: int, tell: Progress) -> dict[str, Failure]:
    """Tell each report when it ends, with the time that is left; give back those that failed."""
    failed, begun = {}, time.monotonic()
    for number, (name, failure) in enumerate(ended, start=1):
        left = (time.monotonic() - begun) / number * (count - number)
        values = {"number": number, "count": count, "name": name, "left": left}
        if failure is None:
            tell.step("{number}/{count} {name} done, {left:0} s left", **values)
        else:
            failed[name] = failure
            tell.step("{number}/{count} {name} FAILED, {left:0} s left", **values)
    return dict(sorted(failed.items()))


def write_summary(out: str | Path, summary: dict[str, object]) -> None:
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
        atomic.write(folder / SUMMARY, json.dumps(plain, ensure_ascii=False, indent=1) + "\n")


# --- one report again


def reproduce(
    folder: Path,
    notebooks: str | Path | None,
    run: Callable[..., Path],
    tell: Progress | None,
) -> list[Issue]:
    """See `runner.reproduce`; `run` is `runner.run_report`."""
    record = manifest.read(folder)
    asked = {name: value for name, value in record["parameters"].items() if name != "pdf"}
    if notebook.OPTIONAL.keys() & asked.keys() - {"geo"}:
        raise ParameterError(
            "The report in {folder} was made with files of yours, which it does not hold; make it "
            "again with them and compare: papi diff",
            folder=str(folder),
        )
    now = manifest.inputs(notebooks, report=notebook.report_of(asked)) | manifest.versions()
    other = manifest.differing(now, record["inputs"] | record["versions"])
    if other:
        raise SourceError(
            "The report in {folder} was made from other data, code or notebooks than those here "
            "({files}), so it cannot be made again for comparison.",
            folder=str(folder),
            files=", ".join(other[:5]),
        )
    asked.pop("out", None)
    with staging.folder() as path:
        again = run(**asked, out=path, notebooks=notebooks, engine=warm.STOCK, tell=tell).parent
        files = {p.relative_to(again).as_posix(): p for p in again.rglob("*") if p.is_file()}
        names = sorted((files.keys() | record["files"].keys()) - {manifest.FILE})
        message = "is not what the run gives when it is made again"
        return [
            manifest.fault(manifest.CHANGED, name, message)
            for name in names
            if not name.endswith(".pdf") and _hash(files.get(name)) != _hash(folder / name)
        ]


def _hash(path: Path | None) -> str:
    return manifest.digest(path) if path and path.is_file() else ""

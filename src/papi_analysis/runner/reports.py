"""One report, from what is asked for to the published folder."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from papi_analysis import cache as results
from papi_analysis.errors import PapiError, SourceError
from papi_analysis.i18n import mark
from papi_analysis.runner import (
    index,
    manifest,
    notebook,
    printing,
    progress,
    request,
    staging,
    verification,
    warm,
)
from papi_analysis.runner.request import REPORTS, ReportRequest

_GONE = mark(
    "{name}: these files are not made again and go: {files} (--out with another folder keeps them)"
)
_CHANGED = mark(
    "{name}: these files were changed by hand, and the changes go: {files} (--out with another "
    "folder keeps them)"
)


def announce(asked: ReportRequest, out: str | Path, tell: progress.Progress) -> None:
    """Tell which report stands where the one that is asked for goes, if it was made otherwise.

    Nothing is told of a report with the same parameters: it is made anew. Told are the command of
    another one, its pages that are not made again (of a language, or printed), and the files that
    somebody changed by hand.
    """
    folder = asked.folder(out)
    try:
        record = manifest.read(folder)
    except PapiError:
        return
    if record["parameters"] != asked.recorded():
        command = record.get("command", "papi run")
        tell.step(
            "{name}: takes the place of the report made by {command}",
            name=asked.name,
            command=command,
        )
    for sentence, files in ((_GONE, lost(asked, record)), (_CHANGED, edited(folder, record))):
        if files:
            tell.step(sentence, name=asked.name, files=", ".join(files))


def lost(asked: ReportRequest, record: dict) -> list[str]:
    """The pages and prints of a report, by its manifest, that the one asked for does not have."""
    kept = {REPORTS[lang] for lang in asked.languages}
    kept |= {printing.twin(Path(page)).name for page in kept} if asked.pdf else set()
    pages = {*REPORTS.values(), *(printing.twin(Path(page)).name for page in REPORTS.values())}
    return sorted(set(record["files"]) & pages - kept)


def edited(folder: Path, record: dict) -> list[str]:
    """The files of a report that are there and not as they were made."""
    faults = {fault.file for fault in verification.intact(folder, record)}
    return sorted(name for name in faults & set(record["files"]) if (folder / name).is_file())


class Halted(BaseException):
    """The batch that a report belongs to was ended."""


@dataclass(frozen=True)
class RunContext:
    """What the reports of one call have in common."""

    nodes: dict
    sources: dict[str, str]
    data: str | Path | None = None
    notebooks: str | Path | None = None
    timeout: float | None = None
    ready: warm.Template | None = None
    shared: tuple[Path, str] | None = None  # folder and key of shared results
    own: tuple[tuple[str, str], ...] = ()  # parameters that name a user's files
    many: bool = False  # whether so many provinces are made that all are worth computing at once
    kernels: int = 2  # notebooks of one report that run at once
    tell: progress.Progress = progress.SILENT
    halt: threading.Event = field(default_factory=threading.Event)

    @property
    def report(self) -> str:
        """The notebook that becomes the page: the first of all."""
        return next(iter(self.nodes), notebook.REPORT)

    def now(self) -> dict[str, str]:
        """The hashes of the inputs as they are now."""
        found = manifest.inputs(self.data, self.notebooks, report=self.report)
        return found | request.file_digests(self.own)


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
    asked: request.ReportRequest
    shop: RunContext
    durations: dict[str, object] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)

    def make_room(self) -> None:
        """Make the folders that notebooks and figures go into."""
        for name in ("notebooks", "figures"):
            (self.folder / name).mkdir()

    def jobs(self) -> list[NotebookRun]:
        """The notebooks to run: the report first, in every language, then the last ones first."""
        found = [NotebookRun(name, self.asked.lang, True) for name in self.shop.nodes]
        found[1:] = found[:0:-1]
        others = [lang for lang in self.asked.languages if lang != self.asked.lang]
        found[1:1] = [NotebookRun(self.shop.report, lang, False) for lang in others]
        return found


def make(asked: request.ReportRequest, out: str | Path, shop: RunContext) -> Path:
    """Make and publish one report; its page in the language that was asked for."""
    target = asked.folder(out)
    with staging.locked(target), staging.staged(target) as folder:
        announce(asked, out, shop.tell)
        fill(folder, asked, shop)
        staging.publish(folder, target)
    return target / request.REPORTS[asked.lang]


def prepare(asked: request.ReportRequest, shop: RunContext) -> None:
    """Run the notebooks that are the same for every province, so that no report waits for another.

    What they show is kept in the shared results; what goes wrong is left to a report to tell.
    """

    with staging.folder() as path:
        order = ReportRun(path, asked, shop)
        order.make_room()
        with suppress(PapiError, OSError):
            _execute(
                order, [job for job in order.jobs() if notebook.national(shop.nodes[job.name])]
            )


def fill(folder: Path, asked: request.ReportRequest, shop: RunContext) -> None:
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
    order = ReportRun(folder, asked, shop)
    begun = time.monotonic()
    with staging.faults(folder.parent):
        order.make_room()
        _execute(order, order.jobs())
        prints = _print(order) if asked.pdf else {}
        verification.require_sound(folder, asked.recorded())
        _require_same(shop.sources, shop.now())
        order.durations["total"] = round(time.monotonic() - begun, 3)
        manifest.write(
            folder, asked, sources=shop.sources, durations=order.durations, prints=prints
        )


def _execute(order: ReportRun, jobs: list[NotebookRun]) -> None:
    """Run notebooks, two at a time, and write each; the first failure ends the others."""
    from papi_analysis.runner import execution

    pool, waiting = ThreadPoolExecutor(min(order.shop.kernels, os.cpu_count() or 1)), {}
    try:
        waiting.update({pool.submit(_one, order, job): job for job in jobs})
        _collect(order, waiting)
    except BaseException:
        order.stop.set()
        pool.shutdown(wait=False, cancel_futures=True)
        while not all(future.done() for future in waiting):
            execution.end(order.stop)  # again: one may just have been starting
            time.sleep(0.05)
        raise
    finally:
        pool.shutdown()


def _one(order: ReportRun, job: NotebookRun) -> tuple[object, dict[str, object]]:
    from papi_analysis.runner import execution, notebook, warm

    shop, node = order.shop, order.shop.nodes[job.name]
    limits = execution.Limits(cell=shop.timeout) if shop.timeout else execution.Limits()
    own = notebook.taken(node, dict(order.asked.own))
    given = order.asked.parameters(lang=job.lang, out="..") | own

    def enter(name: str, cell: int) -> None:
        count = len(node.cells)
        shop.tell.tick("{name}: cell {cell} of {count}", name=name, cell=cell, count=count)

    def run() -> tuple[object, dict[str, object]]:
        return execution.execute(
            job.name,
            node,
            given,
            cwd=order.folder / "notebooks",
            limits=limits,
            deadline=time.monotonic() + limits.wall,
            ready=shop.ready,
            given=warm.told(shop.shared, many=shop.many),
            on_cell=enter,
            stop=order.stop,
        )

    return notebook.once(None if own else shop.shared, node, given, run)


def _collect(order: ReportRun, waiting: dict[Future, NotebookRun]) -> None:
    pending = set(waiting)
    while pending:
        done, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
        if order.shop.halt.is_set():
            raise Halted
        for future in done:
            job = waiting[future]
            node, seconds = future.result()
            notebook.require_complete(job.name, node)
            begun = time.monotonic()
            _write(order, job, notebook.cleaned(node))
            seconds["export"] = round(time.monotonic() - begun, 3)
            order.durations[job.key] = seconds
            spent = seconds["start"] + seconds["cells"]
            order.shop.tell.step("{name}: done in {seconds:0.0} s", name=job.key, seconds=spent)


def _write(order: ReportRun, job: NotebookRun, node: object) -> None:
    """The executed notebook and its figures; the report notebook wrote its page itself."""
    if job.main:
        notebook.write(node, order.folder / "notebooks" / f"{job.name}.ipynb")
        for file, svg in notebook.drawings(job.name, node).items():
            (order.folder / "figures" / file).write_text(svg, encoding="utf-8", newline="\n")


def _print(order: ReportRun) -> dict[str, dict[str, str]]:
    """Print the page of every language; tells by whom, and the hash of what was printed."""
    program, begun = printing.browser(), time.monotonic()
    pages = [order.folder / name for name in request.REPORTS.values()]
    pages = [page for page in pages if page.is_file()]
    for page in pages:
        printing.printed(page, program)
    order.durations["pdf"] = round(time.monotonic() - begun, 3)
    by = printing.version(program)
    return {
        printing.twin(page).name: {"browser": by, "page": manifest.digest(page)} for page in pages
    }


def _require_same(before: dict[str, str], after: dict[str, str]) -> None:
    changed = sorted(k for k in before.keys() | after.keys() if before.get(k) != after.get(k))
    if changed:
        raise SourceError(
            "These files were changed while the report was made: {files}. Nothing was published; "
            "run the command again.",
            files=", ".join(changed[:5]),
        )


def unit_of(
    province: str, year: int | None, *, geo: str, **settings: object
) -> request.ReportRequest:
    """The unit of a report, or with `geo` of the back-cast of a merged province."""
    if geo:
        return request.merger(province, year, geo=geo, **settings)
    return request.plan(province, year, **settings)


def with_own_files(
    asked: request.ReportRequest,
    boundaries: str | Path,
    district_data: str | Path,
    *,
    data: str | Path | None,
    tell: progress.Progress,
) -> request.ReportRequest:
    """The unit with a user's own files for its maps, which were checked."""
    own = request.checked_files(
        boundaries, district_data, province=asked.province.code, geo=asked.geo, data=data, tell=tell
    )
    return replace(asked, own=own)


def carried_out(
    asked: request.ReportRequest,
    out: str | Path,
    ready: warm.Template | None,
    *,
    data: str | Path | None,
    notebooks: str | Path | None,
    timeout: float | None,
    cache: str | Path | None,
    alone: bool = False,
    tell: progress.Progress,
) -> Path:
    """Make and publish a report with kernels of the template `ready`; gives its page."""
    report = notebook.MERGER if asked.geo else notebook.REPORT
    nodes = notebook.load(notebooks, report=report)
    sources = manifest.inputs(data, notebooks, report=report) | request.file_digests(asked.own)
    tell.step("{name}: {count} {count:notebook|notebooks}", name=asked.name, count=len(nodes))
    spare, state = staging.folder(), manifest.state(sources)
    with spare as temporary, results.opened(cache, state, temporary) as shared:
        shop = RunContext(
            nodes,
            sources,
            data,
            notebooks,
            timeout,
            ready,
            None if alone else shared,
            asked.own,
            tell=tell,
        )
        page = make(asked, out, shop)
    index.write(out, tell)
    return page

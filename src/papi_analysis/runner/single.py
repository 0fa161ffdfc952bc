"""One report from its parameters to the published folder."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from papi_analysis._errors import ExecutionError, SourceError
from papi_analysis.runner import manifest, notebook, progress, staging, unit, verification

KERNELS = 2  # notebooks that run at once


def run(
    province: str = unit.PROVINCE,
    year: int | None = None,
    *,
    lang: str = "vi",
    seed: int = unit.SEED,
    out: str | Path = "reports",
    data: str | Path | None = None,
    notebooks: str | Path | None = None,
    timeout: float | None = None,
    tell: progress.Progress = progress.SILENT,
) -> Path:
    """Make the report of one province and year, and publish it in one step.

    Parameters
    ----------
    province : str
        Slug, GSO code or name.
    year : int, optional
        Year of the index; the latest with data by default.
    lang : str
        "vi" or "en"; with "en" the Vietnamese report is made beside the English one.
    seed : int
        Seed of everything that is drawn at random.
    out : str or Path
        Folder of all reports; this one goes to `out/<province>/<year>`.
    data, notebooks : str or Path, optional
        Folders of the figures and of the notebooks; those of the repository by default.
    timeout : float, optional
        Seconds that one cell may take; ten minutes by default.
    tell : Progress
        Where the steps are told.

    Returns
    -------
    Path
        The HTML report.

    Raises
    ------
    ParameterError, DataError, SourceError, EnvironmentFault, ExecutionError
        Nothing was published then, and a report that stood there stands unchanged.
    """
    asked = unit.plan(province, year, lang=lang, seed=seed, data=data)
    nodes = notebook.load(notebooks)
    target = asked.folder(out)
    with staging.locked(target), staging.staged(target) as folder:
        tell.step("{name}: {count} notebooks", name=asked.name, count=len(nodes))
        fill(folder, asked, nodes, data=data, notebooks=notebooks, timeout=timeout, tell=tell)
        staging.publish(folder, target)
    return target / unit.REPORTS[lang]


def fill(
    folder: Path,
    asked: unit.Unit,
    nodes: dict,
    *,
    data: str | Path | None,
    notebooks: str | Path | None,
    timeout: float | None,
    tell: progress.Progress,
) -> None:
    """Fill the staging folder with a whole, verified report; the manifest comes last."""
    sources = manifest.inputs(data, notebook.folder(notebooks))
    durations: dict[str, object] = {}
    begun = time.monotonic()
    with staging.faults(folder.parent):
        (folder / "notebooks").mkdir()
        done = _execute(folder, asked, nodes, timeout=timeout, tell=tell, durations=durations)
        ended = time.monotonic()
        _write(folder, asked, done)
        durations["export"] = round(time.monotonic() - ended, 3)
        verification.require_sound(folder, asked.parameters())
        _require_same(sources, manifest.inputs(data, notebook.folder(notebooks)))
        durations["total"] = round(time.monotonic() - begun, 3)
        manifest.write(folder, asked, sources=sources, durations=durations, engine="stock")


def _execute(
    folder: Path,
    asked: unit.Unit,
    nodes: dict,
    *,
    timeout: float | None,
    tell: progress.Progress,
    durations: dict[str, object],
) -> dict[str, object]:
    """Every notebook executed, two at a time; the first failure ends the others."""
    from papi_analysis.runner import engine

    limits = engine.Limits(cell=timeout) if timeout else engine.Limits()
    deadline = time.monotonic() + limits.wall
    stop = threading.Event()

    def enter(name: str, cell: int) -> None:
        count = len(nodes[name].cells)
        tell.tick("{name}: cell {cell} of {count}", name=name, cell=cell + 1, count=count)

    def one(name: str, lang: str) -> tuple[object, dict[str, float]]:
        return engine.execute(
            name,
            nodes[name],
            asked.parameters(lang=lang, out=".."),
            cwd=folder / "notebooks",
            limits=limits,
            deadline=deadline,
            on_cell=enter,
            stop=stop,
        )

    jobs = [(name, asked.lang) for name in nodes]
    if asked.lang != "vi":
        jobs.insert(1, (notebook.REPORT, "vi"))
    pool, waiting = ThreadPoolExecutor(min(KERNELS, os.cpu_count() or 1)), {}
    try:
        waiting.update({pool.submit(one, *job): job for job in jobs})
        return dict(_collect(waiting, asked, durations, tell))
    except BaseException:
        stop.set()
        pool.shutdown(wait=False, cancel_futures=True)
        while not all(future.done() for future in waiting):
            engine.end_kernels()  # again: one may just have been starting
            time.sleep(0.05)
        raise
    finally:
        pool.shutdown()


def _collect(
    waiting: dict[Future, tuple[str, str]],
    asked: unit.Unit,
    durations: dict[str, object],
    tell: progress.Progress,
) -> list[tuple[str, object]]:
    done = []
    pending = set(waiting)
    while pending:
        ready, pending = wait(pending, timeout=0.5, return_when=FIRST_COMPLETED)
        for future in ready:
            name, lang = waiting[future]
            node, seconds = future.result()
            notebook.require_complete(name, node)
            key = name if lang == asked.lang else f"{name}.{lang}"
            durations[key] = {k: round(v, 3) for k, v in seconds.items()}
            spent = sum(seconds.values())
            tell.step("{name}: done in {seconds:0.0} s", name=key, seconds=spent)
            done.append((key, node))
    return done


def _write(folder: Path, asked: unit.Unit, done: dict[str, object]) -> None:
    """The executed notebooks, their figures, and the report in its languages."""
    (folder / "figures").mkdir()
    for key, node in sorted(done.items()):
        name, _, other = key.partition(".")
        lang = other or asked.lang
        if name == notebook.REPORT:
            html = export(notebook.cleaned(node), lang)
            path = folder / unit.REPORTS[lang]
            path.write_text(html, encoding="utf-8", newline="\n")
        if not other:
            notebook.write(notebook.cleaned(node), folder / "notebooks" / f"{name}.ipynb")
            for file, svg in notebook.drawings(name, node).items():
                (folder / "figures" / file).write_text(svg, encoding="utf-8", newline="\n")


def export(node: object, lang: str) -> str:
    """The executed report notebook as one page."""
    with notebook.light_imports():
        from papi_analysis.report.exporter import ReportExporter
    html, _ = ReportExporter().from_notebook_node(node, resources={"lang": lang})
    if not html.strip():
        raise ExecutionError("The exporter gave an empty page. Nothing was published.")
    return html


def _require_same(before: dict[str, str], after: dict[str, str]) -> None:
    changed = sorted(k for k in before.keys() | after.keys() if before.get(k) != after.get(k))
    if changed:
        raise SourceError(
            "These files were changed while the report was made: {files}. Nothing was published; "
            "run the command again.",
            files=", ".join(changed[:5]),
        )

"""The same reports on the workers of a Dask cluster; only the one who asks publishes.

A worker makes a report in a folder of its own and sends it back packed, so a worker that dies
leaves nothing, its unit runs elsewhere, and no shared disk is needed.
"""

from __future__ import annotations

import atexit
import io
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path

from papi_analysis import cache as results
from papi_analysis import settings
from papi_analysis.errors import EnvironmentFault, ExecutionError, SourceError
from papi_analysis.runner import manifest, notebook, reports, request, staging, verification, warm
from papi_analysis.runner.batches import MANY, Failure, attempt


def made(
    units: list[request.ReportRequest], out: str | Path, shop: reports.RunContext, *, scheduler: str
) -> Iterator[tuple[str, Failure | None]]:
    """Make the units on the workers of `scheduler`; tells each when it is published.

    Raises
    ------
    EnvironmentFault
        When Dask is not installed or the scheduler does not answer.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise EnvironmentFault(
            "--scheduler needs Dask. Install it with: pip install distributed"
        ) from error
    try:
        client = Client(scheduler, timeout=20, set_as_default=False)
    except OSError as error:
        raise EnvironmentFault(
            "No Dask scheduler answers at {address}. Start one with: dask scheduler",
            address=scheduler,
        ) from error
    with client:
        workers = len(client.nthreads())
        many = shop.many and len(units) >= MANY * workers  # enough for each to gain by it
        futures = {
            client.submit(
                attempt,
                pack,
                one,
                shop.sources,
                shop.timeout,
                many,
                settings.chosen(),
                key=f"papi-{one.name}-{one.lang}",
                pure=False,
            ): one
            for one in units
        }
        for future in as_completed(futures, loop=client.loop):
            one = futures[future]
            given = attempt(_publish, one, out, future)
            yield one.name, given if isinstance(given, Failure) else None
            future.release()


def pack(
    asked: request.ReportRequest,
    sources: dict[str, str],
    timeout: float | None,
    many: bool = False,
    data: str = "",
) -> bytes:
    """On a worker: a whole report as a zip file; `many` as in `reports.Workshop`.

    `data` is the folder of the figures that the one who asks has chosen, "" for the repository's;
    the worker must have the same files under the same path.
    """
    shop = replace(_shop(data), timeout=timeout, own=asked.own, many=many)
    here = shop.now()
    other = sorted(k for k in sources.keys() | here.keys() if sources.get(k) != here.get(k))
    if other:
        raise SourceError(
            "A worker has other data, notebooks or code than the one who asks: {files}. Install "
            "the same version of the project on every machine.",
            files=", ".join(other[:5]),
        )
    with staging.folder() as path:
        folder = path / "report"
        folder.mkdir()
        reports.fill(folder, asked, shop)
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
            for path in sorted(p for p in folder.rglob("*") if p.is_file()):
                packed.write(path, path.relative_to(folder).as_posix())
        return file.getvalue()


@cache
def _shop(data: str = "") -> reports.RunContext:
    """What all reports of a worker have in common, made once and ended with the worker."""
    stack = ExitStack()
    atexit.register(stack.close)
    ready = stack.enter_context(warm.templates(notebook.sources()))
    sources = manifest.inputs(data or None, None)
    temporary = stack.enter_context(staging.folder())
    shared = stack.enter_context(results.opened(None, "", temporary))
    return reports.RunContext(
        notebook.load(), sources, data=data or None, ready=ready, shared=shared, kernels=1
    )


def _publish(asked: request.ReportRequest, out: str | Path, future: object) -> Failure | None:
    """Unpack what a worker sent, see that it is whole and what was asked for, and publish it."""
    content = future.result()
    if isinstance(content, Failure):
        return content
    target = asked.folder(out)
    with staging.locked(target), staging.staged(target) as folder:
        with staging.faults(folder.parent), zipfile.ZipFile(io.BytesIO(content)) as packed:
            packed.extractall(folder)
        verification.require_whole(folder)
        _require_asked(asked, manifest.read(folder)["parameters"])
        staging.publish(folder, target)
    return None


def _require_asked(asked: request.ReportRequest, made: dict[str, object]) -> None:
    if made != asked.recorded():
        raise ExecutionError(
            "A worker sent the report of {own} ({lang}, seed {seed}) for that of {asked}. Nothing "
            "was published.",
            own=request.name_of(made),
            lang=made["lang"],
            seed=made["seed"],
            asked=asked.name,
        )

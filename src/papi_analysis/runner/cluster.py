"""The same reports on the workers of a Dask cluster; only the one who asks publishes.

A worker makes a report in a folder of its own and sends it back packed, so a worker that dies
leaves nothing, its unit runs elsewhere, and no shared disk is needed.
"""

from __future__ import annotations

import atexit
import io
import zipfile
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path

from papi_analysis import settings
from papi_analysis.errors import EnvironmentFault, ExecutionError, SourceError
from papi_analysis.runner import manifest, notebook, reports, staging, warm
from papi_analysis.runner.reports import MANY, Ended, Failure, attempt
from papi_analysis.runner.request import ReportRequest


def made(
    requests: list[ReportRequest], out: str | Path, shop: reports.RunContext, *, scheduler: str
) -> Ended:
    """Make reports on the workers of `scheduler`; tells each when it is published.

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
    except TypeError as error:  # what Dask raises without certificates
        raise EnvironmentFault(
            "{address} needs certificates. Name them in DASK_DISTRIBUTED__COMM__TLS__CA_FILE, "
            "DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT and "
            "DASK_DISTRIBUTED__COMM__TLS__CLIENT__KEY.",
            address=scheduler,
        ) from error
    with client:
        workers = len(client.nthreads())
        many = shop.many and len(requests) >= MANY * workers  # enough for each to gain by it
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
            for one in requests
        }
        for future in as_completed(futures, loop=client.loop):
            one = futures[future]
            given = attempt(_publish, one, out, future)
            yield one.name, given if isinstance(given, Failure) else None
            future.release()


def pack(
    request: ReportRequest,
    sources: dict[str, str],
    timeout: float | None,
    many: bool = False,
    data: str = "",
) -> bytes:
    """On a worker: a whole report as a zip file; `many` as in `RunContext`.

    `data` is the folder of the figures that the one who asks has chosen, "" for the repository's;
    the worker must have the same files under the same path.
    """
    with settings.use(data=data or None):
        shop = replace(_shop(data), timeout=timeout, own=request.own, many=many)
        here = reports.sources_of(shop.notebooks, shop.own, shop.report)
        other = manifest.differing(sources, here)
        if other:
            raise SourceError(
                "A worker has other data, notebooks or code than the one who asks: {files}. "
                "Install the same version of the project on every machine.",
                files=", ".join(other[:5]),
            )
        with staging.folder() as path:
            folder = path / "report"
            folder.mkdir()
            reports.fill(folder, request, shop)
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
    shop = reports.context((), None, timeout=None, cache=None, ready=ready)
    return replace(stack.enter_context(shop), kernels=1)


def _publish(request: ReportRequest, out: str | Path, future: object) -> Failure | None:
    """Unpack what a worker sent, see that it is whole and what was asked for, and publish it."""
    content = future.result()
    if isinstance(content, Failure):
        return content
    target = request.folder(out)
    with staging.locked(target), staging.staged(target) as folder:
        with staging.faults(folder.parent), zipfile.ZipFile(io.BytesIO(content)) as packed:
            packed.extractall(folder)
        _require_sent(request, folder)
        staging.publish(folder, target)
    return None


def _require_sent(request: ReportRequest, folder: Path) -> None:
    """Raise unless what a worker sent is whole and the report that was asked for."""
    record = manifest.read(folder)
    faults = manifest.intact(folder, record)
    if faults:
        raise ExecutionError(
            "The report that was made is not sound and was not published.", issues=tuple(faults)
        )
    manifest.require_sound(folder, record["parameters"])
    made = record["parameters"]
    if made != request.recorded():
        raise ExecutionError(
            "A worker sent the report of {own} ({lang}, seed {seed}) for that of {asked}. Nothing "
            "was published.",
            own=notebook.name_of(made),
            lang=made["lang"],
            seed=made["seed"],
            asked=request.name,
        )

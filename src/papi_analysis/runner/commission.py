"""One report from what is asked for to the published folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from papi_analysis.runner import (
    index,
    making,
    manifest,
    notebook,
    own_files,
    progress,
    scratch,
    unit,
    warm,
)


def unit_of(province: str, year: int | None, *, geo: str, **settings: object) -> unit.Unit:
    """The unit of a report, or with `geo` of the back-cast of a merged province."""
    if geo:
        return unit.merger(province, year, geo=geo, **settings)
    return unit.plan(province, year, **settings)


def with_own_files(
    asked: unit.Unit,
    boundaries: str | Path,
    district_data: str | Path,
    *,
    data: str | Path | None,
    tell: progress.Progress,
) -> unit.Unit:
    """The unit with a user's own files for its maps, which were checked."""
    own = own_files.checked(
        boundaries, district_data, province=asked.province.code, geo=asked.geo, data=data, tell=tell
    )
    return replace(asked, own=own)


def carried_out(
    asked: unit.Unit,
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
    sources = manifest.inputs(data, notebooks, report=report) | own_files.digests(asked.own)
    tell.step("{name}: {count} {count:notebook|notebooks}", name=asked.name, count=len(nodes))
    with scratch.results(cache, manifest.state(sources)) as shared:
        shop = making.Workshop(
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
        page = making.make(asked, out, shop)
    index.write(out, tell)
    return page

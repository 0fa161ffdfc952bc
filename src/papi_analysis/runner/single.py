"""One report from its parameters to the published folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from papi_analysis.runner import (
    index,
    making,
    manifest,
    notebook,
    own_files,
    paper,
    progress,
    store,
    unit,
    warm,
)


def run(
    province: str = unit.PROVINCE,
    year: int | None = None,
    *,
    lang: str = "vi",
    seed: int = unit.SEED,
    out: str | Path = "reports",
    data: str | Path | None = None,
    notebooks: str | Path | None = None,
    boundaries: str | Path = "",
    district_data: str | Path = "",
    geo: str = "",
    timeout: float | None = None,
    cache: str | Path | None = None,
    pdf: bool = False,
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
    boundaries : str or Path
        A layer of the user's own in the place of a drawing (see `boundaries.load_layer`).
    district_data : str or Path
        Figures by district to map (see `boundaries.read_district_table`).
    geo : str
        Month from July 2025 on: the synthetic back-cast of a merged province is made instead of a
        report, in `out/<province>/<geo>/<year>`.
    timeout : float, optional
        Seconds that one cell may take; ten minutes by default.
    cache : str or Path, optional
        Folder in which results are kept for later runs on the same data and code; by default
        they are shared among the notebooks of this run only.
    pdf : bool
        Whether each page is printed into a PDF beside it, by a Chromium of this machine.
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
    if pdf:
        paper.browser()
    with warm.templates(notebook.sources(notebooks)) as ready:
        asked = _asked(province, year, geo=geo, lang=lang, seed=seed, data=data, pdf=pdf)
        report = notebook.MERGER if geo else notebook.REPORT
        code = asked.province.code
        own = own_files.checked(
            boundaries, district_data, province=code, geo=geo, data=data, tell=tell
        )
        asked = replace(asked, own=own)
        nodes = notebook.load(notebooks, report=report)
        sources = manifest.inputs(data, notebooks, report=report) | own_files.digests(own)
        tell.step("{name}: {count} {count:notebook|notebooks}", name=asked.name, count=len(nodes))
        with store.opened(cache, sources) as shared:
            shop = making.Workshop(
                nodes, sources, data, notebooks, timeout, ready, shared, own, tell=tell
            )
            page = making.make(asked, out, shop)
    index.write(out, tell)
    return page


def _asked(province: str, year: int | None, *, geo: str, **settings: object) -> unit.Unit:
    """The unit of a report, or with `geo` of the back-cast of a merged province."""
    if geo:
        return unit.merger(province, year, geo=geo, **settings)
    return unit.plan(province, year, **settings)

"""Runs the notebooks through papermill for one province-year, or for many.

The runner owns the run: parameters are checked before a kernel starts, everything is written to a
staging folder beside the target, verified there, and published in one rename with the manifest.

The process from which kernels are forked begins before anything heavy is imported here: hence the
imports inside the functions of this module, which save a second of a dozen.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from papi_analysis import settings
from papi_analysis.errors import Issue
from papi_analysis.runner import notebook, staging, warm

if TYPE_CHECKING:
    from papi_analysis.runner.manifest import require_whole, verify
    from papi_analysis.runner.reports import RunContext
    from papi_analysis.runner.request import Progress, ReportRequest

_ELSEWHERE = {
    "Progress": "request",
    "ReportRequest": "request",
    "RunContext": "reports",
    "require_whole": "manifest",
    "verify": "manifest",
}
__all__ = [
    "Progress",
    "ReportRequest",
    "RunContext",
    "reproduce",
    "require_whole",
    "run_batch",
    "run_report",
    "verify",
]


def __getattr__(name: str) -> object:
    """What stands in a module that imports more."""
    if name not in _ELSEWHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ELSEWHERE[name]}"), name)


def __dir__() -> list[str]:
    return __all__


def run_report(
    province: str = notebook.PROVINCE,
    year: int | None = None,
    *,
    lang: str = "vi",
    seed: int = notebook.SEED,
    out: str | Path = "reports",
    data: str | Path | None = None,
    notebooks: str | Path | None = None,
    boundaries: str | Path = "",
    district_data: str | Path = "",
    geo: str = "",
    timeout: float | None = None,
    cache: str | Path | None = None,
    engine: str = "fast",
    pdf: bool = False,
    tell: Progress | None = None,
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
    engine : str
        "fast": kernels are forked from a warm process and share results (Linux); "stock": papermill
        starts each afresh and nothing is shared. Both give the same report.
    pdf : bool
        Whether each page is printed into a PDF beside it, by a Chromium of this machine.
    tell : Progress, optional
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
    warm.require_engine(engine)
    staging.require_files(kernels=2)
    with settings.use(data=data), warm.templates(notebook.sources(notebooks), engine) as ready:
        from papi_analysis import places
        from papi_analysis.runner import pages, reports, request

        tell = tell or request.SILENT
        if pdf:
            pages.browser()
        staging.sweep(out)
        wanted = request.one(province, year, lang=lang, seed=seed, geo=geo, pdf=pdf)
        if year is None and (old := places.ended(province, wanted.province, lang)):
            tell.step(
                "{old} is a part of {name} since {day}: this is the report of {name}",
                old=old, name=wanted.province.name(lang),
                day=f"{places.day_of(wanted.year):%d/%m/%Y}",
            )  # fmt: skip
        wanted = request.with_own_files(wanted, boundaries, district_data, tell)
        context = reports.context(
            wanted.own, notebooks, timeout=timeout, cache=cache, ready=ready, engine=engine,
            report=notebook.report_of(wanted.parameters()), tell=tell,
        )  # fmt: skip
        with context as shop:
            count = len(shop.nodes)
            tell.step("{name}: {count} {count:notebook|notebooks}", name=wanted.name, count=count)
            page = reports.make(wanted, out, shop)
        pages.write_index(out, tell)
        return page


def run_batch(
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
    tell: Progress | None = None,
) -> dict[str, object]:
    """Make the reports of many provinces and years; one that fails does not stop the others.

    What is not named here is as in `run_report`.

    Parameters
    ----------
    provinces, years : str
        "all", or provinces with commas between them; "2024" or "2018-2021,2024", the latest year
        by default.
    jobs : int
        Reports made at once on this machine.
    resume : bool
        Leave alone the reports that are whole and made from the same data, code and notebooks.
    scheduler : str, optional
        Address of a Dask scheduler whose workers make the reports instead of this machine.
    boundaries, district_data : str or Path
        The user's own files for the maps; a report whose province they do not fit fails. Workers
        of a scheduler must find them under the same path.
    cache : str or Path, optional
        Folder in which results that do not depend on the province are kept for later batches.

    Returns
    -------
    dict
        schema, made, kept (names as `province/year`), absent, failed (`reports.Failure` by name),
        seconds; also written to `out/batch.json`.

    Raises
    ------
    ParameterError, DataError, SourceError, EnvironmentFault
        When the batch as a whole cannot be made.
    """
    warm.require_engine(engine)
    staging.require_files(kernels=jobs + 1)
    waiting = warm.templates([] if scheduler else notebook.sources(notebooks), engine)
    with settings.use(data=data), waiting as ready:
        from papi_analysis.runner import pages, reports, request

        tell = tell or request.SILENT
        if pdf and not scheduler:  # workers look for a browser of their own
            pages.browser()
        staging.sweep(out)
        wanted, absent = request.many(provinces, years, lang=lang, seed=seed, pdf=pdf)
        wanted, refused = request.all_with_own_files(wanted, boundaries, district_data, tell)
        context = reports.context(
            wanted[0].own, notebooks, timeout=timeout, cache=cache, ready=ready, engine=engine
        )
        with context as shop:
            return reports.batch(
                wanted, out, shop, absent=absent, refused=refused, jobs=jobs, resume=resume,
                scheduler=scheduler, tell=tell,
            )  # fmt: skip


def reproduce(
    folder: str | Path, *, notebooks: str | Path | None = None, tell: Progress | None = None
) -> list[Issue]:
    """Make a published report again in a temporary folder; names each file that comes out other.

    The manifest, which holds durations, and a PDF, which depends on the browser, are left out.

    Raises
    ------
    ParameterError
        When it was made with files of a user, which a report does not hold.
    SourceError
        When it was made from other data, code, notebooks or libraries than those at hand.
    """
    from papi_analysis.runner import reports

    return reports.reproduce(Path(folder), notebooks, run_report, tell)

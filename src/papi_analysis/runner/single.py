"""One report; the kernels' template begins before anything heavy is imported here."""

from __future__ import annotations

from pathlib import Path

from papi_analysis import settings
from papi_analysis.runner import notebook, printing, progress, warm
from papi_analysis.runner.notebook import PROVINCE, SEED


def run(
    province: str = PROVINCE,
    year: int | None = None,
    *,
    lang: str = "vi",
    seed: int = SEED,
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
    engine : str
        "fast": kernels are forked from a warm process and share results (Linux); "stock": papermill
        starts each afresh and nothing is shared. Both give the same report.
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
    warm.require_engine(engine)
    if pdf:
        printing.browser()
    with settings.use(data=data), warm.templates(notebook.sources(notebooks), engine) as ready:
        from papi_analysis.runner import reports, staging

        options = {"lang": lang, "seed": seed, "data": data, "pdf": pdf}
        staging.sweep(out)
        asked = reports.unit_of(province, year, geo=geo, **options)
        asked = reports.with_own_files(asked, boundaries, district_data, data=data, tell=tell)
        return reports.carried_out(
            asked,
            out,
            ready,
            data=data,
            notebooks=notebooks,
            timeout=timeout,
            cache=cache,
            alone=engine == warm.STOCK,
            tell=tell,
        )

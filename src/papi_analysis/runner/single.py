"""One report; the kernels' template begins before anything heavy is imported here."""

from __future__ import annotations

from pathlib import Path

from papi_analysis import settings
from papi_analysis.errors import Issue, ParameterError, SourceError
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


def reproduce(
    folder: str | Path,
    *,
    notebooks: str | Path | None = None,
    tell: progress.Progress = progress.SILENT,
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
    from papi_analysis.runner import manifest, staging, verification

    record = manifest.read(Path(folder))
    asked = {name: value for name, value in record["parameters"].items() if name != "pdf"}
    if notebook.OPTIONAL.keys() & asked.keys() - {"geo"}:
        raise ParameterError(
            "The report in {folder} was made with files of yours, which it does not hold; make it "
            "again with them and compare: papi diff",
            folder=str(folder),
        )
    report = notebook.MERGER if asked.get("geo") else notebook.REPORT
    now = manifest.inputs(None, notebooks, report=report) | manifest.versions()
    then = record["inputs"] | record.get("versions", {})
    other = sorted(name for name in now.keys() | then.keys() if now.get(name) != then.get(name))
    if other:
        raise SourceError(
            "The report in {folder} was made from other data, code or notebooks than those here "
            "({files}), so it cannot be made again for comparison.",
            folder=str(folder),
            files=", ".join(other[:5]),
        )
    with staging.folder() as path:
        asked.pop("out", None)
        again = run(**asked, out=path, notebooks=notebooks, engine="stock", tell=tell).parent
        made = {p.relative_to(again).as_posix(): p for p in again.rglob("*") if p.is_file()}
        names = sorted((made.keys() | record["files"].keys()) - {manifest.FILE})
        return [
            verification.fault(name, "is not what the run gives when it is made again")
            for name in names
            if not name.endswith(".pdf")
            and (name not in made or manifest.digest(made[name]) != _digest(Path(folder) / name))
        ]


def _digest(path: Path) -> str:
    from papi_analysis.runner import manifest

    return manifest.digest(path) if path.is_file() else ""

"""A new file into the data: checked, laid out beside it, put in place in one step or not at all."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

from papi_analysis import settings
from papi_analysis.data import embedded
from papi_analysis.ingest import intake, verdict
from papi_analysis.ingest.faults import refusal
from papi_analysis.ingest.intake import Intake
from papi_analysis.ingest.verdict import Verdict
from papi_analysis.runner import staging


def bring_in(
    file: str | Path,
    *,
    data: str | Path | None = None,
    year: int | None = None,
    regime_file: str | Path | None = None,
    revise: bool = False,
    dry_run: bool = False,
) -> tuple[Verdict, Intake]:
    """Check a file and write what it holds into the data folder.

    Parameters
    ----------
    file : str or Path
        A workbook or a table as text.
    data : str or Path, optional
        The data folder.
    year : int, optional
        The year, where neither sheet nor file is named after it.
    regime_file : str or Path, optional
        Rows of a new regime that a person has confirmed.
    revise : bool
        Take differences from registered scores as the publisher's revisions.
    dry_run : bool
        Only tell what would change.

    Returns
    -------
    tuple
        The verdict, and what changed.

    Raises
    ------
    SourceError
        When the file is refused, or the data are not the ones in the log; not a byte changes.
    EnvironmentFault
        When another import is running, or disk or permissions forbid to write.
    """
    folder = settings.data_folder(data).resolve()
    with staging.locked(folder):
        staging.recover(folder)
        embedded.require_unchanged(folder)
        found = verdict.of(file, data=folder, year=year, regime_file=regime_file, revise=revise)
        if found.status:
            raise refusal(*found.findings)
        plan = intake.of(found, folder, today=f"{date.today():%Y-%m}")
        if plan.files and not dry_run:
            _write(folder, plan.files)
    return found, plan


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Put new contents of some files of a folder in place in one step."""
    with staging.staged(folder, own=_all_files) as stage:
        with staging.faults(folder.parent):
            shutil.copytree(folder, stage, dirs_exist_ok=True)
            for name, content in files.items():
                (stage / name).write_bytes(content)
        embedded.require_unchanged(stage)
        staging.publish(stage, folder)


def _all_files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()}

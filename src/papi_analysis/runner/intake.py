"""A new file into the data: checked, laid out beside it, put in place in one step or not at all.

What each import replaced is kept in the data folder, so that imports can be taken back, the last
one first.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from datetime import date
from pathlib import Path

from papi_analysis import settings
from papi_analysis.data import embedded
from papi_analysis.errors import DataError, SourceError
from papi_analysis.ingest import update, verdict
from papi_analysis.ingest.issues import refusal
from papi_analysis.ingest.update import Update
from papi_analysis.ingest.verdict import Verdict
from papi_analysis.runner import manifest, staging

#: Where imports keep, each in a folder with its number, what they replaced and what they wrote.
UNDO, RECORD = ".undo", "import.json"


def bring_in(
    file: str | Path,
    *,
    data: str | Path | None = None,
    year: int | None = None,
    regime_file: str | Path | None = None,
    revise: bool = False,
    remove: Collection[tuple[int, str]] = (),
    dry_run: bool = False,
) -> tuple[Verdict, Update]:
    """Check a file and write what it holds into the data folder.

    Parameters
    ----------
    file : str or Path
        A workbook or a table as text.
    data : str or Path, optional
        The data folder.
    year : int, optional
        The year to read; by default the one that a yearly workbook is for.
    regime_file : str or Path, optional
        Rows of a new regime that a person has confirmed.
    revise : bool
        Take differences from registered scores as the publisher's revisions. A blank is none.
    remove : collection of (year, code)
        Sub-dimensions whose registered scores are given up where the file has a blank.
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
    folder = settings.writable_data_folder(data)
    with staging.locked(folder):
        staging.recover(folder)
        embedded.require_unchanged(folder)
        found = verdict.of(file, data=folder, year=year, regime_file=regime_file, revise=revise,
                           remove=remove)  # fmt: skip
        if found.status:
            raise refusal(*found.findings)
        plan = update.of(found, folder, today=f"{date.today():%Y-%m}")
        if plan.files and not dry_run:
            _write(folder, plan.files, file=found.file)
    return found, plan


def undo(*, data: str | Path | None = None) -> tuple[str, list[str]]:
    """Take the last import back: its file, and the tables that are as before it again.

    Raises
    ------
    DataError
        When no import is kept.
    SourceError
        When a table was changed after the import; not a byte changes.
    """
    folder = settings.writable_data_folder(data)
    with staging.locked(folder):
        staging.recover(folder)
        kept = _kept(folder)
        if not kept:
            raise DataError(
                "No import is kept in {folder}: nothing to take back.", folder=str(folder)
            )
        last = folder / UNDO / kept[-1]
        record = json.loads((last / RECORD).read_text(encoding="utf-8"))
        changed = [
            name
            for name, digest in record["wrote"].items()
            if not (folder / name).is_file() or manifest.digest(folder / name) != digest
        ]
        if changed:
            raise SourceError(
                "These tables were changed after the import of {file}: {files}. Bring them back as "
                "the import wrote them, or restore the data folder with: git checkout -- data",
                file=record["file"],
                files=", ".join(changed),
            )
        with staging.staged(folder, own=_all_files) as stage:
            with staging.faults(folder.parent):
                shutil.copytree(folder, stage, dirs_exist_ok=True)
                for name in record["wrote"]:
                    (stage / name).unlink()
                shutil.copytree(last / "files", stage, dirs_exist_ok=True)
                shutil.rmtree(stage / UNDO / last.name)
                if len(kept) == 1:
                    (stage / UNDO).rmdir()
            embedded.require_unchanged(stage)
            staging.publish(stage, folder)
    return record["file"], list(record["wrote"])


def _write(folder: Path, files: dict[str, bytes], *, file: str) -> None:
    """Put new contents of some files of a folder in place in one step, and keep the old ones."""
    with staging.staged(folder, own=_all_files) as stage:
        with staging.faults(folder.parent):
            shutil.copytree(folder, stage, dirs_exist_ok=True)
            place = stage / UNDO / f"{int(max(_kept(folder), default=0)) + 1:04d}"
            for name, content in files.items():
                old = place / "files" / name
                old.parent.mkdir(parents=True, exist_ok=True)
                if (stage / name).is_file():
                    (stage / name).rename(old)
                (stage / name).write_bytes(content)
            wrote = {name: manifest.digest(stage / name) for name in files}
            text = json.dumps({"file": file, "wrote": wrote}, ensure_ascii=False, indent=1)
            (place / RECORD).write_text(text + "\n", encoding="utf-8")
        embedded.require_unchanged(stage)
        staging.publish(stage, folder)


def _kept(folder: Path) -> list[str]:
    """The numbers of the imports that can be taken back, the last one last."""
    return sorted(path.parent.name for path in (folder / UNDO).glob(f"[0-9]*/{RECORD}"))


def _all_files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if not p.is_dir()}

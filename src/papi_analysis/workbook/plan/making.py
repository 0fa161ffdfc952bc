"""The making of the workbooks of a province and year; none with unrecorded words is replaced."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

import pandas as pd

from papi_analysis import findings, places, workbook
from papi_analysis.errors import EnvironmentFault, PapiError
from papi_analysis.findings import values
from papi_analysis.plans import ledger
from papi_analysis.runner import notebook, request, staging
from papi_analysis.workbook.agency import title
from papi_analysis.workbook.plan import reading


def make(
    province: str = notebook.PROVINCE,
    year: int | None = None,
    *,
    lang: str = "vi",
    seed: int = notebook.SEED,
    out: str | Path = "plans",
    split: bool = False,
    data: str | Path | None = None,
) -> list[Path]:
    """Write the workbook of a province and year, or one for each agency.

    Parameters
    ----------
    province : str
        Slug, GSO code or name.
    year : int, optional
        Year of the results that the plan answers; the latest with data by default.
    lang : str
        "vi" or "en".
    seed : int
        Seed of the findings.
    out : str or Path
        Folder of the workbooks.
    split : bool
        One workbook for each agency in a folder of its own, instead of one with all sheets.
    data : str or Path, optional
        Folder of the figures.

    Returns
    -------
    list of Path
        The workbooks.

    Raises
    ------
    ParameterError, DataError, SourceError
        When the question has no answer or a file of the data is not sound.
    EnvironmentFault
        When a workbook there holds what the ledger does not, or cannot be written. No file is
        changed then.
    """
    asked = request.plan(province, year, lang=lang, seed=seed, data=data)
    case = findings.ask(asked.province.slug, asked.year, seed=seed, data=data)
    found = material(case)
    entries = ledger.read(asked.province, data)
    options = {"lang": lang, "scales": scales(case), "entries": entries, "data": data}
    name = f"papi-plan-{asked.province.slug}-{asked.year}"
    ending = ".xlsx" if lang == "vi" else f".{lang}.xlsx"
    if not split:
        books = {Path(out) / f"{name}{ending}": workbook.write(found, **options)}
    else:
        books = {
            Path(out) / name / f"{count:02}-{_slug(title(block, lang))}{ending}": workbook.write(
                found, only=block.agency, **options
            )
            for count, block in enumerate(workbook.blocks(found, entries), start=1)
        }
    for path, content in books.items():
        _require_replaceable(path, content, entries, data)
    for path, content in books.items():
        put(path, content)
    return list(books)


def material(case: findings.Case) -> dict:
    """The findings that the workbook shows: standing, criteria in order, their past."""
    found = values.subject(case) | {"position": values.position(case)}
    return found | values.priorities(case) | {"series": values.series(case)}


def scales(case: findings.Case) -> dict[str, tuple[float, float]]:
    """The lowest and highest score of each criterion of the year, in points."""
    rows = case.regimes[case.regimes["year"].eq(case.year)]
    pairs = zip(rows["scale_min"], rows["scale_max"], strict=True)
    return dict(zip(rows["subdimension"], pairs, strict=True))


def _slug(words: str) -> str:
    plain = places.without_accents(words).lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].rstrip("-") or "agency"


def _require_replaceable(
    path: Path, content: bytes, entries: pd.DataFrame, data: str | Path | None
) -> None:
    """Refuse to replace a workbook unless all that was filled in is in the ledger."""
    if not path.exists():
        return
    try:
        if path.read_bytes() == content:
            return
        plan = reading.read(path, data)
        if not plan.faults and ledger.pending(entries, plan.actions).empty:
            return
    except (PapiError, OSError):
        pass
    raise EnvironmentFault(
        "{file} is there and holds what is not recorded. Record it first (papi plan --from "
        "{file}), or choose another folder with --out. Nothing was written.",
        diagnosis="E-OUT",
        file=str(path),
    )


def put(path: Path, content: bytes) -> None:
    """Put a file in its place in one step."""
    with staging.faults(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.part-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o666 & ~_umask())
            os.replace(name, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(name)
            raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

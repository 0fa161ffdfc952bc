"""The plan of a year: made as workbooks from the findings, and recorded in the ledger.

No workbook with unrecorded words is replaced; plans are recorded all or not at all, each change as
a new entry.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from papi_analysis import atomic, findings, places, settings, workbook
from papi_analysis.data import codebook
from papi_analysis.errors import (
    EnvironmentFault,
    Issue,
    PapiError,
    ParameterError,
    SourceError,
)
from papi_analysis.findings import values
from papi_analysis.i18n import say
from papi_analysis.plans import ledger
from papi_analysis.runner import notebook, request, staging
from papi_analysis.workbook import reading
from papi_analysis.workbook.agency import title
from papi_analysis.workbook.reading import fault


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
    with settings.use(data=data):
        asked = request.one(province, year, lang=lang, seed=seed)
    case = findings.ask(asked.province.slug, asked.year, seed=seed, data=data)
    found = material(case)
    entries = ledger.read(asked.province, data)
    options = {"lang": lang, "scales": scales(case), "entries": entries, "data": data}
    name = f"papi-plan-{asked.province.slug}-{asked.year}"
    ending = ".xlsx" if lang == "vi" else f".{lang}.xlsx"
    if not split:
        books = {Path(out) / f"{name}{ending}": workbook.write(found, **options)}
    else:
        parts = {f"{count:02}-{_slug(title(block, lang))}": block.agency
                 for count, block in enumerate(workbook.blocks(found, entries), 1)}  # fmt: skip
        parts |= {"00-" + _slug(say(lang, "Summary")): workbook.SUMMARY}
        books = {Path(out) / name / f"{part}{ending}": workbook.write(found, only=only, **options)
                 for part, only in sorted(parts.items())}  # fmt: skip
    for path, content in books.items():
        _require_replaceable(path, content, entries, data)
    for path, content in books.items():
        put(path, content)
    return list(books)


def material(case: findings.Case) -> dict:
    """The findings that the workbook shows: standing, criteria in order, their past."""
    found = values.subject(case) | {"position": values.position(case)}
    found |= values.priorities(case) | values.what_can_be_reached(case)
    return found | {"series": values.series(case)}


def scales(case: findings.Case) -> dict[str, tuple[float, float]]:
    """The lowest and highest score of each criterion of the year, in points."""
    rows = case.index_versions[case.index_versions["year"].eq(case.year)]
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
        atomic.write(path, content)


@dataclass(frozen=True)
class Record:
    """What was recorded: the rows (with is_new), how many stayed as they were, the ledger."""

    province: places.Province
    year: int
    path: Path
    rows: pd.DataFrame
    same: int
    entries: pd.DataFrame
    warnings: tuple[Issue, ...]


def record(
    files: Sequence[str | Path],
    *,
    day: date,
    data: str | Path | None = None,
    lang: str = "vi",
) -> Record:
    """Record filled-in workbooks of one province and year.

    Parameters
    ----------
    files : sequence of path
        Workbooks of `papi plan`, filled in: the whole one or those of the agencies.
    day : date
        The day that the entries bear; not before that of the last entry.
    data : str or Path, optional
        The data folder; its `<province>/ledger.csv` is extended.
    lang : {"vi", "en"}
        Language of the names in what is found wrong.

    Raises
    ------
    SourceError
        With every fault of every file; nothing is recorded then.
    ParameterError
        When the files are of different provinces or years, or the day is before the last entry.
    EnvironmentFault
        When another program is recording, or the file cannot be written.
    """
    cases: dict = {}
    read = [reading.read(file, data, lang=lang, cases=cases) for file in gathered(files)]
    plans = list(reading.together(read))
    first = plans[0]
    settings.writable_data_folder(data)
    path = ledger.path(first.province, data)
    with staging.locked(path):
        entries = ledger.read(first.province, data)
        if len(entries) and day.isoformat() < entries["recorded"].max():
            last = date.fromisoformat(entries["recorded"].max())
            raise ParameterError(
                "The ledger has an entry of {last}: what is recorded after it cannot bear the "
                "earlier day {day}.", last=f"{last:%d/%m/%Y}", day=f"{day:%d/%m/%Y}",
            )  # fmt: skip
        actions, conflicts = _merged(plans, entries)
        found = [one for plan in plans for one in plan.faults]
        found += [*_erased(plans, entries), *conflicts]
        if found:
            raise SourceError(
                "The plan is not recorded: {n} {n:place|places} must be mended first.",
                issues=tuple(found),
                n=len(found),
            )
        rows = ledger.pending(entries, actions)
        after = ledger.extended(entries, rows, day=day) if len(rows) else entries
        if len(rows):
            put(path, ledger.text(after).encode())
    warnings = tuple(_older(plans, rows))
    same = len(actions) - len(rows)
    return Record(first.province, first.year, path, rows, same, after, warnings)


def gathered(files: Sequence[str | Path]) -> list[Path]:
    """The workbooks that are meant: files, and every workbook of a folder, by name.

    Raises
    ------
    ParameterError
        When a folder holds none.
    """
    found: list[Path] = []
    for path in map(Path, files):
        inside = sorted(one for one in path.glob("*.xlsx") if one.name[0] not in ".~")
        if path.is_dir() and not inside:
            raise ParameterError("{folder} holds no workbook (.xlsx).", folder=str(path)[:80])
        found += inside if path.is_dir() else [path]
    return found


def _erased(plans: list[reading.Plan], entries: pd.DataFrame) -> list[Issue]:
    """The recorded actions that are empty wherever they stand, unless they were given up."""
    written = {(row.code, row.line) for plan in plans for row in plan.actions.itertuples()}
    now = ledger.actions(entries, plans[0].year)
    return [
        fault("E-PLAN-ERASED", file=plan.file, sheet=place[0], row=place[1], column=place[2],
              found="", criterion=plan.names[row.code], recorded=row.recorded)
        for plan in plans
        for row in now.itertuples()
        if (row.code, row.line) in plan.blank - written and row.status != "withdrawn"
        for place in [plan.places[row.code, row.line]]
    ]  # fmt: skip


def _merged(
    plans: list[reading.Plan], entries: pd.DataFrame
) -> tuple[pd.DataFrame, list[Issue]]:
    """The actions of all files, whatever their order, and where two files say different things.

    What is new goes before what is on record now, and that before what was on record earlier.
    """
    said = [*ledger.KEY, *ledger.WRITTEN]
    older = set(map(tuple, entries[said].to_numpy().tolist()))
    now = set(map(tuple, ledger.current(entries)[said].to_numpy().tolist()))
    kept: dict[tuple, tuple[int, tuple, reading.Plan, dict]] = {}
    conflicts = []
    for plan in plans:
        for row in plan.actions.to_dict("records"):
            key, words = (row["code"], row["line"]), tuple(row[name] for name in said)
            news = 1 if words in now else 0 if words in older else 2
            first = kept.get(key)
            if first is None or news > first[0]:
                kept[key] = (news, words, plan, row)
            elif news == first[0] == 2 and words != first[1]:
                sheet, number, column = plan.places.get(key, ("", 1, 1))
                conflicts.append(
                    fault("E-PLAN-CONFLICT", file=plan.file, sheet=sheet, row=number,
                          column=column, found=first[2].file,
                          criterion=plan.names.get(row["code"], row["code"]))
                )  # fmt: skip
    columns = [*ledger.KEY, *ledger.WRITTEN, *ledger.BASIS]
    rows = pd.DataFrame([row for *_, row in kept.values()], columns=columns)
    return rows.sort_values(ledger.KEY, ignore_index=True) if kept else ledger.empty()[columns], (
        conflicts
    )


def _older(plans: list[reading.Plan], rows: pd.DataFrame) -> list[Issue]:
    """The lines that go back to what they were before."""
    where = {key: (plan, place) for plan in plans for key, place in plan.places.items()}
    found = []
    for row in rows[rows["is_older"]].itertuples():
        if (row.code, row.line) not in where:
            continue
        plan, (sheet, number, column) = where[row.code, row.line]
        found.append(
            fault("W-PLAN-OLDER", file=plan.file, sheet=sheet, row=number, column=column, found="",
                  criterion=plan.names[row.code])
        )  # fmt: skip
    return found


def told(found: Record, lang: str) -> list[str]:
    """What was recorded, in words: each entry, and one line that sums up."""
    names = codebook.names(lang)
    lines = [
        say(lang, "  + {name}, line {line} – {agency}: {action} [{status}]" if row.is_new
            else "  ~ {name}, line {line} – {agency}: {action} [{status}]",
            name=names[row.code], line=row.line, agency=row.agency,
            action=" ".join(row.action.split())[:80], status=say(lang, ledger.STATUSES[row.status]))
        for row in found.rows.itertuples()
        if row.code not in ledger.WHOLE_INDEX
    ]  # fmt: skip
    lines += [
        say(lang, "  + total wanted: {target:0.00} points" if row.code == "total"
            else "  + group wanted: {target:0} (1 is the lowest)", target=row.target)
        for row in found.rows.itertuples()
        if row.code in ledger.WHOLE_INDEX
    ]  # fmt: skip
    name = f"{found.province.slug}/{found.year}"
    if found.entries.empty:
        return [say(lang, "{name}: the workbook names no action yet; nothing was recorded.",
                    name=name)]  # fmt: skip
    actions = found.rows[~found.rows["code"].isin(ledger.WHOLE_INDEX)]
    new = int(actions["is_new"].sum())
    summary = say(
        lang,
        "{name}: {new} {new:action|actions} recorded, {changed} changed, {same} as they were. "
        "Ledger {file}, {n} {n:entry|entries}, last seal {seal}.",
        name=name, new=new, changed=len(actions) - new,
        same=found.same, file=str(found.path), n=len(found.entries),
        seal=ledger.head(found.entries)[:12],
    )  # fmt: skip
    return [*lines, summary]


def verify(path: str | Path) -> tuple[bool, str, int]:
    """Whether the ledger of a province still holds the last seal that a report or workbook bears.

    Within the file an edit, a move, a removal or an insertion is found by the seals themselves;
    that its end was cut off, or that all of it was made anew, is found only beside such a copy.

    Parameters
    ----------
    path : path
        A report (its folder or findings.json) or a workbook of `papi plan`.

    Returns
    -------
    tuple
        Whether the seal is there, the seal, and how many entries the ledger holds.

    Raises
    ------
    ParameterError
        Where the file bears no seal.
    SourceError
        Where the ledger itself is not as it was sealed.
    """
    file = Path(path)
    if file.suffix == ".xlsx":
        told = reading.meta(file)
        seal, one = told["ledger"], places.find(told["province"])
    else:
        file = file / "findings.json" if file.is_dir() else file
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
            seal, one = found["follow_up"]["seal"], places.find(found["province"]["slug"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ParameterError(
                "{file} bears no seal of a ledger: name a report that judges a plan, or a workbook "
                "of papi plan.", file=str(path)[:80],
            ) from error  # fmt: skip
    entries = ledger.read(one)
    return seal == ledger.GENESIS or seal in set(entries["seal"]), seal, len(entries)

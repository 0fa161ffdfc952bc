"""The words and files of `papi check` and `papi import`: verdicts told, accepted scores written."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd

from papi_analysis import places, settings
from papi_analysis.data import codebook, context, embedded, panel
from papi_analysis.errors import Issue, ParameterError, SourceError
from papi_analysis.i18n import mark, say
from papi_analysis.ingest import index_versions, issues, verdict
from papi_analysis.ingest.cells import inert
from papi_analysis.ingest.checks import case
from papi_analysis.ingest.issues import shown
from papi_analysis.ingest.update import Update
from papi_analysis.ingest.verdict import REFUSED, Verdict
from papi_analysis.places import registry, tra_vinh
from papi_analysis.plans import criteria, indices, ledger
from papi_analysis.runner import staging
from papi_analysis.schemas import RESTORE, Column, conform

WORDS = {
    "ok": mark("{file}: accepted, {scores} {scores:score|scores} of {years}. Rows: {read} read, "
               "{used} used, {ignored} ignored."),
    "warn": mark("{file}: accepted with {count} {count:warning|warnings}, {scores} "
                 "{scores:score|scores} of {years}. Rows: {read} read, {used} used, {ignored} "
                 "ignored."),
    "reject": mark("{file}: refused, {count} {count:finding|findings}. Nothing was changed."),
}  # fmt: skip
UNREADABLE = mark("the table cannot be read ({reason})")
#: Folders of the data that are no province's.
SHARED = ("papi", "context", "boundaries", "criteria", "merger")
TEXT, MAY_BE_EMPTY, ONCE_EACH = Column(), Column(empty=True), Column(unique=True)
YEAR = Column(number=True, low=2009, high=2100)
POINTS = Column(number=True, low=0, high=10)
COMPARABLE = frozenset({"yes", "no", "first", "probably", "doubtful", "rescaled",
                        "doubtful_rescaled"})  # fmt: skip
_NAMES = {"code": ONCE_EACH, "slug": ONCE_EACH, "name_vi": ONCE_EACH, "name_en": ONCE_EACH,
          "region": Column(among=frozenset(places.REGIONS))}  # fmt: skip
#: Tables without which no score can be judged: what their columns must be, and their keys. The
#: other tables are held to their rules by their own readers.
CORE: dict[str, tuple[dict[str, Column], tuple[str, ...]]] = {
    "papi/geographies.csv": (
        {"first_round": YEAR._replace(unique=True), "valid_from": MAY_BE_EMPTY, "file": TEXT}, (),
    ),
    "papi/provinces.csv": (_NAMES | {"successor_code": TEXT, "successor_name_vi": TEXT}, ()),
    "papi/provinces_2025.csv": (_NAMES | {"predecessors": TEXT}, ()),
    "papi/dimensions.csv": (
        {"dimension": ONCE_EACH, "name_en": TEXT, "name_vi": TEXT, "year_from": YEAR}, (),
    ),
    "papi/subdimensions.csv": (
        {"dimension": TEXT, "code": ONCE_EACH, "name_en": TEXT, "name_vi": TEXT,
         "year_from": YEAR, "year_to": YEAR}, (),
    ),
    "papi/regimes.csv": (
        {"code": TEXT, "dimension": TEXT, "year": YEAR, "scale_min": POINTS, "scale_max": POINTS,
         "composition": POINTS._replace(high=math.inf),
         "comparable": Column(among=COMPARABLE), "sample_block": TEXT},
        ("code", "year"),
    ),
    "papi/scores.csv": (
        {"year": YEAR, "province": TEXT, "subdimension": TEXT, "score": POINTS},
        ("year", "province", "subdimension"),
    ),
}  # fmt: skip
SHOWN = 20  # changes of an import that are written out


def of_files(
    files: Iterable[str],
    *,
    data: str | None = None,
    year: int | None = None,
    regime_file: str | None = None,
    as_json: bool = False,
    tidy: str | None = None,
    draft: str | None = None,
    lang: str = "vi",
) -> tuple[list[str], int]:
    """The lines that tell the verdicts on files, and the exit status.

    Raises
    ------
    ParameterError
        When several files are to be written to one path, or a draft is asked for where no year is
        new.
    """
    files = list(files)
    if (tidy or draft) and len(files) > 1:
        raise ParameterError("--tidy and --draft go with one FILE, not with {n}.", n=len(files))
    found = [verdict.of(file, data=data, year=year, regime_file=regime_file) for file in files]
    for one in found:
        if tidy and not one.status:
            _write(tidy, one.accepted)
        if draft:
            _write(draft, drafted(one))
    status = max(one.status for one in found)
    if as_json:
        records = [record(one, lang, tidy=bool(tidy)) for one in found]
        whole = records[0] if len(records) == 1 else records
        return [json.dumps(whole, ensure_ascii=False, indent=1)], status
    return [line for one in found for line in lines(one, lang)], status


def lines(found: Verdict, lang: str) -> list[str]:
    """The verdict on a file in words: every finding, then one line that sums up."""
    told = say(lang, WORDS[found.word], file=found.file, count=len(found.findings),
               scores=len(found.accepted), years=_years(found), **rows(found))  # fmt: skip
    return [*issues.listing(found.findings, lang), told, *left(found, lang)]


def left(found: Verdict, lang: str) -> list[str]:
    """The line that names the sheets of a file that were neither judged nor taken, if any."""
    rows = found.reading.rows
    sheets = rows.loc[rows["reason"].eq(verdict.OTHER_YEAR), "sheet"].unique().tolist()
    sentence = "Left alone, as the file is for another year: {sheets}. To take one, give --year."
    return [say(lang, sentence, sheets=", ".join(map(shown, sheets)))] if sheets else []


def _years(found: Verdict) -> str:
    years = sorted(found.accepted["year"].unique())
    return ", ".join(map(str, years))


def rows(found: Verdict) -> dict[str, int]:
    """How many rows were read, used and ignored; the first is the sum of the others."""
    used = int(found.reading.rows["reason"].eq("").sum())
    read = len(found.reading.rows)
    return {"read": read, "used": used, "ignored": read - used}


def record(found: Verdict, lang: str, *, tidy: bool = False) -> dict:
    """The verdict as plain values, for JSON; accepted scores only when asked for."""
    ignored = found.reading.rows[found.reading.rows["reason"].ne("")]
    listed = [{"sheet": row.sheet, "row": int(row.row), "reason": say(lang, row.reason)}
              for row in ignored.itertuples()]  # fmt: skip
    whole = {
        "file": found.file,
        "verdict": found.word,
        "status": found.status,
        "findings": [issues.record(one, lang) for one in found.findings],
        "rows": {**rows(found), "listed": listed},
    }
    return whole | {"accepted": found.accepted.to_dict("records")} if tidy else whole


def drafted(found: Verdict) -> pd.DataFrame:
    """The draft of the regime of the new year that a file holds (see `regimes.draft`).

    Raises
    ------
    ParameterError
        When the file holds no new year.
    """
    new = [] if found.book is None else sorted(found.book.assumed)
    if not new:
        raise ParameterError("{file} holds no year without a regime: nothing to draft.",
                             file=found.file)  # fmt: skip
    whole = case(found.reading, found.book)
    table = next(table for table in whole.tables if table.year == new[0])
    return index_versions.draft(table.wide, found.book, new[0], index_versions.new_parts(whole))


def _write(path: str, table: pd.DataFrame) -> None:
    with staging.faults(Path(path).parent):
        inert(table).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def of_data(
    data: str | None = None, *, as_json: bool = False, lang: str = "vi"
) -> tuple[list[str], int]:
    """The proofs that the data are sound, as lines of a table, and the exit status.

    Every table that a report reads is read: those that people edit, too.
    """
    files, unread = embedded.hashes(data), unreadable(data)
    broken = [] if any(one.file in CORE for one in unread) else ledger.unsound(data)
    checks = pd.DataFrame(columns=["check", "expected", "found"])
    if not any(one.file in CORE for one in unread):
        checks = panel.check(panel.load(data))
    told_of = [*broken, *unread]
    proofs = [
        (say(lang, "files that are not the published ones"), 0, int((~files["sound"]).sum())),
        (say(lang, "entries of ledgers that are not as they were sealed"), 0, len(broken)),
        (say(lang, "faults of the tables that a report reads"), 0, len(unread)),
        *((say(lang, row.check), row.expected, row.found) for row in checks.itertuples()),
    ]
    status = REFUSED if any(expected != found for _, expected, found in proofs) else 0
    if as_json:
        record_ = {
            "verdict": "reject" if status else "ok",
            "status": status,
            "files": files.to_dict("records"),
            "checks": [{"check": c, "expected": e, "found": f} for c, e, f in proofs],
            "findings": [issues.record(one, lang) for one in told_of],
        }
        return [json.dumps(record_, ensure_ascii=False, indent=1)], status  # fmt: skip
    width = max(len(name) for name, _, _ in proofs)
    told = [
        f"{'ok' if expected == found else 'x':>2}  {name:<{width}}  {found}"
        + ("" if expected == found else f" ({say(lang, 'expected {n}', n=expected)})")
        for name, expected, found in proofs
    ]
    bad = files.loc[~files["sound"], "file"].tolist()
    word = "The data are not sound." if status else "The data are sound."
    told += [*(f"    {name}" for name in bad), *issues.listing(told_of, lang)]
    return [*told, say(lang, word)], status


def unreadable(data: str | None = None) -> list[Issue]:
    """The issues of every table of the data folder that a report reads."""
    folder = settings.data_folder(data)
    core = [
        one
        for name, (columns, key) in CORE.items()
        for one in _issues(name, partial(conform, folder / name, columns, key))
    ]
    if core:  # nothing else can be judged
        return core
    readers: dict[str, Callable[[], object]] = {
        f"{path.parent.name}/{path.name}": partial(reader, data)
        for path, reader in (
            (folder / "papi" / "provinces.csv", places.provinces),
            (folder / "papi" / "units.csv", registry.register),
            (folder / "papi" / "commune_successors.csv", registry.successors),
            (folder / "papi" / "dimensions.csv", codebook.dimensions),
            (folder / "papi" / "subdimensions.csv", codebook.subdimensions),
            (folder / "papi" / "regimes.csv", codebook.index_versions),
            (folder / "papi" / "scores.csv", panel.load),
            (folder / "papi" / "criteria_flags.csv", context.criteria_flags),
            (folder / "papi" / "standard_errors.csv", embedded.standard_errors),
            (folder / "papi" / "indicators.csv", embedded.indicators),
            (folder / "papi" / "import_warnings.csv", embedded.import_warnings),
            (folder / "context" / "par_sipas.csv", context.par_sipas),
            (folder / "context" / "pci_2005_2016.csv", indices.pci),
            (folder / "merger" / "communes_vinh_long.csv", context.communes_vinh_long),
            (folder / "criteria" / "what_is_asked.csv", criteria.asked_rows),
            (folder / "criteria" / "levers.csv", criteria.lever_rows),
            (folder / "criteria" / "plans_seen.csv", criteria.plans_seen),
            (folder / "criteria" / "calendar.csv", criteria.calendar_rows),
            (folder / "criteria" / "agencies_2025.csv", criteria.proposed_leads),
            (folder / "criteria" / "agency_names.csv", criteria.agency_names),
            (folder / "context" / "survey_samples.csv", context.survey_samples),
            (folder / "context" / "population_2019.csv", context.population_2019),
            (folder / "context" / "quartile_group_sizes.csv", codebook.group_sizes),
            (folder / "tra_vinh" / "districts.csv", tra_vinh.district_context),
            (folder / "tra_vinh" / "crosswalk_2025.csv", tra_vinh.communes_crosswalk),
            (folder / "tra_vinh" / "communes_ethnic_minority.csv", tra_vinh.commune_context),
        )
    }
    own = sorted(path.name for path in folder.iterdir()
                 if path.is_dir() and path.name not in SHARED and path.name[0] != ".")  # fmt: skip
    for name in own:
        readers[f"{name}/agencies.csv"] = partial(criteria.own_leads, data, name)
        readers[f"{name}/documents.csv"] = partial(context.documents, data, name)
    return [one for name, reader in readers.items() for one in _issues(name, reader)]


def _issues(name: str, reader: Callable[[], object]) -> list[Issue]:
    """What keeps a table from being read, each issue with the table's place in the data folder."""
    try:
        reader()
    except SourceError as error:
        if error.issues:
            return [replace(one, file=name) for one in error.issues]
        values = tuple(error.values.items())
        return [Issue("E-FILE-BROKEN", error.message, file=name, values=values)]
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        reason = shown(str(error) or type(error).__name__)
        values = (("reason", reason),)
        return [Issue("E-FILE-BROKEN", UNREADABLE, RESTORE, file=name, values=values)]
    return []


def of_import(found: Verdict, plan: Update, *, dry_run: bool, lang: str) -> list[str]:
    """What an import did, or would do, in words: warnings, revised scores, counts, files."""
    told = issues.listing(found.findings, lang)
    revised = plan.changes[plan.changes["kind"].ne("added")]
    told += [
        f"  {row.year} {found.book.name(row.province, row.year)} "
        f"{found.book.label(row.subdimension)}: "
        f"{row.old:g} -> {say(lang, 'removed') if row.kind == 'removed' else f'{row.new:g}'}"
        for row in revised.head(SHOWN).itertuples()
    ]
    if len(revised) > SHOWN:
        told.append(
            "  " + say(lang, "and {count} more {count:change|changes}", count=len(revised) - SHOWN)
        )
    told += left(found, lang)
    if not plan.files:
        return [*told, say(lang, "{file}: nothing new; the data hold all of it.", file=found.file)]
    counts = {kind: int(plan.changes["kind"].eq(kind).sum())
              for kind in ("added", "revised", "removed")}  # fmt: skip
    sentence = (
        "{file}: would add {added} {added:score|scores}, revise {revised} and remove {removed}; "
        "nothing was written."
        if dry_run
        else "{file}: {added} {added:score|scores} added, {revised} revised, {removed} removed."
    )
    told += [say(lang, sentence, file=found.file, **counts)]
    told += [f"  data/{name}" for name in plan.files]
    return told if dry_run else [*told, say(lang, "To take this import back: papi import --undo")]

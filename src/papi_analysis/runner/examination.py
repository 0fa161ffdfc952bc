"""The words and files of `papi check` and `papi import`: verdicts told, accepted scores written."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from papi_analysis.data import embedded, panel
from papi_analysis.errors import ParameterError
from papi_analysis.i18n import mark, say
from papi_analysis.ingest import index_versions, notices, verdict
from papi_analysis.ingest.checks import regime
from papi_analysis.ingest.checks.tables import case
from papi_analysis.ingest.intake import Intake
from papi_analysis.ingest.spreadsheet import inert
from papi_analysis.ingest.verdict import REFUSED, Verdict
from papi_analysis.plans import ledger
from papi_analysis.runner import staging

WORDS = {
    "ok": mark("{file}: accepted, {scores} {scores:score|scores} of {years}. Rows: {read} read, "
               "{used} used, {ignored} ignored."),
    "warn": mark("{file}: accepted with {count} {count:warning|warnings}, {scores} "
                 "{scores:score|scores} of {years}. Rows: {read} read, {used} used, {ignored} "
                 "ignored."),
    "reject": mark("{file}: refused, {count} {count:finding|findings}. Nothing was changed."),
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
    return [*notices.listing(found.findings, lang), told]


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
        "findings": [notices.record(one, lang) for one in found.findings],
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
    return index_versions.draft(table.wide, found.book, new[0], regime.new_parts(whole))


def _write(path: str, table: pd.DataFrame) -> None:
    with staging.faults(Path(path).parent):
        inert(table).to_csv(path, index=False, lineterminator="\n", encoding="utf-8")


def of_data(
    data: str | None = None, *, as_json: bool = False, lang: str = "vi"
) -> tuple[list[str], int]:
    """The proofs that the data are sound, as lines of a table, and the exit status."""
    files, checks = embedded.hashes(data), panel.check(panel.load(data))
    broken = ledger.unsound(data)
    proofs = [
        (say(lang, "files that are not the published ones"), 0, int((~files["sound"]).sum())),
        (say(lang, "entries of ledgers that are not as they were sealed"), 0, len(broken)),
        *((say(lang, row.check), row.expected, row.found) for row in checks.itertuples()),
    ]
    status = REFUSED if any(expected != found for _, expected, found in proofs) else 0
    if as_json:
        record_ = {
            "verdict": "reject" if status else "ok",
            "status": status,
            "files": files.to_dict("records"),
            "checks": [{"check": c, "expected": e, "found": f} for c, e, f in proofs],
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
    told += [*(f"    {name}" for name in bad), *notices.listing(broken, lang)]
    return [*told, say(lang, word)], status


def of_import(found: Verdict, plan: Intake, *, dry_run: bool, lang: str) -> list[str]:
    """What an import did, or would do, in words: warnings, revised scores, counts, files."""
    told = notices.listing(found.findings, lang)
    revised = plan.changes[plan.changes["kind"].ne("added")]
    told += [
        f"  {row.year} {found.book.name(row.province)} {found.book.label(row.subdimension)}: "
        f"{row.old:g} -> {row.new:g}"
        for row in revised.head(SHOWN).itertuples()
    ]
    if len(revised) > SHOWN:
        told.append(
            "  " + say(lang, "and {count} more {count:change|changes}", count=len(revised) - SHOWN)
        )
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
    return [*told, say(lang, sentence, file=found.file, **counts),
            *(f"  data/{name}" for name in plan.files)]  # fmt: skip

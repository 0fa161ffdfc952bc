"""The command `papi`: thin, every command calls one function of the library.

Libraries are imported by the command that needs them, so that help comes at once.
"""

from __future__ import annotations

import codecs
import difflib
import os
import re
import shlex
import signal
import sys
import threading
import time
import traceback
import unicodedata
from collections.abc import Sequence
from types import FrameType

import click

from papi_analysis import __version__, settings
from papi_analysis.errors import (
    EnvironmentFault,
    PapiError,
    ParameterError,
    SourceError,
    exhausted,
)

BUG, PARTLY, BROKEN_PIPE = 1, 4, 141
YEAR_DIGITS = 4
#: Signs that have no plain letter under their marks.
_LETTERS = str.maketrans({"Đ": "D", "đ": "d", "–": "-", "−": "-", "…": "...", "·": "-"})
#: Seconds that an interrupted command may take to end in order, and what is done after that.
PATIENCE = 1.5
_LAST = (("execution", "end_all"), ("staging", "abandon"), ("staging", "remove"))
EPILOG = (
    "Exit status: 0 done, 2 wrong parameter, 3 input refused, 4 some units of a batch failed, "
    "5 disk, permission or lock, 6 a notebook failed, 129/130/143 interrupted, 1 our own fault."
)


class Terminated(BaseException):
    """The system asked the program to end (SIGTERM), or its terminal closed (SIGHUP)."""


class Formatter(click.HelpFormatter):
    """Help in the language that was asked for: sentences of the catalogue, else as they stand."""

    lang = "en"

    def say(self, text: str) -> str:
        """A paragraph of help; its value by default is kept."""
        if self.lang == "en":
            return text
        from papi_analysis import i18n

        known = i18n.catalogue(self.lang)
        if text.startswith("\b"):
            head, *rest = text.split("\n")[1:]
            return "\n".join(["\b", known.get(head, head), *rest])
        text = " ".join(text.split()) if "  [" not in text else text
        base, bracket, extra = text.rpartition("  [")
        if text in known or not bracket:
            return known.get(text, text)
        return f"{known.get(base, base)}  [{extra.replace('default', known['default'])}"

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or f"{self.say('Usage:')} ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(self.say(heading))

    def write_text(self, text: str) -> None:
        super().write_text("\n\n".join(map(self.say, text.split("\n\n"))))

    def write_dl(self, rows: Sequence[tuple[str, str]], *given: int, **named: int) -> None:
        super().write_dl([(name, self.say(text)) for name, text in rows], *given, **named)


class Context(click.Context):
    """Knows the language of the call from the first: `--lang`, else PAPI_LANG."""

    def make_formatter(self) -> Formatter:
        formatter = Formatter(width=self.terminal_width, max_width=self.max_content_width)
        formatter.lang = self.find_root().obj or "en"
        return formatter


class Command(click.Command):
    """A command that tells how a word is given that it takes only after an option."""

    allow_extra_args = True
    context_class = Context

    def get_short_help_str(self, limit: int = 45) -> str:
        return self.help.partition("\n\n")[0].replace("\n", " ")

    def invoke(self, ctx: click.Context) -> object:
        if ctx.args:
            raise _bare(ctx)
        return super().invoke(ctx)


class Group(click.Group):
    """Commands that, when misspelt, name the nearest one."""

    command_class = Command
    context_class = Context
    get_short_help_str = Command.get_short_help_str

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple:
        name = args[0] if args else ""
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            near = difflib.get_close_matches(name, self.list_commands(ctx), n=3, cutoff=0.5)
            raise ParameterError(
                "There is no command {value!r}. Nearest: {nearest}.",
                diagnosis="E-PARAM-NAME",
                value=name[:80],
                nearest=", ".join(near or self.list_commands(ctx)),
            )
        return super().resolve_command(ctx, args)


def _of_call() -> str:
    return click.get_current_context().find_root().obj or "vi"


LANG = {
    "type": click.Choice(["vi", "en"]),
    "help": "Language of the result and of all messages.  [default: PAPI_LANG, else vi]",
}
lang_option = click.option("--lang", default=_of_call, **LANG)


def _use_data(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    """Set the data folder for the command and for every kernel that it starts."""
    if value:
        ctx.with_resource(settings.use(data=value))


def _show_version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    """Tell the version, the commit where this is a clone, and which figures it reads."""
    if not value:
        return
    import csv
    import hashlib
    import subprocess
    from pathlib import Path

    git = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short=10", "HEAD"]
    try:
        commit = subprocess.run(git, capture_output=True, text=True, timeout=5).stdout.strip()
    except OSError:
        commit = ""
    scores = settings.data_folder() / "papi" / "scores.csv"
    content = scores.read_bytes()
    years = {row["year"] for row in csv.DictReader(content.decode("utf-8-sig").splitlines())}
    click.echo(f"papi, version {__version__}" + (f", commit {commit}" if commit else ""))
    digest = hashlib.sha256(content).hexdigest()
    click.echo(f"PAPI {min(years)}-{max(years)}: scores.csv sha256 {digest}")
    ctx.exit()


data_option = click.option(
    "--data",
    metavar="DIR",
    expose_value=False,
    is_eager=True,
    callback=_use_data,
    help="Data folder.  [default: PAPI_DATA, else the repository's]",
)
boundaries_option = click.option(
    "--boundaries", default="", metavar="FILE", help="Your own layer for the maps."
)
district_option = click.option(
    "--district-data", default="", metavar="FILE", help="Your figures by district."
)
pdf_option = click.option("--pdf", is_flag=True, help="Print each report into a PDF as well.")
timeout_option = click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    help="Seconds that one cell may take.  [default: 600]",
)
engine_option = click.option(
    "--engine",
    type=click.Choice(["fast", "stock"]),
    default="fast",
    show_default=True,
    help="stock: plain papermill, slower, same report.",
)
debug_option = click.option("--debug", is_flag=True, help="Show the traceback of an error.")


@click.group(cls=Group, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--lang", expose_value=False, **LANG)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version,
    help="Show version, commit and data, and exit.",
)  # fmt: skip
def papi() -> None:
    """Which PAPI criteria a province should improve first, how sure that is, and who owns them.

    Example: papi run --province tra-vinh --year 2024
    """


@papi.command()
@click.option("--province", default="tra-vinh", show_default=True, help="Slug, code or name.")
@click.option("--year", type=int, help="Year of the index.  [default: the latest with data]")
@lang_option
@click.option("--seed", type=int, default=84, show_default=True, help="Seed of random draws.")
@click.option("--out", default="reports", show_default=True, help="Folder of all reports.")
@data_option
@click.option("--notebooks", help="Folder of the notebooks.  [default: the repository's]")
@click.option("--geo", default="", metavar="MONTH", help="2025-07: a merged province, synthetic.")
@boundaries_option
@district_option
@timeout_option
@engine_option
@pdf_option
@debug_option
def run(province, year, lang, debug, **options) -> None:
    """Make the report of one province and year.

    Runs the notebooks, checks what they made, and puts report.html, findings.json, notebooks/,
    figures/, tables/ and manifest.json into OUT/PROVINCE/YEAR in one step; with --lang en also
    report.en.html. A report that stood there is replaced; what is not made again is told at the
    start. The path of the report is printed at the end. With --pdf a Chromium, Chrome or Edge of
    this machine (PAPI_CHROMIUM names another) prints report.pdf beside it: A4, tagged, without a
    network and without a date.

    \b
    Examples:
      papi run
      papi run --province can-tho --year 2023
      papi run --province 84 --lang en --out /tmp/reports
      papi run --province vinh-long --geo 2025-07
      papi run --boundaries districts.gpkg --district-data poverty.csv
      papi run --pdf
    """
    from papi_analysis import runner

    tell = runner.Progress(lang)
    try:
        page = runner.run_report(
            province,
            year,
            lang=lang,
            tell=tell,
            **options,
        )
    finally:
        tell.close()
    click.echo(page)
    if options["pdf"]:
        click.echo(page.with_suffix(".pdf"))


@papi.command()
@click.option("--provinces", default="all", show_default=True, help="all, or names with commas.")
@click.option("--years", default="", help="2024 or 2018-2021,2024.  [default: the latest]")
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="At once.")
@click.option("--scheduler", metavar="ADDRESS", help="Dask scheduler whose workers do the work.")
@click.option("--resume", is_flag=True, help="Make only what failed, is missing or changed.")
@lang_option
@click.option("--seed", type=int, default=84, show_default=True, help="Seed of random draws.")
@click.option("--out", default="reports", show_default=True, help="Folder of all reports.")
@data_option
@click.option("--notebooks", help="Folder of the notebooks.  [default: the repository's]")
@boundaries_option
@district_option
@timeout_option
@engine_option
@click.option("--cache", metavar="DIR", help="Keeps shared results.  [default: your cache folder]")
@click.option("--no-cache", is_flag=True, help="Keep shared results for this batch only.")
@pdf_option
@debug_option
def batch(debug, lang, cache, no_cache, **options) -> None:
    """Make the reports of many provinces and years.

    What does not depend on the province is computed once. A report that fails is listed and does
    not stop the others. OUT/batch.json holds the summary, OUT/index.html links all reports. With
    --pdf each report is printed too, as in papi run; no browser, no start.

    \b
    Examples:
      papi batch --provinces all --years 2024 --jobs 2
      papi batch --provinces all --pdf
      papi batch --provinces tra-vinh,can-tho --years 2018-2024 --resume
      papi batch --provinces tra-vinh,can-tho --boundaries layers/districts.geojson
      papi batch --years 2024 --scheduler tcp://host:8786
    """
    from papi_analysis import cache as results
    from papi_analysis import runner

    tell = runner.Progress(lang)
    cache = None if no_cache else cache or results.user_folder()
    try:
        summary = runner.run_batch(lang=lang, tell=tell, cache=cache, **options)
    finally:
        tell.close()
    _summarise(summary, lang)
    if summary["failed"]:
        raise click.exceptions.Exit(PARTLY)


def _summarise(summary: dict, lang: str) -> None:
    from papi_analysis import i18n

    counts = {name: len(summary[name]) for name in ("made", "kept", "absent", "failed")}
    text = i18n.say(
        lang,
        "{made} {made:report|reports} made, {kept} kept, {absent} without scores, {failed} "
        "failed in {seconds:0} s.",
        **counts,
        seconds=summary["seconds"],
    )
    click.echo(text)
    for name, reason in summary["absent"].items():
        click.echo(f"  {name}: {i18n.say(lang, reason.message, **reason.values)}")
    for name, failure in summary["failed"].items():
        said = i18n.say(lang, failure.message, **failure.values)
        click.echo(f"  {name} [{failure.status}]: {said}")


@papi.group(cls=Group)
def boundaries() -> None:
    """Boundaries for the maps besides the drawings of the project.

    \b
    Example:
      papi boundaries fetch --to layers
    """


@boundaries.command()
@click.option("--to", "folder", default="layers", show_default=True, help="Folder to keep it in.")
@lang_option
@debug_option
def fetch(folder, lang, debug) -> None:
    """Download the districts of the whole country (5 MB), checked against a pinned hash.

    The licence is shown, and recorded beside the file. Give the file to papi run --boundaries.

    \b
    Example:
      papi boundaries fetch --to layers
    """
    from papi_analysis import boundaries as layers
    from papi_analysis import i18n

    layer = layers.GEOBOUNDARIES
    credit = i18n.say(lang, layers.FETCHED_SOURCE, credit=layer.credit, licence=layer.licence)
    click.echo(credit, err=True)
    click.echo(layers.fetch(folder, progress=sys.stderr.isatty()))


@papi.command()
@click.argument("folder", metavar="DIR")
@click.option("--rerun", is_flag=True, help="Make the report again and compare every byte.")
@click.option("--sign", "key", metavar="KEY", default="", help="Sign it with a private SSH key.")
@click.option("--signers", metavar="FILE", default="", help="Only keys in FILE may have signed it.")
@data_option
@lang_option
@debug_option
def verify(folder, rerun, key, signers, lang, debug) -> None:
    """Is the report in DIR damaged, changed, or what the run gives?

    A file of the report stands for its folder. Damaged: a file is not the one that was made.
    Changed: the page, a table, a figure or the report notebook does not follow from findings.json;
    the page is made again from it and compared. Reproduced (--rerun): the report is made again from
    the data, code and notebooks at hand, and every byte is compared. Status 0 when it is whole, 3
    when it is not.

    \b
    Examples:
      papi verify reports/tra-vinh/2024
      papi verify reports/tra-vinh/2024 --rerun
      papi verify reports/tra-vinh/2024 --sign ~/.ssh/id_ed25519
      papi verify reports/tra-vinh/2024 --signers allowed_signers
    """
    from pathlib import Path

    from papi_analysis import i18n, runner
    from papi_analysis.runner import manifest

    def tell(sentence: str, **values: object) -> None:
        click.echo(i18n.say(lang, sentence, folder=folder, **values))

    folder = (os.path.dirname(folder) or ".") if os.path.isfile(folder) else folder
    runner.require_whole(folder)
    other = manifest.not_compared(manifest.read(Path(folder)))
    if other:
        tell("{folder}: not damaged.")
        tell(
            "{folder}: the page was not compared with its findings: made with other {names} than "
            "here.",
            names=", ".join(other[:3]),
        )
    else:
        tell("{folder}: not damaged, not changed: the page follows from its findings.")
    if key:
        tell("{folder}: signed in {file}.", file=manifest.sign(Path(folder), key).name)
    signature = manifest.signature(Path(folder), signers)
    if signature and signature.name:
        tell("{folder}: signed by {name} ({key}).", name=signature.name, key=signature.key)
    elif signature:
        tell("{folder}: signed with the key {key}; compare it.", key=signature.key)
    if rerun:
        found = runner.reproduce(folder)
        if found:
            raise SourceError(
                "The report in {folder} is not what comes out when it is made again.",
                folder=folder,
                issues=tuple(found),
            )
        tell("{folder}: reproduced, byte by byte the same.")


@papi.command()
@click.option("--out", required=True, help="Folder to write; an earlier export is replaced.")
@click.option(
    "--format",
    "file_format",
    type=click.Choice(["csv", "parquet", "xlsx"]),
    default="csv",
    show_default=True,
    help="CSV opens in a spreadsheet with its Vietnamese right.",
)
@data_option
@lang_option
@debug_option
def export(out, file_format, lang, debug) -> None:
    """Write the scores at every level for other programs.

    OUT gets scores (with rank, n, group, quartiles, comparability and the reason of absence),
    codebook, provinces, regimes, datapackage.json (the data dictionary) and CITATION.bib.

    \b
    Examples:
      papi export --out papi-scores
      papi export --out papi-scores --format parquet
    """
    from papi_analysis import export, i18n

    rows = export.write(out, file_format=file_format)
    sentence = "{rows:#,##0} {rows:row|rows} in {folder}: {files}."
    values = {"rows": sum(rows.values()), "folder": out, "files": ", ".join(rows)}
    click.echo(i18n.say(lang, sentence, **values))


year_option = click.option("--year", type=int, help="The year to read, of those in the file.")
regime_option = click.option(
    "--regime", "regime_file", metavar="FILE", help="Confirmed rows of a new regime."
)


@papi.command()
@click.argument("files", metavar="[FILE]...", nargs=-1)
@data_option
@year_option
@regime_option
@click.option("--json", "as_json", is_flag=True, help="The verdict as JSON.")
@click.option("--tidy", metavar="PATH", help="Write the accepted scores as CSV.")
@click.option("--draft", metavar="PATH", help="Write a draft of the regime of a new year.")
@lang_option
@debug_option
def check(files, year, regime_file, as_json, tidy, draft, lang, debug) -> None:
    """Is the data sound, or a FILE to come? Nothing in the data changes.

    Without FILE the embedded figures are proved sound. With FILE its verdict is told: status 0
    when it would be accepted (warnings listed), 3 when it would be refused.

    \b
    Examples:
      papi check
      papi check 2025PAPI_BangChiTieuCapTinh.xlsx
      papi check scores.csv --json --tidy accepted.csv
    """
    from papi_analysis.runner import examination

    lines, status = (
        examination.of_files(
            files, year=year, regime_file=regime_file, as_json=as_json, tidy=tidy,
            draft=draft, lang=lang,
        )
        if files
        else examination.of_data(as_json=as_json, lang=lang)
    )  # fmt: skip
    for line in lines:
        click.echo(line)
    if status:
        raise click.exceptions.Exit(status)


@papi.command(name="import")
@click.argument("file", metavar="FILE", required=False)
@data_option
@year_option
@regime_option
@click.option("--dry-run", is_flag=True, help="Tell what would change; write nothing.")
@click.option("--revise", is_flag=True, help="Take the publisher's changes of registered scores.")
@click.option(
    "--remove", metavar="YEAR:CODE", multiple=True, help="Give up what the file leaves blank."
)
@click.option("--undo", is_flag=True, help="Take the last import back.")
@lang_option
@debug_option
def import_(file, year, regime_file, dry_run, revise, remove, undo, lang, debug) -> None:
    """Bring a new official workbook into the data, checked, in one step or not at all.

    A yearly workbook brings in its own year; --year takes another of its sheets. A blank never
    replaces a registered score: --remove 2023:air_quality with --revise gives the blank ones of
    that criterion up.

    \b
    Examples:
      papi import 2025PAPI_BangChiTieuCapTinh.xlsx --dry-run
      papi import 2025PAPI_BangChiTieuCapTinh.xlsx
      papi import PAPI_2011-2016.xlsx --revise
      papi import --undo
    """
    from papi_analysis import i18n
    from papi_analysis.runner import examination, intake

    if undo:
        undone, tables = intake.undo()
        sentence = "The import of {file} is taken back; these tables are as before: {files}."
        click.echo(i18n.say(lang, sentence, file=undone, files=", ".join(tables)))
        return
    if file is None:
        raise ParameterError("papi import needs a FILE, or --undo.", diagnosis="E-PARAM")
    found, plan = intake.bring_in(
        file,
        year=year,
        regime_file=regime_file,
        revise=revise,
        remove=_year_and_code(remove),
        dry_run=dry_run,
    )
    for line in examination.of_import(found, plan, dry_run=dry_run, lang=lang):
        click.echo(line)


def _year_and_code(words: tuple[str, ...]) -> list[tuple[int, str]]:
    """Years and codes of `--remove`; one that does not exist is refused with what it may be."""
    from papi_analysis.data import codebook

    known = {(str(row.year), row.subdimension) for row in codebook.index_versions().itertuples()}
    pairs = [tuple(word.partition(":")[::2]) for word in words]
    wrong = [word for word, pair in zip(words, pairs, strict=True) if pair not in known]
    if wrong:
        raise ParameterError(
            "--remove takes a year and a code of data/papi/regimes.csv, as 2023:air_quality; not "
            "{value!r}.",
            value=wrong[0][:80],
        )
    return [(int(year), code) for year, code in pairs]


@papi.command()
@click.option("--year", type=int, help="Year of a round.  [default: the latest with data]")
@lang_option
@data_option
@debug_option
def provinces(year, lang, debug) -> None:
    """List the provinces that the round of a year is published for, and what they were before.

    \b
    Examples:
      papi provinces
      papi provinces --year 2025 --lang en
    """
    from papi_analysis import places
    from papi_analysis.data import panel

    year = panel.latest_year(panel.load()) if year is None else year
    for line in places.listing(year, lang):
        click.echo(line)


@papi.command()
@click.option("--province", default="tra-vinh", show_default=True, help="Slug, code or name.")
@click.option("--year", type=int, help="Year of the results.  [default: the latest with data]")
@lang_option
@click.option("--seed", type=int, default=84, show_default=True, help="Seed of random draws.")
@click.option("--out", default="plans", show_default=True, help="Folder of the workbooks.")
@click.option("--split", is_flag=True, help="One workbook for each agency.")
@click.option("--from", "filled", metavar="FILE", multiple=True,
              help="Record filled workbooks: a file, or a folder of them.")
@click.option("--on", metavar="DATE",
              help="The day that what is recorded bears.  [default: today]")
@click.option("--verify", metavar="FILE", help="Is the seal of a report or workbook on record?")
@data_option
@debug_option
def plan(province, year, lang, seed, out, split, filled, on, verify, debug) -> None:
    """Make the agencies' workbook, or record a filled one in the ledger.

    The workbook has a sheet for each agency: its criteria, what to expect without action, a target
    and cells for actions. With --from it is read back: all faults are told at once, or
    every new or changed action is added to data/PROVINCE/ledger.csv.

    \b
    Examples:
      papi plan --province tra-vinh --year 2024 --out plans
      papi plan --split --out plans
      papi plan --from plans/papi-plan-tra-vinh-2024.xlsx
      papi plan --from returned/
      papi plan --from returned/ --on 2025-10-31
    """
    from papi_analysis.workbook import plan as plans

    if verify:
        from papi_analysis import i18n

        sound, seal, n = plans.verify(verify)
        if not sound:
            raise SourceError(
                "The ledger does not hold the seal {seal} of {file}: its end was cut off or it was "
                "made anew since.", seal=seal[:12], file=verify,
            )  # fmt: skip
        click.echo(i18n.say(lang, "The ledger ({n} {n:entry|entries}) holds the seal {seal} of "
                            "{file}.", n=n, seal=seal[:12], file=verify))  # fmt: skip
        return
    if on and not filled:
        raise click.UsageError("--on goes with --from: it is the day that entries bear.")
    if not filled:
        for path in plans.make(province, year, lang=lang, seed=seed, out=out, split=split):
            click.echo(path)
        return
    from datetime import date

    from papi_analysis import places
    from papi_analysis.ingest import issues

    today = date.today()
    day = places.day(on) if on else today
    if day > today:
        raise ParameterError(
            "{day} is still to come. What is recorded bears a day up to today.",
            day=f"{day:%d/%m/%Y}",
        )
    found = plans.record(filled, day=day, lang=lang)
    for line in [*issues.listing(found.warnings, lang), *plans.told(found, lang)]:
        click.echo(line)


@papi.command(name="status")
@click.option("--province", default="tra-vinh", show_default=True, help="Slug, code or name.")
@click.option("--on", "day", metavar="DATE", help="As it stood on a day.  [default: today]")
@click.option("--quarter", metavar="YYYY-Qn", help="Write the report of a quarter instead.")
@click.option("--out", default="plans", show_default=True, help="Folder of that report.")
@data_option
@lang_option
@debug_option
def status_(province, day, quarter, out, lang, debug) -> None:
    """How far the recorded plan is: done, in time, due in 30 days, late, without owner or evidence.

    With --quarter a page and a Word file are written that say the same for the end of the quarter.

    \b
    Examples:
      papi status --on 2025-09-15
      papi status --quarter 2025-Q3 --out plans
    """
    from datetime import date

    from papi_analysis import places, quarterly
    from papi_analysis.plans import ledger
    from papi_analysis.plans import status as states

    one = places.find(province)
    if quarter:
        for path in quarterly.make(one, quarter, out, lang=lang):
            click.echo(path)
        return
    entries, on = ledger.read(one), places.day(day) if day else date.today()
    states.require(entries, on)
    for line in states.told(states.on(entries, on), on, lang):
        click.echo(line)


@papi.command()
@click.argument("file", metavar="FILE|-", type=click.File("r", encoding="utf-8"))
@click.option("--province", default="", help="Whom the text is about where it does not say.")
@data_option
@lang_option
@debug_option
def factcheck(file, province, lang, debug) -> None:
    """Hold the numbers of a text about PAPI against the published scores.

    The text is plain, Vietnamese or English. Each claim that is read is told to be right, wrong
    (with the true value), not comparable or not found; what is not surely read is told as well.
    Status 3 where a claim is wrong or not comparable.

    \b
    Examples:
      papi factcheck draft.txt
      papi factcheck - < article.txt
    """
    from papi_analysis import factcheck as checks

    claims = checks.check(file.read(), province=province)
    for line in checks.lines(claims, lang):
        click.echo(line)
    if any(one.verdict in ("wrong", "not_comparable") for one in claims):
        raise click.exceptions.Exit(SourceError.status)


@papi.command()
@click.argument("report", metavar="[REPORT]", required=False)
@click.option("--province", default="tra-vinh", show_default=True, help="Slug, code or name.")
@click.option("--year", type=int, help="Year of the results.  [default: the latest with data]")
@lang_option
@click.option("--docx", is_flag=True, help="Write Word files instead of printing the text.")
@click.option("--out", default="briefs", show_default=True, help="Folder of the Word files.")
@data_option
@debug_option
def brief(report, province, year, lang, docx, out, debug) -> None:
    """The proposal to the chairman and the draft dispatch that follow a report.

    They say what the findings say: of the folder REPORT, or of a province and year. The Word files
    have the form of Decree 30/2020, with an annex of criteria, targets and agencies, and are meant
    to be edited.

    \b
    Examples:
      papi brief
      papi brief --province can-tho --year 2023 --docx --out briefs
      papi brief reports/tra-vinh/2024 --docx
    """
    from papi_analysis import brief as papers

    findings = papers.load(report) if report else papers.findings_of(province, year)
    if docx:
        for path in papers.make(findings, out, lang=lang):
            click.echo(path)
        return
    for line in papers.paragraphs(findings, lang, order=False):
        click.echo(line)


@papi.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--all", "everything", is_flag=True, help="Every value, by its path.")
@click.option("--json", "as_json", is_flag=True, help="Every value as JSON.")
@click.option("--html", metavar="FILE", help="Write a page in the style of the report.")
@data_option
@lang_option
@debug_option
def diff(old, new, everything, as_json, html, lang, debug) -> None:
    """What changed between two reports, or two data folders, and what it can come from.

    Numbers come first, each tagged as data, method, parameter, boundary or code. Scores of earlier
    years that the publisher revised are listed one by one: those of the province between reports,
    those of all provinces between data folders.

    \b
    Examples:
      papi diff reports/tra-vinh/2023 reports/tra-vinh/2024
      papi diff data-before data
      papi diff reports/tra-vinh/2023 reports/tra-vinh/2024 --json > diff.json
      papi diff reports/tra-vinh/2023 reports/tra-vinh/2024 --html diff.html
    """
    from papi_analysis import atomic
    from papi_analysis import diff as reports_diff

    found = reports_diff.compare(old, new)
    if html:
        atomic.write(html, reports_diff.page(found, lang, everything=everything))
        click.echo(html)
        return
    if as_json:
        import json

        click.echo(json.dumps(reports_diff.record(found), ensure_ascii=False, indent=1))
        return
    for line in reports_diff.lines(found, lang, everything=everything):
        click.echo(line)


@papi.command(context_settings={"ignore_unknown_options": True})
@click.option("--folder", metavar="DIR", help="Your copy.  [default: the clone, else papi-lab]")
@click.option("--copy-only", is_flag=True, help="Make the copy and print its path.")
@lang_option
@data_option
@debug_option
@click.argument("options", nargs=-1, type=click.UNPROCESSED, metavar="[OPTIONS OF JUPYTERLAB]...")
def lab(folder, copy_only, lang, debug, options) -> None:
    """Open the notebooks in JupyterLab, on this machine only.

    From an installed package notebooks and data are copied into DIR first; what is there already is
    left as it is.

    \b
    Examples:
      papi lab
      papi lab --lang en --no-browser
      papi lab --copy-only --folder papi-lab
    """
    from papi_analysis import lab as laboratory

    workspace = laboratory.workspace(folder)
    if copy_only:
        click.echo(workspace)
    else:
        raise click.exceptions.Exit(laboratory.start(workspace, options, lang=lang))


def main(arguments: list[str] | None = None) -> None:
    """Run the program and end it with its exit status."""
    arguments = sys.argv[1:] if arguments is None else arguments
    # Matrices of 63 provinces gain nothing from threads, which wait for each other on busy cores.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for name in ("SIGTERM", "SIGHUP", "SIGINT"):
        number = getattr(signal, name, None)
        if number and signal.getsignal(number) != signal.SIG_IGN:  # as nohup asks
            signal.signal(number, _terminate)
    for stream in (sys.stdout, sys.stderr):  # a name of a file may hold bytes that are no letters
        stream.reconfigure(errors="papi-plain")
    sys.exit(status(arguments))


def _plain(error: UnicodeError) -> tuple[str, int]:
    """What a console without some letters shows: those letters without their marks."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_LETTERS)
    bare = unicodedata.normalize("NFD", text).encode("ascii", "backslashreplace").decode()
    return re.sub(r"\\u03[0-6][0-9a-f]", "", bare), error.end


codecs.register_error("papi-plain", _plain)


def _terminate(number: int, frame: FrameType | None) -> None:
    """Unwind, and whatever still holds the process after `PATIENCE` seconds, end it."""
    threading.Thread(target=_end_at_last, args=(128 + number,), daemon=True).start()
    raise KeyboardInterrupt if number == signal.SIGINT else Terminated(number)


def _end_at_last(code: int) -> None:
    """End the process after `PATIENCE` seconds, with its kernels, half reports and folders."""
    time.sleep(PATIENCE)
    for name, function in _LAST:
        module = sys.modules.get(f"papi_analysis.runner.{name}")
        if module:
            getattr(module, function)()
    os._exit(code)


def status(arguments: list[str]) -> int:
    """The exit status of a call; errors are said on the standard error stream."""
    lang, debug = _language(arguments), "--debug" in arguments
    try:
        asked = {"args": arguments, "prog_name": "papi", "obj": _named_language(arguments)}
        return papi.main(standalone_mode=False, **asked) or 0
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return ParameterError.status
    except click.NoSuchOption as error:
        return _tell(_no_option(error), lang, debug)
    except click.UsageError as error:
        return _tell(_usage(error), lang, debug)
    except PapiError as error:
        return _tell(error, lang, debug)
    except (KeyboardInterrupt, click.Abort, Terminated) as error:
        _say(lang, "Interrupted: what was not finished was not published.")
        return 128 + (error.args[0] if isinstance(error, Terminated) else signal.SIGINT)
    except ImportError as error:
        return _tell(_missing(error), lang, debug)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115 - nobody reads any more
        return BROKEN_PIPE
    except Exception as error:
        known = exhausted(error)
        return _tell(known, lang, debug) if known else _bug(error, lang, debug)


def _named_language(arguments: list[str]) -> str:
    """The language that a call names, else PAPI_LANG; "" where neither does."""
    named = re.findall(r"--lang[ =](vi|en)\b", " ".join(arguments))
    return named[-1] if named else {"vi": "vi", "en": "en"}.get(os.environ.get("PAPI_LANG"), "")


def _language(arguments: list[str]) -> str:
    return _named_language(arguments) or "vi"


def _bare(ctx: click.Context) -> ParameterError:
    """The refusal of words without an option, with the call that was probably meant."""
    known = {name for parameter in ctx.command.params for name in parameter.opts}
    years = [word for word in ctx.args if word.isdigit() and len(word) == YEAR_DIGITS]
    names = [word for word in ctx.args if word not in years]
    meant = {"--province": names, "--provinces": names, "--year": years, "--years": years}
    given = [
        f"{option} {shlex.quote(' '.join(words))}"
        for option, words in meant.items()
        if words and option in known
    ]
    told = " ".join(ctx.args)[:80]
    if not given:
        message = "The command takes no word such as {value!r} here. See: {command} --help"
        return ParameterError(message, value=told, command=ctx.command_path)
    example = " ".join([ctx.command_path, *given])
    message = "The command takes {value!r} only after an option: {example}"
    return ParameterError(message, value=told, example=example[:200])


def _no_option(error: click.NoSuchOption) -> ParameterError:
    command = error.ctx.command if error.ctx else papi
    known = [name for parameter in command.params for name in parameter.opts]
    known = [name for name in [*known, "--help"] if name.startswith("--")]
    near = difflib.get_close_matches(error.option_name, known, n=3, cutoff=0.5) or known
    return ParameterError(
        "There is no option {value}. Nearest: {nearest}.",
        diagnosis="E-PARAM-NAME",
        value=error.option_name[:80],
        nearest=", ".join(near),
    )


def _usage(error: click.UsageError) -> ParameterError:
    command = error.ctx.command_path if error.ctx else "papi"
    parameter = getattr(error, "param", None)
    if isinstance(error, click.BadOptionUsage):
        flag = "not take" in error.message
        return ParameterError(
            "The option {name} takes no value. See: {command} --help"
            if flag
            else "The option {name} needs a value. See: {command} --help",
            name=error.option_name,
            command=command,
        )
    if parameter is None:
        return ParameterError(
            "The command is not right: {reason} See: {command} --help",
            reason=error.format_message(),
            command=command,
        )
    name = (
        parameter.opts[0]
        if isinstance(parameter, click.Option)
        else parameter.make_metavar(error.ctx)
    )
    kind = "E-PARAM"
    if isinstance(error, click.MissingParameter):
        message = "The command lacks {name}. See: {command} --help"
    elif isinstance(parameter.type, click.Choice):
        message = "The value of {name} must be one of {choices}. See: {command} --help"
    elif isinstance(parameter.type, click.IntRange) and "range" in error.message:
        message = "The value of {name} must be a whole number from {least} to {most}."
        limits = {"least": parameter.type.min, "most": parameter.type.max}
        return ParameterError(message, name=name, **limits)
    else:
        message = "The value of {name} must be a number. See: {command} --help"
        kind = "E-PARAM-TYPE"
    choices = ", ".join(map(str, getattr(parameter.type, "choices", ())))
    return ParameterError(message, diagnosis=kind, name=name, command=command, choices=choices)


def _missing(error: ImportError) -> EnvironmentFault:
    return EnvironmentFault(
        "A needed package is missing or broken ({reason}). Install the project again: "
        "pip install -r requirements.lock",
        diagnosis="E-CONFIG",
        reason=str(error)[:120],
    )


def _tell(error: PapiError, lang: str, debug: bool) -> int:
    """Say an error with all its findings; the traceback only when asked for."""
    from papi_analysis import i18n
    from papi_analysis.ingest import issues

    if debug:
        traceback.print_exception(error)
    label = f"{i18n.say(lang, 'ERROR')} {error.diagnosis}".rstrip()
    click.echo(f"{label}  {i18n.say(lang, error.message, **error.values)}", err=True)
    for line in issues.listing(error.issues, lang):
        click.echo(line, err=True)
    return error.status


def _say(lang: str, sentence: str) -> None:
    from papi_analysis import i18n

    click.echo(i18n.say(lang, sentence), err=True)


def _bug(error: Exception, lang: str, debug: bool) -> int:
    from papi_analysis import i18n

    if debug:
        traceback.print_exception(error)
    text = i18n.say(
        lang,
        "This is a fault of the program itself ({kind}: {reason}). Run it again with --debug and "
        "report what it shows.",
        kind=type(error).__name__,
        reason=(str(error).splitlines() or ["-"])[0][:120],
    )
    click.echo(text, err=True)
    return BUG

"""The pages around a report: its PDF twin, and the page over all finished reports.

A PDF is printed by a Chromium of this machine that reaches no network.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from papi_analysis import atomic, i18n, places
from papi_analysis.errors import EnvironmentFault, PapiError
from papi_analysis.report import FILES as PAGES
from papi_analysis.runner import manifest, staging
from papi_analysis.runner.manifest import twin, whole
from papi_analysis.runner.request import SILENT, Progress

#: The variable that names a browser, and what is looked for where it is not set.
VARIABLE = "PAPI_CHROMIUM"
NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge", "msedge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)  # fmt: skip
#: Without a window, without what a browser does by itself, and without a way out.
_OPTIONS = (
    *"--headless --disable-gpu --disable-dev-shm-usage --no-first-run --no-default-browser-check "
    "--disable-extensions --disable-sync --disable-background-networking "
    "--disable-component-update --disable-breakpad --no-pdf-header-footer --export-tagged-pdf "
    "--generate-pdf-document-outline --proxy-server=127.0.0.1:9".split(),
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_SECONDS = 120  # that printing may take
#: A link to a file beside the page.
_BESIDE = re.compile(r'(?<=\s)href="(?!#|https?:|mailto:)[^"]*"')
_DATES = re.compile(rb"/(?:CreationDate|ModDate) \(D:[0-9+'\-Z]*\)")


def browser() -> str:
    """The path of the browser that prints.

    Raises
    ------
    EnvironmentFault
        When there is none; says what to install.
    """
    asked = os.environ.get(VARIABLE)
    found = shutil.which(asked) if asked else next(filter(None, map(shutil.which, NAMES)), None)
    if found:
        return found
    if asked:
        raise EnvironmentFault(
            "{variable} names {value!r}, which is no program here. Nothing was made.",
            variable=VARIABLE,
            value=asked[:80],
        )
    raise EnvironmentFault(
        "--pdf needs Chromium, Chrome or Edge, and none was found. Install one (on Debian and "
        "Ubuntu: apt-get install chromium) or name it in {variable}; without --pdf the report is "
        "made as HTML, which every browser prints. Nothing was made.",
        variable=VARIABLE,
    )


def version(program: str) -> str:
    """What a browser calls itself, as "Chromium 156.0.8078.79"; "" where it does not say."""
    told = _run([program, "--version"], 20) if os.name != "nt" else ""  # there it opens a window
    found = re.search(r"[A-Z][\w ]*? [\d.]+", told)
    return found.group() if found else ""


def printed(page: Path, program: str) -> Path:
    """Print a page into its PDF twin: A4, tagged, with an outline, without a date.

    The same browser gives the same bytes for the same page; another release may not.

    Raises
    ------
    EnvironmentFault
        When the browser does not make a whole PDF.
    """
    target = twin(page)
    with staging.folder() as home:
        sheet = home / page.name  # links to neighbours would carry the folders of this machine
        sheet.write_text(_BESIDE.sub("", page.read_text(encoding="utf-8")), encoding="utf-8")
        told = _run(
            [program, *_OPTIONS, *_unconfined(), f"--user-data-dir={home / 'profile'}",
             f"--print-to-pdf={target}", sheet.as_uri()],
            _SECONDS,
        )  # fmt: skip
    content = target.read_bytes() if target.is_file() else b""
    if not whole(content):
        raise EnvironmentFault(
            "{program} did not print {page}: {reason} Nothing was published; try another browser, "
            "named in {variable}, or leave out --pdf.",
            program=program,
            page=page.name,
            reason=(told.strip().splitlines() or ["-"])[-1][:120],
            variable=VARIABLE,
        )
    target.write_bytes(_DATES.sub(lambda found: b" " * len(found.group()), content))
    return target


def _unconfined() -> list[str]:
    """The administrator has to do without the sandbox; the page has no scripts to confine."""
    return ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []


def _run(command: list[str], seconds: float) -> str:
    """What a program says, in one text; how it failed where it did."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {seconds:.0f} s."
    except OSError as error:
        return f"{error.strerror or type(error).__name__}."
    return done.stdout.decode(errors="replace")


#: What reading a foreign or damaged file can raise.
_ODD = (PapiError, OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError)
INDEX = {"vi": "index.html", "en": "index.en.html"}


def listed(out: str | Path, lang: str, tell: Progress = SILENT) -> list[dict[str, object]]:
    """The finished reports of a folder in one language, the latest year first.

    A folder whose manifest or findings are damaged or of something else is told and left out.

    Returns
    -------
    list of dict
        year, slug, name (with "synthetic" where its scores are), link, and group, rank, total as
        they are shown ("–" where there is none).
    """
    found = []
    for path in sorted(_manifests(Path(out))):
        folder = path.parent
        try:
            if PAGES[lang] not in manifest.read(folder)["files"]:
                continue
            record = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
            link = (folder / PAGES[lang]).relative_to(out).as_posix()
            found.append(_row(record, link, lang))
        except _ODD:
            name = folder.relative_to(out).as_posix()
            tell.step("{name}: left out of the page over all reports, it is no report", name=name)
    return sorted(found, key=lambda row: (-row["year"], places.collation_key(row["name"])))


def _manifests(out: Path) -> list[Path]:
    """Those of all reports: `tra-vinh/2024`, and `vinh-long/2025-07/2024` of merged provinces."""
    found = [path for depth in ("*/*", "*/*/*") for path in out.glob(f"{depth}/{manifest.FILE}")]
    return [p for p in found if not any(n.startswith(".") for n in p.relative_to(out).parts)]


def _row(record: dict, link: str, lang: str) -> dict[str, object]:
    from papi_analysis.plots.palette import GROUP_NAMES

    place, position = record["province"], record.get("position", {})
    slug = place["slug"]
    row = {
        "year": int(record["year"]),
        "slug": slug,
        "name": str(place.get(f"name_{lang}", slug)),
        "link": link,
        "group": "–",
        "rank": "–",
        "total": "–",
    }
    if record.get("synthetic"):
        row["slug"] = f"{slug}-{record['geo']}"
        row["name"] = i18n.say(lang, places.SYNTHETIC_NAME, name=row["name"])
        total = record["total"].get("synthetic")
        row["total"] = "–" if total is None else i18n.number(lang, total)
    if "total" in position:
        row["group"] = i18n.say(lang, GROUP_NAMES[position["group"]])
        row["rank"] = f"{position['rank']}/{position['n']}"
        row["total"] = i18n.number(lang, position["total"])
    return row


def index(out: str | Path, lang: str, tell: Progress = SILENT) -> str:
    """The index in one language; "" where there is no report."""
    rows = listed(out, lang, tell)
    if not rows:
        return ""
    from markupsafe import Markup  # templates load while the kernels work

    from papi_analysis.report.document import stylesheet
    from papi_analysis.report.section import environment, words

    title = i18n.say(lang, "PAPI reports of provinces")
    source = (Path(__file__).parent / "templates" / "index.html.j2").read_text(encoding="utf-8")
    years = sorted({row["year"] for row in rows}, reverse=True)
    body = environment().from_string(source).render(
        **words(lang),
        title=title,
        subtitle=i18n.say(lang, "{count} finished {count:report|reports}", count=len(rows)),
        years=[(year, [row for row in rows if row["year"] == year]) for year in years],
    )  # fmt: skip
    style = Markup(stylesheet())
    parts = {"masthead": "", "contents": [], "body": Markup(body), "own": False, "style": style}
    page = environment().get_template("page.html.j2")
    return page.render(**words(lang), title=title, **parts) + "\n"


def write_index(out: str | Path, tell: Progress = SILENT) -> None:
    """Write the index of every language that has reports, each in one step; one without goes.

    The reports stand whether it can be written or not, so a fault is told and no more.
    """
    folder = Path(out).absolute()
    lock = FileLock(folder / ".index.lock")
    try:
        with lock:
            for lang, name in INDEX.items():
                html = index(folder, lang, tell)
                if html:
                    atomic.write(folder / name, html)
                else:
                    (folder / name).unlink(missing_ok=True)
            (folder / ".index.lock").unlink(missing_ok=True)
    except OSError as error:
        with suppress(OSError):
            (folder / ".index.lock").unlink(missing_ok=True)
        tell.step(
            "The reports stand, but the page over them could not be written ({reason})",
            reason=error.strerror or type(error).__name__,
        )

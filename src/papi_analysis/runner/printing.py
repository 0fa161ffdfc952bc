"""The PDF twin of a page, printed by a Chromium of this machine that reaches no network."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from papi_analysis.errors import EnvironmentFault
from papi_analysis.runner import staging

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
_DATES = re.compile(rb"/(?:CreationDate|ModDate) \(D:[0-9+'\-Z]*\)")


def twin(page: Path) -> Path:
    """Where the PDF of a page stands: beside it, with the same name."""
    return page.with_suffix(".pdf")


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
        told = _run(
            [program, *_OPTIONS, *_unconfined(), f"--user-data-dir={home}",
             f"--print-to-pdf={target}", page.as_uri()],
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


def whole(content: bytes) -> bool:
    """Whether these bytes are a PDF with a beginning, an end and tags."""
    ended = content.rstrip().endswith(b"%%EOF")
    return content.startswith(b"%PDF-") and ended and b"/StructTreeRoot" in content


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

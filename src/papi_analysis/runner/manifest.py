"""The manifest of a report, and the proof that the report is what its manifest says.

`verify` says three things apart. *Damaged*: a file is not the one that was made. *Changed*: a part
does not follow from `findings.json` and the templates; the page is made again from them and
compared. *Unsafe*: a page loads or runs something. That the findings follow from the figures is
proved by making the whole report again (`runner.reproduce`).
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from importlib import metadata
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

import papi_analysis
from papi_analysis import atomic, settings
from papi_analysis.errors import (
    EnvironmentFault,
    ExecutionError,
    Issue,
    PapiError,
    ParameterError,
    SourceError,
)
from papi_analysis.report import FILES as PAGES
from papi_analysis.runner import notebook
from papi_analysis.runner.notebook import name_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from papi_analysis.runner.request import ReportRequest

SCHEMA = "papi-manifest/2"
FILE, FINDINGS, SIGNATURE = "manifest.json", "findings.json", "manifest.json.sig"
#: Libraries on which the figures of a report depend.
_LIBRARIES = (
    "babel geopandas ipykernel jinja2 libpysal esda matplotlib nbclient numpy pandas "
    "papermill scipy seaborn shapely statsmodels"
).split()
#: What reading a damaged part can raise.
_ODD = (PapiError, ValueError, LookupError, TypeError, AttributeError, RecursionError, OSError)


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def twin(page: Path) -> Path:
    """Where the PDF of a page stands: beside it, with the same name."""
    return page.with_suffix(".pdf")


def whole(content: bytes) -> bool:
    """Whether these bytes are a PDF with a beginning, an end and tags."""
    ended = content.rstrip().endswith(b"%%EOF")
    return content.startswith(b"%PDF-") and ended and b"/StructTreeRoot" in content


def inputs(notebooks: str | Path | None = None, *, report: str = notebook.REPORT) -> dict[str, str]:
    """The hash of all that a run reads: data files, notebooks, and the code as one."""
    folder = settings.data_folder()
    files = {f"data/{p.relative_to(folder).as_posix()}": p for p in folder.rglob("*")}
    files = {name: path for name, path in files.items() if "/." not in name}  # no way back (undo)
    files |= {f"notebooks/{p.name}": p for p in notebook.files(notebooks, report)}
    found = {name: digest(path) for name, path in sorted(files.items()) if path.is_file()}
    return found | {"papi_analysis": code()}


def code() -> str:
    """One hash of every file of code of this package, the same in a clone and installed."""
    root = Path(papi_analysis.__file__).parent
    other = {"__pycache__", settings.SHARE.name}
    files = sorted(p for p in root.rglob("*") if p.is_file())
    names = [(p.relative_to(root), p) for p in files]
    listed = "".join(f"{n.as_posix()} {digest(p)}\n" for n, p in names if not other & {*n.parts})
    return hashlib.sha256(listed.encode()).hexdigest()


def state(sources: dict[str, str]) -> str:
    """One hash of inputs, code and libraries: results may be shared where it is the same."""
    parts = {name: value for name, value in sources.items() if not name.startswith("notebooks/")}
    return hashlib.sha256(json.dumps([parts, versions()]).encode()).hexdigest()[:20]


def versions() -> dict[str, str]:
    """The versions of Python, of this package and of the libraries behind the figures."""
    found = {"python": platform.python_version(), "papi-analysis": papi_analysis.__version__}
    return found | {name: metadata.version(name) for name in _LIBRARIES}


def differing(one: dict[str, str], other: dict[str, str]) -> list[str]:
    """The names whose values differ or stand on one side only."""
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def write(
    folder: Path,
    request: ReportRequest,
    *,
    sources: dict[str, str],
    durations: dict[str, object],
    prints: dict[str, dict[str, str]] | None = None,
) -> None:
    """Write the manifest of a finished folder: the last file of a run.

    Durations stand here and nowhere else; all other files of a run depend on inputs and seed only,
    a PDF on the release of the browser too: `prints` names that, and the hash of the page printed.
    """
    parts = {
        path.relative_to(folder).as_posix(): {"sha256": digest(path), "bytes": path.stat().st_size}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    options = {"province": request.province.slug, "year": request.year, "lang": request.lang}
    options |= {"seed": request.seed} | request.own_names()
    options |= {"geo": request.geo} if request.geo else {}
    told = (f"--{name.replace('_', '-')} {shlex.quote(str(v))}" for name, v in options.items())
    record = {
        "schema": SCHEMA,
        "command": " ".join(["papi run", *told, *(["--pdf"] if request.pdf else [])]),
        "parameters": request.recorded(),
        "inputs": sources,
        "versions": versions(),
        "files": parts,
        **({"pdf": prints} if prints else {}),
        "durations": durations,
    }
    atomic.write(folder / FILE, text(record))


def text(record: dict) -> str:
    """A manifest as it is written: its last entry is the hash of all before."""
    body = {name: value for name, value in record.items() if name != "sha256"}
    before = json.dumps(body, ensure_ascii=False, indent=1)
    seal = hashlib.sha256(before.encode()).hexdigest()
    return json.dumps(body | {"sha256": seal}, ensure_ascii=False, indent=1) + "\n"


def read(folder: Path) -> dict:
    """The manifest of a report folder.

    Raises
    ------
    SourceError
        When there is none, it cannot be read or was changed: then there is no report.
    """
    try:
        content = (folder / FILE).read_bytes()
        record = json.loads(content)
        if record["schema"] != SCHEMA:
            raise ValueError(record["schema"])
        _require_shape(record)
    except FileNotFoundError as error:
        raise SourceError(
            "{folder} is not a finished report: manifest.json is missing.", folder=str(folder)
        ) from error
    except _ODD as error:
        raise SourceError(
            "The manifest of {folder} cannot be read ({reason}). Make the report again.",
            folder=str(folder),
            reason=str(error)[:80],
        ) from error
    if content != text(record).encode():
        raise SourceError(
            "The manifest.json of {folder} is not as it was written: it is damaged or was changed. "
            "Make the report again.",
            folder=str(folder),
        )
    return record


def _require_shape(record: dict) -> None:
    """Raise `ValueError`, `KeyError` or `TypeError` unless a manifest has what is read of it."""
    for name, kind in {"province": str, "year": int, "lang": str}.items():
        if not isinstance(record["parameters"][name], kind):
            raise TypeError(f"parameters.{name}")
    for name in ("inputs", "versions"):
        if not all(isinstance(value, str) for value in record[name].values()):
            raise TypeError(name)
    for name, part in record["files"].items():
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or name in ("", FILE):
            raise ValueError(name)
        if not isinstance(part["sha256"], str):
            raise TypeError(name)
    if not all(isinstance(part["page"], str) for part in record.get("pdf", {}).values()):
        raise TypeError("pdf")


# --- the proof

DAMAGED, CHANGED, UNSAFE = "E-REPORT-DAMAGED", "E-REPORT-CHANGED", "E-REPORT-UNSAFE"
MISSING = "this part is missing"


def fault(code: str, file: str, message: str, **values: object) -> Issue:
    """The issue about a file of a report; `values` fill the braces of the message."""
    return Issue(code, message, file=file, values=tuple(values.items()))


def verify(folder: str | Path) -> list[Issue]:
    """What is wrong with a published report; an empty list means it is whole.

    Where `not_compared` names something, the page could not be made again and is not compared.

    Raises
    ------
    ParameterError
        When there is no such folder.
    SourceError
        When it holds no readable manifest: then there is no report.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ParameterError("There is no folder {folder}.", folder=str(folder))
    record = read(folder)
    found = intact(folder, record) + contents(folder, record["parameters"])
    found += _guarded("pdf", _prints, folder, record)
    broken = {issue.file for issue in found}
    if FINDINGS not in broken:
        found += [issue for issue in _rebuilt(folder, record) if issue.file not in broken]
    return found


def require_whole(folder: str | Path) -> None:
    """Raise `SourceError` with every fault unless a published report is whole."""
    found = verify(folder)
    if found:
        raise SourceError(
            "The report in {folder} is not whole. Make it again: papi run with its province, "
            "year and language.",
            folder=str(folder),
            issues=tuple(found),
        )


def require_sound(folder: Path, parameters: dict[str, object]) -> None:
    """Raise `ExecutionError`, naming each fault, unless the parts of a staged report are sound."""
    found = contents(folder, parameters)
    if found:
        raise ExecutionError(
            "The report that was made is not sound and was not published.", issues=tuple(found)
        )


def intact(folder: Path, record: dict) -> list[Issue]:
    """Which files are not those that the manifest lists; a signature may stand beside them."""
    found, present = [], set()
    for place, folders, files in os.walk(folder):
        for path in (Path(place, name) for name in (*folders, *files)):
            name = path.relative_to(folder).as_posix()
            if path.is_symlink():
                found.append(fault(DAMAGED, name, "is a link; a report holds its files itself"))
            elif not path.is_dir():
                present.add(name)
    for name in sorted(present - {*record["files"], FILE, SIGNATURE}):
        found.append(fault(DAMAGED, name, "is not part of the report"))
    links = {issue.file for issue in found}
    for name, part in record["files"].items():
        if name in present:
            if digest(folder / name) != part["sha256"]:
                found.append(fault(DAMAGED, name, "was changed after the report was made"))
        elif name not in links:
            found.append(fault(DAMAGED, name, MISSING))
    return found


def contents(folder: Path, parameters: dict[str, object]) -> list[Issue]:
    """What is wrong with the parts of a report made with `parameters`, manifest aside."""
    path = folder / FINDINGS
    if not path.is_file():
        return [fault(DAMAGED, FINDINGS, MISSING)]
    try:
        findings = json.loads(path.read_text(encoding="utf-8"))
        owner = name_of(findings | {"province": findings["province"]["slug"]})
    except _ODD as error:
        return [fault(DAMAGED, FINDINGS, "cannot be read: {reason}", reason=_reason(error))]
    found = [] if owner == name_of(parameters) else [_belongs(FINDINGS, owner, parameters)]
    found += _guarded("tables", table_faults, folder, findings)
    found += _notebooks(folder, parameters)
    for lang in ("vi", "en") if parameters["lang"] == "en" else ("vi",):
        page = folder / PAGES[lang]
        if not page.is_file():
            found.append(fault(DAMAGED, page.name, MISSING))
            continue
        found += _guarded(page.name, _page, page, lang, findings)
        if parameters.get("pdf"):
            pdf = twin(page)
            if not pdf.is_file():
                found.append(fault(DAMAGED, pdf.name, MISSING))
            elif not whole(pdf.read_bytes()):
                found.append(fault(DAMAGED, pdf.name, "is not a whole PDF with tags"))
    return found


def _guarded(file: str, look: Callable[..., list[Issue]], *given: object) -> list[Issue]:
    """What `look` finds in a part; a part so damaged that it cannot be read is a fault of it."""
    try:
        return look(*given)
    except _ODD as error:
        return [fault(DAMAGED, file, "cannot be read: {reason}", reason=_reason(error))]


def _reason(error: Exception) -> str:
    return str(error).splitlines()[0][:80] if str(error) else type(error).__name__


def _belongs(file: str, owner: str, parameters: dict[str, object]) -> Issue:
    asked = name_of(parameters)
    return fault(CHANGED, file, "belongs to {own}, not to {asked}", own=owner, asked=asked)


def _notebooks(folder: Path, parameters: dict[str, object]) -> list[Issue]:
    """Which notebooks did not run to their end, or ran for another; and figures of no notebook."""
    found, nodes = [], {}
    paths = sorted((folder / "notebooks").glob("*.ipynb"))
    report = notebook.report_of(parameters)
    if report not in {path.stem for path in paths}:
        found.append(fault(DAMAGED, f"notebooks/{report}.ipynb", MISSING))
    for path in paths:
        file = f"notebooks/{path.name}"
        try:
            node = notebook.read(path)
            notebook.require_complete(path.stem, node)
            owner = name_of({"province": "-", "year": "-", **notebook.injected(node)})
            notebook.drawings(path.stem, node)
        except PapiError as error:
            told = tuple(error.values.items())
            found.append(Issue(DAMAGED, error.message, file=file, values=told))
        except _ODD as error:
            found.append(fault(DAMAGED, file, "cannot be read: {reason}", reason=_reason(error)))
        else:
            nodes[path.stem] = node
            if owner != name_of(parameters):
                found.append(_belongs(file, owner, parameters))
    return found + _guarded("figures", figure_faults, folder, nodes)


def figure_faults(folder: Path, nodes: dict[str, NotebookNode]) -> list[Issue]:
    """Figures that no notebook beside them shows."""
    shown = {
        file: drawing.encode()
        for name, node in nodes.items()
        for file, drawing in notebook.drawings(name, node).items()
    }
    return [
        fault(CHANGED, f"figures/{path.name}", "is not what the notebooks show")
        for path in sorted((folder / "figures").glob("*"))
        if path.read_bytes() != shown.get(path.name)
    ]


def table_faults(folder: Path, findings: dict) -> list[Issue]:
    """Which tables of a report hold anything else than a list of its findings."""
    lists = list(_lists(findings))
    return [
        fault(CHANGED, f"tables/{path.name}", "does not hold what findings.json holds")
        for path in sorted((folder / "tables").glob("*"))
        if not any(_same(rows, path) for rows in lists)
    ]


def _lists(value: object) -> Iterator[list[dict]]:
    """Every list of records, wherever it stands."""
    if isinstance(value, dict):
        yield from chain.from_iterable(map(_lists, value.values()))
    elif isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
        yield value
        yield from chain.from_iterable(map(_lists, value))


def _same(rows: list[dict], path: Path) -> bool:
    """Whether a CSV file holds these records."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            head, *cells = csv.reader(file)
    except (ValueError, csv.Error):  # not a table at all
        return False
    names = list(dict.fromkeys(name for row in rows for name in row))
    if head != names or len(cells) != len(rows):
        return False
    return all(
        len(line) == len(names)
        and all(_shows(cell, row.get(name)) for cell, name in zip(line, names, strict=True))
        for line, row in zip(cells, rows, strict=True)
    )


def _shows(cell: str, value: object) -> bool:
    """Whether a cell shows a value; an apostrophe keeps a text from being a formula."""
    if value is None:
        return not cell
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        with suppress(ValueError):
            return float(cell) == value
        return False
    words = ";".join(map(str, value)) if isinstance(value, list) else str(value)
    return cell in (words, f"'{words}")


def _prints(folder: Path, record: dict) -> list[Issue]:
    """Which PDF was not printed from the page beside it."""
    prints = record.get("pdf", {}) if record["parameters"].get("pdf") else None
    return [
        fault(CHANGED, twin(path).name, "was not printed from {page}", page=path.name)
        for path in sorted(folder.glob("*.html") if prints is not None else ())
        if prints.get(twin(path).name, {}).get("page") != digest(path)
    ]


#: How a section begins where a notebook shows it, among tables of any other kind.
_SECTION = 'class="papi-section'


def not_compared(record: dict) -> list[str]:
    """Why the page of a report cannot be made again: what it was made with that is other here."""
    report = notebook.report_of(record["parameters"])
    needed = {"papi_analysis", f"notebooks/{report}.ipynb"}
    names = differing(record["inputs"], inputs(report=report))
    found = [name for name in names if name in needed or name.startswith("data/")]
    found += differing(record["versions"], versions())
    return found + sorted(notebook.OPTIONAL.keys() & record["parameters"].keys() - {"geo"})


def _rebuilt(folder: Path, record: dict) -> list[Issue]:
    """Which page, or section in the report notebook, is not what findings and templates give."""
    parameters = record["parameters"]
    report = notebook.report_of(parameters)
    if not_compared(record):
        return []
    from papi_analysis import report as templates  # drawing libraries: seconds

    findings, found = json.loads((folder / FINDINGS).read_text(encoding="utf-8")), []
    for lang in ("vi", "en") if parameters["lang"] == "en" else ("vi",):
        page = folder / PAGES[lang]
        if not page.is_file():
            continue
        message = "is not what findings.json and the templates give"
        try:
            made = templates.sections(findings, lang=lang)
            if page.read_bytes() != templates.bind(made).encode():
                found.append(fault(CHANGED, page.name, message))
            path = folder / "notebooks" / f"{report}.ipynb"
            if lang == parameters["lang"] and path.is_file():
                cells = notebook.shown(notebook.read(path), "text/html")
                shown = [html for html in cells if _SECTION in html[:80]]
                if not shown or set(shown) - {section._repr_html_() for section in made}:
                    found.append(fault(CHANGED, f"notebooks/{path.name}", message))
        except Exception as error:  # findings that no page can be made of
            reason = _reason(error)
            found.append(fault(CHANGED, FINDINGS, "gives no page: {reason}", reason=reason))
    return found


# --- what a page may hold

_BANNED = set("script iframe object embed base frame applet portal".split())
_LOADS = set("src srcset data poster background action formaction xlink:href ping manifest".split())
_INNER = ("#", "data:image/", "data:font/")
_STYLE = re.compile(r"url\(\s*['\"]?(?!#|data:(?:image|font)/)([^)'\"]*)|(@import)", re.IGNORECASE)
_POLICY = "default-src 'none'"
#: What the policy of a page may allow; anything more widens it.
_ALLOWED = {
    _POLICY, "style-src 'unsafe-inline'", "font-src data:", "img-src data:", "base-uri 'none'",
    "form-action 'none'",
}  # fmt: skip


def _page(path: Path, lang: str, findings: dict) -> list[Issue]:
    html = path.read_text(encoding="utf-8")
    found = [
        fault(UNSAFE, path.name, "the page is not as it must be: {place}", place=place)
        for place in page_faults(html, lang=lang)
    ]
    title = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    names = [findings["province"].get(key) for key in ("slug", "name_vi", "name_en")]
    shown = title[1] if title else ""
    if not any(name and name in shown for name in names) or str(findings["year"]) not in shown:
        found.append(fault(CHANGED, path.name, "does not tell what findings.json holds"))
    return found


def page_faults(html: str, *, lang: str) -> list[str]:
    """The places where a report page is not what it must be; empty when it is.

    Looked for: scripts and event handlers, anything loaded from outside the file, a missing or
    widened content security policy, the wrong language.
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    found = reader.faults[:10]
    if not reader.policy.lower().startswith(_POLICY):
        found.append(f"no <meta http-equiv=Content-Security-Policy content={_POLICY!r}>")
    if reader.lang != lang:
        found.append(f"<html lang={reader.lang!r}>, not {lang!r}")
    if not html.rstrip().lower().endswith("</html>"):
        found.append("no </html> at the end")
    return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.lang, self.policy, self._style = "", "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._style = tag == "style"
        if tag == "html":
            self.lang = found.get("lang", "")
        if tag == "meta":
            self._meta({name: value.strip() for name, value in found.items()})
        if tag in _BANNED:
            self.faults.append(f"<{tag}>")
        for name, value in found.items():
            self._attribute(tag, name, re.sub(r"[\x00-\x20]", "", value))

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        if self._style:
            self._css(data)

    def handle_endtag(self, tag: str) -> None:
        self._style = False

    def _meta(self, found: dict[str, str]) -> None:
        kind = found.get("http-equiv", "").lower()
        if kind == "content-security-policy":
            self.policy = " ".join(found.get("content", "").split())
            parts = {part.strip() for part in self.policy.split(";") if part.strip()}
            wider = sorted(parts - _ALLOWED)
            self.faults += [f"Content-Security-Policy: {part[:60]}" for part in wider]
        elif kind == "refresh":
            self.faults.append("<meta http-equiv=refresh>")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        lower = value.lower()
        link = name == "href" and tag not in ("a", "area")
        if name.startswith("on") or lower.startswith(("javascript:", "vbscript:", "data:text/")):
            self.faults.append(f"<{tag} {name}>")
        elif (name in _LOADS or link) and value and not lower.startswith(_INNER):
            self.faults.append(f"<{tag} {name}={value[:60]}>")
        elif name == "srcdoc":
            self.faults.append(f"<{tag} srcdoc>")
        elif name == "style":
            self._css(value)

    def _css(self, style: str) -> None:
        found = _STYLE.search(style)
        if found:
            self.faults.append(f"css {found.group(0)[:60]}")


# --- signatures

_NAMESPACE = "papi-analysis"


@dataclass(frozen=True)
class Signature:
    """Who signed a report: the fingerprint of the key, and the name where a list of keys has it."""

    key: str
    name: str = ""


def sign(folder: Path, key: str) -> Path:
    """Sign the manifest, and through it every file, with a private SSH key; gives the signature.

    Raises
    ------
    EnvironmentFault
        When there is no ssh-keygen, or it does not sign with this key.
    """
    (folder / SIGNATURE).unlink(missing_ok=True)
    told = _ssh_keygen("-Y", "sign", "-q", "-f", key, "-n", _NAMESPACE, str(folder / FILE))
    if not (folder / SIGNATURE).is_file():
        raise EnvironmentFault(
            "ssh-keygen did not sign with {key}: {reason}", key=key, reason=told.strip()[-120:]
        )
    return folder / SIGNATURE


def signature(folder: Path, signers: str = "") -> Signature | None:
    """Who signed the manifest; None where nobody did.

    `signers` is a file of allowed keys as ssh-keygen knows them: only theirs count then.

    Raises
    ------
    SourceError
        When the signature is not of this manifest, or of none of the allowed keys.
    """
    path = folder / SIGNATURE
    if not path.is_file():
        if not signers:
            return None
        raise SourceError("The report in {folder} is not signed.", folder=str(folder))
    known = ["-n", _NAMESPACE, "-s", str(path)]
    content, name = (folder / FILE).read_bytes(), ""
    if signers:
        names = _ssh_keygen("-Y", "find-principals", "-f", signers, "-s", str(path)).split("\n")
        name = names[0].strip()
        told = _ssh_keygen("-Y", "verify", "-f", signers, "-I", name, *known, given=content)
    else:
        told = _ssh_keygen("-Y", "check-novalidate", *known, given=content)
    key = re.search(r"SHA256:\S+", told)
    if not told.startswith("Good") or not key:
        raise SourceError(
            "The signature of {folder} does not hold: {reason}",
            folder=str(folder),
            reason=told.strip()[-120:],
        )
    return Signature(key[0], name)


def _ssh_keygen(*arguments: str, given: bytes = b"") -> str:
    """What ssh-keygen says."""
    program = shutil.which("ssh-keygen")
    if not program:
        raise EnvironmentFault("Signatures need ssh-keygen (OpenSSH 8.2 or newer); none was found.")
    done = subprocess.run([program, *arguments], input=given, capture_output=True, timeout=60)
    return (done.stdout + done.stderr).decode(errors="replace")

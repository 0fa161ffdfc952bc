"""The proof that a report is whole, holds what it says, and belongs to its province and year.

Three things apart: a file that is not the one that was made (damaged), a part that does not follow
from the others (changed), and a page that loads or runs something (unsafe).
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from html import unescape
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from papi_analysis.errors import ExecutionError, Issue, PapiError, ParameterError, SourceError
from papi_analysis.runner import manifest, notebook, printing
from papi_analysis.runner.request import REPORTS, name_of

if TYPE_CHECKING:
    from nbformat import NotebookNode


def fault(file: str, message: str, **values: object) -> Issue:
    """The finding about a file of a report; `values` fill the braces of the message."""
    return Issue("E-REPORT", message, file=file, values=tuple(values.items()))


_BANNED = {"script", "iframe", "object", "embed", "base", "frame", "applet", "portal"}
_LOADS = {
    "src",
    "srcset",
    "data",
    "poster",
    "background",
    "action",
    "formaction",
    "xlink:href",
    "ping",
    "manifest",
}
_INNER = ("#", "data:image/", "data:font/")
_STYLE = re.compile(r"url\(\s*['\"]?(?!#|data:(?:image|font)/)([^)'\"]*)|(@import)", re.IGNORECASE)
_POLICY = "default-src 'none'"
#: What the policy of a page may allow; anything more widens it.
_ALLOWED = {
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "font-src data:",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
}


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

    def _css(self, text: str) -> None:
        found = _STYLE.search(text)
        if found:
            self.faults.append(f"css {found.group(0)[:60]}")


def title(html: str) -> str:
    """The title of a page."""
    found = re.search(r"<title>(.*?)</title>", html, re.DOTALL)
    return unescape(found.group(1)) if found else ""


def page_faults(html: str, *, lang: str) -> list[str]:
    """The places where a report page is not what it must be; empty when it is.

    Looked for: scripts and event handlers, anything loaded from outside the file, a missing
    content security policy, the wrong language.
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


def table_faults(folder: Path, findings: dict) -> list[Issue]:
    """Which tables of a report hold anything else than a list of its findings."""
    lists = list(_lists(findings))
    return [
        fault(f"tables/{path.name}", "does not hold what findings.json holds")
        for path in sorted((folder / "tables").glob("*"))
        if not any(_same(rows, path) for rows in lists)
    ]


def _lists(value: object) -> Iterator[list[dict]]:
    """Every list of records, wherever it stands."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _lists(inner)
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
    return (
        head == names
        and len(cells) == len(rows)
        and all(
            len(told) == len(names)
            and all(_shows(cell, row.get(name)) for cell, name in zip(told, names, strict=True))
            for told, row in zip(cells, rows, strict=True)
        )
    )


def _shows(cell: str, value: object) -> bool:
    """Whether a cell shows a value; an apostrophe keeps a text from being a formula."""
    if value is None:
        return not cell
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        with suppress(ValueError):
            return float(cell) == value
        return False
    text = ";".join(map(str, value)) if isinstance(value, list) else str(value)
    return cell in (text, f"'{text}")


def figure_faults(folder: Path, nodes: dict[str, NotebookNode]) -> list[Issue]:
    """Figures that no notebook beside them shows."""
    shown = {
        file: text.encode()
        for name, node in nodes.items()
        for file, text in notebook.drawings(name, node).items()
    }
    return [
        fault(f"figures/{path.name}", "is not what the notebooks show")
        for path in sorted((folder / "figures").glob("*"))
        if path.read_bytes() != shown.get(path.name)
    ]


FINDINGS = "findings.json"


def contents(folder: Path, parameters: dict[str, object]) -> list[Issue]:
    """What is wrong with the parts of a report made with `parameters`, manifest aside.

    Every part carries the province and year it was made for; a part of another report is a fault.
    """
    found, record = _findings(folder, parameters)
    report = notebook.MERGER if parameters.get("geo") else notebook.REPORT
    found += _notebooks(folder, parameters, report)
    languages = ["vi", "en"] if parameters["lang"] == "en" else ["vi"]
    for lang in languages:
        path = folder / REPORTS[lang]
        if not path.is_file():
            found.append(fault(path.name, "this part is missing"))
            continue
        found += _guarded(path.name, _page, path, lang, record)
        if parameters.get("pdf"):
            found += _pdf(printing.twin(path))
    return found


def _guarded(file: str, look: Callable[..., list[Issue]], *given: object) -> list[Issue]:
    """What `look` finds in a part; a part so damaged that it cannot be read is a fault of it."""
    try:
        return look(*given)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, OSError) as error:
        reason = str(error).splitlines()[0][:80] if str(error) else type(error).__name__
        return [fault(file, "cannot be read: {reason}", reason=reason)]


def _page(path: Path, lang: str, record: dict) -> list[Issue]:
    html = path.read_text(encoding="utf-8")
    found = [
        fault(path.name, "the page is not as it must be: {place}", place=place)
        for place in page_faults(html, lang=lang)
    ]
    if record and not _names(html, record):
        found.append(fault(path.name, "does not tell what findings.json holds"))
    return found


def _pdf(path: Path) -> list[Issue]:
    """What is wrong with a printed page as a file."""
    if not path.is_file():
        return [fault(path.name, "this part is missing")]
    sound = printing.whole(path.read_bytes())
    return [] if sound else [fault(path.name, "is not a whole PDF with tags")]


def _prints(folder: Path, record: dict) -> list[Issue]:
    """Which PDF was not printed from the page beside it."""
    asked = record["parameters"].get("pdf")
    found, prints = [], record.get("pdf", {})
    for path in sorted(folder.glob("*.html")) if asked else []:
        name = printing.twin(path).name
        if prints.get(name, {}).get("page") != manifest.digest(path):
            found.append(fault(name, "was not printed from {page}", page=path.name))
    return found


def _names(html: str, record: dict) -> bool:
    """Whether a page names province and year in its title, and shows the rank that was found.

    A page of synthetic scores shows every sentence about them instead of a rank.
    """
    place, position = record["province"], record.get("position", {})
    names = [place[key] for key in ("slug", "name_vi", "name_en") if key in place]
    shown = title(html)
    named = any(name in shown for name in names) and str(record["year"]) in shown
    if record.get("synthetic"):
        lang, text = "en" if '<html lang="en"' in html else "vi", unescape(html)
        return named and all(line["text"] in text for line in record["sentences"][lang])
    return named and ("rank" not in position or f"{position['rank']}/{position['n']}" in html)


def _findings(folder: Path, parameters: dict[str, object]) -> tuple[list[Issue], dict]:
    path = folder / FINDINGS
    if not path.is_file():
        return [fault(FINDINGS, "this part is missing")], {}
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        own = name_of(record | {"province": record["province"]["slug"]})
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        return [fault(FINDINGS, "cannot be read: {reason}", reason=str(error)[:80])], {}
    asked = name_of(parameters)
    found = [] if own == asked else [_belongs(FINDINGS, own, asked)]
    return found + _guarded("tables", table_faults, folder, record), record


def _belongs(file: str, own: str, asked: str) -> Issue:
    return fault(file, "belongs to {own}, not to {asked}", own=own, asked=asked)


def _notebooks(folder: Path, parameters: dict[str, object], report: str) -> list[Issue]:
    found, nodes = [], {}
    paths = sorted((folder / "notebooks").glob("*.ipynb"))
    if report not in {path.stem for path in paths}:
        found.append(fault(f"notebooks/{report}.ipynb", "this part is missing"))
    for path in paths:
        file = f"notebooks/{path.name}"
        try:
            node = notebook.read(path)
            notebook.require_complete(path.stem, node)
            own = notebook.injected(node)
            notebook.drawings(path.stem, node)
        except PapiError as error:
            values = tuple(error.values.items())
            found.append(Issue("E-REPORT", error.message, file=file, values=values))
            continue
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            found.append(fault(file, "cannot be read: {reason}", reason=str(error)[:80]))
            continue
        nodes[path.stem] = node
        asked, told = name_of(parameters), name_of({"province": "-", "year": "-", **own})
        if told != asked:
            found.append(_belongs(file, told, asked))
        if path.stem == report and (folder / FINDINGS).is_file():
            found += _seal(file, notebook.seal(node), manifest.digest(folder / FINDINGS))
    return found + _guarded("figures", figure_faults, folder, nodes)


def _seal(file: str, shown: str, hashed: str) -> list[Issue]:
    if shown == hashed:
        return []
    if not shown:
        return [fault(file, "its last cell does not show the hash of the findings: it did not end")]
    return [fault(file, "shows the hash of other findings than those in findings.json")]


def require_sound(folder: Path, parameters: dict[str, object]) -> None:
    """Raise `ExecutionError`, naming each fault, unless the parts of a staged report are sound."""
    found = contents(folder, parameters)
    if found:
        raise ExecutionError(
            "The report that was made is not sound and was not published.",
            issues=tuple(found),
        )


def verify(folder: str | Path) -> list[Issue]:
    """What is wrong with a published report; an empty list means it is whole.

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
    record = manifest.read(folder)
    found = intact(folder, record) + contents(folder, record["parameters"])
    return found + _prints(folder, record)


def intact(folder: Path, record: dict) -> list[Issue]:
    """Which files are not those that the manifest lists."""
    found = []
    for name, part in record["files"].items():
        path = folder / name
        if not path.is_file():
            found.append(fault(name, "this part is missing"))
        elif not path.is_symlink() and manifest.digest(path) != part["sha256"]:
            found.append(fault(name, "was changed after the report was made"))
    known = set(record["files"]) | {manifest.FILE}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found.append(fault(name, "is a link; a report holds its files itself"))
        elif not path.is_dir() and name not in known:
            found.append(fault(name, "is not part of the report"))
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

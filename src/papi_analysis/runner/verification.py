"""The proof that a report is whole, holds what it says, and belongs to its province and year."""

from __future__ import annotations

import json
from html import unescape
from pathlib import Path

from papi_analysis.errors import ExecutionError, Issue, ParameterError, SourceError
from papi_analysis.runner import manifest, notebook, page, paper, stamps, tables
from papi_analysis.runner.fault import fault
from papi_analysis.runner.unit import REPORTS, name_of

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
        html = path.read_text(encoding="utf-8")
        for place in page.faults(html, lang=lang):
            found.append(fault(path.name, "the page is not as it must be: {place}", place=place))
        if record and not _names(html, record):
            found.append(fault(path.name, "does not tell what findings.json holds"))
        if parameters.get("pdf"):
            found += _pdf(paper.twin(path))
    return found


def _pdf(path: Path) -> list[Issue]:
    """What is wrong with a printed page as a file."""
    if not path.is_file():
        return [fault(path.name, "this part is missing")]
    sound = paper.whole(path.read_bytes())
    return [] if sound else [fault(path.name, "is not a whole PDF with tags")]


def _prints(folder: Path, record: dict) -> list[Issue]:
    """Which PDF was not printed from the page beside it."""
    asked = record["parameters"].get("pdf")
    found, prints = [], record.get("pdf", {})
    for path in sorted(folder.glob("*.html")) if asked else []:
        name = paper.twin(path).name
        if prints.get(name, {}).get("page") != manifest.digest(path):
            found.append(fault(name, "was not printed from {page}", page=path.name))
    return found


def _names(html: str, record: dict) -> bool:
    """Whether a page names province and year in its title, and shows the rank that was found.

    A page of synthetic scores shows every sentence about them instead of a rank.
    """
    place, position = record["province"], record.get("position", {})
    names = [place[key] for key in ("slug", "name_vi", "name_en") if key in place]
    title = page.title(html)
    named = any(name in title for name in names) and str(record["year"]) in title
    if record.get("synthetic"):
        lang, shown = "en" if '<html lang="en"' in html else "vi", unescape(html)
        return named and all(line["text"] in shown for line in record["sentences"][lang])
    return named and ("rank" not in position or f"{position['rank']}/{position['n']}" in html)


def _findings(folder: Path, parameters: dict[str, object]) -> tuple[list[Issue], dict]:
    path = folder / FINDINGS
    if not path.is_file():
        return [fault(FINDINGS, "this part is missing")], {}
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        own = name_of(record | {"province": record["province"]["slug"]})
    except (ValueError, KeyError, TypeError) as error:
        return [fault(FINDINGS, "cannot be read: {reason}", reason=str(error)[:80])], {}
    asked = name_of(parameters)
    found = [] if own == asked else [_belongs(FINDINGS, own, asked)]
    return found + tables.faults(folder, record), record


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
        except (SourceError, ExecutionError) as error:
            found.append(fault(file, error.message, **error.values))
            continue
        nodes[path.stem] = node
        own = notebook.injected(node)
        asked, told = name_of(parameters), name_of({"province": "-", "year": "-", **own})
        if told != asked:
            found.append(_belongs(file, told, asked))
        if path.stem == report and (folder / FINDINGS).is_file():
            found += _seal(file, notebook.seal(node), manifest.digest(folder / FINDINGS))
    return found + stamps.faults(folder, parameters, nodes)


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
        elif manifest.digest(path) != part["sha256"]:
            found.append(fault(name, "was changed after the report was made"))
    known = set(record["files"]) | {manifest.FILE}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in known:
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

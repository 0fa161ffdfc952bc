"""For whom each notebook of a report works, and whether all that it shows says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from papi_analysis import stamp
from papi_analysis.errors import Issue
from papi_analysis.runner import notebook
from papi_analysis.runner.fault import fault
from papi_analysis.runner.unit import REPORTS, name_of

if TYPE_CHECKING:
    from nbformat import NotebookNode

#: Parameters that say for whom and where to; the others are part of what a result depends on.
OWN = ("province", "out")
#: Words by which a cell could reach a parameter without naming it, or more than its own kernel.
_WAYS_AROUND = """globals locals vars eval exec dir get_ipython In Out _ih _oh _i environ open
__main__ __dict__ inspect sys subprocess display_id""".split()
_NAMED = re.compile(rf"\b(?:{'|'.join((*OWN, *_WAYS_AROUND))})\b|^\s*[%!]", re.MULTILINE)
#: What can be wrong with stamps.
OF_ANOTHER = "shows {own}, expected {asked}"
OF_NOBODY = (
    "does not say everywhere for whom it was made ({count} without a stamp), expected {asked}"
)
UNSTAMPED = "says nowhere for whom it was made: it is of an earlier version and must be made again"
_TAGS = {"parameters", "injected-parameters"}
_KEY = "papi"
_DRAWN = ("text/html", "image/svg+xml")


def national(node: NotebookNode) -> bool:
    """Whether no cell of a notebook, its parameters aside, can tell for which province it runs."""
    code = [
        cell.source
        for cell in node.cells
        if cell.cell_type == "code" and not _TAGS & set(cell.metadata.get("tags", []))
    ]
    return not any(_NAMED.search(source) for source in code)


def owner(node: NotebookNode, parameters: dict[str, object]) -> str:
    """The unit that a notebook works for; the country where its outputs serve all provinces."""
    if national(node):
        return f"{stamp.COUNTRY}/{parameters['year']}"
    return name_of(parameters)


def sign(node: NotebookNode, unit: str) -> None:
    """Note in an executed notebook for whom its kernel worked."""
    node.metadata[_KEY] = {"unit": unit}


@dataclass(frozen=True)
class Part:
    """A part of a report, whose stamp it must carry, and the stamps that were found in it."""

    file: str
    asked: str
    borne: list[str]


def parts(
    folder: Path, parameters: dict[str, object], nodes: dict[str, NotebookNode]
) -> list[Part]:
    """Every part of a report that carries stamps: notebooks, the figures they drew, pages."""
    found = []
    for name, node in nodes.items():
        asked = owner(node, parameters)
        found.append(Part(f"notebooks/{name}.ipynb", asked, _signed(node)))
        for file in notebook.drawings(name, node):
            path = folder / "figures" / file
            if path.is_file():
                text = path.read_text(encoding="utf-8")
                found.append(Part(f"figures/{file}", asked, stamp.borne(text) or [""]))
    for file in REPORTS.values():
        if (folder / file).is_file():
            text = (folder / file).read_text(encoding="utf-8")
            found.append(Part(file, name_of(parameters), stamp.borne(text)))
    return found


def _signed(node: NotebookNode) -> list[str]:
    """The unit that an executed notebook names, and the stamps of its drawings."""
    held = node.metadata.get(_KEY)
    found = [str(held.get("unit", "")) if isinstance(held, dict) else ""]
    for cell in node.cells:
        for output in cell.get("outputs", []):
            for kind in _DRAWN:
                text = output.get("data", {}).get(kind, "")
                found += stamp.borne("".join(text))
    return found


def faults(
    folder: Path, parameters: dict[str, object], nodes: dict[str, NotebookNode]
) -> list[Issue]:
    """Which parts of a report carry the stamp of another unit, or none.

    A report without any stamp is told once: it is of a version that set none.
    """
    held = parts(folder, parameters, nodes)
    if held and not any(any(part.borne) for part in held):
        return [fault(held[-1].file, UNSTAMPED)]
    return [one for part in held for one in _foreign(part)] + _strange(folder, nodes)


def _foreign(part: Part) -> list[Issue]:
    found = []
    for own in sorted(set(part.borne) - {part.asked}):
        message = OF_ANOTHER if own else OF_NOBODY
        found.append(
            fault(part.file, message, own=own, asked=part.asked, count=part.borne.count(own))
        )
    return found


def _strange(folder: Path, nodes: dict[str, NotebookNode]) -> list[Issue]:
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

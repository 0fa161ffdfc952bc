"""For whom each notebook of a report works, and whether all that it shows says so."""

from __future__ import annotations

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

#: What can be wrong with stamps.
OF_ANOTHER = "shows {own}, expected {asked}"
_KEY = "papi"
_DRAWN = ("text/html", "image/svg+xml")


def owner(node: NotebookNode, parameters: dict[str, object]) -> str:
    """The unit that a notebook works for; the country where its outputs serve all provinces."""
    if notebook.national(node):
        return f"{stamp.COUNTRY}/{parameters['year']}"
    return name_of(parameters)


def sign(node: NotebookNode, unit: str) -> None:
    """Note in an executed notebook for whom its kernel worked."""
    node.metadata[_KEY] = {**node.metadata.get(_KEY, {}), "unit": unit}


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
        asked = _for_whom(node, parameters)
        found.append(Part(f"notebooks/{name}.ipynb", asked, _signed(node)))
        for file in notebook.drawings(name, node):
            path = folder / "figures" / file
            if path.is_file():
                text = path.read_text(encoding="utf-8")
                found.append(Part(f"figures/{file}", asked, stamp.borne(text)))
    for file in REPORTS.values():
        if (folder / file).is_file():
            text = (folder / file).read_text(encoding="utf-8")
            found.append(Part(file, name_of(parameters), stamp.borne(text)))
    return found


def _for_whom(node: NotebookNode, parameters: dict[str, object]) -> str:
    """The unit that an executed notebook must be of: the country where it says so itself."""
    own = _signed(node)[0]
    country = f"{stamp.COUNTRY}/{parameters['year']}"
    return country if own.startswith(f"{stamp.COUNTRY}/") else name_of(parameters)


def _signed(node: NotebookNode) -> list[str]:
    """The unit that an executed notebook names, and the stamps of its drawings."""
    held = node.metadata.get(_KEY)
    found = [str(held.get("unit", "-")) if isinstance(held, dict) else "-"]
    for cell in node.cells:
        for output in cell.get("outputs", []):
            for kind in _DRAWN:
                text = output.get("data", {}).get(kind, "")
                found += stamp.borne("".join(text))
    return found


def faults(
    folder: Path, parameters: dict[str, object], nodes: dict[str, NotebookNode]
) -> list[Issue]:
    """Which parts of a report carry the stamp of another unit.

    A drawing of another library carries none; a notebook says in its metadata for whom it ran.
    """
    held = parts(folder, parameters, nodes)
    return [one for part in held for one in _foreign(part)] + _strange(folder, nodes)


def _foreign(part: Part) -> list[Issue]:
    others = sorted(set(part.borne) - {part.asked, ""})
    return [
        fault(part.file, OF_ANOTHER, own=own, asked=part.asked, count=part.borne.count(own))
        for own in others
    ]


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

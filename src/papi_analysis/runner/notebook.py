"""The notebooks: read and checked before they run, checked again and cleaned afterwards.

One tagged `papi: {scope: national}` shows the same for every province: it runs once, and its
outputs are kept for the others; they depend on its code, its parameters but `province` and `out`,
the data, the package and the libraries, and on nothing else.
"""

from __future__ import annotations

import ast
import difflib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from papi_analysis import cache, settings
from papi_analysis.errors import ExecutionError, ParameterError, SourceError

if TYPE_CHECKING:
    from nbformat import NotebookNode

#: The names that a notebook takes, with the type of each.
PARAMETERS = {"province": str, "year": int, "lang": str, "seed": int, "out": str}
#: The names that a notebook may take besides: a user's own files, and whose provinces are meant.
OPTIONAL = {"boundaries": str, "district_data": str, "geo": str}
PROVINCE, SEED = "tra-vinh", 84


#: The notebook whose last cell writes findings and page.
REPORT = "06-report"
#: The notebook that waits for a reader to choose; it is no part of a report.
EXPLORE = "00-explore"
#: The notebook that is the report of a merged province, and runs for no other.
MERGER = "08-merger"
#: The tag of a notebook that shows the same for every province: `papi: {scope: national}`.
SCOPE, NATIONAL = "scope", "national"
_SVG = "image/svg+xml"


def folder(notebooks: str | Path | None = None) -> Path:
    """The folder of the notebooks: `notebooks` when given, else those of this package.

    Raises
    ------
    ParameterError
        When it holds no report notebook.
    """
    path = Path(notebooks) if notebooks else settings.shipped("notebooks")
    if not (path / f"{REPORT}.ipynb").is_file():
        raise ParameterError(
            "No notebooks in {folder}: {file} is missing. Name the notebook folder of the "
            "repository with --notebooks.",
            diagnosis="E-TEMPLATE",
            folder=str(path),
            file=f"{REPORT}.ipynb",
        )
    return path.absolute()


def files(notebooks: str | Path | None = None, report: str = REPORT) -> list[Path]:
    """The numbered notebooks that a report is made of, the report notebook first."""
    if report == MERGER:
        return [folder(notebooks) / f"{MERGER}.ipynb"]
    numbered = folder(notebooks).glob("[0-9][0-9]-*.ipynb")
    found = [path for path in numbered if path.stem not in (EXPLORE, MERGER)]
    return sorted(found, key=lambda path: (path.stem != REPORT, path.stem))


def load(notebooks: str | Path | None = None, *, report: str = REPORT) -> dict[str, NotebookNode]:
    """Every notebook to run by name, the report first, each one fit to be run.

    Raises
    ------
    SourceError
        When a file is not a sound notebook.
    ParameterError
        When one has no cell tagged `parameters`, or not the names that a run sets.
    """
    found = {path.stem: read(path) for path in files(notebooks, report)}
    for name, node in found.items():
        _require_parameters(name, node)
        _require_scope(name, node)
    return found


def sources(notebooks: str | Path | None = None) -> Iterator[str]:
    """The code of all cells, read in haste: what is damaged is left to `load` to refuse."""
    for path in files(notebooks):
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            yield from ["".join(c["source"]) for c in cells if c["cell_type"] == "code"]


def read(path: Path) -> NotebookNode:
    """One notebook file, or a `SourceError` that names it."""
    import nbformat  # takes half a second, while the warm template gets ready

    found: dict[str, Exception] = {}
    try:
        text = path.read_text(encoding="utf-8")
        node = nbformat.reads(text, as_version=4, capture_validation_error=found)
        if found:
            raise found["ValidationError"]
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise _damaged(path, error) from error
    except Exception as error:  # the validator's own family has no common public base
        if "alid" not in type(error).__name__ and "JSON" not in type(error).__name__:
            raise
        raise _damaged(path, error) from error
    return node


def _damaged(path: Path, error: Exception) -> SourceError:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0][:80]
    return SourceError(
        "The notebook {file} is damaged ({reason}). Restore it with: git checkout -- notebooks",
        diagnosis="E-TEMPLATE",
        file=path.name,
        reason=reason,
    )


def national(node: NotebookNode) -> bool:
    """Whether a notebook says in its metadata that it shows the same for every province."""
    return node.metadata.get("papi", {}).get(SCOPE) == NATIONAL


def _require_scope(name: str, node: NotebookNode) -> None:
    """Refuse a national notebook that uses what only one province has."""
    for index, cell in enumerate(node.cells if national(node) else []):
        if cell.cell_type == "code" and "parameters" not in cell.metadata.get("tags", []):
            for parameter in sorted({"province", "out"} & _names(cell.source)):
                raise ParameterError(
                    "The notebook {file} is tagged as the same for every province, but cell "
                    "{cell} uses {name}. Remove the tag papi: scope from its metadata, or the "
                    "name from the cell.",
                    diagnosis="E-TEMPLATE",
                    file=f"{name}.ipynb",
                    cell=index + 1,
                    name=parameter,
                )


def _names(source: str) -> set[str]:
    """The variables of a cell, those in magics and in queries (`@name`) included."""
    magics = re.compile(r"^\s*[%!].*$", re.MULTILINE)
    found = set(re.findall(r"\w+", " ".join(magics.findall(source))))
    found |= set(re.findall(r"@(\w+)", source))
    try:
        tree = ast.parse(magics.sub("", source))
    except SyntaxError:  # said by the kernel
        return found
    return found | {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _require_parameters(name: str, node: NotebookNode) -> None:
    cells = [c for c in node.cells if "parameters" in c.metadata.get("tags", [])]
    if len(cells) != 1 or cells[0].cell_type != "code":
        raise ParameterError(
            "The notebook {file} has {count} code cells tagged parameters; it needs exactly one.",
            diagnosis="E-TEMPLATE",
            file=f"{name}.ipynb",
            count=len(cells),
        )
    named = _defaults(name, cells[0].source)
    for missing in PARAMETERS.keys() - named.keys():
        near = difflib.get_close_matches(missing, named.keys() - PARAMETERS.keys(), n=1, cutoff=0.5)
        raise ParameterError(
            "The notebook {file} does not take the parameter {name}; its cell sets {found}. {hint}",
            diagnosis="E-PARAM-NAME",
            file=f"{name}.ipynb",
            name=missing,
            found=", ".join(sorted(named)) or "-",
            hint=f"{near[0]} -> {missing}?" if near else "",
        )
    for parameter, kind in PARAMETERS.items():
        if type(named[parameter]) is not kind:
            raise ParameterError(
                "The notebook {file} sets {name} = {value!r}; a run sets {name} = {example}.",
                diagnosis="E-PARAM-TYPE",
                file=f"{name}.ipynb",
                name=parameter,
                value=named[parameter],
                example="2024" if kind is int else '"..."',
            )


def taken(node: NotebookNode, parameters: dict[str, object]) -> dict[str, object]:
    """Those of the optional parameters that a notebook takes."""
    cells = [c.source for c in node.cells if "parameters" in c.metadata.get("tags", [])]
    return {key: value for key, value in parameters.items() if key in _defaults("-", cells[0])}


def _defaults(name: str, source: str) -> dict[str, object]:
    """The names that a parameters cell sets, with their values."""
    try:
        lines = ast.parse(source).body
        pairs = [
            (target.id, ast.literal_eval(line.value))
            for line in lines
            for target in getattr(line, "targets", None) or [line.target]
        ]
    except (SyntaxError, ValueError, AttributeError) as error:
        raise ParameterError(
            "The parameters cell of {file} must hold plain assignments like year = 2024, and "
            "nothing else.",
            diagnosis="E-TEMPLATE",
            file=f"{name}.ipynb",
        ) from error
    return dict(pairs)


def require_complete(name: str, node: NotebookNode) -> None:
    """Raise `ExecutionError` unless every code cell ran to its end without an error output."""
    for index, cell in enumerate(node.cells):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        errors = [o for o in cell.outputs if o.output_type == "error"]
        if errors:
            raise ExecutionError(
                "Cell {cell} of {file} failed: {kind}: {reason}. Nothing was published.",
                cell=number(node, index),
                file=f"{name}.ipynb",
                kind=errors[0].ename,
                reason=(errors[0].evalue or "-").strip().splitlines()[0][:120],
            )
        if cell.execution_count is None:
            raise ExecutionError(
                "Cell {cell} of {file} did not run. Nothing was published.",
                cell=number(node, index),
                file=f"{name}.ipynb",
            )


def number(node: NotebookNode, index: int) -> int:
    """The number of an executed cell in the notebook as it is stored, without papermill's own."""
    before = node.cells[:index]
    return index + 1 - sum("injected-parameters" in c.metadata.get("tags", []) for c in before)


def cleaned(node: NotebookNode) -> NotebookNode:
    """The executed notebook without clock and path, so that the same run gives the same bytes.

    The staging folder it was told goes as well: run again by hand, it writes nothing. A user's
    own file keeps its name only.
    """
    node.metadata.pop("papermill", None)
    for index, cell in enumerate(node.cells):
        cell.id = f"cell-{index + 1:02d}"
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.source = "\n".join(map(_without_folder, cell.source.split("\n")))
    return node


def _without_folder(line: str) -> str:
    """An injected line without the folders of this computer."""
    name, _, value = line.partition(" = ")
    if name == "out":
        return 'out = ""'
    if name in OPTIONAL:
        return f"{name} = {json.dumps(Path(ast.literal_eval(value)).name)}"
    return line


def injected(node: NotebookNode) -> dict[str, object]:
    """The parameters with which a notebook was run; empty where it was not run by papermill."""
    for cell in node.cells:
        if "injected-parameters" in cell.metadata.get("tags", []):
            return _defaults("-", cell.source)
    return {}


def write(node: NotebookNode, path: Path) -> None:
    """Write a notebook with stable bytes."""
    text = json.dumps(node, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")


def shown(node: NotebookNode, kind: str) -> list[str]:
    """What the cells of a notebook show as `kind`, in order."""
    outputs = [output for cell in node.cells for output in cell.get("outputs", [])]
    found = (output.get("data", {}).get(kind) for output in outputs)
    return ["".join(content) for content in found if content]


def drawings(name: str, node: NotebookNode) -> dict[str, str]:
    """The SVG outputs of a notebook by file name: `03-profile-02.svg`, or the name in metadata.

    A figure that carries `metadata = {"image/svg+xml": {"name": "spine"}}` is `03-profile-spine`.
    """
    found: dict[str, str] = {}
    for cell in node.cells:
        for output in cell.get("outputs", []):
            svg = output.get("data", {}).get(_SVG)
            if svg:
                own = output.get("metadata", {}).get(_SVG, {}).get("name")
                found[f"{name}-{own or format(len(found) + 1, '02d')}.svg"] = "".join(svg)
    return found


def name_of(parameters: dict[str, object]) -> str:
    """The report that parameters ask for: `tra-vinh/2024`, `vinh-long/2025-07/2024`."""
    parts = (parameters["province"], parameters.get("geo"), parameters["year"])
    return "/".join(str(part) for part in parts if part)


def report_of(parameters: dict[str, object]) -> str:
    """The notebook that becomes the page of a report with these parameters."""
    return MERGER if parameters.get("geo") else REPORT


#: Parameters that say for whom and where to; the others are part of what a result depends on.
_OWN = ("province", "out")

Made = tuple["NotebookNode", dict[str, object]]


def once(
    shared: tuple[Path, str] | None,
    node: NotebookNode,
    given: dict[str, object],
    run: Callable[[], Made],
) -> Made:
    """A notebook executed with parameters, by `run` or as it is shared, and its seconds.

    `shared` is folder and key of results of one state of data, code and libraries.
    """
    if shared is None or not national(node):
        return run()
    seconds: dict[str, object] = {"engine": "shared", "start": 0.0, "cells": 0.0}

    def executed() -> NotebookNode:
        done, spent = run()
        require_complete("-", done)
        seconds.update(spent)
        return cleaned(done)

    others = {name: value for name, value in given.items() if name not in _OWN}
    folder, key = shared
    kept = cache.stored(folder / cache.digest("notebook", [dict(node), others]), key, executed)
    return _addressed(kept, node, given), seconds


def _addressed(kept: NotebookNode, node: NotebookNode, given: dict[str, object]) -> NotebookNode:
    """The kept notebook with the parameters of the one who asks."""
    from papermill.iorw import load_notebook_node
    from papermill.parameterize import parameterize_notebook

    own = load_notebook_node(node)
    own = parameterize_notebook(own, given, kernel_name="python3", language="python")
    for mine, cell in zip(own.cells, kept.cells, strict=True):
        if "injected-parameters" in mine.metadata.get("tags", []):
            cell.source = mine.source
    return kept

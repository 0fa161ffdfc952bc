"""Executed notebooks that show the same for every province: run once, kept for the others.

Those are tagged `papi: {scope: national}`; their outputs depend on their code, their parameters but
`province` and `out`, the data, the package and the libraries, and on nothing else.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock
from nbformat import NotebookNode, from_dict

from papi_analysis import cache
from papi_analysis.runner import notebook

#: Parameters that say for whom and where to; the others are part of what a result depends on.
_OWN = ("province", "out")

Made = tuple[NotebookNode, dict[str, object]]


def once(
    folder: Path | None, node: NotebookNode, given: dict[str, object], run: Callable[[], Made]
) -> Made:
    """A notebook executed with parameters, by `run` or as `folder` holds it, and its seconds.

    `folder` belongs to one state of data, code and libraries (see `store.opened`); an entry that
    is not what was written counts as none. Whoever asks at the same time waits for the first.
    """
    if folder is None or not notebook.national(node):
        return run()
    path = Path(folder) / f"notebook-{_key(node, given)}"
    kept = _read(path)
    if kept is None:
        with FileLock(path.with_suffix(".lock")):
            kept = _read(path)
            if kept is None:
                done, seconds = run()
                notebook.require_complete(path.name, done)
                _write(path, done)
                return done, seconds
    return _addressed(kept, node, given), {"engine": "shared", "start": 0.0, "cells": 0.0}


def _key(node: NotebookNode, given: dict[str, object]) -> str:
    """What the outputs depend on, as one hash."""
    others = {name: value for name, value in given.items() if name not in _OWN}
    told = json.dumps([node, others], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _write(path: Path, node: NotebookNode) -> None:
    body = json.dumps(notebook.cleaned(copy.deepcopy(node)), sort_keys=True)
    cache.seal(path, body.encode())


def _read(path: Path) -> NotebookNode | None:
    """The kept notebook; None where there is none or it was damaged."""
    body = cache.unsealed(path)
    return None if body is None else from_dict(json.loads(body))


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

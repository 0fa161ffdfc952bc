"""The papermill engine: one notebook in one kernel, with limits, and errors that name the cell."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from papi_analysis.errors import EnvironmentFault, ExecutionError, PapiError
from papi_analysis.runner.kernel import StockManager, manager
from papi_analysis.runner.notebook import number
from papi_analysis.runner.staging import FULL
from papi_analysis.runner.warm import Template

ENGINE = "papi"
_LOG = logging.getLogger("papi_analysis.runner")
_LOG.addHandler(logging.NullHandler())
_LOG.propagate = False


@dataclass(frozen=True)
class Limits:
    """How long things may take, in seconds, and how often a kernel may fail to start."""

    cell: float = 600
    wall: float = 3600
    start: float = 60
    starts: int = 3


@dataclass
class Watch:
    """What is known of one running notebook: its clock, its current cell, its timings."""

    name: str
    limits: Limits
    deadline: float
    node: NotebookNode | None = None
    on_cell: object = None
    manager: type[StockManager] = StockManager
    begun: float = field(default_factory=time.monotonic)
    ready: float = 0.0
    cell: int | None = None
    source: str = ""

    def remaining(self, cell: object = None) -> float:
        """Seconds that the current cell may take: its own limit, or what is left of the run's."""
        return max(0.1, min(self.limits.cell, self.deadline - time.monotonic()))

    def start(self, notebook: object = None) -> None:
        """The kernel answers."""
        self.ready = time.monotonic()

    def enter(self, cell: NotebookNode, cell_index: int) -> None:
        """A cell begins."""
        self.cell, self.source = cell_index, cell["source"]
        if callable(self.on_cell):
            self.on_cell(self.name, cell_index)


class PapiEngine(NBClientEngine):
    """papermill's own client with our kernel manager, our limits and immediate shutdown."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man, kernel_name, *, watch: Watch, kernel_cwd: str, **_
    ) -> None:
        """Run the notebook of `nb_man` under the eyes of `watch`."""
        watch.node = nb_man.nb
        client = PapermillNotebookClient(
            nb_man,
            kernel_name=kernel_name,
            kernel_manager_class=watch.manager,
            timeout=int(watch.limits.cell) or 1,
            timeout_func=watch.remaining,
            startup_timeout=watch.limits.start,
            shutdown_kernel="immediate",
            on_notebook_start=watch.start,
            on_cell_execute=watch.enter,
            resources={"metadata": {"path": kernel_cwd}},
            log=_LOG,
        )
        client.execute()


papermill_engines.register(ENGINE, PapiEngine)


def execute(
    name: str,
    node: NotebookNode,
    parameters: dict[str, object],
    *,
    cwd: Path,
    limits: Limits,
    deadline: float,
    ready: Template | None = None,
    given: dict[str, str] | None = None,
    on_cell: object = None,
    stop: threading.Event | None = None,
) -> tuple[NotebookNode, dict[str, object]]:
    """Run one notebook and return it executed, with its engine and seconds of start and cells.

    The kernel comes from the template `ready` where there is one; where that fails to give one,
    and in every further attempt, it is a fresh one; `given` is what it is told in its environment.

    Raises
    ------
    ExecutionError
        When a cell fails, takes too long, or its kernel dies; names the cell.
    EnvironmentFault
        When the disk is full.
    """
    for attempt in range(1, limits.starts + 1):
        warm = ready if attempt == 1 else None
        chosen = manager(warm, stop, given)
        watch = Watch(name, limits, deadline, on_cell=on_cell, manager=chosen)
        try:
            done = _papermill(node, parameters, watch, cwd)
        except Exception as error:
            stopped = stop is not None and stop.is_set()
            if watch.ready or stopped or attempt == limits.starts:
                raise _named(error, watch) from error
            _LOG.warning("start %s of %s failed: %s", attempt, name, error)
        else:
            end = time.monotonic()
            start, cells = watch.ready - watch.begun, end - watch.ready
            engine = "warm" if warm else "stock"
            return done, {"engine": engine, "start": round(start, 3), "cells": round(cells, 3)}
    raise AssertionError("unreachable")


def _papermill(node: NotebookNode, parameters: dict, watch: Watch, cwd: Path) -> NotebookNode:
    return papermill.execute_notebook(
        node,
        None,
        parameters=parameters,
        engine_name=ENGINE,
        kernel_name="python3",
        language="python",
        progress_bar=False,
        request_save_on_cell_execute=False,
        autosave_cell_every=0,
        watch=watch,
        kernel_cwd=str(cwd),
    )


def _named(error: Exception, watch: Watch) -> PapiError:
    """The error of a notebook as one that names the cell and says what happened."""
    if isinstance(error, PapiError):
        return error
    place = {"file": f"{watch.name}.ipynb", "line": first_line(watch.source)}
    place["cell"] = "-" if watch.cell is None else number(watch.node, watch.cell)
    if isinstance(error, PapermillExecutionError):
        return failed(error.ename, error.evalue, **place)
    if watch.cell is None:
        return ExecutionError(
            "No kernel could be started for {file} in {starts} {starts:attempt|attempts} "
            "({reason}). Nothing was published.",
            **place,
            starts=watch.limits.starts,
            reason=first_line(str(error)) or type(error).__name__,
        )
    if isinstance(error, CellTimeoutError):
        spent = time.monotonic() >= watch.deadline - 0.2
        return ExecutionError(
            "Cell {cell} of {file} ({line}) ran longer than {seconds} seconds and was ended. "
            "Nothing was published.",
            **place,
            seconds=watch.limits.wall if spent else watch.limits.cell,
        )
    if isinstance(error, DeadKernelError):
        return ExecutionError(
            "The kernel of {file} died in cell {cell} ({line}): it was killed, crashed or ran out "
            "of memory. Nothing was published.",
            **place,
        )
    return failed(type(error).__name__, str(error), **place)


def failed(kind: str, reason: str, *, cell: object, file: str, line: str) -> PapiError:
    """The error of a cell that raised one; a full disk is a fault of the machine."""
    if kind == "OSError" and any(f"[Errno {number}]" in reason for number in FULL):
        return EnvironmentFault(
            "The disk is full: cell {cell} of {file} ({line}) could not write. Nothing was "
            "published.",
            cell=cell,
            file=file,
            line=line,
        )
    return ExecutionError(
        "Cell {cell} of {file} ({line}) failed: {kind}: {reason}. Nothing was published.",
        cell=cell,
        file=file,
        line=line,
        kind=kind,
        reason=first_line(reason) or "-",
    )


def first_line(text: str) -> str:
    """The first line that says something, cut to 120 characters."""
    lines = [line.strip() for line in text.splitlines()]
    return next((x for x in lines if x and not x.startswith("#")), "")[:120]

"""One notebook in one kernel through papermill: its limits, and errors that name the cell.

Kernels talk over Unix sockets where the system has them, so kernels started side by side cannot
race for ports; they get a plain environment, so the same notebook gives the same bytes anywhere.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from importlib.metadata import EntryPoint
from pathlib import Path
from queue import Empty

import papermill
from jupyter_client import AsyncKernelManager
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.exceptions import PapermillExecutionError

from papi_analysis.errors import FULL, EnvironmentFault, ExecutionError, PapiError
from papi_analysis.runner import staging, warm
from papi_analysis.runner.notebook import number
from papi_analysis.runner.warm import Template

_SOCKET_PATH = 80  # longest folder in which a socket of a kernel still has a legal name
_WARM = "papi-warm"


class ReadyClient(AsyncKernelClient):
    """Knows that a kernel is ready when it said so on both channels, without waiting to be sure."""

    async def _async_wait_for_ready(self, timeout: float | None = None) -> None:
        until = time.monotonic() + (timeout or 60)
        while time.monotonic() < until:
            asked = self.kernel_info()
            if await self._answered(asked):
                return
            if not await self._async_is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
        raise RuntimeError(f"Kernel did not answer in {timeout} seconds")

    wait_for_ready = _async_wait_for_ready

    async def _answered(self, asked: str) -> bool:
        """Whether the reply to `asked` came, and the end of its messages after it."""
        try:
            reply = await self.shell_channel.get_msg(timeout=1)
            while reply["parent_header"].get("msg_id") != asked:
                reply = await self.shell_channel.get_msg(timeout=1)
            while True:
                told = await self.iopub_channel.get_msg(timeout=0.2)
                idle = told["content"].get("execution_state") == "idle"
                if idle and told["parent_header"].get("msg_id") == asked:
                    self._handle_kernel_info_reply(reply)
                    return True
        except Empty:
            return False


class StockManager(AsyncKernelManager):
    """Starts ipykernel with this very interpreter, whatever kernels a user has installed."""

    #: The kernels that run now, each with the run it belongs to, which may have to end them.
    live: dict[object, object] = {}  # noqa: RUF012 - shared on purpose
    owner: object = None
    given: dict[str, str] = {}  # noqa: RUF012 - what its kernels are told, replaced as a whole
    provisioner_name = "local-provisioner"

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self.held = ExitStack()
        self.runtime = self.held.enter_context(staging.folder())
        short = len(os.fsencode(self.runtime)) < _SOCKET_PATH
        self.connection_file = str(self.runtime / "k.json")
        self.transport = "ipc" if short and os.name == "posix" else "tcp"
        self.client_factory = ReadyClient
        self._kernel_spec = KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3 (ipykernel)",
            language="python",
            metadata={
                "debugger": True,
                "kernel_provisioner": {"provisioner_name": self.provisioner_name},
            },
        )

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: object) -> None:
        options["env"] = warm.of_kernel(self.runtime, self.given)
        with open(self.runtime / "kernel.log", "ab") as log:
            await super()._async_launch_kernel(kernel_cmd, stdout=log, stderr=log, **options)
        self.live[self.provisioner] = self.owner
        await self._listening()

    async def _listening(self) -> None:
        """Wait for the sockets of the kernel: to connect too early costs a second try."""
        last = self.runtime / f"k-ipc-{self.hb_port}"
        while self.transport == "ipc" and not last.exists() and await self._async_is_alive():
            await asyncio.sleep(0.005)

    async def _async_wait(self, pollinterval: float = 0.005) -> None:
        await super()._async_wait(pollinterval=0.005)  # a tenth of a second by default

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        self.live.pop(self.provisioner, None)
        await super()._async_cleanup_resources(restart=restart)
        self.held.close()

    cleanup_resources = _async_cleanup_resources


def end(run: object) -> None:
    """Kill every kernel that belongs to `run`; its notebooks then fail as dead."""
    for provisioner, owner in tuple(StockManager.live.items()):
        process = provisioner.process
        if owner is run and process:
            with suppress(OSError):
                if provisioner.pgid:
                    os.killpg(provisioner.pgid, signal.SIGKILL)
                else:
                    process.kill()


def end_all() -> None:
    """Kill every kernel of this process."""
    for run in tuple(StockManager.live.values()):
        end(run)


class WarmProvisioner(LocalProvisioner):
    """Launches kernels through the template of its manager."""

    async def launch_kernel(self, cmd: list[str], **options: object) -> dict:
        """Fork where the stock provisioner would start a process."""
        argv = ["ipykernel_launcher.py", *cmd[cmd.index("-f") :]]
        self.process = self.parent.template.fork(
            argv,
            env=dict(options["env"]),
            cwd=str(options.get("cwd") or os.getcwd()),
            log=Path(options["stdout"].name),
        )
        self.pid, self.pgid = self.process.pid, None
        self.cwd = options.get("cwd")
        return self.connection_info


def manager(
    ready: Template | None = None,
    owner: object = None,
    given: dict[str, str] | None = None,
) -> type[StockManager]:
    """The manager that takes kernels from the template, or starts fresh ones where it is None.

    `owner` is the run that may have to end them, `given` what they are told in their environment.
    """
    own = {"owner": owner, "given": given or {}}
    if ready is None:
        return type("FreshManager", (StockManager,), own)
    factory = KernelProvisionerFactory.instance()
    factory.provisioners[_WARM] = EntryPoint(
        _WARM, f"{__name__}:WarmProvisioner", KernelProvisionerFactory.GROUP_NAME
    )
    own |= {"template": ready, "provisioner_name": _WARM}
    return type("WarmManager", (StockManager,), own)


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

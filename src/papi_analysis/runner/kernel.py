"""Kernels: fresh ones of this very interpreter, or forks of the warm template.

They talk over Unix sockets where the system has them, so kernels started side by side cannot race
for ports; they get a plain environment, so the same notebook gives the same bytes anywhere.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from contextlib import ExitStack, suppress
from importlib.metadata import EntryPoint
from pathlib import Path
from queue import Empty

from jupyter_client import AsyncKernelManager
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning import KernelProvisionerFactory, LocalProvisioner

from papi_analysis.runner import environment, scratch
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
        self.runtime = self.held.enter_context(scratch.folder())
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
        options["env"] = environment.of_kernel(self.runtime, self.given)
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

"""The warm process from which kernels are forked: everything imported, one thread, no state.

It runs as `python -P -c "…template.serve(…)"` with the environment of a kernel. Each connection to
its socket asks for one kernel; the connection then carries signals one way and the exit status the
other. When its standard input closes, whoever started it is gone, and it ends with its kernels.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import random
import selectors
import signal
import socket
import sys
import time

#: What ipykernel imports when it becomes a kernel.
_BASE = """ipykernel.kernelapp ipykernel.ipkernel ipykernel.zmqshell ipykernel.debugger
ipykernel.datapub ipykernel.pickleutil IPython.core.completer IPython.core.completerlib
IPython.core.debugger IPython.core.oinspect IPython.core.pylabtools IPython.core.magics
IPython.extensions.storemagic matplotlib_inline.config comm""".split()
_PR_SET_PDEATHSIG = 1
#: Read by ipykernel and matplotlib when they are imported, so it must stand before.
BACKEND = "module://matplotlib_inline.backend_inline"
#: Registers figures with the kernel that imports it: no fork may find it imported already.
_HOOK = "matplotlib_inline.backend_inline"


def serve(path: str) -> None:
    """Import what standard input names, then fork a kernel for every connection until it closes."""
    death = ctypes.CDLL(None).prctl
    death(_PR_SET_PDEATHSIG, signal.SIGKILL)  # who imports hears nothing
    gc.disable()  # imports leave next to nothing to collect, and forks freeze what they get
    before = dict(os.environ)
    os.environ["MPLBACKEND"] = BACKEND
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    for name in _BASE:
        _load(name)
    for name in json.loads(sys.stdin.buffer.readline() or b"[]"):
        _load(name)
    _read_sentences()
    _decide_as_in_a_kernel()
    sys.modules.pop(_HOOK, None)
    os.environ.pop("MPLBACKEND")
    changes = {k: v for k, v in os.environ.items() if before.get(k) != v}
    _require_one_thread()
    death(_PR_SET_PDEATHSIG, 0)  # from here on the end of standard input tells it, in order
    listener.listen(64)
    _Server(listener, changes).run()
    os._exit(0)  # to take all that was imported apart would keep the one who waits


def _load(name: str) -> None:
    with contextlib.suppress(Exception):  # whoever needs it will see the error
        importlib.import_module(name)


def _read_sentences() -> None:
    """Read once, not in every kernel, what the product says."""
    from papi_analysis import i18n

    with contextlib.suppress(Exception):  # whoever needs them will see the error
        for lang in i18n.LANGUAGES:
            i18n.catalogue(lang)


def _decide_as_in_a_kernel() -> None:
    """Set what libraries settle at import by whether they are in a kernel: here they are not."""
    pandas = sys.modules.get("pandas")
    if pandas:
        pandas.set_option("display.max_columns", 20)  # 0 where pandas thinks of a terminal


def _require_one_thread() -> None:
    """End the process when a library keeps a thread: a fork could inherit a lock it holds."""
    for _ in range(50):
        if len(os.listdir("/proc/self/task")) == 1:
            return
        time.sleep(0.02)
    print("a library started a thread: forking would not be safe", file=sys.stderr, flush=True)
    os._exit(1)  # the thread may never end


class _Server:
    """The loop of the template; one connection is one kernel."""

    def __init__(self, listener: socket.socket, changes: dict[str, str]) -> None:
        self.listener, self.selector = listener, selectors.DefaultSelector()
        self.changes = changes  # what the imports put into the environment
        self.kernels: dict[int, socket.socket] = {}
        self.selector.register(listener, selectors.EVENT_READ, self.accept)
        self.selector.register(0, selectors.EVENT_READ, self.leave)

    def run(self) -> None:
        """Serve until standard input closes."""
        self.open = True
        while self.open:
            for key, _ in self.selector.select():
                key.data(key.fileobj)
        for pid in self.kernels:
            with contextlib.suppress(OSError):
                os.killpg(pid, signal.SIGKILL)

    def leave(self, _: object) -> None:
        """Nobody is there any more."""
        self.open = bool(os.read(0, 1))

    def accept(self, _: object) -> None:
        """Fork a kernel for whoever connects."""
        connection, _ = self.listener.accept()
        line = connection.makefile("r", encoding="utf-8").readline()
        if not line:
            return connection.close()
        request = json.loads(line)
        request["env"] = request["env"] | self.changes
        pid = os.fork()
        if pid == 0:
            self._forget(connection)
            _kernel(request)
        connection.sendall(f"{pid}\n".encode())
        self.kernels[pid] = connection
        self.selector.register(connection, selectors.EVENT_READ, lambda _: self.signalled(pid))
        end = os.pidfd_open(pid)
        self.selector.register(end, selectors.EVENT_READ, lambda _: self.ended(pid, end))

    def _forget(self, connection: socket.socket) -> None:
        """In the fork: drop what belongs to the template."""
        for key in list(self.selector.get_map().values()):
            handle = key.fd
            if handle > 0:
                os.close(handle)
        self.selector.close()
        connection.close()

    def signalled(self, pid: int) -> None:
        """Pass a signal on to a kernel and all it started; a closed connection ends it."""
        connection = self.kernels[pid]
        try:
            asked = connection.recv(64)
        except OSError:
            asked = b""
        numbers = [int(word) for word in asked.split()] if asked else [signal.SIGKILL]
        if not asked:
            self.selector.unregister(connection)
        for number in numbers:
            with contextlib.suppress(OSError):
                os.killpg(pid, number)

    def ended(self, pid: int, end: int) -> None:
        """Tell how a kernel ended; what it started ends with it."""
        _, status = os.waitpid(pid, 0)
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
        self.selector.unregister(end)
        os.close(end)
        connection = self.kernels.pop(pid)
        with contextlib.suppress(KeyError, ValueError):
            self.selector.unregister(connection)
        with contextlib.suppress(OSError):
            connection.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
        connection.close()


def _kernel(request: dict) -> None:
    """In the fork: become a kernel as if it had been started afresh; never returns."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)  # a kernel lives for seconds: a twentieth of its time
    gc.enable()
    template = os.getppid()
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != template:
        os._exit(1)
    os.setsid()
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    for handle, number in ((null, 0), (log, 1), (log, 2)):
        os.dup2(handle, number)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    time.tzset()
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    sys.argv = request["argv"]
    from ipykernel.kernelapp import IPKernelApp

    status = 1
    try:
        options = [*sys.argv[1:], f"--IPKernelApp.parent_handle={template}"]
        IPKernelApp.launch_instance(argv=options)
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    finally:
        with contextlib.suppress(Exception):
            import atexit

            atexit._run_exitfuncs()
        os._exit(status)

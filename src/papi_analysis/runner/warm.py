"""Kernels forked from a warm process: the plug-in behind `execution.execute` that makes it fast.

`Template` is the side of the one who asks: environment, imports, a kernel per connection. `serve`
is the warm process itself, `python -P -c "…warm.serve(…)"` with the environment of a kernel:
everything imported, one thread, no state. Each connection to its socket asks for one kernel; the
connection then carries signals one way and the exit status the other. When its standard input
closes, whoever started it is gone, and it ends with its kernels. No library forks kernels.
"""

from __future__ import annotations

import ast
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
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

import papi_analysis
from papi_analysis import cache
from papi_analysis.errors import ParameterError
from papi_analysis.runner import staging

_DROP = (
    "PYTHONWARNINGS",
    "PYTHONSTARTUP",
    "PYTHONINSPECT",
    "IPYTHONDIR",
    "MPLBACKEND",
    cache.FOLDER,
    cache.KEY,
    cache.MANY,
)
_FIXED = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "LANG": "C.UTF-8",
    "SOURCE_DATE_EPOCH": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "COLUMNS": "80",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # a thread would forbid to fork
}


def of_kernel(folder: Path, given: dict[str, str] | None = None) -> dict[str, str]:
    """The environment of a kernel with a folder of its own, and what it is told besides."""
    kept = {name: value for name, value in os.environ.items() if name not in _DROP}
    spec = find_spec("matplotlib")
    if spec and spec.submodule_search_locations:
        rc = Path(spec.submodule_search_locations[0]) / "mpl-data" / "matplotlibrc"
        kept["MATPLOTLIBRC"] = str(rc)
    return {**kept, **_FIXED, **(given or {}), "IPYTHONDIR": str(folder)}


def told(shared: tuple[Path, str] | None = None, *, many: bool = False) -> dict[str, str]:
    """What a kernel is told of the results it may share: their folder and the key of their seals.

    `many` says whether all provinces will ask for them.
    """
    if shared is None:
        return {}
    return {
        cache.FOLDER: str(shared[0]),
        cache.KEY: shared[1],
        **({cache.MANY: "1"} if many else {}),
    }


#: What this package and its libraries import only when it is first used: a fork that would have to
#: import statsmodels by itself takes longer than its cells.
_AT_FIRST_USE = """geopandas shapely pyproj seaborn scipy.stats scipy.integrate scipy.special
statsmodels.stats.multitest statsmodels.regression.linear_model esda.moran libpysal.weights
matplotlib.figure matplotlib.backends.backend_svg babel.dates babel.numbers babel.messages.pofile
pooch pyogrio filelock
pandas.io.formats.html pandas.io.formats.string pandas.io.formats.csvs
pandas.core.methods.to_dict pandas.core.reshape.reshape pyarrow.pandas_compat""".split()
#: Parts of this package that no notebook of a report uses.
_ELSEWHERE = tuple(
    f"papi_analysis.{name}"
    for name in """__main__ cli runner ingest export workbook diff explore
plots.fonts""".split()
)


def named(sources: Iterable[str]) -> list[str]:
    """The modules that pieces of notebook code import, in order, without repetition.

    >>> named(["import pandas as pd", "from papi_analysis.data import panel"])
    ['pandas', 'papi_analysis.data', 'papi_analysis.data.panel']
    """
    found: dict[str, None] = {}
    for source in sources:
        with contextlib.suppress(SyntaxError):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Import):
                    found.update({alias.name: None for alias in node.names})
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found[node.module] = None
                    found.update({f"{node.module}.{alias.name}": None for alias in node.names})
    return list(found)


def library() -> list[str]:
    """The modules of this package that compute and draw, with what is imported at first use."""
    root = Path(papi_analysis.__file__).parent
    files = [path.relative_to(root.parent).with_suffix("") for path in sorted(root.rglob("*.py"))]
    names = [".".join(path.parts).removesuffix(".__init__") for path in files]
    return [*(name for name in names if not name.startswith(_ELSEWHERE)), *_AT_FIRST_USE]


#: How kernels are started: forked from a warm process, or each afresh by papermill.
FAST, STOCK = "fast", "stock"
_READY = 60  # seconds that the imports of a template may take


def available() -> bool:
    """Whether this system can fork kernels safely and tell when they end (Linux)."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


def require_engine(engine: str) -> None:
    """Raise `ParameterError` unless there is such an engine."""
    if engine not in (FAST, STOCK):
        raise ParameterError(
            "No engine {value!r}. Use {choices}.", value=str(engine)[:80], choices="fast, stock"
        )


@contextmanager
def templates(sources: Iterable[str], engine: str = FAST) -> Iterator[Template | None]:
    """A template that imports what `sources` import, or None where the system has no safe fork.

    With the engine "stock" there is none either. Where they import this package, everything that it
    may need later is imported too.

    It starts at once, before `sources` are read, and gets ready beside whatever comes next.
    """
    if engine == STOCK or not available():
        yield None
        return
    ready = Template()
    try:
        modules = named(sources)
        if any(name.startswith("papi_analysis.") for name in modules):
            modules += library()
        ready.tell(modules)
        yield ready
    finally:
        ready.close()


class Template:
    """The warm process; it ends with the one that started it, and its kernels with it."""

    def __init__(self) -> None:
        self.held = ExitStack()
        folder = self.held.enter_context(staging.folder())
        self.path = str(folder / "t")
        self.log, self.asked = folder / "log", False
        code = "import sys; from papi_analysis.runner import warm; warm.serve(sys.argv[1])"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", code, self.path],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=of_kernel(folder),
                start_new_session=True,
            )

    def tell(self, modules: list[str]) -> None:
        """Say what to import after what every kernel needs."""
        with suppress(OSError):  # told by the one who asks for a kernel
            self.process.stdin.write(json.dumps(modules).encode() + b"\n")
            self.process.stdin.flush()

    def fork(self, argv: list[str], *, env: dict[str, str], cwd: str, log: Path) -> Forked:
        """A kernel in the state in which a fresh one would be.

        Raises
        ------
        RuntimeError
            When the template is gone or not ready in time.
        """
        connection = self._connect()
        request = {"argv": argv, "env": env, "cwd": cwd, "log": str(log)}
        connection.sendall((json.dumps(request) + "\n").encode())
        return Forked(connection)

    def _connect(self) -> socket.socket:
        until = time.monotonic() + _READY
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        while time.monotonic() < until and self.process.poll() is None:
            with suppress(FileNotFoundError, ConnectionRefusedError):
                connection.connect(self.path)
                self.asked = True
                return connection
            time.sleep(0.01)
        connection.close()
        said = self.log.read_text(errors="replace") if self.log.exists() else ""
        raise RuntimeError(f"no warm template: {said[-200:]}")

    def close(self) -> None:
        """End the template and every kernel that it forked."""
        with suppress(OSError):
            self.process.stdin.close()
        try:
            self.process.wait(2 if self.asked else 0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.held.close()


class Forked:
    """A forked kernel with the manners of `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self, connection: socket.socket) -> None:
        self.connection, self.returncode = connection, None
        self._text = b""
        self.pid = int(self._line() or 0)
        if not self.pid:
            raise RuntimeError("the warm template ended while it forked a kernel")

    def _line(self, flags: int = 0) -> bytes | None:
        while b"\n" not in self._text:
            more = self.connection.recv(64, flags)
            if not more:
                return None
            self._text += more
        line, _, self._text = self._text.partition(b"\n")
        return line

    def poll(self) -> int | None:
        """The exit status, or None while it runs."""
        if self.returncode is None:
            with suppress(BlockingIOError):
                self._end(socket.MSG_DONTWAIT)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit status, once it ended."""
        if self.returncode is None:
            self._end()
        return self.returncode

    def _end(self, flags: int = 0) -> None:
        try:
            line = self._line(flags)
        except ConnectionError:
            line = None
        self.returncode = -signal.SIGKILL if line is None else int(line)
        self.connection.close()

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel and everything it started."""
        with suppress(OSError):
            self.connection.sendall(b"%d " % number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    terminate = kill


# --- the warm process

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

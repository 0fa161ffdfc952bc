"""Results that many notebooks ask for, computed once: `memoize` and the folder it keeps them in.

Without the environment variable `PAPI_SHARED` every function simply runs. The runner sets it to a
folder that belongs to one state of data, code and libraries, and may be deleted at any time. What
is kept there is pickled, and read back only with the seal of this user's own key: joblib.Memory,
which does the rest as well, reads whatever lies in its folder.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import inspect
import os
import pickle
import re
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ParamSpec, TypeVar

import platformdirs
from filelock import FileLock, Timeout

from papi_analysis import atomic
from papi_analysis.errors import EnvironmentFault

FOLDER, KEY = "PAPI_SHARED", "PAPI_SHARED_KEY"
#: Says that all provinces will ask, so that what costs little more for all is computed for all.
MANY = "PAPI_SHARED_BY_MANY"
MARKER = ".papi-analysis"
KEPT = 3  # states of data and code that are kept; the oldest goes when a new one comes
_WAIT = 300  # seconds to wait for another kernel that computes the same result
_STATE, _ENTRY = re.compile(r"[0-9a-f]{20}"), re.compile(r"[0-9a-f]{64}(\.lock)?")
Taken = ParamSpec("Taken")
Given = TypeVar("Given")


def many() -> bool:
    """Whether all provinces will ask for the results in the folder."""
    return bool(os.environ.get(FOLDER) and os.environ.get(MANY))


def memoize(function: Callable[Taken, Given]) -> Callable[Taken, Given]:
    """Let a pure function be computed once for all who ask with equal arguments.

    A call whose arguments cannot be pickled is computed every time.

    Examples
    --------
    >>> @memoize
    ... def double(number: int) -> int:
    ...     return 2 * number
    >>> double(21)
    42
    """
    name = f"{function.__module__}.{function.__qualname__}"
    signature = inspect.signature(function)

    @functools.wraps(function)
    def once(*positional: Taken.args, **named: Taken.kwargs) -> Given:
        folder = os.environ.get(FOLDER)
        if not folder:
            return function(*positional, **named)
        bound = signature.bind(*positional, **named)
        bound.apply_defaults()
        try:
            key = digest(name, bound.arguments)
        except (pickle.PicklingError, TypeError, AttributeError):
            return function(*positional, **named)
        secret = os.environ.get(KEY, "")
        return stored(Path(folder) / key, secret, lambda: function(*positional, **named))

    return once


def digest(name: str, arguments: object) -> str:
    """The name of what a function gives for these arguments."""
    return hashlib.sha256(pickle.dumps((name, arguments), protocol=5)).hexdigest()


def stored(path: Path, secret: str, compute: Callable[[], Given]) -> Given:
    """The result in `path`; computed and put there when it is not, or not soundly, there.

    Whoever asks at the same time waits for the first. All get it as it is read back.
    """
    body = _unsealed(path, secret)
    if body is not None:
        return pickle.loads(body)
    lock = FileLock(path.with_suffix(".lock"))
    try:
        lock.acquire(timeout=_WAIT)
    except (OSError, Timeout):
        return compute()
    try:
        body = _unsealed(path, secret)
        if body is None:
            value = compute()
            try:
                body = pickle.dumps(value, protocol=5)
            except (pickle.PicklingError, TypeError, AttributeError):
                return value
            with suppress(OSError):  # a full disk costs time, not a report
                atomic.write(path, _seal(path, secret, body) + body, sync=False)
    finally:
        lock.release()
    return pickle.loads(body)


def _unsealed(path: Path, secret: str) -> bytes | None:
    """The bytes kept in a file; None where there are none, or their seal is not of this key."""
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    return raw[32:] if hmac.compare_digest(raw[:32], _seal(path, secret, raw[32:])) else None


def _seal(path: Path, secret: str, body: bytes) -> bytes:
    """The seal of bytes under a name: moved to another name they are broken."""
    return hmac.digest(secret.encode(), path.name.encode() + b"\n" + body, "sha256")


def user_folder() -> Path:
    """The folder in which this user's results are kept."""
    return platformdirs.user_cache_path("papi-analysis", appauthor=False)


def user_key() -> str:
    """The secret of this user, made when it is first asked for; it never stands in a cache."""
    path = platformdirs.user_state_path("papi-analysis", appauthor=False) / "cache-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        atomic.write(path, secrets.token_hex(32), mode=0o600)
    _require_own(path)
    return path.read_text(encoding="ascii")


@contextmanager
def opened(root: str | Path | None, state: str, spare: Path) -> Iterator[tuple[Path, str]]:
    """Folder and key for results of one state of data, code and libraries.

    The folder stands under `root`; `spare` serves where none is named or it cannot be written,
    which costs time, not the report.

    Raises
    ------
    EnvironmentFault
        When others may write in `root`: what they put there could reach a report.
    """
    with suppress(OSError):
        if root:
            root = Path(root).absolute()
            if not root.exists():
                root.mkdir(parents=True, mode=0o700)
            _require_own(root)
            kept, secret = root / state, user_key()
            kept.mkdir(exist_ok=True, mode=0o700)
            _require_own(kept)
            (kept / MARKER).touch()
            os.utime(kept)
            _prune(root)
            yield kept, secret
            return
    yield spare, secrets.token_hex(32)


def _require_own(path: Path) -> None:
    if os.name != "posix":
        return
    found = path.stat()
    if found.st_uid != os.getuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise EnvironmentFault(
            "Others may write in the cache folder {folder}, and what they put there could reach a "
            "report. Name a folder of your own with --cache, or close this one: chmod go-w",
            diagnosis="E-OUT",
            folder=str(path),
        )


def _prune(root: Path) -> None:
    """Remove the oldest states, of each only what was kept in it by this program."""
    states = [p.parent for p in root.glob(f"*/{MARKER}") if _STATE.fullmatch(p.parent.name)]
    states = [p for p in states if not p.is_symlink()]
    for old in sorted(states, key=lambda p: p.stat().st_mtime, reverse=True)[KEPT:]:
        with suppress(OSError):
            for path in old.iterdir():
                if _ENTRY.fullmatch(path.name) and path.is_file():
                    path.unlink()
            if [path.name for path in old.iterdir()] == [MARKER]:
                (old / MARKER).unlink()
                old.rmdir()

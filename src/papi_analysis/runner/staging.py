"""The folders that the program makes: temporary ones, and where a report is made.

A reader sees the old report or the new one, never a part: one lock, one folder, one rename. Only
what the program made is ever deleted: a folder of its own holds a marker, and what a killed run
left is cleared by a later one.
"""

from __future__ import annotations

import atexit
import ctypes
import errno
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from filelock import FileLock, Timeout

from papi_analysis.errors import FULL, EnvironmentFault, exhausted

try:
    import fcntl
except ImportError:  # Windows: temporary folders of killed runs are left to the system
    fcntl = None

MARKER = ".papi-analysis"


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder of this process, gone afterwards."""
    if not _root().is_dir():  # a long-lived process, whose folder the system has cleared
        _root.cache_clear()
    path = Path(tempfile.mkdtemp(dir=_root()))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@cache
def _root() -> Path:
    """The one temporary folder of this process, held by a lock on its marker while it lives."""
    sweep_temporary()
    root = Path(tempfile.mkdtemp(prefix="papi-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    marker = root / MARKER
    if fcntl:
        handle = os.open(f"{marker}-new", os.O_WRONLY | os.O_CREAT, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)  # open, and so held, until the process ends
        os.rename(f"{marker}-new", marker)
    return root


def remove() -> None:
    """Remove the temporary folder of this process, if it has one, because it ends at once."""
    if _root.cache_info().currsize:
        shutil.rmtree(_root(), ignore_errors=True)


def sweep_temporary() -> None:
    """Remove the temporary folders of processes that were killed."""
    if not fcntl:
        return
    for path in Path(tempfile.gettempdir()).glob(f"papi-*/{MARKER}"):
        with suppress(OSError):
            if path.parent.is_symlink() or path.parent.stat().st_uid != os.getuid():
                continue
            handle = os.open(path, os.O_WRONLY | os.O_NOFOLLOW)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path.parent, ignore_errors=True)
            finally:
                os.close(handle)


def require_files(kernels: int) -> None:
    """Raise the limit of open files to what so many kernels at once need.

    Raises
    ------
    EnvironmentFault
        When the system forbids it: a library would end the program without a word.
    """
    if not fcntl:
        return
    import resource  # POSIX

    needed = _FILES + _FILES_OF_KERNEL * kernels
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < needed:
        if hard != resource.RLIM_INFINITY and hard < needed:
            raise exhausted(OSError(errno.EMFILE, ""))
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


_FILES, _FILES_OF_KERNEL = 96, 32
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
#: Half reports and locks of this process.
_OPEN: set[Path] = set()


@contextmanager
def faults(folder: Path) -> Iterator[None]:
    """Turn a fault of disk or permission under `folder` into one that the user can act on."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise EnvironmentFault(
                "The disk of {folder} is full; nothing was published. Free some space and run "
                "the command again.",
                diagnosis="E-OUT",
                folder=str(folder),
            ) from error
        raise EnvironmentFault(
            "Cannot write in {folder} ({reason}); nothing was changed. Choose another folder with "
            "--out or correct its permissions.",
            diagnosis="E-OUT",
            folder=str(folder),
            reason=error.strerror or type(error).__name__,
        ) from error


@contextmanager
def locked(target: Path) -> Iterator[None]:
    """Hold the only right to write `target`; folders made for it go again when left empty."""
    made = [parent for parent in target.parents if not parent.exists()]
    with faults(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(target.parent / f".{target.name}.lock", blocking=False)
        try:
            lock.acquire()
        except Timeout as error:
            raise EnvironmentFault(
                "Another run is writing {folder}; wait for it to end and run the command again.",
                diagnosis="E-OUT",
                folder=str(target),
            ) from error
    _OPEN.add(Path(lock.lock_file))
    try:
        yield
    finally:
        _OPEN.discard(Path(lock.lock_file))
        with suppress(OSError):  # removed while held: whoever waits sees that the file is gone
            os.unlink(lock.lock_file)
        lock.release()
        with suppress(OSError):
            for parent in made:
                parent.rmdir()


def of_report(folder: Path) -> set[str]:
    """The files in a folder that its manifest lists, and the manifest; none without one."""
    try:
        record = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return {*record["files"], "manifest.json"}
    except (OSError, ValueError, KeyError, TypeError):
        return set()


@contextmanager
def staged(target: Path, *, own: Callable[[Path], set[str]] = of_report) -> Iterator[Path]:
    """A folder beside `target` to fill; gone afterwards unless it was published.

    What earlier runs left behind is cleared first. `own` tells which files of `target` may be
    replaced; it is refused with any other. Call it under `locked(target)`.
    """
    with faults(target.parent):
        recover(target)
        _require_replaceable(target, own)
        part = Path(tempfile.mkdtemp(prefix=f".{target.name}.part-", dir=target.parent))
    _OPEN.add(part)
    try:
        with faults(target.parent):
            (part / MARKER).touch()
            folder = part / "report"
            folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(part, ignore_errors=True)
        _OPEN.discard(part)


def _require_replaceable(target: Path, own: Callable[[Path], set[str]]) -> None:
    """Refuse to replace a folder that holds anything but what was published in it."""
    if not target.exists():
        return
    files = [p.relative_to(target).as_posix() for p in target.rglob("*") if not p.is_dir()]
    strange = sorted(set(files) - own(target)) if target.is_dir() else [target.name]
    if strange:
        raise EnvironmentFault(
            "{folder} holds files that this command did not write: {files}. Move them elsewhere, "
            "or choose another folder, and run the command again.",
            diagnosis="E-OUT",
            folder=str(target),
            files=", ".join(strange[:5]),
        )


def recover(target: Path) -> None:
    """Clear what a killed run left: a report moved aside comes back, half reports go."""
    for part in sorted(target.parent.glob(f".{target.name}.part-*")):
        if part.is_symlink() or not (part / MARKER).is_file():
            continue  # not ours
        if (part / "old").exists() and not target.exists():
            (part / "old").rename(target)
        shutil.rmtree(part)


def sweep(out: str | Path) -> None:
    """Clear what killed runs left of any report under `out`; those being made are left alone."""
    for pattern in ("*", "*/*"):
        for marker in Path(out).absolute().glob(f"{pattern}/.*.part-*/{MARKER}"):
            name = marker.parent.name[1:].rpartition(".part-")[0]
            with suppress(EnvironmentFault, OSError):
                target = marker.parents[1] / name
                with locked(target):
                    recover(target)


def abandon() -> None:
    """Remove what is being made, because the process ends at once."""
    for path in tuple(_OPEN):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def publish(folder: Path, target: Path) -> None:
    """Put the finished `folder` in the place of `target` in one step, safe against power loss."""
    with faults(target.parent):
        _sync(folder)
        if not target.exists():
            folder.rename(target)
        elif not _exchange(folder, target):
            target.rename(folder.with_name("old"))
            folder.rename(target)
        _sync_entry(target.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step where the system can (Linux); False where it cannot."""
    if not sys.platform.startswith("linux"):
        return False
    swap = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if swap is None:
        return False
    paths = os.fsencode(one), os.fsencode(other)
    return swap(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], _RENAME_EXCHANGE) == 0


def _sync(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        _sync_entry(path)
    _sync_entry(folder)


def _sync_entry(path: Path) -> None:
    if path.is_dir() and os.name == "nt":  # Windows cannot open a folder
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

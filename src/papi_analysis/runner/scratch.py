"""The folders that the program makes for itself: those of one process, and the user's cache.

Only what the program made is ever deleted: a folder of its own holds a marker, and a temporary one
is cleared by a later run once nobody holds the lock on that marker any more.
"""

from __future__ import annotations

import atexit
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import platformdirs

from papi_analysis.errors import EnvironmentFault

try:
    import fcntl
except ImportError:  # Windows: temporary folders of killed runs are left to the system
    fcntl = None

MARKER = ".papi-analysis"
KEPT = 3  # states of the cache that are kept; the oldest goes when a new one comes
_STATE = re.compile(r"[0-9a-f]{20}")
_ENTRY = re.compile(r"(notebook-)?[0-9a-f]{64}(\.lock|\.part-\d+)?")


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
    sweep()
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


def sweep() -> None:
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


def user_cache() -> Path:
    """The folder in which this user's results are kept."""
    return platformdirs.user_cache_path("papi-analysis", appauthor=False)


@contextmanager
def results(cache: str | Path | None, state: str) -> Iterator[Path]:
    """The folder for results of one state of data, code and libraries (see `manifest.state`).

    It stands under `cache`; without one, it is for this run.

    A folder that cannot be written costs time, not the report: then one for this run is given.

    Raises
    ------
    EnvironmentFault
        When others may write in `cache`: what they put there could reach a report.
    """
    if cache:
        root = Path(cache).absolute()
        kept = root / state
        with suppress(OSError):
            if not root.exists():
                root.mkdir(parents=True, mode=0o700)
            _require_own(root)
            kept.mkdir(exist_ok=True, mode=0o700)
            _require_own(kept)
            (kept / MARKER).touch()
            os.utime(kept)
            _prune(root)
            yield kept
            return
    with folder() as path:
        yield path


def _require_own(path: Path) -> None:
    if os.name != "posix":
        return
    found = path.lstat()
    if stat.S_ISLNK(found.st_mode):
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

"""The folder of results that reports share: one per state of data, code and libraries."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from papi_analysis.runner import manifest

KEPT = 3  # states whose results are kept; the oldest goes when a new one comes


@contextmanager
def opened(cache: str | Path | None, sources: dict[str, str]) -> Iterator[Path]:
    """The folder for results made from `sources`, under `cache` or, without one, for this run.

    A folder that cannot be written costs time, not the report: then one for this run is given.
    """
    if cache:
        folder = Path(cache).absolute() / manifest.state(sources)
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            folder.touch()
            _prune(folder.parent)
            yield folder
            return
    with tempfile.TemporaryDirectory(prefix="papi-", ignore_cleanup_errors=True) as name:
        yield Path(name)


def _prune(cache: Path) -> None:
    states = [p for p in cache.iterdir() if p.is_dir() and len(p.name) == 20]
    for old in sorted(states, key=lambda p: p.stat().st_mtime, reverse=True)[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)

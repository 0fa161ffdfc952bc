"""The one way in which the program writes a file: whole, or not at all."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path


def write(path: str | Path, content: str | bytes, *, mode: int = 0o666, sync: bool = True) -> None:
    """Put text (UTF-8, line ends as they are) or bytes into a file in one step.

    A reader sees the old file or the new one; a fault leaves the old one and nothing beside it.
    Without `sync` a power cut may lose the new one.

    Raises
    ------
    OSError
        When the disk is full or the folder cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(f"{folder}/a.txt", "Trà Vinh")
    ...     os.listdir(folder), Path(folder, "a.txt").read_text(encoding="utf-8")
    (['a.txt'], 'Trà Vinh')
    """
    path = Path(path)
    body = content.encode() if isinstance(content, str) else content
    part = path.with_name(f".{path.name[:60]}.part-{secrets.token_hex(4)}")
    try:
        with open(part, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            file.write(body)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        os.replace(part, path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise

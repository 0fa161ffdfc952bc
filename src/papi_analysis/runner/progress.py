"""Where a run stands: one moving line on a terminal, plain lines in a log, nothing in a library."""

from __future__ import annotations

import sys
import threading
import time
from typing import TextIO

from papi_analysis import i18n

_WIDTH = 78


class Progress:
    """Tells the steps of a run in `lang` on `stream`; a quiet one tells nothing.

    Shared by the threads that run notebooks; messages of one unit carry its name.
    """

    def __init__(self, lang: str = "vi", *, stream: TextIO | None = None, quiet: bool = False):
        self.lang, self.stream, self.quiet = lang, stream or sys.stderr, quiet
        self.terminal = self.stream.isatty()
        self._lock, self._start, self._open = threading.Lock(), time.monotonic(), False

    def step(self, sentence: str, **values: object) -> None:
        """A step that stays on the screen and in the log."""
        self._write(i18n.say(self.lang, sentence, **values), keep=True)

    def tick(self, sentence: str, **values: object) -> None:
        """A small step: on a terminal it overwrites the last one, in a log it is left out."""
        if self.terminal:
            self._write(i18n.say(self.lang, sentence, **values), keep=False)

    def close(self) -> None:
        """Leave the terminal on a fresh line."""
        with self._lock:
            self._clear()

    def _write(self, text: str, *, keep: bool) -> None:
        if self.quiet:
            return
        with self._lock:
            self._clear()
            seconds = time.monotonic() - self._start
            line = f"[{int(seconds // 60):02d}:{int(seconds % 60):02d}] {text}"
            self.stream.write(line + "\n" if keep else line[:_WIDTH])
            self._open = not keep
            self.stream.flush()

    def _clear(self) -> None:
        if self._open:
            self.stream.write("\r\x1b[2K")
            self._open = False


SILENT = Progress(quiet=True)

"""A run as its own process, and what a fault may leave of it."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest
import toys

PROGRAM = [sys.executable, toys.__file__]
MARK = "PAPI_TEST_RUN"


class Run:
    """A started run; every process that it starts carries its mark."""

    def __init__(self, notebooks, out, *options, prefix=(), **environment):
        self.mark = uuid.uuid4().hex
        command = [*prefix, *PROGRAM, "run", "--notebooks", notebooks, "--out", out, *options]
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, MARK: self.mark, **environment},
        )

    def end(self, timeout=60):
        """Status and messages, once it ended."""
        out, err = self.process.communicate(timeout=timeout)
        return self.process.returncode, out, err

    def left(self):
        """The processes of this run that live."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                told = (folder / "environ").read_bytes()
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
                if f"{MARK}={self.mark}".encode() in told and state != "Z":
                    found.append(int(folder.name))
        return found

    def gone(self, within=5.0):
        """Whether no process of it lives any more, soon."""
        until = time.monotonic() + within
        while self.left() and time.monotonic() < until:
            time.sleep(0.05)
        return not self.left()

    def kernels(self, timeout=30):
        """Wait until a kernel of it runs; its processes but for the first two."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            found = [pid for pid in self.left() if _kernel(pid)]
            if found:
                return found
            time.sleep(0.02)
        raise AssertionError("no kernel came up")


def _kernel(pid):
    """A kernel leads a session of its own and is no direct child of the test."""
    with contextlib.suppress(OSError):
        return os.getsid(pid) == pid and len(os.listdir(f"/proc/{pid}/task")) > 3
    return False


def hidden(folder):
    """What a reader does not see: locks and half reports."""
    return sorted(p.name for p in Path(folder).rglob(".*"))


def allowed(*command):
    """Whether this machine lets a test do that."""
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True).returncode == 0


needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are read from /proc")
needs_mounts = pytest.mark.skipif(
    not allowed("unshare", "-rm", "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/mnt"),
    reason="this machine lets no test mount a small disk",
)
needs_network_spaces = pytest.mark.skipif(
    not allowed("unshare", "-rn", "true"), reason="this machine lets no test leave the network"
)

"""Results that many notebooks ask for, computed once: a store keyed by what a result depends on.

Without the environment variable `PAPI_SHARED` every function simply runs. The runner sets it to a
folder that belongs to one state of data, code and libraries; it is safe to delete at any time.
With `PAPI_SHARED_BY_MANY` it also says that all provinces will ask, so that what costs little more
for all of them than for one is computed for all at once.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import inspect
import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from papi_analysis import stamp

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

FOLDER = "PAPI_SHARED"
MANY = "PAPI_SHARED_BY_MANY"
_WAIT = 300  # seconds to wait for another kernel that computes the same result
_SCALARS = (str, int, float, bool, type(None), Path)
Taken = ParamSpec("Taken")
Given = TypeVar("Given")


def many() -> bool:
    """Whether all provinces will ask for the results in the folder."""
    return bool(os.environ.get(FOLDER) and os.environ.get(MANY))


def result(function: Callable[Taken, Given]) -> Callable[Taken, Given]:
    """Let a pure function be computed once for all who ask with equal arguments.

    Arguments may be frames, shapes, plain values, dataclasses and lists, tuples and dictionaries of
    them; results frames or plain values. A call with anything else, or whose result would not be
    read back exactly as it was computed, is computed every time. What it draws carries no stamp:
    the taker sets it (see `stamp`).

    Examples
    --------
    >>> @result
    ... def double(number: int) -> int:
    ...     return 2 * number
    >>> double(21)
    42
    """
    name = f"{function.__module__}.{function.__qualname__}"
    signature = inspect.signature(function)

    @functools.wraps(function)
    def once(*positional: Taken.args, **named: Taken.kwargs) -> Given:
        def compute() -> Given:
            with stamp.for_all():
                return function(*positional, **named)

        folder = os.environ.get(FOLDER)
        if not folder:
            return compute()
        bound = signature.bind(*positional, **named)
        bound.apply_defaults()
        key = hashlib.sha256(name.encode())
        try:
            _feed(key, bound.arguments)
        except TypeError:
            return compute()
        return _stored(Path(folder) / key.hexdigest(), compute)

    return once


def _stored(path: Path, compute: Callable[[], Given]) -> Given:
    """The result in `path`, computed and put there when it is not, or not any more, sound."""
    from filelock import FileLock, Timeout

    found = _read(path)
    if found is not None:
        return found[0]
    lock = FileLock(path.with_suffix(".lock"))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=_WAIT)
    except (OSError, Timeout):
        return compute()
    try:
        found = _read(path)
        if found is not None:
            return found[0]
        value = compute()
        _write(path, value)
        return value
    finally:
        lock.release()


def _feed(key: hashlib._Hash, value: object) -> None:
    """Feed everything that makes a value what it is."""
    if isinstance(value, _SCALARS):
        key.update(f"{type(value).__name__}:{value!r};".encode())
    elif isinstance(value, (list, tuple)):
        key.update(f"{type(value).__name__}{len(value)}(".encode())
        for item in value:
            _feed(key, item)
    elif isinstance(value, dict):
        _feed(key, [item for pair in value.items() for item in pair])
    elif dataclasses.is_dataclass(value):
        _feed(key, {f.name: getattr(value, f.name) for f in dataclasses.fields(value)})
    elif hasattr(value, "dtypes") and hasattr(value, "index"):
        _feed_frame(key, value)
    elif hasattr(value, "geom_type") and hasattr(value, "wkb"):
        key.update(b"shape" + value.wkb)
    else:
        raise TypeError(type(value).__name__)


def _feed_frame(key: hashlib._Hash, frame: pd.DataFrame | pd.Series) -> None:
    import pandas as pd
    import pyarrow as pa

    table = frame.to_frame() if isinstance(frame, pd.Series) else frame
    if hasattr(table, "to_wkb"):
        table = table.to_wkb()
    kinds = [f"{name!r} {kind}" for name, kind in table.dtypes.items()]
    key.update(f"{type(frame).__name__} {len(table)} {kinds} {table.index.names}".encode())
    try:
        key.update(_in_arrow(table))
    except (pa.ArrowException, TypeError, ValueError):  # several kinds in a column, a name twice
        key.update(pd.util.hash_pandas_object(table, index=True).to_numpy().tobytes())


def _in_arrow(table: pd.DataFrame) -> pa.Buffer:
    """Values, types and index of a table as Arrow sends them: quick to make and to read."""
    import pandas as pd
    import pyarrow as pa

    bare = pd.DataFrame(table, copy=False)
    bare.attrs = {}  # said of a table, not in it
    held = pa.Table.from_pandas(bare, nthreads=1).combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, held.schema) as stream:
        stream.write_table(held)
    return sink.getvalue()


def _encoded(value: object) -> bytes | None:
    """A result as bytes; None where it would not come back as it is."""
    if isinstance(value, (list, dict, *_SCALARS)) and not isinstance(value, Path):
        with suppress(TypeError, ValueError):
            text = json.dumps(value)
            if repr(json.loads(text)) == repr(value):
                return b"json\n" + text.encode()
        return None
    if type(value).__name__ != "DataFrame" or value.attrs:
        return None
    from pandas.api.types import is_object_dtype

    with suppress(Exception):  # what Arrow cannot hold is not stored
        loose = [name for name, kind in value.dtypes.items() if is_object_dtype(kind)]
        tuples = [name for name in loose if value[name].map(type).eq(tuple).all()]
        head = f"frame {json.dumps(tuples)}\n".encode()
        content = _in_arrow(value).to_pybytes()
        back = _frame(content, tuples)
        return head + content if _same(back, value) else None
    return None


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two frames have the same values, types and names."""
    named = one.index.identical(other.index) and one.columns.identical(other.columns)
    return named and one.dtypes.equals(other.dtypes) and one.equals(other)


def _frame(content: bytes, tuples: list[str]) -> pd.DataFrame:
    """A stored frame; Arrow gives tuples back as arrays."""
    import pyarrow as pa

    frame = pa.ipc.open_stream(content).read_pandas(use_threads=False)
    return frame.assign(**{name: frame[name].map(tuple).astype(object) for name in tuples})


def _write(path: Path, value: object) -> None:
    body = _encoded(value)
    if body is None:
        return
    seal(path, body)


def _read(path: Path) -> tuple[object] | None:
    """The stored result in a tuple of one; None where there is none or it was damaged."""
    body = unsealed(path)
    if body is None:
        return None
    head, _, content = body.partition(b"\n")
    kind, _, tuples = head.partition(b" ")
    return (json.loads(content) if kind == b"json" else _frame(content, json.loads(tuples)),)


def seal(path: Path, body: bytes) -> None:
    """Write bytes behind their seal, whole or not at all; a full disk costs time, not a report."""
    part = path.with_suffix(f".part-{os.getpid()}")
    with suppress(OSError):
        part.write_bytes(_seal(path, body) + body)
        part.replace(path)


def unsealed(path: Path) -> bytes | None:
    """The bytes that were sealed in a file; None where there is none, damaged or of other name."""
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    digest, body = raw[:32], raw[32:]
    return body if _seal(path, body) == digest else None


def _seal(path: Path, body: bytes) -> bytes:
    """The hash of bytes and of the name they are kept under: moved to another, they are broken."""
    digest = hashlib.sha256(f"{path.name}\n".encode())
    digest.update(body)
    return digest.digest()

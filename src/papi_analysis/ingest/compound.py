"""The streams of a compound file (OLE), the container of workbooks of Excel 97-2003."""

from __future__ import annotations

import struct

END, FREE = 0xFFFFFFFE, 0xFFFFFFFF
_SMALL = 4096  # bytes below which a stream lies in the small sectors
_ENTRY = 128  # bytes of an entry of the directory
_STREAM, _ROOT = 2, 5


def streams(raw: bytes) -> dict[str, bytes]:
    """The content of every stream by its name.

    Raises
    ------
    ValueError
        When the file is damaged or cut off: a chain of sectors that leaves the file or turns back.
    """
    try:
        return _streams(raw)
    except (struct.error, IndexError) as error:
        raise ValueError("a table of sectors is damaged") from error


def _streams(raw: bytes) -> dict[str, bytes]:
    shifts = struct.unpack_from("<HH", raw, 30)
    if shifts not in ((9, 6), (12, 6)):
        raise ValueError("its sectors have no possible size")
    size, small = (1 << shift for shift in shifts)
    first_directory, first_mini = (struct.unpack_from("<I", raw, at)[0] for at in (48, 60))
    fat = _table(b"".join(_sector(raw, n, size) for n in _fat_sectors(raw, size)))
    directory = _chain(raw, first_directory, fat, size)
    minis = _table(_chain(raw, first_mini, fat, size)) if first_mini != END else []
    entries = [_entry(directory, at) for at in range(0, len(directory) - _ENTRY + 1, _ENTRY)]
    root = next((start for _, kind, start, _ in entries if kind == _ROOT), END)
    container = _chain(raw, root, fat, size) if root != END else b""
    found = {}
    for name, kind, start, length in entries:
        if kind == _STREAM and length < _SMALL:
            found[name] = _chain(container, start, minis, small, base=0)[:length]
        elif kind == _STREAM:
            found[name] = _chain(raw, start, fat, size)[:length]
    return found


def _fat_sectors(raw: bytes, size: int) -> list[int]:
    """The sectors that hold the table of sectors: 109 in the header, the rest in a chain."""
    numbers = list(struct.unpack_from("<109I", raw, 76))
    following = struct.unpack_from("<I", raw, 68)[0]
    seen: set[int] = set()
    while following not in (END, FREE):
        if following in seen:
            raise ValueError("a chain of sectors turns back")
        seen.add(following)
        *more, following = _table(_sector(raw, following, size))
        numbers += more
    return [number for number in numbers if number not in (FREE, END)]


def _table(raw: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4]))


def _sector(raw: bytes, number: int, size: int, base: int = 1) -> bytes:
    at = (number + base) * size
    if number > len(raw) // size or at >= len(raw):
        raise ValueError("a chain of sectors leaves the file")
    return raw[at : at + size]


def _chain(raw: bytes, start: int, table: list[int], size: int, base: int = 1) -> bytes:
    parts, seen = [], set()
    while start not in (END, FREE):
        if start in seen:
            raise ValueError("a chain of sectors turns back")
        seen.add(start)
        parts.append(_sector(raw, start, size, base))
        start = table[start]
    return b"".join(parts)


def _entry(directory: bytes, at: int) -> tuple[str, int, int, int]:
    """Name, kind, first sector and length of an entry."""
    raw = directory[at : at + _ENTRY]
    length = min(struct.unpack_from("<H", raw, 64)[0], 64)
    name = raw[: max(length - 2, 0)].decode("utf-16-le", errors="replace")
    start, size = struct.unpack_from("<II", raw, 116)
    return name, raw[66], start, size

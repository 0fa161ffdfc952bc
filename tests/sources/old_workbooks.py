"""A writer of workbooks of Excel 97-2003, as far as the tests need one."""

import struct

END, FREE = 0xFFFFFFFE, 0xFFFFFFFF
DATE, PERCENT = 1, 2  # styles


def compound(streams):
    """A compound file (OLE) with sectors of 512 bytes; each stream is filled to 4096 or more."""
    size, end, free, fat_mark = 512, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    body, chains, starts = b"", [], {}
    for name, content in streams.items():
        content = content.ljust(max(4096, -(-len(content) // size) * size), b"\0")
        first = 2 + len(body) // size
        count = len(content) // size
        starts[name] = (first, len(content))
        chains += [*range(first + 1, first + count), end]
        body += content
    fat = struct.pack(f"<{2 + len(chains)}I", fat_mark, end, *chains).ljust(size, b"\xff")
    entries = [_entry("Root Entry", 5, end, 0, child=1)]
    entries += [
        _entry(name, 2, *starts[name], right=n + 2 if n + 1 < len(streams) else free)
        for n, name in enumerate(streams)
    ]
    directory = b"".join(entries).ljust(size, b"\0")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", 0, *[free] * 108)
    return header + fat + directory + body


def _entry(name, kind, start, length, *, child=0xFFFFFFFF, right=0xFFFFFFFF):
    raw = name.encode("utf-16-le") + b"\0\0"
    entry = raw.ljust(64, b"\0") + struct.pack(
        "<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, right, child
    )
    return entry + bytes(36) + struct.pack("<IQ", start, length)


def record(kind, data):
    """A record, continued where it is longer than one may be."""
    blocks = [data[at : at + 8224] for at in range(0, len(data), 8224)] or [b""]
    first, *rest = blocks
    out = struct.pack("<HH", kind, len(first)) + first
    return out + b"".join(struct.pack("<HH", 0x3C, len(block)) + block for block in rest)


def book(sheets, *, locked=False, hidden=(), hidden_rows=(), extra=b""):
    """A workbook whose sheets hold the cells of grids: numbers, texts and None.

    `extra` are records put before the end of each sheet.
    """
    strings = sorted({v for grid in sheets.values() for row in grid for v in row
                      if isinstance(v, str)})  # fmt: skip
    number = {text: n for n, text in enumerate(strings)}
    bodies = [sheet(grid, number, hidden_rows, extra) for grid in sheets.values()]
    start = record(0x809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    start += record(0x2F, bytes(54)) if locked else b""
    start += record(0x22, b"\0\0")
    start += record(0x41E, struct.pack("<H", 164) + unicode("0.0%", 2))
    start += b"".join(
        record(0xE0, struct.pack("<HH", 0, form) + bytes(16)) for form in (0, 14, 164)
    )
    table = shared(strings)
    names = [unicode(name, 1) for name in sheets]
    length = len(start) + len(table) + 4 + sum(4 + 6 + len(name) for name in names)
    listed = b""
    for n, (title, name) in enumerate(zip(sheets, names, strict=True)):
        at = length + sum(map(len, bodies[:n]))
        listed += record(0x85, struct.pack("<IBB", at, title in hidden, 0) + name)
    stream = start + listed + table + record(0x0A, b"") + b"".join(bodies)
    return compound({"Workbook": stream})


def unicode(text, width):
    """A text with its length in one or two bytes."""
    raw = text.encode("utf-16-le")
    return (len(raw) // 2).to_bytes(width, "little") + b"\1" + raw


def shared(strings):
    """The table of texts; one that does not fit goes on in the next record with its own mark."""
    blocks, block = [], struct.pack("<II", len(strings), len(strings))
    for text in strings:
        if len(block) > 8000:
            blocks.append(block)
            block = b""
        raw = text.encode("utf-16-le")
        block += struct.pack("<HB", len(raw) // 2, 1)
        if len(block) + len(raw) > 8224 and raw:
            room = (8224 - len(block)) // 2 * 2
            blocks.append(block + raw[:room])
            block, raw = b"\1", raw[room:]
        block += raw
    kinds = [0xFC, *[0x3C] * len(blocks)]
    return b"".join(struct.pack("<HH", kind, len(b)) + b
                    for kind, b in zip(kinds, [*blocks, block], strict=True))  # fmt: skip


def sheet(grid, number, hidden_rows=(), extra=b""):
    """The records of one sheet."""
    out = record(0x809, struct.pack("<HHHHII", 0x0600, 16, 0, 0, 0, 0))
    for r, row in enumerate(grid):
        if r in hidden_rows:
            out += record(0x208, struct.pack("<HHHHHHI", r, 0, 0, 0, 0, 0, 0x20))
        for c, value in enumerate(row):
            if isinstance(value, str):
                out += record(0xFD, struct.pack("<HHHI", r, c, 0, number[value]))
            elif isinstance(value, int):
                out += record(0x27E, struct.pack("<HHHi", r, c, 0, value << 2 | 2))
            elif value is not None:
                out += record(0x203, struct.pack("<HHHd", r, c, 0, value))
    return out + extra + record(0x0A, b"")

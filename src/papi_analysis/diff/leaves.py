"""Findings as single values, each under a path that does not depend on the order of a list.

`priorities[poverty_lists].headroom` is the headroom of that criterion wherever it stands; its
place in the order is a value of its own, `priorities[poverty_lists].place`.
"""

from __future__ import annotations

from collections.abc import Iterator

#: Fields that name the rows of a list; the first set that all rows have, each once, is taken.
KEYS = (
    ("a", "b"),
    ("level", "code", "year"),
    ("level", "code"),
    ("code", "line"),
    ("year", "index", "province"),
    ("year", "index"),
    ("code",),
    ("province",),
    ("dimension",),
    ("section",),
)
#: Lists whose order says something.
ORDERED = ("priorities",)
#: Parts that are no findings about the province: the form, who and when, what it was made from,
#: other provinces, and words made from the values.
NOT_VALUES = (
    "schema", "province", "year", "seed", "files", "country", "region_dimensions", "sentences",
)  # fmt: skip


def leaves(found: dict) -> dict[str, object]:
    """Every value of the findings by its path; absent values have none.

    >>> leaves({"priorities": [{"code": "a", "tier": "A"}]})
    {'priorities[a].place': 1, 'priorities[a].tier': 'A'}
    """
    values: dict[str, object] = {}
    for name, part in found.items():
        if name not in NOT_VALUES:
            values.update(_walk(name, part))
    return values


def _walk(path: str, part: object) -> Iterator[tuple[str, object]]:
    if isinstance(part, dict):
        for key, value in part.items():
            yield from _walk(f"{path}.{key}", value)
    elif isinstance(part, list) and part and all(isinstance(row, dict) for row in part):
        yield from _rows(path, part)
    elif isinstance(part, list) and all(isinstance(item, (int, float)) for item in part):
        for place, item in enumerate(part, start=1):
            yield f"{path}[{place}]", item
    elif isinstance(part, list):
        yield path, "; ".join(map(str, part))
    else:
        yield path, part


def _rows(path: str, rows: list[dict]) -> Iterator[tuple[str, object]]:
    fields = next((fields for fields in KEYS if _names(rows, fields)), ())
    for place, row in enumerate(rows, start=1):
        name = ",".join(str(row[field]) for field in fields) or str(place)
        if path in ORDERED:
            yield f"{path}[{name}].place", place
        for key, value in row.items():
            if key not in fields:
                yield from _walk(f"{path}[{name}].{key}", value)


def _names(rows: list[dict], fields: tuple[str, ...]) -> bool:
    """Whether these fields name every row, each once."""
    if not all(field in row for row in rows for field in fields):
        return False
    return len({tuple(row[field] for field in fields) for row in rows}) == len(rows)


def section(path: str) -> str:
    """The part of the findings that a path begins with: `priorities`.

    >>> section("priorities[a].tier"), section("position.rank")
    ('priorities', 'position')
    """
    return path.partition(".")[0].partition("[")[0]


def name(path: str) -> str:
    """The row of a list that a path names, "" where it names none.

    >>> name("priorities[poverty_lists].tier"), name("position.rank_band_90[1]")
    ('poverty_lists', '')
    """
    row, bracket, _ = path.partition("[")[2].partition("].")
    return row if bracket else ""


def field(path: str) -> str:
    """The last field of a path.

    >>> field("priorities[a].no_action"), field("position.rank_band_90[1]")
    ('no_action', 'rank_band_90[1]')
    """
    return path.rpartition(".")[2]

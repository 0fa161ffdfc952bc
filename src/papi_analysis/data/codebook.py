"""What the index is made of: dimensions, sub-dimensions, scales, compositions, comparable years.

Every fact here is a row of `data/papi/*.csv`; nothing about a single year is written in code.
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from papi_analysis.errors import DataError, ParameterError, SourceError
from papi_analysis.i18n import mark
from papi_analysis.settings import data_folder

__all__ = [
    "breaks",
    "comparability",
    "dimensions",
    "group_sizes",
    "index_versions",
    "links",
    "names",
    "require_comparable",
    "strengths",
    "subdimensions",
    "years",
]


def __dir__() -> list[str]:
    return __all__


#: Marks of `regimes.csv` under which a score may be set beside that of the year before.
COMPARABLE = ("yes", "probably")
#: Marks under which it may be set beside it only after a change of scale is taken out.
RESCALED = ("rescaled", "doubtful_rescaled")

#: Why a score may not be set beside that of an earlier year.
BREAKS = {
    "new": mark("it was not in the index of the earlier year"),
    "composition": mark("it is made of other questions"),
    "scale": mark("its scale changed"),
    "doubtful": mark("provinces moved together in a way that points to a change of method"),
    "parts": mark("a part of it is new, gone or changed"),
    "dimensions": mark("the index has other dimensions"),
}
#: How sure it is that a score may not be set beside that of the year before: the publisher says so,
#: it is found in the panel with high confidence, or it is only doubtful.
STRENGTHS = ("stated", "found", "doubtful")
#: The four groups of provinces by total, highest first.
GROUPS = ("top", "upper_middle", "lower_middle", "lowest")

_TEXT = {"code": str, "dimension": str, "composition": "int64", "year": "int64"}


def read_table(path: Path, *, dtype: dict | type | None = None) -> pd.DataFrame:
    """One of the project's own CSV tables, or a `SourceError` that names it."""
    try:
        state = path.stat()
        kinds = tuple(dtype.items()) if isinstance(dtype, dict) else dtype
        return _table(path, kinds, state.st_mtime_ns, state.st_size).copy()
    except FileNotFoundError as error:
        raise SourceError(
            "The table {file} is missing. Restore it with: git checkout -- data",
            file=path.name,
        ) from error
    except (pd.errors.ParserError, UnicodeDecodeError, ValueError) as error:
        raise SourceError(
            "The table {file} cannot be read ({reason}). Restore it with: git checkout -- data",
            file=path.name,
            reason=str(error).strip().splitlines()[0],
        ) from error


@lru_cache(maxsize=64)
def _table(path: Path, kinds: tuple | type | None, *state: int) -> pd.DataFrame:
    """A table as it lies on the disk: a back-test asks for the small ones thousands of times."""
    dtype = dict(kinds) if isinstance(kinds, tuple) else kinds
    return pd.read_csv(path, dtype=dtype, keep_default_na=True, encoding="utf-8")


def dimensions(data: str | Path | None = None) -> pd.DataFrame:
    """The eight dimensions: dimension ("1".."8"), name_en, name_vi, year_from."""
    return read_table(data_folder(data) / "papi" / "dimensions.csv", dtype={"dimension": str})


def subdimensions(data: str | Path | None = None, *, year: int | None = None) -> pd.DataFrame:
    """The sub-dimensions: dimension, code, name_en, name_vi, year_from, year_to.

    With `year`, only those of that year's index, in the order of the codebook.
    """
    table = read_table(data_folder(data) / "papi" / "subdimensions.csv", dtype={"dimension": str})
    if year is None:
        return table
    here = index_versions(data).loc[lambda t: t["year"].eq(year), "subdimension"]
    return table[table["code"].isin(here)].reset_index(drop=True)


def index_versions(data: str | Path | None = None) -> pd.DataFrame:
    """One row per sub-dimension and year of the index.

    Columns: year, dimension, subdimension, scale_min, scale_max (points), composition (number),
    comparable (with the year before), sample_block, confidence_scale, confidence_comparability,
    evidence, official_statement.
    """
    table = read_table(data_folder(data) / "papi" / "regimes.csv", dtype=_TEXT)
    return table.rename(columns={"code": "subdimension"})


def group_sizes(data: str | Path | None = None) -> pd.DataFrame:
    """The published sizes of the four groups of provinces, by year.

    Returns
    -------
    DataFrame
        year, n_scored (provinces with a total), top, upper_middle, lower_middle, lowest (Int64;
        a single size that was not printed is what the other three leave of `n_scored`, and more
        than one stay absent), source_url.
    """
    path = data_folder(data) / "context" / "quartile_group_sizes.csv"
    table = read_table(path, dtype=dict.fromkeys(["n_scored", *GROUPS], "Int64"))
    sizes = table[list(GROUPS)]
    missing = table["n_scored"] - sizes.sum(axis=1)
    one = sizes.isna().sum(axis=1).eq(1)
    filled = {name: sizes[name].mask(sizes[name].isna() & one, missing) for name in GROUPS}
    return table.assign(**filled)[["year", "n_scored", *GROUPS, "source_url"]]


def names(lang: str, data: str | Path | None = None) -> dict[str, str]:
    """Names by code of all dimensions and sub-dimensions in `lang` ("vi" or "en")."""
    column = f"name_{lang}"
    dims = dimensions(data).set_index("dimension")[column]
    subs = subdimensions(data).set_index("code")[column]
    return {**dims.to_dict(), **subs.to_dict()}


def years(data: str | Path | None = None) -> list[int]:
    """The years for which a regime is known, oldest first."""
    return sorted(index_versions(data)["year"].unique().tolist())


def links(table: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """How each sub-dimension of `end` stands to its own score of `start`.

    Parameters
    ----------
    table : DataFrame
        The regimes (see `index_versions`).
    start, end : int
        Years, start < end.

    Returns
    -------
    DataFrame
        subdimension, dimension, comparable (bool: same composition and scale, every yearly mark
        between them in `COMPARABLE`), same_composition, same_scale, same_block (bool), marks (the
        yearly marks after `start`, oldest first, joined by ";"; "first" where it is new).

    Raises
    ------
    ParameterError
        When `start` is not before `end`, or `end` is a year without a regime.
    """
    return pd.DataFrame(_links(_held(table), start, end), columns=_Link._fields)


class _Link(NamedTuple):
    """A row of `links`."""

    subdimension: str
    dimension: str
    comparable: bool
    same_composition: bool
    same_scale: bool
    same_block: bool
    marks: str


def _held(table: pd.DataFrame) -> dict[int, dict[str, Any]]:
    """The regimes by year and sub-dimension."""
    held: dict[int, dict[str, Any]] = defaultdict(dict)
    for row in table.itertuples(index=False):
        held[row.year][row.subdimension] = row
    return held


def _links(held: dict[int, dict[str, Any]], start: int, end: int) -> list[_Link]:
    """See `links`."""
    if not start < end:
        raise ParameterError("Year {start} is not before year {end}.", start=start, end=end)
    if end not in held:
        raise ParameterError(
            "The index of {year} is not described; data/papi/regimes.csv has {first} to {last}.",
            year=end,
            first=min(held),
            last=max(held),
        )
    between = [held[year] for year in sorted(held) if start < year <= end]
    found = []
    for code, last in held[end].items():
        first = held[start].get(code)
        composition = first is not None and first.composition == last.composition
        scale = first is not None and abs(first.scale_max - last.scale_max) < 1e-6
        block = first is not None and first.sample_block == last.sample_block
        marks = [year[code].comparable for year in between if code in year]
        sound = composition and scale and all(mark in COMPARABLE for mark in marks)
        facts = (last.dimension, sound, composition, scale, block, ";".join(marks))
        found.append(_Link(code, *facts))
    return found


def comparability(table: pd.DataFrame, start: int, end: int) -> pd.DataFrame:
    """Whether the scores of `end` may be set beside those of `start`, at every level.

    A dimension may when all its sub-dimensions may and none came or went; the total when all
    dimensions may. A sub-dimension whose comparison is only doubtful breaks neither.

    Returns
    -------
    DataFrame
        level, code, comparable (bool), reason (key of `BREAKS`, "" where comparable).

    Raises
    ------
    ParameterError
        As `links`.
    """
    rows = _comparability(_held(table), start, end)
    return pd.DataFrame(rows, columns=["level", "code", "comparable", "reason"])


def breaks(table: pd.DataFrame) -> pd.DataFrame:
    """As `comparability`, for every year but the first beside the year before it.

    Returns
    -------
    DataFrame
        year, level, code, comparable (bool), reason (key of `BREAKS`, "" where comparable).
    """
    held = _held(table)
    rows = [
        (end, *row)
        for start, end in pairwise(sorted(held))
        for row in _comparability(held, start, end)
    ]
    return pd.DataFrame(rows, columns=["year", "level", "code", "comparable", "reason"])


def _comparability(held: dict[int, dict[str, Any]], start: int, end: int) -> list[tuple]:
    """See `comparability`."""
    links = _links(held, start, end)
    before: dict[str, set[str]] = defaultdict(set)
    now: dict[str, set[str]] = defaultdict(set)
    for dimensions, year in ((before, start), (now, end)):
        for code, row in held[year].items():
            dimensions[row.dimension].add(code)
    # a doubt is a footnote at its criterion; it breaks no sum
    broken = {link.dimension for link in links if _reason(link) not in ("", "doubtful")}
    broken |= {name for name, parts in now.items() if parts != before.get(name)}
    why = "dimensions" if before.keys() != now.keys() else "parts" if broken else ""
    reasons = [("subdimension", link.subdimension, _reason(link)) for link in links]
    for name in sorted(now):
        changed = "parts" if name in before else "new"
        reasons.append(("dimension", name, changed if name in broken else ""))
    reasons.append(("total", "total", why))
    return [(level, code, not reason, reason) for level, code, reason in reasons]


def strengths(table: pd.DataFrame, year: int) -> dict[str, str]:
    """How sure each break of a sub-dimension with the year before is, by code (`STRENGTHS`).

    Sub-dimensions that are new or may be compared are left out.
    """
    rows = table[table["year"].eq(year) & ~table["comparable"].isin((*COMPARABLE, "first"))]
    stated = rows["official_statement"].fillna("").ne("")
    sure = rows["confidence_comparability"].eq("high")
    found = np.select([stated, sure], STRENGTHS[:2], STRENGTHS[2])
    return dict(zip(rows["subdimension"], found.tolist(), strict=True))


def _reason(link: _Link) -> str:
    """Why a sub-dimension cannot be compared, "" where it can."""
    if link.comparable:
        return ""
    if link.marks.startswith("first"):
        return "new"
    if not link.same_composition:
        return "composition"
    return "doubtful" if link.same_scale else "scale"


def require_comparable(table: pd.DataFrame, subdimension: str, start: int, end: int) -> None:
    """Raise `DataError` when a sub-dimension cannot be followed from `start` to `end`."""
    row = links(table, start, end).set_index("subdimension")
    if subdimension not in row.index:
        raise DataError("{code} is not in the index of {year}.", code=subdimension, year=end)
    if row.loc[subdimension, "comparable"]:
        return
    own = table[table["subdimension"] == subdimension].sort_values("year")
    broken = own[own["year"].between(start + 1, end) & ~own["comparable"].isin(COMPARABLE)]
    since = int(broken["year"].max()) if len(broken) else int(own["year"].min())
    raise DataError(
        "{code} of {end} cannot be compared with {start}: its series breaks in {since}. "
        "Compare the years {since} to {end} among themselves.",
        code=subdimension,
        start=start,
        end=end,
        since=since,
    )

"""A table of provinces by scores: its rows, every number with its place, and what is odd in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pandas as pd

from papi_analysis.errors import Issue
from papi_analysis.ingest import cells, matching, years
from papi_analysis.ingest.cells import Cell, Sheet, letters
from papi_analysis.ingest.header import PROVINCES, SCORES, Header, at, below_names, spoken_of
from papi_analysis.ingest.issues import Phrase, finding, refusal
from papi_analysis.ingest.matching import Label, Provinces
from papi_analysis.ingest.reference import Codebook

# --- what a file holds ----------------------------------------------------------------------------

#: Columns of a table of values; `state` is "", "missing" or "error".
PLACE = ["file", "sheet", "row", "column", "cell", "row_name", "column_name"]
VALUES = [*PLACE, "year", "province", "level", "dimension", "code", "score", "found", "state"]
#: Columns of labels that are no part of the index: indicators, or something new.
OTHERS = [*PLACE, "year", "province", "label", "label_en", "dimension", "after", "scale",
          "value"]  # fmt: skip
#: Columns of the statistics of totals (see `matching.STATISTICS`).
STATISTICS = [*PLACE, "year", "province", "statistic", "value"]
#: Columns of the account of rows; `reason` is "" for a used one.
ROWS = ["sheet", "row", "reason"]
_TABLE = ["sheet", "year", "province"]


def frame(records: Iterable[tuple], columns: list[str]) -> pd.DataFrame:
    """A table of records; one without records keeps its columns."""
    records = list(records)
    if records:
        return pd.DataFrame(records, columns=columns)
    return pd.DataFrame({name: pd.Series(dtype=object) for name in columns})


@dataclass(frozen=True)
class Reading:
    """The tidy result of reading a file, exactly as it stands there.

    values : file, sheet, row, column, cell, row_name, column_name (its place), year, province,
        level, dimension, code, score (points), found (text of the cell), state.
    others : the place, year, province, label, label_en, dimension and after (the code read before
        it), scale and value of labels that are no part of the index.
    statistics : the place, year, province, statistic and value.
    rows : sheet, row, reason (why it was ignored; "" where it was used).
    """

    layout: str
    values: pd.DataFrame = field(default_factory=lambda: frame([], VALUES))
    others: pd.DataFrame = field(default_factory=lambda: frame([], OTHERS))
    statistics: pd.DataFrame = field(default_factory=lambda: frame([], STATISTICS))
    rows: pd.DataFrame = field(default_factory=lambda: frame([], ROWS))
    findings: tuple[Issue, ...] = ()


def joined(layout: str, readings: list[Reading], findings: Iterable[Issue] = ()) -> Reading:
    """The readings of several sheets as one; `findings` of the whole file come first."""
    tables = {}
    for name in ("values", "others", "statistics", "rows"):
        parts = [getattr(reading, name) for reading in readings]
        filled = [part for part in parts if len(part)] or parts[:1]
        if filled:
            tables[name] = pd.concat(filled, ignore_index=True)
    told = (*findings, *(one for reading in readings for one in reading.findings))
    return Reading(layout, **tables, findings=told)


def accounted(sheet: Sheet, used: Iterable[int], ignored: dict[int, Phrase]) -> pd.DataFrame:
    """The account of the rows of a sheet: each one used, or ignored for a reason."""
    rows = [(sheet.name, row, "") for row in used]
    rows += [(sheet.name, row, reason) for row, reason in ignored.items()]
    return frame(sorted(rows, key=lambda row: row[1]), ROWS)


def unused(layout: str, sheet: Sheet, reason: Phrase, findings: Iterable[Issue] = ()) -> Reading:
    """The account of a sheet of which nothing is read."""
    rows = accounted(sheet, [], dict.fromkeys(sheet.rows, reason))
    return Reading(layout, rows=rows, findings=tuple(findings))


def dimensions_missing(values: pd.DataFrame) -> pd.DataFrame:
    """The values with whole dimensions of zeros or blanks marked as missing.

    The yearly tables since 2018 write a dimension that is not published as 0, with its
    sub-dimensions; any other zero stays, to be refused.
    """
    blank = values["score"].eq(0) | values["state"].eq("missing")
    whole = blank.groupby([values[key] for key in [*_TABLE, "dimension"]]).transform("all")
    return _marked(values, whole & values["level"].ne("total"))


def totals_missing(values: pd.DataFrame) -> pd.DataFrame:
    """The values with totals marked as missing where a dimension is missing.

    A total is a formula in many tables: over blank cells it gives 0, over some of them a sum of
    the others, which is no total.
    """
    if not len(values):
        return values
    lost = values["state"].eq("missing") & values["level"].ne("total")
    partly = lost.groupby([values[key] for key in _TABLE]).transform("any")
    return _marked(values, partly & values["level"].eq("total"))


def _marked(values: pd.DataFrame, where: pd.Series) -> pd.DataFrame:
    return values.assign(
        state=values["state"].mask(where, "missing"), score=values["score"].mask(where)
    )


# --- the rows of a table: which province each one is, and which are no province -------------------

MAX_UNKNOWN = 200  # rows without a known province, from which on reading further tells nothing
#: The code that the consolidated tables give to their summary rows; nothing is said of those.
OFFICIAL_SUMMARY = "999"

HEADER, TITLE = Phrase("column names"), Phrase("above the table")
SUMMARY, NOTE, STRAY = Phrase("summary"), Phrase("text"), Phrase("outside the table")
UNKNOWN = Phrase("no known province")
FORMER = Phrase("{found} is no province since {since}: it is a part of {unit}")
DIFFERING = Phrase(
    "the table gives {count} former provinces scores of their own, and since {since} there are "
    "{n} provinces"
)


class Line(NamedTuple):
    """A row of a province: its number, the code and the name as written.

    `part` is the code of the former province that the row is called after, "" for none.
    """

    row: int
    province: str
    name: str
    part: str = ""


class Lines(NamedTuple):
    """The rows of provinces, the reason for which each other row is ignored, and findings."""

    provinces: list[Line]
    ignored: dict[int, Phrase]
    findings: list[Issue]


class Names(NamedTuple):
    """What the names of a row mean: the provinces of its year (`now`), or those before them."""

    year: int | None
    known: Provinces
    now: Provinces
    since: object

    def facts(self) -> dict[str, object]:
        """The values that sentences about names need."""
        return {"n": len(self.now.names), "year": self.year or "–", "since": self.since}


Naming = Callable[[int], Names]


def naming(sheet: Sheet, header: Header, book: Codebook, year: int | None) -> Naming:
    """The names of each row, by its year: that of the sheet, or the one in its own column."""
    rows = {row: years.of_row(sheet, header, row, year)[0] for row in sheet.rows
            if row > header.rows[-1]}  # fmt: skip
    found: dict[int, Names] = {}

    def names_of(row: int) -> Names:
        own = rows.get(row, year)
        division = book.division(own)
        if division not in found:
            below = {
                c: {r: cell for r, cell in column.items() if book.division(rows[r]) == division}
                for c, column in below_names(sheet, header, header.of(*PROVINCES)).items()
            }
            now = book.known(own)
            found[division] = Names(own, spoken_of(below, now), now, book.since(own))
        return found[division]

    return names_of


def lines(sheet: Sheet, header: Header, book: Codebook, names_of: Naming) -> Lines:
    """Tell the rows of provinces from all others."""
    provinces: list[Line] = []
    ignored: dict[int, Phrase] = {row: TITLE for row in sheet.rows if row < header.rows[0]}
    ignored |= dict.fromkeys([*header.rows, header.scale or header.rows[0]], HEADER)
    findings: list[Issue] = []
    unknown = 0
    for row in sorted(sheet.rows):
        if row in ignored or row < header.rows[0]:
            continue
        line, reason, said = _line(sheet, header, book, row, names_of(row))
        findings += said
        if line:
            provinces.append(line)
        else:
            ignored[row] = reason
            unknown += reason is UNKNOWN
        if unknown > MAX_UNKNOWN:
            raise refusal(*findings)
    return Lines(provinces, ignored, findings)


def _line(
    sheet: Sheet, header: Header, book: Codebook, row: int, names: Names
) -> tuple[Line | None, Phrase, list[Issue]]:
    own = sheet.rows[row]
    identity = {kind: own[c] for kind in ("id", "name", "name_en") for c in header.of(kind)[:1]
                if c in own}  # fmt: skip
    first = next(iter(own.values()))
    shown = identity.get("name") or identity.get("name_en") or identity.get("id") or first
    if not set(own) & set(header.columns):
        return None, STRAY, [finding("W-STRAY-CELL", found=first.text, **at(sheet, first))]
    named = [cell for cell in identity.values() if not matching.of_code(cell.text, names.known)]
    if any(matching.label(cell.value, book.labels).kind in matching.KEYS for cell in named):
        return None, HEADER, []
    if any(cell.text == OFFICIAL_SUMMARY or matching.is_summary(cell.text, book.labels)
           for cell in named):  # fmt: skip
        official = "id" in identity and identity["id"].text == OFFICIAL_SUMMARY
        said = finding("W-SUMMARY-ROW", found=shown.text, **at(sheet, shown))
        return None, SUMMARY, [] if official else [said]
    under = [cells.number(own[c], typed=sheet.typed).code
             for c in header.of(*SCORES, "score") if c in own]  # fmt: skip
    if all(code in ("W-MISSING", "E-NUMBER") for code in under) and not any(
        matching.of_code(cell.text, names.known) or matching.of_name(cell.value, names.known).code
        for cell in identity.values()
    ):
        return None, NOTE, [finding("W-FOOTER", found=shown.text, **at(sheet, shown))]
    code, said = _province(sheet, identity, first, names)
    if not code:
        return None, UNKNOWN, said
    if names.known is names.now:
        return Line(row, code, shown.text), Phrase(""), said
    return Line(row, names.known.successors[code], shown.text, code), Phrase(""), said


def _province(
    sheet: Sheet, identity: dict[str, Cell], first: Cell, names: Names
) -> tuple[str, list[Issue]]:
    """The province of a row, "" with the reason where it is not sure."""
    known = names.known
    codes = [(cell, matching.of_code(cell.text, known)) for cell in identity.values()]
    code_cell, code = next(((c, code) for c, code in codes if code is not None), (None, None))
    if code == "":
        before = matching.of_code(code_cell.text, known.former) if known.former else ""
        if before:
            unit = known.names[known.former.successors[before]]
            text = f"{code_cell.text} {known.former.names[before]}"
            return "", [_former(sheet, code_cell, text, unit, names)]
        unknown = finding("E-ID-UNKNOWN", found=code_cell.text, **names.facts(),
                          **at(sheet, code_cell))  # fmt: skip
        return "", [unknown]
    said: list[Issue] = []
    meant: dict[str, Cell] = {code: code_cell} if code else {}
    for kind, cell in identity.items():
        if cell is code_cell:
            continue
        match = matching.of_name(cell.value, known, plain_is_official=kind == "name_en")
        if match.said == "E-PROVINCE-FORMER":
            return "", [*said, _former(sheet, cell, cell.text, match.near, names)]
        if match.said:
            used = known.names.get(match.code, "")
            values = {"used": used, "near": match.near, "parts": match.near, **names.facts()}
            said.append(finding(match.said, found=cell.text, **values, **at(sheet, cell)))
        if not match.code:
            return "", said
        meant.setdefault(match.code, cell)
    if not meant:
        return "", [finding("E-NAME-UNKNOWN", found="", near="–", **names.facts(),
                            **at(sheet, first))]  # fmt: skip
    if len(meant) > 1:
        return "", [_disagreeing(sheet, meant, names)]
    return next(iter(meant)), said


def _former(sheet: Sheet, cell: Cell, found: str, unit: str, names: Names) -> Issue:
    return finding("E-PROVINCE-FORMER", found=found, what=FORMER, unit=unit, count=1,
                   **names.facts(), **at(sheet, cell))  # fmt: skip


def _disagreeing(sheet: Sheet, meant: dict[str, Cell], names: Names) -> Issue:
    """Code and name of two provinces; of one before and after a merger it is a merged one."""
    (one, cell), (two, other) = list(meant.items())[:2]
    unit, parts = names.known.merged.get(one, ("", []))
    if len(parts) > 1 and matching.of_name(unit, names.known).code == two:
        return finding("E-PROVINCE-MERGED", found=other.text, parts=", ".join(parts),
                       **names.facts(), **at(sheet, other))  # fmt: skip
    return finding("E-ID-NAME", found=f"{cell.text} / {other.text}", number=cell.text,
                   of_code=names.known.names[one], of_name=names.known.names[two],
                   **at(sheet, cell))  # fmt: skip


# --- the table ------------------------------------------------------------------------------------

STATISTIC_KINDS = ("standard_error", "low", "high", "weighted")
MAX_MERGED = 200  # spans of merged cells that are looked at
MAX_REFUSED = 3_000  # unreadable numbers, from which on reading further tells nothing
SAME = 1e-6  # points, within which two scores are one
#: Kinds of columns that are neither scores nor news.
SILENT = ("id", "name", "name_en", "year", "ordinal", "scale", "criterion", "score")


class Entry(NamedTuple):
    """One cell of a table: the row's province, label and year, and the cell if it is filled.

    `column` is its column in the table, `name` the name of that column; `turned` says that the
    table's columns are rows of the sheet.
    """

    line: Line
    column: int
    name: str
    label: Label
    cell: Cell | None
    year: int | None
    turned: bool = False

    def place(self, sheet: Sheet) -> tuple:
        """File, sheet, row, column, cell, name of the row and of the column."""
        row, column = self.line.row, self.column
        names = (self.line.name, self.name)
        if self.turned:
            row, column, names = column, row, names[::-1]
        return (sheet.file, sheet.name, row, letters(column), f"{letters(column)}{row}", *names)


def read(
    sheet: Sheet, header: Header, book: Codebook, *, year: int | None, turned: bool = False
) -> Reading:
    """Read a table whose rows are provinces and whose columns are scores.

    Parameters
    ----------
    sheet : Sheet
    header : Header
        See `header.find`.
    book : Codebook
    year : int or None
        The year of the sheet; None where a column gives it.
    turned : bool
        Whether provinces stand in columns: then `sheet` is the turned sheet, and the places of
        findings are told accordingly.
    """
    names_of = naming(sheet, header, book, year)
    rows = lines(sheet, header, book, names_of)
    used = [line.row for line in rows.provinces]
    uneven = ragged(sheet, header, used)
    columns = _columns(sheet, header, used)
    entries = [
        Entry(line, column, header.names.get(column, ""), label, sheet.get(line.row, column),
              years.of_row(sheet, header, line.row, year)[0], turned)
        for line in rows.provinces
        for column, label in columns.items()
    ]  # fmt: skip
    scores = [entry for entry in entries if entry.label.kind in SCORES]
    table, doubled = united(values(sheet, book, scores, uneven), rows.provinces, names_of)
    others = frame(_others(sheet, header, book, entries), OTHERS)
    statistics = frame(_statistics(sheet, entries), STATISTICS)
    if doubled:
        others = others.drop_duplicates(["year", "province", "label", "after"])
        statistics = statistics.drop_duplicates(["year", "province", "statistic"])
    return Reading(
        "",
        values=table,
        others=others,
        statistics=statistics,
        rows=accounted(sheet, used, rows.ignored),
        findings=(
            *rows.findings,
            *doubled,
            *years.said(sheet, header, rows.provinces, year),
            *numbers_said(sheet, scores, uneven),
            *_merged_said(sheet, scores),
        ),
    )


def united(
    values: pd.DataFrame, lines: list[Line], names_of: Naming
) -> tuple[pd.DataFrame, list[Issue]]:
    """The values of a table of former provinces by the provinces that they are parts of.

    Such a table is taken where the parts of a province have the same scores, or only one has any;
    with scores of their own it is not one of its year.
    """
    parts = [line.row for line in lines if line.part]
    if not parts:
        return values, []
    keys = ["year", "province", "code"]
    filled = values[values["score"].notna()].groupby(keys)["score"].agg(["min", "max"])
    order = values["score"].isna() & values["state"].ne("error")
    kept = values.assign(order=order).sort_values("order", kind="stable")
    kept = kept.drop_duplicates(keys).sort_index().drop(columns="order").reset_index(drop=True)
    names, first = names_of(parts[0]), values.iloc[0]
    differ = bool((filled["max"] - filled["min"]).gt(SAME).any())
    say = finding(
        "E-PROVINCE-FORMER" if differ else "W-FORMER-COLUMNS", file=first["file"],
        sheet=first["sheet"], found=len(parts), what=DIFFERING, count=len(parts), unit="–",
        **names.facts(),
    )  # fmt: skip
    return kept, [say]


def _merged_said(sheet: Sheet, entries: list[Entry]) -> Iterator[Issue]:
    """W-MERGED for each span of merged cells that lies over scores."""
    held = {(entry.line.row, entry.column): entry for entry in entries} if sheet.merged else {}
    for top, left, bottom, right in sheet.merged[:MAX_MERGED]:
        first = next((entry for (row, column), entry in held.items()
                      if top <= row <= bottom and left <= column <= right), None)  # fmt: skip
        if first is not None:
            _, _, row, column, _, row_name, column_name = first.place(sheet)
            span = [(left, top), (right, bottom)]
            names = [f"{letters(a if not first.turned else b)}{b if not first.turned else a}"
                     for a, b in span]  # fmt: skip
            yield finding("W-MERGED", found=":".join(names), file=sheet.file, sheet=sheet.name,
                          row=row, column=column, row_name=row_name,
                          column_name=column_name)  # fmt: skip


def _columns(sheet: Sheet, header: Header, rows: list[int]) -> dict[int, Label]:
    """The columns to be read: named ones, and unnamed ones that most provinces fill."""
    filled: dict[int, int] = {}
    for row in rows:
        for column in sheet.rows[row]:
            filled[column] = filled.get(column, 0) + 1
    unnamed = {c for c, n in filled.items() if c not in header.columns and n * 2 > len(rows)}
    columns = {**header.columns, **dict.fromkeys(unnamed, Label(""))}
    return {c: columns[c] for c in sorted(columns) if columns[c].kind not in SILENT}


def values(
    sheet: Sheet, book: Codebook, entries: list[Entry], uneven: dict[int, list[Issue]]
) -> pd.DataFrame:
    """The table of values (`VALUES`) of some entries; uneven rows hold no sure value."""
    records = []
    for entry in entries:
        number = cells.number(entry.cell, typed=sheet.typed)
        state = "missing" if number.code == "W-MISSING" else ""
        if number.code.startswith("E-") or entry.line.row in uneven:
            number, state = cells.Score(float("nan")), "error"
        code, found = entry.label.code, entry.cell.text if entry.cell else ""
        records.append(
            (*entry.place(sheet), entry.year, entry.line.province, entry.label.kind,
             book.dimension_of(code), code, number.value, found, state)
        )  # fmt: skip
    return frame(records, VALUES)


def _others(sheet: Sheet, header: Header, book: Codebook, entries: list[Entry]) -> Iterator[tuple]:
    """Numbers under names that are no part of the index, with the score that stands before."""
    strange = [entry for entry in entries if entry.label.kind in ("", "extra")]
    scores = header.of("subdimension", "dimension")
    about = {}
    for column in {entry.column for entry in strange}:
        before = [c for c in scores if c < column]
        code = header.columns[before[-1]].code if before else ""
        unit = sheet.get(header.scale or 0, column)
        english = header.english.get(column, "")
        about[column] = (english, book.dimension_of(code), code, unit.text if unit else "")
    for entry in strange:
        number = cells.number(entry.cell, typed=False).value
        key = (entry.year, entry.line.province, entry.name)
        yield (*entry.place(sheet), *key, *about[entry.column], number)


def _statistics(sheet: Sheet, entries: list[Entry]) -> Iterator[tuple]:
    for entry in entries:
        if entry.label.kind in STATISTIC_KINDS:
            number = cells.number(entry.cell, typed=sheet.typed).value
            yield (*entry.place(sheet), entry.year, entry.line.province, entry.label.kind, number)


def numbers_said(
    sheet: Sheet, entries: list[Entry], uneven: dict[int, list[Issue]]
) -> Iterator[Issue]:
    """What is to be said of rows and numbers; a missing score is judged later, by its year."""
    for found in uneven.values():
        yield from found
    refused: list[Issue] = []
    for entry in entries:
        number = cells.number(entry.cell, typed=sheet.typed)
        if not number.code or number.code == "W-MISSING" or entry.line.row in uneven:
            continue
        _, _, row, column, _, row_name, column_name = entry.place(sheet)
        said = finding(
            number.code, found=entry.cell.text if entry.cell else "", used=f"{number.value:g}",
            unit="%", file=sheet.file, sheet=sheet.name, row=row, column=column,
            row_name=row_name, column_name=column_name,
        )  # fmt: skip
        yield said
        refused += [said] if said.severity == "error" else []
        if len(refused) > MAX_REFUSED:
            raise refusal(*refused)


def ragged(sheet: Sheet, header: Header, rows: list[int]) -> dict[int, list[Issue]]:
    """Rows of a CSV with more or fewer fields than the header, and what to say of each."""
    expected = sheet.widths.get(header.rows[-1], 0)
    found = {}
    for row in rows:
        width, last = sheet.widths.get(row, expected), max(sheet.rows[row])
        if width == expected or (width > expected >= last):
            continue
        cut = row == max(sheet.rows) and not sheet.complete and width < expected
        where = {"file": sheet.file, "sheet": sheet.name, "row": row, "found": width}
        reason = Phrase("its last row is incomplete")
        found[row] = [
            finding("E-TRUNCATED", reason=reason, **where)
            if cut
            else finding("E-RAGGED", expected_count=expected, **where)
        ]
    return found


# --- what is odd around and inside a table, and does no harm --------------------------------------

NAMED = 10  # rows or columns that a message names


def oddities(sheet: Sheet, header: Header, used: list[int], *, titled: bool = False) -> list[Issue]:
    """The oddities of a table; `used` are the rows of its provinces.

    With `titled`, titles above the column names belong to the layout and are not told.
    """
    where = {"file": sheet.file, "sheet": sheet.name}
    top, found = header.rows[0], []
    if top > 1 and not titled:
        found.append(finding("W-HEADER-OFFSET", found=top, row=top, **where))
    rows = [r for r in range(header.rows[-1] + 1, max(used, default=0)) if r not in sheet.rows]
    filled = {column for row in used for column in sheet.rows[row]}
    span = range(min(header.columns), max(header.columns))
    columns = [letters(c) for c in span if c not in header.columns and c not in filled]
    if rows or columns:
        blanks = [*map(str, rows), *columns]
        place = {"row": rows[0] if rows else "", "column": columns[0] if columns else ""}
        found.append(finding("W-BLANK", found=_some(blanks), count=len(blanks), **place, **where))
    hidden = [row for row in used if row in sheet.hidden_rows]
    if hidden:
        names = _some([str(row) for row in hidden])
        found.append(
            finding("W-HIDDEN-ROWS", found=names, count=len(hidden), row=hidden[0], **where)
        )
    # cells beside the rows of provinces, in columns without a name that few rows fill
    strays = [cell for row in used for column, cell in sheet.rows[row].items()
              if column not in header.columns]  # fmt: skip
    columns = [cell.column for cell in strays]
    found += [finding("W-STRAY-CELL", found=cell.text, **at(sheet, cell))
              for cell in strays if columns.count(cell.column) * 2 <= len(used)]  # fmt: skip
    return found


def _some(names: list[str]) -> str:
    return ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")

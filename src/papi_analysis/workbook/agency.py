"""The sheet of one agency: its criteria with course and figures, and the lines of its plan."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from papi_analysis.data import codebook
from papi_analysis.i18n import mark, say
from papi_analysis.plans import ledger
from papi_analysis.plots.palette import colour
from papi_analysis.report.needs import FLAGS
from papi_analysis.report.section import STATUSES
from papi_analysis.workbook.layout import (
    LINE,
    Column,
    Place,
    broken_between,
    columns,
    lines,
    printed,
    safe,
)

#: Lines for actions of a criterion of each tier; one more than are on file is always there.
LINES = {"A": 3, "B": 2, "C": 2}


@dataclass(frozen=True)
class Criterion:
    """One criterion: its row of the findings, its target, and its actions by line."""

    row: dict
    target: tuple[float, float]
    actions: dict[int, dict]
    lines: int
    lead: str = ""

    @property
    def code(self) -> str:
        """Code of the sub-dimension."""
        return self.row["code"]


@dataclass(frozen=True)
class Block:
    """One agency ("" where none is named) with what is known of its lead and its criteria."""

    agency: str
    status: str
    criteria: tuple[Criterion, ...]

    def count(self, tier: str) -> int:
        """How many of its criteria are in a tier."""
        return sum(one.row.get("tier") == tier for one in self.criteria)

    @property
    def headroom(self) -> float:
        """The points to gain of all its criteria."""
        return sum(one.row["headroom"] for one in self.criteria)


def blocks(found: dict, entries: pd.DataFrame) -> list[Block]:
    """The agencies in the order of their most pressing criterion; those without a lead come last.

    Parameters
    ----------
    found : dict
        The findings; `priorities` are needed.
    entries : DataFrame
        The ledger of the province (see `ledger.read`).
    """
    recorded = ledger.current(entries, found["year"])
    rows = {code: part for code, part in recorded.groupby("code")}
    grouped: dict[str, list[dict]] = {}
    for row in found["priorities"]:
        grouped.setdefault(row.get("agency", ""), []).append(row)
    none = grouped.pop("", None)
    if none:
        grouped[""] = none
    return [
        Block(
            agency,
            members[0].get("agency_status", "unassigned"),
            tuple(_criterion(row, rows.get(row["code"])) for row in members),
        )
        for agency, members in grouped.items()
    ]


def _criterion(row: dict, recorded: pd.DataFrame | None) -> Criterion:
    target = ledger.proposed(row["no_action"], row["benchmark"])
    if recorded is None:
        return Criterion(row, target, {}, LINES[row.get("tier", "C")])
    last = recorded.sort_values("number").iloc[-1]
    actions = {int(one["line"]): one for one in recorded.to_dict("records")}
    return Criterion(
        row,
        (float(last["target_low"]), float(last["target_high"])),
        actions,
        max(LINES[row.get("tier", "C")], max(actions) + 1),
        str(last["agency"]),
    )


WIDTH, HEIGHT = 0.92, 0.46  # inches
_DPI = 220


class Course(NamedTuple):
    """A picture as PNG bytes, and the same in words."""

    png: bytes
    alt: str


def courses(found: dict, codes: list[str], lang: str) -> dict[str, Course]:
    """The pictures of some criteria by code, all over the same years."""
    years = sorted({row["year"] for row in found["series"]})
    rows: dict[str, list[dict]] = {code: [] for code in codes}
    for row in sorted(found["series"], key=lambda row: row["year"]):
        if row["code"] in rows:
            rows[row["code"]].append(row)
    return {code: Course(_png(part, years), _alt(part, lang)) for code, part in rows.items()}


def _alt(rows: list[dict], lang: str) -> str:
    there = [row for row in rows if "score" in row]
    return say(
        lang, "{from}: {before:0.00}; {to}: {after:0.00} points; breaks in between: {breaks}",
        **{"from": str(there[0]["year"]), "to": str(there[-1]["year"])},
        before=there[0]["score"], after=there[-1]["score"],
        breaks=sum("break" in row for row in rows[1:]),
    )  # fmt: skip


def stretches(rows: list[dict]) -> list[list[dict]]:
    """The rows cut where a year cannot stand beside the one before it, or has no score."""
    found: list[list[dict]] = [[]]
    for before, row in pairwise([None, *rows]):
        gap = before is not None and row["year"] != before["year"] + 1
        if gap or "break" in row or "score" not in row:
            found.append([])
        if "score" in row:
            found[-1].append(row)
    return [part for part in found if part]


def _png(rows: list[dict], years: list[int]) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=_DPI)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.02, 0.04, 0.96, 0.92))
    axes.set_axis_off()
    for part in stretches(rows):
        _stretch(axes, part)
    for row in rows[1:]:
        if "break" in row:
            axes.axvline(row["year"] - 0.5, color=colour("other"), lw=0.6, ls=(0, (1, 2)))
    last = [row for row in rows if "score" in row][-1]
    axes.plot(last["year"], last["score"], "o", ms=2.6, color=colour("province"), clip_on=False)
    axes.set_xlim(years[0] - 0.6, years[-1] + 0.6)
    axes.margins(y=0.08)
    file = io.BytesIO()
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


def _stretch(axes, part: list[dict]) -> None:
    years = [row["year"] for row in part]
    if len(part) == 1:
        years, part = [years[0] - 0.3, years[0] + 0.3], [*part, *part]
    low, high = ([row[name] for row in part] for name in ("p25", "p75"))
    axes.fill_between(years, low, high, color=colour("half"), alpha=0.55, lw=0)
    axes.plot(years, [row["score"] for row in part], color=colour("province"), lw=1.1)


#: What is said of a target beside the error of the survey.
BEYOND, WITHIN = mark("can be told apart"), mark("within the error")


def write_facts(
    page: Worksheet,
    place: Place,
    one: Criterion,
    shown: list[Column],
    row: int,
    *,
    course: Course,
    height: float,
) -> None:
    """Write the cells of a criterion, each over all its lines."""
    values = _values(place, one)
    last = row + one.lines - 1
    for column, spec in enumerate(shown):
        if spec.of != "criterion":
            continue
        look = place.looks[f"{spec.look}_in" if spec.filled else spec.look]
        if last > row:
            page.merge_range(row, column, last, column, "", look)
        if spec.key == "criterion":
            _name(page, place, row, column, one.row)
        elif spec.key == "course":
            _course(page, place, row, column, course, height)
        elif spec.key == "against":
            _against(page, place, row, column, shown, one)
        elif isinstance(values[spec.key], str):
            page.write_string(row, column, safe(values[spec.key]), look)
        else:
            page.write_number(row, column, values[spec.key], look)


def _values(place: Place, one: Criterion) -> dict[str, str | float]:
    lang, row = place.lang, one.row
    low, high = ledger.forecast_range(row["no_action"], row["no_action_sd"])
    forecast = say(lang, "{expected:0.00}\n({low:0.00}–{high:0.00})",
                   expected=row["no_action"], low=low, high=high)  # fmt: skip
    return {
        "lead": one.lead,
        "tier": row.get("tier", ""),
        "score": row["score"],
        "benchmark": row["benchmark"],
        "headroom": row["headroom"],
        "forecast": forecast,
        "limit": round(high, 6),
        "target_low": one.target[0],
        "target_high": one.target[1],
    }


def _name(page: Worksheet, place: Place, row: int, column: int, criterion: dict) -> None:
    """The criterion, under it its flags and the agencies that help."""
    lang, looks = place.lang, place.looks
    flags = ", ".join(say(lang, FLAGS[flag][0]) for flag in criterion["flags"])
    helpers = criterion.get("coordinating", "")
    under = [f"[{flags}]"] if flags else []
    under += [say(lang, "With: {agencies}", agencies=helpers)] if helpers else []
    name = safe(codebook.names(lang, place.data)[criterion["code"]])
    if not under:
        page.write_string(row, column, name, looks["name"])
        return
    page.write_rich_string(
        row, column, looks["strong"], name, looks["under"], "\n" + safe("\n".join(under)),
        looks["name"],
    )  # fmt: skip


def _course(
    page: Worksheet, place: Place, row: int, column: int, course: Course, height: float
) -> None:
    """The picture of the past, in the middle of its cells."""
    page.write_blank(row, column, None, place.looks["centre"])
    free = height - HEIGHT * 72
    page.insert_image(
        row, column, "course.png",
        {"image_data": io.BytesIO(course.png), "description": course.alt, "object_position": 2,
         "x_offset": 4, "y_offset": max(free / 2, 0) * 96 / 72},
    )  # fmt: skip


def _against(
    page: Worksheet, place: Place, row: int, column: int, shown: list[Column], one: Criterion
) -> None:
    """Whether the upper end of the target lies beyond the range of chance: a locked formula."""
    keys = [spec.key for spec in shown]
    high, limit = (xl_rowcol_to_cell(row, keys.index(key)) for key in ("target_high", "limit"))
    words = {word: say(place.lang, word) for word in (BEYOND, WITHIN)}
    formula = f'=IF({high}="","",IF({high}>{limit},"{words[BEYOND]}","{words[WITHIN]}"))'
    _, end = ledger.forecast_range(one.row["no_action"], one.row["no_action_sd"])
    told = words[BEYOND if one.target[1] > round(end, 6) else WITHIN]
    page.write_formula(row, column, formula, place.looks["centre"], told)


def target_rule(
    page: Worksheet, place: Place, shown: list[Column], row: int, scale: tuple[float, float]
) -> None:
    """Hold the two ends of the target to the scale of the criterion."""
    lang, keys = place.lang, [spec.key for spec in shown]
    low, high = scale
    said = say(lang, "A score of this criterion lies between {low:0.00} and {high:0.00}.",
               low=low, high=high)  # fmt: skip
    for key in ("target_low", "target_high"):
        column = keys.index(key)
        page.data_validation(
            row, column, row, column,
            {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high,
             "error_title": say(lang, "Not a score"), "error_message": said[:250]},
        )  # fmt: skip


HEAD, KEYS, FIRST = 3, 4, 5  # rows of the headings, of the hidden keys, and of the first criterion
#: Heights of the rows above the first criterion, in points.
HEIGHTS = {0: 26, 1: 20, 2: 54, HEAD: 70}
#: Years after that of the results within which a deadline lies.
YEARS = 3
_LINE = 33  # height of a line in points


def title(block: Block, lang: str) -> str:
    """The name of an agency, or what stands for it where none is named."""
    return block.agency or say(lang, "No lead agency yet")


def last_row(block: Block) -> int:
    """The row of the last line of an agency's sheet."""
    return FIRST + sum(one.lines for one in block.criteria) - 1


def column_of(block: Block, key: str) -> int:
    """The place of a column on an agency's sheet."""
    return [one.key for one in columns(led=bool(block.agency))].index(key)


def write(
    place: Place,
    block: Block,
    sheet: str,
    *,
    courses: dict[str, Course],
    scales: dict[str, tuple[float, float]],
) -> None:
    """Write one agency's sheet: facts locked, cells to fill in open, no password."""
    page = place.book.add_worksheet(sheet)
    page.set_default_row(_LINE)
    shown = columns(led=bool(block.agency))
    _head(page, place, block, shown)
    row, parts = FIRST, []
    for criterion in block.criteria:
        height = sum(
            _line(page, place, criterion, shown, row + line - 1, line)
            for line in range(1, criterion.lines + 1)
        )
        write_facts(
            page, place, criterion, shown, row, course=courses[criterion.code], height=height
        )
        target_rule(page, place, shown, row, scales[criterion.code])
        parts.append((row, height))
        row += criterion.lines
    _rules(page, place, shown, row - 1)
    _signatures(page, place, shown, row + 1)
    page.freeze_panes(FIRST, 3)
    page.protect("", {"format_columns": True, "format_rows": True, "format_cells": True})
    printed(page, place, rows=(HEAD, HEAD), last=(row + 5, len(shown) - 1))
    widths = [one.width for one in shown if not one.hidden]
    parts[-1] = (parts[-1][0], parts[-1][1] + 3 * _LINE)  # signatures stay with the last one
    broken_between(page, widths, parts, head=sum(HEIGHTS.values()))


def _head(page: Worksheet, place: Place, block: Block, shown: list[Column]) -> None:
    lang, looks, wide = place.lang, place.looks, len(shown) - 1
    words = safe(place.heading(title(block, lang)))
    page.merge_range(0, 0, 0, wide, "", looks["title"])
    page.write_string(0, 0, words, looks["title"])
    status = say(lang, STATUSES[block.status])
    told = say(lang, "Lead: {status}. {points:0.00} points to gain in {n} {n:criterion|criteria}.",
               status=status, points=block.headroom, n=len(block.criteria))  # fmt: skip
    page.merge_range(1, 0, 1, wide, "", looks["subtitle"])
    page.write_string(1, 0, safe(told), looks["subtitle"])
    page.merge_range(2, 0, 2, wide, "", looks["text"])
    page.write_string(2, 0, safe(say(lang, EXPLANATION)), looks["text"])
    for row, height in HEIGHTS.items():
        page.set_row(row, height)
    page.set_row(KEYS, None, None, {"hidden": True})
    for column, one in enumerate(shown):
        words = say(lang, one.heading, year=place.year)
        page.write_string(HEAD, column, safe(words), looks["head_in" if one.filled else "head"])
        page.write_string(KEYS, column, one.key, looks["words"])
        page.set_column(column, column, one.width, None, {"hidden": one.hidden})


EXPLANATION = mark(
    "The target is a range: from the score expected next year if nobody acts to the benchmark, "
    "which one province in four reaches. A score of next year inside the 90% range of the "
    "forecast cannot be told from the error of the survey: judge an action by what lies beyond "
    "it. The yellow cells are filled in; further lines come with the next copy of the workbook."
)


def _line(
    page: Worksheet, place: Place, one: Criterion, shown: list[Column], row: int, line: int
) -> float:
    """Write the cells of one action, filled with what is on file; the height they need."""
    action = one.actions.get(line, {})
    height = LINE * max(lines(str(action.get(spec.key, "")), spec.width) for spec in shown) + 2
    if height > _LINE:
        page.set_row(row, height)
    for column, spec in enumerate(shown):
        if spec.of != "action":
            continue
        look = place.looks[f"{spec.look}_in" if spec.filled else spec.look]
        value = {"code": one.code, "line": line}.get(spec.key, action.get(spec.key, ""))
        if spec.key == "status" and action:
            value = say(place.lang, ledger.STATUSES[value])
        if spec.key == "deadline" and value:
            page.write_datetime(row, column, date.fromisoformat(value), look)
        elif isinstance(value, int):
            page.write_number(row, column, value, look)
        elif value:
            page.write_string(row, column, safe(value), look)
        else:
            page.write_blank(row, column, None, look)
    return max(height, _LINE)


def _rules(page: Worksheet, place: Place, shown: list[Column], last: int) -> None:
    """What the cells to fill in may hold: a status of the list, a day."""
    lang, keys = place.lang, [spec.key for spec in shown]
    column = keys.index("status")
    page.data_validation(
        FIRST, column, last, column,
        {"validate": "list", "source": [say(lang, word) for word in ledger.STATUSES.values()],
         "error_title": say(lang, "Not a status"),
         "error_message": say(lang, "Choose one of the list.")},
    )  # fmt: skip
    column, year = keys.index("deadline"), int(place.year)
    first, end = date(year, 1, 1), date(year + YEARS, 12, 31)
    said = say(lang, "Write a day as 30/06/{year}, between {first} and {last}.", year=year + 1,
               first=first.strftime("%d/%m/%Y"), last=end.strftime("%d/%m/%Y"))  # fmt: skip
    page.data_validation(
        FIRST, column, last, column,
        {"validate": "date", "criteria": "between", "minimum": first, "maximum": end,
         "error_title": say(lang, "Not a day"), "error_message": said},
    )  # fmt: skip


def _signatures(page: Worksheet, place: Place, shown: list[Column], row: int) -> None:
    lang, keys = place.lang, [spec.key for spec in shown]
    for words, key in ((mark("Prepared by"), "criterion"), (mark("Head of the agency"), "person")):
        first = keys.index(key)
        last = first + (4 if key == "criterion" else 3)
        for step, (text, look) in enumerate(
            ((words, "sign"), (mark("(signature, full name)"), "sign_note"))
        ):
            page.merge_range(row + step, first, row + step, last, "", place.looks[look])
            page.write_string(row + step, first, say(lang, text), place.looks[look])
            page.set_row(row + step, 18)

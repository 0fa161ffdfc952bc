"""The sheet of one agency: its criteria with course and figures, and the lines of its plan."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import pandas as pd
from xlsxwriter.worksheet import Worksheet

from papi_analysis.data import codebook
from papi_analysis.i18n import mark, say
from papi_analysis.plans import ledger, targets
from papi_analysis.plots.palette import colour
from papi_analysis.report.needs import FLAGS
from papi_analysis.report.section import STATUSES
from papi_analysis.workbook.layout import (
    LINE,
    PAGES,
    Column,
    Place,
    broken_between,
    columns,
    lines,
    printed,
    safe,
)

#: Free lines for actions of each criterion, below those on file.
SPARE = 10


@dataclass(frozen=True)
class Criterion:
    """One criterion: its row of the findings, what to aim at, and its actions by line."""

    row: dict
    proposed: targets.Target
    target: float
    actions: dict[int, dict]
    lead: str = ""

    @property
    def code(self) -> str:
        """Code of the sub-dimension."""
        return self.row["code"]

    @property
    def lines(self) -> int:
        """How many lines it has on the sheet."""
        return max(self.actions, default=0) + SPARE


@dataclass(frozen=True)
class Block:
    """One agency ("" where none is named) with what is known of its lead and its criteria."""

    agency: str
    status: str
    criteria: tuple[Criterion, ...]

    @property
    def former(self) -> str:
        """Who had its criteria before 2025: names that are not its own."""
        names = "; ".join(one.row.get("former_names", "") for one in self.criteria).split("; ")
        return "; ".join(dict.fromkeys(filter(None, names)))

    def count(self, tier: str) -> int:
        """How many of its criteria are in a tier."""
        return sum(one.row.get("tier") == tier for one in self.criteria)

    @property
    def behind(self) -> float:
        """How many points its criteria are behind."""
        return sum(one.row["points_behind"] for one in self.criteria)


def blocks(found: dict, entries: pd.DataFrame) -> list[Block]:
    """The agencies in the order of their most pressing criterion; those without a lead come last.

    Parameters
    ----------
    found : dict
        The findings; `priorities` are needed.
    entries : DataFrame
        The ledger of the province (see `ledger.read`).
    """
    recorded = ledger.actions(entries, found["year"])
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
            tuple(_criterion(row, rows.get(row["code"]), found) for row in members),
        )
        for agency, members in grouped.items()
    ]


def _criterion(row: dict, recorded: pd.DataFrame | None, found: dict) -> Criterion:
    proposed = targets.of_criterion(row, found.get("headline", "same"))
    if recorded is None:
        return Criterion(row, proposed, proposed.value, {})
    last = recorded.sort_values("number").iloc[-1]
    actions = {int(one["line"]): one for one in recorded.to_dict("records")}
    return Criterion(row, proposed, float(last["target"]), actions, str(last["agency"]))


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
        elif isinstance(values[spec.key], str):
            page.write_string(row, column, safe(values[spec.key]), look)
        else:
            page.write_number(row, column, values[spec.key], look)


def _values(place: Place, one: Criterion) -> dict[str, str | float]:
    aim = one.proposed
    low, high = ledger.forecast_range(aim.forecast, aim.sd)
    forecast = say(place.lang, "{expected:0.00}\n({low:0.00}–{high:0.00})",
                   expected=aim.forecast, low=low, high=high)  # fmt: skip
    return {
        "lead": one.lead,
        "tier": one.row.get("tier") or "",
        "score": one.row["score"],
        "benchmark": one.row["benchmark"],
        "seen_from": round(aim.seen_from, 2),
        "feasible": "–" if aim.starters is None else f"{aim.reached}/{aim.starters}",
        "forecast": forecast,
        "proposed": aim.value,
        "target": one.target,
    }


def _name(page: Worksheet, place: Place, row: int, column: int, criterion: dict) -> None:
    """The criterion, under it what is asked, its flags and the agencies that help."""
    lang, looks = place.lang, place.looks
    name = safe(codebook.names(lang, place.data)[criterion["code"]])
    page.write_rich_string(
        row, column, looks["strong"], name, looks["under"], "\n" + safe(under(place, criterion)),
        looks["name"],
    )  # fmt: skip


def under(place: Place, criterion: dict) -> str:
    """What stands under the name of a criterion."""
    lang = place.lang
    asked = place.asked.get(criterion["code"], "")
    flags = ", ".join(say(lang, FLAGS[flag][0]) for flag in criterion["flags"])
    helpers = criterion.get("coordinating" if lang == "vi" else "coordinating_en", "")
    coordinator = place.coordinators.get(criterion["dimension"], "")
    words = [say(lang, "What is asked (our words): {asked}", asked=asked) if asked else "",
             f"[{flags}]" if flags else "",
             say(lang, "With: {agencies}", agencies=helpers) if helpers else "",
             say(lang, "Dimension co-ordinated by: {agency}", agency=coordinator)
             if coordinator else ""]  # fmt: skip
    return "\n".join(filter(None, words)) or "–"


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


def _number_rule(page: Worksheet, place: Place, shown: list[Column], key: str,
                 rows: tuple[int, int], limits: tuple[float, float]) -> None:  # fmt: skip
    """Hold a cell to a number between two limits."""
    column = [spec.key for spec in shown].index(key)
    low, high = limits
    said = say(place.lang, "A number from {low:0.00} to {high:0.00}.", low=low, high=high)
    page.data_validation(
        rows[0], column, rows[1], column,
        {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high,
         "error_title": say(place.lang, "Not in the range"), "error_message": said},
    )  # fmt: skip


HEAD, KEYS, FIRST = 3, 4, 5  # rows of the headings, of the hidden keys, and of the first criterion
#: Heights of the rows above the first criterion, in points.
HEIGHTS = {0: 26, 1: 20, 2: 54, HEAD: 84}
#: Years after that of the results within which a deadline lies.
YEARS = 3
_LINE = 17  # height of a line in points


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
        least = LINE * (lines(under(place, criterion.row), shown[NAMED].width) + 2) + 4
        free = max(_LINE, least / criterion.lines)
        height = sum(
            _line(page, place, criterion, shown, row + line - 1, line, free)
            for line in range(1, criterion.lines + 1)
        )
        write_facts(
            page, place, criterion, shown, row, course=courses[criterion.code], height=height
        )
        limits = (round(criterion.row["score"], 2), scales[criterion.code][1])
        _number_rule(page, place, shown, "target", (row, row), limits)
        parts.append((row, height))
        row += criterion.lines
    _rules(page, place, shown, row - 1)
    _signatures(page, place, shown, row + 1)
    page.freeze_panes(FIRST, NAMED + 1)
    page.protect("", {"format_columns": True, "format_rows": True, "format_cells": True})
    called = place.heading(title(block, place.lang))
    starts = [column_of(block, key) for key in PAGES]
    wide = _printed_to(block, shown, starts)
    printed(page, place, first=HEAD, last=(row + 3, wide), head=HEAD, title=called)
    parts[-1] = (parts[-1][0], parts[-1][1] + 3 * _LINE)  # signatures stay with the last one
    starts = [start for start in starts if start <= wide]
    broken_between(page, parts, head=HEIGHTS[HEAD], columns=starts, criterion=NAMED)


def _printed_to(block: Block, shown: list[Column], starts: list[int]) -> int:
    """The last column that is printed: pages on which nothing is filled in stay on the screen."""
    filled = [
        place for place, spec in enumerate(shown) for one in block.criteria
        if spec.of == "action" and any(action.get(spec.key) for action in one.actions.values())
    ]  # fmt: skip
    ends = [start - 1 for start in starts] + [len(shown) - 1]
    return next(end for end in ends if end >= max(filled, default=0))


def _head(page: Worksheet, place: Place, block: Block, shown: list[Column]) -> None:
    lang, looks = place.lang, place.looks
    words = safe(place.heading(title(block, lang)))
    wide = column_of(block, PAGES[0]) - 1  # on the first printed page
    page.merge_range(0, 0, 0, wide, "", looks["title"])
    page.write_string(0, 0, words, looks["title"])
    status = say(lang, STATUSES[block.status])
    told = say(lang, "Lead: {status}. {points:0.00} points behind in {n} {n:criterion|criteria}.",
               status=status, points=block.behind, n=len(block.criteria))  # fmt: skip
    if former := block.former:
        told += " " + say(lang, "Until 2025: {names}.", names=former)
    page.merge_range(1, 0, 1, wide, "", looks["subtitle"])
    page.write_string(1, 0, safe(told), looks["subtitle"])
    page.merge_range(2, 0, 2, wide, "", looks["text"])
    days = {step: f"{day:%d/%m/%Y}" for step, day in place.days.items()}
    page.write_string(2, 0, safe(say(lang, EXPLANATION, **days)), looks["text"])
    for row, height in HEIGHTS.items():
        page.set_row(row, height)
    page.set_row(KEYS, None, None, {"hidden": True})
    for column, one in enumerate(shown):
        words = say(lang, one.heading, year=place.year)
        page.write_string(HEAD, column, safe(words), looks["head_in" if one.filled else "head"])
        page.write_string(KEYS, column, one.key, looks["words"])
        page.set_column(column, column, one.width, None, {"hidden": one.hidden})


EXPLANATION = mark(
    "The target is one score, not below today's; it may be changed. Expected without new action is "
    "a reference, not a target: an action is judged by what lies beyond it, and a rise is seen "
    "only from the score given. The yellow cells are filled in: at least an action and its "
    "deadline (suggested: plan {plan}, first results {first_results}, report {report})."
)
#: The column of the criterion.
NAMED = 3


def _line(
    page: Worksheet, place: Place, one: Criterion, shown: list[Column], row: int, line: int,
    free: float,
) -> float:  # fmt: skip
    """Write the cells of one action, filled with what is on file; the height they need."""
    action = one.actions.get(line, {})
    height = LINE * max(lines(str(action.get(spec.key, "")), spec.width) for spec in shown) + 2
    height = max(height, free)
    page.set_row(row, height)
    for column, spec in enumerate(shown):
        if spec.of != "action":
            continue
        look = place.looks[f"{spec.look}_in" if spec.filled else spec.look]
        value = {"code": one.code, "line": line}.get(spec.key, action.get(spec.key, ""))
        if spec.key == "status" and action:
            value = say(place.lang, ledger.STATUSES[value])
        if spec.key == "progress" and value:
            value = int(value)
        if spec.key == "deadline" and value:
            page.write_datetime(row, column, date.fromisoformat(value), look)
        elif isinstance(value, int):
            page.write_number(row, column, value, look)
        elif value:
            page.write_string(row, column, safe(value), look)
        else:
            page.write_blank(row, column, None, look)
    return height


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
    _number_rule(page, place, shown, "progress", (FIRST, last), (0, 100))


def _signatures(page: Worksheet, place: Place, shown: list[Column], row: int) -> None:
    lang, keys = place.lang, [spec.key for spec in shown]
    for words, key, wide in ((mark("Prepared by"), "criterion", 3),
                             (mark("Head of the agency"), "course", 2)):  # fmt: skip
        first = keys.index(key)
        last = first + wide
        for step, (text, look) in enumerate(
            ((words, "sign"), (mark("(signature, full name)"), "sign_note"))
        ):
            page.merge_range(row + step, first, row + step, last, "", place.looks[look])
            page.write_string(row + step, first, say(lang, text), place.looks[look])
            page.set_row(row + step, 18)

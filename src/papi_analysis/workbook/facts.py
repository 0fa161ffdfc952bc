"""What is known of a criterion, on the sheet of its agency: locked cells over all its lines."""

from __future__ import annotations

import io

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from papi_analysis.data import codebook
from papi_analysis.i18n import mark, say
from papi_analysis.plans import ledger
from papi_analysis.report.needs import FLAGS
from papi_analysis.workbook.blocks import Criterion
from papi_analysis.workbook.cells import safe
from papi_analysis.workbook.columns import Column
from papi_analysis.workbook.course import HEIGHT, Course
from papi_analysis.workbook.place import Place

#: What is said of a target beside the error of the survey.
BEYOND, WITHIN = mark("can be told apart"), mark("within the error")


def write(
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
        "tier": row["tier"],
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

"""Number formats of workbooks: whether a number is shown as a date or as a percentage."""

from __future__ import annotations

from datetime import datetime, timedelta

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

_EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}


class Formats:
    """The formats of the cell styles of one workbook.

    Parameters
    ----------
    codes : dict of int to str
        The workbook's own format codes by number.
    styles : list of int
        The number of the format of each style.
    from_1904 : bool
        Whether dates count from 1904.
    """

    def __init__(self, codes: dict[int, str], styles: list[int], *, from_1904: bool) -> None:
        known = {**BUILTIN_FORMATS, **codes}
        self.kinds = [_kind(known.get(number, "")) for number in styles]
        self.epoch = _EPOCHS[from_1904]

    def number(self, value: float, style: int) -> tuple[str, object]:
        """Kind and value of a number in a cell of a style."""
        kind = self.kinds[style] if 0 <= style < len(self.kinds) else "number"
        if kind != "date":
            return kind, value
        try:
            day = self.epoch + timedelta(days=value)
        except (OverflowError, ValueError):
            return "number", value
        return "date", day.isoformat(sep=" ").removesuffix(" 00:00:00")


def _kind(code: str) -> str:
    if is_date_format(code):
        return "date"
    return "percent" if "%" in code else "number"

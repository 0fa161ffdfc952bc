"""Values as plain lists and dictionaries that a JSON file can hold; what is absent has no key."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

_DECIMALS = 6  # so that another processor does not change a published value


def plain(value: object) -> object:
    """A value as JSON holds it, numbers rounded to six decimals; None where it is absent."""
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if plain(item) is not None}
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if value is pd.NA or value is None:
        return None
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, (float, np.floating)):
        return None if math.isnan(value) else round(float(value), _DECIMALS) + 0.0
    return str(value)


def records(frame: pd.DataFrame, columns: list[str] | None = None) -> list[dict]:
    """The rows of a frame as dictionaries, absent values left out."""
    rows = frame if columns is None else frame[columns]
    return [plain(row) for row in rows.to_dict("records")]

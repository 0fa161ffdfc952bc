"""The ledger of a province: every action it planned for a criterion, kept so that none is edited.

An entry is never changed: a new state of an action is a new entry, and each entry carries a seal
made from its content and the seal before it.
"""

from papi_analysis.plans.ledger.chain import GENESIS, digest, seals
from papi_analysis.plans.ledger.entry import (
    BASIS,
    COLUMNS,
    DEFAULT_STATUS,
    KEY,
    STATUSES,
    WRITTEN,
    clean,
    current,
    empty,
    pending,
)
from papi_analysis.plans.ledger.file import FILE, extended, head, path, read, text, unsound
from papi_analysis.plans.ledger.target import forecast_range, proposed

__all__ = [
    "BASIS",
    "COLUMNS",
    "DEFAULT_STATUS",
    "FILE",
    "GENESIS",
    "KEY",
    "STATUSES",
    "WRITTEN",
    "clean",
    "current",
    "digest",
    "empty",
    "extended",
    "forecast_range",
    "head",
    "path",
    "pending",
    "proposed",
    "read",
    "seals",
    "text",
    "unsound",
]

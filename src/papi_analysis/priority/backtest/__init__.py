"""What each rule of choosing would have brought: chosen with the data of a year, judged later."""

from papi_analysis.priority.backtest.capture import RULES, overlaps, pairs, picks, table
from papi_analysis.priority.backtest.negatives import attainability, gains, importance, where
from papi_analysis.priority.backtest.page import (
    forecast_markdown,
    markdown,
    merger_markdown,
    rule_name,
)
from papi_analysis.priority.backtest.reliability import (
    audit,
    chances,
    coverage,
    errors,
    false_positives,
    models,
    off,
    steady,
    steps,
)

__all__ = [
    "RULES",
    "attainability",
    "audit",
    "chances",
    "coverage",
    "errors",
    "false_positives",
    "forecast_markdown",
    "gains",
    "importance",
    "markdown",
    "merger_markdown",
    "models",
    "off",
    "overlaps",
    "pairs",
    "picks",
    "rule_name",
    "steady",
    "steps",
    "table",
    "where",
]


def __dir__() -> list[str]:
    return __all__


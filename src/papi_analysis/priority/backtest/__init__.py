"""What each rule of choosing would have brought: chosen with the data of a year, judged later."""

from papi_analysis.priority.backtest.capture import overlaps, pairs, picks, table
from papi_analysis.priority.backtest.forecast import frozen, intervals, skill, steps
from papi_analysis.priority.backtest.negatives import attainability, gains, importance, where
from papi_analysis.priority.backtest.page import markdown, rule_name
from papi_analysis.priority.backtest.rules import RULES

__all__ = [
    "RULES",
    "attainability",
    "frozen",
    "gains",
    "importance",
    "intervals",
    "markdown",
    "overlaps",
    "pairs",
    "picks",
    "rule_name",
    "skill",
    "steps",
    "table",
    "where",
]

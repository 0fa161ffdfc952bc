"""What changed between two reports or two data folders, numbers first, and what it came from."""

from papi_analysis.diff.causes import CAUSES
from papi_analysis.diff.comparison import Comparison, compare
from papi_analysis.diff.page import page
from papi_analysis.diff.telling import lines, record

__all__ = ["CAUSES", "Comparison", "compare", "lines", "page", "record"]


def __dir__() -> list[str]:
    return __all__


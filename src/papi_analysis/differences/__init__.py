"""What changed between two reports or two data folders, numbers first, and what it came from."""

from papi_analysis.differences.causes import CAUSES
from papi_analysis.differences.comparison import Comparison, compare
from papi_analysis.differences.telling import lines, record

__all__ = ["CAUSES", "Comparison", "compare", "lines", "record"]

"""The charts of the report, each drawing one finished table."""

from papi_analysis.plots.change import small_multiples, waterfall
from papi_analysis.plots.positions import dot_plot, gaps, range_chart, strip_plot
from papi_analysis.plots.research import matrix

__all__ = [
    "dot_plot", "gaps", "matrix", "range_chart", "small_multiples", "strip_plot", "waterfall",
]  # fmt: skip


def __dir__() -> list[str]:
    return __all__


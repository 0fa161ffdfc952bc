"""The charts of the report, each drawing one finished table."""

from papi_analysis.plots.change import back_cast, small_multiples, waterfall
from papi_analysis.plots.list_chart import dumbbell, region_dots, standing, total_line
from papi_analysis.plots.positions import gaps, range_chart, strip_plot
from papi_analysis.plots.research import matrix

__all__ = [
    "back_cast", "dumbbell", "gaps", "matrix", "range_chart", "region_dots", "small_multiples",
    "standing", "strip_plot", "total_line", "waterfall",
]  # fmt: skip


def __dir__() -> list[str]:
    return __all__

"""The charts of the report, each drawing one finished table."""

from papi_analysis.plots.matrix import matrix
from papi_analysis.plots.peers import dot_plot, strip_plot
from papi_analysis.plots.range_chart import range_chart
from papi_analysis.plots.small_multiples import small_multiples
from papi_analysis.plots.spark import spark
from papi_analysis.plots.waterfall import waterfall

__all__ = [
    "dot_plot", "matrix", "range_chart", "small_multiples", "spark", "strip_plot", "waterfall",
]  # fmt: skip

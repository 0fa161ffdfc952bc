"""The charts of the report, each drawing one finished table."""

from papi_analysis.plots.matrix import matrix
from papi_analysis.plots.multiples import multiples
from papi_analysis.plots.peers import ladder, strips
from papi_analysis.plots.spark import spark
from papi_analysis.plots.spine import spine
from papi_analysis.plots.waterfall import waterfall

__all__ = ["ladder", "matrix", "multiples", "spark", "spine", "strips", "waterfall"]

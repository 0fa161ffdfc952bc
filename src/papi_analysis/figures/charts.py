"""The charts of the report, each drawing one finished table."""

from papi_analysis.figures.matrix import matrix
from papi_analysis.figures.multiples import multiples
from papi_analysis.figures.peers import ladder, strips
from papi_analysis.figures.spark import spark
from papi_analysis.figures.spine import spine
from papi_analysis.figures.waterfall import waterfall

__all__ = ["ladder", "matrix", "multiples", "spark", "spine", "strips", "waterfall"]

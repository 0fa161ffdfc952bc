"""The figures for other programs: tidy tables with their codebook, description and citation."""

from papi_analysis.export.folder import FORMATS, scores, tables, write
from papi_analysis.export.folder import codebook_table as codebook

__all__ = ["FORMATS", "codebook", "scores", "tables", "write"]


def __dir__() -> list[str]:
    return __all__


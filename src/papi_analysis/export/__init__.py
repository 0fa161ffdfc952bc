"""The figures for other programs: tidy tables with their codebook, description and citation."""

from papi_analysis.export.folder import FORMATS, write
from papi_analysis.export.tables import codebook_table as codebook
from papi_analysis.export.tables import scores, tables

__all__ = ["FORMATS", "codebook", "scores", "tables", "write"]

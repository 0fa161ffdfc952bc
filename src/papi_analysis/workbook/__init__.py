"""The agencies' workbook: what each one leads, what to expect, and the plan it fills in."""

from papi_analysis.workbook.agency import Block, blocks
from papi_analysis.workbook.book import write
from papi_analysis.workbook.layout import COLUMNS, META, SCHEMA, plain, safe

__all__ = ["COLUMNS", "META", "SCHEMA", "Block", "blocks", "plain", "safe", "write"]

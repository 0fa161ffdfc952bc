"""The agencies' workbook: what each one leads, what to expect, and the plan it fills in."""

from papi_analysis.workbook.blocks import Block, blocks
from papi_analysis.workbook.book import write
from papi_analysis.workbook.cells import plain, safe
from papi_analysis.workbook.columns import COLUMNS, META, SCHEMA

__all__ = ["COLUMNS", "META", "SCHEMA", "Block", "blocks", "plain", "safe", "write"]

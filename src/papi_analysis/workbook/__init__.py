"""The agencies' workbook: what each one leads, what to expect, and the plan it fills in."""

from papi_analysis.workbook.agency import Block, blocks
from papi_analysis.workbook.book import SUMMARY, write
from papi_analysis.workbook.layout import COLUMNS, META, SCHEMA, plain, safe

__all__ = ["COLUMNS", "META", "SCHEMA", "SUMMARY", "Block", "blocks", "plain", "safe", "write"]

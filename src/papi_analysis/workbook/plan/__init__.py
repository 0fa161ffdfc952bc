"""The plan of a year: made as a workbook from the findings, read back, and kept in the ledger."""

from papi_analysis.workbook.plan.making import make
from papi_analysis.workbook.plan.reading import Plan, read
from papi_analysis.workbook.plan.recording import Record, record, told

__all__ = ["Plan", "Record", "make", "read", "record", "told"]

"""The leadership report: one section per question, shown in a notebook and bound into one page."""

from papi_analysis.report.evidence import associations, indices
from papi_analysis.report.masthead import masthead, summary
from papi_analysis.report.method import method, provenance
from papi_analysis.report.movement import history, movement
from papi_analysis.report.neighbours import maps, peers
from papi_analysis.report.priorities import agencies, left_out, priorities
from papi_analysis.report.profile import criteria, dimensions
from papi_analysis.report.section import Section

__all__ = [
    "Section", "agencies", "associations", "criteria", "dimensions", "history", "indices",
    "left_out", "maps", "masthead", "method", "movement", "peers", "priorities", "provenance",
    "summary",
]  # fmt: skip

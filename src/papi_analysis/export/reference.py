"""How to cite the figures and this work, as BibTeX."""

from __future__ import annotations

import papi_analysis

CITATION = "CITATION.bib"

_TEXT = """@misc{{papi,
  author = {{{{Centre for Community Support and Development Studies (CECODES)}} and {{Centre for \
Research and Training of the Viet Nam Fatherland Front (VFF-CRT)}} and {{Real-Time Analytics \
(RTA)}} and {{United Nations Development Programme (UNDP)}}}},
  title = {{The {{Viet Nam}} Provincial Governance and Public Administration Performance Index \
({{PAPI}}), {first}-{last}}},
  year = {{{last}}},
  howpublished = {{\\url{{https://papi.org.vn}}}},
  note = {{Free with attribution to PAPI}}
}}

@software{{papi-analysis,
  author = {{{{The papi-analysis developers}}}},
  title = {{papi-analysis: which {{PAPI}} criteria a province should improve first}},
  version = {{{version}}},
  note = {{MIT License}}
}}
"""


def bibtex(*, first: int, last: int) -> str:
    """The two entries, PAPI and this work, for figures of the years `first` to `last`."""
    return _TEXT.format(first=first, last=last, version=papi_analysis.__version__)

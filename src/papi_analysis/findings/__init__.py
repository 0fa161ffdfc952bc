"""What is found about one province and year: values first, then sentences made from them."""

from papi_analysis.findings.assessed import assessment, robustness
from papi_analysis.findings.case import SEED, Case, Country, ask, ask_country, ask_in_notebook
from papi_analysis.findings.drill import indicators
from papi_analysis.findings.files import digest, save, text
from papi_analysis.findings.merger import Merged, merged
from papi_analysis.findings.speech import speak, tell
from papi_analysis.findings.values import SCHEMA, collect, known, national

__all__ = [
    "SCHEMA",
    "SEED",
    "Case",
    "Country",
    "Merged",
    "ask",
    "ask_country",
    "ask_in_notebook",
    "assessment",
    "collect",
    "digest",
    "indicators",
    "known",
    "merged",
    "national",
    "robustness",
    "save",
    "speak",
    "tell",
    "text",
]


def __dir__() -> list[str]:
    return __all__


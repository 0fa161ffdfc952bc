"""Sentences made from findings, in either language; every word of direction follows from a value.

A sentence names the values it uses by their path in the findings ("position.rank"), so that a
reader can go from any number in the text to where it was computed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from papi_analysis.data import codebook
from papi_analysis.findings import said_advice, said_front, said_standing
from papi_analysis.findings.drill import indicators_said
from papi_analysis.findings.follow_up import follow_up_said
from papi_analysis.findings.speaker import Sentence, Speaker

SECTIONS: dict[str, Callable[[Speaker], Iterator[Sentence]]] = {
    "quality": said_standing.quality,
    "position": said_standing.position,
    "change": said_standing.change,
    "noise": said_standing.noise,
    "total": said_front.total,
    "needed": said_front.needed,
    "few": said_front.few,
    "certainty": said_front.certainty,
    "keep": said_front.keep,
    "priorities": said_advice.priorities,
    "left_out": said_advice.left_out,
    "moves": said_advice.moves,
    "association": said_advice.association,
    "districts": said_advice.districts,
    "contradiction": said_advice.contradiction,
    "follow_up": follow_up_said,
    "backtest": said_advice.backtest,
}
#: Sections that a notebook tells beside those of the report.
BESIDE: dict[str, Callable[[Speaker], Iterator[Sentence]]] = {"indicators": indicators_said}


def tell(found: dict, lang: str, section: str, *, data: str | None = None) -> list[Sentence]:
    """The sentences of one section of the findings.

    Parameters
    ----------
    found : dict
        See `findings.collect`; only the keys of the section need be there.
    lang : {"vi", "en"}
    section : str
        A key of `SECTIONS` or `BESIDE`.
    """
    return list({**SECTIONS, **BESIDE}[section](Speaker(found, lang, codebook.names(lang, data))))


def speak(found: dict, *, data: str | None = None) -> dict[str, list[dict]]:
    """All sentences in both languages, as `findings.json` holds them."""
    speakers = {lang: Speaker(found, lang, codebook.names(lang, data)) for lang in ("vi", "en")}
    return {
        lang: [
            {"section": section, "text": line.text, "keys": list(line.keys)}
            for section, say_all in SECTIONS.items()
            for line in say_all(speaker)
        ]
        for lang, speaker in speakers.items()
    }

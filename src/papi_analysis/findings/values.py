"""The values found about a case, part by part and all together.

A value that does not exist is absent; no key is filled with an invention.
"""

from __future__ import annotations

from collections.abc import Callable

from papi_analysis.errors import DataError
from papi_analysis.findings.advice import (
    calendar,
    indices,
    moves,
    priorities,
    proof,
    what_can_be_reached,
)
from papi_analysis.findings.case import Case
from papi_analysis.findings.country import national, opposed
from papi_analysis.findings.drill import counted
from papi_analysis.findings.follow_up import follow_up, former_plans, progress
from papi_analysis.findings.plain import plain
from papi_analysis.findings.speech import speak
from papi_analysis.findings.standing import (
    changes,
    country,
    made_from,
    origin,
    position,
    quality,
    region,
    series,
    standing,
    subject,
)

__all__ = [
    "SCHEMA",
    "changes",
    "collect",
    "counted",
    "follow_up",
    "indices",
    "known",
    "moves",
    "national",
    "opposed",
    "origin",
    "plain",
    "position",
    "priorities",
    "proof",
    "quality",
    "region",
    "series",
    "standing",
    "subject",
    "what_can_be_reached",
]

SCHEMA = "papi-findings/1"


def known(section: Callable[[Case], dict], case: Case) -> dict:
    """What a section of the findings holds or, under `absent`, the reason why it holds nothing.

    Parameters
    ----------
    section : callable
        A function of this module that takes a case and may raise `DataError`.
    """
    try:
        return section(case)
    except DataError as error:
        why = {"message": error.message, "values": plain(error.values)}
        return {"absent": [{"section": section.__name__, **why}]}


def collect(case: Case, *, shared: dict | None = None) -> dict:
    """Everything found about a case, with the sentences made from it in both languages.

    Parameters
    ----------
    case : Case
    shared : dict, optional
        The result of `national` for the same year and seed, where it is already known.

    Returns
    -------
    dict
        schema, province, year, published (day), serves (orders of the province), quality,
        position, dimensions, subdimensions, noise, associations, priorities, left_out,
        do_not_chase, reach, movement, series, region, country (every total), region_dimensions,
        indices, calendar, progress (where a plan answers this year), former_plans (of the provinces
        that a new one was made of), follow_up (where one answered the year before), seed, files
        (with SHA-256), sentences; a part that cannot be known is missing, and `absent` names it
        with the reason.
    """
    found = {"schema": SCHEMA, **subject(case), **origin(case), **quality(case)}
    found["position"] = position(case)
    found |= standing(case)
    absent = []
    for section in (changes, priorities, what_can_be_reached, moves):
        part = known(section, case)
        absent += part.pop("absent", [])
        found |= part
    found |= national(case) if shared is None else shared
    found["series"] = series(case)
    found["region"] = region(case)
    found |= country(case) | indices(case) | calendar(case)
    found |= progress(case) | former_plans(case) | follow_up(case)
    found |= made_from(case.data, case.seed)
    if absent:
        found["absent"] = absent
    return found | {"sentences": speak(found, data=case.data)}

"""What differs between the makings of two reports, and which values each of it can have moved."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from papi_analysis.i18n import mark

#: The causes of a change, in the order in which they are told.
CAUSES = {
    "parameter": mark("parameter"),
    "data": mark("data"),
    "method": mark("method"),
    "boundary": mark("boundary"),
    "code": mark("code"),
}
EVERYTHING, NOTHING = r"", r"(?!)"
_AGENCY = r"priorities\[.*\]\.(agency|coordinating|agency_status)$"
_STANDING = r"position|dimensions|subdimensions|region"
_ADVICE = r"(priorities|left_out|do_not_chase)\b"
#: What depends on random draws.
_SEEDED = (r"position\.rank_band_90|priorities\[.*\]\.(p_top|tier|place)|left_out|do_not_chase|"
           r"associations")  # fmt: skip

#: Input (pattern of its name), the cause it is, and the paths that it reaches (pattern); the
#: first that fits counts.
INPUTS = (
    (r"data/papi/(regimes|dimensions|subdimensions)\.csv", "method", EVERYTHING),
    (r"data/papi/criteria_flags\.csv", "method", _ADVICE),
    (r"data/papi/provinces\.csv", "boundary", EVERYTHING),
    (r"data/papi/.*", "data", EVERYTHING),
    (r"data/context/quartile_group_sizes\.csv", "method", _STANDING),
    (r"data/context/par_sipas\.csv", "data", r"indices|beside|index_years"),
    (r"data/context/survey_samples\.csv", "data", r"published|serves"),
    (r"data/context/.*", "data", NOTHING),
    (r"data/boundaries/.*", "boundary", r"associations\.moran"),
    (r"data/provenance\.csv", "data", r"quality"),
    (r"data/[^/]+/agenc\w+\.csv", "data", _AGENCY),
    (r"data/(criteria|merger)/.*", "data", NOTHING),
    (r"data/assumptions\.csv", "method", NOTHING),
    (r"data/[^/]+/ledger\.csv", "data", r"follow_up|progress|former_plans"),
    (r"data/[^/]+/documents\.csv", "data", r"serves"),
    (r"data/[^/]+/(districts|crosswalk|communes).*", "boundary", NOTHING),
    (r"data/README\.md", "data", NOTHING),
    (r"data/.*", "data", EVERYTHING),
    (r".*", "code", EVERYTHING),
)  # fmt: skip
PARAMETERS = {
    "province": ("parameter", EVERYTHING),
    "year": ("parameter", EVERYTHING),
    "seed": ("parameter", _SEEDED),
    "lang": ("parameter", NOTHING),
    "pdf": ("parameter", NOTHING),
    "boundaries": ("boundary", NOTHING),
    "district_data": ("boundary", NOTHING),
    "geo": ("boundary", NOTHING),
}


class Cause(NamedTuple):
    """One thing that differs: kind (key of `CAUSES`), its name, what it was and is, its reach."""

    kind: str
    name: str
    old: str
    new: str
    reach: str


def causes(old: dict, new: dict) -> list[Cause]:
    """What differs between the manifests of two reports, in the order of `CAUSES`."""
    found = [
        Cause(kind, name, before, after, reach)
        for name, before, after in _differing(old["parameters"], new["parameters"])
        for kind, reach in [PARAMETERS.get(name, ("parameter", EVERYTHING))]
        if name != "out"
    ]
    for name, before, after in _differing(old["inputs"], new["inputs"]):
        kind, reach = of_input(name)
        found.append(Cause(kind, name, before[:12], after[:12], reach))
    for name, before, after in _differing(old.get("versions", {}), new.get("versions", {})):
        found.append(Cause("code", name, before, after, EVERYTHING))
    return sorted(found, key=lambda one: (list(CAUSES).index(one.kind), one.name))


def of_input(name: str) -> tuple[str, str]:
    """The cause that a change of an input is, and the pattern of the paths that it reaches."""
    return next((kind, reach) for pattern, kind, reach in INPUTS if re.fullmatch(pattern, name))


def _differing(old: dict, new: dict) -> Iterable[tuple[str, str, str]]:
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield name, str(old.get(name, "–")), str(new.get(name, "–"))


def tags(path: str, found: list[Cause], broken: set[str]) -> tuple[str, ...]:
    """The causes that can have moved the value at a path.

    Parameters
    ----------
    path : str
        See `leaves`.
    found : list of Cause
    broken : set of str
        Codes whose series breaks between the years of the two reports.
    """
    kinds = {one.kind for one in found if re.match(one.reach, path)}
    codes = set(re.split(r"[,\[\].]", path))
    if broken & codes or ("total" in broken and path.startswith("position")):
        kinds.add("method")
    return tuple(kind for kind in CAUSES if kind in kinds)

"""Colours by meaning, each with a light and a dark form, and the mark that goes with it."""

from __future__ import annotations

from papi_analysis.i18n import mark

#: Colour of each meaning on white and on dark paper. Light forms are all different, so that a
#: drawing can be turned into CSS variables by its colours alone.
COLOURS = {
    "ink": ("#17222d", "#e8edf2"),  # words and axes that are read
    "muted": ("#55626f", "#a9b5c1"),  # second words, ticks
    "line": ("#c9d1d9", "#3a4753"),  # axes, rules
    "grid": ("#e4e9ee", "#2a343e"),  # helping lines
    "paper": ("#ffffff", "#12181f"),
    "panel": ("#f3f6f9", "#1b232c"),
    "span": ("#e2e8ee", "#2b3743"),  # worst to best of the country
    "half": ("#b4c3d2", "#4a5c6e"),  # middle half of the country
    "median": ("#3f4d5b", "#c3ced9"),
    "province": ("#0b4f8f", "#74b8ff"),  # the province of the report, everywhere
    "other": ("#8593a1", "#8795a3"),  # any other province
    "peer": ("#5c6f82", "#9fb0c1"),  # the provinces beside it
    "behind": ("#b23a22", "#ff8f75"),  # below the benchmark, a fall
    "ahead": ("#1d6aa8", "#79bbee"),  # above the benchmark, a rise
    "method": ("#6c6459", "#b5aa9b"),  # caused by a change of method
    "group1": ("#b5432d", "#c44f38"),  # lowest
    "group2": ("#efb389", "#e8a679"),
    "group3": ("#9fc5e1", "#94bfdf"),
    "group4": ("#1f5f98", "#2f78b7"),  # highest
    "on_strong": ("#fefefe", "#fefefe"),  # words on group 1 and 4
    "on_soft": ("#18232e", "#18232e"),  # words on group 2 and 3
    "nodata": ("#e9ecef", "#3a434c"),
    "nodata_line": ("#8d98a3", "#8f9aa5"),  # hatching where nothing is known
    "land": ("#eceff2", "#2c353e"),
    "sea": ("#f6f9fb", "#161d25"),
    "border": ("#fdfdfd", "#13191f"),  # between two places
    "low": ("#a33b76", "#f08fc3"),  # negative correlation
    "high": ("#0f6f6a", "#5fc9c1"),  # positive correlation
    "step1": ("#e6eff6", "#22394c"),  # five steps of one thing, least first
    "step2": ("#bdd5e8", "#2b5476"),
    "step3": ("#86b3d6", "#3a78a8"),
    "step4": ("#4a87b8", "#6ba6d4"),
    "step5": ("#1b5585", "#b3d6f2"),
    "context1": ("#eef2dd", "#dce4bf"),  # four steps of what is known of places, least first
    "context2": ("#cddaa6", "#bac98f"),
    "context3": ("#9bb467", "#8da759"),
    "context4": ("#5c7a2c", "#54712a"),
}

#: The four groups, lowest first: colour and mark; the mark says it without colour.
GROUPS = {1: ("group1", "▼"), 2: ("group2", "▽"), 3: ("group3", "△"), 4: ("group4", "▲")}
#: The four groups in words, highest first as they are read.
GROUP_NAMES = {
    4: mark("highest group"),
    3: mark("upper middle group"),
    2: mark("lower middle group"),
    1: mark("lowest group"),
}
#: Words on a group's colour.
ON_GROUP = {1: "on_strong", 2: "on_soft", 3: "on_soft", 4: "on_strong"}


def colour(name: str) -> str:
    """The light form of a colour, for drawing.

    >>> colour("province")
    '#0b4f8f'
    """
    return COLOURS[name][0]


def group_colour(group: int | None) -> str:
    """The colour of a group (1 lowest … 4 highest), or of no score."""
    return colour(GROUPS[group][0] if group else "nodata")


def province_colour(code: str, *, subject: str) -> str:
    """The colour of a province in a report on `subject`: its own, or that of all others."""
    return colour("province" if code == subject else "other")


def variables(dark: bool = False) -> str:
    """The colours as CSS declarations, `--c-<name>: <colour>;`."""
    return "".join(f"--c-{name}:{pair[dark]};" for name, pair in COLOURS.items())

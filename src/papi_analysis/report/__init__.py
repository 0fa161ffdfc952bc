"""The leadership report: pages for the leaders, then an appendix; shown in a notebook or bound."""

from importlib import import_module

#: The sections in the order of the report, with the module that makes each; a section is loaded
#: when it is asked for, so that binding a page needs no statistics and no maps.
SECTIONS = {
    "masthead": "front",
    "summary": "front",
    "priorities": "needs",
    "position": "profile",
    "agencies": "needs",
    "appendix": "annex",
    "left_out": "needs",
    "follow_up": "needs",
    "criteria": "profile",
    "peers": "profile",
    "movement": "change",
    "history": "change",
    "indices": "annex",
    "associations": "annex",
    "maps": "annex",
    "method": "annex",
    "provenance": "annex",
}
#: Those of the pages for the leaders.
FRONT = tuple(SECTIONS)[: list(SECTIONS).index("appendix")]
#: The file of the page by language.
FILES = {"vi": "report.html", "en": "report.en.html"}
#: What binds sections into a page.
_PAGE = ("bind", "page", "save", "sections")

__all__ = [*SECTIONS, *_PAGE]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> object:
    """The function that makes a section, or the page."""
    if name in _PAGE:
        return getattr(import_module(f"{__name__}.document"), name)
    if name not in SECTIONS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{SECTIONS[name]}"), name)

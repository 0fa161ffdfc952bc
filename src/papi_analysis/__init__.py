"""Which PAPI criteria a province should improve first, how sure that is, and who owns each one.

Examples
--------
>>> import papi_analysis as pa
>>> pa.panel.latest_year(pa.panel.load())
2024
"""

from importlib import import_module
from types import ModuleType

__version__ = "1.0.0"

#: The public modules by the name under which they are reached: `papi_analysis.panel` …
_PUBLIC = {
    "criteria": "plans.criteria",
    "backtest": "priority.backtest",
    "boundaries": "boundaries",
    "change": "stats.change",
    "codebook": "data.codebook",
    "correlation": "stats.correlation",
    "findings": "findings",
    "noise": "stats.noise",
    "panel": "data.panel",
    "places": "places",
    "plots": "plots",
    "priority": "priority",
    "ranking": "stats.ranking",
    "resampling": "stats.resampling",
    "runner": "runner",
    "settings": "settings",
    "spatial": "stats.spatial",
    "within": "stats.within",
}
__all__ = sorted(_PUBLIC)


def __getattr__(name: str) -> ModuleType:
    """A public module, loaded when it is first asked for: some take a second to load."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{_PUBLIC[name]}")


def __dir__() -> list[str]:
    return __all__

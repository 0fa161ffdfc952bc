"""Runs the notebooks through papermill for one province-year, or for many.

The runner owns the run: parameters are checked before a kernel starts, everything is written to a
staging folder beside the target, verified there, and published in one rename with the manifest.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from papi_analysis.runner.batches import batch
    from papi_analysis.runner.single import reproduce, run
    from papi_analysis.runner.verification import require_whole, verify

__all__ = ["batch", "reproduce", "require_whole", "run", "verify"]


def __dir__() -> list[str]:
    return __all__

_PLACES = {
    "batch": "batches",
    "reproduce": "single",
    "require_whole": "verification",
    "run": "single",
    "verify": "verification",
}


def __getattr__(name: str) -> object:
    """Import a function when it is first asked for: the template of the kernels needs none."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)

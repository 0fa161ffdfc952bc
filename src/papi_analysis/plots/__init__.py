"""Draws finished tables and maps; computes nothing."""

from importlib import import_module
from types import ModuleType

__all__ = ["charts", "maps", "research", "style", "tiles"]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> ModuleType:
    """A module of drawings, loaded when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return import_module(f"{__name__}.{name}")

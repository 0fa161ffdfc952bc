"""Data flows one way: a module imports only from modules above it."""

import ast
from pathlib import Path

import papi_analysis

PACKAGE = Path(papi_analysis.__file__).parent
ORDER = """filling _errors wording stamp shared framework places sources panel draws boundaries
benchmark association noise movement priority backtest agencies ledger followup findings figures
atlas explorer report runner plan differences export cli __main__""".split()
SIBLINGS = {"benchmark", "association", "noise", "movement", "priority"}


def imported(path: Path) -> set[str]:
    """The modules of the package that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("papi_analysis"):
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
    return found


def modules() -> dict[str, set[str]]:
    """Top-level modules of the package with what they import."""
    found: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        name = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        found.setdefault(name, set()).update(imported(path) - {name})
    del found["__init__"]
    return found


def test_every_module_has_its_place():
    assert set(modules()) <= set(ORDER)


def test_modules_import_only_from_above():
    for name, used in modules().items():
        above = set(ORDER[: ORDER.index(name)]) - (SIBLINGS if name in SIBLINGS else set())
        assert used - {"__version__"} <= above, f"{name} imports {sorted(used - above)}"

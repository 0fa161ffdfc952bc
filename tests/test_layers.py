"""Data flows one way: a module imports only from modules above it."""

import ast
from pathlib import Path

import papi_analysis

PACKAGE = Path(papi_analysis.__file__).parent
ORDER = """errors settings i18n atomic cache schemas data.codebook places data.embedded
data.context ingest data.panel stats.resampling boundaries stats.correlation stats.ranking
stats.within stats.spatial stats.noise stats.change priority plans.criteria plans.indices
plans.ledger plans.follow_up plans.targets plans.status findings plots explore report runner
workbook brief quarterly factcheck diff export lab cli __main__""".split()
#: What the other chapters of the statistics may use; these use nothing of each other.
BASIC = {"stats.resampling", "stats.correlation"}
SIBLINGS = {name for name in ORDER if name.startswith("stats.") and name not in BASIC}
#: Packages whose modules have places of their own in the order.
SPLIT = {"data", "stats", "plans"}


def place(parts: tuple[str, ...]) -> str:
    """The name in `ORDER` of a dotted module below the package."""
    return ".".join(parts[:2]) if parts[0] in SPLIT and len(parts) > 1 else parts[0]


def imported(path: Path) -> set[str]:
    """The places in `ORDER` that a file imports from."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("papi_analysis"):
            parts = tuple(node.module.split(".")[1:])
            if not parts or parts in {(name,) for name in SPLIT}:
                found |= {place((*parts, alias.name)) for alias in node.names}
            else:
                found.add(place(parts))
    return found


def modules() -> dict[str, set[str]]:
    """Places in `ORDER` with what they import."""
    found: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if parts[-1] == "__init__" and len(parts) < 3 and parts[0] in {*SPLIT, "__init__"}:
            continue
        name = place(parts)
        found.setdefault(name, set()).update(imported(path) - {name})
    return found


def test_every_module_has_its_place():
    assert set(modules()) <= set(ORDER)


def test_modules_import_only_from_above():
    for name, used in modules().items():
        above = set(ORDER[: ORDER.index(name)]) - (SIBLINGS if name in SIBLINGS else set())
        assert used - {"__version__"} <= above, f"{name} imports {sorted(used - above)}"

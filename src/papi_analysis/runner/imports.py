"""What the warm template imports."""

from __future__ import annotations

import ast
import contextlib
import pkgutil
from collections.abc import Iterable

import papi_analysis

#: What ipykernel imports when it becomes a kernel.
BASE = """ipykernel.kernelapp ipykernel.ipkernel ipykernel.zmqshell ipykernel.debugger
ipykernel.datapub ipykernel.pickleutil IPython.core.completer IPython.core.completerlib
IPython.core.debugger IPython.core.oinspect IPython.core.pylabtools IPython.core.magics
IPython.extensions.storemagic matplotlib_inline.config comm""".split()
#: What this package and its libraries import only when it is first used: a fork that would have to
#: import statsmodels by itself takes longer than its cells.
_AT_FIRST_USE = """geopandas shapely pyproj seaborn scipy.stats scipy.integrate scipy.special
statsmodels.stats.multitest statsmodels.regression.linear_model esda.moran libpysal.weights
matplotlib.figure matplotlib.backends.backend_svg babel.dates babel.messages.pofile pooch filelock
pandas.io.formats.html pandas.io.formats.string pandas.io.formats.csvs
pandas.core.methods.to_dict pandas.core.reshape.reshape pyarrow.pandas_compat""".split()
#: Parts of this package that no notebook of a report uses.
_ELSEWHERE = tuple(
    f"papi_analysis.{name}"
    for name in """__main__ cli runner ingest export workbook diff explore report.exporter
plots.fonts""".split()
)


def named(sources: Iterable[str]) -> list[str]:
    """The modules that pieces of notebook code import, in order, without repetition.

    >>> named(["import pandas as pd", "from papi_analysis.data import panel"])
    ['pandas', 'papi_analysis.data', 'papi_analysis.data.panel']
    """
    found: dict[str, None] = {}
    for source in sources:
        with contextlib.suppress(SyntaxError):
            for node in ast.walk(ast.parse(source)):
                if isinstance(node, ast.Import):
                    found.update({alias.name: None for alias in node.names})
                elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                    found[node.module] = None
                    found.update({f"{node.module}.{alias.name}": None for alias in node.names})
    return list(found)


def library() -> list[str]:
    """The modules of this package that compute and draw, with what is imported at first use."""
    root = papi_analysis.__path__
    names = [found.name for found in pkgutil.walk_packages(root, "papi_analysis.", _ignore)]
    return [*(name for name in names if not name.startswith(_ELSEWHERE)), *_AT_FIRST_USE]


def _ignore(name: str) -> None:
    """A package that cannot be imported: whoever needs it will see the error."""

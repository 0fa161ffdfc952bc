"""What the warm template imports."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterable
from pathlib import Path

#: What ipykernel imports when it becomes a kernel.
BASE = """ipykernel.kernelapp ipykernel.ipkernel ipykernel.zmqshell ipykernel.debugger
ipykernel.datapub ipykernel.pickleutil IPython.core.completer IPython.core.completerlib
IPython.core.debugger IPython.core.oinspect IPython.core.pylabtools IPython.core.magics
IPython.extensions.storemagic matplotlib_inline.config comm""".split()
#: What pandas and pyarrow import only when they are first used.
_AT_FIRST_USE = """pandas.io.formats.html pandas.io.formats.string pandas.io.formats.csvs
pandas.core.methods.to_dict pandas.core.reshape.reshape pyarrow.pandas_compat""".split()
#: Parts of this package that no notebook of a report uses.
_ELSEWHERE = """__main__ cli runner sources export ledger plan explorer atlas followup
report/exporter report/workbook figures/fonts""".split()


def named(sources: Iterable[str]) -> list[str]:
    """The modules that pieces of notebook code import, in order, without repetition.

    >>> named(["import pandas as pd", "from papi_analysis import panel"])
    ['pandas', 'papi_analysis', 'papi_analysis.data.panel']
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
    """The modules of this package that compute and draw, and what their functions import later.

    A fork that would have to import statsmodels by itself takes longer than its cells.
    """
    root = Path(__file__).parents[1]
    files = [path.relative_to(root).with_suffix("") for path in sorted(root.rglob("*.py"))]
    files = [path for path in files if not path.as_posix().startswith(tuple(_ELSEWHERE))]
    names = [".".join(("papi_analysis", *path.parts)) for path in files]
    later = named([root.joinpath(f"{path}.py").read_text(encoding="utf-8") for path in files])
    return [*(name.removesuffix(".__init__") for name in names), *later, *_AT_FIRST_USE]

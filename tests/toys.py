"""Small notebooks with the shape of the real ones, for runs that take seconds and fail on purpose.

Run as a program it is `papi` that makes no index: `python tests/toys.py run --notebooks …`.
"""

from contextlib import contextmanager, nullcontext
from pathlib import Path

import nbformat
import pytest

PARAMETERS = """province = "tra-vinh"  # slug
year = 2024  # year of the index
lang = "vi"  # language
seed = 84  # of random draws
out = ""  # "" writes nothing"""

FIGURE = """from IPython.display import SVG, display
display(SVG(f"<svg data-unit='{province}/{year}' xmlns='http://www.w3.org/2000/svg'><g/></svg>"))"""

PAGE = """<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{province} {year}</title></head><body><h1>{province} {year}</h1></body></html>
"""

SAVE = f"""PAGE = {PAGE!r}
import hashlib, json, pathlib
record = {{"schema": "papi-findings/1", "province": {{"slug": province}}, "year": year}}
record["seed"] = seed
text = json.dumps(record)
if out:
    pathlib.Path(out, "findings.json").write_text(text)
    page = pathlib.Path(out, {{"vi": "report.html", "en": "report.en.html"}}[lang])
    page.write_text(PAGE.format(province=province, year=year, lang=lang))
print("findings sha256:", hashlib.sha256(text.encode()).hexdigest())"""


def notebook(
    *cells: str, parameters: str | None = PARAMETERS, national: bool = False
) -> nbformat.NotebookNode:
    """A notebook of these code cells after its parameters."""
    node = nbformat.v4.new_notebook()
    node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    if national:
        node.metadata["papi"] = {"scope": "national"}
    if parameters is not None:
        node.cells.append(nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]}))
    node.cells += [nbformat.v4.new_code_cell(cell) for cell in cells]
    return node


def folder(path: Path, *, report: tuple[str, ...] = (), **others: nbformat.NotebookNode) -> Path:
    """A notebook folder: 06-report with `report` cells before its last one, and others by name."""
    path.mkdir(parents=True, exist_ok=True)
    nodes = {"06-report": notebook("total = year * 1", *report, FIGURE, SAVE), **others}
    for name, node in nodes.items():
        nbformat.write(node, path / f"{name.replace('_', '-')}.ipynb")
    return path


def install(patch=setattr) -> None:
    """Make no index of toy reports."""
    from papi_analysis.runner import pages

    patch(pages, "write_index", lambda out, tell=None: None)


@contextmanager
def runs():
    """Runs in this process share one warm template, and make no index."""
    from papi_analysis.runner import warm

    with pytest.MonkeyPatch.context() as patch, warm.templates([]) as ready:
        install(patch.setattr)
        one = {"fast": ready, "stock": None}
        patch.setattr(warm, "templates", lambda _, engine="fast": nullcontext(one[engine]))
        yield ready


if __name__ == "__main__":
    from papi_analysis.cli import main

    install()
    main()

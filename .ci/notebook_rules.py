"""The rules that every notebook keeps: python .ci/notebook_rules.py [FILE …] names each breach."""

import ast
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
#: The only notebook whose library code may be edited while it is open.
EXPLORE = "00-explore"
PARAMETERS = {"province": str, "year": int, "lang": str, "seed": int, "out": str}
#: What a notebook may take besides.
OPTIONAL = {"boundaries": str, "district_data": str, "geo": str}
LONGEST_LINE = 200
METADATA = {"kernelspec", "language_info", "papi"}

#: Numbers that prose may hold, because no computation can make them stale: names in code, links
#: and of other notebooks, dates, shares that define an interval, a limit or a quantile.
_LASTING = [
    r"`[^`]*`",
    r"\]\([^)]*\)",
    r"\bnotebook \d\d\b",
    r"\b\d{1,2} (January|February|March|April|May|June|July|August|September|October|November"
    r"|December) \d{4}\b",
    r"\b\d{1,3} ?%",
    r"\bSHA-256\b",
    r"\b\d{1,2}th percentile",
]
_ABSOLUTE = re.compile(r"""["'](/|~|[A-Za-z]:[\\/])""")
_ON_A_DISK = re.compile(r"/(home|root|tmp|work|Users|mnt)/")
_VIETNAMESE = re.compile("[ăâđêôơưàảãáạèẻẽéẹìỉĩíịòỏõóọùủũúụỳỷỹýỵ]", re.IGNORECASE)


def faults(path: Path) -> list[str]:
    """What is wrong with a notebook: place and reason, nothing when it keeps the rules."""
    node = json.loads(path.read_text(encoding="utf-8"))
    cells = [{**cell, "source": "".join(cell["source"])} for cell in node["cells"]]
    found = [*_opening(path.stem, cells), *_ending(path.stem, cells), *_parameters(cells)]
    for number, cell in enumerate(cells):
        check = _prose if cell["cell_type"] == "markdown" else _code
        found += [f"cell {number + 1}: {fault}" for fault in check(path.stem, cell)]
    extra = set(node["metadata"]) - METADATA
    return found + [f"metadata of a run is stored: {name}" for name in sorted(extra)]


def _opening(name: str, cells: list[dict]) -> Iterator[str]:
    lines = [line for line in cells[0]["source"].splitlines() if line.strip()]
    title = lines[0] if lines else ""
    if not re.fullmatch(rf"# {name[:2]} · .+\?", title):
        yield f"the title is not a question after the number of the notebook: {title!r}"
    asked = lines[1] if len(lines) > 1 else ""
    if not (re.fullmatch(r"\*.+\?\*", asked) and _VIETNAMESE.search(asked)):
        yield "the question does not stand in Vietnamese under the title"
    if len(lines) < 3 or lines[2].count(".") < 2:
        yield "two sentences that say why do not follow the question"


def _ending(name: str, cells: list[dict]) -> Iterator[str]:
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    last = code[-1]
    if cells[-1] is not last or not re.search(r"findings\.(tell|save)\(", last["source"]):
        yield "the last cell does not tell or save what was found"
    if name != EXPLORE and not any(out["output_type"] == "stream" for out in last["outputs"]):
        yield "the finding is not stored"


def _parameters(cells: list[dict]) -> Iterator[str]:
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    tagged = [c for c in code if "parameters" in c["metadata"].get("tags", [])]
    if tagged != code[:1]:
        yield "the first code cell, and no other, must be tagged parameters"
        return
    named = {}
    for line in tagged[0]["source"].splitlines():
        assignment, _, comment = line.partition("  # ")
        if len(comment.split()) < 2:
            yield f"a parameter is not documented by a comment behind it: {line!r}"
        try:
            target = ast.parse(assignment).body[0]
            named[target.targets[0].id] = ast.literal_eval(target.value)
        except (SyntaxError, ValueError, AttributeError, IndexError):
            yield f"a parameter is not a plain assignment: {line!r}"
    types = {key: type(value) for key, value in named.items()}
    if {**types, **PARAMETERS} != types or not types.items() <= {**PARAMETERS, **OPTIONAL}.items():
        yield f"the parameters are {', '.join(named)}; they must be {', '.join(PARAMETERS)}"


def _prose(name: str, cell: dict) -> Iterator[str]:
    text = re.sub(r"^# \d\d · ", "", cell["source"])
    for pattern in _LASTING:
        text = re.sub(pattern, "", text)
    for number in re.findall(r"[^\s(]*\d[^\s)]*", text):
        yield f"a number is typed into prose: {number!r}"
    yield from _everywhere(cell["source"])


def _code(name: str, cell: dict) -> Iterator[str]:
    lines = cell["source"].splitlines()
    yield from (f"a line of {len(x)} letters" for x in lines if len(x) > LONGEST_LINE)
    magics = [line for line in lines if line.startswith(("%", "!"))]
    if magics and (name != EXPLORE or any("autoreload" not in line for line in magics)):
        yield f"a magic: {magics[0]!r}"
    for item in ast.walk(ast.parse("\n".join(x for x in lines if x not in magics))):
        if isinstance(item, ast.Import | ast.ImportFrom) and "warnings" in ast.unparse(item):
            yield "warnings are filtered: mend their cause"
    yield from _everywhere(cell["source"])
    yield from _outputs(cell)


def _everywhere(text: str) -> Iterator[str]:
    if _ABSOLUTE.search(text) or _ON_A_DISK.search(text):
        yield "an absolute path"


def _outputs(cell: dict) -> Iterator[str]:
    if cell["execution_count"] is None:
        yield "its outputs are not stored: run make notebooks"
    if set(cell["metadata"]) - {"tags"}:
        yield "metadata of a run is stored"
    for output in cell["outputs"]:
        if output["output_type"] == "error" or output.get("name") == "stderr":
            yield "an error or a warning is stored"
        if _ON_A_DISK.search(json.dumps(output)):
            yield "an output holds an absolute path"


def main(files: list[str]) -> int:
    """Print every breach; 1 when there is one."""
    paths = [Path(file) for file in files] or sorted(FOLDER.glob("[0-9]*.ipynb"))
    broken = [f"{path.name}: {fault}" for path in paths for fault in faults(path)]
    print("\n".join(broken) or f"{len(paths)} notebooks keep the rules")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

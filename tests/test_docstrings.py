"""Every public function says what it is; what it documents is true; its examples run."""

import ast
import doctest
import importlib
import inspect
import textwrap
from pathlib import Path

import pytest
from numpydoc.validate import validate

import papi_analysis

#: What `from papi_analysis import …` and the pages of the documentation offer.
MODULES = """data.codebook data.panel places boundaries stats.ranking stats.correlation stats.within
stats.spatial stats.noise stats.change stats.resampling priority priority.backtest plans.criteria
plans.ledger findings explore export runner workbook.plan report i18n plots.charts
plots.maps plots.research plots.style plots.tiles""".split()
#: Rules of numpydoc that are not held, and why.
EXCUSED = {
    "SA01": "links between functions are in the pages, not in each docstring",
    "EX01": "an example stands where it can be checked by hand",
    "ES01": "one sentence is enough for a function of one thing",
    "PR01": "a parameter whose name and type say all is not described again",
    "RT01": "a summary that names the result is enough for a plain one",
    "PR07": "a parameter whose name and type say all is not described again",
    "PR08": "descriptions are phrases: columns and units",
    "RT04": "descriptions are phrases: columns and units",
    "SS05": "summaries name the result: 'Scores at every level'",
}


def public():
    """Every public function and class with its full name."""
    for name in MODULES:
        module = importlib.import_module(f"papi_analysis.{name}")
        own = [
            n for n, o in vars(module).items() if getattr(o, "__module__", "") == module.__name__
        ]
        for item in getattr(module, "__all__", None) or sorted(own):
            thing = getattr(module, item)
            if not item.startswith("_") and (inspect.isfunction(thing) or inspect.isclass(thing)):
                yield pytest.param(thing, f"papi_analysis.{name}.{item}", id=f"{name}.{item}")


ITEMS = list(public())


def test_the_public_part_is_found():
    assert len(ITEMS) > 120


@pytest.mark.parametrize(("thing", "name"), ITEMS)
def test_a_docstring_keeps_the_rules_of_numpydoc(thing, name):
    found = [error for error in validate(name)["errors"] if error[0] not in EXCUSED]
    assert found == []


@pytest.mark.parametrize(("thing", "name"), ITEMS)
def test_a_docstring_names_the_errors_that_the_function_raises(thing, name):
    if not inspect.isfunction(thing):
        return
    tree = ast.parse(textwrap.dedent(inspect.getsource(thing)))
    raised = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.exc]
    kinds = {call.func.id for call in raised if isinstance(getattr(call, "func", None), ast.Name)}
    for kind in kinds:
        assert kind in thing.__doc__ or not kind.endswith(("Error", "Fault")), kind


PACKAGE = Path(papi_analysis.__file__).parent
WITH_EXAMPLES = [
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts)
    for path in sorted(PACKAGE.rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_give_what_they_say(name):
    tried = doctest.testmod(importlib.import_module(name))
    assert tried.attempted and not tried.failed


def test_examples_are_found():
    assert len(WITH_EXAMPLES) > 20

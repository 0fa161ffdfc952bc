"""What `import papi_analysis` offers is found by tab completion, and nothing else is."""

import inspect

import pytest

import papi_analysis


def modules():
    """Every public module by the name under which it is reached."""
    return {name: getattr(papi_analysis, name) for name in papi_analysis.__all__}


@pytest.mark.parametrize("name", papi_analysis.__all__)
def test_a_public_module_lists_its_public_names_and_no_other(name):
    module = modules()[name]
    assert sorted(dir(module)) == sorted(module.__all__) and module.__doc__
    assert all(hasattr(module, item) for item in module.__all__)


def test_completion_in_a_notebook_offers_the_functions_of_the_field():
    completer = pytest.importorskip("IPython.core.completer")
    shell = completer.IPCompleter(namespace={"pa": papi_analysis, **modules()})
    with completer.provisionalcompleter():
        offered = {c.text for c in shell.completions("panel.", 6)}
        runner = {c.text for c in shell.completions("runner.", 7)}
        package = {c.text for c in shell.completions("pa.", 3)}
    assert offered == set(papi_analysis.panel.__all__) and "load" in offered
    assert {"run", "batch", "verify"} <= runner and "import_module" not in runner
    assert package == set(papi_analysis.__all__)


def test_public_functions_come_from_the_package_itself():
    for name, module in modules().items():
        for item in module.__all__:
            thing = getattr(module, item)
            if inspect.isfunction(thing) or inspect.isclass(thing):
                assert thing.__module__.startswith("papi_analysis."), f"{name}.{item}"

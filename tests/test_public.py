"""What `import papi_analysis` offers is found by tab completion, and nothing else is."""

import inspect

import pytest
from statsmodels.formula.api import ols

import papi_analysis
from papi_analysis import boundaries, codebook, findings, panel, places, ranking, within
from papi_analysis.errors import DataError, ParameterError


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
    assert {"run_report", "run_batch", "verify"} <= runner and "import_module" not in runner
    assert package == set(papi_analysis.__all__)


def test_public_functions_come_from_the_package_itself():
    for name, module in modules().items():
        for item in module.__all__:
            thing = getattr(module, item)
            if inspect.isfunction(thing) or inspect.isclass(thing):
                assert thing.__module__.startswith("papi_analysis."), f"{name}.{item}"


# --- tables go together on the keys that one would try


@pytest.fixture(scope="module")
def levels():
    return panel.levels(panel.load())


def test_scores_places_and_boundaries_merge_on_the_obvious_key(levels):
    positions = ranking.positions(levels, codebook.group_sizes()).query("year == 2024")
    totals = positions[positions["code"].eq("total")]
    named = totals.merge(places.provinces(), on="province")
    assert len(named) == 63 and named.set_index("slug").loc["tra-vinh", "rank"] == 57
    drawn = boundaries.provinces().merge(totals, on="province")
    assert len(drawn) == 63 and drawn.crs.to_epsg() == 4326
    assert set(drawn.columns) > {"geometry", "score", "name_vi"}


def test_a_wide_panel_over_years_holds_what_each_year_holds(levels):
    over = panel.wide(levels, level="subdimension")
    assert over.index.names == ["province", "year"]
    one = panel.wide(levels, 2019, "subdimension")
    same = over.xs(2019, level="year")[one.columns]
    assert same.equals(one.rename_axis(columns=over.columns.name))


def test_fixed_effects_are_those_of_dummies_and_name_a_wrong_code(levels):
    table = panel.wide(levels).loc[:, ["5", "6"]].dropna().reset_index()
    table = table[table["year"].ge(2021)].rename(columns={"5": "y", "6": "x"})
    slope = within.fixed_effects(table, "y", ["x"], unit="province", year="year")
    dummies = ols("y ~ x + C(province) + C(year)", table).fit()
    assert slope["slope"].iloc[0] == pytest.approx(dummies.params["x"])
    assert slope["se"].iloc[0] == pytest.approx(dummies.bse["x"])
    with pytest.raises(ParameterError, match=r"'5', '6'.*panel\.wide"):
        within.fixed_effects(levels, "5", ["6"], unit="province")


def test_districts_of_a_province_that_has_none_drawn_are_refused_with_what_there_is():
    with pytest.raises(DataError, match=r"Cần Thơ.*districts_of\('can-tho'\)"):
        boundaries.districts("can-tho")
    assert len(boundaries.districts("Trà Vinh")) == 9


def test_a_province_year_is_shown_in_a_line():
    case = findings.ask("tra-vinh", 2024)
    html = case._repr_html_()
    assert len(html) < 400 and "Trà Vinh 2024" in html and "40.62, rank 57/61" in html
    assert repr(case).startswith("<") and len(repr(case)) < 300
    assert "no total" in repr(findings.ask("bac-giang", 2022))

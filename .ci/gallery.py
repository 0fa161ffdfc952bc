"""Write the gallery of the documentation from the code that it shows: python .ci/gallery.py."""

import inspect
from pathlib import Path

from papi_analysis.plots import charts, maps, research, style, tiles

ROOT = Path(__file__).resolve().parents[1]
PAGE, IMAGES = ROOT / "docs" / "gallery.md", ROOT / "docs" / "images" / "gallery"
#: Figures that need a calculation of minutes; the README shows it.
ELSEWHERE = {"certainty"}
HEAD = """# Gallery

Every figure is a matplotlib `Figure` made from a finished table; those of one axes take `ax=`. Each
picture below is what its code gives after these lines:

```python
{setup}
```

A title of your own is `fig.suptitle(…)`, an overlay a call on `fig.axes[0]`, a file
`fig.savefig("name.png")`, or `style.standalone(fig)` for an SVG with its words. This page is
written by `python .ci/gallery.py`.
"""
SETUP = """\
from papi_analysis import boundaries, findings, places
from papi_analysis.plots import charts, maps, research, style, tiles

case = findings.ask("tra-vinh", 2024)
lang = "en"
dimensions = case.named("dimension", lang)
names = dict(zip(dimensions["code"], dimensions["name"]))
scores = case.positions[case.positions["level"].eq("dimension")]
provinces = boundaries.provinces()
totals = case.totals()"""
#: Title and code of every figure; the last line gives it.
FIGURES = {
    "range_chart": ("Where a province stands", "charts.range_chart(dimensions, lang=lang)"),
    "standing": ("The same in short", "charts.standing(dimensions, lang=lang)"),
    "dumbbell": (
        "The way to a benchmark",
        """\
charts.dumbbell(score=1.02, expected=1.04, benchmark=1.57, best=1.23, span=(-0.6, 0.2),
                lang=lang)""",
    ),
    "region_dots": (
        "The region by total",
        """\
region = totals.merge(places.provinces()[["province", "name_en", "region"]], on="province")
region = region[region["region"].eq("mekong_delta")].rename(columns={"name_en": "name"})
region = region.sort_values("score", ascending=False)
charts.region_dots(region, lang=lang, subject=case.code, median=totals["median"].iloc[0])""",
    ),
    "total_line": (
        "The total over the years",
        """\
years = case.positions[case.positions["level"].eq("total") & case.positions["year"].ge(2021)]
years = years[years["province"].eq(case.code)].assign(comparable=True)
charts.total_line(years, lang=lang)""",
    ),
    "strip_plot": (
        "The region by dimension",
        """\
near = scores[scores["year"].eq(2024) & scores["province"].isin(region["province"])]
near = near.assign(gap=near["score"] - near["median"], name=near["code"].map(names))
near["said"] = near["score"].map("{:.2f}".format)
charts.strip_plot(near, lang=lang, subject=case.code, over="Score")""",
    ),
    "gaps": (
        "Gaps to a benchmark",
        """\
table = dimensions.assign(benchmark=dimensions["p75"])
table["gap"] = table["benchmark"] - table["score"]
charts.gaps(table.sort_values("gap", ascending=False), lang=lang, subject="Tra Vinh 2024",
            benchmark="upper quartile")""",
    ),
    "waterfall": (
        "Why the total changed",
        """\
own = scores[scores["province"].eq(case.code)].pivot(index="code", columns="year", values="score")
steps = (own[2024] - own[2023]).rename("change").to_frame().assign(method=False)
steps["name"] = steps.index.map(names)
charts.waterfall(steps.sort_values("change"), lang=lang, before=(2023, own[2023].sum()),
                 after=(2024, own[2024].sum()))""",
    ),
    "small_multiples": (
        "Every dimension over the years",
        """\
years = scores[scores["province"].eq(case.code) & scores["year"].ge(2021)]
years = years.assign(name=years["code"].map(names), comparable=True)
years["comparable"] = ~(years["code"].eq("8") & years["year"].eq(2023))  # portals counted anew
charts.small_multiples(years, lang=lang)""",
    ),
    "back_cast": (
        "A merged province before it existed",
        """\
from papi_analysis.data import context

parts = places.back_cast(case.levels, context.population_2019(), "86")
parts = parts[parts["code"].eq("total") & parts["year"].ge(2018)]
old = {code: case.provinces.set_index("province")["name_en"][code] for code in ("83", "84", "86")}
charts.back_cast(parts, old, name="Vinh Long", what="Total score", lang=lang)""",
    ),
    "matrix": (
        "Correlations between provinces",
        """\
wide = scores[scores["year"].eq(2024)].pivot(index="province", columns="code", values="score")
r = wide.corr(method="spearman")
pairs = r.rename_axis("a").reset_index().melt("a", var_name="b", value_name="r")
pairs = pairs[pairs["a"].lt(pairs["b"])]
pairs["sure"] = pairs["r"].abs().ge(0.33)  # beyond chance for 61 provinces, each pair by itself
charts.matrix(pairs, lang=lang, names=names)""",
    ),
    "country": (
        "The country by group",
        "maps.country(totals, provinces, highlight=case.code, lang=lang)",
    ),
    "change": (
        "The country by change of rank",
        """\
ranks = case.positions[case.positions["level"].eq("total")]
ranks = ranks.pivot(index="province", columns="year", values="rank")
moves = ranks[[2024, 2023]].set_axis(["rank", "rank_before"], axis=1).reset_index()
maps.change(moves.assign(year=2024), provinces, usual=9, highlight=case.code, lang=lang)""",
    ),
    "clusters": (
        "Provinces like their neighbours",
        """\
from papi_analysis.stats import spatial

table = spatial.local_moran(wide, boundaries.points(provinces), seed=84)
maps.clusters(table[table["code"].eq("1")], provinces, name=names["1"], year=2024, lang=lang)""",
    ),
    "years": (
        "The country over the years",
        """\
three = case.positions[case.positions["level"].eq("total") & case.positions["year"].ge(2022)]
maps.years(three, provinces, name="PAPI", highlight=case.code, lang=lang)""",
    ),
    "region": (
        "A region",
        """\
maps.region(totals, provinces.loc[region["province"]], name="Mekong Delta", highlight=case.code,
            lang=lang)""",
    ),
    "successors": (
        "The provinces since July 2025",
        """\
pairs = places.provinces().rename(columns={"successor_code": "new_code"})
maps.successors(pairs, boundaries.provinces("2025-07"), year=2024, highlight="86", lang=lang)""",
    ),
    "grid": ("Tiles", "tiles.grid(totals, provinces, highlight=case.code, lang=lang)"),
    "districts": (
        "Districts by what is known of them",
        """\
maps.districts(boundaries.districts(), places.district_context(), around=provinces, lang=lang)""",
    ),
    "communes": (
        "Communes by what is known of them",
        """\
maps.communes(boundaries.communes(), places.commune_context(), around=provinces, lang=lang)""",
    ),
    "merger": (
        "What became of the districts",
        """\
maps.merger(boundaries.districts(), boundaries.communes(), places.commune_context(), lang=lang)""",
    ),
    "choropleth": (
        "Any column of any layer",
        """\
communes = boundaries.communes("86")
communes["former"] = communes["former_province"].str.count(";") + 1
maps.choropleth(communes, "former", title="Former provinces in a commune", lang=lang)""",
    ),
}


def public() -> set[str]:
    """The names of all public functions that give a figure of a whole table."""
    found = set()
    for module in (charts, maps, research, tiles):
        given = getattr(module, "__all__", None) or vars(module)
        for name in given:
            item = getattr(module, name)
            if inspect.isfunction(item) and item.__annotations__.get("return") in (
                "Chart", "style.Chart",
            ):  # fmt: skip
                found.add(name)
    return found - {"district_values"}  # takes a file of the user's own


def drawn():
    """Name and figure of every entry, made by the code that the page shows."""
    space: dict[str, object] = {}
    exec(SETUP, space)
    for name, (_, code) in FIGURES.items():
        *lines, last = _statements(code)
        exec("\n".join(lines), space)
        yield name, eval(last, space)


def _statements(code: str) -> list[str]:
    import ast

    return [ast.unparse(node) for node in ast.parse(code).body]


def page() -> str:
    """The text of the page."""
    parts = [HEAD.format(setup=SETUP)]
    for name, (title, code) in FIGURES.items():
        picture = f"![{title}](images/gallery/{name}.svg)"
        parts.append(
            f"## {title}\n\n```python\nfig = _\n```\n\n{picture}\n".replace("fig = _", code)
        )
    return "\n".join(parts)


def main() -> None:
    """Write page and pictures."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, chart in drawn():
        text = style.standalone(chart)
        (IMAGES / f"{name}.svg").write_text(text, encoding="utf-8", newline="\n")
    PAGE.write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

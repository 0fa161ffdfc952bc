"""How much faster the drawings of a report are than the same by seaborn and geopandas.

    python benchmarks/drawings.py [--rounds 5]

Both sides draw the same table of Trà Vinh 2024 and write it as SVG: processor time, the best of
some rounds, one thread. What a user would do instead makes an axes for every panel and an artist
for every mark; the drawings of a report put all marks of a kind into one.
"""

import argparse
import io
import os
import time

for variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # read when numpy is imported, so it comes before

import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import seaborn as sns  # noqa: E402

from papi_analysis import boundaries, findings  # noqa: E402
from papi_analysis.plots import charts, maps, style  # noqa: E402
from papi_analysis.stats import correlation, resampling  # noqa: E402

LANG = "en"


def seconds(draw, rounds: int) -> float:
    """The shortest processor time of some rounds."""
    spent = []
    for _ in range(rounds):
        begun = time.process_time()
        draw()
        spent.append(time.process_time() - begun)
    return min(spent)


def saved(figure: plt.Figure) -> str:
    """What matplotlib writes of a figure, which is closed."""
    file = io.StringIO()
    figure.savefig(file, format="svg", bbox_inches="tight")
    plt.close(figure)
    return file.getvalue()


def heat_map(pairs: pd.DataFrame, names: dict[str, str]) -> str:
    """An annotated heat map of the correlations."""
    grid = pairs.pivot(index="b", columns="a", values="r").rename(index=names, columns=names)
    figure, axes = plt.subplots(figsize=(10, 7))
    sns.heatmap(grid, annot=True, fmt=".2f", vmin=-1, vmax=1, cmap="vlag", ax=axes)
    return saved(figure)


def facets(series: pd.DataFrame) -> str:
    """A panel per dimension: line of the province, middle half and median of the country."""
    grid = sns.FacetGrid(series, col="name", col_wrap=4, height=2.4, sharey=False)
    grid.map(plt.fill_between, "year", "p25", "p75", alpha=0.2)
    grid.map(sns.lineplot, "year", "median", linestyle="--")
    grid.map(sns.lineplot, "year", "score", marker="o")
    return saved(grid.figure)


def choropleth(layer, totals: pd.DataFrame, code: str) -> str:
    """The provinces by group, one outlined and named."""
    shown = layer.join(totals.set_index("province")["group"].astype("float64"))
    figure, axes = plt.subplots(figsize=(7, 10))
    shown.plot("group", categorical=True, legend=True, edgecolor="white", ax=axes,
               missing_kwds={"color": "lightgrey", "hatch": "//"})  # fmt: skip
    one = shown.loc[[code]]
    one.boundary.plot(ax=axes, color="black")
    spot = one.geometry.iloc[0].representative_point()
    axes.annotate(one["name_en"].iloc[0], (spot.x, spot.y))
    return saved(figure)


def spans(rows: pd.DataFrame) -> str:
    """Worst to best and middle half of every criterion, the province as a dot, scores as text."""
    figure, axes = plt.subplots(figsize=(9, 12))
    y = np.arange(len(rows))
    axes.barh(y, rows["best"] - rows["worst"], left=rows["worst"], color="lightgrey")
    axes.barh(y, rows["p75"] - rows["p25"], left=rows["p25"], color="grey")
    sns.scatterplot(rows, x="score", y=y, s=80, ax=axes)
    axes.set_yticks(y, rows["name"])
    axes.invert_yaxis()
    for place, row in zip(y, rows.itertuples(), strict=True):
        for x, text in ((0.02, row.score), (0.9, row.median), (0.96, row.rank)):
            axes.text(x, place, f"{text:.2f}", transform=axes.get_yaxis_transform())
    return saved(figure)


def pairs() -> dict[str, tuple]:
    """Name, the usual way and ours, of every drawing that is compared."""
    case = findings.ask("tra-vinh", 2024)
    found, names = findings.collect(case), case.names(LANG)
    layer, totals = boundaries.provinces(), case.totals()
    moved = correlation.matrix(case.wide("dimension"), method="spearman", seed=case.seed)
    moved = moved.assign(sure=moved["q"].lt(resampling.ALPHA))
    codes = {code: names[code] for code in case.now("dimension")["code"]}
    series = pd.DataFrame(found["series"]).query("code in @codes")
    series = series.assign(name=series["code"].map(names), comparable=True)
    rows = case.named("subdimension", LANG)
    look = {"lang": LANG}
    return {
        "correlations of the dimensions": (
            lambda: heat_map(moved, codes),
            lambda: charts.matrix(moved, names=codes, **look),
        ),
        "dimensions over the years": (
            lambda: facets(series),
            lambda: charts.small_multiples(series, **look),
        ),
        "the country by group": (
            lambda: choropleth(layer, totals, case.code),
            lambda: maps.country(totals, layer, highlight=case.code, **look),
        ),
        "criteria between worst and best": (
            lambda: spans(rows),
            lambda: charts.range_chart(rows, **look),
        ),
    }


def main() -> None:
    """Time every pair and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="the best of so many is shown")
    rounds = parser.parse_args().rounds
    print("| drawing | seaborn, geopandas: s | report: s | x | SVG kB | kB |")
    print("|---|---|---|---|---|---|")
    both = [0.0, 0.0]
    for name, (usual, ours) in pairs().items():
        before = seconds(usual, rounds)
        after = seconds(lambda draw=ours: style.svg(draw()), rounds)
        sizes = [len(text.encode()) / 1000 for text in (usual(), style.svg(ours()))]
        both = [both[0] + before, both[1] + after]
        times = f"{before:.2f} | {after:.3f} | {before / after:.1f}"
        print(f"| {name} | {times} | {sizes[0]:.0f} | {sizes[1]:.0f} |")
    print(f"\n{both[0] / both[1]:.1f} times as fast over all")


if __name__ == "__main__":
    main()

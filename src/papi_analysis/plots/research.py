"""Association and certainty, made with seaborn: what goes together, and what is sure."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Patch
from matplotlib.transforms import ScaledTranslation

from papi_analysis.i18n import number, say
from papi_analysis.plots import style
from papi_analysis.plots.palette import colour
from papi_analysis.plots.style import LEFT, NARROW, WIDE

__all__ = ["certainty", "matrix"]


def __dir__() -> list[str]:
    return __all__


def _numbers(axes: Axes, lang: str, *, x: str = "", y: str = "") -> None:
    """Tick labels in the way of the language, by a pattern for each axis."""
    for axis, pattern in ((axes.xaxis, x), (axes.yaxis, y)):
        if pattern:
            axis.set_major_formatter(lambda value, _, p=pattern: number(lang, value, p))


def _legend_below(chart: style.Chart, axes: Axes) -> None:
    """One row of marks at the lower left, under the words of the axis."""
    handles, labels = axes.get_legend_handles_labels()
    axes.get_legend().remove()
    chart.legend(handles, labels, loc="lower left", ncols=2)


@style.themed
def matrix(
    table: pd.DataFrame, ax: Axes | None = None, *, lang: str = "vi", names: dict[str, str],
    width: int = WIDE,
) -> style.Chart:  # fmt: skip
    """A correlation matrix: between provinces below the diagonal, within them above it.

    Cells are coloured by strength where a correlation is beyond chance, and pale elsewhere.

    Parameters
    ----------
    table : DataFrame
        a, b (codes), r (between provinces), sure (bool: survives the adjustment), and, where
        known, within (correlation of yearly changes inside provinces), within_sure.
    ax : Axes, optional
        Where to draw.
    names : dict
        Name by code, in the order of rows and columns.
    """
    import seaborn as sns  # second long to import, and only this chart of a report needs it

    narrow, codes = width <= NARROW, list(names)
    left, head = (24.0, 22.0 * len(codes) + 38) if narrow else (LEFT + 40, 30.0)
    cell = min((width - left) / len(codes), 54.0)
    if ax is None:
        high, right = head + cell * len(codes) + 58, width - left - cell * len(codes)
        ax = style.panel(width, high, left=left, right=right, top=head, bottom=58)
    values, tones = (pd.DataFrame(np.nan, codes, codes) for _ in range(2))
    for row in table.itertuples():
        i, j = sorted((codes.index(row.a), codes.index(row.b)))
        cells = [(j, i, row.r, row.sure)]
        cells.append((i, j, getattr(row, "within", np.nan), getattr(row, "within_sure", False)))
        for r, c, value, sure in cells:
            if value is not None and not np.isnan(value):
                values.iloc[r, c] = value
                tones.iloc[r, c] = np.digitize(value, _STRENGTHS) if sure else len(_TONES) - 1
    look = {"vmin": -0.5, "vmax": len(_TONES) - 0.5, "cbar": False, "square": True}
    palette = ListedColormap([colour(tone) for tone, *_ in _TONES])
    sns.heatmap(tones, ax=ax, cmap=palette, linewidths=3, linecolor=colour("paper"), **look)
    ax.set(xlabel="", ylabel="")
    ax.xaxis.tick_top()
    ax.set_xticks(np.arange(len(codes)) + 0.5, codes, color=colour("ink"), fontweight=600)
    ax.set_yticks([])
    size = style.LEAST if narrow else style.BODY
    for (r, c), value in np.ndenumerate(values.to_numpy()):
        if not np.isnan(value):
            _, ink, weight = _TONES[int(tones.iloc[r, c])]
            text = number(lang, value, "0.00;−0.00")
            style.write(ax, c + 0.5, r + 0.5, text, size=size, align="center", fill=ink,
                        weight=weight)  # fmt: skip
    for i, (code, name) in enumerate(names.items()):
        if narrow:
            style.write(ax, 0, i + 0.5, code, dx=-8, align="right", weight=600)
            up = head - 12 - 22 * i
            style.write(ax, 0, 1, f"{code}  {name}", dx=-left, dy=up, x_in="axes", y_in="axes",
                        size=style.LEAST)  # fmt: skip
        else:
            style.write(ax, 0, i + 0.5, code, dx=-left, x_in="axes", weight=600)
            style.names(ax, [name], [i + 0.5], dx=18 - left, width=left - 34)
    place = {"dy": -14, "y_in": "axes", "x_in": "axes", "size": style.SMALL, "fill": "muted"}
    style.write(ax, 0, 0, say(lang, "↙ between provinces"), **place)
    if "within" in table:
        style.write(ax, 1, 0, say(lang, "inside provinces ↗"), align="right", **place)
    _strengths(ax, lang, left if narrow else 0.0)
    return ax.figure


#: Where the classes of a correlation meet; their colours, words on them and weight, the last one
#: for what is not beyond chance.
_STRENGTHS = (-0.5, 0.0, 0.5)
_TONES = (
    ("group1", "on_strong", 600), ("group2", "on_soft", 600), ("group3", "on_soft", 600),
    ("group4", "on_strong", 600), ("panel", "muted", 400),
)  # fmt: skip


def _strengths(ax: Axes, lang: str, left: float) -> None:
    """The legend of a matrix, under it."""
    ends = [number(lang, value, "0.0;−0.0") for value in _STRENGTHS]
    texts = [f"≤ {ends[0]}", f"{ends[0]} – 0", f"0 – {ends[2]}", f"≥ {ends[2]}"]
    texts.append(say(lang, "not beyond chance"))
    handles = [Patch(fc=colour(tone), ec=colour("line"), lw=0.5) for tone, *_ in _TONES]
    corner = ScaledTranslation(-left / 72, -26 / 72, ax.figure.dpi_scale_trans)
    look = {"ncols": 3, "fontsize": style.LEAST} if left else {"ncols": 5, "fontsize": style.SMALL}
    look |= {"borderpad": 0, "borderaxespad": 0, "handlelength": 1.0, "handletextpad": 0.3}
    ax.legend(handles, texts, loc="upper left", columnspacing=0.8, bbox_to_anchor=(0, 0),
              bbox_transform=ax.transAxes + corner, **look)  # fmt: skip


@style.themed
def certainty(assessment: pd.DataFrame, *, names: dict[str, str], lang: str = "vi") -> style.Chart:
    """How sure each criterion is to be among the five largest headrooms, in both senses.

    Parameters
    ----------
    assessment : DataFrame
        code, tier, p_top5, p_top5_redrawn, in order (see `priority.assess`).
    """
    import seaborn as sns

    shown = assessment[assessment[["p_top5", "p_top5_redrawn"]].max(axis=1) >= 0.05]
    if shown.empty:
        words = say(lang, "No list of criteria can be given for this year")
        return style.headline(style.canvas(style.WIDE, 1), title=words, alt=words)
    senses = {
        "p_top5": say(lang, "next survey, same places"),
        "p_top5_redrawn": say(lang, "next survey, places drawn anew"),
    }
    table = shown.rename(columns=senses).melt(["code"], list(senses.values()), "sense", "p")
    table["name"] = table["code"].map(names)
    height = 30 * len(shown) + 90
    chart = style.canvas(style.WIDE, height)
    axes = chart.add_axes((0.45, 76 / height, 0.51, 1 - 88 / height))
    sns.scatterplot(table, x="p", y="name", hue="sense", s=81, linewidth=0, zorder=3, ax=axes,
                    palette=[colour("province"), colour("other")], clip_on=False)  # fmt: skip
    axes.hlines(range(len(shown)), 0, 1, color=colour("grid"), zorder=0)
    axes.set(xlim=(0, 1), ylabel="", xlabel=say(lang, "Probability of being among the five"))
    _numbers(axes, lang, x="0%")
    _legend_below(chart, axes)
    sure = names[shown["code"].iloc[0]]
    return style.headline(
        chart,
        title=say(lang, "{name} comes first", name=sure),
        subtitle=say(lang, "Probability of being one of the five criteria furthest behind"),
        alt=say(
            lang,
            "Dot plot of {n} {n:criterion|criteria} by their probability of being among the "
            "five; first: {name}.",
            n=len(shown),
            name=sure,
        ),
    )
